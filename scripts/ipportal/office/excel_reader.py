"""Read a workbook as plain cells, and mark cells in a copy.

Before openpyxl opens a file it is looked at: only small, plain XLSX archives pass. Sizes are those the archive
declares; `zipfile` never unpacks more than is declared, so memory stays bounded.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, cast
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Lang, Text
from ipportal.files.package_workbook import put_text, saved
from ipportal.office import CATALOGUE
from ipportal.office.layout import BASE, PROBLEM_LISTS, PROBLEMS, STAMP

Value = str | int | float | bool | datetime | date | time | timedelta | None

FILE_LIMIT: Final = 20_000_000
UNPACKED_LIMIT: Final = 60_000_000
PART_LIMIT: Final = 2_000
CELL_LIMIT: Final = 400_000
_MB: Final = 1_000_000

_ZIP: Final = b"PK"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK: Final = "xl/workbook.xml"
#: What the cells of a workbook need; the rest is drawings, charts, properties and the like
_ESSENTIAL: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/workbook\.xml\.rels|(workbook|styles|sharedStrings|worksheets/[^/]+)\.xml)"
)
#: What a sheet refers to; of this only the addresses of links
_RELATIONS: Final = re.compile(r"xl/worksheets/_rels/[^/]+\.rels")
_MEDIA: Final = (".bin", ".bmp", ".emf", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".wmf")
_MACRO: Final = re.compile(r"xl/(vbaProject\w*\.bin|macrosheets/.*|dialogsheets/.*)", re.IGNORECASE)
_MACRO_TYPE: Final = b"macroEnabled"
#: Entities can grow without bound; no spreadsheet program writes them
_ENTITY: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
#: The size of a sheet
_COLUMNS, _ROWS = 16_384, 1_048_576

#: Who signs the notes on problem cells, so that a later import can take them off again
MARKER: Final = "ipportal check"
_MARK: Final = PatternFill("solid", fgColor="FFFFC7CE")
_NONE: Final = PatternFill(fill_type=None)
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_HEAD: Final = (Text("位置", "Cell"), Text("问题", "Problem"), Text("怎样改", "How to mend it"))
#: Longest text Excel keeps in a cell
_CELL_TEXT: Final = 32_767
#: Functions and forms that reach out of the workbook; in the marked copy they become plain text
_DANGEROUS: Final = ("|", "[", "WEBSERVICE", "HYPERLINK", "CALL(", "REGISTER", "EXEC(", "RTD(", "DDE", "FILTERXML")


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A filled cell. `formula` is the formula's text where there is one; `value` then is its stored result."""

    value: Value
    formula: str
    number_format: str

    @property
    def reaches_out(self) -> bool:
        """True for a formula that names other files, programs or the network."""
        return any(mark in self.formula.upper() for mark in _DANGEROUS)


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet as plain cells by (row, column number), both from 1. Empty cells are left out."""

    cells: Mapping[tuple[int, int], ReadCell]
    merged: tuple[str, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]

    def text(self, row: int, column: int) -> str:
        """The text of a cell; empty where there is none."""
        cell = self.cells.get((row, column))
        return "" if cell is None or cell.value is None else str(cell.value)


@dataclass(frozen=True, slots=True)
class ReadBook:
    """A workbook as plain sheets, in their order; `stamp` and `base` are what the export wrote into hidden sheets.

    `base` holds the rows as exported: table → the texts of each row.
    """

    sheets: Mapping[str, ReadSheet]
    stamp: Mapping[str, str]
    base: Mapping[str, Sequence[Sequence[str]]]


class UnreadableError(Exception):
    """The file passed the safety check but is no workbook that can be read."""


def read_workbook(data: bytes) -> ReadBook:
    """Read a file that passed the safety check.

    Raises:
        UnreadableError: the archive holds no sound workbook.
    """
    book = _load(data, results=False)
    filled = {sheet.title: [cell for cell in _cells(sheet) if cell.value is not None] for sheet in book.worksheets}
    has_formulas = any(_formula(cell) for cells in filled.values() for cell in cells)
    results = _load(data, results=True) if has_formulas else book
    sheets = {
        sheet.title: ReadSheet(
            cells={(c.row, c.column): _read(c, results[sheet.title]) for c in filled[sheet.title]},
            merged=tuple(str(merged) for merged in sheet.merged_cells.ranges),
            hidden_rows=frozenset(row for row, dimension in sheet.row_dimensions.items() if dimension.hidden),
            hidden_columns=_hidden_columns(sheet),
        )
        for sheet in book.worksheets
    }
    stamp = {row[0]: row[1] for row in _hidden_rows(sheets.pop(STAMP, None)) if len(row) > 1}
    base: dict[str, list[Sequence[str]]] = {}
    for table, *texts in _hidden_rows(sheets.pop(BASE, None)):
        base.setdefault(table, []).append(texts)
    return ReadBook(sheets, stamp, base)


def _hidden_rows(sheet: ReadSheet | None) -> list[list[str]]:
    """The rows of a sheet that only the export writes."""
    wide: dict[int, int] = {}
    for row, column in sheet.cells if sheet else ():
        wide[row] = max(column, wide.get(row, 0))
    return [[sheet.text(row, column) for column in range(1, wide[row] + 1)] for row in sorted(wide)] if sheet else []


def mark_workbook(data: bytes, problems: Sequence[Problem], lang: Lang) -> bytes:
    """A copy of the workbook with problem cells coloured and explained, and a sheet that lists them.

    Marks of an earlier copy are taken off; links to other files are dropped, dangerous formulas become text. Where
    openpyxl cannot write what it read of charts and the like, the copy goes without them.
    """
    try:
        return _marked(_load(data, results=False), problems, lang)
    except Exception:  # as in `_opened`
        return _marked(_opened(data, results=False, whole=False), problems, lang)


def _marked(book: Workbook, problems: Sequence[Problem], lang: Lang) -> bytes:
    for name in set(book.sheetnames) & set(PROBLEM_LISTS):
        del book[name]
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            _clean(cell)
    for problem in problems:
        name, address = _place(problem)
        if address and name in book.sheetnames:
            _mark(_anchor(book[name], address), problem, lang)
    _list(book.create_sheet(PROBLEMS[lang], 0), book, problems, lang)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == PROBLEMS[lang]
    return saved(book)


def _place(problem: Problem) -> tuple[str, str]:
    """The sheet a problem is on, and its first cell; no cell where it is about whole columns, a sheet or the file."""
    if problem.where.cell is None:
        return str(problem.where), ""
    name, _, cells = problem.where.cell.partition("!")
    first = cells.split(":")[0]
    return name, first if any(char.isdigit() for char in first) else ""


def _load(data: bytes, *, results: bool) -> Workbook:
    """The workbook; without everything but its cells where openpyxl stumbles over the rest."""
    try:
        return _opened(data, results=results)
    except UnreadableError:
        return _opened(data, results=results, whole=False)


def _opened(data: bytes, *, results: bool, whole: bool = True) -> Workbook:
    try:
        data = data if whole else _essentials(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), data_only=results, keep_links=False)
    except Exception as error:  # openpyxl passes on whatever it runs into in a part it does not expect
        raise UnreadableError(str(error) or type(error).__name__) from error


def _essentials(data: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(sink, "w") as kept:
        for name in dict.fromkeys(archive.namelist()):
            if _ESSENTIAL.fullmatch(name):
                kept.writestr(name, archive.read(name))
            elif _RELATIONS.fullmatch(name):
                relations = ElementTree.fromstring(archive.read(name))
                for relation in relations.findall("*"):
                    if not relation.get("Type", "").endswith("/hyperlink"):
                        relations.remove(relation)
                kept.writestr(name, ElementTree.tostring(relations))
    return sink.getvalue()


def _cells(sheet: Worksheet) -> list[Cell]:
    """The cells the file holds. Walking over rows and columns instead would never end with one stray far cell."""
    return [cell for _, cell in sorted(sheet._cells.items()) if isinstance(cell, Cell)]


def _formula(cell: Cell) -> str:
    if isinstance(cell.value, (ArrayFormula, DataTableFormula)):
        return f"={getattr(cell.value, 'text', '') or cell.value.ref}".replace("==", "=")
    return str(cell.value) if cell.data_type == "f" else ""


def _read(cell: Cell, results: Worksheet) -> ReadCell:
    formula = _formula(cell)
    value = results.cell(cell.row, cell.column).value if formula else cell.value
    return ReadCell(value if isinstance(value, Value) else str(value), formula, str(cell.number_format))


def _hidden_columns(sheet: Worksheet) -> frozenset[int]:
    spans = [
        range(dimension.min or 0, (dimension.max or 0) + 1)
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
    ]
    return frozenset(column for span in spans for column in span)


def _clean(cell: Cell) -> None:
    if cell.comment and cell.comment.author == MARKER:
        cell.comment = None
        if cell.fill.fgColor.rgb == _MARK.fgColor.rgb:
            cell.fill = _NONE
    if isinstance(cell.value, str) and len(cell.value) > _CELL_TEXT:
        put_text(cell, f"{cell.value[:200]}…")
    formula = _formula(cell)
    if formula and ReadCell(None, formula, "").reaches_out:
        put_text(cell, formula)
    if cell.hyperlink and not (cell.hyperlink.location and not cell.hyperlink.target):
        cell.hyperlink = None


def _anchor(sheet: Worksheet, address: str) -> Cell:
    """The cell, or the first one of the merged cells it belongs to."""
    cell = sheet[address]
    if isinstance(cell, Cell):
        return cell
    span = next(span for span in sheet.merged_cells.ranges if address in span)
    return cast(Cell, sheet.cell(span.min_row, span.min_col))


def _mark(cell: Cell, problem: Problem, lang: Lang) -> None:
    earlier = f"{cell.comment.text}\n\n" if cell.comment and cell.comment.author == MARKER else ""
    comment = Comment(f"{earlier}{problem.message(lang)}\n→ {problem.hint[lang]}", MARKER)
    comment.width, comment.height = 380, 60 + 20 * (len(comment.text) // 24 + 2)
    cell.comment, cell.fill = comment, _MARK


def _list(sheet: Worksheet, book: Workbook, problems: Sequence[Problem], lang: Lang) -> None:
    for column, title in enumerate(_HEAD, start=1):
        cell = sheet.cell(1, column)
        put_text(cell, title[lang])
        cell.font = Font(bold=True)
    for row, problem in enumerate(problems, start=2):
        name, address = _place(problem)
        place = f"{name}!{address}" if address else name
        for column, text in enumerate((place, problem.message(lang), problem.hint[lang]), start=1):
            cell = sheet.cell(row, column)
            put_text(cell, text)
            cell.alignment = _TOP
        if address and name in book.sheetnames:
            sheet.cell(row, 1).hyperlink = f"#'{name}'!{address}"
            sheet.cell(row, 1).font = Font(color="FF1F4E79", underline="single")
    for number, width in enumerate((24, 62, 62), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"


def unsafe(data: bytes, name: str) -> list[Problem]:
    """Why a file is not opened at all; empty when it may be."""
    return list(_unsafe(data, Where(name)))


def _unsafe(data: bytes, where: Where) -> Iterator[Problem]:
    if len(data) > FILE_LIMIT:
        yield CATALOGUE.problem("workbook-too-big", where, f"{len(data) / _MB:.1f} MB", limit=FILE_LIMIT // _MB)
    elif data.startswith(_OLE) and _ENCRYPTED in data:
        yield CATALOGUE.problem("workbook-password", where, "EncryptedPackage")
    elif data.startswith(_ZIP):
        yield from _archive(data, where)
    else:
        yield CATALOGUE.problem("workbook-not-xlsx", where, ".xls" if data.startswith(_OLE) else _beginning(data))


def _beginning(data: bytes) -> str:
    """The first characters of a file that is no archive, in the encoding they are written in."""
    start = data[:48]
    for encoding in ("utf-8-sig", "gb18030"):
        text = start.decode(encoding, errors="ignore")
        if len(text.encode(encoding)) > len(start) - 4:
            return text[:24]
    return start[:8].hex(" ")


def _archive(data: bytes, where: Where) -> Iterator[Problem]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _parts(archive, where)
    except Exception as error:  # zipfile passes on what the methods of compression run into
        yield CATALOGUE.problem("workbook-broken", where, str(error) or type(error).__name__)


def _parts(archive: zipfile.ZipFile, where: Where) -> Iterator[Problem]:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    names = {entry.filename for entry in entries}
    macros = sorted(name for name in names if _MACRO.fullmatch(name))
    if size > UNPACKED_LIMIT or len(entries) > PART_LIMIT:
        found, limit = f"{size / _MB:.0f} MB, {len(entries)} parts", UNPACKED_LIMIT // _MB
        yield CATALOGUE.problem("workbook-too-big", where, found, "unpacked", limit=limit)
        return
    if _WORKBOOK not in names:
        yield CATALOGUE.problem("workbook-not-xlsx", where, ", ".join(sorted(names)[:3]))
        return
    if macros or _MACRO_TYPE in archive.read("[Content_Types].xml"):
        yield CATALOGUE.problem("workbook-macros", where, ", ".join(macros[:3]) or "macroEnabled")
        return
    yield from _content(archive, entries, where)


def _content(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], where: Where) -> Iterator[Problem]:
    cells = 0
    for entry in entries:
        content = archive.read(entry)
        if _is_tricky(content, is_text=not entry.filename.lower().endswith(_MEDIA)):
            yield CATALOGUE.problem("workbook-entity", where, entry.filename)
            return
        cells += _claimed(content)
    if cells > CELL_LIMIT:
        yield CATALOGUE.problem("workbook-too-big", where, str(cells), "cells", limit=CELL_LIMIT)


def _is_tricky(content: bytes, *, is_text: bool) -> bool:
    """True for entities, and for encodings in which they could hide."""
    if not is_text and content.lstrip()[:1] != b"<":
        return bool(_ENTITY.search(content))
    declared = _ENCODING.match(content)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return True
    return b"\0" in content or bool(_ENTITY.search(content))


def _claimed(content: bytes) -> int:
    """How many cells a part asks for: those it holds and those it merges.

    Raises:
        ValueError: a row or column lies outside every sheet.
    """
    cells = 0

    def started(name: str, given: dict[str, str]) -> None:
        nonlocal cells
        match name.rpartition("}")[2]:
            case "mergeCell":
                left, top, right, bottom = (edge or 0 for edge in range_boundaries(given.get("ref", "")))
                cells += (right - left + 1) * (bottom - top + 1)
            case "col" if not 1 <= int(given.get("min", 1)) <= int(given.get("max", 1)) <= _COLUMNS:
                raise ValueError(f"col {given}")
            case "row" if not 1 <= int(given.get("r", 1)) <= _ROWS:
                raise ValueError(f"row {given}")
            case "c":
                cells += 1

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = started
    with suppress(expat.ExpatError):  # openpyxl will tell whether it needs this part
        parser.Parse(content, True)
    return cells
