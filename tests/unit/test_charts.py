"""Every chart of the real and of a made-up portal: the table's numbers, words in both languages, no overlap."""

import itertools
import json
import math
import re
import unicodedata
from pathlib import Path

import altair as alt
import noto_cjk_sans_otc
import pytest
from chart_worlds import full_world
from fontTools.ttLib import TTCollection
from small_portal import observation, portal, target

from ipportal import charts
from ipportal.charts import all_charts, find, measure, parts, theme
from ipportal.charts.theme import COLOURS, NARROW, SIZES, SPARK, WIDE
from ipportal.charts.units import Scale, scale_of
from ipportal.loading import load
from ipportal.text import LANGS

ROOT = Path(__file__).resolve().parents[2]
REAL = load(ROOT)
CHARTS = [("real", chart) for chart in all_charts(REAL)] + [("made up", chart) for chart in all_charts(full_world())]
EVERY = pytest.mark.parametrize("chart", [chart for _, chart in CHARTS], ids=[f"{w}-{c.name}" for w, c in CHARTS])
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def font():
    """Advance widths of the pinned font, in em: a second opinion on the widths the layout reckons with."""
    path = Path(noto_cjk_sans_otc.__file__).parent / noto_cjk_sans_otc.FONT_FILE
    fonts = TTCollection(path, lazy=True).fonts
    chosen = next(f for f in fonts if f["name"].getDebugName(1) == theme.FONT)
    cmap, advances, em = chosen.getBestCmap(), chosen["hmtx"].metrics, chosen["head"].unitsPerEm
    return lambda text: sum(advances[cmap[ord(char)]][0] for char in text) / em


