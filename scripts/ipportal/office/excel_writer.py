"""Write an editing workbook as XLSX. With `excel_reader` the only place here that knows openpyxl."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from ipportal.base.errors import catalogue_file
from ipportal.base.quantities import is_spelled, spelled
from ipportal.base.text import Text
from ipportal.files.package_workbook import fit_to_print, put_text, saved, text_width
from ipportal.files.plainfiles import repacked
from ipportal.office import layout as names
from ipportal.office import telling
from ipportal.office.layout import BETWEEN, FIRST_ROW, Column, Layout, Linked, Sheet
from ipportal.office.returns import AS_OF, LAST_KEY, OBSERVATIONS, WIDTHS

AUTHOR: Final = "ipportal"
#: Digits a spreadsheet keeps; a longer number goes out as text
_PRECISION: Final = 15
_WIDE, _NARROW = 44.0, 16.0
#: Sizes of type in points; a column's width counts letters of the larger one
_TITLE_POINTS, _SMALL_POINTS = 11, 9
_LEADING, _TALLEST = 1.35, 120
#: How much of a line words fill, as they break where they may
_FILLED: Final = 0.92

_WHITE, _INK, _SOFT = "FFFFFFFF", "FF1D2939", "FF5B6776"
_REQUIRED, _OPTIONAL, _GREY = (PatternFill("solid", fgColor=c) for c in ("FF1F4E79", "FFDCE6F1", "FFF0F2F5"))
_LINE: Final = Border(bottom=Side(style="thin", color="FF8A9BB0"), right=Side(style="hair", color="FFB8C2CE"))
_WRAP: Final = Alignment(vertical="top", wrap_text=True)
_TOP: Final = Alignment(vertical="top")
_OPEN: Final = Protection(locked=False)
_TEXT: Final = "@"
#: Without a name LibreOffice takes a face of its own
_font: Final = partial(Font, "Calibri")
#: Narrowest column, and from so many columns on a sheet is printed on two pages side by side
_LEAST, _MANY = 11.0, 15
_MARGINS: Final = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.6, header=0.2, footer=0.3)


def write_workbook(layout: Layout, modified: datetime.datetime) -> bytes:
    """The workbook as a file; the same layout and date always give the same bytes."""
    book = Workbook()
    readme = book.active
    assert isinstance(readme, Worksheet)
    readme.title = names.README.among(layout.languages, " ")
    _write_readme(readme, layout)
    places: dict[str, str] = {}
    for sheet in layout.sheets:
        book.create_sheet(sheet.name)
    _write_lists(book.create_sheet(names.LISTS[layout.languages[0]]), layout, places)
    for sheet in layout.sheets:
        _write_sheet(book[sheet.name], sheet, layout, places)
    return _finished(book, layout, modified)


def write_return(
    layout: Layout, lines: Sequence[str], beside: Sequence[str], day: str, modified: datetime.datetime
) -> bytes:
    """The yearly return as a file: `lines` are what stands above it, `beside` the earlier figure of each row."""
    book, figures = Workbook(), layout.sheet(OBSERVATIONS)
    target = book.active
    assert isinstance(target, Worksheet)
    target.title = figures.name
    places: dict[str, str] = {}
    _write_lists(book.create_sheet(names.LISTS[layout.languages[0]]), layout, places)
    for row, line in enumerate(lines, start=1):
        font = _font(bold=row == 1, size=15 if row == 1 else _TITLE_POINTS, color=_INK)
        put_text(target.cell(row, 1), line, font=font)
    put_text(target.cell(*AS_OF), day, protection=_OPEN, number_format=_TEXT, border=_LINE, fill=_OPTIONAL)
    for number, column in enumerate(figures.columns, start=1):
        target.column_dimensions[get_column_letter(number)].width = WIDTHS[column.name]
    for sheet in layout.sheets:
        for number, column in enumerate(sheet.columns, start=1):
            _write_column(target, number, column, sheet, layout, places)
        _write_rows(target, sheet, layout)
        target.row_dimensions[sheet.row(names.MEANING_ROW)].hidden = True
        caption, title = target.cell(sheet.first - FIRST_ROW, 1), sheet.title[layout.languages[0]]
        put_text(caption, title, font=_font(bold=True, size=12, color=_INK))
        target.row_dimensions[sheet.first - FIRST_ROW].height = 22
        for row in range(sheet.first, sheet.first + len(sheet.rows)):
            for cell in target[row][: len(sheet.columns)]:
                cell.border = _LINE
    keys = [column.name for column in figures.columns]
    given = keys.index(LAST_KEY) + 1
    for row, text in enumerate(beside, start=figures.first):
        _put(target.cell(row, given), figures.columns[keys.index("value")], text, layout)
        for cell in target[row][:given]:
            cell.protection, cell.fill = Protection(), _GREY
    for cell in target[figures.row(names.HOW_ROW)][:given]:
        cell.value = None
    _fit(target, figures)
    target.print_options.gridLines = False
    target.protection.sheet = True
    target.protection.formatColumns = target.protection.formatRows = False
    return _finished(book, layout, modified)


def _finished(book: Workbook, layout: Layout, modified: datetime.datetime) -> bytes:
    _write_hidden(book.create_sheet(names.STAMP), layout.stamp.items())
    exported = ((each.table, *cells) for each in layout.sheets for cells in each.rows)
    _write_hidden(book.create_sheet(names.BASE), exported)
    book[names.LISTS[layout.languages[0]]].sheet_state = "hidden"
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    book.properties.title = layout.title[layout.languages[0]]
    book.properties.subject = layout.title.among(layout.languages[1:], "") or None
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    book.properties.created = modified
    return repacked(saved(book), modified=modified)


def _write_sheet(target: Worksheet, sheet: Sheet, layout: Layout, places: dict[str, str]) -> None:
    last = FIRST_ROW + len(sheet.rows) + layout.spare - 1
    for number, column in enumerate(sheet.columns, start=1):
        dimension = target.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.protection = _width(column, sheet, layout), _OPEN
        _write_column(target, number, column, sheet, layout, places)
        if column.kind == "computed":
            _write_computed(target, number, column, sheet, places, last)
        else:
            dimension.alignment, dimension.number_format = _alignment(column), _format(column)
    _write_rows(target, sheet, layout)
    target.auto_filter.ref = f"A{names.MEANING_ROW}:{get_column_letter(len(sheet.columns))}{last}"
    _fit(target, sheet)
    # headers are locked without a password; widths, new rows and sorting stay allowed (False means allowed here)
    protection = target.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.formatCells = False
    protection.insertRows = protection.deleteRows = protection.sort = protection.autoFilter = False


def _write_column(
    target: Worksheet, number: int, column: Column, sheet: Sheet, layout: Layout, places: dict[str, str]
) -> None:
    letter, last = get_column_letter(number), sheet.first + len(sheet.rows) + layout.spare - 1
    _write_header(target, number, column, sheet, layout)
    target.add_data_validation(_validation(column, sheet, places, f"{letter}{sheet.first}:{letter}{last}"))


def _write_rows(target: Worksheet, sheet: Sheet, layout: Layout) -> None:
    for line, cells in enumerate(sheet.rows, start=sheet.first):
        for column, text in zip(sheet.stored, cells, strict=True):
            _put(target.cell(line, sheet.columns.index(column) + 1), column, text, layout)
    target.row_dimensions[sheet.row(names.KEY_ROW)].hidden = True
    heights = {names.TITLE_ROW: _TITLE_POINTS, names.HOW_ROW: _SMALL_POINTS, names.MEANING_ROW: _SMALL_POINTS}
    sizes = {sheet.row(row): points for row, points in heights.items()}
    for row in (*sizes, *range(sheet.first, sheet.first + len(sheet.rows))):
        target.row_dimensions[row].height = _height(target, row, sizes.get(row, _TITLE_POINTS))


def _fit(target: Worksheet, sheet: Sheet) -> None:
    """Headers stay in sight, and pages are A4 across."""
    target.freeze_panes = target.cell(sheet.first if sheet.first == FIRST_ROW else 1, 2).coordinate
    fit_to_print(target, names.TITLE_ROW)
    target.print_title_rows = f"{sheet.row(names.TITLE_ROW)}:{sheet.row(names.TITLE_ROW)}"
    target.page_setup.paperSize, target.page_margins = target.PAPERSIZE_A4, _MARGINS
    target.print_options.gridLines = True
    if footer := target.oddFooter:
        footer.center.text = "&A · &P/&N"
    if len(sheet.columns) >= _MANY:
        target.page_setup.fitToWidth, target.print_title_cols = 2, "A:A"
    target.sheet_properties.tabColor = "FF8A9BB0" if sheet.lookup else "FF1F4E79"


def _height(target: Worksheet, row: int, points: float) -> float:
    """Room for the longest text of a row; spreadsheets fit none by themselves in a sheet that is locked in part."""
    letters = _FILLED * _TITLE_POINTS / points
    lines = [
        -(-text_width(str(cell.value)) // (target.column_dimensions[cell.column_letter].width * letters))
        for cell in target[row]
        if isinstance(cell.value, str) and cell.data_type != "f"
    ]
    return min(max(lines, default=1) * points * _LEADING + 4, _TALLEST)


def _write_header(target: Worksheet, number: int, column: Column, sheet: Sheet, layout: Layout) -> None:
    computed = column.kind == "computed"
    fill = _GREY if computed else _REQUIRED if column.required else _OPTIONAL
    ink = _WHITE if column.required and not computed else _INK
    rows = (
        (names.TITLE_ROW, sheet.head(column), _font(bold=True, color=ink, size=_TITLE_POINTS), fill),
        (names.KEY_ROW, column.name, _font(color=_SOFT, size=9), _GREY),
        (names.HOW_ROW, telling.how(column, sheet)[sheet.languages[0]], _font(color=_INK, size=_SMALL_POINTS), _GREY),
        (names.MEANING_ROW, column.description[sheet.languages[0]], _font(color=_SOFT, size=_SMALL_POINTS), _GREY),
    )
    for row, text, font, ground in rows:
        put_text(target.cell(sheet.row(row), number), text, font=font, fill=ground, alignment=_WRAP, border=_LINE)
    note = telling.note(column, sheet, layout.lists.get(column.choices))
    target.cell(sheet.row(names.TITLE_ROW), number).comment = Comment(note, AUTHOR, 220, 380)


def _put(cell: Cell | MergedCell, column: Column, text: str, layout: Layout) -> None:
    cell.protection, cell.alignment, cell.number_format = _OPEN, _alignment(column), _format(column)
    if not text:
        return
    # only where a spreadsheet gives the number back as it is
    number = column.kind in ("number", "integer") and is_spelled(text)
    if number and Decimal(f"{float(text):.{_PRECISION}g}") == spelled(text):
        cell.value = int(text) if text.lstrip("-").isdigit() else float(text)
    elif column.kind == "choice":
        put_text(cell, layout.lists[column.choices].label(text))
    else:
        put_text(cell, text)


def _format(column: Column) -> str:
    """Text everywhere but in numbers, so that 2021-07 does not turn into a date."""
    return "General" if column.kind in ("number", "integer") else _TEXT


def _alignment(column: Column) -> Alignment:
    return _TOP if column.kind in ("number", "integer", "period", "date") else _WRAP


def _width(column: Column, sheet: Sheet, layout: Layout) -> float:
    """What its kind usually needs, or less where nothing in the column is as long."""
    widths: dict[str, float] = {**catalogue_file("ipportal.office", "filling")["widths"]}
    widths["text"] = _WIDE if column.long else _NARROW
    usual = widths[column.kind]
    if sheet.rows and column.kind in ("choice", "text", "id"):
        place = sheet.stored.index(column)
        label = layout.lists[column.choices].label if column.kind == "choice" else str
        longest = max(text_width(label(cells[place])) for cells in sheet.rows)
        usual = max(min(usual, longest + 2.0), _LEAST)
    return max(usual, len(sheet.head(column)) * (2.2 if sheet.languages[0] == "zh" else 1.3))


def _validation(column: Column, sheet: Sheet, places: dict[str, str], cells: str) -> DataValidation:
    """A drop-down or a check while typing; pasting gets round it, so the import checks everything again."""
    rule = DataValidation(allow_blank=True, sqref=cells)
    if column.kind == "computed":  # open, because no table with a locked cell can be sorted
        rule.type, rule.formula1 = "custom", "FALSE"
    elif column.kind == "choice":
        rule.type, rule.formula1 = "list", places[column.choices]
    elif column.kind in ("number", "integer"):
        rule.type, rule.operator = "decimal" if column.kind == "number" else "whole", "between"
        limits = column.limits or {}
        rule.formula1 = str(limits.get("minimum", "-1000000000000000"))
        rule.formula2 = str(limits.get("maximum", "1000000000000000"))
    if rule.type is not None:
        error = telling.ERRORS.get(column.kind, telling.ERRORS["number"])
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = sheet.head(column)[:31], error.among(sheet.languages, "\n")
    rule.showInputMessage = True
    rule.promptTitle, rule.prompt = sheet.head(column)[:31], telling.prompt(column, sheet)
    return rule


def _write_computed(
    target: Worksheet, number: int, column: Column, sheet: Sheet, places: dict[str, str], last: int
) -> None:
    """The unit of each row: its own where given, else the indicator's."""
    unit, indicator = sheet.letter("unit"), sheet.letter("indicator")
    for row in range(FIRST_ROW, last + 1):
        own, picked = f"${unit}{row}", f"${indicator}{row}"
        formula = f'=IF({own}<>"",LEFT({own},FIND("{BETWEEN}",{own}&"{BETWEEN}")-1),IF({picked}="","",IFERROR('
        cell = target.cell(row, number, f'{formula}{places[f"{column.choices}:unit"].format(cell=picked)},"")))')
        cell.font, cell.fill, cell.alignment, cell.protection = _font(color=_SOFT), _GREY, _TOP, _OPEN


