"""Help on the small portal: which law and deadlines stand on a day, what an answer page holds, and what grows old."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import html

from ipportal.analysis import help as helping
from ipportal.analysis.freshness import freshness
from ipportal.base.errors import SiteError
from ipportal.base.periods import PartialDate
from ipportal.base.text import LANGS, Text
from ipportal.data.manuscripts import Manuscript
from ipportal.loading import load
from ipportal.pages import MACROS
from ipportal.pages.help import bar, reckoned
from ipportal.pages.view import View
from ipportal.words.row_names import articles_label, law_name

TINY = Path(__file__).resolve().parents[1] / "tiny"
#: The last day of the old law of the small portal
END = date(2027, 6, 30)


@pytest.fixture(scope="module")
def small():
    return load(TINY)


def on(portal, day):
    return replace(portal, settings=replace(portal.settings, as_of=day))


def block(portal, name, *args, lang="zh"):
    return html.fromstring(f"<div>{MACROS[name](View(portal, lang, 'index.md'), *args)}</div>")


def words(element):
    return " ".join(element.text_content().split())


def steps(portal):
    return [limit.deadline.id for limit in helping.limits(portal, portal.paths["copied"])]


def test_a_deadline_stands_to_the_last_day_of_its_law(small):
    assert steps(on(small, END)) == ["answer", "appeal", "decision", "oppose"]
    assert steps(on(small, END + timedelta(days=1))) == ["answer", "appeal", "decision"]


def test_a_deadline_may_hold_for_another_time_than_its_law(small):
    answer = small.deadlines["answer"]
    day = small.settings.as_of
    for change, stands in (
        ({"valid_from": day}, True),
        ({"valid_from": day + timedelta(days=1)}, False),
        ({"valid_until": day}, True),
        ({"valid_until": day - timedelta(days=1)}, False),
    ):
        assert helping.stands(small, replace(answer, **change)) is stands, change


def test_no_deadline_of_a_law_that_has_not_begun(small):
    coming = replace(small.deadlines["answer"], law="sample-mark-law-new")
    assert not helping.stands(small, coming)
    assert helping.stands(on(small, END + timedelta(days=1)), coming)


def test_a_rule_under_a_law_that_has_ended_is_doubtful(small):
    appeal = {limit.deadline.id: limit for limit in helping.limits(small, small.paths["copied"])}["appeal"]
    later = on(small, END + timedelta(days=1))
    assert not appeal.doubtful
    assert {limit.deadline.id: limit.doubtful for limit in helping.limits(later, later.paths["copied"])} == {
        "answer": False,
        "appeal": True,
        "decision": False,
    }
    assert "它依据的旧法已经不再施行" in words(block(later, "deadlines", "copied"))
    assert "它依据的旧法已经不再施行" not in words(block(small, "deadlines", "copied"))


@pytest.mark.parametrize(
    ("reader", "own"),
    [
        ("holder", {"appeal", "oppose"}),
        ("accused", {"answer", "appeal", "oppose"}),
        ("either", {"answer", "appeal", "oppose"}),
    ],
)
def test_limits_are_the_readers_or_those_of_others(small, reader, own):
    path = replace(small.paths["copied"], reader=reader)
    assert {limit.deadline.id for limit in helping.limits(small, path) if limit.own} == own


def test_a_law_is_announced_ninety_days_ahead_and_told_as_ended_from_the_day_after(small):
    law = small.laws["sample-mark-law"]
    for days, over in ((91, None), (90, False), (0, False), (-1, True), (-400, True)):
        found = helping.change(on(small, END - timedelta(days=days)), law)
        assert (found and found.over) is over, days


@pytest.mark.parametrize("lang", LANGS)
def test_pages_say_what_follows_that_it_was_not_read_and_whom_to_ask(small, lang):
    notice = block(on(small, END + timedelta(days=1)), "law_notice", "sample-mark-law", lang=lang)
    assert notice.xpath(".//time/@datetime") == ["2027-07-01"]
    assert notice.xpath(".//a/@href") == ["tel:10002", "tel:10001"]
    told = words(notice)
    assert small.laws["sample-mark-law-new"].title[lang] in told
    assert ("它的条文本站没有看到" if lang == "zh" else "Its articles have not been seen here") in told
    assert small.events_by_id["platform-online"].summary[lang] in told
    assert words(block(small, "law_notice", "sample-mark-law", lang=lang)) == ""


def test_the_laws_of_a_case_come_with_the_articles_of_its_deadlines(small):
    def told(portal):
        return {one.law.id: one.articles for one in helping.cited(portal, portal.paths["copied"])}

    assert told(small) == {
        "sample-law": ("7", "9-1", "12", "13(2)"),
        "sample-mark-law": ("33",),
        "sample-rules": ("3",),
    }
    later = told(on(small, END + timedelta(days=1)))
    assert later == {"sample-law": told(small)["sample-law"], "sample-mark-law-new": (), "sample-rules": ("3",)}


def test_an_entry_of_a_list_leaves_with_its_law(small):
    path = small.paths["copied"]
    assert [item.order for item in helping.items(small, path, "cannot")] == [1, 2]
    assert [item.order for item in helping.items(on(small, END + timedelta(days=1)), path, "cannot")] == [1]


def test_a_wish_leads_to_its_first_way_and_else_to_the_page_that_goes_on_about_it(small):
    page = block(small, "help_questions")
    links = {words(link): link.get("href") for link in page.xpath(".//a")}
    assert links == {"先停下来": "./#way-search", "谈一谈": "./", "还没想好，先看全部办法": "./"}
    first = block(small, "first_step", "copied")
    assert first.xpath(".//nav//li/a/@href") == ["#way-search"]
    assert block(small, "ways", "copied").xpath("//*[@id='way-search']//a/@href")[-1] == "#contact-office"


def test_every_choice_is_a_radio_of_its_question_with_its_label(small):
    page = block(small, "help_questions")
    assert {radio.get("id"): radio.get("name") for radio in page.xpath(".//input")} == {
        "right-design": "right",
        "design-fair": "place-design",
    }
    assert page.xpath(".//label/@for") == page.xpath(".//input/@id")


def test_what_is_not_known_of_a_contact_is_said_and_whom_to_ask_instead(small):
    rows = {row.get("id"): words(row) for row in block(small, "contacts", "copied").xpath(".//tr[@id]")}
    assert "电话没有查到公开来源，请拨 10001 转问" in rows["contact-office"]
    for known in ("示例路1号", "周一至周五", "zone.example/office", "2026-10-01", "去之前先问。"):
        assert known in rows["contact-office"]
    assert "通用号码，未核对" in rows["contact-town-line"]
    assert "没有查到" not in rows["contact-town-line"]


def test_the_day_somebody_tried_a_contact_takes_the_place_of_its_source(small):
    contacts = small.contacts | {"office": replace(small.contacts["office"], checked_on=date(2026, 11, 1))}
    told = words(block(replace(small, contacts=contacts), "contacts", "copied"))
    assert "核对于 2026-11-01" in told
    assert "2026-10-01" not in told


def test_a_law_is_linked_only_where_its_text_may_be_and_shown_as_over_after_its_end(small):
    assert block(small, "law", "sample-law", "7").xpath(".//a/@href") == ["https://zone.example/law"]
    assert words(block(small, "law", "sample-law", "7")) == "《示例法》（2020年修正）第7条"
    assert words(block(small, "law", "sample-law", "7", lang="en")) == "Sample Law (2020 amendment), Article 7"
    assert block(small, "law", "sample-mark-law", "33").xpath(".//a") == []
    later = on(small, END + timedelta(days=1))
    assert words(block(later, "law", "sample-mark-law", "33")) == "《示例标志法》（2015年修正）（施行到2027年6月30日）"
    assert (
        words(block(small, "law_says", "sample-mark-law", "33", "两个月。"))
        == "《示例标志法》（2015年修正）第33条两个月。"
    )
    assert words(block(later, "law_says", "sample-mark-law", "33", "两个月。")) == ""


def test_a_law_that_was_never_changed_is_named_with_its_first_day(small):
    law = small.laws["sample-rules"]
    assert law_name(law) == Text("《示例条例》（2016年6月1日起施行）", "Sample Rules (in force since 1 June 2016)")
    assert law_name(replace(law, in_force=None)) == Text("《示例条例》", "Sample Rules")
    assert law_name(replace(law, in_force=None, number="示例令第2号")).zh == "《示例条例》（示例令第2号）"


@pytest.mark.parametrize(
    ("articles", "zh", "en"),
    [
        ((), "", ""),
        (("65",), "第65条", "Article 65"),
        (("62—63", "116"), "第62—63、116条", "Articles 62–63, 116"),
        (("62—63",), "第62—63条", "Articles 62–63"),
        (("24(1)",), "第24条第1项", "Article 24(1)"),
        (("213", "219-1"), "第213条、第219条之一", "Articles 213, 219-1"),
        (("23, 24",), "第23、24条", "Articles 23, 24"),
        (("219-1(2)",), "第219条之一第2项", "Article 219-1(2)"),
        (("219-12",), "第219条之12", "Article 219-12"),
        (("24(1)—26",), "第24条第1项至第26条", "Articles 24(1)–26"),
    ],
)
def test_articles_are_named_as_each_language_does(articles, zh, en):
    assert (articles_label(articles, "zh"), articles_label(articles, "en")) == (zh, en)


def test_only_what_runs_forward_in_days_months_or_years_is_reckoned(small):
    deadline = small.deadlines["answer"]
    for unit, direction, length, wanted in (
        ("days", "forward", 15, True),
        ("months", "forward", 2, True),
        ("years", "forward", 3, True),
        ("working-days", "forward", 3, False),
        ("hours", "forward", 48, False),
        ("months", "backward", 12, False),
        ("years", "waiting", 3, False),
        ("years", "look-back", 3, False),
        (None, None, None, False),
    ):
        assert reckoned(replace(deadline, unit=unit, direction=direction, length=length)) is wanted, (unit, direction)


def test_bars_show_days_and_long_ones_are_broken(small):
    deadline = small.deadlines["answer"]
    assert bar(deadline) == (25.0, False)
    assert bar(replace(deadline, length=2, unit="months")) == (100, False)
    assert bar(replace(deadline, length=3, unit="years")) == (100, True)
    assert bar(replace(deadline, length=None, unit=None, direction=None)) is None
    clock = block(small, "deadlines", "copied")
    assert [box.get("data-unit") for box in clock.xpath(".//details")] == ["months"]
    assert "工作日，节假日以通知为准" in words(clock)


def test_a_case_without_limits_says_so(small):
    assert "没有核对过的期限" in words(block(replace(small, path_links=()), "deadlines", "copied"))


def test_without_cases_behind_the_questions_there_is_no_list_of_them(small):
    assert str(MACROS["help_doors"](View(small, "zh", "help/index.md"), "any")) == ""


def test_what_does_not_exist_is_refused(small):
    for name, args in (
        ("law", ("nowhere",)),
        ("first_step", ("nowhere",)),
        ("path_list", ("copied", "nothing")),
        ("near_stories", ("nowhere",)),
        ("help_doors", ("nowhere",)),
    ):
        with pytest.raises(SiteError):
            block(small, name, *args)


def aging(portal, today, pages=()):
    items = freshness(portal, pages, today).items
    return {(item.kind, item.id): item.state for item in items if item.kind in ("law", "contact")}


def test_status_lists_laws_that_end_and_what_rests_on_them(small):
    assert ("law", "sample-mark-law") not in aging(small, END - timedelta(days=91))
    assert aging(small, END - timedelta(days=90))["law", "sample-mark-law"] == "due"
    later = aging(small, END + timedelta(days=1))
    assert later["law", "sample-mark-law"] == later["law", "sample-rules"] == "overdue"


def test_status_lists_contacts_not_tried_for_half_a_year(small):
    seen = date(2026, 10, 1)
    assert ("contact", "office") not in aging(small, seen + timedelta(days=180))
    assert aging(small, seen + timedelta(days=181))["contact", "office"] == "overdue"
    tried = replace(small.contacts["office"], checked_on=date(2027, 1, 1))
    assert ("contact", "office") not in aging(replace(small, contacts={"office": tried}), seen + timedelta(days=181))
    year = replace(small.contacts["office"], seen_on=PartialDate.parse("2025"))
    assert helping.to_try(year) == date(2025, 12, 31) + timedelta(days=180)
    assert helping.to_try(small.contacts["town-line"]) is None


@pytest.mark.parametrize("articles", ["第7条", "7、8", "7,8", "seven", "", 7])
def test_a_page_writes_articles_as_the_tables_do(small, articles):
    with pytest.raises(TypeError, match="articles"):
        block(small, "law", "sample-law", articles)
    with pytest.raises(TypeError, match="articles"):
        block(small, "law_says", "sample-law", articles, "words")
    right = block(small, "law", "sample-law", "7", "24(1)—26, 219-1")
    assert words(right).endswith("第7条、第24条第1项至第26条、第219条之一")


def test_status_lists_texts_read_before_a_law_they_cite_began(small):
    path = small.paths["copied"]
    after = date(2027, 7, 2)
    assert aging(small, after)["law", "copied"] == "overdue"
    read_again = replace(small, paths={"copied": replace(path, reviewed=date(2027, 7, 1))})
    assert ("law", "copied") not in aging(read_again, after)
    page = Manuscript("zh", "a.md", '---\nreviewed: 2020-05-31\n---\n\n# 题\n\n{{ law("sample-law", "7") }}\n')
    assert aging(small, small.settings.as_of, (page,))["law", "a.md"] == "overdue"
    fresh = Manuscript("zh", "a.md", page.text.replace("2020-05-31", "2020-06-01"))
    assert ("law", "a.md") not in aging(small, small.settings.as_of, (fresh,))
