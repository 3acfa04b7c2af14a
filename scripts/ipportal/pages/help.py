"""Help on pages: what its blocks work out of lengths of time and links; the blocks are templates. And the lines
that the search shows above its hits for known needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ipportal.analysis import help as helping
from ipportal.base import Frozen
from ipportal.base.addresses import page_path, page_url
from ipportal.data.model import Choice, Deadline
from ipportal.pages.view import TEMPLATES, View

#: Days a unit stands for on the scale of the clock
_DAYS: Final[Mapping[str, float]] = {"hours": 1 / 24, "days": 1, "working-days": 7 / 5, "months": 30, "years": 365}
#: Days the scale of the clock ends at; what is longer is drawn broken
_SCALE: Final = 60
#: Units in which a browser may reckon a date; working days need the calendar of the office
_RECKONED: Final = ("days", "months", "years")

TEMPLATES.globals["helping"] = helping


def bar(deadline: Deadline) -> tuple[float, bool] | None:
    """How a limit is drawn: its length in hundredths of the scale, and whether it goes on beyond the end; None where it
    is no length of time.
    """
    if not (deadline.length and deadline.unit and deadline.direction):
        return None
    days = deadline.length * _DAYS[deadline.unit]
    return round(max(min(days / _SCALE, 1) * 100, 1), 1), days > _SCALE


def reckoned(deadline: Deadline) -> bool:
    """True where a browser may work out the last day from the first."""
    return deadline.direction == "forward" and deadline.unit in _RECKONED


def answer_link(view: View, right: Choice, place: Choice, wish: Choice | None) -> str:
    """Where the three answers lead: to the first way for the wish, or to the page that goes on about it."""
    path = view.portal.path_of[right.id, place.id]
    if wish is None:
        return view.link(path.page)
    if way := helping.first_way(view.portal, path, wish):
        return view.link(path.page, f"way-{way.service.id}")
    more = view.portal.paths.get(wish.also or "") if helping.ways(view.portal, path) else None
    return view.link(more.page if more else path.page)


class Answer(Frozen):
    """A line for a need (a name of search.toml): `general` where it answers the need as such, whatever it is about.

    `about` is what it is about, in words; `address` is a page's, from the site's root; `phone` may be dialled.
    """

    need: str
    about: str
    line: str
    address: str
    phone: str = ""
    general: bool = False


def answers(view: View) -> Iterator[Answer]:
    """Every line of a language; none for a portal without contacts."""
    portal, lang = view.portal, view.lang
    if not portal.contacts:
        return
    law, anything = helping.to_ask(portal, "law"), helping.to_ask(portal, "anything")
    pages = {one.id: path.page for path in reversed([*portal.paths.values()]) for one in helping.contacts(portal, path)}
    for contact in portal.contacts.values():
        name, purpose = contact.name[lang], contact.purpose[lang]
        at = _address(view, pages.get(contact.id), f"contact-{contact.id}")
        about = f"{contact.phone or ''} {name} {purpose}"
        line = view.t(f"{name}：{purpose}", f"{name}: {purpose}")
        asked = view.t(f"费用以办事机构公布的为准，请问{name}", f"For fees ask the office itself: {name}")
        if contact.phone:
            yield Answer("phone", about, line, at, contact.phone, contact in (*anything, *law))
        yield Answer("cost", about, asked, at, contact.phone or "", contact in anything)
        if contact.kind == "court" or contact in law:
            yield Answer("court", about, line, at, contact.phone or "", general=True)
        if contact in (*law, *anything):
            yield Answer("time", "", line, at, contact.phone or "", general=True)
    of = [(one, path) for path in reversed([*portal.paths.values()]) for one in helping.limits(portal, path)]
    for one, path in {one.deadline.id: (one, path) for one, path in of}.values():
        at = _address(view, path.page, f"limit-{one.deadline.id}")
        about = " ".join(view.localize(text) for text in (one.deadline.step, one.deadline.if_missed, one.law.short))
        begins = view.t("（起算：{}）", " (start: {})").format(one.deadline.start[lang]) if one.deadline.start else ""
        said = f"{one.deadline.step[lang]}{view.t('：', ': ')}{one.deadline.limit[lang]}{begins}"
        yield Answer("time", about, said, at)
    if view.portal.has_page(page_path("datasets")):
        zh, en = "每个数据集的页面都有现成的引用文字（GB/T 7714 等格式）", "Each dataset's page has its citation ready"
        said = view.t(zh, f"{en} (GB/T 7714 and other styles)")
        yield Answer("cite", "", said, _address(view, page_path("datasets"), ""), general=True)


def _address(view: View, page: str | None, anchor: str) -> str:
    """Where a line leads: the page with the anchor, or that of the first case's folder."""
    if page is None:
        first = min(view.portal.paths.values(), key=lambda path: path.order, default=None)
        page, anchor = f"{first.page.rpartition('/')[0] if first else ''}/index.md".lstrip("/"), ""
    url = view.portal.settings.tree(view.lang) + page_url(page, directory_urls=view.directory_urls)
    return f"{url}#{anchor}" if anchor else url
