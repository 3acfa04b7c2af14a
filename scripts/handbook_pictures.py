"""Draw the pictures of the staff chapter: what the workbook, the marked copy and the list of changes look like.

    python scripts/handbook_pictures.py

Everything comes from the made-up portal in tests/tiny, run through the real export, import and comparison, so the
pictures show what the program does and no real figure grows old in them. Writes handbook/pictures/ of each language.
"""

from __future__ import annotations

import datetime
import io
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ipportal.base.journal import change
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from ipportal.office.diff import as_text, compare, render_pages
from ipportal.office.editing import table_edits
from ipportal.office.excel_reader import mark_workbook
from ipportal.office.excel_writer import write_workbook
from ipportal.office.importing import import_book, opened
from ipportal.office.layout import lay_out_workbook
from ipportal.rules import check

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "tiny"
DOCS = ROOT / "scripts" / "ipportal" / "docs"
SHEET = "观测值"
#: The columns shown, with their width in pixels: few enough to be read on a page at full size
COLUMNS = {"indicator": 176, "period": 76, "value": 84, "unit": 76, "(unit)": 88, "source": 180}
ROWS = (1, 3, 6, 7, 15)
NEW_ROW = 15
HEIGHTS = {1: 44, 3: 74}
LINE, LEFT, TOP, SIZE = 26, 34, 22, 12
FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"
MARKED = "FFFFC7CE"
ENTRY = {
    "indicator": "发明专利授权量 | grants",
    "area": "示例开发区 | sample-zone",
    "series": "合计 | total",
    "period": "2025",
    "basis": "规划口径 | plan",
    "value": 210,
    "qualifier": "准确值 | exact",
    "status": "最终 | final",
    "source": "示例年报2022 | sample-report-2022",
    "locator_zh": "正文",
    "locator_en": "main text",
    "confidence": "官方 | official",
}


@dataclass(frozen=True)
class Drawing:
    """An SVG being put together."""

    parts: list[str]

    def box(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "#b8c2ce") -> None:
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{stroke}"/>'
        )

    def text(
        self, x: float, y: float, words: str, ink: str = "#1d2939", *, bold: bool = False, end: bool = False
    ) -> None:
        style = ' font-weight="700"' if bold else ""
        anchor = ' text-anchor="end"' if end else ""
        self.parts.append(f'<text x="{x:g}" y="{y:g}" fill="{ink}"{style}{anchor}>{escape(words)}</text>')

    def svg(self, width: float, height: float, label: str) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" font-family="{FONT}" font-size="{SIZE}"><title>{escape(label)}</title>'
        )
        return "\n".join([head, *self.parts, "</svg>"]) + "\n"


def wide(words: str) -> float:
    """Width of words in pixels; Chinese fonts draw quotation marks and arrows as wide as characters."""
    return sum(SIZE if ord(char) > 0x2E7F or char in "“”‘’…→" else SIZE * 0.56 for char in words)


def wrapped(words: str, width: float) -> list[str]:
    """Words in lines of at most this width."""
    lines, line = [], ""
    for char in words:
        if char == "\n" or wide(line + char) > width:
            lines.append(line)
            line = ""
        line += "" if char == "\n" else char
    return [*lines, line]


def draw_sheet(sheet: Worksheet, units: dict[str, str], label: str) -> str:
    """A sheet as a spreadsheet shows it: letters, row numbers, headers, a few rows, notes on marked cells."""
    drawing = Drawing([])
    x, lefts = float(LEFT), {}
    letters = letters_of(sheet)
    widths = {letters[column]: width for column, width in COLUMNS.items()}
    for letter, width in widths.items():
        lefts[letter] = x
        drawing.box(x, 0, width, TOP, "#eef1f5")
        drawing.text(x + width / 2 - 4, 15, letter, "#5b6776")
        x += width
    y, tops = float(TOP), {}
    for row in ROWS:
        height = HEIGHTS.get(row, LINE)
        tops[row] = y
        drawing.box(0, y, LEFT, height, "#eef1f5")
        drawing.text(LEFT - 8, y + 17, str(row), "#5b6776", end=True)
        for letter, width in widths.items():
            _cell(drawing, sheet, letter, row, (lefts[letter], y, width, height), units)
        y += height
    bottom = _note(drawing, sheet, widths, lefts, tops, x, y)
    return drawing.svg(x + 1, bottom + 1, label)


