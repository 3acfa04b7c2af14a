"""Drawings as data: one function for each kind of chart, and the list of all charts a portal has.

May import base, data, analysis and words; Altair is named here only. Begin with `all_charts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Final

from ipportal.charts import availability, cases, composition, ladder, money, overview, spark, trend
from ipportal.charts.record import Chart, Spec
from ipportal.data.model import Portal, once

Maker = Callable[[], Chart]
Judge = Callable[[Portal, str], bool]
Draw = Callable[[Portal, str], Chart]

GROUPS: Final = ("core", "commitment")

#: Kind → (does it suit an indicator, or a group of indicators, and the function that makes it)
_OF_INDICATORS: Final[Mapping[str, tuple[Judge, Draw]]] = {
    "trend": (trend.accepts, trend.trend),
    "spark": (spark.accepts, spark.spark),
    "ladder": (ladder.accepts, ladder.ladder),
}
_OF_GROUPS: Final[Mapping[str, tuple[Judge, Draw]]] = {
    "overview": (overview.accepts, overview.overview),
    "change": (overview.accepts, overview.change),
    "availability": (availability.accepts, availability.availability),
}


@once
def find(portal: Portal, kind: str, subject: str = "") -> Chart | None:
    """One chart by kind and subject (an indicator, `area/indicator`, a group, the name of a count); None if none is."""
    maker: Maker | None
    known = {**_OF_INDICATORS, **_OF_GROUPS}
    if kind in known:
        elsewhere = trend.moved(portal) if kind == trend.KIND else ()
        subjects = {*portal.indicators, *elsewhere} if kind in _OF_INDICATORS else GROUPS
        accepts, draw = known[kind]
        maker = partial(draw, portal, subject) if subject in subjects and accepts(portal, subject) else None
    else:
        maker = _counts(portal).get((kind, subject))
    if maker is None:
        return None
    chart = maker()
    return replace(chart, draw=cache(chart.draw))


@once
def all_charts(portal: Portal) -> tuple[Chart, ...]:
    """Every chart of the portal, in a fixed order. Indicators without a target are not drawn."""
    drawn = [i.id for group in GROUPS for i in portal.group(group)]
    wanted = [(kind, subject) for subject in drawn for kind in _OF_INDICATORS]
    wanted += [(trend.KIND, subject) for subject in trend.moved(portal)]
    wanted += [(kind, group) for group in GROUPS for kind in _OF_GROUPS]
    wanted += _counts(portal)
    return tuple(chart for kind, subject in wanted if (chart := find(portal, kind, subject)))


@once
def _counts(portal: Portal) -> dict[tuple[str, str], Maker]:
    found: dict[tuple[str, str], Maker] = {}
    if composition.accepts_composition(portal):
        found["composition", "enterprise-grants"] = partial(composition.composition, portal)
    if composition.accepts_awards(portal):
        found["composition", "awards"] = partial(composition.awards, portal)
    if money.accepts_incentives(portal):
        found["incentives", ""] = partial(money.incentives, portal)
    for area, forum in cases.case_series(portal):
        found["cases", f"{area}-{forum}"] = partial(cases.case_statistics, portal, area, forum)
    for kind in cases.type_series(portal):
        found["case-types", "-".join(kind).lower()] = partial(cases.case_types, portal, *kind)
    return found


__all__ = ["GROUPS", "Chart", "Spec", "all_charts", "find"]
