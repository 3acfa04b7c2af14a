"""The indicators package against the plan draft's own tables and the rules of honesty.

Expected values are typed here a second time, from Table 1, Table 2 and section 二（三） of the draft, so that a slip in
the CSV cannot confirm itself. Only the descriptions are read by our code: the rows must stand without it.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from support.descriptions import complete

PACKAGE = Path(__file__).resolve().parents[2] / "datapackages" / "indicators"
DESCRIPTOR: dict[str, Any] = complete(PACKAGE / "datapackage.json")
RESOURCES: dict[str, dict[str, Any]] = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}

Row = dict[str, str]

HAN = re.compile(r"[\u4e00-\u9fff]")
QUOTED_FIGURE = re.compile(r"\([\d.]+万\)")


def read(name: str) -> list[Row]:
    with (PACKAGE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


TABLES: dict[str, list[Row]] = {name: read(name) for name in RESOURCES}

#: Table 2 in its order: indicator, 2020 value, 2025 target, unit (all 预期性)
TABLE_2 = [
    ("invention-grants", "572", "1700", "件"),
    ("inventions-per-10k", "61", "95", "件"),
    ("high-value-inventions-per-10k", "16", "30", "件"),
    ("pct-applications", "32", "80", "件"),
    ("registered-trademarks", "1.3", "2.1", "万件"),
    ("madrid-trademarks", "31", "50", "件"),
    ("geographical-indications", "4", "5", "件"),
    ("pledge-financing", "5512", "10000", "万元"),
]

#: Table 1: 2020 values of province, city and zone; the draft leaves the city's second cell open
TABLE_1 = [
    ("invention-grants", "17000", "14667", "572"),
    ("inventions-per-10k", "12.41", None, "61"),
    ("high-value-inventions-per-10k", "4.75", "20.5", "16"),
    ("pct-applications", "1504", "1389", "32"),
    ("registered-trademarks", "67.4", "33.56", "1.3"),
    ("geographical-indications", "475", "42", "4"),
]

#: Targets in the text of 二（三） that differ from Table 2, and what the text says
TEXT_TARGETS = {"high-value-inventions-per-10k": ("20", "exceed"), "registered-trademarks": ("2.2", "reach")}

#: Promises with numbers in 二（三）, 四（三） and 四（五）: minimum, maximum, kind, locator, default
COMMITMENTS = [
    ("patent-agencies", "20", "", "reach", "二（三）", "yes"),
    ("patent-attorneys", "100", "", "reach", "二（三）", "yes"),
    ("national-ip-enterprises", "15", "", "reach", "四（五）", "yes"),
    ("provincial-ip-enterprises", "30", "", "reach", "四（五）", "yes"),
    ("high-value-portfolios", "5", "", "reach", "四（三）", "yes"),
    ("high-value-portfolios", "2", "3", "range", "二（三）", "no"),
    ("navigation-bases", "1", "3", "range", "四（三）", "yes"),
    ("navigation-projects", "3", "5", "range", "四（三）", "yes"),
    ("standards-cases", "1", "3", "range", "四（三）", "yes"),
    ("pledge-financing-total", "3", "", "cumulative", "二（三）", "yes"),
]

#: Figures seen only on unreliable pages (indicator, area, period, value): none may appear, under any source
UNUSABLE = [
    ("invention-grants", "city", "2023", "22800"),
    ("high-value-inventions-per-10k", "city", "2023", "34.56"),
    ("pledge-loans", "city", "2023", "41.97"),
    ("patent-grants", "city", "2023", "60000"),
    ("madrid-applications", "nation", "2023", "6196"),
    ("invention-grants", "nation", "2023", "798000"),
]


def observed(indicator: str, area: str, period: str, basis: str = "plan") -> list[Row]:
    key = {"indicator": indicator, "area": area, "period": period, "basis": basis}
    return [row for row in TABLES["observations"] if key.items() <= row.items()]


def targets(indicator: str, area: str = "zone") -> list[Row]:
    return [row for row in TABLES["targets"] if (row["indicator"], row["area"]) == (indicator, area)]


def unit_name(row: Row) -> str:
    """The unit a row is written in: its own, else its indicator's."""
    units = {unit["id"]: unit["name_zh"] for unit in TABLES["units"]}
    default = {indicator["id"]: indicator["unit"] for indicator in TABLES["indicators"]}
    return units[row["unit"] or default[row["indicator"]]]


