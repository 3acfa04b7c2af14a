"""Every chart of the real and of a made-up portal: the table's numbers, words in both languages, no overlap."""

import itertools
import json
import math
import re
from pathlib import Path

import altair as alt
import noto_cjk_sans_otc
import pytest
from chart_worlds import CHARTS, REAL, column, data_rows, full_world, layers, sizes
from fontTools.ttLib import TTCollection
from small_portal import observation, portal, target

from ipportal.base.text import LANGS, Text
from ipportal.charts import all_charts, find, theme
from ipportal.charts.theme import COLOURS, NARROW, SIZES, SLIM, SPARK, WIDE, WIDTHS

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.this_portal
def test_all_kinds_are_drawn_from_the_real_data():
    kinds = {chart.kind for chart in all_charts(REAL)}
    assert kinds == {
        "trend",
        "spark",
        "ladder",
        "places",
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
    for one in chart.table.columns:
        assert not CHINESE.search(one.title.en)


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
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
def test_specification_is_valid_vega_lite(chart):
    for width in chart.widths:
        alt.LayerChart.from_dict(chart.draw("zh", width))


@EVERY
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
def test_drawing_is_the_same_every_time(chart):
    for lang in LANGS:
        first, second = (json.dumps(chart.draw(lang, chart.widths[0])) for _ in range(2))
        assert first == second


@EVERY
def test_numbers_are_those_of_the_table(chart):
    """Each value drawn stands in the table of the same language, and the table has no other."""
    drawn_as = {"overview": "done", "change": "change", "composition": "share", "trend": "value"}
    key = "count" if chart.name == "composition-awards" else drawn_as.get(chart.kind, "value")
    if chart.kind in ("availability", "spark"):
        return
    for lang in LANGS:
        drawn = sorted(round(row["value"], 4) for row in data_rows(chart.draw(lang, WIDE)))
        listed = sorted(round(float(value), 4) for value in column(chart.table, key, lang) if value)
        if chart.name == "composition-awards":
            assert sum(drawn) == sum(listed)
        else:
            assert drawn == listed


NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(*texts):
    """The numbers in texts."""
    return {number.replace(",", "") for text in texts for number in NUMBER.findall(text)}


@EVERY
def test_every_number_that_is_told_stands_in_the_table(chart):
    """What is written in the drawing, what its marks say and its sentence; names of indicators may hold numbers."""
    if chart.widths == (SPARK,):
        return
    for lang in LANGS:
        table = chart.table
        cells = [cell.shown for row in table.rows for cell in row]
        heads = [table.caption, *(one.title for one in table.columns)]
        listed = numbers("per 10k", *(text[lang] for text in (*cells, *heads, *table.foot)))
        for width in WIDTHS:
            rows = [row for layer in chart.draw(lang, width)["layer"] for row in layer["data"]["values"]]
            told = [row.get(key, "") for row in rows for key in ("text", "say")]
            short = {f"'{year[2:]}" for year in listed if len(year) == 4}
            missing = {text for text in told if text not in short and numbers(text) - listed}
            assert not missing, (lang, width, missing)
        assert not numbers(chart.sentence[lang]) - listed, lang


@EVERY
def test_every_width_shows_the_same_values_in_one_order(chart):
    if chart.widths != WIDTHS:
        assert chart.widths == (SPARK,)
        return
    wide, *others = ([row["say"] for row in data_rows(chart.draw("zh", width))] for width in chart.widths)
    assert all(other == wide for other in others)


@EVERY
def test_the_line_of_an_even_pace_is_labelled(chart):
    if chart.kind != "trend":
        return
    for lang, width in itertools.product(LANGS, chart.widths):
        spec = chart.draw(lang, width)
        paced = any(layer["mark"].get("strokeDash") == [2, 4] for layer in layers(spec, "rule"))
        texts = [row["text"] for layer in layers(spec, "text") for row in layer["data"]["values"]]
        assert (Text("平均进度", "even pace")[lang] in texts) == paced, (lang, width)


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


@pytest.mark.parametrize(("as_of", "last"), [("2024-06-30", 2023), ("2024-12-31", 2023), ("2025-01-01", 2024)])
def test_a_year_that_is_not_over_is_no_year_without_a_value(as_of, last):
    rows = [observation(2020, 100), observation(2021, 140), observation("2024-Q1", 30)]
    chart = find(portal(rows, [target(300)], as_of=as_of), "availability", "core")
    assert [column.key for column in chart.table.columns[1:]] == [str(year) for year in range(2020, last + 1)]
    assert f"{last + 1}" not in chart.sentence.zh + chart.subtitle.zh
    says = {row["say"] for row in data_rows(chart.draw("zh", WIDE))}
    assert ("发明专利授权量，2024 年：只有不足全年的数值" in says) == (last == 2024)


def test_nothing_is_drawn_of_years_none_of_which_is_over():
    world = portal([observation("2020-Q1", 30)], [target(300)], as_of="2020-06-30")
    assert find(world, "availability", "core") is None


def test_the_smallest_change_is_told_as_almost_none():
    chart = find(portal([observation(2020, 5050), observation(2021, 5049)], [target(6000)]), "change", "core")
    assert "发明授权 2021 年为 5,049 件，比 2020 年几乎没有变化" in chart.sentence.zh
    assert "Grants: 5,049 patents in 2021, almost unchanged on 2020" in chart.sentence.en


def test_a_scale_that_crosses_zero_shows_where_zero_is():
    def levels(indicator):
        spec = find(full_world(), "trend", indicator).draw("zh", WIDE)
        rules = [layer for layer in layers(spec, "rule") if layer["mark"]["color"] == COLOURS["soft"]]
        rows = [row for layer in rules for row in layer["data"]["values"]]
        return [row["py"] / spec["height"] for row in rows if (row["px"], row["px2"]) == (0, spec["width"])]

    assert levels("share") == pytest.approx([0.75], abs=0.01)
    assert levels("grants") == []


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
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
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
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
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
    assert [text for text in texts if theme.text_width(text, 1) < font(text) * 0.995] == []


def test_words_stay_readable_where_drawings_are_shown_smaller():
    """charts.css shows the wide drawing from 600 px of room on, the narrow one down to 300, else the slim one."""
    assert SIZES[WIDE] * 600 / WIDE >= 12
    assert SIZES[NARROW] * 300 / NARROW >= 12
    assert SIZES[SLIM] * 210 / SLIM >= 12
    css = (ROOT / "scripts/ipportal/theme/assets/css/charts.css").read_text(encoding="utf-8")
    assert "@container (min-width: 37.5rem)" in css


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
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
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
