"""The joint to the site generator: what it adds to a portal's own configuration, and to pages."""

import json
import logging
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment
from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError, PluginError

from ipportal import loading
from ipportal.base.text import Text
from ipportal.data.manuscripts import Manuscript
from ipportal.data.settings import SiteSection
from ipportal.pages import prepared as pages_prepared
from ipportal.pages.filling import fill
from ipportal.pages.prepared import frame_facts, inherited, parents, prepared
from ipportal.pages.view import View

pytestmark = pytest.mark.this_portal

ROOT = Path(__file__).resolve().parents[2]
THEME = ROOT / "scripts/ipportal/theme"
SOURCE = "---\norder: 1\n---\n\n# Title\n\n{}\n"


@pytest.fixture
def project(tmp_path):
    """A portal's own files for the generator, without any look of its own."""
    shutil.copyfile(ROOT / "mkdocs.en.yml", tmp_path / "mkdocs.en.yml")
    (tmp_path / "docs/en").mkdir(parents=True)
    return tmp_path


def joined(project):
    """The configuration of the generator, completed, and the joint that did it."""
    config = load_config(str(project / "mkdocs.en.yml"))
    joint = config.plugins["ipportal"]
    return config.plugins.on_config(config), joint


@pytest.fixture
def joint(project, portal, monkeypatch):
    monkeypatch.setattr(loading, "load", lambda root: portal)
    monkeypatch.setattr(pages_prepared, "pending_changes", lambda portal, root: {})
    monkeypatch.setattr(pages_prepared, "known_news", lambda portal, root, pending: ())
    return joined(project)[1]


def page(title="A", content=""):
    place = {"src_uri": "progress/index.md", "src_path": "progress/index.md", "dest_uri": "progress/index.html"}
    file = SimpleNamespace(**place, content_string=content)
    return SimpleNamespace(file=file, title=title, present_anchor_ids={"a"})


@pytest.fixture
def handed_over(project, portal, monkeypatch):
    """A joint that gets one page of a build, and the page as written."""

    def made(text):
        manuscript = Manuscript("en", "progress/index.md", text)
        view = View(portal, "en", "", manuscripts=(manuscript,))
        (project / "en.json").write_text(json.dumps(prepared(view)), encoding="utf-8")
        monkeypatch.setenv("IPPORTAL_PREPARED", str(project / "en.json"))
        monkeypatch.setattr(loading, "load", lambda root: pytest.fail("the data were loaded again"))
        return (*joined(project), replace(view, page=manuscript.path))

    return made


def test_a_build_hands_the_pages_over_filled_and_nothing_is_loaded(handed_over, portal):
    config, joint, _ = handed_over('# {{ name("invention-grants") }}\n\n{{ count("core") }} of them\n')
    name = portal.indicators["invention-grants"].name.en
    shown = page('{{ name("invention-grants") }}')
    assert joint.on_page_markdown("# {{ … }}", shown, None) == f"# {name}\n\n8 of them"
    assert shown.title == name
    assert config.extra["portal"]["name"] == "Chegu IP Open Portal"


def test_markdown_does_not_read_blocks_that_stand_in_lines_of_their_own(handed_over):
    call = '{{ verdict("invention-grants") }}'
    _, joint, view = handed_over(f"# A\n\n{call}\n\n- {call}\n")
    block = fill(call, view).text
    shown = page()
    assert joint.on_page_markdown("…", shown, None) == f"# A\n\n<!--0:0-->\n\n- {block}"
    assert joint.on_page_content("<h1>A</h1>\n<!--0:0-->\n", page=shown) == f"<h1>A</h1>\n{block}\n"
    assert {"a", *re.findall(r' id="([^"]+)"', block)} == shown.present_anchor_ids


def test_the_program_says_what_the_portal_s_own_file_leaves_out(handed_over, project):
    config, _, _ = handed_over("# A\n")
    assert config.docs_dir == str(project / "docs/en")
    assert "tables" in config.markdown_extensions and config.mdx_configs["toc"]["toc_depth"] == "2-3"
    assert config.mdx_configs["footnotes"] == {"BACKLINK_TITLE": "Back to reference {} in the text"}
    assert config.validation.links.anchors == logging.WARNING and config.exclude_docs.match_file("a/Thumbs.db")
    assert config.site_url in ("", None)


def shown_first(config, file):
    return Path(config.theme.get_env().get_template(file).filename)


def test_a_portal_s_file_wins_over_the_theme_and_the_theme_over_material(handed_over, project):
    config, _, _ = handed_over("# A\n")
    assert shown_first(config, "base.html") == THEME / "base.html"
    assert shown_first(config, "partials/logo.html") == THEME / "partials/logo.html"
    assert "material" in shown_first(config, "partials/palette.html").parts
    own = project / "overrides"
    for name in ("partials/logo.html", "base.html"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text("")
    config, _ = joined(project)
    assert shown_first(config, "partials/logo.html") == own / "partials/logo.html"
    assert shown_first(config, "base.html") == own / "base.html"
    assert shown_first(config, "main.html") == THEME / "main.html"


def test_pages_that_are_not_there_are_told_in_one_sentence(project):
    shutil.rmtree(project / "docs/en")
    with pytest.raises(ConfigurationError, match=r"docs_dir: .*docs"):
        joined(project)


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


def shown(joint, text):
    """What the generator gets for the body of a page."""
    return joint.on_page_markdown(f"# Title\n\n{text}\n", page(content=SOURCE.format(text)), None)


def test_macros_know_the_page_and_the_language(joint):
    text = shown(joint, '{{ figure("invention-grants", "2021") }}')
    assert '<a class="ip-fig" href="../indicators/' in text and "1,443 patents" in text


@pytest.mark.parametrize("text", ['{{ figure("no-such-indicator", "2021") }}', '{{ config["no-such-indicator"] }}'])
def test_a_mistake_on_a_page_stops_the_build_in_plain_words(joint, text):
    with pytest.raises(PluginError) as caught:
        shown(joint, text)
    said = str(caught.value)
    assert "docs/en/progress/index.md" in said and "7" in said
    assert "no-such-indicator" in said
    assert "Traceback" not in said


def test_the_theme_escapes_what_it_shows(joint):
    theme = joint.on_env(Environment())
    assert theme.from_string("<b>{{ name }}</b>{{ html | safe }}").render(name='"><i>', html="<i>") == (
        "<b>&#34;&gt;&lt;i&gt;</b><i>"
    )


def test_no_module_of_the_portal_is_run(project, portal, monkeypatch):
    monkeypatch.setattr(loading, "load", lambda root: portal)
    monkeypatch.setattr(pages_prepared, "pending_changes", lambda portal, root: {})
    monkeypatch.setattr(pages_prepared, "known_news", lambda portal, root, pending: ())
    (project / "main.py").write_text("raise SystemExit('it was run')\n", encoding="utf-8")
    joined(project)
