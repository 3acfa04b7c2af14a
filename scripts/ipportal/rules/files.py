"""Are the files there, and can they be read? Everything else waits for the answer."""

import csv
import io
import os
from collections.abc import Iterator
from typing import Final

from ipportal.base.errors import Where
from ipportal.base.filenames import files_below, survey, unholdable
from ipportal.data.configuration import CONFIGS, OVERRIDES
from ipportal.data.description import Fault
from ipportal.data.ledger import FOLDER as RELEASES
from ipportal.data.manuscripts import DOCS, WORDS_FILE
from ipportal.data.packages import DESCRIPTOR, FOLDER, RawPackage, utf8
from ipportal.data.registers import read_registers
from ipportal.rules.rule import Context, Finding, rules, rules_of

#: The folders that people write in, and whose files may reach a reader
SOURCES: Final = (DOCS, FOLDER, RELEASES, OVERRIDES)
_BOM: Final = b"\xef\xbb\xbf"
_MAGIC: Final = (
    (b"PK\x03\x04", "Excel .xlsx"),
    (b"\xd0\xcf\x11\xe0", "Excel .xls"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def encoding_of(data: bytes) -> str:
    """Name the encoding bytes seem to be in when they are not UTF-8 text; empty when they are."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if b"\0" in data[:200]:
        return "UTF-16"
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd") if text.encode() != data else 0
    # UTF-8 with a few damaged bytes: whole characters outnumber the broken ones
    if not broken or sum(ord(char) > 127 for char in text) > 2 * broken:
        return ""
    return "GBK" if utf8(data) != data else "?"


def _folder_missing(context: Context) -> Iterator[Finding]:
    """There is no package of indicators, or no pages: what the portal cannot do without."""
    if context.packages and not (context.root / DOCS).is_dir():
        yield Finding(Where(DOCS), "", "pages")
    if any(package.name == "indicators" for package in context.packages):
        return
    where = Where(f"{FOLDER}/indicators")
    renamed = [p.name for p in context.packages if p.descriptor and p.descriptor.get("name") == "indicators"]
    yield Finding(where, "", "renamed", folder=renamed[0]) if renamed else Finding(where)


def _unread(context: Context) -> Iterator[tuple[str, Finding]]:
    """A package folder has no datapackage.json, or one that cannot be read."""
    for package in context.packages:
        if package.descriptor is None and not package.faults and not os.path.lexists(package.folder / DESCRIPTOR):
            yield "descriptor-missing", Finding(Where(package.file))
        syntax = (fault for fault in package.faults if fault.kind == "syntax")
        yield from (("descriptor-broken", _descriptor_fault(package, fault)) for fault in syntax)


def _descriptor_fault(package: RawPackage, fault: Fault) -> Finding:
    data = (package.folder / DESCRIPTOR).read_bytes()
    if encoding := "UTF-8 BOM" if data.startswith(_BOM) else encoding_of(data):
        return Finding(Where(package.file), encoding, "encoding")
    if fault.line is None:
        return Finding(Where(package.file), fault.found)
    lines = data.decode("utf-8").splitlines() or [""]
    number = min(fault.line, len(lines))
    return Finding(Where(package.file, number), lines[number - 1].strip(), "line")


def _descriptor_shape(context: Context) -> Iterator[Finding]:
    """An entry of a datapackage.json is of another kind than the portal, or the standard, expects."""
    own = ((package.file, fault) for package in context.packages for fault in package.faults if fault.kind != "syntax")
    for file, fault in (*own, *read_registers(context.root, context.packages)[2]):
        yield Finding(Where(file, fault.line, fault.place or None), fault.found, fault.kind, allowed=fault.allowed)


def _file_missing(context: Context) -> Iterator[Finding]:
    """A table the descriptor lists has no file."""
    for package in context.packages:
        for table in package.tables:
            if table.data is None and not os.path.lexists(context.root / table.file):
                wanted = context.root / table.file
                others = [p.name for p, _ in survey(wanted.parent) if p.stem.lower() == wanted.stem.lower()]
                if others:
                    yield Finding(Where(table.file), "", "renamed", other=others[0], wanted=wanted.name)
                else:
                    yield Finding(Where(table.file), description=package.file)


def _file_unlisted(context: Context) -> Iterator[Finding]:
    """A file lies among the tables that the descriptor does not know."""
    for package in context.packages:
        if not package.tables:
            continue  # the description is told by its own rules
        known = {context.root / table.file for table in package.tables}
        for path in files_below(package.folder / "data"):
            if path not in known and not any(p.stem.lower() == path.stem.lower() and not p.exists() for p in known):
                where = Where(path.relative_to(context.root).as_posix())
                yield Finding(where, path.name, description=package.file)


def _file_special(context: Context) -> Iterator[Finding]:
    """A link or a special file lies among the sources and is never opened, or a folder is in the place of a table."""
    tables = {context.root / table.file for package in context.packages for table in package.tables}
    tables.add(context.root / WORDS_FILE)
    for name in (*SOURCES, *CONFIGS) if context.packages else ():
        path = context.root / name
        if path.exists() and not (path.is_file() if name in CONFIGS else path.is_dir()):
            yield Finding(Where(name), f"{name}/" if path.is_dir() else name, "place")
    for source in SOURCES:
        for path, kind in survey(context.root / source):
            where = Where(path.relative_to(context.root).as_posix())
            if kind == "link":
                yield Finding(where, path.name)
            elif kind == "special" or (kind == "folder" and path in tables):
                yield Finding(where, path.name, kind)


def _file_name(context: Context) -> Iterator[Finding]:
    """Windows cannot hold a file of this name, or not beside another that differs by capitals only."""
    for source in SOURCES:
        seen: dict[str, str] = {}
        for path, _ in survey(context.root / source):
            file = path.relative_to(context.root).as_posix()
            first = seen.setdefault(file.casefold(), file)
            if part := unholdable(path.name):
                yield Finding(Where(file), part)
            elif first != file:
                yield Finding(Where(file), path.name, "case", other=first)


def _contents(context: Context) -> Iterator[tuple[str, Finding]]:
    """What is wrong with a CSV before anybody looks at its cells."""
    for table in (table for package in context.packages for table in package.tables if table.data is not None):
        data, file = table.data or b"", table.file
        lines = data.decode("utf-8", errors="replace").split("\n")
        if not data.removeprefix(_BOM).strip():
            yield "file-empty", Finding(Where(file))
        if data.startswith(_BOM):
            yield "file-bom", Finding(Where(file, 1), "\ufeff")
        if encoding := encoding_of(data):
            yield "file-encoding", Finding(Where(file), encoding)
            continue
        if b"\r" in data:
            line = data.count(b"\n", 0, data.index(b"\r")) + 1
            yield "file-line-ends", Finding(Where(file, line), "\r\n" if b"\r\n" in data else "\r")
        if data.strip() and not data.endswith((b"\n", b"\r")):
            yield "file-truncated", Finding(Where(file, len(lines)), lines[-1])
        try:
            yield from _unbalanced(file, data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            yield "file-encoding", Finding(Where(file, line), lines[line - 1], "damaged")


def _unbalanced(file: str, text: str) -> Iterator[tuple[str, Finding]]:
    """A quotation mark is opened and never closed, so that the rest of the file runs into one cell."""
    start, reader = 1, csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for _ in reader:
            start = reader.line_num + 1
    except csv.Error:
        yield "quote-unbalanced", Finding(Where(file, start), text.splitlines()[start - 1])


RULES: Final = (
    *rules(_folder_missing, _file_unlisted),
    *rules_of(_unread, ("descriptor-missing", "descriptor-broken"), "cell"),
    *rules(_descriptor_shape, _file_name, spoils="nothing"),
    *rules(_file_special, _file_missing, spoils="table"),
    *rules_of(_contents, ("file-encoding", "file-empty", "quote-unbalanced"), "table"),
    *rules_of(_contents, ("file-bom", "file-line-ends"), "nothing"),
    *rules_of(_contents, ("file-truncated",), "row"),
)
