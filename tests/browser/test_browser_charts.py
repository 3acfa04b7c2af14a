"""Charts in use: the drawing that fits, values by keyboard, the interactive version under a strict policy, frames."""

import re

import pytest
from playwright.sync_api import Browser, expect

from support.tree import Tree
from support.visit import WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

ADDRESS = {"zh": "indicators/invention-grants/", "en": "en/indicators/invention-grants/"}
FIGURE = "#chart-trend-invention-grants"
# Words of the drawings on show whose size on the screen is below 12 px
SMALL_WORDS = """() => [...document.querySelectorAll('.ip-figure svg.ip-chart')]
  .filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const words = [...svg.querySelectorAll('text')];
    return words.map(word => [word.textContent, parseFloat(getComputedStyle(word).fontSize) * scale]);
  })
  .filter(([, size]) => size < 11.95)"""
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize(("width", "shown", "gone"), [("desktop", "wide", "narrow"), ("phone", "narrow", "wide")])
def test_only_the_drawing_that_fits_is_shown(browser: Browser, site: str, width: str, shown: str, gone: str) -> None:
    with visit(browser, site, ADDRESS["zh"], width=WIDTHS[width]) as visitor:
        expect(visitor.page.locator(f"{FIGURE} > .ip-{shown} svg")).to_be_visible()
        expect(visitor.page.locator(f"{FIGURE} > .ip-{gone}")).to_be_hidden()


@pytest.mark.parametrize("address", ["indicators/invention-grants/", "progress/", "en/progress/"])
def test_no_word_on_a_drawing_is_below_twelve_pixels(browser: Browser, site: str, address: str) -> None:
    small = {}
    with visit(browser, site, address) as visitor:
        for width in (320, 390, 640, 768, 1024, 1280):
            visitor.resize(width)
            small[width] = visitor.page.evaluate(SMALL_WORDS)
    assert {width: words for width, words in small.items() if words} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_values_are_told_by_keyboard(browser: Browser, site: str, language: str) -> None:
    with visit(browser, site, ADDRESS[language]) as visitor:
        marks = visitor.page.locator(f"{FIGURE} > .ip-wide [data-say]")
        told = marks.evaluate_all("marks => marks.map(mark => mark.dataset.say)")
        assert len(told) == len(set(told)) >= 5
        assert all(bool(CHINESE.search(words)) == (language == "zh") for words in told)
        marks.first.focus()
        tip = visitor.page.locator(f"{FIGURE} .ip-chart-tip")
        for words in told:
            expect(tip).to_have_text(words)
            assert visitor.page.evaluate("document.activeElement.getAttribute('aria-label')") == words
            visitor.page.keyboard.press("ArrowRight")
        expect(tip).to_have_text(told[0])
        visitor.page.keyboard.press("Escape")
        expect(tip).to_be_hidden()


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_interactive_version_under_a_strict_policy(
    browser: Browser, strict_site: str, language: str, width: str
) -> None:
    with visit(browser, strict_site, ADDRESS[language], width=WIDTHS[width]) as visitor:
        screen = visitor.page
        screen.locator(f"{FIGURE} button.ip-figure-live").click()
        live = screen.locator(f"{FIGURE} .ip-live svg")
        live.wait_for()
        for shape in ("wide", "narrow"):
            expect(screen.locator(f"{FIGURE} > .ip-{shape}")).to_be_hidden()
        said = live.text_content() or ""
        assert "1,443" in said
        assert ("没有可比的" in said) == (language == "zh")
        assert screen.locator(f"{FIGURE} .ip-live [aria-roledescription]").count() == 0
        live.locator("path[stroke]").first.wait_for(state="attached")
        points = screen.locator(f"{FIGURE} .ip-live .mark-symbol.role-mark path")
        points.first.hover()
        tip = screen.locator("#vg-tooltip-element.visible")
        expect(tip).to_be_visible()
        assert bool(CHINESE.search(tip.text_content() or "")) == (language == "zh")
        assert not visitor.faults, visitor.faults


def test_when_the_script_does_not_come_the_drawing_stays(browser: Browser, site: str) -> None:
    with visit(browser, site, ADDRESS["zh"], alone=True) as visitor:
        screen = visitor.page
        screen.route("**/assets/vega.js", lambda route: route.abort())
        screen.locator(f"{FIGURE} button.ip-figure-live").click()
        expect(screen.locator(f"{FIGURE} [role=status]")).to_contain_text("静态图仍然有效")
        expect(screen.locator(f"{FIGURE} > .ip-wide svg")).to_be_visible()
        expect(screen.locator(f"{FIGURE} button.ip-figure-live")).to_have_text("交互图")


def test_without_scripts_only_the_button_is_missing(browser: Browser, site: str) -> None:
    with visit(browser, site, ADDRESS["zh"], script=False) as visitor:
        expect(visitor.page.locator(f"{FIGURE} > .ip-wide svg")).to_be_visible()
        expect(visitor.page.locator(f"{FIGURE} button")).to_be_hidden()
        visitor.page.locator(f"{FIGURE} summary").first.click()
        expect(visitor.page.locator(f"{FIGURE} table")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", ["desktop", "narrow"])
def test_page_to_embed(browser: Browser, strict_site: str, language: str, width: str) -> None:
    with visit(browser, strict_site, f"embed/trend-invention-grants.{language}.html", width=WIDTHS[width]) as visitor:
        expect(visitor.page.locator(".ip-figure svg >> visible=true")).to_have_count(1)
        assert visitor.sideways() == []
        assert visitor.accessibility() == []
        assert not visitor.faults


@pytest.mark.parametrize("dark", [False, True])
def test_drawing_takes_the_colours_of_the_page(browser: Browser, site: str, dark: bool) -> None:
    with visit(browser, site, ADDRESS["zh"], scheme="dark" if dark else "light") as visitor:
        drawn, wanted = visitor.page.evaluate(
            """() => { const mark = document.querySelector('.ip-figure .f-main'), probe = document.createElement('i');
              probe.style.color = 'var(--chart-main)'; mark.closest('figure').append(probe);
              return [getComputedStyle(mark).fill, getComputedStyle(probe).color]; }"""
        )
        assert drawn == wanted
        assert (drawn == "rgb(13, 91, 102)") == (not dark)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_embedding_code_gives_every_drawing_room_at_every_width(
    browser: Browser, site: str, tree: Tree, language: str
) -> None:
    code = re.compile(rf"embed/([\w-]+)\.{language}\.html&#34; .*? height=&#34;(\d+)&#34;")
    heights = {name: int(height) for page in tree.of(language) for name, height in code.findall(page.source)}
    assert len(heights) > 10
    faults = []
    with visit(browser, site) as visitor:
        for name, height in heights.items():
            visitor.go(f"embed/{name}.{language}.html")
            for width in (320, 480, 640, 1000):
                visitor.page.set_viewport_size({"width": width, "height": height})
                needed = visitor.page.evaluate("document.documentElement.scrollHeight")
                if needed > height:
                    faults.append(f"{name} needs {needed} px at {width} px, not {height}")
    assert not faults, "\n".join(faults)
