"""Indicators on pages: a figure, a target or a name inside a sentence, the rows and verdicts their tables show, and
charts: the drawing with its words, table, downloads and ways to use it elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from operator import attrgetter
from typing import Any, Final

from markupsafe import Markup

from ipportal.analysis.comparable import Known, comparable
from ipportal.analysis.plan import evidence, own_measures, own_systems
from ipportal.analysis.progress import Verdict, area_verdicts, zone_verdicts
from ipportal.base.quantities import Qualifier, number, quantity
from ipportal.base.text import Text
from ipportal.charts import GROUPS, Chart, find, places
from ipportal.charts.counts import compositions as known_compositions
from ipportal.charts.theme import NARROW, SLIM, WIDE
from ipportal.charts.trend import KIND, moved
from ipportal.data.model import TOTAL, Area, Indicator, IndicatorGroup, Observation, Portal, Status, Target, TargetKind
from ipportal.data.plans import Plan
from ipportal.files.drawings import FORMATS, chart_path, chart_words, decoration_svg, embed_height, embed_path, page_svg
from ipportal.pages.view import ONE_OF, TEMPLATES, View, lend, macro
from ipportal.words.row_names import indicator_page, part_name, row_place
from ipportal.words.wording import bounds


def the_observation(
    view: View, indicator: str, period: str, area: str | None = None, basis: str | None = None, series: str = TOTAL
) -> Observation:
    """The most trusted row for an indicator and period; by default of the zone and the plan's definition.

    Raises:
        SiteError: there is no such row.
    """
    area = area or view.portal.zone.id
    basis = basis or view.portal.settings.plan.basis
    rows = [
        o
        for o in (*view.portal.observed(indicator), *view.portal.parts_of(indicator))
        if (o.period.text, o.area, o.basis, o.series) == (period, area, basis, series) and o.status != Status.SUPERSEDED
    ]
    wanted = Text("observations.csv 里有的一行", "a row of observations.csv")
    return rows[0] if rows else view.refuse(f"{indicator}, {period}, {area}, {basis}, {series}", wanted)


def value_of(view: View, row: Observation) -> str:
    """A row's value with its unit and its qualifying word."""
    return quantity(row.value, row.unit, view.lang, qualifier=row.qualifier)


def period_of(view: View, row: Observation) -> str:
    """A row's period as readers say it; a month of a yearly flow is January to that month."""
    flow = view.portal.indicators[row.indicator].is_flow
    return row.period.label(view.lang, to_date=flow)


def when_of(view: View, row: Observation) -> str:
    """A row's period, with its definition where another is to be told from it."""
    other = view.portal.other_basis(row)
    return period_of(view, row) + (view.t(f"，{other.name.zh}", f", {other.name.en}") if other else "")


def row_link(view: View, row: Observation, kind: str = "") -> Markup:
    """A row's value, linked to its place: on its indicator's page, or in the table of context figures."""
    return view.linked(value_of(view, row), *row_place(view.portal, row), kind)


def indicator_link(view: View, indicator: Indicator, words: str = "", about: str = "") -> Markup:
    """Link to an indicator by its name or other words: to its own page, or its place among the context figures."""
    context = indicator.group == IndicatorGroup.CONTEXT
    anchor = f"ctx-{indicator.id}" if context else ""
    return view.linked(words or view.localize(indicator.name), indicator_page(indicator), anchor, about=about)


@macro
def figure(
    view: View,
    indicator: Indicator,
    period: str,
    area: str | None = None,
    basis: str | None = None,
    with_period: bool = False,
    series: str = TOTAL,
) -> Markup:
    """`{{ figure("grants", "2021") }}`: a published value with its unit, linked to its row.

    `with_period=True` adds the period in brackets; `series` asks for a part by its id.
    """
    row = the_observation(view, indicator.id, period, area, basis, series)
    page, anchor = row_place(view.portal, row)
    period = period_of(view, row)
    after = view.t(f"（{period}）", f" ({period})") if with_period else ""
    return view.linked(value_of(view, row), page, anchor, "ip-fig") + after


@macro
def share(
    view: View, indicator: Indicator, period: str, area: str | None = None, series: str = TOTAL, of: str | None = None
) -> Markup:
    """`{{ share("grants", "2021", series="enterprise") }}`: a part as a percentage of the whole, linked to its row.

    `of="sample-city"` sets the value of a place against that of another, on the same definition.
    """
    part, whole = (the_observation(view, indicator.id, period, *one) for one in ((area, None, series), (of or area,)))
    exact = {part.qualifier, whole.qualifier} == {Qualifier.EXACT}
    if not (exact and whole.value and part.unit.kind.has_ratio) or (of and part.unit.kind.per_head):
        view.refuse(indicator.id, Text("可以相除的两个准确数值", "two exact values, one a share of the other"))
    words = f"{number(part.unit.convert(part.value, whole.unit) / whole.value * 100, 1)}%"
    page, anchor = row_place(view.portal, part)
    return view.linked(words, page, anchor, "ip-fig", view.localize(part_name(view.portal, part)))


