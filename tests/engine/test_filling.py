"""What a page may ask for, and what becomes of everything else."""

import html
import re
from dataclasses import replace

import bad_corpus
import pytest

from ipportal.base.templates import FILTERS, page_environment
from ipportal.base.text import Text
from ipportal.cli import main
from ipportal.data.model import Portal
from ipportal.pages import filling
from ipportal.pages.filling import fill
from ipportal.pages.view import View
from ipportal.rules.markup import as_html


@pytest.fixture
def view(portal: Portal) -> View:
    return View(portal, "zh", "a.md", rehearsal=True)


def named(view: View, name: str) -> View:
    """The view of a portal whose first indicator has this name in Chinese."""
    indicators = view.portal.indicators
    first = next(iter(indicators.values()))
    told = indicators | {first.id: replace(first, name=Text(name, first.name.en))}
    return replace(view, portal=replace(view.portal, indicators=told))


def test_macros_comments_and_raw_braces_are_all_a_page_may_hold(view):
    text = '甲{# 注 #}{% raw %}{{ x }}{% endraw %} {{ count("core") }}{{ count("core") | trim | upper }}'
    core = len(view.portal.group("core"))
    assert fill(text, view) == (f"甲{{{{ x }}}} {core}{core}", ())


HOSTILE = (
    '{{ cycler.__init__.__globals__.os.popen("id").read() }}',
    '{{ lipsum.__globals__.__builtins__.open("/etc/passwd").readline() }}',
    "{{ config }}",
    "{{ environment }}",
    "{{ self }}",
    "{{ page.meta }}",
    "{{ macros }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 1 / 0 }}",
    "{{ 'text' }}",
    '{{ count("core").__class__ }}',
    '{{ count.__globals__["os"] }}',
    '{{ count(count("core")) }}',
    '{{ count(*["core"]) }}',
    '{{ count(**{"what": "core"}) }}',
    '{{ count("co" ~ "re") }}',
    '{{ count(["core", ["core"]]) }}',
    '{{ figure("\\ud800", "2021") }}',
    '{{ count("core") | attr("__class__") }}',
    '{{ count("core") | map("x") }}',
    '{{ count("core") | trim("x") }}',
    '{{ count("core") if 1 else 2 }}',
    "{% for i in range(1000000000) %}{% endfor %}",
    "{% set x = 1 %}",
    '{% include "/etc/passwd" %}',
    '{% import "base.html" as b %}',
    '{% extends "base.html" %}',
    "{% macro m() %}{% endmacro %}",
    "{% if 1 %}{% endif %}",
    "{% filter upper %}x{% endfilter %}",
    '{% call count("core") %}{% endcall %}',
    "{% autoescape false %}{% endautoescape %}",
    "\x0b\u2028{% autoescape false %}x{% endautoescape %}",
    "{% block a %}{% endblock %}",
    "{% with %}{% endwith %}",
)


@pytest.mark.parametrize("code", HOSTILE)
def test_anything_else_is_refused_with_its_line_and_nothing_runs(view, code, monkeypatch):
    monkeypatch.setattr(
        "ipportal.base.templates.ImmutableSandboxedEnvironment.from_string", lambda *_: pytest.fail("the page was run")
    )
    filled = fill(f"# 题\n\n{code}\n", view, above=4)
    assert filled.text == f"# 题\n\n{code}\n"
    for problem in filled.problems:
        assert problem.code == "page-expression"
        assert (problem.where.file, problem.where.row) == ("docs/zh/a.md", 7)
        assert problem.expected.zh and problem.expected.en and problem.found
    assert filled.problems


@pytest.mark.parametrize(
    "code",
    ["{{ count( }}", "{% endfor %}", "{% unknown %}", "{%", "{# x", "{{" + "(" * 5000, "{{ f(" + "9" * 5000 + ") }}"],
    ids=range(7),
)
def test_what_is_no_template_is_told_as_such(view, code):
    (problem,) = fill(f"\n{code}", view).problems
    assert problem.code == "macro-syntax" and problem.where.row


