"""What spreadsheets and keyboards do to cells of any kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ipportal.base.characters import runs_in_a_spreadsheet
from ipportal.base.errors import Where
from ipportal.base.plainwords import braces_in, hidden_in, lookalike_in, write
from ipportal.base.text import Text
from ipportal.rules.context import Context, fields_of, key_of
from ipportal.rules.rule import Example, Finding, Rule

_FULL_WIDTH: Final = re.compile("[０-９Ａ-Ｚａ-ｚ]")
#: Punctuation that is right in Chinese text but wrong in a number or code
_FULL_WIDTH_SIGNS: Final = re.compile("[．－％＋／：，]")
_FILLERS: Final = frozenset(
    {"-", "--", "—", "——", "–", "/", "\\", ".", "…", "?", "？", "无", "暂无", "不详", "未知", "未公布", "空"}
    | {"n/a", "na", "none", "null", "nil", "tbd", "待定", "待补"}
)
_FAULT_VALUES: Final = re.compile(r"#(REF|DIV/0|N/A|NAME|VALUE|NULL|NUM|SPILL|CALC)[!?]?", re.IGNORECASE)
_GARBLED: Final = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|Ã[\u0080-\u00bf©¤¶]|â€")
_LINE_BREAK: Final = re.compile("[\r\n\u2028\u2029\v\f]")
_INTERNAL: Final = re.compile(r"\b[A-Z]F-\d+\b")
SPACES: Final = " \t\u00a0\u2002\u2003\u2009\u3000"


class Cell(NamedTuple):
    """A filled cell with the description of its column."""

    where: Where
    text: str
    field: Mapping[str, Any]

    @property
    def is_number(self) -> bool:
        """True in columns of numbers."""
        return self.field.get("type") in ("number", "integer")

    @property
    def is_code(self) -> bool:
        """True in columns of numbers, codes, ids, dates and periods: anything but words."""
        constraints = self.field.get("constraints", {})
        return self.is_number or "enum" in constraints or "pattern" in constraints or self.is_time

    @property
    def codes(self) -> list[str]:
        """The code list of the column, empty where it has none."""
        return list(self.field.get("constraints", {}).get("enum", []))

    @property
    def is_time(self) -> bool:
        """True in columns of periods and dates."""
        return self.field["name"] in ("period", "date", "since", "year")


def cells(context: Context) -> Iterator[Cell]:
    """Every filled cell of the described columns."""
    for _, table in context.tables():
        fields = fields_of(table)
        for row in context.rows(table):
            for field in fields:
                if text := row[field["name"]]:
                    yield Cell(row.where(field["name"]), text, field)


def _full_width(context: Context) -> Iterator[Finding]:
    """A digit or letter is as wide as a Chinese character."""
    for cell in context.once(cells):
        if _FULL_WIDTH.search(cell.text) or (cell.is_code and _FULL_WIDTH_SIGNS.search(cell.text)):
            plain = unicodedata.normalize("NFKC", cell.text) if cell.is_code else _half_width(cell.text)
            yield Finding(
                cell.where,
                Text("半角的数字、字母和符号", "digits, letters and signs of normal width"),
                cell.text,
                write(plain, Text("切换到英文输入法重打", "type it again with an English keyboard")),
            )


def _half_width(text: str) -> str:
    return _FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def _outer_spaces(context: Context) -> Iterator[Finding]:
    """A cell begins or ends with a space, or holds nothing else."""
    for cell in context.once(cells):
        if cell.text != cell.text.strip(SPACES):
            yield Finding(
                cell.where,
                Text("首尾没有空格的内容", "text without spaces at its ends"),
                cell.text,
                Text("删去开头和末尾的空格", "delete the spaces at the start and end"),
            )


def _filler(context: Context) -> Iterator[Finding]:
    """A dash or a word such as 无 stands for a value that is not known."""
    for cell in context.once(cells):
        if not cell.is_code or cell.text.strip(SPACES).lower() not in _FILLERS or cell.text in cell.codes:
            continue
        yield Finding(
            cell.where,
            Text("数值或代码，没有就留空", "a value or code, or nothing"),
            cell.text,
            Text("清空这个格子，空着就表示未知", "clear the cell: empty means unknown"),
        )


def _formula(context: Context) -> Iterator[Finding]:
    """A spreadsheet formula, text that a spreadsheet would run, or the fault a formula left behind."""
    for cell in context.once(cells):
        start = cell.text.strip(SPACES)
        if start.lower() in _FILLERS or (cell.is_number and start[:1] in "+-－＋"):
            continue  # a dash, or something like a number with its sign: other rules say what it is
        if runs_in_a_spreadsheet(cell.text) or _FAULT_VALUES.fullmatch(cell.text):
            yield Finding(
                cell.where,
                Text("写定的内容，不是公式", "a fixed value, not a formula"),
                cell.text,
                Text(
                    "复制后选“粘贴为数值”；出错的公式改填真实数值；文字不要以 = + - @ 开头",
                    "copy and “paste as values”; type the true value; begin no text with = + - @",
                ),
            )


def _invisible(context: Context) -> Iterator[Finding]:
    """A character nobody can see hides in the cell."""
    for cell in context.once(cells):
        inner = cell.text.strip(SPACES)
        if not _LINE_BREAK.search(inner) and (refused := hidden_in(inner)):
            yield Finding(cell.where, refused.expected, cell.text, refused.hint)


def _lookalike(context: Context) -> Iterator[Finding]:
    """A character only looks like the one that is meant."""
    for cell in context.once(cells):
        if refused := lookalike_in(cell.text):
            yield Finding(cell.where, refused.expected, cell.text, refused.hint)


def _braces(context: Context) -> Iterator[Finding]:
    """Braces that would make the cell a template."""
    for cell in context.once(cells):
        if refused := braces_in(cell.text):
            yield Finding(cell.where, refused.expected, cell.text, refused.hint)


def _line_break(context: Context) -> Iterator[Finding]:
    """A cell holds a line break."""
    for cell in context.once(cells):
        if _LINE_BREAK.search(cell.text):
            yield Finding(
                cell.where,
                Text("一行写完的内容", "text on one line"),
                cell.text,
                Text("删去格子里的换行（Alt+Enter 打出来的）", "delete the line break (typed with Alt+Enter)"),
            )


def _garbled(context: Context) -> Iterator[Finding]:
    """Characters were lost by opening the file in the wrong encoding and saving it."""
    for cell in context.once(cells):
        if _GARBLED.search(cell.text):
            yield Finding(
                cell.where,
                Text("可以读的文字", "readable text"),
                cell.text,
                Text("原来的字已经丢了，对照来源重打", "the original characters are lost; type them from the source"),
            )


def _merged(context: Context) -> Iterator[Finding]:
    """A key cell is empty below a filled one: the cells were merged in the spreadsheet."""
    for _, table in context.tables():
        required = {f["name"] for f in fields_of(table) if f.get("constraints", {}).get("required")}
        above: dict[str, str] = {}
        for row in context.rows(table):
            for column in key_of(table):
                if column in required and not row[column] and above.get(column):
                    yield Finding(
                        row.where(column),
                        Text("每一行都写全的编号", "the id written out in every row"),
                        "",
                        write(
                            above[column],
                            Text(
                                "取消合并单元格，把上面的值填进来",
                                "undo the merging of cells and fill in the value from above",
                            ),
                        ),
                    )
                above[column] = row[column] or above.get(column, "")


def _internal(context: Context) -> Iterator[Finding]:
    """A number of an internal working list stands in a public cell."""
    for cell in context.once(cells):
        if _INTERNAL.search(cell.text):
            yield Finding(
                cell.where,
                Text("公众看得懂的出处", "a reference the public can follow"),
                cell.text,
                Text("删去内部编号，写章节、表号或页码", "delete the internal number; give section, table or page"),
            )


RULES: Final = (
    Rule(
        "cell-full-width",
        Text("全角数字或字母", "Full-width digits or letters"),
        Text("中文输入法打出的“１２”不是数字，排序、检索、计算都会出错。", "“１２” is no number to a computer."),
        Example("１４４３", "1443"),
        _full_width,
    ),
    Rule(
        "cell-spaces",
        Text("首尾有空格", "Spaces at the ends"),
        Text("编号后面多一个空格，就对不上别的表。", "An id with a space behind it no longer matches other tables."),
        Example("plan-draft␣", "plan-draft"),
        _outer_spaces,
    ),
    Rule(
        "cell-filler",
        Text("用“—”“无”占位", "A dash for “unknown”"),
        Text("未知就留空，不写横线、“无”或 0。", "Unknown stays empty: no dash, no “none”, no 0."),
        Example("—", ""),
        _filler,
    ),
    Rule(
        "cell-formula",
        Text("公式或公式出错", "A formula or its fault"),
        Text(
            "公开数据里只有写定的值。以 = + - @ 开头的文字，表格软件会当作公式运行。",
            "Published data hold fixed values only. A spreadsheet would run a text that begins with = + - @.",
        ),
        Example("#REF!", "1443"),
        _formula,
    ),
    Rule(
        "cell-invisible",
        Text("看不见的字符", "Hidden characters"),
        Text("从网页粘贴时常带进零宽空格等字符。", "Text pasted from web pages often carries zero-width spaces."),
        Example("plan⟨ZWSP⟩", "plan"),
        _invisible,
    ),
    Rule(
        "cell-lookalike",
        Text("只是看着像的字", "A character that only looks right"),
        Text(
            "康熙部首、兼容汉字、西里尔字母等看着和通用的字一样，检索和排序却不认。",
            "Kangxi radicals, compatibility ideographs or Cyrillic letters look the same, but search and sorting miss "
            "them.",
        ),
        Example("⽔⟨U+2F54⟩质", "水质"),
        _lookalike,
    ),
    Rule(
        "cell-braces",
        Text("数据里的大括号", "Braces in data"),
        Text(
            "两个大括号是页面里宏的写法，数据不能变成程序。",
            "Double braces are for macros on pages; data never become a program.",
        ),
        Example("{{ 7*7 }}", "49"),
        _braces,
    ),
    Rule(
        "cell-line-break",
        Text("格子里有换行", "A line break in a cell"),
        Text("一个格子一行字，页面会自己换行。", "One cell, one line; pages break lines themselves."),
        Example("第一行␊第二行", "第一行；第二行"),
        _line_break,
    ),
    Rule(
        "cell-garbled",
        Text("乱码", "Garbled characters"),
        Text(
            "用错编码打开再保存，原来的字就丢了。",
            "Saved after opening in the wrong encoding, the characters are gone.",
        ),
        Example("锟斤拷", "知识产权"),
        _garbled,
    ),
    Rule(
        "cell-merged",
        Text("合并单元格留下的空格", "A gap left by merged cells"),
        Text("合并的单元格存成 CSV 后，只有第一行有值。", "Of merged cells a CSV keeps only the first."),
        Example("zone / ", "zone / zone"),
        _merged,
    ),
    Rule(
        "cell-internal",
        Text("内部编号", "An internal number"),
        Text("工作清单里的编号不对外。", "Numbers of working lists are not for the public."),
        Example("XF-012", "表2"),
        _internal,
    ),
)
