"""What a rule is – a function with a code, worded by the catalogue – and what it looks at: the packages as read, and
the places earlier stages found at fault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast

from ipportal.base import Frozen
from ipportal.base.errors import Advice, Catalogue, Problem, Where
from ipportal.base.text import LANGS
from ipportal.data.manuscripts import DOCS, Manuscript, read_manuscripts
from ipportal.data.packages import RawPackage, RawTable, names_of
from ipportal.data.settings import Settings

Item = TypeVar("Item")

#: File, row, column; row or column None stands for all of them
Place = tuple[str, int | None, str | None]

#: How much later stages must leave alone after a finding, so that one fault makes one message
Spoils = Literal["nothing", "cell", "row", "table"]

#: What is said of every rule and of its faults, by subject
CATALOGUE: Final = Catalogue(
    "ipportal.rules",
    (
        *("files", "columns", "cells", "contents", "languages", "sources", "values", "plan", "help"),
        *("privacy", "pages", "warnings", "official"),
    ),
)


class Finding:
    """A fault as a rule sees it: where it is, what stands there, and the facts that its words ask for.

    The words are those of the rule in the catalogue, or of one of its variants; `advice` is that of a judge of `base`.
    """

    def __init__(
        self, where: Where, found: str = "", variant: str = "", /, *, advice: Advice | None = None, **facts: Any
    ) -> None:
        self.where = where
        self.found = found
        self.variant = variant
        self.advice = advice
        self.facts = facts


class Record(Frozen):
    """A row of texts, with the file and line it stands on; `places` is where each column stands in it."""

    file: str
    line: int
    texts: tuple[str, ...]
    places: Mapping[str, int]

    def __getitem__(self, column: str) -> str:
        """The text of a cell; empty where the table has no such column."""
        place = self.places.get(column)
        return "" if place is None else self.texts[place]

    @property
    def cells(self) -> dict[str, str]:
        """Column → text."""
        return {column: self.texts[place] for column, place in self.places.items()}

    @property
    def noted(self) -> bool:
        """True when the row has a note, in any language."""
        return any(self[f"note_{lang}"] for lang in LANGS)

    def where(self, column: str | None = None) -> Where:
        """The place of a cell, or of the whole row."""
        return Where(self.file, self.line, column)

    def fault(self, column: str, variant: str = "", /, **facts: Any) -> Finding:
        """What a cell holds is at fault."""
        return Finding(self.where(column), self[column], variant, **facts)


class Context(Frozen):
    """All packages at one stage of the check.

    `spoiled` holds the places of earlier faults.
    """

    packages: Sequence[RawPackage]
    settings: Settings
    root: Path
    spoiled: frozenset[Place] = field(default_factory=frozenset)
    #: What has been read already, which all stages share
    read: dict[Any, Any] = field(default_factory=dict, repr=False)
    _surveys: dict[Callable[..., Any], tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False)

    def once(self, survey: Callable[[Context], Iterable[Item]]) -> tuple[Item, ...]:
        """What `survey` finds in this context; rules that share a survey run it once."""
        if survey not in self._surveys:
            self._surveys[survey] = tuple(survey(self))
        return self._surveys[survey]

    @property
    def every_page(self) -> tuple[Manuscript, ...]:
        """Every page, those of the main language first."""
        if DOCS not in self.read:
            self.read[DOCS] = read_manuscripts(self.root, self.settings.languages)
        return cast(tuple[Manuscript, ...], self.read[DOCS])

    @property
    def pages(self) -> tuple[Manuscript, ...]:
        """The pages without a fault that concerns them as a whole."""
        return tuple(page for page in self.every_page if (page.file, None, None) not in self.spoiled)

    def tables(self) -> Iterator[tuple[RawPackage, RawTable]]:
        """Every table that can be read as columns and rows."""
        for package in self.packages:
            for table in package.tables:
                if table.rows is not None and not self.spoiled & {(table.file, None, None), (package.file, None, None)}:
                    yield package, table

    def table(self, name: str, package: str = "") -> RawTable | None:
        """A readable table by name; `package` tells it from the others where several have one, such as sources."""
        return next((t for p, t in self.tables() if t.name == name and package in ("", p.name)), None)

    def rows(self, table: RawTable) -> list[Record]:
        """The rows of a table that are whole; cells may still be at fault."""
        if table.file not in self.read:
            places = {column: place for place, column in enumerate(table.header or ())}
            filled = (row for row in table.filled() if any(map(str.strip, row.cells)))
            self.read[table.file] = [Record(table.file, row.line, row.cells, places) for row in filled]
        lost = {row for row, column in self._faults.get(table.file, ()) if column is None}
        return self._without(lost, self.read[table.file])

    def records(self, name: str, package: str = "") -> list[Record]:
        """The rows of a table without any fault; empty where the table is missing."""
        table = self.table(name, package)
        return self._without({row for row, _ in self._faults.get(table.file, ())}, self.rows(table)) if table else []

    def by_id(self, name: str) -> dict[str, Record]:
        """The same rows by their id."""
        return {row["id"]: row for row in self.records(name)}

    def _without(self, lost: Set[int | None], rows: list[Record]) -> list[Record]:
        return [row for row in rows if row.line not in lost] if lost else rows

    def judged(
        self, table: RawTable, columns: Sequence[str], judge: Callable[[Record], Iterable[Item]]
    ) -> Iterator[Item]:
        """What `judge` finds in rows by what stands in these columns alone.

        It is asked once of each content, and again only of the rows that have one in which it found something.
        """
        contents = self.contents(table, columns)
        faulty = {texts for texts, row in contents.items() if any(True for _ in judge(row))}
        content = content_of(table, columns) if faulty else None
        for row in self.rows(table) if content else ():
            if content and content(row.texts) in faulty:
                yield from judge(row)

    def contents(self, table: RawTable, columns: Sequence[str]) -> Mapping[Any, Record]:
        """What stands in these columns of whole rows, each once, with a row that holds it."""
        key = (table.file, *columns)
        if key not in self.read:
            content = content_of(table, columns)
            self.read[key] = {content(row.texts): row for row in self.rows(table)}
        return cast(Mapping[Any, Record], self.read[key])

    def whole(self, name: str, *columns: str) -> tuple[RawTable, list[Record]] | None:
        """A table with all its rows; None when it is missing, or its rows or one of these columns hold a fault."""
        table = self.table(name)
        return (table, self.rows(table)) if table and self.trusted(table, columns) else None

    def trusted(self, table: RawTable, columns: Sequence[str]) -> bool:
        """True when a table is readable and neither its rows nor these columns hold a fault."""
        if (table.file, None, None) in self.spoiled:
            return False
        return not any(file == table.file and (column in columns or column is None) for file, _, column in self.spoiled)

    @cached_property
    def _faults(self) -> dict[str, set[tuple[int | None, str | None]]]:
        """File → the rows and columns at fault in it."""
        found: dict[str, set[tuple[int | None, str | None]]] = defaultdict(set)
        for file, row, column in self.spoiled:
            found[file].add((row, column))
        return found


class Rule(Frozen):
    """A rule by its code in the catalogue.

    `run` looks at all packages and yields a finding for every fault; it never stops at the first.
    """

    code: str
    run: Callable[[Context], Iterable[Finding]]
    spoils: Spoils = "cell"

    def problems(self, context: Context) -> list[Problem]:
        """Apply the rule, leaving out places an earlier fault already accounts for."""
        found = []
        for one in self.run(context):
            file, row, column = one.where.file, one.where.row, one.where.column
            if not context.spoiled.isdisjoint({(file, None, None), (file, row, None), (file, row, column)}):
                continue
            if one.advice:
                found.append(Problem(self.code, one.where, one.advice.expected, one.found, one.advice.hint))
            else:
                found.append(CATALOGUE.problem(self.code, one.where, one.found, one.variant, **one.facts))
        return found

    def spoiled(self, where: Where) -> set[Place]:
        """The places later stages leave alone after a fault at `where`."""
        if self.spoils == "nothing":
            return set()
        row = None if self.spoils == "table" else where.row
        return {(where.file, row, where.column if self.spoils == "cell" else None)}


def code_of(look: Callable[..., object]) -> str:
    """The code of the rule that a function is named after: `_help_link` finds what is told as help-link."""
    return look.__name__[1:].replace("_", "-")


def rules(*looks: Callable[[Context], Iterable[Finding]], spoils: Spoils = "cell") -> tuple[Rule, ...]:
    """Rules by the functions named after their codes."""
    return tuple(Rule(code_of(look), look, spoils) for look in looks)


#: One look at the data that finds the faults of several rules, each with its code
Survey = Callable[[Context], Iterable[tuple[str, Finding]]]


def rules_of(survey: Survey, codes: Sequence[str], spoils: Spoils) -> tuple[Rule, ...]:
    """Rules whose faults one look at the data finds all together."""
    return tuple(Rule(code, partial(_told_by, survey, code), spoils) for code in codes)


def _told_by(survey: Survey, code: str, context: Context) -> Iterator[Finding]:
    return (finding for told_by, finding in context.once(survey) if told_by == code)


def steps_back(rows: Mapping[str, Record], row: Record, column: str) -> list[str]:
    """The ids a row leads to by a column, step by step to the last, or to where they repeat."""
    found: list[str] = []
    while (earlier := row[column]) in rows and earlier not in found:
        found.append(earlier)
        row = rows[earlier]
    return found


def schema_of(table: RawTable) -> Mapping[str, Any]:
    """What the descriptor says of the table's columns and keys."""
    schema: Mapping[str, Any] = table.resource["schema"]
    return schema


def content_of(table: RawTable, columns: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    """Takes the texts of a row; gives those of some columns, in the form in which they are told apart fastest."""
    header = table.header or ()
    return itemgetter(*map(header.index, columns))


def fields_of(table: RawTable) -> list[Mapping[str, Any]]:
    """The columns the descriptor promises."""
    return list(schema_of(table)["fields"])


def key_of(table: RawTable) -> tuple[str, ...]:
    """The columns that name a row."""
    return names_of(schema_of(table).get("primaryKey", []))