@macro
def target(view: View, indicator: Indicator, which: str = "") -> Markup:
    """`{{ target("grants") }}`: the default target with its unit, linked.

    `which` names another target by its id, which may be another place's.
    """
    own = view.portal.zone.id
    wanted = [t for t in view.portal.targeted(indicator.id) if t.id == which or (not which and t.area == own)]
    if not wanted:
        view.refuse(f"{indicator.id} {which}", Text("targets.csv 里有的一行", "a row of targets.csv"))
    aim = wanted[0]
    about = f"{view.localize(view.portal.areas[aim.area].short)} {aim.year} {view.localize(indicator.short)}"
    return view.linked(bounds(aim, view.lang), indicator_page(indicator), f"target-{aim.id}", "ip-fig", about)


#: What may be counted, in the order in which it is told; what is not said here the portal holds by that name
_COUNTS: Final[Mapping[str, Callable[[Portal], Collection[Any]]]] = {
    "core": lambda portal: portal.group("core"),
    "commitments": lambda portal: portal.group("commitment"),
    **{name: attrgetter(name) for name in ("indicators", "observations", "sources", "discrepancies")},
    "measures": own_measures,
    "updates": evidence,
    "systems": own_systems,
    "events": attrgetter("events"),
    "stories": attrgetter("case_stories"),
    "terms": attrgetter("glossary"),
    "services": attrgetter("services"),
    "packages": attrgetter("packages"),
    "tables": lambda portal: [table for package in portal.packages.values() for table in package.tables],
    "rows": lambda portal: [row for p in portal.packages.values() for t in p.tables.values() for row in t.rows],
}


@macro
def count(view: View, what: str) -> str:
    """`{{ count("measures") }}`: how many there are, counted from the data."""
    return f"{len(view.one(_COUNTS, what, ONE_OF)(view.portal)):,}"


@macro
def link(view: View, page: str, anchor: str = "") -> str:
    """`href="{{ link("plan/index.md") }}"`: the address of a page of the same language, for HTML tags."""
    if not (page.endswith(".md") and view.portal.has_page(page)):
        view.refuse(
            page, Text("有的页面的路径，如 plan/index.md", "the path of a page there is, such as plan/index.md")
        )
    return view.link(page, anchor)


#: Which class shows a drawing of which width
SHAPES: Final = {WIDE: "wide", NARROW: "narrow", SLIM: "slim"}


@macro
def chart(view: View, kind: str, subject: str = "", say: bool = True) -> Markup:
    """`{{ chart("trend", "grants") }}`: a chart with its sentence, table, downloads and embed code.

    `say=False` leaves the sentence to the page where it is told already.
    """
    found = find(view.portal, kind, subject)
    if found is None and kind in ("overview", "change", "availability") and subject in GROUPS:
        return view.nothing()
    if found is None or WIDE not in found.widths:
        wanted = Text("能画出的图：类型和对象", "a chart there is: kind and subject")
        view.refuse(f"{kind} {subject}".strip(), wanted)
    return Markup("") if view.rehearsal else _figure(view, found, say=say)


def compositions(view: View, indicator: Indicator) -> list[Markup]:
    """What an indicator is made of: a chart with its table for each dimension it is broken down by."""
    subjects = [key for key, pairs in known_compositions(view.portal).items() if pairs[0][0].indicator == indicator.id]
    return [chart(view, "composition", subject) for subject in subjects]


@macro
def indicator_chart(view: View, indicator: Indicator, say: bool = False) -> Markup:
    """`{{ indicator_chart("grants") }}`: the trend of an indicator; a plain word where nothing known can be
    drawn, and nothing where nothing is known, which the values below say."""
    found = find(view.portal, "trend", indicator.id)
    if found is None:
        if not view.portal.observed(indicator.id, view.portal.zone.id):
            return Markup("")
        words = Text("没有可以画成图的公开数值。", "No published value can be drawn yet.")
        return view.render("empty.html", words=words)
    return Markup("") if view.rehearsal else _figure(view, found, say=say)


