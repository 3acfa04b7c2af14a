"""Change files of the project: tables as a whole, new rows from a few answers, what front matter says of reviews."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from ipportal.base import Frozen
from ipportal.base.errors import OutputError, Where, catalogue_file
from ipportal.base.journal import Edits
from ipportal.base.text import Text
from ipportal.data import manuscripts
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import IndicatorGroup
from ipportal.data.packages import RawPackage, RawTable, csv_bytes, differences
from ipportal.data.settings import Settings
from ipportal.office import CATALOGUE
from ipportal.office.excel_reader import ReadCell
from ipportal.office.layout import Column, lay_out_workbook
from ipportal.office.reading import read_cell
from ipportal.rules.rows import sort_keys
from ipportal.rules.rule import fields_of, key_of

#: What can be made → the tables of one package that get a row, in the order of the questions
KINDS: Final[Mapping[str, Sequence[str]]] = catalogue_file("ipportal.office", "filling")["kinds"]
#: Groups of indicators that need a target and a page
_PROMISES: Final = (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT)
_USUAL: Final[Mapping[str, str]] = catalogue_file("ipportal.office", "filling")["usual"]
#: Required columns asked for although they are optional in the table
_WANTED: Final = frozenset({("targets", "minimum"), ("case_statistics", "value")})
#: Columns that can be worked out from others and are asked after them
_LATE: Final = ("id", "order")
_AS_OF: Final = re.compile(rb"^as_of *= *\d{4}-\d\d-\d\d", re.MULTILINE)

Answers = Mapping[str, str]
Cells = Mapping[str, str]
Key = tuple[str, ...]


class RowEdit(NamedTuple):
    """A row that differs: `old` is None for a new row, `new` is None for one that is gone."""

    table: str
    key: Key
    old: Cells | None
    new: Cells | None

    @property
    def sign(self) -> str:
        """+ for new, - for gone, ~ for changed."""
        return "+" if self.old is None else "-" if self.new is None else "~"


def columns_of(table: RawTable) -> tuple[str, ...]:
    """The columns a table is described with, in their order."""
    return tuple(field["name"] for field in fields_of(table))


def row_key(table: RawTable, cells: Cells) -> Key:
    """What names a row: its primary key, or the whole row where a table has none."""
    return tuple(cells.get(column, "") for column in key_of(table) or columns_of(table))


def keyed(table: RawTable, rows: Iterable[Cells]) -> dict[Key, Cells]:
    """Rows by what names them."""
    return {row_key(table, cells): cells for cells in rows}


def ordered(table: RawTable, rows: Iterable[Cells]) -> list[Cells]:
    """Rows in the order of the files; rows of equal or faulty keys keep the order they come in."""
    known = list(rows)
    try:
        keys = list(sort_keys(table, map(dict, known)))
        return [known[place] for place in sorted(range(len(known)), key=keys.__getitem__)]
    except (ValueError, TypeError):
        return sorted(known, key=lambda cells: row_key(table, cells))


def with_rows(table: RawTable, rows: Iterable[Cells]) -> RawTable:
    """The table as its file would be with these rows, given in the order of the file."""
    return table.holding(csv_bytes(columns_of(table), rows))


def with_tables(raw: Sequence[RawPackage], name: str, tables: Mapping[str, RawTable]) -> tuple[RawPackage, ...]:
    """The packages with some tables of one package exchanged."""
    known = {(name, table): changed for table, changed in tables.items()}
    return tuple(
        replace(each, tables=tuple(known.get((each.name, table.name), table) for table in each.tables)) for each in raw
    )


def with_files(raw: Iterable[RawPackage], files: Mapping[str, bytes]) -> tuple[RawPackage, ...]:
    """The packages with other bytes in the files of some tables."""

    def tables(package: RawPackage) -> Iterator[RawTable]:
        return (table.holding(files[table.file]) if table.file in files else table for table in package.tables)

    return tuple(replace(package, tables=tuple(tables(package))) for package in raw)


def compare_packages(old: RawPackage, new: RawPackage) -> tuple[RowEdit, ...]:
    """The rows in which two states of a package differ, in the order of its tables and their keys."""
    found = []
    for after in (each for each in new.tables if old.table(each.name)):
        rows = (keyed(after, package.rows(after.name)) for package in (old, new))
        found += [RowEdit(after.name, *each) for each in sorted(differences(*rows), key=itemgetter(0))]
    return tuple(found)


def table_edits(before: RawPackage, after: RawPackage) -> Edits:
    """The files of the tables in which two states of a package differ."""
    read = {table.file: table.data for table in before.tables}
    return {table.file: (read.get(table.file), table.data) for table in after.tables if table.data is not None}


def as_of_edits(root: Path, day: date) -> Edits:
    """The settings with another day that the data are as of."""
    before = (root / SETTINGS).read_bytes()
    return {SETTINGS: (before, _AS_OF.sub(f"as_of = {day}".encode(), before, count=1))}


def unread(pages: Iterable[Manuscript]) -> list[Manuscript]:
    """Pages nobody reviewed in their present wording."""
    text = manuscripts.REVIEWED_TEXT
    return [page for page in pages if not page.reviewed or str(page.head.get(text)) != page.fingerprint]


def lagging(pages: Sequence[Manuscript]) -> list[Manuscript]:
    """English pages that do not translate the present Chinese, or do not say what they translate."""
    pairs = manuscripts.translations(pages)
    return [english for english, chinese in pairs if english.head.get(manuscripts.SOURCE_HASH) != chinese.fingerprint]


def reviewed(pages: Iterable[Manuscript], reviewer: str, day: date) -> Edits:
    """Each page with a note of who read its present wording and when."""
    notes = {manuscripts.REVIEWED_BY: reviewer, manuscripts.REVIEWED_ON: day.isoformat()}
    return dict(_noted(page, {**notes, manuscripts.REVIEWED_TEXT: page.fingerprint}) for page in pages)


def translated(pages: Sequence[Manuscript], chosen: Iterable[Manuscript]) -> Edits:
    """Each chosen page with a note that its English says what the Chinese says now.

    A Chinese page stands for its translation, so a whole folder of either language may be chosen.
    """
    paths = {page.path for page in chosen}
    return dict(
        _noted(english, {manuscripts.SOURCE_HASH: chinese.fingerprint})
        for english, chinese in manuscripts.translations(pages)
        if english.path in paths
    )


def _noted(page: Manuscript, entries: Mapping[str, str]) -> tuple[str, tuple[bytes, bytes]]:
    return page.file, (page.text.encode(), manuscripts.with_entries(page.text, entries).encode())


class Question(Frozen):
    """One thing to ask. `name` is `table.column`; `usual` stands for an empty line; `choices` are id → name."""

    name: str
    column: Column
    usual: str
    choices: Mapping[str, str]


def questions(raw: Sequence[RawPackage], settings: Settings, kind: str, *, optional: bool) -> list[Question]:
    """Everything to ask for a kind, required columns first; optional ones only when wanted."""
    package, tables = place_of(raw, kind)
    layout = lay_out_workbook(raw, package, "template")
    found = []
    for name in tables:
        for column in sorted(layout.sheet(name).stored, key=lambda each: each.name in _LATE):
            if column.required or optional or (name, column.name) in _WANTED:
                picks, usual = layout.lists.get(column.choices), usual_of(raw, settings, package, name, column)
                found.append(Question(f"{name}.{column.name}", column, usual, picks.names if picks else {}))
    return found


def applies(question: Question, answers: Answers) -> bool:
    """False for questions earlier answers have settled: only promises have targets."""
    promised = question.name != "targets.indicator" and answers.get("indicators.group") in _PROMISES
    return promised or not question.name.startswith("targets.")


def usual(question: Question, answers: Answers) -> str:
    """The answer an empty line stands for, given the answers before it; empty where there is none."""
    table, _, column = question.name.partition(".")
    if table == "targets" and column == "id":
        return f"{answers.get('indicators.id', '')}-{answers.get('targets.year', '')}"
    if column == "id" and not question.usual:
        return slug(answers.get(f"{table}.name_en", answers.get(f"{table}.title_en", "")))
    if column.startswith("short_"):
        return answers.get(f"{table}.name_{column[-2:]}", "")
    return question.usual


def slug(text: str) -> str:
    """An id from English words: `PCT filings, 2026` → `pct-filings-2026`."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def understood(question: Question, answer: str) -> tuple[str, Text | None]:
    """The text of the CSV for an answer, and why it cannot be taken. Tidied as in a workbook."""
    names = {value: frozenset({name}) for value, name in question.choices.items()}
    if answer.isdigit() and question.choices and answer not in names and 0 < int(answer) <= len(question.choices):
        return list(names)[int(answer) - 1], None
    reading = read_cell(ReadCell(answer, "", "@"), question.column, names)
    if reading.refusal:
        return "", reading.refusal.hint
    if question.choices and reading.text and reading.text not in names:
        return "", Text("写列出的编号、序号或全名", "give a listed id, its number or its full name")
    return reading.text, None


