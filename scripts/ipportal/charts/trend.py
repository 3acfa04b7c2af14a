"""Trend to target: the baseline, what is known since, and the goal; years nobody published stay open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipportal.analysis.comparable import revisions
from ipportal.analysis.progress import Verdict
from ipportal.base.quantities import number
from ipportal.base.text import Text
from ipportal.charts.record import Chart
from ipportal.charts.story import MARKS, NOT_PUBLISHED, Story, story_of
from ipportal.charts.trend_drawing import draw_trend
from ipportal.data.model import Portal, once
from ipportal.words import (
    amount,
    beyond_fact,
    format_number,
    format_target,
    observed,
    sentence_case,
    unjudged,
    verdict_sentence,
    version_name,
)
from ipportal.words.chart_table import ChartCell, ChartColumn, ChartTable, per_language
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE

KIND: Final = "trend"

#: A row of the table with its place in time
TimedRow = tuple[tuple[int, int], tuple[ChartCell, ...]]


def accepts(portal: Portal, subject: str) -> bool:
    """A trend needs a target and at least one dated value of the zone, or of the area named before the indicator."""
    return _story(portal, subject) is not None


def _story(portal: Portal, subject: str) -> Story | None:
    area, _, indicator = subject.rpartition("/")
    return story_of(portal, indicator, area)


@once
def moved(portal: Portal) -> list[str]:
    """Subjects of trends that show how another area's target moved, as `area/indicator`."""
    own = portal.zone.id
    found = {f"{t.area}/{t.indicator}" for t in portal.targets if t.area != own and t.default and revisions(portal, t)}
    return sorted(found)


