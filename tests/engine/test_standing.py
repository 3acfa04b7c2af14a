"""What stands beside a verdict: facts that decide nothing, said exactly, in both languages."""

from dataclasses import replace

import pytest
from small_portal import (
    CITY,
    SITE,
    WAN_YUAN,
    YI_YUAN,
    indicator,
    observation,
    portal,
    target,
    told,
)  # fmt: skip

from ipportal.analysis.progress import judge, verdicts
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.words.counts import headline, headline_facts
from ipportal.words.sentences import (
    beyond_fact,
    beyond_note,
    short_sentence,
    unjudged_note,
    verdict_sentence,
    verdict_steps,
)

GRANTS = [(2020, 572), (2021, 1443), (2022, 2425)]


def test_the_zones_grants_are_above_their_target_and_their_final_value_is_unknown():
    world, verdict = told(GRANTS, minimum=1700)
    fact = Text(
        "2022 年 2,425 件，已高于 2025 年目标 1,700 件；2025 年终值未公布",
        "2,425 patents in 2022, already above the 2025 target of 1,700 patents; "
        "the final value for 2025 is not published",
    )
    assert beyond_fact(verdict) == short_sentence(world, verdict) == fact
    assert beyond_note(verdict) == Text("2022 年已高于目标值", "above the target value in 2022")
    sentence = verdict_sentence(world, verdict)
    assert sentence.zh == (
        "2022 年为 2,425 件（规划征求意见稿），已高于 2025 年目标 1,700 件；2025 年终值未公布，还不能说目标是否达到。"
        "年度数只说当年，不说明以后各年。"
    )
    assert sentence.en == (
        "The value for 2022 is 2,425 patents (Plan draft), already above the 2025 target of 1,700 patents; the final "
        "value for 2025 is not published, so it cannot be said whether the target was met. A yearly figure speaks of "
        "its own year and not of those after it."
    )
    assert fact.zh in verdict_steps(world, verdict)[-2].zh


def test_what_came_after_is_told_too():
    world, verdict = told([(2020, 100), (2022, 310), (2023, 320)])
    assert (
        "最新的全年数值是 2023 年的 320 件（规划征求意见稿），仍高于这个目标值。" in verdict_sentence(world, verdict).zh
    )
    world, verdict = told([(2020, 100), (2022, 310), (2023, 280)])
    assert (
        "最新的全年数值是 2023 年的 280 件（规划征求意见稿），又回到目标值以内。" in verdict_sentence(world, verdict).zh
    )
    assert "(Plan draft), back short of that level." in verdict_sentence(world, verdict).en


PLACES = [
    (told([(2022, 300)]), "2022 年 300 件，已达到 2025 年目标 300 件；"),
    (told([(2022, 301)], kind="exceed"), "2022 年 301 件，已高于 2025 年目标（超过 300 件）；"),
    (told([(2022, 20)], minimum=None, maximum=24, direction="down"), "已低于 2025 年目标（不超过 24 件）；"),
    (told([(2022, 4)], minimum=3, maximum=5, kind="range"), "2022 年 4 件，已高于 2025 年目标 3—5 件；"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "words"), PLACES, ids=["equal", "strict", "falling", "range"])
def test_the_word_for_where_a_value_stands(case, words):
    assert words in short_sentence(*case).zh


def test_a_retold_figure_says_so():
    world, verdict = told([], rows=[observation(2022, 310, source="zone-site-20220315", confidence="secondary")])
    assert "310 件（管委会官网，2022-03-15，转述）" in verdict_sentence(world, verdict).zh
    assert "(Zone website, 15 Mar 2022, second-hand)" in verdict_sentence(world, verdict).en


def test_the_growth_ratio_is_left_out_of_sentences_once_the_period_is_over():
    cut = {"minimum": None, "maximum": 24, "direction": "down"}
    world, verdict = told([(2020, 60), (2021, "52.8")], **cut)
    assert verdict.bands_disagree
    assert "复合增速" not in verdict_sentence(world, verdict).zh
    assert any("年均增速之比" in step.zh for step in verdict_steps(world, verdict))
    assert "复合增速" in verdict_sentence(*told([(2020, 60), (2021, "52.8")], as_of="2024-06-30", **cut)).zh


def test_a_newer_value_of_another_definition_is_shown_and_not_judged():
    rows = [observation(2020, 5512, unit=WAN_YUAN), observation(2022, 6500, unit=WAN_YUAN, basis="web")]
    aim = target(10000, unit=WAN_YUAN)
    world = portal(rows, [aim], indicators=[indicator(unit=WAN_YUAN)])
    verdict = judge(world, aim)
    assert (verdict.state.id, verdict.latest, verdict.done) == ("closed-unpublished", None, None)
    assert unjudged_note(world, verdict).zh == "另有 2022 年 6,500 万元，口径不同"
    assert short_sentence(world, verdict).zh == "2020 年之后没有公开可比的全年数值；另有 2022 年 6,500 万元，口径不同"
    assert (
        "另有 2022 年的数值 6,500 万元（规划征求意见稿），口径是“官网口径”，不能与目标直接比，只列出，不参与判断。"
        in verdict_sentence(world, verdict).zh
    )


