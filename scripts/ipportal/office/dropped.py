"""Several files that somebody brings, judged one after the other: all of them count or none."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ipportal.base.journal import Edits, changes
from ipportal.base.text import Text
from ipportal.data.packages import RawPackage
from ipportal.data.settings import Settings
from ipportal.loading import build_portal
from ipportal.office.asking import answers_edits
from ipportal.office.editing import as_of_edits, table_edits
from ipportal.office.excel_reader import ReadBook
from ipportal.office.importing import Import, import_book
from ipportal.office.returns import as_of, stamped
from ipportal.pages.stubs import missing_stubs
from ipportal.rules import check, check_warnings
from ipportal.rules.warnings import read_answers, warned


def _written(root: Path) -> dict[str, Text]:
    """File → when it was last changed and, of a workbook, when that one had been exported; in words."""
    found = {}
    for each in changes(root):
        when = each.when.isoformat(" ", "minutes")
        words = Text(f"{when} ", f"on {when}")
        if each.exported:
            words = Text(f"{when} 用 {each.exported} 导出的表", f"on {when} from a workbook exported {each.exported}")
        found.update(dict.fromkeys(each.files, words))
    return found


def edits_of(root: Path, raw: Sequence[RawPackage], done: Import, settings: Settings, day: date) -> Edits:
    """The files an import without problems writes: tables, the answers given on a day, pages of new indicators."""
    tables = [table_edits(*pair) for pair in zip(raw, done.packages, strict=True)]
    pages = missing_stubs(build_portal(done.packages, settings), root) if done.pages else {}
    moved = as_of_edits(root, done.as_of) if done.as_of else {}
    parts = (*tables, answers_edits(root, dict(done.answers), day), pages, moved)
    return {file: edit for part in parts for file, edit in part.items()}


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
    now, parts = tuple(raw), list[tuple[str, Import]]()
    told, answered = _written(root), {*read_answers(root)}
    for (file, book), cells in zip(books, mine, strict=True):
        step(Text(f"检查 {file}".strip(), f"Checking {file}".strip()))
        done = import_book(
            book,
            file,
            now,
            lambda after: check(after, moved),
            allow_removal=allow_removal,
            mine=cells,
            written=told,
            ask=lambda after: check_warnings(after, moved),
            answered=answered,
            stored=raw,
        )
        parts.append((file, done))
        answered |= {*map(warned, done.warnings), *(of for of, _ in done.answers)}
        for before, after in zip(now, done.packages or now, strict=True):
            changed = [name for name, (old, new) in table_edits(before, after).items() if old != new]
            told |= dict.fromkeys(changed, Text(f"一起导入的 {file} 里", f"in {file}"))
        now = done.packages or now
    each = [part for _, part in parts]
    lists = ("problems", "notes", "edits", "shared", "warnings", "answers")
    found: dict[str, Any] = {name: tuple(one for part in each for one in getattr(part, name)) for name in lists}
    found |= {"packages": tuple(raw) if found["problems"] else now, "parts": tuple(parts)}
    found |= {"as_of": moved.as_of if moved != settings else None, "exported": max(part.exported for part in each)}
    return replace(each[-1], **found, pages=any(part.pages for part in each))
