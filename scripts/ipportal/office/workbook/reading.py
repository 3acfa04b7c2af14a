"""Turn the sheets of a workbook into rows of tables, with the sheet address of every cell. Form only, no content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text
from ipportal.office.workbook.excel_reader import ReadBook, ReadSheet
from ipportal.office.workbook.layout import (
    FIRST_ROW,
    KEY_ROW,
    LISTS,
    PROBLEMS,
    README,
    TITLE_ROW,
    Column,
    Layout,
    Sheet,
    column_letter,
)
from ipportal.office.workbook.normal import Names, read_cell

_OWN: Final = (README, LISTS, PROBLEMS)
#: Far more rows than any table of a plan has
ROW_LIMIT: Final = 20_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a table with the row of the sheet it was read from."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """A cell that was tidied, and how."""

    cell: str
    what: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: rows by table, what was tidied, and what is wrong with its form."""

    rows: Mapping[str, tuple[SheetRow, ...]]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


def read_tables(book: ReadBook, layout: Layout, file: str) -> Reading:
    """Read every sheet of the layout. Sheets whose headers were changed are refused as a whole."""
    problems = list(_sheets(book, layout, file))
    rows: dict[str, tuple[SheetRow, ...]] = {}
    notes: list[Note] = []
    names = _names(book, layout)
    for sheet in layout.sheets:
        found = book.sheets.get(sheet.name)
        if found is None:
            continue
        faults = [*_header(found, sheet, file), *_too_long(found, sheet, file)]
        problems += faults
        if faults:
            continue
        problems += _shape(found, sheet, file)
        rows[sheet.table] = tuple(_rows(found, sheet, names, notes, problems, file))
    return Reading(rows, tuple(notes), tuple(problems))


def place(sheet: Sheet, row: int, column: str, file: str) -> Where:
    """A cell of the workbook, such as `观测值!E14`; `row` and `column` are those of the sheet."""
    letter = sheet.letter(column)
    return at(file, sheet.name, f"{letter}{row}", row, letter)


def at(file: str, sheet: str, cell: str = "", row: int | None = None, letter: str | None = None) -> Where:
    """A place in a workbook; every sheet counts as a file of its own, so that reports list sheet by sheet."""
    return Where(f"{file} · {sheet}", row, letter, f"{sheet}!{cell}" if cell else sheet)


def _sheets(book: ReadBook, layout: Layout, file: str) -> Iterator[Problem]:
    names = {sheet.name for sheet in layout.sheets}
    for sheet in layout.sheets:
        if sheet.name not in book.sheets:
            expected = Text(f"名为“{sheet.name}”的工作表", f"a sheet called “{sheet.name}”")
            hint = Text("撤销删除或改名；找不回来就重新导出一份", "undo the deletion or renaming, or export again")
            yield Problem("workbook-sheet-missing", at(file, sheet.name), expected, "、".join(book.sheets), hint)
    for name, sheet_found in book.sheets.items():
        if name not in names and name not in _OWN and sheet_found.cells:
            expected = Text("只有导出时就有的工作表", "only the sheets that were exported")
            hint = Text("把这张工作表移到别的文件，或删去", "move this sheet to another file, or delete it")
            yield Problem("workbook-sheet-extra", at(file, name), expected, name, hint)


def _header(found: ReadSheet, sheet: Sheet, file: str) -> Iterator[Problem]:
    for number, column in enumerate(sheet.columns, start=1):
        letter = column_letter(number)
        key, title = found.text(KEY_ROW, number), found.text(TITLE_ROW, number)
        if key != column.name:
            where = at(file, sheet.name, f"{letter}{KEY_ROW}", KEY_ROW, letter)
            expected = Text(
                f"隐藏的第 {KEY_ROW} 行里的列代号 {column.name}", f"the column name {column.name} in hidden row 2"
            )
            hint = Text(
                "表头几行或某一列被删除、插入或移动过：撤销，或重新导出再把数据复制过去",
                "header rows or a column were deleted, inserted or moved: undo, or export again and copy the data over",
            )
            yield Problem("workbook-columns", where, expected, key, hint)
            return
        if title.strip() != column.title.zh:
            where = at(file, sheet.name, f"{letter}{TITLE_ROW}", TITLE_ROW, letter)
            expected = Text(f"表头“{column.title.zh}”", f"the header “{column.title.zh}”")
            hint = Text(
                "把表头改回原样；要写备注，用“说明”栏", "change the header back; remarks belong in the note columns"
            )
            yield Problem("workbook-header", where, expected, title, hint)


