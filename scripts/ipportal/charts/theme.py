"""How charts look: sizes, the few colours by role, the one Vega-Lite configuration, the unit they count in; and
the room of words: widths, line breaks, even scales, labels that keep out of each other's way.

The colours are the light palette of the site. In pages they are replaced by CSS custom properties, so one drawing
serves light, dark and high contrast; in downloads they stay as they are here.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.quantities import Notation, Unit, number, plain
from ipportal.base.templates import writing_environment
from ipportal.base.text import Lang
from ipportal.data.model import Portal

#: Width of a drawing in pixels
Width = int
WIDE: Final = 720
NARROW: Final = 360
#: For large type on a phone
SLIM: Final = 256
SPARK: Final = 240
WIDTHS: Final = (WIDE, NARROW, SLIM)

#: Role → colour. Every colour appears once, so a drawing can be translated back into roles.
COLOURS: Final[dict[str, str]] = {
    "ink": "#1c2733",
    "soft": "#52606f",
    "grid": "#dedcd4",
    "main": "#0d5b66",
    "target": "#a8322a",
    "gap": "#f1efe8",
    "paper": "#ffffff",
    "other": "#66717d",
}

#: The font the build measures and rasterises with, then what readers' systems have
FONT: Final = "Noto Sans CJK SC"
FONT_STACK: Final = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Source Han Sans SC, sans-serif"

#: Text size at each width. A drawing may be shown at five sixths of its width and still keep 12 px.
SIZES: Final[dict[Width, float]] = {WIDE: 14.5, NARROW: 15, SLIM: 15, SPARK: 15}

#: What Chinese shortens large numbers by
_MYRIADS: Final = ((10**8, " 亿"), (10**4, " 万"))
#: What English counts money in
_MONEY: Final = ((10**9, "CNY billion"), (10**6, "CNY million"), (1, "CNY"))


def config(width: Width) -> dict[str, Any]:
    """The Vega-Lite configuration of every chart; nothing is left to defaults that could change."""
    template = writing_environment(json.dumps).get_template("charts/config.json")
    made: dict[str, Any] = json.loads(template.render(font=FONT, colours=COLOURS, size=SIZES[width]))
    return made


class Scale(Frozen):
    """The unit a drawing counts in: Chinese keeps the indicator's, English has no 万 and 亿.

    `factor` turns a value of the indicator's unit into the number drawn; `name` is its unit; with `myriads` whole ten
    thousands are shortened.
    """

    factor: Decimal
    name: str
    myriads: bool = False

    def value(self, value: Decimal) -> int | float:
        """The number drawn, as plain JSON."""
        drawn = plain(value * self.factor)
        return int(drawn) if drawn == drawn.to_integral_value() else float(drawn)

    def words(self, value: Decimal) -> str:
        """The number as it is written beside a mark, without its unit."""
        drawn = value * self.factor
        for size, word in _MYRIADS if self.myriads else ():
            if abs(drawn) >= size and plain(drawn / size).as_tuple().exponent in (0, -1, -2):
                return number(plain(drawn / size)) + word
        return number(plain(drawn) if self.factor != 1 else drawn)


def scale_of(portal: Portal, unit: Unit, lang: Lang, values: Iterable[Decimal]) -> Scale:
    """The scale for values of one unit."""
    if lang == "zh":
        return Scale(Decimal(1), unit.name.zh, unit.scale == 1 and unit.kind.additive)
    if unit.kind.style == Notation.PERCENT:
        return Scale(Decimal(1), "percent")
    if unit.kind.style == Notation.MONEY:
        largest = max((abs(value) * unit.scale for value in values), default=Decimal(0))
        size, name = next(found for found in _MONEY if largest >= found[0] or found[0] == 1)
        return Scale(unit.scale / size, name)
    return Scale(unit.scale, portal.units.get(unit.base, unit).name.en)


def label_expression(lang: Lang, *, myriads: bool) -> str:
    """The Vega expression of axis numbers: 万 and 亿 in Chinese (`myriads`), thousands in English."""
    if lang == "zh" and myriads:
        return (
            "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',~r') + ' 亿'"
            " : abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',~r') + ' 万' : format(datum.value, ',~r')"
        )
    return "format(datum.value, ',~r')"


def axis_number(value: float, lang: Lang, *, myriads: bool) -> str:
    """The same wording as `label_expression`, for measuring."""
    if lang == "zh" and myriads:
        for size, word in _MYRIADS:
            if abs(value) >= size:
                return f"{value / size:,.10g}{word}"
    return f"{value:,.10g}"


# --- room for words -------------------------------------------------------------------------------

#: Characters of their own width in em; all widths lie a little above Noto Sans CJK SC, so that other fonts fit too
_EMS: Final = dict.fromkeys("iljI.,:;'|![] ·", 0.36) | dict.fromkeys("tfr()-", 0.42) | dict.fromkeys("mwMW%", 0.95)

#: Height of a line of text, in em
LINE: Final = 1.3
#: What stays free between two things side by side, in pixels
_GAP: Final = 2


def text_width(text: str, size: float) -> float:
    """The room a line of text takes, in pixels at font size `size`; rather too much than too little."""
    return sum(map(_em, text)) * size


@cache
def _em(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WFA" and char not in "–·÷×−’“”…":
        return 1.02
    return _EMS.get(char, 0.59 if char.isdigit() else 0.70 if char.isupper() else 0.61)


def wrap(text: str, size: float, room: float) -> list[str]:
    """Break text into lines no wider than `room` pixels: English at spaces, Chinese between characters.

    A line never begins with closing punctuation. A single piece wider than the room stays whole.
    """
    lines = [""]
    for piece in _pieces(text):
        longer = lines[-1] + piece
        if lines[-1] and text_width(longer.rstrip(), size) > room:
            lines.append(piece.lstrip())
        else:
            lines[-1] = longer
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        joined = char in "，。；：、）”？！,.;:)%" or (pieces and pieces[-1][-1:] in "（“(")
        latin = pieces and not _breaks(char) and not _breaks(pieces[-1][-1])
        if pieces and (joined or latin):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _breaks(char: str) -> bool:
    return char == " " or unicodedata.east_asian_width(char) in "WF"


def nice_ticks(top: float, most: int = 5, bottom: float = 0) -> list[float]:
    """Round numbers from at or below `bottom` to at or above `top`, at most `most` steps apart from zero."""
    span = max(top, 0) - min(bottom, 0) or 1
    raw = span / most
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(min(bottom, 0) / step + 1e-9), math.ceil(max(top, 0) / step - 1e-9)
    last = max(last, first + 1)
    return [round(i * step, 10) for i in range(first, last + 1)]


class Box(Frozen):
    """A rectangle on the drawing, in pixels from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """True when the two rectangles touch, or come close to each other sideways."""
        beside = self.left < other.right + _GAP and other.left < self.right + _GAP
        return beside and self.top < other.bottom and other.top < self.bottom

    def inside(self, other: Box) -> bool:
        """True when this rectangle lies within the other."""
        between = self.left >= other.left and self.right <= other.right
        return between and self.top >= other.top and self.bottom <= other.bottom


