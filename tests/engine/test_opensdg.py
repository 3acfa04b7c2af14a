"""`ipportal import open-sdg`: what a data repository says comes over exactly, and what does not fit is told."""

import csv
import os
import random
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from ipportal.cli import main
from ipportal.data.settings import read_settings
from ipportal.loading import load
from ipportal.office.opensdg import exact, period_of, plain_text, read_repository, short_id
from support.portals import ROOT

CONFIG = """languages: [hy, en, fr]
inputs:
  - class: InputCsvData
    path_pattern: data/indicator_*.csv
  - class: InputYamlMeta
    path_pattern: config/*-*.yml
  - class: InputYamlMdMeta
    path_pattern: meta/*-*.md
"""
#: A made-up repository: byte-order marks, quoted cells, two units, a series column, codes of places, keys of words
FILES = {
    "config_data.yml": CONFIG,
    "data/indicator_1-1-1.csv": '\ufeff"Year","Units","Sex","Age","GeoCode","Value"\n'
    '"2015","%","","","","12.50"\n"2016","%","","","","11"\n"2015","%","female","","","13.0"\n'
    '"2015","%","female","15, and over","","14"\n"2016","%","female","","","0.13512345678"\n'
    '"2015","%","","","AM01","9"\n"2017*","%","","","","8"\n"2018","%","","","","n/a"\n"2016","%","","","","11.4"\n',
    "data/indicator_2-1-1.csv": "Year,Series,Units,Value\n2015,Պահեստ,dram,1.5e-05\n2016,Պահեստ,dram,90000000001\n"
    "2015,Առևտուր,person,7\n2010-2015,Առևտուր,person,6\n2015/16,Առևտուր,person,5\n2016-03,Առևտուր,person,4\n",
    "data/indicator_3-1-1.csv": "Year;Value\n2015;5\n2016;50\n2017;49,5\n",
    "data/indicator_4-1-1.csv": "Year,Value\n2015,\n",
    "data/notes.csv": "not,matched\n",
    "meta/1-1-1.md": "---\nindicator_name: titles.1-1-1\nindicator: 1.1.1\nsdg_goal: '1'\nsource_active_1: true\n"
    "source_organisation_1: sources.stat\nsource_url_1: https://stat.example/1\nsource_active_2: true\n"
    "source_organisation_2: sources.bank\nprogress_calculation_options:\n"
    "  - direction: negative\n    target: 5.50\n    target_year: 2030\n---\nText of a page.\n",
    "config/2-1-1.yml": "indicator_name: 2.1.1 Պաշարներ\nindicator_definition: '<p>Ինչ&nbsp;է  սա</p>'\n"
    "indicator_number: 2.1.1\n",
    "config/3-1-1.yml": "indicator_name: global_indicators.3-1-1-title\nindicator_number: 3.10\n"
    "progress_calculation_options:\n  - target: 60\n    target_year: 2050\n",
    "config/4-1-1.yml": "indicator_number: 4.1.1\n",
    "config/5-1-1.yml": "indicator_number: 5.1.1\npublished: 'false'\n",
    "translations/en/titles.yml": "1-1-1: Poverty of the made-up\n",
    "translations/hy/titles.yml": "1-1-1: Աղքատություն\n",
    "translations/en/data.yml": "female: women\nSex: Sex\nAge: Age\nդրամ: dram\nՊահեստ: Store\nԱռևտուր: Trade\n"
    "'15, and over': 15 and over\n",
    "translations/en/sources.yml": "stat: Made-up Office\nbank: Made-up Bank\n",
    "translations/hy/sources.yml": "stat: Գրասենյակ\nbank: Բանկ\n",
}


def repository(folder, **changed):
    for name, text in (FILES | changed).items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def portal(folder, languages="en"):
    words = ["init", "imported", "--languages", languages, "--plan", "2016-2030", "--as-of", "2026-03-01"]
    assert main([*words, "--root", str(folder)]) == 0
    return folder / "imported"


def bring(root, folder, *words):
    return main(["import", "open-sdg", str(folder), "--root", str(root), "--lang", "en", *words])


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdg")
    root = portal(folder)
    assert bring(root, repository(folder / "repository")) == 0
    return root


