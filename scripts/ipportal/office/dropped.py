"""Several files that somebody brings, judged one after the other: all of them count or none."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ipportal.base.text import Text
from ipportal.data.packages import RawPackage
from ipportal.data.settings import Settings
from ipportal.office.editing import table_edits
from ipportal.office.excel_reader import ReadBook
from ipportal.office.importing import Import, import_book, options_of
from ipportal.office.returns import as_of, stamped
from ipportal.rules import check
from ipportal.rules.warnings import read_answers, warned


def import_books(
    root: Path,
    raw: Sequence[RawPackage],
    settings: Settings,
    books: Sequence[tuple[str, ReadBook | Import]],
    *,
    allow_removal: bool,
    mine: Sequence[Collection[str]],
    step: Callable[[Text], object] = lambda doing: None,
) -> Import:
    """Judge several files, each against the data as those before it would leave them; all of them count or none.

    `mine` holds for each file the cells that stand whatever others wrote; `step` is told what is being done.
    """
    books = [(file, stamped(book, raw) if isinstance(book, ReadBook) else book) for file, book in books]
    days = [day for file, book in books if isinstance(book, ReadBook) and (day := as_of(book)[1])]
    moved = replace(settings, as_of=max([settings.as_of, *days]))
    options = options_of(root, moved, allow_removal=allow_removal, mine=())
    now, parts = tuple(raw), list[tuple[str, Import]]()
    for (file, book), cells in zip(books, mine, strict=True):
        step(Text(f"检查 {file}".strip(), f"Checking {file}".strip()))
        options["mine"] = cells
        known = {warned(each) for _, part in parts for each in part.warnings}
        options["answered"] = {*read_answers(root), *known, *(of for _, part in parts for of, _ in part.answers)}
        done = book if isinstance(book, Import) else import_book(
            book, file, now, lambda after: check(after, moved), **options)  # fmt: skip
        after = done.packages or now
        told = [name for both in zip(now, after, strict=True) for name, (old, new) in table_edits(*both).items()
                if old != new]  # fmt: skip
        options["written"] = {**options["written"], **dict.fromkeys(told, Text(f"一起导入的 {file} 里", f"in {file}"))}
        now = after
        parts.append((file, done))
    each = [part for _, part in parts]
    lists = ("problems", "notes", "edits", "shared", "warnings", "answers")
    found: dict[str, Any] = {name: tuple(one for part in each for one in getattr(part, name)) for name in lists}
    found |= {"packages": tuple(raw) if found["problems"] else now, "parts": tuple(parts)}
    found |= {"as_of": moved.as_of if moved != settings else None, "exported": max(part.exported for part in each)}
    return replace(each[-1], **found, pages=any(part.pages for part in each))
