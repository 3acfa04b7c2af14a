"""Periods and partial dates as the packages write them, and as people read them."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from babel.dates import format_date

from ipportal.base import Frozen
from ipportal.base.errors import catalogue_file
from ipportal.base.text import Lang, Text

PeriodKind = Literal["year", "half", "quarter", "month", "years", "months", "undated"]

UNDATED: Final = "undated"
_LABELS: Final = catalogue_file("ipportal.base", "periods")

_FORMS: Final[tuple[tuple[PeriodKind, re.Pattern[str]], ...]] = (
    ("year", re.compile(r"(\d{4})", re.ASCII)),
    ("half", re.compile(r"(\d{4})-H([12])", re.ASCII)),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])", re.ASCII)),
    ("month", re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)),
    ("years", re.compile(r"(\d{4})/(\d{4})", re.ASCII)),
    ("months", re.compile(r"(\d{4})-(0[1-9]|1[0-2])/(\d{4})-(0[1-9]|1[0-2])", re.ASCII)),
)
_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


class Period(Frozen):
    """A stretch of time an observation speaks of.

    `text` is the form in the CSV. `first` and `last` are its days, both inclusive; both are None
    when the source gives no date (`undated`).
    """

    text: str
    kind: PeriodKind
    first: date | None
    last: date | None

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Period:
        """Read YYYY, YYYY-Hn, YYYY-Qn, YYYY-MM, YYYY/YYYY, YYYY-MM/YYYY-MM or `undated`.

        Raises:
            ValueError: the text has none of these forms, or ends before it starts.
        """
        if text == UNDATED:
            return cls(text, "undated", None, None)
        for kind, form in _FORMS:
            if match := form.fullmatch(text):
                first, last = _days(kind, [int(part) for part in match.groups()])
                if last < first:
                    raise ValueError(f"period ends before it starts: {text}")
                return cls(text, kind, first, last)
        raise ValueError(f"not a period: {text}")

    @property
    def year(self) -> int | None:
        """The calendar year of the last day; None when undated."""
        return self.last.year if self.last else None

    @property
    def is_full_year(self) -> bool:
        """True for one whole calendar year."""
        return self.kind == "year"

    def months(self, *, to_date: bool = False) -> int | None:
        """How many months it covers; None when undated. `to_date`: a month stands for “January to that month”."""
        if self.first is None or self.last is None:
            return None
        if self.kind == "month" and to_date:
            return self.last.month
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def sort_key(self) -> tuple[int, date, date, str]:
        """Chronological order; undated comes last."""
        if self.first is None or self.last is None:
            return (1, date.max, date.max, self.text)
        return (0, self.last, self.first, self.text)

    def label(self, lang: Lang, *, to_date: bool = False) -> str:
        """Name the period for readers.

        Args:
            lang: language of the label.
            to_date: the figure is a flow counted from 1 January, so a month stands for
                “January to that month”.
        """
        if self.first is None or self.last is None:
            return str(_LABELS["undated"][lang])
        month = self.last.month
        kind = "to-date" if self.kind == "month" and to_date and month > 1 else self.kind
        label: Text = _LABELS[f"{kind}-{month}" if kind in ("half", "quarter") else kind]
        begin, end = month_label(self.first, lang), month_label(self.last, lang)
        return label[lang].format(first=self.first.year, year=self.last.year, month=month, begin=begin, end=end)

    def words(self, *, to_date: bool = False) -> Text:
        """Name the period in both languages; `to_date` as for `label`."""
        return Text.each(lambda lang: self.label(lang, to_date=to_date))


def _days(kind: PeriodKind, n: list[int]) -> tuple[date, date]:
    if kind in ("year", "years"):
        return date(n[0], 1, 1), date(n[-1], 12, 31)
    if kind == "months":
        return date(n[0], n[1], 1), _month_end(n[2], n[3])
    months = {"half": 6, "quarter": 3, "month": 1}[kind]
    last_month = n[1] * months
    return date(n[0], last_month - months + 1, 1), _month_end(n[0], last_month)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def month_label(day: date, lang: Lang) -> str:
    """2022 年 9 月 / September 2022."""
    return _format(day, lang, Text("y 年 M 月", "MMMM y"))


def month_name(day: date, *, short: bool = False) -> str:
    """The English name of a month: September, or Sep where room is scarce."""
    return format_date(day, "MMM" if short else "MMMM", locale="en")


def date_label(day: date, lang: Lang) -> str:
    """2022年9月2日 / 2 September 2022 (form of government pages, GB/T 15835 and usage)."""
    return _format(day, lang, Text("y年M月d日", "d MMMM y"))


@lru_cache(maxsize=4096)
def _format(day: date, lang: Lang, pattern: Text) -> str:
    return format_date(day, pattern[lang], locale="zh_Hans_CN" if lang == "zh" else "en_GB")


class PartialDate(Frozen):
    """A date known to the year, the month or the day (ISO 8601 calendar date, GB/T 7408.1)."""

    text: str

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read YYYY, YYYY-MM or YYYY-MM-DD.

        Raises:
            ValueError: any other form, or a day that does not exist.
        """
        match = _PARTIAL_DATE.fullmatch(text)
        if not match:
            raise ValueError(f"not a date: {text}")
        if match.group(3):
            date.fromisoformat(text)
        return cls(text)

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How exactly the date is known."""
        by_length: dict[int, Literal["year", "month", "day"]] = {4: "year", 7: "month", 10: "day"}
        return by_length[len(self.text)]

    @property
    def first(self) -> date:
        """The earliest day it can be."""
        return date.fromisoformat((self.text + "-01-01")[:10])

    @property
    def last(self) -> date:
        """The latest day it can be."""
        if self.precision == "day":
            return self.first
        return _month_end(self.first.year, 12 if self.precision == "year" else self.first.month)

    @property
    def year(self) -> int:
        """The calendar year."""
        return int(self.text[:4])

    def label(self, lang: Lang) -> str:
        """The date as readers write it, no more exact than it is known."""
        if self.precision == "day":
            return date_label(self.first, lang)
        if self.precision == "month":
            return f"{self.first.year}年{self.first.month}月" if lang == "zh" else month_label(self.first, lang)
        return f"{self.text}年" if lang == "zh" else self.text