def _cell(
    drawing: Drawing,
    sheet: Worksheet,
    letter: str,
    row: int,
    place: tuple[float, float, float, float],
    units: dict[str, str],
) -> None:
    x, y, width, height = place
    cell = sheet[f"{letter}{row}"]
    colour = str(cell.fill.fgColor.rgb) if cell.fill.fill_type else "FFFFFFFF"
    drawing.box(x, y, width, height, f"#{colour[2:]}", "#d5dbe3")
    value = cell.value
    if isinstance(value, str) and value.startswith("=IF"):
        value = units.get(str(sheet[f"A{row}"].value), "")
    if value is None:
        return
    ink = str(cell.font.color.rgb)[2:] if cell.font.color and isinstance(cell.font.color.rgb, str) else "1d2939"
    if isinstance(value, (int, float)):
        drawing.text(x + width - 6, y + 17, f"{value:g}", end=True)
        return
    for number, line in enumerate(wrapped(str(value), width - 10)[: (HEIGHTS.get(row, LINE) - 10) // 16]):
        drawing.text(x + 5, y + 17 + 16 * number, line, f"#{ink}", bold=bool(cell.font.bold))


def _note(
    drawing: Drawing,
    sheet: Worksheet,
    widths: dict[str, int],
    lefts: dict[str, float],
    tops: dict[int, float],
    width: float,
    y: float,
) -> float:
    """The note on the first marked cell, below the table with a line to its cell."""
    for row in ROWS:
        for letter, column in widths.items():
            cell = sheet[f"{letter}{row}"]
            if not cell.comment or str(cell.fill.fgColor.rgb) != MARKED:
                continue
            left = min(lefts[letter] - 60, width - 440)
            lines = [line for part in cell.comment.text.split("\n") for line in wrapped(part, 410)]
            middle = lefts[letter] + column / 2
            drawing.parts.append(
                f'<path d="M{middle:g} {tops[row] + LINE:g}V{y + 16:g}" stroke="#a4262c" stroke-width="1.5"/>'
            )
            drawing.box(left, y + 16, 430, 20 + 18 * len(lines), "#fffbe6", "#a4262c")
            for number, line in enumerate(lines):
                drawing.text(left + 10, y + 38 + 18 * number, line)
            return y + 40 + 18 * len(lines)
    return y


def draw_text(text: str, label: str) -> str:
    """Lines as a terminal shows them."""
    drawing = Drawing([])
    lines = [line for part in text.split("\n") for line in wrapped(part, 680)]
    height = 24 + 20 * len(lines)
    drawing.box(0, 0, 716, height, "#f7f9fb")
    for number, line in enumerate(lines):
        drawing.text(16 + 7 * (len(line) - len(line.lstrip())), 28 + 20 * number, line.strip())
    return drawing.svg(717, height + 1, label)


def letters_of(sheet: Worksheet) -> dict[str, str]:
    """Column → its letter; the second row, which people do not see, holds the names."""
    return {str(cell.value): cell.column_letter for cell in sheet[2]}


def filled(data: bytes, entry: dict[str, object]) -> bytes:
    """The workbook with one row typed in below the others."""
    book = load_workbook(io.BytesIO(data))
    letters = letters_of(book[SHEET])
    for column, value in entry.items():
        book[SHEET][f"{letters[column]}{NEW_ROW}"] = value
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def pictures(lang: Lang, folder: Path) -> dict[str, str]:
    """The pictures of one language: {file name: SVG}. `folder` receives a copy of the portal with the new row."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    raw, settings = read_packages(folder), read_settings(folder)
    package = next(each for each in raw if each.name == "indicators")
    data = write_workbook(lay_out_workbook(raw, package, "export"), datetime.datetime(2026, 11, 22))
    portal = build_portal(raw, settings)
    units = {f"{i.name.zh} | {i.id}": i.unit.name.zh for i in portal.indicators.values()}
    good, bad = filled(data, ENTRY), filled(data, ENTRY | {"value": "210件"})
    refused = import_book(opened(bad, "x.xlsx"), "x.xlsx", raw, lambda packages: check(packages, settings))
    marked = mark_workbook(bad, refused.problems, lang)
    done = import_book(opened(good, "x.xlsx"), "x.xlsx", raw, lambda packages: check(packages, settings))
    assert refused.problems and not done.problems
    before = render_pages(portal, folder)
    after = next(each for each in done.packages if each.name == "indicators")
    change(folder, "workbook import", table_edits(package, after))
    after = build_portal(done.packages, settings)
    found = compare(portal, after, before, render_pages(after, folder))
    labels = {
        "sheet.svg": Text("观测值表，最下面一行是新填的", "The sheet of observations with a new row at the end"),
        "marked.svg": Text(
            "标好颜色的表格，红格旁写着怎样改", "The marked copy: the note says how to mend the red cell"
        ),
        "changes.svg": Text("导入之后会变的结论、数字和页面", "Verdicts, figures and pages that will change"),
    }
    return {
        "sheet.svg": draw_sheet(_sheet(good), units, labels["sheet.svg"][lang]),
        "marked.svg": draw_sheet(_sheet(marked), units, labels["marked.svg"][lang]),
        "changes.svg": draw_text(
            as_text(
                replace(found, items={**found.items, "sentences": (), "charts": ()}),
                Text("上次提交", "the last commit"),
                lang,
            ),
            labels["changes.svg"][lang],
        ),
    }


def _sheet(data: bytes) -> Worksheet:
    sheet: Worksheet = load_workbook(io.BytesIO(data))[SHEET]
    return sheet


def write(langs: Iterable[Lang] = LANGS, docs: Path = DOCS) -> list[Path]:
    """Draw and write every picture; returns the files."""
    written = []
    for lang in langs:
        with tempfile.TemporaryDirectory() as folder:
            for name, svg in pictures(lang, Path(folder) / "portal").items():
                path = docs / lang / "handbook" / "pictures" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(svg, encoding="utf-8", newline="\n")
                written.append(path)
    return written


def main(arguments: Sequence[str] = ()) -> int:
    """Write the pictures below scripts/ipportal/docs/ (or below the folder named) and list them."""
    docs = Path(arguments[0]) if arguments else DOCS
    for path in write(docs=docs):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
