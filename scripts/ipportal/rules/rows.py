"""Does each row have its cells, in their own columns?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.rules.context import Context, fields_of
from ipportal.rules.rule import Example, Finding, Rule

#: A row counts as shifted when moving it by one cell mends at least this many faulty cells
_SHIFT_GAIN: Final = 3
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def _blank_rows(context: Context) -> Iterator[Finding]:
    """Rows without any content; neighbours make one message."""
    for _, table in context.tables():
        lines = [row.line for row in table.rows or () if not any(cell.strip() for cell in row.cells)]
        for first, last in _runs(lines):
            rows = str(first) if first == last else f"{first}–{last}"
            yield Finding(
                Where(table.file, first),
                Text("有内容的行", "a row with content"),
                "",
                Text(
                    f"删去空行（第 {rows} 行）：选中整行再删除，不要只清空格子",
                    f"delete the blank rows (row {rows}): select the whole row and delete it, do not just clear it",
                ),
            )


def _runs(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Group consecutive line numbers as (first, last)."""
    start = None
    for place, line in enumerate(lines):
        start = line if start is None else start
        if place + 1 == len(lines) or lines[place + 1] != line + 1:
            yield start, line
            start = None


class _RowFault(NamedTuple):
    kind: str
    where: Where
    cells: tuple[str, ...]
    width: int
    moved: str


def _rows(context: Context) -> Iterator[_RowFault]:
    for _, table in context.tables():
        fields = fields_of(table)
        if list(table.header or ()) != [entry["name"] for entry in fields]:
            continue
        for row in table.rows or ():
            if any(cell.strip() for cell in row.cells):
                yield from _row(Where(table.file, row.line), row.cells, fields)


def _row(where: Where, cells: tuple[str, ...], fields: Sequence[Mapping[str, Any]]) -> Iterator[_RowFault]:
    width = len(fields)
    moved = _shift(cells, fields)
    if moved:
        yield _RowFault("shifted", where, cells, width, moved)
    elif len(cells) < width:
        yield _RowFault("short", where, cells, width, "")
    elif len(cells) > width:
        yield _RowFault("long", where, cells, width, "")


def _shift(cells: tuple[str, ...], fields: Sequence[Mapping[str, Any]]) -> str:
    """`left` when the first cell was lost, `right` when a cell slipped in before the first, else empty."""
    width = len(fields)
    padded = (*cells, *("",) * width)[:width]
    faults = _misfits(padded, fields)
    if len(cells) <= width and faults - _misfits(("", *padded)[:width], fields[1:], 1) >= _SHIFT_GAIN:
        return "left"
    if not cells[0].strip() and faults - _misfits((*cells[1:], "")[:width], fields) >= _SHIFT_GAIN:
        return "right"
    return ""


def _misfits(cells: Sequence[str], fields: Sequence[Mapping[str, Any]], start: int = 0) -> int:
    return sum(not _fits(cell, entry) for cell, entry in zip(cells[start:], fields, strict=False))


def _fits(cell: str, field: Mapping[str, Any]) -> bool:
    constraints = field.get("constraints", {})
    if not cell:
        return not constraints.get("required")
    if field.get("type") in ("number", "integer"):
        return bool(_NUMBER.fullmatch(cell))
    if "enum" in constraints:
        return cell in constraints["enum"]
    return "pattern" not in constraints or bool(re.fullmatch(constraints["pattern"].strip("^$"), cell))


def _rows_of(context: Context, kind: str) -> Iterator[_RowFault]:
    return (row for row in context.once(_rows) if row.kind == kind)


def _shifted_row(context: Context) -> Iterator[Finding]:
    """The cells of a row stand one column too far left or right."""
    for row in _rows_of(context, "shifted"):
        left = row.moved == "left"
        yield Finding(
            row.where,
            Text("每个格子都在自己的列里", "every cell in its own column"),
            ",".join(row.cells),
            Text(
                "整行向左错了一格：在最前面插入丢掉的格子" if left else "整行向右错了一格：删去最前面的空格子",
                "the row slipped one cell to the left: insert the lost first cell"
                if left
                else "the row slipped one cell to the right: delete the empty cell in front",
            ),
        )


def _width(row: _RowFault) -> Text:
    return Text(
        f"{row.width} 个格子（这一行有 {len(row.cells)} 个）", f"{row.width} cells (this row has {len(row.cells)})"
    )


def _short_row(context: Context) -> Iterator[Finding]:
    """A row has fewer cells than the table has columns."""
    for row in _rows_of(context, "short"):
        yield Finding(
            row.where,
            _width(row),
            ",".join(row.cells),
            Text(
                "看少了哪一列；没有内容的格子也要保留逗号", "find the lost column; an empty cell still needs its comma"
            ),
        )


def _long_row(context: Context) -> Iterator[Finding]:
    """A row has more cells than the table has columns."""
    for row in _rows_of(context, "long"):
        yield Finding(
            row.where,
            _width(row),
            ",".join(row.cells),
            Text(
                "文字里有英文逗号时，给整个格子加英文双引号；行尾多余的逗号删去",
                "put a cell whose text holds a comma in double quotes; delete surplus commas at the end",
            ),
        )


RULES: Final = (
    Rule(
        "row-blank",
        Text("空行", "A blank row"),
        Text("数据中间和末尾都不留空行。", "There are no blank rows between or after the data."),
        Example(",,,,", ""),
        _blank_rows,
        "row",
    ),
    Rule(
        "row-shifted",
        Text("整行错位", "A shifted row"),
        Text("在表格软件里删掉或插入一个格子，整行就会错位。", "Deleting or inserting one cell shifts the whole row."),
        Example("zone,2021,plan,1443", "invention-grants,zone,2021,plan,1443"),
        _shifted_row,
        "row",
    ),
    Rule(
        "row-short",
        Text("格子少了", "Too few cells"),
        Text("每一行的格子数与表头相同。", "Every row has as many cells as the header."),
        Example("plan-draft,规划", "plan-draft,规划,Plan draft"),
        _short_row,
        "row",
    ),
    Rule(
        "row-long",
        Text("格子多了", "Too many cells"),
        Text("多半是文字里有英文逗号而没有加引号。", "Usually a comma inside a text that was not put in quotes."),
        Example("Wuhan, Hubei", '"Wuhan, Hubei"'),
        _long_row,
        "row",
    ),
)
