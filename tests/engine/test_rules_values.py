"""Numbers that belong together: jumps, contradictions and units, at the edges of the rules."""

import bad_corpus
import pytest

from ipportal.base.quantities import quantity
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.loading import load
from ipportal.rules import check

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
UNITS = '{"name": "units", "path": "data/units.csv"'
VALUE = "grants-growth,sample-zone,2021,plan,7.5"
HEADER = (
    "indicator,area,period,basis,value,unit,qualifier,status,source,locator_zh,locator_en,confidence,"
    "note_zh,note_en,series\n"
)


@pytest.fixture
def told(tmp_path):
    """Replace the zone's firms with values by period; return the problems about them as (code, row)."""

    def tell(*rows):
        lines = []
        for period, value, *more in rows:
            extra = {
                "unit": "",
                "qualifier": "exact",
                "status": "final",
                "note": "",
                "basis": "plan",
                "area": "sample-zone",
            }
            extra |= more[0] if more else {}
            note = "原因。,The reason." if extra["note"] else ","
            lines.append(
                f"patent-firms,{extra['area']},{period},{extra['basis']},{value},{extra['unit']},"
                f"{extra['qualifier']},"
                f"{extra['status']},sample-report-2022,表,table,official,{note},total"
            )
        kept = [
            line
            for line in (bad_corpus.TINY / OBSERVATIONS).read_text(encoding="utf-8").splitlines()[1:]
            if not line.startswith("patent-firms")
        ]
        text = HEADER + "\n".join(sorted([*kept, *lines])) + "\n"
        root = bad_corpus.break_copy([{"file": OBSERVATIONS, "text": text}], tmp_path / "portal")
        written = text.splitlines()
        problems = check(read_packages(root), read_settings(root))
        return [(problem.code, written[problem.where.row - 1].split(",")[2]) for problem in problems]

    return tell


def test_three_times_is_still_no_jump(told):
    assert told(("2020", 10), ("2021", 30)) == []


def test_more_than_three_times_is_a_jump(told):
    assert told(("2020", 10), ("2021", 31)) == [("value-jump", "2021")]


def test_a_fall_to_less_than_a_third_is_a_jump(told):
    assert told(("2020", 31), ("2021", 10)) == [("value-jump", "2021")]


def test_over_two_years_the_factor_counts_twice(told):
    assert told(("2019", 10), ("2021", 90)) == []


def test_over_two_years_more_than_nine_times_is_a_jump(told):
    assert told(("2019", 10), ("2021", 91)) == [("value-jump", "2021")]


def test_a_note_explains_a_jump(told):
    assert told(("2020", 10), ("2021", 500, {"note": True})) == []


def test_from_nothing_there_is_no_factor(told):
    assert told(("2020", 0), ("2021", 500)) == []


def test_part_years_are_not_compared_with_years(told):
    assert told(("2020", 100), ("2021-H1", 10), ("2021-07", 10)) == []


def test_areas_and_definitions_are_not_compared(told):
    assert told(("2020", 10), ("2021", 500, {"area": "sample-city"}), ("2022", 500, {"basis": "website"})) == []


def test_a_superseded_value_is_compared_with_nothing(told):
    assert told(("2020", 10), ("2021", 500, {"status": "superseded"})) == [("superseded-unexplained", "2021")]


def test_a_unit_of_another_scale_is_converted_before_comparing(tmp_path):
    change = [{"file": OBSERVATIONS, "replace": [["plan,14500,trademark,", "plan,1.45,trademark-10k,"]]}]
    root = bad_corpus.break_copy(change, tmp_path / "portal")
    assert check(read_packages(root), read_settings(root)) == []


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("plan,1.3,", "plan,1.35001,", ["value-fraction"]),
        ("plan,1.3,", "plan,1.3501,", []),
        ("grants-growth,sample-zone,2021,plan,50", "grants-growth,sample-zone,2021,plan,-100", []),
        ("grants-growth,sample-zone,2021,plan,50", "grants-growth,sample-zone,2021,plan,250", []),
        ("plan,14500,trademark", "plan,14500,no-unit", ["key-dangling"]),
    ],
)
def test_what_a_unit_allows(tmp_path, old, new, codes):
    root = bad_corpus.break_copy([{"file": OBSERVATIONS, "replace": [[old, new]]}], tmp_path / "portal")
    assert [problem.code for problem in check(read_packages(root), read_settings(root))] == codes


def test_a_share_above_one_hundred_percent_is_refused(tmp_path):
    changes = [
        {"file": path, "replace": replace}
        for path, replace in (
            (
                "datapackages/indicators/data/indicators.csv",
                [["grants-growth,context", "grants-share,context"], ["Growth,percent-change", "Growth,percent"]],
            ),
            (
                OBSERVATIONS,
                [["growth,sample-zone,2021,plan,50", "share,sample-zone,2021,plan,101"]],
            ),
        )
    ]
    root = bad_corpus.break_copy(changes, tmp_path / "portal")
    problems = check(read_packages(root), read_settings(root))
    assert [(problem.code, problem.where.row) for problem in problems] == [("value-percent", 8)]


def test_a_kind_of_unit_that_only_the_description_knows_says_itself_what_holds(tmp_path):
    """Kinds are data: how values are written, whether halves make sense, and within which limits they lie."""
    kind = '{"value": "mass", "label": "质量", "label_en": "mass", "style": "plain", "minimum": 5, "maximum": 9}'
    changes = [
        {
            "file": "datapackages/indicators/datapackage.json",
            "replace": [[UNITS + "}", UNITS + f', "columns": {{"kind": {{"categories": [{kind}]}}}}}}']],
        },
        {
            "file": "datapackages/indicators/data/units.csv",
            "replace": [["patent,件", "kilogram,千克,kilograms,kilogram,mass,kilogram,1\npatent,件"]],
        },
        {
            "file": "datapackages/indicators/data/indicators.csv",
            "replace": [["Growth,percent-change", "Growth,kilogram"]],
        },
        {"file": OBSERVATIONS, "replace": [["grants-growth,sample-zone,2021,plan,50", VALUE]]},
    ]
    for value, codes in (("7.5", []), ("4", ["value-percent"]), ("10", ["value-percent"])):
        wanted = VALUE.rsplit(",", 1)[0] + f",{value}"
        told = [
            one | {"replace": [[old, new.replace(VALUE, wanted)] for old, new in one["replace"]]} for one in changes
        ]
        root = bad_corpus.break_copy(told, tmp_path / value)
        assert [problem.code for problem in check(read_packages(root), read_settings(root))] == codes
    portal = load(bad_corpus.break_copy(changes, tmp_path / "loaded"))
    row = next(row for row in portal.observations if row.indicator == "grants-growth")
    assert quantity(row.value, row.unit, "zh") == "7.5 千克"
