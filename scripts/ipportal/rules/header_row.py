"""Does a table have its header, and the header its columns?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.data.packages import RawTable
from ipportal.rules.context import Context, fields_of
from ipportal.rules.rule import Example, Finding, Rule

_HALF: Final = 0.5
_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_HEADING_LENGTH: Final = 12


class _HeaderFault(NamedTuple):
    """How a header differs from its description: `kind` is the rule that tells it."""

    kind: str
    table: RawTable
    row: int
    column: str
    found: str
    detail: str


def _headers(context: Context) -> Iterator[_HeaderFault]:
    for _, table in context.tables():
        yield from _header(table)


def _header(table: RawTable) -> Iterator[_HeaderFault]:
    names = [entry["name"] for entry in fields_of(table)]
    header = list(table.header or ())
    first = list(table.rows[0].cells) if table.rows else []
    whole = ",".join(table.header or ())
    if header == names:
        if first and (_like(first, names, table) > _HALF or _is_heading(first, table)):
            yield _HeaderFault("extra", table, table.rows[0].line if table.rows else 2, "", ",".join(first), "")
    elif len(names) > 1 and len(header) == 1 and any(mark in whole for mark in ";\t，、|"):
        yield _HeaderFault("delimiter", table, 1, "", whole, "")
    elif _like(first, names, table) > _HALF:
        yield _HeaderFault("extra", table, 1, "", whole, "")
    elif _like(header, names, table) == 0:
        yield _HeaderFault("lost", table, 1, "", whole, "")
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
        if entry.get("type") in ("number", "integer") or {"enum", "pattern"} & set(entry.get("constraints", {}))
    ]
    return (
        len(coded) > 1
        and all(_CHINESE.search(cell) for cell in coded)
        and all(cell and len(cell) <= _HEADING_LENGTH for cell in cells)
    )


def _columns(table: RawTable, header: list[str], names: list[str]) -> Iterator[_HeaderFault]:
    for name in sorted({cell for cell in header if header.count(cell) > 1}):
        yield _HeaderFault("twice", table, 1, name, name, "")
    missing = [name for name in names if name not in header]
    surplus = [cell for cell in dict.fromkeys(header) if cell not in names]
    for name in list(missing):
        if found := _renamed(table, name, surplus, header, names):
            missing.remove(name)
            surplus.remove(found)
            yield _HeaderFault("renamed", table, 1, name, found, "")
    for name in missing:
        place = names.index(name)
        yield _HeaderFault("missing", table, 1, name, ",".join(header), names[place - 1] if place else "")
    for cell in surplus:
        yield _HeaderFault("surplus", table, 1, cell, cell, "")
    if not missing and not surplus and len(set(header)) == len(header) == len(names):
        kept = [cell if cell in names else names[place] for place, cell in enumerate(header)]
        if kept != names:
            yield _HeaderFault("order", table, 1, "", ",".join(header), ",".join(names))


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


def _headers_of(context: Context, kind: str) -> Iterator[_HeaderFault]:
    return (header for header in context.once(_headers) if header.kind == kind)


def _delimiter(context: Context) -> Iterator[Finding]:
    """Columns are parted by something other than a comma."""
    for header in _headers_of(context, "delimiter"):
        yield Finding(
            Where(header.table.file, 1),
            Text("用英文逗号隔开的列", "columns parted by commas"),
            header.found,
            Text("另存时分隔符选“逗号”", "choose “comma” as the separator when saving"),
        )


def _extra_header(context: Context) -> Iterator[Finding]:
    """There is a second header row, or a title above the header."""
    for header in _headers_of(context, "extra"):
        yield Finding(
            Where(header.table.file, header.row),
            Text("只有一行表头，紧接着就是数据", "one header row with the data right below it"),
            header.found,
            Text("删去这一行", "delete this row"),
        )


def _lost_header(context: Context) -> Iterator[Finding]:
    """The first row is data: the header is gone."""
    for header in _headers_of(context, "lost"):
        names = ",".join(entry["name"] for entry in fields_of(header.table))
        yield Finding(
            Where(header.table.file, 1),
            Text("第 1 行是表头", "a header in row 1"),
            header.found,
            Text(f"在最上面加一行：{names}", f"insert a row on top: {names}"),
        )


def _missing_column(context: Context) -> Iterator[Finding]:
    """A column of the description is not in the file."""
    for header in _headers_of(context, "missing"):
        after = header.detail
        yield Finding(
            Where(header.table.file, 1, header.column),
            Text(f"名为 {header.column} 的列", f"a column named {header.column}"),
            header.found,
            Text(
                f"在 {after} 列后面补上这一列，没有内容的格子留空"
                if after
                else "它是第一列，可能整列被删了：从上一版恢复",
                f"add it after the column {after}; leave cells without a value empty"
                if after
                else "it is the first column and may have been deleted: restore it from the last version",
            ),
        )


def _surplus_column(context: Context) -> Iterator[Finding]:
    """The file has a column the description does not know."""
    for header in _headers_of(context, "surplus"):
        yield Finding(
            Where(header.table.file, 1, header.column or None),
            Text("说明文件里列出的列", "a column the description lists"),
            header.found,
            Text(
                "删去整列；说明、备注请写进 note_zh 和 note_en",
                "delete the column; remarks belong in note_zh and note_en",
            ),
        )


def _renamed_column(context: Context) -> Iterator[Finding]:
    """A column's name was changed or translated."""
    for header in _headers_of(context, "renamed"):
        yield Finding(
            Where(header.table.file, 1, header.column),
            Text(f"列名 {header.column}", f"the column name {header.column}"),
            header.found,
            Text(
                f"把列名改回 {header.column}，一个字母也不能变",
                f"change the name back to {header.column}, letter by letter",
            ),
        )


