"""Workbooks for people who open data in a spreadsheet: one for each package, one for the numbers of each chart.

Every table is a sheet of its own, the one most readers come for first: a row of column names, whose cell notes say what
they mean, and below it the data, as a named Excel table. Programs read it as it is. Notes and the data dictionary are
the last sheets. Text that a spreadsheet might take for a formula
(`characters.runs_in_a_spreadsheet`) is stored as text with the quote mark, its characters unchanged.
"""

import datetime
import errno
import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from ipportal.base.characters import runs_in_a_spreadsheet
from ipportal.base.errors import catalogue_file
from ipportal.base.quantities import is_spelled, spelled
from ipportal.base.text import Lang, Text
from ipportal.charts.record import ChartTable
from ipportal.data.memory import Pieces
from ipportal.data.model import Category, Field, Package, Portal, Table, Value
from ipportal.data.packages import NO, YES
from ipportal.files.drawings import Words, chart_path, told_charts
from ipportal.files.identity import fits, left_out, main_table
from ipportal.files.plainfiles import repacked

NOTES: Final = Text("说明", "Notes")
DICTIONARY: Final = Text("数据字典", "Dictionary")

_TITLE: Final = Font(bold=True)
_OTHER: Final = Font(color="FF595959")
_GROUND: Final = PatternFill("solid", fgColor="FFE8EEF5")
_RULE: Final = Border(bottom=Side(style="thin", color="FF8A9BB0"))
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_TOP_NUMBER: Final = Alignment(vertical="top", horizontal="right")
_WIDTHS: Final = (9, 46)
#: From when spreadsheets count days, right from March 1900 on
_EPOCH: Final = datetime.date(1899, 12, 30)
_NOTES: Final = catalogue_file("ipportal.files", "notes")
#: What a column without codes shows in their place
_NO_CODE: Final = Category("", Text("", ""))
_REQUIRED: Final = {True: Text("是", "yes"), False: Text("否", "no")}
_LANGUAGE: Final = {"zh": Text("（中文）", " (Chinese)"), "en": Text("（英文）", " (English)")}


def package_workbook(portal: Portal, package: Package) -> bytes:
    """The workbook of a package; the same data always give the same bytes."""
    book, langs = Workbook(), portal.settings.languages
    book.remove(book.worksheets[0])
    main = main_table(package)
    tables = sorted(package.tables.values(), key=lambda table: table is not main)
    fitting = [table for table in tables if fits(table, "xlsx")]
    # Excel allows 31 characters in the name of a sheet
    rows = [_write_table(book.create_sheet(table.name[:31]), table, langs) for table in fitting]
    heads = [(Text("项目", "Item"), 22, langs), (Text("内容", "Content"), 68, langs)]
    _write_words(book.create_sheet(NOTES.among(langs, " ")), heads, _notes(portal, package), langs, "A")
    fields = [(table, field) for table in package.tables.values() for field in table.fields]
    codes = ((table, field, code) for table, field in fields for code in field.categories or (_NO_CODE,))
    told = (
        (t.name, f.name, f.title, f.type, _REQUIRED[f.required], f.description, code.value, code.label)
        for t, f, code in codes
    )
    heads = [(one["head"], one["width"], langs if one["each"] else ()) for one in _NOTES["dictionary"].values()]
    _write_words(book.create_sheet(DICTIONARY.among(langs, " ")), heads, told, langs, "C")
    day = datetime.datetime.fromisoformat(package.modified)
    properties = book.properties
    properties.title, *others = (package.title[lang] for lang in langs)
    properties.subject = next(iter(others), None)
    properties.description = package.description.among(langs, "\n")
    properties.creator = properties.lastModifiedBy = portal.settings.name[langs[0]]
    properties.version, properties.created = package.version, day
    return repacked(saved(book), modified=day, rows=rows)


def chart_workbooks(portal: Portal, root: Path | None = None) -> dict[str, bytes]:
    """The workbook of every chart with words, in every language: {site path: bytes}; kept below `root`."""
    day, told, kept = portal.settings.as_of, told_charts(portal), Pieces(root, "charts")
    files = {
        chart_path(chart.name, said.lang, "xlsx"): kept.made(chart_workbook, chart.table, said, day)
        for chart, said in told
    }
    kept.close()
    return files


