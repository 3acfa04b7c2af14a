"""Help in a browser: the questions by keyboard and without a script, the last day reckoned, one sheet of paper."""

import csv
import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from support.visit import visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

PATHS = Path(__file__).resolve().parents[2] / "datapackages/help/data/paths.csv"
#: Needs on the way to an answer: what is chosen, and where the third step leads
WAYS = (
    (("design", "online", "先让对方停下来"), "help/design-online/#way-fast-enforcement"),
    (("trademark", "market", "请部门查处"), "help/mark-counterfeited/#way-hotline-12315"),
    (("trademark", "customs", "先让对方停下来"), "help/border/#way-court-action"),
    (("trade-secret", "staff", "要对方赔钱"), "help/secret-taken/#way-dispute-mediation"),
    (("accused", "online", "坐下来和解"), "help/accused/#way-dispute-mediation"),
    (("plant-variety", "fair", "要对方赔钱"), "help/plant-variety/"),
)


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("chosen", "leads"), WAYS, ids=[leads for _, leads in WAYS])
def test_three_answers_lead_to_the_first_way(
    browser: Browser, site: str, chosen: tuple[str, str, str], leads: str, script: bool
) -> None:
    right, where, wish = chosen
    with visit(browser, site, "help/", script=script) as visitor:
        page = visitor.page
        page.locator(f"label[for=right-{right}]").click()
        page.locator(f"label[for={right}-{where}]").click()
        page.locator(".ip-q3:visible a", has_text=wish).click()
        expect(page.locator("h1")).to_be_visible()
        assert page.url == site + leads
        assert not visitor.faults


def test_the_questions_are_answered_by_keyboard(browser: Browser, site: str) -> None:
    with visit(browser, site, "help/") as visitor:
        page = visitor.page
        page.locator("#right-design").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.ip-q3') !== null")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("help/design-online/"))


def test_with_a_script_the_wished_way_comes_first(browser: Browser, site: str) -> None:
    with visit(browser, site, "help/design-online/#way-court-action") as visitor:
        page = visitor.page
        assert page.locator(".ip-ways > li").first.get_attribute("id") == "way-court-action"
        page.locator(".ip-wishes a", has_text="坐下来和解").click()
        expect(page.locator(".ip-ways > li").first).to_have_attribute("id", "way-dispute-mediation")


@pytest.mark.parametrize(
    ("limit", "start", "last"),
    [
        ("platform-15", "2026-12-01", "2026年12月16日"),
        ("platform-15", "2026-12-20", "2027年1月4日"),
        ("evaluation-report-b", "2027-01-31", "2027年2月28日"),
        ("evaluation-report-b", "2028-01-31", "2028年2月29日"),
        ("patent-limitation", "2024-02-29", "2027年2月28日"),
        ("patent-limitation", "2026-11-30", "2029年11月30日"),
    ],
)
def test_the_last_day_is_reckoned_and_stored_nowhere(
    browser: Browser, site: str, limit: str, start: str, last: str
) -> None:
    with visit(browser, site, "help/design-online/") as visitor:
        page = visitor.page
        box = page.locator(f"#limit-{limit} .ip-reckon")
        box.locator("summary").click()
        box.locator("input").fill(start)
        expect(box.locator("output")).to_have_text(f"最晚 {last}")
        box.locator("input").fill("")
        expect(box.locator("output")).to_have_text("")
        assert page.evaluate("Object.values(localStorage).some((text) => text.includes('202'))") is False


def test_without_a_script_no_reckoning_is_offered(browser: Browser, site: str) -> None:
    with visit(browser, site, "help/design-online/", script=False) as visitor:
        page = visitor.page
        assert page.locator(".ip-reckon:visible").count() == 0
        expect(page.locator("#limit-platform-15")).to_contain_text("十五日")


@pytest.mark.parametrize("tree", ["", "en/"])
def test_every_answer_prints_on_one_sheet(browser: Browser, site: str, tree: str) -> None:
    with visit(browser, site) as visitor, PATHS.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            visitor.go(f"{tree}{row['page'].removesuffix('.md')}/")
            paper = PdfReader(BytesIO(visitor.page.pdf(format="A4", prefer_css_page_size=True)))
            assert len(paper.pages) == 1, row["page"]


def test_in_elder_mode_the_telephone_comes_before_the_questions(browser: Browser, site: str) -> None:
    with visit(browser, site, "help/") as visitor:
        page = visitor.page
        page.locator("[data-elder]").click()
        number, question = page.locator(".ip-phones .ip-tel").first, page.locator(".ip-ask")
        assert number.bounding_box()["y"] < question.bounding_box()["y"]
