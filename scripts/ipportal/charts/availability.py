"""Which year is known for which indicator: published, part of a year, another definition, or unknown."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.bars import NAMES
from ipportal.charts.parts import Layer, PlotArea, Sign
from ipportal.charts.record import GROUPS, Chart, ChartTable
from ipportal.charts.theme import LINE, SIZES, WIDE, Box, Label, Width, text_width, wrap
from ipportal.charts.trend import MARKS, points_of
from ipportal.data.model import Indicator, Portal
from ipportal.words.sentences import worded
from ipportal.words.wording import NO_VALUE

#: What can be known of a year, the best first; a year with nothing stays open ground
KINDS: Final[dict[str, Sign]] = {
    "full": Sign("square", False, "main", Text("有全年数值", "full year published")),
    "part": Sign("circle", True, "main", Text("只有不足全年的数值", "only part of the year")),
    "other": Sign("diamond", True, "other", Text("只有其他口径的数值", "only another definition")),
}
_SIGNS: Final = (*KINDS.values(), Sign("square", False, "gap", NO_VALUE))


class _Line(Frozen):
    """An indicator and what is known of its years."""

    indicator: Indicator
    kinds: dict[int, str]


def availability(portal: Portal, group: str) -> Chart | None:
    """The grid of a group over the years of the plan that are over, from the first known; None without a value there.

    A year still running cannot have its value yet, so nothing is said of it.
    """
    lines = [_Line(indicator, _kinds(portal, indicator)) for indicator in portal.group(group)]
    if not any(line.kinds for line in lines):
        return None
    plan = portal.settings.plan
    seen = [year for line in lines for year in line.kinds if year <= plan.last_year]
    end = min(plan.last_year + 1, portal.settings.as_of.year)
    years = list(range(min([plan.baseline_year, *seen]), end))
    counts = [(year, sum(line.kinds.get(year) == "full" for line in lines)) for year in years]
    known = [year for line in lines for year, kind in line.kinds.items() if kind == "full"]
    last = max((year for year in known if year > plan.baseline_year), default=None)
    told = {"last": last, "there": known.count(last or 0), "t0": plan.baseline_year, "counts": counts, "n": len(lines)}
    words = worded("charts/availability.txt", **told, group=GROUPS[group], zone=portal.zone)
    table = ChartTable.of(
        words["caption"],
        lines,
        {"indicator": (Text("指标", "Indicator"), lambda line: line.indicator.name)}
        | {str(year): (Text(f"{year} 年", str(year)), partial(_known_of, year=year)) for year in years},
        [
            Text("有全年数值的，共 {n} 项", "Full-year values, of {n}").format(n=len(lines)),
            *(Text(f"{n} 项", str(n)) for _, n in counts),
        ],
    )
    sources = [row.source for line in lines for row in portal.observed(line.indicator.id, portal.zone.id)]
    layout = partial(_lay_out, lines, years)
    return Chart.of(portal, f"availability-{group}", "availability", words, sources, table, layout)


def _kinds(portal: Portal, indicator: Indicator) -> dict[int, str]:
    """The best that is known of each year; a provisional value is one of the full year."""
    found: dict[int, str] = {}
    for point in sorted(
        points_of(portal, indicator, portal.zone.id, (portal.settings.plan,)), key=lambda p: list(MARKS).index(p.kind)
    ):
        if point.year < portal.settings.as_of.year:
            found.setdefault(point.year, "full" if point.kind == "provisional" else point.kind)
    return found


def _known_of(line: _Line, year: int) -> Text:
    return KINDS[line.kinds[year]].words if year in line.kinds else NO_VALUE


def _lay_out(lines: Sequence[_Line], years: Sequence[int], lang: Lang, width: Width) -> tuple[PlotArea, list[Layer]]:
    size, wide = SIZES[width], width == WIDE
    longest = max(text_width(line.indicator.name[lang], size) for line in lines)
    room = min(longest, NAMES) + 2 if wide else width - 8
    head = parts.key_height(_SIGNS, lang, width) + size * 1.9
    left = round(room + 16) if wide else 2
    slot = (width - left - 2) / len(years)
    labels, middles, y = [], [], 0.0
    for line in lines:
        name = wrap(line.indicator.name[lang], size, room)
        tall = len(name) * LINE * size
        height = max(34, tall + 12) if wide else tall + 38
        middles.append((y + (y + height)) / 2 if wide else y + tall + 19)
        labels.append(Label(tuple(name), -left + 1, middles[-1] if wide else y + 4 + tall / 2, "left"))
        y += height
    area = PlotArea(width, round(head + y + 4), left, 2, round(head), 4)
    cells = [
        (line, middle, i, year) for line, middle in zip(lines, middles, strict=True) for i, year in enumerate(years)
    ]
    heads = [
        Label((_short(year, slot, size),), (i + 0.5) * slot, -size * 0.9, "center") for i, year in enumerate(years)
    ]
    heading = {"name": Text("指标", "Indicator"), "year": Text("年份", "Year"), "what": Text("情况", "Known")}
    titles = {field: text[lang] for field, text in heading.items()}
    say = Text("{name}，{year} 年：{what}", "{name}, {year}: {what}")
    rows, ground = list[tuple[Sign, dict[str, Any]]](), list[Box]()
    for line, middle, i, year in cells:
        if year not in line.kinds:
            ground.append(Box(round(i * slot + 2, 1), middle - 14, round((i + 1) * slot - 2, 1), middle + 14))
            continue
        sign = KINDS[line.kinds[year]]
        words = {"name": line.indicator.name, "year": Text.same(year), "what": sign.words}
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


def _short(year: int, slot: float, size: float) -> str:
    """2021, or '21 where the column is narrow."""
    return str(year) if text_width(str(year), size) + 4 <= slot else f"'{year % 100}"
