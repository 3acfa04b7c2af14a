"""What spreadsheets and keyboards do to cells, and to numbers, periods and dates above all; and texts in pairs, Chinese
and English, both there, each in its own language."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from ipportal.base.addresses import judge
from ipportal.base.characters import runs_in_a_spreadsheet
from ipportal.base.errors import Advice
from ipportal.base.periods import PartialDate, Period
from ipportal.base.plainwords import braces_in, hidden_in, lookalike_in
from ipportal.base.quantities import is_spelled, spelling
from ipportal.base.text import Text, visible
from ipportal.data.packages import RawTable
from ipportal.rules.rule import Context, Finding, Record, Rule, code_of, fields_of, key_of, rules, rules_of

_FULL_WIDTH: Final = re.compile("[０-９Ａ-Ｚａ-ｚ]")
#: Punctuation that is right in Chinese text but wrong in a number or code
_FULL_WIDTH_SIGNS: Final = re.compile("[．－％＋／：，]")
_FILLERS: Final = frozenset(
    {"-", "--", "—", "——", "–", "/", "\\", ".", "…", "?", "？", "无", "暂无", "不详", "未知", "未公布", "空"}
    | {"n/a", "na", "none", "null", "nil", "tbd", "待定", "待补"}
)
_FAULT_VALUES: Final = re.compile(r"#(REF|DIV/0|N/A|NAME|VALUE|NULL|NUM|SPILL|CALC)[!?]?", re.IGNORECASE)
#: Characters lost by opening the file in the wrong encoding and saving it
_GARBLED: Final = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|Ã[\u0080-\u00bf©¤¶]|â€")
_LINE_BREAK: Final = re.compile("[\r\n\u2028\u2029\v\f]")
#: A number of an internal working list
_INTERNAL: Final = re.compile(r"\b[A-Z]F-\d+\b")
_PERSONAL: Final = re.compile(
    r"(?<!\d)(?<!\d\.)(1[3-9]\d{9}|\d{17}[\dXx])(?!\.?\d)|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+"
)
_SPACES: Final = " \t\u00a0\u2002\u2003\u2009\u3000"

_LETTER_DIGIT: Final = re.compile(r"-?[\dOoIl|]*\d[\dOoIl|]*([.\-/][\dOoIl|]+)*")
_LOOKALIKES: Final = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_THOUSANDS: Final = re.compile(r"-?\d{1,3}([,，' ]\d{3})+(\.\d+)?")
_NOT_NUMBERS: Final = re.compile("nan|[+-]?inf|-?infinity", re.IGNORECASE)
#: How a spreadsheet writes a long number when it has lost its last digits
_SCIENTIFIC: Final = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+")
_WITH_UNIT: Final = re.compile(
    r"(?P<word>约|近|超过?|突破|不少于|不超过|＞|>|≥|≤|<|~|～)?\s*(?P<number>-?\d[\d,]*(\.\d+)?)\s*"
    r"(?P<unit>[^\d\s.,][^\d]*)?"
)
_DATES: Final = ("date", "since")
_CHINESE_HALF: Final = re.compile(r"(\d{4})年?(上|下)半年")
_THREE_QUARTERS: Final = re.compile(r"(\d{4})年?前[三3]个?季度")
_CHINESE_QUARTER: Final = re.compile(r"(\d{4})年?第?([一二三四1-4])季度?|(\d{4})[年\- ]?[Qq]([1-4])")
_CHINESE_DATE: Final = re.compile(r"(\d{4})[年./\-](?:(\d{1,2})(?:[月./\-](?:(\d{1,2})日?)?|月)?)?")
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH_DATE: Final = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4}|\d{2})")
_SERIAL: Final = re.compile(r"[34]\d{4}")
#: Day 0 of the day numbers spreadsheets keep
_SERIAL_START: Final = date(1899, 12, 30)


class _Column(NamedTuple):
    """What the description says of a column. `is_code`: numbers, codes, ids, dates and periods, anything but words."""

    name: str
    is_number: bool
    is_time: bool
    is_code: bool
    is_address: bool
    codes: tuple[str, ...]


def _column(field: Mapping[str, Any]) -> _Column:
    name, constraints = field["name"], field.get("constraints", {})
    is_number, is_time = field.get("type") in ("number", "integer"), name in ("period", "date", "since", "year")
    coded = is_number or is_time or field.get("type") == "boolean"
    is_code = coded or "enum" in constraints or "pattern" in constraints
    is_address = name == "url" or name.endswith("_url") or field.get("format") == "uri"
    return _Column(name, is_number, is_time, is_code, is_address, tuple(constraints.get("enum", ())))


class Cell(NamedTuple):
    """A filled cell; `inner` is its text without the spaces at its ends."""

    row: Record
    column: _Column
    text: str
    inner: str

    def fault(self, variant: str = "", /, **facts: Any) -> Finding:
        """What the cell holds is at fault."""
        return self.row.fault(self.column.name, variant, **facts)


def _columns(context: Context) -> Iterator[tuple[RawTable, _Column]]:
    yield from ((table, _column(field)) for _, table in context.tables() for field in fields_of(table))


def _found(context: Context, judge: Callable[[Cell], Finding | None]) -> Iterator[Finding]:
    """What is found in filled cells of the described columns, each by itself."""

    def told(column: _Column, row: Record) -> Iterator[Finding]:
        text = row[column.name]
        if text and (finding := judge(Cell(row, column, text, text.strip(_SPACES)))):
            yield finding

    for table, column in context.once(_columns):
        yield from context.judged(table, (column.name,), partial(told, column))


def _rule(code: str, judge: Callable[[Cell], Finding | None]) -> Rule:
    return Rule(code, lambda context: _found(context, judge))


def _rules(*judges: Callable[[Cell], Finding | None]) -> tuple[Rule, ...]:
    return tuple(_rule(code_of(judge), judge) for judge in judges)


def _cell_full_width(cell: Cell) -> Finding | None:
    """A digit or letter is as wide as a Chinese character."""
    if not _FULL_WIDTH.search(cell.text) and not (cell.column.is_code and _FULL_WIDTH_SIGNS.search(cell.text)):
        return None
    wide = re.compile(".+") if cell.column.is_code else _FULL_WIDTH
    return cell.fault(plain=wide.sub(lambda match: unicodedata.normalize("NFKC", match.group()), cell.text))


def _cell_filler(cell: Cell) -> Finding | None:
    """A dash or a word such as 无 stands for a value that is not known."""
    fills = cell.column.is_code and cell.inner.lower() in _FILLERS
    return cell.fault() if fills and cell.text not in cell.column.codes else None


def _cell_formula(cell: Cell) -> Finding | None:
    """A spreadsheet formula, text that a spreadsheet would run, or the fault a formula left behind."""
    if cell.inner.lower() in _FILLERS or (cell.column.is_number and cell.inner[:1] in "+-－＋"):
        return None  # a dash, or something like a number with its sign: other rules say what it is
    return cell.fault() if runs_in_a_spreadsheet(cell.text) or _FAULT_VALUES.fullmatch(cell.text) else None


def _invisible(text: str) -> Advice | None:
    """A character nobody can see hides in the cell; line breaks have a rule of their own."""
    inner = text.strip(_SPACES)
    return None if _LINE_BREAK.search(inner) else hidden_in(inner)


def _personal_data(cell: Cell) -> Finding | None:
    """A mobile number, an identity number or a mail address stands in a cell."""
    told = cell.column.name != "url" and not cell.column.is_number
    personal = told and _PERSONAL.search(cell.text)
    return Finding(cell.row.where(cell.column.name), _PERSONAL.sub("…", cell.text)) if personal else None


def _cell_merged(context: Context) -> Iterator[Finding]:
    """A key cell is empty below a filled one: the cells were merged in the spreadsheet."""
    for _, table in context.tables():
        required = {f["name"] for f in fields_of(table) if f.get("constraints", {}).get("required")}
        for column in key_of(table):
            above = ""
            for row in context.rows(table) if column in required and "" in context.contents(table, (column,)) else ():
                if not row[column] and above:
                    yield row.fault(column, above=above)
                above = row[column] or above


def _cell_letter_digit(cell: Cell) -> Finding | None:
    """A letter O, I or l stands in a number, period or date."""
    if not (cell.column.is_number or cell.column.is_time) or not _LETTER_DIGIT.fullmatch(cell.inner):
        return None
    plain = cell.inner.translate(_LOOKALIKES)
    return cell.fault(plain=plain) if plain != cell.inner else None


def _cell_thousands(cell: Cell) -> Finding | None:
    """A number is written with thousands separators."""
    if not cell.column.is_number or not _THOUSANDS.fullmatch(cell.inner):
        return None
    return cell.fault(plain=re.sub("[,，' ]", "", cell.text))


def _cell_unit(cell: Cell) -> Finding | None:
    """A number carries its unit, or a word such as “about”, in the same cell."""
    match = _WITH_UNIT.fullmatch(cell.inner) if cell.column.is_number else None
    if not match or not (match["word"] or match["unit"]):
        return None
    if _LETTER_DIGIT.fullmatch(cell.inner) or _SCIENTIFIC.fullmatch(cell.text):
        return None
    return cell.fault(plain=match["number"].replace(",", ""))


def _cell_number(cell: Cell) -> Finding | None:
    """A number is spelled in a way that other programs read differently, or not at all."""
    if not cell.column.is_number or is_spelled(cell.text) or not any(map(str.isdigit, cell.text)):
        return None
    plain = spelling(cell.text)
    return cell.fault("clear", plain=plain) if plain else cell.fault()


def suggestion(text: str) -> str:
    """What a period or date written the office way probably means in the form of the data; empty if unclear."""
    text = text.strip()
    if match := _CHINESE_HALF.fullmatch(text):
        return f"{match[1]}-H{1 if match[2] == '上' else 2}"
    if match := _THREE_QUARTERS.fullmatch(text):
        return f"{match[1]}-09"
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


def _form(code: str, columns: Sequence[str], parse: Callable[[str], object]) -> Rule:
    """A period or a date is not written in one of the agreed forms, or is no day of the calendar."""
    return _rule(code, lambda cell: _malformed(cell, parse) if cell.column.name in columns else None)


def _malformed(cell: Cell, parse: Callable[[str], object]) -> Finding | None:
    try:
        parse(cell.text)
    except ValueError:
        guess = suggestion(cell.text)
        return cell.fault("guess", guess=guess) if guess and guess != cell.text else cell.fault()
    return None


def _after_as_of(context: Context) -> Iterator[Finding]:
    """Something is reported from a day after the portal's as-of date."""
    limit = context.settings.as_of
    yield from _found(context, lambda cell: cell.fault(limit=limit) if (_first_day(cell) or limit) > limit else None)


