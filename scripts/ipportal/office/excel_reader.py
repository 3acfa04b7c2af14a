"""Read a workbook as plain cells, and mark cells in a copy."""

import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from ipportal.base import Frozen
from ipportal.base.errors import Problem, catalogue_file
from ipportal.base.text import Lang, Text
from ipportal.data.packages import table_from, utf8
from ipportal.files.package_workbook import put_text, saved
from ipportal.office.layout import BASE, PROBLEM_LISTS, PROBLEMS, QUESTIONS, STAMP
from ipportal.rules.warnings import Answer, Warned, warned

Value = str | int | float | bool | datetime | date | time | timedelta | None

#: What the cells of a workbook need; the rest is drawings, charts, properties and the like
_ESSENTIAL: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/workbook\.xml\.rels|(workbook|styles|sharedStrings|worksheets/[^/]+)\.xml)"
)
#: What a sheet refers to; of this only the addresses of links
_RELATIONS: Final = re.compile(r"xl/worksheets/_rels/[^/]+\.rels")

_TABLE, _OFFICE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in (
    "table", "office", "text"))  # fmt: skip

#: Who signs the notes on problem cells, so that a later import can take them off again
MARKER: Final = "ipportal check"
_MARK: Final = PatternFill("solid", fgColor="FFFFC7CE")
_HEADS: Final = [*catalogue_file("ipportal.office", "filling")["marked"].values()]
#: Columns before those to be filled in on the sheet of warnings; hidden ones behind say what the answer is about
_ANSWER: Final = 3
_ASKED: Final = len(_HEADS) + len(Warned._fields)
#: Functions and forms that reach out of the workbook; in the marked copy they become plain text
_DANGEROUS: Final = ("|", "[", "WEBSERVICE", "HYPERLINK", "CALL(", "REGISTER", "EXEC(", "RTD(", "DDE", "FILTERXML")


class ReadCell(Frozen):
    """A filled cell. `formula` is the formula's text where there is one; `value` then is its stored result."""

    value: Value
    formula: str
    number_format: str

    @property
    def reaches_out(self) -> bool:
        """True for a formula that names other files, programs or the network."""
        return any(mark in self.formula.upper() for mark in _DANGEROUS)


class ReadSheet(Frozen):
    """A sheet as plain cells by (row, column number), both from 1. Empty cells are left out."""

    cells: Mapping[tuple[int, int], ReadCell]
    merged: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def text(self, row: int, column: int) -> str:
        """The text of a cell; empty where there is none."""
        cell = self.cells.get((row, column))
        return "" if cell is None or cell.value is None else str(cell.value)


class ReadBook(Frozen):
    """A workbook as plain sheets, in their order; `stamp` and `base` are what the export wrote into hidden sheets.

    `base` holds the rows as exported: table → the texts of each row; `answers` are those on the sheet of warnings.
    """

    sheets: Mapping[str, ReadSheet]
    stamp: Mapping[str, str]
    base: Mapping[str, Sequence[Sequence[str]]]
    answers: Mapping[Warned, Answer]


class UnreadableError(Exception):
    """The file passed the safety check but is no workbook that can be read."""


def read_workbook(data: bytes) -> ReadBook:
    """Read a file that passed the safety check.

    Raises:
        UnreadableError: the archive holds no sound workbook.
    """
    sheets = _of_opendocument(data) if b"opendocument.spreadsheet" in data[:100] else _of_excel(data)
    stamp = {row[0]: row[1] for row in _hidden_rows(sheets.pop(STAMP, None)) if len(row) > 1}
    base: dict[str, list[Sequence[str]]] = {}
    for table, *texts in _hidden_rows(sheets.pop(BASE, None)):
        base.setdefault(table, []).append(texts)
    return ReadBook(sheets, stamp, base, _answers(sheets))


def _of_excel(data: bytes) -> dict[str, ReadSheet]:
    book = _load(data, results=False)
    filled = {sheet.title: [cell for cell in _cells(sheet) if cell.value is not None] for sheet in book.worksheets}
    results = _load(data, results=True) if any(_formula(cell) for cells in filled.values() for cell in cells) else book
    sheets = {}
    for sheet in book.worksheets:
        hidden = [each for each in sheet.column_dimensions.values() if each.hidden]
        sheets[sheet.title] = ReadSheet(
            cells={(c.row, c.column): _read(c, results[sheet.title]) for c in filled[sheet.title]},
            merged=tuple(str(merged) for merged in sheet.merged_cells.ranges),
            hidden_rows=frozenset(row for row, dimension in sheet.row_dimensions.items() if dimension.hidden),
            hidden_columns=frozenset(n for each in hidden for n in range(each.min or 0, (each.max or 0) + 1)),
        )
    return sheets