def table(root, name):
    with (root / f"datapackages/indicators/data/{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_indicators_come_with_their_words_units_and_topics(imported):
    rows = {row["id"]: row for row in table(imported, "indicators")}
    units = {row["id"]: row["name_en"] for row in table(imported, "units")}
    first = rows["1-1-1"]
    assert (first["name_en"], first["short_en"], first["topic"]) == ("Poverty of the made-up", "1.1.1", "goal-1")
    assert (units[first["unit"]], first["direction"], first["group"]) == ("%", "down", "core")
    assert rows["3-1-1"]["name_en"] == "Indicator 3.10"  # a number that YAML would shorten; its name is kept elsewhere
    apart = [row for id, row in rows.items() if id.startswith("2-1-1-")]
    assert sorted(row["name_en"] for row in apart) == ["Պաշարներ: Store, dram", "Պաշարներ: Trade, person"]
    assert {row["definition_en"] for row in apart} == {"Ինչ է սա"}
    assert not any(id.startswith(("4-", "5-")) for id in rows)


def test_what_breaks_values_down_becomes_series(imported):
    names = {row["id"]: (row["name_en"], row["dimension"]) for row in table(imported, "series")}
    assert names.pop("total") == ("Total", "")
    wanted = [("AM01", "geocode"), ("women", "sex"), ("women · 15 and over", "sex-age")]
    assert sorted(names.values()) == wanted
    values = {
        (names.get(row["series"], ("all",))[0], row["period"]): row["value"]
        for row in table(imported, "observations")
        if row["indicator"] == "1-1-1"
    }
    assert values == {
        ("all", "2015"): "12.50",
        ("all", "2016"): "11",
        ("women", "2015"): "13.0",
        ("women", "2016"): "0.13512345678",
        ("women · 15 and over", "2015"): "14",
        ("AM01", "2015"): "9",
    }


def test_numbers_and_times_come_over_exactly(imported):
    rows = [row for row in table(imported, "observations") if row["indicator"].startswith("2-1-1")]
    assert {(row["period"], row["value"]) for row in rows} == {
        ("2015", "0.000015"),
        ("2016", "90000000001"),
        ("2015", "7"),
        ("2010/2015", "6"),
        ("2015/2016", "5"),
        ("2016-03", "4"),
    }


def test_targets_and_sources_come_over(imported):
    (target,) = table(imported, "targets")
    assert (target["indicator"], target["year"], target["maximum"], target["minimum"]) == ("1-1-1", "2030", "5.50", "")
    sources = {row["id"]: row for row in table(imported, "sources")}
    told = sources[target["source"]]
    assert (told["name_en"], told["url"], told["language"]) == (
        "Made-up Office; Made-up Bank",
        "https://stat.example/1",
        "hy",
    )
    assert sources["open-sdg"]["name_en"] == "Open SDG data repository"
    assert load(imported).field("sources", "language").label("hy").en == "Armenian"


def test_a_second_import_changes_nothing_and_keeps_what_people_wrote(imported, tmp_path, capsys):
    place = imported / "datapackages/indicators/data/indicators.csv"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("Poverty of the made-up", "Poverty"), encoding="utf-8", newline="\n")
    before = {path: path.read_bytes() for path in imported.rglob("*.csv")}
    capsys.readouterr()
    assert bring(imported, repository(tmp_path / "again")) == 0
    assert {path: path.read_bytes() for path in imported.rglob("*.csv")} == before
    assert "written" not in capsys.readouterr().out
    newer = repository(tmp_path / "newer", **{"data/indicator_3-1-1.csv": "Year;Value\n2015;5\n2016;51\n"})
    assert bring(imported, newer) == 0
    assert [row["value"] for row in table(imported, "observations") if row["indicator"] == "3-1-1"] == ["5", "51"]
    place.write_text(text, encoding="utf-8", newline="\n")


def test_what_is_left_out_is_told_with_its_place(tmp_path, capsys):
    root = portal(tmp_path)
    capsys.readouterr()
    assert bring(root, repository(tmp_path / "repository"), "--dry-run") == 0
    said = capsys.readouterr().out
    for told in (
        "1-1-1.csv:8 2017*",
        "1-1-1.csv:9 n/a",
        "1-1-1.csv:10 11.4 (11)",
        "3-1-1.csv:4 49,5",
        "over: 1: 4-1-1",
        "over: 1: 5-1-1",
    ):
        assert told in said, told
    assert "3-1-1: 60 (2050)" in said and "Armenian and French" in said and "elsewhere" in said
    assert table(root, "indicators") == []


