"""Explanations and what they explain point to each other."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from small_portal import settings

from ipportal.rules.pages import RULES
from ipportal.rules.rule import Context


@dataclass
class Docs:
    root: Path

    def write(self, path: str, front: str) -> None:
        file = self.root / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"---\npage_kind: article\n{front}\n---\n\n# 标题\n\ninterprets: 正文里的不算\n", encoding="utf-8"
        )

    def faults(self) -> list[tuple[str, str, str]]:
        rule = next(rule for rule in RULES if rule.code == "interpretation-one-way")
        return [(p.where.file, p.where.column, p.found) for p in rule.problems(Context((), settings(), self.root))]


@pytest.fixture
def docs(tmp_path: Path) -> Docs:
    return Docs(tmp_path)


def test_a_pair_that_points_both_ways_is_in_order(docs: Docs) -> None:
    docs.write("zh/a.md", "interprets: b.md")
    docs.write("zh/b.md", "interpreted_by: [a.md]")
    assert docs.faults() == []


@pytest.mark.parametrize(("entry", "answer"), [("interprets", "interpreted_by"), ("interpreted_by", "interprets")])
def test_the_page_that_does_not_answer_is_named(docs: Docs, entry: str, answer: str) -> None:
    docs.write("zh/plan/a.md", f"{entry}: plan/b.md")
    docs.write("zh/plan/b.md", "order: 1")
    assert docs.faults() == [("docs/zh/plan/b.md", answer, "")]


def test_each_of_several_pages_must_answer(docs: Docs) -> None:
    docs.write("en/a.md", 'interprets: [b.md, "c.md"]')
    docs.write("en/b.md", "interpreted_by: a.md")
    docs.write("en/c.md", "order: 1")
    assert docs.faults() == [("docs/en/c.md", "interpreted_by", "")]


def test_an_answer_in_the_other_language_does_not_count(docs: Docs) -> None:
    docs.write("zh/a.md", "interprets: b.md")
    docs.write("zh/b.md", "order: 1")
    docs.write("en/b.md", "interpreted_by: a.md")
    docs.write("en/a.md", "interprets: b.md")
    assert docs.faults() == [("docs/zh/b.md", "interpreted_by", "")]


def test_a_page_that_does_not_exist_is_told_where_it_is_named(docs: Docs) -> None:
    docs.write("zh/a.md", "interprets: nowhere.md")
    assert docs.faults() == [("docs/zh/a.md", "interprets", "nowhere.md")]
