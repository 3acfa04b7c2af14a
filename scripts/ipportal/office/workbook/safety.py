"""Look at a file before a spreadsheet library opens it: only small, plain XLSX archives pass.

Sizes are those the archive declares; `zipfile` never unpacks more than is declared, so memory stays bounded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text

FILE_LIMIT: Final = 20_000_000
UNPACKED_LIMIT: Final = 60_000_000
PART_LIMIT: Final = 2_000
CELL_LIMIT: Final = 400_000
_MB: Final = 1_000_000

_ZIP: Final = b"PK"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK: Final = "xl/workbook.xml"
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_MACRO: Final = re.compile(r"xl/(vbaProject\w*\.bin|macrosheets/.*|dialogsheets/.*)", re.IGNORECASE)
_MACRO_TYPE: Final = b"macroEnabled"
#: Entities can grow without bound; no spreadsheet program writes them
_ENTITY: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")

_SAVE_AS: Final = Text(
    "在 Excel 或 WPS 里打开，另存为“Excel 工作簿（*.xlsx）”，再导入",
    "open it in Excel or WPS, save it as “Excel workbook (*.xlsx)” and import that",
)
_EXPORT_AGAIN: Final = Text(
    "重新运行 ipportal workbook export，把新数填进新的表格",
    "run ipportal workbook export again and fill the figures into the new workbook",
)


def unsafe(data: bytes, name: str) -> list[Problem]:
    """Why a file is not opened at all; empty when it may be."""
    return list(_unsafe(data, Where(name)))


def _unsafe(data: bytes, where: Where) -> Iterator[Problem]:
    plain = Text("表格文件 .xlsx", "a workbook file .xlsx")
    if len(data) > FILE_LIMIT:
        limit = Text(f"不超过 {FILE_LIMIT // _MB} MB 的表格", f"a workbook of at most {FILE_LIMIT // _MB} MB")
        yield Problem("workbook-too-big", where, limit, f"{len(data) / _MB:.1f} MB", _EXPORT_AGAIN)
    elif data.startswith(_OLE) and _ENCRYPTED in data:
        no_password = Text("没有密码的表格", "a workbook without a password")
        hint = Text(
            "在 Excel 里打开，文件 → 信息 → 保护工作簿 → 用密码加密，清空密码后另存",
            "open it in Excel, File → Info → Protect → Encrypt with password, clear the password and save",
        )
        yield Problem("workbook-password", where, no_password, "EncryptedPackage", hint)
    elif data.startswith(_ZIP):
        yield from _archive(data, where)
    else:
        found = ".xls" if data.startswith(_OLE) else _beginning(data)
        yield Problem("workbook-not-xlsx", where, plain, found, _SAVE_AS)


def _beginning(data: bytes) -> str:
    """The first characters of a file that is no archive, in the encoding they are written in."""
    start = data[:48]
    for encoding in ("utf-8-sig", "gb18030"):
        text = start.decode(encoding, errors="ignore")
        if len(text.encode(encoding)) > len(start) - 4:
            return text[:24]
    return start[:8].hex(" ")


def _archive(data: bytes, where: Where) -> Iterator[Problem]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _parts(archive, where)
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, OSError) as error:
        expected = Text("完整的表格文件", "a whole workbook file")
        hint = Text("文件可能没有存完或传坏了，重新存一次", "it may have been cut off while saving; save it again")
        yield Problem("workbook-broken", where, expected, str(error) or type(error).__name__, hint)


def _parts(archive: zipfile.ZipFile, where: Where) -> Iterator[Problem]:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > UNPACKED_LIMIT or len(entries) > PART_LIMIT:
        limit = Text(
            f"解压后不超过 {UNPACKED_LIMIT // _MB} MB 的表格",
            f"a workbook of at most {UNPACKED_LIMIT // _MB} MB unpacked",
        )
        yield Problem("workbook-too-big", where, limit, f"{size / _MB:.0f} MB, {len(entries)} parts", _EXPORT_AGAIN)
        return
    names = {entry.filename for entry in entries}
    if _WORKBOOK not in names:
        expected = Text("表格文件 .xlsx", "a workbook file .xlsx")
        yield Problem("workbook-not-xlsx", where, expected, ", ".join(sorted(names)[:3]), _SAVE_AS)
        return
    macros = sorted(name for name in names if _MACRO.fullmatch(name))
    if macros or _MACRO_TYPE in archive.read("[Content_Types].xml"):
        expected = Text("不带宏的表格（.xlsx）", "a workbook without macros (.xlsx)")
        yield Problem("workbook-macros", where, expected, ", ".join(macros[:3]) or "macroEnabled", _SAVE_AS)
        return
    yield from _content(archive, entries, where)


def _content(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], where: Where) -> Iterator[Problem]:
    cells = 0
    for entry in entries:
        if not entry.filename.endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(entry)
        if _ENTITY.search(content) or content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:64]:
            expected = Text("Excel 或 WPS 存出来的表格", "a workbook as Excel or WPS saves it")
            yield Problem("workbook-entity", where, expected, entry.filename, _SAVE_AS)
            return
        if _SHEET.fullmatch(entry.filename):
            cells += sum(1 for _ in _CELL.finditer(content))
    if cells > CELL_LIMIT:
        limit = Text(f"不超过 {CELL_LIMIT} 个格子的表格", f"a workbook of at most {CELL_LIMIT} cells")
        hint = Text(
            "多半是整列设了格式：选中数据下面的空行，删除整行，再存一次",
            "whole columns were probably formatted: select the empty rows below the data, delete them and save",
        )
        yield Problem("workbook-too-big", where, limit, str(cells), hint)
