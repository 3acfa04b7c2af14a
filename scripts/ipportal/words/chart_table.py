"""A table as data: what a chart shows, ready for a page (words) and for a CSV (bare values)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from ipportal.base.text import LANGS, Lang, Text
from ipportal.words.wording import NO_VALUE

EMPTY = Text("", "")


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One column: `key` heads it in the CSV, `title` on the page; numbers are set flush right."""

    key: str
    title: Text
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class ChartCell:
    """One cell: `shown` are the words on the page, `raw` the value in the CSV (empty: unknown)."""

    shown: Text
    raw: Text

    @classmethod
    def words(cls, text: Text) -> ChartCell:
        """A cell that reads the same on the page and in the CSV."""
        return cls(text, text)

    @classmethod
    def plain(cls, value: object) -> ChartCell:
        """A cell without language: a year, a code."""
        text = Text(str(value), str(value))
        return cls(text, text)

    @classmethod
    def unknown(cls, word: Text = NO_VALUE) -> ChartCell:
        """A value nobody has published, or none that compares: said so on the page, empty in the CSV."""
        return cls(word, EMPTY)


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Rows of cells under a caption. The first cell of a row is its header."""

    caption: Text
    columns: tuple[ChartColumn, ...]
    rows: tuple[tuple[ChartCell, ...], ...]
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"rows of “{self.caption.en}” do not fit its columns")

    def column(self, key: str, lang: Lang) -> list[str]:
        """The bare values of one column.

        Raises:
            StopIteration: the table has no such column.
        """
        place = next(i for i, column in enumerate(self.columns) if column.key == key)
        return [row[place].raw[lang] for row in self.rows]

    def csv(self, lang: Lang) -> bytes:
        """The table as UTF-8 CSV with a header of keys."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.key for column in self.columns])
        writer.writerows([cell.raw[lang] for cell in row] for row in self.rows)
        return stream.getvalue().encode()


def per_language(make: object) -> Text:
    """Build a text by calling `make` once per language."""
    assert callable(make)
    return Text(*(make(lang) for lang in LANGS))
