"""The finished pages for those who hear them or use a keyboard: nothing covers the focus, tips and panels give way."""

import pytest
from playwright.sync_api import Browser

from support.keyboard import COVERED
from support.tree import Page, Tree
from support.visit import WCAG, WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
ALL_RULES = {"type": "tag", "values": [*WCAG["values"], "best-practice"]}
EVERYTHING = pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.slow)])
# By day about so many of a page are given the focus
STOPS = 60
MODE = "mode => { document.documentElement.dataset.mode = mode; }"


def readable(tree: Tree, language: str, everything: bool) -> list[Page]:
    """The pages a reader comes to: all, or one of every kind, every second of them in the other language."""
    pages = tree.of(language) if everything else tree.kinds(language)
    read = [page for page in pages if not (page.is_error_page or page.is_frame or page.is_old_address)]
    return read if everything else read[LANGUAGES.index(language) :: 2]


@EVERYTHING
@pytest.mark.parametrize("width", ["desktop", "narrow"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_covers_what_has_the_focus(
    browser: Browser, site: str, tree: Tree, language: str, width: str, everything: bool
) -> None:
    faults, most = [], None if everything else STOPS
    with visit(browser, site, width=WIDTHS[width]) as visitor:
        for place, page in enumerate(readable(tree, language, everything)):
            visitor.go(page.address)
            modes = ("usual", "elder")
            for mode in modes if everything else modes[place % 2 :: 2]:
                visitor.page.evaluate(MODE, mode)
                faults += [f"{page.path} {mode}: {fault}" for fault in visitor.page.evaluate(COVERED, most)]
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:30])


@EVERYTHING
@pytest.mark.parametrize("language", LANGUAGES)
def test_larger_type_and_the_dark_pass_every_rule(
    browser: Browser, site: str, tree: Tree, language: str, everything: bool
) -> None:
    faults = []
    with visit(browser, site, width=WIDTHS["phone"]) as visitor:
        for place, page in enumerate(readable(tree, language, everything)):
            visitor.go(page.address)
            looks = (("elder", "light"), ("usual", "dark"))
            for mode, scheme in looks if everything else looks[place % 2 :: 2]:
                visitor.page.evaluate(MODE, mode)
                visitor.page.emulate_media(color_scheme=scheme)
                # colours of the dark are looked at by test_browser_pages, too
                found = visitor.accessibility(ALL_RULES, colours=everything or scheme == "light")
                faults += [f"{page.path} {mode} {scheme}: {fault}" for fault in found]
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:30])


def test_the_menu_of_a_phone_closes_when_the_focus_leaves_it(browser: Browser, site: str) -> None:
    with visit(browser, site, width=WIDTHS["phone"]) as visitor:
        visitor.page.locator(".ip-menu-open").click()
        last = visitor.page.locator("#doors a").last
        last.focus()
        assert last.is_visible()
        visitor.page.keyboard.press("Tab")
        assert not last.is_visible()
        assert visitor.page.evaluate("document.activeElement.closest('.ip-tools') !== null")


def test_more_hits_keep_the_focus_and_single_letters_are_free(browser: Browser, site: str) -> None:
    with visit(browser, site) as visitor:
        visitor.page.keyboard.press("/")
        assert visitor.page.locator("dialog#search[open]").count() == 0
        visitor.page.keyboard.press("Control+k")
        visitor.page.locator("#search-field").fill("专利")
        more = visitor.page.locator(".ip-search-more")
        more.wait_for()
        shown = visitor.page.locator(".ip-search-list > li").count()
        more.focus()
        visitor.page.keyboard.press("Enter")
        visitor.page.locator(".ip-search-list > li").nth(shown).wait_for()
        visitor.page.locator(".ip-search-list :focus").wait_for()
        place = "[...document.querySelectorAll('.ip-search-list > li')].indexOf(document.activeElement.closest('li'))"
        assert visitor.page.evaluate(place) == shown


def test_words_of_a_mark_stay_under_the_pointer_and_go_with_esc(browser: Browser, site: str, tree: Tree) -> None:
    page = next(page for page in tree.of("zh") if "ip-chart" in page.source and page.path.startswith("indicators/"))
    with visit(browser, site, page.address) as visitor:
        mark = visitor.page.locator("svg.ip-chart [role=img][aria-label]").locator("visible=true").first
        tip = visitor.page.locator(".ip-chart-tip").locator("visible=true")
        mark.hover()
        tip.wait_for()
        tip.hover()
        visitor.page.wait_for_timeout(600)
        assert tip.is_visible()
        visitor.page.keyboard.press("Escape")
        assert tip.count() == 0


def test_the_meaning_of_a_term_goes_with_esc(browser: Browser, site: str, tree: Tree) -> None:
    page = next(page for page in tree.of("zh") if 'class="ip-term"' in page.source)
    with visit(browser, site, page.address) as visitor:
        visitor.page.keyboard.press("Tab")  # the keyboard is in use, so the focus shows
        term = visitor.page.locator("a.ip-term").locator("visible=true").first
        term.focus()
        said = "e => getComputedStyle(e, '::after').content"
        assert (term.get_attribute("title") or "")[:8] in term.evaluate(said)
        visitor.page.keyboard.press("Escape")
        assert term.evaluate(said) == "none"
        assert term.evaluate("e => e === document.activeElement")


def test_headings_that_sort_are_called_by_their_words(browser: Browser, site: str) -> None:
    with visit(browser, site, "datasets/cases/") as visitor:
        visitor.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        button = visitor.page.locator(".ip-sort-by").first
        button.focus()
        words = button.text_content() or ""
        assert words.strip() and visitor.page.get_by_role("button", name=words.strip(), exact=True).count()
