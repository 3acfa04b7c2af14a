"""Trend to target: the baseline, what is known since, and the goal; years nobody published stay open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipportal.charts.record import Chart
from ipportal.charts.story import MARKS, NOT_PUBLISHED, Story, story_of
from ipportal.charts.trend_drawing import draw_trend
from ipportal.model import Portal, Target
from ipportal.progress import Verdict
from ipportal.quantities import number
from ipportal.tables import aim, amount, bare, observed, stated, verdict_sentence
from ipportal.tables.table import Cell, Column, Table, per_language
from ipportal.text import Text

KIND: Final = "trend"

#: A row of the table with its place in time
Entry = tuple[tuple[int, int], tuple[Cell, ...]]


def accepts(portal: Portal, indicator: str) -> bool:
    """A trend needs a target of the zone and at least one dated value of the zone."""
    return story_of(portal, indicator) is not None


def trend(portal: Portal, indicator: str) -> Chart:
    """Baseline, known values and target of one indicator of the zone.

    Raises:
        ValueError: the indicator has no target or no dated value of the zone.
    """
    story = story_of(portal, indicator)
    if story is None:
        raise ValueError(f"nothing to draw: {indicator}")
    title, sentence = _title(story), verdict_sentence(portal, story.judged[0])
    units = per_language(lambda lang: story.scale(portal, lang).name)
    title, sentence = stated(title), stated(sentence)
    return Chart(
        name=f"{KIND}-{indicator}",
        kind=KIND,
        title=title,
        subtitle=Text("{name}，{zone}，单位：{unit}", "{name}, {zone}; unit: {unit}").format(
            name=story.indicator.name, zone=portal.zone.short, unit=units
        ),
        sentence=sentence,
        source=source_line(portal, [*(p.row.source for p in story.points), *(v.target.source for v in story.judged)]),
        table=_table(portal, story),
        draw=lambda lang, width: draw_trend(portal, story, lang, width, title[lang], sentence[lang]),
    )


def source_line(portal: Portal, sources: Iterable[str]) -> Text:
    """“Source: …” with every source named once, in order of use."""
    names = [portal.sources[source].name for source in dict.fromkeys(sources)]
    return Text("来源：" + "；".join(n.zh for n in names), "Source: " + "; ".join(n.en for n in names))


def _title(story: Story) -> Text:
    """The finding: how far the newest value is from the baseline and from the goal."""
    verdict, unit = story.judged[0], story.indicator.unit
    if verdict.newest is None or verdict.goal is None:
        words = Text(
            "{year} 年目标是 {aim}，没有可比的全年数值", "The target for {year} is {aim}; no comparable value is known"
        )
        return words.format(year=verdict.target.year, aim=aim(verdict.target))
    gap = verdict.sign * (verdict.goal - verdict.newest.value)
    ending = Text("当时距 {end} 年目标还差 {gap}", "then {short} short of the {end} target")
    if gap <= 0:
        ending = Text("已经达到或越过 {end} 年目标值", "at or beyond the {end} target")
    if gap > 0 and verdict.sign < 0:
        ending = Text("当时比 {end} 年目标还高 {gap}", "then {short} above the {end} target")
    join = ("，", ", ") if verdict.latest else ("；", "; ")
    words = Text(f"{{lead}}{join[0]}{ending.zh}", f"{{lead}}{join[1]}{ending.en}")
    return words.format(
        lead=_movement(verdict), end=verdict.target.year, gap=amount(abs(gap), unit), short=bare(abs(gap), unit)
    )


def _movement(verdict: Verdict) -> Text:
    baseline, latest, unit = verdict.baseline, verdict.latest, verdict.indicator.unit
    if latest is None or baseline is None or baseline.value <= 0:
        newest = verdict.newest
        assert newest is not None
        words = Text("{year} 年为 {value}", "{value} in {year}")
        if latest is None:
            words = Text("{year} 年为 {value}，此后没有公开", "{value} in {year}, nothing published since")
        return words.format(year=newest.year, value=amount(newest.value, unit))
    ratio = latest.value / baseline.value
    years = {"year": latest.year, "t0": baseline.year}
    if ratio >= 2:
        words = Text("{year} 年是 {t0} 年的 {times} 倍", "{times} times the {t0} level in {year}")
        return words.format(**years, times=number(ratio, 1))
    if ratio == 1:
        return Text("{year} 年与 {t0} 年持平", "In {year} the same as in {t0}").format(**years)
    up = ratio > 1
    words = Text(
        f"{{year}} 年比 {{t0}} 年{'增加' if up else '减少'} {{share}}",
        f"{'Up' if up else 'Down'} {{share}} from {{t0}} to {{year}}",
    )
    return words.format(**years, share=f"{number(abs(ratio - 1) * 100, 0)}%")


def _table(portal: Portal, story: Story) -> Table:
    entries = [*_value_rows(portal, story), *_open_rows(story), *_goal_rows(portal, story)]
    return Table(
        caption=Text("{name}：图中的数值", "{name}: the values shown").format(name=story.indicator.name),
        columns=(
            Column("period", Text("时期", "Period")),
            Column("value", Text("数值", "Value"), numeric=True),
            Column("kind", Text("性质", "Kind")),
            Column("definition", Text("口径", "Definition")),
            Column("source", Text("出处", "Source")),
        ),
        rows=tuple(cells for _, cells in sorted(entries, key=lambda entry: entry[0])),
    )


def _value_rows(portal: Portal, story: Story) -> list[Entry]:
    entries: list[Entry] = []
    for point in story.points:
        raw = per_language(lambda lang, point=point: str(story.scale(portal, lang).value(point.value)))
        cells = (
            Cell(story.period(point.row), Text(point.row.period.text, point.row.period.text)),
            Cell(observed(point.row), raw),
            Cell.words(MARKS[point.kind].words),
            Cell.words(portal.bases[point.row.basis].name),
            Cell.words(portal.sources[point.row.source].name),
        )
        entries.append(((point.year, 0), cells))
    return entries


def _open_rows(story: Story) -> list[Entry]:
    nothing = Cell.words(Text("—", "—"))
    return [
        ((year, 1), (_year(year), Cell.unknown(), Cell.words(NOT_PUBLISHED), nothing, nothing))
        for year in story.open_years
    ]


def _goal_rows(portal: Portal, story: Story) -> list[Entry]:
    entries: list[Entry] = []
    for verdict, goal in story.goals:
        raw = per_language(lambda lang, goal=goal: str(story.scale(portal, lang).value(goal)))
        cells = (
            _year(verdict.target.year),
            Cell(aim(verdict.target), raw),
            Cell.words(goal_word(verdict.target)),
            Cell.words(verdict.basis.name),
            Cell.words(portal.sources[verdict.target.source].name),
        )
        entries.append(((verdict.target.year, 2), cells))
    return entries


def goal_word(target: Target) -> Text:
    """目标, or 另一个目标 where the source gives two."""
    return Text("目标", "target") if target.default else Text("另一个目标", "the other target")


def _year(year: int) -> Cell:
    return Cell(Text(f"{year} 年", str(year)), Text(str(year), str(year)))
