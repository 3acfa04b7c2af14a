"""What stands at old addresses: small pages that lead on in the language of the page, files of the same content."""

import json
from dataclasses import replace

import pytest
from lxml import html

from ipportal.base.errors import OutputError
from ipportal.data.settings import Move
from ipportal.files.gather import moved_files, moved_pages
from ipportal.files.identity import moved_paths
from support.portals import TINY, tiny_portal
from support.smallsite import codes

MOVES = (
    Move("old/grants.md", "indicators/grants.md"),
    Move("old/grants.md#values", "indicators/trademarks.md#values"),
    Move("data/old.*", "data/new.*"),
    Move("data/one.csv", "data/new.zh.csv"),
)


def portal(url="", *, plain=False, moved=MOVES):
    tiny = tiny_portal()
    return replace(tiny, settings=replace(tiny.settings, moved=moved, url=url, plain_files=plain))


@pytest.mark.parametrize(
    ("plain", "place", "link", "other"),
    [
        (False, "old/grants/index.html", "../../indicators/grants/", "../../indicators/trademarks/#values"),
        (True, "old/grants.html", "../indicators/grants.html", "../indicators/trademarks.html#values"),
    ],
)
@pytest.mark.parametrize(("tree", "lang"), [("", "zh-Hans"), ("en/", "en")])
def test_a_page_leads_on_at_once_in_its_language(plain, place, link, other, tree, lang):
    pages = moved_pages(portal(plain=plain), TINY)
    assert sorted(pages) == sorted(moved_paths(portal(plain=plain).settings)) == sorted([place, f"en/{place}"])
    page = html.fromstring(pages[tree + place])
    assert page.get("lang") == lang
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={link}"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.xpath("//link[@rel='canonical']/@href") == [link]
    assert page.xpath("//a/@href") == [link, other]
    assert page.xpath("//a")[0].text == {"zh-Hans": "打开新地址", "en": "Open the new address"}[lang]
    assert json.loads(page.xpath("//script/@data-moved")[0]) == {"": link, "values": other}
    assert "data-pagefind-body" not in pages[tree + place].decode()


def test_with_an_address_of_the_site_it_names_the_whole_new_one():
    page = html.fromstring(moved_pages(portal("https://ip.example.org/a"), TINY)["en/old/grants/index.html"])
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://ip.example.org/a/en/indicators/grants/"]
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../../indicators/grants/"]


def test_a_place_that_moved_alone_still_takes_its_page_along():
    moves = (Move("old.md#a", "index.md#b"),)
    page = html.fromstring(moved_pages(portal(moved=moves), TINY)["old/index.html"])
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../#b"]
    assert page.xpath("//a")[0].text == "示例门户（虚构）"


def test_files_of_every_ending_keep_a_file_at_the_old_address():
    files = {"data/new.zh.csv": b"1", "data/new.en.csv": b"2", "data/newer.csv": b"3"}
    found = moved_files(portal(), files)
    assert found == {"data/old.zh.csv": b"1", "data/old.en.csv": b"2", "data/one.csv": b"1"}


def test_a_file_that_leads_nowhere_is_told_with_its_row():
    with pytest.raises(OutputError) as caught:
        moved_files(portal(), {"data/newer.csv": b"3"})
    assert codes(caught) == ["address-moved", "address-moved"]
    assert [problem.where.column for problem in caught.value.problems] == ["[moved] data/old.*", "[moved] data/one.csv"]
