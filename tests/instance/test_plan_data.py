"""The plan package holds the whole plan: every numbered point of its chapters three to five, in both languages."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from support.descriptions import complete

PACKAGE = Path(__file__).parents[2] / "datapackages" / "plan"
INDICATORS = PACKAGE.parent / "indicators" / "data"

#: Every section of the draft: chapter, its sections, and how many points of their own these have.
#: Points the draft marks with a dash are counted in order.
CHAPTERS = {
    "一": {"（一）": 7, "（二）": 4},
    "二": {"（一）": 0, "（二）": 5, "（三）": 5},
    "三": {"（一）": 0, "（二）": 0, "（三）": 0, "（四）": 0, "（五）": 0, "（六）": 3},
    "四": dict.fromkeys(("（一）", "（二）", "（三）", "（四）", "（五）", "（六）", "（七）", "（八）"), 0),
    "五": dict.fromkeys(("（一）", "（二）", "（三）", "（四）", "（五）"), 0),
}

#: Every point of chapters three to five; a section without numbered points stands for itself.
POINTS = {
    **{
        "三（一）": "一二三四五六",
        "三（二）": "一二三",
        "三（三）": "一二三",
        "三（四）": "一二三四五",
        "三（五）": "",
    },
    **{"三（六）1": "一二三四", "三（六）2": "一二三", "三（六）3": "一二三"},
    **{"四（一）": "一二三", "四（二）": "", "四（三）": "一二三", "四（四）": "", "四（五）": "一二", "四（六）": ""},
    **{"四（七）": "", "四（八）": "一二三"},
    **{"五（一）": "", "五（二）": "", "五（三）": "", "五（四）": "", "五（五）": ""},
}

#: The commitments with a number: point and figures as they stand in the draft, and the indicator that follows them.
NUMBERS = {
    "automotive-patent-portfolios": ("四（三）一", "5项", "high-value-portfolios"),
    "patent-navigation-bases": ("四（三）一", "1至3个", "navigation-bases"),
    "patent-navigation-projects": ("四（三）一", "3至5项", "navigation-projects"),
    "ip-standards-integration": ("四（三）二", "1至3个", "standards-cases"),
    "national-titled-enterprises": ("四（五）一", "15家", "national-ip-enterprises"),
    "provincial-project-enterprises": ("四（五）一", "30家", "provincial-ip-enterprises"),
}
#: Which states each grade of evidence may give, worked by hand from its definition
STATES_OF_GRADES = {
    "outcome": {"delivered"},
    "action": {"planned", "started", "changed"},
    "report": {"planned", "started", "changed"},
    "context": {"unknown"},
    "before": {"unknown"},
    "": {"unknown"},
}

#: Rows whose grade was argued about, with the reason: the plan's own word, an earlier year, or another subject
ARGUED = {
    ("updates", "environment-ip-operation-centre-20201229"): "before",  # approved three days before the plan began
    ("updates", "protection-workstations-20201104"): "before",
    ("updates", "gi-cultivation-20230609"): "context",  # a festival
    ("updates", "fast-track-talent-cooperation-20230823"): "context",  # a prize; the cooperation is not mentioned
    ("updates", "rule-of-law-environment-202210"): "context",  # tribunals; whether for IP cases is not said
    ("updates", "overseas-dispute-station-20250417"): "outcome",
    ("updates", "overseas-dispute-station-20251014"): "context",  # the city's branch, still being built
    ("systems", "protection-workstations"): "before",
    ("systems", "copyright-registration-hall"): "before",
    ("systems", "environment-ip-operation-centre"): "before",
    ("systems", "ip-training-base"): "context",  # work with the zone is not mentioned
    ("systems", "observance-days"): "",  # the plan draft was all there was
    ("systems", "fast-track-centre"): "action",
}
KINDS = {"三": "task", "四": "project", "五": "safeguard"}
TABLES = (
    "sections",
    "measures",
    "measure_indicators",
    "institutions",
    "measure_institutions",
    "systems",
    "updates",
    "sources",
)


def read(table: str, folder: Path = PACKAGE / "data") -> list[dict[str, str]]:
    """The rows of a table of the package, as text."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ids(table: str) -> set[str]:
    return {row["id"] for row in read(table)}


