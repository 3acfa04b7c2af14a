"""Case statistics: what may stand side by side, what may be divided, and what the sentences say."""

from decimal import Decimal

import pytest
from small_portal import COUNT, WAN_YUAN
from small_portal import portal as small

from ipportal.analysis.cases import breakdowns, groups, series, stories
from ipportal.base.periods import Period
from ipportal.base.quantities import Unit
from ipportal.base.text import Text
from ipportal.charts import find
from ipportal.data.model import CaseStatistic, CaseStory
from ipportal.words.counts import breakdown_sentence, group_sentences, series_sentence
from ipportal.words.wording import observed
from support.portals import tiny_portal

CASE = Unit("case", Text("件", "cases"), "case", COUNT, "case", Decimal(1))
WAN_CASE = Unit("wan-case", Text("万件", "10,000 cases"), "10,000 cases", COUNT, "case", Decimal(10000))


def portal(**more):
    """A small portal with the code lists of the cases."""
    return small(packages={"cases": tiny_portal().packages["cases"]}, **more)


def row(
    period,
    value,
    *,
    area="city",
    forum="court",
    right="all",
    statistic="cases-closed",
    unit=CASE,
    qualifier="exact",
    source="plan-draft",
    id=None,
):
    return CaseStatistic(
        id=id or f"{area}-{forum}-{statistic}-{right}-{str(period).replace('/', '-')}-{source}",
        period=Period.parse(str(period)),
        area=area,
        forum=forum,
        ip_type=right,
        statistic=statistic,
        value=None if value is None else Decimal(value),
        unit=unit,
        qualifier=qualifier,
        suppressed=value is None,
        measure=None,
        source=source,
        locator=Text("正文", "main text"),
        confidence="official",
        note=None,
        line=2,
    )


def tell(*rows):
    world = portal(case_statistics=rows)
    return [sentence for group in groups(world) for sentence in group_sentences(world, group)]


