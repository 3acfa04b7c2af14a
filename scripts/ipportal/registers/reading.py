"""Exports as offices receive them, read into one table of texts: files of several forms, encodings and column names.

The table `raw` holds the number of the part, the row in it, and the columns that the profile names and lets out, each
under its name there. Nothing else of an export is read.
"""

import codecs
import csv
import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from fnmatch import fnmatch
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile

from ipportal.base.errors import Problem, Where
from ipportal.base.filenames import is_litter
from ipportal.base.writing import write_parts
from ipportal.data.packages import csv_bytes
from ipportal.data.registers import Column, Register
from ipportal.registers.engine import CATALOGUE, Engine, literal, quoted

_CHUNK: Final = 1 << 22
#: In how many rows the names of the columns are looked for: exports put a title above them
_HEAD: Final = 12
_REMOTE: Final = "s3://"
#: What a workbook may come to: bytes when it is unpacked, and cells that a sheet claims to have
_UNPACKED, _CELLS = 1 << 31, 1 << 26
#: What a store of objects may answer: it is not there, lets nobody in, or its address is wrong
NO_ANSWER: Final = (OSError, ValueError, RuntimeError)
_ENCODINGS: Final = ("utf-8-sig", "gb18030", "utf-16")


class Part(NamedTuple):
    """A file, or a sheet of one, as it is read: `label` is how it is told, `names` the export's by the profile's."""

    label: str
    path: Path
    names: dict[str, str]
    #: Names that the profile does not know, or holds back as persons
    left: tuple[str, ...] = ()


class Export(NamedTuple):
    """What has been read: the parts in their order, and a SHA-256 over all their bytes."""

    parts: tuple[Part, ...]
    sha256: str


def source_files(register: Register, root: Path) -> list[Path | str]:
    """The files that a register is read from, in the order of their names; of an object store their addresses.

    Raises:
        One of NO_ANSWER: the store does not answer as one.
    """
    found: list[Path | str] = []
    for pattern in register.sources:
        if pattern.startswith(_REMOTE):
            found += _remote(pattern)
        else:
            found += sorted(path for path in root.glob(pattern) if path.is_file() and not is_litter(path.name))
    return found


def _remote(pattern: str) -> list[str]:
    address, mark, options = pattern.partition("?")
    folder, _, name = address.rpartition("/")
    fs: Any = import_module("pyarrow.fs")
    store, place = fs.FileSystem.from_uri(f"{folder}{mark}{options}")
    there = (info.base_name for info in store.get_file_info(fs.FileSelector(place)) if info.is_file)
    return [f"{folder}/{each}{mark}{options}" for each in sorted(there) if fnmatch(each, name)]


def state(files: Sequence[Path | str]) -> str:
    """What tells whether files are the same as before: places, sizes and times."""
    fs: Any = import_module("pyarrow.fs")
    told = []
    for file in files:
        store, place = fs.FileSystem.from_uri(file) if isinstance(file, str) else (fs.LocalFileSystem(), str(file))
        info = store.get_file_info(place)
        told.append(f"{file} {info.size} {info.mtime_ns}")
    return "\n".join(told)


def read(engine: Engine, register: Register, root: Path, folder: Path) -> tuple[Export, list[Problem]]:
    """Read every file into the table `raw`, and tell what cannot be read; `folder` holds what is written on the way."""
    columns = register.published
    cells = ", ".join(f"{quoted(column.name)} VARCHAR" for column in columns)
    engine.sql(f"CREATE TABLE raw (part USMALLINT, row INTEGER, {cells})")
    files = source_files(register, root)
    if not files:
        where = Where(register.file, column=f"{register.name} › source")
        return Export((), ""), [CATALOGUE.problem("register-file", where, ", ".join(register.sources))]
    parts: list[Part] = []
    problems: list[Problem] = []
    total = hashlib.sha256()
    for number, file in enumerate(files):
        label = _label(file, root)
        try:
            before = state([file])
            path = _fetched(file, folder / f"{number}") if isinstance(file, str) else file
        except NO_ANSWER as error:
            problems.append(unreached(Where(label), error))
            continue
        total.update(_sum(path))
        try:
            for name, plain in _plain(path, folder / f"{number}-plain"):
                found = _insert(engine, register, len(parts), f"{label}!{name}" if name else label, plain)
                problems += found[1]
                parts += found[0]
        except (engine.error, OSError, ValueError, KeyError, SyntaxError, BadZipFile) as error:
            problems.append(CATALOGUE.problem("register-file", Where(label), str(error).splitlines()[0], "broken"))
        with suppress(*NO_ANSWER):  # a store that has gone meanwhile had given the whole file
            if state([file]) != before:
                problems.append(CATALOGUE.problem("register-changed", Where(label)))
    return Export(tuple(parts), total.hexdigest()), problems


def unreached(where: Where, error: Exception) -> Problem:
    """What is said of a store of objects that does not give what is asked for."""
    return CATALOGUE.problem("register-file", where, str(error).partition("\n")[0][:200], "remote")


def _label(file: Path | str, root: Path) -> str:
    if isinstance(file, str):  # without keys and options
        parts = urlsplit(file)
        return f"{_REMOTE}{parts.netloc.rpartition('@')[2]}{parts.path}"
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


