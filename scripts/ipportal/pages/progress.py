"""Many indicators at once: the parts of the home page, progress tables, lists of everything, other places."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.comparable import Known, comparable
from ipportal.analysis.progress import Verdict, area_verdicts, zone_verdicts
from ipportal.charts.trend import KIND, moved
from ipportal.data.model import Area, Indicator
from ipportal.pages.figures import chart
from ipportal.pages.view import View, macro, shown


@shown
def default_verdicts(view: View, *groups: str) -> list[Verdict]:
    """The verdict on the default target of each indicator of some groups."""
    return [zone_verdicts(view.portal, one.id)[0] for group in groups for one in view.portal.group(group)]


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


@shown
def peers(view: View) -> list[tuple[Indicator, str, int, list[tuple[Area, Known]]]]:
    """Indicators and definitions with the newest year for which places can stand beside each other, and those places.

    Figures per head are left out: their sources do not state the population.
    """
    portal = view.portal
    areas = sorted((a for a in portal.areas.values() if a.level in _PLACES), key=lambda a: (a.order, a.id))
    found = []
    for indicator in portal.indicators.values():
        if indicator.unit.kind == "ratio":
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
