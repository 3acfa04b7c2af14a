"""Verdicts against numbers worked out by hand, and properties that hold for every series."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_portal import PIECE, WAN_PIECE, indicator, observation, portal, target

from ipportal.analysis.progress import band, judge, tally, verdicts
from ipportal.analysis.states import STATES
from ipportal.data.model import Observation, Target

DURING = "2024-06-30"
AFTER = "2026-11-22"


@dataclass
class Case:
    """One world and what must be said of it. Numbers are compared to four decimals; None means undefined."""

    name: str
    state: str
    values: list[tuple[int | str, object]] = field(default_factory=list)
    minimum: object = None
    maximum: object = None
    kind: str = "reach"
    direction: str = "up"
    measure: str = "annual-flow"
    as_of: str = DURING
    done: str | None = None
    expected: str | None = None
    pace: str | None = None
    ratio: str | None = None
    gap: str | None = None
    needed: str | None = None
    rows: list[Observation] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)


# fmt: off
CASES = [
    # the straight line itself: 100 → 300 is 40 a year
    Case("exactly on the line, first year", "on-pace", [(2020, 100), (2021, 140)], 300, done="0.2",
         expected="0.2", pace="1", ratio="1.6278", gap="160", needed="40"),
    Case("a cut exactly on the line, first year", "on-pace", [(2020, 60), (2021, "52.8")], 24, direction="down",
         done="0.2", expected="0.2", pace="1", ratio="0.7166", gap="-28.8", needed="-7.2"),
    Case("the zone's invention grants, while the plan ran", "on-pace", [(2020, 572), (2021, 1443)], 1700,
         done="0.7722", expected="0.2", pace="3.8608", ratio="6.2561", gap="257", needed="64.25"),
    Case("the zone's invention grants, after the plan", "closed-unpublished", [(2020, 572), (2021, 1443)], 1700,
         as_of=AFTER, done="0.7722", expected="0.2", pace="3.8608", ratio="6.2561", gap="257", needed="64.25"),
    Case("threshold of on-pace is inside the band", "on-pace", [(2020, 0), (2021, 19)], 100, done="0.19",
         expected="0.2", pace="0.95", gap="81", needed="20.25"),
    Case("just below on-pace", "behind", [(2020, 0), (2021, "18.9")], 100, done="0.189", expected="0.2",
         pace="0.945", gap="81.1", needed="20.275"),
    Case("threshold of behind is inside the band", "behind", [(2020, 0), (2021, 12)], 100, done="0.12",
         expected="0.2", pace="0.6", gap="88", needed="22"),
    Case("just below behind", "well-behind", [(2020, 0), (2021, "11.9")], 100, done="0.119", expected="0.2",
         pace="0.595", gap="88.1", needed="22.025"),
    Case("no movement at all", "well-behind", [(2020, 100), (2022, 100)], 300, done="0", expected="0.4", pace="0",
         ratio="0.0000", gap="200", needed="66.6667"),
    Case("falling where it should rise", "moving-away", [(2020, 100), (2022, 90)], 300, done="-0.05",
         expected="0.4", pace="-0.125", ratio="-0.2088", gap="210", needed="70"),
    Case("rising where it should fall", "moving-away", [(2020, 60), (2021, 66)], 24, direction="down",
         done="-0.1667", expected="0.2", pace="-0.8333", ratio="-0.5972", gap="-42", needed="-10.5"),
    Case("overshoot before the end", "reached-early", [(2020, 100), (2023, 330)], 300, done="1.15",
         expected="0.6", pace="1.9167", ratio="1.9892", gap="-30"),
    Case("exactly reached before the end", "reached-early", [(2020, 100), (2023, 300)], 300, done="1",
         expected="0.6", pace="1.6667", ratio="1.7997", gap="0"),
    Case("a cut reached early", "reached-early", [(2020, 60), (2022, 20)], maximum=24, direction="down",
         done="1.1111", expected="0.4", pace="2.7778", ratio="2.5241", gap="4"),
    # zero, negative, sign change: the growth ratio is undefined and stays blank
    Case("zero base", "on-pace", [(2020, 0), (2022, 40)], 100, done="0.4", expected="0.4", pace="1", gap="60",
         needed="20"),
    Case("zero target of a cut", "on-pace", [(2020, 50), (2022, 30)], maximum=0, direction="down", done="0.4",
         expected="0.4", pace="1", gap="-30", needed="-10"),
    Case("negative values on both sides", "behind", [(2020, -20), (2021, -17)], 0, done="0.15", expected="0.2",
         pace="0.75", gap="17", needed="4.25"),
    Case("sign change", "on-pace", [(2020, -10), (2023, 5)], 10, done="0.75", expected="0.6", pace="1.25",
         gap="5", needed="2.5"),
    Case("value fell to zero", "moving-away", [(2020, 10), (2021, 0)], 20, done="-1", expected="0.2", pace="-5",
         ratio="-6.7250", gap="20", needed="5"),
    # missing pieces
    Case("no baseline", "no-baseline", [(2021, 140)], 300, gap="160", needed="40"),
    Case("no baseline, yet already there", "reached-early", [(2021, 310)], 300, gap="-10"),
    Case("no value at all", "no-baseline", [], 300),
    Case("only the baseline", "no-data", [(2020, 100)], 300, gap="200", needed="40"),
    Case("only the baseline, after the plan", "closed-unpublished", [(2020, 100)], 300, as_of=AFTER, gap="200",
         needed="40"),
    Case("no value at all, after the plan", "closed-unpublished", [], 300, as_of=AFTER),
    Case("only part of a year", "no-data", [(2020, 100), ("2022-H1", 150)], 300, gap="200", needed="40"),
    Case("January to July is no year", "no-data", [(2020, 100), ("2021-07", 150)], 300, gap="200", needed="40"),
    Case("January to December is a year", "on-pace", [(2020, 100), ("2021-12", 140)], 300, done="0.2",
         expected="0.2", pace="1", ratio="1.6278", gap="160", needed="40"),
    Case("several years in one figure are no year", "no-data", [(2020, 100), ("2021/2022", 500)], 300, gap="200",
         needed="40"),
    Case("an undated figure decides nothing", "no-data", [(2020, 100), ("undated", 900)], 300, gap="200",
         needed="40"),
    # first and last year
    Case("last year of the plan, not over yet", "behind", [(2020, 100), (2025, 280)], 300, as_of="2025-12-31",
         done="0.9", expected="1", pace="0.9", ratio="0.9305", gap="20"),
    Case("met to the dot", "met", [(2020, 100), (2025, 300)], 300, as_of=AFTER, done="1", expected="1", pace="1",
         ratio="1", gap="0"),
    Case("exceeded", "exceeded", [(2020, 100), (2025, 301)], 300, as_of=AFTER, done="1.005", expected="1",
         pace="1.005", ratio="1.0034", gap="-1"),
    Case("missed by one", "missed", [(2020, 100), (2025, 299)], 300, as_of=AFTER, done="0.995", expected="1",
         pace="0.995", ratio="0.9966", gap="1"),
    Case("met without a baseline", "met", [(2025, 20)], 20, as_of=AFTER, gap="0"),
    Case("a cut met", "exceeded", [(2020, 60), (2025, 20)], maximum=24, direction="down", as_of=AFTER,
         done="1.1111", expected="1", pace="1.1111", ratio="1.1780", gap="4"),
    Case("a later year does not stand in for the last", "closed-unpublished", [(2020, 100), (2026, 400)], 300,
         as_of="2027-03-01", gap="200", needed="40"),
    Case("the day after the last day", "closed-unpublished", [(2020, 100), (2024, 290)], 300, as_of="2026-01-01",
         done="0.95", expected="0.8", pace="1.1875", ratio="1.2411", gap="10", needed="10"),
    # strict targets
    Case("突破: the line itself is not enough", "missed", [(2020, 100), (2025, 300)], 300, kind="exceed",
         as_of=AFTER, done="1", expected="1", pace="1", ratio="1", gap="0"),
    Case("突破: one more meets it", "met", [(2020, 100), (2025, 301)], 300, kind="exceed", as_of=AFTER,
         done="1.005", expected="1", pace="1.005", ratio="1.0034", gap="-1"),
    Case("突破: “more than 300” meets it", "met", kind="exceed", minimum=300, as_of=AFTER, rows=[observation(2025,
         300, qualifier="more-than")], gap="0"),
    Case("“nearly 300” does not reach 300", "missed", minimum=300, as_of=AFTER, rows=[observation(2025, 300,
         qualifier="nearly")], gap="0"),
    # ranges
    Case("range met at its lower end", "met", [(2020, 0), (2025, 3)], 3, 5, kind="range", as_of=AFTER, done="1",
         expected="1", pace="1", gap="0"),
    Case("range met inside", "met", [(2020, 0), (2025, 5)], 3, 5, kind="range", as_of=AFTER, done="1.6667",
         expected="1", pace="1.6667", gap="-2"),
    Case("range exceeded", "exceeded", [(2020, 0), (2025, 6)], 3, 5, kind="range", as_of=AFTER, done="2",
         expected="1", pace="2", gap="-3"),
    Case("range missed", "missed", [(2020, 0), (2025, 2)], 3, 5, kind="range", as_of=AFTER, done="0.6667",
         expected="1", pace="0.6667", gap="1"),
    # holding a level
    Case("hold: kept", "on-pace", [(2020, 5), (2022, 5)], kind="hold", direction="hold", gap="0"),
    Case("hold: lost", "moving-away", [(2020, 5), (2022, 4)], kind="hold", direction="hold", gap="1",
         needed="0.3333"),
    Case("hold: kept to the end", "met", [(2020, 5), (2025, 7)], kind="hold", direction="hold", as_of=AFTER,
         gap="-2"),
    Case("hold: lost at the end", "missed", [(2020, 5), (2025, 4)], kind="hold", direction="hold", as_of=AFTER,
         gap="1" ),
    Case("hold below a ceiling", "met", [(2020, 5), (2025, 5)], maximum=5, kind="hold", direction="hold",
         as_of=AFTER, gap="0"),
    Case("hold: nothing to hold on to", "no-baseline", [(2025, 5)], kind="hold", direction="hold", as_of=AFTER),
    Case("target equal to the baseline", "reached-early", [(2020, 5), (2021, 5)], 5, gap="0"),
    Case("target behind the baseline, value lost", "moving-away", [(2020, 100), (2021, 70)], 80, ratio="-6.8732",
         gap="10", needed="2.5"),
    # sums over the plan
    Case("sum on the line", "on-pace", [(2021, 20), (2022, 20)], 100, kind="cumulative", done="0.4",
         expected="0.4", pace="1", gap="60", needed="20"),
    Case("sum with a gap counts only up to it", "on-pace", [(2021, 20), (2023, 90)], 100, kind="cumulative",
         done="0.2", expected="0.2", pace="1", gap="80", needed="20"),
    Case("sum whose first year is unknown", "no-data", [(2022, 20), (2023, 90)], 100, kind="cumulative"),
    Case("the baseline year is not part of the sum", "no-data", [(2020, 70)], 100, kind="cumulative"),
    Case("sum met", "met", [(2021, 20), (2022, 20), (2023, 20), (2024, 20), (2025, 20)], 100, kind="cumulative",
         as_of=AFTER, done="1", expected="1", pace="1", gap="0"),
    Case("sum with a gap, after the plan", "closed-unpublished", [(2021, 20), (2022, 20), (2024, 20), (2025, 99)],
         100, kind="cumulative", as_of=AFTER, done="0.4", expected="0.4", pace="1", gap="60", needed="20"),
    Case("sum stated for the whole plan", "exceeded", [("2021/2025", 120)], 100, kind="cumulative", as_of=AFTER,
         done="1.2", expected="1", pace="1.2", gap="-20"),
    Case("a running total without a starting year decides nothing", "no-data", [(2020, 50), (2021, 60)], 100,
         kind="cumulative", measure="cumulative"),
    Case("nor does it after the plan, even far above", "closed-unpublished", [(2025, 380)], 300, kind="cumulative",
         measure="cumulative", as_of=AFTER),
    Case("a running total that says it starts with the plan counts", "met", [("2021/2025", 300)], 300,
         kind="cumulative", measure="cumulative", as_of=AFTER, done="1", expected="1", pace="1", gap="0"),
    # a work plan's target of one year: met or missed, no pace, no line (23 against 19.53, 15 against 13.7)
    Case("annual: missed", "missed", [(2020, "4.75"), (2024, "11.5"), (2025, "13.7")], 15, kind="annual", as_of=AFTER,
         gap="1.3"),
    Case("annual: met, and never more than met", "met", [(2020, 4), (2025, 16)], 15, kind="annual", as_of=AFTER,
         gap="-1"),
    Case("annual: the line itself meets it", "met", [(2025, 15)], 15, kind="annual", as_of=AFTER, gap="0"),
    Case("annual: the year before says nothing", "closed-unpublished", [(2024, 16)], 15, kind="annual", as_of=AFTER),
    Case("annual: nothing known", "closed-unpublished", [], 15, kind="annual", as_of=AFTER),
    Case("annual: its year is not over", "no-data", [(2020, 4), (2024, 16)], 15, kind="annual", as_of="2025-12-31"),
    Case("annual: a provisional value waits", "provisional", minimum=15, kind="annual", as_of=AFTER, gap="1.3",
         rows=[observation(2025, "13.7", status="provisional")]),
    Case("annual: a work plan gives the five-year plan no interim point", "on-pace", [(2020, 100), (2021, 140)], 300,
         done="0.2", expected="0.2", pace="1", ratio="1.6278", gap="160", needed="40",
         targets=[target(120, id="grants-2022", year=2022, kind="annual")]),
    # which rows count
    Case("provisional while the plan runs", "provisional", minimum=300, done="0.2", expected="0.2", pace="1",
         ratio="1.6278", gap="160", needed="40", rows=[observation(2020, 100), observation(2021, 140,
         status="provisional")]),
    Case("provisional final value", "provisional", minimum=300, as_of=AFTER, done="1.05", expected="1",
         pace="1.05", ratio="1.0334", gap="-10", rows=[observation(2020, 100), observation(2025, 310,
         status="provisional")]),
    Case("a final row goes before a provisional one", "on-pace", minimum=300, done="0.2", expected="0.2",
         pace="1", ratio="1.6278", gap="160", needed="40", rows=[observation(2020, 100), observation(2021, 999,
         status="provisional"), observation(2021, 140, source="zone-site-20220315", confidence="secondary")]),
    Case("superseded rows are left out", "no-data", minimum=300, gap="200", needed="40", rows=[observation(2020,
         100), observation(2021, 250, status="superseded")]),
    Case("another definition is left out", "no-data", minimum=300, gap="200", needed="40", rows=[observation(2020,
         100), observation(2021, 250, basis="web")]),
    Case("another area is left out", "no-data", minimum=300, gap="200", needed="40", rows=[observation(2020, 100),
         observation(2021, 250, area="city")]),
    Case("the more trusted of two rows counts", "on-pace", minimum=300, done="0.2", expected="0.2", pace="1",
         ratio="1.6278", gap="160", needed="40", rows=[observation(2021, 160, source="zone-site-20220315",
         confidence="official"), observation(2020, 100), observation(2021, 140)]),
    Case("units are converted exactly", "on-pace", minimum=30000, done="0.2", expected="0.2", pace="1",
         ratio="1.6278", gap="16000", needed="4000", rows=[observation(2020, "1", unit=WAN_PIECE), observation(2021,
         "1.4", unit=WAN_PIECE)]),
    # the plan's own path
    Case("interim target of the plan", "on-pace", [(2020, 100), (2021, 110)], 300, done="0.05", expected="0.05",
         pace="1", ratio="0.4069", gap="190", needed="47.5", targets=[target(120, id="grants-2022", year=2022)]),
    Case("after the interim target the path is steeper", "behind", [(2020, 100), (2023, 150)], 300, done="0.25",
         expected="0.4", pace="0.625", ratio="0.5889", gap="150", needed="75", targets=[target(120, id="grants-2022",
         year=2022)]),
]
# fmt: on


def decide(case: Case):
    rows = case.rows or [observation(period, value) for period, value in case.values]
    aim = target(case.minimum, case.maximum, kind=case.kind)
    world = portal(
        rows,
        [aim, *case.targets],
        indicators=[indicator(direction=case.direction, measure_type=case.measure)],
        as_of=case.as_of,
    )
    return judge(world, aim)


def shown(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worked_case(case: Case) -> None:
    verdict = decide(case)
    wanted = (case.done, case.expected, case.pace, case.ratio, case.gap, case.needed)
    got = (verdict.done, verdict.expected, verdict.pace, verdict.cagr_ratio, verdict.gap, verdict.needed_absolute)
    assert verdict.state.id == case.state
    assert [shown(number) for number in got] == [shown(Decimal(n)) if n is not None else None for n in wanted]


def test_there_are_forty_cases_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40


def test_every_state_is_reached_by_a_worked_case() -> None:
    assert {case.state for case in CASES} == {kind.id for kind in STATES}


def test_states_are_told_apart_without_colour() -> None:
    assert len({kind.symbol for kind in STATES}) == len(STATES)
    assert len({kind.label.zh for kind in STATES}) == len({kind.label.en for kind in STATES}) == len(STATES)


def test_where_the_methods_disagree_the_verdict_says_so() -> None:
    line = decide(Case("", "", [(2020, 60), (2021, "52.8")], 24, direction="down"))
    assert (line.pace_band.id, line.cagr_band.id, line.bands_disagree) == ("on-pace", "behind", True)
    assert not decide(Case("", "", [(2020, 100), (2021, 140)], 300)).bands_disagree


def test_needed_rate_would_reach_the_goal() -> None:
    verdict = decide(Case("", "", [(2020, 572), (2021, 1443)], 1700))
    assert shown(verdict.needed_percent) == Decimal("0.0418")
    assert shown(Decimal(1443) * (1 + verdict.needed_percent) ** 4) == 1700


def test_two_targets_are_both_judged_the_default_first() -> None:
    world = portal(
        [observation(2020, 16)],
        [target(20, id="text", default=False), target(30, id="table", default=True)],
    )
    assert [(v.target.id, v.goal) for v in verdicts(world, "grants")] == [("table", 30), ("text", 20)]


def test_rows_that_say_the_same_are_kept_as_agreement() -> None:
    rows = [
        observation(2021, 1443),
        observation(2021, "0.1443", unit=WAN_PIECE, source="zone-site-20220315", confidence="official"),
        observation(2021, 1500, source="zone-site-20220315", confidence="secondary"),
    ]
    latest = judge(portal(rows, [target(1700)]), target(1700)).latest
    assert latest.observation == rows[0]
    assert latest.agreeing == (rows[1],)


def test_parts_of_a_sum_are_named() -> None:
    aim = target(100, kind="cumulative")
    latest = judge(portal([observation(2021, 20), observation(2022, 30)], [aim]), aim).latest
    assert (latest.year, latest.value, [row.value for row in latest.parts]) == (2022, 50, [20, 30])


def test_tally_counts_states_in_their_order_without_an_average() -> None:
    judged = [decide(case) for case in CASES[:4]]
    assert [(kind.id, count) for kind, count in tally(judged)] == [("closed-unpublished", 1), ("on-pace", 3)]


# --- properties -----------------------------------------------------------------------------------

numbers = st.decimals(min_value=1, max_value=10_000, places=2)
rising = st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted)
years = st.integers(min_value=2021, max_value=2025)


def simple(start: Decimal, value: Decimal, year: int, goal: Decimal, *, direction: str = "up", unit=PIECE):
    bounds = {"minimum": goal} if direction == "up" else {"maximum": goal}
    aim = target(**bounds, unit=unit)
    rows = [observation(2020, start, unit=unit), observation(year, value, unit=unit)]
    return judge(portal(rows, [aim], indicators=[indicator(direction=direction)], as_of=DURING), aim)


@given(rising, numbers, years, st.sampled_from([Decimal("0.5"), Decimal(3), Decimal(1000)]))
def test_scaling_changes_no_verdict(ends, value, year, factor) -> None:
    start, goal = ends
    one, other = simple(start, value, year, goal), simple(start * factor, value * factor, year, goal * factor)
    assert one.state == other.state
    assert (shown(one.done), shown(one.pace), shown(one.cagr_ratio)) == (
        shown(other.done),
        shown(other.pace),
        shown(other.cagr_ratio),
    )


@given(rising, rising, years)
def test_a_better_value_never_gives_a_lower_pace(ends, values, year) -> None:
    (start, goal), (worse, better) = ends, values
    low, high = simple(start, worse, year, goal), simple(start, better, year, goal)
    assert low.pace < high.pace
    assert low.gap > high.gap


@given(rising, numbers, years)
def test_raising_and_cutting_are_mirror_images(ends, value, year) -> None:
    start, goal = ends
    up = simple(start, value, year, goal)
    down = simple(-start, -value, year, -goal, direction="down")
    assert (up.done, up.pace, up.state) == (down.done, down.pace, down.state)
    assert up.gap == -down.gap


@given(rising, years)
def test_a_plan_followed_exactly_is_on_pace(ends, year) -> None:
    start, goal = ends
    value = start + (goal - start) * (year - 2020) / 5
    verdict = simple(start, value, year, goal)
    assert shown(verdict.pace) == 1
    assert verdict.pace_band.id == "on-pace"


@given(rising, numbers, years)
def test_the_units_the_rows_are_written_in_do_not_matter(ends, value, year) -> None:
    start, goal = ends
    one = simple(start * 10000, value * 10000, year, goal * 10000)
    other = simple(start, value, year, goal, unit=WAN_PIECE)
    assert (one.state, one.done, one.pace, one.gap) == (other.state, other.done, other.pace, other.gap)


@given(st.decimals(min_value=-5, max_value=5, places=3), st.decimals(min_value=0, max_value=5, places=3))
def test_bands_are_ordered(ratio, more) -> None:
    order = ["moving-away", "well-behind", "behind", "on-pace"]
    assert order.index(band(ratio).id) <= order.index(band(ratio + more).id)