def test_groups_go_from_the_zone_outwards_and_keep_time():
    world = portal(
        case_statistics=(
            row(2024, 7, area="province"),
            row(2024, 5),
            row(2022, 4),
            row("2016/2020", 81, area="zone", forum="administrative", statistic="cases-handled"),
            row(2024, 3, forum="administrative"),
        )
    )
    found = [(group.area, group.forum, [r.period.text for r in group.rows]) for group in groups(world)]
    assert found == [
        ("zone", "administrative", ["2016/2020"]),
        ("city", "administrative", ["2024"]),
        ("city", "court", ["2022", "2024"]),
        ("province", "court", ["2024"]),
    ]
    assert [group.area for group in groups(world, "province")] == ["province"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (row(2024, 9, area="province"), "another area"),
        (row(2024, 9, forum="administrative"), "another forum"),
        (row(2024, 9, right="patent"), "another right"),
        (row(2024, 9, statistic="cases-new"), "another measure"),
        (row("2020/2024", 9), "several years"),
        (row("2024-H1", 9), "half a year"),
        (row(2024, None), "suppressed"),
        (row(2022, 9, source="zone-site-20220315"), "the same year again, another value"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_whole_years_of_one_definition_make_a_series(other, why):
    assert series([row(2022, 4), other]) == ()


def test_a_second_source_of_the_same_value_counts_once():
    (line,) = series([row(2022, 4), row(2022, 4, source="zone-site-20220315"), row(2024, 6)])
    assert [r.value for r in line.rows] == [4, 6]


def test_units_of_one_base_compare():
    (line,) = series([row(2022, 9000), row(2024, "1.5", unit=WAN_CASE)])
    said = series_sentence(portal(), line)
    assert "增加 6,000 件（67%）" in said.zh
    assert "up 6,000 cases (67%) from 2022 to 2024" in said.en


def test_the_difference_is_taken_between_exact_values_only():
    (line,) = series([row(2020, 9235), row(2024, 15627), row(2025, 18000, qualifier="nearly")])
    said = series_sentence(portal(), line)
    assert said.zh == (
        "审结的案件逐年看：2020 年 9,235 件、2024 年 15,627 件、2025 年近 18,000 件；"
        "2024 年比 2020 年增加 6,392 件（69%）。其间 2021、2022、2023 年没有公开数值。"
    )
    assert "nearly 18,000 cases in 2025; up 6,392 cases (69%) from 2020 to 2024." in said.en


def test_different_sources_are_named_as_a_caution():
    (line,) = series([row(2023, 5), row(2024, 4, source="zone-site-20220315")])
    assert series_sentence(portal(), line).zh.endswith("各年来源不同，比较时请留意。")
    assert "减少 1 件（20%）" in series_sentence(portal(), line).zh


def test_a_total_is_divided_among_its_parts_and_the_rest_is_named():
    (divided,) = breakdowns(portal(), [row(2024, 100), row(2024, 30, right="patent"), row(2024, 60, right="copyright")])
    assert [part.ip_type for part in divided.parts] == ["copyright", "patent"]
    assert divided.rest == 10
    assert divided.share(divided.parts[0]) == Decimal("0.6")
    said = breakdown_sentence(portal(), divided)
    assert said.zh == (
        "2024 年审结的案件按权利分：著作权 60 件（60%），专利 30 件（30%）；其余 10 件，来源没有按权利分列。"
    )
    assert said.en.endswith("; the source does not divide the other 10.")


def test_cases_of_several_rights_are_no_part_of_a_division_by_right():
    parts = [row(2024, 30, right="patent"), row(2024, 40, right="copyright"), row(2024, 20, right="mixed")]
    (divided,) = breakdowns(portal(), [row(2024, 100), *parts])
    assert [part.ip_type for part in divided.parts] == ["copyright", "patent"]
    assert divided.rest == 30, "the source does not divide them"


@pytest.mark.parametrize(
    "parts",
    [
        (row(2024, 30, right="patent"),),
        (row(2024, 30, right="patent"), row(2024, None, right="copyright")),
        (row(2024, 30, right="patent"), row(2024, 60, right="copyright", qualifier="about")),
        (row(2024, 30, right="patent"), row(2024, 90, right="copyright")),
        (row(2024, 30, right="patent"), row(2023, 60, right="copyright")),
        (row(2024, 30, right="patent"), row(2024, 60, right="copyright", statistic="cases-new")),
    ],
    ids=["one part", "a suppressed part", "an inexact part", "parts that overlap", "another year", "another measure"],
)
def test_what_would_mislead_or_give_away_is_not_divided(parts):
    assert breakdowns(portal(), [row(2024, 100), *parts]) == ()


def test_a_suppressed_count_is_said_to_be_withheld_and_never_shown():
    hidden = row(2024, None, right="patent")
    assert observed(hidden) == Text("不公布（数量太小）", "withheld (too small)")
    said = tell(row(2024, 9), hidden)
    assert [s.zh for s in said] == ["2024 年，全市法院审结案件 9 件。", "另有 1 项数量太小，为保护当事人不公布。"]
    assert said[1].en == "1 more is withheld: the count is small enough to show who."


def test_the_zone_is_told_with_its_own_words():
    said = tell(
        row("2016/2020", 81, area="zone", forum="administrative", statistic="cases-handled"),
        row(
            "2016/2020",
            50,
            area="zone",
            forum="administrative",
            statistic="fines",
            unit=WAN_YUAN,
            qualifier="more-than",
        ),
        row("2016/2020", 239, area="zone", forum="e-commerce", statistic="determinations", right="patent"),
    )
    assert [s.zh for s in said] == [
        "2016—2020 年，经开区行政机关查处或处理案件 81 件，罚没款超过 50 万元。",
        "2016—2020 年，经开区在电子商务领域作出专利侵权判定 239 件。",
    ]
    assert said[0].en == (
        "From 2016 to 2020 the administrative authorities of the zone handled 81 cases "
        "and collected more than CNY 500,000 in fines and confiscated income."
    )
    assert (
        said[1].en == "From 2016 to 2020 the zone gave an opinion on infringement in 239 patent cases in online trade."
    )


def test_mediators_are_not_said_to_investigate():
    (said,) = tell(row(2025, 62000, forum="mediation", statistic="cases-handled"))
    assert said.zh == "2025 年，全市在调解方面办理案件 62,000 件。"
    assert said.en.endswith("handled 62,000 cases in mediation.")


def test_levels_of_court_are_told_after_the_whole():
    said = tell(row(2024, 10, statistic="cases-new"), row(2024, 4, statistic="cases-new-intermediate-court"))
    assert [s.zh for s in said] == ["2024 年，全市法院新收案件 10 件。", "其中，中级人民法院新收案件 4 件。"]


def test_every_group_of_the_real_data_is_told_in_both_languages(portal):
    for group in groups(portal):
        said = group_sentences(portal, group)
        assert said
        for sentence in said:
            assert sentence.zh.endswith("。")
            assert sentence.en.endswith(".")
            assert "{" not in sentence.zh + sentence.en
            assert sentence.zh != sentence.en


def test_every_published_value_is_told(portal):
    for group in groups(portal):
        words = "".join(sentence.zh for sentence in group_sentences(portal, group))
        for published in group.rows:
            assert observed(published).zh in words, published.id


def story(id, year, forum="court", right="patent"):
    text = Text("甲。", "A.")
    return CaseStory(id, year, forum, right, text, text, text, text, text, None, "plan-draft", "", "official")


def test_stories_come_newest_first_and_can_be_chosen():
    world = portal(
        case_stories={
            s.id: s for s in (story("b", 2020), story("a", None), story("c", 2024, "exhibition", "trademark"))
        }
    )
    assert [s.id for s in stories(world)] == ["c", "b", "a"]
    assert [s.id for s in stories(world, forum="court")] == ["b", "a"]
    assert [s.id for s in stories(world, ip_type="trademark")] == ["c"]


@pytest.mark.parametrize(
    ("before", "now", "title"),
    [
        ("2021", "2022", "全市 2022 年审结或办结案件 12 件，比 2021 年多 200%"),
        ("2021-06", "2022-H1", "全市 2022 年上半年审结或办结案件 12 件，比 2021 年 1—6 月多 200%"),
        ("2016/2020", "2022", "全市 2022 年审结或办结案件 12 件"),
        ("2021", "2022-H1", "全市 2022 年上半年审结或办结案件 12 件"),
    ],
    ids=["a year and a year", "six months and six months", "five years and a year", "a year and half a year"],
)
def test_only_periods_of_equal_length_are_compared_in_words(before, now, title):
    world = portal(case_statistics=(row(before, 4), row(now, 12)))
    assert find(world, "cases", "city-court").title.zh == title


@pytest.mark.parametrize(
    ("before", "now", "zh", "en"),
    [
        (4000, 4000, "，与 2021 年持平", ", the same as in 2021"),
        (4000, 4001, "，与 2021 年几乎持平", ", almost the same as in 2021"),
        (4000, 3000, "，比 2021 年少 25%", ", 25% fewer than in 2021"),
    ],
)
def test_no_change_is_not_told_as_more_or_fewer_by_nothing(before, now, zh, en):
    title = find(portal(case_statistics=(row(2021, before), row(2022, now))), "cases", "city-court").title
    assert title.zh.endswith(zh)
    assert title.en.endswith(en)


def test_counts_in_units_of_one_base_are_compared_by_what_they_count():
    rows = (row(2021, 9000), row(2022, 1, unit=WAN_CASE))
    assert find(portal(case_statistics=rows), "cases", "city-court").title.zh.endswith("比 2021 年多 11%")


def test_codes_without_words_of_their_own_are_told_by_their_labels():
    (said,) = tell(row(2024, 3, forum="arbitration", statistic="appeals"))
    assert said == Text("2024 年，全市appeals 3 件。", "In 2024 the city appeals: 3 cases.")
