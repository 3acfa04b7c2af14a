"""What the portal is about and aims at: one zone, plans with their definitions, targets that belong to them; and the
plan's measures and sections, its yearly days, and what proves it: each with the number, date or proof it needs."""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Final

from ipportal.base.errors import Named, Where
from ipportal.base.quantities import spelled
from ipportal.base.text import Text
from ipportal.data.entries import FILE
from ipportal.data.model import TOTAL, MeasureType, codes
from ipportal.data.plans import Plan, plan_for
from ipportal.rules.rule import Context, Finding, Record, fields_of, rules, steps_back
from ipportal.rules.values import facts, values

#: Groups of indicators that are promises, so that they need a target and a page
PROMISES: Final = (codes.IndicatorGroup.CORE, codes.IndicatorGroup.COMMITMENT)
#: What a target shares with the one it replaces
_SHARED: Final = ("indicator", "area", "year", "basis")
#: Kinds of targets that ask for another level than that of the baseline
_LEVELS: Final = (codes.TargetKind.REACH, codes.TargetKind.EXCEED)
_LEAP_YEAR: Final = 2024
_OFFICIAL: Final = (codes.EvidenceGrade.OUTCOME, codes.EvidenceGrade.ACTION)
_EVIDENCE: Final = ("measure", "source", "grade", "state")
_NOT_BEGUN: Final = (codes.EvidenceState.UNKNOWN, codes.EvidenceState.PLANNED)


def _zones(context: Context) -> list[str]:
    """The ids of the areas the portal is about; it should be one."""
    return [row["id"] for row in context.records("areas") if row["level"] == "zone"]


def _zone_one(context: Context) -> Iterator[Finding]:
    """There is not exactly one area of level “zone”."""
    if found := context.whole("areas", "id", "level"):
        zones = [row for row in found[1] if row["level"] == "zone"]
        if not zones:
            yield Finding(Where(found[0].file, column="level"))
        yield from (Finding(row.where("level"), row["id"]) for row in zones[1:])


def _plan_basis(context: Context) -> Iterator[Finding]:
    """portal.toml names a definition that does not exist."""
    if found := context.whole("bases", "id"):
        for number, plan in enumerate(context.settings.plans, 1):
            if plan.basis not in {row["id"] for row in found[1]}:
                yield Finding(Where(FILE, column=f"[[plan]] {number} basis"), plan.basis, bases=found[0].file)


def _target_default(context: Context) -> Iterator[Finding]:
    """Of several targets for one indicator, area and year, not exactly one is the default."""
    groups: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for row in context.records("targets"):
        groups[row["indicator"], row["area"], row["year"]].append(row)
    for rows in groups.values():
        defaults = [row for row in rows if row["default"] == "yes"]
        if not defaults:
            yield rows[0].fault("default", "none")
        for row in defaults[1:]:
            yield row.fault("default", row=Named("row", defaults[0].line))


def _target_bounds(context: Context) -> Iterator[Finding]:
    """The bounds of a target do not fit its kind: “exceed” with a maximum, or a range upside down; or the kind does
    not fit the indicator."""
    stocks = {row["id"] for row in context.records("indicators") if row["measure_type"] == MeasureType.YEAR_END_STOCK}
    for row in context.records("targets"):
        low, high = row["minimum"], row["maximum"]
        if not low and not high and row["kind"] != codes.TargetKind.HOLD:
            yield row.fault("minimum", "none")
        elif row["kind"] == codes.TargetKind.RANGE and not (low and high):
            yield row.fault("maximum" if low else "minimum", "one-end")
        elif row["kind"] == codes.TargetKind.RANGE and spelled(low) > spelled(high):
            yield row.fault("maximum", low=low)
        elif row["kind"] == codes.TargetKind.EXCEED and high:
            yield row.fault("maximum", "exceed")
        elif row["kind"] == codes.TargetKind.CUMULATIVE and row["indicator"] in stocks:
            yield row.fault("kind", "stock")
    yield from _behind(context)


def _behind(context: Context) -> Iterator[Finding]:
    """A level to be reached lies behind the baseline and no note says why, or a ceiling stands in place of a floor."""
    known = facts(context)
    directions = {row["id"]: row["direction"] for row in context.records("indicators")}
    bounds = {(value.row.file, value.row.line, value.column): value for value in context.once(values)}
    for row in context.records("targets"):
        falls = directions.get(row["indicator"]) == codes.Direction.DOWN
        ends = [bounds.get((row.file, row.line, end)) for end in ("minimum", "maximum")]
        goal, plan = (ends[falls] or ends[not falls]), _plan_of(context, row)
        if falls and row["kind"] == codes.TargetKind.HOLD and row["minimum"] and not row["maximum"]:
            yield row.fault("minimum", "ceiling")
        if goal and plan and row["kind"] in _LEVELS and directions.get(row["indicator"]) != codes.Direction.HOLD:
            fact = (row["indicator"], row["area"], TOTAL, row["basis"], str(plan.baseline_year))
            for start in known.get(fact, [])[:1]:
                if not row.noted and (goal.base > start.base if falls else goal.base < start.base):
                    yield row.fault(goal.column, "behind", year=plan.baseline_year, value=start.row["value"])


