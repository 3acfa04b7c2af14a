"""长者模式 on small screens, with type twice as large and more room between letters: all fits and is easy to hit."""

import re

import pytest
from playwright.sync_api import Browser

from support.tree import Tree
from support.visit import Visit, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
EVERYTHING = pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.slow)])

# Success criterion 1.4.12 of WCAG 2.2
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-bottom: 2em !important; }"""
ADD_STYLE = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
  document.adoptedStyleSheets = css ? [sheet] : []; }"""
# What is pressed and is less than 44 px high or wide
SMALL = """() => [...document.querySelectorAll('button, summary, select, input, .ip-button, .ip-tools a')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.matches('[type=radio], [type=checkbox]'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < 43.9)
  .map(([html, box]) => `${Math.round(box.width)} × ${Math.round(box.height)} px: ${html}`)"""
# Pixels of the smallest word in each drawing on show, by the name of its figure
WORDS = """() => Object.fromEntries([...document.querySelectorAll('figure[id] > div > svg.ip-chart')]
  .filter(svg => svg.getBoundingClientRect().width).map(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const sizes = [...svg.querySelectorAll('text')].map(word => parseFloat(getComputedStyle(word).fontSize));
    return [svg.closest('figure').id, Math.min(...sizes) * scale];
  }))"""


def type_size(visitor: Visit, pixels: int) -> None:
    """The size of type a reader has set in the browser; 16 is usual."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels * 13 // 16}})
    session.detach()


@EVERYTHING
@pytest.mark.parametrize("language", LANGUAGES)
def test_large_type_fits_every_kind_of_page(
    browser: Browser, site: str, tree: Tree, language: str, everything: bool
) -> None:
    pages = tree.of(language) if everything else tree.kinds(language)[LANGUAGES.index(language) :: 2]
    faults = []
    with visit(browser, site, alone=True) as visitor:
        visitor.page.locator("[data-elder]").click()
        for page in (p for p in pages if not p.is_error_page and not p.is_old_address and not p.is_frame):
            visitor.go(page.address)
            for width, pixels, spacing in ((320, 16, ""), (360, 16, SPACING), (320, 16, SPACING), (360, 32, "")):
                type_size(visitor, pixels)
                visitor.page.evaluate(ADD_STYLE, spacing)
                visitor.resize(width)
                found = [*visitor.sideways(), *(visitor.page.evaluate(SMALL) if not spacing else [])]
                faults += [f"{page.path}, {width} px, type {pixels}, {bool(spacing)}: {fault}" for fault in found]
            type_size(visitor, 16)
        assert not visitor.faults
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:40])


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_drawings_grow_with_the_text(browser: Browser, site: str, width: int) -> None:
    sizes = {}
    with visit(browser, site, width=width) as visitor:
        for mode in ("usual", "elder"):
            for address in ("indicators/invention-grants/", "progress/"):
                visitor.go(address)
                sizes[mode] = sizes.get(mode, {}) | visitor.page.evaluate(WORDS)
            if mode == "usual":
                visitor.page.locator("[data-elder]").click()
    usual, elder = sizes["usual"], sizes["elder"]
    assert usual.keys() == elder.keys() and len(usual) > 4
    small = {name: (usual[name], size) for name, size in elder.items() if size < 1.25 * usual[name] or size < 17}
    assert not small, small


def test_type_twice_as_large_changes_to_the_drawing_it_can_be_read_in(browser: Browser, site: str) -> None:
    with visit(browser, site, "progress/", width=390, alone=True) as visitor:
        before = visitor.page.evaluate(WORDS)
        type_size(visitor, 32)
        visitor.resize(389)
        after = visitor.page.evaluate(WORDS)
        assert before and all(after[name] > 1.3 * size for name, size in before.items()), (before, after)
        assert re.search(
            "slim",
            visitor.page.locator("figure svg.ip-chart >> visible=true").first.evaluate(
                "svg => svg.parentElement.className"
            ),
        )
