"""Read an edited workbook back: everything that is wrong at once, or the packages as they would be."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from ipportal.base.errors import Named, Naming, Problem, Where, as_written, sort_problems
from ipportal.base.text import Text
from ipportal.data.packages import RawPackage, RawTable
from ipportal.office import CATALOGUE
from ipportal.office.editing import Cells, Key, RowEdit, compare_packages, ordered, row_key, with_rows, with_tables
from ipportal.office.excel_reader import ReadBook, UnreadableError, read_workbook, unsafe
from ipportal.office.layout import (
    LAYOUT_VERSION,
    Column,
    Layout,
    Mode,
    Sheet,
    lay_out_workbook,
    schema_mark,
    table_mark,
)
from ipportal.office.reading import Note, Reading, SheetRow, at, place, read_tables, same_number

Check = Callable[[Sequence[RawPackage]], Sequence[Problem]]

#: Problems that do not stop an import: the page of a new indicator is written right after it
LATER: Final = frozenset({"page-missing"})

#: In a CSV an empty key tells of merged cells; in a workbook those are found in the sheet itself
_EMPTY_KEY: Final = "cell-merged"
_FORM: Final = "value-form"
#: A change between these factors is likely to be 万件 taken for 件, or the other way round
_TEN_THOUSAND: Final = (Decimal(3000), Decimal(30000))
#: What makes two figures comparable
_SERIES: Final = ("indicator", "area", "basis")


@dataclass(frozen=True, slots=True)
class Import:
    """What an import found.

    Attributes:
        package: name of the package; empty when the file is none of ours.
        problems: everything a person must mend; nothing may be written unless it is empty.
        notes: cells that were tidied.
        edits: rows that differ from the data on the disk.
        packages: all packages as they would be; the ones on the disk while there are problems.
        opened: False when the file was not opened for safety.
        pages: True when a new indicator needs its pages.
    """

    package: str
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...] = ()
    edits: tuple[RowEdit, ...] = ()
    packages: tuple[RawPackage, ...] = ()
    opened: bool = True
    pages: bool = False


def import_workbook(
    data: bytes, file: str, raw: Sequence[RawPackage], check: Check, *, allow_removal: bool = False
) -> Import:
    """Read a workbook against the packages on the disk.

    Args:
        data: the file's bytes.
        file: its name, for messages.
        raw: the packages as they are.
        check: every rule, applied to the packages as they would be.
        allow_removal: rows that are gone from the workbook are meant to be withdrawn.
    """
    if problems := unsafe(data, file):
        return Import("", tuple(problems), opened=False)
    try:
        book = read_workbook(data)
    except UnreadableError as error:
        return Import("", (CATALOGUE.problem("workbook-broken", Where(file), str(error), "unreadable"),), opened=False)
    package, problem = _package(book, raw, file)
    if package is None or problem:
        return Import(package.name if package else "", (problem,) if problem else ())
    mode: Mode = "template" if book.stamp["mode"] == "template" else "export"
    layout = lay_out_workbook(raw, package, mode)
    reading = read_tables(book, layout, file)
    return _judge(package, layout, reading, raw, check, file, allow_removal, _stale(package, book))


def _package(book: ReadBook, raw: Sequence[RawPackage], file: str) -> tuple[RawPackage | None, Problem | None]:
    stamp = book.stamp
    package = next((each for each in raw if each.name == stamp.get("package")), None)
    if package is None:
        found = stamp.get("package", "、".join(book.sheets))
        return None, CATALOGUE.problem("workbook-foreign", Where(file), found)
    if stamp.get("layout") != LAYOUT_VERSION or stamp.get("schema") != schema_mark(package):
        return package, CATALOGUE.problem("workbook-version", Where(file), f"{package.name} {stamp.get('version', '')}")
    return package, None


def _stale(package: RawPackage, book: ReadBook) -> frozenset[str]:
    """Tables whose data changed on the disk after the export."""
    return frozenset(t.name for t in package.tables if book.stamp.get(f"table:{t.name}") != table_mark(t))


def _judge(
    package: RawPackage,
    layout: Layout,
    reading: Reading,
    raw: Sequence[RawPackage],
    check: Check,
    file: str,
    allow_removal: bool,
    stale: frozenset[str],
) -> Import:
    problems = list(reading.problems)
    tables: dict[str, RawTable] = {}
    addresses: dict[str, dict[int, int]] = {}
    for table in package.tables:
        if table.name in reading.rows:
            sheet = layout.sheet(table.name)
            rows = reading.rows[table.name]
            if layout.mode == "template":
                places = [(place(sheet, each.row, sheet.columns[0].name, file), each.cells) for each in rows]
                problems += existing(table, places)
            tables[table.name], addresses[table.name] = _table(table, rows, layout.mode)
    candidate = with_tables(raw, package.name, tables)
    after = next(each for each in candidate if each.name == package.name)
    edits = compare_packages(package, after)
    if layout.mode == "export":
        problems += _overtaken(edits, stale, layout, file)
    if not allow_removal:
        problems += vanished(edits, {sheet.table: at(file, sheet.name) for sheet in layout.sheets})
    where = _Addresses(package, layout, addresses, file)
    problems += _scale(after, edits, where)
    found = check(candidate)
    problems += [where.problem(problem) for problem in found if problem.code not in LATER]
    problems = _first_causes(problems)
    kept = tuple(raw) if problems else candidate
    pages = any(problem.code in LATER for problem in found)
    return Import(package.name, tuple(sort_problems(problems)), reading.notes, edits, kept, pages=pages)


def _first_causes(problems: Sequence[Problem]) -> list[Problem]:
    """One problem a cell where several have one cause: what the sheet says goes before what a rule makes of it."""
    own = {problem.where for problem in problems if problem.code.startswith("workbook-") and problem.where.row}
    told = [problem for problem in problems if problem.code.startswith("workbook-") or problem.where not in own]
    better = {problem.where for problem in told if problem.code in ("key-dangling", "link-unknown", "code-unknown")}
    return [problem for problem in told if problem.code != "value-form" or problem.where not in better]


def _table(table: RawTable, rows: Sequence[SheetRow], mode: Mode) -> tuple[RawTable, dict[int, int]]:
    """The table with the sheet's rows, and the sheet row of each of its lines."""
    known = {row_key(table, cells): cells for _, cells in table.records()}
    sheet_rows = [(each.row, _as_before(each.cells, known.get(row_key(table, each.cells)))) for each in rows]
    kept = [(0, cells) for _, cells in table.records()] if mode == "template" else []
    every = [*kept, *sheet_rows]
    row_of = {id(cells): row for row, cells in every}
    in_order = ordered(table, [cells for _, cells in every])
    made = with_rows(table, in_order)
    lines = [line.line for line in made.rows or ()]
    return made, {line: row_of[id(cells)] for line, cells in zip(lines, in_order, strict=False) if row_of[id(cells)]}


