"""What charts of single counts share: wording of codes, and a table of items, values and sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ipportal.base.text import Lang, Text
from ipportal.charts.bars import Bar
from ipportal.data.model import Portal
from ipportal.words.chart_table import ChartCell, ChartColumn, ChartTable, per_language


def label(portal: Portal, package: str, table: str, field: str, value: str) -> Text:
    """The wording of a code, from the description of its table; the code itself where there is none."""
    found = portal.packages.get(package)
    return found.tables[table].field(field).label(value) if found else Text(value, value)


def plain_table(
    caption: Text, rows: Sequence[Bar], *, per_row: Callable[[Lang, int], str], sources: Sequence[Text]
) -> ChartTable:
    """One line for each row; `per_row` gives the bare value drawn."""
    return ChartTable(
        caption=caption,
        columns=(
            ChartColumn("item", Text("项目", "Item")),
            ChartColumn("value", Text("数值", "Value"), numeric=True),
            ChartColumn("source", Text("出处", "Source")),
        ),
        rows=tuple(
            (
                ChartCell.words(row.name),
                ChartCell(row.label, per_language(lambda lang, k=k: per_row(lang, k))),
                ChartCell.words(source),
            )
            for k, (row, source) in enumerate(zip(rows, sources, strict=True))
        ),
    )
