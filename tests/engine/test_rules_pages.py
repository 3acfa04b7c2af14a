"""Figures typed into prose are found; years, numbers of sections, code and addresses are left alone."""

import os
import shutil
from pathlib import Path

import bad_corpus
import pytest

from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check
from ipportal.rules.pages import prose


@pytest.fixture
def found(tmp_path):
    """Put a text on a page of the small portal and return what is called a typed figure, with its line."""

    def find(text, lang="zh"):
        root = bad_corpus.break_copy([], tmp_path / "portal")
        page = root / "docs" / lang / "index.md"
        page.write_text(text, encoding="utf-8")
        problems = check(read_packages(root), read_settings(root))
        assert {problem.code for problem in problems} <= {"figure-typed"}
        return [(problem.where.row, problem.found) for problem in problems]

    return find


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("发明专利授权1443件。", ["1443件"]),
        ("商标 2.1 万件，质押 5,512 万元，累计 3 亿元。", ["2.1 万件", "5,512 万元", "3 亿元"]),
        ("企业30余家，代理师100名，项目3-5项，占比26.2%，增长 1.5 倍。", ["30余家", "100名", "5项", "26.2%", "1.5 倍"]),
        ("提高 2 个百分点，培训 12 场、800 人次，8 个指标。", ["2 个百分点", "12 场", "800 人次", "8 个"]),
    ],
)
def test_chinese_figures(found, text, figures):
    assert sorted(figure for _, figure in found(text + "\n")) == sorted(figures)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("The zone had 1,443 patents and 62 applications.", ["1,443 patents", "62 applications"]),
        ("A share of 26.2% or 26 percent.", ["26 percent", "26.2%"]),
        ("Loans of CNY 55.12 million, 3 billion yuan, ¥ 5.", ["CNY 55.12 million", "3 billion", "¥ 5"]),
        ("Of 15 enterprises 3 firms have 20 patent attorneys.", ["15 enterprises", "20 patent", "3 firms"]),
    ],
)
def test_english_figures(found, text, figures):
    assert sorted(figure for _, figure in found(text + "\n", "en")) == sorted(figures)


@pytest.mark.parametrize(
    "text",
    [
        "规划期是2021—2025年，2022年3月15日公布。",
        "见第 3 条、第2个问题、三（六）1，表 2。",
        "规模为 3 个月。",
        '授权{{ figure("invention-grants", "2021") }}件。',
        "运行 `ipportal check` 会检查 `12件` 这样的写法。",
        "```\n2021,plan,12件\n```",
        "~~~text\n12件\n~~~",
        "[说明](https://example.org/12%E4%BB%B6)，另见 https://example.org/50%25",
        '<span title="12件">说明</span>',
        "<!-- 12件 -->",
        "{% raw %}{{ count() }}{% endraw %}",
        "页面可以放大到 200%。 <!-- figure-ok: 缩放比例，不是公布的数值 -->",
        "---\ndescription: 12件\n---\n\n# 标题",
    ],
)
def test_what_is_no_typed_figure(found, text):
    assert found(text + "\n") == []


def test_the_way_out_needs_a_reason(found):
    assert found("放大到 200%。 <!-- figure-ok: -->\n") == [(1, "200%")]


def test_the_way_out_holds_for_its_line_only(found):
    text = "放大到 200%。 <!-- figure-ok: 缩放比例 -->\n\n授权 12 件。\n"
    assert found(text) == [(3, "12 件")]


def test_blanking_keeps_lines_and_columns():
    text = "---\na: 1\n---\n甲 `12件` 乙\n```\n12件\n```\n丙\n"
    blanked = prose(text)
    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]
    assert blanked.split("\n")[3] == "甲       乙"
    assert blanked.split("\n")[7] == "丙"


def test_of_a_portal_without_pages_only_their_folder_is_missed(tmp_path):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    shutil.rmtree(root / "docs")
    (problem,) = check(read_packages(root), read_settings(root))
    assert (problem.code, problem.where.file) == ("folder-missing", "docs")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("portal.toml", "pipe"),
        ("portal.toml", "folder"),
        ("mkdocs.yml", "pipe"),
        ("docs", "pipe"),
        ("datapackages", "file"),
        ("releases", "file"),
        ("overrides", "pipe"),
    ],
)
def test_what_stands_in_a_place_of_another_kind_is_told_and_not_opened(tmp_path, name, kind, capsys):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    path = root / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    {"pipe": os.mkfifo, "folder": os.mkdir, "file": Path.touch}[kind](path)
    for words in ("check", "status"):
        assert main([words, "--root", str(root), "--lang", "en"]) == 1
        assert name in "".join(capsys.readouterr()), words


def test_a_source_that_only_a_page_names_is_in_use(tmp_path):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    sources = root / "datapackages" / "recognition" / "data" / "sources.csv"
    lines = sources.read_text(encoding="utf-8").splitlines()
    row = "a-law,《示例法》,Sample Law,示例法,示例机关,Sample body,,,none,website,zh-Hans"
    sources.write_text("\n".join([lines[0], row, *lines[1:], ""]), encoding="utf-8")

    def codes():
        return [problem.code for problem in check(read_packages(root), read_settings(root))]

    assert codes() == ["source-unused"]
    page = root / "docs" / "zh" / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + '\n依据{{ source("a-law") }}。\n', encoding="utf-8")
    assert codes() == []
