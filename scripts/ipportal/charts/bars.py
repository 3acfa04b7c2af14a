"""Horizontal bars: a name, a bar or dot, its value in words; or open ground where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ipportal.base import Frozen
from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.parts import Layer, PlotArea, Sign, alt
from ipportal.charts.record import ChartCell, ChartTable, Layout
from ipportal.charts.theme import (
    LINE,
    SIZES,
    SLIM,
    WIDE,
    Box,
    Label,
    Width,
    axis_number,
    label_expression,
    text_width,
    wrap,
)
from ipportal.words.wording import NOTHING

#: Room for names beside wide drawings, and height of a bar, in pixels
NAMES: Final = 232
_BAR: Final = 18


class Bar(Frozen):
    """One bar or dot with its words.

    Attributes:
        name: what the row is about.
        value: the number drawn, in each language; None leaves open ground with `empty` on it.
        label: the value in words, beside the mark.
        note: a quieter line below the name.
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

    @property
    def said(self) -> Text:
        """The words of its mark."""
        note = Text("，", ", ") + self.note if self.note else NOTHING
        return self.name + Text("：", ": ") + self.label + note

    @property
    def told(self) -> Text:
        """Name and value in words."""
        return Text("{name} {value}", "{name}: {value}").format(name=self.name, value=self.label)


class Style(Frozen):
    """What a whole set of bars has in common.

    `titles` name the items and their values; `log` draws dots on a logarithmic scale whose decades are named; `rule`
    is a dashed goal, which the scale reaches, with its words.
    """

    titles: tuple[Text, Text]
    signs: tuple[Sign, ...] = ()
    log: bool = False
    rule: tuple[float, Text] | None = None


class _Place(Frozen):
    """Where a row lies, in pixels, and its lines: name, note, and what else would stand on the bar's own line."""

    row: Bar
    top: float
    middle: float
    names: tuple[str, ...]
    notes: tuple[str, ...]
    told: tuple[str, ...]

    def span(self, more: float = 0) -> tuple[float, float]:
        """Top and bottom of its bar and of `more` pixels around it."""
        return self.middle - _BAR / 2 - more, self.middle + _BAR / 2 + more


def bar_layout(rows: Sequence[Bar], style: Style) -> Layout:
    """What draws a set of bars."""
    return lambda lang, width: _lay_out(rows, style, lang, width).drawing()


def bar_table(caption: Text, rows: Sequence[Bar], sources: Sequence[Text]) -> ChartTable:
    """One line for each bar: item, value (in the CSV the number drawn) and source."""
    return ChartTable.of(
        caption,
        zip(rows, sources, strict=True),
        {
            "item": (Text("项目", "Item"), lambda pair: pair[0].name),
            "value": (Text("数值", "Value"), lambda pair: value_cell(pair[0])),
            "source": (Text("出处", "Source"), lambda pair: pair[1]),
        },
    )


def value_cell(row: Bar) -> ChartCell:
    """The value of a bar: in words on the page, in the CSV as it is drawn."""
    drawn = row.value
    return ChartCell(row.label, Text.each(lambda lang: str(drawn[lang]).removesuffix(".0") if drawn else ""))


