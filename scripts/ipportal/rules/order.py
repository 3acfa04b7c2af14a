"""Rows in their order, and each only once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.data.packages import RawTable
from ipportal.rules.context import Context, fields_of, key_of
from ipportal.rules.rule import Example, Finding, Rule

SortKey = tuple[Decimal | str, ...]


def sort_key(table: RawTable, cells: dict[str, str]) -> SortKey:
    """The place of a row: its key columns as text, columns of whole numbers by value."""
    numeric = {field["name"] for field in fields_of(table) if field.get("type") == "integer"}
    return tuple(
        Decimal(cells[column]) if column in numeric and cells[column] else cells[column] for column in key_of(table)
    )


def _unsorted(context: Context) -> Iterator[Finding]:
    """The first row of a table that stands below one it should stand above."""
    for _, table in context.tables():
        if not context.trusted(table, key_of(table)):
            continue
        rows = [(row.line, sort_key(table, dict(row.cells))) for row in context.rows(table)]
        for (_, above), (line, key) in pairwise(rows):
            if key < above:
                later = next(number for number, other in rows if other > key)
                yield Finding(
                    Where(table.file, line, ", ".join(key_of(table))),
                    Text(
                        f"按 {'、'.join(key_of(table))} 列从小到大排列的行",
                        f"rows in the order of {', '.join(key_of(table))}",
                    ),
                    ", ".join(str(part) for part in key),
                    Text(f"把这一行移到第 {later} 行之前", f"move this row above row {later}"),
                )
                break


def _repeated(context: Context) -> Iterator[Finding]:
    """A row stands in the table twice, word for word."""
    for _, table in context.tables():
        seen: dict[tuple[str, ...], int] = {}
        for row in context.rows(table):
            cells = tuple(row.cells.values())
            if cells in seen:
                yield Finding(
                    row.where(),
                    Text("每行只写一次", "each row only once"),
                    ",".join(cells),
                    Text(
                        f"与第 {seen[cells]} 行完全相同，删去这一行", f"the same as row {seen[cells]}: delete this one"
                    ),
                )
            seen.setdefault(cells, row.line)


REPEATED_RULES: Final = (
    Rule(
        "row-repeated",
        Text("整行重复", "A repeated row"),
        Text("复制粘贴时多出来的行会让统计翻倍。", "A row pasted twice doubles every count."),
        Example("a,1 / a,1", "a,1"),
        _repeated,
        "row",
    ),
)

RULES: Final = (
    Rule(
        "row-order",
        Text("没有按编号排序", "Rows out of order"),
        Text(
            "行按主键排序，新旧版本一比就看得出改了哪一行。",
            "In key order, a comparison of versions shows the changed row.",
        ),
        Example("b / a", "a / b"),
        _unsorted,
        "nothing",
    ),
)
