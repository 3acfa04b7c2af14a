"""How charts look: sizes, the few colours by role, the one Vega-Lite configuration, and the unit they count in.

The colours are the light palette of the site. In pages they are replaced by CSS custom properties, so one drawing
serves light, dark and high contrast; in downloads they stay as they are here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ipportal.base.quantities import Unit, UnitKind, number, plain
from ipportal.base.text import Lang
from ipportal.data.model import Portal

#: Width of a drawing in pixels
Width = int
WIDE: Final = 720
NARROW: Final = 360
SPARK: Final = 240
WIDTHS: Final = (WIDE, NARROW)

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
SIZES: Final[dict[Width, float]] = {WIDE: 14.5, NARROW: 15, SPARK: 15}

#: What Chinese shortens large numbers by
_MYRIADS: Final = ((10**8, " 亿"), (10**4, " 万"))
#: What English counts money in
_MONEY: Final = ((10**9, "CNY billion"), (10**6, "CNY million"), (1, "CNY"))


def config(width: Width) -> dict[str, Any]:
    """The Vega-Lite configuration of every chart; nothing is left to defaults that could change."""
    size = SIZES[width]
    return {
        "font": FONT,
        "background": COLOURS["paper"],
        "view": {"stroke": None, "fill": None},
        "axis": {
            "aria": False,
            "domain": False,
            "ticks": False,
            "grid": False,
            "gridColor": COLOURS["grid"],
            "gridWidth": 1,
            "labelAngle": 0,
            "labelColor": COLOURS["soft"],
            "labelFontSize": size,
            "labelFlush": False,
            "labelFontWeight": "normal",
            "labelLimit": 0,
            "labelOverlap": False,
            "labelPadding": 8,
            "title": None,
        },
        "text": {"color": COLOURS["ink"], "fontSize": size, "fontWeight": "normal", "lineHeight": round(size * 1.3, 2)},
        "point": {"opacity": 1, "strokeWidth": 2},
        "rule": {"color": COLOURS["soft"]},
        "title": {
            "anchor": "start",
            "color": COLOURS["ink"],
            "fontSize": 17,
            "fontWeight": "normal",
            "subtitleColor": COLOURS["soft"],
            "subtitleFontSize": size,
            "subtitleFontWeight": "normal",
        },
    }


@dataclass(frozen=True, slots=True)
class Scale:
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
        return Scale(Decimal(1), unit.name.zh, unit.scale == 1 and unit.kind in (UnitKind.COUNT, UnitKind.MONEY))
    if unit.kind == UnitKind.PERCENT:
        return Scale(Decimal(1), "percent")
    if unit.kind == UnitKind.MONEY:
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
