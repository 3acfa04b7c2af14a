"""Addresses that were given up, and what answers there now: `[moved]` of portal.toml, old = new."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from ipportal.base import Frozen
from ipportal.base.errors import Where
from ipportal.data.plans import FOLDER, Plan, PlanState, current

#: A page by its Markdown below docs/<lang>, or with `#` a place on it
_PAGE: Final = re.compile(r"((?:[\w-][\w.-]*/)*[\w-][\w.-]*\.md)(?:#(\S+))?")
#: A file by its path in the finished site, or with `*` all files whose paths begin so
_FILE: Final = re.compile(r"(?:[\w-][\w.-]*/)*(?:[\w-][\w.-]*\*?|\*)")


class Move(Frozen):
    """One row: both ends are pages, or both are files."""

    old: str
    new: str

    @property
    def where(self) -> Where:
        """The row in portal.toml."""
        return Where("portal.toml", column=f"[moved] {self.old}")

    @property
    def pages(self) -> bool:
        """True where pages have moved: the same in every language."""
        return bool(_PAGE.fullmatch(self.old))

    def fault(self) -> str:
        """Which end is at fault, `old` or `new`; empty where both can be used together."""
        form = _PAGE if self.pages else _FILE
        if not form.fullmatch(self.old):
            return "old"
        fits = form.fullmatch(self.new) and (self.pages or not _PAGE.fullmatch(self.new))
        return "" if fits and (self.pages or self.old.endswith("*") == self.new.endswith("*")) else "new"

    def files(self, there: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The old and the new path of every file that moved, among those that are there."""
        if not self.new.endswith("*"):
            yield from ((self.old, path) for path in there if path == self.new)
            return
        begins = self.new[:-1]
        yield from ((self.old[:-1] + path[len(begins) :], path) for path in there if path.startswith(begins))


def split_place(page: str) -> tuple[str, str]:
    """The Markdown of a page and the place on it, empty where none is named."""
    path, _, place = page.partition("#")
    return path, place


def succeeded(plans: Sequence[Plan], pages: Collection[str]) -> Iterator[Move]:
    """The pages of closed plans that lie in folders of their own since a successor runs: each was one of the plan's
    pages before, and its old address leads on wherever the successor has no such page."""
    for plan in plans:
        own = f"{FOLDER}/{plan.id}/"
        if plan.state == PlanState.CLOSED and plan != current(plans):
            moved = ((f"{FOLDER}/{page.removeprefix(own)}", page) for page in sorted(pages) if page.startswith(own))
            yield from (Move(old, new) for old, new in moved if old not in pages)