def _write_lists(target: Worksheet, layout: Layout, places: dict[str, str]) -> None:
    """Every pick list as a column; `places` receives the formula by which a drop-down finds its entries."""
    number, main = 0, layout.languages[0]
    unit_title = Text("单位", "unit")[main]
    for key, picks in layout.lists.items():
        number += 1
        letter, linked, named = get_column_letter(number), picks.linked, list[str]()
        last = max(len(picks.fixed) + (linked.count if linked else 0), 1) + 1
        span = f"'{target.title}'!${letter}$2:${letter}${last}"
        places[key] = span
        if linked:
            pairs = zip(*(_linked_cells(layout, linked, column) for column in ("id", linked.name_column)), strict=True)
            named = [f'=IF({name}="","",{name}&IF({id}="","","{BETWEEN}"&{id}))' for id, name in pairs]
            places[key] = f"OFFSET('{target.title}'!${letter}$2,0,0,MAX(1,COUNTIF({span},\"?*\")),1)"
        _list_column(target, number, picks.title[main], [picks.label(value) for value in picks.fixed], named)
        if linked and picks.units is not None:
            number += 1
            cells = _linked_cells(layout, linked, "unit")
            formulas = [f'=LEFT({cell},FIND("{BETWEEN}",{cell}&"{BETWEEN}")-1)' for cell in cells]
            _list_column(target, number, unit_title, [picks.units.get(value, "") for value in picks.fixed], formulas)
            units = get_column_letter(number)
            places[f"{key}:unit"] = f"INDEX('{target.title}'!${units}$2:${units}${last},MATCH({{cell}},{span},0))"


