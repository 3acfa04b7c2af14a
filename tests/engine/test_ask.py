"""Letters that ask for what is missing: the years follow from the rows, and every blank is marked."""

from dataclasses import replace

import pytest
from lxml import html
from small_portal import indicator, observation, target
from small_portal import portal as small

from ipportal.analysis.comparable import unknown_years
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.words.sentences import blank_letter, figure_gloss, figure_letter

OFFICE = "某局"


def test_a_year_is_missing_until_its_whole_value_is_known_by_the_plan_s_definition():
    rows = [observation(2020, 100), observation("2021-H1", 60), observation(2022, 150, basis="web"),
            observation("2023-12", 160)]  # fmt: skip
    portal = small(rows, [target(300)])
    assert unknown_years(portal, "grants") == (2021, 2022, 2024, 2025)
    early = small(rows, [target(300)], as_of="2024-06-30")
    assert unknown_years(early, "grants") == (2021, 2022)


def test_a_letter_names_years_target_and_what_is_known():
    rows = [observation(2020, 100), observation(2021, 120), observation(2022, 150, basis="web")]
    letter = figure_letter(small(rows, [target(300)]), indicator(), OFFICE)
    assert letter.startswith("政府信息公开申请\n\n某局：\n")
    assert "“发明专利授权量”2022—2025 年各年的全年数" in letter
    assert "2025 年目标为 300 件" in letter
    assert "2021 年 120 件（规划征求意见稿）" in letter
    assert "2022 年另有一个数 150 件（官网口径）" in letter


@pytest.mark.parametrize(
    ("kind", "words"),
    [("annual-flow", "全年数"), ("year-end-stock", "年末数"), ("cumulative", "截至年末的累计数")],
)
def test_a_letter_says_what_a_year_s_value_is(kind, words):
    one = indicator(measure_type=kind)
    assert f"各年的{words}" in figure_letter(small(indicators=[one]), one, OFFICE)


def test_templates_mark_every_blank_and_name_the_plan():
    for kind, blanks in (("commitment", 3), ("measure", 2)):
        letter = blank_letter(small(), kind, OFFICE)
        assert letter.count("〔") == letter.count("〕") == blanks
        assert "《某规划》" in letter
        assert "{" not in letter


def test_a_letter_s_lines_survive_the_page_and_markup_does_not():
    one = indicator()
    evil = replace(one, definition=replace(one.definition, zh="<b>粗</b>"))
    portal = small([observation(2020, 100)], indicators=[evil])
    view = View(portal, "en", "progress/ask.md")
    block = str(MACROS["request_letters"](view, OFFICE))
    assert "\n\n" not in block
    page = html.fragment_fromstring(block)
    (letter,) = page.xpath("//div[@id='ask-grants']/pre[@lang='zh-Hans']")
    assert letter.text_content().split("\n") == figure_letter(portal, evil, OFFICE).split("\n")
    assert figure_gloss(portal, evil).en in page.text_content()
    assert "2021–2025" in page.xpath("string(//summary)")


@pytest.mark.parametrize("block", ["request_letters", "request_templates"])
def test_a_portal_without_chinese_says_why_it_has_no_letters(block):
    portal = small([observation(2020, 100)])
    portal = replace(portal, settings=replace(portal.settings, languages=("en",)))
    told = str(MACROS[block](View(portal, "en", "progress/ask.md"), OFFICE))
    assert "Chinese law" in told and "<pre" not in told and OFFICE not in told
    assert "ask-" not in str(MACROS["values"](View(portal, "en", "indicators/x.md"), "grants"))


def test_what_is_all_known_needs_no_letter():
    portal = small([observation(year, 100 + year) for year in range(2020, 2026)])
    view = View(portal, "zh", "progress/ask.md")
    assert "<details>" not in str(MACROS["request_letters"](view, OFFICE))


def test_every_indicator_with_missing_years_leads_to_its_letter(portal, root):
    view = View(portal, "zh", "indicators/x.md")
    ask = View(portal, "zh", "progress/ask.md")
    letters = str(MACROS["request_letters"](ask, OFFICE)) + str(MACROS["request_templates"](ask, OFFICE))
    ids = set(html.fragment_fromstring(f"<div>{letters}</div>").xpath("//@id"))
    for group in ("core", "commitment"):
        for one in portal.group(group):
            links = html.fragment_fromstring(str(MACROS["values"](view, one.id))).xpath("//p/a/@href")
            found = [link.partition("#")[2] for link in links if "progress/ask" in link]
            assert bool(found) == bool(unknown_years(portal, one.id))
            assert set(found) <= ids
