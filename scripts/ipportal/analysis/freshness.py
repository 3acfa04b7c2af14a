"""What is out of date, or soon will be: data against the cycle promised, columns against the inspection rules, expiry.

Sources: each package's `update_frequency`; 国办秘函〔2019〕19号 (a site fails when its home page is unchanged for
two weeks, or five columns of notices and policies for six months, or five are empty); `valid_until` of pages and the
expiry of security.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from ipportal.analysis.expected import Expectation, expectations
from ipportal.base.text import Text
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import Portal
from ipportal.data.settings import FILE

Kind = Literal["package", "column", "statement"]
State = Literal["overdue", "due", "current", "open"]

#: Days until the next update is owed; absent: no fixed cycle
_CYCLES: Final = {
    "realtime": 1,
    "daily": 1,
    "weekly": 7,
    "monthly": 31,
    "quarterly": 92,
    "half-yearly": 184,
    "yearly": 366,
}
#: `renewal:` of a column's index page: days the inspection rules allow
_RENEWALS: Final = {"two-weeks": 14, "half-year": 183}
#: So many days before an expiry a statement counts as due, and before its month a figure is worth looking for
NOTICE: Final = 30
#: Columns that may be stale, or empty, before the whole site fails
TOLERATED: Final = 4
_HEADING: Final = re.compile(r"^# +(.+?) *$", re.MULTILINE)

STATES: Final[dict[State, Text]] = {
    "overdue": Text("过期", "overdue"),
    "due": Text("临近", "due soon"),
    "current": Text("按期", "up to date"),
    "open": Text("没有固定周期", "no fixed cycle"),
}
KINDS: Final[dict[Kind, Text]] = {
    "package": Text("数据集", "Data sets"),
    "column": Text("栏目", "Columns"),
    "statement": Text("有期限的内容", "Statements that expire"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that ages. `changed` is the day of its last change, `due` the last day it counts as fresh."""

    kind: Kind
    id: str
    title: Text
    changed: date | None
    due: date | None
    state: State

    def days_left(self, today: date) -> int | None:
        """Days until it is overdue, negative afterwards."""
        return None if self.due is None else (self.due - today).days


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that ages, as of one day; `failures` say why an inspection would fail the site.

    `expected` are figures others publish by habit, the next due first: nothing is owed, but it is worth looking.
    """

    today: date
    items: tuple[Item, ...]
    failures: tuple[Text, ...]
    expected: tuple[Expectation, ...]

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """The items of one kind, in their order."""
        return tuple(item for item in self.items if item.kind == kind)

    def probable(self, within: int | None = None) -> tuple[Expectation, ...]:
        """Figures that may well be published next; with `within`, in so many days from now."""
        latest = None if within is None else self.today + timedelta(days=within)
        return tuple(e for e in self.expected if e.probable and (latest is None or e.first <= latest))

    def count(self, state: State) -> int:
        """How many items are in a state."""
        return sum(item.state == state for item in self.items)


def freshness(portal: Portal, pages: Sequence[Manuscript], today: date) -> Report:
    """The report on a portal and its pages as of `today`."""
    columns = tuple(_columns(portal, pages, today))
    items = (*_packages(portal, today), *columns, *_statements(portal, pages, today))
    return Report(today, items, tuple(_failures(columns, _empty(pages))), expectations(portal, today))


def _packages(portal: Portal, today: date) -> Iterator[Item]:
    for package in portal.packages.values():
        days = _CYCLES.get(package.update_frequency)
        yield _item("package", package.name, package.title, date.fromisoformat(package.modified), days, today)


def _columns(portal: Portal, pages: Sequence[Manuscript], today: date) -> Iterator[Item]:
    """The home page and every section whose index page says how often it must be renewed."""
    english = {page.path: page for page in pages if page.lang == "en"}
    for page in pages:
        days = _RENEWALS.get(str(page.head.get("renewal")))
        if page.lang != "zh" or days is None:
            continue
        fed = page.head.get("fed_by") or list(portal.packages)
        days_changed = [date.fromisoformat(portal.packages[name].modified) for name in fed if name in portal.packages]
        days_changed += _dates(below for below in pages if _section(below) == _section(page) or not _section(page))
        title = Text("首页", "Home") if page.path == "index.md" else _title(page, english.get(page.path))
        yield _item("column", page.path, title, max(days_changed, default=None), days, today)


def _statements(portal: Portal, pages: Sequence[Manuscript], today: date) -> Iterator[Item]:
    english = {page.path: page for page in pages if page.lang == "en"}
    expires = portal.settings.security_expires
    if expires:
        yield _expiring(FILE, Text("security.txt", "security.txt"), expires, today)
    for page in pages:
        until = _day(page.head.get("valid_until"))
        if page.lang == "zh" and until:
            yield _expiring(page.path, _title(page, english.get(page.path)), until, today)


def _item(kind: Kind, id: str, title: Text, changed: date | None, days: int | None, today: date) -> Item:
    if days is None:
        return Item(kind, id, title, changed, None, "open")
    if changed is None:
        return Item(kind, id, title, None, today - timedelta(days=1), "overdue")
    due = changed + timedelta(days=days)
    return Item(kind, id, title, changed, due, _state(due, min(NOTICE, days * 2 // 7), today))


def _expiring(id: str, title: Text, until: date, today: date) -> Item:
    return Item("statement", id, title, None, until, _state(until, NOTICE, today))


def _state(due: date, notice: int, today: date) -> State:
    left = (due - today).days
    return "overdue" if left < 0 else "due" if left <= notice else "current"


def _failures(columns: Iterable[Item], empty: Sequence[str]) -> Iterator[Text]:
    stale = [item for item in columns if item.state == "overdue"]
    if any(item.id == "index.md" for item in stale):
        yield Text("首页超过两周没有更新", "the home page has been unchanged for more than two weeks")
    others = [item for item in stale if item.id != "index.md"]
    if len(others) > TOLERATED:
        yield Text(
            f"有 {len(others)} 个栏目超过半年没有更新",
            f"{len(others)} columns have been unchanged for more than half a year",
        )
    if len(empty) > TOLERATED:
        yield Text(f"有 {len(empty)} 个空白栏目", f"{len(empty)} columns are empty")


def _empty(pages: Sequence[Manuscript]) -> list[str]:
    """Sections in which no page says anything below its heading."""
    chinese = [page for page in pages if page.lang == "zh" and _section(page)]
    filled = {_section(page) for page in chinese if _HEADING.sub("", page.body).strip()}
    return sorted({_section(page) for page in chinese} - filled)


def _section(page: Manuscript) -> str:
    return page.path.split("/")[0] if "/" in page.path else ""


def _title(page: Manuscript, twin: Manuscript | None) -> Text:
    found = [_HEADING.search(each.body) if each else None for each in (page, twin)]
    zh, en = (heading.group(1) if heading else page.path for heading in found)
    return Text(zh, en)


def _dates(pages: Iterable[Manuscript]) -> list[date]:
    found = (_day(page.head.get(key)) for page in pages for key in ("published", "updated"))
    return [day for day in found if day]


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