def point_of(number: str) -> str:
    """The draft's own point: `三（一）三-2` is the second promise of `三（一）三`."""
    return number.split("-", maxsplit=1)[0]


def test_every_section_of_the_draft_is_there_in_order() -> None:
    rows = sorted(read("sections"), key=lambda row: int(row["order"]))
    expected = []
    for chapter, sections in CHAPTERS.items():
        expected.append(chapter)
        for section, points in sections.items():
            expected += [f"{chapter}{section}", *(f"{chapter}{section}{n}" for n in range(1, points + 1))]
    assert [row["number"] for row in rows] == expected
    assert [int(row["order"]) for row in rows] == list(range(1, len(rows) + 1))


def test_a_section_stands_under_the_number_above_it() -> None:
    number = {row["id"]: row["number"] for row in read("sections")}
    for row in read("sections"):
        above = re.sub(r"(（.）|\d)$", "", row["number"]) if len(row["number"]) > 1 else ""
        assert number.get(row["parent"], "") == above, row["id"]


def test_every_point_of_chapters_three_to_five_is_there_in_order() -> None:
    rows = sorted(read("measures"), key=lambda row: int(row["order"]))
    found = list(dict.fromkeys(point_of(row["number"]) for row in rows))
    assert found == [section + point for section, points in POINTS.items() for point in points or ("",)]
    assert [int(row["order"]) for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) > 60


def test_promises_within_a_point_are_counted_without_gaps() -> None:
    numbers: dict[str, list[str]] = {}
    for row in sorted(read("measures"), key=lambda row: int(row["order"])):
        numbers.setdefault(point_of(row["number"]), []).append(row["number"])
    for point, found in numbers.items():
        split = [f"{point}-{n}" for n in range(1, len(found) + 1)]
        assert found in ([point], split), point


def test_a_measure_stands_in_the_section_its_number_names() -> None:
    section = {row["id"]: row["number"] for row in read("sections")}
    for row in read("measures"):
        assert re.sub(r"[一二三四五六]$", "", point_of(row["number"])) == section[row["section"]], row["id"]
        assert row["kind"] == KINDS[row["number"][0]], row["id"]


@pytest.mark.parametrize("table", [name for name in TABLES if name != "measure_indicators"])
def test_texts_are_complete_in_both_languages_and_different(table: str) -> None:
    for row in read(table):
        for column in (name for name in row if name.endswith("_zh")):
            zh, en = row[column], row[column.removesuffix("_zh") + "_en"]
            assert bool(zh) == bool(en), (table, row, column)
            assert not zh or (zh != en and re.search("[A-Za-z]", en)), (table, row, column)


@pytest.mark.parametrize("table", ["sections", "measures"])
def test_titles_are_short_and_not_repeated_as_summaries(table: str) -> None:
    for row in read(table):
        assert len(row["title_zh"]) <= 24 and len(row["title_en"]) <= 64, row["id"]
        assert row["summary_zh"].endswith("。") and row["summary_en"].endswith("."), row["id"]
        assert row["summary_zh"].rstrip("。") != row["title_zh"], row["id"]
        assert row["summary_en"].rstrip(".") != row["title_en"], row["id"]
    for column in ("title_zh", "title_en"):
        assert not [title for title, n in Counter(row[column] for row in read(table)).items() if n > 1]


def test_every_number_of_the_projects_is_a_quantified_measure_with_its_indicator() -> None:
    measures = {row["id"]: row for row in read("measures")}
    links = {(row["measure"], row["indicator"]) for row in read("measure_indicators")}
    assert {key for key, row in measures.items() if row["quantified"] == "yes"} == NUMBERS.keys()
    for key, (point, figure, indicator) in NUMBERS.items():
        assert point_of(measures[key]["number"]) == point
        assert figure in measures[key]["summary_zh"], key
        assert (key, indicator) in links


def test_links_name_measures_and_indicators_that_exist() -> None:
    known = {row["id"]: row["group"] for row in read("indicators", INDICATORS)}
    linked = {row["indicator"] for row in read("measure_indicators")}
    assert {row["measure"] for row in read("measure_indicators")} <= ids("measures")
    assert linked <= known.keys()
    assert {key for key, group in known.items() if group in {"core", "commitment"}} <= linked


