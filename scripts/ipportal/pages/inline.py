"""Macros inside a sentence: a figure, a target, a name, a source, a count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from ipportal.base.quantities import quantity
from ipportal.base.text import Text
from ipportal.data.model import Indicator, IndicatorGroup, Observation, Status, Target
from ipportal.pages.view import Block, View
from ipportal.words.row_names import row_place
from ipportal.words.wording import bounds

_INDICATOR: Final = Text("indicators.csv 里的指标编号", "an indicator id of indicators.csv")


def the_indicator(view: View, macro: str, indicator: str) -> Indicator:
    """The indicator a macro names.

    Raises:
        SiteError: there is no such indicator.
    """
    found = view.portal.indicators.get(indicator)
    return found or view.refuse(macro, indicator, _INDICATOR)


def the_observation(
    view: View, macro: str, indicator: str, period: str, area: str | None = None, basis: str | None = None
) -> Observation:
    """The most trusted row for an indicator and period; by default of the zone and the plan's definition.

    Raises:
        SiteError: there is no such row.
    """
    area = area or view.portal.zone.id
    basis = basis or view.portal.settings.plan.basis
    rows = [
        o
        for o in view.portal.observed(indicator, area, basis)
        if o.period.text == period and o.status != Status.SUPERSEDED
    ]
    wanted = Text("observations.csv 里有的一行", "a row of observations.csv")
    return rows[0] if rows else view.refuse(macro, f"{indicator}, {period}, {area}, {basis}", wanted)


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


def bounds_of(view: View, target: Target) -> str:
    """A target's value or range with its unit."""
    return bounds(target, view.lang)


def row_link(view: View, row: Observation) -> str:
    """Link to a row: on its indicator's page where it has one, else in the table of context figures."""
    page, anchor = row_place(view.portal, row)
    return view.link(f"{page}.md", anchor)


def figure(
    view: View,
    indicator: str,
    period: str,
    area: str | None = None,
    basis: str | None = None,
    with_period: bool = False,
) -> Markup:
    """`{{ figure("invention-grants", "2021") }}`: a published value with its unit, linked to its row.

    `with_period=True` adds the period in brackets.
    """
    the_indicator(view, "figure", indicator)
    row = the_observation(view, "figure", indicator, period, area, basis)
    after = ""
    if with_period:
        after = view.t(f"（{period_of(view, row)}）", f" ({period_of(view, row)})")
    return Markup('<a class="ip-fig" href="{}">{}</a>{}').format(row_link(view, row), value_of(view, row), after)


def target(view: View, indicator: str, which: str = "") -> Markup:
    """`{{ target("invention-grants") }}`: the default target with its unit, linked.

    `which` names another target by its id.
    """
    the_indicator(view, "target", indicator)
    wanted = [t for t in view.portal.targeted(indicator, view.portal.zone.id) if which in ("", t.id)]
    if not wanted:
        view.refuse("target", f"{indicator} {which}", Text("targets.csv 里有的一行", "a row of targets.csv"))
    link = view.link(f"indicators/{indicator}.md", f"target-{wanted[0].id}")
    return Markup('<a class="ip-fig" href="{}">{}</a>').format(link, bounds_of(view, wanted[0]))


def name(view: View, indicator: str, short: bool = False) -> Markup:
    """`{{ name("pct-applications") }}`: an indicator's name, without a link (for headings)."""
    found = the_indicator(view, "name", indicator)
    return Markup.escape(view.localize(found.short if short else found.name))


def indicator(view: View, indicator: str) -> Markup:
    """`{{ indicator("pct-applications") }}`: an indicator's name, linked to its page."""
    found = the_indicator(view, "indicator", indicator)
    page = "indicators/context.md" if found.group == IndicatorGroup.CONTEXT else f"indicators/{found.id}.md"
    anchor = f"ctx-{found.id}" if found.group == IndicatorGroup.CONTEXT else ""
    return Markup('<a href="{}">{}</a>').format(view.link(page, anchor), view.localize(found.name))


def source(view: View, source: str) -> Markup:
    """`{{ source("plan-draft") }}`: a source's short name, linked to its entry in the list of sources."""
    found = view.portal.sources.get(source)
    if not found:
        view.refuse("source", source, Text("sources.csv 里的来源编号", "a source id of sources.csv"))
    link = view.link("about/sources.md", f"source-{source}")
    return Markup('<a href="{}">{}</a>').format(link, view.localize(found.name))


_COUNTS: Final[Mapping[str, Callable[[View], int]]] = {
    "core": lambda view: len(view.portal.group("core")),
    "commitments": lambda view: len(view.portal.group("commitment")),
    "indicators": lambda view: len(view.portal.indicators),
    "observations": lambda view: len(view.portal.observations),
    "sources": lambda view: len(view.portal.sources),
    "discrepancies": lambda view: len(view.portal.discrepancies),
    "measures": lambda view: len(view.portal.measures),
    "updates": lambda view: len(view.portal.updates),
    "systems": lambda view: len(view.portal.systems),
    "events": lambda view: len(view.portal.events),
    "stories": lambda view: len(view.portal.case_stories),
    "terms": lambda view: len(view.portal.glossary),
    "services": lambda view: len(view.portal.services),
    "packages": lambda view: len(view.portal.packages),
    "tables": lambda view: sum(len(p.tables) for p in view.portal.packages.values()),
    "rows": lambda view: sum(len(t.rows) for p in view.portal.packages.values() for t in p.tables.values()),
}


def count(view: View, what: str) -> str:
    """`{{ count("measures") }}`: how many there are, counted from the data."""
    if what not in _COUNTS:
        words = ", ".join(_COUNTS)
        view.refuse("count", what, Text(f"下列之一：{words}", f"one of: {words}"))
    return f"{_COUNTS[what](view):,}"


def link(view: View, page: str, anchor: str = "") -> str:
    """`href="{{ link("plan/index.md") }}"`: the address of a page of the same language, for HTML tags."""
    if not page.endswith(".md"):
        view.refuse("link", page, Text("页面的路径，如 plan/index.md", "the path of a page, such as plan/index.md"))
    return view.link(page, anchor)


MACROS: Final[dict[str, Block]] = {
    "link": link,
    "figure": figure,
    "target": target,
    "name": name,
    "indicator": indicator,
    "source": source,
    "count": count,
}
