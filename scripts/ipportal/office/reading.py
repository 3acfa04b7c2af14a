"""Turn the sheets of a workbook into rows of tables, with the sheet address of every cell. Form only, no content.

From a cell as a person left it to the text of a CSV: safe tidying only, told to the person; the rest is refused.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from openpyxl.utils import get_column_letter

from ipportal.base.characters import mended
from ipportal.base.errors import Problem, Where
from ipportal.base.quantities import is_spelled, plain, spelled, spelling
from ipportal.base.text import Text, visible
from ipportal.office import CATALOGUE
from ipportal.office.excel_reader import ReadBook, ReadCell, ReadSheet
from ipportal.office.layout import BETWEEN, KEY_ROW, OWN, PROBLEM_LISTS, TITLE_ROW, Column, Layout, Sheet
from ipportal.rules.cells import suggestion

#: Far more rows than any table of a plan has
ROW_LIMIT: Final = 20_000
#: Longest text of a cell; far above any honest one
TEXT_LIMIT: Final = 5_000
_FULL_WIDTH: Final = re.compile("[０-９Ａ-Ｚａ-ｚ]")
#: How offices write periods → the form of the data
_PERIODS: Final = (
    (re.compile(r"(\d{4})年(?:度|全年)?"), "{0:04}"),
    (re.compile(r"(\d{4})年?(?:1月?[-—–~至到]+|前)(\d{1,2})个?月份?(?:累计)?"), "{0:04}-{1:02}"),
    (re.compile(r"(\d{4})年?[-—–~至到/]+(\d{4})年?"), "{0:04}/{1:04}"),
    (re.compile(r"(\d{4})-?[Hh]([12])"), "{0:04}-H{1}"),
    (re.compile(r"(\d{4})年(\d{1,2})月份"), "{0:04}-{1:02}"),
)
#: What a spreadsheet shows of a number: 15 digits
_SHOWN: Final = ".15g"
_TOO_LONG: Final = 1e20

Names = Mapping[str, frozenset[str]]


class SheetRow(NamedTuple):
    """A row of a table with the row of the sheet it was read from."""

    row: int
    cells: Mapping[str, str]


class Note(NamedTuple):
    """A cell that was tidied, and how."""

    cell: str
    what: Text


def read_tables(
    book: ReadBook, layout: Layout, file: str
) -> tuple[dict[str, tuple[SheetRow, ...]], tuple[Note, ...], list[Problem]]:
    """Read every sheet of the layout: rows by table, what was tidied, and what is wrong with the form.

    Sheets whose headers were changed are refused as a whole.
    """
    problems = list(_sheets(book, layout, file))
    rows: dict[str, tuple[SheetRow, ...]] = {}
    notes: list[Note] = []
    names = _names(book, layout)
    for sheet, found in ((each, book.sheets[each.name]) for each in layout.sheets if each.name in book.sheets):
        faults = [*_header(found, sheet, file), *_too_long(found, sheet, file)]
        problems += faults or _shape(found, sheet, file)
        if not faults:
            rows[sheet.table] = tuple(_rows(found, sheet, names, notes, problems, file))
            problems += _unseen(found, sheet, rows[sheet.table], base_rows(book, sheet), file)
    return rows, tuple(notes), problems


def place(sheet: Sheet, row: int, column: str, file: str) -> Where:
    """A cell of the workbook, such as `观测值!E14`; `row` and `column` are those of the sheet."""
    letter = sheet.letter(column)
    return at(file, sheet.name, f"{letter}{row}", row, letter)


def at(file: str, sheet: str, cell: str = "", row: int | None = None, letter: str | None = None) -> Where:
    """A place in a workbook; every sheet counts as a file of its own, so that reports list sheet by sheet."""
    return Where(f"{file} · {sheet}", row, letter, f"{sheet}!{cell}" if cell else sheet)


def _sheets(book: ReadBook, layout: Layout, file: str) -> Iterator[Problem]:
    names = dict.fromkeys(sheet.name for sheet in layout.sheets)
    for name in (each for each in names if each not in book.sheets):
        yield CATALOGUE.problem("workbook-sheet-missing", at(file, name), "、".join(book.sheets), sheet=name)
    for name, found in book.sheets.items():
        if name not in (*names, *OWN, *PROBLEM_LISTS) and found.cells:
            yield CATALOGUE.problem("workbook-sheet-extra", at(file, name), name)


def _header(found: ReadSheet, sheet: Sheet, file: str) -> Iterator[Problem]:
    for number, column in enumerate(sheet.columns, start=1):
        key, title = found.text(sheet.row(KEY_ROW), number), found.text(sheet.row(TITLE_ROW), number)
        if key != column.name:
            where = place(sheet, sheet.row(KEY_ROW), column.name, file)
            yield CATALOGUE.problem("workbook-columns", where, key, key=column.name)
            return
        if title.strip() != sheet.head(column):
            where = place(sheet, sheet.row(TITLE_ROW), column.name, file)
            yield CATALOGUE.problem("workbook-header", where, title, title=sheet.head(column))


def _too_long(found: ReadSheet, sheet: Sheet, file: str) -> Iterator[Problem]:
    last = max((row for row, _ in found.cells), default=0)
    if last > ROW_LIMIT:
        cell = next(f"{get_column_letter(column)}{row}" for row, column in found.cells if row == last)
        where = at(file, sheet.name, cell, last)
        yield CATALOGUE.problem("workbook-outside", where, found.text(last, 1) or cell, "below", limit=ROW_LIMIT)


def _shape(found: ReadSheet, sheet: Sheet, file: str) -> Iterator[Problem]:
    """Merged, hidden and stray cells: what a reader of the sheet would not see, or the import not understand."""
    for span in found.merged:
        yield CATALOGUE.problem("workbook-merged", at(file, sheet.name, span), span)
    columns = _stored(sheet)
    rows = _filled(found, sheet)
    for number in sorted(columns.keys() & found.hidden_columns):
        if any((row, number) in found.cells for row in rows):
            letter, title = get_column_letter(number), sheet.head(columns[number])
            yield CATALOGUE.problem("workbook-hidden", at(file, sheet.name, f"{letter}:{letter}"), title, "column")
    own = range(sheet.row(TITLE_ROW), sheet.span.stop)
    for row, column in sorted(spot for spot in found.cells if spot[0] in own and spot[1] > len(sheet.columns))[:5]:
        where = at(file, sheet.name, f"{get_column_letter(column)}{row}", row)
        yield CATALOGUE.problem("workbook-outside", where, found.text(row, column))


def base_rows(book: ReadBook, sheet: Sheet) -> list[dict[str, str]]:
    """The rows of a sheet as they were exported."""
    names = [column.name for column in sheet.stored]
    return [dict(zip(names, (*texts, *("",) * len(names)), strict=False)) for texts in book.base.get(sheet.table, ())]


def _unseen(
    found: ReadSheet, sheet: Sheet, rows: Iterable[SheetRow], base: Iterable[Mapping[str, str]], file: str
) -> Iterator[Problem]:
    """One problem for all rows that a filter or a person hides, unless nothing in them was changed."""
    known = {tuple(map(without_zeros, cells.values())) for cells in base}
    hidden = [row for row, cells in rows if row in found.hidden_rows]
    if any(row in found.hidden_rows and tuple(map(without_zeros, cells.values())) not in known for row, cells in rows):
        first, last = hidden[0], hidden[-1]
        where = at(file, sheet.name, f"A{first}:A{last}" if last > first else f"A{first}", first)
        yield CATALOGUE.problem("workbook-hidden", where, found.text(first, 1), count=len(hidden))


def _stored(sheet: Sheet) -> dict[int, Column]:
    """The columns that a table has, by their numbers in the sheet."""
    return {number: column for number, column in enumerate(sheet.columns, start=1) if column.kind != "computed"}


def _filled(found: ReadSheet, sheet: Sheet) -> list[int]:
    """The rows that hold something of the table."""
    stored = _stored(sheet)
    return sorted({row for row, column in found.cells if row in sheet.span and column in stored})


def _rows(
    found: ReadSheet, sheet: Sheet, names: Mapping[str, Names], notes: list[Note], problems: list[Problem], file: str
) -> Iterator[SheetRow]:
    columns = _stored(sheet).items()
    for row in _filled(found, sheet):
        cells, before = dict[str, str](), len(problems)
        for number, column in columns:
            reading = read_cell(found.cells.get((row, number)), column, names.get(column.choices, {}))
            where = place(sheet, row, column.name, file)
            cells[column.name] = reading.text
            if reading.refusal:
                problems.append(replace(reading.refusal, where=where))
            elif reading.tidied:
                notes.append(Note(str(where.cell), reading.tidied))
        if any(cells.values()) or len(problems) > before:
            yield SheetRow(row, cells)


def _names(book: ReadBook, layout: Layout) -> dict[str, Names]:
    """What every choice may be called: as exported, and as the workbook itself now names it."""
    found: dict[str, Names] = {}
    for key, picks in layout.lists.items():
        called = {value: {name, (picks.shorts or {}).get(value) or name} for value, name in picks.names.items()}
        if picks.linked and (present := book.sheets.get((sheet := layout.sheet(picks.linked.table)).name)):
            columns = [column.name for column in sheet.columns]
            at, name = (columns.index(column) + 1 for column in ("id", picks.linked.name_column))
            for row in sorted(row for row, column in present.cells if row in sheet.span and column == at):
                called.setdefault(present.text(row, at).strip(), set()).add(present.text(row, name).strip())
        found[key] = {value: frozenset(names) for value, names in called.items()}
    return found


class NormalValue(NamedTuple):
    """The text a cell stands for. `tidied` says how it was changed; with a `refusal` the text is only a guess."""

    text: str
    tidied: Text | None = None
    refusal: Problem | None = None


def _refused(code: str, found: str, variant: str = "", /, **facts: object) -> NormalValue:
    """Nothing, and why the cell cannot be taken over; where it stands is told later."""
    return NormalValue("", refusal=CATALOGUE.problem(code, Where(""), found, variant, **facts))


def read_cell(cell: ReadCell | None, column: Column, choices: Names) -> NormalValue:
    """The text a cell stands for.

    Args:
        cell: None when empty.
        column: what the column is meant for.
        choices: value → names it goes by, for columns with a pick list.
    """
    if cell is None:
        return NormalValue("")
    if cell.formula and (cell.reaches_out or cell.value is None):
        return _refused("workbook-formula-outside" if cell.reaches_out else "workbook-formula-empty", cell.formula)
    reading = _value(cell, column, choices)
    if cell.formula and reading.refusal is None and not reading.tidied:
        words = Text(f"公式 {cell.formula[:60]} 取其结果", f"result taken of the formula {cell.formula[:60]}")
        return NormalValue(reading.text, words)
    return reading


def _value(cell: ReadCell, column: Column, choices: Names) -> NormalValue:
    value = cell.value
    if isinstance(value, bool):
        return _refused("workbook-true-false", str(value).upper())
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format, column)
    if isinstance(value, date):
        return _date(value, cell.number_format, column)
    if isinstance(value, (time, timedelta)):
        return _not_a_date(str(value), column)
    return _text(value or "", column, choices)


def _number(value: float, number_format: str, column: Column) -> NormalValue:
    if abs(value) >= _TOO_LONG:
        return NormalValue(format(value, _SHOWN))  # a rule tells that no number is as long
    if "%" in number_format and column.kind == "number":
        shown = str(plain(Decimal(format(value * 100, _SHOWN))))
        return _refused("workbook-percent", f"{shown}% = {value!r}", plain=shown)
    number = Decimal(format(value, _SHOWN))
    return NormalValue(f"{plain(number):f}" if number.is_finite() else str(number))


def _date(value: datetime | date, number_format: str, column: Column) -> NormalValue:
    timed = isinstance(value, datetime) and value.time() != time()
    to_month = value.day == 1 and "d" not in number_format.lower().replace("[red]", "")
    if timed or not (column.kind == "date" or (column.kind == "period" and to_month)):
        return _not_a_date(str(value).removesuffix(" 00:00:00"), column)
    text = value.isoformat()[: 7 if to_month else 10]
    return NormalValue(text, Text(f"日期格改写成 {text}", f"date cell written as {text}"))


def _not_a_date(found: str, column: Column) -> NormalValue:
    kinds = {"period": "period", "number": "number", "integer": "number"}
    return _refused("workbook-date", found, kinds.get(column.kind, ""))


def _text(raw: str, column: Column, choices: Names) -> NormalValue:
    if len(raw) > TEXT_LIMIT:
        return _refused("workbook-long", f"{raw[:40]}… ({len(raw)})", limit=TEXT_LIMIT)
    stripped = mended(raw.strip(" \t\r\n\u00a0\u2002\u2003\u2009\u3000"))
    if column.kind == "choice":
        reading = _choice(stripped, choices)
    elif column.kind == "text":
        reading = NormalValue(_FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match.group()), stripped))
    else:
        reading = NormalValue(_tidy_code(unicodedata.normalize("NFKC", stripped), column))
    shown = raw if column.kind != "choice" else f"{raw.rsplit(BETWEEN, maxsplit=1)[-1]}"
    if reading.refusal is None and reading.text != shown:
        was, now = visible(raw), visible(reading.text)
        return reading._replace(tidied=Text(f"“{was}” 改写成 “{now}”", f"“{was}” written as “{now}”"))
    return reading


def _choice(text: str, choices: Names) -> NormalValue:
    """The id behind `name | id`; a bare id or a name only one entry carries will do."""
    parts = re.split(r"\s*[|｜]\s*", text)
    value, names = parts[-1], BETWEEN.join(parts[:-1])
    if len(parts) == 1:
        found = [known for known, called in choices.items() if text in called]
        return NormalValue(found[0] if len(found) == 1 and text not in choices else text)
    known = choices.get(value)
    if known is None or names in known:
        return NormalValue(value)
    every = {each: value for value, called in choices.items() for each in called}
    likely = next((every[name] for name in difflib.get_close_matches(names, every, n=1, cutoff=0.5)), "")
    if likely == value:
        name = max(known, key=len)
        words = Text(f"“{names}”按编号 {value} 认作“{name}”", f"“{names}” taken as “{name}” by its id {value}")
        return NormalValue(value, words)
    if not likely:
        return _refused("workbook-choice", text, "apart")._replace(text=value)
    entry = f"{max(choices[likely], key=len)}{BETWEEN}{likely}"
    return _refused("workbook-choice", text, "likely", name=names, entry=entry, likely=likely)._replace(text=value)


def _tidy_code(text: str, column: Column) -> str:
    if column.kind in ("number", "integer"):
        text = text.replace("，", ",")
        if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        if column.kind == "integer" and (match := _PERIODS[0][0].fullmatch(text)):
            return match[1]
        return spelling(text) or text
    joined = re.sub(r"\s", "", text)
    if column.kind == "period":  # the ways one is written in offices; anything else stays as it is
        for match, form in ((pattern.fullmatch(joined), form) for pattern, form in _PERIODS):
            if match:
                return form.format(*map(int, match.groups()))
        return (re.match(r"\d{4}(年|[./-]\d{1,2}$|-?[Qq])", joined) and suggestion(joined)) or joined
    if column.kind == "date":
        return (re.match(r"\d{4}[年./-]", joined) and suggestion(joined)) or text
    return text


def without_zeros(text: str) -> str:
    """A number as a spreadsheet gives it back, any other text as it is."""
    return str(plain(spelled(text))) if is_spelled(text) else text


def same_number(text: str, before: str) -> bool:
    """True when two texts are the same number written differently, such as 132 and 132.0."""
    return is_spelled(text) and is_spelled(before) and spelled(text) == spelled(before)