def _as_before(cells: Cells, before: Cells | None) -> Cells:
    """Numbers keep the digits they had: a spreadsheet turns 132.0 into 132."""
    if before is None:
        return dict(cells)
    return {name: before[name] if same_number(text, before.get(name, "")) else text for name, text in cells.items()}


def _overtaken(edits: Sequence[RowEdit], stale: frozenset[str], layout: Layout, file: str) -> list[Problem]:
    """Tables that somebody else changed after the export, where importing would undo that change."""
    names = [layout.sheet(table).name for table in sorted(stale & {edit.table for edit in edits})]
    return [CATALOGUE.problem("workbook-overtaken", at(file, name), name) for name in names]


def _scale(after: RawPackage, edits: Sequence[RowEdit], where: _Addresses) -> list[Problem]:
    edited = {edit.key for edit in edits if edit.table == "observations" and edit.new and _new_value(edit)}
    table = after.table("observations")
    if table is None or not edited:
        return []
    lines = {row_key(table, cells): line for line, cells in table.records()}
    return [
        where.problem(CATALOGUE.problem("workbook-scale", Where(table.file, lines[key], "value"), found, **other))
        for key, found, other in scale_slips(after, edited)
    ]


def _new_value(edit: RowEdit) -> bool:
    columns = ("value", "unit")
    return edit.old is None or edit.new is None or any(edit.old.get(c) != edit.new.get(c) for c in columns)


