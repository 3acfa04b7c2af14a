"""Change files of the project: tables as a whole, rows in canonical form; and what front matter says of reviews."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import InvalidOperation
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ipportal.base.errors import OutputError, Where
from ipportal.base.writing import swap_in, write_file, write_staged
from ipportal.data.manuscripts import (
    REVIEWED_BY,
    REVIEWED_ON,
    REVIEWED_TEXT,
    SOURCE_HASH,
    Manuscript,
    translations,
    with_entries,
)
from ipportal.data.packages import RawPackage, RawTable, csv_bytes, differences, table_from
from ipportal.office import CATALOGUE
from ipportal.rules.rows import sort_key
from ipportal.rules.rule import fields_of, key_of

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


def ordered(table: RawTable, rows: Iterable[Cells]) -> list[Cells]:
    """Rows in the order of the files; rows of equal or faulty keys keep the order they come in."""
    known = list(rows)
    try:
        return sorted(known, key=lambda cells: sort_key(table, dict(cells)))
    except (InvalidOperation, TypeError):
        return sorted(known, key=lambda cells: row_key(table, cells))


def with_rows(table: RawTable, rows: Iterable[Cells]) -> RawTable:
    """The table as its file would be with these rows, given in the order of the file."""
    return table_from(table.name, table.file, table.resource, csv_bytes(columns_of(table), rows))


def with_tables(raw: Sequence[RawPackage], name: str, tables: Mapping[str, RawTable]) -> tuple[RawPackage, ...]:
    """The packages with some tables of one package exchanged."""
    return tuple(
        replace(package, tables=tuple(tables.get(table.name, table) for table in package.tables))
        if package.name == name
        else package
        for package in raw
    )


def compare_packages(old: RawPackage, new: RawPackage) -> tuple[RowEdit, ...]:
    """The rows in which two states of a package differ, in the order of its tables and their keys."""
    found = []
    for after in new.tables:
        if before := old.table(after.name):
            rows = ({row_key(after, cells): cells for _, cells in table.records()} for table in (before, after))
            found += [RowEdit(after.name, *each) for each in sorted(differences(*rows), key=itemgetter(0))]
    return tuple(found)


def save(package: RawPackage) -> list[str]:
    """Write the tables of a package that differ from the disk, all of them or none.

    The data folder is copied, changed and swapped in whole, so a stop at any moment leaves a whole state. Returns
    the files written, relative to the portal's root.

    Raises:
        OutputError: the disk or another program does not let go of a file.
    """
    changed = [table for table in package.tables if table.data is not None and _on_disk(package, table) != table.data]
    for folder in sorted({_path(package, table).parent for table in changed}):
        fresh = folder.with_name(f".{folder.name}.importing")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(folder, fresh)
            for table in changed:
                path = _path(package, table)
                if path.parent == folder:
                    write_staged(fresh / path.name, table.data or b"")
            swap_in(fresh, folder)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise OutputError([CATALOGUE.problem("edit-unwritable", Where(folder.name), str(error))]) from error
    return [table.file for table in changed]


def _on_disk(package: RawPackage, table: RawTable) -> bytes | None:
    path = _path(package, table)
    return path.read_bytes() if path.is_file() else None


def _path(package: RawPackage, table: RawTable) -> Path:
    return package.folder / PurePosixPath(table.resource["path"])


def unread(pages: Iterable[Manuscript]) -> list[Manuscript]:
    """Pages nobody reviewed in their present wording."""
    return [page for page in pages if not page.reviewed or str(page.head.get(REVIEWED_TEXT)) != page.fingerprint]


def lagging(pages: Sequence[Manuscript]) -> list[Manuscript]:
    """English pages that do not translate the present Chinese, or do not say what they translate."""
    return [english for english, chinese in translations(pages) if english.head.get(SOURCE_HASH) != chinese.fingerprint]


def record_review(root: Path, pages: Iterable[Manuscript], reviewer: str, day: date) -> list[str]:
    """Note on each page who read its present wording and when. Returns the files written."""
    notes = {REVIEWED_BY: reviewer, REVIEWED_ON: day.isoformat()}
    return [file for page in pages for file in _note(root, page, {**notes, REVIEWED_TEXT: page.fingerprint})]


def record_translation(root: Path, pages: Sequence[Manuscript], chosen: Iterable[Manuscript]) -> list[str]:
    """Note on each chosen page that its English says what the Chinese says now. Returns the files written.

    A Chinese page stands for its translation, so a whole folder of either language may be chosen.
    """
    paths = {page.path for page in chosen}
    return [
        file
        for english, chinese in translations(pages)
        if english.path in paths
        for file in _note(root, english, {SOURCE_HASH: chinese.fingerprint})
    ]


def _note(root: Path, page: Manuscript, entries: Mapping[str, str]) -> list[str]:
    """The file when it had to change, else nothing."""
    text = with_entries(page.text, entries)
    if text == page.text:
        return []
    write_file(root / page.file, text)
    return [page.file]
