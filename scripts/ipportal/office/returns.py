"""The yearly return: one sheet with the figures due for a year, for somebody else to fill in and send back.

Its rows are those of `observations` with their keys filled in; the sources they name are told once, above them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ipportal.analysis.freshness import Due
from ipportal.base.errors import catalogue_file
from ipportal.base.quantities import plain
from ipportal.base.text import Lang, Text
from ipportal.data.packages import RawPackage
from ipportal.office.editing import columns_of, slug
from ipportal.office.excel_reader import ReadBook
from ipportal.office.layout import FIRST_ROW, Column, Layout, Linked, lay_out_workbook
from ipportal.office.reading import SheetRow, read_cell
from ipportal.rules.warnings import Answer, Warned

TITLE: Final = Text("年度填报表", "Yearly return")
OBSERVATIONS, SOURCES = "observations", "sources"
#: Where the day stands that the figures are as of: row and column
AS_OF: Final = (8, 2)
#: Key of the column of earlier figures
LAST_KEY: Final = "(last)"
#: What the reasons are kept under that offices give for figures they do not have
NO_FIGURE: Final = "warning-no-figure"
#: Rows there are for sources, and where they begin; the figures stand below
_ROOM: Final = 3
_SOURCES_FIRST: Final = AS_OF[0] + 1 + FIRST_ROW
_FIRST: Final = _SOURCES_FIRST + _ROOM + FIRST_ROW
#: The columns that are shown, in their order, with their widths in letters; what the others hold follows
WIDTHS: Final[Mapping[str, float]] = catalogue_file("ipportal.office", "filling")["return-widths"]
_DAY: Final = Column("as_of", "date", Text.same(""), Text.same(""), required=False)


def _apart(raw: Sequence[RawPackage], package: RawPackage) -> Layout:
    """The package's sheets with lists that follow none of them, for forms that leave most of them out."""
    whole = lay_out_workbook(raw, package, "export", spare=0)
    lists = {key: replace(picks, fixed=tuple(picks.names), linked=None) for key, picks in whole.lists.items()}
    return replace(whole, lists=lists)


def stamped(book: ReadBook, raw: Sequence[RawPackage]) -> ReadBook:
    """A CSV with the columns of one of the tables as its export of now; of several, of the one it is most like.

    Unchanged when it has the columns of none.
    """
    if book.stamp or len(book.sheets) != 1:
        return book
    name, sheet = next(iter(book.sheets.items()))
    header = tuple(sheet.text(*spot) for spot in sorted(spot for spot in sheet.cells if spot[0] == 1))
    ids = {sheet.text(row, 1) for row, _ in sheet.cells}
    known = [(package, table) for package in raw for table in package.tables]
    alike = [each for each in known if columns_of(each[1]) == header]
    if not (found := alike or [each for each in known if each[1].name == name]):
        return book
    package, table = min(found, key=lambda both: len(ids ^ {row.cells[0] for row in both[1].rows or ()}))
    stamp = {**_apart(raw, package).stamp, "mode": "table", "table": table.name}
    base = [[cells.get(name, "") for name in columns_of(table)] for cells in package.rows(table.name)]
    return replace(book, stamp=stamp, base={table.name: base})


def laid_out(raw: Sequence[RawPackage], package: RawPackage, book: ReadBook) -> Layout:
    """How the workbook was laid out when it was written."""
    stamp = book.stamp
    if stamp["mode"] == "return" and stamp.get("year", "").isdigit():
        return lay_out_return(raw, package, int(stamp["year"]))
    if stamp["mode"] != "table":
        return lay_out_workbook(raw, package, "template" if stamp["mode"] == "template" else "export")
    whole = _apart(raw, package)
    sheet = whole.sheet(stamp["table"])
    columns = tuple(replace(column, title=Text.same(column.name)) for column in sheet.stored)
    sheet = replace(sheet, name=next(iter(book.sheets)), columns=columns, first=2)
    return replace(whole, mode="table", sheets=(sheet,))


