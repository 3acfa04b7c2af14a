"""What a journalist comes for, by the clicks it takes: a figure with its source, a chart of two places, what is new."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.visit import WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

HOME = {"zh": "", "en": "en/"}
ZONE_AND_CITY = {"zh": "经开区和武汉市", "en": "Zone and Wuhan"}
DEFINITION = {"zh": "规划口径", "en": "plan definition"}
NEWS = {"zh": "全部更新", "en": "All news"}


def figure_on_show(page: Page) -> str:
    """The id of the only drawing of the choice that is to be seen."""
    shown = page.locator(".ip-choices > .ip-figure >> visible=true")
    expect(shown).to_have_count(1)
    return shown.get_attribute("id") or ""


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_with_a_figure_and_its_source(browser: Browser, site: str, language: str, width: str) -> None:
    """Two clicks: the sentence stands in the first screen, its source leads to the document."""
    with visit(browser, site, HOME[language], width=WIDTHS[width], alone=True) as visitor:
        page = visitor.page
        page.locator("main a[href$='indicators/invention-grants/'] >> visible=true").first.click()
        said = page.locator(".ip-verdict p").nth(1)
        assert re.search("2,425.*2023", said.inner_text())
        place = said.bounding_box()
        assert place and place["y"] + place["height"] < (page.viewport_size or {"height": 0})["height"]
        row = page.locator(".ip-values tr").filter(has_text="2,425").first
        row.locator("a").first.click()
        page.wait_for_url(re.compile("#source-"))
        source = page.locator(":target")
        expect(source).to_be_in_viewport()
        assert source.locator("a[href^=http]").count() or source.evaluate(
            "e => !!e.closest('tr,li,dl,section')?.querySelector('a[href^=http]')"
        )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chart_of_zone_and_city_with_its_definition(
    browser: Browser, strict_site: str, language: str, tmp_path: Path
) -> None:
    """The choice stands in the address, goes back and forward, and gives every file a chart has."""
    with visit(browser, strict_site, HOME[language] + "indicators/invention-grants/", alone=True) as visitor:
        page = visitor.page
        first = figure_on_show(page)
        choice = page.locator(".ip-picker").get_by_role("link", name=ZONE_AND_CITY[language])
        choice.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        choice.click()
        chosen = figure_on_show(page)
        assert chosen != first and page.url.endswith(f"#{chosen}")
        assert page.evaluate("scrollY") == before
        expect(choice).to_have_attribute("aria-current", "true")
        figure = page.locator(f"#{chosen}")
        expect(figure.locator(".ip-figure-sub")).to_contain_text(re.compile(DEFINITION[language], re.IGNORECASE))
        page.reload()
        assert figure_on_show(page) == chosen
        page.go_back()
        assert figure_on_show(page) == first
        expect(page.locator(".ip-picker [aria-current]")).not_to_have_text(ZONE_AND_CITY[language])
        page.go_forward()
        assert figure_on_show(page) == chosen
        figure.locator(".ip-figure-embed > summary").click()
        for ending in ("svg", "png", "csv", "vl.json"):
            with page.expect_download() as download:
                figure.locator(f".ip-downloads a[href$='{language}.{ending}']").click()
            download.value.save_as(tmp_path / ending)
        words = (tmp_path / "svg").read_text(encoding="utf-8")
        assert "23,658" in words and DEFINITION[language] in words.lower()
        assert (tmp_path / "png").read_bytes().startswith(b"\x89PNG")
        assert DEFINITION[language] in (tmp_path / "csv").read_text(encoding="utf-8").lower()
        assert not visitor.faults, visitor.faults


def test_the_choice_of_places_works_without_scripts(browser: Browser, site: str) -> None:
    with visit(browser, site, "indicators/pct-applications/", script=False) as visitor:
        page = visitor.page
        first = figure_on_show(page)
        for link in page.locator(".ip-picker a").all():
            link.click()
            assert page.url.endswith("#" + figure_on_show(page))
        assert figure_on_show(page) != first
        page.go_back()
        expect(page.locator(".ip-picker")).to_contain_text("没有全年数值：全国")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_new_since_last_year(browser: Browser, site: str, language: str) -> None:
    """One click from the home page: by day, every new figure with value, place and a row that names its source."""
    with visit(browser, site, HOME[language], alone=True) as visitor:
        page = visitor.page
        page.locator("main").get_by_role("link", name=NEWS[language]).click()
        expect(page.locator("main h2 time").first).to_be_visible()
        days = page.locator("main h2 time").evaluate_all("all => all.map(time => time.dateTime)")
        assert days and days == sorted(days, reverse=True)
        news = page.locator("[id^=figure-] + ul > li")
        for told in news.locator("p").all_inner_texts():
            assert re.search(r"\d.*[（(].*[）)]", told), told
        news.locator("a").first.click()
        expect(page.locator(":target")).to_be_in_viewport()
        assert page.locator(":target").locator("a[href*='#source-']").count()
