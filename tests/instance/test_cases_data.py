"""The cases package against the figures of the plan draft and of the public sources, typed here by hand."""

import csv
import re
from pathlib import Path

import pytest

from support.descriptions import complete

PACKAGES = Path(__file__).resolve().parents[2] / "datapackages"
CASES = PACKAGES / "cases"


def rows(table: str, package: Path = CASES) -> list[dict[str, str]]:
    with (package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def descriptor() -> dict:
    return complete(CASES / "datapackage.json")


def field(table: str, name: str) -> dict:
    resource = next(item for item in descriptor()["resources"] if item["name"] == table)
    return next(item for item in resource["schema"]["fields"] if item["name"] == name)


STATISTICS = {row["id"]: row for row in rows("case_statistics")}

#: Section 1 (1) of the draft: area, period, forum, measure, value, unit, qualifier
DRAFT = {
    "zone-administrative-cases-2016-2020": ("administrative", "cases-handled", "81", "case", "exact"),
    "zone-administrative-fines-2016-2020": ("administrative", "fines", "110", "wan-yuan", "exact"),
    "zone-administrative-goods-2016-2020": ("administrative", "goods-destroyed-value", "50", "wan-yuan", "more-than"),
    "zone-ecommerce-determinations-2016-2020": ("e-commerce", "determinations", "239", "case", "exact"),
    "zone-exhibition-consultations-2016-2020": ("exhibition", "consultations", "2", "advice-session", "exact"),
    "zone-hotline-cases-2016-2020": ("hotline", "cases-handled", "4", "case", "exact"),
}

#: Other public figures: area, period, forum, right, measure -> value and qualifier
PUBLIC = {
    ("city", "2024", "court", "all", "cases-accepted"): ("7600", "exact"),
    ("city", "2024", "court", "all", "cases-carried-over"): ("1284", "exact"),
    ("city", "2024", "court", "all", "cases-new"): ("6316", "exact"),
    ("city", "2024", "court", "all", "cases-closed"): ("7121", "exact"),
    ("city", "2024", "court", "all", "cases-new-intermediate-court"): ("1427", "exact"),
    ("city", "2024", "court", "all", "cases-new-basic-courts"): ("4889", "exact"),
    ("city", "2024", "court", "all", "cases-closed-basic-courts"): ("5628", "exact"),
    ("city", "2024", "court", "copyright", "cases-new"): ("3590", "exact"),
    ("city", "2024", "court", "trademark", "cases-new"): ("1527", "exact"),
    ("city", "2024", "court", "patent", "cases-new"): ("507", "exact"),
    ("city", "2024", "court", "unfair-competition", "cases-new"): ("75", "exact"),
    ("city", "2024", "court", "mixed", "criminal-cases-new"): ("43", "exact"),
    ("city", "2024", "procuratorate", "all", "arrests-reviewed"): ("60", "exact"),
    ("city", "2024", "procuratorate", "all", "arrests-reviewed-persons"): ("143", "exact"),
    ("city", "2024", "procuratorate", "all", "prosecutions-reviewed"): ("63", "exact"),
    ("city", "2024", "procuratorate", "all", "prosecutions-reviewed-persons"): ("144", "exact"),
    ("city", "2022", "court", "all", "cases-new"): ("7582", "exact"),
    ("city", "2022", "court", "all", "cases-closed"): ("7773", "exact"),
    ("city", "2022", "court", "technical", "cases-accepted"): ("1181", "exact"),
    ("city", "2022", "court", "technical", "cases-closed"): ("781", "exact"),
    ("hongshan", "2022-05/2023-07", "court", "all", "civil-cases-accepted"): ("2949", "exact"),
    ("province", "2018", "administrative", "patent", "cases-handled"): ("2906", "exact"),
    ("province", "2020", "court", "all", "cases-accepted"): ("9974", "exact"),
    ("province", "2020", "court", "all", "cases-closed"): ("9235", "exact"),
    ("province", "2023", "administrative", "all", "cases-handled"): ("45800", "exact"),
    ("province", "2023", "administrative", "all", "case-value"): ("7.98", "exact"),
    ("province", "2023", "administrative", "patent", "cases-filed"): ("2430", "exact"),
    ("province", "2023", "administrative", "patent", "cases-closed"): ("2424", "exact"),
    ("province", "2024", "court", "all", "cases-closed"): ("15627", "exact"),
    ("province", "2025", "court", "all", "cases-closed"): ("18000", "nearly"),
    ("city", "2020", "administrative", "trademark", "cases-handled"): ("205", "exact"),
    ("province", "2017", "court", "all", "cases-accepted"): ("13874", "exact"),
    ("province", "2018", "court", "all", "cases-accepted"): ("10417", "exact"),
    ("province", "2015", "court", "all", "cases-accepted"): ("6750", "exact"),
    ("province", "2016", "court", "all", "cases-accepted"): ("9686", "exact"),
    ("nation", "2025", "administrative", "patent", "cases-handled"): ("57000", "exact"),
    ("nation", "2025", "mediation", "all", "cases-handled"): ("62000", "exact"),
    ("nation", "2022", "court", "all", "cases-new"): ("526165", "exact"),
    ("nation", "2022", "court", "all", "cases-closed"): ("543379", "exact"),
    ("nation", "2023", "court", "all", "cases-new"): ("540000", "more-than"),
    ("nation", "2024", "court", "all", "cases-new"): ("530000", "nearly"),
    ("nation", "2024", "court", "all", "cases-closed"): ("540000", "more-than"),
    ("nation", "2021", "court", "all", "cases-new"): ("642968", "exact"),
    ("nation", "2021", "court", "all", "cases-closed"): ("601544", "exact"),
}


@pytest.mark.parametrize("key", DRAFT)
def test_the_draft_says_so(key):
    row = STATISTICS[key]
    found = tuple(row[name] for name in ("forum", "statistic", "value", "unit", "qualifier"))
    assert found == DRAFT[key]
    assert (row["area"], row["period"], row["source"], row["confidence"]) == ("zone", "2016/2020", "plan-draft", "plan")


def test_every_other_figure_is_one_we_know():
    keys = ("area", "period", "forum", "ip_type", "statistic")
    found = {
        tuple(row[key] for key in keys): (row["value"], row["qualifier"])
        for row in STATISTICS.values()
        if row["id"] not in DRAFT
    }
    assert found == PUBLIC
    assert len(STATISTICS) == len(DRAFT) + len(PUBLIC)


def test_the_court_figures_of_2024_add_up():
    value = {row["id"]: int(row["value"]) for row in STATISTICS.values() if row["period"] == "2024"}
    assert value["city-court-accepted-2024"] == value["city-court-new-2024"] + value["city-court-carried-over-2024"]
    assert value["city-court-new-2024"] == (
        value["city-intermediate-court-new-2024"] + value["city-basic-courts-new-2024"]
    )


def test_nothing_from_a_rejected_page():
    assert "8188" not in {row["value"] for row in STATISTICS.values()}
    assert not any("8188" in path.read_text(encoding="utf-8") for path in CASES.rglob("*.*"))


def test_small_counts_of_cases_and_persons_are_hidden():
    """Money and advice sessions tell of no party; cases, determinations and persons do."""
    for row in STATISTICS.values():
        small = row["unit"] in {"case", "person"} and float(row["value"] or 0) < 3
        assert (row["suppressed"] == "yes") == small, row["id"]
        assert bool(row["value"]) == (row["suppressed"] == "no"), row["id"]
    assert {row["statistic"] for row in STATISTICS.values() if row["unit"] not in {"case", "person"}} == {
        "consultations",
        "fines",
        "goods-destroyed-value",
        "case-value",
    }


def test_every_measure_of_the_code_list_is_in_use():
    assert set(field("case_statistics", "statistic")["constraints"]["enum"]) == {
        row["statistic"] for row in STATISTICS.values()
    }


def test_units_and_areas_are_those_of_the_indicators_package():
    indicators = PACKAGES / "indicators"
    assert {row["unit"] for row in STATISTICS.values()} <= {row["id"] for row in rows("units", indicators)}
    assert {row["area"] for row in STATISTICS.values()} <= {row["id"] for row in rows("areas", indicators)}


def test_seventeen_stories_over_all_the_rights_the_sources_tell_of():
    stories = rows("case_stories")
    assert len(stories) == 17
    assert {row["ip_type"] for row in stories} == {
        "trademark",
        "copyright",
        "trade-secret",
        "geographical-indication",
        "patent",
        "plant-variety",
    }
    assert [row["id"] for row in stories if not row["year"]] == ["tractor-design-at-fair"]


#: The sums and counts the sources give for each story, in the words of the story
STORY_FIGURES = {
    "ai-model-name-lookalike": ("23万余元", "more than 230,000 yuan"),
    "counterfeit-car-parts-market": ("9万余元", "More than 90,000 yuan"),
    "liquor-brand-custom-raids": ("13次", "13 times"),
    "qiaomi-on-rice-bags": ("17万元", "170,000 yuan"),
    "short-drama-mini-program": ("4.6万元", "46,000 yuan"),
    "split-mark-jingshan-qiaomi": ("99万元", "990,000 yuan"),
    "two-patents-loan": ("2000万元", "20 million yuan"),
    "two-trademarks-loan": ("8000万元", "80 million yuan"),
    "ev-chassis-trade-secrets-2024": ("6.376亿元", "637.6 million yuan"),
    "fake-car-lubricants-2023": ("428桶、2200升", "428 drums, 2,200 litres"),
    "fake-car-parts-market-2023": ("395件", "395 items"),
    "customs-undeclared-parts-2023": ("10.7万余件", "107,000 items"),
}


@pytest.mark.parametrize("key", STORY_FIGURES)
def test_the_figures_of_a_story_agree_in_both_languages(key):
    story = next(row for row in rows("case_stories") if row["id"] == key)
    chinese, english = STORY_FIGURES[key]
    assert chinese in story["facts_zh"] + story["outcome_zh"]
    assert english in story["facts_en"] + story["outcome_en"]


#: Stories from outside Hubei, told for comparison only
REFERENCE = {"ev-chassis-trade-secrets-2024", "fake-car-parts-market-2023", "customs-undeclared-parts-2023"}
#: Cases that were still open when they were reported
OPEN = {"fake-car-lubricants-2023", "fake-car-parts-market-2023", "customs-undeclared-parts-2023"}


def test_stories_from_elsewhere_are_marked_as_reference():
    for story in rows("case_stories"):
        marked = ("供参考" in story["place_zh"], "for reference" in story["place_en"])
        assert marked == ((story["id"] in REFERENCE),) * 2, story["id"]


@pytest.mark.parametrize("key", sorted(OPEN))
def test_open_cases_are_told_as_suspected_and_without_an_end(key):
    story = next(row for row in rows("case_stories") if row["id"] == key)
    assert "涉嫌" in story["title_zh"] and "uspected" in story["title_en"]
    assert "结果没有公布" in story["outcome_zh"] and "has not been found in public" in story["outcome_en"]


def test_stories_name_no_firm_and_no_person():
    named_firm = re.compile(r"(?<!一家)(?<!家)[\u4e00-\u9fff]{2,}(有限公司|股份公司|集团公司)")
    for story in rows("case_stories"):
        text = "".join(story[name] for name in story if name.endswith("_zh"))
        assert not named_firm.search(text), story["id"]
        assert not re.search(r"[\u4e00-\u9fff]某|某[某\u4e00-\u9fff]", text), story["id"]


def test_every_story_has_room_for_facts_outcome_and_lesson():
    for story in rows("case_stories"):
        for name in ("facts", "outcome", "lesson"):
            assert len(story[f"{name}_zh"]) >= 15 and len(story[f"{name}_en"].split()) >= 8, (story["id"], name)
