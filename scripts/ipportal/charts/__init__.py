"""Drawings as data: one function for each kind of chart, and the list of all charts a portal has.

May import base, data, analysis and words; Altair is named here only. Begin with `all_charts`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ipportal.charts import counts, overview, places, trend_drawing
from ipportal.charts.record import GROUPS, Chart
from ipportal.charts.trend import KIND, moved
from ipportal.data.model import Portal, once

#: Kind → the function that makes it for a subject, or gives None where there is nothing to draw
_DRAWN: Final[Mapping[str, Callable[[Portal, str], Chart | None]]] = {
    KIND: trend_drawing.trend,
    "spark": trend_drawing.spark,
    "ladder": places.ladder,
    places.KIND: places.places,
    "overview": overview.overview,
    "change": overview.change,
    "availability": overview.availability,
    "composition": counts.composition,
    "incentives": counts.incentives,
    "cases": counts.case_statistics,
    "case-types": counts.case_types,
}


@once
def find(portal: Portal, kind: str, subject: str = "") -> Chart | None:
    """One chart by kind and subject (an indicator, `area/indicator`, a group, a count, …); None if none is."""
    return _DRAWN[kind](portal, subject) if kind in _DRAWN else None


@once
def all_charts(portal: Portal) -> tuple[Chart, ...]:
    """Every chart of the portal, in a fixed order. Indicators without a target are not drawn."""
    drawn = [i.id for group in GROUPS for i in portal.group(group)]
    wanted = [(kind, subject) for subject in drawn for kind in (KIND, "spark", "ladder")]
    wanted += [(places.KIND, subject) for indicator in drawn for subject in places.subjects(portal, indicator)]
    wanted += [(KIND, subject) for subject in moved(portal)]
    wanted += [(kind, group) for group in GROUPS for kind in ("overview", "change", "availability")]
    wanted += [("composition", whole) for whole in (*counts.compositions(portal), counts.AWARDS)]
    wanted += [("incentives", "")]
    wanted += [("cases", group) for group in counts.case_groups(portal)]
    wanted += [("case-types", split) for split in counts.case_splits(portal)]
    return tuple(chart for kind, subject in wanted if (chart := find(portal, kind, subject)))


__all__ = ["GROUPS", "Chart", "all_charts", "find"]
