"""Horizontal bars: a name, a bar or dot, its value in words; or open ground where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import altair as alt

from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.key import Sign, key, key_height
from ipportal.charts.record import Spec
from ipportal.charts.space import LINE, Box, Label, text_width, wrap
from ipportal.charts.theme import SIZES, WIDE, Width, axis_number, label_expression

_NAMES: Final = 232
_BAR: Final = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar or dot with its words.

    Attributes:
        name: what the row is about.
        note: a quieter line below the name.
        value: the number drawn, in each language; None leaves open ground with `empty` on it.
        label: the value in words, beside the mark.
        tick: a second value, drawn as an upright stroke.
        hollow, role: how the mark is drawn.
    """

    name: Text
    value: dict[Lang, float] | None
    label: Text
    note: Text | None = None
    empty: Text | None = None
    tick: float | None = None
    hollow: bool = False
    role: str = "main"


@dataclass(frozen=True, slots=True)
class Style:
    """What a whole set of bars has in common.

    `log` draws dots on a logarithmic scale whose decades are named; `rule` is a dashed goal with its words.
    """

    signs: tuple[Sign, ...] = ()
    log: bool = False
    top: float | None = None
    rule: tuple[float, Text] | None = None
    titles: tuple[Text, Text] = field(default=(Text("项目", "Item"), Text("数值", "Value")))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row lies, in pixels."""

    row: Bar
    top: float
    middle: float
    bottom: float
    names: tuple[str, ...]
    notes: tuple[str, ...]


def draw_bars(rows: Sequence[Bar], style: Style, lang: Lang, width: Width, title: str, sentence: str) -> Spec:
    """The specification of a set of bars."""
    area, places = _lay_out(rows, style, lang, width)
    low, high = _domain(rows, style, lang)
    scale = (
        alt.Scale(domain=[low, high], nice=False, type="log")
        if style.log
        else alt.Scale(domain=[low, high], nice=False)
    )
    x = alt.X("value:Q", scale=scale, axis=_axis(style, area, low, high, lang))
    layers = [
        *parts.ground([_ground(place, area) for place in places if place.row.value is None]),
        *_upright(places, style, area, low, high),
        *_marks(places, style, x, lang),
        *_ticks(places, area, low, high),
        *_rule(places, style, area, low, high, lang),
        *parts.words(_names(places, area, width), area.size),
        *parts.words(_notes(places, area, width), area.size, "soft"),
        *parts.words(_values(places, style, area, low, high, lang), area.size),
        *parts.words(_empties(places, area, lang), area.size, "soft"),
        *key(style.signs, lang, area),
    ]
    return parts.sheet(layers, area, lang, title, sentence)


def _domain(rows: Sequence[Bar], style: Style, lang: Lang) -> tuple[float, float]:
    values = [row.value[lang] for row in rows if row.value is not None]
    if style.log:
        low, high = 1.0, 10.0
        while low * 10 <= min(values):
            low *= 10
        while high < max(values):
            high *= 10
        return low, high
    return min(0.0, *values), max(style.top or 0.0, *values) or 1.0


def _position(value: float, style_log: bool, low: float, high: float, room: float) -> float:
    """Pixel of a value; only linear scales need it."""
    assert not style_log
    return (value - low) / (high - low) * room


def _lay_out(rows: Sequence[Bar], style: Style, lang: Lang, width: Width) -> tuple[parts.PlotArea, list[_Place]]:
    size, wide = SIZES[width], width == WIDE
    longest = max(text_width(text[lang], size) for row in rows for text in (row.name, row.note) if text)
    room = min(longest, _NAMES) + 2 if wide else width - 8
    left = room + 16 if wide else 24 if style.log else 6
    labels = max((text_width(row.label[lang], size) for row in rows if row.value is not None), default=0)
    head = key_height(style.signs, lang, width) + (size * 1.8 if style.rule else 6)
    places, y = [], 0.0
    for row in rows:
        names, notes = wrap(row.name[lang], size, room), wrap(row.note[lang], size, room) if row.note else []
        tall = (len(names) + len(notes)) * LINE * size
        if wide:
            height = max(tall, _BAR) + 20
            places.append(_Place(row, y, y + height / 2, y + height, tuple(names), tuple(notes)))
        else:
            height = tall + _BAR + 30
            places.append(_Place(row, y, y + tall + 12 + _BAR / 2, y + height, tuple(names), tuple(notes)))
        y += height
    bottom = 34 if style.log else 8
    area = parts.PlotArea(width, round(head + y + bottom), round(left), round(labels + 16), round(head), bottom)
    return area, places


def _axis(style: Style, area: parts.PlotArea, low: float, high: float, lang: Lang) -> alt.Axis | None:
    if not style.log:
        return None
    decades = _decades(low, high)
    widest = max(text_width(axis_number(decade, lang, myriads=True), area.size) for decade in decades)
    step = 1 if widest + 10 <= area.inner_width / (len(decades) - 1) else 2
    return alt.Axis(values=decades[::step], title=None, labelExpr=label_expression(lang, myriads=True))


def _decades(low: float, high: float) -> list[float]:
    decades = [low]
    while decades[-1] < high:
        decades.append(decades[-1] * 10)
    return decades


def _ground(place: _Place, area: parts.PlotArea) -> Box:
    return Box(0, place.middle - _BAR / 2 - 4, area.inner_width + area.right - 2, place.middle + _BAR / 2 + 4)


def _upright(
    places: Sequence[_Place], style: Style, area: parts.PlotArea, low: float, high: float
) -> list[parts.Layer]:
    """The line of zero, or the grid of a logarithmic scale; on narrow drawings only beside the marks."""
    steps = len(_decades(low, high)) - 1 if style.log else 0
    zero = 0 if style.log else _position(0, style.log, low, high, area.inner_width)
    places_x = [i / steps * area.inner_width for i in range(steps + 1)] if style.log else [zero]
    ends = [(x, top, x, bottom) for x in places_x for top, bottom in _stretches(places, area)]
    return parts.lines(ends, "grid" if style.log else "soft")


def _stretches(places: Sequence[_Place], area: parts.PlotArea) -> list[tuple[float, float]]:
    """Where upright lines run: all the way down, or only beside the marks where names stand above them."""
    if area.width == WIDE:
        return [(0.0, area.inner_height)]
    return [(p.middle - _BAR / 2 - 5, p.middle + _BAR / 2 + 5) for p in places]


def _marks(places: Sequence[_Place], style: Style, x: alt.X, lang: Lang) -> list[parts.Layer]:
    titles = {"name": style.titles[0][lang], "shown": style.titles[1][lang]}
    layers: list[parts.Layer] = []
    kinds = sorted({(place.row.role, place.row.hollow) for place in places if place.row.value is not None})
    for role, hollow in kinds:
        rows = [
            {
                "value": place.row.value[lang],
                "zero": 0,
                "py": place.middle if style.log else place.middle - _BAR / 2,
                "py2": place.middle + _BAR / 2,
                "name": place.row.name[lang],
                "shown": place.row.label[lang],
                "say": f"{place.row.name[lang]}{'：' if lang == 'zh' else ': '}{place.row.label[lang]}",
            }
            for place in places
            if place.row.value is not None and (place.row.role, place.row.hollow) == (role, hollow)
        ]
        draw = parts.dots if style.log else parts.bars
        layers += draw(rows, x, role=role, hollow=hollow, titles=titles)
    return layers


def _ticks(places: Sequence[_Place], area: parts.PlotArea, low: float, high: float) -> list[parts.Layer]:
    ends = []
    for place in places:
        if place.row.tick is not None and place.row.value is not None:
            x = _position(place.row.tick, False, low, high, area.inner_width)
            ends.append((x, place.middle - _BAR / 2 - 5, x, place.middle + _BAR / 2 + 5))
    return [*parts.lines(ends, "paper", width=6), *parts.lines(ends, "ink", width=2.5)]


def _rule(
    places: Sequence[_Place], style: Style, area: parts.PlotArea, low: float, high: float, lang: Lang
) -> list[parts.Layer]:
    if not style.rule:
        return []
    value, words = style.rule
    x = _position(value, style.log, low, high, area.inner_width)
    label = Label((words[lang],), min(x + 4, area.inner_width + area.right - 4), -area.size * 0.9, "right")
    marked = [place for place in places if place.row.value is not None]
    return [
        *parts.lines([(x, top, x, bottom) for top, bottom in _stretches(marked, area)], "target", dash=(6, 5)),
        *parts.words([label], area.size, "target"),
    ]


def _names(places: Sequence[_Place], area: parts.PlotArea, width: Width) -> list[Label]:
    return [_text(place, area, width, place.names, 0) for place in places]


def _notes(places: Sequence[_Place], area: parts.PlotArea, width: Width) -> list[Label]:
    return [_text(place, area, width, place.notes, len(place.names)) for place in places if place.notes]


def _text(place: _Place, area: parts.PlotArea, width: Width, lines: tuple[str, ...], before: int) -> Label:
    """Lines of a row's text, `before` lines below its first one."""
    line = LINE * area.size
    every = len(place.names) + len(place.notes)
    first = place.middle - every * line / 2 if width == WIDE else place.top + 4
    return Label(lines, -area.left + 1, first + (before + len(lines) / 2) * line, "left")


def _values(
    places: Sequence[_Place], style: Style, area: parts.PlotArea, low: float, high: float, lang: Lang
) -> list[Label]:
    labels = []
    for place in places:
        if place.row.value is None:
            continue
        value = place.row.value[lang]
        end = area.inner_width if style.log else _position(max(value, 0), False, low, high, area.inner_width)
        if place.row.tick is not None:
            end = max(end, _position(place.row.tick, False, low, high, area.inner_width))
        words = place.row.label[lang]
        if style.rule:
            rule = _position(style.rule[0], False, low, high, area.inner_width)
            if end < rule < end + 14 + text_width(words, area.size):
                end = rule
        labels.append(Label((words,), end + 8, place.middle, "left"))
    return labels


def _empties(places: Sequence[_Place], area: parts.PlotArea, lang: Lang) -> list[Label]:
    return [
        Label((place.row.empty[lang],), 8, place.middle, "left")
        for place in places
        if place.row.value is None and place.row.empty
    ]
