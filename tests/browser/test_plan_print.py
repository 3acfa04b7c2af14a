"""The plan on paper and on the phone: a sheet for a meeting, measures with their proof, the structure as a list."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from support.visit import WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

PREFIX = {"zh": "", "en": "en/"}
#: A4 in points
A4 = (595, 842)


def printed(browser: Browser, site: str, address: str) -> PdfReader:
    """A page as the browser prints it, by the page's own print style."""
    with visit(browser, site, address) as visitor:
        return PdfReader(BytesIO(visitor.page.pdf(format="A4", prefer_css_page_size=True)))


def lost(words: list[str], pdf: PdfReader) -> list[str]:
    """The words that are not on the sheets.

    White space does not count, a PDF breaks anywhere. Fonts draw some characters and the radicals of the same shape
    (⻢ and 马), and the two long dashes (— and ―), by one glyph: a radical stands for any character.
    """
    text = "".join("".join(sheet.extract_text() for sheet in pdf.pages).split()).replace("―", "—")

    def is_there(word: str) -> bool:
        pattern = "".join(f"[{re.escape(char)}\u2e80-\u2fdf]" for char in "".join(word.split()))
        return re.search(pattern, text) is not None

    return [word for word in words if not is_there(word)]


@pytest.mark.parametrize(("language", "sheets"), [("zh", 1), ("en", 2)])
def test_the_sheet_for_a_meeting_is_short_and_complete(browser: Browser, site: str, language: str, sheets: int) -> None:
    address = f"{PREFIX[language]}plan/summary/"
    pdf = printed(browser, site, address)
    assert len(pdf.pages) <= sheets
    for sheet in pdf.pages:
        assert (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) == pytest.approx(A4, abs=1)
    with visit(browser, site, address) as visitor:
        names = visitor.page.locator(".ip-plan-summary a").all_inner_texts()
        cells = visitor.page.locator(".ip-plan-summary td").all_inner_texts()
    assert len(names) > 50
    assert not lost([*names, *cells], pdf)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_section_prints_every_measure_with_state_and_proof(browser: Browser, site: str, language: str) -> None:
    address = f"{PREFIX[language]}plan/projects/overseas-layout/"
    with visit(browser, site, address) as visitor:
        heads = visitor.page.locator(".ip-measure h3, .ip-measure-head .ip-state").all_inner_texts()
        # a printed link is followed by its address
        proof = visitor.page.locator(".ip-evidence :is(p:first-child, .ip-badge, a)").all_inner_texts()
    assert heads and proof
    assert not lost([*heads, *proof], printed(browser, site, address))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_structure_is_a_picture_on_the_desk_and_a_list_on_the_phone(
    browser: Browser, site: str, language: str
) -> None:
    with visit(browser, site, f"{PREFIX[language]}plan/") as visitor:
        page = visitor.page
        picture = page.locator(".ip-plan-drawing svg")
        visitor.resize(1280)
        assert picture.is_visible()
        scale = page.evaluate("document.querySelector('.ip-plan-drawing svg').getBoundingClientRect().width / 880")
        sizes = page.eval_on_selector_all(
            ".ip-plan-drawing text:not(.ip-plan-dot)", "all => all.map(t => parseFloat(getComputedStyle(t).fontSize))"
        )
        assert min(sizes) * scale >= 12
        visitor.resize(WIDTHS["phone"])
        assert not picture.is_visible()
        first = page.locator(".ip-plan-outline details").first
        measure = first.locator("li a").first
        assert not measure.is_visible()
        first.locator("summary").click()
        assert measure.is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_measure_links_back_from_its_indicator(browser: Browser, site: str, language: str) -> None:
    with visit(browser, site, f"{PREFIX[language]}indicators/national-ip-enterprises/") as visitor:
        link = visitor.page.locator(".ip-measure-links a[href*='#measure-national-titled-enterprises']")
        link.click()
        visitor.page.wait_for_url("**/plan/projects/leading-enterprises/#measure-national-titled-enterprises")
        assert visitor.page.locator("#measure-national-titled-enterprises h3").is_visible()


def test_evidence_can_be_narrowed_to_a_project(browser: Browser, site: str) -> None:
    with visit(browser, site, "plan/evidence/") as visitor:
        page = visitor.page
        page.select_option("select[name=section]", "service-cluster")
        shown = page.locator("#evidence > li:visible")
        assert shown.count() == page.locator("#evidence > li[data-section=service-cluster]").count() > 0
        page.select_option("select[name=section]", "")
        assert page.locator("#evidence > li:visible").count() == page.locator("#evidence > li").count()


def test_evidence_by_section_works_without_scripts(browser: Browser, site: str) -> None:
    with visit(browser, site, "plan/evidence/", script=False) as visitor:
        link = visitor.page.locator(".ip-plan-jump dd a").last
        target = link.get_attribute("href")
        link.click()
        assert target and visitor.page.locator(target).is_visible()
