"""What readers newly know is read off the rows: what is new, what changed in a verdict, and what is neither."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import html

from ipportal.analysis.freshness import pending_changes
from ipportal.base.text import LANGS, Text
from ipportal.data.packages import table_from
from ipportal.files.feeds import known_news
from ipportal.loading import load, with_goals
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.words.news import News
from support.copies import edit

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
NEW_YEAR = "grants,sample-zone,2025,plan,260,,exact,final,sample-website-20220315,正文,text,official,,,total\n"
UPDATES = "datapackages/plan/data/updates.csv"
EVENTS = "datapackages/promotion/data/events.csv"


def add(root, file, *rows):
    path = root / file
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(sorted([*lines, *rows])), encoding="utf-8", newline="\n")


def news_of(root):
    return known_news(load(root), root)


def test_a_first_release_is_no_news(frozen_tiny):
    assert news_of(frozen_tiny) == ()


def test_a_new_year_is_told_with_value_and_source(released):
    add(
        released,
        OBSERVATIONS,
        "grants,sample-city,2021,plan,900,,exact,final,sample-website-20220315,正文,text,official,,,total\n",
    )
    (found,) = news_of(released)
    assert (found.kind, found.day.isoformat(), found.page) == ("figure", "2026-11-22", "indicators/grants.md")
    assert found.title == Text("发明专利授权量（示例市）", "Invention grants (City)")
    assert found.said.zh == "2021 年 900 件（示例网站，2022-03-15）"
    assert found.said.en.startswith("2021: 900 ")


def test_a_value_of_another_definition_names_it(released):
    add(
        released,
        OBSERVATIONS,
        "grants,sample-zone,2022,website,190,,exact,final,sample-website-20220315,正文,text,official,,,total\n",
    )
    (found,) = news_of(released)
    assert found.title == Text("发明专利授权量（开发区，网站口径）", "Invention grants (Zone; Website definition)")


def test_a_system_in_place_before_the_plan_is_told_as_its_page_tells_it(released):
    edit(
        released,
        "datapackages/plan/data/systems.csv",
        "section 1(1)1,delivered,outcome,2022-03,",
        "section 1(1)1,unknown,before,2019-03,",
    )
    (found,) = news_of(released)
    assert found.said == Text("由“已落地”改为“规划期以前已有”", "Now “In place before the plan”, was “Delivered”")


def test_a_second_source_or_a_better_one_is_no_news(released):
    add(
        released,
        OBSERVATIONS,
        "patent-firms,sample-zone,2020,plan,12,,exact,final,sample-report-2022,正文,text,official,,,total\n",
    )
    edit(released, OBSERVATIONS, "grants-growth,sample-zone,2021,plan,50,,exact,final,sample-report-2022",
         "grants-growth,sample-zone,2021,plan,50,,exact,final,sample-website-20220315")  # fmt: skip
    assert news_of(released) == ()


def test_a_final_value_changes_the_verdict_and_is_told_once(released):
    add(released, OBSERVATIONS, NEW_YEAR)
    found = news_of(released)
    assert [(item.kind, item.place) for item in found] == [("verdict", 0), ("verdict", 0)]
    first = next(item for item in found if item.id.startswith("grants-2025-exceeded"))
    assert "（200 件）" in first.title.zh
    assert first.said.zh.startswith("超过目标（原为“终值未公布”）：")
    assert first.said.zh.endswith("（示例网站，2022-03-15）")
    assert first.said.en.startswith("Exceeded (was “Final value not published”): ")


def test_a_level_passed_before_the_end_is_told_though_the_state_is_the_same(released):
    add(released, OBSERVATIONS, NEW_YEAR.replace(",2025,", ",2023,"))
    found = {item.id: item for item in news_of(released)}
    assert set(found) == {"grants-2025-closed-unpublished-beyond", "grants-2025-text-closed-unpublished-beyond"}
    said = found["grants-2025-closed-unpublished-beyond"].said
    assert said.zh.startswith("2023 年 260 件，已高于 2025 年目标 200 件")
    assert "原为" not in said.zh and "was “" not in said.en


def test_a_work_plan_s_target_says_so(released):
    row = "city-2021,grants,sample-city,2021,plan,900,,,annual,yes,sample-website-20220315,正文,text,,,,\n"
    add(released, "datapackages/indicators/data/targets.csv", row)
    (found,) = news_of(released)
    assert (found.kind, found.title.zh) == ("target", "发明专利授权量，示例市，2021 年度目标")
    assert found.title.en.endswith("yearly target for 2021")
    assert found.said.zh == "900 件（示例网站，2022-03-15）"


def test_a_corrected_value_is_told_with_both_values(released):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    (found,) = news_of(released)
    assert found.kind == "correction"
    assert found.said.zh == "由 800 件改为 801 件（虚构规划）"


def test_what_only_tidies_is_no_news(released):
    edit(released, OBSERVATIONS, "上半年。,First half.", "一至六月。,January to June.")
    assert news_of(released) == ()


def test_evidence_and_events_are_told_and_what_does_not_count_is_not(released):
    add(
        released,
        UPDATES,
        "plan-b,raise-grants,2022-04,started,action,开始了。,It began.,sample-website-20220315,正文,text,official\n",
        "plan-c,raise-grants,2022-05,unknown,context,市里。,City.,sample-website-20220315,正文,text,official\n",
    )
    add(
        released,
        EVENTS,
        "zz-day,2022-05-01,某日,Some day,事。,It.,platform,sample-zone,sample-website-20220315,正文,text,official,\n",
    )
    found = {item.kind: item for item in news_of(released)}
    assert set(found) == {"evidence", "event"}
    assert found["evidence"].said.zh == "开始了。来源：示例网站，2022-03-15。"
    assert (found["evidence"].page, found["evidence"].anchor) == ("plan/evidence.md", "update-plan-b")
    assert found["event"].title.en == "Some day"


def test_counted_things_are_named_in_words_and_no_word_twice(released):
    add(
        released,
        "datapackages/recognition/data/awards.csv",
        "sample-gold-2022,national,示例专利金奖,Sample patent award (gold),gold,invention,4,2022-05,sample-zone,"
        "sample-report-2022,表6,Table 6,official,,\n",
    )
    (found,) = news_of(released)
    assert found.title == Text("2022 年 5 月，开发区，示例专利金奖", "May 2022, Zone, Sample patent award (gold)")
    assert found.said == Text("4 项（示例年报2022）", "4 (Sample report 2022)")


def test_the_home_page_names_no_column_and_says_where_the_changes_will_go(released):
    add(released, OBSERVATIONS, NEW_YEAR)
    portal = load(released)
    pending = pending_changes(portal, released)
    for lang in LANGS:
        view = View(portal, lang, "index.md", pending=pending, news=known_news(portal, released))
        page = html.fragment_fromstring(str(MACROS["latest_changes"](view)))
        text = page.text_content()
        assert "260" in text and "1.0.0 → 1.1.0" in text
        for code in ("sample-zone", "grants-2025", "sample-website"):
            assert code not in text


def test_earlier_tables_are_read_with_the_usual_codes_and_without_those_no_longer_known(frozen_tiny):
    tables = {
        "observations": "indicator,area,period,basis,value,unit,status,source,locator\n"
        "grants,sample-zone,2020,plan,90,,final,plan-draft,表1\n"
        "grants,sample-zone,2021,plan,95,,guessed,plan-draft,表1\n",
        "targets": "id,indicator,area,year,basis,minimum,maximum,unit,default,source,locator\n"
        "grants-2025,grants,sample-zone,2025,plan,200,,,yes,plan-draft,表1\n",
    }
    read = {name: table_from(name, f"{name}.csv", {}, text.encode()) for name, text in tables.items()}
    earlier = with_goals(load(frozen_tiny), date(2022, 3, 1), read)
    (row,), (target,) = earlier.observations, earlier.targets
    assert (row.series, row.value, row.qualifier, row.confidence) == ("total", 90, "exact", "secondary")
    assert (row.locator.zh, target.kind) == ("表1", "reach")


def test_no_kind_crowds_out_the_others_on_the_home_page(portal):
    day = portal.settings.as_of
    many = [
        News(f"f{n}", "figure", day, 1, Text(f"数{n}", f"figure {n}"), Text("一", "one"), "index.md") for n in range(9)
    ]
    last = News("e", "event", day, 5, Text("某事", "Something"), Text("二", "two"), "index.md")
    view = View(portal, "en", "index.md", news=(*many, last))
    shown = html.fragment_fromstring(str(MACROS["latest_changes"](view, 4))).xpath("//li/a/text()")
    assert shown == ["figure 0", "figure 1", "figure 2", "Something"]
    listed = html.fragment_fromstring(str(MACROS["all_news"](view))).xpath("//li/a/text()")
    assert len(listed) == 10


@pytest.mark.this_portal
def test_without_news_the_newest_events_are_shown(portal):
    view = View(portal, "zh", "index.md")
    shown = html.fragment_fromstring(str(MACROS["latest_changes"](view))).xpath("//li/time/@datetime")
    assert len(shown) == 6
    assert shown == sorted(shown, reverse=True)


def test_the_real_news_are_in_both_languages_and_lead_to_pages(portal, root):
    news = known_news(portal, root)
    assert len({(item.kind, item.id) for item in news}) == len(news)
    for item in news:
        for text in (item.title, item.said):
            assert text.zh.strip() and text.en.strip()
        assert not any("\u4e00" <= char <= "\u9fff" for char in item.title.en)
        assert (root / f"docs/zh/{item.page}").is_file()


@pytest.mark.parametrize("lang", LANGS)
def test_revised_figures_are_named_in_words(released, lang):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    portal = load(released)
    change = next(row for row in pending_changes(portal, released)["indicators"].rows if row.column == "value")
    told = replace(change, reason=Text("抄录有误", "Copying error"))
    release = replace(portal.releases_of("indicators")[0], changes=(told,))
    view = View(replace(portal, releases=(release,)), lang, "datasets/revisions.md")
    cells = html.fragment_fromstring(str(MACROS["revised_figures"](view))).xpath("//tbody/tr/*")
    name, _, old, new = (cell.text_content() for cell in cells[:4])
    assert (
        name == Text("发明专利授权量，示例市，2020 年，规划口径", "Invention grants, City, 2020, Plan definition")[lang]
    )
    assert (old, new) == (Text("800 件", "800 patents")[lang], Text("801 件", "801 patents")[lang])


def test_a_part_is_news_by_its_name_unless_it_stood_under_an_indicator_of_its_own(released):
    part = "grants,sample-zone,{},plan,50,,exact,final,{},正文,main text,{},,,enterprise\n"
    add(released, "datapackages/indicators/data/series.csv", "enterprise,,applicant,企业,Enterprises,1\n")
    for file in ("indicators", "observations"):
        path = released / f"datapackages/indicators/data/{file}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("grants-growth,")), encoding="utf-8")
    known, new = part.format("2021", "sample-report-2022", "official"), part.format("2020", "plan-draft", "plan")
    edit(released, OBSERVATIONS, "grants,sample-zone,2020,", known + "grants,sample-zone,2020,")
    assert news_of(released) == ()
    edit(released, OBSERVATIONS, known, new + known)
    (found,) = news_of(released)
    assert found.title == Text("发明专利授权量，企业（开发区）", "Invention grants, Enterprises (Zone)")
    assert found.said.zh == "2020 年 50 件（虚构规划）" and found.id.startswith("grants-enterprise-")
