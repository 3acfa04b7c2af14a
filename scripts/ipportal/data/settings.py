"""What portal.toml says: who publishes, from which address, as of which day."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from ipportal.base import plainwords
from ipportal.base.addresses import Kind, judge
from ipportal.base.errors import Advice, DataError, Problem, Where
from ipportal.base.text import LANGS, Text, visible

FILE = "portal.toml"
_DOCS: Final = "docs"

#: Years a plan or a day of this file may lie in
YEARS: Final = range(1949, 2101)
#: Three numbers, as packages carry them
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
#: Below two nothing would be kept back, above a hundred hardly anything told
THRESHOLDS: Final = range(2, 101)
#: A change by less than two times is no jump
FACTORS: Final = range(2, 1001)
_KINDS: Final = {
    str: Text("引号里的文字", "text in quotes"),
    int: Text("整数", "a whole number"),
    bool: Text("true 或 false", "true or false"),
    date: Text("日期，如 2026-11-22", "a date such as 2026-11-22"),
    list: Text('方括号里的文字，如 ["docs/zh/a.svg"]', 'texts in brackets, such as ["docs/zh/a.svg"]'),
}

_MISSING: Final = (
    Text("docs/ 下已有的文件，如 docs/zh/a.svg", "files that exist below docs/, such as docs/zh/a.svg"),
    Text("改正“{file}”的路径，或删去这一项", "mend the path “{file}”, or delete it"),
)
_TWICE: Final = (Text("不重复的文件", "different files"), Text("“{file}”只写一次", "name “{file}” once"))

_Entry = TypeVar("_Entry", str, int, bool, date, list[Any])
#: What is expected instead, or a fault of its own code
_Fault = Text | tuple[str, Advice]


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """The plan this portal follows. Years are calendar years."""

    title: Text
    baseline_year: int
    first_year: int
    last_year: int
    basis: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Numbers an official site carries; None while they are placeholders."""

    site_id: str | None
    icp: str | None
    public_security: str | None

    @property
    def complete(self) -> bool:
        """True when every number is given."""
        return all((self.site_id, self.icp, self.public_security))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything portal.toml says."""

    name: Text
    short_name: Text
    tagline: Text
    url: str
    organiser: Text
    contact: Text
    contact_url: str
    plan: PlanPeriod
    as_of: date
    identity: Identity
    small_count_threshold: int
    jump_factor: float
    #: Every page is a file of its own name (`plan/goals.html`), for places that know no folder indexes
    plain_files: bool = False
    #: The version data edited since the last release are planned for; empty where none is planned
    next_version: str = ""
    security_contact: str = ""
    security_expires: date | None = None
    #: Files below docs/ of kinds that may hold scripts, which are published all the same: paths from the root
    allowed_files: tuple[str, ...] = ()

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
    reader = _Reader(data, root)
    settings = _settings(reader)
    problems = problems or [*reader.problems, *reader.unknown()]
    if any((one.where.column or "[plan]").startswith("[plan]") for one in problems):
        settings = replace(settings, plan=PlanPeriod(settings.plan.title, 0, 0, 0, ""))
    return settings, problems


def _read(root: Path) -> tuple[Mapping[str, Any], list[Problem]]:
    try:
        # editors of Windows put a byte-order mark in front
        return tomllib.loads((root / FILE).read_text(encoding="utf-8-sig")), []
    except FileNotFoundError:
        expected = Text("一个 portal.toml 文件", "a portal.toml file")
        hint = Text("从原始版本恢复这个文件", "restore this file from the original")
        return {}, [Problem("settings-missing", Where(FILE), expected, "", hint)]
    except (ValueError, RecursionError) as error:  # text that is no UTF-8 or no TOML, huge numbers, endless brackets
        expected = Text("可以读取的 TOML 文本", "readable TOML text")
        hint = Text(
            "检查所示行的引号和等号，文件存成 UTF-8",
            "check quotes and equals signs on that line; save the file as UTF-8",
        )
        return {}, [Problem("settings-broken", Where(FILE), expected, str(error), hint)]


def _settings(read: _Reader) -> Settings:
    last = read.number("plan.last_year", YEARS)
    first = read.number("plan.first_year", range(YEARS.start, last + 1))
    plan = PlanPeriod(
        title=read.text("plan.title"),
        baseline_year=read.number("plan.baseline_year", range(YEARS.start, first + 1)),
        first_year=first,
        last_year=last,
        basis=read.word("plan.basis", filled=True),
    )
    return Settings(
        name=read.text("site.name"),
        short_name=read.text("site.short_name"),
        tagline=read.text("site.tagline", filled=False),
        url=read.address("site.url", "site").rstrip("/"),
        organiser=read.text("publisher.organiser", filled=False),
        contact=read.text("publisher.contact", filled=False),
        contact_url=read.address("publisher.contact_url", "contact"),
        plan=plan,
        as_of=read.day("data.as_of"),
        identity=Identity(*(read.word(f"identity.{key}") or None for key in ("site_id", "icp", "public_security"))),
        small_count_threshold=read.number("data.small_count_threshold", THRESHOLDS, THRESHOLDS.start),
        jump_factor=float(read.number("data.jump_factor", FACTORS)),
        plain_files=read.has("site.plain_files") and read.entry("site.plain_files", False),
        next_version=read.version("data.next_version") if read.has("data.next_version") else "",
        security_contact=read.address("security.contact", "contact") if read.has("security.contact") else "",
        security_expires=read.day("security.expires") if read.has("security.expires") else None,
        allowed_files=read.files("files.allowed"),
    )


class _Reader:
    """Reads entries by their `table.key`; collects every missing or wrong one."""

    def __init__(self, data: Mapping[str, Any], root: Path) -> None:
        self.data = data
        self.root = root
        self.known: list[tuple[str, str]] = []
        self.problems: list[Problem] = []

    def text(self, at: str, *, filled: bool = True) -> Text:
        """An entry in both languages."""
        return Text(*(self.word(f"{at}_{lang}", filled=filled) for lang in LANGS))

    def word(self, at: str, *, filled: bool = False) -> str:
        """A text of one line without anything hidden; with `filled` it may not be empty."""

        def judged(word: str) -> Iterator[_Fault]:
            yield from (("settings-characters", refused) for refused in plainwords.refused(word))
            if filled and not word.strip():
                yield _KINDS[str]

        return self.entry(at, "", judged)

    def files(self, at: str) -> tuple[str, ...]:
        """A list of files below docs/, or nothing; all that are there where the list, or portal.toml, is wrong."""
        below = (path.relative_to(self.root).as_posix() for path in (self.root / _DOCS).rglob("*"))
        if not self.has(at):
            return () if self.data else tuple(below)
        there = list(below)

        def judged(files: Sequence[Any]) -> Iterator[_Fault]:
            for number, file in enumerate(files):
                if not isinstance(file, str):
                    yield _KINDS[list]
                elif file not in there:
                    yield "settings-file", Advice(_MISSING[0], _MISSING[1].format(file=visible(file, limit=80)))
                elif file in files[:number]:
                    yield "settings-file", Advice(_TWICE[0], _TWICE[1].format(file=file))

        return tuple(self.entry(at, there, judged))

    def address(self, at: str, kind: Kind) -> str:
        """An address, or nothing."""

        def judged(address: str) -> Iterator[_Fault]:
            if address and (refused := judge(address, kind)):
                yield "settings-address", refused

        return self.entry(at, "", judged)

    def version(self, at: str) -> str:
        """A version of three numbers, or nothing."""
        expected = Text("三段版本号，如 2.0.0", "a version of three parts such as 2.0.0")
        word = self.word(at)
        if word and not _VERSION.fullmatch(word):
            self.refuse(at, expected, word)
        return word

    def number(self, at: str, allowed: range, stand_in: int | None = None) -> int:
        """A whole number of a range.

        Its last, or `stand_in`, where the entry is wrong, so that others are judged by themselves.
        """
        low, high = allowed.start, allowed[-1]
        expected = Text(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")
        return self.entry(at, stand_in or high, lambda number: [] if number in allowed else [expected])

    def day(self, at: str) -> date:
        """A day of this or the next decades; the last one where the entry is wrong."""
        return self.entry(at, date(YEARS[-1], 12, 31), lambda day: [] if day.year in YEARS else [_KINDS[date]])

    def has(self, at: str) -> bool:
        """True when an entry that may be absent is there."""
        return self.found(at) is not None

    def found(self, at: str) -> Any:
        """What stands there, of any type; None where nothing does."""
        table, key = at.split(".")
        if (table, key) not in self.known:
            self.known.append((table, key))
        section = self.data.get(table)
        return section.get(key) if isinstance(section, dict) else None

    def entry(self, at: str, usual: _Entry, judged: Callable[[_Entry], Iterable[_Fault]] = lambda _: ()) -> _Entry:
        """The entry of exactly the type of `usual`, which stands for a wrong one: true is no number, a moment no day.

        `judged` tells what else speaks against an entry.
        """
        found = self.found(at)
        fitting = type(found) is type(usual)
        faults = list(judged(found)) if fitting else [_unfit(at, found, type(usual))]
        for fault in faults:
            self.refuse(at, fault, "" if found is None else found)
        return usual if faults else found

    def refuse(self, at: str, fault: _Fault, found: object) -> None:
        """Note what is wrong with an entry."""
        table, key = at.split(".")
        hint = Text(f"在 [{table}] 一节写上 {key} = …", f"write {key} = … in section [{table}]")
        code, refused = ("settings-entry", Advice(fault, hint)) if isinstance(fault, Text) else fault
        where = Where(FILE, column=f"[{table}] {key}")
        self.problems.append(Problem(code, where, refused.expected, _shown(found), refused.hint))

    def unknown(self) -> Iterator[Problem]:
        """Sections and entries that say nothing to anybody, with the known one each is likely to be."""
        sections = list(dict.fromkeys(table for table, _ in self.known))
        for table, section in self.data.items():
            if table not in sections:
                yield _unknown(f"[{table}]" if isinstance(section, dict) else table, table, sections)
                continue
            keys = [key for known, key in self.known if known == table]
            for key in section if isinstance(section, dict) else ():
                if key not in keys:
                    elsewhere = next((f"[{known}] {key}" for known, other in self.known if other == key), "")
                    yield _unknown(f"[{table}] {key}", key, keys, elsewhere)


def _unknown(at: str, name: str, known: Sequence[str], meant: str = "") -> Problem:
    near = meant or next(iter(difflib.get_close_matches(name, known, n=1)), "")
    expected = Text(f"已有的名字：{'、'.join(known)}", f"one of the names {', '.join(known)}")
    hint = Text(f"是不是 {near}？不是就删去", f"perhaps {near}; if not, delete it")
    if not near:
        hint = Text("删去这一项", "delete this entry")
    return Problem("settings-unknown", Where(FILE, column=visible(at, limit=80)), expected, name, hint)


def _unfit(at: str, found: object, kind: type) -> _Fault:
    """An entry of another type; of a date with a time or between quotes it is clear what is meant."""
    try:
        day = date.fromisoformat(str(found)[:10]) if kind is date and isinstance(found, date | str) else None
    except ValueError:
        day = None
    if day is None:
        return _KINDS[kind]
    entry = f"{at.split('.')[1]} = {day}"
    hint = Text(f"写成 {entry}，不加引号，不写时间", f"write {entry}, without quotes and time")
    return "settings-entry", Advice(_KINDS[date], hint)


def _shown(value: object) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write out numbers of thousands of digits
        return "…"
