"""Read package folders as they lie on disk, without judging them."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from ipportal.base import Frozen
from ipportal.base.filenames import is_litter, is_plain
from ipportal.base.text import LANGS, Lang
from ipportal.data.description import Fault, described, read_description

K = TypeVar("K")
V = TypeVar("V")

FOLDER = "datapackages"
#: Where frozen versions lie, each in `<package>/<version>/`
RELEASES: Final = "releases"
DESCRIPTOR = "datapackage.json"
#: What an entry is whose rows are in files that people do not edit; see `registers`
REGISTER: Final = "register"
#: How a column of yes and no is spelled
YES: Final = "yes"
NO: Final = "no"
_YES_NO: Final = ({"value": YES, "label": "是", "label_en": "yes"}, {"value": NO, "label": "否", "label_en": "no"})


class RawRow(Frozen):
    """A line of a CSV as text.

    `line` is the physical line it starts on; there may be more or fewer `cells` than columns.
    """

    line: int
    cells: tuple[str, ...]


class RawTable(Frozen):
    """A table's file as found.

    `data` is None when there is no such file. `header` and `rows` are None when its bytes are no
    UTF-8 text or no CSV. `resource` is the table's entry in the descriptor.
    """

    name: str
    file: str
    resource: Mapping[str, Any]
    data: bytes | None
    header: tuple[str, ...] | None
    rows: tuple[RawRow, ...] | None

    def column(self, name: str) -> int | None:
        """The position of a column, None where the header lacks it."""
        return self.header.index(name) if self.header and name in self.header else None

    def filled(self) -> Iterator[RawRow]:
        """Rows with anything in them, each as wide as the header: missing cells are empty, surplus ones left out."""
        width = len(self.header or ())
        for row in self.rows or ():
            if any(row.cells):
                yield row if len(row.cells) == width else RawRow(row.line, (*row.cells, *("",) * width)[:width])

    def records(self) -> list[tuple[int, dict[str, str]]]:
        """Rows that are filled as (line, column → text)."""
        return [(row.line, dict(zip(self.header or (), row.cells, strict=True))) for row in self.filled()]

    def holding(self, data: bytes) -> "RawTable":
        """The same table with other bytes in its file."""
        return table_from(self.name, self.file, self.resource, data)


class RawPackage(Frozen):
    """A package folder as found.

    `descriptor` is the description completed by the profile; None when it is missing or not of the agreed shape, and
    `faults` then says why.
    """

    name: str
    folder: Path
    file: str
    descriptor: Mapping[str, Any] | None
    faults: tuple[Fault, ...]
    tables: tuple[RawTable, ...]
    #: Of the portal, the main one first
    languages: tuple[Lang, ...] = LANGS
    #: Entries of the description that are registers; they are not among the tables
    registers: tuple[Mapping[str, Any], ...] = ()

    def table(self, name: str) -> RawTable | None:
        """A table by name."""
        return next((t for t in self.tables if t.name == name), None)

    def rows(self, name: str) -> list[dict[str, str]]:
        """The filled rows of a table by name; none where there is no such table."""
        table = self.table(name)
        return [cells for _, cells in table.records()] if table else []


def read_packages(root: Path, languages: Sequence[Lang] = LANGS) -> tuple[RawPackage, ...]:
    """Read every folder below `root`/datapackages, in order of name; what is no plain file is never opened.

    Descriptions are completed in the `languages` of the portal, the main one first.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return ()
    children = [child for child in sorted(folder.iterdir()) if not is_litter(child.name)]
    folders = [child for child in children if child.is_dir() and not child.is_symlink()]
    return tuple(_read_package(child, root, languages) for child in folders)


def _read_package(folder: Path, root: Path, languages: Sequence[Lang]) -> RawPackage:
    path = folder / DESCRIPTOR
    file = path.relative_to(root).as_posix()
    written, faults = read_description(path.read_bytes()) if is_plain(path, folder) else (None, ())
    entries: Sequence[Mapping[str, Any]] = (written or {}).get("resources", ())
    registers = tuple(entry for entry in entries if entry.get("kind") == REGISTER)
    descriptor: Mapping[str, Any] | None = None
    if written is not None:
        tables_alone = [entry for entry in entries if entry not in registers]
        descriptor, faults = described({**written, "resources": tables_alone}, languages)
    tables = []
    for resource in (descriptor or {}).get("resources", ()):
        path = folder / resource["path"]
        data = path.read_bytes() if is_plain(path, folder) else None
        tables.append(table_from(resource["name"], path.relative_to(root).as_posix(), resource, data))
    return RawPackage(folder.name, folder, file, descriptor, faults, tuple(tables), tuple(languages), registers)


