"""Does each row have its cells, in their own columns; and stand the rows in their order, each only once?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Final

from ipportal.base.errors import Named, Where
from ipportal.base.quantities import spelled
from ipportal.data.packages import RawTable
from ipportal.rules.rule import Context, Finding, Rule, fields_of, key_of, rules_of
from ipportal.rules.schema import CellJudge, cell_judges

#: A row counts as shifted when moving it by one cell mends at least this many faulty cells
_SHIFT_GAIN: Final = 3


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
        width, judges = len(fields), cell_judges(table)
        for row in table.rows or ():
            where, whole, count = Where(table.file, row.line), ",".join(row.cells), len(row.cells)
            if not any(cell.strip() for cell in row.cells):
                continue
            if moved := _shift(row.cells, judges):
                yield "row-shifted", Finding(where, whole, moved)
            elif count != width:
                code = "row-short" if count < width else "row-long"
                yield code, Finding(where, whole, width=width, cells=count)


def _shift(cells: tuple[str, ...], judges: Sequence[CellJudge]) -> str:
    """`left` when the first cell was lost, `right` when a cell slipped in before the first, else empty."""
    width = len(judges)
    padded = (*cells, *("",) * width)[:width]
    fewer = _misfits(padded, judges) - _SHIFT_GAIN
    if fewer >= 0 and len(cells) <= width and _misfits(padded[: width - 1], judges[1:]) <= fewer:
        return "left"
    if fewer >= 0 and not cells[0].strip() and _misfits((*cells[1:], "")[:width], judges) <= fewer:
        return "right"
    return ""


def _misfits(cells: Sequence[str], judges: Sequence[CellJudge]) -> int:
    return sum(bool(judge(cell)) for cell, judge in zip(cells, judges, strict=False))


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
