"""Breakdowns worked by hand: parts stand beside their total, are never judged, and make up shares of it."""

import json
from dataclasses import replace
from pathlib import Path

import bad_corpus
from jsonschema import Draft202012Validator
from small_portal import PLANS, indicator, observation, portal, target

from ipportal.analysis.progress import verdicts
from ipportal.charts import all_charts, find
from ipportal.charts.theme import WIDE
from ipportal.data.plans import Plan, PlanState
from ipportal.files.api import api_files
from ipportal.loading import load
from ipportal.words.row_names import observation_name

SECOND = Path(__file__).parents[1] / "second"
SERIES = "datapackages/indicators/data/series.csv"
OBSERVATIONS = "datapackages/indicators/data/observations.csv"
YEAR = observation(2021, 150)
PARTS = (
    observation(2021, 90, series="enterprise"),
    observation(2021, 30, series="university"),
    observation("2022-H1", 60, series="enterprise"),
)
WORLD = portal(
    [observation(2020, 100), YEAR, observation("2022-H1", 80), *PARTS],
    [target(200)],
    indicators=[indicator()],
)
NAME = "composition-grants-applicant"


def test_a_part_is_never_judged():
    later = observation(2024, 190, series="enterprise")
    (judged,) = verdicts(portal([observation(2020, 100), YEAR, *PARTS, later], [target(200)]), "grants")
    assert (judged.latest.year, judged.latest.value) == (2021, 150)
    assert judged == verdicts(portal([observation(2020, 100), YEAR], [target(200)]), "grants")[0]


def test_a_part_without_its_total_is_no_value_of_the_whole():
    (judged,) = verdicts(portal([observation(2020, 100), PARTS[0]], [target(200)]), "grants")
    assert judged.latest is None


def test_each_part_has_its_share_of_the_total_of_its_period():
    """90 and 30 of 150 are 60 % and 20 %; 60 of 80 are 75 % of half a year."""
    drawn = find(WORLD, "composition", "grants-applicant")
    assert [[cell.shown.en for cell in row] for row in drawn.table.rows] == [
        ["2021", "Enterprises", "90 patents", "150 patents", "60%"],
        ["2021", "Universities", "30 patents", "150 patents", "20%"],
        ["first half of 2022", "Enterprises", "60 patents", "80 patents", "75%"],
    ]
    assert drawn.name in {chart.name for chart in all_charts(WORLD)} and drawn.name == NAME


def test_parts_of_one_period_are_told_together():
    """The second portal: 5,000, 820 and 2,050 MWh are the 7,870 of 2027, so 64, 10 and 26 %."""
    drawn = find(load(SECOND), "composition", "electricity-user")
    assert drawn.sentence.zh == (
        "2026 年合计 8,200 兆瓦时：居民 5,200 兆瓦时（63%），学校 900 兆瓦时（11%），机关 2,100 兆瓦时（26%）；"
        "2027 年合计 7,870 兆瓦时：居民 5,000 兆瓦时（64%），学校 820 兆瓦时（10%），机关 2,050 兆瓦时（26%）。"
    )
    assert drawn.title.zh == "2027 年，居民占用电量的 64%"
    assert find(WORLD, "composition", "grants-applicant").sentence.en == (
        "2021, 150 patents: enterprises 90 (60%), universities 30 (20%); "
        "first half of 2022: enterprises 60 of 80 patents, 75%."
    )


def test_the_title_speaks_of_the_newest_whole_year_and_its_largest_part():
    title = find(WORLD, "composition", "grants-applicant").title
    assert title.zh == "2021 年，企业占发明专利授权量的 60%"
    assert title.en == "In 2021 enterprises made up 60% of invention patents granted"


def test_part_of_a_year_is_marked():
    drawn = json.dumps(find(WORLD, "composition", "grants-applicant").draw("en", WIDE), ensure_ascii=False)
    assert "part of a year" in drawn
    whole = portal([YEAR, *PARTS[:2]], indicators=[indicator()])
    assert "part of a year" not in json.dumps(find(whole, "composition", "grants-applicant").draw("en", WIDE))


def test_nothing_is_drawn_of_rough_or_lonely_figures():
    for rows in (
        [YEAR, observation(2021, 90, series="enterprise", qualifier="about")],
        [observation(2021, 150, qualifier="more-than"), PARTS[0]],
        [observation(2020, 100), PARTS[0]],
        [YEAR, observation(2021, 90, series="enterprise", basis="web")],
        [YEAR, observation(2021, 90, series="enterprise", area="city")],
    ):
        assert find(portal(rows, indicators=[indicator()]), "composition", "grants-applicant") is None


def test_parts_by_the_definition_of_a_plan_still_drafted_are_shown_and_their_definition_named():
    (first,) = PLANS
    draft = Plan("2026-2030", first.title, 2026, 2030, 2025, "web", PlanState.DRAFTING)
    rows = [replace(row, basis="web") for row in (YEAR, *PARTS[:2])]
    drawn = find(portal(rows, indicators=[indicator()], plans=(first, draft)), "composition", "grants-applicant")
    assert drawn.subtitle.zh.endswith("（官网口径）")
    assert "企业 90 件（60%）" in drawn.sentence.zh
    both = find(
        portal([*rows, YEAR, PARTS[0]], indicators=[indicator()], plans=(first, draft)),
        "composition",
        "grants-applicant",
    )
    assert "口径" not in both.subtitle.zh  # the plan spoken of goes first


def test_the_name_and_the_place_of_a_part_say_which():
    assert observation_name(WORLD, PARTS[0]).zh.startswith("发明专利授权量，企业，")
    assert observation_name(WORLD, YEAR).zh.startswith("发明专利授权量，经开区，")
    assert PARTS[0].anchor == "obs-zone-enterprise-2021-plan-plan-draft"
    assert YEAR.anchor == "obs-zone-2021-plan-plan-draft"


def test_the_interface_tells_parts_apart_from_the_whole(tmp_path):
    row = "grants,sample-zone,2020,plan,100"
    part = "grants,sample-zone,2020,plan,60,,exact,final,plan-draft,表1,Table 1,plan,,,enterprise\n"
    changes = [
        {"file": SERIES, "replace": [["total,,,", "enterprise,,applicant,企业,Enterprises,1\ntotal,,,"]]},
        {"file": OBSERVATIONS, "replace": [[row, part + row]]},
    ]
    world = load(bad_corpus.break_copy(changes, tmp_path / "portal"))
    files = api_files(world, {name: {} for name in world.packages})
    told = json.loads(files["data/api/v1/indicators/grants.json"])["data"]
    assert {row["series"] for row in told["observations"]} == {"total"}
    (enterprises,) = told["series"]
    assert (enterprises["id"], enterprises["dimension"]) == ("enterprise", "applicant")
    assert enterprises["name"] == {"zh": "企业", "en": "Enterprises"}
    assert [row["value"] for row in enterprises["observations"]] == [60]
    schema = json.loads(files["data/api/v1/schemas/indicator.schema.json"])
    Draft202012Validator(schema["properties"]["data"] | {"$defs": schema["$defs"]}).validate(told)
