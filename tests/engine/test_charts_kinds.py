"""What each kind of chart shows, on made-up figures."""

from dataclasses import replace
from decimal import Decimal

import pytest
from chart_worlds import column, data_rows, full_world, layers
from small_portal import PERCENT, PIECE, RATIO, SITE, indicator, observation, portal, target

from ipportal.base.periods import PartialDate
from ipportal.base.quantities import Unit, UnitKind
from ipportal.base.text import Text
from ipportal.charts import find, places, trend
from ipportal.charts.theme import COLOURS, NARROW, WIDE

# --- what a trend shows ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grants():
    return find(full_world(), "trend", "grants")


def test_trend_tells_kinds_of_values_apart(grants):
    drawn = sorted((row["year"], row["note"], row["value"]) for row in data_rows(grants.draw("zh", WIDE)))
    assert drawn == sorted([
        (2018, "全年数值", 423),
        (2020, "全年数值", 572),
        (2021, "全年数值", 1443),
        (2021, "不足全年", 699),
        (2022, "不足全年", 1212),
        (2022, "不足全年", 300),
        (2023, "初步数", 1600),
        (2021, "官网口径", 1900),
        (2025, "目标", 1700),
        (2025, "目标", 1500),
    ])  # fmt: skip


def test_trend_marks(grants):
    marks = {}
    for layer in grants.draw("zh", WIDE)["layer"]:
        if "description" in layer["encoding"]:
            for row in layer["data"]["values"]:
                marks[row["note"]] = (layer["mark"]["shape"], layer["mark"]["fill"], layer["mark"]["stroke"])
    assert marks == {
        "全年数值": ("circle", COLOURS["main"], COLOURS["main"]),
        "不足全年": ("circle", COLOURS["paper"], COLOURS["main"]),
        "初步数": ("triangle-up", COLOURS["paper"], COLOURS["main"]),
        "官网口径": ("square", COLOURS["paper"], COLOURS["other"]),
        "目标": ("diamond", "transparent", COLOURS["target"]),
    }


def test_unknown_years_are_open_ground_and_say_so(grants):
    spec = grants.draw("zh", WIDE)
    ground = [row for layer in layers(spec, "rect") for row in layer["data"]["values"]]
    slot = spec["width"] / 8
    assert [(round(g["px"] / slot), round(g["px2"] / slot)) for g in ground] == [(1, 2), (4, 5), (6, 8)]
    assert "没有可比的" in "".join(row["text"] for layer in layers(spec, "text") for row in layer["data"]["values"])
    unknown = [row for row in grants.table.rows if row[1].raw.zh == ""]
    assert {row[0].raw.zh: row[1].shown.zh for row in unknown} == {
        "2019": "没有公开数值",
        "2022": "没有可比数值",  # half of the year is published
        "2024": "没有公开数值",
        "2025": "没有公开数值",
    }


def test_an_even_pace_is_drawn_but_not_for_a_running_total_without_a_first_year():
    def paces(measure_type, kind):
        world = portal(
            [observation(2021, 80)],
            [target(300, kind=kind)],
            indicators=[indicator(measure_type=measure_type)],
        )
        spec = find(world, "trend", "grants").draw("zh", WIDE)
        return [layer for layer in layers(spec, "rule") if layer["mark"].get("strokeDash") == [2, 4]]

    assert paces("cumulative", "cumulative") == []
    assert len(paces("annual-flow", "cumulative")) == 1


def test_no_value_is_drawn_for_an_unknown_year(grants):
    drawn = {row["year"] for row in data_rows(grants.draw("zh", WIDE)) if row["note"] == "全年数值"}
    assert drawn == {2018, 2020, 2021}


def test_lines_join_neighbouring_years_only(grants):
    spec = grants.draw("zh", WIDE)
    joins = [
        row
        for layer in layers(spec, "rule")
        if layer["mark"]["color"] == COLOURS["main"]
        for row in layer["data"]["values"]
    ]
    slot = spec["width"] / 8
    assert [(round(j["px"] / slot - 0.5), round(j["px2"] / slot - 0.5)) for j in joins] == [(2, 3)]


def test_trend_needs_a_target_and_a_value():
    assert find(full_world(), "trend", "empty") is None
    assert find(portal([observation(2020, 5)], []), "trend", "grants") is None
    assert find(portal([], [target(5)]), "trend", "grants") is None