def _fetched(address: str, folder: Path) -> Path:
    fs: Any = import_module("pyarrow.fs")
    store, place = fs.FileSystem.from_uri(address)
    target = folder / Path(place).name
    folder.mkdir(parents=True, exist_ok=True)
    fs.copy_files(place, str(target), source_filesystem=store, destination_filesystem=fs.LocalFileSystem())
    return target


def _sum(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _plain(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """The file as Parquet or as CSV in UTF-8, by sheet: as it is, or written anew.

    Raises:
        ValueError: it is text in no known encoding, or a workbook out of all measure.
    """
    if path.suffix.lower() == ".parquet":
        yield "", path
        return
    folder.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        with ZipFile(path) as archive:
            if (size := sum(entry.file_size for entry in archive.infolist())) > _UNPACKED:
                raise ValueError(f"{size >> 20:,} MB")
        openpyxl: Any = import_module("openpyxl")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for number, sheet in enumerate(book.worksheets):
            if (cells := (sheet.max_row or 0) * (sheet.max_column or 0)) > _CELLS:
                raise ValueError(f"{sheet.title}: {cells:,} cells")
            target = folder / f"{number}.csv"
            rows = ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
            write_parts(target, (csv_bytes(row, ()) for row in rows))
            if target.stat().st_size:
                yield sheet.title, target
        return
    encoding = _encoding(path)
    if encoding == _ENCODINGS[0]:
        yield "", path
        return
    target = folder / "text.csv"
    with path.open(encoding=encoding, newline="") as file:
        write_parts(target, iter(partial(file.read, _CHUNK), ""))
    yield "", target


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _encoding(path: Path) -> str:
    """The first encoding in which every byte of a file is text.

    Raises:
        ValueError: there is none; it says at which byte UTF-8 breaks off.
    """
    first = ""
    with path.open("rb") as file:
        begin = file.read(2)
    for encoding in _ENCODINGS[2:] if begin in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else _ENCODINGS[:2]:
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                    line += chunk.count(b"\n")
                decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError as error:
            line += chunk[: error.start].count(b"\n")
            first = first or f"{line}: {error.object[error.start : error.start + 4].hex(' ')}"
    raise ValueError(first)


def same(name: str) -> str:
    """A name of a column as it is compared: half width, small letters, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _matched(columns: Sequence[Column], header: Sequence[str]) -> dict[str, int]:
    """Where each column of the profile stands in a header, by the first of its names that is there."""
    places = {same(name): place for place, name in reversed(list(enumerate(header)))}
    found = {}
    for column in columns:
        names = (same(name) for name in (*column.names, column.name, column.title.zh, column.title.en))
        if (place := next((places[name] for name in names if name in places), None)) is not None:
            found[column.name] = place
    return found


def _insert(
    engine: Engine, register: Register, number: int, label: str, path: Path
) -> tuple[list[Part], list[Problem]]:
    """Add the rows of one part to the table."""
    parquet = path.suffix.lower() == ".parquet"
    if parquet:
        described = engine.sql(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})")
        header, skipped, mark = [row[0] for row in described], 0, ","
    else:
        header, skipped, mark = _header(register, path)
    found = _matched(register.columns, header)
    missing = [column for column in register.published if column.required and column.name not in found]
    if missing:
        lacking = partial(CATALOGUE.problem, "register-column", Where(label), ", ".join(filter(None, header))[:80])
        return [], [lacking(names=each.names[:4]) for each in missing]
    cells = []
    for column in register.published:
        place = found.get(column.name)
        name = None if place is None else quoted(header[place]) if parquet else f"c{place}"
        cells.append(f"coalesce(CAST({name} AS VARCHAR), '')" if name else "''")
    if parquet:
        source, row = f"read_parquet({literal(path)}, file_row_number=true)", "file_row_number + 1"
    else:
        names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header)))
        options = f"delim={literal(mark)}, header=true, skip={skipped}, columns={{{names}}}, auto_detect=false"
        source = f"read_csv({literal(path)}, {options}, quote='\"', escape='\"', strict_mode=true, store_rejects=true)"
        row = f"{skipped + 1} + row_number() OVER ()"
    engine.sql(f"INSERT INTO raw SELECT {number}, {row}, {', '.join(cells)} FROM {source}")
    kept = {column.name: place for column in register.published if (place := found.get(column.name)) is not None}
    left = tuple(name for place, name in enumerate(header) if name and place not in kept.values())
    part = Part(label, path, {name: header[place] for name, place in kept.items()}, left)
    return [part], [] if parquet else list(_rejected(engine, label))


def _header(register: Register, path: Path) -> tuple[list[str], int, str]:
    """The names of the columns of a CSV, the lines above them, and what stands between cells."""
    best: tuple[list[str], int, str] = ([], 0, ",")
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = list(islice(file, _HEAD))
    for mark in (",", "\t", ";"):
        reader = csv.reader(head, delimiter=mark)
        above = 0
        for cells in reader:
            if len(_matched(register.columns, cells)) > len(_matched(register.columns, best[0])):
                best = (cells, above, mark)
            above = reader.line_num
    return best


def _rejected(engine: Engine, label: str) -> Iterator[Problem]:
    """Rows that have not the cells of the others."""
    found = engine.sql("SELECT line, error_type, csv_line FROM reject_errors ORDER BY line LIMIT 100")
    for line, _, text in found:
        yield CATALOGUE.problem("register-row", Where(label, line), str(text)[:80])
    engine.sql("DROP TABLE IF EXISTS reject_errors")
    engine.sql("DROP TABLE IF EXISTS reject_scans")
