"""What can go wrong, told so that the reader can mend it.

Catalogues of words: what is said about rules and faults, by code, in TOML files that staff and translators read.

    [target-bounds]
    title = { zh = "…", en = "…" }         # title, explanation and example only where rules are listed
    expected = { zh = "…", en = "…" }
    hint = { zh = "改为 {limit}", en = "use {limit}" }
    one-end.hint = { zh = "…", en = "…" }  # a variant; what it does not say is as above

`{limit}` is a fact of the finding; `{found}` and `{file}` are always there. `{column.unit}` and `{table.targets}` name
a column and a table as the reader knows them. Braces of any other form are braces.
"""

from __future__ import annotations

import errno
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, field, replace
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final, Literal, NamedTuple

from ipportal.base import Frozen
from ipportal.base.text import LANGS, Lang, Text, visible


class Where(Frozen):
    """The place of a problem.

    `file` is relative to the portal's root with forward slashes. `row` is the line number a text
    editor or Excel shows (the header is row 1). `cell` is the sheet address (`观测值!E14`) when the
    table came from a workbook.
    """

    file: str
    row: int | None = None
    column: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        """`file:row · column`."""
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        return " · ".join(part for part in (place, self.column, self.cell) if part)

    @property
    def sort_key(self) -> tuple[str, int, str]:
        """File, row, column; problems of a whole file come first."""
        return (self.file, self.row or 0, self.column or "")


class Advice(NamedTuple):
    """What is expected and how to mend it, with `{places}` for facts."""

    expected: Text
    hint: Text

    def format(self, **facts: object) -> Advice:
        """Put facts into the places of both, as `Text.format` does."""
        return Advice(self.expected.format(**facts), self.hint.format(**facts))


class Named(NamedTuple):
    """A fact that readers of a CSV and of a workbook know by different names; see `Naming`."""

    kind: Literal["column", "table", "file", "row"]
    name: str | int


#: How a reader is told of a column or table (by its name), the file of a table (by its path) or a row (by its line)
Naming = Callable[[Named], Text]

_FACT: Final = re.compile(r"(?<!\{)\{([a-z_]+)(?:\.([a-z_]+))?\}(?!\})")


def as_written(named: Named) -> Text:
    """The names that stand in the CSV."""
    return Text(str(named.name), str(named.name))


def fill(text: Text, facts: Mapping[str, object], naming: Naming = as_written) -> Text:
    """Put facts into the places of a text; lists are joined as each language does.

    Raises:
        KeyError: the text asks for a fact that is not given.
    """
    return Text(*(_fill(text[lang], facts, naming, lang) for lang in LANGS))


def _fill(text: str, facts: Mapping[str, object], naming: Naming, lang: Lang) -> str:
    def worded(fact: object) -> str:
        if isinstance(fact, Named):
            return naming(fact)[lang]
        if isinstance(fact, list | tuple):
            return ("、" if lang == "zh" else ", ").join(map(worded, fact))
        return fact[lang] if isinstance(fact, Text) else str(fact)

    def put(found: re.Match[str]) -> str:
        kind: Any = found[1]
        return worded(Named(kind, found[2]) if found[2] else facts[kind])

    return _FACT.sub(put, text)


class Problem(Frozen):
    """One fault: where it is, what is expected, what was found, and how to mend it.

    Where the words come from a catalogue, `advice` and `facts` keep what they were made of.
    """

    code: str
    where: Where
    expected: Text
    found: str
    hint: Text
    advice: Advice | None = field(default=None, compare=False, repr=False)
    facts: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    def named(self, naming: Naming) -> Problem:
        """The same for a reader who knows columns, tables and rows by other names."""
        if self.advice is None:
            return self
        expected, hint = (fill(text, self.facts, naming) for text in self.advice)
        return replace(self, expected=expected, hint=hint)

    def message(self, lang: Lang) -> str:
        """What is expected and what stands there instead, in one sentence."""
        shown = visible(self.found, limit=200)
        if lang == "zh":
            # Chinese and Latin text are set apart by a space
            wanted = f" {self.expected.zh}" if self.expected.zh[:1].isascii() else self.expected.zh
            return f"应为{wanted}，现为“{shown}”" if self.found else f"应为{wanted}，现为空"
        return f"expected {self.expected.en}, found {f'“{shown}”' if self.found else 'nothing'}"

    def line(self, lang: Lang) -> str:
        """The whole problem as one line of text."""
        return f"{self.where} · {self.message(lang)} · {self.hint[lang]} [{self.code}]"

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON data, both languages."""
        return {
            "code": self.code,
            **asdict(self.where),
            "found": self.found,
            "message": asdict(Text.each(self.message)),
            "hint": asdict(self.hint),
        }


#: How many faults of one kind are told of one file, before the rest is only counted
TOLD: Final = 200


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Order by file, row, column and code, without repetitions; of very many of one kind in a file only the first."""
    by_kind: dict[tuple[str, str], list[Problem]] = {}
    for problem in sorted(set(problems), key=_order):
        by_kind.setdefault((problem.where.file, problem.code), []).append(problem)
    return sorted((problem for found in by_kind.values() for problem in _first(found)), key=_order)