TITLES = [
    (
        [(2020, 100), (2021, 250)],
        "2021 年是 2020 年的 2.5 倍，当时距 2025 年目标还差 50 件",
        "2.5 times the 2020 level in 2021, then 50 short of the 2025 target",
    ),
    (
        [(2020, 100), (2021, 150)],
        "2021 年比 2020 年增加 50%，当时距 2025 年目标还差 150 件",
        "Up 50% from 2020 to 2021, then 150 short of the 2025 target",
    ),
    (
        [(2020, 100), (2021, 80)],
        "2021 年比 2020 年减少 20%，当时距 2025 年目标还差 220 件",
        "Down 20% from 2020 to 2021, then 220 short of the 2025 target",
    ),
    (
        [(2020, 100), (2021, 100)],
        "2021 年与 2020 年持平，当时距 2025 年目标还差 200 件",
        "In 2021 the same as in 2020, then 200 short of the 2025 target",
    ),
    (
        [(2020, 299), (2021, 298)],
        "2021 年与 2020 年相比几乎没有变化，当时距 2025 年目标还差 2 件",
        "In 2021 almost the same as in 2020, then 2 short of the 2025 target",
    ),
    (
        [(2020, 100), (2022, 310)],
        "2022 年 310 件，已高于 2025 年目标 300 件；2025 年终值未公布",
        "310 patents in 2022, already above the 2025 target of 300 patents; the final value for 2025 is not published",
    ),
    (
        [(2020, 100)],
        "2020 年为 100 件，此后没有公开数值；当时距 2025 年目标还差 200 件",
        "100 patents in 2020, no value published since; then 200 short of the 2025 target",
    ),
    (
        [(2021, 100)],
        "2021 年为 100 件，当时距 2025 年目标还差 200 件",
        "100 patents in 2021, then 200 short of the 2025 target",
    ),
]


@pytest.mark.parametrize(("values", "zh", "en"), TITLES, ids=[title[2] for title in TITLES])
def test_titles_state_the_finding(values, zh, en):
    chart = find(portal([observation(*value) for value in values], [target(300)]), "trend", "grants")
    assert (chart.title.zh, chart.title.en) == (zh, en)


def _moving(kind, *values, unit=PERCENT, direction="up", **more):
    unit = replace(unit, kind=kind)
    rows = [observation(year, value, unit=unit) for year, value in values]
    aim = target(more.pop("low", None), more.pop("high", None), unit=unit)
    one = indicator(unit=unit, direction=direction)
    return portal([*rows, *more.pop("rows", ())], [aim], indicators=[one], as_of="2024-06-01")


def test_percentages_are_compared_in_percentage_points_and_degrees_in_degrees():
    rows = [observation(2023, "88.5", unit=PERCENT, area="province")]
    world = _moving(PERCENT.kind, (2020, 80), (2023, 85), low=95, rows=rows)
    chart = find(world, "trend", "grants")
    assert chart.title == Text(
        "2023 年比 2020 年增加 5 个百分点，当时距 2025 年目标还差 10 个百分点",
        "Up 5 percentage points from 2020 to 2023, then 10 percentage points short of the 2025 target",
    )
    assert "今后每年还要增加 5 个百分点。" in chart.sentence.zh
    assert "rise by 5 percentage points a year." in chart.sentence.en
    assert find(world, "ladder", "grants").title == Text(
        "2023 年经开区比全省低 3.5 个百分点", "In 2023 the zone stood 3.5 percentage points below Province"
    )
    assert find(world, "change", "core") is None
    warm = Unit("degree", Text("℃", "°C"), "°C", UnitKind("temperature"), "degree", Decimal(1))
    world = _moving(warm.kind, (2020, "1.5"), (2023, "-0.5"), unit=warm, direction="down", high=-1)
    assert find(world, "trend", "grants").title.en == "Down 2 °C from 2020 to 2023, then 0.5 above the 2025 target"


def test_a_total_of_years_is_drawn_as_running_sums_while_every_year_is_known():
    rows = [observation(year, 20) for year in (2020, 2021, 2022, 2024)]
    chart = find(portal(rows, [target(100, kind="cumulative")], as_of="2025-06-01"), "trend", "grants")
    assert chart.title.zh.startswith("截至 2022 年累计 40 件，当时距 2025 年目标还差 60 件")
    assert [row[0].shown.en for row in chart.table.rows] == ["total to 2021", "total to 2022", "2023", "2024", "2025"]
    assert column(chart.table, "kind", "zh") == ["累计", "累计", *["年份不全，算不出累计"] * 2, "目标"]
    drawn = {(row["year"], row["value"]) for row in data_rows(chart.draw("zh", WIDE)) if "period" in row}
    assert drawn == {(2021, 20), (2022, 40), (2025, 100)}
    assert find(portal(rows[:1], [target(100, kind="cumulative")]), "trend", "grants") is None


def test_changes_that_are_no_shares_stand_beside_those_that_are():
    share = indicator("share", unit=PERCENT, order=2)
    rows = [observation(2020, 100), observation(2022, 150)]
    rows += [observation(year, value, unit=PERCENT, indicator="share") for year, value in ((2020, 80), (2022, 85))]
    aims = [target(300), target(95, id="share-2025", indicator="share", unit=PERCENT)]
    chart = find(portal(rows, aims, indicators=[indicator(), share]), "change", "core")
    assert chart.title.en == "All 2 comparable rose since 2020"
    assert [row[4].shown.en for row in chart.table.rows] == ["+50.0%", "+5 percentage points"]
    alone = find(portal(rows, aims[:1]), "change", "core")
    assert alone.title.en == "Grants: 150 patents in 2022, up 50.0% on 2020"


