"""The dataset pages in use: tables sorted and searched, lines of code that name this site, all by keyboard."""

import re

import pytest
from playwright.sync_api import Browser

from support.visit import visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGES = ("datasets/indicators/", "en/datasets/indicators/")
TABLE = "#rows-observations-all"
CELLS = """([table, column]) => [...document.querySelectorAll(`${table} tbody tr`)]
  .filter(row => !row.hidden).map(row => row.cells[column].textContent.trim())"""
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


def column(page, heading: str) -> int:
    heads = page.locator(f"{TABLE} thead th").all_text_contents()
    return next(n for n, text in enumerate(heads) if text.strip() == heading)


@pytest.mark.parametrize("address", PAGES)
def test_figures_sort_as_numbers_and_back_to_their_own_order(browser: Browser, strict_site: str, address: str) -> None:
    with visit(browser, strict_site, address) as visitor:
        page = visitor.page
        page.evaluate(OPEN)
        place = column(page, "Value" if address.startswith("en/") else "数值")
        head = page.locator(f"{TABLE} thead th").nth(place)
        before = page.evaluate(CELLS, [TABLE, place])
        head.get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        numbers = [float(text.replace(",", "").replace("−", "-")) for text in page.evaluate(CELLS, [TABLE, place])]
        assert numbers == sorted(numbers)
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        down = [float(text.replace(",", "").replace("−", "-")) for text in page.evaluate(CELLS, [TABLE, place])]
        assert down == sorted(numbers, reverse=True)
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") is None
        assert page.evaluate(CELLS, [TABLE, place]) == before
        assert visitor.faults == []


@pytest.mark.parametrize("address", PAGES)
def test_the_table_is_searched_in_place(browser: Browser, site: str, address: str) -> None:
    with visit(browser, site, address) as visitor:
        page = visitor.page
        page.evaluate(OPEN)
        everything = page.evaluate(CELLS, [TABLE, 0])
        page.locator(f"form[data-filter='{TABLE}'] input[type=search]").fill("pct-applications")
        found = page.evaluate(CELLS, [TABLE, 0])
        assert 0 < len(found) < len(everything)
        assert {text for text in everything if "pct-applications" in text} <= set(found)


def test_code_names_the_place_the_reader_came_from(browser: Browser, site_in_folder: str) -> None:
    for address in PAGES:
        with visit(browser, site_in_folder, address) as visitor:
            code = visitor.page.locator("pre code.language-python").first.text_content() or ""
            assert f'"{site_in_folder}data/indicators/observations.parquet"' in code


@pytest.mark.parametrize("address", PAGES)
def test_code_and_citations_are_copied_by_keyboard(browser: Browser, site_in_folder: str, address: str) -> None:
    with visit(browser, site_in_folder, address, alone=True) as visitor:
        page = visitor.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        for block, start in ((".ip-code", "import pandas as pd\n"), (".ip-cite", "")):
            button = page.locator(f"{block} .ip-copy").first
            before = button.inner_text()
            button.focus()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "([element, before]) => element.textContent !== before", arg=[button.element_handle(), before]
            )
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied.startswith(start)
            assert site_in_folder in copied
            assert page.evaluate("document.activeElement.className") == "ip-copy"
        assert "[DS/OL]" in copied
        assert re.search(re.escape(site_in_folder) + r"data/indicators/\d+\.\d+\.\d+/\.$", copied)


def test_without_scripts_nothing_is_missing(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site}datasets/indicators/")
        assert page.locator(f"{TABLE} tbody tr").count() > 100
        assert page.locator(f"{TABLE} button").count() == 0
        assert page.locator("form.ip-filter:visible").count() == 0
        assert re.search(r'"http://\S+/data/indicators/', page.locator("pre code.language-python").first.inner_text())
    finally:
        context.close()
