"""What an editing workbook looks like: sheets, columns and pick lists as plain data, without any file format."""

import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from openpyxl.utils import get_column_letter

from ipportal.base import Frozen
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.packages import RawPackage, RawTable, categories_of
from ipportal.files.package_workbook import text_width
from ipportal.rules.rule import fields_of, key_of
from ipportal.rules.schema import fitting, links_of

Kind = Literal["text", "number", "integer", "choice", "period", "date", "id", "computed"]
#: All rows; none, for new ones only; the figures due for a year; one table as its CSV
Mode = Literal["export", "template", "return", "table"]

#: Rows of a sheet: titles, the hidden column names, how to fill in, what it means; then the data
TITLE_ROW, KEY_ROW, HOW_ROW, MEANING_ROW, FIRST_ROW = range(1, 6)

#: Between the name and the id of a choice
BETWEEN: Final = " | "
#: Rows beyond the existing ones that drop-downs and computed columns are ready for
SPARE: Final = 300
#: Excel's own limit for the name of a sheet
SHEET_NAME: Final = 31

README: Final = Text("使用说明", "Read me")
LISTS: Final = Text("选项", "Pick lists")
STAMP: Final = "_ipportal"
#: Every row as exported, so that an import can tell what was changed, by whom
BASE: Final = "_rows"
PROBLEMS: Final = Text("问题清单", "Problem list")
#: Every name a list of problems may have been given, the last one by earlier versions; then those of all own sheets
PROBLEM_LISTS: Final = (PROBLEMS.zh, PROBLEMS.en, "问题清单 Problems")
#: The sheet of warnings, where they can be answered
QUESTIONS: Final = Text("提醒", "Warnings")
OWN: Final = (README.zh, README.en, README.among(LANGS, " "), README.among(LANGS[::-1], " "), LISTS.zh, LISTS.en)
#: Raise it when the layout changes so that an older workbook can no longer be read
LAYOUT_VERSION: Final = "2"

_NAMES: Final = ("name", "title", "term", "subject")
#: Texts wider than this many letters make a column of running text
_LONG: Final = 24
_UNIT_TITLE: Final = Text("单位（自动显示）", "Unit (shown by itself)")
#: Key of the computed column; no column of a table can be called so
UNIT_KEY: Final = "(unit)"


class Linked(Frozen):
    """Entries read from a sheet of the same workbook, so that rows added there can be picked at once."""

    table: str
    name_column: str
    count: int


class PickList(Frozen):
    """The entries of a drop-down: the sheet shows name and id, the CSV stores the id.

    Attributes:
        names: id → name of every entry there is.
        fixed: the ids that are written out, before those that follow a sheet.
        units: id → the unit of what it names.
        shorts: id → its short name, which is understood as well.
    """

    key: str
    title: Text
    names: Mapping[str, str]
    fixed: tuple[str, ...]
    linked: Linked | None = None
    units: Mapping[str, str] | None = None
    shorts: Mapping[str, str] | None = None

    def label(self, value: str) -> str:
        """What the cell shows."""
        return f"{self.names[value]}{BETWEEN}{value}" if value in self.names else value


class Column(Frozen):
    """One column of a sheet.

    `choices` is the key of its pick list; `limits` are those of the schema; `long` columns hold running text.
    """

    name: str
    kind: Kind
    title: Text
    description: Text
    required: bool
    example: str = ""
    choices: str = ""
    limits: Mapping[str, Any] | None = None
    long: bool = False


