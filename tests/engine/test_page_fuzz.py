"""Whatever passes `check` becomes a page that passes `verify`, and nothing ends in a traceback."""

import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from engine.test_filling import HOSTILE as HOSTILE_CODE
from engine.test_markup import CLEAN, HOSTILE
from ipportal import loading
from ipportal.data.manuscripts import Manuscript
from ipportal.pages import prepared
from ipportal.pages.filling import rehearse
from ipportal.rules import markup
from ipportal.rules.rule import Context
from ipportal.site.preview import LivePages
from ipportal.site.verify import Sources, check_markup

ROOT = Path(__file__).resolve().parents[2]
RULES = markup.RULES
HEAD = "---\npage_kind: article\n---\n"

HEADS = st.lists(
    st.sampled_from(
        [
            "title: 甲",
            'description: "\\"><script>alert(1)</script>"',
            "description: '</title><script>alert(1)</script>'",
            "keywords: ['\"><i>', b]",
            "source: \"' onmouseover='alert(1)\"",
            "layout: home",
            "published: 2026-01-01",
            "order: 1",
            "order: .inf",
            "a: &x [1]",
            "b: *x",
            "c: !ENV HOME",
            "<<: {a: 1}",
            "? [a]",
            "template: main.html",
            "render_macros: false",
            "...",
            "---",
            "- a",
            "d: 2026-99-99",
            "e: {{ config }}",
            "\ttab: 1",
            "f: " + "[" * 400,
            "g: " + "9" * 5000,
            "h: \0",
        ]
    )
    | st.text(alphabet="ab:-[]{}&*!|>'\"#%@`, \n\t甲\x07\u2028", max_size=12),
    max_size=5,
).map(lambda lines: "---\n" + "\n".join(lines) + "\n---\n")

BODIES = st.lists(
    st.sampled_from(
        [
            *CLEAN,
            *HOSTILE,
            *HOSTILE_CODE,
            "# 题\n\n",
            '{{ count("core") }}',
            '<a href="{{ link("index.md") }}">',
            "[x](javascript:alert(1))",
            "![x](x.png)",
            "<javascript:alert(1)>",
            "[a]: javascript:alert(1)\n\n[a]\n",
            "{: onclick=alert(1) }",
            '{: title="<script>" }',
            "```\n<script>\n```\n",
            "``` { .py onclick=x }\n<b>\n```\n",
            "`<script>`",
            '!!! note "<script>"\n    x\n',
            "*[HTML]: <script>\n\nHTML\n",
            "甲[^1]\n\n[^1]: <script>\n",
            "| a | b |\n|--:|---|\n| <i> | `|` |\n",
            '<div markdown onclick="x">\n*a*\n</div>\n',
            "<div markdown>\n<script>\n</div>\n",
            "{% raw %}<script>{% endraw %}",
            "{# <script> #}",
            "<!-- {{ config }} -->",
            "\n\n",
            "&lt;script&gt;",
            "<" * 40,
            ">" * 300,
            "[" * 300,
        ]
    )
    | st.text(alphabet="<>&\"'`*_[](){}%#:!\\/=-|~^ \n\tax甲\0\x07\u2028", max_size=10),
    max_size=8,
).map("".join)


class World:
    """A root with one page, and the site generator open on it."""

    def __init__(self, root, portal):
        self.root = root
        self.portal = portal
        self.live = LivePages(root, "zh")

    def __repr__(self):
        return "World"


@pytest.fixture(scope="module")
def world(portal, tmp_path_factory):
    root = tmp_path_factory.mktemp("fuzz")
    shutil.copyfile(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    (root / "docs/zh").mkdir(parents=True)
    for name in ("index.md", "a.md"):
        (root / "docs/zh" / name).write_text(f"{HEAD}\n# 题\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load", lambda root: portal)
        patch.setattr(prepared, "pending_changes", lambda portal, root: {})
        patch.setattr(prepared, "known_news", lambda portal, root, pending: ())
        yield World(root, portal)


def refused(root, portal):
    """What `check` says of the page of the root."""
    context = Context([], portal.settings, root)
    return [*(p for rule in RULES for p in rule.problems(context)), *rehearse(portal, root, ("zh", "a.md"))]


@pytest.mark.this_portal
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would triple the time
@given(HEADS, BODIES)
@example(HEAD, "# 题\n")
@example(HEAD, "[" * 3000)
@example(HEAD, ">" * 3000)
@example(HEAD, "- " * 2000 + "x")
@example(HEAD, "<div markdown>" * 1500)
@example(HEAD, "<b>" * 5000)
@example(HEAD, "*a " * 3000)
@example("", "template: main.html\n\n# 题\n")
@example("---\n", "title: a\n\n# 题\n")
def test_what_passes_check_becomes_a_page_that_passes_verify(world, head, body):
    root, live, portal = world.root, world.live, world.portal
    (root / "docs/zh/a.md").write_text(head + body, encoding="utf-8", newline="\n")
    told = refused(root, portal)
    for problem in told:
        assert problem.line("zh").isprintable() and problem.line("en")
    if told:
        return
    address = "a/index.html"
    live._pages[address].content_string = head + body
    live._html.clear()
    made = live.page(address)
    assert b"</html>" in made
    (root / "made").mkdir(exist_ok=True)
    (root / "made/a.html").write_bytes(made)
    assert list(check_markup(root / "made", "a.html", {"a.html"}, Sources(None, "zh"))) == []


@given(HEADS)
def test_front_matter_is_read_as_the_generator_reads_it(head):
    page = Manuscript("zh", "a.md", f"{head}# 题\n")
    if page.head_fault is None:
        text, meta = get_data(page.text)
        assert (meta, text) == (page.head, page.body.lstrip("\n"))
