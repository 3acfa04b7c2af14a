"""Are the columns the described ones; has each row its cells, in their own columns; and do the rows stand in order?"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, Final

from ipportal.base.errors import Named, Where
from ipportal.base.quantities import spelled
from ipportal.data.packages import RawTable
from ipportal.rules.rule import Context, Finding, Record, fields_of, key_of, rules, rules_of
from ipportal.rules.schema import CellJudge, cell_judges

#: A row counts as shifted when moving it by one cell mends at least this many faulty cells
_SHIFT_GAIN: Final = 3


SortKey = tuple[Decimal | str, ...]


def _row_blank(context: Context) -> Iterator[Finding]:
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
        width, judges = len(fields), cell_judges(context, table)
        columns = ((field["name"],) for field in fields)
        sound = not any(any(map(judge, context.contents(table, it))) for it, judge in zip(columns, judges, strict=True))
        for row in table.rows or ():
            count = len(row.cells)
            moved = _shift(row.cells, judges) if count and not sound else ""
            if not (moved or count != width) or not any(map(str.strip, row.cells)):
                continue
            code = "row-shifted" if moved else "row-short" if count < width else "row-long"
            yield code, Finding(Where(table.file, row.line), ",".join(row.cells), moved, width=width, cells=count)


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


def _row_repeated(context: Context) -> Iterator[Finding]:
    """A row stands in the table twice, word for word."""
    for _, table in context.tables():
        seen: dict[tuple[str, ...], int] = {}
        for row in context.rows(table):
            line = seen.setdefault(row.texts, row.line)
            if line != row.line:
                yield Finding(row.where(), ",".join(row.texts), row=Named("row", line))


def sort_keys(table: RawTable, rows: Iterable[Mapping[str, str] | Record]) -> Iterator[SortKey]:
    """The place of each row: its key columns as text, columns of whole numbers by value."""
    numeric = {field["name"] for field in fields_of(table) if field.get("type") == "integer"}
    key = [(column, column in numeric) for column in key_of(table)]
    for row in rows:
        yield tuple([spelled(row[column]) if whole and row[column] else row[column] for column, whole in key])


def _row_order(context: Context) -> Iterator[Finding]:
    """The first row of a table that stands below one it should stand above."""
    for _, table in context.tables():
        columns = key_of(table)
        if not context.trusted(table, columns):
            continue
        lines = [row.line for row in context.rows(table)]
        rows = list(zip(lines, sort_keys(table, context.rows(table)), strict=True))
        for line, key in [later for (_, above), later in pairwise(rows) if later[1] < above][:1]:
            later = next(number for number, other in rows if other > key)
            where, names = Where(table.file, line, ", ".join(columns)), [Named("column", each) for each in columns]
            yield Finding(where, ", ".join(map(str, key)), key=names, row=Named("row", later))


RULES: Final = (
    *rules(_row_blank, _row_repeated, spoils="row"),
    *rules_of(_rows, ("row-shifted", "row-short", "row-long"), "row"),
)

ORDER_RULES: Final = rules(_row_order, spoils="nothing")

_HALF: Final = 0.5
_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_HEADING_LENGTH: Final = 12


#: How a header differs from its description: the rule that tells it, and what it tells
_Fault = tuple[str, Finding]


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


COLUMN_RULES: Final = rules_of(
    lambda context: (fault for _, table in context.tables() for fault in _header(table)),
    (
        *("file-delimiter", "header-extra", "header-lost", "column-missing"),
        *("column-surplus", "column-renamed", "column-twice", "column-order"),
    ),
    "table",
)
