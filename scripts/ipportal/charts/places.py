"""One indicator in several places, always by one definition: all that are known for the newest year they share with the
zone, and year by year a place beside another one or alone."""

from collections.abc import Sequence
from typing import Final

from ipportal.analysis.comparable import Known, comparable
from ipportal.base.quantities import Unit
from ipportal.base.text import LANGS, Text, join_texts
from ipportal.charts.bars import Bar, Style, bar_layout, value_cell
from ipportal.charts.record import Chart, ChartTable
from ipportal.charts.theme import scale_of
from ipportal.data.model import Area, Indicator, Portal, Qualifier, once
from ipportal.words.sentences import worded, written
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE, NOTHING, amount, observed, place

KIND: Final = "places"

#: Bars on one linear scale stop being readable beyond this ratio of largest to smallest
_LOG_FROM: Final = 12
#: A place, a year, and what is known of them
_Spot = tuple[Area, int, Known | None]


def ladder(portal: Portal, indicator: str) -> Chart | None:
    """The newest year in which the zone can be set beside another area, by the same definition; None without one.

    Rates per head are left out: places compare only with a stated population, which the plan does not give.
    """
    if indicator not in portal.indicators or portal.indicators[indicator].unit.kind.per_head:
        return None
    record, basis = portal.indicators[indicator], portal.settings.plan.basis
    known = _known(portal, indicator, basis)
    shared = (y for y in sorted(known.get(portal.zone, ()), reverse=True) if sum(y in k for k in known.values()) > 1)
    if not (year := next(shared, None)):
        return None
    spots = [(area, year, years[year]) for area, years in known.items() if year in years]
    values = {area.level: (area, found) for area, _, found in reversed(spots)}
    above = [values[level] for level in ("city", "province", "nation") if level in values]
    title = _title(record.unit, (portal.zone, known[portal.zone][year]), above, len(spots) - 1)
    caption = Text("{name}，{year} 年", "{name}, {year}").format(name=record.name, year=year)
    return _chart(portal, "ladder", indicator, basis, spots, title, caption)


def places(portal: Portal, subject: str) -> Chart | None:
    """The known years of a place, or of two beside each other: `indicator/basis/area` or `indicator/basis/area/area`.

    None for what `choices` does not have.
    """
    indicator, _, rest = subject.partition("/")
    basis, *wanted = rest.split("/")
    if indicator not in portal.indicators or subject not in subjects(portal, indicator):
        return None
    record, known = portal.indicators[indicator], _known(portal, indicator, basis)
    areas = [portal.areas[area] for area in wanted]
    years = sorted({year for area in areas for year in known[area]})
    spots = [(area, year, known[area].get(year)) for year in years for area in areas]
    shared = [year for year in years if all(year in known[area] for area in areas)]
    if len(areas) > 1 and shared:
        own, other = ((area, known[area][shared[-1]]) for area in areas)
        title = _title(record.unit, own, [other], 1)
    else:
        told = {"areas": join_texts(place(area) for area in areas), "area": areas[0].short, "years": years}
        ends = [_told(known[areas[0]][year], record) for year in shared]
        title = written("places-title.txt", NOTHING, told | {"ends": ends})
    return _chart(portal, KIND, subject, basis, spots, title, record.name)


@once
def choices(portal: Portal, indicator: str) -> tuple[tuple[str, tuple[tuple[Area, ...], ...]], ...]:
    """What can be drawn by definition, the plan's first: the first place beside each other one.

    Where no two places compare, each is drawn alone that has several years, unless the trend of the zone shows it.
    """
    plan, rate, found = portal.settings.plan.basis, portal.indicators[indicator].unit.kind.per_head, []
    for basis in sorted({row.basis for row in portal.observed(indicator)}, key=lambda basis: (basis != plan, basis)):
        known = _known(portal, indicator, basis)
        first, others = next(iter(known), None), [] if rate else list(known)[1:]
        pairs = [(first, other) for other in others if first]
        alone = [(a,) for a, years in known.items() if len(years) > 1 and (a, basis) != (portal.zone, plan)]
        found.append((basis, tuple(pairs or alone)))
    return tuple(found)


