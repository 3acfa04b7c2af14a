"""Charts in use: the drawing that fits, values by keyboard, the interactive version under a strict policy, frames."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.server import serving
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
IMAGE = re.compile('img "([^"]+)"')
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
        marks = visitor.page.locator(f"{FIGURE} > .ip-wide [role=img]")
        told = marks.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_figure_is_named_by_its_title_and_tells_its_marks_only(browser: Browser, site: str, language: str) -> None:
    with visit(browser, site, ADDRESS[language]) as visitor:
        figure = visitor.page.locator(FIGURE)
        heard = figure.aria_snapshot()
        title = figure.locator("figcaption").inner_text()
        assert heard.startswith(f'- figure "{title}"')
        before, first, drawing = heard.partition("img ")
        assert first and len(before) < 3 * len(title) + 120  # name, title and what is shown
        drawing = drawing.partition("- group")[0]
        marks = figure.locator(".ip-wide [role=img]").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
        assert IMAGE.findall("img " + drawing) == marks
        assert "2,000" not in drawing  # a number of the scale


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_interactive_version_under_a_strict_policy(
    browser: Browser, strict_site: str, language: str, width: str
) -> None:
    with visit(browser, strict_site, ADDRESS[language], width=WIDTHS[width]) as visitor:
        screen = visitor.page
        values = "all => all.map(e => e.getAttribute('aria-label'))"
        still = screen.locator(f"{FIGURE} .ip-chart [role=img]").locator("visible=true")
        told = still.evaluate_all(values)
        button, status = screen.locator(f"{FIGURE} button.ip-figure-live"), screen.locator(f"{FIGURE} [aria-live]")
        words = button.inner_text()
        button.click()
        live = screen.locator(f"{FIGURE} .ip-live svg")
        live.wait_for()
        for shape in ("wide", "narrow", "slim"):
            expect(screen.locator(f"{FIGURE} > .ip-{shape}")).to_be_hidden()
        said = live.text_content() or ""
        assert "1,443" in said
        assert ("没有可比的" in said) == (language == "zh")
        live.locator("path[stroke]").first.wait_for(state="attached")
        points = screen.locator(f"{FIGURE} .ip-live .mark-symbol.role-mark path")
        points.first.hover()
        tip = screen.locator("#vg-tooltip-element.visible")
        expect(tip).to_be_visible()
        assert bool(CHINESE.search(tip.text_content() or "")) == (language == "zh")
        # what changed is told, the values stay within reach of the keyboard, and there is a way back
        expect(status).not_to_be_empty()
        assert bool(CHINESE.search(status.inner_text())) == (language == "zh")
        heard = screen.locator(f"{FIGURE} .ip-live").aria_snapshot()
        assert screen.locator(f"{FIGURE} .ip-live [aria-roledescription]").count() == 0
        assert IMAGE.findall(heard) == told
        assert language == "en" or not re.search("[a-z]{4}", re.sub(r"^\s*- \w+", "", heard, flags=re.MULTILINE))
        screen.locator(f"{FIGURE} .ip-live [role=img]").first.focus()
        for value in told:
            assert screen.evaluate("document.activeElement.getAttribute('aria-label')") == value
            screen.keyboard.press("ArrowRight")
        button.focus()
        screen.keyboard.press("Enter")
        expect(button).to_have_text(words)
        expect(button).to_be_focused()
        assert still.evaluate_all(values) == told
        assert not visitor.faults, visitor.faults


def test_when_the_script_does_not_come_the_drawing_stays(browser: Browser, site: str) -> None:
    with visit(browser, site, ADDRESS["zh"], alone=True) as visitor:
        screen = visitor.page
        screen.route("**/vega.*.js", lambda route: route.abort())
        screen.locator(f"{FIGURE} button.ip-figure-live").click()
        expect(screen.locator(f"{FIGURE} [aria-live]")).to_contain_text("静态图仍然有效")
        expect(screen.locator(f"{FIGURE} > .ip-wide svg")).to_be_visible()
        expect(screen.locator(f"{FIGURE} button.ip-figure-live")).to_have_text("交互图")
        screen.unroute("**/vega.*.js")
        screen.locator(f"{FIGURE} [aria-live] a").click()
        screen.locator(f"{FIGURE} button.ip-figure-live").click()
        expect(screen.locator(f"{FIGURE} .ip-live")).to_be_visible()


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


def test_a_line_on_another_site_gives_each_frame_the_height_of_its_drawing(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    drawing = f'<iframe src="{site}embed/trend-invention-grants.zh.html" width="100%" height="100"></iframe>'
    liar = '<iframe src="liar.html" height="100"></iframe>'
    (tmp_path / "index.html").write_text(f'{drawing}{liar}<script src="{site}embed/fit.js" async></script>')
    # says the same from another place, for itself and for everybody
    (tmp_path / "liar.html").write_text("<script>parent.postMessage({portalDrawing: 999}, '*')</script>")
    with serving(tmp_path) as host, visit(browser, host, alone=True) as visitor:
        inside = visitor.page.frames[1]
        high = "document.documentElement.getBoundingClientRect().height"
        for width in (1000, 480):
            visitor.resize(width)
            inside.wait_for_function(f"innerHeight > 200 && Math.abs(innerHeight - {high}) < 2")
            assert inside.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert visitor.page.evaluate("document.querySelectorAll('iframe')[1].clientHeight") == 100


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_of_the_plan_has_a_table_and_a_word_for_each_sign(
    browser: Browser, site: str, language: str
) -> None:
    with visit(browser, site, "en/plan/" if language == "en" else "plan/") as visitor:
        figure = visitor.page.locator(".ip-plan-figure")
        said = figure.locator("svg .ip-plan-row .ip-plan-dot title").all_text_contents()
        # heard are the sums of the sections in their chapters; the table says each measure
        assert "img" not in figure.aria_snapshot()
        figure.locator("summary").click()
        rows = figure.locator("tbody tr").evaluate_all("all => all.map(e => [...e.cells].map(c => c.textContent))")
        colon = "：" if language == "zh" else ": "
        assert said == [f"{title}{colon}{state}" for title, _, state, _ in rows] and len(said) > 20
        goals = figure.locator(".ip-plan-goal a text").all_text_contents()
        moved = " ".join(indicators for *_, indicators in rows)
        drawn = figure.locator("svg path").count()
        assert goals and drawn and any(goal in moved for goal in goals)


# Lines that mean something, on show: what they are drawn in, how wide they come out, and what lies behind them
LINES = """() => [...document.querySelectorAll('.ip-chart line:is(.s-soft, .s-target, .s-main), .ip-plan-drawing path')]
  .filter(line => line.getClientRects().length && line.closest('svg').getBoundingClientRect().width)
  .map(line => {
    const svg = line.closest('svg'), scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const style = getComputedStyle(line), figure = getComputedStyle(line.closest('figure'));
    return [style.stroke, style.opacity, parseFloat(style.strokeWidth) * scale, figure.backgroundColor,
            style.strokeDasharray];
  })"""


@pytest.mark.parametrize("look", ["light", "dark", "elder"])
def test_lines_that_mean_something_stand_out(browser: Browser, site: str, look: str) -> None:
    found = []
    with visit(browser, site, scheme="dark" if look == "dark" else "light") as visitor:
        if look == "elder":
            visitor.page.locator("[data-elder]").click()
        for address in (ADDRESS["zh"], "plan/", "progress/"):
            visitor.go(address)
            found += visitor.page.evaluate(LINES)
    assert len(found) > 10
    faint = [line for line in found if contrast(line[0], line[3], float(line[1])) < 3]
    assert not faint, faint[:5]
    thin = [line for line in found if line[4] != "none" and line[4] and line[2] < 1.5]
    assert not thin, thin[:5]


def contrast(colour: str, ground: str, opacity: float) -> float:
    """How far a colour stands out from its ground, as WCAG reckons."""
    above, below = ([int(n) for n in re.findall(r"\d+", text)[:3]] for text in (colour, ground))
    mixed = [a * opacity + b * (1 - opacity) for a, b in zip(above, below, strict=True)]
    shares = [
        [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in one] for one in (mixed, below)
    ]
    dark, light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05 for r, g, b in shares)
    return light / dark


SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-bottom: 2em !important; }"""
ADD_STYLE = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet]; }"""
# Words of drawings on show that touch each other or leave their drawing
TOUCHING = """() => [...document.querySelectorAll('svg.ip-chart')].filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll('text')].map(word => [word.textContent, word.getBoundingClientRect()]);
    const out = words.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1).map(([word]) => word);
    words.forEach(([word, a], i) => words.slice(i + 1).forEach(([other, b]) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > .4 * a.height) out.push(word + ' / ' + other);
    }));
    return out;
  })"""


@pytest.mark.parametrize("mode", [None, "elder"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_more_room_between_letters_breaks_no_drawing(browser: Browser, site: str, language: str, mode: str) -> None:
    faults = {}
    with visit(browser, site) as visitor:
        if mode:
            visitor.page.locator("[data-elder]").click()
        prefix = "en/" if language == "en" else ""
        for address in ("indicators/invention-grants/", "progress/", "cases/statistics/", "promotion/services/"):
            visitor.go(prefix + address)
            visitor.page.evaluate(ADD_STYLE, SPACING)
            for width in (320, 390, 768, 1280):
                visitor.resize(width)
                if found := [*visitor.page.evaluate(TOUCHING), *visitor.sideways()]:
                    faults[address, width] = found
    assert not faults, faults


def test_unknown_years_are_seen_in_forced_colours(browser: Browser, site: str) -> None:
    with visit(browser, site, ADDRESS["zh"], alone=True) as visitor:
        visitor.page.emulate_media(forced_colors="active")
        found = visitor.page.locator(f"{FIGURE} .ip-wide .f-gap").evaluate_all(
            "all => all.map(e => [getComputedStyle(e).stroke, getComputedStyle(e.closest('figure')).backgroundColor])"
        )
        assert found and all(stroke not in ("none", ground) for stroke, ground in found)
