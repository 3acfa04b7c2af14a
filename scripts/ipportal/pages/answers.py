"""The lines that the search shows above its hits for known needs, from the contacts and deadlines of help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ipportal.analysis import help as helping
from ipportal.base.addresses import page_path, page_url, tree
from ipportal.base.text import Text
from ipportal.pages.view import View

_CITE: Final = Text(
    "每个数据集的页面都有现成的引用文字（GB/T 7714 等格式）",
    "Each dataset's page has its citation ready (GB/T 7714 and other styles)",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A line for a need (a name of search.toml): `general` where it answers the need as such, whatever it is about.

    `about` is what it is about, in words; `address` is a page's, from the site's root; `phone` may be dialled.
    """

    need: str
    about: str
    line: str
    address: str
    phone: str = ""
    general: bool = False


def answers(view: View) -> list[Answer]:
    """Every line of a language; none for a portal without contacts."""
    return list(_answers(view)) if view.portal.contacts else []


def _answers(view: View) -> Iterator[Answer]:
    portal, lang = view.portal, view.lang
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
        yield Answer("time", _about(view, one), _limit(view, one), at)
    if view.has(page_path("datasets")):
        yield Answer("cite", "", _CITE[lang], _address(view, page_path("datasets"), ""), general=True)


def _about(view: View, limit: helping.Limit) -> str:
    return " ".join(view.localize(text) for text in (limit.deadline.step, limit.deadline.if_missed, limit.law.short))


def _limit(view: View, limit: helping.Limit) -> str:
    one = limit.deadline
    start = view.t(f"（起算：{one.start.zh}）", f" (start: {one.start.en})") if one.start else ""
    return f"{one.step[view.lang]}{view.t('：', ': ')}{one.limit[view.lang]}{start}"


def _address(view: View, page: str | None, anchor: str) -> str:
    """Where a line leads: the page with the anchor, or that of the first case's folder."""
    settings = view.portal.settings
    if page is None:
        page, anchor = _above(view), ""
    url = tree(view.lang, settings.languages[0]) + page_url(page, directory_urls=view.directory_urls)
    return f"{url}#{anchor}" if anchor else url


def _above(view: View) -> str:
    first = min(view.portal.paths.values(), key=lambda path: path.order, default=None)
    folder = first.page.rpartition("/")[0] if first else ""
    return f"{folder}/index.md".lstrip("/")
