"""Tables change as a whole or not at all."""

import shutil

import pytest
from bad_workbooks import TINY

from ipportal.base.errors import OutputError
from ipportal.base.journal import change
from ipportal.data.packages import read_packages
from ipportal.office import editing


@pytest.fixture
def package(tmp_path):
    shutil.copytree(TINY, tmp_path / "portal", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return next(each for each in read_packages(tmp_path / "portal") if each.name == "indicators")


def changed(package, table="areas", **cells):
    found = package.table(table)
    rows = [record | cells for _, record in found.records()]
    (after,) = editing.with_tables((package,), package.name, {table: editing.with_rows(found, rows)})
    return after


def test_writing_back_what_was_read_gives_the_same_bytes(package):
    for table in package.tables:
        rows = editing.ordered(table, [cells for _, cells in table.records()])
        assert editing.with_rows(table, rows).data == table.data


def test_rows_are_put_in_order_and_faulty_keys_do_no_harm(package):
    table = package.table("observations")
    rows = [cells for _, cells in table.records()]
    assert editing.ordered(table, reversed(rows)) != list(reversed(rows))
    by_key = sorted(editing.row_key(table, cells) for cells in rows)
    assert [editing.row_key(table, cells) for cells in editing.ordered(table, reversed(rows))] == by_key


def test_edits_are_told_row_by_row(package):
    edits = editing.compare_packages(package, changed(package, order="7"))
    assert [(edit.sign, edit.key) for edit in edits] == [("~", ("sample-city",)), ("~", ("sample-zone",))]


def test_only_the_tables_that_differ_are_written(package):
    root = package.folder.parents[1]
    untouched = package.folder / "data" / "bases.csv"
    before = untouched.stat().st_mtime_ns
    after = changed(package, order="7")
    assert change(root, "new", editing.table_edits(package, after)) == [package.table("areas").file]
    assert (package.folder / "data" / "areas.csv").read_bytes() == after.table("areas").data
    assert untouched.stat().st_mtime_ns == before
    assert change(root, "new", editing.table_edits(after, after)) == []


def test_what_another_window_wrote_meanwhile_is_not_lost(package):
    root = package.folder.parents[1]
    place = package.folder / "data" / "areas.csv"
    place.write_bytes(place.read_bytes() + b"\n")
    with pytest.raises(OutputError) as caught:
        change(root, "new", editing.table_edits(package, changed(package, order="7")))
    assert [problem.code for problem in caught.value.problems] == ["edit-overtaken"]
    assert place.read_bytes() == package.table("areas").data + b"\n"