def _lay_out(rows: Sequence[Bar], style: Style, lang: Lang, width: Width) -> _Bars:
    size, wide = SIZES[width], width == WIDE
    longest = max(text_width(text[lang], size) for row in rows for text in (row.name, row.note) if text)
    room = min(longest, NAMES) + 2 if wide else width - 8
    left = room + 16 if wide else 24 if style.log else 6
    labels = [row.label[lang] for row in rows if row.value is not None]
    right = max((text_width(label, size) + 16 for label in labels), default=28 if style.log else 16)
    low, high = _domain(rows, style, lang)
    # no value short of the goal stands beyond its line: where one would, all stand on lines of their own
    apart = width == SLIM or any(
        _crosses(row, style, lang, size, low, (width - left - right) / (high - low)) for row in rows
    )
    right = (28 if style.log else 16) if apart else right
    head = parts.key_height(style.signs, lang, width) + (size * 1.8 if style.rule else 6)
    places, y = [], 0.0
    for row in rows:
        names, notes = wrap(row.name[lang], size, room), wrap(row.note[lang], size, room) if row.note else []
        said = (row.label if apart else None) if row.value is not None else row.empty if width == SLIM else None
        told = wrap(said[lang], size, room) if said else []
        tall = (len(names) + len(notes) + len(told)) * LINE * size
        height = max(tall, _BAR) + 20 if wide else tall + _BAR + 30
        middle = height / 2 if wide else tall + 12 + _BAR / 2
        places.append(_Place(row, y, y + middle, tuple(names), tuple(notes), tuple(told)))
        y += height
    bottom = 34 if style.log else 8
    area = PlotArea(width, round(head + y + bottom), round(left), round(right), round(head), bottom)
    return _Bars(style, lang, area, places, low, high)


def _crosses(row: Bar, style: Style, lang: Lang, size: float, low: float, scale: float) -> bool:
    """Whether a value short of the goal would be written across or beyond its line; `scale` is in pixels."""
    if style.rule is None or row.value is None or row.value[lang] >= style.rule[0]:
        return False
    return (_reach(row, lang) - low) * scale + 8 + text_width(row.label[lang], size) > (style.rule[0] - low) * scale


def _reach(row: Bar, lang: Lang) -> float:
    """How far to the right a bar and its second value reach."""
    return max(row.value[lang] if row.value else 0, row.tick or 0, 0)


def _domain(rows: Sequence[Bar], style: Style, lang: Lang) -> tuple[float, float]:
    values = [row.value[lang] for row in rows if row.value is not None]
    if style.log:
        low, high = 1.0, 10.0
        while low * 10 <= min(values):
            low *= 10
        while high < max(values):
            high *= 10
        return low, high
    return min(0.0, *values), max(style.rule[0] if style.rule else 0.0, *values) or 1.0


