"""The finished pages in engines other than the current Chromium: Firefox in every run; at night all pages in Firefox,
WebKitGTK and a Chromium of 2022."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from support.engines import Engine, firefox, old_chromium, settled, webkit
from support.printed import too_small
from support.tree import Page, Tree
from support.visit import STICKING_OUT

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
# Words of drawings, and the marks of a target, that differ too little from the colour of the page.
FAINT = """(() => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
    .map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const probe = document.body.appendChild(document.createElement('p'));
  probe.style.cssText = 'background: Canvas; forced-color-adjust: none';
  const paper = light(getComputedStyle(probe).backgroundColor);
  const parts = [...document.querySelectorAll('svg text, svg .f-target, svg .s-target')];
  const found = parts.filter(e => e.getClientRects().length);
  const faint = found.flatMap(e => {
    const {fill, stroke} = getComputedStyle(e), colour = fill === 'none' ? stroke : fill, mine = light(colour);
    const ratio = (Math.max(mine, paper) + 0.05) / (Math.min(mine, paper) + 0.05);
    return ratio < 3 ? [`${ratio.toFixed(2)} ${colour} ${e.outerHTML.slice(0, 80)}`] : [];
  });
  return faint.slice(0, 6);
})()"""
WIDTHS = (390, 375, 360, 320)
SLOW = pytest.mark.slow
START = {"firefox": firefox, "webkit": webkit, "old-chromium": old_chromium}


@pytest.fixture(
    scope="module", params=["firefox", pytest.param("webkit", marks=SLOW), pytest.param("old-chromium", marks=SLOW)]
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with START[request.param](tmp_path_factory.mktemp(request.param)) as started:
        yield started


def readable(tree: Tree, language: str, everything: bool) -> list[Page]:
    """The pages a reader comes to: all, or the largest of every kind."""
    pages = tree.of(language) if everything else tree.kinds(language)
    return [page for page in pages if not (page.is_error_page or page.is_frame or page.is_old_address)]


@pytest.mark.parametrize("everything", [False, pytest.param(True, marks=SLOW)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_a_phone_begin_on_the_first_screen_and_raise_nothing(
    engine: Engine, site: str, tree: Tree, language: str, everything: bool
) -> None:
    faults = []
    engine.resize(390)
    for page in readable(tree, language, everything):
        engine.go(site + page.address)
        if (top := engine.evaluate("document.querySelector('h1').getBoundingClientRect().top")) > 400:
            faults.append(f"{page.path}: the heading stands at {top:.0f} px")
        for mode in ("usual", "elder"):
            engine.evaluate(f"void (document.documentElement.dataset.mode = '{mode}')")
            for width in WIDTHS if everything else WIDTHS[1::2]:
                engine.resize(width)
                faults += [f"{page.path} {mode} at {width} px: {one}" for one in engine.evaluate(f"({STICKING_OUT})()")]
        faults += [f"{page.path}: {error}" for error in engine.errors]
        engine.resize(390)
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:30])


def test_menu_and_contents_open_and_close_over_what_was_chosen(engine: Engine, site: str) -> None:
    engine.resize(390)
    engine.go(f"{site}plan/")
    shown = "document.getElementById('{}').getClientRects().length > 0"
    for panel in ("doors", "rail"):
        opener = f"document.querySelector('[popovertarget={panel}]').click()"
        assert engine.evaluate(shown.format(panel)) is False
        engine.evaluate(f"void {opener}")
        assert engine.evaluate(shown.format(panel)) is True
        engine.evaluate(f"void document.querySelector('#{panel} .ip-close').click()")
        assert engine.evaluate(shown.format(panel)) is False
    engine.evaluate(f"void {opener}")
    engine.evaluate("void document.querySelector('#rail a[href^=\"#\"]').click()")
    assert settled(engine, shown.format("rail"), False) is False
    assert engine.evaluate("location.hash.length > 1")


@pytest.mark.parametrize(("ink", "ground"), [("#000000", "#ffffff"), ("#ffff00", "#000000")])
def test_drawings_stand_out_in_the_reader_s_own_colours(site: str, tmp_path: Path, ink: str, ground: str) -> None:
    own = {"foreground_color": ink, "background_color": ground, "document_color_use": 2, "use_system_colors": False}
    settings = {f"browser__display__{name}": value for name, value in own.items()}
    faults = {}
    with firefox(tmp_path, browser__anchor_color=ink, **settings) as engine:
        engine.resize(1280)
        for address in ("", "indicators/invention-grants/", "progress/", "help/", "plan/", "en/cases/statistics/"):
            engine.go(site + address)
            assert engine.evaluate("matchMedia('(forced-colors: active)').matches")
            if faint := engine.evaluate(FAINT):
                faults[address] = faint
    assert not faults, faults


def test_paper_shows_what_is_folded_in_readable_type(engine: Engine, site: str) -> None:
    engine.resize(1280)
    engine.go(f"{site}en/plan/")
    folded = engine.evaluate("[...document.querySelectorAll('main details:not([open]) li a')].map(a => a.textContent)")
    pdf = engine.pdf()
    text = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages))
    lost = [words for words in folded if re.sub(r"\s", "", words) not in text]
    assert len(folded) > 100 and not lost, lost
    assert not too_small(pdf)
    assert engine.evaluate("document.querySelectorAll('main details[open]').length") == 0
    engine.go(f"{site}datasets/cases/")
    assert not too_small(engine.pdf())
