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
    "C": "合计 | total",
    "D": "2022",
    "E": "规划口径 | plan",
    "F": 200,
    "I": "准确值 | exact",
    "J": "最终 | final",
    "K": "示例年报2022 | sample-report-2022",
    "L": "正文",
    "M": "main text",
    "N": "官方 | official",
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


def hide_column(book: Workbook) -> None:
    book["观测值"].column_dimensions["L"].hidden = True


def delete_key_row(book: Workbook) -> None:
    book["观测值"].delete_rows(2)


def delete_column(book: Workbook) -> None:
    book["观测值"].delete_cols(5)


def swap_columns(book: Workbook) -> None:
    sheet = book["观测值"]
    for row in range(1, next_row(sheet)):
        first, second = sheet[f"D{row}"].value, sheet[f"E{row}"].value
        sheet[f"D{row}"], sheet[f"E{row}"] = second, first


def delete_sheet(book: Workbook) -> None:
    del book["目标"]


def rename_sheet(book: Workbook) -> None:
    book["目标"].title = "目标（新）"


def extra_sheet(book: Workbook) -> None:
    book.create_sheet("草稿")["A1"] = "待核对的数"


def merge(book: Workbook) -> None:
    book["观测值"].merge_cells("L7:L8")


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
    append(book, O="只有中文说明。")


#: Name of the case → what a person did in the sheets
IN_SHEETS: dict[str, Break] = {
    "letter-for-digit": adding(F="2O0"),
    "number-with-unit": adding(F="200件"),
    "number-with-about": adding(F="约200"),
    "number-in-words": adding(F="两百"),
    "number-negative": adding(F=-200),
    "number-half-patent": adding(F=200.5),
    "number-is-dash": adding(F="—"),
    "number-is-date": adding(F=datetime(2022, 2, 1)),
    "number-is-percent": both(
        adding(A="授权量增长率 | grants-growth", D="2022", F=0.125), setting("观测值", "F15", 0.125, "0.0%")
    ),
    "number-is-true": adding(F=True),
    "ten-thousand-times-off": adding(A="有效商标量 | trademarks", D="2022", F=15000),
    "jump-without-note": adding(F=2000),
    "period-half-without-year": adding(D="上半年"),
    "period-month-thirteen": adding(D="2022年13月"),
    "period-is-day": adding(D=datetime(2022, 3, 5)),
    "period-in-future": adding(D="2031"),
    "choice-unknown-source": adding(K="新年报 | sample-report-2023"),
    "choice-misspelt-id": adding(K="示例年报2022 | sample-report-2O22"),
    "choice-name-of-another": adding(A="专利企业数 | grants"),
    "choice-unknown-code": adding(I="大概"),
    "choice-missing": adding(E=None),
    "text-missing": adding(L=None),
    "text-in-one-language": swapped_note,
    "text-with-line-break": adding(L="正文\n第二段"),
    "text-invisible": adding(L="正\u200b文"),
    "text-that-runs": adding(L="@SUM(1)", O="' -2+3|cmd", P="+A1"),
    "text-with-braces": adding(L="{{ 7*7 }}"),
    "text-date": adding(L=datetime(2022, 3, 5)),
    "text-chinese-as-english": adding(O="初步数。", P="初步数。"),
    "text-too-long": adding(L="长" * 6000),
    "id-with-capitals": setting("来源", "A6", "Sample Report"),
    "row-repeated": adding(D="2020", F=100, K="虚构规划 | plan-draft", L="表1", M="Table 1", N="规划文稿 | plan"),
    "row-same-key": adding(D="2021", F=150, L="附表"),
    "row-cleared": clearing("目标", 7),
    "row-key-changed": setting("观测值", "D5", "2019"),
    "unit-of-another-kind": adding(G="万元 | wan-yuan"),
    "formula-without-result": adding(F="=100+100"),
    "formula-with-command": adding(F="=cmd|'/C calc'!A0"),
    "formula-to-other-file": adding(F="='[年报.xlsx]表1'!$B$2"),
    "formula-to-network": adding(L='=WEBSERVICE("https://example.org/")'),
    "formula-fault": adding(F="#REF!"),
    "cells-merged": merge,
    "row-hidden": hide_row,
    "column-hidden": hide_column,
    "header-changed": setting("观测值", "F1", "数值（件）"),
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
