"""The explorer of a register from nginx: it finds what SQL finds in the export, and loads no more than it may."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from support.engines import firefox
from support.visit import Visit, visit
from support.webservers import Running, nginx, running

pytestmark = [pytest.mark.site, pytest.mark.browser]

KINDS = {"invention": "发明专利", "utility-model": "实用新型", "design": "外观设计"}
FIRM = "示例7股份有限公司"
#: A class closer than the groups of the index: that of a row
DEEP = "…"
#: What a reader asks; beyond the first four it is told how much will be loaded, and waits for a press
QUESTIONS = (
    {},
    {"year": "2019", "kind": "design"},
    {"year": "2019", "class": "H0"},
    {"kind": "utility-model"},
    {"class": "B"},
    {"year": "2020", "class": DEEP},
    {"party": FIRM},
    {"party": FIRM, "kind": "invention"},
    {"year": "2021", "class": "G", "find": "智能 系统"},
    {"year": "2022", "kind": "invention", "sort": "-grant_date"},
)
AT_ONCE = QUESTIONS[:4]
#: Bytes: of the index on the first query, and of fifty rows afterwards
INDEX, ROWS = 60_000, 100_000
PAGES = {"zh": "patents/", "en": "en/patents/"}


SITES = [("register_site", ""), ("register_site", "/ip")]
SITES.append(pytest.param(("large_register_site", "/ip"), marks=pytest.mark.slow))


@pytest.fixture(scope="module", params=SITES, ids="-".join)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The site from nginx: at its root, in a folder, and with a million rows."""
    name, path = request.param
    with running(nginx, tmp_path_factory.mktemp("nginx"), request.getfixturevalue(name), path) as started:
        yield started


