"""What can go wrong, told so that the reader can mend it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ipportal.base.text import Lang, Text, visible


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


class Refused(NamedTuple):
    """What speaks against a text or an address, wherever it stands: what is expected, and how to mend it."""

    expected: Text
    hint: Text


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Order by file, row, column and code, without repetitions."""
    return sorted(set(problems), key=lambda p: (*p.where.sort_key, p.code, p.found, p.expected.en, p.hint.en))


#: Error numbers of a disk without room, and of a place that may not be written
_FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_ERRNO: Final = re.compile(r"\[Errno (\d+)\][^\n]*?(?:'([^'\n]*)')?$", re.MULTILINE)


def disk_problem(error: OSError) -> Problem:
    """What the system refused, as something to act on."""
    file = str(error.filename or "")
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        expected = Text("够用的磁盘空间", "enough room on the disk")
        hint = Text("腾出磁盘空间，再运行一次", "make room, then run again")
        return Problem("disk-full", Where(file), expected, reason, hint)
    if error.errno in _REFUSED:
        expected = Text("可以读写的位置", "a place that may be read and written")
        hint = Text("检查这个文件夹的权限，或换一个输出位置", "check the folder's permissions, or choose another place")
        return Problem("disk-refused", Where(file), expected, reason, hint)
    expected = Text("能够读写的文件", "a file that can be read and written")
    hint = Text("检查路径和磁盘，再运行一次", "check the path and the disk, then run again")
    return Problem("disk-failed", Where(file), expected, reason, hint)


def disk_error_in(output: str) -> OSError | None:
    """The last error of the operating system that a Python program told before it ended."""
    found = list(_ERRNO.finditer(output))
    if not found:
        return None
    number = int(found[-1][1])
    return OSError(number, os.strerror(number), found[-1][2])


class PortalError(Exception):
    """The base of every error a person can act on; carries the problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sort_problems(problems))
        super().__init__("\n".join(p.line("en") for p in self.problems))


class DataError(PortalError):
    """The packages, portal.toml or the pages' prose are not fit to publish."""


class OutputError(PortalError):
    """A file could not be written, or does not match its record."""


class SiteError(PortalError):
    """The site generator failed, or the finished tree breaks a promise."""
