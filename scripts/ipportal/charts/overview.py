"""Done against expected, and the change since the baseline, for a group of indicators."""

from __future__ import annotations

from decimal import Decimal

from ipportal.analysis.progress import Verdict, verdicts
from ipportal.base.quantities import UnitKind, number, signed_number
from ipportal.base.text import LANGS, Text, join_list
from ipportal.charts.bars import Bar, Style, draw_bars
from ipportal.charts.key import Sign
from ipportal.charts.record import Chart
from ipportal.charts.trend import source_line
from ipportal.data.model import Portal
from ipportal.words import amount, format_target, percent, sentence_case
from ipportal.words.chart_table import ChartCell, ChartColumn, ChartTable
from ipportal.words.wording import NO_COMPARABLE

_GROUPS = {"core": Text("核心指标", "core indicators"), "commitment": Text("有数字的承诺", "commitments with numbers")}


def overview(portal: Portal, group: str = "core") -> Chart:
    """How much of the way each indicator of a group has behind it, against an even pace."""
    judged = _judged(portal, group)
    known = [v for v in judged if v.done is not None]
    title, sentence = _overview_title(judged, known, group), _overview_sentence(judged, known)
    rows = [_overview_row(v) for v in judged]
    style = Style(
        signs=(
            Sign("square", False, "main", Text("已完成的增量", "share of the change made")),
            Sign("M0,-1V1", False, "ink", Text("按平均进度应完成的", "an even pace")),
        ),
        top=1.0,
        rule=(1.0, Text("目标 100%", "target 100%")),
        titles=(Text("指标", "Indicator"), Text("已完成", "Made")),
    )
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name=f"overview-{group}",
        kind="overview",
        title=title,
        subtitle=Text(
            "{group}，从基线到目标的增量完成了多少，{zone}", "{zone}: {group}, share of the way from baseline to target"
        ).format(group=_GROUPS[group], zone=portal.zone.short),
        sentence=sentence,
        source=_sources(portal, judged),
        table=_overview_table(judged),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )


def change(portal: Portal, group: str = "core") -> Chart:
    """Change from the baseline to the latest comparable year, as a share of the baseline."""
    judged = _judged(portal, group)
    moved = {v.indicator.id: share for v in judged if (share := _share(v)) is not None}
    judged = tuple(sorted(judged, key=lambda v: (v.indicator.id not in moved, -moved.get(v.indicator.id, Decimal(0)))))
    known = [v for v in judged if v.indicator.id in moved]
    title, sentence = _change_title(known, judged), _change_sentence(known, judged)
    rows = [_change_row(v, moved.get(v.indicator.id)) for v in judged]
    style = Style(titles=(Text("指标", "Indicator"), Text("变化", "Change")))
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name=f"change-{group}",
        kind="change",
        title=title,
        subtitle=Text(
            "{group}，最近可比年份与 {t0} 年相比的变化，{zone}",
            "{zone}: {group}, change from {t0} to the latest comparable year",
        ).format(group=_GROUPS[group], zone=portal.zone.short, t0=portal.settings.plan.baseline_year),
        sentence=sentence,
        source=_sources(portal, judged),
        table=_change_table(judged, moved),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )


def accepts(portal: Portal, group: str) -> bool:
    """These charts need at least one indicator of the group that has moved since the baseline."""
    return any(v.done is not None for v in _judged(portal, group))


def _judged(portal: Portal, group: str) -> tuple[Verdict, ...]:
    found = (verdicts(portal, indicator.id) for indicator in portal.group(group))
    return tuple(several[0] for several in found if several and several[0].area == portal.zone)


def _sources(portal: Portal, judged: tuple[Verdict, ...]) -> Text:
    known = [k.observation.source for v in judged for k in (v.baseline, v.latest) if k]
    return source_line(portal, [*known, *(v.target.source for v in judged)])


def _silent(verdict: Verdict) -> Text:
    if verdict.baseline or verdict.latest:
        return Text("{t0} 年以后没有可比数值", "nothing comparable after {t0}").format(t0=verdict.baseline_year)
    return NO_COMPARABLE


def _and(names: list[Text]) -> Text:
    return Text(*(join_list([name[lang] for name in names], lang) for lang in LANGS))


# --- done against expected ------------------------------------------------------------------------


