"""The finished pages in a real browser, as different readers meet them."""

import re
from io import BytesIO
from zlib import crc32

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from support.printed import too_small
from support.tree import Page, Tree
from support.visit import COLOUR, WCAG, WIDTHS, Visit, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
# The other pages are looked at too, in this many portions for each language, so that processes can share them.
PORTIONS = 4
# In every run a page is gone through thoroughly in one of its languages; at night in both, and at every width.
EVERYTHING = pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.slow)])


def pages_to_open(pages: list[Page]) -> list[Page]:
    """Pages that stay open at their address: the error page has none, those that lead on are tried apart."""
    return [page for page in pages if not page.is_error_page and not (page.is_old_address and not page.is_frame)]


def kinds_of(tree: Tree, language: str) -> list[Page]:
    """The pages that are a kind's example in one of the languages."""
    examples = {page.neutral for each in LANGUAGES for page in tree.kinds(each)}
    return [page for page in pages_to_open(tree.of(language)) if page.neutral in examples]


def chosen(page: Page, language: str, everything: bool = False) -> bool:
    """Whether this is the language in which the page is gone through."""
    return everything or crc32(page.neutral.encode()) % 2 == LANGUAGES.index(language)


def seen(visitor: Visit, page: Page, criteria: dict | None, *, colours: bool = True) -> list[str]:
    """Everything wrong with the page as it stands on the screen now; without criteria axe is not asked."""
    layout, rules = visitor.sideways(), visitor.accessibility(criteria, colours=colours) if criteria else []
    found = [*visitor.faults, *layout, *rules]
    visitor.faults.clear()
    return [f"{page.path} at {visitor.page.viewport_size['width']} px: {fault}" for fault in found]


def report(faults: list[str]) -> str:
    """The first faults, and how many there are."""
    return f"{len(faults)} faults\n" + "\n".join(faults[:30])


