"""A chart as data: words, table and a drawing for each language and width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ipportal.base.text import Lang, Text
from ipportal.charts.theme import WIDTHS, Width
from ipportal.words.chart_table import ChartTable

Spec = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """Everything a reader may need of one chart.

    Attributes:
        name: id and file name, unique among all charts.
        kind: which function made it.
        title: states the finding.
        subtitle: what is shown, of which place, in which unit.
        sentence: the text alternative; holds the same numbers.
        source: where the numbers come from.
        table: exactly what is shown.
        draw: makes the Vega-Lite specification for a language and a width in pixels.
        widths: the widths it is drawn at, the widest first.
    """

    name: str
    kind: str
    title: Text
    subtitle: Text
    sentence: Text
    source: Text
    table: ChartTable
    draw: Callable[[Lang, Width], Spec]
    widths: tuple[Width, ...] = WIDTHS
