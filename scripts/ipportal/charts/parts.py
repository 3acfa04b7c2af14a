"""The pieces all drawings are made of, as Altair layers.

Data marks use real scales. Words and grounds are placed in pixels from the top left corner of the plotting area,
after their room has been measured, so that nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from ipportal.base import Frozen
from ipportal.base.text import Lang, Text
from ipportal.charts.theme import COLOURS, LINE, SIZES, Box, Label, Width, config, text_width, wrap


class _Altair:
    """Altair, loaded when the first chart is drawn: whoever only asks which charts there are has no need of it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_altair(), name)


@cache
def _altair() -> Any:
    # Altair would check every piece against the schema of Vega-Lite as it is made, which takes most of its time; the
    # tests check whole specifications of every kind of chart instead.
    import_module("altair.utils.schemapi").disable_debug_mode()
    return import_module("altair")


if TYPE_CHECKING:
    import altair

    alt = altair
else:
    alt = _Altair()

Spec = dict[str, Any]
#: One kind of mark with the rows it draws
Layer = dict[str, Any]
Datum = Mapping[str, Any]

#: Height of a row of a key, in em
_ROW: Final = 1.7


@cache
def pixels(field: str) -> Any:
    """The channel that reads a field of a row in pixels; the text needs no place of its own."""
    channels = {
        "px": alt.X("px:Q", scale=None, axis=None),
        "px2": alt.X2("px2:Q"),
        "py": alt.Y("py:Q", scale=None, axis=None),
        "py2": alt.Y2("py2:Q"),
        "text": alt.Text("text:N"),
    }
    return channels[field]


class Sign(Frozen):
    """A kind of mark: shape, hollow or filled, role of its colour, its words in the key, and whether what lies below
    is seen through it."""

    shape: str
    hollow: bool
    role: str
    words: Text = field(default=Text("", ""))
    clear: bool = False

    @property
    def paint(self) -> dict[str, Any]:
        """Its colours."""
        fill = "transparent" if self.clear else COLOURS["paper" if self.hollow else self.role]
        return {"fill": fill, "stroke": COLOURS[self.role]}


class PlotArea(Frozen):
    """The plotting area and the room around it, in pixels."""

    width: Width
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def inner_width(self) -> float:
        """Width of the plotting area."""
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> float:
        """Height of the plotting area."""
        return self.height - self.top - self.bottom

    @property
    def frame(self) -> Box:
        """The whole drawing, seen from the corner of the plotting area."""
        return Box(
            -self.left + 1, -self.top + 1, self.inner_width + self.right - 1, self.inner_height + self.bottom - 1
        )

    @property
    def size(self) -> float:
        """Font size at this width."""
        return SIZES[self.width]


def words(labels: Sequence[Label], size: float, role: str = "ink") -> list[Layer]:
    """Texts at measured places, one layer for each alignment."""
    layers = []
    for align in ("left", "center", "right"):
        rows = []
        for label in (label for label in labels if label.align == align):
            for i, line in enumerate(label.lines):
                y = label.y + (i - (len(label.lines) - 1) / 2) * LINE * size
                rows.append({"px": round(label.x, 1), "py": round(y, 1), "text": line})
        layers += _at_pixels("text", rows, align=align, baseline="middle", color=COLOURS[role], fontSize=size)
    return layers


def ground(boxes: Sequence[Box]) -> list[Layer]:
    """Quiet rectangles behind everything else."""
    rows = [{"px": b.left, "px2": b.right, "py": b.top, "py2": b.bottom} for b in boxes]
    return _at_pixels("rect", rows, color=COLOURS["gap"])


def lines(
    ends: Sequence[tuple[float, float, float, float]], role: str, *, width: float = 1, dash: tuple[int, ...] = ()
) -> list[Layer]:
    """Straight lines between pixel places (x, y, x2, y2)."""
    rows = [dict(zip(("px", "py", "px2", "py2"), (round(n, 1) for n in end), strict=True)) for end in ends]
    return _at_pixels("rule", rows, color=COLOURS[role], strokeWidth=width, strokeDash=dash)


def in_order(rows: Iterable[tuple[Sign, Datum]], draw: Callable[[Sign, list[Datum]], list[Layer]]) -> list[Layer]:
    """Marks of several kinds told in the order of their rows: `draw` makes the layers of each run of one kind."""
    return [layer for sign, run in groupby(rows, itemgetter(0)) for layer in draw(sign, [row for _, row in run])]