class Label(Frozen):
    """A placed text. `x`, `y` is the anchor of its middle line box; `align` is left, center or right."""

    lines: tuple[str, ...]
    x: float
    y: float
    align: str

    def box(self, size: float) -> Box:
        """The room the label takes."""
        width = max(text_width(line, size) for line in self.lines)
        height = len(self.lines) * LINE * size
        left = {"left": self.x, "center": self.x - width / 2, "right": self.x - width}[self.align]
        return Box(left, self.y - height / 2, left + width, self.y + height / 2)


def beside(lines: Sequence[str], x: float, y: float, size: float, away: float) -> list[Label]:
    """Candidate places of a label around a point, the best first: above, right, left, below, then the corners."""
    tall = len(lines) * LINE * size / 2 + away
    text = tuple(lines)
    return [
        Label(text, x, y - tall, "center"),
        Label(text, x + away + 3, y, "left"),
        Label(text, x - away - 3, y, "right"),
        Label(text, x, y + tall, "center"),
        Label(text, x + away, y - tall, "left"),
        Label(text, x - away, y - tall, "right"),
        Label(text, x + away, y + tall, "left"),
        Label(text, x - away, y + tall, "right"),
    ]


def place(candidates: Iterable[Label], size: float, taken: Sequence[Box], frame: Box) -> Label | None:
    """The first candidate that stays in the frame and off everything taken; None when all collide."""
    boxes = ((label, label.box(size)) for label in candidates)
    free = (label for label, box in boxes if box.inside(frame) and not any(map(box.overlaps, taken)))
    return next(free, None)


def pick_years(years: Sequence[int], wanted: Sequence[int], room: float) -> list[int]:
    """Years that can be written under an axis `room` pixels per label apart; `wanted` go first.

    `room` is the number of years a label needs.
    """
    chosen: list[int] = []
    for year in (*wanted, *years):
        if year in years and all(abs(year - other) >= room for other in chosen):
            chosen.append(year)
    return sorted(chosen)
