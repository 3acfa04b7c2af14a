"""Reading portal.toml entry by entry: every one missing, of another type, out of range or known to nobody is told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from ipportal.base import plainwords
from ipportal.base.addresses import Kind, judge
from ipportal.base.errors import Advice, Problem, Where, catalogue_file
from ipportal.base.text import LANGS, Lang, Text, visible, written

FILE = "portal.toml"
_DOCS: Final = "docs"

#: Years a plan or a day of this file may lie in
YEARS: Final = range(1949, 2101)
#: Three numbers, as packages carry them
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
#: What is expected, by the name of a type or of what is read
WORDS: Final = catalogue_file("ipportal.data", "entries")

_Entry = TypeVar("_Entry", str, int, bool, date, list[Any])
#: What is expected instead, or a fault of its own code
_Fault = Text | tuple[str, Advice]


def advice(fault: str, **facts: object) -> Advice:
    """What is expected instead, and how to mend it."""
    return Advice(**WORDS[fault]).format(**facts)


class Entries:
    """Reads entries by their `table.key`; collects every missing or wrong one."""

    def __init__(self, data: Mapping[str, Any], root: Path, label: str = "") -> None:
        self.data = data
        self.root = root
        self.label = label
        self.known: list[tuple[str, str]] = []
        self.blocks: list[Entries] = []
        self.problems: list[Problem] = []
        #: Without a file that says it, or where that is at fault, those that pages are in
        self.languages: tuple[Lang, ...] = LANGS if data else _languages_there(root)

    def block(self, table: str, entries: object, label: str) -> Entries:
        """One `[[table]]` among several, whose entries are read and judged by themselves; `label` names it."""
        self.known.append((table, ""))
        block = Entries({table: entries}, self.root, label)
        block.problems, block.languages = self.problems, self.languages
        self.blocks.append(block)
        return block

    def text(self, at: str, *, filled: bool = True) -> Text:
        """An entry in every language of the portal."""
        return Text.read({f"_{lang}": self.word(f"{at}_{lang}", filled=filled) for lang in self.languages}, "")

    def told_languages(self, at: str) -> tuple[Lang, ...]:
        """The languages of the portal, the main one first; those all other entries are then read in."""

        said = self.found(at)
        if isinstance(said, list) and said and all(said.count(word) == 1 and word in LANGS for word in said):
            self.languages = tuple(said)
        elif said is not None:
            self.languages = _languages_there(self.root)
            self.refuse(at, WORDS["languages"], said)
        return self.languages

    def word(self, at: str, *, filled: bool = False) -> str:
        """A text of one line without anything hidden; with `filled` it may not be empty."""

        def judged(word: str) -> Iterator[_Fault]:
            yield from (("settings-characters", refused) for refused in plainwords.refused(word))
            if filled and not word.strip():
                yield WORDS["str"]

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
                    yield WORDS["list"]
                elif file not in there or file in files[:number]:
                    fault = "twice" if file in there else "missing"
                    yield "settings-file", advice(fault, file=visible(file, limit=80))

        return tuple(self.entry(at, there, judged))

    def words(self, at: str) -> tuple[str, ...]:
        """A list of texts."""
        usual: list[Any] = []
        return tuple(self.entry(at, usual, lambda words: [WORDS["list"] for w in words if not isinstance(w, str)]))

    def address(self, at: str, kind: Kind) -> str:
        """An address, or nothing."""

        def judged(address: str) -> Iterator[_Fault]:
            if address and (refused := judge(address, kind)):
                yield "settings-address", refused

        return self.entry(at, "", judged)

    def version(self, at: str) -> str:
        """A version of three numbers, or nothing."""
        return self.one_of(at, lambda word: not word or _VERSION.fullmatch(word), WORDS["version"])

    def id(self, at: str) -> str:
        """A name of its own, to be used in addresses and files."""
        return self.one_of(at, _ID.fullmatch, WORDS["id"])

    def one_of(self, at: str, fits: Callable[[str], object], expected: Text) -> str:
        """A text that `fits`; empty where it is at fault."""
        return self.entry(at, "", lambda word: [] if fits(word) else [expected])

    def number(self, at: str, allowed: range, stand_in: int | None = None) -> int:
        """A whole number of a range.

        Its last, or `stand_in`, where the entry is wrong, so that others are judged by themselves.
        """
        low, high = allowed.start, allowed[-1]
        expected = WORDS["range"].format(low=low, high=high)
        return self.entry(at, stand_in or high, lambda number: [] if number in allowed else [expected])

    def day(self, at: str) -> date:
        """A day of this or the next decades; the last one where the entry is wrong."""
        return self.entry(at, date(YEARS[-1], 12, 31), lambda day: [] if day.year in YEARS else [WORDS["date"]])

    def free(self, table: str) -> Mapping[str, Any]:
        """A table whose keys are names of the portal's own; empty where there is none."""
        section = self.data.get(table)
        found: Mapping[str, Any] = section if isinstance(section, dict) else {}
        self.known += ((table, key) for key in ("", *found))
        return found

    def has(self, at: str) -> bool:
        """True when an entry that may be absent is there."""
        return self.found(at) is not None

    def found(self, at: str) -> Any:
        """What stands there, of any type; None where nothing does."""
        table, key = at.split(".", 1)
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
        table, key = at.split(".", 1)
        section = self.label or f"[{table}]"
        hint = WORDS["hint"].format(section=section, key=key)
        code, refused = ("settings-entry", Advice(fault, hint)) if isinstance(fault, Text) else fault
        where = Where(FILE, column=f"{section} {key}".rstrip())
        self.problems.append(Problem(code, where, refused.expected, written(found), refused.hint))

    def unknown(self) -> Iterator[Problem]:
        """Sections and entries that say nothing to anybody, with the known one each is likely to be."""
        sections = list(dict.fromkeys(table for table, _ in self.known))
        for table, section in self.data.items():
            if table not in sections:
                yield _unknown(f"[{table}]" if isinstance(section, dict) else table, table, sections)
                continue
            keys = [key for known, key in self.known if known == table]
            for key in section if isinstance(section, dict) and "" not in keys else ():
                if key not in keys:
                    elsewhere = next((f"[{known}] {key}" for known, other in self.known if other == key), "")
                    yield _unknown(f"{self.label or f'[{table}]'} {key}", key, keys, elsewhere)
        for block in self.blocks:
            yield from block.unknown()


def _languages_there(root: Path) -> tuple[Lang, ...]:
    """The languages that have pages, the main one first: the generator's file of any other is named after it."""
    there = [lang for lang in LANGS if (root / _DOCS / lang).is_dir()]
    return tuple(sorted(there or LANGS, key=lambda lang: (root / f"mkdocs.{lang}.yml").exists()))


def _unknown(at: str, name: str, known: Sequence[str], meant: str = "") -> Problem:
    near = meant or next(iter(difflib.get_close_matches(name, known, n=1)), "")
    expected = WORDS["known"].format(names=Text("、".join(known), ", ".join(known)))
    hint = WORDS["near" if near else "delete"].format(near=near)
    return Problem("settings-unknown", Where(FILE, column=visible(at, limit=80)), expected, name, hint)


def _unfit(at: str, found: object, kind: type) -> _Fault:
    """An entry of another type; of a date with a time or between quotes it is clear what is meant."""
    try:
        day = date.fromisoformat(str(found)[:10]) if kind is date and isinstance(found, date | str) else None
    except ValueError:
        day = None
    if day is None:
        return cast(Text, WORDS[kind.__name__])
    return "settings-entry", Advice(WORDS["date"], WORDS["day"].format(entry=f"{at.split('.')[1]} = {day}"))