def test_institutions_are_linked_to_measures_that_exist() -> None:
    assert {row["measure"] for row in read("measure_institutions")} <= ids("measures")
    assert {row["institution"] for row in read("measure_institutions")} <= ids("institutions")


def test_updates_have_a_measure_a_source_and_a_state() -> None:
    for row in read("updates"):
        assert row["measure"] in ids("measures"), row["id"]
        assert row["source"] in ids("sources"), row["id"]
        assert row["state"] in STATES_OF_GRADES[row["grade"]], row["id"]
        assert row["id"].startswith(f"{row['measure']}-{row['date'].replace('-', '')}"), row["id"]


def test_the_draft_is_never_proof_of_its_own_promises() -> None:
    assert "plan-draft" not in {row["source"] for table in ("updates", "systems") for row in read(table)}


def test_grades_that_were_argued_about_stay_as_they_were_settled() -> None:
    found = {(table, row["id"]): row["grade"] for table in ("updates", "systems") for row in read(table)}
    assert {key: found[key] for key in ARGUED} == ARGUED


def test_grades_agree_with_date_and_confidence() -> None:
    for table, date in (("updates", "date"), ("systems", "since")):
        for row in read(table):
            if row["grade"] and row[date]:
                assert (row[date] < "2021") == (row["grade"] == "before"), row["id"]
            if row["grade"] in {"outcome", "action"}:
                assert row["confidence"] == "official", row["id"]


def test_counted_evidence_of_a_system_is_evidence_of_its_measure() -> None:
    told = {(row["measure"], row["source"], row["grade"], row["state"]) for row in read("updates")}
    counted = [row for row in read("systems") if row["grade"] in {"outcome", "action", "report"}]
    assert counted
    for row in counted:
        assert (row["measure"], row["source"], row["grade"], row["state"]) in told, row["id"]


def test_mechanisms_the_draft_names_in_passing_are_promised_systems_too() -> None:
    places = {row["name_zh"]: row["locator_zh"] for row in read("systems")}
    for name, place in {
        "知识产权信用监管和失信联合惩戒": "三（二）一",
        "行政执法与刑事司法衔接（行刑衔接）": "三（二）一",
        "知识产权行政执法协作机制": "三（二）一；三（五）",
        "知识产权服务行业协会": "三（四）三",
        "服务业反恶性低价竞争自律制度": "三（四）四",
        "知识产权促进创新创业服务机制": "四（一）三",
        "部门协同工作机制": "五（二）",
    }.items():
        assert places.get(name) == place


def test_the_evidence_of_a_system_is_whole_or_not_there() -> None:
    for row in read("systems"):
        assert row["measure"] in ids("measures"), row["id"]
        assert row["state"] in STATES_OF_GRADES[row["grade"]], row["id"]
        proof = [bool(row[name]) for name in ("grade", "evidence_zh", "source", "evidence_locator_zh", "confidence")]
        assert proof in ([True] * 5, [False] * 5), row["id"]
        assert row["source"] in ids("sources") | {""}, row["id"]
        assert not (row["since"] and row["state"] == "unknown" and row["grade"] != "before"), row["id"]


def test_a_system_stands_where_its_measure_stands() -> None:
    number = {row["id"]: row["number"] for row in read("measures")}
    for row in read("systems"):
        places = row["locator_zh"].split("；")
        assert any(point_of(number[row["measure"]]).startswith(place) for place in places), row["id"]


def test_every_source_is_used() -> None:
    assert ids("sources") == {row["source"] for table in ("updates", "systems") for row in read(table)} - {""}


@pytest.mark.parametrize("table", TABLES)
def test_files_are_sorted_and_as_described(table: str) -> None:
    descriptor = complete(PACKAGE / "datapackage.json")
    resources = {entry["name"]: entry for entry in descriptor["resources"]}
    assert set(resources) == set(TABLES)
    schema = resources[table]["schema"]
    rows = read(table)
    assert list(rows[0]) == [field["name"] for field in schema["fields"]]
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    assert keys == sorted(set(keys))
    for field in schema["fields"]:
        assert all(field[name] for name in ("title", "title_en", "description", "description_en")), field["name"]
        codes = field.get("constraints", {}).get("enum")
        if codes:
            assert [entry["value"] for entry in field["categories"]] == codes
            assert {row[field["name"]] for row in rows} - {""} <= set(codes), field["name"]
