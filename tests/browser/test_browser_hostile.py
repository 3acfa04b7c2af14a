"""Hostile pages and data in a real browser: nothing of theirs runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ipportal.site.preview import LivePages
from support.hostile import hostile_portal
from support.server import serving

pytestmark = pytest.mark.browser

#: What no check would let through, put past all of them
PAGE = """---
page_kind: home
---

# 题

<script>alert(1)</script>

<svg onload="alert(2)"></svg> <img src="x" onerror="alert(3)"> <a id="run" href="javascript:alert(4)">甲</a>

<iframe srcdoc="<script>parent.alert(5)</script>"></iframe>

<script src="https://example.org/a.js"></script>
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Pages of the hostile portal, one of them hostile itself, without any server's headers."""
    root = hostile_portal(tmp_path_factory.mktemp("hostile") / "portal")
    made = tmp_path_factory.mktemp("made")
    live = LivePages(root, "zh")
    (root / "docs/zh/index.md").write_text(PAGE, encoding="utf-8")
    for address in live.addresses:
        (made / address).parent.mkdir(parents=True, exist_ok=True)
        (made / address).write_bytes(live.page(address) or b"")
    (made / "assets").symlink_to(root / "scripts/ipportal/theme/assets")
    yield made


@pytest.mark.parametrize("served", [True, False], ids=["server", "file"])
@pytest.mark.parametrize("address", ["index.html", "indicators/grants/index.html"])
def test_nothing_runs(browser: Browser, folder: Path, address: str, served: bool) -> None:
    page = browser.new_context(offline=not served).new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    with serving(folder) as root:
        page.goto(f"{root}{address}" if served else (folder / address).as_uri(), wait_until="load")
        if page.locator("#run").count():
            page.locator("#run").click()
        for element in page.locator("main *").all()[:40]:
            element.dispatch_event("mouseover")
        page.evaluate("() => new Promise(done => setTimeout(done))")
        assert page.locator("header").count() >= 1
    page.context.close()
    assert ran == []


def test_without_the_policy_the_page_would_have_run(browser: Browser, folder: Path, tmp_path: Path) -> None:
    text = (folder / "index.html").read_text(encoding="utf-8")
    start = text.index('<meta http-equiv="Content-Security-Policy"')
    (tmp_path / "index.html").write_text(text[:start] + text[text.index(">", start) + 1 :], encoding="utf-8")
    page = browser.new_context(offline=True).new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.goto((tmp_path / "index.html").as_uri(), wait_until="load")
    page.context.close()
    assert "1" in ran