def _order(problem: Problem) -> tuple[str | int, ...]:
    return (*problem.where.sort_key, problem.code, problem.found, problem.expected.en, problem.hint.en)


def _first(found: Sequence[Problem]) -> Iterator[Problem]:
    """The faults of one kind in a file; where they are more than anybody reads, one that counts the rest."""
    rest = len(found) - TOLD  # just one more where the faults have been counted before
    yield from counted(found[: TOLD + 1], len(found)) if rest > 1 else found


def counted(told: Sequence[Problem], count: int) -> list[Problem]:
    """Of `count` faults of one kind those that are told; where there are more, the last counts the rest."""
    rest = count - len(told)
    hint = Text(f"同样的问题另有 {rest} 处；先改好列出的", f"{rest} more of this kind: mend those listed first")
    return [*told[:-1], *(replace(last, hint=hint, advice=None) for last in told[-1:])] if rest > 0 else list(told)


#: What an entry says itself; everything else is a variant of it
PARTS: Final = ("title", "explanation", "example", "expected", "hint")
_NOTHING: Final = Text("", "")


class Example(NamedTuple):
    """A wrong cell (or line, or file) and the same one put right."""

    wrong: str
    right: str


class Entry(Frozen):
    """What a catalogue says under a code: about the rule, and of each variant of its faults (`""` is the usual one)."""

    code: str
    title: Text
    explanation: Text
    example: Example
    advice: Mapping[str, Advice]


class Group(NamedTuple):
    """The entries of one file, in their order."""

    title: Text
    entries: tuple[Entry, ...]


class Catalogue(Frozen):
    """The TOML files of a package's folder `catalogue`, in the order given; read when they are first needed."""

    package: str
    files: tuple[str, ...]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The entries file by file."""
        return tuple(
            Group(file.get("title", _NOTHING), tuple(_entry(*each) for each in file.items() if each[0] != "title"))
            for file in (catalogue_file(self.package, name) for name in self.files)
        )

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The entries by code."""
        return {entry.code: entry for group in self.groups for entry in group.entries}

    def problem(self, code: str, where: Where, found: str = "", variant: str = "", /, **facts: object) -> Problem:
        """The fault in the words of its entry.

        Raises:
            KeyError: the catalogue has no such entry or variant, or its words ask for a fact that is not given.
        """
        advice = self.entries[code].advice[variant]
        given = {"found": found, "file": where.file, **facts}
        return Problem(code, where, fill(advice.expected, given), found, fill(advice.hint, given), advice, given)


@cache
def catalogue_file(package: str, name: str) -> Mapping[str, Any]:
    """What a TOML file of a package's folder `catalogue` says, a `Text` for each `{ zh, en }`; read once."""
    told = tomllib.loads((resources.files(package) / "catalogue" / f"{name}.toml").read_text(encoding="utf-8"))
    return {key: _worded(value) for key, value in told.items()}


def _worded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return Text(**value) if value.keys() == set(LANGS) else {key: _worded(item) for key, item in value.items()}


def _entry(code: str, table: Mapping[str, Any]) -> Entry:
    usual = {part: table[part] for part in PARTS if part in table}
    variants = {"": usual} | {name: usual | part for name, part in table.items() if name not in PARTS}
    title, explanation = (table.get(part, _NOTHING) for part in ("title", "explanation"))
    whole = {name: part for name, part in variants.items() if {"expected", "hint"} <= part.keys()}
    advice = {name: Advice(part["expected"], part["hint"]) for name, part in whole.items()}
    return Entry(code, title, explanation, Example(**table.get("example", {"wrong": "", "right": ""})), advice)


#: Error numbers of a disk without room, and of a place that may not be written
_FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_ERRNO: Final = re.compile(r"\[Errno (\d+)\][^\n]*?(?:'([^'\n]*)')?$", re.MULTILINE)


def disk_problem(error: OSError) -> Problem:
    """What the system refused, as something to act on."""
    code = "disk-full" if error.errno in _FULL else "disk-refused" if error.errno in _REFUSED else "disk-failed"
    where = Where(str(error.filename or ""))
    return Catalogue("ipportal.base", ("disk",)).problem(code, where, error.strerror or str(error))


def disk_error_in(output: str) -> OSError | None:
    """The last error of the operating system that a Python program told before it ended."""
    *_, found = (None, *_ERRNO.finditer(output))
    return OSError(int(found[1]), os.strerror(int(found[1])), found[2]) if found else None


class PortalError(Exception):
    """The base of every error a person can act on; carries the problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sort_problems(problems))
        super().__init__("\n".join(p.line("en") for p in self.problems))


class DataError(PortalError):
    """The packages, portal.toml or the pages' prose are not fit to publish."""


class OutputError(PortalError):
    """A file could not be written, or does not match its record."""


class SiteError(PortalError):
    """The site generator failed, or the finished tree breaks a promise."""