def layers(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def data_rows(spec):
    """Rows of marks that stand for values: they carry the words for screen readers."""
    return [row for layer in spec["layer"] if "description" in layer["encoding"] for row in layer["data"]["values"]]


def sizes():
    return [(chart, lang, width) for _, chart in CHARTS for lang in LANGS for width in chart.widths]


def test_all_kinds_are_drawn_from_the_real_data():
    kinds = {chart.kind for chart in all_charts(REAL)}
    assert kinds == {
        "trend",
        "spark",
        "ladder",
        "overview",
        "change",
        "availability",
        "composition",
        "incentives",
        "cases",
    }
    assert kinds == {chart.kind for chart in all_charts(full_world())}


def test_every_core_indicator_has_its_trend_and_spark():
    names = {chart.name for chart in all_charts(REAL)}
    for indicator in REAL.group("core"):
        assert {f"trend-{indicator.id}", f"spark-{indicator.id}"} <= names


def test_names_are_unique_and_fit_for_addresses():
    for world in (REAL, full_world()):
        names = [chart.name for chart in all_charts(world)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9/-]+", name) for name in names)


@EVERY
def test_words_are_there_in_both_languages(chart):
    for text in (chart.title, chart.subtitle, chart.sentence, chart.source, chart.table.caption):
        assert text.zh and text.en and text.zh != text.en
        assert CHINESE.search(text.zh)
        assert not CHINESE.search(text.en)
        assert "{" not in text.zh + text.en
        assert not re.search(r"  |，，|。。| ，|None|[\u3400-\u9fff] [\u3400-\u9fff]", text.zh + text.en)
    for column in chart.table.columns:
        assert not CHINESE.search(column.title.en)


@EVERY
def test_specification_keeps_the_house_rules(chart):
    for lang in LANGS:
        for width in chart.widths:
            spec = chart.draw(lang, width)
            text = json.dumps(spec)
            assert '"url"' not in text
            assert "resolve" not in spec
            assert spec["autosize"] == {"type": "none"}
            assert spec["padding"]["left"] + spec["width"] + spec["padding"]["right"] == pytest.approx(width)
            assert spec["config"]["axis"]["labelAngle"] == 0
            axes = [layer["encoding"]["y"].get("axis") for layer in spec["layer"]]
            assert len({json.dumps(axis, sort_keys=True) for axis in axes if axis}) <= 1
            marks = {
                (layer["mark"].get("shape"), layer["mark"].get("fill"), layer["mark"].get("stroke"))
                for layer in spec["layer"]
                if "description" in layer["encoding"]
            }
            assert len(marks) <= 4 + (chart.kind == "trend")
            assert spec["description"].startswith(chart.title[lang])


@pytest.mark.parametrize("chart", [c for w, c in CHARTS if w == "made up"], ids=lambda c: c.name)
def test_specification_is_valid_vega_lite(chart):
    for width in chart.widths:
        alt.LayerChart.from_dict(chart.draw("zh", width))


@EVERY
def test_drawing_is_the_same_every_time(chart):
    for lang in LANGS:
        first, second = (json.dumps(chart.draw(lang, chart.widths[0])) for _ in range(2))
        assert first == second


@EVERY
def test_numbers_are_those_of_the_table(chart):
    """Each value drawn stands in the table of the same language, and the table has no other."""
    column = {"overview": "done", "change": "change", "composition": "share", "trend": "value", "ladder": "value"}
    key = "count" if chart.name == "composition-awards" else column.get(chart.kind, "value")
    if chart.kind in ("availability", "spark"):
        return
    for lang in LANGS:
        drawn = sorted(round(row["value"], 4) for row in data_rows(chart.draw(lang, WIDE)))
        listed = sorted(round(float(value), 4) for value in chart.table.column(key, lang) if value)
        if chart.name == "composition-awards":
            assert sum(drawn) == sum(listed)
        else:
            assert drawn == listed


@EVERY
def test_both_widths_show_the_same_values(chart):
    if chart.widths != (WIDE, NARROW):
        assert chart.widths == (SPARK,)
        return
    wide, narrow = (sorted(row["say"] for row in data_rows(chart.draw("zh", width))) for width in chart.widths)
    assert wide == narrow


def test_availability_shows_each_year_of_the_table():
    chart = find(full_world(), "availability", "core")
    says = {row["say"] for row in data_rows(chart.draw("zh", WIDE))}
    assert "发明专利授权量，2021 年：有全年数值" in says
    assert "发明专利授权量，2022 年：只有不足全年的数值" in says
    table = {row[0].raw.zh: [cell.raw.zh for cell in row[1:]] for row in chart.table.rows}
    years = [column.key for column in chart.table.columns[1:]]
    for say in says:
        name, year, kind = re.fullmatch(r"(.+)，(\d{4}) 年：(.+)", say).groups()
        assert table[name][years.index(year)] == kind
    known = [cell for cells in table.values() for cell in cells if cell != "没有公开数值"]
    assert len(known) == len(says)


def test_marks_speak_the_language_of_the_drawing():
    for chart, lang, width in sizes():
        for row in data_rows(chart.draw(lang, width)):
            if chart.kind == "spark":
                assert row["say"] == ""
            else:
                assert bool(CHINESE.search(row["say"])) == (lang == "zh")


def text_boxes(spec, size, font):
    """Room of every word, with widths from the font's own tables."""
    boxes = []
    for layer in layers(spec, "text"):
        for row in layer["data"]["values"]:
            width = font(row["text"]) * size
            left = {"left": 0, "center": width / 2, "right": width}[layer["mark"]["align"]]
            boxes.append(
                (
                    row["px"] - left,
                    row["py"] - size * 0.5,
                    row["px"] - left + width,
                    row["py"] + size * 0.5,
                    row["text"],
                )
            )
    return boxes


@EVERY
def test_words_overlap_neither_each_other_nor_the_edge(chart, font):
    for lang, width in itertools.product(LANGS, chart.widths):
        spec = chart.draw(lang, width)
        pad = spec["padding"]
        boxes = text_boxes(spec, SIZES[width], font)
        for a, b in itertools.combinations(boxes, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"{width} {lang}: “{a[4]}” and “{b[4]}”"
        for left, top, right, bottom, text in boxes:
            assert left >= -pad["left"] and right <= spec["width"] + pad["right"], f"{width} {lang}: {text}"
            assert top >= -pad["top"] and bottom <= spec["height"] + pad["bottom"], f"{width} {lang}: {text}"


@EVERY
def test_axis_labels_have_room(chart, font):
    for lang, width in itertools.product(LANGS, chart.widths):
        spec = chart.draw(lang, width)
        for layer in spec["layer"]:
            axis = layer["encoding"]["x"].get("axis")
            if not axis:
                continue
            scale, values = layer["encoding"]["x"]["scale"], axis["values"]
            places = [position(value, scale, spec["width"]) for value in values]
            log = scale.get("type") == "log"
            words = [theme.axis_number(value, lang, myriads=True) if log else str(value) for value in values]
            widths = [font(word) * SIZES[width] for word in words]
            for (p, w), (q, v) in itertools.pairwise(zip(places, widths, strict=True)):
                assert p + w / 2 < q - v / 2, f"{chart.name} {width} {lang}"


def position(value, scale, room):
    low, high = scale["domain"]
    if scale.get("type") == "log":
        low, high, value = math.log10(low), math.log10(high), math.log10(value)
    return (value - low) / (high - low) * room


def test_reckoned_widths_are_never_too_small(font):
    texts = {
        row["text"]
        for chart, lang, width in sizes()
        for layer in layers(chart.draw(lang, width), "text")
        for row in layer["data"]["values"]
    }
    assert len(texts) > 200
    assert [text for text in texts if measure.text_width(text, 1) < font(text) * 0.995] == []


def test_words_stay_readable_where_drawings_are_shown_smaller():
    """charts.css shows the wide drawing from 600 px of room on, and the narrow one down to 300."""
    assert SIZES[WIDE] * 600 / WIDE >= 12
    assert SIZES[NARROW] * 300 / NARROW >= 12
    css = (ROOT / "overrides/assets/css/charts.css").read_text(encoding="utf-8")
    assert "@container (min-width: 600px)" in css


# --- colours --------------------------------------------------------------------------------------


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["paper", "gap"])
@pytest.mark.parametrize("role", ["main", "target", "other", "ink", "soft"])
def test_marks_stand_out_from_their_ground(role, ground):
    assert contrast(COLOURS[role], COLOURS[ground]) >= 3


@pytest.mark.parametrize("role", ["ink", "soft", "target"])
@pytest.mark.parametrize("ground", ["paper", "gap"])
def test_words_are_readable_on_their_ground(role, ground):
    assert contrast(COLOURS[role], COLOURS[ground]) >= 4.5


def test_colours_are_told_apart_from_each_other_by_role():
    assert len(set(COLOURS.values())) == len(COLOURS)


@EVERY
def test_only_colours_of_the_theme_are_used(chart):
    for lang in LANGS:
        used = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", json.dumps(chart.draw(lang, chart.widths[0]))))
        assert used <= set(COLOURS.values())


def test_neighbouring_bars_differ_by_more_than_a_shade():
    """Filled and hollow bars stand beside each other; main and other bars only across a gap of paper."""
    assert contrast(COLOURS["main"], COLOURS["paper"]) >= 3
    spec = find(full_world(), "incentives").draw("zh", WIDE)
    bars = [layer for layer in layers(spec, "rect") if "description" in layer["encoding"]]
    assert {layer["mark"]["fill"] for layer in bars} == {COLOURS["main"], COLOURS["paper"]}
    assert {layer["mark"]["stroke"] for layer in bars} == {COLOURS["main"]}
    rows = sorted((row["py"], row["py2"]) for layer in bars for row in layer["data"]["values"])
    assert all(b[0] - a[1] >= 4 for a, b in itertools.pairwise(rows))


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
        "目标": ("diamond", COLOURS["paper"], COLOURS["target"]),
    }


