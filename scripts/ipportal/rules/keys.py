"""Keys of rows, and links between tables: within a package by its foreign keys, into another by `LINKS`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ipportal.base.errors import Named
from ipportal.base.text import Text
from ipportal.data.packages import RawTable
from ipportal.rules.rule import Context, Finding, Record, Rule, fields_of, key_of, names_of, schema_of


class Link(NamedTuple):
    """A column that holds ids of a table of another package, which Table Schema cannot follow."""

    package: str
    table: str
    column: str
    to_package: str
    to_table: str


LINKS: Final = (
    Link("plan", "measure_indicators", "indicator", "indicators", "indicators"),
    Link("cases", "case_statistics", "area", "indicators", "areas"),
    Link("cases", "case_statistics", "unit", "indicators", "units"),
    Link("cases", "case_stories", "measure", "plan", "measures"),
    Link("promotion", "events", "area", "indicators", "areas"),
    Link("promotion", "incentives", "area", "indicators", "areas"),
    Link("promotion", "incentives", "unit", "indicators", "units"),
    Link("promotion", "services", "figures", "indicators", "indicators"),
    Link("promotion", "services", "measure", "plan", "measures"),
    Link("recognition", "awards", "area", "indicators", "areas"),
    Link("recognition", "enterprises", "area", "indicators", "areas"),
)


def nearest(text: str, options: Sequence[str]) -> str:
    """The option `text` was probably meant to be; empty when none is near."""
    return next(iter(difflib.get_close_matches(text, options, n=1, cutoff=0.7)), "")


def _duplicate(context: Context) -> Iterator[Finding]:
    """Two rows carry the same key."""
    for _, table in context.tables():
        for key in _keys(table):
            first: dict[tuple[str, ...], int] = {}
            for row in context.rows(table):
                cells = tuple(row[column] for column in key)
                line = first.setdefault(cells, row.line)
                if line != row.line and any(cells):
                    yield Finding(row.where(", ".join(key)), ", ".join(cells), row=Named("row", line))


def _keys(table: RawTable) -> list[tuple[str, ...]]:
    """The primary key, and every column that is unique by itself."""
    unique = [(entry["name"],) for entry in fields_of(table) if entry.get("constraints", {}).get("unique")]
    return list(dict.fromkeys([*([key_of(table)] if key_of(table) else []), *unique]))


def _dangling(context: Context) -> Iterator[Finding]:
    """A cell names a row of another table of the package that does not exist."""
    for package, table in context.tables():
        for link in schema_of(table).get("foreignKeys", []):
            reference = link["reference"]
            target = package.table(reference.get("resource") or table.name)
            if target:
                rows = context.rows(table)
                yield from _astray(context, rows, names_of(link["fields"]), target, names_of(reference["fields"]))


def _unknown(context: Context) -> Iterator[Finding]:
    """A cell names an id that does not exist in the other package."""
    for link in LINKS:
        if target := context.table(link.to_package, link.to_table):
            rows = context.records(link.package, link.table)
            yield from _astray(context, rows, (link.column,), target, ("id",))


def _astray(
    context: Context, rows: Sequence[Record], columns: tuple[str, ...], target: RawTable, wanted: tuple[str, ...]
) -> Iterator[Finding]:
    """The cells that lead to no row of `target`."""
    if not context.trusted(target, wanted):
        return
    known = {tuple(row[column] for column in wanted) for row in context.rows(target)}
    title = Text(str(target.resource.get("title")), str(target.resource.get("title_en")))
    for row in rows:
        cells = tuple(row[column] for column in columns)
        if any(cells) and cells not in known:
            found = ", ".join(cells)
            near = nearest(found, sorted(", ".join(key) for key in known))
            where = row.where(", ".join(columns))
            yield Finding(
                where, found, "near" if near else "", near=near, title=title, table=Named("file", target.file)
            )


UNIQUE_RULES: Final = (Rule("key-duplicate", _duplicate),)

RULES: Final = (Rule("key-dangling", _dangling), Rule("link-unknown", _unknown))