def trend(portal: Portal, subject: str) -> Chart:
    """Baseline, known values and target of one indicator of the zone, or of another area by `area/indicator`.

    Raises:
        ValueError: the indicator has no target or no dated value there.
    """
    story = _story(portal, subject)
    if story is None:
        raise ValueError(f"nothing to draw: {subject}")
    title, sentence = _title(portal, story), verdict_sentence(portal, story.judged[0])
    units = per_language(lambda lang: story.scale(portal, lang).name)
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name=f"{KIND}-{subject.replace('/', '-')}",
        kind=KIND,
        title=title,
        subtitle=Text("{name}，{zone}，单位：{unit}", "{name}, {zone}; unit: {unit}").format(
            name=story.indicator.name, zone=story.area.short, unit=units
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


def _title(portal: Portal, story: Story) -> Text:
    """The finding: how far the newest value is from the baseline and from the goal, and from a second one."""
    verdict, others = story.judged[0], [v for v in story.judged[1:] if v.target.year == story.judged[0].target.year]
    fact = beyond_fact(verdict)
    if fact is None and (verdict.newest is None or verdict.goal is None):
        words = Text(
            "{year} 年目标是 {aim}，没有可比的全年数值", "The target for {year} is {aim}; no comparable value is known"
        )
        return words.format(year=verdict.target.year, aim=format_target(verdict.target))
    if fact is None:
        lead, ending = _movement(portal, verdict), _ending(verdict, named=bool(others))
        join = ("，", ", ") if verdict.latest else ("；", "; ")
        fact = Text(f"{lead.zh}{join[0]}{ending.zh}", f"{lead.en}{join[1]}{ending.en}")
    told = [_beside(other) for other in others if other.gap is not None]
    return Text(fact.zh + "".join(f"，{t.zh}" for t in told), fact.en + "".join(f", {t.en}" for t in told))


def _ending(verdict: Verdict, *, named: bool) -> Text:
    assert verdict.gap is not None
    unit, gap, wanted = verdict.indicator.unit, verdict.sign * verdict.gap, format_target(verdict.target)
    ending = Text("当时距 {end} 年目标{aim}还差 {gap}", "then {short} short of the {end} target{aim}")
    if gap <= 0:
        ending = Text("已经达到或越过 {end} 年目标值{aim}", "at or beyond the {end} target{aim}")
    if gap > 0 and verdict.sign < 0:
        ending = Text("当时比 {end} 年目标{aim}还高 {gap}", "then {short} above the {end} target{aim}")
    shown = Text(f"（{wanted.zh}）", f" of {wanted.en}") if named else Text("", "")
    left, short = amount(abs(gap), unit), format_number(abs(gap), unit)
    return ending.format(end=verdict.target.year, aim=shown, gap=left, short=short)


def _beside(verdict: Verdict) -> Text:
    """How the newest value stands to a second target for the same year."""
    assert verdict.gap is not None
    unit, gap = verdict.indicator.unit, verdict.sign * verdict.gap
    words = Text("距{name}（{aim}）还差 {gap}", "{short} short of the {name} ({aim})")
    if gap <= 0:
        words = Text("不低于{name}（{aim}）", "no lower than the {name} ({aim})")
    if verdict.sign < 0:
        words = (
            Text("比{name}（{aim}）还高 {gap}", "{short} above the {name} ({aim})")
            if gap > 0
            else Text("不高于{name}（{aim}）", "no higher than the {name} ({aim})")
        )
    return words.format(
        name=version_name(verdict),
        aim=format_target(verdict.target),
        gap=amount(abs(gap), unit),
        short=format_number(abs(gap), unit),
    )


def _movement(portal: Portal, verdict: Verdict) -> Text:
    baseline, latest, unit = verdict.baseline, verdict.latest, verdict.indicator.unit
    if latest is None or baseline is None or baseline.value <= 0:
        newest = verdict.newest
        assert newest is not None
        words = Text("{year} 年为 {value}", "{value} in {year}")
        if latest is None:
            words = Text("{year} 年为 {value}，此后没有公开数值", "{value} in {year}, no value published since")
            if unjudged(portal, verdict):
                words = Text("{year} 年为 {value}，此后没有可比数值", "{value} in {year}, nothing comparable since")
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


def _table(portal: Portal, story: Story) -> ChartTable:
    entries = [*_value_rows(portal, story), *_open_rows(story), *_goal_rows(portal, story)]
    return ChartTable(
        caption=Text("{name}：图中的数值", "{name}: the values shown").format(name=story.indicator.name),
        columns=(
            ChartColumn("period", Text("时期", "Period")),
            ChartColumn("value", Text("数值", "Value"), numeric=True),
            ChartColumn("kind", Text("性质", "Kind")),
            ChartColumn("definition", Text("口径", "Definition")),
            ChartColumn("source", Text("出处", "Source")),
        ),
        rows=tuple(cells for _, cells in sorted(entries, key=lambda entry: entry[0])),
    )


def _value_rows(portal: Portal, story: Story) -> list[TimedRow]:
    entries: list[TimedRow] = []
    for point in story.points:
        raw = per_language(lambda lang, point=point: str(story.scale(portal, lang).value(point.value)))
        cells = (
            ChartCell(story.period(point.row), Text(point.row.period.text, point.row.period.text)),
            ChartCell(observed(point.row), raw),
            ChartCell.words(MARKS[point.kind].words),
            ChartCell.words(portal.bases[point.row.basis].name),
            ChartCell.words(portal.sources[point.row.source].name),
        )
        entries.append(((point.year, 0), cells))
    return entries


def _open_rows(story: Story) -> list[TimedRow]:
    nothing = ChartCell.words(Text("—", "—"))
    entries: list[TimedRow] = []
    for year in story.open_years:
        word = NO_COMPARABLE if any(point.year == year for point in story.points) else NO_VALUE
        entries.append(
            ((year, 1), (_year(year), ChartCell.unknown(word), ChartCell.words(NOT_PUBLISHED), nothing, nothing))
        )
    return entries


def _goal_rows(portal: Portal, story: Story) -> list[TimedRow]:
    entries: list[TimedRow] = []
    for verdict, goal in story.goals:
        raw = per_language(lambda lang, goal=goal: str(story.scale(portal, lang).value(goal)))
        cells = (
            _year(verdict.target.year),
            ChartCell(format_target(verdict.target), raw),
            ChartCell.words(goal_word(verdict)),
            ChartCell.words(verdict.basis.name),
            ChartCell.words(portal.sources[verdict.target.source].name),
        )
        entries.append(((verdict.target.year, 2), cells))
    return entries


def goal_word(verdict: Verdict) -> Text:
    """目标; where there are several for one year, which of them."""
    if verdict.target.default and not verdict.revisions:
        return Text("目标", "target")
    return version_name(verdict)


def _year(year: int) -> ChartCell:
    return ChartCell(Text(f"{year} 年", str(year)), Text(str(year), str(year)))
