"""Help on pages: what its blocks work out of lengths of time and links; the blocks are templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ipportal.analysis import help as helping
from ipportal.data.model import Choice, Deadline
from ipportal.pages.view import TEMPLATES, View, shown
from ipportal.words.lawtext import articles_label, law_name

#: Days a unit stands for on the scale of the clock
_DAYS: Final[Mapping[str, float]] = {"hours": 1 / 24, "days": 1, "working-days": 7 / 5, "months": 30, "years": 365}
#: Days the scale of the clock ends at; what is longer is drawn broken
_SCALE: Final = 60
#: Units in which a browser may reckon a date; working days need the calendar of the office
_RECKONED: Final = ("days", "months", "years")

TEMPLATES.globals["helping"] = helping
shown(articles_label)
shown(law_name)


class Bar(NamedTuple):
    """The length of a limit on the scale, in hundredths of it; `broken` where it goes on beyond the end."""

    width: float
    broken: bool


@shown
def bar(deadline: Deadline) -> Bar | None:
    """How a limit is drawn; None where it is no length of time."""
    if not (deadline.length and deadline.unit and deadline.direction):
        return None
    days = deadline.length * _DAYS[deadline.unit]
    return Bar(round(max(min(days / _SCALE, 1) * 100, 1), 1), days > _SCALE)


@shown
def reckoned(deadline: Deadline) -> bool:
    """True where a browser may work out the last day from the first."""
    return deadline.direction == "forward" and deadline.unit in _RECKONED


@shown
def answer_link(view: View, right: Choice, place: Choice, wish: Choice | None) -> str:
    """Where the three answers lead: to the first way for the wish, or to the page that goes on about it."""
    path = view.portal.path_of[right.id, place.id]
    if wish is None:
        return view.link(path.page)
    if way := helping.first_way(view.portal, path, wish):
        return view.link(path.page, f"way-{way.service.id}")
    more = view.portal.paths.get(wish.also or "") if helping.ways(view.portal, path) else None
    return view.link(more.page if more else path.page)