def _first_day(cell: Cell) -> date | None:
    """The last day of a period must have passed; a date need only have begun."""
    try:
        if cell.column.name == "period":
            return Period.parse(cell.text).last
        return PartialDate.parse(cell.text).first if cell.column.name in _DATES else None
    except ValueError:
        return None


def _advised(code: str, judge: Callable[[str], Advice | None], *, addresses: bool = False) -> Rule:
    """What a judge of any text says of cells; of `addresses` only."""

    def told(cell: Cell) -> Finding | None:
        advice = judge(cell.text) if cell.column.is_address or not addresses else None
        return cell.fault(advice=advice) if advice else None

    return _rule(code, told)


def _holding(code: str, pattern: re.Pattern[str]) -> Rule:
    """Something that no cell may hold."""
    return _rule(code, lambda cell: cell.fault() if pattern.search(cell.text) else None)


def _no_number(code: str, pattern: re.Pattern[str]) -> Rule:
    """What stands in the place of a number."""
    return _rule(code, lambda cell: cell.fault() if cell.column.is_number and pattern.fullmatch(cell.inner) else None)


RULES: Final = (
    *_rules(_cell_full_width, _cell_filler, _cell_formula, _cell_letter_digit, _cell_thousands, _cell_unit),
    _rule("cell-spaces", lambda cell: cell.fault() if cell.text != cell.inner else None),
    _advised("cell-invisible", _invisible),
    _advised("cell-lookalike", lookalike_in),
    _advised("cell-braces", braces_in),
    _holding("cell-line-break", _LINE_BREAK),
    _holding("cell-garbled", _GARBLED),
    *rules(_cell_merged),
    _holding("cell-internal", _INTERNAL),
    _no_number("cell-nan", _NOT_NUMBERS),
    _no_number("cell-scientific", _SCIENTIFIC),
)