def _too_long(found: ReadSheet, sheet: Sheet, file: str) -> Iterator[Problem]:
    last = max((row for row, _ in found.cells), default=0)
    if last > ROW_LIMIT:
        expected = Text(f"不超过 {ROW_LIMIT} 行的表", f"a sheet of at most {ROW_LIMIT} rows")
        hint = Text("最下面有零星内容，删去那些行", "something stands far below the data: delete those rows")
        cell = next(f"{column_letter(column)}{row}" for row, column in found.cells if row == last)
        where = at(file, sheet.name, cell, last)
        yield Problem("workbook-outside", where, expected, found.text(last, 1) or cell, hint)


def _shape(found: ReadSheet, sheet: Sheet, file: str) -> Iterator[Problem]:
    """Merged, hidden and stray cells: what a reader of the sheet would not see, or the import not understand."""
    width = len(sheet.columns)
    for span in found.merged:
        where = at(file, sheet.name, span)
        expected = Text("没有合并的单元格", "cells that are not merged")
        hint = Text(
            "选中它，点“取消合并”，再把每一格都填上", "select it, choose “unmerge”, then fill in every cell of it"
        )
        yield Problem("workbook-merged", where, expected, span, hint)
    stored = [number for number, column in enumerate(sheet.columns, start=1) if column.kind != "computed"]
    filled_rows = sorted({row for row, column in found.cells if row >= FIRST_ROW and column in stored})
    for row in filled_rows:
        if row in found.hidden_rows:
            where = at(file, sheet.name, f"A{row}", row)
            expected = Text("看得见的行", "a row that can be seen")
            hint = Text(
                "取消隐藏；用了筛选就清除筛选；不要的行清空内容",
                "unhide it, or clear the filter; clear rows not wanted",
            )
            yield Problem("workbook-hidden", where, expected, found.text(row, 1), hint)
    for number in stored:
        if number in found.hidden_columns and any((row, number) in found.cells for row in filled_rows):
            letter = column_letter(number)
            where = at(file, sheet.name, f"{letter}:{letter}")
            expected = Text("看得见的列", "a column that can be seen")
            hint = Text("选中左右两列，右键“取消隐藏”", "select the columns at both sides, right-click, “unhide”")
            yield Problem("workbook-hidden", where, expected, sheet.columns[number - 1].title.zh, hint)
    stray = sorted((row, column) for row, column in found.cells if column > width)
    for row, column in stray[:5]:
        cell = f"{column_letter(column)}{row}"
        expected = Text("表格右边没有内容", "nothing to the right of the table")
        hint = Text("移到“说明”栏，或删去", "move it to the note columns, or delete it")
        where = at(file, sheet.name, cell, row)
        yield Problem("workbook-outside", where, expected, found.text(row, column), hint)


def _rows(
    found: ReadSheet, sheet: Sheet, names: Mapping[str, Names], notes: list[Note], problems: list[Problem], file: str
) -> Iterator[SheetRow]:
    columns = [(number, column) for number, column in enumerate(sheet.columns, start=1) if column.kind != "computed"]
    numbers = {number for number, _ in columns}
    for row in sorted({row for row, column in found.cells if row >= FIRST_ROW and column in numbers}):
        cells: dict[str, str] = {}
        refused = False
        for number, column in columns:
            reading = read_cell(found.cells.get((row, number)), column, names.get(column.choices, {}))
            where = place(sheet, row, column.name, file)
            cells[column.name] = reading.text
            if reading.refusal:
                refused = True
                problems.append(Problem(reading.refusal.code, where, *reading.refusal[1:]))
            elif reading.tidied:
                notes.append(Note(str(where.cell), reading.tidied))
        if any(cells.values()) or refused:
            yield SheetRow(row, cells)


def _names(book: ReadBook, layout: Layout) -> dict[str, Names]:
    """What every choice may be called: as exported, and as the workbook itself now names it."""
    found: dict[str, Names] = {}
    for key, picks in layout.lists.items():
        called: dict[str, set[str]] = {choice.value: {choice.name} for choice in picks.fixed}
        if picks.linked:
            sheet = layout.sheet(picks.linked.table)
            for value, name in [
                *_laid_out(sheet, picks.linked.name_column),
                *_present(book, sheet, picks.linked.name_column),
            ]:
                called.setdefault(value, set()).add(name)
        found[key] = {value: frozenset(names) for value, names in called.items()}
    return found


def _laid_out(sheet: Sheet, name_column: str) -> list[tuple[str, str]]:
    places = [column.name for column in sheet.stored]
    return [(row[places.index("id")], row[places.index(name_column)]) for row in sheet.rows]


def _present(book: ReadBook, sheet: Sheet, name_column: str) -> list[tuple[str, str]]:
    found = book.sheets.get(sheet.name)
    if found is None:
        return []
    at, name = (_number(sheet.columns, column) for column in ("id", name_column))
    rows = sorted({row for row, column in found.cells if row >= FIRST_ROW and column == at})
    return [(found.text(row, at).strip(), found.text(row, name).strip()) for row in rows]


def _number(columns: Sequence[Column], name: str) -> int:
    return [column.name for column in columns].index(name) + 1
