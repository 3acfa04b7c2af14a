"""What the description of each column promises: types, required cells, forms, codes, limits, keys and links."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from ipportal.packages import RawTable
from ipportal.rules.context import Context, key_of
from ipportal.rules.rule import Example, Finding, Rule
from ipportal.rules.tableschema import Fault, faults
from ipportal.text import Text

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
_KEY_FAULTS: Final = ("primary-key", "unique-error", "required", "pattern")
_OWN_RULES: Final = frozenset(
    {"required", "pattern", "enum", "unique", *_LIMITS, "type-error", "primary-key", "foreign-key", "unique-error"}
)


def _of(context: Context, *kinds: str) -> Iterator[Fault]:
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
    for fault in _of(context, "type-error"):
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
        yield Finding(fault.where, Text(f"下列代码之一：{zh}", f"one of: {en}"), fault.found, _nearest(fault, codes))


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


def _duplicate(context: Context) -> Iterator[Finding]:
    """Two rows carry the same key."""
    for fault in _of(context, "primary-key", "unique-error"):
        if not fault.found.strip(", "):
            continue  # an empty key is told by the rule about required cells
        yield Finding(
            fault.where,
            Text("不与其他行重复的编号", "a key no other row has"),
            fault.found,
            Text(
                f"与第 {fault.other} 行重复：同一件事只留一行；不是同一件事就改正编号",
                f"the same as row {fault.other}: keep one row if they mean the same, else correct the key",
            ),
        )


def _dangling(context: Context) -> Iterator[Finding]:
    """A cell names a row of another table that does not exist."""
    faulty = {(fault.table.file, column) for fault in _of(context, *_KEY_FAULTS) for column in fault.columns}
    for fault in _of(context, "foreign-key"):
        target = _target(context, fault)
        if any((target.file, column) in faulty for column in key_of(target)):
            continue  # the row looked for may be the one whose id is at fault
        name = Text(target.resource.get("title", target.name), target.resource.get("title_en", target.name))
        ids = sorted({row[key_of(target)[0]] for row in context.rows(target)}) if key_of(target) else []
        yield Finding(
            fault.where,
            Text(f"“{name.zh}”表里已有的编号", f"an id that exists in the table “{name.en}”"),
            fault.found,
            _nearest(
                fault,
                ids,
                Text(f"先在 {target.file} 里加上这一行", f"or first add such a row to {target.file}"),
            ),
        )


def _target(context: Context, fault: Fault) -> RawTable:
    package = next(p for p, t in context.tables() if t is fault.table)
    return package.table(fault.other) or fault.table


def _nearest(fault: Fault, options: Sequence[str], otherwise: Text | None = None) -> Text:
    near = difflib.get_close_matches(fault.found, options, n=1, cutoff=0.7)
    if near:
        return Text(f"是不是“{near[0]}”？改正拼写", f"is it “{near[0]}”? correct the spelling")
    if otherwise:
        return Text(f"改正编号，或{otherwise.zh}", f"correct the id, {otherwise.en}")
    return Text("改成列出的代码之一", "use one of the listed codes")


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
        "key-duplicate",
        Text("两行编号相同", "Two rows with the same key"),
        Text("每一行的主键只能出现一次。", "The key of a row may appear only once in a table."),
        Example("pct-applications / pct-applications", "pct-applications"),
        _duplicate,
    ),
    Rule(
        "key-dangling",
        Text("引用的编号不存在", "A reference to a row that does not exist"),
        Text(
            "来源、指标、地区等编号要先在各自的表里登记。",
            "Sources, indicators, areas and so on must exist in their own table.",
        ),
        Example("plan-draf", "plan-draft"),
        _dangling,
    ),
    Rule(
        "schema-other",
        Text("与表格说明不符", "Not as the table is described"),
        Text("其他与数据字典不符之处。", "Any other difference from the data dictionary."),
        Example("", ""),
        _other,
    ),
)
