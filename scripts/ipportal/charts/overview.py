"""A group of indicators: in bars done against expected and the change since the baseline; and in a grid which year is
known for which: published, part of a year, another definition, or unknown."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any, Final

from ipportal.analysis.comparable import Known
from ipportal.analysis.progress import Verdict, leading_verdicts
from ipportal.base.quantities import Notation, number, signed_number
from ipportal.base.text import LANGS, Lang, Text
from ipportal.charts import parts
from ipportal.charts.bars import NAMES, Bar, Style, bar_layout
from ipportal.charts.parts import Layer, PlotArea, Sign
from ipportal.charts.record import GROUPS, Chart, ChartCell, ChartTable
from ipportal.charts.theme import LINE, SIZES, WIDE, Box, Label, Width, text_width, wrap
from ipportal.charts.trend import MARKS, points_of
from ipportal.data.model import Indicator, Portal
from ipportal.words.sentences import worded, written
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE, NOTHING, amount, difference, format_target, percent

_UNKNOWN: Final = ChartCell.unknown(NO_COMPARABLE)
_NO_SHARE: Final = ChartCell.unknown(Text("不按增量判断", "not judged by change"))


def overview(portal: Portal, group: str) -> Chart | None:
    """How much of the way each indicator of a group has behind it, against an even pace; None if none has moved."""
    judged = leading_verdicts(portal, group)
    if all(v.done is None for v in judged):
        return None
    signs = (
        Sign("square", False, "main", Text("已完成的增量", "share of the change made")),
        Sign("M0,-1V1", False, "ink", Text("按平均进度应完成的", "an even pace")),
    )
    goal = (1.0, Text("目标 100%", "target 100%"))
    style = Style((Text("指标", "Indicator"), Text("已完成", "Made")), signs, rule=goal)
    words = worded("charts/overview.txt", judged=judged, group=GROUPS[group], zone=portal.zone)
    table = ChartTable.of(
        words["caption"],
        judged,
        {
            "indicator": (Text("指标", "Indicator"), lambda v: v.indicator.name),
            "year": (Text("最新可比年份", "Latest year"), _year_cell),
            "done": (
                Text("已完成（目标 100%）", "Made (target 100%)"),
                lambda v: ChartCell.unknown(_missing(v)) if v.latest and v.done is None else _share_cell(v, v.done),
            ),
            "expected": (Text("按平均进度应完成", "Even pace"), lambda v: _share_cell(v, v.expected)),
            "pace": (Text("步调", "Pace"), lambda v: _share_cell(v) if v.pace is None else f"{round(v.pace, 3):f}"),
            "state": (Text("判断", "Verdict"), lambda v: v.state.label),
        },
    )
    layout = bar_layout([_overview_row(v) for v in judged], style)
    return Chart.of(portal, f"overview-{group}", "overview", words, _sources(judged), table, layout)


def change(portal: Portal, group: str) -> Chart | None:
    """Change from the baseline to the latest comparable year, as a share of the baseline where it has one.

    None if nothing changed or no change is a share.
    """
    judged = sorted(leading_verdicts(portal, group), key=lambda v: (_change(v) is None, -(_change(v) or 0)))
    known = [(v, v.at_start, v.latest) for v in judged if v.at_start and v.latest]
    if not known or _change(known[0][0]) is None:
        return None
    moved = [written("charts/moved.txt", NOTHING, v=v, share=_change(v)) for v, *_ in known]
    alike, shares = len({latest.year for *_, latest in known}) == 1, all(_change(v) is not None for v, *_ in known)
    t0 = portal.settings.plan.baseline_year
    facts = {"group": GROUPS[group], "zone": portal.zone, "t0": t0, "judged": judged, "known": known, "moved": moved}
    grown, most = sum(latest.value > start.value for _, start, latest in known), _moved(known[0][0])
    words = worded("charts/change.txt", **facts, grown=grown, alike=alike, most=most if alike and shares else None)
    table = ChartTable.of(
        words["caption"],
        judged,
        {
            "indicator": (Text("指标", "Indicator"), lambda v: v.indicator.name),
            "baseline": (Text(f"基线（{t0} 年）", f"Baseline ({t0})"), lambda v: _value_cell(v, v.at_start)),
            "year": (Text("最新可比年份", "Latest year"), _year_cell),
            "latest": (Text("最新数值", "Latest value"), lambda v: _value_cell(v, v.latest)),
            "change": (Text("变化", "Change"), _change_cell),
            "target": (Text("目标", "Target"), lambda v: format_target(v.target)),
        },
    )
    layout = bar_layout([_change_row(v) for v in judged], Style((Text("指标", "Indicator"), Text("变化", "Change"))))
    return Chart.of(portal, f"change-{group}", "change", words, _sources(judged), table, layout)


def _change(verdict: Verdict) -> Decimal | None:
    """The change since the baseline as a share of it."""
    start, latest = verdict.at_start, verdict.latest
    if start is None or latest is None or start.value <= 0 or not verdict.indicator.unit.kind.has_ratio:
        return None
    return latest.value / start.value - 1


def _moved(verdict: Verdict) -> Text:
    """The change since the baseline with its sign: as a share, or in the indicator's own unit."""
    assert verdict.at_start and verdict.latest
    if (share := _change(verdict)) is not None:
        return Text.same(signed_number(share, 1))
    gap = verdict.latest.value - verdict.at_start.value
    return Text.same("−" if gap < 0 else "+" if gap else "") + difference(abs(gap), verdict.indicator.unit)