def indicator_ids(group: str) -> list[str]:
    rows = [row for row in TABLES["indicators"] if row["group"] == group]
    return [row["id"] for row in sorted(rows, key=lambda row: int(row["order"]))]


def test_core_indicators_are_the_eight_of_table_2_in_its_order() -> None:
    assert indicator_ids("core") == [line[0] for line in TABLE_2]
    attributes = {row["attribute"] for row in TABLES["indicators"] if row["group"] == "core"}
    assert attributes == {"expected"}


def test_commitments_are_the_nine_promised_numbers() -> None:
    assert set(indicator_ids("commitment")) == {line[0] for line in COMMITMENTS}
    assert len(indicator_ids("commitment")) == 9


@pytest.mark.parametrize(("indicator", "baseline", "target", "unit"), TABLE_2)
def test_table_2(indicator: str, baseline: str, target: str, unit: str) -> None:
    rows = [row for row in observed(indicator, "zone", "2020") if row["source"] == "plan-draft"]
    assert [(row["value"], row["qualifier"], unit_name(row)) for row in rows] == [(baseline, "exact", unit)]
    default = [row for row in targets(indicator) if row["default"] == "yes"]
    assert [(row["minimum"], row["maximum"], row["kind"], row["year"]) for row in default] == [
        (target, "", "reach", "2025")
    ]
    assert "表2" in default[0]["locator_zh"]
    assert (unit_name(default[0]), default[0]["basis"], default[0]["source"]) == (unit, "plan", "plan-draft")


@pytest.mark.parametrize("area", ["province", "city", "zone"])
@pytest.mark.parametrize("line", TABLE_1, ids=lambda line: line[0])
def test_table_1(line: tuple[str, str, str | None, str], area: str) -> None:
    expected = dict(zip(("province", "city", "zone"), line[1:], strict=True))[area]
    rows = [row for row in observed(line[0], area, "2020") if row["source"] == "plan-draft"]
    assert [row["value"] for row in rows] == ([] if expected is None else [expected])
    assert all("表1" in row["locator_zh"] and row["confidence"] == "plan" for row in rows)


@pytest.mark.parametrize("indicator", [line[0] for line in TABLE_2])
def test_section_2_3(indicator: str) -> None:
    """Where text and table differ both targets are kept, the text's not as default; else one row names both places."""
    rows = targets(indicator)
    if indicator in TEXT_TARGETS:
        other = [row for row in rows if row["default"] == "no"]
        assert [(row["minimum"], row["kind"]) for row in other] == [TEXT_TARGETS[indicator]]
        assert [row["locator_zh"] for row in other] == ["二（三）"]
        assert len(rows) == 2
        default = next(row for row in rows if row["default"] == "yes")
        assert default["note_zh"], "the choice between two targets needs its reason"
    else:
        assert [row["locator_zh"] for row in rows] == ["表2；二（三）"]


@pytest.mark.parametrize(("indicator", "minimum", "maximum", "kind", "locator", "default"), COMMITMENTS)
def test_commitment(indicator: str, minimum: str, maximum: str, kind: str, locator: str, default: str) -> None:
    rows = [row for row in targets(indicator) if row["default"] == default]
    assert [(row["minimum"], row["maximum"], row["kind"], row["year"]) for row in rows] == [
        (minimum, maximum, kind, "2025")
    ]
    assert rows[0]["locator_zh"].startswith(locator)


def test_cumulative_pledge_target_is_in_hundred_million_yuan() -> None:
    (target,) = targets("pledge-financing-total")
    assert unit_name(target) == "亿元"


def test_one_default_target_per_indicator_and_area() -> None:
    keys = {(row["indicator"], row["area"], row["year"]) for row in TABLES["targets"]}
    defaults = [(row["indicator"], row["area"], row["year"]) for row in TABLES["targets"] if row["default"] == "yes"]
    assert sorted(defaults) == sorted(keys)


