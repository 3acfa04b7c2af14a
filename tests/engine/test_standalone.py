"""Pages with their macros filled in, for a generator that cannot run them."""

import re
from dataclasses import replace

import pytest
import yaml

from ipportal.data.manuscripts import Manuscript
from ipportal.pages import prepared
from ipportal.site import generator
from ipportal.site.generator import from_file, page_facts, write_project

pytestmark = pytest.mark.this_portal

OWN = """
site_name: ipportal
theme: {name: ipportal, language: en}
plugins: [ipportal]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A root with a configuration and two pages that make links by macro."""
    monkeypatch.setattr(prepared, "pending_changes", lambda portal, root: {})
    monkeypatch.setattr(prepared, "known_news", lambda portal, root, pending: ())
    root = tmp_path / "root"
    for name, text in {
        "mkdocs.en.yml": OWN,
        "docs/en/index.md": '---\norder: 1\n---\n# Home\n\n{{ data_file("manifest.json") }}\n',
        "docs/en/cases/help.md": '# {{ plan_title("creation") }} {: #top }\n\n{{ data_file("manifest.json") }}\n',
        "docs/en/cases/shape.svg": "<svg/>",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def links(text):
    return re.findall(r'href="([^"]*)"', text)


def test_macros_are_filled_in_and_the_front_matter_stays(project, portal, tmp_path):
    write_project(portal, project, "en", tmp_path)
    docs = tmp_path / "docs"
    pages = {path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8") for path in docs.rglob("*.md")}
    assert {"cases/help.md", "index.md"} <= pages.keys()
    assert pages["index.md"].startswith("---\norder: 1\n---\n# Home\n")
    assert "{{" not in pages["index.md"] + pages["cases/help.md"]


def test_links_of_macros_become_relative_to_the_source_file(project, portal):
    site = prepared.site_view(portal, project, "en", directory_urls=True)
    pages = prepared.filled_pages(site, from_file)
    # the finished page cases/help/index.html lies one folder deeper than cases/help.md
    assert links(pages["cases/help.md"]) == ["../../data/manifest.json"]
    assert links(pages["index.md"]) == ["../data/manifest.json"]
    flat = prepared.filled_pages(replace(site, directory_urls=False), from_file)
    assert links(flat["cases/help.md"]) == ["../../data/manifest.json"]


def test_the_project_says_all_that_the_theme_asks(project, portal, tmp_path, monkeypatch):
    monkeypatch.delenv("IPPORTAL_SITE_URL", raising=False)
    place = tmp_path / "project"
    write_project(portal, project, "en", place)
    text = (place / "mkdocs.yml").read_text(encoding="utf-8")
    assert "!!python/name:markdown.extensions.toc.slugify_unicode" in text
    settings = yaml.safe_load(text.replace("!!python/name:", "#"))
    assert settings["site_url"] is None and settings["plugins"] == []
    assert settings["theme"] == {"name": "ipportal", "language": "en"}
    assert settings["use_directory_urls"] is True
    assert settings["extra"]["portal"]["name"] == portal.settings.name.en
    urls = [page["url"] for page in settings["extra"]["pages"]]
    assert urls.index("cases/help/") < urls.index("handbook/") < urls.index("./")
    assert settings["markdown_extensions"][-1] == {"pymdownx.highlight": {"use_pygments": False}}
    assert (place / "docs/cases/shape.svg").read_text() == "<svg/>"


def test_the_run_and_the_portal_say_how_it_differs(project, portal, tmp_path, monkeypatch):
    monkeypatch.setenv("IPPORTAL_SITE_URL", "https://ip.example/en/")
    monkeypatch.setenv("IPPORTAL_DIRECTORY_URLS", "false")
    (project / "overrides/assets/css").mkdir(parents=True)
    write_project(portal, project, "en", tmp_path)
    text = (tmp_path / "mkdocs.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(text.replace("!!python/name:", "#"))
    assert settings["site_url"] == "https://ip.example/en/" and settings["use_directory_urls"] is False
    assert settings["theme"]["custom_dir"] == str(project / "overrides")


@pytest.mark.parametrize(
    ("path", "text", "title", "url"),
    [
        ("index.md", "# Home\n", "Home", "./"),
        ("a/b.md", "text\n\n# One *not this* {: #x }\n\n# Two", "One *not this*", "a/b/"),
        ("a/index.md", "# A &amp; <span>B</span>\n", "A & B", "a/"),
        ("a.md", "---\ntitle: Said\n---\n# Other\n", "Said", "a/"),
        ("a.md", "no heading\n", "a.md", "a/"),
    ],
)
def test_the_facts_of_a_page(path, text, title, url):
    facts = page_facts(Manuscript("en", path, text), directory_urls=True)
    assert (facts["src_uri"], facts["page"]["title"], facts["url"]) == (path, title, url)
    assert facts["parts"] == path.split("/")


class Ended:
    def __init__(self, code):
        self.returncode = code


@pytest.mark.parametrize("code", [0, 1])
def test_the_run_leaves_only_what_the_site_uses(project, portal, tmp_path, monkeypatch, code):
    def build(command, *, cwd, check):
        site = cwd / "site"
        unused = ("search.json", "assets/javascripts/a.js", "assets/css/b.css", "assets/images/c.png")
        for name in ("index.html", "assets/css/d.png", *unused):
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(name)
        (site / "assets/stylesheets").mkdir()
        assert command[-1] == str(cwd / "mkdocs.yml")
        return Ended(code)

    monkeypatch.setattr(generator.subprocess, "run", build)
    monkeypatch.setattr(generator, "load", lambda root: portal)
    folder = tmp_path / "staging" / "en"
    assert generator.main([str(project), "en", str(folder)]) == code
    found = sorted(p.relative_to(folder.parent).as_posix() for p in folder.parent.rglob("*") if p.is_file())
    if code == 0:
        assert found == ["en/assets/css/d.png", "en/index.html"]
    else:
        assert not folder.exists()


def test_data_that_do_not_pass_end_the_run(tmp_path, capsys):
    assert generator.main([str(tmp_path), "zh", str(tmp_path / "zh")]) == 1
    assert "portal.toml" in capsys.readouterr().out


#: What Jinja has and MiniJinja has not, or what MkDocs hands to the theme and Zensical does not
ONE_SIDED = re.compile(
    r"\.(?:split|rsplit|startswith|endswith|l?r?strip|replace|lower|upper|append|items|keys|values|format)\("
    r"|\bpage\.(?:file|is_homepage|title)\b|\bin pages\b|\bround\([^)]*,|\breplace\([^()]*,[^()]*,"
)
#: Asked for only where MkDocs has not given it
GUARDED = re.compile(
    r'file\.parts or file\.src_uri\.split\("/"\)|current = page\.file or|`page\.file`|file\.page\.title'
)


def test_the_theme_uses_only_what_every_generator_has(root):
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted((root / "scripts/ipportal/theme").rglob("*.html"))
        for match in ONE_SIDED.finditer(GUARDED.sub("", path.read_text(encoding="utf-8")))
    ]
    assert found == []
