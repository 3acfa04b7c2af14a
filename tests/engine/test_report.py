"""Problems told to a terminal, to programs, to CI and to the office."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import bad_corpus
import pytest

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text
from ipportal.cli import main
from ipportal.rules.report import TERMINAL, as_github, as_gitlab, as_html, as_json, as_text, summary

FILE = "datapackages/indicators/data/observations.csv"


def problem(row=14, column="value", found="12O0", file=FILE, cell=None, code="cell-letter-digit"):
    return Problem(
        code, Where(file, row, column, cell), Text("数字", "a number"), found, Text("改成 1200", "write 1200")
    )


def test_text_groups_by_file_and_counts():
    text = as_text([problem(row=20), problem(), problem(file="docs/zh/index.md", row=None, column=None)], "zh")
    assert text == (
        f"{FILE}\n"
        "  第 14 行，value 列：应为数字，现为“12O0”\n"
        "    → 改成 1200 [cell-letter-digit]\n"
        "  第 20 行，value 列：应为数字，现为“12O0”\n"
        "    → 改成 1200 [cell-letter-digit]\n"
        "\n"
        "docs/zh/index.md\n"
        "  应为数字，现为“12O0”\n"
        "    → 改成 1200 [cell-letter-digit]\n"
        "\n"
        "2 个文件里共有 3 处问题。改好后再运行一次。"
    )


def test_a_terminal_lists_some_of_very_many_files_and_a_report_all():
    many = [problem(file=f"{number:04}.csv") for number in range(TERMINAL + 20)]
    text = as_text(many, "zh")
    assert text.count("[cell-letter-digit]") == TERMINAL
    assert "另有 20 处问题没有列出" in text and text.endswith(
        f"{len(many)} 个文件里共有 {len(many)} 处问题。改好后再运行一次。"
    )
    assert "20 more problems are not listed" in as_text(many, "en")
    assert as_text(many, "zh", most=None).count("[cell-letter-digit]") == len(many)
    assert as_html(many, "zh").count("cell-letter-digit") >= len(many)


def test_english_text_names_row_and_column():
    assert as_text([problem()], "en") == (
        f"{FILE}\n"
        "  row 14, column value: expected a number, found “12O0”\n"
        "    → write 1200 [cell-letter-digit]\n"
        "\n"
        "1 problem in 1 file. Mend and run it again."
    )


def test_a_workbook_cell_is_named_by_its_address():
    assert "  观测值!E14：应为数字" in as_text([problem(cell="观测值!E14")], "zh")


def test_several_files_are_counted_in_the_plural():
    assert summary([problem(), problem(file="b.csv")], "en").startswith("2 problems in 2 files.")


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有发现问题"), ("en", "No problems found")])
def test_nothing_to_tell(lang, words):
    assert as_text([], lang) == words
    assert words in as_html([], lang)
    assert as_github([], lang) == ""


def test_colour_is_added_on_request_only():
    plain = as_text([problem()], "zh")
    coloured = as_text([problem()], "zh", colour=True)
    assert "\033[" not in plain
    assert f"\033[1m{FILE}\033[0m" in coloured
    assert (
        coloured.replace("\033[1m", "").replace("\033[31m", "").replace("\033[2m", "").replace("\033[0m", "") == plain
    )


def test_json_carries_both_languages():
    data = json.loads(as_json([problem()]))
    assert data["count"] == 1
    assert data["problems"][0] == {
        "code": "cell-letter-digit",
        "file": FILE,
        "row": 14,
        "column": "value",
        "cell": None,
        "found": "12O0",
        "message": {"zh": "应为数字，现为“12O0”", "en": "expected a number, found “12O0”"},
        "hint": {"zh": "改成 1200", "en": "write 1200"},
    }


def test_annotations_escape_what_would_end_them():
    line = as_github([problem(found="5%", file="a,b:c.csv")], "en")
    assert line == (
        "::error file=a%2Cb%3Ac.csv,line=14,title=cell-letter-digit::value: expected a number, found “5%25”. write 1200"
    )


def test_an_annotation_of_a_whole_file_has_no_line():
    assert as_github([problem(row=None, column=None)], "zh") == (
        f"::error file={FILE},title=cell-letter-digit::应为数字，现为“12O0”。改成 1200"
    )


def test_gitlab_gets_one_entry_a_problem_each_with_a_name_of_its_own():
    found = [problem(), problem(found="x"), problem(row=None, column=None)]
    entries = json.loads(as_gitlab(found, "zh"))
    assert [entry["location"]["lines"]["begin"] for entry in entries] == [1, 14, 14]
    assert {entry["location"]["path"] for entry in entries} == {FILE}
    assert len({entry["fingerprint"] for entry in entries}) == 3
    assert entries[1]["description"] == "value：应为数字，现为“12O0”。改成 1200"
    assert as_gitlab([], "en") == "[]"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.lang, self.text, self.links = [], "", "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        values = dict(attrs)
        self.lang = values.get("lang", self.lang)
        self.links += [values[key] for key in ("href", "src") if key in values]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-Hans"), ("en", "en")])
def test_the_office_page_stands_alone_and_escapes_cells(lang, tag):
    page = Page(as_html([problem(found="<script>alert(1)</script>"), problem(file="b.csv", row=None)], lang))
    assert page.lang == tag
    assert page.links == []
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert page.tags.count("table") == 2
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") == 2
    assert {"zh": "字母当数字", "en": "A letter in place of a digit"}[lang] in page.text


def test_the_office_page_names_a_problem_of_another_part_by_its_code():
    assert "settings-entry" in as_html([problem(code="settings-entry", file="portal.toml", row=None)], "zh")


def check(*options):
    return main(["check", "--root", *map(str, options)])


def test_check_says_what_it_looked_at(capsys):
    assert check(bad_corpus.TINY, "--lang", "zh") == 0
    assert capsys.readouterr().out == "没有发现问题：检查了 6 个数据包、41 张表、104 行\n"
    assert check(bad_corpus.TINY, "--lang", "en") == 0
    assert capsys.readouterr().out == "No problems found: 6 packages, 41 tables and 104 rows checked\n"


def test_check_is_silent_in_ci_when_all_is_well(capsys):
    assert check(bad_corpus.TINY, "--format", "github") == 0
    assert capsys.readouterr().out == ""


@pytest.fixture
def broken(tmp_path):
    return bad_corpus.break_copy(bad_corpus.read("cell-letter-o")["change"], tmp_path / "portal")


def test_check_writes_the_office_page(broken, tmp_path, capsys):
    target = tmp_path / "report.html"
    assert check(broken, "--format", "html", "--output", target, "--lang", "zh") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert str(target) in shown.err
    assert "1O0" in Page(target.read_text(encoding="utf-8")).text


def test_check_prints_json_and_annotations(broken, capsys):
    assert check(broken, "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "cell-letter-digit"
    assert check(broken, "--format", "github", "--lang", "zh") == 1
    assert capsys.readouterr().out.startswith("::error file=datapackages/indicators/data/observations.csv,line=3,")


def test_check_tells_a_broken_portal_toml(broken, capsys):
    (broken / "portal.toml").write_text("[site\n", encoding="utf-8")
    assert check(broken, "--lang", "en") == 1
    assert "[settings-broken]" in capsys.readouterr().out


def test_check_runs_as_a_program_with_exit_code_1(broken):
    scripts = Path(__file__).resolve().parents[2] / "scripts"
    run = subprocess.run(
        [sys.executable, "-m", "ipportal", "check", "--root", str(broken), "--lang", "zh"],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(scripts), "PATH": ""},
        check=False,
    )
    assert run.returncode == 1
    assert "第 3 行，value 列：应为半角数字，现为“1O0”" in run.stdout
    assert run.stderr == ""
