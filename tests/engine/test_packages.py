import json

import pytest

from ipportal.data.description import STRUCTURE
from ipportal.data.packages import read_packages


@pytest.fixture
def folder(tmp_path):
    package = tmp_path / "datapackages" / "tiny"
    (package / "data").mkdir(parents=True)
    resource = {"name": "t", "path": "data/t.csv", "schema": {"fields": [{"name": "id"}]}}
    descriptor = {"structure": STRUCTURE, "name": "tiny", "resources": [resource]}
    (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return tmp_path


def table(root, data):
    (root / "datapackages/tiny/data/t.csv").write_bytes(data)
    return read_packages(root)[0].table("t")


def test_rows_keep_the_line_they_start_on(folder):
    found = table(folder, b'id,note\na,"two\nlines"\nb,x\n')
    assert found.header == ("id", "note")
    assert [(row.line, row.cells) for row in found.rows] == [(2, ("a", "two\nlines")), (4, ("b", "x"))]
    assert found.column("note") == 1
    assert found.column("other") is None


def test_short_and_long_rows_become_records_of_the_header(folder):
    found = table(folder, b"id,note\na\nb,x,y\n,\n")
    assert found.records() == [(2, {"id": "a", "note": ""}), (3, {"id": "b", "note": "x"})]


@pytest.mark.parametrize("data", ["编号,名称\n甲,乙\n".encode("gb18030"), "id\n".encode("utf-16")])
def test_other_encodings_leave_no_header(folder, data):
    found = table(folder, data)
    assert found.data == data
    assert found.header is None
    assert found.records() == []


def test_a_missing_table_has_no_data(folder):
    found = read_packages(folder)[0].table("t")
    assert found.data is None
    assert found.file == "datapackages/tiny/data/t.csv"


def test_an_empty_file_has_an_empty_header(folder):
    assert table(folder, b"").header == ()


@pytest.mark.parametrize(("content", "line"), [(b"{", 1), (b"[]", None), (b"\xff", None)])
def test_a_broken_descriptor_is_kept_as_a_fault(folder, content, line):
    (folder / "datapackages/tiny/datapackage.json").write_bytes(content)
    package = read_packages(folder)[0]
    assert package.descriptor is None
    assert [(fault.kind, fault.line) for fault in package.faults] == [("syntax", line)]


def test_a_folder_without_descriptor(folder):
    (folder / "datapackages/tiny/datapackage.json").unlink()
    package = read_packages(folder)[0]
    assert (package.descriptor, package.faults, package.tables) == (None, (), ())


def test_no_packages_at_all(tmp_path):
    assert read_packages(tmp_path) == ()
