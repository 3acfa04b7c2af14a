from dataclasses import replace

import pytest

from ipportal.pages.filling import rehearse
from ipportal.pages.view import View

pytestmark = pytest.mark.this_portal

HEAD = "---\npage_kind: article\n---\n\n# 题\n\n"


@pytest.fixture
def page(portal, tmp_path):
    def problems(text, lang="zh"):
        file = tmp_path / "docs" / lang / "a.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return rehearse(portal, tmp_path)

    return problems


@pytest.mark.parametrize(("path", "found"), [("plan/index.md", []), ("cases/help/index.md", ["macro-unknown-id"])])
def test_a_door_needs_its_page(portal, tmp_path, path, found):
    file = tmp_path / "docs/zh/index.md"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + f'<a href="{{{{ link("{path}") }}}}">门</a>\n', encoding="utf-8")
    known = replace(portal, pages=frozenset({"index.md", "plan/index.md"}))
    assert [problem.code for problem in rehearse(known, tmp_path)] == found


def test_a_good_page_has_no_problem(page):
    assert page(HEAD + '{{ figure("invention-grants", "2021") }} 与 {{ verdict("pct-applications") }}\n') == []


@pytest.mark.parametrize(
    ("text", "code", "row", "found"),
    [
        ('{{ figure("nope", "2021") }}', "macro-unknown-id", 7, "nope"),
        ('文\n\n{{ verdict("nope") }}', "macro-unknown-id", 9, "nope"),
        ('{{ nosuch("x") }}', "macro-unknown", 7, "nosuch"),
        ("{{ figure( }}", "macro-syntax", 7, "unexpected '}', expected ')'"),
        ('{{ verdict("pct-applications", 1, 2) }}', "macro-arguments", 7, "positional"),
        ('{{ plan_timeline("x") }}', "macro-arguments", 7, "last_year: 'x'"),
        ("{{ plan_timeline(true) }}", "macro-arguments", 7, "last_year: True"),
        ("{{ awards(contests=1) }}", "macro-arguments", 7, "contests: 1"),
        ('{{ progress_filter("core", "nope") }}', "macro-unknown-id", 7, "nope"),
        ("{{ state_counts(7) }}", "macro-unknown-id", 7, "7"),
        ("{{ 1 / 0 }}", "page-expression", 7, "{{ 1 / 0 }}"),
    ],
)
def test_each_mistake_is_told_with_its_line(page, text, code, row, found):
    (problem,) = page(HEAD + text + "\n")
    assert (problem.code, problem.where.file, problem.where.row) == (code, "docs/zh/a.md", row)
    assert found in problem.found


def test_all_mistakes_of_all_pages_at_once(page):
    page(HEAD + '{{ figure("nope", "2021") }} {{ target("nada") }}\n')
    found = page('{{ count("sheep") }}\n', lang="en")
    assert [(p.where.file, p.where.row, p.found) for p in found] == [
        ("docs/zh/a.md", 7, "nope"),
        ("docs/zh/a.md", 7, "nada"),
        ("docs/en/a.md", 1, "sheep"),
    ]


def test_what_no_page_may_ask_for_hides_no_other_mistake(page):
    page(HEAD + "{{ 1 / 0 }}\n")
    found = page('{{ verdict("nope") }}\n', lang="en")
    assert [(p.code, p.where.file) for p in found] == [
        ("page-expression", "docs/zh/a.md"),
        ("macro-unknown-id", "docs/en/a.md"),
    ]


def test_a_rehearsal_renders_nothing(page, monkeypatch):
    monkeypatch.delattr(View, "render")
    assert page(HEAD + '{{ dataset_preview("indicators") }}\n') == []
    (problem,) = page('{{ dataset_preview("nope") }}\n')
    assert problem.found == "nope"


def test_the_real_pages_have_none(portal, root):
    assert rehearse(portal, root) == []
