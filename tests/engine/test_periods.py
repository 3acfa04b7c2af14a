from datetime import date

import pytest

from ipportal.base.periods import PartialDate, Period, date_label


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2021", "year", date(2021, 1, 1), date(2021, 12, 31)),
        ("2022-H1", "half", date(2022, 1, 1), date(2022, 6, 30)),
        ("2022-H2", "half", date(2022, 7, 1), date(2022, 12, 31)),
        ("2023-Q1", "quarter", date(2023, 1, 1), date(2023, 3, 31)),
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29)),
        ("2016/2020", "years", date(2016, 1, 1), date(2020, 12, 31)),
        ("2022-05/2023-07", "months", date(2022, 5, 1), date(2023, 7, 31)),
        ("undated", "undated", None, None),
    ],
)
def test_every_form_of_a_period(text, kind, first, last):
    period = Period.parse(text)
    assert (period.kind, period.first, period.last) == (kind, first, last)


@pytest.mark.parametrize(
    "text", ["21", "2021-13", "2021-H3", "2021-Q5", "2020/2016", "2021-2022", "２０２１", "2021年", ""]
)
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "to_date", "zh", "en"),
    [
        ("2021", False, "2021 年", "2021"),
        ("2022-H1", False, "2022 年上半年", "first half of 2022"),
        ("2022-H2", False, "2022 年下半年", "second half of 2022"),
        ("2023-Q1", False, "2023 年第一季度", "Q1 2023"),
        ("2021-07", True, "2021 年 1—7 月", "January–July 2021"),
        ("2021-07", False, "2021 年 7 月", "July 2021"),
        ("2021-01", True, "2021 年 1 月", "January 2021"),
        ("2016/2020", False, "2016—2020 年", "2016–2020"),
        ("2022-05/2023-07", False, "2022 年 5 月至 2023 年 7 月", "May 2022 to July 2023"),
        ("undated", False, "时点未注明", "date not stated"),
    ],
)
def test_labels(text, to_date, zh, en):
    period = Period.parse(text)
    assert period.label("zh", to_date=to_date) == zh
    assert period.label("en", to_date=to_date) == en


def test_periods_sort_by_time_and_undated_last():
    texts = ["undated", "2021", "2020", "2021-H1", "2020/2021"]
    ordered = sorted((Period.parse(t) for t in texts), key=lambda p: p.sort_key)
    assert [p.text for p in ordered] == ["2020", "2021-H1", "2020/2021", "2021", "undated"]


def test_only_a_calendar_year_is_a_full_year():
    assert Period.parse("2021").is_full_year
    assert not Period.parse("2021-H1").is_full_year
    assert Period.parse("undated").year is None


@pytest.mark.parametrize(
    ("text", "precision", "first", "last", "zh", "en"),
    [
        ("2019", "year", date(2019, 1, 1), date(2019, 12, 31), "2019年", "2019"),
        ("2020-12", "month", date(2020, 12, 1), date(2020, 12, 31), "2020年12月", "December 2020"),
        ("2022-09-02", "day", date(2022, 9, 2), date(2022, 9, 2), "2022年9月2日", "2 September 2022"),
    ],
)
def test_partial_dates(text, precision, first, last, zh, en):
    day = PartialDate.parse(text)
    assert (day.precision, day.first, day.last, day.year) == (precision, first, last, int(text[:4]))
    assert (day.label("zh"), day.label("en")) == (zh, en)


@pytest.mark.parametrize("text", ["2021-02-30", "2021-1-1", "2021/01/01", "近日"])
def test_impossible_dates_are_refused(text):
    with pytest.raises(ValueError, match=r"date|day|range"):
        PartialDate.parse(text)


def test_full_dates_in_words():
    assert date_label(date(2026, 11, 22), "zh") == "2026年11月22日"
    assert date_label(date(2026, 11, 22), "en") == "22 November 2026"
