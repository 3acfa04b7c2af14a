"""Change tables as a whole: rows in canonical form, checked before a byte is written, put in place in one step."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import InvalidOperation
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.text import Text
from ipportal.base.writing import swap_in, write_staged
from ipportal.data.packages import RawPackage, RawTable, csv_bytes, table_from
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


@dataclass(frozen=True, slots=True)
class Edits:
    """What a set of new tables changes in a package, row by row."""

    rows: tuple[RowEdit, ...]

    @property
    def added(self) -> tuple[RowEdit, ...]:
        """Rows that were not there before."""
        return tuple(edit for edit in self.rows if edit.old is None)

    @property
    def removed(self) -> tuple[RowEdit, ...]:
        """Rows that are no longer there."""
        return tuple(edit for edit in self.rows if edit.new is None)

    @property
    def changed(self) -> tuple[RowEdit, ...]:
        """Rows whose cells differ."""
        return tuple(edit for edit in self.rows if edit.old is not None and edit.new is not None)


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


def compare_rows(old: RawTable, new: RawTable) -> list[RowEdit]:
    """The rows in which two states of a table differ, in the order of their keys."""
    before = {row_key(new, cells): cells for _, cells in old.records()}
    after = {row_key(new, cells): cells for _, cells in new.records()}
    return [
        RowEdit(new.name, key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def compare_packages(old: RawPackage, new: RawPackage) -> Edits:
    """The rows in which two states of a package differ, in the order of its tables."""
    pairs = ((old.table(table.name), table) for table in new.tables)
    return Edits(tuple(edit for before, after in pairs if before for edit in compare_rows(before, after)))


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
            raise OutputError([_locked(folder, error)]) from error
    return [table.file for table in changed]


def _on_disk(package: RawPackage, table: RawTable) -> bytes | None:
    path = _path(package, table)
    return path.read_bytes() if path.is_file() else None


def _path(package: RawPackage, table: RawTable) -> Path:
    return package.folder / PurePosixPath(table.resource["path"])


def _locked(folder: Path, error: OSError) -> Problem:
    return Problem(
        "edit-unwritable",
        Where(folder.name),
        Text("可以写入的数据文件夹", "a data folder that can be written to"),
        str(error),
        Text(
            "关闭正在打开这些 CSV 的 Excel、WPS 等程序，再试一次；数据没有改动",
            "close Excel, WPS or any program that has these CSV files open and try again; nothing was changed",
        ),
    )