def _overview_row(verdict: Verdict) -> Bar:
    state = verdict.state
    note = Text(f"{state.symbol} {state.label.zh}", f"{state.symbol} {state.label.en}")
    if verdict.done is None or verdict.expected is None or verdict.latest is None:
        return Bar(verdict.indicator.name, None, Text("", ""), note, empty=_silent(verdict))
    share, year = percent(verdict.done), verdict.latest.year
    return Bar(
        verdict.indicator.name,
        dict.fromkeys(LANGS, float(verdict.done)),
        Text(f"{share}（{year} 年）", f"{share} ({year})"),
        note,
        tick=float(verdict.expected),
    )


def _overview_title(judged: tuple[Verdict, ...], known: list[Verdict], group: str) -> Text:
    ahead = [v for v in known if v.pace is not None and v.pace >= v.thresholds.on_pace]
    counts = {"all": len(judged), "known": len(known), "ahead": len(ahead), "silent": len(judged) - len(known)}
    if len(ahead) == len(known):
        words = Text("有数值的 {known} 项都不慢于平均进度", "All {known} with later values kept at least an even pace")
    else:
        words = Text(
            "有数值的 {known} 项中，{ahead} 项不慢于平均进度",
            "{ahead} of the {known} with later values kept an even pace",
        )
    rest = (
        Text("；另外 {silent} 项基线之后没有可比数值", "; {silent} have none comparable")
        if counts["silent"]
        else Text("", "")
    )
    return Text(words.zh + rest.zh, words.en + rest.en).format(**counts)


def _overview_sentence(judged: tuple[Verdict, ...], known: list[Verdict]) -> Text:
    parts = [
        Text("{name} {year} 年完成 {done}（平均进度为 {even}）", "{name}: {done} by {year} (even pace {even})").format(
            name=v.indicator.short,
            year=v.latest.year if v.latest else "",
            done=percent(v.done or Decimal(0)),
            even=percent(v.expected or Decimal(0)),
        )
        for v in known
    ]
    return _join_parts(parts, [v.indicator.short for v in judged if v.done is None])


def _join_parts(told: list[Text], silent: list[Text]) -> Text:
    zh, en = "；".join(t.zh for t in told) + "。", "; ".join(t.en for t in told) + "."
    if silent:
        names = _and(silent)
        zh, en = f"{zh}{names.zh}没有可比的后续数值。", f"{en} No later comparable value for {names.en}."
    return Text(zh, en)


def _overview_table(judged: tuple[Verdict, ...]) -> ChartTable:
    def share(value: Decimal | None) -> ChartCell:
        if value is None:
            return ChartCell.unknown(NO_COMPARABLE)
        raw = number(value, 4).replace(",", "").replace("−", "-")
        return ChartCell(Text(percent(value), percent(value)), Text(raw, raw))

    rows = []
    for v in judged:
        pace = (
            ChartCell.unknown(NO_COMPARABLE) if v.pace is None else ChartCell.plain(number(v.pace, 3).replace("−", "-"))
        )
        year = ChartCell.plain(v.latest.year) if v.latest else ChartCell.unknown(NO_COMPARABLE)
        rows.append(
            (
                ChartCell.words(v.indicator.name),
                year,
                share(v.done),
                share(v.expected),
                pace,
                ChartCell.words(v.state.label),
            )
        )
    return ChartTable(
        caption=Text("已完成与应完成的增量", "Share of the change made, and an even pace"),
        columns=(
            ChartColumn("indicator", Text("指标", "Indicator")),
            ChartColumn("year", Text("最新可比年份", "Latest year"), numeric=True),
            ChartColumn("done", Text("已完成", "Made"), numeric=True),
            ChartColumn("expected", Text("按平均进度应完成", "Even pace"), numeric=True),
            ChartColumn("pace", Text("步调", "Pace"), numeric=True),
            ChartColumn("state", Text("判断", "Verdict")),
        ),
        rows=tuple(rows),
    )


# --- change since the baseline --------------------------------------------------------------------


def _share(verdict: Verdict) -> Decimal | None:
    if verdict.baseline is None or verdict.latest is None or verdict.baseline.value <= 0:
        return None
    return verdict.latest.value / verdict.baseline.value - 1