def test_unknown_years_are_open_ground_and_say_so(grants):
    spec = grants.draw("zh", WIDE)
    ground = [row for layer in layers(spec, "rect") for row in layer["data"]["values"]]
    slot = spec["width"] / 8
    assert [(round(g["px"] / slot), round(g["px2"] / slot)) for g in ground] == [(1, 2), (4, 5), (6, 8)]
    assert "没有公开的" in "".join(row["text"] for layer in layers(spec, "text") for row in layer["data"]["values"])
    unknown = [row for row in grants.table.rows if row[1].raw.zh == ""]
    assert [row[0].raw.zh for row in unknown] == ["2019", "2022", "2024", "2025"]
    assert {row[1].shown.zh for row in unknown} == {"没有公布"}


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
    with pytest.raises(ValueError, match="nothing to draw"):
        charts.trend.trend(portal([], [target(5)]), "grants")


TITLES = [
    (
        [(2020, 100), (2021, 250)],
        "2021 年是 2020 年的 2.5 倍，当时距 2025 年目标还差 50 件",
        "In 2021 2.5 times the 2020 level, then 50 short of the 2025 target",
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
        [(2020, 100), (2022, 310)],
        "2022 年是 2020 年的 3.1 倍，已经达到或越过 2025 年目标值",
        "In 2022 3.1 times the 2020 level, at or beyond the 2025 target",
    ),
    (
        [(2020, 100)],
        "2020 年为 100 件，此后没有公开；当时距 2025 年目标还差 200 件",
        "100 patents in 2020, nothing published since; then 200 short of the 2025 target",
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


def value_scale(chart):
    marks = [layer for layer in chart.draw("zh", WIDE)["layer"] if "description" in layer["encoding"]]
    return marks[0]["encoding"]["x"]["scale"]


# --- other kinds ----------------------------------------------------------------------------------


def test_ladder_compares_one_year_and_definition_only():
    chart = find(full_world(), "ladder", "grants")
    assert chart.table.column("year", "zh") == ["2021"] * 4
    assert chart.table.column("value", "zh") == ["1443", "20000", "21000", "695946"]
    assert chart.title.zh == "2021 年经开区相当于全市的 7%"
    scale = value_scale(chart)
    assert scale["type"] == "log"
    assert "对数刻度" in chart.subtitle.zh


def test_ladder_leaves_out_other_definitions_and_years():
    world = portal(
        [observation(2021, 5), observation(2021, 9, area="city", basis="web"), observation(2020, 9, area="city")], []
    )
    assert find(world, "ladder", "grants") is None


def test_ladder_of_similar_values_starts_at_zero():
    world = portal([observation(2021, 5), observation(2021, 9, area="city")], [])
    chart = find(world, "ladder", "grants")
    scale = value_scale(chart)
    assert scale["domain"] == [0, 9] and scale.get("type") != "log"


def test_overview_counts_who_keeps_pace():
    chart = find(full_world(), "overview", "core")
    assert chart.table.column("state", "zh") == ["终值未公布"] * 4
    assert chart.title.zh == "有数值的 3 项都不慢于匀速；另外 1 项基线之后没有公开数值"


def test_money_of_several_years_is_never_added_up():
    chart = find(full_world(), "incentives")
    assert chart.table.column("value", "zh") == ["572.008", "892.1", "2000"]
    assert chart.table.column("value", "en") == ["5.72008", "8.921", "20"]
    assert chart.title.zh == "2020 年兑现奖励资金 892.1 万元，是上一个已知年份的 1.6 倍"


def test_suppressed_counts_are_not_drawn():
    chart = find(full_world(), "cases", "city-court")
    assert chart.table.column("value", "zh") == ["7582", "6316"]
    assert "约 17%" in chart.title.zh


def test_find_knows_no_other_charts():
    for kind, subject in (("pie", "core"), ("trend", "nothing"), ("overview", "all"), ("cases", "zone-court")):
        assert find(full_world(), kind, subject) is None


# --- scales, ticks, places ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(0, "0", "0"), (9999, "9,999", "9,999"), (10000, "1 万", "10,000"), (25000, "2.5 万", "25,000"),
     (120000000, "1.2 亿", "120,000,000"), (-20000, "-2 万", "-20,000"), (0.5, "0.5", "0.5")],
)  # fmt: skip
def test_axis_numbers(value, zh, en):
    assert theme.axis_number(value, "zh", myriads=True) == zh
    assert theme.axis_number(value, "en", myriads=True) == en