def _of_opendocument(data: bytes) -> dict[str, ReadSheet]:
    """The sheets of an ODS; no library tells its formulas, formats and hidden rows besides its values."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = ElementTree.fromstring(archive.read("content.xml"))
        return {each.get(f"{_TABLE}name", ""): _sheet(each) for each in content.iter(f"{_TABLE}table")}
    except (KeyError, ValueError, ElementTree.ParseError) as error:
        raise UnreadableError(str(error)) from error


def _sheet(table: ElementTree.Element) -> ReadSheet:
    cells: dict[tuple[int, int], ReadCell] = {}
    merged, hidden, row = list[str](), set[int](), 0
    columns = list(table.iter(f"{_TABLE}table-column"))
    shut = [_is_hidden(each) for each in columns for _ in range(_times(each, "columns"))]
    for line in table.iter(f"{_TABLE}table-row"):
        column, found = 0, dict[int, ReadCell]()
        for each in line:
            times, cell = _times(each, "columns"), _cell(each)
            found |= {column + n: cell for n in range(1, times + 1)} if cell else {}
            rows, across = (int(each.get(f"{_TABLE}number-{name}-spanned", "1")) for name in ("rows", "columns"))
            if max(rows, across) > 1:
                ends = (get_column_letter(column + 1), row + 1, get_column_letter(column + across), row + rows)
                merged.append("{}{}:{}{}".format(*ends))
            column += times
        lines = range(row + 1, row + 1 + _times(line, "rows"))
        if found:
            cells |= {(number, at): cell for number in lines for at, cell in found.items()}
            hidden.update(lines if _is_hidden(line) else ())
        row = lines[-1]
    places = frozenset(number for number, each in enumerate(shut, start=1) if each)
    return ReadSheet(cells, tuple(merged), frozenset(hidden), places)


def _times(part: ElementTree.Element, name: str) -> int:
    return int(part.get(f"{_TABLE}number-{name}-repeated", "1"))


def _is_hidden(part: ElementTree.Element) -> bool:
    return part.get(f"{_TABLE}visibility", "visible") != "visible"


def _cell(part: ElementTree.Element) -> ReadCell | None:
    for space in part.iter(f"{_TEXT}s"):
        space.text = " " * int(space.get(f"{_TEXT}c", "1"))
    shown = "\n".join("".join(line.itertext()) for line in part.findall(f"{_TEXT}p"))
    kind = part.get(f"{_OFFICE}value-type")
    # a place in the same file, as formulas of an ODS write it
    formula = re.sub(r"\[\.?([^\]#|]*)\]", r"\1", part.get(f"{_TABLE}formula", "").removeprefix("of:"))
    value: Value = shown or None
    form = "@"
    if kind in ("float", "percentage", "currency"):
        value, form = float(part.get(f"{_OFFICE}value", "")), "0%" if kind == "percentage" else "General"
    elif kind == "date":
        value = datetime.fromisoformat(part.get(f"{_OFFICE}date-value", ""))
        form = "yyyy-mm" if len(re.findall(r"\d+", shown)) == 2 else "yyyy-mm-dd"
    elif kind == "boolean":
        value = part.get(f"{_OFFICE}boolean-value") == "true"
    return ReadCell(value, formula, form) if formula or value is not None else None


def read_table(data: bytes, name: str) -> ReadBook:
    """Read a CSV, in UTF-8 or as Chinese Excel writes it, as a workbook with one sheet.

    Raises:
        UnreadableError: it is none.
    """
    table = table_from(name, "", {}, utf8(data))
    if not table.header or table.rows is None:
        raise UnreadableError("csv")
    lines = enumerate((table.header, *(row.cells for row in table.rows)), start=1)
    cells = {(n, at): ReadCell(text, "", "@") for n, line in lines for at, text in enumerate(line, start=1) if text}
    return ReadBook({name: ReadSheet(cells)}, {}, {}, {})


def _answers(sheets: dict[str, ReadSheet]) -> dict[Warned, Answer]:
    """What stands on the sheet of warnings, which is taken off."""
    given = {}
    for name in (QUESTIONS.zh, QUESTIONS.en):
        for cells in _hidden_rows(sheets.pop(name, None))[1:]:
            told = [*cells, *[""] * _ASKED]
            zh, en, by = (text.strip() for text in told[_ANSWER : _ANSWER + 3])
            of = Warned(*told[_ANSWER + 3 : _ASKED])
            if of.code and (zh or en):
                given[of] = Answer(Text(zh, en), by, "")
    return given


def _hidden_rows(sheet: ReadSheet | None) -> list[list[str]]:
    """The rows of a sheet that only the export writes."""
    wide = dict(sorted(sheet.cells)) if sheet else {}  # the last column of each row
    return [[sheet.text(row, column) for column in range(1, wide[row] + 1)] for row in wide] if sheet else []


def mark_workbook(data: bytes, problems: Sequence[Problem], lang: Lang, asked: Sequence[Problem] = ()) -> bytes:
    """A copy of the workbook with problem cells coloured and explained, and a sheet that lists them.

    Another one is for what is `asked`, with room for answers; those given stay.

    Marks of an earlier copy are taken off; links to other files are dropped, dangerous formulas become text. Where
    openpyxl cannot write what it read of charts and the like, the copy goes without them.
    """
    try:
        return _marked(_load(data, results=False), problems, asked, lang)
    except Exception:  # as in `_load`
        return _marked(_load(data, results=False, whole=False), problems, asked, lang)


def _marked(book: Workbook, problems: Sequence[Problem], asked: Sequence[Problem], lang: Lang) -> bytes:
    for name in set(book.sheetnames) & set(PROBLEM_LISTS):
        del book[name]
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            _clean(cell)
    for problem in (*problems, *asked):
        name, address = _place(problem)
        if address and name in book.sheetnames:
            _mark(book[name], address, problem, lang)
    if asked:
        _ask(book, asked, lang)
    if problems or not asked:
        _list(book.create_sheet(PROBLEMS[lang], 0), book, problems, lang)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is book.worksheets[0]
    return saved(book)


def _place(problem: Problem) -> tuple[str, str]:
    """The sheet a problem is on, and its first cell; no cell where it is about whole columns, a sheet or the file."""
    if problem.where.cell is None:
        return str(problem.where), ""
    name, _, cells = problem.where.cell.partition("!")
    first = cells.split(":")[0]
    return name, first if any(char.isdigit() for char in first) else ""


def _load(data: bytes, *, results: bool, whole: bool = True) -> Workbook:
    """The workbook; without everything but its cells where openpyxl stumbles over the rest."""
    try:
        kept = data if whole else _essentials(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(kept), data_only=results, keep_links=False)
    except Exception as error:  # openpyxl passes on whatever it runs into in a part it does not expect
        if whole:
            return _load(data, results=results, whole=False)
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


def _clean(cell: Cell) -> None:
    if cell.comment and cell.comment.author == MARKER:
        cell.comment = None
        if cell.fill.fgColor.rgb == _MARK.fgColor.rgb:
            cell.fill = PatternFill(fill_type=None)
    # longest text Excel keeps in a cell
    if isinstance(cell.value, str) and len(cell.value) > 32_767:
        put_text(cell, f"{cell.value[:200]}…")
    formula = _formula(cell)
    if formula and ReadCell(None, formula, "").reaches_out:
        put_text(cell, formula)
    if cell.hyperlink and not (cell.hyperlink.location and not cell.hyperlink.target):
        cell.hyperlink = None


def _mark(sheet: Worksheet, address: str, problem: Problem, lang: Lang) -> None:
    """Mark the cell, or the first one of the merged cells it belongs to."""
    spans = (span for span in sheet.merged_cells.ranges if address in span)
    cell = next((sheet.cell(span.min_row, span.min_col) for span in spans), sheet[address])
    earlier = f"{cell.comment.text}\n\n" if cell.comment and cell.comment.author == MARKER else ""
    text = f"{earlier}{problem.message(lang)}\n→ {problem.hint[lang]}"
    cell.comment, cell.fill = Comment(text, MARKER, 60 + 20 * (len(text) // 24 + 2), 380), _MARK


def _ask(book: Workbook, asked: Sequence[Problem], lang: Lang) -> None:
    """The sheet of warnings, first: those answered already stay as they are, the others have room for an answer."""
    given: list[list[object]] = []
    for name in {QUESTIONS.zh, QUESTIONS.en} & set(book.sheetnames):
        rows = list(book[name].iter_rows(min_row=2, max_col=_ASKED, values_only=True))
        given += [list(row) for row in rows if any(row[_ANSWER : _ANSWER + 2])]
        del book[name]
    sheet = book.create_sheet(QUESTIONS[lang], 0)
    _list(sheet, book, asked, lang, _HEADS)
    blank: list[object] = [None] * (_ANSWER + 3)
    filled: list[list[object]] = [*([*blank, *warned(each)] for each in asked), *given]
    for row, cells in enumerate(filled, start=2):
        for column, told in enumerate(cells, start=1):
            if told is not None:
                put_text(sheet.cell(row, column), str(told))
    for column in range(_ANSWER + 1, _ASKED + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 36
        sheet.column_dimensions[get_column_letter(column)].hidden = column > _ANSWER + 3
        for row in range(2, 2 + len(filled)):
            sheet.cell(row, column).number_format = "@"


def _list(
    sheet: Worksheet, book: Workbook, problems: Sequence[Problem], lang: Lang, head: Sequence[Text] = _HEADS[:_ANSWER]
) -> None:
    for column, title in enumerate(head, start=1):
        put_text(sheet.cell(1, column), title[lang], font=Font(bold=True))
    for row, problem in enumerate(problems, start=2):
        name, address = _place(problem)
        place = f"{name}!{address}" if address else name
        for column, text in enumerate((place, problem.message(lang), problem.hint[lang]), start=1):
            put_text(sheet.cell(row, column), text, alignment=Alignment(vertical="top", wrap_text=True))
        if address and name in book.sheetnames:
            sheet.cell(row, 1).hyperlink = f"#'{name}'!{address}"
            sheet.cell(row, 1).font = Font(color="FF1F4E79", underline="single")
    for number, width in enumerate((24, 62, 62), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
