"""Catalogues of words: what is said about rules and faults, by code, in TOML files that staff and translators read.

    [target-bounds]
    title = { zh = "…", en = "…" }         # title, explanation and example only where rules are listed
    expected = { zh = "…", en = "…" }
    hint = { zh = "改为 {limit}", en = "use {limit}" }
    one-end.hint = { zh = "…", en = "…" }  # a variant; what it does not say is as above

`{limit}` is a fact of the finding; `{found}` and `{file}` are always there. `{column.unit}` and `{table.targets}` name
a column and a table as the reader knows them. Braces of any other form are braces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Final, NamedTuple

from ipportal.base.errors import Advice, Problem, Where, fill
from ipportal.base.text import Text

#: What an entry says itself; everything else is a variant of it
PARTS: Final = ("title", "explanation", "example", "expected", "hint")
_NOTHING: Final = {"zh": "", "en": ""}


class Example(NamedTuple):
    """A wrong cell (or line, or file) and the same one put right."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Entry:
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


@dataclass(frozen=True)
class Catalogue:
    """The TOML files of a package's folder `catalogue`, in the order given; read when they are first needed."""

    package: str
    files: tuple[str, ...]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The entries file by file."""
        folder = resources.files(self.package) / "catalogue"
        return tuple(
            _group(tomllib.loads((folder / f"{file}.toml").read_text(encoding="utf-8"))) for file in self.files
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


def _group(tables: Mapping[str, Any]) -> Group:
    entries = tuple(_entry(code, table) for code, table in tables.items() if code != "title")
    return Group(Text(**tables.get("title", _NOTHING)), entries)


def _entry(code: str, table: Mapping[str, Any]) -> Entry:
    usual = {part: table[part] for part in PARTS if part in table}
    variants = {"": usual} | {name: usual | part for name, part in table.items() if name not in PARTS}
    return Entry(
        code,
        Text(**table.get("title", _NOTHING)),
        Text(**table.get("explanation", _NOTHING)),
        Example(**table.get("example", {"wrong": "", "right": ""})),
        {
            name: Advice(Text(**part["expected"]), Text(**part["hint"]))
            for name, part in variants.items()
            if "expected" in part and "hint" in part
        },
    )
