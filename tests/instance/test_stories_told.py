"""What headlines and summaries of the data stories say in words holds in the data; figures follow the data anyway."""

import re

import pytest

from ipportal.analysis.comparable import comparable
from ipportal.analysis.progress import area_verdicts, verdicts
from ipportal.base.text import LANGS
from ipportal.data.manuscripts import MACRO, read_manuscripts

CHART = re.compile(r"\{\{ (?:chart|comparison|indicator_chart)\(")
GRANTS = "invention-grants"


def value(portal, period, area="zone", series="total", indicator=GRANTS):
    rows = [*portal.observed(indicator, area), *portal.parts_of(indicator)]
    found = [r for r in rows if (r.period.text, r.area, r.series, r.basis) == (period, area, series, "plan")]
    return next(row.unit.convert(row.value, portal.indicators[indicator].unit) for row in found)


def states(portal, area, **of_target):
    judged = [v for i in portal.indicators for v in area_verdicts(portal, i, area)]
    return {v.target.id: v.state.id for v in judged if all(getattr(v.target, k) == of_target[k] for k in of_target)}


@pytest.fixture(scope="module")
def stories(root):
    return [page for page in read_manuscripts(root, LANGS) if page.is_data_story]


def test_four_stories_are_told_short_and_with_charts(stories):
    assert len(stories) == 8
    for page in stories:
        words = MACRO.sub("", page.body)
        charts = len(CHART.findall(page.body))
        assert 2 <= charts <= 4, page.file
        if page.lang == "zh":
            assert 400 <= len(re.findall("[\u3400-\u9fff]", words)) <= 700, page.file
        known, unknown = (
            ("## 知道的", "## 还不知道的") if page.lang == "zh" else ("## What is known", "## What is not known")
        )
        assert known in page.body and page.body.index(unknown) > page.body.index(known), page.file


def test_one_year_is_above_the_target_and_no_later_one_is_known(portal):
    known = comparable(portal, GRANTS, "zone", "plan")
    target = next(t for t in portal.targeted(GRANTS, "zone") if t.default)
    assert max(k.year for k in known) == 2022 and value(portal, "2022") > target.minimum
    assert {k.year for k in known} >= {2020, 2021, 2022} and value(portal, "2021") < target.minimum
    later = [i.id for i in portal.group("core") for k in comparable(portal, i.id, "zone", "plan") if k.year > 2021]
    assert later == [GRANTS]
    assert value(portal, "2025", "nation") < value(portal, "2024", "nation")


def test_the_zone_gained_weight_in_the_city(portal):
    shares = [value(portal, year) / value(portal, year, "city") for year in ("2020", "2022")]
    assert shares[0] < shares[1] and round(float(shares[1]), 2) == 0.1
    pct = [
        value(portal, y, indicator="pct-applications") / value(portal, y, "city", indicator="pct-applications")
        for y in ("2020", "2021")
    ]
    assert pct[0] < pct[1]
    assert not [k for k in comparable(portal, GRANTS, "province", "plan") if k.year == 2022]
    assert not [k for k in comparable(portal, GRANTS, "zone", "plan") if k.year > 2022]


def test_enterprises_have_more_than_nine_in_ten_and_most_of_the_growth(portal):
    part = {year: value(portal, year, series="enterprise") for year in ("2021", "2022", "2022-H1")}
    assert all(part[year] / value(portal, year) > 0.9 for year in part)
    assert (part["2022"] - part["2021"]) / (value(portal, "2022") - value(portal, "2021")) > 0.5
    assert part["2022"] / part["2021"] > value(portal, "2022") / value(portal, "2021")


def test_who_met_who_missed_and_who_published_nothing(portal):
    high = "high-value-inventions-per-10k"
    assert states(portal, "nation", indicator=high, year=2025) == {f"nation-{high}-2025": "exceeded"}
    assert states(portal, "province", year=2025)[f"province-{high}-2025"] == "exceeded"
    missed = {id for id, state in states(portal, "province", kind="annual", year=2025).items() if state == "missed"}
    assert missed == {f"province-{i}-2025-annual" for i in (high, "registered-trademarks", "valid-inventions")}
    assert set(states(portal, "city").values()) == {"closed-unpublished"}
    own = [
        v
        for group in ("core", "commitment")
        for i in portal.group(group)
        for v in verdicts(portal, i.id)
        if v.area.id == "zone"
    ]
    assert own and {v.state.id for v in own} == {"closed-unpublished"}