FORM_RULES: Final = (
    *_rules(_cell_number),
    _form("period-form", ("period",), Period.parse),
    _form("date-form", _DATES, PartialDate.parse),
    _advised("source-address", partial(judge, kind="web"), addresses=True),
)

MEANING_RULES: Final = (*rules(_after_as_of), *_rules(_personal_data))


_CHINESE: Final = re.compile("[\u3400-\u9fff]")
#: Not the letters of a number such as 1.3.1.ja
_LATIN_WORD: Final = re.compile(r"(?<![\w.])[A-Za-z]{2,}")
#: Names and original wording may be given in Chinese inside brackets or quotation marks
_QUOTED: Final = re.compile(r"\([^()]*\)|（[^（）]*）|“[^“”]*”|《[^《》]*》|「[^「」]*」|‘[^‘’]*’")
_CHINESE_MARKS: Final = re.compile("[，。；：？！、“”《》（）]")
#: A Chinese text of more Latin words than this without one Chinese character was put in the wrong column
_WORDS: Final = 4
#: How much of a text is repeated in a hint
_SHORT: Final = 30


def _texts(context: Context) -> Iterator[tuple[str, Finding]]:
    for _, table in context.tables():
        header = table.header or ()
        for column in header:
            if column.endswith("_zh") and (english := f"{column[:-3]}_en") in header:
                yield from context.judged(table, (column, english), partial(_pair, column, english))
        if {"typed", "written"} <= {*header}:  # the list of search words
            yield from context.judged(table, ("typed", "written"), _itself)


