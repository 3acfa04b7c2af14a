"""The plan's measures, sections and their evidence, and the yearly days: each with the number, date or proof it needs.

Evidence is whole, from another source than the plan, graded by what it is, and read the same on every page.
"""

import calendar
from collections.abc import Iterator
from itertools import chain
from typing import Final

from ipportal.base.errors import Named
from ipportal.base.text import Text
from ipportal.data.model import GRADE, Confidence, EvidenceGrade, EvidenceState
from ipportal.data.plans import plan_for
from ipportal.rules.rule import Context, Finding, Record, Rule, steps_back

_LEAP_YEAR: Final = 2024
_OFFICIAL: Final = (EvidenceGrade.OUTCOME, EvidenceGrade.ACTION)
_EVIDENCE: Final = ("measure", "source", "grade", "state")
_NOT_BEGUN: Final = (EvidenceState.UNKNOWN, EvidenceState.PLANNED)


def _quantified(context: Context) -> Iterator[Finding]:
    """A measure with a number in the plan is linked to no indicator, or the other way round."""
    if found := context.whole("measure_indicators", "measure"):
        linked = {row["measure"] for row in found[1]}
        for row in context.records("measures"):
            if row["quantified"] == "yes" and row["id"] not in linked:
                yield row.fault("quantified")


def _section_parent(context: Context) -> Iterator[Finding]:
    """A section lies inside itself."""
    rows = {row["id"]: row for row in context.records("sections")}
    told: set[str] = set()
    for row in rows.values():
        if row["id"] in (above := steps_back(rows, row, "parent")) and row["id"] not in told:
            told.update(above)
            yield row.fault("parent")


def _observance(context: Context) -> Iterator[Finding]:
    """A yearly day has no date although it is fixed, or one the calendar does not have."""
    for row in context.records("observances"):
        month, day = int(row["month"] or 0), int(row["day"] or 0)
        if row["fixed"] == "yes" and not (month and day):
            yield Finding(row.where("day" if month else "month"), "", "lacking")
        elif day and not (1 <= month <= 12 and day <= calendar.monthrange(_LEAP_YEAR, month)[1]):
            yield row.fault("day")


def _proof(context: Context) -> Iterator[Finding]:
    """A system is said to be under way, or something is said of it, but the proof is not whole."""
    main = context.settings.languages[0]
    proof = ("grade", f"evidence_{main}", "source", f"evidence_locator_{main}", "confidence")
    for row in context.records("systems"):
        state = row["state"]
        lacking = [column for column in proof if not row[column]]
        if lacking and (state != EvidenceState.UNKNOWN or len(lacking) < len(proof)):
            yield row.fault(lacking[0], state=state, lacking=[Named("column", column) for column in lacking])
        if row["since"] and state in _NOT_BEGUN and row["grade"] != EvidenceGrade.BEFORE:
            yield row.fault("since", "early", state=state)


def _graded(context: Context) -> Iterator[Finding]:
    """A state does not follow from its grade, a grade does not fit its evidence, or two tables disagree."""
    plans = {row["id"]: plan_for(context.settings.plans, row["plan"]) for row in context.records("measures")}
    plans[""] = context.settings.plan
    updates, systems = context.records("updates"), context.records("systems")
    for row in chain(updates, systems):
        if row["grade"] in GRADE:
            yield from _state(row)
            if plan := plans.get(row["measure"]):
                yield from _grade(row, row["date"] or row["since"], str(plan.first_year or ""))
    if not context.whole("updates", *_EVIDENCE):
        return
    told = {_evidence(row) for row in updates}
    for row in systems:
        counted = row["grade"] in GRADE and GRADE[EvidenceGrade(row["grade"])].counts
        if counted and _evidence(row) not in told:
            yield row.fault("grade", "alone", measure=row["measure"])


def _evidence(row: Record) -> tuple[str, ...]:
    return tuple(row[column] for column in _EVIDENCE)


def _state(row: Record) -> Iterator[Finding]:
    states = GRADE[EvidenceGrade(row["grade"])].states
    if row["state"] not in states:
        yield row.fault("state", states=Text("、".join(states), " or ".join(states)), grade=row["grade"])


def _grade(row: Record, date: str, first: str) -> Iterator[Finding]:
    early = bool(date) and date[:4] < first
    if first and date and early != (row["grade"] == EvidenceGrade.BEFORE):
        yield row.fault("grade", "before" if early else "later", first=first, date=date)
    elif row["confidence"] == Confidence.PLAN:
        yield row.fault("source", "plan")
    elif row["grade"] in _OFFICIAL and row["confidence"] != Confidence.OFFICIAL:
        yield row.fault("grade", "reported", confidence=row["confidence"])


RULES: Final = (
    Rule("measure-number", _quantified),
    Rule("section-loop", _section_parent),
    Rule("observance-date", _observance),
    Rule("system-proof", _proof),
    Rule("state-grade", _graded),
)
