"""What portal.toml says: who publishes, from which address, as of which day."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.addresses import tree
from ipportal.base.errors import DataError, Problem, Where
from ipportal.base.filenames import read_plain
from ipportal.base.text import Lang, Text
from ipportal.data.entries import FILE, WORDS, Entries, advice
from ipportal.data.manuscripts import page_paths
from ipportal.data.plans import FOLDER, Plan, PlanState, current, read_plans

#: Below two nothing would be kept back, above a hundred hardly anything told
THRESHOLDS: Final = range(2, 101)
#: A page by its Markdown below docs/<lang>, or with `#` a place on it
_PAGE: Final = re.compile(r"((?:[\w-][\w.-]*/)*[\w-][\w.-]*\.md)(?:#(\S+))?")
#: A file by its path in the finished site, or with `*` all files whose paths begin so
_FILE: Final = re.compile(r"(?:[\w-][\w.-]*/)*(?:[\w-][\w.-]*\*?|\*)")
_DOI: Final = re.compile(r"10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]+")
#: A change by less than two times is no jump
FACTORS: Final = range(2, 1001)
#: Megabytes of one frozen file
SIZES: Final = range(1, 100_001)
#: Megabytes of memory for a register, where portal.toml says nothing, and what it may say
MEMORY: Final = 1_200
_MEMORIES: Final = range(200, 1_000_001)
_THREADS: Final = range(1, 257)


class Identity(Frozen):
    """Numbers an official site carries; None while they are placeholders."""

    site_id: str | None
    icp: str | None
    public_security: str | None

    @property
    def complete(self) -> bool:
        """True when every number is given."""
        return all((self.site_id, self.icp, self.public_security))


class SiteSection(Frozen):
    """A part of the site with a door in the header: its own page, and the folders below it."""

    label: Text
    page: str
    covers: tuple[str, ...]
    #: On narrow screens, where the doors are in a menu, its link stands in the head too
    quick: bool = False


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


class Settings(Frozen):
    """Everything portal.toml says. `id` begins the keys of citations."""

    id: str
    name: Text
    short_name: Text
    tagline: Text
    url: str
    organiser: Text
    contact: Text
    contact_url: str
    plans: tuple[Plan, ...]
    as_of: date
    identity: Identity
    small_count_threshold: int
    jump_factor: float
    #: Every page is a file of its own name (`plan/goals.html`), for places that know no folder indexes
    plain_files: bool = False
    #: Frozen files of more megabytes lie beside the site, not in version control; 0: none is too large
    frozen_beside_mb: int = 0
    #: The office signs: an official release needs a sign-off sheet that fits the tables
    signed: bool = False
    #: The version data edited since the last release are planned for; empty where none is planned
    next_version: str = ""
    #: What reading a register may take of the machine
    register_memory_mb: int = MEMORY
    register_threads: int = 2
    security_contact: str = ""
    security_expires: date | None = None
    #: Files below docs/ of kinds that may hold scripts, which are published all the same: paths from the root
    allowed_files: tuple[str, ...] = ()
    #: Of the territory, as descriptions give it under `spatial`
    area_code: str = ""
    #: Names the portal in identifiers of feeds and calendars while it has no address; empty: its id does
    feed_authority: str = ""
    #: Names the organiser had when releases were made
    former_organisers: tuple[str, ...] = ()
    #: In the order of the header; the pages of some may not exist
    sections: tuple[SiteSection, ...] = ()
    #: Addresses that were given up, with what answers there
    moved: tuple[Move, ...] = ()
    #: DOIs by `<package>/<version>`, and by package for all its versions together
    dois: Mapping[str, str] = field(default_factory=dict)
    #: The main one first
    languages: tuple[Lang, ...] = ("zh", "en")

    def tree(self, lang: Lang) -> str:
        """Folder of a language's pages in the finished site."""
        return tree(lang, self.languages[0])

    def place(self, lang: Lang) -> str:
        """Full address of a language's pages; empty where the site has none."""
        return f"{self.url}/{self.tree(lang)}" if self.url else ""

    #: The id of the plan that a page speaks of, where that is not the current one
    focus: str = ""

    @property
    def plan(self) -> Plan:
        """The plan spoken of: the one in focus, else the one that headlines speak of."""
        return next((plan for plan in self.plans if plan.id == self.focus), current(self.plans))

    @property
    def demo(self) -> bool:
        """True until every identity number is real: the site then says 示例部署 on every page."""
        return not self.identity.complete


