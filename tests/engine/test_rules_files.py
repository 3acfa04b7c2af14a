"""Encodings are named, and what is there is told from what is not."""

import bad_corpus
import pytest

from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check
from ipportal.rules.files import encoding_of

TEXT = "指标,地区\n发明专利,经开区\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("gbk"), "GBK"),
        (TEXT.encode("gb18030"), "GBK"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        ("id,value\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04rest", "Excel .xlsx"),
        (b"\xd0\xcf\x11\xe0rest", "Excel .xls"),
        (b"a\xff\xfe\xfd", "?"),
        (TEXT.encode()[:-3] + b"\xe5\n", ""),
        (b"", ""),
    ],
)
def test_encodings_are_named(data, name):
    assert encoding_of(data) == name


def test_no_package_at_all_is_one_problem(tmp_path):
    (tmp_path / "datapackages").mkdir()
    problems = check(read_packages(tmp_path), read_settings(bad_corpus.TINY))
    assert [(problem.code, problem.where.file) for problem in problems] == [
        ("folder-missing", "datapackages/indicators")
    ]


def test_problems_of_all_packages_come_in_one_run_and_in_order(tmp_path):
    names = ("file-gbk", "text-same-twice", "small-count", "page-missing")
    changes = [change for name in names for change in bad_corpus.read(name)["change"]]
    changes.append({"file": "datapackages/plan/data/institutions.csv", "replace": [["示例办公室", ""]]})
    root = bad_corpus.break_copy(changes, tmp_path / "portal")
    problems = check(read_packages(root), read_settings(root))
    assert [problem.code for problem in problems] == [
        "small-count",
        "file-encoding",
        "required-empty",
        "text-same",
        "page-missing",
    ]
    assert [problem.where.sort_key for problem in problems] == sorted(problem.where.sort_key for problem in problems)
