"""Sentences, steps and snippets say the numbers of the verdict, naturally, in both languages."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from chart_worlds import column, full_world
from small_portal import (
    WAN_PIECE,
    WAN_YUAN,
    YI_YUAN,
    indicator,
    observation,
    portal,
    target,
    told,
)  # fmt: skip

from ipportal.analysis.progress import judge, verdicts
from ipportal.base.text import LANGS, Text
from ipportal.charts.record import ChartCell, ChartColumn, ChartTable
from ipportal.words.sentences import newer_part_year, short_sentence, verdict_sentence, verdict_steps
from ipportal.words.wording import bounds, format_target, percent
from support.portals import real_portal

ROOT = Path(__file__).resolve().parents[2]
REAL = real_portal()
DURING, AFTER = "2024-06-30", "2026-11-22"


SENTENCES = [
    (
        "closed, with a last pace",
        told([(2020, 100), (2022, 180)]),
        "2025 年终值未公布。最近一个可比的全年数值是 2022 年的 180 件（规划征求意见稿），2020 年基线为 100 件，"
        "2025 年目标为 300 件：前两年完成了五年增量的 40%，按平均进度应为 40%，两者相当。"
        "2022 年以后没有公开可比的全年数值，因此还不能说目标是否达到。",
        "The final value for 2025 is not published. The latest comparable full-year value is 180 patents in 2022 "
        "(Plan draft); the 2020 baseline is 100, the target for 2025 is 300 patents: the first two years brought 40% "
        "of the five-year rise; an even pace would be 40%, so this is in step with it. No comparable full-year value "
        "after 2022 is public, so it cannot be said whether the target was met.",
    ),
    (
        "closed, only the baseline",
        told([(2020, 100)], kind="exceed"),
        "2025 年终值未公布。2020 年基线为 100 件（规划征求意见稿），此后没有公开可比的全年数值；"
        "目标是到 2025 年超过 300 件。",
        "The final value for 2025 is not published. The 2020 baseline is 100 patents (Plan draft); no comparable "
        "full-year value has been published since. The target for 2025 is more than 300 patents.",
    ),
    (
        "closed, nothing known",
        told([], kind="range", maximum=500),
        "2025 年终值未公布。目标是到 2025 年达到 300—500 件；2020 年基线和此后的全年数值都没有公布。",
        "The final value for 2025 is not published. The target for 2025 is 300–500 patents; neither a 2020 baseline "
        "nor a later full-year value has been published.",
    ),
    (
        "met",
        told([(2020, 100), (2025, 300)]),
        "2025 年为 300 件（规划征求意见稿），达到 300 件的目标。",
        "The value for 2025 is 300 patents (Plan draft), meeting the target of 300 patents.",
    ),
    (
        "exceeded",
        told([(2020, 100), (2025, 301)]),
        "2025 年为 301 件（规划征求意见稿），超过 300 件的目标。",
        "The value for 2025 is 301 patents (Plan draft), beyond the target of 300 patents.",
    ),
    (
        "missed",
        told([(2020, 100), (2025, 299)]),
        "2025 年为 299 件（规划征求意见稿），没有达到 300 件的目标，相差 1 件。",
        "The value for 2025 is 299 patents (Plan draft), short of the target of 300 patents by 1 patent.",
    ),
    (
        "provisional final",
        told([], rows=[observation(2020, 100), observation(2025, 310, status="provisional")]),
        "2025 年为 310 件（规划征求意见稿），这是初步数；目标是 300 件，正式数公布后再判断。",
        "The value for 2025 is 310 patents (Plan draft), a provisional figure. The target is 300 patents; the verdict "
        "waits for the final figure.",
    ),
    (
        "behind, while the plan runs",
        told([(2020, 100), (2022, 160)], as_of=DURING),
        "最近一个可比的全年数值是 2022 年的 160 件（规划征求意见稿），2020 年基线为 100 件，2025 年目标为 300 件："
        "前两年完成了五年增量的 30%，按平均进度应为 40%，只有平均进度的 75%。要按期达到目标，今后每年还要增加 46.7 件。"
        "换用年均复合增速比较，结论是“进度正常”，与按步调判断的“略慢”不同。",
        "The latest comparable full-year value is 160 patents in 2022 (Plan draft); the 2020 baseline is 100, the "
        "target for 2025 is 300 patents: the first two years brought 30% of the five-year rise; an even pace would be "
        "40%, so this is 75% of that pace. "
        "To arrive on time it would have to rise by 46.7 patents a year. Compared by compound growth rates the "
        "finding would be “on pace”, not “somewhat behind”.",
    ),
    (
        "moving away",
        told([(2020, 100), (2022, 90)], as_of=DURING),
        "最近一个可比的全年数值是 2022 年的 90 件（规划征求意见稿），比 2020 年的 100 件离目标（300 件）更远，"
        "按平均进度应为 40%。要按期达到目标，今后每年还要增加 70 件。",
        "The latest comparable full-year value is 90 patents in 2022 (Plan draft), further from the target of 300 "
        "patents than 100 in 2020; an even pace would be 40%. To arrive on time it would have to rise "
        "by 70 patents a year.",
    ),
    (
        "without a baseline",
        told([(2022, 90)], as_of=DURING),
        "最近一个可比的全年数值是 2022 年的 90 件（规划征求意见稿）；2020 年基线没有公布，算不出完成了多少。"
        "目标是到 2025 年达到 300 件。要按期达到目标，今后每年还要增加 70 件。",
        "The latest comparable full-year value is 90 patents in 2022 (Plan draft); without a 2020 baseline the "
        "distance covered cannot be computed. The target for 2025 is 300 patents. To arrive on time it would have "
        "to rise by 70 patents a year.",
    ),
    (
        "a sum",
        told([(2021, 60), (2022, 60)], kind="cumulative", as_of=DURING),
        "截至 2022 年累计 120 件（规划征求意见稿），占目标（累计 300 件）的 40%，按平均进度应为 40%，两者相当。"
        "要按期达到目标，今后每年还要增加 60 件。",
        "By 2022 the total is 120 patents (Plan draft), 40% of the target of a total of 300 patents; an even pace "
        "would be 40%, so this is in step with it. To arrive on time it would have to rise by "
        "60 patents a year.",
    ),
]


@pytest.mark.parametrize(("case", "zh", "en"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES])
def test_sentence(case, zh, en):
    sentence = verdict_sentence(*case)
    assert sentence.zh == zh
    assert sentence.en == en


def test_part_of_a_year_is_mentioned_but_not_judged():
    world, verdict = told([(2020, 100), (2021, 150), ("2022-H1", 90), ("2021-07", 80)])
    assert newer_part_year(world, verdict).period.text == "2022-H1"
    sentence = verdict_sentence(world, verdict)
    assert "另有 2022 年上半年的数值 90 件（规划征求意见稿），不足全年，不参与判断。" in sentence.zh
    assert "A value for part of a year, 90 patents (first half of 2022; Plan draft)" in sentence.en


def test_disagreement_of_the_methods_is_said():
    world, verdict = told([(2020, 60), (2021, "52.8")], minimum=None, maximum=24, direction="down", as_of=DURING)
    sentence = verdict_sentence(world, verdict)
    assert "换用年均复合增速比较，结论是“略慢”，与按步调判断的“进度正常”不同。" in sentence.zh
    assert "Compared by compound growth rates the finding would be “somewhat behind”, not “on pace”." in sentence.en


SHORT = [
    ([(2020, 572), (2021, 1443)], 1700,
     "已知到 2021 年：第一年完成了五年增量的 77%，按平均进度应为 20%",
     "known up to 2021: the first year brought 77% of the five-year rise; an even pace would be 20%"),
    ([(2020, 100)], 300, "2020 年之后没有公开可比的全年数值", "no comparable full-year value after 2020"),
    ([], 300, "没有公开可比的数值", "no comparable value published"),
    ([(2025, 300)], 300, "2025 年为 300 件", "300 patents in 2025"),
    ([(2022, 200)], 300, "2022 年为 200 件", "200 patents in 2022"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "goal", "zh", "en"), SHORT, ids=[row[3] for row in SHORT])
def test_short_sentence(values, goal, zh, en):
    assert short_sentence(*told(values, minimum=goal)) == Text(zh, en)


@pytest.mark.this_portal
@pytest.mark.parametrize("lang", LANGS)
def test_every_verdict_of_the_portal_is_told_in_full(lang):
    count = 0
    for indicator_id in REAL.indicators:
        for verdict in verdicts(REAL, indicator_id):
            sentence = verdict_sentence(REAL, verdict)[lang]
            numbers = re.findall(r"[\d,.]+", sentence)
            assert str(verdict.target.year) in sentence
            if verdict.newest:
                source = REAL.sources[verdict.newest.observation.source].name[lang]
                assert source in sentence
            assert numbers and "{" not in sentence and "None" not in sentence
            assert bool(re.search(r"[\u3400-\u9fff]", sentence)) == (lang == "zh")
            assert not re.search(r"  |，，|。。| ，|[\u3400-\u9fff] [\u3400-\u9fff]", sentence)
            count += 1
    assert count >= 20


def test_steps_of_the_zones_grants():
    steps = verdict_steps(*told([(2020, 572), (2021, 1443)], minimum=1700))
    chinese = "\n".join(step.zh for step in steps)
    assert "已完成 p = (v − v₀) ÷ (V − v₀) = (1,443 − 572) ÷ (1,700 − 572) = 0.7722" in chinese
    assert "应完成 e = (t − t₀) ÷ (T − t₀) = (2021 − 2020) ÷ (2025 − 2020) = 0.2000" in chinese
    assert "步调 = p ÷ e = 0.7722 ÷ 0.2000 = 3.861，属于“进度正常”" in chinese
    assert "= 6.26，属于“进度正常”" in chinese
    assert "差额 = 1,700 − 1,443 = 257；2021 年之后每年需要 257 ÷ 4 = 64.25，即年均 4.2%" in chinese
    assert steps[-1].zh == ("判断（数据截至2026年11月22日）：2025 年已过，没有公布可比的终值，因此是“终值未公布”")
    assert "hence “Final value not published”" in steps[-1].en


def test_steps_of_a_sum_name_its_parts():
    world, verdict = told([(2021, 60), (2022, 70)], kind="cumulative", as_of=DURING)
    lines = [step.zh for step in verdict_steps(world, verdict)]
    assert lines[0] == "起点 v₀ = 0（规划期内累计，从零算起）"
    assert lines[1] == "最新可比数值 v = 60 + 70 = 130 件（截至 2022 年，规划征求意见稿）"


def test_steps_follow_the_plans_own_path():
    world, verdict = told(
        [(2020, 100), (2022, 110)],
        others=[target(120, id="grants-2022", year=2022)],
    )
    lines = [step.en for step in verdict_steps(world, verdict)]
    assert "Expected e: the plan's own path (2020: 100, 2022: 120, 2025: 300) reaches 0.1000 in 2022" in lines


def test_english_steps_reckon_in_whole_units():
    rows = [observation(2020, "1.3", unit=WAN_PIECE), observation(2021, "1.5", unit=WAN_PIECE)]
    goal = target("2.1", unit=WAN_PIECE)
    world = portal(rows, [goal], indicators=[indicator(unit=WAN_PIECE)])
    steps = verdict_steps(world, judge(world, goal))
    assert any("(1.5 − 1.3) ÷ (2.1 − 1.3)" in step.zh for step in steps)
    assert any("(15,000 − 13,000) ÷ (21,000 − 13,000)" in step.en for step in steps)


def test_negative_numbers_stand_in_brackets():
    world, verdict = told([(2020, -20), (2021, -17)], minimum=0, as_of=DURING)
    assert "((−17) − (−20)) ÷ (0 − (−20)) = 0.1500" in verdict_steps(world, verdict)[3].zh


@pytest.mark.parametrize(
    ("share", "words"),
    [("0.7722", "77%"), ("0.996", "99.6%"), ("0.004", "0.4%"), ("1", "100%"), ("0", "0%"), ("-0.05", "−5%"),
     ("4.51", "451%"), ("0.9999", "99.99%"), ("-0.000198", "−0.02%"), ("0.0000003", "≈0%"), ("0.9999998", "≈100%")],
)  # fmt: skip
def test_percent_is_not_rounded_to_a_whole_it_is_not(share, words):
    assert percent(Decimal(share)) == words


@pytest.mark.parametrize(
    ("goal", "zh", "en"),
    [
        (target(1700), "1,700 件", "1,700 patents"),
        (target(None, 5), "不超过 5 件", "at most 5 patents"),
        (target(3, 5, kind="range"), "3—5 件", "3–5 patents"),
        (target(20, kind="exceed"), "超过 20 件", "more than 20 patents"),
        (target(3, kind="cumulative", unit=YI_YUAN), "累计 3 亿元", "a total of CNY 300 million"),
        (target(kind="hold"), "保持基线水平", "the level of the baseline"),
        (target("1.3", "2.1", kind="range", unit=WAN_PIECE), "1.3—2.1 万件", None),
    ],
)
def test_aims_in_words(goal, zh, en):
    assert format_target(goal).zh == zh
    assert zh.endswith(bounds(goal, "zh") or "?")
    if en:
        assert format_target(goal).en == en


# --- tables as data -------------------------------------------------------------------------------


def test_table_writes_bare_values_and_leaves_unknown_cells_empty():
    table = ChartTable(
        Text("表", "Table"),
        (ChartColumn("area", Text("地区", "Area")), ChartColumn("value", Text("数值", "Value"), numeric=True)),
        (
            (ChartCell.same(Text("某市，甲", "City, A")), ChartCell(Text("1.3 万件", "13,000"), Text("1.3", "13000"))),
            (ChartCell.same(Text("某省", "Province")), ChartCell.unknown()),
        ),
    )
    assert table.csv("zh").decode() == "area,value\n某市，甲,1.3\n某省,\n"
    assert table.csv("en").decode() == 'area,value\n"City, A",13000\nProvince,\n'
    assert column(table, "value", "en") == ["13000", ""]


def test_table_refuses_rows_that_do_not_fit():
    with pytest.raises(ValueError, match="do not fit"):
        ChartTable(Text("表", "Table"), (ChartColumn("a", Text("甲", "A")),), ((ChartCell.same(1), ChartCell.same(2)),))


def test_made_up_world_is_told_without_gaps():
    world = full_world()
    assert WAN_YUAN.id in world.units
    for indicator_id in world.indicators:
        for verdict in verdicts(world, indicator_id):
            assert all("{" not in verdict_sentence(world, verdict)[lang] for lang in LANGS)
            assert all(step.zh and step.en for step in verdict_steps(world, verdict))
