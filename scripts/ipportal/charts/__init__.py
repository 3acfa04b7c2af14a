"""Drawings as data: one function for each kind of chart, and the list of all charts a portal has.

May import base, data, analysis and words; Altair is named here only. Begin with `all_charts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from ipportal.charts import availability, counts, ladder, overview, trend_drawing
from ipportal.charts.record import GROUPS, Chart
from ipportal.charts.trend import KIND, moved
from ipportal.data.model import Portal, once

Maker = Callable[[], Chart]
Judge = Callable[[Portal, str], bool]
Draw = Callable[[Portal, str], Chart]

#: Kind → (does it suit an indicator, or a group of indicators, and the function that makes it)
_OF_INDICATORS: Final[Mapping[str, tuple[Judge, Draw]]] = {
    KIND: (trend_drawing.accepts, trend_drawing.trend),
    "spark": (trend_drawing.accepts_spark, trend_drawing.spark),
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
    known = {**_OF_INDICATORS, **_OF_GROUPS}
    if kind not in known:
        maker = _counts(portal).get((kind, subject))
        return maker() if maker else None
    subjects = {*portal.indicators, *(moved(portal) if kind == KIND else ())} if kind in _OF_INDICATORS else GROUPS
    accepts, draw = known[kind]
    return draw(portal, subject) if subject in subjects and accepts(portal, subject) else None


@once
def all_charts(portal: Portal) -> tuple[Chart, ...]:
    """Every chart of the portal, in a fixed order. Indicators without a target are not drawn."""
    drawn = [i.id for group in GROUPS for i in portal.group(group)]
    wanted = [(kind, subject) for subject in drawn for kind in _OF_INDICATORS]
    wanted += [(KIND, subject) for subject in moved(portal)]
    wanted += [(kind, group) for group in GROUPS for kind in _OF_GROUPS]
    wanted += _counts(portal)
    return tuple(chart for kind, subject in wanted if (chart := find(portal, kind, subject)))


@once
def _counts(portal: Portal) -> dict[tuple[str, str], Maker]:
    found: dict[tuple[str, str], Maker] = {}
    if counts.shares(portal):
        found["composition", "enterprise-grants"] = partial(counts.enterprise_share, portal)
    if counts.patent_awards(portal):
        found["composition", "awards"] = partial(counts.awards, portal)
    if counts.paid(portal):
        found["incentives", ""] = partial(counts.incentives, portal)
    for area, forum in counts.case_series(portal):
        found["cases", f"{area}-{forum}"] = partial(counts.case_statistics, portal, area, forum)
    for kind in counts.type_series(portal):
        found["case-types", "-".join(kind).lower()] = partial(counts.case_types, portal, *kind)
    return found


__all__ = ["GROUPS", "Chart", "all_charts", "find"]
