"""What was released, exported or kept before the tables took their second form is read by the columns they have now."""

import shutil

import pytest
import workbooks

from ipportal.cli import main
from ipportal.data.ledger import compare
from ipportal.data.packages import former_names, read_packages, restated
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from ipportal.office.diff import earlier_state
from support.copies import edit
from support.first_form import TINY, first_form

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
TABLE = {
    "schema": {
        "fields": [
            {"name": "id"},
            {"name": "series", "before": "total"},
            {"name": "statistic", "formerly": "measure"},
            {"name": "measure"},
        ]
    }
}


@pytest.fixture
def old(tmp_path):
    return first_form(tmp_path / "old")


def test_a_column_takes_what_it_is_formerly_known_as_and_the_new_one_of_that_name_does_not():
    assert former_names(TABLE, ["id", "measure"]) == {"id": "id", "statistic": "measure"}
    assert former_names(TABLE, ["id", "statistic", "measure"]) == {
        "id": "id",
        "statistic": "statistic",
        "measure": "measure",
    }
    assert former_names(TABLE, ["id", "gone"]) == {"id": "id"}


def test_a_new_column_holds_what_rows_had_before_or_is_left_out():
    assert restated(TABLE, [{"id": "a", "measure": "fines"}]) == [{"id": "a", "series": "total", "statistic": "fines"}]
    full = {"id": "a", "series": "b", "statistic": "c", "measure": "d"}
    assert restated(TABLE, [full]) == [full]


def released(root, package):
    """The files of a package as a release would have frozen them."""
    folder = root / "datapackages" / package
    files = {path.name: path.read_bytes() for path in folder.glob("data/*.csv")}
    return files | {"datapackage.json": (folder / "datapackage.json").read_bytes()}


def differences(old, root, package):
    now = build_portal(read_packages(root), read_settings(root))
    return compare(now.packages[package], released(old, package))


def test_rows_that_only_changed_their_form_are_no_changes(old):
    for package in ("indicators", "plan", "cases", "promotion", "recognition"):
        found = differences(old, TINY, package)
        assert found.rows == () and found.level == "major"


def test_structure_is_told_as_renamed_added_and_retyped(old):
    told = differences(old, TINY, "cases").summary
    assert "case_statistics 表的 measure 列改名为 statistic" in told.zh
    assert "case_statistics 表新增 measure 列" in told.zh
    assert "column measure of case_statistics renamed to statistic" in told.en
    assert "取消" not in told.zh
    assert "targets.default 改变类型" in differences(old, TINY, "indicators").summary.zh


def test_a_real_change_is_told_alone(old, tmp_path):
    root = tmp_path / "now"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    edit(root, OBSERVATIONS, "2020,plan,800", "2020,plan,801")
    (change,) = differences(old, root, "indicators").rows
    assert (change.kind, change.column, change.old, change.new) == ("changed", "value", "800", "801")
    assert change.key["series"] == "total"


def test_an_earlier_state_is_a_portal_in_the_present_form(old):
    with earlier_state(TINY, str(old)) as earlier:
        portal = earlier.portal
    assert {row.series for row in portal.observations} == {"total"}
    assert portal.observations[0].locator.zh == "表1"
    assert {row.statistic for row in portal.case_statistics} == {"cases-new", "fines"}
    assert {row.measure for row in portal.case_statistics} == {None}
    assert [target.default for target in portal.targets] == [True, False, True, True]


def test_the_difference_to_an_earlier_form_is_told(old, capsys):
    assert main(["diff", "--root", str(TINY), "--base", str(old), "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "新增" in told and "撤下" not in told


def test_a_workbook_exported_before_is_refused_in_one_sentence_that_says_what_to_do(old):
    data = workbooks.exported(read_packages(old))
    done = workbooks.import_workbook(data, "old.xlsx", workbooks.tiny(), lambda packages: [])
    (problem,) = done.problems
    assert problem.code == "workbook-version" and done.edits == ()
    assert "重新导出" in problem.hint.zh and "export" in problem.hint.en
