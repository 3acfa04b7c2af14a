"""What spreadsheets and keyboards do to numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ipportal.base.plainwords import write
from ipportal.base.text import Text
from ipportal.rules.cells import SPACES, Cell, cells
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule

_LETTER_DIGIT: Final = re.compile(r"-?[\dOoIl|]*\d[\dOoIl|]*([.\-/][\dOoIl|]+)*")
_LOOKALIKES: Final = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_THOUSANDS: Final = re.compile(r"-?\d{1,3}([,，' ]\d{3})+(\.\d+)?")
_NOT_NUMBERS: Final = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "-infinity"})
_SCIENTIFIC: Final = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+")
_DIGITS: Final = Text("半角数字", "a number in plain digits")
_WITH_UNIT: Final = re.compile(
    r"(?P<word>约|近|超过?|突破|不少于|不超过|＞|>|≥|≤|<|~|～)?\s*(?P<number>-?\d[\d,]*(\.\d+)?)\s*"
    r"(?P<unit>[^\d\s.,][^\d]*)?"
)


def _letter(context: Context) -> Iterator[Finding]:
    """A letter O, I or l stands in a number, period or date."""
    for cell in context.once(cells):
        text = cell.text.strip(SPACES)
        if (
            (cell.is_number or cell.is_time)
            and _LETTER_DIGIT.fullmatch(text)
            and (plain := text.translate(_LOOKALIKES)) != text
        ):
            yield Finding(
                cell.where,
                _DIGITS,
                cell.text,
                write(plain, Text("把字母改成数字", "replace the letter by the digit")),
            )


def _thousands(context: Context) -> Iterator[Finding]:
    """A number is written with thousands separators."""
    for cell in _numbers(context, _THOUSANDS.fullmatch):
        yield Finding(
            cell.where,
            Text("不带千位分隔的数字", "a number without thousands separators"),
            cell.text,
            write(re.sub("[,，' ]", "", cell.text), Text("去掉分隔符", "take the separators out")),
        )


def _unit(context: Context) -> Iterator[Finding]:
    """A number carries its unit, or a word such as “about”, in the same cell."""
    for cell in context.once(cells):
        match = _WITH_UNIT.fullmatch(cell.text.strip(SPACES))
        if (
            cell.is_number
            and match
            and (match["word"] or match["unit"])
            and not _LETTER_DIGIT.fullmatch(cell.text.strip(SPACES))
            and not _SCIENTIFIC.fullmatch(cell.text)
        ):
            yield Finding(
                cell.where,
                Text("只有数字", "digits only"),
                cell.text,
                write(
                    match["number"].replace(",", ""),
                    Text(
                        "单位由 unit 列决定，“约”“超过”写进 qualifier 列，这里只留数字",
                        "the unit is set in the column unit, words like “about” in qualifier; leave the digits",
                    ),
                ),
            )


def _not_a_number(context: Context) -> Iterator[Finding]:
    """A program wrote NaN or infinity."""
    for cell in _numbers(context, lambda text: text.lower() in _NOT_NUMBERS):
        yield Finding(
            cell.where,
            Text("真正的数字，没有就留空", "a real number, or nothing"),
            cell.text,
            Text("清空这个格子；必填时删去整行", "clear the cell; where a value is required delete the row"),
        )


def _scientific(context: Context) -> Iterator[Finding]:
    """A spreadsheet wrote a long number as 1.2E+08 and lost its digits."""
    for cell in _numbers(context, _SCIENTIFIC.fullmatch):
        yield Finding(
            cell.where,
            Text("写全的数字", "a number written out in full"),
            cell.text,
            Text(
                "把这一列的格式设为“文本”，照来源重打", "format the column as text and type the number from the source"
            ),
        )


def _numbers(context: Context, test: Callable[[str], object]) -> Iterator[Cell]:
    return (cell for cell in context.once(cells) if cell.is_number and test(cell.text.strip(SPACES)))


RULES: Final = (
    Rule(
        "cell-letter-digit",
        Text("字母当数字", "A letter in place of a digit"),
        Text("字母 O、I、l 看着像 0 和 1，扫描件转文字时常见。", "O, I and l look like 0 and 1, often after scanning."),
        Example("12O0", "1200"),
        _letter,
    ),
    Rule(
        "cell-thousands",
        Text("千位分隔符", "Thousands separators"),
        Text("“1,443”在 CSV 里可能变成两个格子。", "“1,443” may turn into two cells of a CSV."),
        Example("1,443", "1443"),
        _thousands,
    ),
    Rule(
        "cell-unit",
        Text("数字带了单位或“约”", "A number with its unit"),
        Text("单位和“约”“超过”有自己的列，数值列只写数字。", "Units and words like “about” have columns of their own."),
        Example("12件", "12"),
        _unit,
    ),
    Rule(
        "cell-nan",
        Text("NaN 或无穷大", "NaN or infinity"),
        Text(
            "程序算不出来时留下的记号，不是数值。", "Marks a program leaves when it cannot compute; they are no values."
        ),
        Example("NaN", ""),
        _not_a_number,
    ),
    Rule(
        "cell-scientific",
        Text("科学计数法", "Scientific notation"),
        Text("表格软件把长数字写成 1.2E+08，后面的位数就丢了。", "1.2E+08 has lost the last digits of the number."),
        Example("1.2E+08", "120000000"),
        _scientific,
    ),
)
