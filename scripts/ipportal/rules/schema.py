"""What the description of each column promises: types, required cells, forms, codes and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipportal.base.text import Text
from ipportal.rules.context import Context
from ipportal.rules.keys import nearest
from ipportal.rules.rule import Example, Finding, Rule
from ipportal.rules.tableschema import SchemaFault, faults

_TYPES: Final = {
    "number": Text("数字", "a number"),
    "integer": Text("整数", "a whole number"),
    "date": Text("日期，如 2022-09-15", "a date such as 2022-09-15"),
}
_PATTERNS: Final = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": Text(
        "由小写字母、数字和连字符组成的编号，如 pct-applications",
        "an id of lower-case letters, digits and hyphens, such as pct-applications",
    ),
    r"^\d{4}(-\d{2}(-\d{2})?)?$": Text(
        "日期，写成 2022、2022-09 或 2022-09-15", "a date written 2022, 2022-09 or 2022-09-15"
    ),
    r"^\d{4}$": Text("四位数的年份", "a year of four digits"),
}
_LIMITS: Final = {
    "minimum": Text("不小于 {limit} 的数", "a number of at least {limit}"),
    "maximum": Text("不大于 {limit} 的数", "a number of at most {limit}"),
    "exclusiveMinimum": Text("大于 {limit} 的数", "a number above {limit}"),
    "exclusiveMaximum": Text("小于 {limit} 的数", "a number below {limit}"),
    "minLength": Text("至少 {limit} 个字", "at least {limit} characters"),
    "maxLength": Text("至多 {limit} 个字", "at most {limit} characters"),
}
_DIGITS_ONLY: Final = Text(
    "只写半角数字和小数点，单位、说明写到别的列里",
    "write digits and a decimal point only; units and remarks belong in other columns",
)
_LIKE_OTHERS: Final = Text("照同一列其他行的写法改正", "write it like the other rows of this column")
_OWN_RULES: Final = frozenset({"required", "pattern", "enum", "type", *_LIMITS})


def _of(context: Context, *kinds: str) -> Iterator[SchemaFault]:
    return (fault for fault in context.once(faults) if fault.kind in kinds)


def _required(context: Context) -> Iterator[Finding]:
    """A cell that must be filled is empty."""
    for fault in _of(context, "required"):
        yield Finding(
            fault.where,
            Text("必须填写的内容", "a value, because this column must be filled"),
            "",
            Text(
                "按来源补填；来源没有给出这个值时，删去整行",
                "fill the cell from the source; if the source has no value, delete the row",
            ),
        )


def _type(context: Context) -> Iterator[Finding]:
    """A cell of a number column is no number."""
    for fault in _of(context, "type"):
        kind = fault.field.get("type", "")
        yield Finding(
            fault.where,
            _TYPES.get(kind, Text("这一列规定的内容", "what this column is meant for")),
            fault.found,
            _DIGITS_ONLY if kind in ("number", "integer") else _LIKE_OTHERS,
        )


def _pattern(context: Context) -> Iterator[Finding]:
    """A cell is not written in the form its column asks for."""
    for fault in _of(context, "pattern"):
        field = fault.field
        general = Text(
            f"“{field.get('title', '')}”一栏的写法（{field.get('description', '')}）",
            f"the form of “{field.get('title_en', '')}” ({field.get('description_en', '')})",
        )
        yield Finding(
            fault.where,
            _PATTERNS.get(field.get("constraints", {}).get("pattern", ""), general),
            fault.found,
            _LIKE_OTHERS,
        )


def _code(context: Context) -> Iterator[Finding]:
    """A cell holds a code that is not in its column's list."""
    for fault in _of(context, "enum"):
        codes = [str(code) for code in fault.field.get("constraints", {}).get("enum", [])]
        labels = {str(c.get("value")): c for c in fault.field.get("categories", [])}
        zh = "、".join(f"{c}（{labels[c]['label']}）" if c in labels else c for c in codes)
        en = ", ".join(f"{c} ({labels[c]['label_en']})" if c in labels else c for c in codes)
        yield Finding(
            fault.where,
            Text(f"下列代码之一：{zh}", f"one of: {en}"),
            fault.found,
            nearest(fault.found, codes, Text("改成列出的代码之一", "use one of the listed codes")),
        )


def _limit(context: Context) -> Iterator[Finding]:
    """A number or text is outside the limits of its column."""
    for fault in _of(context, *_LIMITS):
        yield Finding(
            fault.where,
            _LIMITS[fault.kind].format(limit=fault.limit),
            fault.found,
            Text(
                "对照来源核对数字，注意多写或少写的位数",
                "compare with the source; look for a digit too many or too few",
            ),
        )


def _other(context: Context) -> Iterator[Finding]:
    """Anything else that does not agree with the description of the table."""
    for fault in context.once(faults):
        if fault.kind not in _OWN_RULES:
            yield Finding(
                fault.where,
                Text("与本表说明一致的内容", "what the description of this table allows"),
                fault.found,
                Text(
                    "对照数据字典检查这一处；仍不明白时把这条提示发给维护人员",
                    "compare with the data dictionary; if still unclear send this line to the maintainer",
                ),
            )


RULES: Final = (
    Rule(
        "required-empty",
        Text("必填的格子空着", "A required cell is empty"),
        Text(
            "数据字典标为“必填”的列，每一行都要有内容。", "Every row needs a value in the columns marked as required."
        ),
        Example("…,2021,plan,,…", "…,2021,plan,1443,…"),
        _required,
    ),
    Rule(
        "value-type",
        Text("数字列里不是数字", "Not a number in a number column"),
        Text(
            "数字列只能有半角数字、小数点和负号。",
            "A number column holds digits, a decimal point and a minus sign only.",
        ),
        Example("一千", "1000"),
        _type,
    ),
    Rule(
        "value-form",
        Text("写法不合规定", "Not in the required form"),
        Text("编号、日期等列有固定写法，同一列要写得一样。", "Ids, dates and the like have one fixed form."),
        Example("2022.9", "2022-09"),
        _pattern,
    ),
    Rule(
        "code-unknown",
        Text("代码不在代码表里", "A code that is not in the list"),
        Text("代码列只能用数据字典列出的代码。", "A code column takes only the codes its dictionary lists."),
        Example("exakt", "exact"),
        _code,
    ),
    Rule(
        "value-limit",
        Text("超出允许的范围", "Outside the allowed range"),
        Text("有些列规定了最小、最大值或长度。", "Some columns have a smallest or largest value or length."),
        Example("13", "12"),
        _limit,
    ),
    Rule(
        "schema-other",
        Text("与表格说明不符", "Not as the table is described"),
        Text("其他与数据字典不符之处。", "Any other difference from the data dictionary."),
        Example("[1, 2", "[1, 2]"),
        _other,
    ),
)
