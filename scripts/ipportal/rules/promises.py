"""The plan's sections and measures, and the yearly days: what is numbered has a number, what is fixed has a date."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from typing import Final

from ipportal.base.text import Text
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule

_LEAP_YEAR: Final = 2024


def _quantified(context: Context) -> Iterator[Finding]:
    """A measure with a number in the plan is linked to no indicator, or the other way round."""
    table = context.table("plan", "measure_indicators")
    if table is None or not context.trusted(table, ("measure",)):
        return
    linked = {row["measure"] for row in context.rows(table)}
    for row in context.records("plan", "measures"):
        if row["quantified"] == "yes" and row["id"] not in linked:
            yield Finding(
                row.where("quantified"),
                Text("在 measure_indicators 表里有对应指标", "an indicator in the table measure_indicators"),
                row["quantified"],
                Text(
                    "在 measure_indicators 里连上指标；规划没有写数字的改为 no",
                    "link its indicator in measure_indicators, or set it to no if the plan gives no number",
                ),
            )


def _section_parent(context: Context) -> Iterator[Finding]:
    """A section lies inside itself."""
    parents = {row["id"]: row["parent"] for row in context.records("plan", "sections")}
    told: set[str] = set()
    for row in context.records("plan", "sections"):
        seen, current = set(), row["id"]
        while current and current not in seen:
            seen.add(current)
            current = parents.get(current, "")
        if current == row["id"] and current not in told:
            told |= seen
            yield Finding(
                row.where("parent"),
                Text("上一级章节", "the section above"),
                row["parent"],
                Text(
                    "顶层章节的 parent 留空，其他写上一级的编号",
                    "leave it empty at the top, else give the section above",
                ),
            )


def _observance(context: Context) -> Iterator[Finding]:
    """A yearly day has no date although it is fixed, or one the calendar does not have."""
    for row in context.records("promotion", "observances"):
        month, day = int(row["month"] or 0), int(row["day"] or 0)
        if row["fixed"] == "yes" and not (month and day):
            yield Finding(
                row.where("day" if month else "month"),
                Text("固定的月和日", "a fixed month and day"),
                "",
                Text(
                    "补上月、日；每年另行公布的把 fixed 改为 no", "fill them in, or set fixed to no if announced yearly"
                ),
            )
        elif day and not (1 <= month <= 12 and day <= calendar.monthrange(_LEAP_YEAR, month)[1]):
            yield Finding(
                row.where("day"),
                Text("这个月里有的一天", "a day of that month"),
                row["day"],
                Text("核对月和日", "check month and day"),
            )


RULES: Final = (
    Rule(
        "measure-number",
        Text("写了数字的措施没有指标", "A numbered measure without indicator"),
        Text("规划写了数字的措施要连到指标，才看得到进展。", "A measure with a number is linked to its indicator."),
        Example("quantified=yes", "measure_indicators: …"),
        _quantified,
    ),
    Rule(
        "section-loop",
        Text("章节套进了自己", "A section inside itself"),
        Text("章节一级一级往上，最后到顶层。", "Sections lead upwards to a chapter."),
        Example("id=goals parent=goals", "id=goals parent=overview"),
        _section_parent,
    ),
    Rule(
        "observance-date",
        Text("纪念日的日期不对", "A wrong date of a yearly day"),
        Text("固定的日子要有月和日，而且日历上真有。", "Fixed days have a month and a day of the calendar."),
        Example("month=4 day=31", "month=4 day=26"),
        _observance,
    ),
)
