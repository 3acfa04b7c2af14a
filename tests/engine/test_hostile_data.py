"""Data that try to become markup, through every page and file they reach."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from ipportal.base.markup import FINISHED, Tag, drawing_faults, faults, tags
from ipportal.base.text import Text
from ipportal.files.chartfiles import Renderer
from ipportal.files.citation import bibtex, package_citation
from ipportal.files.gather import gather_files
from ipportal.files.headers import PAGE_POLICY
from ipportal.loading import load
from ipportal.site.preview import LivePages
from ipportal.site.search import as_indexed
from support.hostile import ATTACK, hostile_portal

pytestmark = pytest.mark.this_portal


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_portal(tmp_path_factory.mktemp("hostile") / "portal")


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    made = {}
    for lang in ("zh", "en"):
        live = LivePages(root, lang)
        made |= {f"{lang}/{address}": (live.page(address) or b"").decode() for address in (*live.addresses, "404.html")}
    return made


def test_pages_show_data_as_words(pages):
    told = "".join(pages.values())
    assert "&lt;script&gt;alert(7)" in told
    for path, text in pages.items():
        assert list(faults(text, FINISHED, PAGE_POLICY)) == [], path
        for tag in tags(text):
            assert isinstance(tag, Tag)
            assert not tag.name.startswith("script") or "alert" not in tag.inside, path
            assert not any(name.startswith("on") for name, _ in tag.attributes), path


def test_titles_and_meta_say_the_name_as_it_is(pages):
    page = etree.HTML(pages["zh/indicators/grants/index.html"])
    title = page.findtext(".//title")
    (shared,) = page.xpath("//meta[@property='og:title']/@content")
    assert ATTACK in title and ATTACK in shared
    assert ATTACK in "".join(page.xpath("//h1//text()"))
    assert ATTACK in "".join(page.xpath("//footer//text()"))
    assert page.xpath("//img[@src='x']|//*[@onerror]|//*[@onmouseover]|//script[not(@src)]") == []


def test_the_search_index_gets_words(pages):
    shown = as_indexed(pages["zh/indicators/grants/index.html"])
    assert shown is not None and list(faults(shown, FINISHED, PAGE_POLICY)) == []


def test_files_hold_data_as_data(root, monkeypatch):
    # in a picture of pixels nothing can run: the first stands for all
    pngs = Renderer.pngs
    monkeypatch.setattr(Renderer, "pngs", lambda renderer, svgs, *told: pngs(renderer, svgs[:1]) * len(svgs))
    for path, data in gather_files(load(root), root).items():
        if path.endswith(".html"):
            assert list(faults(data.decode(), FINISHED, PAGE_POLICY)) == [], path
        elif path.endswith(".svg"):
            assert list(drawing_faults(data.decode())) == [], path
        elif path.endswith(".xml"):
            feed = etree.fromstring(data)
            assert not feed.xpath("//*[local-name()='script' or local-name()='img']"), path
        elif path.endswith("json"):
            json.loads(data)


def test_bibtex_and_tex_run_no_words(root):
    portal = load(root)
    cited = package_citation(portal, next(iter(portal.packages.values())))
    wild = Text("甲", r"A} \input{/etc/passwd} {~^ 5% a_b")
    entry = bibtex(replace(cited, author=wild, title=wild, address="https://ip.example/~a_b/?c=5%25"))
    assert entry.count("{") == entry.count("}")
    assert r"\input" not in entry and r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}" in entry
    assert "url = {https://ip.example/~a_b/?c=5%25}" in entry