def _target_missing(context: Context) -> Iterator[Finding]:
    """A core indicator or commitment has no target for the zone."""
    found, zones = context.whole("targets", "indicator", "area"), _zones(context)
    if found and len(zones) == 1:
        aimed = {row["indicator"] for row in found[1] if row["area"] == zones[0]}
        for row in context.records("indicators"):
            if row["group"] in PROMISES and row["id"] not in aimed:
                yield row.fault("group", targets=Named("file", found[0].file))


def _basis_joined(context: Context) -> Iterator[Finding]:
    """Figures of the plan are filed under another definition, or a default target is."""
    zones, bases = _zones(context), {plan.basis for plan in context.settings.plans}
    if not bases <= {row["id"] for row in context.records("bases")}:
        return  # told by the rule on portal.toml
    sources = (row for package in context.packages for row in context.records("sources", package.name))
    plan = {row["id"] for row in sources if row["kind"] == "plan"}
    observed = [(row, bases) for row in context.records("observations") if row["source"] in plan]
    aimed = [row for row in context.records("targets") if [row["area"]] == zones and row["default"] == "yes"]
    for row, right in [*observed, *((row, {own.basis}) for row in aimed if (own := _plan_of(context, row)))]:
        if row["basis"] not in right:
            yield row.fault("basis", basis=", ".join(sorted(right)))


def _plan_of(context: Context, row: Record) -> Plan | None:
    """The plan a target belongs to; None where it names none of several and its year lies in none."""
    plans, year = context.settings.plans, int(row["year"] or 0)
    plan = plan_for(plans, row["plan"], year)
    return plan if len(plans) == 1 or plan.id == row["plan"] or plan.first_year <= year <= plan.last_year else None


def _plan_unknown(context: Context) -> Iterator[Finding]:
    """A row belongs to a plan that portal.toml does not have, or a measure to another plan than its section."""
    plans = [plan.id for plan in context.settings.plans if plan.known]
    for package, table in context.tables():
        planned = any(field["name"] == "plan" for field in fields_of(table))
        for row in context.records(table.name, package.name) if planned else ():
            if plans and row["plan"] and row["plan"] not in plans:
                yield row.fault("plan", plans=", ".join(plans))
    sections = context.by_id("sections")
    for row in (*context.records("measures"), *sections.values()):
        above = sections.get(row["section"] or row["parent"], row)
        own, wanted = (plan_for(context.settings.plans, one["plan"]).id for one in (row, above))
        if own != wanted and {row["plan"], above["plan"]} <= {"", *plans}:
            yield row.fault("plan", "section", plan=wanted)


def _target_period(context: Context) -> Iterator[Finding]:
    """A target is set for a year outside its plan, or not after its baseline, or a promise due in such a year."""
    plans = context.settings.plans
    for row in context.records("targets"):
        plan, named = _plan_of(context, row), row["plan"] in ("", *(plan.id for plan in plans))
        if plan is None and named:
            years = [Text(f"{p.first_year}—{p.last_year}", f"{p.first_year}–{p.last_year}") for p in plans]
            yield row.fault("year", "outside", plans=years)
        first = max(plan.first_year, plan.baseline_year + 1) if plan else 0
        if plan and plan.known and named and not first <= int(row["year"]) <= plan.last_year:
            yield row.fault("year", plan=plan.id, first=first, last=plan.last_year)
    measures = context.by_id("measures")
    for row in (*measures.values(), *context.records("systems")):
        plan = plan_for(plans, measures.get(row["measure"], row)["plan"])
        if row["due_year"] and plan.known and not plan.first_year <= int(row["due_year"]) <= plan.last_year:
            yield row.fault("due_year", "due", plan=plan.id, first=plan.first_year, last=plan.last_year)