def _change_row(verdict: Verdict, share: Decimal | None) -> Bar:
    unit = verdict.indicator.unit
    if share is None or verdict.baseline is None or verdict.latest is None:
        known = verdict.newest
        note = (
            None
            if known is None
            else Text("{year} 年 {value}", "{value} in {year}").format(year=known.year, value=amount(known.value, unit))
        )
        return Bar(verdict.indicator.name, None, Text("", ""), note, empty=_silent(verdict))
    note = Text("{v0} → {v}（{year} 年）", "{v0} → {v} ({year})").format(
        v0=Text(number(verdict.baseline.value), number(verdict.baseline.value * unit.scale))
        if unit.kind != UnitKind.MONEY
        else amount(verdict.baseline.value, unit),
        v=amount(verdict.latest.value, unit),
        year=verdict.latest.year,
    )
    words = signed_number(share, 0)
    return Bar(verdict.indicator.name, dict.fromkeys(LANGS, float(share)), Text(words, words), note)


def _change_title(known: list[Verdict], judged: tuple[Verdict, ...]) -> Text:
    first = known[0]
    grown = [v for v in known if (_share(v) or 0) > 0]
    facts = {
        "known": len(known),
        "grown": len(grown),
        "name": first.indicator.short,
        "share": signed_number(_share(first) or Decimal(0), 0),
        "silent": len(judged) - len(known),
    }
    words = Text(
        "可比的 {known} 项中 {grown} 项增加，{name}变化最大（{share}）",
        "{grown} of the {known} comparable rose; {name} moved most ({share})",
    )
    if len(grown) == len(known):
        words = Text(
            "可比的 {known} 项都在增加，{name}增得最多（{share}）", "All {known} comparable rose, {name} most ({share})"
        )
    if len({v.latest.year for v in known if v.latest}) > 1:
        words = Text(
            "可比的 {known} 项中 {grown} 项比 {t0} 年增加；最近可比的年份不一",
            "{grown} of the {known} comparable rose since {t0}; their latest years differ",
        )
        if len(grown) == len(known):
            words = Text(
                "可比的 {known} 项都比 {t0} 年增加；最近可比的年份不一",
                "All {known} comparable rose since {t0}; their latest years differ",
            )
    return words.format(**facts, t0=first.baseline_year)


def _change_sentence(known: list[Verdict], judged: tuple[Verdict, ...]) -> Text:
    told = [
        Text("{name} {year} 年为 {value}，比 {t0} 年{share}", "{name}: {value} in {year}, {share} on {t0}").format(
            name=v.indicator.short,
            year=v.latest.year if v.latest else "",
            value=amount(v.latest.value, v.indicator.unit) if v.latest else "",
            t0=v.baseline_year,
            share=_moved(_share(v) or Decimal(0)),
        )
        for v in known
    ]
    return _join_parts(told, [v.indicator.short for v in judged if _share(v) is None])


def _moved(share: Decimal) -> Text:
    words = f"{number(abs(share) * 100, 1)}%"
    return Text(f"增加 {words}", f"up {words}") if share >= 0 else Text(f"减少 {words}", f"down {words}")


def _change_table(judged: tuple[Verdict, ...], moved: dict[str, Decimal]) -> ChartTable:
    rows = []
    for v in judged:
        share = moved.get(v.indicator.id)
        raw = "" if share is None else str(round(share, 4))
        cells = [
            ChartCell(amount(k.value, v.indicator.unit), Text(str(k.value), str(k.value * v.indicator.unit.scale)))
            if k
            else ChartCell.unknown(NO_COMPARABLE)
            for k in (v.baseline, v.latest)
        ]
        rows.append(
            (
                ChartCell.words(v.indicator.name),
                cells[0],
                ChartCell.plain(v.latest.year) if v.latest else ChartCell.unknown(NO_COMPARABLE),
                cells[1],
                ChartCell(Text(signed_number(share), signed_number(share)), Text(raw, raw))
                if share is not None
                else ChartCell.unknown(NO_COMPARABLE),
                ChartCell.words(format_target(v.target)),
            )
        )
    return ChartTable(
        caption=Text("基线、最近可比数值与变化", "Baseline, latest comparable value and change"),
        columns=(
            ChartColumn("indicator", Text("指标", "Indicator")),
            ChartColumn("baseline", Text("基线", "Baseline"), numeric=True),
            ChartColumn("year", Text("最新可比年份", "Latest year"), numeric=True),
            ChartColumn("latest", Text("最新数值", "Latest value"), numeric=True),
            ChartColumn("change", Text("变化", "Change"), numeric=True),
            ChartColumn("target", Text("目标", "Target")),
        ),
        rows=tuple(rows),
    )