@pytest.fixture(scope="module")
def plain(register_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site from nginx at its root."""
    with running(nginx, tmp_path_factory.mktemp("nginx"), register_site) as started:
        yield started.plain


class Loaded:
    """Bytes of the register's files that came, by the ending of their names."""

    def __init__(self, page: Page) -> None:
        self.bytes: dict[str, int] = {}
        page.on("requestfinished", self._add)

    def _add(self, request) -> None:
        if found := re.search(r"/explorer/.*\.(json|idx|pack)(\?|$)", request.url):
            size = request.sizes()["responseBodySize"]
            self.bytes[found[1]] = self.bytes.get(found[1], 0) + size

    def taken(self) -> dict[str, int]:
        """What came since the last time."""
        bytes, self.bytes = self.bytes, {}
        return bytes


def by_sql(export: Path, wanted: dict[str, str], what: str = "count(*)") -> list[tuple]:
    tests = {
        "year": """starts_with("申请日", '{0}')""",
        "class": """starts_with("主分类号", '{0}')""",
        "party": """list_contains(string_split("申请人", '；'), '{0}')""",
    }
    where = [tests[name].format(value) for name, value in wanted.items() if name in tests]
    where += [f""""专利类型" = '{KINDS[wanted["kind"]]}'"""] if "kind" in wanted else []
    where += [f"""contains("专利名称", '{word}')""" for word in wanted.get("find", "").split()]
    query = f"SELECT {what} FROM read_csv('{export}', all_varchar=true) WHERE {' AND '.join(where) or 'true'}"
    return duckdb.sql(query).fetchall()


def said(page: Page) -> str:
    """What the status says once all is loaded; a press lets it load what it asks for."""
    status, ask = page.locator(".ip-explorer-say"), page.locator(".ip-explorer-ask")
    page.wait_for_function(
        """() => document.querySelector('.ip-explorer-ask:not([hidden])')
        || /行|Row/.test(document.querySelector('.ip-explorer-say').textContent)"""
    )
    if ask.is_visible():
        before = status.inner_text()
        ask.locator("button").click()
        expect(status).not_to_have_text(before)
        expect(status).to_have_text(re.compile("行|Row"))
    return status.inner_text()


def total(page: Page) -> int:
    text = said(page)
    return 0 if re.search("没有|No row", text) else int(re.findall(r"[\d,]+", text)[-1].replace(",", ""))


@contextmanager
def asked(browser: Browser, server: str, wanted: dict[str, str], lang: str = "zh", **more) -> Iterator[Visit]:
    address = PAGES[lang] + (f"?{urlencode(wanted)}" if wanted else "")
    with visit(browser, server, address, **more) as visitor:
        yield visitor
        assert not visitor.faults, visitor.faults


def test_it_finds_what_sql_finds_in_the_export(browser: Browser, server: Running) -> None:
    export = server.site.parent / "registers/patents.csv"
    deep = by_sql(export, {"year": "2020", "kind": "invention"}, 'max("主分类号")')[0][0].partition("/")[0]
    for number, question in enumerate(QUESTIONS):
        wanted = {name: deep if text is DEEP else text for name, text in question.items()}
        with asked(browser, server.plain, wanted, ("zh", "en")[number % 2]) as visitor:
            expected = by_sql(export, wanted)[0][0]
            if question not in AT_ONCE:
                visitor.page.wait_for_selector(".ip-explorer-ask:not([hidden])")
                assert re.search(r"[\d.]+ [kM]B", visitor.page.locator(".ip-explorer-ask").inner_text())
                assert visitor.page.locator(".ip-explorer-rows tbody tr").count() == 0
            assert total(visitor.page) == expected > 0, wanted
            shown = visitor.page.locator(".ip-explorer-rows tbody tr")
            assert shown.count() == min(50, expected)
            kinds = visitor.page.locator("[data-sum] b").all_inner_texts()
            assert sum(int(count.replace(",", "")) for count in kinds) == expected


def test_a_page_of_rows_costs_no_more_than_it_may(browser: Browser, server: Running) -> None:
    with visit(browser, server.plain, alone=True) as visitor:
        loaded = Loaded(visitor.page)
        visitor.go(PAGES["zh"])
        assert total(visitor.page) > 0
        first = loaded.taken()
        assert first["json"] + first["idx"] <= INDEX and first["pack"] <= ROWS, first
        visitor.page.select_option("[name=year]", "2015")
        expect(visitor.page.locator("[name=year] option:checked")).to_have_text(re.compile("2015"))
        expect(visitor.page.locator(".ip-explorer-rows tbody th").first).to_have_text(re.compile("^2015"))
        assert sum(loaded.taken().values()) <= ROWS
        visitor.page.locator("[data-step='1']").click()
        expect(visitor.page.locator(".ip-explorer-say")).to_have_text(re.compile("51—100"))
        assert sum(loaded.taken().values()) <= ROWS
        # told beforehand is what comes
        visitor.page.fill("[name=find]", "电池")
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_selector(".ip-explorer-ask:not([hidden])")
        told = re.search(r"([\d.]+) (kB|MB)", visitor.page.locator(".ip-explorer-ask").inner_text())
        assert loaded.taken() == {}
        with visitor.page.expect_event("requestfinished", lambda request: ".pack" in request.url):
            visitor.page.locator(".ip-explorer-ask button").click()
        expect(visitor.page.locator(".ip-explorer-say")).to_have_text(re.compile("^第 1—"))
        visitor.page.wait_for_load_state("networkidle")
        unit = {"kB": 1e3, "MB": 1e6}[told[2]]
        assert abs(sum(loaded.taken().values()) / unit - float(told[1])) <= 1


def test_the_address_holds_what_is_asked(browser: Browser, plain: str) -> None:
    with asked(browser, plain, {}, "en") as visitor:
        page = visitor.page
        everything = total(page)
        page.select_option("[name=year]", "2018")
        page.select_option("[name=kind]", "invention")
        page.locator("[data-step='1']").click()
        expect(page.locator(".ip-explorer-say")).to_have_text(re.compile("51–100"))
        rows, some = page.locator(".ip-explorer-rows tbody").inner_text(), total(page)
        assert page.url.endswith("?year=2018&kind=invention&page=2")
        page.reload()
        assert (total(page), page.locator(".ip-explorer-rows tbody").inner_text()) == (some, rows)
        for _ in range(3):
            page.go_back()
        assert page.url.endswith("/patents/")
        expect(page.locator(".ip-explorer-say")).to_have_text(re.compile(f"{everything:,}"))
        page.go_forward()
        expect(page.locator("[name=year]")).to_have_value("2018")
        expect(page.locator("[name=kind]")).to_have_value("")
        page.locator("[type=reset]").click()
        expect(page.locator(".ip-explorer-say")).to_have_text(re.compile(f"{everything:,}"))


def test_it_works_by_keyboard(browser: Browser, plain: str) -> None:
    with asked(browser, plain, {}) as visitor:
        page = visitor.page
        total(page)
        page.focus("[name=party]")
        page.keyboard.type("示例7")
        page.keyboard.press("Enter")
        expect(page.locator(".ip-explorer-say")).to_have_text("请选一个名称：")
        names = page.locator(".ip-explorer-names button").all_inner_texts()
        assert names and all(name.startswith("示例7") for name in names)
        for told in page.locator(".ip-explorer-names li").all_inner_texts():
            assert re.fullmatch(r"示例7.* [\d,]+ 行", told), told
        page.locator(".ip-explorer-names button", has_text=names[0]).focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".ip-explorer-ask:not([hidden])")
        page.focus(".ip-explorer-ask button")
        page.keyboard.press("Enter")
        expect(page.locator(".ip-explorer-say")).to_have_text(re.compile("共 [0-9,]+ 行"))
        assert page.evaluate("document.activeElement.matches('.ip-explorer-say')")
        assert all(names[0] in cell.split("; ") for cell in page.locator("[data-label=申请人]").all_inner_texts())