def points(rows: Sequence[Datum], x: Any, y: Any, sign: Sign, titles: Mapping[str, str], size: float) -> list[Layer]:
    """Data points of `size` square pixels. Rows carry `say`, the words for the point."""
    chart = alt.Chart().mark_point(shape=sign.shape, size=size, **sign.paint, strokeWidth=2, opacity=1)
    return _data_layer(chart.encode(x=x, y=y), rows, titles)


def bars(rows: Sequence[Datum], x: Any, sign: Sign, titles: Mapping[str, str]) -> list[Layer]:
    """Horizontal bars from `value` to `zero`, between the pixels `py` and `py2`. Rows carry `say`."""
    chart = alt.Chart().mark_rect(**sign.paint, strokeWidth=2 if sign.hollow else 0, opacity=1)
    return _data_layer(chart.encode(x=x, x2=alt.X2("zero:Q"), y=pixels("py"), y2=pixels("py2")), rows, titles)


def key_height(signs: Sequence[Sign], lang: Lang, width: Width) -> float:
    """The room a key takes, in pixels."""
    places = _key_places(signs, lang, width)
    return (places[-1][0] + len(places[-1][-1])) * SIZES[width] * _ROW if places else 0


def key(signs: Sequence[Sign], lang: Lang, area: PlotArea) -> list[Layer]:
    """Signs with their words from the top left corner of the drawing, broken into rows that fit."""
    layers: list[Layer] = []
    labels: list[Label] = []
    for row, x, sign, lines in _key_places(signs, lang, area.width):
        y = -area.top + (row + 0.65) * area.size * _ROW
        place = {"px": round(x - area.left + 8, 1), "py": round(y, 1)}
        layers += _at_pixels("point", [place], shape=sign.shape, size=70, **sign.paint, strokeWidth=2)
        middle = y + (len(lines) - 1) * LINE * area.size / 2
        labels.append(Label(tuple(lines), x - area.left + 22, middle, "left"))
    return [*layers, *words(labels, area.size, "soft")]


def _key_places(signs: Sequence[Sign], lang: Lang, width: Width) -> list[tuple[int, float, Sign, list[str]]]:
    row, x, found = 0, 0.0, []
    for sign in signs:
        lines = wrap(sign.words[lang], SIZES[width], width - 24)
        room = 22 + max(text_width(line, SIZES[width]) for line in lines) + 20
        if x and x + room > width:
            row, x = row + 1, 0.0
        found.append((row, x, sign, lines))
        row, x = row + len(lines) - 1, x + room
    return found


def sheet(layers: Sequence[Layer], area: PlotArea, lang: Lang, title: str, sentence: str) -> Spec:
    """Put layers together in an area of fixed size, with the configuration of the theme."""
    return {
        "$schema": alt.SCHEMA_URL,
        "description": f"{title}。{sentence}" if lang == "zh" else f"{title}. {sentence}",
        "width": round(area.inner_width, 1),
        "height": round(area.inner_height, 1),
        "padding": {"left": area.left, "right": area.right, "top": area.top, "bottom": area.bottom},
        "autosize": {"type": "none"},
        "layer": list(layers),
        "config": config(area.width),
    }


def _at_pixels(mark: str, rows: Sequence[Datum], **look: Any) -> list[Layer]:
    """A layer of marks at pixel places, silent for screen readers; the fields of its rows say which channels it has."""
    return [_pixel_mark(mark, tuple(rows[0]), **look) | {"data": {"values": rows}}] if rows else []


@cache
def _pixel_mark(mark: str, fields: tuple[str, ...], **look: Any) -> Spec:
    """Depends on nothing but its arguments and recurs in every drawing, so it is made once."""
    chart: alt.Chart = getattr(alt.Chart(), f"mark_{mark}")(**look, aria=False)
    return _spec(chart.encode(*(pixels(field) for field in fields)))


def _data_layer(chart: alt.Chart, rows: Sequence[Datum], titles: Mapping[str, str]) -> list[Layer]:
    """A layer of data with its words: for screen readers and, where it has titles, for the interactive tooltip."""
    if not rows:
        return []
    tips = [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]
    said = chart.encode(description=alt.Description("say:N"), tooltip=tips or alt.Undefined)
    return [_spec(said) | {"data": {"values": rows}}]


def _spec(chart: alt.Chart) -> Spec:
    """A layer's specification, without what belongs to the whole sheet."""
    made: Spec = chart.to_dict(validate=False)
    return {name: made[name] for name in ("mark", "encoding")}