def _twice_column(context: Context) -> Iterator[Finding]:
    """Two columns carry the same name."""
    for header in _headers_of(context, "twice"):
        yield Finding(
            Where(header.table.file, 1, header.column),
            Text("各不相同的列名", "column names that differ"),
            header.found,
            Text("删去多出来的一列", "delete the surplus column"),
        )


def _column_order(context: Context) -> Iterator[Finding]:
    """All columns are there, in another order."""
    for header in _headers_of(context, "order"):
        yield Finding(
            Where(header.table.file, 1),
            Text("说明文件规定的列顺序", "the columns in the order of the description"),
            header.found,
            Text(f"把列移回：{header.detail}", f"move the columns back: {header.detail}"),
        )


RULES: Final = (
    Rule(
        "file-delimiter",
        Text("列不是用逗号隔开的", "Columns not parted by commas"),
        Text(
            "CSV 的列用英文逗号隔开，不用分号、制表符或中文逗号。",
            "A CSV parts columns by commas, not semicolons or tabs.",
        ),
        Example("id;name_zh;name_en", "id,name_zh,name_en"),
        _delimiter,
        "table",
    ),
    Rule(
        "header-extra",
        Text("多了一行表头", "A surplus header row"),
        Text(
            "表头只有一行英文列名，上面不加标题，下面不加中文列名。",
            "One row of column names: no title above, none below.",
        ),
        Example("编号,名称,单位", "id,name_zh,unit"),
        _extra_header,
        "table",
    ),
    Rule(
        "header-lost",
        Text("表头不见了", "The header is gone"),
        Text("第 1 行要写列名。", "Row 1 carries the names of the columns."),
        Example("plan-draft,规划征求意见稿,…", "id,name_zh,name_en,…"),
        _lost_header,
        "table",
    ),
    Rule(
        "column-missing",
        Text("少了一列", "A missing column"),
        Text("说明文件列出的列都要在，即使整列为空。", "Every described column must be there, even if it is empty."),
        Example("id,name_en", "id,name_zh,name_en"),
        _missing_column,
        "table",
    ),
    Rule(
        "column-surplus",
        Text("多了一列", "A surplus column"),
        Text(
            "能算出来的、只给内部看的列不放进公开数据。", "Columns for internal use or that can be computed stay out."
        ),
        Example("id,name_zh,name_en,备注", "id,name_zh,name_en"),
        _surplus_column,
        "table",
    ),
    Rule(
        "column-renamed",
        Text("列名被改了", "A renamed column"),
        Text("列名是公开的约定，别人的程序靠它读数。", "Column names are a promise other people's programs rely on."),
        Example("数值", "value"),
        _renamed_column,
        "table",
    ),
    Rule(
        "column-twice",
        Text("两列同名", "Two columns of one name"),
        Text("列名不能重复。", "A column name may appear only once."),
        Example("id,value,value", "id,value,unit"),
        _twice_column,
        "table",
    ),
    Rule(
        "column-order",
        Text("列的顺序变了", "Columns in another order"),
        Text("列的顺序与说明文件一致，版本之间才好比较。", "Columns keep the order of the description."),
        Example("name_zh,id,name_en", "id,name_zh,name_en"),
        _column_order,
        "table",
    ),
)
