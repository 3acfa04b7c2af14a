"""Compare two finished sites page by page: what a reader, a link or a program would notice."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ipportal.site.pagefacts import read_parts

#: Characters of each side a report shows
_SHOWN: Final = 160


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One difference. `part` is `page` or `file` when all of it is missing on one side, else a kind of page part."""

    path: str
    part: str
    first: str
    second: str

    def __str__(self) -> str:
        """`path · part · first → second`, shortened."""
        return f"{self.path} · {self.part} · {_short(self.first)} → {_short(self.second)}"


def compare_sites(first: Path, second: Path, inside: str = "") -> list[SiteChange]:
    """Every difference between two sites, in the order of their addresses; only below `inside`, a folder, if given.

    Pages are compared by what they hold, all other files byte by byte.
    """
    files = [_files(first, inside), _files(second, inside)]
    changes: list[SiteChange] = []
    for path in sorted(files[0] | files[1]):
        kind = "page" if path.endswith(".html") else "file"
        if path not in files[0] or path not in files[1]:
            changes.append(SiteChange(path, kind, *("present" if path in side else "" for side in files)))
        elif kind == "page":
            changes += _page_changes(path, first, second)
        else:
            digests = [hashlib.sha256((site / path).read_bytes()).hexdigest() for site in (first, second)]
            if digests[0] != digests[1]:
                changes.append(SiteChange(path, "bytes", *digests))
    return changes


def _files(site: Path, inside: str) -> set[str]:
    return {path.relative_to(site).as_posix() for path in (site / inside).rglob("*") if path.is_file()}


def _page_changes(path: str, first: Path, second: Path) -> Iterator[SiteChange]:
    if (first / path).read_bytes() == (second / path).read_bytes():
        return
    here, there = read_parts(first, first / path), read_parts(second, second / path)
    for part, values in here.items():
        if values != there[part]:
            yield SiteChange(path, part, *_where(values, there[part]))


def _where(first: Sequence[str], second: Sequence[str]) -> tuple[str, str]:
    """The first stretch in which two lists differ."""
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    _, i, j, k, m = next(code for code in matcher.get_opcodes() if code[0] != "equal")
    return " ".join(first[i:j]), " ".join(second[k:m])


def _short(text: str) -> str:
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"