def with_answers(raw: Sequence[RawPackage], kind: str, answers: Answers) -> tuple[RawPackage, ...]:
    """The packages with the new rows in their places."""
    package, tables = place_of(raw, kind)
    changed: dict[str, RawTable] = {}
    for table in (each for each in package.tables if each.name in tables):
        told = {key.partition(".")[2]: text for key, text in answers.items() if key.startswith(f"{table.name}.")}
        cells = told | ({"indicator": answers["indicators.id"]} if table.name == "targets" else {})
        if told:
            changed[table.name] = with_rows(table, ordered(table, [*package.rows(table.name), cells]))
    return with_tables(raw, package.name, changed)


def place_of(raw: Sequence[RawPackage], kind: str) -> tuple[RawPackage, Sequence[str]]:
    """The package and its tables that get a row for what is made.

    Raises:
        OutputError: no package has these tables.
    """
    tables = KINDS[kind]
    package = next((each for each in raw if all(each.table(table) for table in tables)), None)
    if package is None:
        raise OutputError([CATALOGUE.problem("new-package", Where("datapackages"), kind, tables=", ".join(tables))])
    return package, tables


def usual_of(raw: Sequence[RawPackage], settings: Settings, package: RawPackage, table: str, column: Column) -> str:
    """What most rows hold in a column; empty where there is no such thing."""
    if column.name == "order":
        orders = [cells["order"] for cells in package.rows(table)]
        return str(max((int(order) for order in orders if order.isdigit()), default=0) + 1)
    if column.name == "area":
        return zone_of(raw)
    plan = settings.plan
    known = {"plan": plan.id, "year": str(plan.last_year), "basis": plan.basis} if table == "targets" else {}
    return known.get(column.name) or _USUAL.get(f"{table}.{column.name}", _USUAL.get(column.name, ""))


def zone_of(raw: Sequence[RawPackage]) -> str:
    """The id of the portal's own area; empty where none is marked as such."""
    rows = next((package.rows("areas") for package in raw if package.table("areas")), [])
    return next((cells["id"] for cells in rows if cells.get("level") == "zone"), "")