def test_ranges_have_two_ends_and_nothing_else_has() -> None:
    for row in TABLES["targets"]:
        assert bool(row["maximum"]) == (row["kind"] == "range"), row["id"]
        if row["maximum"]:
            assert Decimal(row["minimum"]) < Decimal(row["maximum"]), row["id"]


def test_zone_has_two_core_values_for_2022_and_none_later() -> None:
    """No more was published, so no more may appear: a later row needs a real source and a change of this test."""
    core = {line[0] for line in TABLE_2}
    rows = [row for row in TABLES["observations"] if row["area"] == "zone" and row["indicator"] in core]
    rows = [row for row in rows if row["series"] == "total"]
    assert {row["period"] for row in rows} - {"2016", "2018", "2020", "2020-05", "2021", "2021-07", "undated"} == {
        "2022",
        "2022-H1",
    }
    assert [(row["indicator"], row["basis"], row["value"]) for row in rows if row["period"] == "2022"] == [
        ("invention-grants", "plan", "2425"),
        ("pledge-financing", "zone-press-2023", "6500"),
    ]


def test_inventions_per_10k_keeps_its_definitions_apart() -> None:
    (plan,) = observed("inventions-per-10k", "zone", "2021")
    (website,) = observed("inventions-per-10k", "zone", "2021", "zone-site")
    (press,) = observed("inventions-per-10k", "zone", "2020-05", "zone-press-2020")
    assert (plan["value"], website["value"]) == ("82", "120")
    assert (press["value"], press["qualifier"]) == ("100", "more-than")


def test_pct_of_2018_is_outside_the_plan_series() -> None:
    assert observed("pct-applications", "zone", "2018") == []
    (row,) = observed("pct-applications", "zone", "2018", "changjiang-2019")
    assert row["value"] == "193"


def test_words_of_approximation_are_kept() -> None:
    expected = {
        ("pledge-loans", "zone"): "nearly",
        ("training-sessions", "zone"): "more-than",
        ("news-items", "zone"): "more-than",
        ("examination-time-cut", "center"): "at-least",
        ("expected-design-time", "center"): "at-most",
    }
    found = {(row["indicator"], row["area"]): row["qualifier"] for row in TABLES["observations"]}
    assert expected.items() <= found.items()


@pytest.mark.parametrize(("indicator", "area", "period", "value"), UNUSABLE)
def test_figures_of_unreliable_pages_are_absent(indicator: str, area: str, period: str, value: str) -> None:
    rows = [row for row in TABLES["observations"] if (row["indicator"], row["area"]) == (indicator, area)]
    assert not [row for row in rows if row["period"] == period and Decimal(row["value"]) == Decimal(value)]


def test_addresses_of_unreliable_pages_are_absent() -> None:
    published = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PACKAGE / "data").glob("*.csv")))
    for host in ("shanyouwang.com", "bkwk.cn", "gzfsmf.com"):
        assert host not in published


def test_mirrors_are_named_but_not_linked() -> None:
    mirrors = [row for row in TABLES["sources"] if "镜像" in row["publisher_zh"]]
    assert mirrors
    for row in mirrors:
        assert (row["link"], row["url"]) == ("none", ""), row["id"]


def test_every_linked_source_has_an_address_and_no_other() -> None:
    for row in TABLES["sources"]:
        assert bool(row["url"]) == (row["link"] != "none"), row["id"]


def test_no_two_sources_share_an_address() -> None:
    addresses = [row["url"] for row in TABLES["sources"] if row["url"]]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("name", RESOURCES)
def test_header_is_the_described_one(name: str) -> None:
    with (PACKAGE / RESOURCES[name]["path"]).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == [field["name"] for field in RESOURCES[name]["schema"]["fields"]]


@pytest.mark.parametrize("name", RESOURCES)
def test_keys_are_unique_and_sorted(name: str) -> None:
    columns = RESOURCES[name]["schema"]["primaryKey"]
    keys = [tuple(row[column] for column in columns) for row in TABLES[name]]
    assert keys
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", RESOURCES)
def test_foreign_keys_lead_somewhere(name: str) -> None:
    for key in RESOURCES[name]["schema"].get("foreignKeys", []):
        (column,) = key["fields"]
        known = {row["id"] for row in TABLES[key["reference"]["resource"] or name]}
        dangling = {row[column] for row in TABLES[name] if row[column]} - known
        assert not dangling, (name, column)


