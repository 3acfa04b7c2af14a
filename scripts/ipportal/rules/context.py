"""What rules look at: the packages as read, and the places earlier stages found at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from ipportal.base.errors import Where
from ipportal.data.packages import RawPackage, RawTable
from ipportal.data.settings import Settings

Item = TypeVar("Item")

#: File, row, column; row or column None stands for all of them
Place = tuple[str, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Record:
    """A row of text cells by column, with the file and line it stands on."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The text of a cell; empty where the table has no such column."""
        return self.cells.get(column, "")

    def where(self, column: str | None = None) -> Where:
        """The place of a cell, or of the whole row."""
        return Where(self.file, self.line, column)


@dataclass(frozen=True)
class Context:
    """All packages at one stage of the check.

    `spoiled` holds the places of earlier faults.
    """

    packages: Sequence[RawPackage]
    settings: Settings
    root: Path
    spoiled: frozenset[Place] = field(default_factory=frozenset)
    _surveys: dict[Callable[..., Any], tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False)

    def once(self, survey: Callable[[Context], Iterable[Item]]) -> tuple[Item, ...]:
        """What `survey` finds in this context; rules that share a survey run it once."""
        if survey not in self._surveys:
            self._surveys[survey] = tuple(survey(self))
        return self._surveys[survey]

    def is_spoiled(self, where: Where) -> bool:
        """True when an earlier fault already accounts for this place."""
        return not self.spoiled.isdisjoint(
            {(where.file, None, None), (where.file, where.row, None), (where.file, where.row, where.column)}
        )

    def tables(self) -> Iterator[tuple[RawPackage, RawTable]]:
        """Every table that can be read as columns and rows."""
        for package in self.packages:
            for table in package.tables:
                if table.rows is not None and not self.spoiled & {(table.file, None, None), (package.file, None, None)}:
                    yield package, table

    def table(self, package: str, name: str) -> RawTable | None:
        """A readable table by package and name."""
        return next((t for p, t in self.tables() if p.name == package and t.name == name), None)

    def rows(self, table: RawTable) -> list[Record]:
        """The rows of a table that are whole; cells may still be at fault."""
        return [
            Record(table.file, line, cells)
            for line, cells in table.records()
            if (table.file, line, None) not in self.spoiled and any(text.strip() for text in cells.values())
        ]

    def records(self, package: str, name: str) -> list[Record]:
        """The rows of a table without any fault; empty where the table is missing."""
        table = self.table(package, name)
        if table is None:
            return []
        return [row for row in self.rows(table) if (table.file, row.line) not in self._spoiled_lines]

    def trusted(self, table: RawTable | None, columns: Sequence[str]) -> bool:
        """True when a table is readable and neither its rows nor these columns hold a fault."""
        if table is None or (table.file, None, None) in self.spoiled:
            return False
        return not any(file == table.file and (column in columns or column is None) for file, _, column in self.spoiled)

    @cached_property
    def _spoiled_lines(self) -> frozenset[tuple[str, int | None]]:
        return frozenset((file, row) for file, row, _ in self.spoiled)


def fields_of(table: RawTable) -> list[Mapping[str, Any]]:
    """The columns the descriptor promises."""
    schema = table.resource.get("schema")
    fields = schema.get("fields", []) if isinstance(schema, dict) else []
    return [entry for entry in fields if isinstance(entry, dict) and isinstance(entry.get("name"), str)]


def key_of(table: RawTable) -> tuple[str, ...]:
    """The columns that name a row."""
    schema = table.resource.get("schema")
    return names_of(schema.get("primaryKey", [])) if isinstance(schema, dict) else ()


def names_of(value: str | Sequence[str]) -> tuple[str, ...]:
    """Column names as the standard writes them: one, or a list."""
    return (value,) if isinstance(value, str) else tuple(value)