def test_names_kept_elsewhere_may_be_given(tmp_path):
    root = portal(tmp_path)
    words = tmp_path / "words/translations/en/global_indicators.yml"
    words.parent.mkdir(parents=True)
    words.write_text("3-1-1-title: Deaths\n", encoding="utf-8")
    assert bring(root, repository(tmp_path / "repository"), "--translations", str(words.parents[1])) == 0
    assert "Deaths" in [row["name_en"] for row in table(root, "indicators")]


@pytest.mark.parametrize("languages", ["zh", "zh,en", "en,zh"])
def test_in_a_language_the_repository_lacks_its_own_words_stand_and_are_marked_beside_others(
    languages, tmp_path, capsys
):
    root = portal(tmp_path, languages)
    assert bring(root, repository(tmp_path / "repository")) == 0
    assert main(["check", "--root", str(root)]) == 0
    name = next(row["name_zh"] for row in table(root, "indicators") if row["id"] == "1-1-1")
    assert name == ("Poverty of the made-up" if languages == "zh" else "原文：Poverty of the made-up")
    assert read_settings(root).languages == tuple(languages.split(","))


#: How repositories of other countries write the same: files instead of 3-1-1's, then what comes of them by (unit,
#: part, time), then what is said to be left out
ELSEWHERE = {
    "lines before the header": ("\nYear,Value\n2015,5\n", {"figure|Total|2015": "5"}, ""),
    "decimal commas, percent signs": (
        "Year;Value\n2015;5\n2017;4%\n2016;49,5\n",
        {"figure|Total|2015": "5"},
        "csv:3 4%, data/indicator_3-1-1.csv:4 49,5",
    ),
    "thousands": ("Year\tValue\n2015\t1 306\n2016\t7\n", {"figure|Total|2016": "7"}, "csv:2 1 306"),
    "marks for missing": ("Year,Value\n2015,…\n2016,-\n2017,..\n2018,7\n", {"figure|Total|2018": "7"}, "csv:4 .."),
    "names of SDMX": ("TIME_PERIOD,UNIT_MEASURE,OBS_VALUE\n2015,kg,5\n", {"kg|Total|2015": "5"}, ""),
    "two columns of units": ("Year,Units,Unit measure,Value\n2015,kg,KG,5\n", {"kg|Total|2015": "5"}, "Unit measure"),
    "multiplied units": (
        "Year,Units,Unit multiplier,Value\n2015,persons,Thousands,5\n2016,persons,Units,6000\n",
        {"persons (Thousands)|Total|2015": "5", "persons|Total|2016": "6000"},
        "",
    ),
    "a state of each value": (
        "Year,Sex,Observation status,Value\n2015,,Normal value,5\n2015,男,Normal value,6\n",
        {"figure|Total|2015": "5", "figure|男|2015": "6"},
        "Observation status",
    ),
    "Russian": ("Year,Пол,Units,Value\n2015,Женщины,на 1 000 СО2,5\n", {"на 1 000 СО2|Женщины|2015": "5"}, ""),
    "Korean, Arabic and Armenian": (
        "Year,지역,Value\n2015,서울,5\n2015,القاهرة,6\n2015,Երևան,7\n",
        {f"figure|{name}|2015": value for name, value in (("서울", "5"), ("القاهرة", "6"), ("Երևան", "7"))},
        "",
    ),
    "UTF-16": ("Year,Ort,Value\n2015,Köln,5\n".encode("utf-16"), {"figure|Köln|2015": "5"}, ""),
    "spans, months and quarters": (
        "Year,Value\n2015-2016,5\n2015.0,6\n2016-03,7\n2016 1Q,8\n",
        {
            f"figure|Total|{period}": value
            for period, value in (("2015/2016", "5"), ("2015", "6"), ("2016-03", "7"), ("2016-Q1", "8"))
        },
        "",
    ),
    "lines twice": ("Year,Value\n2015,5\n2015,5\n2015,6\n", {"figure|Total|2015": "5"}, "csv:4 6 (5)"),
    "times to come": ("Year,Value\n2015,5\n2040,6\n2026,7\n", {"figure|Total|2015": "5"}, "csv:3 2040"),
    "names that a spreadsheet runs": (
        "Year,Age,Value\n2015,-5 to 0,5\n2015,=A1,6\n2015,+65,7\n",
        {f"figure|{name}|2015": value for name, value in (("−5 to 0", "5"), ("“=A1”", "6"), ("+65", "7"))},
        "",
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_repositories_of_other_countries_come_over(name, tmp_path, capsys):
    data, wanted, told = ELSEWHERE[name]
    # one and two languages by turns
    root = portal(tmp_path, ("en", "en,zh")[[*ELSEWHERE].index(name) % 2])
    capsys.readouterr()
    folder = repository(tmp_path / "repository", **{"data/indicator_3-1-1.csv": data})
    assert bring(root, folder) == 0
    assert told in capsys.readouterr().out
    units, series = (
        {row["id"]: re.sub("Original: “(.*)”", r"\1", row["name_en"]) for row in table(root, name)}
        for name in ("units", "series")
    )
    of = {row["id"]: units[row["unit"]] for row in table(root, "indicators") if row["id"].startswith("3-1-1")}
    rows = [row for row in table(root, "observations") if row["indicator"] in of]
    came = {f"{of[row['indicator']]}|{series[row['series']]}|{row['period']}": row["value"] for row in rows}
    assert came == wanted
    before = {path: path.read_bytes() for path in root.rglob("*.csv")}
    assert main(["check", "--root", str(root)]) == 0 and bring(root, folder) == 0
    assert {path: path.read_bytes() for path in root.rglob("*.csv")} == before


def test_metadata_of_another_language_lie_in_a_folder_of_its_own_and_a_second_file_is_told(tmp_path, capsys):
    files = {
        "config_data.yml": CONFIG.replace("[hy, en, fr]", "[de, en]"),
        "meta/3-1-1.md": "---\nindicator_name: Armut\nindicator_definition: '- Liste; - zweite'\n---\n",
        "meta/en/3-1-1.md": "---\nindicator_name: Poverty\nindicator_definition: '- A list; - a second'\n---\n",
        "config/3-1-1.yml": "indicator_number: 3.1.1\n",
        "data/3-1-1.csv": "Year,Value\n2015,6\n",
    }
    files["config_data.yml"] = files["config_data.yml"].replace("data/indicator_*.csv", "data/*-1-1.csv")
    root = portal(tmp_path)
    capsys.readouterr()
    assert bring(root, repository(tmp_path / "repository", **files)) == 0
    assert "data/indicator_3-1-1.csv (data/3-1-1.csv)" in capsys.readouterr().out
    row = next(row for row in table(root, "indicators") if row["id"] == "3-1-1")
    assert (row["name_en"], row["definition_en"]) == ("Poverty", "A list; a second")


def test_a_target_that_was_reached_before_the_plan_says_so(tmp_path):
    told = FILES["config/3-1-1.yml"].replace("2050", "2030")
    data = "Year,Value\n2015,70\n2016,71\n"
    root = portal(tmp_path)
    assert bring(root, repository(tmp_path / "r", **{"config/3-1-1.yml": told, "data/indicator_3-1-1.csv": data})) == 0
    notes = [row["note_en"] for row in table(root, "targets") if row["indicator"] == "3-1-1"]
    assert notes == ["So in the data repository; reached in 2015 already."]


BROKEN = {
    "two columns of values": {"data/indicator_3-1-1.csv": "Year,Value,Value\n2015,1,2\n"},
    "no year": {"data/indicator_3-1-1.csv": "When,Value\n2015,1\n"},
    "no metadata": {"config/3-1-1.yml": None},
    "unknown encoding": {"data/indicator_3-1-1.csv": "Year,Value,Ort\n2015,1,Köln\n".encode("latin-1")},
    "metadata of unknown encoding": {"config/3-1-1.yml": "indicator_name: Köln\n".encode("latin-1")},
    "no YAML": {"config/3-1-1.yml": "indicator_name: [a\n"},
    "Markdown without a beginning": {"meta/1-1-1.md": "Text\n"},
    "a column twice": {"data/indicator_3-1-1.csv": "Year,Sex,Sex,Value\n2015,a,b,1\n"},
    "Chinese of another encoding": {"data/indicator_3-1-1.csv": "Year,性别,Value\n2015,女,1\n".encode("gb18030")},
    "no text at all": {"data/indicator_3-1-1.csv": b"\x00\x01\xff"},
    "an empty file": {"data/indicator_3-1-1.csv": ""},
    "no data": {name: None for name in FILES if name.startswith("data/")},
}


@pytest.mark.parametrize("changed", BROKEN.values(), ids=BROKEN)
def test_a_broken_repository_is_told_and_nothing_is_written(changed, tmp_path, capsys):
    root = portal(tmp_path)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert bring(root, repository(tmp_path / "repository", **changed)) == 1
    said = capsys.readouterr().err
    assert "[opensdg-" in said and "→" in said and "Traceback" not in said
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_patterns_that_lead_out_of_the_repository_find_nothing(tmp_path):
    (tmp_path / "secret-1.csv").write_text("Year,Value\n2015,1\n")
    for pattern in ("../*.csv", "/etc/*", "data/../../*.csv"):
        config = CONFIG.replace("data/indicator_*.csv", pattern)
        assert not read_repository(repository(tmp_path / "repository", **{"config_data.yml": config})).data


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5e-05", "0.000015"), ("12.50", "12.50"), ("-0.3", "-0.3"), ("+4", "4"), ("1e3", "1000"), (".5", "0.5")]
    + [(text, None) for text in ("", "n/a", "1,306", "<0.1", "1 000", "１", "nan", "1e999")]
    + [("0.012345678901234567", "0.012345678901234567"), ("1.2345678901234567e-05", "0.000012345678901234567")],
)
def test_a_number_is_taken_digit_by_digit_or_not_at_all(text, number):
    assert exact(text) == number


@pytest.mark.parametrize(
    ("text", "period"),
    [("2015", "2015"), ("2015.0", "2015"), ("2010-2015", "2010/2015"), ("2015/16", "2015/2016"), ("2016-03", "2016-03")]
    + [("2010 1Q", "2010-Q1"), ("2024 Q3", "2024-Q3"), ("2024-Q4", "2024-Q4")]
    + [(text, "") for text in ("20222", "2019*", "", "2016-2010", "Q1 2015")],
)
def test_a_time_is_a_year_a_span_a_quarter_or_a_month(text, period):
    assert period_of(text) == period


def test_ids_of_different_texts_differ_and_stay():
    texts = ["15-24", "15+24", "15–24", "կին", "տղամարդ", "a" * 80, "a" * 81, "%", "% of all", "of all", "男", "女"]
    ids = [short_id(text) for text in texts]
    assert len(set(ids)) == len(texts) and all(len(id) <= 48 for id in ids)
    assert ids == [short_id(text) for text in texts]
    assert short_id("Female") == short_id("female") == "female"


def test_markup_and_hidden_characters_are_no_text():
    assert plain_text("<p>A&nbsp;b\n**c**\u200b </p>") == "A b c"


#: Real repositories, where somebody keeps some
CASES = Path(os.environ.get("OPEN_SDG_CASES", ROOT.parent / "shared/cases/open-sdg"))


def series_of(folder):
    """Every series of a repository, read by other means: (file, unit, series, what its other columns say) → values."""
    found = {}
    for path in sorted(folder.glob("data/*-*.csv")):
        frame = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=None, engine="python", on_bad_lines="skip"
        )
        groups = [column for column in frame.columns if column not in ("Year", "Value")]
        for row in frame.to_dict("records"):
            if row["Year"].isdigit() and len(row["Year"]) == 4 and row["Value"]:
                key = (path.name, *((column, row[column]) for column in groups if row[column]))
                found.setdefault(key, {}).setdefault(row["Year"], row["Value"])
    return found


@pytest.mark.slow
def test_ten_series_of_every_repository_at_hand_say_what_their_source_says(tmp_path):
    folders = [repository(tmp_path / "made-up"), *(path.parent for path in CASES.glob("*/config_data.yml"))]
    for folder in folders:
        root = portal(tmp_path / folder.name)
        assert bring(root, folder) == 0
        rows = table(root, "observations")
        came = {}
        for row in rows:
            file = row["locator_en"].removeprefix("data file ")
            came.setdefault((file, row["indicator"], row["series"]), {})[row["period"]] = Decimal(row["value"])
        wanted = series_of(folder)
        for key in random.Random(1).sample(sorted(wanted), min(10, len(wanted))):
            values = {year: exact(value) for year, value in wanted[key].items()}
            values = {year: Decimal(value) for year, value in values.items() if value is not None}
            fitting = [found for (file, _, _), found in came.items() if file == key[0]]
            assert not values or any(values.items() <= found.items() for found in fitting), (folder.name, key)
