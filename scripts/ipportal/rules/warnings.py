"""Figures that may be right and look wrong: they stop no build, but an official one asks for a recorded answer.

The answers lie in `reviews/`, which no public file is made of: who looked, when, and why it is right all the same.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from ipportal.base.errors import Problem
from ipportal.base.filenames import is_plain
from ipportal.base.periods import Period
from ipportal.base.quantities import plain
from ipportal.base.text import Text
from ipportal.data.model import MeasureType
from ipportal.data.packages import csv_bytes
from ipportal.rules.rule import Context, Finding, Rule, key_of
from ipportal.rules.values import Value, facts, values

FOLDER: Final = "reviews"
FILE: Final = f"{FOLDER}/answers.csv"


class Warned(NamedTuple):
    """What a warning is about: the code, a cell of a table's file by its row's key, what it holds, and what else."""

    code: str
    file: str
    row: str
    column: str
    found: str
    other: str


class Answer(NamedTuple):
    """Why it is right; `by` is a role or initials, `date` the day as YYYY-MM-DD."""

    reason: Text
    by: str
    date: str


COLUMNS: Final = (*Warned._fields, "answer_zh", "answer_en", "by", "date")


def read_answers(root: Path) -> dict[Warned, Answer]:
    """The answers given so far; lines that say nothing are left out."""
    path = root / FILE
    if not is_plain(path, root):
        return {}
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    found = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        cells = {column: row.get(column) or "" for column in COLUMNS}
        answer = Answer(Text.read(cells, "answer"), cells["by"].strip(), cells["date"])
        if answer.reason.zh.strip() and answer.by:
            found[Warned(*(cells[column] for column in Warned._fields))] = answer
    return found


def answers_file(answers: Mapping[Warned, Answer]) -> bytes:
    """The file of answers, in the order of what they are about."""
    rows = (
        {**of._asdict(), "answer_zh": given.reason.zh, "answer_en": given.reason.en, "by": given.by, "date": given.date}
        for of, given in sorted(answers.items())
    )
    return csv_bytes(COLUMNS, rows)


#: Facts of a warning besides those its words ask for: the key of the row, its column, and what speaks against it
ABOUT: Final = ("key", "cell", "other")
_PARTS: Final = ("half", "quarter", "month")
#: Columns by which two rows of case statistics speak of the same
_SAME_CASES: Final = ("period", "area", "forum", "ip_type", "statistic", "unit")


def warned(problem: Problem) -> Warned:
    """What an answer to this warning is kept under."""
    told = problem.facts
    return Warned(problem.code, *(str(told[name]) for name in ("file", *ABOUT[:2], "found", ABOUT[2])))


def _lines(context: Context, kind: MeasureType) -> list[list[tuple[Period, Value]]]:
    """The dated values of each line of indicators of a kind, in their order of time."""
    kinds = {row["id"]: row["measure_type"] for row in context.records("indicators")}
    found: dict[tuple[str, ...], list[tuple[Period, Value]]] = defaultdict(list)
    for (*line, text), (value, *_) in facts(context).items():
        period = Period.parse(text)
        if period.first and kinds.get(line[0]) == kind and value.unit.kind.additive:
            found[tuple(line)].append((period, value))
    return [sorted(each, key=lambda one: one[0].sort_key) for each in found.values()]


def _days(period: Period) -> tuple[date, date]:
    """First and last day of a dated flow; a month stands for January to that month."""
    assert period.first and period.last
    return (period.first.replace(month=1) if period.kind == "month" else period.first), period.last


#: A value, and the one that speaks against it
Pairs = Iterator[tuple[Value, Value]]


def _parts_above(context: Context) -> Pairs:
    """A flow is below that of a part of its own time, such as a year below its first half."""
    for line in _lines(context, MeasureType.ANNUAL_FLOW):
        for whole, value in line:
            first, last = _days(whole)
            others = [(_days(period), other) for period, other in line if period != whole]
            inside = [other for (begin, end), other in others if first <= begin and end <= last]
            largest = max(inside, key=lambda other: other.base, default=value)
            if largest.base > value.base:
                yield value, largest


def _falls(context: Context) -> Pairs:
    """What is counted up from the beginning is lower than it was."""
    for line in _lines(context, MeasureType.CUMULATIVE):
        yield from ((late, early) for (_, early), (_, late) in pairwise(line) if late.base < early.base)


def _jumps(context: Context) -> Pairs:
    """A part of a year is several times, or a fraction of, the same part of the year before, and no note says why."""
    factor = Decimal(str(context.settings.jump_factor))
    for line in _lines(context, MeasureType.ANNUAL_FLOW):
        by_text = {period.text: value for period, value in line}
        for period, value in line:
            before = by_text.get(f"{(period.year or 0) - 1:04}{period.text[4:]}") if period.kind in _PARTS else None
            if not before or before.base <= 0 or value.row.noted:
                continue
            if value.base > before.base * factor or value.base * factor < before.base:
                yield value, before


def _differing(context: Context) -> Pairs:
    """Two sources count the same cases differently."""
    first: dict[tuple[str, ...], Value] = {}
    for value in context.once(values):
        if "ip_type" in value.row.cells:
            other = first.setdefault(tuple(value.row[column] for column in _SAME_CASES), value)
            if other.row["source"] != value.row["source"] and other.base != value.base:
                yield value, other


def _asked(find: Callable[[Context], Pairs], column: str, context: Context) -> Iterator[Finding]:
    """What is asked about each pair; `column` says of the other value when it is of, or who says it."""
    factor = plain(Decimal(str(context.settings.jump_factor)))
    keys = {table.file: key_of(table) for _, table in context.tables()}
    for value, other in find(context):
        said, row = other.row[column], value.row
        about = (", ".join(row[name] for name in keys[row.file]), "value", f"{said} {other.row['value']}")
        told = dict(zip(ABOUT, about, strict=True))
        yield row.fault("value", **told, period=said, value=other.row["value"], factor=factor)


RULES: Final = (
    Rule("warning-part-above-year", partial(_asked, _parts_above, "period")),
    Rule("warning-cumulative-falls", partial(_asked, _falls, "period")),
    Rule("warning-part-jump", partial(_asked, _jumps, "period")),
    Rule("warning-sources-differ", partial(_asked, _differing, "source")),
)
