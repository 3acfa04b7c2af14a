"""What can go wrong, told so that the reader can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ipportal.text import Lang, Text, visible


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem.

    `file` is relative to the portal's root with forward slashes. `row` is the line number a text
    editor or Excel shows (the header is row 1). `cell` is the sheet address (`观测值!E14`) when the
    table came from a workbook.
    """

    file: str
    row: int | None = None
    column: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        """`file:row · column`."""
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        return " · ".join(part for part in (place, self.column, self.cell) if part)

    @property
    def sort_key(self) -> tuple[str, int, str]:
        """File, row, column; problems of a whole file come first."""
        return (self.file, self.row or 0, self.column or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what is expected, what was found, and how to mend it."""

    code: str
    where: Where
    expected: Text
    found: str
    hint: Text

    def message(self, lang: Lang) -> str:
        """What is expected and what stands there instead, in one sentence."""
        shown = visible(self.found, limit=200)
        if lang == "zh":
            # Chinese and Latin text are set apart by a space
            wanted = f" {self.expected.zh}" if self.expected.zh[:1].isascii() else self.expected.zh
            return f"应为{wanted}，现为“{shown}”" if self.found else f"应为{wanted}，现为空"
        return (
            f"expected {self.expected.en}, found “{shown}”"
            if self.found
            else f"expected {self.expected.en}, found nothing"
        )

    def line(self, lang: Lang) -> str:
        """The whole problem as one line of text."""
        return f"{self.where} · {self.message(lang)} · {self.hint[lang]} [{self.code}]"

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON data, both languages."""
        return {
            "code": self.code,
            "file": self.where.file,
            "row": self.where.row,
            "column": self.where.column,
            "cell": self.where.cell,
            "found": self.found,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "hint": {"zh": self.hint.zh, "en": self.hint.en},
        }


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Order by file, row, column and code, without repetitions."""
    return sorted(set(problems), key=lambda p: (*p.where.sort_key, p.code, p.found))


class PortalError(Exception):
    """The base of every error a person can act on; carries the problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sort_problems(problems))
        super().__init__("\n".join(p.line("en") for p in self.problems))


class DataError(PortalError):
    """The packages, portal.toml or the pages' prose are not fit to publish."""


class PublishError(PortalError):
    """A file could not be written, or does not match its record."""


class SiteError(PortalError):
    """The site generator failed, or the finished tree breaks a promise."""
