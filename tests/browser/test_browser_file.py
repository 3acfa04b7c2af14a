"""Pages of plain files opened from a disk: no server, no network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ipportal.base.text import LANGS
from ipportal.files.assets import Assets
from ipportal.files.gather import write_files
from ipportal.site.preview import LivePages
from support.visit import PATIENCE

pytestmark = [pytest.mark.site, pytest.mark.browser]

INDICATOR = "indicators/invention-grants.html"
STORY = "cases/stories/qiaomi-on-rice-bags.html"
MAP = "about/sitemap.html"
PAGES = ("index.html", INDICATOR, STORY, MAP, "plan/index.html", "progress/index.html")
DOORS = {"规划": "plan/index.html", "进展": "progress/index.html"}


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A few pages of both languages as `ipportal build --plain-files` writes them, with a name that needs quoting."""
    made = tmp_path_factory.mktemp("unpacked") / "车谷 site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPPORTAL_DIRECTORY_URLS", "false")
        patch.chdir(root)
        for lang in LANGS:
            tree = made / ("en" if lang == "en" else "")
            pages = LivePages(root, lang)
            for address in PAGES:
                page = pages.page(address)
                assert page is not None, f"no page {address} in {pages.addresses[:5]}"
                place = tree / address
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(page)
            shutil.copytree(root / "overrides/assets/svg", tree / "assets/svg")
        write_files(Assets(root).files, made)
    yield made


def opened(browser: Browser, place: Path, *, script: bool) -> tuple[Page, list[str]]:
    """A page on the disk in a browser without a network, and what went wrong there."""
    page = browser.new_context(java_script_enabled=script, offline=True).new_page()
    page.set_default_timeout(PATIENCE)
    faults: list[str] = []
    page.on("console", lambda said: said.type == "error" and faults.append(said.text[:200]))
    page.on("pageerror", lambda error: faults.append(str(error)[:200]))
    # what the browser gives up because the next page is opened is no fault
    page.on(
        "requestfailed",
        lambda asked: asked.failure == "net::ERR_ABORTED" or faults.append(f"not there: {asked.url[-80:]}"),
    )
    page.goto(place.as_uri(), wait_until="load")
    return page, faults


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_pages_styles_links_and_the_language_work_from_a_disk(browser: Browser, folder: Path, script: bool) -> None:
    page, faults = opened(browser, folder / "index.html", script=script)
    header = page.locator(".ip-head").bounding_box()
    assert header and header["width"] > 500
    for door, target in DOORS.items():
        page.locator("#doors a", has_text=door).first.click()
        assert page.url == (folder / target).as_uri()
    for address in (INDICATOR, STORY, "index.html"):
        page.goto((folder / address).as_uri(), wait_until="load")
        title = page.title()
        page.locator("header a[hreflang=en]").click()
        assert page.url == (folder / "en" / address).as_uri()
        assert page.get_attribute("html", "lang") == "en" and page.title() != title
        page.locator("header a[hreflang=zh-Hans]").click()
        assert page.url == (folder / address).as_uri()
    page.context.close()
    # charts are files of their own, which this folder of a few pages does not hold
    assert not [fault for fault in faults if "/data/" not in fault], faults


@pytest.mark.parametrize(("start", "words"), [("", "从文件打开"), ("en/", "opened from a file")])
def test_search_explains_itself_and_offers_the_map(browser: Browser, folder: Path, start: str, words: str) -> None:
    page, faults = opened(browser, folder / start / "index.html", script=True)
    page.keyboard.press("Control+k")
    says = page.locator("dialog[open] .ip-search-say")
    says.filter(has_text=words).wait_for()
    page.keyboard.insert_text("patent")
    page.keyboard.press("Enter")
    says.filter(has_text=words).wait_for()
    page.locator("dialog[open] .ip-search-foot a").click()
    assert page.url == (folder / start / MAP).as_uri()
    page.context.close()
    assert not [fault for fault in faults if "/data/" not in fault], faults
