"""Search as readers use it: what they type finds the page they mean, by keyboard, under any folder, from a file."""

import csv
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Screen

from ipportal.base.text import LANGS
from ipportal.data.manuscripts import read_words
from support.server import serving
from support.visit import WIDTHS, visit
from support.weight import kilobytes

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
EXPECTED = Path(__file__).parents[1] / "instance" / "search.csv"
LEAST = 200
FIRST = 3
# Kilobytes: what a first search fetches of the index and of pages, all it fetches, and the list that is asked before
PARTS, WHOLE, LIST = 90, 190, 25
# The part of the search that knows the index, as the dialog itself opens it.
ASK = """async ({lang, queries}) => {
  const {open} = await import(new URL(document.getElementById('search').dataset.find, location.href));
  const index = new URL(document.getElementById('search').dataset.index, location.href);
  const {find} = await open(index, lang);
  const answers = {};
  for (const query of queries) {
    const found = await find(query);
    const shown = await Promise.all(found.hits.slice(0, 3).map(hit => hit.show()));
    answers[query] = {...found, hits: found.hits.length, shown, site: new URL('..', index).href};
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


def expectations() -> list[dict[str, str]]:
    """What people type, and which section of which page must be among the first found."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_expectations_are_many_and_none_is_lax() -> None:
    rows = expectations()
    assert len(rows) >= LEAST and {row["language"] for row in rows} == {*LANGUAGES}
    assert all(1 <= int(row["rank"]) <= FIRST for row in rows)
    assert max(Counter(tuple(row.values()) for row in rows).values()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_type_finds_the_section_they_mean(
    browser: Browser, strict_site: str, root: Path, language: str
) -> None:
    rows = [row for row in expectations() if row["language"] == language]
    written = sorted({meant for _, meant in read_words(root, LANGS)[language]})
    with visit(browser, strict_site, home(language)) as visitor:
        answers = visitor.page.evaluate(ASK, {"lang": language, "queries": [*(row["query"] for row in rows), *written]})
        assert not visitor.faults
    faults = []
    for row in rows:
        answer = answers[row["query"]]
        found = [hit["url"].removeprefix(answer["site"] + home(language)) for hit in answer["shown"]]
        near = [url if row["section"] else url.partition("#")[0] for url in found[: int(row["rank"])]]
        wanted = row["page"] + (f"#{row['section']}" if row["section"] else "")
        faults += [] if wanted in near else [f"{row['query']}: {wanted} is not among {found}"]
        faults += [f"{row['query']}: no kind, title or excerpt: {hit}" for hit in answer["shown"] if not is_whole(hit)]
    nowhere = [word for word in written if answers[word]["loose"] or not answers[word]["hits"]]
    faults += [f"search-words.csv leads to “{word}”, which no page holds" for word in nowhere]
    assert not faults, "\n".join(faults)


# What is typed, and a part of a line that must stand above the hits; nothing: no line.
LINES = {
    "zh": {
        "12345": "12345",
        "12315": "12315",
        "打哪个电话": "12345",
        "商标异议期限": "三个月",
        "收到通知后海关扣货几天内": "三个工作日",
        "去哪个法院起诉": "武汉市中级人民法院",
        "打官司要多少钱": "请问",
        "怎样引用": "GB/T 7714",
        "拖拉机": "",
    },
    "en": {
        "12345": "12345",
        "phone number": "12345",
        "how long to oppose a trademark": "3 months",
        "which court": "Court",
        "how much does it cost to sue": "ask the office",
        "how to cite": "GB/T 7714",
        "tractor": "",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_known_needs_get_a_line_above_the_hits_that_leads_to_its_place(
    browser: Browser, strict_site: str, built_site: Path, language: str
) -> None:
    with visit(browser, strict_site, home(language)) as visitor:
        answers = visitor.page.evaluate(ASK, {"lang": language, "queries": [*LINES[language]]})
    for query, wanted in LINES[language].items():
        lines = answers[query]["answers"]
        assert any(wanted in f"{line['text']} {line['phone']}" for line in lines) if wanted else not lines, query
        for line in lines:
            page, _, anchor = line["url"].removeprefix(answers[query]["site"]).partition("#")
            html = (built_site / page / "index.html").read_text(encoding="utf-8")
            assert f'id="{anchor}"' in html or not anchor, line


def test_handbook_and_columns_are_found_when_asked_for_and_told_of_before(browser: Browser, strict_site: str) -> None:
    with visit(browser, strict_site) as visitor:
        screen = visitor.page
        ask(screen, "发布版本", wait=".ip-search-asked:not([hidden])")
        kinds = screen.locator("dialog[open] ol .ip-badge").all_inner_texts()
        assert "手册" not in kinds
        screen.locator(".ip-search-asked").click()
        screen.wait_for_function("() => document.querySelector('dialog[open] ol .ip-badge')?.textContent === '手册'")
        screen.locator("dialog[open] input[type=search]").fill("locator_zh")
        screen.locator(".ip-search-asked:not([hidden])").click()
        screen.locator("dialog[open] ol > li > a[href*='/datasets/']").first.wait_for()
        assert not visitor.faults


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "专" * 10_000,
        "a b " * 2500,
        "  ",
        "？！（",
        "\\[(*+",
    ],
)
def test_whatever_is_typed_is_handled(browser: Browser, strict_site: str, typed: str) -> None:
    with visit(browser, strict_site) as visitor:
        screen = visitor.page
        screen.keyboard.press("Control+k")
        screen.locator("dialog[open] input[type=search]").fill(typed)
        screen.wait_for_function("() => !/正在/.test(document.querySelector('.ip-search-say').textContent)")
        screen.wait_for_timeout(300)
        assert not screen.locator("dialog[open] ol img, dialog[open] ol script").count()
        assert "不可用" not in screen.locator(".ip-search-say").inner_text()
        assert not visitor.faults


# Long questions, whose characters and words stand in many parts of the index, and the usual short ones
HEAVY = {
    "zh": ["外观被抄", "我的设计被人抄了怎么办", "每万人口高价值发明专利拥有量"],
    "en": ["copied", "did the zone keep its promise on PCT", "how long does it take to register a trademark"],
}


@pytest.mark.parametrize(
    ("missing", "words"), [("code", "浏览器太旧"), ("part", "网站刚刚更新")], ids=["too-old", "site-updated"]
)
def test_a_search_that_cannot_start_says_why_and_offers_the_map(
    browser: Browser, site: str, built_site: Path, missing: str, words: str
) -> None:
    with visit(browser, site, alone=True) as visitor:
        screen = visitor.page
        if missing == "code":  # what browsers before Chrome 95 make of the policy
            page = (built_site / "index.html").read_text(encoding="utf-8").replace(" 'wasm-unsafe-eval'", "")
            screen.route(site, lambda route: route.fulfill(body=page, content_type="text/html"))
        else:
            screen.route("**/find.*.js", lambda route: route.fulfill(status=404))
        visitor.go()
        screen.keyboard.press("Control+k")
        screen.locator("dialog[open] .ip-search-say").filter(has_text=words).wait_for()
        assert screen.locator("dialog[open] .ip-search-foot a").is_visible()
        again = screen.locator("dialog[open] .ip-search-say a")
        assert again.count() == (missing == "part")
        if again.count():  # and the page that is loaded again knows the new names
            screen.unroute("**/find.*.js")
            again.click()
            screen.wait_for_load_state("load")
            ask(screen, "专利")
            assert screen.locator("dialog[open] .ip-search-list > li").count()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_search_keeps_to_its_weight(
    browser: Browser, strict_site: str, built_site: Path, language: str
) -> None:
    for query in HEAVY[language]:
        with visit(browser, strict_site, home(language), alone=True) as visitor:
            screen = visitor.page
            screen.wait_for_load_state("networkidle")
            asked: set[str] = set()
            screen.on("request", lambda request, asked=asked: asked.add(urlsplit(request.url).path.lstrip("/")))
            ask(screen, query)
            screen.wait_for_load_state("networkidle")
        sizes = {path: kilobytes(built_site / path) for path in asked}
        parts = sum(size for path, size in sizes.items() if "/index/" in path or "/fragment/" in path)
        assert 0 < parts <= PARTS, (query, parts)
        assert sum(sizes.values()) <= WHOLE, (query, sizes)
        assert sizes[f"pagefind/words.{language}.json"] <= LIST


def is_whole(hit: dict) -> bool:
    """Whether a result shows its title, its kind (the home page has none) and some of its text."""
    text = "".join(piece["text"] for piece in hit["excerpt"])
    is_home = urlsplit(hit["url"]).path.rstrip("/").rsplit("/", 1)[-1] in {"", "en"}
    return bool(hit["title"] and (hit.get("kind") or is_home) and len(text) > 4)


def ask(screen: Screen, words: str, wait: str = "dialog[open] ol > li > a") -> None:
    """Open the search by keyboard, type, and wait for the list."""
    screen.keyboard.press("Control+k")
    field = screen.locator("dialog[open] input[type=search]")
    field.wait_for()
    assert field.evaluate("e => e === document.activeElement")
    screen.keyboard.insert_text(words)
    screen.locator(wait).first.wait_for()


@pytest.mark.parametrize(
    ("language", "words", "kind", "also", "width", "scheme"),
    [
        ("zh", "贷款", "小课", "拿专利换贷款", "phone", "dark"),
        ("en", "loan", "Lesson", "Borrowing", "desktop", "light"),
    ],
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
        assert not [path for path in asked if "pagefind" in path or "/find." in path]
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
        ask(visitor.page, "外星飞船的商标")
        assert "一部分" in visitor.page.locator(".ip-search-say").inner_text()
        assert visitor.page.locator("dialog[open] ol > li > p mark").count() > 2
        assert not visitor.faults
