"""The same indicator, the same year, the same definition: zone, city, province, nation and named peers."""

from __future__ import annotations

from typing import Final

from ipportal.analysis.comparable import Known, comparable
from ipportal.base.quantities import UnitKind, number
from ipportal.base.text import LANGS, Text
from ipportal.charts.bars import Bar, Style, bar_layout, value_cell
from ipportal.charts.record import Chart, ChartTable
from ipportal.charts.theme import scale_of
from ipportal.data.model import Area, Portal, Qualifier
from ipportal.words.wording import amount, in_sentence, observed, percent

#: Bars on one linear scale stop being readable beyond this ratio of largest to smallest
_LOG_FROM: Final = 12
_COUNTED: Final = (UnitKind.COUNT, UnitKind.MONEY)


def ladder(portal: Portal, indicator: str) -> Chart | None:
    """The newest year in which the zone can be set beside another area, by the same definition; None without one.

    Rates per head are left out: places compare only with a stated population, which the plan does not give.
    """
    rungs = _rungs(portal, indicator)
    if not rungs:
        return None
    record, year = portal.indicators[indicator], rungs[0][1].year
    drawn = [known.value for _, known in rungs]
    scales = {lang: scale_of(portal, record.unit, lang, drawn) for lang in LANGS}
    log = record.unit.kind in _COUNTED and min(drawn) > 0 and max(drawn) / min(drawn) > _LOG_FROM
    rows = [
        Bar(
            area.name,
            {lang: scales[lang].value(known.value) for lang in LANGS},
            observed(known.observation)
            if known.observation.qualifier != Qualifier.EXACT
            else amount(known.value, record.unit),
            role="main" if area == portal.zone else "other",
        )
        for area, known in rungs
    ]
    caption = Text("{name}，{year} 年", "{name}, {year}").format(name=record.name, year=year)
    return Chart.of(
        portal,
        f"ladder-{indicator}",
        kind="ladder",
        title=_title(portal, record.unit.kind, rungs),
        subtitle=Text(
            "{caption}，同一口径，单位：{unit}{note}", "{caption}, same definition; unit: {unit}{note}"
        ).format(
            caption=caption,
            unit=Text.each(lambda lang: scales[lang].name),
            note=Text("，对数刻度：每格十倍", "; logarithmic scale: each step is tenfold") if log else "",
        ),
        sentence=Text("{caption}：{list}。", "{caption}: {list}.").format(
            caption=caption,
            list=Text.joined((row.name + Text.same(" ") + row.label for row in rows), "，", "; "),
        ),
        sources=[known.observation.source for _, known in rungs],
        table=ChartTable.of(
            caption,
            zip(rows, rungs, strict=True),
            {
                "area": (Text("地区", "Area"), lambda one: one[0].name),
                "year": (Text("年份", "Year"), lambda one: year),
                "value": (Text("数值", "Value"), lambda one: value_cell(one[0])),
                "source": (Text("出处", "Source"), lambda one: portal.sources[one[1][1].observation.source].name),
            },
        ),
        layout=bar_layout(rows, Style((Text("地区", "Area"), Text("数值", "Value")), log=log)),
    )


def _rungs(portal: Portal, indicator: str) -> list[tuple[Area, Known]]:
    """The areas known in the newest year that compares, the zone first; empty where none does."""
    if indicator not in portal.indicators or portal.indicators[indicator].unit.kind == UnitKind.RATIO:
        return []
    basis = portal.settings.plan.basis
    known = {
        area.id: {k.year: k for k in comparable(portal, indicator, area.id, basis) if not k.provisional}
        for area in portal.areas.values()
        if area.level not in ("center", "park", "group")
    }
    for year in sorted(known.get(portal.zone.id, {}), reverse=True):
        there = sorted((portal.areas[a] for a, years in known.items() if year in years), key=lambda a: (a.order, a.id))
        if len(there) > 1:
            return [(area, known[area.id][year]) for area in there]
    return []


def _title(portal: Portal, kind: UnitKind, rungs: list[tuple[Area, Known]]) -> Text:
    """The zone as a share of the city for counts, as a multiple for rates."""
    values = {area.level: (area, known) for area, known in reversed(rungs)}
    zone = values["zone"][1]
    facts: dict[str, object] = {"year": zone.year, "zone": in_sentence(portal.zone.short), "others": len(rungs) - 1}
    found = (values[level] for level in ("city", "province", "nation") if level in values)
    area, other = next(((area, known.value) for area, known in found if known.value > 0), (None, zone.value))
    if area is None:
        return Text("{year} 年{zone}与其他 {others} 处比较", "The {zone} and {others} other places in {year}").format(
            **facts
        )
    words = Text("{year} 年{zone}是{area}的 {share}", "In {year} the {zone} stood at {share} of the level of {area}")
    if kind in _COUNTED:
        words = Text("{year} 年{zone}相当于{area}的 {share}", "In {year} the {zone} came to {share} of {area}")
    elif zone.value >= other:
        words = Text(
            "{year} 年{zone}是{area}的 {times} 倍", "In {year} the {zone} stood at {times} times the level of {area}"
        )
    share = zone.value / other
    return words.format(**facts, area=area.short, share=percent(share), times=number(share, 1))
