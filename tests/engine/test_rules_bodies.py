"""Links and characters of pages, whatever stands there."""

from pathlib import Path

import pytest
from hypothesis import given, strategies

from ipportal.data.settings import read_settings
from ipportal.rules.pages import RULES
from ipportal.rules.rule import Context

FILES = Path(__file__).parents[1] / "tiny"
CODES = ("page-characters", "page-link")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The findings about a small tree whose Chinese start page has this text: (code, row, found)."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("zh/index.md", "zh/plan/目标.md", "zh/plan/图.png", "en/index.md"):
        file = root / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("# 题\n\n## Two words\n\n## Two words\n\n## `code` [x](y.md) {#own}\n", encoding="utf-8")
    shown = read_settings(FILES)

    def findings(text):
        (root / "docs/zh/index.md").write_bytes(text.encode("utf-8", errors="replace"))
        context = Context((), shown, root)
        problems = [problem for rule in RULES if rule.code in CODES for problem in rule.problems(context)]
        return [(p.code, p.where.row, p.found) for p in problems if p.where.file == "docs/zh/index.md"]

    return findings


@pytest.mark.parametrize(
    "link",
    [
        "plan/目标.md",
        "plan/%E7%9B%AE%E6%A0%87.md#two-words_1",
        "./plan/../plan/目标.md#own",
        "plan/图.png",
        "index.md",
        "https://example.org/none",
        "mailto:a@b.cn",
        "",
        '<plan/目标.md> "题"',
    ],
)
def test_a_link_that_leads_somewhere(said, link):
    assert said(f"# 题\n\n文[词]({link})字\n") == []


@pytest.mark.parametrize(
    "link",
    [
        "none.md",
        "plan",
        "plan/",
        "PLAN/目标.md",
        "../en/index.md",
        "/index.md",
        "plan/目标.md#three",
        "#none",
        "plan/目标.md#code-x",
    ],
)
def test_a_link_that_leads_nowhere(said, link):
    assert said(f"---\norder: 1\n---\n\n# 题\n\n文[词]({link})字\n") == [("page-link", 7, link)]


@given(
    strategies.text()
    | strategies.lists(
        strategies.sampled_from(["[a](", ")", "#", "{#", "}", "`", "<", "\u202e", "\n", "é", "../"])
    ).map("".join)
)
def test_no_page_makes_it_fail(said, text):
    for code, _, found in said(text):
        assert code in CODES and found
