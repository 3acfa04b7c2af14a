"""What periods and dates written the office way probably mean."""

import pytest

from ipportal.base.periods import PartialDate, Period
from ipportal.rules.cells import suggestion


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2022年上半年", "2022-H1"),
        ("2022下半年", "2022-H2"),
        ("2022年第三季度", "2022-Q3"),
        ("2022年2季度", "2022-Q2"),
        ("2022Q4", "2022-Q4"),
        ("2022 q1", "2022-Q1"),
        ("2022年", "2022"),
        ("2022年9月", "2022-09"),
        ("2022年9月5日", "2022-09-05"),
        ("2022/9/5", "2022-09-05"),
        ("2022.9", "2022-09"),
        ("2022-9-5", "2022-09-05"),
        ("15-Mar-22", "2022-03-15"),
        ("5 September 2022", "2022-09-05"),
        ("44635", "2022-03-15"),
        (" 2022年 ", "2022"),
    ],
)
def test_a_plain_meaning_is_suggested(written, meant):
    assert suggestion(written) == meant


@pytest.mark.parametrize("written", ["最近", "20-Dec", "5 Foo 2022", "上半年", "", "12345", "第三季度"])
def test_nothing_is_guessed_where_it_is_unclear(written):
    assert suggestion(written) == ""


@pytest.mark.parametrize("written", ["2022年上半年", "2022年第三季度", "2022年9月", "2022/9/5"])
def test_a_suggestion_is_a_form_the_data_take(written):
    meant = suggestion(written)
    try:
        Period.parse(meant)
    except ValueError:
        PartialDate.parse(meant)
