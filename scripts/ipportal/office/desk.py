"""The page on which workbooks are dropped: what it asks for and what it is told.

It keeps nothing between two requests: each brings the workbook, the cells mended and the answers given on the page.
Nothing is written before `write`, and then all of it or nothing.
"""

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
from typing import Any, Final

from openpyxl.utils.cell import coordinate_to_tuple

from ipportal.base.addresses import page_url
from ipportal.base.errors import PortalError
from ipportal.base.filenames import is_plain
from ipportal.base.journal import change, changes, sides
from ipportal.base.templates import in_language
from ipportal.base.text import LANGS, Lang, Text
from ipportal.charts.theme import NARROW
from ipportal.data.manuscripts import page_paths
from ipportal.data.packages import RawPackage
from ipportal.data.settings import Settings, read_settings
from ipportal.files.chartfiles import Renderer
from ipportal.loading import build_portal
from ipportal.office import telling
from ipportal.office.diff import changed_charts, changed_pages, compare, render_pages
from ipportal.office.editing import as_of_edits, usual_of, with_files
from ipportal.office.excel_reader import ReadBook, ReadCell, ReadSheet
from ipportal.office.importing import Import, edits_of, import_books, opened
from ipportal.office.layout import FIRST_ROW, KEY_ROW, TITLE_ROW, Layout, Sheet, lay_out_workbook
from ipportal.office.merging import found_change, undone
from ipportal.office.signing import page, pending, signed
from ipportal.rules import check, described
from ipportal.rules.signoff import STEPS, read_sheets
from ipportal.rules.warnings import FOLDER, Answer, Warned, warned

#: Charts shown before and after; the rest is told in words
_PICTURES: Final = 3
_FILES: Final = {"desk.css": "text/css", "desk.js": "text/javascript"}
#: What the page asks, each answered by a method; of those `_BESIDE` while another request is worked on
_VERBS: Final = ("look", "write", "undo", "log", "signoff", "tables", "as-of", "progress", "pages")
_BESIDE: Final = ("progress", "pages")

#: Pages of sign-off sheets, which are shown to whoever prints them
_SHEET: Final = re.compile(r"signoff-[0-9a-f-]+\.(?:zh|en)\.html")

Asked = Mapping[str, Any]


def _lang(asked: Asked) -> Lang:
    return "en" if asked.get("lang") == "en" else "zh"


