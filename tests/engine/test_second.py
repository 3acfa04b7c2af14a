"""A portal about another subject, in Chinese, with two plans: what pages and files say, worked by hand."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html

from ipportal.analysis.plan import chapters, measure_state, own_measures, own_systems, page_of, plan_page
from ipportal.analysis.progress import leading_verdicts, zone_verdicts
from ipportal.analysis.states import judge_deliverable
from ipportal.base.periods import PartialDate
from ipportal.charts import find
from ipportal.charts.theme import SPARK
from ipportal.data.manuscripts import read_manuscripts
from ipportal.data.plans import PlanState
from ipportal.files.api import api_files
from ipportal.files.gather import moved_pages
from ipportal.pages import MACROS
from ipportal.pages.prepared import parents
from ipportal.pages.stubs import stubs
from ipportal.pages.view import View
from ipportal.words.counts import headline
from ipportal.words.sentences import verdict_sentence
from support.portals import SECOND, second_portal

PORTAL = second_portal()


def verdict(id):
    return next(v for i in PORTAL.indicators for v in zone_verdicts(PORTAL, i) if v.target.id == id)


#: Target, state, done and pace; why
WORKED = [
    # yearly, falling: 115 > 114 by 1; 111 = 111; 104.5 > 104 by 0.5; 99.5 ≤ 100; 2028 is not over
    ("emissions-2022", "missed", None, None),
    ("emissions-2023", "met", None, None),
    ("emissions-2026", "missed", None, None),
    ("emissions-2027", "met", None, None),
    ("emissions-2028", "no-data", None, None),
    # 120 → 102, corrected to 101.5: (101.5 − 120) ÷ (102 − 120) = 18.5 ÷ 18 = 1.0278
    ("emissions-2025", "exceeded", "1.0278", "1.0278"),
    # re-based, 108 → 86, 99.5 after two of five years: 8.5 ÷ 22 = 0.3864; ÷ 0.4 = 0.9659
    ("emissions-2030", "on-pace", "0.3864", "0.9659"),
    # 18 → 30, 31 known late: 13 ÷ 12 = 1.0833
    ("renewable-share-2025", "exceeded", "1.0833", "1.0833"),
    # 31 → 45 by 2028: 10 ÷ 14 = 0.7143, e = 2/3, pace 1.0714
    ("renewable-share-2028", "on-pace", "0.7143", "1.0714"),
    # 31 → 60 by way of 45: in 2027 the path stands at 31 + 14 × 2/3 = 40.3333; 10 ÷ 29 = 0.3448, 9.3333 ÷ 29 = 0.3218
    ("renewable-share-2030", "on-pace", "0.3448", "1.0714"),
    # a level to keep, at most 24: 23.7 in 2025, 24.6 in 2027
    ("class-size-2025", "met", None, None),
    ("class-size-2030", "moving-away", None, None),
    # 1 → 5: 4 of them, 3 ÷ 4
    ("solar-schools-2025", "missed", "0.75", "0.75"),
    # 4 → 12 as first set: 5 ÷ 8 = 0.625, ÷ 0.4 = 1.5625; raised to 16: 5 ÷ 12 = 0.4167, ÷ 0.4 = 1.0417
    ("solar-schools-2030-first", "on-pace", "0.625", "1.5625"),
    ("solar-schools-2030", "on-pace", "0.4167", "1.0417"),
    # 10 → 20, 22 in 2022 and nothing later: 12 ÷ 10 = 1.2; by 2022 two of five years: 1.2 ÷ 0.4 = 3
    ("cycle-lanes-2025", "closed-unpublished", "1.2", "3"),
    # 25 + 32 + 31 + 36 + 40 = 164 of 150; 34 + 44 = 78 of 200 = 0.39, ÷ 0.4 = 0.975
    ("woodland-planted-2025", "exceeded", "1.0933", "1.0933"),
    ("woodland-planted-2030", "on-pace", "0.39", "0.975"),
]


@pytest.mark.parametrize(("id", "state", "done", "pace"), WORKED, ids=[row[0] for row in WORKED])
def test_a_verdict_worked_by_hand(id, state, done, pace):
    found = verdict(id)
    assert found.state.id == state
    assert [None if n is None else round(n, 4).normalize() for n in (found.done, found.pace)] == [
        None if n is None else Decimal(n) for n in (done, pace)
    ]


def test_what_stands_beside_the_verdicts():
    assert verdict("cycle-lanes-2025").beyond_since.year == 2022
    assert verdict("renewable-share-2025").published_late
    assert verdict("emissions-2025").state_before.id == "missed"  # by the 104 published first, 2 above 102
    assert [t.id for t in verdict("solar-schools-2030").revisions] == ["solar-schools-2030-first", "solar-schools-2030"]
    assert verdict_sentence(PORTAL, verdict("emissions-2026")).zh.endswith(
        "没有做到不超过 104 千吨的年度目标，超出 0.5 千吨。"
    )
    assert "比不超过 102 千吨的目标还低 0.5 千吨" in verdict_sentence(PORTAL, verdict("emissions-2025")).zh


def test_the_headline_counts_what_is_due_and_what_is_ahead():
    judged = leading_verdicts(PORTAL, "core")
    assert [v.target.id for v in judged] == [
        "emissions-2027",
        "renewable-share-2028",
        "class-size-2030",
        "solar-schools-2030",
    ]
    assert headline(judged).zh == (
        "4 项核心指标中，1 项的目标已到期（2027 年）：1 项达到目标；3 项还没有到期（2028—2030 年）：2 项进度正常，"
        "1 项离目标更远。可比数值：3 项到 2027 年。"
    )
    assert headline(judged).en == (
        "Of the 4 core indicators, 1 with a target that is due (2027): 1 met; 3 with one still ahead "
        "(2028–2030): 2 on pace, 1 moving away. Comparable values: 3 up to 2027."
    )


def test_a_plan_without_targets_says_so():
    assert headline([]).en == "The plan sets no target for a core indicator yet."


@pytest.mark.parametrize(
    ("id", "state"),
    [
        ("boilers-2021", "in-time"),  # due 2023, proof of November 2022
        ("roofs-2021", "late"),  # due 2024, proof of March 2025
        ("lanes-2021", None),  # no year set
        ("heat-2026", "due-unpublished"),  # due 2027, the day is in June 2028
        ("roofs-2026", "due"),  # due 2029, begun only
    ],
)
def test_a_promise_with_a_year_is_judged_by_public_proof(id, state):
    found = judge_deliverable(PORTAL, PORTAL.measures[id])
    assert (found.id if found else None) == state


def test_a_system_of_which_no_day_is_known_is_not_judged():
    monitor, desk = PORTAL.systems_by_id["roof-monitor"], PORTAL.systems_by_id["heat-desk"]
    assert judge_deliverable(PORTAL, monitor).id == "late"
    assert judge_deliverable(PORTAL, replace(monitor, since=PartialDate.parse("2024"))).id == "in-time"
    assert judge_deliverable(PORTAL, replace(monitor, since=None)) is None
    assert judge_deliverable(PORTAL, desk).id == "due-unpublished"


def test_a_promise_that_is_due_with_steps_alone_lacks_its_result_not_everything():
    steps = replace(PORTAL.updates[0], id="steps", measure="heat-2026", state="started", grade="action")
    begun = replace(PORTAL, updates=(steps,))
    assert measure_state(begun, "heat-2026").id == "started"
    label = judge_deliverable(begun, begun.measures["heat-2026"]).label
    assert (label.zh, label.en) == ("到期，结果未公布", "Due, result not published")


def view(page, lang="zh"):
    return View(PORTAL, lang, "").on(page)


def test_pages_below_the_folder_of_a_plan_speak_of_that_plan():
    now, then = view("plan/index.md").portal, view("plan/2021-2025/index.md").portal
    assert [p.settings.plan.id for p in (now, then)] == ["2026-2030", "2021-2025"]
    assert [m.id for m in own_measures(then)] == ["boilers-2021", "lanes-2021", "roofs-2021"]
    assert [s.id for s in own_systems(now)] == ["heat-desk"]
    assert [c.section.id for c in chapters(then)] == ["tasks-2021"]
    assert [v.target.id for v in leading_verdicts(then, "core")] == [
        "emissions-2025",
        "renewable-share-2025",
        "class-size-2025",
        "solar-schools-2025",
    ]
    assert view("plan/2021-2025/tasks/energy-2021.md").portal is then  # read and judged once for all its pages
    assert view("plan/tasks/energy-2026.md").portal is PORTAL


def test_pages_of_a_closed_plan_lie_in_its_folder_once_a_successor_runs():
    paths = {section: page_of(PORTAL, section) for section in ("energy-2021", "energy-2026")}
    assert paths == {
        "energy-2021": "plan/2021-2025/tasks/energy-2021.md",
        "energy-2026": "plan/tasks/energy-2026.md",
    }
    assert plan_page(PORTAL, "updates", of="boilers-2021") == "plan/2021-2025/evidence.md"
    assert f"docs/zh/{paths['energy-2021']}" in stubs(PORTAL)
    first, second = PORTAL.settings.plans
    plans = (first, replace(second, state=PlanState.DRAFTING))
    earlier = replace(PORTAL, settings=replace(PORTAL.settings, plans=plans))
    assert page_of(earlier, "energy-2021") == "plan/tasks/energy-2021.md"
    assert page_of(earlier, "energy-2026") == "plan/2026-2030/tasks/energy-2026.md"


def test_old_addresses_of_a_closed_plan_lead_to_its_folder():
    moved = {move.old: move.new for move in PORTAL.settings.moved}
    assert moved == {
        f"plan/tasks/{page}.md": f"plan/2021-2025/tasks/{page}.md" for page in ("energy-2021", "schools-2021")
    }  # plan/index.md is the running plan's own page
    files = moved_pages(PORTAL, SECOND)
    assert set(files) == {
        f"plan/tasks/{page}/index.html" for page in ("energy-2021", "schools-2021")
    }  # in one language; with a second one its tree answers too
    both = replace(PORTAL, settings=replace(PORTAL.settings, languages=("zh", "en")))
    assert set(moved_pages(both, SECOND)) == set(files) | {f"en/{page}" for page in files}
    assert b"../../2021-2025/tasks/energy-2021/" in files["plan/tasks/energy-2021/index.html"]


def test_above_a_page_is_the_nearest_folder_page_that_there_is():
    pages = [page for page in read_manuscripts(SECOND, ("zh",))]
    found = parents(pages, PORTAL.settings.sections)
    assert found["plan/2021-2025/tasks/energy-2021.md"] == "plan/2021-2025/index.md"
    assert found["plan/tasks/energy-2026.md"] == "plan/index.md"


def texts(block, path):
    return [" ".join(found.text_content().split()) for found in html.fromstring(str(block)).xpath(path)]


def test_an_indicator_page_groups_verdicts_by_plan_and_folds_the_years_between():
    block = MACROS["verdict"](view("indicators/emissions.md"), "emissions")
    assert texts(block, "//p[@class='ip-verdict-plan']") == ["2026—2030 年规划", "2021—2025 年规划"]
    states = [re.sub(r"^\W+", "", text) for text in texts(block, "//p[@class='ip-verdict-state']")]
    assert states == ["达到目标", "进度正常", "超过目标"]
    assert texts(block, "//tbody/tr/th") == ["2026", "2028", "2029", "2021", "2022", "2023", "2024"]
    assert texts(block, "//tbody/tr[2]/td")[:3] == ["不超过 95 千吨", "—", "还没有过完"]


def test_the_commitments_of_each_plan_are_its_own():
    now, then = (
        texts(MACROS["plan_commitments"](view(page), "core"), "//tbody/tr/td[2]")
        for page in ("plan/index.md", "plan/2021-2025/index.md")
    )
    assert now[1:] == ["45% 202860%", "不超过 24 人/班", "16 所12 所 不据此判断"]
    assert then[1:] == ["30%", "不超过 24 人/班", "5 所"]


def test_targets_of_a_draft_are_listed_and_not_judged():
    first, second = PORTAL.settings.plans
    plans = (first, replace(second, state=PlanState.DRAFTING))
    earlier = replace(PORTAL, settings=replace(PORTAL.settings, plans=plans))
    assert [v.target.id for v in zone_verdicts(earlier, "class-size")] == ["class-size-2025"]
    block = MACROS["targets"](replace(view("indicators/class-size.md"), portal=earlier), "class-size")
    assert texts(block, "//tbody/tr/td[2]") == ["不超过 24 人/班", "不超过 24 人/班 草案，不判断"]


def test_a_chart_of_ways_to_go_leaves_out_what_is_not_judged_by_change():
    chart = find(PORTAL, "overview", "core")
    assert chart.title.zh == "有数值的 2 项都不慢于平均进度；2 项不按增量判断"
    assert chart.sentence.zh.endswith("排放量和班额不按增量判断。")


def test_a_card_draws_the_goal_it_names():
    """Emissions: 108 in 2025, 104.5, 99.5, and at most 100 for 2027; renewables: 31, 36, 41, and 45 for 2028."""
    ends = {"emissions": (2027, 100), "renewable-share": (2028, 45)}
    cards = texts(MACROS["core_cards"](view("index.md")), "//p[@class='ip-card-range']/span[@class='ip-goal']")
    assert cards[:2] == ["2027 目标 不超过 100 千吨", "2028 目标 45%"]
    for indicator, (year, goal) in ends.items():
        (aim,) = find(PORTAL, "spark", indicator).draw("zh", SPARK)["layer"][-1]["data"]["values"]
        assert (aim["year"], float(aim["value"])) == (year, goal)


def test_the_headline_keeps_numbers_and_ranges_of_years_on_one_line():
    block = str(MACROS["key_fact"](view("index.md")))
    assert "3\u00a0项还没有到期（2028\u2060—\u20602030\u00a0年）" in block


def test_measures_of_several_plans_say_which():
    block = MACROS["linked_measures"](view("indicators/emissions.md"), "emissions")
    assert texts(block, "//span[@class='ip-locator']") == ["2021—2025 年规划 一（一）1", "2026—2030 年规划 一（一）1"]
    alone = MACROS["linked_measures"](view("indicators/cycle-lanes.md"), "cycle-lanes")
    assert texts(alone, "//span[@class='ip-locator']") == ["一（一）2"]


def test_the_interface_names_the_plan_of_every_verdict_and_what_became_of_promises():
    packages = {package: {} for package in PORTAL.packages}
    files = api_files(PORTAL, packages)
    told = json.loads(files["data/api/v1/indicators/emissions.json"])["data"]
    assert {v["target"]["id"]: v["plan"] for v in told["verdicts"]}["emissions-2025"] == "2021-2025"
    (corrected,) = (v for v in told["verdicts"] if v["target"]["id"] == "emissions-2025")
    assert (corrected["corrected"]["value"], corrected["state_before"], corrected["published_late"]) == (
        104,
        "missed",
        False,
    )
    assert [(p["id"], p["baseline_year"], p["state"]) for p in json.loads(files["data/api/v1/plans.json"])["data"]] == [
        ("2021-2025", 2020, "closed"),
        ("2026-2030", 2025, "running"),
    ]
    heads = {one["id"]: one for one in json.loads(files["data/api/v1/indicators.json"])["data"]}
    assert (heads["emissions"]["plan"], heads["emissions"]["state"]) == ("2026-2030", "met")
    assert heads["electricity"]["plan"] is None
    measures = {m["id"]: m for m in json.loads(files["data/api/v1/measures.json"])["data"]}
    assert (measures["boilers-2021"]["deliverable"], measures["lanes-2021"]["deliverable"]) == ("in-time", None)
    assert measures["heat-2026"]["systems"][0]["deliverable"] == "due-unpublished"