@macro
def comparison(view: View, indicator: Indicator) -> Markup:
    """`{{ comparison("grants") }}`: zone, city, province, nation and peers in the newest year they share, and a choice
    of places and definitions to see year by year; nothing where nothing can be drawn."""
    charts = [find(view.portal, places.KIND, subject) for subject in places.subjects(view.portal, indicator.id)]
    drawn = {
        c.name: _figure(view, c, say=c.kind != places.KIND)
        for c in (find(view.portal, "ladder", indicator.id), *charts)
        if c
    }
    return view.render("comparison.html", indicator=indicator, drawn=drawn) if drawn else Markup("")


def spark(view: View, indicator: str) -> Markup:
    """The small drawing of a card; nothing where there is no comparable value."""
    found = find(view.portal, "spark", indicator)
    if found is None or view.rehearsal:
        return Markup("")
    (raw,) = view.drawings.raw(found, view.lang).values()
    return Markup(decoration_svg(raw))


def verdict_groups(portal: Portal, indicator: str) -> list[tuple[Plan, list[Verdict], list[Verdict]]]:
    """The zone's verdicts on an indicator by plan, the one spoken of first: those told in full, and the years between.

    In full are the one to show first, the one on the plan's last target, and all on targets that are no default.
    """
    found: dict[str, list[Verdict]] = {}
    for verdict in zone_verdicts(portal, indicator):
        found.setdefault(verdict.plan.id, []).append(verdict)
    groups = []
    for judged in found.values():
        last = max((v for v in judged if v.target.default), key=lambda v: v.target.year, default=judged[0])
        told = [v for v in judged if v in (judged[0], last) or not v.target.default]
        between = sorted((v for v in judged if v not in told), key=lambda v: v.target.year)
        groups.append((judged[0].plan, told, between))
    return groups


lend(places.choices, places.unpublished, chart_path, embed_path)
TEMPLATES.globals["CHART_FORMATS"] = FORMATS


def _figure(view: View, found: Chart, *, say: bool) -> Markup:
    words = chart_words(view.portal, found, view.lang)
    raw = view.drawings.raw(found, view.lang)
    drawings = [(SHAPES[width], Markup(page_svg(svg))) for width, svg in raw.items()]
    height = embed_height(words, raw)
    return view.render("figure.html", chart=found, words=words, drawings=drawings, say=say, height=height)


def rows_by_source(portal: Portal) -> Counter[str]:
    """How many observations each source is cited by."""
    return Counter(row.source for row in portal.observations)


def all_rows(portal: Portal, indicator: Indicator) -> list[Observation]:
    """All rows of an indicator, the zone's first, parts after their total."""
    return sorted((*portal.observed(indicator.id), *portal.parts_of(indicator.id)), key=portal.in_order)


def all_targets(portal: Portal, indicator: Indicator) -> list[Target]:
    """All targets of an indicator, place by place, those of work plans behind others of their year."""
    return sorted(
        portal.targeted(indicator.id),
        key=lambda t: (portal.areas[t.area].order, t.year, t.kind == TargetKind.ANNUAL, not t.default, t.id),
    )


#: Levels a city's or a zone's figures may stand beside; a group of companies is no place
_PLACES: Final = ("zone", "city", "peer")


@macro
def moved_targets(view: View, area: Area) -> Markup:
    """`{{ moved_targets("city") }}`: targets that later documents changed: every version's verdict, and the steps."""
    parts = []
    for subject in moved(view.portal):
        where, _, indicator = subject.partition("/")
        if where == area.id:
            judged = [v for v in area_verdicts(view.portal, indicator, where) if v.revisions]
            judged.sort(key=lambda v: v.revisions.index(v.target), reverse=True)
            parts.append((view.portal.indicators[indicator], judged, chart(view, KIND, subject, say=False)))
    return view.render("moved-targets.html", parts=parts)


def peers(view: View) -> list[tuple[Indicator, str, int, list[tuple[Area, Known]]]]:
    """Indicators and definitions with the newest year for which places can stand beside each other, and those places.

    Figures per head are left out: their sources do not state the population.
    """
    portal = view.portal
    areas = sorted((a for a in portal.areas.values() if a.level in _PLACES), key=lambda a: (a.order, a.id))
    found = []
    for indicator in portal.indicators.values():
        if indicator.unit.kind.per_head:
            continue
        for basis in sorted({row.basis for row in portal.observed(indicator.id)}):
            years: dict[int, list[tuple[Area, Known]]] = {}
            for area in areas:
                for known in comparable(portal, indicator.id, area.id, basis):
                    years.setdefault(known.year, []).append((area, known))
            shared = [y for y, places in years.items() if len(places) > 1 and any(a.level == "peer" for a, _ in places)]
            if shared:
                found.append((indicator, basis, max(shared), years[max(shared)]))
    return found
