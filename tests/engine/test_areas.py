"""Other places by their own targets: counted sentences, tables, and what may stand side by side."""

from dataclasses import replace

import pytest
from lxml import html
from small_portal import AREAS, CITY, PERCENT, PROVINCE, RATIO, SITE, indicator, observation, portal, target

from ipportal.base.errors import SiteError
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.data.model import Area, Unit
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.words.counts import annual_sentence, area_sentence, area_targets

PEER = Area("peer", Text("邻市", "The Peer"), Text("邻市", "Peer"), "peer", 9)
GROUP = Area("maker", Text("某集团", "The Maker"), Text("某集团", "Maker"), "group", 8)
PER_HEAD = Unit("per-head", Text("件", "patents per 10,000 people"), "patent", RATIO, "per-head", PERCENT.scale)


def world():
    """A city with four plan targets (one met, one second-hand, one unknown, one moved) and a province's work plans."""
    names = ("met", "retold", "silent", "moved", "worked")
    known = [indicator(name, order=i, name=Text(f"指标{name}", f"Item {name}")) for i, name in enumerate(names)]
    rows = [
        observation(2025, 310, indicator="met", area="city"),
        observation(2020, 90, indicator="retold", area="city", basis="web"),
        observation(2024, 120, indicator="retold", area="city", confidence="secondary"),
        observation(2020, 20, indicator="moved", area="city"),
        observation(2024, 41, indicator="moved", area="city"),
        observation(2025, 14, indicator="worked", area="province"),
        observation(2022, 62, indicator="worked", area="city"),
        observation(2022, 395, indicator="worked", area="peer"),
        observation(2022, 999, indicator="worked", area="maker"),
        observation(2023, 70, indicator="worked", area="city"),
    ]
    aims = [
        *(replace(target(300, id=n, indicator=n), area="city") for n in ("met", "retold", "silent")),
        replace(target(28, id="first", indicator="moved", default=False), area="city", source="old"),
        replace(target(40, id="second", indicator="moved"), area="city", source="new", replaces="first"),
        *(
            replace(target(goal, id=f"w-{name}-{year}", indicator=name, kind="annual", year=year), area="province")
            for name, goal, year in (("worked", 15, 2025), ("met", 15, 2025), ("worked", 16, 2026))
        ),
    ]
    papers = {
        name: replace(SITE, id=name, name=Text(f"文件{day}", f"Paper {day}"), date=PartialDate.parse(day))
        for name, day in (("old", "2021-12"), ("new", "2024-09"))
    }
    made = portal(rows, aims, indicators=known)
    return replace(made, areas=AREAS | {a.id: a for a in (PEER, GROUP)}, sources=made.sources | papers)


def view(lang="zh"):
    return View(world(), lang, "progress/elsewhere.md", rehearsal=True)


def cells(block):
    return [[" ".join(cell.text_content().split()) for cell in row] for row in html.fromstring(block).iter("tr")]


def test_the_sentence_counts_what_is_known_of_an_areas_targets():
    judged = area_targets(world(), "city", annual=False)
    assert [v.target.id for v in judged] == ["met", "retold", "silent", "second"]
    assert area_sentence(CITY, judged) == Text(
        "全市有 4 项目标：1 项超过目标，2 项最近的可比数值是 2024 年的，1 项没有基线之后的可比数值。"
        "其中 1 项的最近数值是转述，表中已标明。",
        "The city has 4 targets: 1 exceeded; for 2 the latest comparable value is of 2024; for 1 none is known after "
        "the baseline. 1 of these latest values is second-hand and marked.",
    )
    assert "目标年的全年数值都没有查到" in area_sentence(CITY, judged[1:]).zh


def test_work_plans_are_told_year_by_year():
    judged = area_targets(world(), "province", annual=True)
    assert annual_sentence(judged).zh == (
        "2025 年的年度工作目标 2 项：1 项未达到目标，1 项没有查到当年数值。"
        "2026 年的年度工作目标 1 项：当年还没有过完，不作判断。"
    )
    assert area_targets(world(), "province", annual=False) == ()
    assert PROVINCE.id == "province"


def test_the_table_shows_verdict_target_value_and_its_trust():
    rows = cells(MACROS["area_progress"](view(), "city"))
    assert rows[0] == ["指标", "判断", "目标", "最近数值", "基线"]
    assert rows[2] == ["指标retold", "◐ 终值未公布", "300 件 2025", "120 件 2024 转述", "没有可比数值"]
    assert rows[3][3:] == ["没有公开数值", "没有公开数值"]
    assert rows[4] == ["指标moved", "◐ 终值未公布2024 年已高于目标值", "40 件 2025", "41 件 2024", "20 件"]
    rows = cells(MACROS["area_progress"](view("en"), "province", annual=True))
    assert rows[2][1:] == ["× Missed", "15 patents 2025", "14 patents 2025"]
    assert rows[3][1:] == ["○ No datathe year is not over", "16 patents 2026", "—"]


def test_a_moved_target_shows_every_version_the_newest_first():
    block = MACROS["moved_targets"](view(), "city")
    badges = [badge.text for badge in html.fromstring(block).find_class("ip-badge")]
    assert badges == ["现行目标：40 件", "最早的目标：28 件"]
    assert str(block).count("目标由 28 件（文件2021-12）改为 40 件（文件2024-09）。") == 1


def test_places_stand_side_by_side_in_one_year_and_in_their_order_without_groups():
    rows = cells(MACROS["peer_values"](view()))
    assert [row[:2] for row in rows] == [["地区", "数值"], ["全市", "62 件"], ["邻市", "395 件"]]


def test_figures_per_head_never_stand_side_by_side():
    per_head = replace(world(), indicators={k: replace(i, unit=PER_HEAD) for k, i in world().indicators.items()})
    assert "没有同一年、同一口径的数值" in MACROS["peer_values"](replace(view(), portal=per_head))


@pytest.mark.parametrize("macro", ["area_progress", "moved_targets"])
def test_an_unknown_area_is_refused(macro):
    with pytest.raises(SiteError) as caught:
        MACROS[macro](view(), "nowhere")
    assert caught.value.problems[0].found == "nowhere"
