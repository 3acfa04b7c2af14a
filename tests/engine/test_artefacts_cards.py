"""The pictures of shared links: one for each page that promises one, whole, sharp and readable."""

import struct

import pytest
from lxml import etree

from ipportal.base.text import LANGS
from ipportal.charts.theme import text_width
from ipportal.data.manuscripts import read_manuscripts
from ipportal.files.chartfiles import HEIGHT, PNG_SCALE, WIDTH, Card, Renderer, card_pages, card_path, cards, drawing

LONG = Card("x.md", "案例故事", "一个非常长的标题" * 9, "很长的说明" * 20)


@pytest.fixture(scope="module")
def pages(root):
    return read_manuscripts(root, LANGS)


def texts(svg):
    return [
        (float(t.get("x")), float(t.get("y")), float(t.get("font-size")), t.text)
        for t in etree.fromstring(svg).iter("{*}text")
    ]


@pytest.mark.this_portal
@pytest.mark.parametrize("lang", LANGS)
def test_home_main_pages_and_all_stories_have_one(portal, root, pages, lang):
    pages = card_pages(portal, lang, pages)
    assert {f"cases/stories/{story}.md" for story in portal.case_stories} <= set(pages)
    assert {"index.md", "plan/index.md", "help/index.md", "promotion/index.md"} <= set(pages)
    assert len(set(pages.values())) == len(pages)
    assert all((root / "docs" / lang / page).is_file() for page in pages)


@pytest.mark.parametrize("lang", LANGS)
def test_all_words_stand_inside_the_picture(portal, pages, lang):
    for card in (*cards(portal, lang, pages), LONG):
        for x, y, size, words in texts(drawing(card, portal.settings.name[lang])):
            assert x + text_width(words, size) <= WIDTH / PNG_SCALE, card.source
            assert size <= y <= HEIGHT / PNG_SCALE - 8, card.source


def test_the_title_is_told_whole(portal, pages):
    for card in cards(portal, "zh", pages):
        said = "".join(words for *_, words in texts(drawing(card, portal.settings.name.zh)))
        assert card.title.replace(" ", "") in said.replace(" ", "")
        assert card.line.replace(" ", "") in said.replace(" ", "")


def test_words_never_become_markup():
    svg = drawing(Card("x.md", "<b>", "A & B", "<script>"), "Site")
    assert [words for *_, words in texts(svg)] == ["Site", "<b>", "A & B", "<script>"]


def test_the_file_has_the_size_readers_expect():
    (png,) = Renderer().pngs([drawing(Card("index.md", "", "标题", "说明"), "门户")])
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT) == (1200, 630)


def test_addresses():
    assert card_path("index.md", "zh") == "data/cards/index.zh.png"
    assert card_path("cases/stories/index.md", "en") == "data/cards/cases-stories.en.png"
    assert card_path("cases/stories/a-b.md", "zh") == "data/cards/cases-stories-a-b.zh.png"