class Sheet(Frozen):
    """One table as a sheet. `rows` hold the texts of the CSV, one per column, computed columns left out.

    In a form several tables stand below each other on one sheet: the rows of each begin at `first` and end with `last`.
    """

    table: str
    name: str
    title: Text
    description: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lookup: bool
    languages: tuple[Lang, ...] = LANGS
    first: int = FIRST_ROW
    last: int | None = None

    @property
    def span(self) -> range:
        """Where its rows may stand."""
        return range(self.first, (self.last or sys.maxsize) + 1)

    def row(self, of: int) -> int:
        """Where what stands in a head row of a sheet of its own, such as `KEY_ROW`, stands here."""
        return max(self.first - FIRST_ROW + of, 1)

    def head(self, column: Column) -> str:
        """What stands above a column: its title in the portal's main language."""
        return column.title[self.languages[0]]

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that a table has; the others are computed in the sheet."""
        return tuple(column for column in self.columns if column.kind != "computed")

    def letter(self, column: str) -> str:
        """The letter Excel shows above a column."""
        return get_column_letter([each.name for each in self.columns].index(column) + 1)


class Layout(Frozen):
    """A whole workbook, ready to be written."""

    package: str
    title: Text
    mode: Mode
    sheets: tuple[Sheet, ...]
    lists: Mapping[str, PickList]
    stamp: Mapping[str, str]
    spare: int
    languages: tuple[Lang, ...] = LANGS

    def sheet(self, table: str) -> Sheet:
        """The sheet of a table."""
        return next(sheet for sheet in self.sheets if sheet.table == table)


def lay_out_workbook(raw: Sequence[RawPackage], package: RawPackage, mode: Mode, spare: int = SPARE) -> Layout:
    """Lay out a package for editing: with its rows, or (template) empty for new rows only.

    `spare` is the number of rows beyond the existing ones that drop-downs and computed columns are ready for.
    """
    maker, descriptor = _Maker(raw, package, mode, spare), package.descriptor or {}
    sheets = tuple(sorted(map(maker.sheet, package.tables), key=lambda sheet: sheet.lookup))
    stamp = {"layout": LAYOUT_VERSION, "package": package.name, "mode": mode}
    stamp |= {"version": str(descriptor.get("version", "")), "schema": schema_mark(package)}
    return Layout(package.name, _pair(descriptor, "title"), mode, sheets, maker.lists, stamp, spare, package.languages)


def exported(layout: Layout, when: datetime) -> Layout:
    """The layout with the local time at which it is written, which tells people apart who change the same cell."""
    return replace(layout, stamp={**layout.stamp, "exported": when.isoformat(" ", "minutes")})


def schema_mark(package: RawPackage) -> str:
    """A short mark of the tables' structure: it changes when columns, types, codes or keys change."""
    structure = []
    for table in package.tables:
        limits = [(field, sorted(map(str, field.get("constraints", {}).items()))) for field in fields_of(table)]
        fields = [[field["name"], field.get("type"), field.get("title"), limit] for field, limit in limits]
        structure.append([table.name, table.resource.get("title"), key_of(table), *fields])
    return hashlib.sha256(json.dumps(structure, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


class _Maker:
    """Makes the sheets of a package; `lists` gathers the pick lists their columns need."""

    def __init__(self, raw: Sequence[RawPackage], package: RawPackage, mode: Mode, spare: int) -> None:
        self.raw, self.package, self.mode, self.spare = raw, package, mode, spare
        self.lists: dict[str, PickList] = {}
        links = ((table, link) for table in package.tables for link in links_of(table) if not link.package)
        self.lookups = {link.table for table, link in links if link.table != table.name}

    def sheet(self, table: RawTable) -> Sheet:
        """A table as a sheet, with a computed column where rows may leave their unit to the indicator."""
        columns = [self._column(table, field) for field in fields_of(table)]
        names = [column.name for column in columns]
        rows = [tuple(cells.get(name, "") for name in names) for _, cells in table.records()]
        picks = self.lists.get(next((column.choices for column in columns if column.name == "indicator"), ""))
        place = names.index("unit") if "unit" in names else None
        if place is not None and not columns[place].required and picks and picks.units is not None:
            shown = Text("由指标和单位两栏自动得出，不用填。", "Follows from indicator and unit; nothing to fill in.")
            columns.insert(place + 1, Column(UNIT_KEY, "computed", _UNIT_TITLE, shown, False, choices=picks.key))
        title, description = _pair(table.resource, "title"), _pair(table.resource, "description")
        name = re.sub(r"[\[\]:*?/\\]", " ", title[self.package.languages[0]])[:SHEET_NAME]
        kept = tuple(rows) if self.mode == "export" else ()
        lookup, languages = table.name in self.lookups, self.package.languages
        return Sheet(table.name, name, title, description, tuple(columns), kept, lookup, languages)

    def _column(self, table: RawTable, field: Mapping[str, Any]) -> Column:
        constraints = field.get("constraints", {})
        if choices := self._choices(table, field):
            self.lists.setdefault(choices.key, choices)
        return Column(
            name=field["name"],
            kind="choice" if choices else _kind(field),
            title=_pair(field, "title"),
            description=self._titled(_pair(field, "description")),
            required=bool(constraints.get("required")),
            example=str(field.get("example", "")),
            choices=choices.key if choices else "",
            long=max((text_width(cells.get(field["name"], "")) for _, cells in table.records()), default=0) > _LONG,
            limits={key: constraints[key] for key in ("minimum", "maximum", "exclusiveMinimum") if key in constraints},
        )

    def _titled(self, description: Text) -> Text:
        """The description with the titles of sheets for the names of tables, which nobody sees in the workbook."""
        zh = description.zh
        for table in self.package.tables:
            title = f"“{table.resource.get('title')}”表"
            for form, told in (("中的来源编号", "里的一项"), ("中的编号", "里的一项"), ("", "")):
                zh = zh.replace(f"{table.name} 表{form}", title + told)
        return Text(zh, description.en)

    def _choices(self, table: RawTable, field: Mapping[str, Any]) -> PickList | None:
        """The entries of a column: its codes, or the rows it refers to in its own package or another."""
        name, title = field["name"], _pair(field, "title")
        main = self.package.languages[0]
        told = ({"label": code["value"]} | dict(code) for code in categories_of(field))
        labels = {str(code["value"]): Text.read(code, "label")[main] for code in told}
        if codes := field.get("constraints", {}).get("enum") or list(labels):
            names = {str(code): labels.get(str(code), str(code)) for code in codes}
            return PickList(f"{table.name}.{name}", title, names, tuple(names))
        link = next((link for link in links_of(table) if link.columns == (name,)), None)
        name_of_package = link.package or self.package.name if link else ""
        package = next((each for each in self.raw if each.name == name_of_package), None)
        found = package.table(link.table) if link and package else None
        return self._rows_list(package, found) if package and found else None

    def _rows_list(self, package: RawPackage, table: RawTable) -> PickList:
        """The rows of a table as choices. In the sheet's own package they follow the sheet."""
        name_column = name_column_of(table, package.languages)
        rows = [cells for _, cells in table.records()]
        names = {cells.get("id", ""): cells.get(name_column, "") for cells in rows}
        key, title = f"{package.name}/{table.name}", _pair(table.resource, "title")
        shorts = {cells.get("id", ""): cells.get(f"short_{package.languages[0]}", "") for cells in rows}
        if package is not self.package:
            return PickList(key, title, names, tuple(names), shorts=shorts)
        follows = self.mode == "export"
        linked = Linked(table.name, name_column, len(rows) * follows + self.spare)
        units = _unit_names(package, rows) if any(field["name"] == "unit" for field in fields_of(table)) else None
        return PickList(key, title, names, () if follows else tuple(names), linked, units, shorts)


def _kind(field: Mapping[str, Any]) -> Kind:
    """The kind of a column, told by its type and by what its pattern accepts."""
    if field.get("type") in ("number", "integer"):
        return "number" if field["type"] == "number" else "integer"
    pattern = field.get("constraints", {}).get("pattern")
    samples: dict[Kind, str] = {"id": "plan-draft", "period": "2021-H1", "date": "2021-03-15"}
    return next((kind for kind, sample in samples.items() if pattern and fitting(pattern, [sample])), "text")


def _unit_names(package: RawPackage, rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Id of a row → name of its unit."""
    units = package.table("units")
    name = name_column_of(units, package.languages) if units else ""
    names = {cells.get("id"): cells.get(name, "") for cells in package.rows("units")}
    return {cells.get("id", ""): names.get(cells.get("unit"), "") for cells in rows}


def name_column_of(table: RawTable, languages: Sequence[Lang]) -> str:
    """The column whose text names a row for people, in the first language it has; the id where there is none."""
    columns = {field["name"] for field in fields_of(table)}
    return next((f"{name}_{lang}" for name in _NAMES for lang in languages if f"{name}_{lang}" in columns), "id")


def _pair(entry: Mapping[str, Any], key: str) -> Text:
    return Text.read({key: ""} | dict(entry), key)
