"""The joint to frictionless: runs its checks in memory and reduces its errors to plain records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from ipportal.errors import Where
from ipportal.packages import RawPackage, RawTable
from ipportal.rules.context import Context, fields_of, key_of

_CONSTRAINT: Final = re.compile(r'constraint "(\w+)" is "(.*)"', re.DOTALL)
_SAME_AS: Final = re.compile(r"the same as in the row at position (\d+)")
_QUOTED: Final = re.compile(r'"([^"]+)"')
#: Without it frictionless reads a descriptor as version 1 and refuses newer constraints
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_WORDS: Final = frozenset({"title", "title_en", "description", "description_en", "example", "categories"})
_NO_LIMIT: Final = 1_000_000


def _frictionless() -> Any:
    """The library, imported on first use: that takes two seconds, and page writers need no second check."""
    return import_module("frictionless")


@dataclass(frozen=True, slots=True)
class Fault:
    """A frictionless error at its place in the file.

    `kind` is the constraint's name where there is one, else the error's type. `limit` is the constraint's
    value, `other` the table a foreign key points to, or the line that already carries the same key.
    """

    kind: str
    table: RawTable
    line: int | None
    columns: tuple[str, ...]
    found: str
    limit: str
    other: str

    @property
    def where(self) -> Where:
        """The cell, or the columns of the key."""
        return Where(self.table.file, self.line, ", ".join(self.columns) or None)

    @property
    def field(self) -> Mapping[str, Any]:
        """The description of the column."""
        return next((entry for entry in fields_of(self.table) if entry["name"] in self.columns), {})


def faults(context: Context) -> Iterator[Fault]:
    """Run frictionless over the sound rows of every package, in memory."""
    for package in context.packages:
        tables = {t.name: t for p, t in context.tables() if p is package}
        yield from _package_faults(context, package, tables)


def _package_faults(context: Context, package: RawPackage, tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    rows = {name: context.rows(table) for name, table in tables.items()}
    resources = [
        {
            "name": name,
            "data": [
                list(table.header or ()),
                *([row[column] for column in table.header or ()] for row in rows[name]),
            ],
            "schema": _schema(context, table, tables),
        }
        for name, table in tables.items()
    ]
    descriptor = {"$schema": _PROFILE, "name": package.name, "resources": resources}
    report = _frictionless().Package.from_descriptor(descriptor).validate(limit_errors=_NO_LIMIT)
    for task in report.tasks:
        lines = [row.line for row in rows[task.name]]
        for error in task.errors:
            yield _fault(error.to_descriptor(), tables[task.name], lines)


def _schema(context: Context, table: RawTable, tables: Mapping[str, RawTable]) -> dict[str, Any]:
    """What the check needs of a schema, without links into tables that are themselves at fault."""
    schema = table.resource["schema"]
    return {
        # frictionless copies schemas over and over, so words for readers stay out
        "fields": [{key: field[key] for key in field if key not in _WORDS} for field in schema["fields"]],
        "missingValues": schema.get("missingValues", [""]),
        "primaryKey": schema.get("primaryKey", []),
        "foreignKeys": [
            key
            for key in schema.get("foreignKeys", [])
            if context.trusted(tables.get(key["reference"].get("resource") or table.name), _names(key["reference"]))
        ],
    }


def _names(link: Mapping[str, Any]) -> tuple[str, ...]:
    value: str | Sequence[str] = link["fields"]
    return (value,) if isinstance(value, str) else tuple(value)


def _fault(error: Mapping[str, Any], table: RawTable, lines: Sequence[int]) -> Fault:
    kind, limit, other = error["type"], "", error.get("referenceName", "")
    if match := _CONSTRAINT.match(error["note"]):
        kind, limit = match.groups()
    number = error.get("rowNumber")
    columns = tuple(error.get("fieldNames") or filter(None, [error.get("fieldName")]))
    found = ", ".join(error.get("fieldCells") or [error.get("cell") or ""])
    if same := _SAME_AS.search(error["note"]):
        other = str(lines[int(same.group(1)) - 2])
    if kind == "primary-key":
        columns = key_of(table)
        cells = dict(zip(table.header or (), error["cells"], strict=False))
        found = ", ".join(cells.get(column, "") for column in columns)
    return Fault(kind, table, lines[number - 2] if number else None, columns, found, limit, other)


def descriptor_faults(package: RawPackage) -> list[str]:
    """What frictionless cannot accept in a package's description: the offending words it quotes."""
    frictionless = _frictionless()
    try:
        frictionless.Package.from_descriptor(dict(package.descriptor or {}))
    except frictionless.FrictionlessException as error:
        notes = [reason.note for reason in error.reasons or [error.error]]
        return [quoted[0] if (quoted := _QUOTED.findall(note)) else note for note in notes]
    return []
