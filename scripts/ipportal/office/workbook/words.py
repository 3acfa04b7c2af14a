"""The words of an editing workbook: how to fill a column, notes on headers, and the read-me sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ipportal.base.text import Text
from ipportal.office.workbook.layout import Column, Kind, Layout, PickList, Sheet

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
        lines += ["", *(choice.label for choice in picks.fixed)]
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