def test_an_older_value_of_another_definition_adds_nothing():
    rows = [observation(2021, 82), observation(2021, 120, basis="web"), observation(2019, 51, basis="web")]
    world = portal(rows, [target(95)])
    assert unjudged_note(world, judge(world, target(95))) is None


def test_two_totals_without_a_starting_year_stand_side_by_side():
    rows = [observation("2023-02", "3.8", unit=YI_YUAN, basis="web", status="provisional")]
    aim = target(3, kind="cumulative", unit=YI_YUAN)
    world = portal(rows, [aim], indicators=[indicator(unit=YI_YUAN, measure_type="cumulative")])
    verdict = judge(world, aim)
    assert (verdict.state.id, verdict.beyond_since) == ("closed-unpublished", None)
    assert verdict_sentence(world, verdict).zh == (
        "2025 年终值未公布。目标是到 2025 年累计 3 亿元，没有写明从哪一年算起；已公布的累计额是 3.8 亿元"
        "（2023 年 2 月，规划征求意见稿），也没有写明。两个起点都不明，不能相比，所以不作判断。"
    )
    assert "a total of CNY 300 million by 2025, without a starting year" in verdict_sentence(world, verdict).en
    assert unjudged_note(world, verdict).zh == "另有累计 3.8 亿元（2023 年 2 月），起算年不明"


ANNUAL = [
    ([(2020, "4.75"), (2025, "13.7")], "2026-11-29",
     "2025 年为 13.7 件（规划征求意见稿），没有达到 15 件的年度目标，相差 1.3 件。"),
    ([(2025, 16)], "2026-11-29", "2025 年为 16 件（规划征求意见稿），达到 15 件的年度目标。"),
    ([(2021, 9)], "2026-11-29",
     "2025 年的年度目标是 15 件，当年的数值没有公布，不能判断。"
     "最近的全年数值是 2021 年的 9 件（规划征求意见稿）。"),
    ([(2024, 16)], "2025-11-29",
     "2025 年的年度目标是 15 件，当年还没有过完，不作判断。"
     "最近的全年数值是 2024 年的 16 件（规划征求意见稿）。"),
]  # fmt: skip


def test_a_card_says_of_a_work_plans_target_only_what_its_year_says():
    unknown = told([(2021, 9)], minimum=15, kind="annual")
    assert short_sentence(*unknown) == Text("没有 2025 年的公开数值", "no value for 2025 is published")
    running = told([(2024, 16)], minimum=15, kind="annual", as_of="2025-11-29")
    assert short_sentence(*running).zh == "2025 年还没有过完，不作判断"
    assert short_sentence(*told([(2025, 16)], minimum=15, kind="annual")).zh == "2025 年为 16 件"


@pytest.mark.parametrize(("values", "as_of", "zh"), ANNUAL, ids=["missed", "met", "unknown", "not over"])
def test_a_work_plans_target_speaks_of_its_year_only(values, as_of, zh):
    world, verdict = told(values, minimum=15, kind="annual", as_of=as_of)
    assert verdict_sentence(world, verdict).zh == zh
    assert not any(word in step.zh for step in verdict_steps(world, verdict) for word in ("步调", "基线", "应完成"))


def test_a_moved_target_says_how_it_moved_and_every_version_keeps_its_verdict():
    documents = [
        ("first", "2021-12-14", 28, "reach"),
        ("second", "2022-11", 30, "reach"),
        ("third", "2024-09-07", 40, "exceed"),
    ]
    aims = [
        replace(target(goal, id=name, kind=kind, default=name == "third"), source=name, area=CITY.id, replaces=before)
        for (name, _, goal, kind), before in zip(documents, (None, "first", "second"), strict=True)
    ]
    world = portal([observation(2022, "28.09", area="city"), observation(2024, "40.57", area="city")], aims)
    papers = {
        n: replace(SITE, id=n, name=Text(f"文件{n}", f"Paper {n}"), date=PartialDate.parse(d))
        for n, d, _, _ in documents
    }
    world = replace(world, sources=world.sources | papers)
    moved = "目标由 28 件（文件first）改为 30 件（文件second），再改为超过 40 件（文件third）。"
    told_of = {v.target.id: verdict_sentence(world, v).zh for v in verdicts(world, "grants")}
    assert list(told_of) == ["third", "first", "second"]
    assert [moved in sentence for sentence in told_of.values()] == [True, False, False]
    assert "2022 年为 28.09 件" in told_of["first"] and "2024 年为 40.57 件" in told_of["third"]


