"""The recognition package against the draft; and the form that cases, promotion and recognition share."""

import csv
import re
from pathlib import Path

import pytest

from support.descriptions import complete

PACKAGES = Path(__file__).resolve().parents[2] / "datapackages"
OURS = ("cases", "promotion", "recognition")


def rows(package: str, table: str) -> list[dict[str, str]]:
    with (PACKAGES / package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def descriptor(package: str) -> dict:
    return complete(PACKAGES / package / "datapackage.json")


TABLES = [(package, resource) for package in OURS for resource in descriptor(package)["resources"]]
NAMES = [f"{package}.{resource['name']}" for package, resource in TABLES]

#: Section 1 (1) of the draft: level, kind, grade -> count
AWARDS = {
    ("national", "invention", "excellence"): "12",
    ("national", "design", "gold"): "1",
    ("national", "design", "excellence"): "3",
    ("provincial", "invention", "gold"): "3",
    ("provincial", "invention", "silver"): "1",
    ("provincial", "invention", "excellence"): "2",
    ("provincial", "design", "gold"): "2",
    ("provincial", "design", "silver"): "1",
    ("provincial", "design", "excellence"): "1",
}


def test_awards_of_the_draft():
    table = [row for row in rows("recognition", "awards") if row["source"] == "plan-draft"]
    assert {(row["level"], row["kind"], row["grade"]): row["count"] for row in table} == AWARDS
    assert {(row["period"], row["area"]) for row in table} == {("undated", "zone")}


def test_awards_and_titles_reported_in_february_2023():
    """Running totals of their own rows, never added to the draft's."""
    known = ("level", "kind", "grade", "count")
    later = {row["id"]: row for row in rows("recognition", "awards") if row["source"] == "jimu-20230224"}
    assert {key: tuple(row[name] for name in known) for key, row in later.items()} == {
        "china-patent-excellence-202302": ("national", "invention", "excellence", "14"),
        "china-design-gold-202302": ("national", "design", "gold", "1"),
        "china-design-excellence-202302": ("national", "design", "excellence", "3"),
    }
    assert {(row["period"], row["area"], row["confidence"]) for row in later.values()} == {
        ("2023-02", "zone", "news-of-official")
    }


def test_contest_prizes():
    table = [row for row in rows("recognition", "awards") if row["kind"] == "competition"]
    assert {(row["level"], row["grade"], row["period"], row["area"]): row["count"] for row in table} == {
        ("provincial", "gold", "2019", "zone"): "2",
        ("provincial", "silver", "2019", "zone"): "1",
        ("national", "second", "2023", "center"): "1",
    }


def test_titled_and_certified_enterprises():
    assert {row["id"]: (row["count"], row["period"]) for row in rows("recognition", "enterprises")} == {
        "national-demonstration": ("2", "undated"),
        "national-advantage": ("7", "undated"),
        "national-demonstration-202302": ("3", "2023-02"),
        "national-advantage-202302": ("12", "2023-02"),
        "provincial-advantage": ("28", "undated"),
        "ip-standard-certified": ("55", "undated"),
    }


@pytest.mark.parametrize(("package", "resource"), TABLES, ids=NAMES)
def test_rows_are_sorted_and_their_ids_unique(package, resource):
    ids = [row["id"] for row in rows(package, resource["name"])]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in ids)


@pytest.mark.parametrize(("package", "resource"), TABLES, ids=NAMES)
def test_both_languages_are_complete_and_differ(package, resource):
    for row in rows(package, resource["name"]):
        for name in row:
            if not name.endswith("_zh"):
                continue
            chinese, english = row[name], row[name[:-3] + "_en"]
            assert bool(chinese) == bool(english), (row["id"], name)
            assert not chinese or chinese != english, (row["id"], name)
            assert not re.search(r"[\u4e00-\u9fff]", english), (row["id"], name)


@pytest.mark.parametrize(("package", "resource"), TABLES, ids=NAMES)
def test_cells_hold_no_hidden_faults(package, resource):
    path = PACKAGES / package / resource["path"]
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
    for row in rows(package, resource["name"]):
        for name, cell in row.items():
            assert cell == cell.strip(), (row["id"], name)
            assert not re.search(r"[０-９Ａ-Ｚａ-ｚ\u200b\u00a0]|  ", cell), (row["id"], name)
            assert not re.search(r"(SF|PF)-\d{3}", cell), (row["id"], name)


@pytest.mark.parametrize(("package", "resource"), TABLES, ids=NAMES)
def test_codes_have_labels_in_both_languages(package, resource):
    for field in resource["schema"]["fields"]:
        assert all(field.get(key) for key in ("title", "title_en", "description", "description_en")), field["name"]
        allowed = field.get("constraints", {}).get("enum", [])
        labelled = field.get("categories", [])
        assert [item["value"] for item in labelled] == allowed
        assert all(item["label"] and item["label_en"] for item in labelled)
        used = {row[field["name"]] for row in rows(package, resource["name"])} - {""}
        assert not allowed or used <= set(allowed), field["name"]


@pytest.mark.parametrize("package", OURS)
def test_every_source_is_listed_and_used(package):
    listed = {row["id"] for row in rows(package, "sources")}
    used = {
        row["source"]
        for resource in descriptor(package)["resources"]
        for row in rows(package, resource["name"])
        if row.get("source")
    }
    pages = (PACKAGES.parent / "docs").glob("*/**/*.md")
    named = {source for page in pages for source in re.findall(r'source\("([^"]+)"', page.read_text(encoding="utf-8"))}
    assert used <= listed <= used | named


@pytest.mark.parametrize("package", OURS)
def test_mirrors_are_named_but_not_linked(package):
    for row in rows(package, "sources"):
        assert bool(row["url"]) == (row["link"] != "none"), row["id"]
        if "镜像" in row["publisher_zh"]:
            assert (row["link"], row["url"]) == ("none", ""), row["id"]


def test_a_source_has_the_same_facts_in_every_package():
    facts: dict[str, tuple[str, dict[str, str]]] = {}
    for folder in sorted(path.parent.parent for path in PACKAGES.glob("*/data/sources.csv")):
        for row in rows(folder.name, "sources"):
            first = facts.setdefault(row["id"], (folder.name, row))
            assert first[1] == row, (row["id"], first[0], folder.name)


@pytest.mark.parametrize("package", OURS)
def test_measures_lead_to_the_plan(package):
    known = {row["id"] for row in rows("plan", "measures")}
    for resource in descriptor(package)["resources"]:
        if resource["name"] in {"case_stories", "services"}:
            assert {row["measure"] for row in rows(package, resource["name"])} - {""} <= known


@pytest.mark.parametrize("package", OURS)
def test_the_package_describes_itself(package):
    data = descriptor(package)
    assert data["name"] == package
    assert len(data["description"]) >= 50 and len(data["description_en"].split()) >= 25
    assert data["changes"][0]["version"] == data["version"]
    assert data["title"] != data["title_en"]
    assert data["openness"] == "unconditional"