def test_a_title_speaks_of_both_targets_where_there_are_two():
    world = portal([observation(2020, 16)], [target(30), target(20, id="text", default=False, kind="exceed")])
    assert find(world, "trend", "grants").title == Text(
        "2020 年为 16 件，此后没有公开数值；当时距 2025 年目标（30 件）还差 14 件，距另一个目标（超过 20 件）还差 4 件",
        "16 patents in 2020, no value published since; then 14 short of the 2025 target of 30 patents, "
        "4 short of the other target (more than 20 patents)",
    )


def test_a_target_that_moved_is_drawn_with_a_step_for_every_document():
    """Slots of 2020–2025; 28 until March 2022, 30 until July 2024, 40 since."""
    days = {"a": ("2021-12-14", 28), "b": ("2022-04-01", 30), "c": ("2024-07-01", 40)}
    papers = {id: replace(SITE, id=id, date=PartialDate.parse(day)) for id, (day, _) in days.items()}
    before = {"b": "a", "c": "b"}
    aims = [
        replace(target(v, id=id, default=id == "c"), source=id, area="city", replaces=before.get(id))
        for id, (_, v) in days.items()
    ]
    world = portal([observation(2020, 20, area="city"), observation(2024, 41, area="city")], aims)
    world = replace(world, sources=world.sources | papers)
    assert trend.moved(world) == ["city/grants"]
    chart = find(world, "trend", "city/grants")
    assert chart.name == "trend-city-grants"
    assert chart.title.zh.endswith("2025 年终值未公布，不低于最早的目标（28 件），不低于改过的目标（30 件）")
    spec = chart.draw("zh", WIDE)
    slot = spec["width"] / 6
    (dashes,) = [layer for layer in layers(spec, "rule") if layer["mark"].get("strokeDash") == [6, 5]]
    flat = [row for row in dashes["data"]["values"] if row["py"] == row["py2"]]
    ends = [(round(row["px"] / slot, 1), round(row["px2"] / slot, 1)) for row in flat]
    assert ends == [(0.0, 2.2), (2.2, 4.5), (4.5, 5.5)]
    assert len(dashes["data"]["values"]) == 5
    assert find(world, "ladder", "city/grants") is None


def value_scale(chart):
    marks = [layer for layer in chart.draw("zh", WIDE)["layer"] if "description" in layer["encoding"]]
    return marks[0]["encoding"]["x"]["scale"]


# --- other kinds ----------------------------------------------------------------------------------


def test_ladder_compares_one_year_and_definition_only():
    chart = find(full_world(), "ladder", "grants")
    assert column(chart.table, "year", "zh") == ["2021"] * 4
    assert column(chart.table, "value", "zh") == ["1443", "20000", "21000", "695946"]
    assert chart.title.zh == "2021 年经开区相当于全市的 7%"
    scale = value_scale(chart)
    assert scale["type"] == "log"
    assert "对数刻度" in chart.subtitle.zh


def test_ladder_leaves_out_other_definitions_and_years():
    world = portal(
        [observation(2021, 5), observation(2021, 9, area="city", basis="web"), observation(2020, 9, area="city")], []
    )
    assert find(world, "ladder", "grants") is None


def test_awards_of_later_reports_are_not_added_to_the_plans():
    world = full_world()
    report = next(source.id for source in world.sources.values() if source.kind != "plan")
    later = replace(world.awards[0], id="later", count=14, source=report)
    with_later = replace(world, awards=(*world.awards, later))
    assert column(find(with_later, "composition", "awards").table, "count", "zh") == ["12", "2"]


def test_ladder_never_ranks_a_group_of_companies_with_places():
    world = portal([observation(2021, 5), observation(2021, 9, area="city")], [])
    group = replace(world.areas["city"], level="group")
    assert find(replace(world, areas=world.areas | {"city": group}), "ladder", "grants") is None


def test_ladder_leaves_out_rates_whose_population_is_not_stated():
    rate = replace(PIECE, kind=RATIO)
    rows = [observation(2021, 5, unit=rate), observation(2021, 9, area="city", unit=rate)]
    assert find(portal(rows, [], indicators=[indicator(unit=rate)]), "ladder", "grants") is None


def test_ladder_of_similar_values_starts_at_zero():
    world = portal([observation(2021, 5), observation(2021, 9, area="city")], [])
    chart = find(world, "ladder", "grants")
    scale = value_scale(chart)
    assert scale["domain"] == [0, 9] and scale.get("type") != "log"