@pytest.mark.parametrize("lang", PAGES)
def test_it_fits_every_screen_and_is_told_to_everybody(browser: Browser, plain: str, lang: str) -> None:
    faults = []
    for width, scheme in ((1280, "light"), (320, "dark")):
        with asked(browser, plain, {"year": "2020"}, lang, width=width, scheme=scheme, alone=True) as visitor:
            total(visitor.page)
            faults += visitor.accessibility() + visitor.sideways()
            visitor.page.locator("[data-elder]").click()
            small = visitor.page.evaluate(
                """() => [...document.querySelectorAll('.ip-explorer :is(button, input, select, summary)')]
                .filter(e => e.checkVisibility() && Math.min(e.offsetWidth, e.offsetHeight) < 44)
                .map(e => e.outerHTML)"""
            )
            faults += [*small, *visitor.sideways()]
    assert not faults, "\n".join(faults)


def test_the_rows_can_be_taken_along(browser: Browser, plain: str, register_site: Path) -> None:
    wanted = {"year": "2019", "kind": "design"}
    with asked(browser, plain, wanted) as visitor:
        rows = total(visitor.page)
        with visitor.page.expect_download() as caught:
            visitor.page.locator(".ip-explorer-take button").click()
        text = caught.value.path().read_text(encoding="utf-8-sig")
    found = [row["application_number"] for row in csv.DictReader(io.StringIO(text))]
    export = register_site.parent / "registers/patents.csv"
    assert len(found) == rows
    assert sorted(found) == sorted(number for (number,) in by_sql(export, wanted, '"申请号"'))


FAULTS = {
    "网络断了": lambda page: page.route("**/*.pack*", lambda route: route.abort("internetdisconnected")),
    "少了一部分": lambda page: page.route("**/*.pack*", lambda route: route.fulfill(status=404)),
    "前后不一致": lambda page: page.route("**/*.idx*", lambda route: route.fulfill(body=b"no block")),
    "浏览器太旧": lambda page: page.add_init_script("delete window.DecompressionStream"),
}


@pytest.mark.parametrize("words", FAULTS)
def test_what_goes_wrong_is_said_with_what_to_do(browser: Browser, plain: str, words: str) -> None:
    with visit(browser, plain, alone=True) as visitor:
        FAULTS[words](visitor.page)
        visitor.go(PAGES["zh"])
        status = visitor.page.locator(".ip-explorer-say")
        expect(status).to_contain_text(words)
        assert re.search("下面的文件|重新载入本页", status.inner_text())


def test_without_scripts_there_are_counts_charts_and_files(browser: Browser, plain: str, register_site: Path) -> None:
    export = register_site.parent / "registers/patents.csv"
    with asked(browser, plain, {}, "en", script=False) as visitor:
        page = visitor.page
        assert not page.locator(".ip-explorer-form").is_visible()
        kinds = [int(text.replace(",", "")) for text in page.locator("[data-sum] b").all_inner_texts()]
        assert kinds == [by_sql(export, {"kind": kind})[0][0] for kind in KINDS]
        assert page.locator("[data-year]").count() == 25
        page.locator(".ip-explorer summary").click()
        row = page.locator(".ip-explorer details tr", has_text="2019").inner_text().split("\t")
        assert row[-1] == f"{by_sql(export, {'year': '2019'})[0][0]:,}"
        assert page.locator("a[href$='2019.csv.gz']").is_visible()


def test_firefox_finds_the_same(plain: str, tmp_path: Path, register_site: Path) -> None:
    wanted = {"year": "2019", "class": "H0"}
    wait = """new Promise(done => { const look = () => {
        const text = document.querySelector('.ip-explorer-say').textContent;
        if (/行/.test(text)) done(text); else setTimeout(look, 50); }; look(); })"""
    with firefox(tmp_path) as engine:
        engine.go(f"{plain}{PAGES['zh']}?{urlencode(wanted)}")
        told = engine.evaluate(wait)
        assert not engine.errors
    expected = by_sql(register_site.parent / "registers/patents.csv", wanted)[0][0]
    assert told.endswith(f"共 {expected:,} 行")