def chart_workbook(table: ChartTable, said: Words, day: datetime.date) -> bytes:
    """The numbers of a chart in one language under the titles the page shows, and notes of what is said beside it."""
    lang = said.lang
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = Text("数据", "Data")[lang]
    for column, head in enumerate(table.columns, start=1):
        _put_heads(sheet, column, (head.title[lang], _TITLE))
        cells = [row[column - 1] for row in table.rows]
        numbers = [spelled(cell.raw[lang]) if is_spelled(cell.raw[lang]) else None for cell in cells]
        for line, (cell, number) in enumerate(zip(cells, numbers, strict=True), start=2):
            at = sheet.cell(line, column)
            if not head.numeric:
                put_text(at, cell.shown[lang])
            elif number is not None:
                at.value, at.number_format, at.alignment = number, _number_format(numbers), _TOP_NUMBER
        words = (head.title[lang], *(cell.shown[lang] for cell in cells))
        sheet.column_dimensions[get_column_letter(column)].width = min(max(map(text_width, words)) + 2, _WIDTHS[1])
    sheet.freeze_panes = "A2"
    fit_to_print(sheet, 1)
    heads = [(Text("项目", "Item"), 14, (lang,)), (Text("内容", "Content"), 68, (lang,))]
    told = {**_NOTES["told"], **{name: Text.same(words) for name, words in asdict(said).items()}}
    notes = [(head, told[name]) for name, head in _NOTES["chart"].items()]
    _write_words(book.create_sheet(NOTES[lang]), heads, notes, (lang,), "A")
    made = datetime.datetime.combine(day, datetime.time())
    book.properties.title, book.properties.created = table.caption[lang], made
    return repacked(saved(book), modified=made)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook.

    Raises:
        OSError: openpyxl writes each sheet to a temporary file first, and the disk is full.
    """
    sink = io.BytesIO()
    try:
        book.save(sink)
    except etree.SerialisationError as error:
        number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
        raise OSError(number, os.strerror(number), tempfile.gettempdir()) from error
    return sink.getvalue()


def _write_table(sheet: Worksheet, table: Table, langs: Sequence[Lang]) -> bytes:
    """The head of a table's sheet; gives its rows as they stand in the file."""
    columns = [[row[field.name] for row in table.rows] for field in table.fields]
    for column, (field, values) in enumerate(zip(table.fields, columns, strict=True), start=1):
        _write_header(sheet, column, field, langs)
        sheet.column_dimensions[get_column_letter(column)].width = _width(field, values)
    keys = [n for n, field in enumerate(table.fields) if field.name in table.primary_key]
    sheet.freeze_panes = "B2" if keys[:1] == [0] else "A2"  # by name: a cell asked for would write its row
    fit_to_print(sheet, 1)
    if table.rows:
        last = f"{get_column_letter(len(table.fields))}{1 + len(table.rows)}"
        heads = [TableColumn(id=n, name=field.name) for n, field in enumerate(table.fields, start=1)]
        excel = SheetTable(displayName=f"t_{table.name}", name=f"t_{table.name}", ref=f"A1:{last}", tableColumns=heads)
        excel.autoFilter = AutoFilter(ref=excel.ref)
        excel.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(excel)
    cells = (_cells(sheet, n, *of) for n, of in enumerate(zip(table.fields, columns, strict=True), start=1))
    rows = enumerate(zip(*cells, strict=True), start=2)
    return "".join(f'<row r="{line}">{"".join(row)}</row>' for line, row in rows).encode()


def _cells(sheet: Worksheet, column: int, field: Field, values: Sequence[Value]) -> Iterator[str]:
    """The cells of a column below its head, in XML: an object for each, as openpyxl keeps, has no room in long tables.

    What stands there several times is written once.
    """
    letter, number_format, known = get_column_letter(column), _number_format(values), dict[Value, str]()
    for line, value in enumerate(values, start=2):
        written = known.get(value)
        if written is None:
            cell = Cell(sheet, line, column)
            _put(cell, value, field, number_format)
            known[value] = written = _written(cell)
        yield f'<c r="{letter}{line}"{written}'


def _written(cell: Cell) -> str:
    """A cell in XML, behind the place it stands in."""
    value, style = cell.value, f' s="{cell.style_id}"'
    if value is None:
        return f"{style}/>"
    if isinstance(value, str):
        space = ' xml:space="preserve"' if value != value.strip() else ""
        return f'{style} t="inlineStr"><is><t{space}>{escape(value)}</t></is></c>'
    return f'{style} t="n"><v>{(value - _EPOCH).days if isinstance(value, datetime.date) else value}</v></c>'


def _write_header(sheet: Worksheet, column: int, field: Field, langs: Sequence[Lang]) -> None:
    _put_heads(sheet, column, (field.name, _TITLE))
    sheet.cell(1, column).border = _RULE
    lines = [f"{field.title[lang]}\n{field.description[lang]}" for lang in langs]
    lines += [f"{c.value} = {c.label.among(langs, ' / ')}" for c in field.categories]
    sheet.cell(1, column).comment = Comment("\n".join(lines), "", min(60 + 18 * len(lines), 420), 360)