class _Bars(Frozen):
    """A set of bars laid out in one language and width; the scale runs from `low` to `high`."""

    style: Style
    lang: Lang
    area: PlotArea
    places: Sequence[_Place]
    low: float
    high: float

    def drawing(self) -> tuple[PlotArea, list[Layer]]:
        """The layers, from the ground up."""
        area = self.area
        known = [(place, place.row.value[self.lang]) for place in self.places if place.row.value is not None]
        unknown = [place for place in self.places if place.row.value is None]
        end = area.inner_width + area.right - 2
        left = 8 if self.style.log else self.x(0) + 8
        values = [self.value(place) for place, _ in known if not place.told]
        silent = [(place.middle, place.row.empty) for place in unknown if place.row.empty and not place.told]
        empty = [Label((words[self.lang],), left, middle, "left") for middle, words in silent]
        return area, [
            *parts.ground([Box(0, top, end, bottom) for top, bottom in (place.span(4) for place in unknown)]),
            *self.upright(),
            *self.marks(known),
            *self.ticks([place for place, _ in known]),
            *self.rule([place for place, _ in known]),
            *parts.words([self.text(place, place.names, 0) for place in self.places], area.size),
            *parts.words([self.text(p, p.notes, len(p.names)) for p in self.places if p.notes], area.size, "soft"),
            *parts.words([self.text(p, p.told, len(p.names) + len(p.notes)) for p in self.places if p.told], area.size),
            *parts.words(values, area.size),
            *parts.words(empty, area.size, "soft"),
            *parts.key(self.style.signs, self.lang, area),
        ]

    def x(self, value: float) -> float:
        """Pixel of a value on a linear scale."""
        return (value - self.low) / (self.high - self.low) * self.area.inner_width

    @property
    def decades(self) -> list[float]:
        """The powers of ten of a logarithmic scale."""
        found = [self.low]
        while found[-1] < self.high:
            found.append(found[-1] * 10)
        return found

    def axis(self) -> alt.Axis | None:
        """The named decades; linear scales have no axis, because every bar carries its number."""
        if not self.style.log:
            return None
        words = [axis_number(decade, self.lang, myriads=True) for decade in self.decades]
        widest = max(text_width(word, self.area.size) for word in words)
        step = math.ceil((widest + 10) * (len(words) - 1) / self.area.inner_width)
        return alt.Axis(values=self.decades[::step], title=None, labelExpr=label_expression(self.lang, myriads=True))

    def stretches(self, places: Sequence[_Place]) -> list[tuple[float, float]]:
        """Where upright lines run: all the way down, or only beside the marks where names stand above them."""
        return [(0.0, self.area.inner_height)] if self.area.width == WIDE else [place.span(5) for place in places]

    def upright(self) -> list[Layer]:
        """The line of zero, or the grid of a logarithmic scale."""
        steps = len(self.decades) - 1 if self.style.log else 0
        grid = [i / steps * self.area.inner_width for i in range(steps + 1)] if steps else [self.x(0)]
        ends = [(x, top, x, bottom) for x in grid for top, bottom in self.stretches(self.places)]
        return parts.lines(ends, "grid" if self.style.log else "soft")

    def marks(self, known: Sequence[tuple[_Place, float]]) -> list[Layer]:
        """The bars or dots, in the order of their rows."""
        log = self.style.log
        scale = alt.Scale(domain=[self.low, self.high], nice=False, type="log" if log else alt.Undefined)
        x = alt.X("value:Q", scale=scale, axis=self.axis())
        titles = {"name": self.style.titles[0][self.lang], "shown": self.style.titles[1][self.lang]}
        rows = []
        for place, value in known:
            (top, bottom), row = place.span(), place.row
            at = {"value": value, "zero": 0, "py": place.middle if log else top, "py2": bottom}
            words = {"name": row.name, "shown": row.label, "say": row.said}
            told = {field: text[self.lang] for field, text in words.items()}
            rows.append((Sign("circle", row.hollow, row.role), at | told))
        if log:
            return parts.in_order(rows, lambda sign, run: parts.points(run, x, parts.pixels("py"), sign, titles, 110))
        return parts.in_order(rows, lambda sign, run: parts.bars(run, x, sign, titles))

    def ticks(self, known: Sequence[_Place]) -> list[Layer]:
        """Upright strokes at second values."""
        at = [(self.x(place.row.tick), *place.span(5)) for place in known if place.row.tick is not None]
        ends = [(x, top, x, bottom) for x, top, bottom in at]
        return [*parts.lines(ends, "paper", width=6), *parts.lines(ends, "ink", width=2.5)]

    def rule(self, known: Sequence[_Place]) -> list[Layer]:
        """The dashed goal and its words."""
        if not self.style.rule:
            return []
        value, words = self.style.rule
        area, x = self.area, self.x(value)
        label = Label((words[self.lang],), min(x + 4, area.inner_width + area.right - 4), -area.size * 0.9, "right")
        ends = [(x, top, x, bottom) for top, bottom in self.stretches(known)]
        return [*parts.lines(ends, "target", width=2, dash=(6, 5)), *parts.words([label], area.size, "target")]

    def text(self, place: _Place, lines: tuple[str, ...], before: int) -> Label:
        """Lines of a row's text, `before` lines below its first one."""
        line = LINE * self.area.size
        every = len(place.names) + len(place.notes)
        first = place.middle - every * line / 2 if self.area.width == WIDE else place.top + 4
        return Label(lines, -self.area.left + 1, first + (before + len(lines) / 2) * line, "left")

    def value(self, place: _Place) -> Label:
        """The value in words behind its mark."""
        end = self.area.inner_width if self.style.log else self.x(_reach(place.row, self.lang))
        return Label((place.row.label[self.lang],), end + 8, place.middle, "left")
