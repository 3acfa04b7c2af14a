"""Say in words what an import did or would do: for the terminal, and as a page to print or pass on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ipportal.base.errors import Problem
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, Lang, Text, visible
from ipportal.data.packages import RawPackage
from ipportal.office.editing import RowEdit
from ipportal.office.workbook.excel_reader import Mark
from ipportal.office.workbook.importing import Import
from ipportal.office.workbook.layout import Layout, Sheet, lay_out_workbook

#: Rows and cells listed one by one on a terminal before the rest is only counted
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One row of the list of changes. `sign` is + for new, ~ for changed, - for withdrawn."""

    sign: str
    row: Text
    cells: tuple[tuple[Text, str, str], ...]


def changes(done: Import, raw: Sequence[RawPackage]) -> list[tuple[Text, list[ChangeLine]]]:
    """The edited rows by sheet, in words a person knows them by."""
    package = next((each for each in raw if each.name == done.package), None)
    if package is None:
        return []
    layout = lay_out_workbook(raw, package, "export")
    found = []
    for table, edits in groupby(done.edits, key=lambda edit: edit.table):
        sheet = layout.sheet(table)
        found.append((Text(sheet.name, sheet.title.en), [_line(edit, sheet, layout) for edit in edits]))
    return found


def _line(edit: RowEdit, sheet: Sheet, layout: Layout) -> ChangeLine:
    titles = {column.name: column.title for column in sheet.stored}
    old, new = edit.old or {}, edit.new or {}
    differing = [name for name in titles if old.get(name, "") != new.get(name, "")] if edit.sign == "~" else []
    cells = tuple((titles[name], old.get(name, ""), new.get(name, "")) for name in differing)
    zh = "，".join(_name(part, sheet, layout) for part in edit.key if part)
    value = new.get("value", "")
    if edit.sign == "+" and value:
        cells = ((titles["value"], "", value),)
    return ChangeLine(edit.sign, Text(zh, ", ".join(part for part in edit.key if part)), cells)


def _name(value: str, sheet: Sheet, layout: Layout) -> str:
    """The Chinese name of a key's part, where one of the sheet's lists knows it."""
    for column in sheet.stored:
        picks = layout.lists.get(column.choices)
        if picks is None:
            continue
        if picks.linked:
            target = layout.sheet(picks.linked.table)
            places = [each.name for each in target.stored]
            at, name = places.index("id"), places.index(picks.linked.name_column)
            for row in target.rows:
                if row[at] == value:
                    return row[name]
        for choice in picks.fixed:
            if choice.value == value:
                return choice.name
    return value


def counted(done: Import, lang: Lang) -> str:
    """New, changed and withdrawn rows in one sentence."""
    signs = Counter(edit.sign for edit in done.edits)
    if not signs:
        return Text("与现有数据完全相同", "the same as the present data")[lang]
    return Text(
        f"新增 {signs['+']} 行，改动 {signs['~']} 行，撤下 {signs['-']} 行",
        f"{signs['+']} new, {signs['~']} changed, {signs['-']} withdrawn rows",
    )[lang]


def as_text(done: Import, raw: Sequence[RawPackage], lang: Lang) -> str:
    """Tidied cells and changes for the terminal; problems are printed apart."""
    lines: list[str] = []
    if done.notes:
        lines.append(Text(f"自动整理了 {len(done.notes)} 格：", f"{len(done.notes)} cells tidied:")[lang])
        lines += [f"  {note.cell} {note.what[lang]}" for note in done.notes[:SHOWN]]
        lines += _rest(len(done.notes), lang)
    for title, edits in changes(done, raw):
        lines.append(f"{title[lang]}{'：' if lang == 'zh' else ':'}")
        lines += [f"  {line.sign} {line.row[lang]}{_cells(line, lang)}" for line in edits[:SHOWN]]
        lines += _rest(len(edits), lang)
    lines.append(counted(done, lang))
    return "\n".join(lines)


def problems_text(problems: Sequence[Problem], lang: Lang) -> str:
    """Every problem with its cell and remedy; the last line counts them."""
    lines = []
    for problem in problems:
        place = problem.where.cell or problem.where.file
        lines.append(f"{place}{'：' if lang == 'zh' else ': '}{problem.message(lang)}")
        lines.append(f"    → {problem.hint[lang]} [{problem.code}]")
    count = len(problems)
    lines += [
        "",
        Text(
            f"共有 {count} 处要改。没有导入，数据没有改动。",
            f"{count} to mend. Not imported; the data were not changed.",
        )[lang],
    ]
    return "\n".join(lines)


def _cells(line: ChangeLine, lang: Lang) -> str:
    words = [
        f"{title[lang]} {visible(old)} → {visible(new)}" if old else f"{title[lang]} {visible(new)}"
        for title, old, new in line.cells
    ]
    stop = {"zh": ("：", "；"), "en": (": ", "; ")}[lang]
    return stop[0] + stop[1].join(words) if words else ""


def _rest(count: int, lang: Lang) -> list[str]:
    if count <= SHOWN:
        return []
    return [Text(f"  另有 {count - SHOWN} 处", f"  and {count - SHOWN} more")[lang]]


def as_html(done: Import, raw: Sequence[RawPackage], file: str, lang: Lang) -> str:
    """A page of its own with problems, tidied cells and changes."""
    return (
        template_environment()
        .get_template("workbook-report.html")
        .render(
            lang=lang,
            tag=BCP47[lang],
            file=file,
            problems=[(problem, problem.where.cell or problem.where.file) for problem in done.problems],
            notes=done.notes,
            changes=changes(done, raw),
            counted=counted(done, lang),
            t=lambda zh, en: Text(zh, en)[lang],
        )
    )


def marks(problems: Sequence[Problem], lang: Lang) -> list[Mark]:
    """What to write on the cells of the marked copy."""
    found = []
    for problem in problems:
        sheet, _, cell = (problem.where.cell or "").partition("!")
        single = cell.split(":")[0] if cell and ":" in cell and any(c.isdigit() for c in cell) else cell
        address = single if any(char.isdigit() for char in single) else ""
        found.append(Mark(sheet or str(problem.where), address, problem.message(lang), problem.hint[lang]))
    return found
