"""Does a table have its header, and the header its columns?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ipportal.base.errors import Where
from ipportal.data.packages import RawTable
from ipportal.rules.rule import Context, Finding, fields_of, rules_of

_HALF: Final = 0.5
_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_HEADING_LENGTH: Final = 12


#: How a header differs from its description: the rule that tells it, and what it tells
_Fault = tuple[str, Finding]


def _headers(context: Context) -> Iterator[_Fault]:
    for _, table in context.tables():
        yield from _header(table)


def _header(table: RawTable) -> Iterator[_Fault]:
    names = [entry["name"] for entry in fields_of(table)]
    header = list(table.header or ())
    first = list(table.rows[0].cells) if table.rows else []
    whole = ",".join(header)
    top = Where(table.file, 1)
    if header == names:
        if table.rows and first and (_like(first, names, table) > _HALF or _is_heading(first, table)):
            yield "header-extra", Finding(Where(table.file, table.rows[0].line), ",".join(first))
    elif len(names) > 1 and len(header) == 1 and any(mark in whole for mark in ";\t，、|"):
        yield "file-delimiter", Finding(top, whole)
    elif _like(first, names, table) > _HALF:
        yield "header-extra", Finding(top, whole)
    elif _like(header, names, table) == 0:
        yield "header-lost", Finding(top, whole, names=",".join(names))
    else:
        yield from _columns(table, header, names)


def _like(cells: Sequence[str], names: Sequence[str], table: RawTable) -> float:
    """The share of cells that are names or titles of the table's columns."""
    known = {*names, *(str(entry.get("title")) for entry in fields_of(table))}
    return sum(cell.strip() in known for cell in cells) / len(names) if cells else 0


def _is_heading(cells: Sequence[str], table: RawTable) -> bool:
    """True for a row of short Chinese words where codes, ids and numbers belong."""
    coded = [
        cell
        for cell, entry in zip(cells, fields_of(table), strict=False)
        if entry.get("type", "string") != "string" or {"enum", "pattern"} & set(entry.get("constraints", {}))
    ]
    return (
        len(coded) > 1
        and all(_CHINESE.search(cell) for cell in coded)
        and all(cell and len(cell) <= _HEADING_LENGTH for cell in cells)
    )


def _columns(table: RawTable, header: list[str], names: list[str]) -> Iterator[_Fault]:
    def fault(code: str, column: str, found: str, variant: str = "", **facts: Any) -> _Fault:
        return code, Finding(Where(table.file, 1, column or None), found, variant, column=column, **facts)

    whole = ",".join(header)
    for name in sorted({cell for cell in header if header.count(cell) > 1}):
        yield fault("column-twice", name, name)
    missing = [name for name in names if name not in header]
    surplus = [cell for cell in dict.fromkeys(header) if cell not in names]
    for name in list(missing):
        if found := _renamed(table, name, surplus, header, names):
            missing.remove(name)
            surplus.remove(found)
            yield fault("column-renamed", name, found)
    for name in missing:
        place = names.index(name)
        yield fault("column-missing", name, whole, "" if place else "first", after=names[place - 1])
    for cell in surplus:
        yield fault("column-surplus", cell, cell)
    if not missing and not surplus and len(set(header)) == len(header) == len(names):
        kept = [cell if cell in names else names[place] for place, cell in enumerate(header)]
        if kept != names:
            yield fault("column-order", "", whole, names=",".join(names))


def _renamed(
    table: RawTable, name: str, surplus: Sequence[str], header: Sequence[str], names: Sequence[str]
) -> str | None:
    title = next(str(entry.get("title")) for entry in fields_of(table) if entry["name"] == name)
    if title in surplus:
        return title
    place = names.index(name)
    if len(header) == len(names) and header[place] in surplus:
        return header[place]
    return next(iter(difflib.get_close_matches(name, surplus, n=1, cutoff=0.75)), None)


RULES: Final = rules_of(
    _headers,
    (
        "file-delimiter",
        "header-extra",
        "header-lost",
        "column-missing",
        "column-surplus",
        "column-renamed",
        "column-twice",
        "column-order",
    ),
    "table",
)
