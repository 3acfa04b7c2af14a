"""Search as readers use it: what they type finds the page they mean, by keyboard, under any folder, from a file."""

import csv
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Screen

from ipportal.base.text import LANGS
from ipportal.data.manuscripts import read_words
from support.server import serving
from support.visit import WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
FIRST = 5
LEAST = 20
# The part of the search that knows the index, as the dialog itself opens it.
ASK = """async ({lang, queries}) => {
  const own = document.querySelector('script[src$="search.js"]').src;
  const {open} = await import(new URL('find.js', own).href);
  const dialog = document.getElementById('search');
  const index = new URL(dialog.dataset.index, location.href);
  const {find} = await open(index, lang);
  const answers = {};
  for (const query of queries) {
    const {hits, loose, also} = await find(query);
    const shown = await Promise.all(hits.slice(0, 5).map(hit => hit.show()));
    answers[query] = {loose, also, count: hits.length, shown, site: new URL('..', index).pathname};
  }
  return answers;
}"""

ALL_OF_KIND = """kind => {
  const items = [...document.querySelectorAll('dialog[open] ol > li')];
  return items.length && items.every(item => item.querySelector('.ip-badge')?.textContent === kind);
}"""


def home(language: str) -> str:
    """Address of the home page."""
    return "en/" if language == "en" else ""


def expectations(language: str) -> dict[str, list[str]]:
    """Queries and the pages that must be among the first found."""
    wanted: dict[str, list[str]] = defaultdict(list)
    with (Path(__file__).parent / "search-queries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["lang"] == language:
                wanted[row["query"]].append(row["page"])
    return wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_type_finds_the_page_they_mean(
    browser: Browser, strict_site: str, root: Path, language: str
) -> None:
    wanted = expectations(language)
    assert len(wanted) >= LEAST
    words = read_words(root, LANGS)[language]
    written = sorted({meant for _, meant in words})
    with visit(browser, strict_site, home(language)) as visitor:
        answers = visitor.page.evaluate(ASK, {"lang": language, "queries": [*wanted, *written]})
        assert not visitor.faults
    faults = []
    for query, pages in wanted.items():
        answer = answers[query]
        found = [urlsplit(hit["url"]).path.removeprefix(answer["site"] + home(language)) for hit in answer["shown"]]
        faults += [f"{query}: {page} is not among {found}" for page in pages if page not in found[:FIRST]]
        faults += [f"{query}: no kind, title or excerpt: {hit}" for hit in answer["shown"] if not is_whole(hit)]
    nowhere = [word for word in written if answers[word]["loose"] or not answers[word]["count"]]
    faults += [f"search-words.csv leads to “{word}”, which no page holds" for word in nowhere]
    assert not faults, "\n".join(faults)


def is_whole(hit: dict) -> bool:
    """Whether a result shows its title, its kind (the home page has none) and some of its text."""
    text = "".join(piece["text"] for piece in hit["excerpt"])
    is_home = urlsplit(hit["url"]).path.rstrip("/").rsplit("/", 1)[-1] in {"", "en"}
    return bool(hit["title"] and (hit.get("kind") or is_home) and len(text) > 20)


def ask(screen: Screen, words: str) -> None:
    """Open the search by keyboard, type, and wait for the list."""
    screen.keyboard.press("/")
    field = screen.locator("dialog[open] input[type=search]")
    field.wait_for()
    assert field.evaluate("e => e === document.activeElement")
    screen.keyboard.insert_text(words)
    screen.locator("dialog[open] ol > li > a").first.wait_for()


@pytest.mark.parametrize(
    ("language", "words", "kind", "also", "width", "scheme"),
    [("zh", "牌子", "小课", "商标", "phone", "dark"), ("en", "brand", "Lesson", "trademark", "desktop", "light")],
)
def test_the_dialog_by_keyboard_under_a_strict_policy_in_a_folder(
    browser: Browser, built_site: Path, language: str, words: str, kind: str, also: str, width: str, scheme: str
) -> None:
    with (
        serving(built_site, "/a/b/", strict=True) as base,
        visit(browser, base, home(language), width=WIDTHS[width], scheme=scheme, alone=True) as visitor,
    ):
        screen = visitor.page
        asked: list[str] = []
        screen.on("request", lambda request: asked.append(urlsplit(request.url).path))
        screen.wait_for_load_state("networkidle")
        assert not [path for path in asked if "pagefind" in path or path.endswith("find.js")]
        ask(screen, words)
        assert [path for path in asked if path.startswith("/a/b/pagefind/")]
        assert not [path for path in asked if not path.startswith("/a/b/")]
        # what stands in the list: section, highlighted excerpt, kind; and what else was looked for
        items = screen.locator("dialog[open] ol > li")
        assert screen.locator("dialog[open] ol > li:has(.ip-badge)").count() == items.count() >= FIRST
        assert screen.locator("dialog[open] ol > li > p mark").count() >= FIRST
        section = screen.locator("dialog[open] ol ul a").first
        assert "#" in (section.get_attribute("href") or "")
        assert also in screen.locator(".ip-search-say").inner_text()
        prefix = f"/a/b/{home(language)}"
        links = screen.locator("dialog[open] ol a").evaluate_all("l => l.map(a => new URL(a.href).pathname)")
        assert links and all(link.startswith(prefix) for link in links)
        assert language == "en" or not [link for link in links if link.startswith("/a/b/en/")]
        assert not [*visitor.accessibility(), *visitor.sideways()]
        # arrows walk down and up again, a kind narrows the list, Esc gives the focus back
        screen.keyboard.press("ArrowDown")
        screen.keyboard.press("ArrowDown")
        assert screen.evaluate("document.activeElement === document.querySelectorAll('dialog ol a')[1]")
        screen.keyboard.press("ArrowUp")
        screen.keyboard.press("ArrowUp")
        assert screen.evaluate("document.activeElement.matches('#search-field')")
        screen.locator("dialog[open] fieldset label", has_text=kind).click()
        screen.wait_for_function(ALL_OF_KIND, arg=kind)
        screen.keyboard.press("Escape")
        assert screen.locator("dialog[open]").count() == 0
        assert screen.evaluate("document.activeElement.matches('[data-search]')")
        assert not visitor.faults


def test_nothing_whole_found_shows_parts_and_says_so(browser: Browser, strict_site: str) -> None:
    with visit(browser, strict_site) as visitor:
        ask(visitor.page, "专利年费忘了交还能补吗")
        assert "一部分" in visitor.page.locator(".ip-search-say").inner_text()
        assert visitor.page.locator("dialog[open] ol > li > p mark").count() > 2
        assert not visitor.faults