@EVERYTHING
@pytest.mark.parametrize("portion", range(PORTIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_on_a_phone(
    browser: Browser, site: str, tree: Tree, language: str, portion: int, everything: bool
) -> None:
    # The kinds are looked at more closely by the next test, and for the colours that all pages share.
    kinds = kinds_of(tree, language)
    pages = [page for page in pages_to_open(tree.of(language)) if page not in kinds][portion::PORTIONS]
    assert pages
    faults: list[str] = []
    with visit(browser, site, pages[0].address, width=WIDTHS["phone"]) as visitor:
        for page in pages:
            visitor.go(page.address)
            faults += seen(visitor, page, WCAG if chosen(page, language, everything) else None, colours=everything)
    assert not faults, report(faults)


# Buttons, filter forms and fields that reckon a date (.ip-reckon) do nothing without scripts, so they may be absent
# there, and only a script can know the address the site is read at (.ip-site); everything else must be present.
ONLY_WITH_SCRIPTS = "main button, main form, main .ip-reckon, main .ip-site"
LEAVE_OUT = "chosen => document.querySelectorAll(chosen).forEach(element => element.remove())"


def missing(visitor: Visit, plain: Visit, page: Page) -> list[str]:
    """What the page lacks without scripts; afterwards it lacks the same for both visitors."""
    plain.go(page.address)
    for each in (visitor, plain):
        each.page.evaluate(LEAVE_OUT, ONLY_WITH_SCRIPTS)
    shown = set(plain.page.inner_text("main").split())
    lost = [word for word in visitor.page.inner_text("main").split() if word not in shown]
    found = [f"only with scripts: {' '.join(lost)[:200]}"] if lost else []
    if not shown or not plain.page.locator("main").is_visible():
        found.append("main part hidden")
    found += plain.faults
    plain.faults.clear()
    return [f"{page.path} without scripts: {fault}" for fault in found]


@EVERYTHING
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_in_a_folder_under_a_strict_policy(
    browser: Browser, strict_site_in_folder: str, tree: Tree, language: str, everything: bool
) -> None:
    kinds = kinds_of(tree, language)
    assert len(kinds) >= 8
    faults: list[str] = []
    with (
        visit(browser, strict_site_in_folder) as visitor,
        visit(browser, strict_site_in_folder, script=False) as plain,
    ):
        for page in kinds:
            visitor.go(page.address)
            closely = chosen(page, language, everything)
            # in one language on the desktop with its colours, in the other on a phone; colours of the dark on a phone
            own = "desktop" if chosen(page, language) else "phone"
            for name, width in WIDTHS.items():
                visitor.resize(width)
                faults += seen(visitor, page, WCAG if everything or name == own else None, colours=closely)
            if not closely:
                continue
            visitor.page.emulate_media(color_scheme="dark")
            for name, width in WIDTHS.items():
                visitor.resize(width)
                faults += seen(visitor, page, COLOUR if everything or name == "phone" else None)
            visitor.page.emulate_media(color_scheme="light")
            visitor.resize(WIDTHS["desktop"])
            visitor.page.wait_for_load_state("networkidle")
            faults += [f"{page.path}: {fault}" for fault in visitor.faults]
            visitor.faults.clear()
            faults += missing(visitor, plain, page)
    assert not faults, report(faults)


@pytest.mark.parametrize("address", ["", "indicators/invention-grants/", "help/", "en/datasets/indicators/"])
def test_a_first_visit_asks_five_times_at_most(browser: Browser, site: str, address: str) -> None:
    with visit(browser, site, alone=True) as visitor:
        asked = []
        visitor.page.on("request", lambda request: asked.append(request.url))
        visitor.go(address)
        visitor.page.wait_for_load_state("networkidle")
    assert 3 <= len({*asked}) <= 5, asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_error_page_from_any_depth(browser: Browser, site: str, language: str) -> None:
    prefix = "en/" if language == "en" else ""
    for address in ("nowhere", "no/such/page/"):
        with visit(browser, site, prefix + address, width=WIDTHS["phone"]) as visitor:
            expected = f"status 404: /{prefix}{address}"
            others = [fault for fault in visitor.faults if fault != expected and "404 (Not Found)" not in fault]
            assert not others, others
            assert visitor.page.get_attribute("html", "lang").startswith(language)
            assert not [*visitor.sideways(), *visitor.accessibility()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_prints_with_its_figures(browser: Browser, site: str, tree: Tree, language: str) -> None:
    pages = [page for page in tree.of(language) if re.fullmatch(r"indicators/[^/]+/index\.html", page.neutral)]
    page = max(pages, key=lambda candidate: len(candidate.source))
    with visit(browser, site, page.address) as visitor:
        main = "".join(visitor.page.inner_text("main").split())
        cells = visitor.page.locator("main table td").all_inner_texts()
        printed = visitor.page.pdf(format="A4")
    text = "".join("".join(sheet.extract_text() for sheet in PdfReader(BytesIO(printed)).pages).split())
    figures = {figure for cell in cells for figure in re.findall(r"\d[\d,.]*\d", cell)}
    # Chinese characters come out of a PDF in variant forms, so words are counted and figures compared.
    assert len(text) > 0.9 * len(main)
    missing = sorted(figure for figure in figures if figure not in text)
    assert figures and not missing, missing


@pytest.mark.any_portal
@EVERYTHING
def test_what_is_printed_can_be_read(browser: Browser, site: str, tree: Tree, everything: bool) -> None:
    faults = []
    with visit(browser, site) as visitor:
        some = [page for page in kinds_of(tree, "zh") if page.path.startswith(("datasets/", "plan/evidence/"))]
        for page in kinds_of(tree, "en") if everything else some:
            visitor.go(page.address)
            if small := too_small(visitor.page.pdf(prefer_css_page_size=True)):
                faults.append(f"{page.path}: {small}")
    assert not faults, report(faults)
