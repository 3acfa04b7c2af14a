"""The handbook and the code tell the same story."""

import html
import re
from pathlib import Path

import pytest

from ipportal.base.text import LANGS
from ipportal.commands import VERBS
from ipportal.loading import load
from ipportal.pages import MACROS
from ipportal.pages.filling import fill
from ipportal.pages.view import View

TINY = Path(__file__).parents[1] / "tiny"
DOCS = Path(__file__).parents[2] / "scripts/ipportal/docs"

#: The macros whose result the handbook shows
EXAMPLES = (
    *("figure", "target", "indicator", "name", "source", "count", "measure", "plan_title", "plan_text"),
    *("case_figure", "incentive", "honour", "term", "service", "story_title"),
)


def page(lang, name):
    return (DOCS / lang / "handbook" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_has_a_heading_and_nothing_else_has(lang):
    headings = re.findall(r"^## ipportal (\w+)", page(lang, "commands.md"), re.MULTILINE)
    assert sorted(headings) == sorted(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_every_command_explains_itself(name):
    about, examples, *_ = VERBS[name]
    assert about.zh != about.en
    assert examples
    assert all(example.startswith(f"ipportal {name}") for example in examples)


@pytest.mark.parametrize("lang", LANGS)
def test_every_macro_is_documented_and_nothing_else_is(lang):
    text = page(lang, "macros.md")
    documented = set(re.findall(r"\{% raw %\}\{\{ (\w+)\(", text))
    assert documented == set(MACROS)


@pytest.mark.parametrize("lang", LANGS)
def test_examples_of_macros_show_what_the_small_portal_gives(lang):
    view = View(load(TINY), lang, "handbook/macros.md")
    rows = re.findall(
        r"^\| `\{% raw %\}(\{\{.*?\}\})\{% endraw %\}` \| (.*) \|$", page(lang, "macros.md"), re.MULTILINE
    )
    examples = [row for row in rows if row[0].split("(")[0][3:] in EXAMPLES]
    assert len(examples) > len(EXAMPLES)
    for call, result in examples:
        given = re.sub("<[^>]*>", "", fill(call, view).text)
        assert given and result.startswith(html.unescape(given)), call


@pytest.mark.parametrize("lang", LANGS)
def test_every_count_is_documented(lang):
    from ipportal.pages.indicators import _COUNTS

    text = page(lang, "macros.md")
    assert [what for what in _COUNTS if f"`{what}`" not in text] == []


def test_both_languages_have_the_same_pages():
    trees = [{p.relative_to(DOCS / lang).as_posix() for p in (DOCS / lang).rglob("*.md")} for lang in LANGS]
    assert trees[0] == trees[1]
