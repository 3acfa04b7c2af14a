"""Sources: linked only where that is right, the same everywhere, and none without use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipportal.data.model import Confidence
from ipportal.rules.rule import Context, Finding, Record, Rule

_SOURCE_COLUMN: Final = re.compile(r"source(_[ab])?")
#: How a page names a source: `{{ source("plan-draft") }}`
_NAMED: Final = re.compile(r"""\{\{\s*source\(\s*["']([^"']+)["']""")


def _sources(context: Context) -> Iterator[Record]:
    for package in context.packages:
        yield from context.records("sources", package.name)


def _link(context: Context) -> Iterator[Finding]:
    """A source that must not be linked has an address, or one that is linked has none."""
    for row in _sources(context):
        if row["link"] == "none" and row["url"]:
            yield row.fault("url")
        if row["link"] != "none" and not row["url"]:
            yield row.fault("url", "missing", link=row["link"])


def _conflict(context: Context) -> Iterator[Finding]:
    """The same source is described differently in two packages."""
    first: dict[str, Record] = {}
    for row in _sources(context):
        other = first.setdefault(row["id"], row)
        for column, text in row.cells.items():
            if other.file != row.file and text != other[column]:
                yield row.fault(column, table=other.file, row=other.line, text=other[column])


def _unused(context: Context) -> Iterator[Finding]:
    """A source no row of its package refers to, and no page either."""
    named = {source for page in context.every_page for source in _NAMED.findall(page.text)}
    for package in context.packages:
        used = set(named)
        readable = True
        for table in package.tables:
            columns = [column for column in table.header or () if _SOURCE_COLUMN.fullmatch(column)]
            readable = readable and context.trusted(table, columns)
            used |= {row[column] for _, row in table.records() for column in columns}
        for row in context.records("sources", package.name) if readable else ():
            if row["id"] not in used:
                yield row.fault("id")


def _trust(context: Context) -> Iterator[Finding]:
    """A row is called “from the plan” though its source is another, or the other way round."""
    for package in context.packages:
        kinds = {row["id"]: row["kind"] for row in context.records("sources", package.name)}
        for table in package.tables:
            if table.column("confidence") is None or table.column("source") is None:
                continue
            for row in context.records(table.name, package.name):
                kind, plan = kinds.get(row["source"]), Confidence.PLAN
                if kind and row["confidence"] and (kind == plan) != (row["confidence"] == plan):
                    yield row.fault("confidence", "plan" if kind == plan else "", source=row["source"], kind=kind)


RULES: Final = (
    Rule("source-link", _link),
    Rule("source-conflict", _conflict),
    Rule("source-unused", _unused),
    Rule("source-trust", _trust),
)