class Desk:
    """Serves the page of one portal; `token` is what its requests must carry."""

    def __init__(self, root: Path, token: str) -> None:
        self.root, self._token = root, token
        self._one = threading.Lock()
        self._steps, self._doing = 1, list[Text]()

    def __call__(self, name: str, body: bytes | None) -> tuple[str, bytes] | None:
        """Kind and bytes of a file, or of the answer to a request in JSON; None for what is neither."""
        if body is None:
            return self._file(name)
        if name not in _VERBS:
            return None
        try:
            asked = json.loads(body)
            verb: Callable[[Asked], str] = getattr(self, f"_{name.replace('-', '_')}")
            if name in _BESIDE:
                return "application/json", verb(asked).encode()
            with self._one:
                try:
                    told = verb(asked)
                except PortalError as error:
                    told = self._told(asked, "", problems=error.problems)
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
            return None
        return "application/json", told.encode()

    def _file(self, name: str) -> tuple[str, bytes] | None:
        if name in LANGS:
            lang: Lang = "zh" if name == "zh" else "en"
            called = read_settings(self.root).name[lang]
            page = in_language("office/desk.html", lang, token=self._token, name=called)
            return "text/html; charset=utf-8", page.encode()
        if _SHEET.fullmatch(name) and is_plain(self.root / FOLDER / name, self.root):
            return "text/html; charset=utf-8", (self.root / FOLDER / name).read_bytes()
        if name not in _FILES:
            return None
        package = resources.files("ipportal")
        tokens = (package / "theme/assets/css/tokens.css").read_bytes() if name.endswith("css") else b""
        return f"{_FILES[name]}; charset=utf-8", tokens + (package / "templates/office" / name).read_bytes()

    def _told(self, asked: Asked, verb: str, **facts: object) -> str:
        return in_language("office/desk.json", _lang(asked), verb=verb, **facts)

    def _progress(self, asked: Asked) -> str:
        """How many steps are done, out of how many, and what is being done."""
        doing = self._doing[-1][_lang(asked)] if self._doing else ""
        return json.dumps({"done": max(len(self._doing) - 1, 0), "of": self._steps, "doing": doing})

    def _state(self, asked: Asked) -> tuple[tuple[RawPackage, ...], Settings, Import]:
        # each file is read and checked; then the site before and after is made, compared and drawn
        self._steps, self._doing = 2 * len(asked.get("files", "1")) + 3, []
        settings = read_settings(self.root)
        raw = described(self.root, settings)
        by = str(asked["by"]).strip()
        given = {Warned(*about): Answer(Text(zh, en), by, "") for about, zh, en in asked["answers"]}
        files: list[Asked] = asked.get("files", [{"name": ""}])
        books: list[tuple[str, ReadBook | Import]] = []
        for n, file in enumerate(files):
            if "data" in file:
                self._doing.append(Text(f"读 {file['name']}", f"Reading {file['name']}"))
                book = opened(base64.b64decode(file["data"], validate=True), str(file["name"]))
            else:  # rows typed on the page
                package = next(each for each in raw if each.name == asked["package"])
                book = typed(lay_out_workbook(raw, package, "template"), asked["rows"])
            if isinstance(book, ReadBook):
                book = replace(with_cells(book, _of(asked["cells"], n)), answers={**book.answers, **given})
            books.append((str(file["name"]), book))
        mine = [tuple(_of(dict.fromkeys(asked["mine"], ""), n)) for n in range(len(books))]
        done = import_books(
            self.root, raw, settings, books, allow_removal=asked["removal"] is True, mine=mine, step=self._doing.append
        )
        return raw, settings, done

    def _look(self, asked: Asked) -> str:
        """Everything that is wrong or asked; when nothing is, what readers will see change."""
        raw, settings, done = self._state(asked)
        facts: dict[str, object] = {"difference": None}
        if done.edits and not (done.problems or done.warnings):
            self._doing.append(Text("算出改前改后的网站", "Working out the site before and after"))
            moved = replace(settings, as_of=done.as_of or settings.as_of)
            old, new = build_portal(raw, settings), build_portal(done.packages, moved)
            none: Mapping[Lang, Mapping[str, str]] = {lang: {} for lang in LANGS}
            self._doing.append(Text("比较改前改后", "Comparing before and after"))
            difference = compare(old, new, none, none)
            self._doing.append(Text("画改前改后的图", "Drawing the charts before and after"))
            pairs = [[chart for chart in pair if chart] for pair in changed_charts(old, new)]
            shown = [pair for pair in pairs if all(NARROW in chart.widths for chart in pair)][:_PICTURES]
            svgs = [Renderer(self.root).svgs([chart.draw(_lang(asked), NARROW) for chart in pair]) for pair in shown]
            facts = {"difference": difference, "pictures": list(zip(shown, svgs, strict=True))}
        facts |= {"changes": telling.changes(done, raw), "shared": telling.corrected(done, raw)}
        facts |= {"counted": telling.counted(done, _lang(asked))}
        for name in ("problems", "warnings"):
            facts[name] = [(n, each) for n, (_, part) in enumerate(done.parts) for each in getattr(part, name)]
        return self._told(asked, "look", done=done, warned=warned, **facts)

    def _write(self, asked: Asked) -> str:
        """Write, unless something has come up since the page was told that nothing stands in the way."""
        raw, settings, done = self._state(asked)
        if done.problems or done.warnings:
            return self._look(asked)
        self._doing.append(Text("写入", "Writing"))
        edits = edits_of(self.root, raw, done, settings, date.today())
        files = change(self.root, "workbook import", edits, done.exported, str(asked["by"]).strip())
        number = changes(self.root)[-1].number if files else 0
        return json.dumps({"files": files, "number": number, "counted": telling.counted(done, _lang(asked))})

    def _log(self, asked: Asked) -> str:
        settings = read_settings(self.root)
        raw, sheets = described(self.root, settings), read_sheets(self.root)
        tables = [table for package in raw for table in package.tables]
        titles = {table.file: Text.read({"title": table.name, **table.resource}, "title") for table in tables}
        facts = {"titles": titles, "settings": settings, "page": page, "pending": len(list(pending(raw, sheets)))}
        waiting = next((sheet for sheet in sheets if sheet.missing), None)
        return self._told(asked, "log", log=changes(self.root)[::-1], sheet=waiting, **facts)

    def _undo(self, asked: Asked) -> str:
        settings = read_settings(self.root)
        raw, rules = described(self.root, settings), partial(check, settings=settings)
        number = int(asked["number"]) if "number" in asked else None
        return json.dumps({"files": undone(self.root, number, raw, rules, str(asked["by"]).strip()).files})

    def _signoff(self, asked: Asked) -> str:
        """Take a step of a sheet, or begin one."""
        settings, by, day = read_settings(self.root), str(asked["by"]), date.fromisoformat(asked["on"])
        edits = signed(self.root, described(self.root, settings), settings, STEPS[STEPS.index(asked["step"])], by, day)
        return json.dumps({"files": change(self.root, "signoff", edits, by=by.strip())})

    def _pages(self, asked: Asked) -> str:
        """The pages that read differently after a change, in the language of whoever asks, each with its address."""
        settings, lang = read_settings(self.root), _lang(asked)
        after = described(self.root, settings)
        held = sides(self.root, found_change(changes(self.root), int(asked["number"])))
        before = with_files(after, {path: was for path, (was, _) in held.items() if was is not None})
        paths = page_paths(self.root, settings.languages[0])
        portals = (replace(build_portal(raw, settings), pages=paths) for raw in (before, after))
        found = changed_pages(*(render_pages(portal, self.root, (lang,)) for portal in portals))
        pages = [(each.title[lang], f"/{settings.tree(lang)}{page_url(each.path)}") for each in found]
        return json.dumps({"pages": pages})

    def _as_of(self, asked: Asked) -> str:
        """Set the day the data are as of, if they stand with it."""
        settings = replace(read_settings(self.root), as_of=date.fromisoformat(asked["day"]))
        problems = check(described(self.root, settings), settings)
        if not problems:
            change(self.root, "as_of", as_of_edits(self.root, settings.as_of))
        return self._told(asked, "", problems=problems)

    def _tables(self, asked: Asked) -> str:
        """Every table that rows can be added to, column by column, with its lists."""
        settings = read_settings(self.root)
        raw = described(self.root, settings)
        layouts = [(package, lay_out_workbook(raw, package, "template")) for package in raw]
        return self._told(asked, "tables", layouts=layouts, how=telling.how, usual=partial(usual_of, raw, settings))


