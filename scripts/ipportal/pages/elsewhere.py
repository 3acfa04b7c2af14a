"""The page on other places: city, province and nation by their own targets, peers as context."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.comparable import Known, comparable
from ipportal.analysis.progress import area_verdicts
from ipportal.base.text import Text
from ipportal.charts.trend import KIND, moved
from ipportal.data.model import Area, Indicator
from ipportal.pages.figures import chart
from ipportal.pages.plan_links import indicator_link
from ipportal.pages.view import Block, View
from ipportal.words.counts import annual_sentence, area_sentence, area_targets
from ipportal.words.sentences import verdict_sentence

_AREA: Final = Text("areas.csv 里的地区编号", "an area id of areas.csv")
#: Levels a city's or a zone's figures may stand beside; a group of companies is no place
_PLACES: Final = ("zone", "city", "peer")


def the_area(view: View, macro: str, area: str) -> Area:
    """The area a macro names.

    Raises:
        SiteError: there is no such area.
    """
    return view.portal.areas.get(area) or view.refuse(macro, area, _AREA)


def area_progress(view: View, area: str, annual: bool = False) -> Markup:
    """`{{ area_progress("city") }}`: an area's own plan targets, their values and verdicts, with a counted sentence.

    `annual=True` shows the targets of yearly work plans instead, which are only met or missed.
    """
    found = the_area(view, "area_progress", area)
    judged = area_targets(view.portal, found.id, annual=annual)
    sentence = annual_sentence(judged) if annual else area_sentence(found, judged)
    return view.render(
        "area-progress.html",
        area=found,
        annual=annual,
        verdicts=judged,
        sentence=sentence,
        indicator_link=indicator_link,
    )


def moved_targets(view: View, area: str) -> Markup:
    """`{{ moved_targets("city") }}`: targets that later documents changed: every version's verdict, and the steps."""
    found = the_area(view, "moved_targets", area)
    parts = []
    for subject in moved(view.portal):
        where, _, indicator = subject.partition("/")
        if where == found.id:
            judged = [v for v in area_verdicts(view.portal, indicator, where) if v.revisions]
            judged.sort(key=lambda v: v.revisions.index(v.target), reverse=True)
            parts.append((view.portal.indicators[indicator], judged, chart(view, KIND, subject, say=False)))
    return view.render("moved-targets.html", parts=parts, sentence=verdict_sentence, indicator_link=indicator_link)


def peer_values(view: View) -> Markup:
    """`{{ peer_values() }}`: places beside each other, in one year and one definition, in a fixed order.

    Figures per head are left out: their sources do not state the population.
    """
    return view.render("peer-values.html", tables=_peers(view), indicator_link=indicator_link)


def _peers(view: View) -> list[tuple[Indicator, str, int, list[tuple[Area, Known]]]]:
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


MACROS: Final[dict[str, Block]] = {
    "area_progress": area_progress,
    "moved_targets": moved_targets,
    "peer_values": peer_values,
}
