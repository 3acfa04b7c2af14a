"""`ipportal workbook` as people run it: all or nothing, questions where someone can answer, nothing overwritten."""

import builtins
import os
import shutil
import sys

import bad_workbooks as bad
import pytest
import workbooks

from ipportal.cli import main
from ipportal.commands import VERBS

OBSERVATIONS = "datapackages/indicators/data/observations.csv"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A copy of the small portal; the rules look at its indicators only, which is quicker."""
    folder = tmp_path / "portal"
    shutil.copytree(bad.TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for package in ("cases", "plan", "promotion", "recognition"):
        shutil.rmtree(folder / "datapackages" / package)
    monkeypatch.chdir(tmp_path)
    return folder


def put(tmp_path, *changes, mode="export"):
    path = tmp_path / "新数.xlsx"
    data = workbooks.sound(mode)
    for change in changes:
        data = bad.edited(data, change)
    path.write_bytes(data)
    return path


def answering(monkeypatch, answer):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(builtins, "input", lambda question: answer)


def tables(root):
    return {path.name: path.read_bytes() for path in (root / "datapackages").rglob("*.csv")}


def test_a_good_workbook_is_written_in_place(root, tmp_path, capsys):
    path = put(tmp_path, bad.adding(E="２００"))
    assert main(["workbook", "import", str(path), "--root", str(root), "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "自动整理了 1 格" in told and "新增 1 行" in told and "ipportal diff" in told
    assert "grants,sample-zone,2022,plan,200," in (root / OBSERVATIONS).read_text(encoding="utf-8")
    assert main(["check", "--root", str(root)]) == 0
    assert "已导入" in (tmp_path / "新数-导入结果.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("lang", "copy", "page"), [("zh", "问题标注", "导入结果"), ("en", "marked", "import result")])
def test_a_bad_one_changes_nothing_and_leaves_two_files(root, tmp_path, capsys, lang, copy, page):
    before = tables(root)
    path = put(tmp_path, bad.adding(), bad.adding(C="2023", E="300件"))
    assert main(["workbook", "import", str(path), "--root", str(root), "--lang", lang]) == 1
    assert tables(root) == before
    told = capsys.readouterr().err
    assert "观测值!E16" in told and f"新数-{copy}.xlsx" in told
    assert bad.opened((tmp_path / f"新数-{copy}.xlsx").read_bytes())["观测值"]["E16"].comment
    assert "观测值!E16" in (tmp_path / f"新数-{page}.html").read_text(encoding="utf-8")


def test_a_hostile_file_gets_a_report_but_no_copy(root, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(bad.IN_FILES["file-with-macros"](workbooks.sound()))
    assert main(["workbook", "import", str(path), "--root", str(root)]) == 1
    assert sorted(each.name for each in tmp_path.glob("x*")) == ["x-导入结果.html", "x.xlsx"]


def test_a_dry_run_writes_no_data(root, tmp_path, capsys):
    before = tables(root)
    assert main(["workbook", "import", str(put(tmp_path, bad.adding())), "--dry-run", "--root", str(root)]) == 0
    assert tables(root) == before


@pytest.mark.parametrize(("answer", "code", "lines"), [("删除", 0, 10), ("", 1, 11)])
def test_withdrawing_rows_is_asked_about(root, tmp_path, monkeypatch, capsys, answer, code, lines):
    path = put(tmp_path, bad.clearing("观测值", 5))
    answering(monkeypatch, answer)
    assert main(["workbook", "import", str(path), "--root", str(root), "--lang", "zh"]) == code
    assert len((root / OBSERVATIONS).read_text(encoding="utf-8").splitlines()) == lines
    assert "sample-city" in capsys.readouterr().err


def test_the_file_may_be_dragged_into_the_window(root, tmp_path, monkeypatch):
    path = put(tmp_path, bad.adding())
    renamed = path.rename(tmp_path / "新 数.xlsx")
    answering(monkeypatch, str(renamed).replace(" ", "\\ ") + " ")
    assert main(["workbook", "import", "--root", str(root)]) == 0


def test_without_a_file_the_message_says_so(root, capsys):
    assert main(["workbook", "import", "没有.xlsx", "--root", str(root), "--lang", "zh"]) == 1
    assert "可以读取的文件" in capsys.readouterr().err
    assert main(["workbook", "import", "--root", str(root), "--lang", "en"]) == 1


def test_an_export_never_overwrites(root, tmp_path, capsys):
    path = put(tmp_path)
    before = path.read_bytes()
    assert main(["workbook", "export", "indicators", "--output", str(path), "--root", str(root), "--lang", "en"]) == 1
    assert "a name not used yet" in capsys.readouterr().err and path.read_bytes() == before
    for _ in range(2):
        assert main(["workbook", "template", "indicators", "--root", str(root)]) == 0
    assert len(list(tmp_path.glob("indicators-*空表*.xlsx"))) == 2


def test_a_new_promise_gets_its_pages(root, tmp_path, capsys):
    def promise(book):
        bad.append(
            book, "指标", A="new-promise", B="commitment", C="patents", D=9, E="新承诺", F="New promise", G="新承诺",
            H="Promise", I="件 | patent", J=0, K="up", L="annual-flow", M="none", N="一年内的数量。",
            O="The number in a year.", P="plan",
        )  # fmt: skip
        bad.append(
            book, "目标", A="new-promise-2025", B="新承诺 | new-promise", C="sample-zone", D=2025, E="plan", F=10,
            J="reach", K="yes", L="plan-draft", M="正文", N="main text",
        )  # fmt: skip

    path = put(tmp_path, promise)
    assert main(["workbook", "import", str(path), "--root", str(root), "--lang", "zh"]) == 0, capsys.readouterr().err
    for lang in ("zh", "en"):
        assert (root / "docs" / lang / "indicators" / "new-promise.md").is_file()
    assert main(["check", "--root", str(root)]) == 0


def test_the_help_shows_examples_that_parse():
    for example in VERBS["workbook"].examples:
        assert example.split()[2] in ("export", "template", "return", "import")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("import", "workbook-file", "found nothing"),
        ("import nowhere.xlsx", "workbook-file", "No such file"),
        ("import datapackages", "workbook-file", "no plain file"),
        ("import pipe", "workbook-file", "no plain file"),
        ("export indicators --dry-run", "workbook-option", "--dry-run"),
        ("template indicators --allow-removal", "workbook-option", "--allow-removal"),
        ("import x.xlsx --output y.xlsx", "workbook-option", "--output"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(root, monkeypatch, capsys, words, code, said):
    monkeypatch.chdir(root)
    os.mkfifo(root / "pipe")
    before = sorted(root.rglob("*"))
    assert main(["workbook", *words.split(), "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert f"[{code}]" in told and said in told
    assert sorted(root.rglob("*")) == before