def _linked_cells(layout: Layout, linked: Linked, column: str) -> list[str]:
    """References to a column of the sheet, row by row; INDEX keeps them whole when rows are deleted or sorted."""
    sheet = layout.sheet(linked.table)
    letter = sheet.letter(column)
    return [f"INDEX('{sheet.name}'!${letter}:${letter},{sheet.first + place})" for place in range(linked.count)]


def _list_column(target: Worksheet, number: int, title: str, entries: Sequence[str], formulas: Sequence[str]) -> None:
    put_text(target.cell(1, number), title, font=_font(bold=True))
    target.column_dimensions[get_column_letter(number)].width = 34
    for row, entry in enumerate(entries, start=2):
        put_text(target.cell(row, number), entry)
    for row, formula in enumerate(formulas, start=2 + len(entries)):
        target.cell(row, number, formula)


def _write_readme(target: Worksheet, layout: Layout) -> None:
    for row, (line, name) in enumerate(telling.readme(layout), start=1):
        head = line.zh.startswith("# ")
        font = _font(bold=head, size=15 if row == 1 else 12 if head else 11, color=_INK)
        for number, lang in enumerate(layout.languages, start=1):
            put_text(target.cell(row, number), line[lang].removeprefix("# "), alignment=_WRAP, font=font)
        if name:
            target.cell(row, 1).hyperlink = f"#'{name}'!A{FIRST_ROW}"
            target.cell(row, 1).font = _font(color="FF1F4E79", underline="single")
    target.column_dimensions["A"].width, target.column_dimensions["B"].width = 74, 74
    target.sheet_view.showGridLines = False
    for row in range(1, target.max_row + 1):
        target.row_dimensions[row].height = _height(target, row, target.cell(row, 1).font.size or _TITLE_POINTS)
    fit_to_print(target, 1)
    target.page_setup.paperSize = target.PAPERSIZE_A4
    target.protection.sheet = True


def _write_hidden(target: Worksheet, rows: Iterable[Sequence[str]]) -> None:
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            if text:
                put_text(target.cell(row, column), text)
    target.sheet_state = "veryHidden"
    target.protection.sheet = True