def _put(cell: Cell | MergedCell, value: Value, field: Field, number_format: str) -> None:
    cell.alignment = _TOP
    if value is None:
        return
    if isinstance(value, bool):
        put_text(cell, YES if value else NO)
    elif isinstance(value, (Decimal, int)):
        cell.value = value
        cell.number_format, cell.alignment = number_format, _TOP_NUMBER
    elif field.type == "date":
        cell.value = datetime.date.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd"
    else:
        put_text(cell, value)


def fit_to_print(sheet: Worksheet, header_rows: int) -> None:
    """Print across the page, as wide as the paper, with the header on every page."""
    sheet.print_title_rows = f"1:{header_rows}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def put_text(cell: Cell | MergedCell, text: str, **style: object) -> None:
    """Store text as text: never a formula, an error value or a number. `style` are further attributes of the cell."""
    cell.value = text
    cell.data_type = "s"
    if text.startswith(("+", "-")) or runs_in_a_spreadsheet(text):
        cell.quotePrefix = True
    for name, value in style.items():
        setattr(cell, name, value)


def _number_format(values: Sequence[Value]) -> str:
    """As many decimals as the values have; years and orders without thousands separators."""
    spellings = {str(value): value for value in values if isinstance(value, (Decimal, int))}
    numbers = [Decimal(value) for value in spellings.values()]
    places = max((-int(n.as_tuple().exponent) for n in numbers), default=0)
    if places > 0:
        return "#,##0." + "0" + "#" * (places - 1) if any(abs(n) >= 10000 for n in numbers) else "0." + "#" * places
    return "#,##0" if any(abs(n) >= 10000 for n in numbers) else "0"


def _width(field: Field, values: Iterable[Value]) -> float:
    longest = max(map(text_width, {str(value) for value in values if value is not None}), default=0)
    return float(min(max(longest, text_width(field.name), _WIDTHS[0]) + 2, _WIDTHS[1]))


def text_width(text: str) -> int:
    """Width of a text in columns of Latin letters."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _notes(portal: Portal, package: Package) -> Iterator[tuple[Text, Text]]:
    licence, version = package.descriptor["licenses"][0], _NOTES["told"]["version"]
    facts = {"organiser": portal.settings.organiser, "contact": portal.settings.contact}
    facts |= {"title": package.title, "description": package.description}
    facts |= {"licence": Text.same(f"{licence['title']} {licence['path']}")}
    facts |= {"version": version.format(version=package.version, day=package.modified)}
    yield from ((head, (_NOTES["told"] | facts)[name]) for name, head in _NOTES["package"].items())
    for table in package.tables.values():
        yield table.title, table.description
    for missing in left_out([package]):
        if missing.path.endswith(".xlsx"):
            yield Text.same(missing.table), missing.why
    for change in package.changes:
        yield version.format(version=change.version, day=change.date), change.what


def _write_words(
    sheet: Worksheet,
    columns: Sequence[tuple[Text, int, Sequence[Lang]]],
    rows: Iterable[Sequence[str | Text]],
    langs: Sequence[Lang],
    frozen: str,
) -> None:
    """A sheet of words: rows of titles, and rows below; `frozen` is the first column that moves.

    A column with languages of its own is there once for each.
    """
    column = 0
    for title, width, each in columns:
        for lang in each or langs[:1]:
            column += 1
            told = title + _LANGUAGE[lang] if len(each) > 1 else title
            _put_heads(sheet, column, *((told[of], _OTHER if of != langs[0] else _TITLE) for of in langs))
            sheet.column_dimensions[get_column_letter(column)].width = width
    for row, words in enumerate(rows, start=len(langs) + 1):
        cells = [
            (word[lang] if each else word.among(langs, " ")) if isinstance(word, Text) else word
            for word, (_, _, each) in zip(words, columns, strict=True)
            for lang in each or langs[:1]
        ]
        for column, said in enumerate(cells, start=1):
            cell = sheet.cell(row, column)
            cell.alignment = _TOP
            if said:
                put_text(cell, said)
    sheet.freeze_panes = f"{frozen}{len(langs) + 1}"


def _put_heads(sheet: Worksheet, column: int, *words: tuple[str, Font]) -> None:
    for row, (word, font) in enumerate(words, start=1):
        put_text(sheet.cell(row, column), word, font=font, fill=_GROUND, alignment=_TOP)
