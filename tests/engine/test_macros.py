"""The joint to the site generator, with a stand-in for it."""

import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment
from mkdocs.exceptions import PluginError

from ipportal import loading, macros
from ipportal.base.text import Text
from ipportal.data.manuscripts import Manuscript
from ipportal.data.settings import SiteSection
from ipportal.pages.filling import fill
from ipportal.pages.prepared import frame_facts, inherited, parents, prepared
from ipportal.pages.view import View

ROOT = Path(__file__).parents[2]
SOURCE = "---\norder: 1\n---\n\n# Title\n\n{}\n"


@pytest.fixture
def env(portal, monkeypatch):
    monkeypatch.setattr(loading, "load", lambda root: portal)
    file = SimpleNamespace(src_uri="progress/index.md", content_string="")
    conf = {
        "config_file_path": str(ROOT / "mkdocs.en.yml"),
        "theme": {"language": "en"},
        "use_directory_urls": True,
        "extra": {},
        "plugins": SimpleNamespace(events=defaultdict(list)),
    }
    made = SimpleNamespace(conf=conf, page=SimpleNamespace(file=file))
    macros.define_env(made)
    return made


def test_a_build_hands_the_pages_over_filled_and_nothing_is_loaded(env, portal, tmp_path, monkeypatch):
    page = Manuscript("en", "progress/index.md", '# {{ name("invention-grants") }}\n\n{{ count("core") }} of them\n')
    known = prepared(View(portal, "en", "", manuscripts=(page,)))
    (tmp_path / "en.json").write_text(json.dumps(known), encoding="utf-8")
    monkeypatch.setenv("IPPORTAL_PREPARED", str(tmp_path / "en.json"))
    monkeypatch.setattr(loading, "load", lambda root: pytest.fail("the data were loaded again"))
    macros.define_env(env)
    name = portal.indicators["invention-grants"].name.en
    env.page.title = '{{ name("invention-grants") }}'
    assert env.render(markdown=env.page.title) == name
    assert env.render(markdown=page.body) == f"# {name}\n\n8 of them"
    assert env.conf["extra"]["portal"]["name"] == "Chegu IP Open Portal"


def test_markdown_does_not_read_blocks_that_stand_in_lines_of_their_own(env, portal, tmp_path, monkeypatch):
    call = '{{ verdict("invention-grants") }}'
    page = Manuscript("en", "progress/index.md", f"# A\n\n{call}\n\n- {call}\n")
    view = View(portal, "en", "", manuscripts=(page,))
    block = fill(call, replace(view, page=page.path)).text
    (tmp_path / "en.json").write_text(json.dumps(prepared(view)), encoding="utf-8")
    monkeypatch.setenv("IPPORTAL_PREPARED", str(tmp_path / "en.json"))
    macros.define_env(env)
    env.page.title = "A"
    text = env.render(markdown=page.body)
    assert text == f"# A\n\n<!--0:0-->\n\n- {block}"
    (complete,) = env.conf["plugins"].events["page_content"]
    env.page.present_anchor_ids = {"a"}
    assert complete("<h1>A</h1>\n<!--0:0-->\n", page=env.page) == f"<h1>A</h1>\n{block}\n"
    assert {"a", *re.findall(r' id="([^"]+)"', block)} == env.page.present_anchor_ids


def test_the_page_above_each_is_said_by_it_or_by_its_folder():
    said = {"a/c.md": "---\nparent: b/index.md\n---\n"}
    sections = [SiteSection(Text("甲", "A"), page, covers) for page, covers in (("a/index.md", ("a", "f")),)]
    paths = (
        "index.md",
        "search.md",
        "f/index.md",
        "g/index.md",
        "a/index.md",
        "a/b.md",
        "a/c.md",
        "a/d/index.md",
        "a/d/e.md",
    )
    pages = [Manuscript("zh", path, said.get(path, "")) for path in paths]
    assert parents(pages, sections) == {
        "search.md": "index.md",
        "a/index.md": "index.md",
        "f/index.md": "a/index.md",
        "g/index.md": "index.md",
        "a/b.md": "a/index.md",
        "a/c.md": "b/index.md",
        "a/d/index.md": "a/index.md",
        "a/d/e.md": "a/d/index.md",
    }


def test_an_entry_of_a_folder_holds_for_what_is_below_it():
    heads = {"index.md": "Home", "a/index.md": "A", "a/c.md": "C", "a/d/index.md": "D"}
    paths = (*heads, "e.md", "a/b.md", "a/d/f/g.md", "h/index.md")
    texts = {path: f"---\nsearch_kind: {kind}\n---\n" for path, kind in heads.items()}
    pages = [Manuscript("en", path, texts.get(path, "")) for path in paths]
    assert inherited(pages, "search_kind") == heads | {"a/b.md": "A", "a/d/f/g.md": "D"}


def test_a_section_without_its_page_is_absent(portal):
    settings = replace(portal.settings, sections=tuple(SiteSection(Text(p, p), p, ()) for p in ("b.md", "a.md")))
    site = View(replace(portal, settings=settings), "en", "", manuscripts=(Manuscript("en", "a.md", "# A"),))
    assert [section["page"] for section in frame_facts(site)["sections"]] == ["a.md"]


def shown(env, text):
    """What the plugin gets for the body of a page."""
    env.page.file.content_string = SOURCE.format(text)
    return env.render(markdown=f"# Title\n\n{text}\n", force_rendering=False)


def test_macros_know_the_page_and_the_language(env):
    text = shown(env, '{{ figure("invention-grants", "2021") }}')
    assert '<a class="ip-fig" href="../indicators/' in text and "1,443 patents" in text


def test_the_frame_gets_its_facts(env):
    assert env.conf["extra"]["portal"]["name"] == "Chegu IP Open Portal"


@pytest.mark.parametrize("text", ['{{ figure("no-such-indicator", "2021") }}', '{{ config["no-such-indicator"] }}'])
def test_a_mistake_on_a_page_stops_the_build_in_plain_words(env, text):
    with pytest.raises(PluginError) as caught:
        shown(env, text)
    said = str(caught.value)
    assert "docs/en/progress/index.md" in said and "7" in said
    assert "no-such-indicator" in said
    assert "Traceback" not in said


def test_the_theme_escapes_what_it_shows(env):
    theme = Environment()
    for made in env.conf["plugins"].events["env"]:
        theme = made(theme, config=None, files=None)
    assert theme.from_string("<b>{{ name }}</b>{{ html | safe }}").render(name='"><i>', html="<i>") == (
        "<b>&#34;&gt;&lt;i&gt;</b><i>"
    )
