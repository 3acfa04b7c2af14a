"""Yearly days: exact where a rule fixes them, silent where nobody has announced them."""

from datetime import date

import pytest

from ipportal.analysis.promotion import next_occurrence, upcoming
from ipportal.base.text import Text
from ipportal.data.model import Observance

SAID = Text("甲", "A")


def observance(id="day", month=4, day=26, length=1, fixed=True):
    return Observance(id, SAID, SAID, month, day, length, fixed, None, SAID)


@pytest.mark.parametrize(
    ("month", "day", "length", "as_of", "first", "last"),
    [
        (4, 26, 1, "2026-04-25", "2026-04-26", "2026-04-26"),
        (4, 26, 1, "2026-04-26", "2026-04-26", "2026-04-26"),
        (4, 26, 1, "2026-04-27", "2027-04-26", "2027-04-26"),
        (12, 4, 1, "2026-11-22", "2026-12-04", "2026-12-04"),
        (4, 20, 7, "2026-04-26", "2026-04-20", "2026-04-26"),
        (4, 20, 7, "2026-04-27", "2027-04-20", "2027-04-26"),
        (12, 30, 5, "2027-01-03", "2026-12-30", "2027-01-03"),
        (12, 30, 5, "2027-01-04", "2027-12-30", "2028-01-03"),
        (2, 29, 1, "2026-11-22", "2028-02-29", "2028-02-29"),
        (1, 1, None, "2026-12-31", "2027-01-01", "2027-01-01"),
    ],
)
def test_a_fixed_day_has_its_next_date(month, day, length, as_of, first, last):
    found = next_occurrence(observance(month=month, day=day, length=length), date.fromisoformat(as_of))
    assert (found.kind, str(found.first), str(found.last)) == ("fixed", first, last)


@pytest.mark.parametrize(("day", "kind"), [(20, "customary"), (None, "announced")])
def test_what_is_announced_each_year_gets_no_date(day, kind):
    found = next_occurrence(observance(day=day, length=7, fixed=False), date(2026, 11, 22))
    assert (found.kind, found.first, found.last) == (kind, None, None)
    assert found.month == date(2027, 4, 1)


def test_the_list_is_in_the_order_of_the_months_and_the_unknown_comes_last():
    found = upcoming(
        (
            observance("spring", 4, 26),
            observance("someday", None, None, fixed=False),
            observance("november", 11, None, fixed=False),
            observance("december", 12, 4),
        ),
        date(2026, 11, 22),
    )
    assert [one.observance.id for one in found] == ["november", "december", "spring", "someday"]


@pytest.mark.this_portal
def test_the_real_days(portal):
    found = {one.observance.id: one for one in upcoming(portal.observances, date(2026, 11, 22))}
    assert found["world-ip-day"].first == date(2027, 4, 26)
    assert found["constitution-day"].first == date(2026, 12, 4)
    assert [id for id, one in found.items() if one.first is None] == [
        "china-patent-week",
        "national-ip-week",
        "science-week",
    ]
