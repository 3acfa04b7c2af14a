"""Periods and dates: their form, whether they exist, and whether they have come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ipportal.base.periods import PartialDate, Period
from ipportal.base.text import Text
from ipportal.rules.cells import Cell, cells
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule

_PERIOD: Final = Text(
    "时段，写成 2021、2022-H1、2022-Q3、2022-09、2018/2020 或 undated",
    "a period written 2021, 2022-H1, 2022-Q3, 2022-09, 2018/2020 or undated",
)
_DATE: Final = Text("日期，写成 2022、2022-09 或 2022-09-15", "a date written 2022, 2022-09 or 2022-09-15")
_DATE_COLUMNS: Final = ("date", "since")
_CHINESE_HALF: Final = re.compile(r"(\d{4})年?(上|下)半年")
_CHINESE_QUARTER: Final = re.compile(r"(\d{4})年?第?([一二三四1-4])季度?|(\d{4})[年\- ]?[Qq]([1-4])")
_CHINESE_DATE: Final = re.compile(r"(\d{4})[年./\-](?:(\d{1,2})(?:[月./\-](?:(\d{1,2})日?)?|月)?)?")
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH_DATE: Final = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4}|\d{2})")
_SERIAL: Final = re.compile(r"[34]\d{4}")
#: Day 0 of the day numbers spreadsheets keep
_SERIAL_START: Final = date(1899, 12, 30)


def suggestion(text: str) -> str:
    """What a period or date written the office way probably means in the form of the data; empty if unclear."""
    text = text.strip()
    if match := _CHINESE_HALF.fullmatch(text):
        return f"{match[1]}-H{1 if match[2] == '上' else 2}"
    if match := _CHINESE_QUARTER.fullmatch(text):
        quarter = match[2] or match[4]
        return f"{match[1] or match[3]}-Q{'一二三四'.find(quarter) + 1 or quarter}"
    if match := _ENGLISH_DATE.fullmatch(text):
        month = match[2].lower()
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        return f"{year}-{_MONTHS.index(month) + 1:02}-{int(match[1]):02}" if month in _MONTHS else ""
    if match := _CHINESE_DATE.fullmatch(text):
        return "-".join([match[1], *(f"{int(part):02}" for part in match.groups()[1:] if part)])
    if _SERIAL.fullmatch(text):
        return (_SERIAL_START + timedelta(days=int(text))).isoformat()
    return ""


def _cells(context: Context, *columns: str) -> Iterator[Cell]:
    return (cell for cell in context.once(cells) if cell.field["name"] in columns)


def _hint(text: str, otherwise: Text) -> Text:
    guess = suggestion(text)
    if not guess or guess == text:
        return otherwise
    return Text(f"改写成 {guess}，并把这一列的格式设为“文本”", f"write {guess} and format the column as text")


def _period(context: Context) -> Iterator[Finding]:
    """A period is not written in one of the agreed forms."""
    for cell in _cells(context, "period"):
        try:
            Period.parse(cell.text)
        except ValueError:
            yield Finding(
                cell.where,
                _PERIOD,
                cell.text,
                _hint(cell.text, Text("照所列写法之一改正", "use one of the forms listed")),
            )


def _date(context: Context) -> Iterator[Finding]:
    """A date is written as text, or is no day of the calendar."""
    for cell in _cells(context, *_DATE_COLUMNS):
        try:
            PartialDate.parse(cell.text)
        except ValueError:
            yield Finding(
                cell.where,
                _DATE,
                cell.text,
                _hint(
                    cell.text,
                    Text(
                        "写成所列形式，并核对这一天是否存在", "use one of the forms listed, and see that the day exists"
                    ),
                ),
            )


def _future(context: Context) -> Iterator[Finding]:
    """Something is reported from a day after the portal's as-of date."""
    limit = context.settings.as_of
    for cell in _cells(context, "period", *_DATE_COLUMNS):
        if (first := _first_day(cell)) and first > limit:
            yield Finding(
                cell.where,
                Text(f"不晚于数据截止日 {limit} 的时间", f"a time no later than the as-of date {limit}"),
                cell.text,
                Text(
                    "核对年份；确实已公布时，先把 portal.toml 里的 as_of 改到发布当天",
                    "check the year; if it is really published, first set as_of in portal.toml to that day",
                ),
            )


def _first_day(cell: Cell) -> date | None:
    """The last day of a period must have passed; a date need only have begun."""
    try:
        if cell.field["name"] == "period":
            return Period.parse(cell.text).last
        return PartialDate.parse(cell.text).first
    except ValueError:
        return None


FORM_RULES: Final = (
    Rule(
        "period-form",
        Text("时段写法不对", "A period in the wrong form"),
        Text(
            "时段只有几种写法；“1—7月”写成 2021-07，没有注明时间写 undated。",
            "There are a few forms only; “January to July” is 2021-07, no stated time is undated.",
        ),
        Example("2022上半年", "2022-H1"),
        _period,
    ),
    Rule(
        "date-form",
        Text("日期写法不对", "A date in the wrong form"),
        Text(
            "日期写到来源给出的精度，月和日写两位，日子要真有。",
            "Dates are as exact as the source; the day must exist.",
        ),
        Example("2022年9月15日", "2022-09-15"),
        _date,
    ),
)

RULES: Final = (
    Rule(
        "after-as-of",
        Text("晚于数据截止日", "Later than the as-of date"),
        Text(
            "portal.toml 写明数据截至哪天，之后的数值和事件还没有发生。",
            "portal.toml says up to which day the data go; nothing later can have been observed.",
        ),
        Example("2035", "2025"),
        _future,
    ),
)
