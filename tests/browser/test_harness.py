"""The browser checks themselves: each finds the fault it is for, and is silent on a sound page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support.keyboard import walk
from support.server import content_policy, serving
from support.visit import COLOUR, WCAG, visit

pytestmark = pytest.mark.any_portal
SOUND = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>页面</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css"></head>
<body><main><h1>标题</h1><p>正文</p><img src="data:," alt=""></main></body></html>"""
STYLE = (
    "p { color: #333; background: #fff } @media (prefers-color-scheme: dark) { p { color: #eee; background: #111 } }"
)
Write = Callable[..., Path]
Seen = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Put down a one-page site, with words of the sound page exchanged."""

    def _write(old: str = "", new: str = "", style: str = STYLE) -> Path:
        assert old in SOUND
        (tmp_path / "index.html").write_text(SOUND.replace(old, new, 1) if old else SOUND, encoding="utf-8")
        (tmp_path / "style.css").write_text(style, encoding="utf-8")
        return tmp_path

    return _write


@pytest.fixture
def seen(browser: Browser) -> Iterator[Seen]:
    """All faults of a folder's home page."""

    def _seen(folder: Path, *, under: str = "/", strict: bool = False, scheme: str = "light") -> list[str]:
        with (
            serving(folder, under, strict=strict) as base,
            visit(browser, base, width=320, scheme=scheme) as visitor,
        ):
            # what the page asks for after loading is noted while the other two look at it
            layout, criteria = visitor.sideways(), visitor.accessibility()
            return [*visitor.faults, *layout, *criteria]

    yield _seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("under", ["/", "/a/b/"])
def test_a_sound_page_passes(write: Write, seen: Seen, scheme: str, under: str) -> None:
    assert seen(write(), under=under, scheme=scheme, strict=True) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (' alt=""', "", "image-alt"),
        (' lang="zh-CN"', "", "html-has-lang"),
        ("<p>正文</p>", "<button></button>", "button-name"),
        ("<p>正文</p>", '<div class="wide">宽</div>', "900 px of content in 320 px"),
        ("<p>正文</p>", '<p class="pale">浅色的字</p>', "color-contrast"),
        (
            "<p>正文</p>",
            '<img src="https://example.org/a.png" alt="">',
            "asked another host: https://example.org/a.png",
        ),
        ("<p>正文</p>", '<img src="none.png" alt="">', "status 404: /none.png"),
        ("<p>正文</p>", "<img src='http://127.0.0.1:9/a.png' alt=''>", "request failed: http://127.0.0.1:9/a.png"),
        ("<p>正文</p>", "<script>missing()</script>", "script error: missing is not defined"),
        ("<p>正文</p>", "<script>console.error('bad')</script>", "console: bad"),
        ("<p>正文</p>", "<script>fetch('https://example.org/')</script>", "asked another host: https://example.org/"),
    ],
)
def test_a_fault_is_found(write: Write, seen: Seen, old: str, new: str, finding: str) -> None:
    style = f"{STYLE} .wide {{ width: 900px; margin: 0 -8px }} .pale {{ color: #bbb }}"
    found = seen(write(old, new, style))
    assert any(finding in fault for fault in found), found


CONTROLS = '<p><a href="#a" id="a">甲</a> <button type="button">乙</button></p>'


@pytest.mark.parametrize(
    ("markup", "style", "finding"),
    [
        (CONTROLS, "", None),
        (CONTROLS, "button:focus { outline: none }", "focus does not show: <button"),
        (CONTROLS, "button { position: absolute; left: -999px }", "focus out of sight: <button"),
        (CONTROLS + "<script>a.onkeydown = pressed => pressed.preventDefault()</script>", "", "reaches 1 of 2"),
        ('<a href="#x" tabindex="0">甲</a><label><input type="radio" name="x">乙</label>', "", None),
    ],
)
def test_a_fault_on_the_way_with_the_keyboard_is_found(
    write: Write, browser: Browser, markup: str, style: str, finding: str | None
) -> None:
    with serving(write("<p>正文</p>", markup, style)) as base, visit(browser, base) as visitor:
        faults = walk(visitor.page)
    assert faults == [] if finding is None else any(finding in fault for fault in faults), faults


def test_low_contrast_in_the_dark_only_is_found(write: Write, seen: Seen, browser: Browser) -> None:
    style = "@media (prefers-color-scheme: dark) { p { color: #555; background: #111 } }"
    assert seen(write(style=style)) == []
    with serving(write(style=style)) as base, visit(browser, base, scheme="dark") as visitor:
        for criteria in (WCAG, COLOUR):
            assert any("color-contrast" in fault for fault in visitor.accessibility(criteria))
        assert visitor.accessibility(colours=False) == []


@pytest.mark.parametrize(
    ("new", "finding"),
    [
        ('<p style="color:#000">字</p>', "style"),
        ("<script>eval('1')</script>", "eval"),
        ('<p onclick="x()">字</p><script>document.querySelector("p").click()</script>', "event handler"),
        ('<iframe title="x" src="data:text/html,x"></iframe>', "Framing"),
    ],
)
def test_a_breach_of_the_content_policy_is_found(write: Write, seen: Seen, new: str, finding: str) -> None:
    folder = write("<p>正文</p>", new)
    found = seen(folder, strict=True)
    assert any("Content Security Policy" in fault and finding in fault for fault in found), found


def test_the_policy_allows_exactly_the_inline_scripts_of_the_page() -> None:
    policy = content_policy(
        '<script>a()</script><script type="application/json">{}</script><script src="x.js"></script>'
    )
    assert policy.count("sha256-") == 1
    assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy
    assert content_policy("<script>a()</script>") != content_policy("<script>b()</script>")


def test_the_server_knows_its_sub_path_and_the_error_page(write: Write, browser: Browser) -> None:
    folder = write()
    (folder / "404.html").write_text("<title>没有这一页</title>", encoding="utf-8")
    with serving(folder, "/a/b/") as base, visit(browser, base, "nowhere/") as visitor:
        assert visitor.page.title() == "没有这一页"
        assert any(fault.startswith("status 404") for fault in visitor.faults)
        outside = visitor.page.request.get(base.removesuffix("a/b/"))
        assert outside.status == 404


def test_a_visitor_leaves_nothing_to_the_next(write: Write, browser: Browser) -> None:
    folder = write("<p>正文</p>", "<p>旧的字</p><script>missing()</script>")
    with serving(folder) as base:
        with visit(browser, base, width=320, scheme="dark") as visitor:
            assert visitor.faults
            visitor.page.evaluate("localStorage.a = sessionStorage.a = document.cookie = 'a=b'")
            visitor.page.emulate_media(media="print")
            kept = visitor.page
        # the same address, and what the browser may keep of it
        write("<p>正文</p>", "<p>新的字</p>")
        with visit(browser, base) as visitor:
            assert visitor.page is kept
            assert visitor.page.inner_text("p") == "新的字"
            assert visitor.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
            assert visitor.page.evaluate(
                "['print', '(prefers-color-scheme: dark)', '(width: 320px)'].map(query => matchMedia(query).matches)"
            ) == [False, False, False]
            assert visitor.faults == []
            with visit(browser, base, alone=True) as other:
                assert other.page is not kept
    assert kept.url == "about:blank"