def _of(cells: Mapping[str, str], number: int) -> dict[str, str]:
    """Those cells that are meant for one of the files: the page writes `1/观测值!E14` for the second, and so on."""
    told = {tuple(place.rpartition("/")[::2]): text for place, text in cells.items()}
    return {cell: text for (of, cell), text in told.items() if of == (str(number) if number else "")}


def with_cells(book: ReadBook, cells: Mapping[str, str]) -> ReadBook:
    """The workbook with other texts in some cells (`观测值!E14`); a row without a letter (`观测值!14`) is cleared.

    Raises:
        KeyError: there is no such sheet.
        ValueError: that names no cell.
    """
    sheets = dict(book.sheets)
    for place, text in cells.items():
        name, _, cell = place.rpartition("!")
        row, column = (int(cell), 0) if cell.isdigit() else coordinate_to_tuple(cell)
        there = {at: each for at, each in sheets[name].cells.items() if at[0] != row or column not in (0, at[1])}
        there |= {(row, column): ReadCell(str(text), "", "@")} if text and column else {}
        sheets[name] = replace(sheets[name], cells=there)
    return replace(book, sheets=sheets)


def typed(layout: Layout, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> ReadBook:
    """The workbook somebody would have filled in with these rows, table by table."""
    sheets = {each.name: ReadSheet(dict(_cells(each, rows.get(each.table, ())))) for each in layout.sheets}
    return ReadBook(sheets, layout.stamp, {}, {})


def _cells(sheet: Sheet, rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[tuple[int, int], ReadCell]]:
    for number, column in enumerate(sheet.columns, start=1):
        below = [(row, str(cells.get(column.name, "")).strip()) for row, cells in enumerate(rows, start=FIRST_ROW)]
        for row, text in [(TITLE_ROW, sheet.head(column)), (KEY_ROW, column.name), *below]:
            if text:
                yield (row, number), ReadCell(text, "", "@")
