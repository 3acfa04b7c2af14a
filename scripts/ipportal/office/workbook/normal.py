"""From a cell as a person left it to the text of a CSV: safe tidying only, told to the person; the rest is refused."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from ipportal.base.characters import mended
from ipportal.base.quantities import plain
from ipportal.base.text import Text, visible
from ipportal.office.workbook.excel_reader import ReadCell
from ipportal.office.workbook.layout import BETWEEN, Column
from ipportal.rules.cells import suggestion

#: Longest text of a cell; far above any honest one
TEXT_LIMIT: Final = 5_000
_SPACES: Final = " \t\r\n\u00a0\u2002\u2003\u2009\u3000"
_FULL_WIDTH: Final = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_YEAR: Final = re.compile(r"(\d{4})年(度|全年)?")
_MONTHS_TO: Final = re.compile(r"(\d{4})年?1月?[-—–~至到]+(\d{1,2})月份?")
_YEARS: Final = re.compile(r"(\d{4})年?[-—–~至到/]+(\d{4})年?")
_MONTH: Final = re.compile(r"(\d{4})年(\d{1,2})月份")
_HALF: Final = re.compile(r"(\d{4})-?[Hh]([12])")
_BAR: Final = re.compile(r"\s*[|｜]\s*")
#: What a spreadsheet shows of a number: 15 digits
_SHOWN: Final = ".15g"


class Refusal(NamedTuple):
    """Why a cell cannot be taken over."""

    code: str
    expected: Text
    found: str
    hint: Text


class NormalValue(NamedTuple):
    """The text a cell stands for. `tidied` says how it was changed; with a `refusal` the text is only a guess."""

    text: str
    tidied: Text | None = None
    refusal: Refusal | None = None


Names = Mapping[str, frozenset[str]]


def read_cell(cell: ReadCell | None, column: Column, choices: Names) -> NormalValue:
    """The text a cell stands for.

    Args:
        cell: None when empty.
        column: what the column is meant for.
        choices: value → names it goes by, for columns with a pick list.
    """
    if cell is None:
        return NormalValue("")
    if cell.formula and (refusal := _formula(cell)):
        return NormalValue("", refusal=refusal)
    reading = _value(cell, column, choices)
    if cell.formula and reading.refusal is None and not reading.tidied:
        words = Text(f"公式 {cell.formula[:60]} 取其结果", f"result taken of the formula {cell.formula[:60]}")
        return NormalValue(reading.text, words)
    return reading


def _formula(cell: ReadCell) -> Refusal | None:
    paste = Text("直接填写数值；或复制这一格，选“粘贴为数值”", "type the value; or copy the cell and paste as values")
    if cell.reaches_out:
        expected = Text("写定的值，不是连到别处的公式", "a fixed value, not a formula that reaches elsewhere")
        return Refusal("workbook-formula-outside", expected, cell.formula, paste)
    if cell.value is None:
        expected = Text("写定的值，或已经算出结果的公式", "a fixed value, or a formula with its result")
        return Refusal("workbook-formula-empty", expected, cell.formula, paste)
    return None


def _value(cell: ReadCell, column: Column, choices: Names) -> NormalValue:
    value = cell.value
    if isinstance(value, bool):
        expected = Text("从下拉表里选的内容或文字", "an entry of the list, or text")
        hint = Text("清空这一格，重新选或重新写", "clear the cell and choose or type again")
        return NormalValue("", refusal=Refusal("workbook-true-false", expected, str(value).upper(), hint))
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format, column)
    if isinstance(value, (datetime, date)):
        return _date(value, cell.number_format, column)
    if isinstance(value, (time, timedelta)):
        return NormalValue("", refusal=_not_a_date(str(value), column))
    return _text(value or "", column, choices)


def _number(value: float, number_format: str, column: Column) -> NormalValue:
    if "%" in number_format and column.kind == "number":
        shown = f"{plain(Decimal(format(value * 100, _SHOWN)))}%"
        expected = Text("不带百分号的数", "a number without a percent sign")
        hint = Text(
            f"把单元格格式改为“常规”，写 {shown[:-1]}", f"set the cell's format to “General” and type {shown[:-1]}"
        )
        return NormalValue("", refusal=Refusal("workbook-percent", expected, f"{shown} = {value!r}", hint))
    number = Decimal(format(value, _SHOWN))
    return NormalValue(str(number) if not number.is_finite() else f"{plain(number):f}")


def _date(value: datetime | date, number_format: str, column: Column) -> NormalValue:
    day = value.date() if isinstance(value, datetime) else value
    timed = isinstance(value, datetime) and value.time() != time()
    to_month = day.day == 1 and "d" not in number_format.lower().replace("[red]", "")
    if column.kind == "date" and not timed:
        text = day.isoformat()[:7] if to_month else day.isoformat()
    elif column.kind == "period" and to_month and not timed:
        text = day.isoformat()[:7]
    else:
        return NormalValue("", refusal=_not_a_date(str(value).removesuffix(" 00:00:00"), column))
    return NormalValue(text, Text(f"日期格改写成 {text}", f"date cell written as {text}"))


def _not_a_date(found: str, column: Column) -> Refusal:
    if column.kind == "period":
        expected = Text("时段，如 2021、2021-H1、2021-07", "a period such as 2021, 2021-H1 or 2021-07")
    elif column.kind in ("number", "integer"):
        expected = Text("数字", "a number")
    else:
        expected = Text("文字", "text")
    hint = Text(
        "表格软件把它当成了日期：把单元格格式改为“文本”，再重新填写",
        "the program took it for a date: set the cell's format to “Text” and type it again",
    )
    return Refusal("workbook-date", expected, found, hint)


def _text(raw: str, column: Column, choices: Names) -> NormalValue:
    if len(raw) > TEXT_LIMIT:
        expected = Text(f"不超过 {TEXT_LIMIT} 字的内容", f"text of at most {TEXT_LIMIT} characters")
        hint = Text("删去多余的内容，只留要公布的话", "delete what is not meant for publication")
        return NormalValue("", refusal=Refusal("workbook-long", expected, f"{raw[:40]}… ({len(raw)})", hint))
    stripped = mended(raw.strip(_SPACES))
    if column.kind == "choice":
        reading = _choice(stripped, choices)
    elif column.kind == "text":
        reading = NormalValue(_half_width(stripped))
    else:
        reading = NormalValue(_tidy_code(unicodedata.normalize("NFKC", stripped), column))
    shown = raw if column.kind != "choice" else f"{raw.rsplit(BETWEEN, maxsplit=1)[-1]}"
    if reading.refusal is None and reading.text != shown:
        was, now = visible(raw), visible(reading.text)
        return reading._replace(tidied=Text(f"“{was}” 改写成 “{now}”", f"“{was}” written as “{now}”"))
    return reading


def _half_width(text: str) -> str:
    return _FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def _choice(text: str, choices: Names) -> NormalValue:
    """The id behind `name | id`; a bare id or a name only one entry carries will do."""
    parts = _BAR.split(text)
    value, names = parts[-1], BETWEEN.join(parts[:-1])
    if len(parts) == 1:
        found = [known for known, called in choices.items() if text in called]
        return NormalValue(found[0] if len(found) == 1 and text not in choices else text)
    known = choices.get(value)
    if known is None or names in known:
        return NormalValue(value)
    likely = _likely(names, choices)
    if likely == value:
        name = min(known)
        return NormalValue(
            value, Text(f"“{names}”按编号 {value} 认作“{name}”", f"“{names}” taken as “{name}” by its id {value}")
        )
    expected = Text("前后一致的名称和编号", "a name and an id that belong together")
    hint = Text("清空这一格，从下拉表里重新选", "clear the cell and pick again from the list")
    if likely:
        hint = Text(
            f"“{names}”更像 {min(choices[likely])}{BETWEEN}{likely}；{hint.zh}",
            f"“{names}” looks more like {likely}; {hint.en}",
        )
    return NormalValue(value, refusal=Refusal("workbook-choice", expected, text, hint))


def _likely(name: str, choices: Names) -> str:
    """The entry whose name is most like the one written; empty when none is."""
    names = {each: value for value, called in choices.items() for each in called}
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return names[near[0]] if near else ""


def _tidy_code(text: str, column: Column) -> str:
    if column.kind in ("number", "integer"):
        text = text.replace("，", ",")
        if _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        if column.kind == "integer" and (match := _YEAR.fullmatch(text)):
            return match[1]
        return text
    if column.kind == "period":
        return _period(re.sub(r"\s", "", text))
    if column.kind == "date":
        joined = re.sub(r"\s", "", text)
        return suggestion(joined) if re.match(r"\d{4}[年./-]", joined) and suggestion(joined) else text
    return text


def _period(text: str) -> str:
    """The form of the data for the ways a period is written in offices; anything else stays as it is."""
    if match := _YEAR.fullmatch(text):
        return match[1]
    if match := _MONTHS_TO.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02}"
    if match := _YEARS.fullmatch(text):
        return f"{match[1]}/{match[2]}"
    if match := _HALF.fullmatch(text):
        return f"{match[1]}-H{match[2]}"
    if match := _MONTH.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02}"
    guess = suggestion(text) if re.match(r"\d{4}(年|[./-]\d{1,2}$|-?[Qq])", text) else ""
    return guess or text


def same_number(text: str, before: str) -> bool:
    """True when two texts are the same number written differently, such as 132 and 132.0."""
    both = (text, before)
    return all(_NUMBER.fullmatch(each) for each in both) and Decimal(text) == Decimal(before)
