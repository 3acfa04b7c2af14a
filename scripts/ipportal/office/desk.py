"""The page on which workbooks are dropped: what it asks for and what it is told, as data.

It keeps nothing between two requests: each brings the workbook, the cells mended and the answers given on the page.
Nothing is written before `write`, and then all of it or nothing.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple

from ipportal.base.errors import PortalError, Problem
from ipportal.base.journal import change, changes, take_back
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.charts import Chart
from ipportal.charts.theme import NARROW
from ipportal.data.answers import Answer, Warned, read_answers
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.packages import RawPackage
from ipportal.data.settings import Settings, read_settings
from ipportal.files.chartfiles import Renderer
from ipportal.loading import build_portal
from ipportal.office import telling
from ipportal.office.diff import changed_charts, compare
from ipportal.office.editing import usual_of
from ipportal.office.excel_reader import ReadBook, ReadCell, ReadSheet
from ipportal.office.importing import Import, Options, edits_of, import_book, import_workbook
from ipportal.office.layout import FIRST_ROW, KEY_ROW, TITLE_ROW, Column, Layout, Sheet, lay_out_workbook
from ipportal.rules import check, check_warnings, described
from ipportal.rules.warnings import warned

#: Charts shown before and after; the rest is told in words
_PICTURES: Final = 3
#: Facts of a problem that can be put into its cell as they are
_USABLE: Final = ("theirs", "guess", "plain", "entry")
_AS_OF: Final = re.compile(r"^as_of *= *(\d{4}-\d\d-\d\d)", re.MULTILINE)
_FILES: Final = {"desk.css": "text/css", "desk.js": "text/javascript"}

Told = dict[str, Any]


class _State(NamedTuple):
    raw: tuple[RawPackage, ...]
    settings: Settings
    done: Import


class Desk:
    """Serves the page of one portal; `token` is what its requests must carry."""

    def __init__(self, root: Path, token: str) -> None:
        self.root, self._token = root, token
        self._one = threading.Lock()
        self._verbs: Mapping[str, Callable[[Told], Told]] = {
            "look": self._look,
            "write": self._write,
            "undo": self._undo,
            "log": self._log,
            "tables": self._tables,
            "as-of": self._as_of,
        }

    def page(self, name: str) -> tuple[str, bytes] | None:
        """The kind and bytes of the page in a language (`zh`, `en`), or of a file it loads; None for another name."""
        if name in LANGS:
            lang: Lang = "zh" if name == "zh" else "en"
            template = template_environment().get_template("office/desk.html")
            facts = {"lang": lang, "tag": BCP47[lang], "token": self._token, "t": lambda zh, en: Text(zh, en)[lang]}
            return "text/html; charset=utf-8", template.render(facts, name=read_settings(self.root).name[lang]).encode()
        if name not in _FILES:
            return None
        package = resources.files("ipportal")
        places = [package / "theme/assets/css/tokens.css"] if name.endswith("css") else []
        parts = [place.read_bytes() for place in (*places, package / "templates/office" / name)]
        return f"{_FILES[name]}; charset=utf-8", b"\n".join(parts)

    def answer(self, verb: str, body: bytes) -> bytes | None:
        """The JSON that answers a request, one at a time; None for what is no request."""
        try:
            asked = json.loads(body)
            with self._one:
                try:
                    told = self._verbs[verb](asked)
                except PortalError as error:
                    told = {"problems": [_problem(each, _lang(asked)) for each in error.problems]}
            return json.dumps(told, ensure_ascii=False).encode()
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
            return None

    def _state(self, asked: Told) -> _State:
        settings = read_settings(self.root)
        raw = described(self.root, settings)
        given = {
            Warned(*about): Answer(Text(zh, en), str(asked["by"]).strip(), "") for about, zh, en in asked["answers"]
        }

        def amend(book: ReadBook) -> ReadBook:
            return replace(with_cells(book, asked["cells"]), answers={**book.answers, **given})

        options: Options = {
            "allow_removal": asked["removal"] is True,
            "mine": [str(cell) for cell in asked["mine"]],
            "written": telling.written(changes(self.root)),
            "ask": lambda after: check_warnings(after, settings),
            "answered": read_answers(self.root),
        }

        def rules(after: Sequence[RawPackage]) -> Sequence[Problem]:
            return check(after, settings)

        if "rows" in asked:
            package = next(each for each in raw if each.name == asked["package"])
            book = typed(lay_out_workbook(raw, package, "template"), asked["rows"])
            return _State(raw, settings, import_book(amend(book), "", raw, rules, **options))
        data = base64.b64decode(asked["data"], validate=True)
        return _State(raw, settings, import_workbook(data, str(asked["name"]), raw, rules, amend, **options))

    def _look(self, asked: Told) -> Told:
        """Everything that is wrong or asked; when nothing is, what readers will see change."""
        state, lang = self._state(asked), _lang(asked)
        done = state.done
        told: Told = {
            "package": done.package,
            "exported": done.exported,
            "problems": [_problem(each, lang) for each in done.problems],
            "warnings": [_problem(each, lang) | {"about": warned(each)} for each in done.warnings],
            "notes": [{"cell": note.cell, "what": note.what[lang]} for note in done.notes],
            "shared": [line[lang] for line in telling.corrected(done, state.raw)],
            "counted": telling.counted(done, lang),
            "changes": [
                {"title": title[lang], "lines": [_line(line, lang) for line in lines]}
                for title, lines in telling.changes(done, state.raw)
            ],
        }
        if not (done.problems or done.warnings) and done.edits:
            told |= self._difference(state, lang)
        return told

    def _difference(self, state: _State, lang: Lang) -> Told:
        old, new = (build_portal(packages, state.settings) for packages in (state.raw, state.done.packages))
        none: Mapping[Lang, Mapping[str, str]] = {each: {} for each in LANGS}
        parts = [
            [title[lang], [[part[lang] if part else "" for part in (each.name, each.old, each.new)] for each in items]]
            for title, items in compare(old, new, none, none).parts
        ]
        pairs = [pair for pair in changed_charts(old, new) if all(chart and NARROW in chart.widths for chart in pair)]
        return {"parts": parts, "pictures": [self._pictures(pair, lang) for pair in pairs[:_PICTURES]]}

    def _pictures(self, pair: Sequence[Chart | None], lang: Lang) -> Told:
        charts = [chart for chart in pair if chart]
        drawn = Renderer(self.root).svgs([chart.draw(lang, NARROW) for chart in charts])
        titles = [chart.title[lang] for chart in charts]
        return {"titles": titles, "svgs": [base64.b64encode(svg.encode()).decode() for svg in drawn]}

    def _write(self, asked: Told) -> Told:
        """Write, unless something has come up since the page was told that nothing stands in the way."""
        state = self._state(asked)
        if state.done.problems or state.done.warnings:
            return self._look(asked)
        edits = edits_of(self.root, state.raw, state.done, state.settings, date.today())
        files = change(self.root, "workbook import", edits, state.done.exported)
        return {"files": files, "counted": telling.counted(state.done, _lang(asked))}

    def _undo(self, asked: Told) -> Told:
        return {"files": take_back(self.root).files}

    def _log(self, asked: Told) -> Told:
        found = reversed(changes(self.root))
        log = [{"when": each.when.isoformat(" ", "minutes"), "verb": each.verb, "files": each.files} for each in found]
        as_of = _AS_OF.search((self.root / SETTINGS).read_text(encoding="utf-8"))
        return {"log": log, "as_of": as_of[1] if as_of else ""}

    def _as_of(self, asked: Told) -> Told:
        """Set the day the data are as of, if they stand with it."""
        day, lang, path = date.fromisoformat(asked["day"]), _lang(asked), self.root / SETTINGS
        settings = replace(read_settings(self.root), as_of=day)
        problems = check(described(self.root, settings), settings)
        before = path.read_bytes()
        after = _AS_OF.sub(f"as_of = {day}", before.decode(), count=1).encode()
        if not problems:
            change(self.root, "as_of", {SETTINGS: (before, after)})
        return {"problems": [_problem(each, lang) for each in problems]}

    def _tables(self, asked: Told) -> Told:
        """Every table that rows can be added to, column by column, with its lists."""
        settings, lang = read_settings(self.root), _lang(asked)
        raw = described(self.root, settings)
        layouts = [(package, lay_out_workbook(raw, package, "template")) for package in raw]
        return {
            "packages": [
                {
                    "name": layout.package,
                    "title": layout.title[lang],
                    "tables": [
                        _table(sheet, partial(usual_of, raw, settings, package, sheet.table), lang)
                        for sheet in layout.sheets
                    ],
                    "lists": {
                        key: [[value, picks.label(value)] for value in picks.names]
                        for key, picks in layout.lists.items()
                    },
                }
                for package, layout in layouts
            ]
        }


def _lang(asked: Told) -> Lang:
    return "en" if asked.get("lang") == "en" else "zh"


def _problem(problem: Problem, lang: Lang) -> Told:
    facts = problem.facts
    return {
        "cell": problem.where.cell or problem.where.file,
        "row": problem.where.row,
        "code": problem.code,
        "found": problem.found,
        "message": problem.message(lang),
        "hint": problem.hint[lang],
        "use": next((str(facts[name]) for name in _USABLE if name in facts), ""),
        "sides": [str(facts["was"]), str(facts["theirs"])] if "theirs" in facts else [],
    }


def _line(line: telling.ChangeLine, lang: Lang) -> Told:
    return {
        "sign": line.sign,
        "row": line.row[lang],
        "cells": [[title[lang], old, new] for title, old, new in line.cells],
    }


def _table(sheet: Sheet, usual: Callable[[Column], str], lang: Lang) -> Told:
    columns = [
        {
            "name": column.name,
            "title": column.title[lang],
            "how": telling.how(column, sheet)[lang],
            "required": column.required,
            "choices": column.choices,
            "usual": usual(column),
        }
        for column in sheet.stored
    ]
    return {"name": sheet.table, "title": sheet.title[lang], "columns": columns}


def with_cells(book: ReadBook, cells: Mapping[str, str]) -> ReadBook:
    """The workbook with other texts in some cells (`观测值!E14`); a row without a letter (`观测值!14`) is cleared.

    Raises:
        KeyError: there is no such sheet.
        ValueError: that names no cell.
    """
    sheets = dict(book.sheets)
    for place, text in cells.items():
        name, _, cell = place.rpartition("!")
        there = dict(sheets[name].cells)
        if cell.isdigit():
            there = {at: each for at, each in there.items() if at[0] != int(cell)}
        else:
            at = coordinate_to_tuple(cell)
            there.pop(at, None)
            there |= {at: ReadCell(str(text), "", "@")} if text else {}
        sheets[name] = replace(sheets[name], cells=there)
    return replace(book, sheets=sheets)


def typed(layout: Layout, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> ReadBook:
    """The workbook somebody would have filled in with these rows, table by table."""
    cells = {each.name: dict(_cells(each, rows.get(each.table, ()))) for each in layout.sheets}
    sheets = {name: ReadSheet(found, (), frozenset(), frozenset()) for name, found in cells.items()}
    return ReadBook(sheets, layout.stamp, {}, {})


def _cells(sheet: Sheet, rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[tuple[int, int], ReadCell]]:
    for number, column in enumerate(sheet.columns, start=1):
        yield (TITLE_ROW, number), ReadCell(sheet.head(column), "", "@")
        yield (KEY_ROW, number), ReadCell(column.name, "", "@")
        for row, cells in enumerate(rows, start=FIRST_ROW):
            if text := str(cells.get(column.name, "")).strip():
                yield (row, number), ReadCell(text, "", "@")