def _itself(row: Record) -> Iterator[tuple[str, Finding]]:
    """What is typed is what is written."""
    if row["typed"].lower() == row["written"].lower() != "":
        yield "text-same", row.fault("written", "itself")


def _pair(chinese: str, english: str, row: Record) -> Iterator[tuple[str, Finding]]:
    """A text is there in one language only, the same in both, in the wrong one, or has the marks of the other."""
    zh, en = row[chinese], row[english]
    unquoted = _QUOTED.sub("", en)
    if bool(zh) != bool(en):
        language = Text("英文", "English") if zh else Text("中文", "Chinese")
        yield "text-pair", row.fault(english if zh else chinese, language=language, other=visible(zh or en, _SHORT))
    if zh and zh == en and (_CHINESE.search(zh) or _LATIN_WORD.search(zh)):
        yield "text-same", row.fault(english if _CHINESE.search(zh) else chinese)
    if zh != en and _CHINESE.search(unquoted):
        yield "text-language", row.fault(english)
    if zh != en and not _CHINESE.search(zh) and len(_LATIN_WORD.findall(zh)) > _WORDS:
        yield "text-language", row.fault(chinese, "zh")
    rest = re.sub("[“”]", "", unquoted)
    if not _CHINESE.search(rest) and (mark := _CHINESE_MARKS.search(rest)):
        yield "text-marks", row.fault(english, mark=mark.group())


PAIR_RULES: Final = rules_of(_texts, ("text-pair", "text-same", "text-language", "text-marks"), "cell")
