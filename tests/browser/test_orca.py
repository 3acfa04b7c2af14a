"""The finished pages as the screen reader Orca says them, every night: eight pages from their beginning."""

import re
from collections.abc import Iterator

import pytest

from support.orca import Orca, orca

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.slow]

#: Pages of eight kinds, both languages
PAGES = (
    "",
    "help/",
    "plan/",
    "progress/",
    "indicators/invention-grants/",
    "en/indicators/inventions-per-10k/",
    "datasets/recognition/",
    "en/stories/zone-and-city/",
)
#: Pieces of speech before the heading of a page: banner, doors, tools and the way there
BEFORE = 60
#: Words from the title of a chart to its first value
TO_A_VALUE = 60
WORD = re.compile(r"[㐀-鿿]{1,2}|[^\W㐀-鿿]+")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orca]:
    with orca(tmp_path_factory.mktemp("orca")) as started:
        yield started


def plain(text: str) -> str:
    """Words without the marks and spaces that the voice gets in another form."""
    return re.sub(r"[\W_]", "", text)


@pytest.mark.parametrize("address", PAGES)
def test_a_screen_reader_comes_to_the_values_of_a_chart(reader: Orca, site: str, address: str) -> None:
    reader.open(site + address)
    heading = plain(reader.page.evaluate("document.querySelector('h1').textContent.replace(/#$/, '')"))
    # the drawing that is shown: its title, and what its first mark says, or the sum that leads to it
    figures = reader.page.evaluate(
        """[...document.querySelectorAll('figure.ip-figure')].map(figure => [
          figure.querySelector('figcaption'),
          [...figure.querySelectorAll('svg :is(a, [role=img])[aria-label]')].find(mark => mark.checkVisibility())
        ]).filter(([title, mark]) => title && mark)
        .map(([title, mark]) => [title.textContent, mark.getAttribute('aria-label')])"""
    )
    spoken = reader.heard("KP_Add")
    said = [plain(piece) for piece in spoken]
    assert heading in said[:BEFORE], spoken[:BEFORE]
    for title, value in figures[:1]:
        first = said.index(plain(title))
        words = WORD.findall(" ".join(spoken[first : said.index(plain(value), first)]))
        assert len(words) < TO_A_VALUE, words


def test_a_screen_reader_says_where_a_link_leads_out_of_the_site(reader: Orca, site: str) -> None:
    reader.open(f"{site}about/sources/")
    outside = "[...document.querySelectorAll('main a')].find(a => /^http/.test(a.href) && !/gov\\.cn/.test(a.hostname)"
    outside += " && a.host !== location.host)"
    reader.page.evaluate(f"void {outside}.focus()")
    address = reader.page.evaluate(f"decodeURI({outside}.href)")
    said = [*reader.heard("Return"), *reader.heard("Tab"), *reader.heard("shift+Tab")]
    assert plain(address) in plain("".join(said)), said
