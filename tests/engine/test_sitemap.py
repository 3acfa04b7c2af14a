"""The map of the site: both languages in pairs, nothing that is not there."""

from dataclasses import replace

import pytest
from lxml import etree

from ipportal.data.settings import Move
from ipportal.site import generator
from ipportal.site.generator import page_paths, write_sitemap
from support.portals import tiny_portal

SETTINGS = tiny_portal().settings
WITH_ADDRESS = replace(SETTINGS, url="https://ip.example.gov.cn/open data")
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def site(tmp_path):
    for path in ("", "datasets/plan/", "en/", "en/datasets/plan/", "en/only/", "embed/", "data/"):
        (tmp_path / path).mkdir(parents=True, exist_ok=True)
    for path in ("", "datasets/plan/", "en/", "en/datasets/plan/", "en/only/", "embed/"):
        (tmp_path / path / "index.html").write_text("<p>", encoding="utf-8")
    for path in ("sitemap.xml", "sitemap.xml.gz", "en/sitemap.xml", "en/sitemap.xml.gz"):
        (tmp_path / path).write_text("the generator's own", encoding="utf-8")
    return tmp_path


def test_every_page_is_listed_with_its_twin(site):
    write_sitemap(site, WITH_ADDRESS)
    root = etree.parse(site / "sitemap.xml").getroot()
    entries = {
        entry.findtext("s:loc", namespaces=NAMES): {
            link.get("hreflang"): link.get("href") for link in entry.iterfind("x:link[@rel='alternate']", NAMES)
        }
        for entry in root.iterfind("s:url", NAMES)
    }
    base = "https://ip.example.gov.cn/open%20data"
    assert list(entries) == [f"{base}/", f"{base}/en/", f"{base}/datasets/plan/", f"{base}/en/datasets/plan/"]
    for place, twins in entries.items():
        assert set(twins) == {"zh-Hans", "en", "x-default"}
        assert place in (twins["zh-Hans"], twins["en"])
        assert twins["x-default"] == twins["zh-Hans"]
        assert all(entries[twin] == twins for twin in twins.values())
        assert (site / place.removeprefix(f"{base}/") / "index.html").is_file()
    assert not (site / "en/sitemap.xml").exists()
    assert not (site / "sitemap.xml.gz").exists()


def test_many_pages_have_several_maps_that_the_first_names(site, monkeypatch):
    write_sitemap(site, WITH_ADDRESS)
    whole = etree.parse(site / "sitemap.xml").xpath("//s:url/s:loc/text()", namespaces=NAMES)
    monkeypatch.setattr(generator, "_MOST", 2)
    write_sitemap(site, WITH_ADDRESS)
    told = etree.parse(site / "sitemap.xml").xpath("/s:sitemapindex/s:sitemap/s:loc/text()", namespaces=NAMES)
    assert told == [f"https://ip.example.gov.cn/open%20data/sitemap-{number}.xml" for number in (1, 2)]
    maps = [etree.parse(site / address.rpartition("/")[2]) for address in told]
    assert [place for each in maps for place in each.xpath("//s:url/s:loc/text()", namespaces=NAMES)] == whole


def test_without_an_address_there_is_no_map(site):
    write_sitemap(site, SETTINGS)
    assert list(site.rglob("sitemap*")) == []
    assert page_paths(site, SETTINGS) == ["", "datasets/plan/"]


def test_among_plain_files_pages_go_by_the_names_of_their_files(tmp_path):
    for page in ("index.html", "404.html", "plan/index.html", "plan/goals.html", "only-chinese.html"):
        for tree in ("", "en/"):
            if tree and page == "only-chinese.html":
                continue
            (tmp_path / tree / page).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / tree / page).write_text("")
    assert page_paths(tmp_path, SETTINGS) == [
        "index.html",
        "plan/goals.html",
        "plan/index.html",
    ]


def test_pages_that_lead_on_are_not_listed(site):
    moved = (Move("datasets/plan.md", "index.md"),)
    assert page_paths(site, replace(SETTINGS, moved=moved)) == [""]