def test_keys_into_other_packages_stand_in_the_descriptors_and_lead_somewhere() -> None:
    found = {}
    for path in sorted(PACKAGE.parent.glob("*/datapackage.json")):
        for table in complete(path)["resources"]:
            for key in table["schema"].get("externalForeignKeys", []):
                (column,), to = key["fields"], key["reference"]
                known = _column(to["package"], to["resource"], "id")
                assert _column(path.parent.name, table["name"], column) - {""} <= known, (table["name"], column)
                found[table["name"], column] = f"{to['package']}/{to['resource']}"
    assert found["case_statistics", "measure"] == found["events", "measure"] == "plan/measures"
    assert found["measure_indicators", "indicator"] == "indicators/indicators"
    assert found["service_links", "service"] == found["wish_services", "service"] == "promotion/services"
    assert len(found) == 16


def _column(package: str, table: str, column: str) -> set[str]:
    with (PACKAGE.parent / package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", RESOURCES)
def test_text_comes_in_complete_pairs(name: str) -> None:
    """Both or neither, never the same twice, and no Chinese in English text outside a quoted figure such as (2.1万)."""
    fields = {field["name"]: field for field in RESOURCES[name]["schema"]["fields"]}
    for stem in [field.removesuffix("_zh") for field in fields if field.endswith("_zh")]:
        required = fields[f"{stem}_zh"].get("constraints", {}).get("required", False)
        for row in TABLES[name]:
            zh, en = row[f"{stem}_zh"], row[f"{stem}_en"]
            assert bool(zh) == bool(en), (stem, row)
            assert zh or not required, (stem, row)
            assert zh != en or not zh, (stem, zh)
            assert not HAN.search(QUOTED_FIGURE.sub("", en)), (stem, en)


@pytest.mark.parametrize("name", RESOURCES)
def test_cells_are_clean(name: str) -> None:
    raw = (PACKAGE / RESOURCES[name]["path"]).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    for row in TABLES[name]:
        for column, cell in row.items():
            assert cell == cell.strip(), (column, cell)
            assert not re.search(r"[０-９Ａ-Ｚａ-ｚ\u3000]", cell), (column, cell)


def test_row_units_measure_the_same_thing_as_their_indicator() -> None:
    base = {row["id"]: row["base"] for row in TABLES["units"]}
    default = {row["id"]: row["unit"] for row in TABLES["indicators"]}
    for row in [*TABLES["observations"], *TABLES["targets"]]:
        if row["unit"]:
            assert base[row["unit"]] == base[default[row["indicator"]]], row
            assert row["unit"] != default[row["indicator"]], row


def test_only_used_sources_are_listed() -> None:
    used = {row["source"] for row in [*TABLES["observations"], *TABLES["targets"]]}
    used |= {row[column] for row in TABLES["discrepancies"] for column in ("source_a", "source_b") if row[column]}
    assert {row["id"] for row in TABLES["sources"]} == used


def test_confidence_fits_the_source() -> None:
    """Only the draft is `plan`, and a source known by a mirror alone is never better than `secondary`."""
    sources = {row["id"]: row for row in TABLES["sources"]}
    for row in TABLES["observations"]:
        source = sources[row["source"]]
        assert (row["confidence"] == "plan") == (source["kind"] == "plan"), row
        if "镜像" in source["publisher_zh"]:
            assert row["confidence"] == "secondary", row


def test_known_contradictions_are_listed() -> None:
    found = {(row["value_a"], row["value_b"]) for row in TABLES["discrepancies"]}
    expected = {("30", "20"), ("2.1", "2.2"), ("2-3", "5"), ("82", "120"), ("2018-07", "2018-08"), ("诺迦洛", "洛迦诺")}
    assert expected <= found


def test_columns_are_described_in_both_languages() -> None:
    for resource in RESOURCES.values():
        for field in resource["schema"]["fields"]:
            where = (resource["name"], field["name"])
            assert all(field[key] for key in ("title", "title_en", "description", "description_en")), where
            codes = field.get("constraints", {}).get("enum")
            if codes is not None:
                assert [category["value"] for category in field["categories"]] == codes, where
                assert all(category["label"] and category["label_en"] for category in field["categories"]), where