def subjects(portal: Portal, indicator: str) -> list[str]:
    """The subjects of `places` for an indicator."""
    chosen = ((basis, areas) for basis, several in choices(portal, indicator) for areas in several)
    return ["/".join((indicator, basis, *(area.id for area in areas))) for basis, areas in chosen]


def unpublished(portal: Portal, indicator: str, basis: str) -> list[Area]:
    """The zone and what it lies in, as far as no full year of an indicator is known there by a definition."""
    known, levels = _known(portal, indicator, basis), ("zone", "city", "province", "nation")
    return [area for area in _in_order(portal) if area.level in levels and area not in known]


def _in_order(portal: Portal) -> list[Area]:
    return sorted(portal.areas.values(), key=lambda area: (area.order, area.id))


@once
def _known(portal: Portal, indicator: str, basis: str) -> dict[Area, dict[int, Known]]:
    """Final full-year values by place and year; groups of companies, parks and offices are no places to compare."""
    areas = (area for area in _in_order(portal) if area.level not in ("center", "park", "group"))
    values = ((a, {k.year: k for k in comparable(portal, indicator, a.id, basis) if not k.provisional}) for a in areas)
    return {area: years for area, years in values if years}


def _chart(
    portal: Portal, kind: str, subject: str, basis: str, spots: Sequence[_Spot], title: Text, caption: Text
) -> Chart:
    """Bars in the order of `spots`, those of the zone or else of the first place in the leading colour."""
    record = portal.indicators[subject.split("/", maxsplit=1)[0]]
    drawn = [known.value for *_, known in spots if known]
    scales = {lang: scale_of(portal, record.unit, lang, drawn) for lang in LANGS}
    log = record.unit.kind.additive and min(drawn) > 0 and max(drawn) / min(drawn) > _LOG_FROM
    areas, dated = [area for area, *_ in spots], Text("{year} 年{area}", "{area}, {year}")
    lead = portal.zone if portal.zone in areas else areas[0]
    rows = []
    for area, year, known in spots:
        name = dated.format(year=year, area=area.short) if kind == KIND else area.name
        value = {lang: scales[lang].value(known.value) for lang in LANGS} if known else None
        # something may be published for the year, though no final full-year value by the definition drawn
        partly = not known and any(row.period.year == year for row in portal.observed(record.id, area.id))
        empty = None if known else NO_COMPARABLE if partly else NO_VALUE
        role = "main" if area == lead else "other"
        rows.append(Bar(name, value, _told(known, record) if known else NOTHING, empty=empty, role=role))
    sources = [portal.sources[known.observation.source].name if known else Text.same("—") for *_, known in spots]
    told = {"caption": caption, "scales": scales, "log": log, "rows": rows, "basis": portal.bases[basis]}
    words = worded("charts/places.txt", **told) | {"title": title}
    table = ChartTable.of(
        caption,
        zip(rows, spots, sources, strict=True),
        {
            "area": (Text("地区", "Area"), lambda one: one[1][0].name),
            "year": (Text("年份", "Year"), lambda one: one[1][1]),
            "value": (Text("数值", "Value"), lambda one: value_cell(one[0])),
            "definition": (Text("口径", "Definition"), lambda one: portal.bases[basis].name),
            "source": (Text("出处", "Source"), lambda one: one[2]),
        },
    )
    layout = bar_layout(rows, Style((Text("地区", "Area"), Text("数值", "Value")), log=log))
    used = [known.observation.source for *_, known in spots if known]
    return Chart.of(portal, f"{kind}-{subject.replace('/', '--')}", kind, words, used, table, layout)


def _told(known: Known, record: Indicator) -> Text:
    """A value in words, as its source gives it where it is not exact."""
    exact = known.observation.qualifier == Qualifier.EXACT
    return amount(known.value, record.unit) if exact else observed(known.observation)


def _title(unit: Unit, own: tuple[Area, Known], above: Sequence[tuple[Area, Known]], others: int) -> Text:
    """A place beside the nearest of those `above` it that has a value to set it against."""
    (area, known), found = own, [(a, k.value) for a, k in above if k.value > 0 or not unit.kind.has_ratio]
    beside, other = found[0] if found else (None, None)
    told = {"year": known.year, "zone": place(area), "area": beside.short if beside else None}
    facts = {"unit": unit, "value": known.value, "area": beside, "other": other, "others": others}
    return written("ladder-title.txt", NOTHING, told, **facts)
