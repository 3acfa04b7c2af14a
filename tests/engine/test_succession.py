"""Two plans one after the other, yearly targets, values published late or corrected: every number worked by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from chart_worlds import data_rows, layers
from small_portal import PLANS, SITE, indicator, observation, portal, target

from ipportal.analysis.progress import leading_verdicts, next_due, zone_verdicts
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.charts import find
from ipportal.charts.theme import COLOURS, NARROW, WIDE
from ipportal.data.plans import Plan, PlanState
from ipportal.pages.plan import final_sentence
from ipportal.words.sentences import short_sentence, verdict_sentence

(FIRST,) = PLANS
SECOND = Plan("2026-2030", Text("第二个规划", "The second plan"), 2026, 2030, 2025, "plan", PlanState.RUNNING)
BOTH = (FIRST, SECOND)


def judged(values, targets, *, as_of="2028-06-30", plans=BOTH, sources=(), **of_indicator):
    """Verdicts by the id of their target. `values` are (period, value) or rows."""
    rows = [value if not isinstance(value, tuple) else observation(*value) for value in values]
    world = portal(rows, targets, indicators=[indicator(**of_indicator)], as_of=as_of, plans=plans)
    world = replace(world, sources={**world.sources, **{source.id: source for source in sources}})
    return world, {verdict.target.id: verdict for verdict in zone_verdicts(world, "grants")}


def published(day: str | None, id: str = "later"):
    return replace(SITE, id=id, date=PartialDate.parse(day) if day else None)


def places(number):
    return None if number is None else round(number, 4).normalize()


# --- yearly targets -------------------------------------------------------------------------------


def test_yearly_targets_that_fall_are_met_or_missed_and_have_no_pace() -> None:
    # 94 ≤ 95 met; 91 > 90 missed by 1; 84 ≤ 84 met on the line; 2024 is over without a value; 2028 is not over
    aims = [
        target(maximum=most, id=f"g-{year}", year=year, kind="annual")
        for year, most in ((2021, 95), (2022, 90), (2023, 84), (2024, 80), (2028, 60))
    ]
    _, found = judged([(2020, 100), (2021, 94), (2022, 91), (2023, 84)], aims, direction="down")
    assert {id: (v.state.id, v.gap) for id, v in found.items()} == {
        "g-2021": ("met", 95 - 94),
        "g-2022": ("missed", 90 - 91),
        "g-2023": ("met", 84 - 84),
        "g-2024": ("closed-unpublished", None),
        "g-2028": ("no-data", None),
    }
    assert {(v.done, v.expected, v.pace, v.needed_absolute) for v in found.values()} == {(None,) * 4}


def test_yearly_targets_that_rise() -> None:
    # 12 ≥ 12 met on the line; 13 < 14 missed by 1; 20 ≥ 16 met, and a yearly target is never more than met
    aims = [
        target(least, id=f"g-{year}", year=year, kind="annual") for year, least in ((2021, 12), (2022, 14), (2023, 16))
    ]
    _, found = judged([(2021, 12), (2022, 13), (2023, 20)], aims)
    assert [(v.state.id, v.gap) for v in found.values()] == [("met", 16 - 20), ("missed", 14 - 13), ("met", 12 - 12)]


def test_a_yearly_target_gives_the_plans_last_year_no_interim_point() -> None:
    # straight from 100 (2025) to 60 (2030): after one of five years e = 1/5; p = (94 − 100)/(60 − 100) = 6/40 = 0.15
    aims = [
        target(maximum=97, id="g-2026", year=2026, kind="annual"),
        target(maximum=60, id="g-2030", year=2030),
    ]
    _, found = judged([(2025, 100), (2026, 94)], aims, as_of="2027-06-30", direction="down")
    last = found["g-2030"]
    assert (last.expected, last.done, last.pace) == (Decimal("0.2"), Decimal("0.15"), Decimal("0.75"))
    assert (last.state.id, found["g-2026"].state.id) == ("behind", "met")


@pytest.mark.parametrize(
    ("as_of", "shown", "due"),
    [("2026-06-30", "g-2030", None), ("2027-06-30", "g-2026", "g-2027"), ("2031-01-01", "g-2030", None)],
)
def test_a_yearly_target_leads_once_its_year_is_over(as_of, shown, due) -> None:
    aims = [
        *(target(maximum=98 - year, id=f"g-20{year}", year=2000 + year, kind="annual") for year in (26, 27)),
        target(maximum=60, id="g-2030", year=2030),
    ]
    state = PlanState.RUNNING if as_of < "2031" else PlanState.CLOSED
    world, _ = judged([(2025, 100)], aims, as_of=as_of, plans=(FIRST, replace(SECOND, state=state)), direction="down")
    found = zone_verdicts(world, "grants")
    later = next_due(found)
    assert (found[0].target.id, later.target.id if later else None) == (shown, due)


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2026-06-30", "Final values have been published for none of 1 indicator with a target."),
        (
            "2028-06-30",
            "Indicators with a target that is due (2027): 1 of 1; the value for its year has been published for 1.",
        ),
        ("2031-01-01", "Final values have been published for 1 of 1 indicator with a target."),
    ],
)
def test_a_running_plan_has_no_final_value_by_the_yearly_target_that_leads(as_of, said) -> None:
    # 85 ≤ 90 is the value of 2027, three years before the plan ends
    aims = [target(maximum=90, id="g-2027", year=2027, kind="annual"), target(maximum=60, id="g-2030", year=2030)]
    state = PlanState.RUNNING if as_of < "2031" else PlanState.CLOSED
    plans = (FIRST, replace(SECOND, state=state))
    world, _ = judged([(2025, 100), (2027, 85), (2030, 60)], aims, as_of=as_of, plans=plans, direction="down")
    assert final_sentence(leading_verdicts(world, "core")).en == said


# --- two plans ------------------------------------------------------------------------------------

ROWS = [(2020, 60), (2023, 70), (2025, 100), (2026, 108)]
AIMS = [
    target(90, id="g-2025", year=2025),
    target(120, id="g-2027", year=2027),
    target(200, id="g-2030", year=2030),
]


def test_each_target_is_judged_from_its_own_plans_baseline_and_along_its_own_interim_targets() -> None:
    world, found = judged(ROWS, AIMS, as_of="2027-06-30")
    first, interim, last = found["g-2025"], found["g-2027"], found["g-2030"]
    # first plan, 60 → 90: final value 100, p = (100 − 60)/(90 − 60) = 40/30 = 1.3333; more than asked for
    assert (first.plan.id, first.state.id, places(first.done)) == ("2021-2025", "exceeded", Decimal("1.3333"))
    assert first.path == ((2020, 60), (2025, 90))
    # second plan by way of 120 in 2027: in 2026 the path stands at 100 + 20/2 = 110, e = 10/100 = 0.1;
    # p = (108 − 100)/(200 − 100) = 0.08; pace 0.8. Judged from 2020 it would be p = 48/140 = 0.3429
    assert last.path == ((2025, 100), (2027, 120), (2030, 200))
    assert (last.expected, last.done, last.pace) == (Decimal("0.1"), Decimal("0.08"), Decimal("0.8"))
    assert (last.state.id, last.baseline.year, last.needed_absolute) == ("behind", 2025, Decimal(200 - 108) / 4)
    # its interim target itself: e = 1/2, p = 8/20 = 0.4, pace 0.8
    assert (interim.expected, interim.done, interim.pace) == (Decimal("0.5"), Decimal("0.4"), Decimal("0.8"))
    assert [v.target.id for v in zone_verdicts(world, "grants")] == ["g-2027", "g-2030", "g-2025"]
    assert verdict_sentence(world, last).en.startswith("The latest comparable full-year value is 108 patents in 2026")
    assert "the 2025 baseline is 100" in verdict_sentence(world, last).en


@pytest.mark.parametrize(
    ("as_of", "state", "shown", "due"),
    [
        ("2026-11-22", PlanState.DRAFTING, "g-2025", None),
        ("2026-11-22", PlanState.RUNNING, "g-2027", None),
        ("2028-06-30", PlanState.RUNNING, "g-2027", "g-2030"),
    ],
)
def test_the_headline_speaks_of_the_current_plan_and_never_of_a_draft(as_of, state, shown, due) -> None:
    world, found = judged(ROWS, AIMS, as_of=as_of, plans=(FIRST, replace(SECOND, state=state)))
    (leading,) = leading_verdicts(world, "core")
    later = next_due(zone_verdicts(world, "grants"))
    assert (leading.target.id, later.target.id if later else None) == (shown, due)
    assert set(found) == ({"g-2025"} if state == PlanState.DRAFTING else {"g-2025", "g-2027", "g-2030"})
    assert found["g-2025"].state.id == "exceeded"  # a closed plan keeps what was final


def test_an_indicator_of_the_old_plan_alone_is_no_part_of_the_headline() -> None:
    world, found = judged(ROWS, AIMS[:1])
    assert (leading_verdicts(world, "core"), list(found)) == ((), ["g-2025"])


def test_a_plan_with_a_definition_of_its_own_starts_from_its_own_baseline() -> None:
    # re-based from 100 to 150 for 2025; 150 → 240 by 2030: p = (168 − 150)/90 = 0.2 = e after one of five years
    rows = [
        observation(2020, 60),
        observation(2025, 100),
        observation(2025, 150, basis="web"),
        observation(2026, 168, basis="web"),
        observation(2026, 500),
    ]
    aims = [target(90, id="g-2025", year=2025), target(240, id="g-2030", year=2030, basis="web")]
    _, found = judged(rows, aims, as_of="2027-06-30", plans=(FIRST, replace(SECOND, basis="web")))
    second = found["g-2030"]
    assert (second.start, second.latest.value) == (150, 168)
    assert (second.done, second.expected, second.pace, second.state.id) == (
        Decimal("0.2"),
        Decimal("0.2"),
        1,
        "on-pace",
    )
    assert (found["g-2025"].state.id, found["g-2025"].start) == ("exceeded", 60)


def test_holding_a_level_holds_that_of_its_own_plan() -> None:
    # the level of 2025 is 8, not the 5 of 2020: 7 is short by 1, with four years left 0.25 a year
    _, found = judged(
        [(2020, 5), (2025, 8), (2026, 7)],
        [target(id="g-2030", year=2030, kind="hold")],
        as_of="2027-06-30",
        direction="hold",
    )
    (verdict,) = found.values()
    assert (verdict.goal, verdict.gap, verdict.state.id) == (8, 8 - 7, "moving-away")
    assert verdict.needed_absolute == Decimal("0.25")


def test_a_sum_counts_from_the_first_year_of_its_own_plan() -> None:
    # 30 + 10 = 40 of 100 by 2027, two of five years: 0.4 and 0.4; the 90 of 2024 and 2025 are another plan's
    _, found = judged(
        [(2024, 40), (2025, 50), (2026, 30), (2027, 10)], [target(100, id="g-2030", year=2030, kind="cumulative")]
    )
    (verdict,) = found.values()
    assert (verdict.latest.value, verdict.done, verdict.expected) == (40, Decimal("0.4"), Decimal("0.4"))
    assert verdict.state.id == "on-pace"


@pytest.mark.parametrize(
    ("first_year", "baseline_year", "total", "done", "expected"),
    [
        # 700 of 6,000 in the first of four years; the 500 of 2026 lie between baseline and plan
        (2027, 2025, 700, Decimal(700) / 6000, Decimal("0.25")),
        # 500 + 700 in two of five years; the year after the baseline is not asked for
        (2026, 2024, 1200, Decimal("0.2"), Decimal("0.4")),
    ],
)
def test_a_sum_counts_from_the_plans_first_year_be_its_baseline_earlier(
    first_year, baseline_year, total, done, expected
) -> None:
    plan = replace(SECOND, first_year=first_year, baseline_year=baseline_year)
    aims = [target(6000, id="g-2030", year=2030, kind="cumulative")]
    _, found = judged([(2026, 500), (2027, 700)], aims, as_of="2028-03-01", plans=(FIRST, plan))
    (verdict,) = found.values()
    assert (verdict.latest.value, verdict.done, verdict.expected) == (total, done, expected)
    assert verdict.path == ((first_year - 1, 0), (2030, 6000))


def test_a_value_of_the_next_plan_says_nothing_of_the_old_one() -> None:
    # 2026 is far beyond 90, but lies after the plan; the last value within it is the 70 of 2023: p = 10/30 = 0.3333
    _, found = judged([(2020, 60), (2023, 70), (2026, 400)], AIMS[:1])
    (verdict,) = found.values()
    assert (verdict.state.id, verdict.beyond_since, places(verdict.done)) == (
        "closed-unpublished",
        None,
        Decimal("0.3333"),
    )


@pytest.mark.parametrize("measure_type", ["annual-flow", "year-end-stock", "cumulative"])
def test_quarters_are_shown_and_never_judged(measure_type) -> None:
    # 30 + 30 + 30 + 40 would be 130; no full-year value is published, so nothing is added up
    rows = [(2025, 100), ("2026-Q1", 30), ("2026-Q2", 30), ("2026-Q3", 30), ("2026-Q4", 40)]
    world, found = judged(rows, AIMS[2:], as_of="2027-06-30", measure_type=measure_type)
    (verdict,) = found.values()
    assert (verdict.latest, verdict.done, verdict.state.id) == (None, None, "no-data")
    assert "plays no part in the verdict" in verdict_sentence(world, verdict).en


# --- after closing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "late"),
    [("2026-06-30", False), ("2026-12-31", False), ("2027-01-01", True), ("2027", True), (None, False)],
)
def test_the_first_final_value_after_closing_is_judged_and_marked(day, late) -> None:
    # plan closed in 2026; 310 against 300 in 2025, 10 more than asked for, whenever it was published
    rows = [observation(2020, 100), observation(2025, 310, source="later")]
    world, found = judged(rows, [target(300)], sources=[published(day)])
    (verdict,) = found.values()
    assert (verdict.state.id, verdict.gap, verdict.published_late) == ("exceeded", 300 - 310, late)
    assert ("published late" in verdict_sentence(world, verdict).en) == late
    assert ("规划结束后补公布" in short_sentence(world, verdict).zh) == late


def test_without_a_final_value_a_closed_plans_target_stays_open() -> None:
    # 2024 stands at 290 of 300: p = 190/200 = 0.95, the last thing known
    _, found = judged([(2020, 100), (2024, 290)], [target(300)], as_of="2029-01-01")
    (verdict,) = found.values()
    assert (verdict.state.id, verdict.done, verdict.published_late) == ("closed-unpublished", Decimal("0.95"), False)


@pytest.mark.parametrize(
    ("first", "now", "before", "state"), [(298, 302, "missed", "exceeded"), (305, 299, "exceeded", "missed")]
)
def test_a_correction_after_closing_keeps_what_was_said_before(first, now, before, state) -> None:
    # against 300: 298 is short by 2 and 302 beyond by 2; 305 is beyond by 5 and 299 short by 1
    rows = [
        observation(2020, 100),
        observation(2025, first, source="early", status="superseded"),
        observation(2025, now, source="later"),
    ]
    world, found = judged(rows, [target(300)], sources=[published("2026-03-01", "early"), published("2027-09-01")])
    (verdict,) = found.values()
    assert (verdict.state.id, verdict.gap, verdict.state_before.id) == (state, 300 - now, before)
    assert not verdict.published_late  # the value was there in time, only its correction was not
    said = verdict_sentence(world, verdict)
    assert f"最先公布的终值是 {first}" in said.zh
    assert "已更正" in short_sentence(world, verdict).zh


def test_what_was_superseded_without_a_change_is_no_correction() -> None:
    rows = [
        observation(2025, 310, source="early", status="superseded"),
        observation(2025, 310, source="later"),
    ]
    _, found = judged(rows, [target(300)], sources=[published("2026-03-01", "early"), published("2027-09-01")])
    (verdict,) = found.values()
    assert (verdict.corrected, verdict.state_before) == (None, None)


# --- in one drawing -------------------------------------------------------------------------------

REBASED = [
    *(observation(year, value) for year, value in ((2020, 60), (2023, 81), (2024, 88), (2025, 100))),
    *(observation(year, value, basis="web") for year, value in ((2025, 150), (2026, 168), (2027, 175))),
    observation(2026, 111),
    observation(2022, 140, basis="web"),
]
BOTH_AIMS = [target(90, id="g-2025", year=2025), target(240, id="g-2030", year=2030, basis="web")]


def drawn(width):
    world, _ = judged(REBASED, BOTH_AIMS, plans=(FIRST, replace(SECOND, basis="web")))
    return find(world, "trend", "grants"), find(world, "trend", "grants").draw("zh", width)


@pytest.mark.parametrize(("width", "name"), [(WIDE, "2026—2030 年规划"), (NARROW, "新规划")])
def test_two_plans_stand_in_one_drawing_with_a_mark_where_the_second_begins(width, name) -> None:
    _, spec = drawn(width)
    rules = [(layer["mark"], row) for layer in layers(spec, "rule") for row in layer["data"]["values"]]
    upright = [row["px"] for mark, row in rules if mark["color"] == COLOURS["soft"] and row["px"] == row["px2"]]
    span = 2030.5 - 2019.5
    assert upright == [pytest.approx((2025.5 - 2019.5) / span * spec["width"], abs=0.1)]
    said = [row["text"] for layer in layers(spec, "text") for row in layer["data"]["values"]]
    assert name in said
    # joins: 2023–2024–2025 of the first definition, 2025–2026–2027 of the second, none between the two of 2025
    joins = [row for mark, row in rules if mark["color"] == COLOURS["main"] and mark.get("strokeWidth") == 2]
    assert len(joins) == 4
    assert all(row["px"] != row["px2"] for row in joins)
    # a path and a dashed rule for each plan
    assert len([row for mark, row in rules if mark.get("strokeDash") == [2, 4]]) == 2
    assert len([row for mark, row in rules if mark["color"] == COLOURS["target"]]) == 2


def test_each_plans_definition_counts_in_its_own_years_and_years_to_come_are_no_gap() -> None:
    chart, spec = drawn(WIDE)
    kinds = {(row["year"], row["value"]): row["note"] for row in data_rows(spec) if row["note"] != "目标"}
    assert {at for at, note in kinds.items() if note == "全年数值"} == {
        *((2020, 60), (2023, 81), (2024, 88), (2025, 100)),
        *((2025, 150), (2026, 168), (2027, 175)),
    }
    assert {(2026, 111), (2022, 140)} == {at for at, note in kinds.items() if note != "全年数值"}
    gaps = [
        row[0].raw.zh for row in chart.table.rows if row[2] == "没有可比的全年数值" or "没有可比" in row[2].shown.zh
    ]
    assert gaps == ["2021", "2022"]  # the day is in 2028: 2028 to 2030 are not over