def _sources(judged: Iterable[Verdict]) -> list[str]:
    known = [k.observation.source for v in judged for k in (v.at_start, v.latest) if k]
    return [*known, *(v.target.source for v in judged)]


def _overview_row(verdict: Verdict) -> Bar:
    note = verdict.state.label
    if verdict.done is None or verdict.expected is None or verdict.latest is None:
        return _open_row(verdict, note)
    note = Text(f"{verdict.latest.year} 年，", f"{verdict.latest.year}, ") + note
    drawn = dict.fromkeys(LANGS, float(verdict.done))
    return Bar(verdict.indicator.name, drawn, Text.same(percent(verdict.done)), note, tick=float(verdict.expected))


def _change_row(verdict: Verdict) -> Bar:
    unit, share, baseline, latest = verdict.indicator.unit, _change(verdict), verdict.at_start, verdict.latest
    if baseline is None or latest is None:
        known = verdict.newest
        words = Text("{year} 年 {value}", "{value} in {year}")
        return _open_row(verdict, words.format(year=known.year, value=amount(known.value, unit)) if known else None)
    begin = Text(number(baseline.value), number(baseline.value * unit.scale))
    begin = amount(baseline.value, unit) if unit.kind.style == Notation.MONEY else begin
    note = Text("从 {v0} 到 {v}（{year} 年）", "from {v0} to {v} ({year})")
    note = note.format(v0=begin, v=amount(latest.value, unit), year=latest.year)
    if share is None:
        return Bar(verdict.indicator.name, None, Text.same(""), note, empty=_moved(verdict))
    drawn = dict.fromkeys(LANGS, float(share))
    return Bar(verdict.indicator.name, drawn, _moved(verdict), note)


def _open_row(verdict: Verdict, note: Text | None) -> Bar:
    """A row without a bar, and what is not known there."""
    return Bar(verdict.indicator.name, None, Text.same(""), note, empty=_missing(verdict))


def _year_cell(verdict: Verdict) -> ChartCell:
    return ChartCell.same(verdict.latest.year) if verdict.latest else ChartCell.unknown(_missing(verdict))


def _missing(verdict: Verdict) -> Text:
    if verdict.latest and verdict.done is None:
        value = amount(verdict.latest.value, verdict.indicator.unit)
        words = Text("{year} 年为 {value}，不按增量判断", "{value} in {year}; not judged by change")
        return words.format(year=verdict.latest.year, value=value)
    if verdict.latest:
        return Text("不与 {t0} 年比较", "not compared with {t0}").format(t0=verdict.baseline_year)
    after = Text("{t0} 年以后没有可比数值", "nothing comparable after {t0}").format(t0=verdict.baseline_year)
    return after if verdict.newest else NO_COMPARABLE


def _value_cell(verdict: Verdict, known: Known | None) -> ChartCell:
    if known is None:
        return _UNKNOWN
    unit = verdict.indicator.unit
    return ChartCell(amount(known.value, unit), Text(str(known.value), str(known.value * unit.scale)))


def _share_cell(verdict: Verdict, share: Decimal | None = None) -> ChartCell:
    if share is None:
        return _NO_SHARE if verdict.latest else _UNKNOWN
    return ChartCell(Text.same(percent(share)), Text.same(f"{round(share, 4):f}"))


def _change_cell(verdict: Verdict) -> ChartCell:
    change = _change(verdict)
    if change is not None:
        return ChartCell(_moved(verdict), Text.same(round(change, 4)))
    return ChartCell.unknown(_moved(verdict)) if verdict.at_start and verdict.latest else _UNKNOWN


# --- which years are known -------------------------------------------------------------------------

#: What can be known of a year, the best first; a year with nothing stays open ground
KINDS: Final[dict[str, Sign]] = {
    "full": Sign("square", False, "main", Text("有全年数值", "full year published")),
    "part": Sign("circle", True, "main", Text("只有不足全年的数值", "only part of the year")),
    "other": Sign("diamond", True, "other", Text("只有其他口径的数值", "only another definition")),
}
_SIGNS: Final = (*KINDS.values(), Sign("square", False, "gap", NO_VALUE))


#: An indicator and what is known of its years
_Line = tuple[Indicator, dict[int, str]]


