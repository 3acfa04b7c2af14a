"""Workbooks broken on purpose: each function takes a sound export of tests/tiny and does to it what people do."""

import io
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

TINY = Path(__file__).parents[1] / "tiny"
EXPECTED = Path(__file__).parents[1] / "bad" / "workbooks"
FIRST_ROW = 5

#: A sound new row of the sheet 观测值: column letter → cell
ROW = {
    "A": "发明专利授权量 | grants",
    "B": "示例开发区 | sample-zone",
    "P": "合计 | total",
    "C": "2022",
    "D": "规划口径 | plan",
    "E": 200,
    "H": "准确值 | exact",
    "I": "最终 | final",
    "J": "示例年报2022 | sample-report-2022",
    "K": "正文",
    "L": "main text",
    "M": "官方 | official",
}

Break = Callable[[Workbook], None]


def opened(data: bytes) -> Workbook:
    """The workbook as Excel would hold it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def edited(data: bytes, change: Break) -> bytes:
    """The workbook after a person changed something in it."""
    book = opened(data)
    change(book)
    return saved(book)


def next_row(sheet: Worksheet) -> int:
    row = FIRST_ROW
    while sheet.cell(row, 1).value or sheet.cell(row, 2).value:
        row += 1
    return row


def append(book: Workbook, sheet: str = "观测值", **cells: object) -> int:
    """Fill in the next empty row of a sheet and return its number; None empties a cell."""
    target = book[sheet]
    row = next_row(target)
    for letter, value in ((ROW if sheet == "观测值" else {}) | cells).items():
        target[f"{letter}{row}"] = value
    return row


def adding(**cells: object) -> Break:
    def change(book: Workbook) -> None:
        append(book, **cells)

    return change


def setting(sheet: str, cell: str, value: object, number_format: str = "") -> Break:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value
        if number_format:
            book[sheet][cell].number_format = number_format

    return change


def both(*changes: Break) -> Break:
    def change(book: Workbook) -> None:
        for each in changes:
            each(book)

    return change


def clearing(sheet: str, row: int) -> Break:
    def change(book: Workbook) -> None:
        for cell in book[sheet][row]:
            cell.value = None

    return change


def hide_row(book: Workbook) -> None:
    book["观测值"].row_dimensions[7].hidden = True
    book["观测值"]["K7"] = "改过"


def hide_column(book: Workbook) -> None:
    book["观测值"].column_dimensions["K"].hidden = True


def delete_key_row(book: Workbook) -> None:
    book["观测值"].delete_rows(2)


def delete_column(book: Workbook) -> None:
    book["观测值"].delete_cols(4)


def swap_columns(book: Workbook) -> None:
    sheet = book["观测值"]
    for row in range(1, next_row(sheet)):
        first, second = sheet[f"C{row}"].value, sheet[f"D{row}"].value
        sheet[f"C{row}"], sheet[f"D{row}"] = second, first


def delete_sheet(book: Workbook) -> None:
    del book["目标"]


def rename_sheet(book: Workbook) -> None:
    book["目标"].title = "目标（新）"


def extra_sheet(book: Workbook) -> None:
    book.create_sheet("草稿")["A1"] = "待核对的数"


def merge(book: Workbook) -> None:
    book["观测值"].merge_cells("K7:K8")


def far_away(book: Workbook) -> None:
    book["观测值"]["A30000"] = "x"


def other_version(book: Workbook) -> None:
    sheet = book["_ipportal"]
    for row in range(1, 10):
        if sheet.cell(row, 1).value == "schema":
            sheet.cell(row, 2).value = "0000000000000000"


def no_stamp(book: Workbook) -> None:
    del book["_ipportal"]


def swapped_note(book: Workbook) -> None:
    append(book, N="只有中文说明。")


#: Name of the case → what a person did in the sheets
IN_SHEETS: dict[str, Break] = {
    "letter-for-digit": adding(E="2O0"),
    "number-with-unit": adding(E="200件"),
    "number-with-about": adding(E="约200"),
    "number-in-words": adding(E="两百"),
    "number-negative": adding(E=-200),
    "number-half-patent": adding(E=200.5),
    "number-is-dash": adding(E="—"),
    "number-is-date": adding(E=datetime(2022, 2, 1)),
    "number-is-percent": both(
        adding(A="授权量增长率 | grants-growth", C="2022", E=0.125), setting("观测值", "E15", 0.125, "0.0%")
    ),
    "number-is-true": adding(E=True),
    "ten-thousand-times-off": adding(A="有效商标量 | trademarks", C="2022", E=15000),
    "jump-without-note": adding(E=2000),
    "period-half-without-year": adding(C="上半年"),
    "period-month-thirteen": adding(C="2022年13月"),
    "period-is-day": adding(C=datetime(2022, 3, 5)),
    "period-in-future": adding(C="2031"),
    "choice-unknown-source": adding(J="新年报 | sample-report-2023"),
    "choice-misspelt-id": adding(J="示例年报2022 | sample-report-2O22"),
    "choice-name-of-another": adding(A="专利企业数 | grants"),
    "choice-cut-short": adding(H="准确"),
    "choice-unknown-code": adding(H="大概"),
    "choice-missing": adding(D=None),
    "text-missing": adding(K=None),
    "text-in-one-language": swapped_note,
    "text-with-line-break": adding(K="正文\n第二段"),
    "text-invisible": adding(K="正\u200b文"),
    "text-that-runs": adding(K="@SUM(1)", N="' -2+3|cmd", O="+A1"),
    "text-with-braces": adding(K="{{ 7*7 }}"),
    "text-date": adding(K=datetime(2022, 3, 5)),
    "text-chinese-as-english": adding(N="初步数。", O="初步数。"),
    "text-too-long": adding(K="长" * 6000),
    "id-with-capitals": setting("来源", "A6", "Sample Report"),
    "row-repeated": adding(C="2020", E=100, J="虚构规划 | plan-draft", K="表1", L="Table 1", M="规划文稿 | plan"),
    "row-same-key": adding(C="2021", E=150, K="附表"),
    "row-cleared": clearing("目标", 7),
    "row-key-changed": setting("观测值", "C5", "2019"),
    "unit-of-another-kind": adding(F="万元 | wan-yuan"),
    "formula-without-result": adding(E="=100+100"),
    "formula-with-command": adding(E="=cmd|'/C calc'!A0"),
    "formula-to-other-file": adding(E="='[年报.xlsx]表1'!$B$2"),
    "formula-to-network": adding(K='=WEBSERVICE("https://example.org/")'),
    "formula-fault": adding(E="#REF!"),
    "cells-merged": merge,
    "row-hidden": hide_row,
    "column-hidden": hide_column,
    "header-changed": setting("观测值", "E1", "数值（件）"),
    "header-row-deleted": delete_key_row,
    "column-deleted": delete_column,
    "columns-swapped": swap_columns,
    "sheet-deleted": delete_sheet,
    "sheet-renamed": rename_sheet,
    "sheet-added": extra_sheet,
    "beside-the-table": setting("观测值", "Q8", "请核对"),
    "far-below": far_away,
    "other-version": other_version,
    "not-ours": no_stamp,
}


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with one more part, or one replaced."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry != name:
                target.writestr(entry, source.read(entry))
        target.writestr(name, content)
    return sink.getvalue()


def bomb(data: bytes) -> bytes:
    return with_part(data, "xl/media/picture.bin", bytes(80_000_000))


def entities(data: bytes) -> bytes:
    lines = [b'<!ENTITY a0 "ha">', *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))]
    doctype = b"<!DOCTYPE x [" + b"".join(lines) + b"]>"
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        sheet = source.read("xl/worksheets/sheet2.xml")
    return with_part(data, "xl/worksheets/sheet2.xml", b'<?xml version="1.0"?>' + doctype + sheet)


def many_cells(data: bytes) -> bytes:
    row = b'<row r="9">' + b'<c r="A9"/>' * 500_000 + b"</row>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(data, "xl/worksheets/sheet2.xml", sheet + row + b"</sheetData></worksheet>")


def huge_cell(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        sheet = source.read("xl/worksheets/sheet2.xml")
    old = "表1".encode("ascii", "xmlcharrefreplace")
    assert old in sheet
    return with_part(data, "xl/worksheets/sheet2.xml", sheet.replace(old, b"x" * 10_000_000, 1))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Name of the case → what was done to the file as such
IN_FILES: dict[str, Callable[[bytes], bytes]] = {
    "file-with-macros": lambda data: with_part(data, "xl/vbaProject.bin", b"Sub AutoOpen()"),
    "file-with-password": lambda data: OLE + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le") + data[:100],
    "file-old-xls": lambda data: OLE + b"\x00" * 2000,
    "file-is-csv": lambda data: "指标,地区,数值\n授权量,开发区,100\n".encode("gb18030"),
    "file-is-other-zip": lambda data: zip_of({"word/document.xml": b"<w/>"}),
    "file-cut-off": lambda data: data[: len(data) // 2],
    "file-part-broken": lambda data: with_part(data, "xl/workbook.xml", b"<workbook><sheets>"),
    "file-zip-bomb": bomb,
    "file-entity-bomb": entities,
    "file-many-cells": many_cells,
    "file-huge-cell": huge_cell,
    "file-too-big": lambda data: data + bytes(21_000_000),
}


def zip_of(parts: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return sink.getvalue()


def broken(name: str, data: bytes) -> bytes:
    """The sound workbook `data`, broken as the case says."""
    return edited(data, IN_SHEETS[name]) if name in IN_SHEETS else IN_FILES[name](data)


NAMES = sorted([*IN_SHEETS, *IN_FILES])
