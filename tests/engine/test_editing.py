"""Tables change as a whole or not at all."""

import shutil

import pytest
from bad_workbooks import TINY

from ipportal.base.errors import OutputError
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


def test_saving_writes_only_what_changed_and_leaves_nothing_behind(package):
    untouched = package.folder / "data" / "bases.csv"
    before = untouched.read_bytes()
    after = changed(package, order="7")
    assert editing.save(after) == [package.table("areas").file]
    assert (package.folder / "data" / "areas.csv").read_bytes() == after.table("areas").data
    assert untouched.read_bytes() == before
    assert sorted(path.name for path in package.folder.iterdir()) == ["data", "datapackage.json"]
    assert editing.save(after) == []


def test_a_stop_while_saving_leaves_the_old_tables(package, monkeypatch):
    before = {path.name: path.read_bytes() for path in (package.folder / "data").iterdir()}

    def locked(fresh, place):
        raise PermissionError("file is open in another program")

    monkeypatch.setattr(editing, "swap_in", locked)
    with pytest.raises(OutputError) as caught:
        editing.save(changed(package, order="7"))
    assert caught.value.problems[0].code == "edit-unwritable"
    assert {path.name: path.read_bytes() for path in (package.folder / "data").iterdir()} == before
    assert sorted(path.name for path in package.folder.iterdir()) == ["data", "datapackage.json"]
