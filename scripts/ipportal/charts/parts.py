"""The pieces all drawings are made of, as Altair layers.

Data marks use real scales. Words and grounds are placed in pixels from the top left corner of the plotting area,
after their room has been measured, so that nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import altair as alt

from ipportal.base.text import Lang
from ipportal.charts.record import Spec
from ipportal.charts.space import LINE, Box, Label
from ipportal.charts.theme import SIZES, Width, colour, config

Datum = Mapping[str, Any]
Align = Literal["left", "center", "right"]
ALIGNS: Final[tuple[Align, ...]] = ("left", "center", "right")

#: Vega-Lite schema the specifications are written for
SCHEMA: Final[str] = alt.SCHEMA_URL


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind of mark with the rows it draws. The rows join the mark only when the sheet is put together."""

    mark: Spec
    rows: tuple[Datum, ...]


@dataclass(frozen=True, slots=True)
class PlotArea:
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
    for align in ALIGNS:
        rows = tuple(
            {
                "px": round(label.x, 1),
                "py": round(label.y + (i - (len(label.lines) - 1) / 2) * LINE * size, 1),
                "text": line,
            }
            for label in labels
            if label.align == align
            for i, line in enumerate(label.lines)
        )
        layers += [Layer(_text(align, role, size), rows)] if rows else []
    return layers


def ground(boxes: Sequence[Box], role: str = "gap") -> list[Layer]:
    """Quiet rectangles behind everything else."""
    rows = tuple({"px": b.left, "px2": b.right, "py": b.top, "py2": b.bottom} for b in boxes)
    return [Layer(_rectangle(role), rows)] if rows else []


def lines(
    ends: Sequence[tuple[float, float, float, float]], role: str, *, width: float = 1, dash: Sequence[int] = ()
) -> list[Layer]:
    """Straight lines between pixel places (x, y, x2, y2)."""
    rows = tuple(dict(zip(("px", "py", "px2", "py2"), (round(n, 1) for n in end), strict=True)) for end in ends)
    return [Layer(_line(role, width, tuple(dash)), rows)] if rows else []


def symbols(
    places: Sequence[tuple[float, float]], shape: str, role: str, *, hollow: bool, size: float = 70
) -> list[Layer]:
    """Signs of a key, at pixel places."""
    rows = tuple({"px": round(x, 1), "py": round(y, 1)} for x, y in places)
    return [Layer(_symbol(shape, role, hollow, size), rows)] if rows else []


def points(
    rows: Sequence[Datum],
    x: Any,
    y: Any,
    *,
    shape: str,
    role: str,
    hollow: bool,
    titles: Mapping[str, str],
    size: float = 90,
) -> list[Layer]:
    """Data points. Rows carry `say`, the words for the point."""
    if not rows:
        return []
    mark = alt.Chart().mark_point(shape=shape, size=size, **_paint(role, hollow=hollow), strokeWidth=2, opacity=1)
    return [Layer(_spec(mark.encode(x=x, y=y, **_descriptions(titles))), tuple(rows))]


def dots(rows: Sequence[Datum], x: Any, *, role: str, hollow: bool, titles: Mapping[str, str]) -> list[Layer]:
    """Dots at `value`, at the pixel `py`. Rows carry `say`."""
    return points(rows, x, _px("py", alt.Y), shape="circle", role=role, hollow=hollow, titles=titles, size=110)


def bars(rows: Sequence[Datum], x: Any, *, role: str, hollow: bool, titles: Mapping[str, str]) -> list[Layer]:
    """Horizontal bars from `value` to `zero`, between the pixels `py` and `py2`. Rows carry `say`."""
    if not rows:
        return []
    mark = alt.Chart().mark_rect(**_paint(role, hollow=hollow), strokeWidth=2 if hollow else 0, opacity=1)
    ends = {"x2": alt.X2("zero:Q"), "y": _px("py", alt.Y), "y2": alt.Y2("py2:Q")}
    return [Layer(_spec(mark.encode(x=x, **ends, **_descriptions(titles))), tuple(rows))]


def pixels(field: str, channel: Any) -> Any:
    """A channel that reads pixels instead of data."""
    return _px(field, channel)


def sheet(layers: Sequence[Layer], area: PlotArea, lang: Lang, title: str, sentence: str) -> Spec:
    """Put layers together in an area of fixed size, with the configuration of the theme."""
    return {
        "$schema": SCHEMA,
        "description": f"{title}。{sentence}" if lang == "zh" else f"{title}. {sentence}",
        "width": round(area.inner_width, 1),
        "height": round(area.inner_height, 1),
        "padding": {"left": area.left, "right": area.right, "top": area.top, "bottom": area.bottom},
        "autosize": {"type": "none"},
        "layer": [{**layer.mark, "data": {"values": [dict(row) for row in layer.rows]}} for layer in layers],
        "config": config(area.width),
    }


# The marks below depend on nothing but their arguments and recur in every drawing; Altair takes some ten
# milliseconds for each, so they are made once.


@cache
def _text(align: Align, role: str, size: float) -> Spec:
    mark = alt.Chart().mark_text(align=align, baseline="middle", color=colour(role), fontSize=size, aria=False)
    return _spec(mark.encode(x=_px("px", alt.X), y=_px("py", alt.Y), text=alt.Text("text:N")))


@cache
def _rectangle(role: str) -> Spec:
    return _spec(alt.Chart().mark_rect(color=colour(role), aria=False).encode(**_corners()))


@cache
def _line(role: str, width: float, dash: tuple[int, ...]) -> Spec:
    mark = alt.Chart().mark_rule(color=colour(role), strokeWidth=width, strokeDash=list(dash), aria=False)
    return _spec(mark.encode(**_corners()))


@cache
def _symbol(shape: str, role: str, hollow: bool, size: float) -> Spec:
    mark = alt.Chart().mark_point(shape=shape, size=size, **_paint(role, hollow=hollow), strokeWidth=2, aria=False)
    return _spec(mark.encode(x=_px("px", alt.X), y=_px("py", alt.Y)))


def _spec(chart: alt.Chart) -> Spec:
    """A layer's specification, without what belongs to the whole sheet."""
    made: Spec = chart.to_dict(validate=False)
    return {key: made[key] for key in ("mark", "encoding")}


def _px(field: str, channel: Any) -> Any:
    return channel(f"{field}:Q", scale=None, axis=None)


def _corners() -> dict[str, Any]:
    return {"x": _px("px", alt.X), "x2": alt.X2("px2:Q"), "y": _px("py", alt.Y), "y2": alt.Y2("py2:Q")}


def _paint(role: str, *, hollow: bool) -> dict[str, Any]:
    return {"fill": colour("paper" if hollow else role), "stroke": colour(role)}


def _descriptions(titles: Mapping[str, str]) -> dict[str, Any]:
    """Words of a mark: for screen readers and for the interactive tooltip."""
    tips = [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]
    return {"description": alt.Description("say:N"), **({"tooltip": tips} if tips else {})}
