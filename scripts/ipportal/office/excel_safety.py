"""Look at a file before openpyxl opens it: only small, plain XLSX archives pass.

Sizes are those the archive declares; `zipfile` never unpacks more than is declared, so memory stays bounded.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from xml.parsers import expat

from openpyxl.utils import range_boundaries

from ipportal.base.errors import Problem, Where
from ipportal.office import CATALOGUE

FILE_LIMIT: Final = 20_000_000
UNPACKED_LIMIT: Final = 60_000_000
PART_LIMIT: Final = 2_000
CELL_LIMIT: Final = 400_000
_MB: Final = 1_000_000

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MEDIA: Final = (".bin", ".bmp", ".emf", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".wmf")
_MACRO: Final = re.compile(r"xl/(vbaProject\w*\.bin|macrosheets/.*|dialogsheets/.*)", re.IGNORECASE)
#: Entities can grow without bound; no spreadsheet program writes them
_ENTITY: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
#: The size of a sheet
_COLUMNS, _ROWS = 16_384, 1_048_576


def unsafe(data: bytes, where: Where) -> Iterator[Problem]:
    """Why a file is not opened at all; nothing when it may be."""
    if len(data) > FILE_LIMIT:
        yield CATALOGUE.problem("workbook-too-big", where, f"{len(data) / _MB:.1f} MB", limit=FILE_LIMIT // _MB)
    elif data.startswith(_OLE) and _ENCRYPTED in data:
        yield CATALOGUE.problem("workbook-password", where, "EncryptedPackage")
    elif data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from _parts(archive, where)
        except Exception as error:  # zipfile passes on what the methods of compression run into
            yield CATALOGUE.problem("workbook-broken", where, str(error) or type(error).__name__)
    else:
        yield CATALOGUE.problem("workbook-not-xlsx", where, ".xls" if data.startswith(_OLE) else _beginning(data))


def _beginning(data: bytes) -> str:
    """The first characters of a file that is no archive, in the encoding they are written in."""
    start = data[:48]
    for encoding in ("utf-8-sig", "gb18030"):
        text = start.decode(encoding, errors="ignore")
        if len(text.encode(encoding)) > len(start) - 4:
            return text[:24]
    return start[:8].hex(" ")


def _parts(archive: zipfile.ZipFile, where: Where) -> Iterator[Problem]:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    names = {entry.filename for entry in entries}
    macros = sorted(name for name in names if _MACRO.fullmatch(name))
    if size > UNPACKED_LIMIT or len(entries) > PART_LIMIT:
        found, limit = f"{size / _MB:.0f} MB, {len(entries)} parts", UNPACKED_LIMIT // _MB
        yield CATALOGUE.problem("workbook-too-big", where, found, "unpacked", limit=limit)
    elif {"mimetype", "content.xml", "META-INF/manifest.xml"} <= names and b"spreadsheet" in archive.read("mimetype"):
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            yield CATALOGUE.problem("workbook-macros", where, "Basic")
        elif b"encryption-data" in archive.read("META-INF/manifest.xml"):
            yield CATALOGUE.problem("workbook-password", where, "encryption-data")
        else:
            yield from _content(archive, [archive.getinfo("content.xml")], where)
    elif "xl/workbook.xml" not in names:
        yield CATALOGUE.problem("workbook-not-xlsx", where, ", ".join(sorted(names)[:3]))
    elif macros or b"macroEnabled" in archive.read("[Content_Types].xml"):
        yield CATALOGUE.problem("workbook-macros", where, ", ".join(macros[:3]) or "macroEnabled")
    else:
        yield from _content(archive, entries, where)


def _content(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], where: Where) -> Iterator[Problem]:
    cells = 0
    for entry in entries:
        content = archive.read(entry)
        if _is_tricky(content, is_text=not entry.filename.lower().endswith(_MEDIA)):
            yield CATALOGUE.problem("workbook-entity", where, entry.filename)
            return
        cells += _claimed(content)
    if cells > CELL_LIMIT:
        yield CATALOGUE.problem("workbook-too-big", where, str(cells), "cells", limit=CELL_LIMIT)


def _is_tricky(content: bytes, *, is_text: bool) -> bool:
    """True for entities, and for encodings in which they could hide."""
    if not is_text and content.lstrip()[:1] != b"<":
        return bool(_ENTITY.search(content))
    declared = _ENCODING.match(content)
    foreign = declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    try:
        return bool(foreign or "\0" in content.decode() or _ENTITY.search(content))
    except UnicodeDecodeError:
        return True


def _claimed(content: bytes) -> int:
    """How many cells a part asks for: those it holds and those it merges.

    Raises:
        ValueError: a row or column lies outside every sheet.
    """
    cells, rows = 0, 1

    def started(name: str, given: dict[str, str]) -> None:
        nonlocal cells, rows
        given = {name.rpartition("}")[2]: value for name, value in given.items()}
        match name.rpartition("}")[2]:
            case "mergeCell":
                left, top, right, bottom = (edge or 0 for edge in range_boundaries(given.get("ref", "")))
                cells += (right - left + 1) * (bottom - top + 1)
            case "col" if not 1 <= int(given.get("min", 1)) <= int(given.get("max", 1)) <= _COLUMNS:
                raise ValueError(f"col {given}")
            case "row" if not 1 <= int(given.get("r", 1)) <= _ROWS:
                raise ValueError(f"row {given}")
            case "c":
                cells += 1
            case "table-row":
                rows = int(given.get("number-rows-repeated", 1))
            case "table-cell" if {"value-type", "formula"} & given.keys():
                cells += rows * int(given.get("number-columns-repeated", 1))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = started
    with suppress(expat.ExpatError):  # openpyxl will tell whether it needs this part
        parser.Parse(content, True)
    return cells