def read_settings(root: Path) -> Settings:
    """Read portal.toml below `root`.

    Raises:
        DataError: the file is missing, is no TOML, or has entries missing or unfit to be used; all of them at once.
    """
    settings, problems = judge_settings(root)
    if problems:
        raise DataError(problems)
    return settings


def judge_settings(root: Path) -> tuple[Settings, list[Problem]]:
    """What portal.toml says, and everything that is wrong with it.

    Where it is at fault, the settings hold stand-ins with which the data can be judged all the same; of a plan that is
    not known, the years are 0.
    """
    data, problems = _read(root)
    reader = Entries(data, root)
    settings = _settings(reader)
    # what portal.toml says of an address goes before the succession of plans
    said, pages = {move.old for move in settings.moved}, page_paths(root, settings.languages[0]) or ()
    found = [move for move in succeeded(settings.plans, pages) if move.old not in said]
    settings = replace(settings, moved=(*settings.moved, *found))
    return settings, problems or [*reader.problems, *reader.unknown()]


def _read(root: Path) -> tuple[Mapping[str, Any], list[Problem]]:
    try:
        # editors of Windows put a byte-order mark in front
        return tomllib.loads(read_plain(root / FILE).decode("utf-8-sig")), []
    except FileNotFoundError:
        code, said = "settings-missing", ""
    except (OSError, ValueError, RecursionError) as error:
        # no file, no UTF-8 or no TOML, huge numbers, endless brackets
        code, said = "settings-broken", str(error)
    expected, hint = advice(code)
    return {}, [Problem(code, Where(FILE), expected, said, hint)]


def _settings(read: Entries) -> Settings:
    as_of = read.day("data.as_of")
    told = not any(problem.where.column == "[data] as_of" for problem in read.problems)
    return Settings(
        languages=read.told_languages("site.languages"),
        id=read.id("site.id"),
        name=read.text("site.name"),
        short_name=read.text("site.short_name"),
        tagline=read.text("site.tagline", filled=False),
        area_code=read.word("site.area_code") if read.has("site.area_code") else "",
        feed_authority=read.word("site.feed_authority") if read.has("site.feed_authority") else "",
        url=read.address("site.url", "site").rstrip("/"),
        organiser=read.text("publisher.organiser", filled=False),
        former_organisers=read.words("publisher.formerly") if read.has("publisher.formerly") else (),
        contact=read.text("publisher.contact", filled=False),
        contact_url=read.address("publisher.contact_url", "contact"),
        plans=read_plans(read, as_of if told else None),
        as_of=as_of,
        identity=Identity(*(read.word(f"identity.{key}") or None for key in ("site_id", "icp", "public_security"))),
        small_count_threshold=read.number("data.small_count_threshold", THRESHOLDS, THRESHOLDS.start),
        jump_factor=float(read.number("data.jump_factor", FACTORS)),
        plain_files=read.has("site.plain_files") and read.entry("site.plain_files", False),
        signed=read.has("review.signed") and read.entry("review.signed", False),
        next_version=read.version("data.next_version") if read.has("data.next_version") else "",
        frozen_beside_mb=read.number("data.frozen_beside_mb", SIZES) if read.has("data.frozen_beside_mb") else 0,
        register_memory_mb=read.number("registers.memory_mb", _MEMORIES) if read.has("registers.memory_mb") else MEMORY,
        register_threads=read.number("registers.threads", _THREADS) if read.has("registers.threads") else 2,
        security_contact=read.address("security.contact", "contact") if read.has("security.contact") else "",
        security_expires=read.day("security.expires") if read.has("security.expires") else None,
        allowed_files=read.files("files.allowed"),
        sections=tuple(_sections(read)),
        # a rule refuses what is no text
        moved=tuple(Move(old, new if isinstance(new, str) else "") for old, new in read.free("moved").items()),
        dois={place: read.one_of(f"doi.{place}", _DOI.fullmatch, WORDS["doi"]) for place in read.free("doi")},
    )


def _sections(read: Entries) -> Iterator[SiteSection]:
    found = read.data.get("section")
    for number, entries in enumerate(found if isinstance(found, list) else [], 1):
        block = read.block("section", entries, f"[[section]] {number}")
        covers = block.words("section.covers") if block.has("section.covers") else ()
        quick = block.has("section.quick") and block.entry("section.quick", False)
        yield SiteSection(block.text("section.label"), block.word("section.page", filled=True), covers, quick)
