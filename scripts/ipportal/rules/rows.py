"""Does each row have its cells, in their own columns; and stand the rows in their order, each only once?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, Final

from ipportal.base.errors import Named, Where
from ipportal.base.quantities import is_spelled, spelled
from ipportal.data.packages import NO, YES, RawTable
from ipportal.rules.rule import Context, Finding, Rule, fields_of, key_of, rules_of
from ipportal.rules.schema import fitting_cells

#: A row counts as shifted when moving it by one cell mends at least this many faulty cells
_SHIFT_GAIN: Final = 3

#: The cells that fit a pattern
_Fits = Mapping[str, set[str]]
SortKey = tuple[Decimal | str, ...]


def _blank(context: Context) -> Iterator[Finding]:
    """Rows without any content; neighbours make one message."""
    for _, table in context.tables():
        lines = [row.line for row in table.rows or () if not any(cell.strip() for cell in row.cells)]
        # a number that stays the same as long as lines follow each other
        for _, group in groupby(enumerate(lines), lambda counted: counted[1] - counted[0]):
            (_, first), *more = group
            last = more[-1][1] if more else first
            yield Finding(Where(table.file, first), rows=f"{first}–{last}" if more else str(first))


def _rows(context: Context) -> Iterator[tuple[str, Finding]]:
    for _, table in context.tables():
        fields = fields_of(table)
        if list(table.header or ()) != [entry["name"] for entry in fields]:
            continue
        width, fits = len(fields), fitting_cells(table)
        for row in table.rows or ():
            where, whole, count = Where(table.file, row.line), ",".join(row.cells), len(row.cells)
            if not any(cell.strip() for cell in row.cells):
                continue
            if moved := _shift(row.cells, fields, fits):
                yield "row-shifted", Finding(where, whole, moved)
            elif count != width:
                code = "row-short" if count < width else "row-long"
                yield code, Finding(where, whole, width=width, cells=count)


def _shift(cells: tuple[str, ...], fields: Sequence[Mapping[str, Any]], fits: _Fits) -> str:
    """`left` when the first cell was lost, `right` when a cell slipped in before the first, else empty."""
    width = len(fields)
    padded = (*cells, *("",) * width)[:width]
    faults = _misfits(padded, fields, fits)
    if len(cells) <= width and faults - _misfits(("", *padded)[1:width], fields[1:], fits) >= _SHIFT_GAIN:
        return "left"
    if not cells[0].strip() and faults - _misfits((*cells[1:], "")[:width], fields, fits) >= _SHIFT_GAIN:
        return "right"
    return ""


def _misfits(cells: Sequence[str], fields: Sequence[Mapping[str, Any]], fits: _Fits) -> int:
    return sum(not _fits(cell, entry, fits) for cell, entry in zip(cells, fields, strict=False))


def _fits(cell: str, field: Mapping[str, Any], fits: _Fits) -> bool:
    constraints = field.get("constraints", {})
    if not cell:
        return not constraints.get("required")
    if field.get("type") in ("number", "integer"):
        return is_spelled(cell)
    if "enum" in constraints or field.get("type") == "boolean":
        return cell in constraints.get("enum", (YES, NO))
    return "pattern" not in constraints or cell in fits[constraints["pattern"]]


def _repeated(context: Context) -> Iterator[Finding]:
    """A row stands in the table twice, word for word."""
    for _, table in context.tables():
        seen: dict[tuple[str, ...], int] = {}
        for row in context.rows(table):
            cells = tuple(row.cells.values())
            if cells in seen:
                yield Finding(row.where(), ",".join(cells), row=Named("row", seen[cells]))
            seen.setdefault(cells, row.line)


def sort_key(table: RawTable, cells: Mapping[str, str]) -> SortKey:
    """The place of a row: its key columns as text, columns of whole numbers by value."""
    numeric = {field["name"] for field in fields_of(table) if field.get("type") == "integer"}
    return tuple(
        spelled(cells[column]) if column in numeric and cells[column] else cells[column] for column in key_of(table)
    )


def _unsorted(context: Context) -> Iterator[Finding]:
    """The first row of a table that stands below one it should stand above."""
    for _, table in context.tables():
        columns = key_of(table)
        if not context.trusted(table, columns):
            continue
        rows = [(row.line, sort_key(table, row.cells)) for row in context.rows(table)]
        wrong = next(((line, key) for (_, above), (line, key) in pairwise(rows) if key < above), None)
        if wrong:
            line, key = wrong
            later = next(number for number, other in rows if other > key)
            where, names = Where(table.file, line, ", ".join(columns)), [Named("column", each) for each in columns]
            yield Finding(where, ", ".join(map(str, key)), key=names, row=Named("row", later))


RULES: Final = (
    Rule("row-blank", _blank, "row"),
    *rules_of(_rows, ("row-shifted", "row-short", "row-long"), "row"),
    Rule("row-repeated", _repeated, "row"),
)

ORDER_RULES: Final = (Rule("row-order", _unsorted, "nothing"),)
