"""Sources: linked only where that is right, the same everywhere, and none without use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipportal.data.model import Confidence
from ipportal.rules.rule import Context, Finding, Record, Rule, rules_of

_SOURCE_COLUMN: Final = re.compile(r"source(_[ab])?")
#: How a page names a source: `{{ source("plan-draft") }}`
_NAMED: Final = re.compile(r"""\{\{\s*source\(\s*["']([^"']+)["']""")


def _described(context: Context) -> Iterator[tuple[str, Finding]]:
    """A source that must not be linked has an address, one that is linked has none, or two packages differ on one."""
    first: dict[str, Record] = {}
    for row in (row for package in context.packages for row in context.records("sources", package.name)):
        if row["link"] == "none" and row["url"]:
            yield "source-link", row.fault("url")
        if row["link"] != "none" and not row["url"]:
            yield "source-link", row.fault("url", "missing", link=row["link"])
        other = first.setdefault(row["id"], row)
        for column, text in row.cells.items():
            if other.file != row.file and text != other[column]:
                yield "source-conflict", row.fault(column, table=other.file, row=other.line, text=other[column])


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
    *rules_of(_described, ("source-link", "source-conflict"), "cell"),
    Rule("source-unused", _unused),
    Rule("source-trust", _trust),
)