@dataclass(frozen=True)
class _Addresses:
    """Tells problems of CSV files as problems of the workbook: cells instead of lines, titles instead of names."""

    package: RawPackage
    layout: Layout
    rows: Mapping[str, Mapping[int, int]]
    file: str

    def problem(self, problem: Problem) -> Problem:
        """The same problem at its cell, when it lies in a table of the workbook."""
        table = next((each for each in self.package.tables if each.file == problem.where.file), None)
        if table is None or table.name not in self.rows:
            return problem
        sheet = self.layout.sheet(table.name)
        rows = self.rows[table.name]
        row = rows.get(problem.where.row or 0)
        column = (problem.where.column or sheet.columns[0].name).split(", ")[0]
        if problem.code == _EMPTY_KEY:
            problem = CATALOGUE.problem("required-empty", problem.where)
        picked = next((each for each in sheet.stored if each.name == column and each.kind == "choice"), None)
        if problem.code == _FORM and picked:
            problem = self._not_listed(problem, picked)
        told = problem.named(self._naming(sheet, rows))
        # Chinese quotation marks stand without the spaces that set names apart
        told = replace(told, expected=_tight(told.expected), hint=_tight(told.hint))
        if row is None or column not in [each.name for each in sheet.columns]:
            return told
        return replace(told, where=place(sheet, row, column, self.file))

    def _not_listed(self, problem: Problem, column: Column) -> Problem:
        """What to say of an id that cannot be in the list at all."""
        near = difflib.get_close_matches(problem.found, self.layout.lists[column.choices].names, n=1, cutoff=0.7)
        variant = ("near",) if near else ()
        return CATALOGUE.problem("workbook-choice", problem.where, problem.found, *variant, near="".join(near))

    def _naming(self, sheet: Sheet, rows: Mapping[int, int]) -> Naming:
        """Titles for the names of columns and sheets, rows of the sheet for lines of the file."""
        titles = {column.name: column.title for column in sheet.stored}
        for name in [name.removesuffix("_zh") for name in titles if name.endswith("_zh")]:  # both columns of a pair
            both = titles[f"{name}_zh"]
            titles[name] = Text(both.zh.removesuffix("（中文）"), both.en.removesuffix(" (Chinese)"))
        names = {each.name: self.layout.sheet(each.name).name for each in self.package.tables}
        files = {each.file: names[each.name] for each in self.package.tables}

        def word(named: Named) -> Text:
            if named.kind == "row":
                return Text.same(rows.get(int(named.name), named.name))
            name = str(named.name)
            if named.kind == "column" and (title := titles.get(name)):
                return Text(f"“{title.zh}”", f"“{title.en}”")
            if named.kind == "table" and name in names:
                return Text.same(f"“{names[name]}”")
            if named.kind == "file" and name in files:
                return Text(f"“{files[name]}”表", f"the sheet “{files[name]}”")
            return as_written(named)

        return word


def _tight(text: Text) -> Text:
    return Text(text.zh.replace(" “", "“").replace("” ", "”").replace("”表 ", "”表"), text.en)


def vanished(edits: Iterable[RowEdit], places: Mapping[str, Where]) -> list[Problem]:
    """One problem for every published row that the workbook no longer holds. `places` are the sheets by table."""
    return [
        CATALOGUE.problem("workbook-removed", places[edit.table], ", ".join(edit.key))
        for edit in edits
        if edit.new is None
    ]


def existing(table: RawTable, rows: Iterable[tuple[Where, Cells]]) -> list[Problem]:
    """Rows of a template whose key is taken already."""
    known = {row_key(table, cells) for _, cells in table.records()}
    return [
        CATALOGUE.problem("workbook-exists", where, ", ".join(row_key(table, cells)))
        for where, cells in rows
        if row_key(table, cells) in known
    ]


def scale_slips(package: RawPackage, edited: set[Key]) -> Iterator[tuple[Key, str, Cells]]:
    """New or changed observations about ten thousand times another one of the same series, without a note.

    Yields the row's key, the value found, and the period and value it is compared with.
    """
    table = package.table("observations")
    factors, units = _units(package), _usual_units(package)
    if table is None:
        return
    series: dict[Key, list[tuple[Key, Cells, Decimal]]] = defaultdict(list)
    for _, cells in table.records():
        value = _number(cells.get("value", ""))
        usual = factors.get(units.get(cells.get("indicator", ""), ""))
        own = factors.get(cells["unit"]) if cells.get("unit") else usual
        if value and own and usual and own[0] == usual[0] and cells.get("period") != "undated":
            name = tuple(cells.get(column, "") for column in _SERIES)
            series[name].append((row_key(table, cells), cells, value * own[1]))
    for rows in series.values():
        yield from _slips(rows, edited)


def _slips(rows: Sequence[tuple[Key, Cells, Decimal]], edited: set[Key]) -> Iterator[tuple[Key, str, Cells]]:
    settled = [(cells, value) for key, cells, value in rows if key not in edited]
    for key, cells, value in rows:
        if key not in edited or cells.get("note_zh"):
            continue
        for other, known in settled:
            low, high = _TEN_THOUSAND
            if low <= value / known <= high or low <= known / value <= high:
                yield key, cells.get("value", ""), {"period": other["period"], "value": other["value"]}
                break


def _units(package: RawPackage) -> dict[str, tuple[str, Decimal]]:
    """Unit → its base unit and how many of those it is."""
    table = package.table("units")
    rows = [cells for _, cells in table.records()] if table else []
    scales = [(cells, _number(cells.get("scale", ""))) for cells in rows]
    return {cells.get("id", ""): (cells.get("base", ""), scale) for cells, scale in scales if scale}


def _usual_units(package: RawPackage) -> dict[str, str]:
    table = package.table("indicators")
    return {cells.get("id", ""): cells.get("unit", "") for _, cells in table.records()} if table else {}


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None
