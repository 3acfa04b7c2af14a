"""New rows from a few answers: which questions to ask, which answers are usual, and the packages with the new rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ipportal.base.errors import OutputError, Where
from ipportal.base.text import Text
from ipportal.data.model import Confidence, Direction, IndicatorGroup, MeasureType, Qualifier, TargetKind
from ipportal.data.packages import RawPackage, RawTable
from ipportal.data.settings import Settings
from ipportal.office import CATALOGUE
from ipportal.office.editing import ordered, with_rows, with_tables
from ipportal.office.excel_reader import ReadCell
from ipportal.office.layout import Column, lay_out_workbook
from ipportal.office.reading import read_cell

#: What can be made → the package and tables that get a row, in the order of the questions
KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "indicator": ("indicators", ("indicators", "targets")),
    "measure": ("plan", ("measures",)),
    "event": ("promotion", ("events",)),
    "story": ("cases", ("case_stories",)),
    "case": ("cases", ("case_statistics",)),
}
#: Groups of indicators that need a target and a page
_PROMISES: Final = (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT)
_USUAL: Final[Mapping[str, str]] = {
    "group": IndicatorGroup.CONTEXT,
    "precision": "0",
    "direction": Direction.UP,
    "measure_type": MeasureType.ANNUAL_FLOW,
    "attribute": "none",
    "definition_origin": "portal",
    "qualifier": Qualifier.EXACT,
    "suppressed": "no",
    "quantified": "no",
    "default": "yes",
    "confidence": Confidence.OFFICIAL,
    "targets.kind": TargetKind.REACH,
}
#: Required columns asked for although they are optional in the table
_WANTED: Final = frozenset({("targets", "minimum"), ("case_statistics", "value")})
#: Columns that can be worked out from others and are asked after them
_LATE: Final = ("id", "order")

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask. `name` is `table.column`; `usual` stands for an empty line; `choices` are id → name."""

    name: str
    column: Column
    usual: str
    choices: Mapping[str, str]


def questions(raw: Sequence[RawPackage], settings: Settings, kind: str, *, optional: bool) -> list[Question]:
    """Everything to ask for a kind, required columns first; optional ones only when wanted."""
    package, tables = _place(raw, kind)
    layout = lay_out_workbook(raw, package, "template")
    found = []
    for name in tables:
        for column in sorted(layout.sheet(name).stored, key=lambda each: each.name in _LATE):
            if not (column.required or optional or (name, column.name) in _WANTED):
                continue
            picks = layout.lists.get(column.choices)
            usual = _usual(raw, settings, package, name, column)
            found.append(Question(f"{name}.{column.name}", column, usual, picks.names if picks else {}))
    return found


def applies(question: Question, answers: Answers) -> bool:
    """False for questions earlier answers have settled: only promises have targets."""
    if not question.name.startswith("targets."):
        return True
    return question.name != "targets.indicator" and answers.get("indicators.group") in _PROMISES


def usual(question: Question, answers: Answers) -> str:
    """The answer an empty line stands for, given the answers before it; empty where there is none."""
    table, _, column = question.name.partition(".")
    if table == "targets" and column == "id":
        return f"{answers.get('indicators.id', '')}-{answers.get('targets.year', '')}"
    if column == "id" and not question.usual:
        return slug(
            next((answers[f"{table}.{name}"] for name in ("name_en", "title_en") if f"{table}.{name}" in answers), "")
        )
    if column.startswith("short_"):
        return answers.get(f"{table}.name_{column[-2:]}", "")
    return question.usual


def slug(text: str) -> str:
    """An id from English words: `PCT filings, 2026` → `pct-filings-2026`."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def understood(question: Question, answer: str) -> tuple[str, Text | None]:
    """The text of the CSV for an answer, and why it cannot be taken. Tidied as in a workbook."""
    names = {value: frozenset({name}) for value, name in question.choices.items()}
    if answer.isdigit() and question.choices and answer not in names and 0 < int(answer) <= len(question.choices):
        return list(names)[int(answer) - 1], None
    reading = read_cell(ReadCell(answer, "", "@"), question.column, names)
    if reading.refusal:
        return "", reading.refusal.hint
    if question.choices and reading.text and reading.text not in names:
        return "", Text("写列出的编号、序号或全名", "give a listed id, its number or its full name")
    return reading.text, None


def with_answers(raw: Sequence[RawPackage], kind: str, answers: Answers) -> tuple[RawPackage, ...]:
    """The packages with the new rows in their places."""
    package, tables = _place(raw, kind)
    changed: dict[str, RawTable] = {}
    for name in tables:
        cells = {key.partition(".")[2]: text for key, text in answers.items() if key.startswith(f"{name}.")}
        table = package.table(name)
        if not cells or table is None:
            continue
        if name == "targets":
            cells["indicator"] = answers["indicators.id"]
        changed[name] = with_rows(table, ordered(table, [*(row for _, row in table.records()), cells]))
    return with_tables(raw, package.name, changed)


def _place(raw: Sequence[RawPackage], kind: str) -> tuple[RawPackage, tuple[str, ...]]:
    name, tables = KINDS[kind]
    package = next((each for each in raw if each.name == name), None)
    if package is None or any(package.table(table) is None for table in tables):
        raise OutputError([CATALOGUE.problem("new-package", Where("datapackages"), kind, package=name)])
    return package, tables


def _usual(raw: Sequence[RawPackage], settings: Settings, package: RawPackage, table: str, column: Column) -> str:
    if column.name == "order":
        found = package.table(table)
        orders = [cells["order"] for _, cells in found.records()] if found else []
        return str(max((int(order) for order in orders if order.isdigit()), default=0) + 1)
    if column.name == "area":
        return _zone(raw)
    known = {"year": str(settings.plan.last_year), "basis": settings.plan.basis} if table == "targets" else {}
    return known.get(column.name) or _USUAL.get(f"{table}.{column.name}", _USUAL.get(column.name, ""))


def _zone(raw: Sequence[RawPackage]) -> str:
    areas = next((p.table("areas") for p in raw if p.name == "indicators"), None)
    rows = areas.records() if areas else []
    return next((cells["id"] for _, cells in rows if cells.get("level") == "zone"), "")
