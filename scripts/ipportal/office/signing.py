"""Make a sign-off sheet of what is not signed off yet, and record who took each of its steps."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from ipportal.base import plainwords
from ipportal.base.errors import OutputError, Where
from ipportal.base.journal import Edits, sides
from ipportal.base.journal import changes as made
from ipportal.base.templates import in_language
from ipportal.base.text import Lang, Text
from ipportal.data.ledger import frozen_path, read_ledger
from ipportal.data.packages import RawPackage, RawTable, restated_package
from ipportal.data.settings import Settings
from ipportal.office import CATALOGUE
from ipportal.office.diff import git
from ipportal.office.editing import compare_packages, with_files
from ipportal.office.importing import Import
from ipportal.office.telling import changes
from ipportal.rules import check_warnings, rule
from ipportal.rules.signoff import STEPS, Sheet, ends, mark_of, read_sheets, refused, sum_of
from ipportal.rules.warnings import FOLDER, Answer, read_answers, warned

#: Earlier states of a file that are looked for in version control
_REVISIONS: Final = 100
#: What stands for the answer to a warning that has none
_OPEN: Final = Answer(Text("还没有答复", "not answered yet"), "", "")


def pending(raw: Iterable[RawPackage], sheets: Iterable[Sheet]) -> Iterator[tuple[RawPackage, RawTable, str]]:
    """The tables that differ from what the last of these sheets led to, with the sum that sheet named, if any."""
    named = ends(sheets)
    for package in raw:
        for table in package.tables:
            last = named[table.file][-1][2] if table.file in named else ""
            if sum_of(table.data) != last:
                yield package, table, last


def drafted(root: Path, raw: Sequence[RawPackage], settings: Settings) -> dict[str, Any]:
    """A sheet without steps: everything that differs from what was approved last, else from the last releases.

    Of a table whose earlier state is not known here only the sums are told, and how many rows it has.
    """
    files, told, of_rows = [], [], {}
    before: dict[str, bytes] = {}
    approved = [sheet for sheet in read_sheets(root) if sheet.told and not sheet.missing]
    for package, table, last in pending(raw, approved):
        data = _earlier(root, package, table, last)
        title = asdict(Text.read({"title": table.name, **table.resource}, "title"))
        sums = {"before": last or sum_of(data), "after": sum_of(table.data)}
        files.append({"path": table.file, "title": title, **sums, "rows": len(table.rows or ())})
        before |= {table.file: data} if data is not None else {}
    for package, old in zip(raw, with_files(raw, before), strict=True):
        if old == package:
            continue
        edits = compare_packages(restated_package(old, package), package)
        lines = [line for _, found in changes(Import(package.name, (), edits=edits), raw) for line in found]
        paths = {table.name: table.file for table in package.tables}
        for edit, line in zip(edits, lines, strict=True):
            cells = [{"column": asdict(column), "old": was, "new": now} for column, was, now in line.cells]
            told.append({"path": paths[edit.table], "sign": line.sign, "row": asdict(line.row), "cells": cells})
            of_rows[paths[edit.table], ", ".join(edit.key)] = line.row
    asked = {warned(problem): _OPEN for problem in check_warnings(raw, settings)} | read_answers(root)
    listed, compared, answers = {file["path"] for file in files}, {path for path, _ in of_rows}, []
    known = {**CATALOGUE.entries, **rule.CATALOGUE.entries}
    for of, answer in sorted((of, answer) for of, answer in asked.items() if of.file in listed):
        if not of.row or of.file not in compared or (of.file, of.row) in of_rows:
            row = asdict(of_rows.get((of.file, of.row), Text.same(of.row)))
            warning = known[of.code].title + Text(f"：{of.found}（{of.other}）", f": {of.found} ({of.other})")
            words = {"row": row, "warning": asdict(warning), "reason": asdict(answer.reason)}
            answers.append({"path": of.file, **words, "by": answer.by, "on": answer.date})
    return {"files": files, "changes": told, "answers": answers}


def _earlier(root: Path, package: RawPackage, table: RawTable, last: str) -> bytes | None:
    """The bytes of a file with a sum, from changes that can be taken back, releases or version control.

    Without a sum: those of the last release.
    """
    path = Path(table.file).name
    releases = [release for release in read_ledger(root) if release.package == package.name][::-1]
    files = ((release, file) for release in releases for file in release.files if file.path == path)
    frozen = (root / frozen_path(root, *each) for each in files)
    released = (each.read_bytes() for each in frozen if each.is_file())
    if not last:
        return next(released, None)
    known = (git(root, "log", f"-{_REVISIONS}", "--format=%H", "--", table.file) or b"").decode().split()
    states = (git(root, "show", f"{revision}:./{table.file}") for revision in known)
    kept = (data for done in made(root)[::-1] for data in sides(root, done).get(table.file, ()))
    return next((data for part in (kept, released, states) for data in part if data and sum_of(data) == last), None)


def signed(root: Path, raw: Sequence[RawPackage], settings: Settings, step: str, by: str, day: date) -> Edits:
    """The files that record a step: `entered` begins a sheet, in the place of one that was not approved.

    Raises:
        OutputError: there is nothing to sign, another step comes first, or this role or day cannot take it.
    """
    sheets = read_sheets(root)
    # letters of a role
    if any(True for _ in plainwords.refused(by)) or not by.strip() or len(by) > 60:
        raise OutputError([CATALOGUE.problem("signoff-name", Where(f"--{step}"), by)])
    open_ = [sheet for sheet in sheets if sheet.missing]
    if step == STEPS[0]:
        told = drafted(root, raw, settings)
        told["mark"] = mark_of(told)
        if not told["files"] or any(sheet.told and sheet.told["mark"] == told["mark"] for sheet in open_):
            raise OutputError([CATALOGUE.problem("signoff-nothing", Where(FOLDER))])
        file = f"{FOLDER}/signoff-{len(sheets) - len(open_) + 1:04}-{told['mark']}.json"
    else:
        sheet = next((each for each in open_ if each.missing[0] == step), None)
        if sheet is None or sheet.told is None:
            raise OutputError([CATALOGUE.problem("signoff-turn", Where(FOLDER), step)])
        told, file, open_ = dict(sheet.told), sheet.file, []
    told["steps"] = {**told.get("steps", {}), step: {"by": by.strip(), "on": day.isoformat()}}
    if problems := refused(Sheet(file, told)):
        raise OutputError(problems)
    made = {file: json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"}
    made |= {page(file, lang): as_html(told, file, settings, lang).encode() for lang in settings.languages}
    gone = [name for sheet in open_ for name in (sheet.file, *(page(sheet.file, lang) for lang in settings.languages))]
    now = {name: (root / name).read_bytes() if (root / name).is_file() else None for name in (*gone, *made)}
    return {name: (now[name], made.get(name)) for name in now}


def page(file: str, lang: Lang) -> str:
    """The page to print that lies beside a sheet."""
    return f"{file.removesuffix('.json')}.{lang}.html"


def as_html(told: Mapping[str, Any], file: str, settings: Settings, lang: Lang) -> str:
    """A sheet as a page that prints on one sheet of paper, in one language."""
    shown = {"rows": 18, "sums": 6}  # changed rows, and sums of files, that a page tells one by one
    facts = {"told": told, "file": file, "name": settings.name[lang], "steps": STEPS, "shown": shown}
    return in_language("office/signoff.html", lang, **facts)