def availability(portal: Portal, group: str) -> Chart | None:
    """The grid of a group over the years of the plan that are over, from the first known; None without a value there.

    A year still running cannot have its value yet, so nothing is said of it.
    """
    lines = [(indicator, _kinds(portal, indicator)) for indicator in portal.group(group)]
    if not any(kinds for _, kinds in lines):
        return None
    plan = portal.settings.plan
    seen = [year for _, kinds in lines for year in kinds if year <= plan.last_year]
    end = min(plan.last_year + 1, portal.settings.as_of.year)
    years = list(range(min([plan.baseline_year, *seen]), end))
    counts = [(year, sum(kinds.get(year) == "full" for _, kinds in lines)) for year in years]
    known = [year for _, kinds in lines for year, kind in kinds.items() if kind == "full"]
    last = max((year for year in known if year > plan.baseline_year), default=None)
    told = {"last": last, "there": known.count(last or 0), "t0": plan.baseline_year, "counts": counts, "n": len(lines)}
    words = worded("charts/availability.txt", **told, group=GROUPS[group], zone=portal.zone)
    table = ChartTable.of(
        words["caption"],
        lines,
        {"indicator": (Text("指标", "Indicator"), lambda line: line[0].name)}
        | {str(year): (Text(f"{year} 年", str(year)), partial(_known_of, year=year)) for year in years},
        [
            Text("有全年数值的，共 {n} 项", "Full-year values, of {n}").format(n=len(lines)),
            *(Text(f"{n} 项", str(n)) for _, n in counts),
        ],
    )
    sources = [row.source for indicator, _ in lines for row in portal.observed(indicator.id, portal.zone.id)]
    layout = partial(_lay_out, lines, years)
    return Chart.of(portal, f"availability-{group}", "availability", words, sources, table, layout)


def _kinds(portal: Portal, indicator: Indicator) -> dict[int, str]:
    """The best that is known of each year; a provisional value is one of the full year."""
    found: dict[int, str] = {}
    points = points_of(portal, indicator, portal.zone.id, (portal.settings.plan,))
    for point in sorted(points, key=lambda point: list(MARKS).index(point.kind)):
        if point.year < portal.settings.as_of.year:
            found.setdefault(point.year, "full" if point.kind == "provisional" else point.kind)
    return found


def _known_of(line: _Line, year: int) -> Text:
    _, kinds = line
    return KINDS[kinds[year]].words if year in kinds else NO_VALUE


def _lay_out(lines: Sequence[_Line], years: Sequence[int], lang: Lang, width: Width) -> tuple[PlotArea, list[Layer]]:
    size, wide = SIZES[width], width == WIDE
    longest = max(text_width(indicator.name[lang], size) for indicator, _ in lines)
    room = min(longest, NAMES) + 2 if wide else width - 8
    head = parts.key_height(_SIGNS, lang, width) + size * 1.9
    left = round(room + 16) if wide else 2
    slot = (width - left - 2) / len(years)
    labels, middles, y = [], [], 0.0
    for indicator, _ in lines:
        name = wrap(indicator.name[lang], size, room)
        tall = len(name) * LINE * size
        height = max(34, tall + 12) if wide else tall + 38
        middles.append((y + (y + height)) / 2 if wide else y + tall + 19)
        labels.append(Label(tuple(name), -left + 1, middles[-1] if wide else y + 4 + tall / 2, "left"))
        y += height
    area = PlotArea(width, round(head + y + 4), left, 2, round(head), 4)
    cells = product(zip(lines, middles, strict=True), enumerate(years))
    # 2021, or '21 where the columns are narrow
    short = [str(year) if text_width(str(year), size) + 4 <= slot else f"'{year % 100}" for year in years]
    heads = [Label((year,), (i + 0.5) * slot, -size * 0.9, "center") for i, year in enumerate(short)]
    heading = {"name": Text("指标", "Indicator"), "year": Text("年份", "Year"), "what": Text("情况", "Known")}
    titles = {field: text[lang] for field, text in heading.items()}
    say = Text("{name}，{year} 年：{what}", "{name}, {year}: {what}")
    rows, ground = list[tuple[Sign, dict[str, Any]]](), list[Box]()
    for ((indicator, kinds), middle), (i, year) in cells:
        if year not in kinds:
            ground.append(Box(round(i * slot + 2, 1), middle - 14, round((i + 1) * slot - 2, 1), middle + 14))
            continue
        sign = KINDS[kinds[year]]
        words = {"name": indicator.name, "year": Text.same(year), "what": sign.words}
        told = {field: text[lang] for field, text in (words | {"say": say.format(**words)}).items()}
        rows.append((sign, {"px": round((i + 0.5) * slot, 1), "py": round(middle, 1), **told}))
    x, y = parts.pixels("px"), parts.pixels("py")
    return area, [
        *parts.ground(ground),
        *parts.in_order(rows, lambda sign, run: parts.points(run, x, y, sign, titles, 110 if sign.hollow else 230)),
        *parts.words(labels, size),
        *parts.words(heads, size, "soft"),
        *parts.key(_SIGNS, lang, area),
    ]
