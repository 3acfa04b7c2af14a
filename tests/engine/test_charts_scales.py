"""Scales, ticks and places of drawings."""

import unicodedata
from decimal import Decimal
from itertools import product

import pytest
from chart_worlds import full_world, layers
from hypothesis import assume, given
from hypothesis import strategies as st
from small_portal import observation, portal, target

from ipportal.base.text import LANGS
from ipportal.charts import find, parts, theme
from ipportal.charts.theme import COLOURS, WIDE, Scale, scale_of
from ipportal.words.wording import percent, runs


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
    assert theme.nice_ticks(top, 5, bottom) == ticks


def test_lines_break_where_languages_allow():
    assert theme.wrap("没有公开的全年数值", 10, 52) == ["没有公开的", "全年数值"]
    assert theme.wrap("no full-year value published", 10, 80) == ["no full-year", "value", "published"]
    assert theme.wrap("一二三四五，六", 10, 52) == ["一二三四", "五，六"]


def test_place_gives_up_rather_than_overlap():
    frame = theme.Box(0, 0, 100, 100)
    options = theme.beside(["12"], 50, 50, 10, 8)
    assert theme.place(options, 10, [], frame) == options[0]
    assert theme.place(options, 10, [options[0].box(10)], frame) == options[1]
    assert theme.place(options, 10, [frame], frame) is None


def test_years_below_an_axis():
    every = list(range(2016, 2026))
    assert theme.pick_years(every, [2025, 2020], 1) == every
    assert theme.pick_years(every, [2025, 2020], 2) == [2016, 2018, 2020, 2022, 2025]
    assert runs([2016, 2017, 2019, 2021, 2022]) == [(2016, 2017), (2019, 2019), (2021, 2022)]


def test_schema_is_the_one_the_renderer_is_told():
    assert "/v6.4" in parts.alt.SCHEMA_URL


def test_wide_characters_are_reckoned_wide():
    assert {char for char in "规划（，" if unicodedata.east_asian_width(char) in "WF"} == set("规划（，")
    assert theme.text_width("规划", 10) > theme.text_width("ab", 10)


# --- values and the lines of targets --------------------------------------------------------------


def _written(spec, width, words):
    """The boxes of words on a drawing, in pixels, and the target's lines there."""
    boxes = []
    for layer in layers(spec, "text"):
        if layer["mark"]["color"] != COLOURS["target"]:
            boxes += [
                theme.Label((row["text"],), row["px"], row["py"], layer["mark"]["align"]).box(theme.SIZES[width])
                for row in layer["data"]["values"]
                if row["text"] == words
            ]
    rules = [layer for layer in layers(spec, "rule") if layer["mark"].get("strokeDash") == [6, 5]]
    return boxes, [row for layer in rules for row in layer["data"]["values"]]


@given(st.integers(1, 300), st.integers(1, 300), st.integers(2, 300))
def test_no_value_short_of_a_target_is_written_beyond_its_line(baseline, latest, goal):
    assume(len({baseline, latest, goal}) == 3)
    world = portal([observation(2020, baseline), observation(2022, latest)], [target(goal)])
    drawn = find(world, "trend", "grants"), find(world, "overview", "core")
    for lang, width in product(LANGS, theme.WIDTHS):
        for value in (baseline, latest):
            boxes, lines = _written(drawn[0].draw(lang, width), width, str(value))
            assert boxes or width != WIDE or abs(value - goal) < max(baseline, latest, goal) * 0.1
            for box, line in product(boxes, lines):
                if line["py"] == line["py2"] and line["px"] < box.right and box.left < line["px2"]:
                    below = (box.top + box.bottom) / 2 - line["py"]
                    assert below > -0.1 if value < goal else below < 0.1
        if drawn[1] is None:
            continue
        done = Decimal(latest - baseline) / (goal - baseline)
        boxes, lines = _written(drawn[1].draw(lang, width), width, percent(done))
        assert boxes and lines
        for box, line in product(boxes, lines):
            beside = box.top < line["py2"] and line["py"] < box.bottom
            assert done >= 1 or not beside or box.right <= line["px"]
