"""The help pages of this portal: every answer leads somewhere, every path has its page, and law leaves in time."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from ipportal.analysis import help as helping
from ipportal.base.text import LANGS
from ipportal.data.manuscripts import read_manuscripts
from ipportal.pages.filling import fill
from ipportal.pages.view import View

pytestmark = pytest.mark.no_cover  # the portal is loaded by a fixture, which is counted

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.relative_to(ROOT / "docs" / "zh").as_posix() for path in (ROOT / "docs/zh/help").glob("*.md"))
#: The day the Trademark Law of 2026 begins
NEW_LAW = date(2027, 1, 1)
#: Deadlines of the law that ends the day before
OVER = {
    *("opposition", "refusal-review", "tm-invalidation-relative", "tm-invalidation-absolute", "tm-renewal-a"),
    *("tm-renewal-b", "tm-use-proof", "tm-priority-a", "tm-priority-b", "tm-exhibition"),
}


def filled(portal, day=None):
    """Every help page by language and path, with its macros filled in as on a day."""
    if day:
        portal = replace(portal, settings=replace(portal.settings, as_of=day))
    manuscripts = [page for page in read_manuscripts(ROOT, LANGS) if page.path in PAGES]
    found = {}
    for page in manuscripts:
        view = View(portal, page.lang, page.path, manuscripts=tuple(manuscripts), rehearsal=True)
        done = fill(page.body, view)
        assert done.problems == (), page.file
        found[page.lang, page.path] = done.text
    return found


@pytest.fixture(scope="module")
def today(portal):
    return filled(portal)


@pytest.fixture(scope="module")
def new_year(portal):
    return filled(portal, NEW_LAW)


def words(page):
    return " ".join(html.fromstring(f"<div>{page}</div>").text_content().split())


def test_the_tables_hold_what_was_agreed(portal):
    common = [contact for contact in portal.contacts.values() if contact.common]
    assert (len(portal.laws), len(portal.deadlines), len(portal.paths)) == (40, 61, 15)
    assert (len(portal.contacts) - len(common), len(common)) == (16, 4)
    assert all(contact.phone and not contact.source for contact in common)


@pytest.mark.parametrize("lang", LANGS)
def test_every_answer_leads_to_a_place_that_exists(portal, today, lang):
    ids = {path: set(re.findall(r'\bid="([^"]+)"', text)) for (at, path), text in today.items() if at == lang}
    links = html.fromstring(f"<div>{today[lang, 'help/index.md']}</div>").xpath("//*[@class='ip-ask']//a/@href")
    rights, places, wishes = (len(portal.choices_of(question)) for question in ("right", "place", "wish"))
    assert len(links) == rights * places * (wishes + 1) + 1  # and the second page of trademarks
    for link in links:
        page, _, place = link.partition("#")
        path = f"help/{page.strip('./')}.md"
        assert path in ids, link
        assert not place or place in ids[path], link


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_no_place_on_the_page_itself_is_named_that_is_not_there(today, lang, path):
    places = set(re.findall(r'(?:\bid="|\{ #)([^" ]+)', today[lang, path]))
    assert set(re.findall('href="#([^"]+)"', today[lang, path])) <= places


@pytest.mark.parametrize("path", PAGES)
def test_a_path_has_the_title_of_its_page(portal, path):
    found = [one for one in portal.paths.values() if one.page == path]
    for lang in LANGS if found else ():
        text = (ROOT / "docs" / lang / path).read_text(encoding="utf-8")
        assert f"\n# {found[0].name[lang]}\n" in text


def test_every_path_has_its_page_with_all_its_parts(portal):
    macros = {
        "deadline": "deadlines",
        "service": "ways",
        "contact": "contacts",
        "law": "laws",
        "story": "near_stories",
    }
    for path in portal.paths.values():
        for lang in LANGS:
            text = (ROOT / "docs" / lang / path.page).read_text(encoding="utf-8")
            wanted = {"first_step", *(macros[link.kind] for link in portal.path_links if link.path == path.id)}
            assert {name for name in wanted if f'{{{{ {name}("{path.id}") }}}}' in text} == wanted, path.page
            lists = {item.kind for item in portal.path_items if item.path == path.id}
            assert {kind for kind in lists if f'{{{{ path_list("{path.id}", "{kind}") }}}}' in text} == lists, path.page


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_give_the_chinese_word_too(today, path):
    assert re.search("[\u4e00-\u9fff]", today["en", path])


def test_ten_deadlines_end_with_the_old_trademark_law(portal, today, new_year):
    later = replace(portal, settings=replace(portal.settings, as_of=NEW_LAW))
    ended = {
        one.id for one in portal.deadlines.values() if helping.stands(portal, one) and not helping.stands(later, one)
    }
    assert ended == OVER

    def shown(pages):
        return {one for text in pages.values() for one in re.findall('id="limit-([^"]+)"', text)}

    assert shown(today) - shown(new_year) == OVER & shown(today)
    assert shown(new_year) & OVER == set()


@pytest.mark.parametrize("lang", LANGS)
def test_pages_say_that_the_new_law_applies_was_not_read_and_whom_to_ask(portal, new_year, lang):
    resting = [path for path in portal.paths.values() if "trademark-law-2019" in helping.laws_of(portal, path)]
    assert len(resting) >= 8
    for path in resting:
        text = words(new_year[lang, path.page])
        assert (
            "2027年1月1日起施行的是《商标法》（2026年修订）" if lang == "zh" else "1 January 2027 is the first day"
        ) in text
        assert ("它的条文本站没有看到" if lang == "zh" else "Its articles have not been seen here") in text
        assert "12368" in text and "12345" in text
        old = "《商标法》（2019年修正）第" if lang == "zh" else "Trademark Law (2019 amendment), Article"
        assert old not in text, path.id


@pytest.mark.parametrize("lang", LANGS)
def test_the_end_of_a_law_is_announced_before_it_comes(portal, today, lang):
    text = words(today[lang, "help/mark-squatted.md"])
    assert ("施行到 2026年12月31日" if lang == "zh" else "ends on 31 December 2026") in text


def test_no_telephone_stands_on_a_page_that_is_not_in_the_table(portal, today):
    known = {contact.phone for contact in portal.contacts.values() if contact.phone}
    called = {number for text in today.values() for number in re.findall('href="tel:([^"]+)"', text)}
    assert called <= known
    assert called >= {"12345", "12348", "12368", "12315", "110"}