def _target_replaces(context: Context) -> Iterator[Finding]:
    """A target replaces one of something else, one that still counts, or one that another replaces too."""
    rows = context.by_id("targets")
    taken: dict[str, Record] = {}
    for row in rows.values():
        if (earlier := rows.get(row["replaces"])) is None:
            continue
        if earlier == row or any(earlier[column] != row[column] for column in _SHARED):
            yield row.fault("replaces")
        elif row["id"] in steps_back(rows, row, "replaces"):
            yield row.fault("replaces", "circle")
        elif earlier["default"] == "yes":
            yield row.fault("replaces", "counts", row=Named("row", earlier.line))
        elif first := taken.get(earlier["id"]):
            yield row.fault("replaces", "taken", row=Named("row", first.line))
        elif row["default"] == "no" and row["id"] not in {other["replaces"] for other in rows.values()}:
            yield row.fault("default", "newest")
        taken[earlier["id"]] = row


# --- measures, sections, evidence, yearly days ----------------------------------------------------
# Evidence is whole, from another source than the plan, graded by what it is, and read the same on every page.


def _measure_number(context: Context) -> Iterator[Finding]:
    """A measure with a number in the plan is linked to no indicator, or the other way round."""
    if found := context.whole("measure_indicators", "measure"):
        linked = {row["measure"] for row in found[1]}
        for row in context.records("measures"):
            if row["quantified"] == "yes" and row["id"] not in linked:
                yield row.fault("quantified")


def _section_loop(context: Context) -> Iterator[Finding]:
    """A section lies inside itself."""
    rows = context.by_id("sections")
    told: set[str] = set()
    for row in rows.values():
        if row["id"] in (above := steps_back(rows, row, "parent")) and row["id"] not in told:
            told.update(above)
            yield row.fault("parent")


def _observance_date(context: Context) -> Iterator[Finding]:
    """A yearly day has no date although it is fixed, or one the calendar does not have."""
    for row in context.records("observances"):
        month, day = int(row["month"] or 0), int(row["day"] or 0)
        if row["fixed"] == "yes" and not (month and day):
            yield Finding(row.where("day" if month else "month"), "", "lacking")
        elif day and not (1 <= month <= 12 and day <= calendar.monthrange(_LEAP_YEAR, month)[1]):
            yield row.fault("day")


def _system_proof(context: Context) -> Iterator[Finding]:
    """A system is said to be under way, or something is said of it, but the proof is not whole."""
    main = context.settings.languages[0]
    proof = ("grade", f"evidence_{main}", "source", f"evidence_locator_{main}", "confidence")
    for row in context.records("systems"):
        state = row["state"]
        lacking = [column for column in proof if not row[column]]
        if lacking and (state != codes.EvidenceState.UNKNOWN or len(lacking) < len(proof)):
            yield row.fault(lacking[0], state=state, lacking=[Named("column", column) for column in lacking])
        if row["since"] and state in _NOT_BEGUN and row["grade"] != codes.EvidenceGrade.BEFORE:
            yield row.fault("since", "early", state=state)


def _state_grade(context: Context) -> Iterator[Finding]:
    """A state does not follow from its grade, a grade does not fit its evidence, or two tables disagree."""
    plans = {row["id"]: plan_for(context.settings.plans, row["plan"]) for row in context.records("measures")}
    plans[""] = context.settings.plan
    updates, systems = context.records("updates"), context.records("systems")
    for row in chain(updates, systems):
        if row["grade"] in codes.GRADE:
            states = codes.GRADE[codes.EvidenceGrade(row["grade"])].states
            if row["state"] not in states:
                yield row.fault("state", states=Text("、".join(states), " or ".join(states)), grade=row["grade"])
            if plan := plans.get(row["measure"]):
                yield from _grade(row, row["date"] or row["since"], str(plan.first_year or ""))
    if not context.whole("updates", *_EVIDENCE):
        return
    evidence = itemgetter(*_EVIDENCE)
    told = set(map(evidence, updates))
    for row in systems:
        counted = row["grade"] in codes.GRADE and codes.GRADE[codes.EvidenceGrade(row["grade"])].counts
        if counted and evidence(row) not in told:
            yield row.fault("grade", "alone", measure=row["measure"])


def _grade(row: Record, date: str, first: str) -> Iterator[Finding]:
    early = bool(date) and date[:4] < first
    if first and date and early != (row["grade"] == codes.EvidenceGrade.BEFORE):
        yield row.fault("grade", "before" if early else "later", first=first, date=date)
    elif row["confidence"] == codes.Confidence.PLAN:
        yield row.fault("source", "plan")
    elif row["grade"] in _OFFICIAL and row["confidence"] != codes.Confidence.OFFICIAL:
        yield row.fault("grade", "reported", confidence=row["confidence"])


RULES: Final = rules(
    *(_zone_one, _plan_basis, _plan_unknown, _target_default, _target_bounds, _target_period, _target_replaces),
    *(_target_missing, _basis_joined, _measure_number, _section_loop, _observance_date, _system_proof, _state_grade),
)
