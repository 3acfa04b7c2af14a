"""The real packages as the portal reads them."""

from decimal import Decimal

import pytest

from ipportal.analysis.progress import zone_verdicts

#: Table 2 of the plan draft: 2020 value, 2025 target
TABLE_2 = {
    "invention-grants": ("572", "1700"),
    "inventions-per-10k": ("61", "95"),
    "high-value-inventions-per-10k": ("16", "30"),
    "pct-applications": ("32", "80"),
    "registered-trademarks": ("1.3", "2.1"),
    "madrid-trademarks": ("31", "50"),
    "geographical-indications": ("4", "5"),
    "pledge-financing": ("5512", "10000"),
}


@pytest.mark.parametrize("indicator", TABLE_2)
def test_core_figures_equal_the_plans_table(portal, indicator):
    verdict = zone_verdicts(portal, indicator)[0]
    baseline, target = (Decimal(v) for v in TABLE_2[indicator])
    assert verdict.baseline.value == baseline
    assert verdict.goal == target
    assert verdict.state.id == "closed-unpublished"


def test_the_core_eight_stand_in_the_plans_order(portal):
    assert [i.id for i in portal.group("core")] == list(TABLE_2)


@pytest.mark.parametrize(
    ("indicator", "year", "done", "expected", "pace", "ratio"),
    [
        ("invention-grants", 2022, "1.6427", "0.4", "4.107", "4.35"),
        ("inventions-per-10k", 2021, "0.6176", "0.2", "3.088", "3.72"),
        ("pct-applications", 2021, "0.6250", "0.2", "3.125", "4.66"),
        ("madrid-trademarks", 2021, "0.4737", "0.2", "2.368", "2.89"),
    ],
)
def test_last_known_pace(portal, indicator, year, done, expected, pace, ratio):
    verdict = zone_verdicts(portal, indicator)[0]
    assert verdict.latest.year == year
    assert round(verdict.done, 4) == Decimal(done)
    assert verdict.expected == Decimal(expected)
    assert round(verdict.pace, 3) == Decimal(pace)
    assert round(verdict.cagr_ratio, 2) == Decimal(ratio)


def test_four_core_indicators_have_nothing_after_the_baseline(portal):
    nothing = [i.id for i in portal.group("core") if zone_verdicts(portal, i.id)[0].latest is None]
    assert nothing == [
        "high-value-inventions-per-10k",
        "registered-trademarks",
        "geographical-indications",
        "pledge-financing",
    ]


def test_two_targets_are_both_judged(portal):
    goals = {v.goal: v.target.default for v in zone_verdicts(portal, "high-value-inventions-per-10k")}
    assert goals == {Decimal(30): True, Decimal(20): False}


def test_every_row_of_every_table_reaches_the_portal(portal):
    assert len(portal.observations) == len(portal.packages["indicators"].tables["observations"].rows)
    assert len(portal.targets) == len(portal.packages["indicators"].tables["targets"].rows)
    for name, package in portal.packages.items():
        assert package.tables["sources"].rows, name
        for row in package.tables["sources"].rows:
            assert row["id"] in portal.sources


def test_every_source_named_anywhere_exists(portal):
    records = (*portal.observations, *portal.targets, *portal.updates, *portal.events, *portal.incentives,
               *portal.case_statistics, *portal.awards, *portal.enterprises, *portal.case_stories.values(),
               *portal.services.values())  # fmt: skip
    assert {r.source for r in records} - set(portal.sources) == set()
