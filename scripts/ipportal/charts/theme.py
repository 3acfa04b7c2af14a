"""How charts look: sizes, the few colours by role, and the one Vega-Lite configuration.

The colours are the light palette of the site. In pages they are replaced by CSS custom properties, so one drawing
serves light, dark and high contrast; in downloads they stay as they are here.
"""

from __future__ import annotations

from typing import Any, Final

from ipportal.base.text import Lang

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


def colour(role: str) -> str:
    """The colour of a role.

    Raises:
        KeyError: there is no such role.
    """
    return COLOURS[role]


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
        for scale, word in ((1e8, " 亿"), (1e4, " 万")):
            if abs(value) >= scale:
                return f"{value / scale:,.10g}{word}"
    return f"{value:,.10g}"