def test_units_of_ten_thousand_are_not_shortened_again():
    world = full_world()
    values = [observation(2020, 12000, unit=world.units["wan-yuan"]).value]
    chinese = scale_of(world, world.units["wan-yuan"], "zh", values)
    assert chinese == Scale(values[0] / values[0], "万元", myriads=False)
    assert chinese.words(values[0]) == "12,000"
    english = scale_of(world, world.units["wan-yuan"], "en", values)
    assert (english.name, english.words(values[0])) == ("CNY million", "120")
    assert scale_of(world, world.units["wan-piece"], "en", values).words(values[0]) == "120,000,000"


@pytest.mark.parametrize(
    ("top", "bottom", "ticks"),
    [(1734, 0, [0, 500, 1000, 1500, 2000]), (5.1, 0, [0, 2, 4, 6]), (0, 0, [0, 0.2]),
     (96.9, 0, [0, 20, 40, 60, 80, 100]),
     (10, -4, [-5, 0, 5, 10])],
)  # fmt: skip
def test_ticks_are_round_and_hold_every_value(top, bottom, ticks):
    assert measure.nice_ticks(top, 5, bottom) == ticks


def test_lines_break_where_languages_allow():
    assert measure.wrap("没有公开的全年数值", 10, 52) == ["没有公开的", "全年数值"]
    assert measure.wrap("no full-year value published", 10, 80) == ["no full-year", "value", "published"]
    assert measure.wrap("一二三四五，六", 10, 52) == ["一二三四", "五，六"]


def test_place_gives_up_rather_than_overlap():
    frame = measure.Box(0, 0, 100, 100)
    options = measure.beside(["12"], 50, 50, 10, 8)
    assert measure.place(options, 10, [], frame) == options[0]
    assert measure.place(options, 10, [options[0].box(10)], frame) == options[1]
    assert measure.place(options, 10, [frame], frame) is None


def test_years_below_an_axis():
    every = list(range(2016, 2026))
    assert measure.pick_years(every, [2025, 2020], 1) == every
    assert measure.pick_years(every, [2025, 2020], 2) == [2016, 2018, 2020, 2022, 2025]
    assert measure.runs([2016, 2017, 2019, 2021, 2022]) == [(2016, 2017), (2019, 2019), (2021, 2022)]


def test_schema_is_the_one_the_renderer_is_told():
    assert "/v6.4" in parts.SCHEMA


def test_wide_characters_are_reckoned_wide():
    assert {char for char in "规划（，" if unicodedata.east_asian_width(char) in "WF"} == set("规划（，")
    assert measure.text_width("规划", 10) > measure.text_width("ab", 10)
