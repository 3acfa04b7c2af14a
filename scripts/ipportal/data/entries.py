"""Reading portal.toml entry by entry: every one missing, of another type, out of range or known to nobody is told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from ipportal.base import plainwords
from ipportal.base.addresses import Kind, judge
from ipportal.base.errors import Advice, Problem, Where
from ipportal.base.text import LANGS, Lang, Text, visible, written

FILE = "portal.toml"
_DOCS: Final = "docs"

#: Years a plan or a day of this file may lie in
YEARS: Final = range(1949, 2101)
#: Three numbers, as packages carry them
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_KINDS: Final = {
    str: Text("引号里的文字", "text in quotes"),
    int: Text("整数", "a whole number"),
    bool: Text("true 或 false", "true or false"),
    date: Text("日期，如 2026-11-22", "a date such as 2026-11-22"),
    list: Text('方括号里的文字，如 ["docs/zh/a.svg"]', 'texts in brackets, such as ["docs/zh/a.svg"]'),
}

_MISSING: Final = Advice(
    Text("docs/ 下已有的文件，如 docs/zh/a.svg", "files that exist below docs/, such as docs/zh/a.svg"),
    Text("改正“{file}”的路径，或删去这一项", "mend the path “{file}”, or delete it"),
)
_TWICE: Final = Advice(Text("不重复的文件", "different files"), Text("“{file}”只写一次", "name “{file}” once"))

_Entry = TypeVar("_Entry", str, int, bool, date, list[Any])
#: What is expected instead, or a fault of its own code
_Fault = Text | tuple[str, Advice]


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
            expected = Text('["zh"]、["en"] 或两种，主要的在前', '["zh"], ["en"] or both, the main one first')
            self.refuse(at, expected, said)
        return self.languages

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
                elif file not in there or file in files[:number]:
                    expected, hint = _TWICE if file in there else _MISSING
                    yield "settings-file", Advice(expected, hint.format(file=visible(file, limit=80)))

        return tuple(self.entry(at, there, judged))

    def words(self, at: str) -> tuple[str, ...]:
        """A list of texts."""
        usual: list[Any] = []
        return tuple(self.entry(at, usual, lambda words: [_KINDS[list] for word in words if not isinstance(word, str)]))

    def address(self, at: str, kind: Kind) -> str:
        """An address, or nothing."""

        def judged(address: str) -> Iterator[_Fault]:
            if address and (refused := judge(address, kind)):
                yield "settings-address", refused

        return self.entry(at, "", judged)

    def version(self, at: str) -> str:
        """A version of three numbers, or nothing."""
        expected = Text("三段版本号，如 2.0.0", "a version of three parts such as 2.0.0")
        return self.one_of(at, lambda word: not word or _VERSION.fullmatch(word), expected)

    def id(self, at: str) -> str:
        """A name of its own, to be used in addresses and files."""
        expected = Text(
            "小写英文字母和数字，中间可用连字符，如 2021-2025", "small letters, digits and hyphens, such as 2021-2025"
        )
        return self.one_of(at, _ID.fullmatch, expected)

    def one_of(self, at: str, fits: Callable[[str], object], expected: Text) -> str:
        """A text that `fits`; empty where it is at fault."""
        return self.entry(at, "", lambda word: [] if fits(word) else [expected])

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
        hint = Text(f"在 {section} 一节写上 {key} = …", f"write {key} = … in section {section}")
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
