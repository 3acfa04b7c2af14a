"""The key of a chart: signs with their words, above the drawing, broken into rows that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.space import Label, text_width
from ipportal.charts.theme import SIZES, Width

_ROW = 1.7


@dataclass(frozen=True, slots=True)
class Sign:
    """A kind of mark: shape, hollow or filled, role of its colour, and its words."""

    shape: str
    hollow: bool
    role: str
    words: Text


def key_height(signs: Sequence[Sign], lang: Lang, width: Width) -> float:
    """The room a key takes, in pixels."""
    places = _places(signs, lang, width)
    return (places[-1][0] + 1) * SIZES[width] * _ROW if places else 0


def key(signs: Sequence[Sign], lang: Lang, area: parts.PlotArea) -> list[parts.Layer]:
    """The key, from the top left corner of the drawing."""
    layers: list[parts.Layer] = []
    labels: list[Label] = []
    for row, x, sign in _places(signs, lang, area.width):
        y = -area.top + (row + 0.65) * area.size * _ROW
        layers += parts.symbols([(x - area.left + 8, y)], sign.shape, sign.role, hollow=sign.hollow)
        labels.append(Label((sign.words[lang],), x - area.left + 22, y, "left"))
    return [*layers, *parts.words(labels, area.size, "soft")]


def _places(signs: Sequence[Sign], lang: Lang, width: Width) -> list[tuple[int, float, Sign]]:
    row, x, found = 0, 0.0, []
    for sign in signs:
        room = 22 + text_width(sign.words[lang], SIZES[width]) + 20
        if x and x + room > width:
            row, x = row + 1, 0.0
        found.append((row, x, sign))
        x += room
    return found