def test_refusals_come_all_at_once(view):
    text = "{{ config }} {{ nosuch() }}\n{% if 1 %}{% endif %}\n"
    assert [(p.code, p.where.row) for p in fill(text, view).problems] == [
        ("page-expression", 1),
        ("macro-unknown", 1),
        ("page-expression", 2),
    ]


@pytest.mark.parametrize(
    "code", ["count()", "count([])", 'count("core", 1, 2)', 'count(wat="core")', "link(1)", 'figure(["a"], 1.5)']
)
def test_wrong_arguments_are_told(view, code):
    (problem,) = fill(f"文\n{{{{ {code} }}}}", view).problems
    assert problem.code in {"macro-arguments", "macro-unknown-id"}
    assert problem.where.row == 2 and problem.where.column == code.partition("(")[0]


def test_the_sandbox_holds_the_macros_and_nothing_else():
    environment = page_environment()
    assert environment.globals == {} and environment.tests == {} and environment.loader is None
    assert set(environment.filters) == set(FILTERS)
    assert environment.sandboxed and environment.autoescape


@pytest.mark.this_portal
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a<script>", "a&lt;script&gt;"),
        ("[x](javascript:alert(1))", "&#91;x&#93;(javascript:alert(1))"),
        ("*a* `b` _c_ d_e", "&#42;a&#42; &#96;b&#96; &#95;c&#95; d_e"),
        ("a {: onclick=x }", "a &#123;: onclick=x &#125;"),
        ("# a", "&#35; a"),
        ("1. a", "&#49;. a"),
        ("a\\|b", "a&#92;&#124;b"),
        ("- a", "&#45; a"),
    ],
)
def test_data_are_neither_html_nor_markdown(view, name, shown):
    first = next(iter(view.portal.indicators))
    assert fill(f'{{{{ name("{first}") }}}}', named(view, name)).text == shown


@pytest.mark.this_portal
def test_data_inside_a_link_are_no_markup_either(view):
    first = next(iter(view.portal.indicators))
    text = fill(f'{{{{ indicator("{first}") }}}}', named(view, '"><img src=x onerror=alert(1)>[x](y)')).text
    assert text.endswith(">&#34;&gt;&lt;img src=x onerror=alert(1)&gt;&#91;x&#93;(y)</a>")


@pytest.mark.parametrize(
    "place", ["{}", "text {}", "- {}", "> {}", "## {}", "!!! note\n    {}", "a | b\n- | -\n{} | x"]
)
def test_words_in_a_block_are_no_markdown_wherever_it_stands(place):
    block = filling._inert("<p>**a** [b](https://example.org/) `c`</p>")
    page = as_html(place.format(block))
    assert "**a** [b](https://example.org/) `c`" in html.unescape(page)
    assert not re.search("<strong|<code|<a ", page)


def test_data_for_programs_stay_as_they_are():
    text = '<script type="application/ld+json">{"a": ["*b*"]}</script>'
    assert filling._inert(text) == text


def test_check_tells_refusals_together_with_faults_of_the_data(tmp_path, capsys):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    page = root / "docs/zh/index.md"
    code = '{{ cycler.__init__.__globals__.os.environ.get("SECRET") }}'
    page.write_text(page.read_text(encoding="utf-8") + f"\n{code}\n", encoding="utf-8")
    (root / "datapackages/indicators/data/units.csv").write_bytes(b"")
    assert main(["check", "--root", str(root), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "page-expression" in said and "units.csv" in said and code in said


@pytest.mark.parametrize("path", ["../../portal.toml", "/etc/passwd", "a/../../b", "..", ""])
def test_a_file_for_download_lies_below_data(view, path):
    filled = fill(f'{{{{ data_file("{path}") }}}}', view)
    assert [problem.code for problem in filled.problems] == ["macro-arguments"] and filled.text == ""