def _three_places(unit=PIECE):
    rows = [
        observation(2020, 5, unit=unit),
        observation(2021, 6, unit=unit),
        observation(2021, 9, area="city", unit=unit),
        observation(2023, 12, area="city", unit=unit),
        observation("2020-07", 7, area="city", unit=unit),
        observation(2021, 60, area="city", basis="web", unit=unit),
        observation(2022, 700, area="nation", basis="web", unit=unit),
        observation(2023, 800, area="nation", basis="web", unit=unit),
    ]
    return portal(rows, [], indicators=[indicator(unit=unit)])


def test_two_places_are_set_side_by_side_year_by_year_and_what_is_not_published_is_said():
    chart = find(_three_places(), "places", "grants/plan/zone/city")
    assert chart.title == Text("2021 年经开区相当于全市的 67%", "In 2021 the zone came to 67% of City")
    assert column(chart.table, "year", "zh") == ["2020", "2020", "2021", "2021", "2023", "2023"]
    assert column(chart.table, "value", "zh") == ["5", "", "6", "9", "", "12"]
    assert "2020 年全市没有可比数值" in chart.sentence.zh and "2023 年经开区没有公开数值" in chart.sentence.zh
    assert "Zone, 2023: no value published" in chart.sentence.en
    shown = {
        row["text"] for layer in chart.draw("zh", NARROW)["layer"] for row in layer["data"]["values"] if "text" in row
    }
    assert {"没有可比数值", "没有公开数值", "2023 年全市"} <= shown


def test_no_drawing_of_places_mixes_two_definitions():
    world = _three_places()
    assert places.subjects(world, "grants") == ["grants/plan/zone/city", "grants/web/city/nation"]
    for subject in places.subjects(world, "grants"):
        chart = find(world, "places", subject)
        assert len(set(column(chart.table, "definition", "zh"))) == 1
        assert column(chart.table, "definition", "zh")[0] in chart.subtitle.zh
    assert find(world, "places", "grants/web/city/nation").title.zh == "全市和全国没有同一年的数值"
    assert find(world, "places", "grants/plan/zone/nation") is None
    assert [area.id for area in places.unpublished(world, "grants", "plan")] == ["province", "nation"]


def test_rates_per_head_of_two_places_are_only_drawn_apart():
    world = _three_places(replace(PIECE, kind=RATIO))
    assert places.subjects(world, "grants") == ["grants/plan/city", "grants/web/nation"]
    assert find(world, "places", "grants/plan/city").title.zh == "2023 年全市为 12 件，2021 年为 9 件"


def test_a_title_says_of_a_target_to_go_beyond_that_its_own_value_does_not():
    chart = find(
        portal([observation(2020, 100), observation(2025, 300)], [target(300, kind="exceed")]), "trend", "grants"
    )
    assert chart.title.en == "3.0 times the 2020 level in 2025, not beyond the 2025 target"
    assert chart.title.zh == "2025 年是 2020 年的 3.0 倍，没有越过 2025 年目标值"


def test_overview_counts_who_keeps_pace():
    chart = find(full_world(), "overview", "core")
    assert column(chart.table, "state", "zh") == ["终值未公布"] * 4
    assert chart.title.zh == "有数值的 3 项都不慢于平均进度；另外 1 项基线之后没有可比数值"
    rows = [observation(2020, 100), observation(2022, 180)]
    still = [observation(year, 50, indicator="kept") for year in (2020, 2022)]
    aims = [target(300), target(id="kept-2025", indicator="kept", kind="hold")]
    chart = find(portal([*rows, *still], aims, indicators=[indicator(), indicator("kept")]), "overview", "core")
    assert chart.title.en == "Grants kept at least an even pace; 1 not judged by change"
    assert [row[2].shown.en for row in chart.table.rows] == ["40%", "50 patents in 2022; not judged by change"]
    assert [cell.shown.zh for cell in chart.table.rows[1][3:5]] == ["不按增量判断"] * 2


def test_money_of_several_years_is_never_added_up():
    chart = find(full_world(), "incentives")
    assert column(chart.table, "value", "zh") == ["572.008", "892.1", "2000"]
    assert column(chart.table, "value", "en") == ["5.72008", "8.921", "20"]
    assert chart.title.zh == "2020 年兑现奖励资金 892.1 万元，是上一个已知年份的 1.6 倍"


def test_suppressed_counts_are_not_drawn():
    chart = find(full_world(), "cases", "city-court")
    assert column(chart.table, "value", "zh") == ["7582", "6316"]
    assert "约 17%" in chart.title.zh


def test_find_knows_no_other_charts():
    for kind, subject in (("pie", "core"), ("trend", "nothing"), ("overview", "all"), ("cases", "zone-court")):
        assert find(full_world(), kind, subject) is None
