"""The site in use: by keyboard alone, in larger type, changing the language, leaving."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from support.keyboard import focused, walk
from support.tree import Page, Tree
from support.visit import WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")


def sample(tree: Tree, language: str) -> list[Page]:
    """Pages with much to step through: the home page, the overview, and the largest page of an indicator."""
    indicators = [page for page in tree.of(language) if re.fullmatch(r"indicators/[^/]+/index\.html", page.neutral)]
    prefix = "en/" if language == "en" else ""
    chosen = [tree.page(f"{prefix}index.html"), tree.page(f"{prefix}progress/index.html")]
    return [page for page in chosen if page] + [max(indicators, key=lambda page: len(page.source))]


def home(language: str) -> str:
    """Address of the home page."""
    return "en/" if language == "en" else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_step_skips_to_the_content(browser: Browser, site: str, language: str) -> None:
    with visit(browser, site, home(language)) as visitor:
        visitor.page.keyboard.press("Tab")
        first = focused(visitor.page)
        assert first and first["seen"] and 'href="#content"' in first["html"]
        visitor.page.keyboard.press("Enter")
        assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, site: str, tree: Tree, language: str, width: str
) -> None:
    faults = []
    for page in sample(tree, language):
        with visit(browser, site, page.address, width=WIDTHS[width]) as visitor:
            faults += [f"{page.path}: {fault}" for fault in walk(visitor.page)]
    assert not faults, "\n".join(faults[:20])


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_by_keyboard(browser: Browser, site: str, tree: Tree, language: str, width: str) -> None:
    page = sample(tree, language)[-1]
    with visit(browser, site, page.address, width=WIDTHS[width]) as visitor:
        visitor.page.locator("header a[hreflang]").focus()
        with visitor.page.expect_navigation():
            visitor.page.keyboard.press("Enter")
        expected = page.neutral if language == "en" else f"en/{page.neutral}"
        assert urlsplit(visitor.page.url).path.strip("/") == expected.removesuffix("/index.html")
        assert not (visitor.page.get_attribute("html", "lang") or "").startswith(language)
        assert not visitor.faults


@pytest.mark.parametrize("language", LANGUAGES)
def test_larger_type_is_kept_and_sound(browser: Browser, site: str, tree: Tree, language: str) -> None:
    pages = sample(tree, language)
    with visit(browser, site, pages[0].address, width=WIDTHS["phone"]) as visitor:
        size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
        usual = visitor.page.evaluate(size)
        switch = visitor.page.locator("[data-elder]")
        switch.focus()
        visitor.page.keyboard.press("Enter")
        assert switch.get_attribute("aria-pressed") == "true"
        assert 1.2 <= visitor.page.evaluate(size) / usual <= 1.6
        for page in pages:
            visitor.go(page.address)
            assert visitor.page.locator("html[data-mode=elder]").count() == 1
            assert not [*visitor.sideways(), *visitor.accessibility(), *visitor.faults]
        visitor.resize(WIDTHS["desktop"])
        assert not [*visitor.sideways(), *visitor.accessibility()]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_menu_of_a_phone(browser: Browser, site: str, script: bool) -> None:
    with visit(browser, site, width=WIDTHS["phone"], script=script) as visitor:
        doors = visitor.page.locator("#doors a")
        assert not doors.first.is_visible()
        visitor.page.locator(".ip-menu-open").focus()
        visitor.page.keyboard.press("Enter")
        assert doors.first.is_visible() and doors.last.is_visible()
        assert not visitor.accessibility() if script else True
        visitor.page.keyboard.press("Escape")
        assert not doors.first.is_visible()


def test_leaving_the_site_is_announced(browser: Browser, site: str, tree: Tree) -> None:
    outside = "//main//a[starts-with(@href, 'http') and not(contains(@href, '.gov.cn'))]"
    page = next(page for page in tree.of("zh") if page.document.xpath(outside))
    with visit(browser, site, page.address) as visitor:
        link = visitor.page.locator(f"xpath={outside}").locator("visible=true").first
        link.focus()
        visitor.page.keyboard.press("Enter")
        notice = visitor.page.locator("dialog#leave[open]")
        notice.wait_for()
        told = [visitor.page.locator(f"#{one}") for one in (notice.get_attribute("aria-describedby") or "").split()]
        assert link.evaluate("e => decodeURI(e.href)") in [part.inner_text() for part in told]
        assert not visitor.accessibility()
        visitor.page.keyboard.press("Escape")
        assert notice.count() == 0
        assert link.evaluate("e => e === document.activeElement")
        assert urlsplit(visitor.page.url).hostname == "127.0.0.1"


@pytest.mark.parametrize(
    "speech", ["undefined", "Object.assign(new EventTarget(), {getVoices: () => [], cancel() {}})"]
)
def test_larger_type_can_be_left_where_nothing_can_speak(browser: Browser, site: str, speech: str) -> None:
    with visit(browser, site, width=WIDTHS["phone"], alone=True) as visitor:
        # Android's WebView has no speech, other browsers may have no voices
        visitor.page.add_init_script(f"Object.defineProperty(window, 'speechSynthesis', {{value: {speech}}})")
        visitor.go()
        switch = visitor.page.locator("[data-elder]")
        for mode in ("elder", None):
            switch.click()
            assert visitor.page.locator("html").get_attribute("data-mode") == mode
            assert visitor.page.evaluate("localStorage.getItem('ip-mode')") == mode
            assert not visitor.page.locator("[data-read]").is_visible()
        assert not visitor.faults


def test_the_contents_close_over_the_heading_that_was_chosen(browser: Browser, site: str) -> None:
    with visit(browser, site, "plan/", width=WIDTHS["phone"]) as visitor:
        visitor.page.locator(".ip-rail-open").click()
        link = visitor.page.locator("#rail a[href^='#']").last
        heading = visitor.page.locator(link.get_attribute("href") or "")
        link.click()
        assert not visitor.page.locator("#rail").is_visible()
        assert heading.evaluate(
            "e => e.contains(document.elementFromPoint(...(b => [b.x + 4, b.y + 4])(e.getBoundingClientRect())))"
        )


def test_the_home_page_of_a_phone_says_what_matters_in_a_screen_and_a_half(browser: Browser, site: str) -> None:
    with visit(browser, site, width=WIDTHS["phone"]) as visitor:
        ends = visitor.page.eval_on_selector_all(
            "h1, .ip-fact, .ip-card .ip-state", "all => all.map(e => e.getBoundingClientRect().bottom)"
        )
        assert len(ends) == 10 and max(ends) < 1.5 * 844
        helping = visitor.page.locator("header a[href*='help/']").locator("visible=true").first.bounding_box()
        assert helping and helping["y"] < 844


def test_no_column_of_a_wide_table_is_out_of_sight_on_a_phone(browser: Browser, site: str) -> None:
    with visit(browser, site, width=WIDTHS["phone"]) as visitor:
        for address in (
            "plan/summary/",
            "progress/",
            "indicators/invention-grants/",
            "en/plan/summary/",
            "datasets/indicators/",
        ):
            visitor.go(address)
            cells = visitor.page.locator("main .is-listed td").locator("visible=true")
            assert cells.count() > 20
            faults = cells.evaluate_all("""all => all.filter(td => td.getBoundingClientRect().right > innerWidth
                || !td.dataset.label || !getComputedStyle(td, '::before').content.includes(td.dataset.label))
                .map(td => td.outerHTML.slice(0, 90))""")
            assert not faults, (address, faults[:5])


@pytest.mark.parametrize(
    ("address", "choose", "kept"),
    [
        ("progress/", "select[name=later]", "later=unknown"),
        ("en/plan/systems/", "input[name=state] >> nth=0", "state="),
        ("promotion/events/", "input[type=checkbox] >> nth=0", "="),
    ],
)
def test_filters_stand_in_the_address_and_go_back_and_forward(
    browser: Browser, site: str, address: str, choose: str, kept: str
) -> None:
    with visit(browser, site, address, alone=True) as visitor:
        page = visitor.page
        said, shown = page.locator("form.ip-filter output").first, page.locator("[data-entry] >> visible=true")
        everything, all_shown = said.text_content() or "", shown.count()
        field = page.locator(f"form.ip-filter {choose}")
        if choose.startswith("select"):
            field.select_option("unknown")
        else:
            field.check()
        filtered, fewer = said.text_content() or "", shown.count()
        assert kept in page.url and 0 < fewer < all_shown
        for step, words, number in (
            (page.reload, filtered, fewer),
            (page.go_back, everything, all_shown),
            (page.go_forward, filtered, fewer),
        ):
            step()
            expect(said).to_have_text(words)
            expect(shown).to_have_count(number)
        page.locator(".ip-tabs a").last.click()
        page.go_back()
        expect(said).to_have_text(filtered)
        expect(shown).to_have_count(fewer)
        page.goto(f"{site}{address}?later=unheard-of&state=unheard-of")
        expect(shown).not_to_have_count(0)


def test_what_was_typed_into_a_filter_is_no_step_back(browser: Browser, site: str) -> None:
    with visit(browser, site, "plan/systems/", alone=True) as visitor:
        page = visitor.page
        steps = page.evaluate("history.length")
        page.locator("form.ip-filter input[type=search]").press_sequentially("平台")
        assert "find=" in page.url and page.evaluate("history.length") == steps
        shown = page.locator("[data-entry] >> visible=true")
        number = shown.count()
        page.reload()
        expect(page.locator("form.ip-filter input[type=search]")).to_have_value("平台")
        expect(shown).to_have_count(number)
