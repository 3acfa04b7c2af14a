"""Ten needs of people, met within three pages of home by keyboard on a phone: without script, and in 长者模式."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.visit import WIDTHS, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

HELP = (".ip-tools a", "我该找谁")
#: Need → the links from home, or the choices in the three questions; where they lead; what is read there
NEEDS = {
    "design copied online": (
        (HELP, ("design", "online", "先让对方停下来")),
        "help/design-online/#way-fast-enforcement",
        {".ip-first": "再向平台发通知", "#limit-platform-15": "十五日", ".ip-where": "12345"},
    ),
    "mark squatted": (
        (HELP, ("main a", "商标被抢注")),
        "help/mark-squatted/",
        {"#limit-opposition": "三个月", ".ip-law-notice": "12368"},
    ),
    "goods at customs": (
        (HELP, ("trademark", "customs", "先让对方停下来")),
        "help/border/#way-court-action",
        {".ip-clock": "三个工作日", "#contact-12345": "12345"},
    ),
    "accused by letter": (
        (HELP, ("main a", "有人说您侵权")),
        "help/accused/",
        {".ip-first": "", ".ip-clock": "十五日", ".ip-call": "12345"},
    ),
    "staff took drawings": (
        (HELP, ("trade-secret", "staff", "请部门查处")),
        "help/secret-taken/#way-trade-secret-enforcement",
        {".ip-first": "", ".ip-where": "110", ".ip-check": ""},
    ),
    "who lends on patents": (
        ((".ip-tabs a", "宣传与服务"), ("main a", "办事服务")),
        "promotion/services/",
        {"#service-pledge-financing-help": "合作银行"},
    ),
    "the promise on PCT": (
        (("main a", "PCT"),),
        "indicators/pct-applications/",
        {"main": "终值未公布"},
    ),
    "the year that is missing": (
        ((".ip-tabs a", "进展"), ("main a", "每项指标的申请书")),
        "progress/ask/",
        {"main": "申请书"},
    ),
    "cite a figure": (
        (("main a", "年度发明专利授权量"),),
        "indicators/invention-grants/",
        {"#cite ~ div": "GB/T 7714"},
    ),
    "foreign firm sues": (
        (HELP, ("main a", "外国权利人在中国")),
        "help/foreign-right-holder/",
        {".ip-first": "授权委托书", ".ip-clock": "三十日", ".ip-check": ""},
    ),
}


def press(page: Page, found: Locator, key: str = "Enter") -> None:
    """Reach something by the keyboard alone, and use it."""
    found.focus()
    expect(found).to_be_focused()
    assert found.evaluate("element => element.tabIndex") == 0
    page.keyboard.press(key)


def follow(page: Page, step: tuple[str, ...]) -> None:
    """One step: a link, out of the menu where it is there, or the answers to the three questions."""
    if len(step) == 2:
        place, words = step
        link = page.locator(place, has_text=words).first
        if not link.is_visible():
            press(page, page.locator(".ip-menu-open"))
        expect(link).to_be_visible()
        press(page, link)
        return
    right, where, wish = step
    press(page, page.locator(f"#right-{right}"), "Space")
    press(page, page.locator(f"#{right}-{where}"), "Space")
    press(page, page.locator(".ip-q3:visible a", has_text=wish))


@pytest.mark.parametrize("elder", [False, True], ids=["without script", "elder"])
@pytest.mark.parametrize("need", NEEDS)
def test_what_people_need_is_three_pages_away(browser: Browser, site: str, need: str, elder: bool) -> None:
    steps, leads, told = NEEDS[need]
    assert len(steps) <= 3
    with visit(browser, site, width=WIDTHS["phone"], script=elder) as visitor:
        page = visitor.page
        if elder:
            press(page, page.locator("[data-elder]"))
            expect(page.locator(":root[data-mode=elder]")).to_have_count(1)
        for step in steps:
            at = page.url
            follow(page, step)
            page.wait_for_url(lambda address, at=at: address != at)
        assert page.url == site + leads
        for place, words in told.items():
            expect(page.locator(place).first).to_contain_text(words)
        assert visitor.faults == []
