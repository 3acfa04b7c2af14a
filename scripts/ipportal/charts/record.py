"""A chart as data: words, a table for the page and the CSV, and a drawing for each language and width."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final, TypeVar

from ipportal.base import Frozen
from ipportal.base.text import Lang, Text
from ipportal.charts.parts import Layer, PlotArea, Spec, sheet
from ipportal.charts.theme import WIDTHS, Width
from ipportal.data.model import Portal
from ipportal.words.wording import NO_VALUE, NOTHING, sentence_case

#: Makes the layers of a drawing, and the room they lie in
Layout = Callable[[Lang, Width], tuple[PlotArea, Sequence[Layer]]]

#: Groups of indicators that have charts, in words that go on in a sentence
GROUPS: Final = {
    "core": Text("核心指标", "core indicators"),
    "commitment": Text("有数字的承诺", "commitments with numbers"),
}
#: Columns of numbers, in all tables
_NUMBERS: Final = frozenset((
    "year", "value", "count", "enterprises", "all", "share", "done", "expected", "pace", "baseline", "latest", "change",
))  # fmt: skip

Item = TypeVar("Item")


class ChartColumn(Frozen):
    """One column: `key` heads it in the CSV, `title` on the page; numbers are set flush right."""

    key: str
    title: Text
    numeric: bool = False


class ChartCell(Frozen):
    """One cell: `shown` are the words on the page, `raw` the value in the CSV (empty: unknown)."""

    shown: Text
    raw: Text

    @classmethod
    def same(cls, value: object) -> ChartCell:
        """A cell that reads the same on the page and in the CSV: words, a year, a code."""
        text = value if isinstance(value, Text) else Text.same(value)
        return cls(text, text)

    @classmethod
    def unknown(cls, word: Text = NO_VALUE) -> ChartCell:
        """A value nobody has published, or none that compares: said so on the page, empty in the CSV."""
        return cls(word, NOTHING)


class ChartTable(Frozen):
    """Rows of cells under a caption. The first cell of a row is its header. What sums the rows up in the drawing or its
    sentence stands in `foot`, below them on the page only."""

    caption: Text
    columns: tuple[ChartColumn, ...]
    rows: tuple[tuple[ChartCell, ...], ...]
    foot: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"rows of “{self.caption.en}” do not fit its columns")

    @classmethod
    def of(
        cls,
        caption: Text,
        items: Iterable[Item],
        columns: Mapping[str, tuple[Text, Callable[[Item], object]]],
        foot: Iterable[Text] = (),
    ) -> ChartTable:
        """A table with a row for each item; `columns` say by key how they are headed and what they take of an item.

        Plain values and texts become cells that read the same everywhere.
        """
        made = ([take(item) for _, take in columns.values()] for item in items)
        return cls(
            caption,
            tuple(ChartColumn(key, title, key in _NUMBERS) for key, (title, _) in columns.items()),
            tuple(tuple(v if isinstance(v, ChartCell) else ChartCell.same(v) for v in row) for row in made),
            tuple(foot),
        )

    def csv(self, lang: Lang) -> bytes:
        """The table as UTF-8 CSV with a header of keys."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.key for column in self.columns])
        writer.writerows([cell.raw[lang] for cell in row] for row in self.rows)
        return stream.getvalue().encode()


class Chart(Frozen):
    """Everything a reader may need of one chart.

    Attributes:
        name: id and file name, unique among all charts.
        kind: which function made it.
        title: states the finding.
        subtitle: what is shown, of which place, in which unit.
        sentence: the text alternative; holds the same numbers.
        source: where the numbers come from.
        table: exactly what is shown.
        draw: makes the Vega-Lite specification for a language and a width in pixels, once for each.
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

    @classmethod
    def of(
        cls,
        portal: Portal,
        name: str,
        kind: str,
        words: Mapping[str, Text],
        sources: Iterable[str],
        table: ChartTable,
        layout: Layout,
    ) -> Chart:
        """A chart with its `words` (title, subtitle and sentence) as they stand alone.

        Every one of `sources` is named once, in order of use.
        """
        title, subtitle, sentence = (sentence_case(words[part]) for part in ("title", "subtitle", "sentence"))
        names = (portal.sources[source].name for source in dict.fromkeys(sources))
        source = Text("来源：", "Source: ") + Text.joined(names, "；", "; ")
        return cls(name, kind, title, subtitle, sentence, source, table, drawing(title, sentence, layout))


def drawing(title: Text, sentence: Text, layout: Layout) -> Callable[[Lang, Width], Spec]:
    """A function that makes the specification for a language and a width, and remembers it."""

    @cache
    def draw(lang: Lang, width: Width) -> Spec:
        area, layers = layout(lang, width)
        return sheet(layers, area, lang, title[lang], sentence[lang])

    return draw