def utf8(data: bytes) -> bytes:
    """A CSV as UTF-8: Excel in China saves one in its own encoding."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding).encode()
    return data


def table_from(name: str, file: str, resource: Mapping[str, Any], data: bytes | None) -> RawTable:
    """The table that a file with these bytes would be; None for no file."""
    header: tuple[str, ...] | None = None
    rows: tuple[RawRow, ...] | None = None
    with suppress(UnicodeDecodeError, csv.Error):
        if data is not None:
            first, *rest = _csv_lines(data) or [RawRow(1, ())]
            header, rows = first.cells, tuple(rest)
    return RawTable(name, file, resource, data, header, rows)


def categories_of(field: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The codes of a column with their words; of one of yes and no these two."""
    return _YES_NO if field.get("type") == "boolean" else field.get("categories", ())


def names_of(value: str | Sequence[str]) -> tuple[str, ...]:
    """Column names as the standard writes them: one, or a list."""
    return (value,) if isinstance(value, str) else tuple(value)


def former_names(resource: Mapping[str, Any], known: Collection[str]) -> dict[str, str]:
    """Column as a table has it now → what it is called among the columns `known`; what is not among them is left out.

    A column keeps its name, unless another one that is `formerly` called so has taken its content over.
    """
    fields = resource["schema"]["fields"]
    renamed = {f["name"]: f["formerly"] for f in fields if f["name"] not in known and f.get("formerly") in known}
    same = {f["name"]: f["name"] for f in fields if f["name"] in known and f["name"] not in renamed.values()}
    return same | renamed


def restated(resource: Mapping[str, Any], rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Earlier rows in the columns a table has now: one that is new holds what rows had `before`, or is left out."""
    before = {field["name"]: field["before"] for field in resource["schema"]["fields"] if "before" in field}
    return [before | {now: row[old] for now, old in former_names(resource, row).items()} for row in rows]


def restated_package(old: RawPackage, now: RawPackage) -> RawPackage:
    """An earlier state of a package with its tables in the form they have now; tables that went are left out."""
    tables = []
    for before, after in [(before, after) for after in now.tables if (before := old.table(after.name))]:
        columns = [field["name"] for field in after.resource["schema"]["fields"]]
        data = csv_bytes(columns, restated(after.resource, (row for _, row in before.records())))
        resource = _with_former_codes(after.resource, before.resource)
        tables.append(table_from(before.name, before.file, resource, data))
    return replace(old, tables=tuple(tables))


def _with_former_codes(now: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a table that also knows the codes which only earlier rows use."""
    before = {field["name"]: field.get("categories", ()) for field in old["schema"]["fields"]}
    names = former_names(now, before)
    fields = []
    for field in now["schema"]["fields"]:
        codes = field.get("categories", ())
        known = {code["value"] for code in codes}
        gone = [code for code in before.get(names.get(field["name"], ""), ()) if code["value"] not in known]
        fields.append({**field, "categories": [*codes, *gone]} if codes and gone else field)
    return {**now, "schema": {**now["schema"], "fields": fields}}


def csv_bytes(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as the CSV the packages keep: UTF-8, LF, quotes only where needed. Missing cells are empty."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(column, "") for column in header] for row in rows)
    return sink.getvalue().encode()


def differences(old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[tuple[K, V | None, V | None]]:
    """(key, before, after) of everything that differs, in the order of `new`, what is gone last; None where missing."""
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        if before != after:
            yield key, before, after


def _csv_lines(data: bytes) -> list[RawRow]:
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""))
    rows, line = list[RawRow](), 1
    same: dict[str, str] = {}  # most texts of a table stand in it many times
    for cells in reader:
        rows.append(RawRow(line, tuple(map(same.setdefault, cells, cells))))
        line = reader.line_num + 1
    return rows
