"""The same indicator, the same year, the same definition: zone, city, province, nation and named peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ipportal.analysis.comparable import Known, comparable
from ipportal.base.quantities import UnitKind, number
from ipportal.base.text import LANGS, Text
from ipportal.charts.bars import Bar, Style, draw_bars
from ipportal.charts.record import Chart
from ipportal.charts.trend import source_line
from ipportal.charts.units import scale_of
from ipportal.data.model import Area, Portal, Qualifier
from ipportal.words import amount, observed, percent, sentence_case
from ipportal.words.chart_table import ChartCell, ChartColumn, ChartTable, per_language

#: Bars on one linear scale stop being readable beyond this ratio of largest to smallest
_LOG_FROM: Final = 12


@dataclass(frozen=True, slots=True)
class Rungs:
    """A year and the areas known in it, the zone first."""

    year: int
    values: tuple[tuple[Area, Known], ...]


def accepts(portal: Portal, indicator: str) -> bool:
    """A ladder needs the zone and at least one other area in the same year and definition.

    Rates per head are left out: places compare only with a stated population, which the plan does not give.
    """
    return _rungs(portal, indicator) is not None


def ladder(portal: Portal, indicator: str) -> Chart:
    """The newest year in which the zone can be compared.

    Raises:
        ValueError: no other area is known in any year of the zone.
    """
    rungs = _rungs(portal, indicator)
    if rungs is None:
        raise ValueError(f"nothing to compare: {indicator}")
    record, year = portal.indicators[indicator], rungs.year
    drawn = [known.value for _, known in rungs.values]
    scales = {lang: scale_of(portal, record.unit, lang, drawn) for lang in LANGS}
    log = (
        record.unit.kind in (UnitKind.COUNT, UnitKind.MONEY) and min(drawn) > 0 and max(drawn) / min(drawn) > _LOG_FROM
    )
    rows = [
        Bar(
            area.name,
            {lang: scales[lang].value(known.value) for lang in LANGS},
            observed(known.observation)
            if known.observation.qualifier != Qualifier.EXACT
            else amount(known.value, record.unit),
            role="main" if area == portal.zone else "other",
        )
        for area, known in rungs.values
    ]
    title = _title(portal, record.unit.kind, rungs)
    sentence = Text("{name}，{year} 年：{list}。", "{name}, {year}: {list}.").format(
        year=year,
        name=record.name,
        list=Text(
            "，".join(f"{row.name.zh} {row.label.zh}" for row in rows),
            "; ".join(f"{row.name.en} {row.label.en}" for row in rows),
        ),
    )
    style = Style(log=log, titles=(Text("地区", "Area"), Text("数值", "Value")))
    scale_note = Text("，对数刻度：每格十倍", "; logarithmic scale: each step is tenfold") if log else Text("", "")
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name=f"ladder-{indicator}",
        kind="ladder",
        title=title,
        subtitle=Text(
            "{name}，{year} 年，同一口径，单位：{unit}{note}", "{name}, {year}, same definition; unit: {unit}{note}"
        ).format(name=record.name, year=year, unit=per_language(lambda lang: scales[lang].name), note=scale_note),
        sentence=sentence,
        source=source_line(portal, [known.observation.source for _, known in rungs.values]),
        table=ChartTable(
            caption=Text("{name}，{year} 年", "{name}, {year}").format(name=record.name, year=year),
            columns=(
                ChartColumn("area", Text("地区", "Area")),
                ChartColumn("year", Text("年份", "Year"), numeric=True),
                ChartColumn("value", Text("数值", "Value"), numeric=True),
                ChartColumn("source", Text("出处", "Source")),
            ),
            rows=tuple(
                (
                    ChartCell.words(row.name),
                    ChartCell.plain(year),
                    ChartCell(row.label, per_language(lambda lang, k=known: str(scales[lang].value(k.value)))),
                    ChartCell.words(portal.sources[known.observation.source].name),
                )
                for row, (_, known) in zip(rows, rungs.values, strict=True)
            ),
        ),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )


def _rungs(portal: Portal, indicator: str) -> Rungs | None:
    if portal.indicators[indicator].unit.kind == "ratio":
        return None
    basis = portal.settings.plan.basis
    known = {
        area.id: {k.year: k for k in comparable(portal, indicator, area.id, basis) if not k.provisional}
        for area in portal.areas.values()
        if area.level not in ("center", "park", "group")
    }
    for year in sorted(known.get(portal.zone.id, {}), reverse=True):
        there = sorted((portal.areas[a] for a, years in known.items() if year in years), key=lambda a: (a.order, a.id))
        if len(there) > 1:
            return Rungs(year, tuple((area, known[area.id][year]) for area in there))
    return None


def _title(portal: Portal, kind: str, rungs: Rungs) -> Text:
    """The zone as a share of the city for counts, as a multiple for rates."""
    values = {area.level: (area, known.value) for area, known in reversed(rungs.values)}
    zone = values["zone"][1]
    facts: dict[str, object] = {"year": rungs.year, "zone": portal.zone.short, "n": len(rungs.values)}
    for level in ("city", "province", "nation"):
        if level not in values or values[level][1] <= 0:
            continue
        area, value = values[level]
        facts |= {"area": area.short, "share": percent(zone / value), "times": number(zone / value, 1)}
        if kind in (UnitKind.COUNT, UnitKind.MONEY):
            return Text(
                "{year} 年{zone}相当于{area}的 {share}", "In {year} the {zone} came to {share} of {area}"
            ).format(**_lower(facts))
        if zone >= value:
            return Text(
                "{year} 年{zone}是{area}的 {times} 倍",
                "In {year} the {zone} stood at {times} times the level of {area}",
            ).format(**_lower(facts))
        return Text(
            "{year} 年{zone}是{area}的 {share}", "In {year} the {zone} stood at {share} of the level of {area}"
        ).format(**_lower(facts))
    return Text("{year} 年{zone}与其他 {others} 处比较", "The {zone} and {others} other places in {year}").format(
        **_lower(facts), others=len(rungs.values) - 1
    )


def _lower(facts: dict[str, object]) -> dict[str, object]:
    zone = facts["zone"]
    assert isinstance(zone, Text)
    return facts | {"zone": Text(zone.zh, zone.en[:1].lower() + zone.en[1:])}
