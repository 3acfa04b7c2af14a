"""Write into the front matter of pages who reviewed them and what they translate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ipportal.base.writing import write_file
from ipportal.data.manuscripts import (
    REVIEWED_BY,
    REVIEWED_ON,
    REVIEWED_TEXT,
    SOURCE_HASH,
    Manuscript,
    translations,
    with_entries,
)


def unread(pages: Iterable[Manuscript]) -> list[Manuscript]:
    """Pages nobody reviewed in their present wording."""
    return [page for page in pages if not page.reviewed or str(page.head.get(REVIEWED_TEXT)) != page.fingerprint]


def lagging(pages: Sequence[Manuscript]) -> list[Manuscript]:
    """English pages that do not translate the present Chinese, or do not say what they translate."""
    return [english for english, chinese in translations(pages) if english.head.get(SOURCE_HASH) != chinese.fingerprint]


def record_review(root: Path, pages: Iterable[Manuscript], reviewer: str, day: date) -> list[str]:
    """Note on each page who read its present wording and when. Returns the files written."""
    return [
        file
        for page in pages
        for file in _write(
            root,
            page,
            {REVIEWED_BY: reviewer, REVIEWED_ON: day.isoformat(), REVIEWED_TEXT: page.fingerprint},
        )
    ]


def record_translation(root: Path, pages: Sequence[Manuscript], chosen: Iterable[Manuscript]) -> list[str]:
    """Note on each chosen page that its English says what the Chinese says now. Returns the files written.

    A Chinese page stands for its translation, so a whole folder of either language may be chosen.
    """
    paths = {page.path for page in chosen}
    return [
        file
        for english, chinese in translations(pages)
        if english.path in paths
        for file in _write(root, english, {SOURCE_HASH: chinese.fingerprint})
    ]


def _write(root: Path, page: Manuscript, entries: Mapping[str, str]) -> list[str]:
    """The file when it had to change, else nothing."""
    text = with_entries(page.text, entries)
    if text == page.text:
        return []
    write_file(root / page.file, text)
    return [page.file]
