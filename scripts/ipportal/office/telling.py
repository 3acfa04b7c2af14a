"""The words of an editing workbook, and of its import: for the terminal, and as a page to print or pass on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from ipportal.base.errors import Problem
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, Lang, Text, visible
from ipportal.data.packages import RawPackage
from ipportal.office.editing import RowEdit
from ipportal.office.importing import Import
from ipportal.office.layout import Column, Kind, Layout, PickList, Sheet, lay_out_workbook

#: Entries of a code list that a header note spells out; longer lists are in the drop-down anyway
_LISTED: Final = 12
#: What Excel takes as a prompt
PROMPT_LIMIT: Final = 250

_HOW: Final[Mapping[Kind, Text]] = {
    "text": Text("文字", "text"),
    "number": Text("只写数字", "digits only"),
    "integer": Text("整数", "a whole number"),
    "choice": Text("从下拉表里选", "pick from the list"),
    "period": Text(
        "全年 2026；上半年 2026-H1；一季度 2026-Q1；1—7月 2026-07",
        "year 2026; half 2026-H1; quarter 2026-Q1; January to July 2026-07",
    ),
    "date": Text("2026-03-15；只知年月写 2026-03", "2026-03-15; only the month known: 2026-03"),
    "id": Text("小写英文、数字、短横线", "lower-case letters, digits, hyphens"),
    "computed": Text("自动显示，不用填", "filled by itself"),
}
LIST_ERROR: Final = Text("请从下拉表里选一项。", "Please pick an entry of the list.")
NUMBER_ERROR: Final = Text("这里只能写数字，不带单位。", "Digits only here, without a unit.")
_STEPS: Final = (
    Text(
        "1. 深蓝表头是必填，浅蓝表头可以空着。把鼠标停在表头上，看这一栏的说明。",
        "1. Dark headers are required, light ones may stay empty. Point at a header to read its note.",
    ),
    Text(
        "2. 有下拉箭头的格子从表里选。新来源先填“来源”表，再到别的表里选它。",
        "2. Pick from the list where a cell has an arrow. Enter a new source in its own sheet first, then pick it.",
    ),
    Text(
        "3. 没有公布的数留空，不写 0、不写“无”。每行都要有来源和出处。",
        "3. Leave unknown figures empty: no 0, no “none”. Every row needs its source and the place in it.",
    ),
    Text(
        "4. 变化特别大的数，在“说明”两栏写明原因，中英文都要写。",
        "4. Give the reason for an unusual jump in the two note columns, in both languages.",
    ),
    Text(
        "5. 要撤下一行，就把整行内容清空。导入时会再问一次。",
        "5. To withdraw a row, clear all its cells. The import asks once more.",
    ),
    Text(
        "6. 存盘，关掉表格，把文件拖到“导入表格”图标上；或运行 ipportal workbook import 文件名。",
        "6. Save, close, and drop the file on the import icon, or run: ipportal workbook import FILE",
    ),
    Text(
        "7. 有问题时会另存一份标了颜色的表格，照批注改好，再导入一次。没有全部改好，网站数据一个字也不变。",
        "7. If something is wrong you get a copy with coloured cells: mend what the notes say and import again. "
        "Nothing changes until all is right.",
    ),
)
_TIDIED: Final = (
    Text(
        "全角数字和字母、前后空格、千分位逗号、2021年、2021年上半年、真正的日期格。改了哪些格子，导入时逐一列出。",
        "Full-width digits and letters, spaces at the ends, thousands commas, 2021年, 2021年上半年, real dates. "
        "The import lists every cell it tidied.",
    ),
)
_REFUSED: Final = (
    Text(
        "合并单元格、隐藏行里的数据、改动过的表头、带单位的数字、没有算出结果的公式、重复的行、看不懂的代码。",
        "Merged cells, data in hidden rows, changed headers, numbers with units, formulas without a result, repeated "
        "rows, unknown codes.",
    ),
    Text(
        "带宏的文件、带密码的文件、旧的 .xls 文件。请另存为 .xlsx。",
        "Files with macros or a password, and old .xls files. Save as .xlsx.",
    ),
)
#: Rows and cells listed one by one on a terminal before the rest is only counted
SHOWN: Final = 20


class ChangeLine(NamedTuple):
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
    lists = (layout.lists[column.choices].names for column in sheet.stored if column.kind == "choice")
    return next((names[value] for names in lists if value in names), value)


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


class Line(NamedTuple):
    """A line of the read-me sheet. `sheet` makes it a link to that sheet."""

    text: Text
    head: bool = False
    sheet: str = ""


def how(column: Column, sheet: Sheet) -> Text:
    """What to type into a column, in a few words."""
    words = _HOW[column.kind]
    if column.kind == "text" and column.name.endswith("_zh"):
        words = Text("中文", "in Chinese")
    elif column.kind == "text" and column.name.endswith("_en"):
        words = Text("英文", "in English")
    elif column.kind == "id" and column.example:
        words = Text(f"{words.zh}，如 {column.example}", f"{words.en}, such as {column.example}")
    if column.name == "value":
        unit = next((c.title for c in sheet.columns if c.kind == "computed"), None)
        unit = unit or next((c.title for c in sheet.columns if c.name == "unit"), None)
        if unit:
            words = Text(f"{words.zh}，单位见“{unit.zh}”", f"{words.en}; unit: see “{unit.en}”")
    if column.kind == "computed":
        return words
    if column.required:
        return Text(f"必填。{words.zh}", f"Required: {words.en}")
    return Text(f"可空。{words.zh}", f"Optional: {words.en}")


def note(column: Column, sheet: Sheet, picks: PickList | None) -> str:
    """The note on a header: meaning and way of filling in, in both languages, and short code lists."""
    way = how(column, sheet)
    lines = [column.description.zh, way.zh, "", f"{column.title.en}: {column.description.en}", way.en]
    if picks and not picks.linked and len(picks.fixed) <= _LISTED:
        lines += ["", *map(picks.label, picks.fixed)]
    return "\n".join(lines)


def prompt(column: Column, sheet: Sheet) -> str:
    """What Excel shows beside a selected cell."""
    return f"{column.description.zh}\n{how(column, sheet).zh}"[:PROMPT_LIMIT]


def readme(layout: Layout) -> list[Line]:
    """The read-me sheet, Chinese beside English."""
    version = layout.stamp["version"]
    template = layout.mode == "template"
    filled = (
        Text("这是空表，只填新增的行；已经公布的行不用抄。", "These sheets are empty: fill in new rows only.")
        if template
        else Text(
            "已经公布的行都在表里，可以改，可以在下面接着加。", "All published rows are here; edit them or add below."
        )
    )
    lines = [
        Line(Text(f"{layout.title.zh}：编辑用表格", f"{layout.title.en}: workbook for editing"), head=True),
        Line(Text(f"数据包 {layout.package}，版本 {version}。", f"Package {layout.package}, version {version}.")),
        Line(filled),
        Line(Text("怎样做", "What to do"), head=True),
        *(Line(text) for text in _STEPS),
        Line(Text("会自动整理的", "What is tidied for you"), head=True),
        *(Line(text) for text in _TIDIED),
        Line(Text("不会收下的", "What is not taken"), head=True),
        *(Line(text) for text in _REFUSED),
        Line(Text("各张表", "The sheets"), head=True),
    ]
    lines += [
        Line(
            Text(f"{sheet.name}：{sheet.description.zh}", f"{sheet.title.en}: {sheet.description.en}"),
            sheet=sheet.name,
        )
        for sheet in layout.sheets
    ]
    return lines