def lay_out_return(raw: Sequence[RawPackage], package: RawPackage, year: int, due: Sequence[Due] = ()) -> Layout:
    """The sheet for a year; what is `due` decides about its rows alone."""
    whole = _apart(raw, package)
    lang = package.languages[0]
    name = f"{TITLE[lang]} {year}"
    names, given = whole.sheet(SOURCES), whole.sheet(OBSERVATIONS)
    lists = dict(whole.lists)
    picked = next(column.choices for column in given.columns if column.name == "source")
    lists[picked] = replace(lists[picked], linked=Linked(SOURCES, f"name_{lang}", _ROOM))
    columns = {column.name: column for column in given.columns}
    before = Text(f"{year - 1} 年，或以前", f"{year - 1}, or before")
    columns[LAST_KEY] = replace(columns["value"], name=LAST_KEY, kind="computed", title=before, required=False)
    columns["unit"] = replace(columns["unit"], required=True)
    shown = tuple(columns[each] for each in WIDTHS if each in columns)
    if len(lists[next(c.choices for c in shown if c.name == "series")].names) == 1:
        shown = tuple(column for column in shown if column.name != "series")
    figures = replace(given, name=name, columns=shown, first=_FIRST)
    rows = []
    for each in due:
        key = {"indicator": each.indicator.id, "area": each.area.id, "basis": each.basis, "series": each.series.id}
        filled = {"qualifier": "exact", "status": "final", **key, "unit": (each.last or each.indicator).unit.id}
        rows.append(tuple(filled.get(column.name, "") for column in figures.stored))
    figures = replace(figures, rows=tuple(rows))
    room = ((("",) * len(names.stored)),) * _ROOM
    free = tuple(replace(each, required=each.required and each.name != "id") for each in names.columns)
    sources = replace(names, name=name, columns=free, rows=room, first=_SOURCES_FIRST, last=_SOURCES_FIRST + _ROOM - 1)
    stamp = {**whole.stamp, "mode": "return", "year": str(year), "sheet": name}
    return replace(whole, mode="return", sheets=(sources, figures), lists=lists, stamp=stamp)


def before(due: Due, year: int, lang: Lang, answers: Mapping[Warned, Answer]) -> str:
    """The newest figure before a year, as the sheet shows it: with its own year where that is not the last one, and
    with why there is none for the year, where an office has said so."""
    shown = Text("没有公布过", "never published")[lang]
    if due.last:
        value, told = f"{plain(due.last.value):f}", due.last.period.year
        shown = value if told == year - 1 else Text(f"{value}（{told} 年）", f"{value} ({told})")[lang]
    key = ", ".join((due.indicator.id, due.area.id, str(year), due.basis, due.series.id))
    given = (answer.reason[lang] for of, answer in answers.items() if (of.code, of.row) == (NO_FIGURE, key))
    said = next(given, "")
    return Text(f"{shown}；{year} 年：{said}", f"{shown}; {year}: {said}")[lang] if said else shown


def as_of(book: ReadBook) -> tuple[str, date | None]:
    """What a return says its figures are as of, and the day it means; nothing and None in any other workbook."""
    sheet = book.sheets.get(book.stamp.get("sheet", ""))
    found = read_cell(sheet.cells.get(AS_OF), _DAY, {}).text if sheet else ""
    try:
        return found, date.fromisoformat(found)
    except ValueError:
        return found, None


def missing(package: RawPackage, layout: Layout, rows: Mapping[str, Sequence[SheetRow]]) -> dict[Warned, Answer]:
    """Why there are figures that an office does not have, by the notes of rows without a value; the form names it."""
    year, found = layout.stamp.get("year", ""), dict[Warned, Answer]()
    table = package.table(OBSERVATIONS)
    for _, cells in rows.get(OBSERVATIONS, ()):
        why = Text.read(cells, "note")
        if table and layout.mode == "return" and not cells["value"] and (why.zh or why.en):
            key = (cells["indicator"], cells["area"], year, cells["basis"], cells.get("series", "total"))
            answer = Answer(Text(why.zh or why.en, why.en or why.zh), layout.stamp["sheet"], "")
            found[Warned(NO_FIGURE, table.file, ", ".join(key), "value", "", year)] = answer
    return found


def returned(
    package: RawPackage, layout: Layout, rows: Mapping[str, Sequence[SheetRow]]
) -> dict[str, tuple[SheetRow, ...]]:
    """The rows of the tables that somebody filled in: figures left empty are none, and one source alone is that of all.

    A source without an id gets one from its English name.
    """
    usual = {cells["id"]: cells["unit"] for cells in package.rows("indicators")}
    by_name: dict[str, str] = {}
    sources = []
    for row, cells in rows.get(SOURCES, ()):
        named = {**cells, "id": cells["id"] or slug(cells.get("name_en") or cells.get("name_zh", ""))}
        sources.append(SheetRow(row, named))
        by_name |= {named[name]: named["id"] for name in ("name_zh", "name_en") if named.get(name)}
    only = sources[0].cells["id"] if len(sources) == 1 else ""
    fixed = {"confidence": "official", "series": "total", "period": layout.stamp["year"]}
    figures = []
    for row, cells in rows.get(OBSERVATIONS, ()):
        if cells["value"]:
            source = by_name.get(cells["source"], cells["source"]) or only
            unit = "" if cells["unit"] == usual.get(cells["indicator"]) else cells["unit"]
            figures.append(SheetRow(row, {**fixed, **cells, "source": source, "unit": unit}))
    return {SOURCES: tuple(sources), OBSERVATIONS: tuple(figures)}
