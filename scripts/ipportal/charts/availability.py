"""Which year is known for which indicator: published, part of a year, another definition, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import altair as alt

from ipportal.analysis.comparable import comparable, covers_year
from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.key import Sign, key, key_height
from ipportal.charts.record import Chart, Spec
from ipportal.charts.space import LINE, Box, Label, text_width, wrap
from ipportal.charts.theme import SIZES, WIDE, Width
from ipportal.charts.trend import source_line
from ipportal.data.model import Indicator, Portal, Status
from ipportal.words.chart_table import ChartCell, ChartColumn, ChartTable
from ipportal.words.wording import NO_VALUE

#: What can be known of a year, the best first; a year with nothing stays open ground
KINDS: Final[dict[str, Sign]] = {
    "full": Sign("square", False, "main", Text("有全年数值", "full year published")),
    "part": Sign("circle", True, "main", Text("只有不足全年的数值", "only part of the year")),
    "other": Sign("diamond", True, "other", Text("只有其他口径的数值", "only another definition")),
}
_NAMES: Final = 232


@dataclass(frozen=True, slots=True)
class _Line:
    indicator: Indicator
    kinds: dict[int, str]


def accepts(portal: Portal, group: str) -> bool:
    """A grid needs indicators, at least one of them with a dated value of the zone."""
    return any(line.kinds for line in _lines(portal, group))


def availability(portal: Portal, group: str = "core") -> Chart:
    """The grid of a group of indicators over the years of the plan, from the first year known."""
    lines = _lines(portal, group)
    plan = portal.settings.plan
    seen = [year for line in lines for year in line.kinds if year <= plan.last_year]
    years = list(range(min([plan.baseline_year, *seen]), plan.last_year + 1))
    title, sentence = _title(lines, plan.baseline_year), _sentence(lines, years)
    words = {
        "core": Text("核心指标", "core indicators"),
        "commitment": Text("有数字的承诺", "commitments with numbers"),
    }
    sources = [row.source for line in lines for row in portal.observed(line.indicator.id, portal.zone.id)]
    return Chart(
        name=f"availability-{group}",
        kind="availability",
        title=title,
        subtitle=Text("{group}，{zone}，{a}—{b} 年", "{zone}: {group}, {a}–{b}").format(
            group=words[group], zone=portal.zone.short, a=years[0], b=years[-1]
        ),
        sentence=sentence,
        source=source_line(portal, sources),
        table=ChartTable(
            caption=Text("各指标各年的数据情况", "What is known, by indicator and year"),
            columns=(
                ChartColumn("indicator", Text("指标", "Indicator")),
                *(ChartColumn(str(year), Text(f"{year} 年", str(year))) for year in years),
            ),
            rows=tuple(
                (
                    ChartCell.words(line.indicator.name),
                    *(ChartCell.words(KINDS[line.kinds[y]].words if y in line.kinds else NO_VALUE) for y in years),
                )
                for line in lines
            ),
        ),
        draw=lambda lang, width: _draw(lines, years, lang, width, title[lang], sentence[lang]),
    )


def _lines(portal: Portal, group: str) -> tuple[_Line, ...]:
    return tuple(_Line(indicator, _kinds(portal, indicator)) for indicator in portal.group(group))


def _kinds(portal: Portal, indicator: Indicator) -> dict[int, str]:
    zone, basis = portal.zone.id, portal.settings.plan.basis
    kinds = {known.year: "full" for known in comparable(portal, indicator.id, zone, basis)}
    for kind, wanted in (("part", True), ("other", False)):
        for row in portal.observed(indicator.id, zone):
            dated = row.period.year is not None and row.period.kind not in ("years", "months")
            fits = (row.basis == basis) == wanted and (kind == "other" or not covers_year(row))
            if dated and fits and row.status != Status.SUPERSEDED and row.period.year:
                kinds.setdefault(row.period.year, kind)
    return kinds


def _title(lines: tuple[_Line, ...], baseline: int) -> Text:
    later = [year for line in lines for year, kind in line.kinds.items() if kind == "full" and year > baseline]
    if not later:
        return Text("{year} 年以后没有一项公布过全年数值", "No full-year value has been published after {year}").format(
            year=baseline
        )
    last = max(later)
    return Text(
        "{year} 年以后没有一项公布过全年数值，{year} 年有 {n} 项",
        "No full-year value after {year}; {n} indicators have one for {year}",
    ).format(year=last, n=later.count(last))


def _sentence(lines: tuple[_Line, ...], years: list[int]) -> Text:
    counts = [(year, sum(line.kinds.get(year) == "full" for line in lines)) for year in years]
    return Text(
        f"{len(lines)} 项指标中有全年数值的：" + "，".join(f"{y} 年 {n} 项" for y, n in counts) + "。",
        f"Of {len(lines)} indicators, a full-year value is published for: "
        + ", ".join(f"{y}: {n}" for y, n in counts)
        + ".",
    )


def _draw(lines: tuple[_Line, ...], years: list[int], lang: Lang, width: Width, title: str, sentence: str) -> Spec:
    size, wide = SIZES[width], width == WIDE
    longest = max(text_width(line.indicator.name[lang], size) for line in lines)
    room = min(longest, _NAMES) + 2 if wide else width - 8
    names = [wrap(line.indicator.name[lang], size, room) for line in lines]
    head = key_height(_signs(), lang, width) + size * 1.9
    tops, y = [], 0.0
    for name in names:
        tops.append(y)
        y += max(34, len(name) * LINE * size + 12) if wide else len(name) * LINE * size + 38
    area = parts.PlotArea(width, round(head + y + 4), round(room + 16) if wide else 2, 2, round(head), 4)
    slot = area.inner_width / len(years)
    bottoms = [*tops[1:], y]
    middles = [
        (top + bottom) / 2 if wide else top + len(name) * LINE * size + 19
        for top, bottom, name in zip(tops, bottoms, names, strict=True)
    ]
    labels = [
        Label(tuple(name), -area.left + 1, middle if wide else top + 4 + len(name) * LINE * size / 2, "left")
        for name, top, middle in zip(names, tops, middles, strict=True)
    ]
    heads = [
        Label((_short(year, slot, size),), (i + 0.5) * slot, -size * 0.9, "center") for i, year in enumerate(years)
    ]
    layers = [
        *parts.ground(
            [
                Box(round(i * slot + 2, 1), middle - 14, round((i + 1) * slot - 2, 1), middle + 14)
                for line, middle in zip(lines, middles, strict=True)
                for i, year in enumerate(years)
                if year not in line.kinds
            ]
        ),
        *_marks(lines, years, middles, slot, lang),
        *parts.words(labels, size),
        *parts.words(heads, size, "soft"),
        *key(_signs(), lang, area),
    ]
    return parts.sheet(layers, area, lang, title, sentence)


def _signs() -> list[Sign]:
    return [*KINDS.values(), Sign("square", False, "gap", NO_VALUE)]


def _short(year: int, slot: float, size: float) -> str:
    """2021, or '21 where the column is narrow."""
    return str(year) if text_width(str(year), size) + 4 <= slot else f"'{year % 100}"


def _marks(
    lines: tuple[_Line, ...], years: list[int], middles: list[float], slot: float, lang: Lang
) -> list[parts.Layer]:
    layers: list[parts.Layer] = []
    titles = {
        "name": Text("指标", "Indicator")[lang],
        "year": Text("年份", "Year")[lang],
        "what": Text("情况", "Known")[lang],
    }
    for kind, sign in KINDS.items():
        rows = []
        for line, middle in zip(lines, middles, strict=True):
            for i, year in enumerate(years):
                if line.kinds.get(year) == kind:
                    name, what = line.indicator.name[lang], sign.words[lang]
                    say = Text(f"{name}，{year} 年：{what}", f"{name}, {year}: {what}")[lang]
                    rows.append(
                        {
                            "px": round((i + 0.5) * slot, 1),
                            "py": round(middle, 1),
                            "name": name,
                            "year": str(year),
                            "what": what,
                            "say": say,
                        }
                    )
        layers += parts.points(
            rows,
            parts.pixels("px", alt.X),
            parts.pixels("py", alt.Y),
            shape=sign.shape,
            role=sign.role,
            hollow=sign.hollow,
            titles=titles,
            size=230 if kind == "full" else 110,
        )
    return layers