def test_the_headline_counts_what_is_known_by_its_last_year():
    def of(id, order, name, *values):
        return (
            indicator(id, order=order, name=name),
            [observation(*v, indicator=id) for v in values],
            target(300, id=f"{id}-2025", indicator=id),
        )

    parts = [
        of("a", 1, Text("发明授权", "Grants"), (2020, 100), (2022, 310)),
        *(of(f"b{i}", 2, Text(f"指标{i}", f"Item {i}"), (2020, 100), (2021, 150)) for i in range(3)),
        of("c", 5, Text("质押融资", "Pledges"), (2020, 100)),
    ]
    rows = [row for _, found, _ in parts for row in found] + [observation(2022, 200, indicator="c", basis="web")]
    world = portal(rows, [aim for *_, aim in parts], indicators=[one for one, *_ in parts])
    judged = [judge(world, aim) for *_, aim in parts]
    assert headline(judged) == Text(
        "5 项核心指标都没有公布 2025 年终值。可比数值：发明授权到 2022 年，3 项到 2021 年，质押融资只有 2020 年基线。",
        "No final value for 2025 is published for any of the 5 core indicators. Comparable values: grants up to 2022, "
        "3 up to 2021, pledges only the baseline of 2020.",
    )
    assert [fact.zh for fact in headline_facts(world, judged)] == [
        "发明授权 2022 年已高于目标值",
        "质押融资另有 2022 年 200 件，口径不同",
    ]


def test_the_headline_with_final_values():
    assert headline([told([(2025, 300)])[1]]).zh == "1 项核心指标中，1 项公布了 2025 年终值。"
    assert headline([told([], as_of="2024-06-30")[1]]).en == (
        "The target year of the core indicator is 2025. Comparable values: grants nothing."
    )


@pytest.mark.parametrize(
    ("years", "as_of", "said", "short"),
    [
        (
            (2021, 2022, 2024, 2025),
            "2026-11-22",
            "By 2022 the total is 40 patents (Plan draft), 40% of the target of a total of 100 patents; an even pace "
            "would be 40%, so this is in step with it. No value is published for 2023, so there is no sum after 2022 "
            "and it cannot be said whether the target was met.",
            "known up to 2022: 40% of the target; an even pace would be 40%",
        ),
        (
            (2021, 2022, 2024),
            "2025-06-30",
            "By 2022 the total is 40 patents (Plan draft), 40% of the target of a total of 100 patents; an even pace "
            "would be 40%, so this is in step with it. No value is published for 2023, so there is no sum after 2022.",
            "known up to 2022: 40% of the target; an even pace would be 40%",
        ),
        (
            (2022, 2024),
            "2026-11-22",
            "The target is a total of 100 patents by 2025; no value is published for 2021, 2023, 2025, so no sum can "
            "be formed.",
            "no value published for 2021, 2023, 2025, so there is no sum",
        ),
        (
            (2021, 2022),
            "2026-11-22",
            "The final value for 2025 is not published. By 2022 the total is 40 patents (Plan draft), 40% of the "
            "target of a total of 100 patents; an even pace would be 40%, so this is in step with it. No comparable "
            "full-year value after 2022 is public, so it cannot be said whether the target was met.",
            "known up to 2022: 40% of the target; an even pace would be 40%",
        ),
    ],
)
def test_a_sum_with_a_gap_names_the_year_that_is_missing(years, as_of, said, short):
    # 20 a year, added up to the first year without a value: 20 + 20 = 40 of 100
    world, verdict = told([(year, 20) for year in years], kind="cumulative", minimum=100, as_of=as_of)
    assert (verdict_sentence(world, verdict).en, short_sentence(world, verdict).en) == (said, short)


@pytest.mark.parametrize(
    ("kind", "rows", "as_of", "said"),
    [
        (
            "exceed",
            [observation(2025, 26)],
            "2026-11-22",
            "equal to, but not more than 26 patents, so the target is not met",
        ),
        ("reach", [observation(2025, 26, qualifier="nearly")], "2026-11-22", "so the target of 26 patents is not met."),
        (
            "exceed",
            [observation(2020, 20), observation(2024, 26)],
            "2025-06-30",
            "not yet beyond the target of more than 26 patents for 2025; an even pace would be 80%",
        ),
    ],
)
def test_a_value_on_a_line_it_does_not_meet_is_never_short_by_nothing(kind, rows, as_of, said):
    # 26 is not more than 26, and nearly 26 does not reach it; (26 − 20) ÷ (26 − 20) = 100% after 4/5 of the years
    world, verdict = told([], kind=kind, minimum=26, rows=rows, as_of=as_of)
    sentence = verdict_sentence(world, verdict)
    assert said in sentence.en
    assert not any(words in sentence.en for words in (" by 0", " rise by", " fall by"))
    assert "相差 0" not in sentence.zh


def test_a_sum_beyond_its_target_with_a_gap_lacks_its_total_not_the_last_years_value():
    # 70 + 70 = 140 of 100 by 2022; the value of 2025 is published, that of 2023 is not
    rows = [(2021, 70), (2022, 70), (2024, 1), (2025, 1)]
    world, verdict = told(rows, kind="cumulative", minimum=100)
    assert (
        short_sentence(world, verdict).zh
        == "2022 年 140 件，已高于 2025 年目标（累计 100 件）；2025 年为止的合计未公布"
    )
    assert verdict_sentence(world, verdict).en == (
        "The value for 2022 is 140 patents (Plan draft), already above the 2025 target of a total of 100 patents; "
        "the total up to 2025 is not published, so it cannot be said whether the target was met."
    )
