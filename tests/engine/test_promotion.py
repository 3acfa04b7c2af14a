"""Events by year, sums of several years, and prizes in lines."""

from dataclasses import replace
from decimal import Decimal

import pytest
from small_portal import WAN_YUAN, YI_YUAN, portal

from ipportal.analysis.promotion import by_year, prizes, sums_of_years
from ipportal.base.periods import PartialDate, Period
from ipportal.base.text import Text
from ipportal.data.model import Award, Event, Incentive
from support.portals import tiny_portal

SAID = Text("甲", "A")


def event(id, day):
    return Event(id, PartialDate.parse(day), SAID, SAID, "policy", "zone", None, "plan-draft", SAID, "plan")


def paid(id, period, value, **other):
    row = Incentive(
        id, Period.parse(period), "zone", "paid", Decimal(value), WAN_YUAN, "exact", "plan-draft", "", "plan", None, 2
    )
    return replace(row, **other)


def award(id, kind, grade, level="national"):
    return Award(id, level, SAID, grade, kind, 1, Period.parse("undated"), "zone", "plan-draft", "", "plan", None, 2)


def test_events_by_year_newest_or_oldest_first():
    events = (event("a", "2020-03-01"), event("b", "2021"), event("c", "2020-03"), event("d", "2020-02"))
    newest, oldest = by_year(events, newest=True), by_year(events, newest=False)
    assert [(year, [e.id for e in found]) for year, found in newest.items()] == [(2021, ["b"]), (2020, ["c", "a", "d"])]
    assert [(year, [e.id for e in found]) for year, found in oldest.items()] == [(2020, ["d", "c", "a"]), (2021, ["b"])]


def test_a_total_that_its_known_years_make_up_is_found_out():
    world = portal(incentives=(paid("t", "2016/2018", "30"), paid("a", "2017", "10"), paid("b", "2018", "20")))
    (found,) = sums_of_years(world)
    assert (found.total.id, [row.id for row in found.known], found.missing) == ("t", ["a", "b"], (2016,))
    assert found.sum == 30
    assert found.explained


def test_units_are_converted_before_adding():
    world = portal(
        incentives=(paid("t", "2017/2018", "3", unit=YI_YUAN), paid("a", "2017", "10000"), paid("b", "2018", "20000"))
    )
    (found,) = sums_of_years(world)
    assert found.sum == 3
    assert found.missing == ()


def test_rounded_totals_other_kinds_and_other_areas_explain_nothing():
    world = portal(
        incentives=(
            paid("t", "2017/2018", "30", qualifier="nearly"),
            paid("a", "2017", "30"),
            paid("b", "2018", "5", kind="committed"),
            paid("c", "2018", "5", area="city"),
        )
    )
    (found,) = sums_of_years(world)
    assert (found.sum, found.missing, found.explained) == (30, (2018,), False)


@pytest.mark.this_portal
def test_the_published_five_year_total_is_the_sum_of_two_years(portal):
    found = {one.total.id: one for one in sums_of_years(portal)}
    five = found["rewards-2016-2020"]
    assert (five.sum, five.missing, five.explained) == (Decimal("1464.108"), (2016, 2017, 2018), True)
    assert not found["rewards-2019-2021"].explained


def test_prizes_stand_in_lines_and_contests_apart():
    awards = (
        award("p-silver", "invention", "silver", "provincial"),
        award("p-gold", "invention", "gold", "provincial"),
        award("n-design", "design", "excellence"),
        award("contest", "competition", "second"),
    )
    world = portal(awards=awards, packages={"recognition": tiny_portal().packages["recognition"]})
    assert [[a.id for a in line] for line in prizes(world, contests=False)] == [["n-design"], ["p-gold", "p-silver"]]
    assert [[a.id for a in line] for line in prizes(world, contests=True)] == [["contest"]]
