"""Figures that may be right and look wrong: they stop no build, but an official one asks for a recorded answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ipportal.base.errors import Problem
from ipportal.base.periods import Period
from ipportal.base.quantities import is_spelled, plain, spelled
from ipportal.data.answers import Warned
from ipportal.data.model import MeasureType
from ipportal.rules.rule import Context, Finding, Record, Rule, key_of
from ipportal.rules.values import Value, facts

#: Facts of a warning besides those its words ask for: the key of the row, its column, and what speaks against it
ABOUT: Final = ("key", "cell", "other")
_PARTS: Final = ("half", "quarter", "month")
#: Columns by which two rows of case statistics speak of the same
_SAME_CASES: Final = ("period", "area", "forum", "ip_type", "statistic", "unit")


def warned(problem: Problem) -> Warned:
    """What an answer to this warning is kept under."""
    told = problem.facts
    return Warned(problem.code, *(str(told[name]) for name in ("file", *ABOUT[:2], "found", ABOUT[2])))


def _about(context: Context, row: Record, other: Record, period: str = "") -> dict[str, str]:
    """What an answer on the value of a row is kept under, when that of another row speaks against it."""
    table = next(table for _, table in context.tables() if table.file == row.file)
    key = ", ".join(row[column] for column in key_of(table))
    return dict(zip(ABOUT, (key, "value", f"{period or other['period']} {other['value']}"), strict=True))


Lines = dict[tuple[str, ...], list[tuple[Period, Value]]]


def _lines(context: Context, kind: MeasureType) -> list[list[tuple[Period, Value]]]:
    """The dated values of each line of indicators of a kind, in their order of time."""
    kinds = {row["id"]: row["measure_type"] for row in context.records("indicators")}
    found: Lines = defaultdict(list)
    for (*line, text), values in facts(context).items():
        period = Period.parse(text)
        if period.first and kinds.get(line[0]) == kind and values[0].unit.kind.additive:
            found[tuple(line)].append((period, values[0]))
    return [sorted(values, key=lambda each: each[0].sort_key) for values in found.values()]


def _days(period: Period) -> tuple[date, date]:
    """First and last day of a dated flow; a month stands for January to that month."""
    assert period.first and period.last
    return (period.first.replace(month=1) if period.kind == "month" else period.first), period.last


def _part_above_year(context: Context) -> Iterator[Finding]:
    """A flow is below that of a part of its own time, such as a year below its first half."""
    for values in _lines(context, MeasureType.ANNUAL_FLOW):
        for whole, value in values:
            first, last = _days(whole)
            parts = [
                (other.base, period.text, other)
                for period, other in values
                if period != whole and first <= _days(period)[0] and _days(period)[1] <= last
            ]
            base, text, largest = max(parts, default=(value.base, "", value))
            if base > value.base:
                about = _about(context, value.row, largest.row)
                yield value.row.fault("value", **about, period=text, value=largest.row["value"])


def _cumulative_falls(context: Context) -> Iterator[Finding]:
    """What is counted up from the beginning is lower than it was."""
    for values in _lines(context, MeasureType.CUMULATIVE):
        for (before, earlier), (_, later) in pairwise(values):
            if later.base < earlier.base:
                about = _about(context, later.row, earlier.row)
                yield later.row.fault("value", **about, period=before.text, value=earlier.row["value"])


def _part_jump(context: Context) -> Iterator[Finding]:
    """A part of a year is several times, or a fraction of, the same part of the year before, and no note says why."""
    factor = Decimal(str(context.settings.jump_factor))
    for values in _lines(context, MeasureType.ANNUAL_FLOW):
        by_text = {period.text: value for period, value in values}
        for period, value in values:
            year = period.year or 0
            before = by_text.get(f"{year - 1:04}{period.text[4:]}") if period.kind in _PARTS else None
            if before and before.base > 0 and not value.row.noted:
                old, new = before.base, value.base
                if new > old * factor or new * factor < old:
                    about, text, told = (
                        _about(context, value.row, before.row),
                        before.row["period"],
                        before.row["value"],
                    )
                    yield value.row.fault("value", **about, period=text, value=told, factor=plain(factor))


def _sources_differ(context: Context) -> Iterator[Finding]:
    """Two sources count the same cases differently."""
    first: dict[tuple[str, ...], Record] = {}
    for row in context.records("case_statistics"):
        other = first.setdefault(tuple(row[column] for column in _SAME_CASES), row)
        both = is_spelled(row["value"]) and is_spelled(other["value"])
        if both and other["source"] != row["source"] and spelled(row["value"]) != spelled(other["value"]):
            about = _about(context, row, other, other["source"])
            yield row.fault("value", **about, period=other["source"], value=other["value"])


RULES: Final = (
    Rule("warning-part-above-year", _part_above_year),
    Rule("warning-cumulative-falls", _cumulative_falls),
    Rule("warning-part-jump", _part_jump),
    Rule("warning-sources-differ", _sources_differ),
)
