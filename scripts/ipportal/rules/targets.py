"""What the portal is about and aims at: one zone, plans with their definitions, and targets that belong to them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from ipportal.base.errors import Named, Where
from ipportal.base.quantities import spelled
from ipportal.base.text import Text
from ipportal.data.entries import FILE
from ipportal.data.model import TOTAL, Direction, IndicatorGroup, MeasureType, TargetKind
from ipportal.data.plans import Plan, plan_for
from ipportal.rules.rule import Context, Finding, Record, Rule, fields_of, steps_back
from ipportal.rules.values import facts, values

#: Groups of indicators that are promises, so that they need a target and a page
PROMISES: Final = (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT)
#: What a target shares with the one it replaces
_SHARED: Final = ("indicator", "area", "year", "basis")
#: Kinds of targets that ask for another level than that of the baseline
_LEVELS: Final = (TargetKind.REACH, TargetKind.EXCEED)


def _zones(context: Context) -> list[str]:
    """The ids of the areas the portal is about; it should be one."""
    return [row["id"] for row in context.records("areas") if row["level"] == "zone"]


def _zone(context: Context) -> Iterator[Finding]:
    """There is not exactly one area of level “zone”."""
    if found := context.whole("areas", "id", "level"):
        table, rows = found
        zones = [row for row in rows if row["level"] == "zone"]
        if not zones:
            yield Finding(Where(table.file, column="level"))
        yield from (Finding(row.where("level"), row["id"]) for row in zones[1:])


def _plan_basis(context: Context) -> Iterator[Finding]:
    """portal.toml names a definition that does not exist."""
    if found := context.whole("bases", "id"):
        table, rows = found
        for number, plan in enumerate(context.settings.plans, 1):
            if plan.basis not in {row["id"] for row in rows}:
                yield Finding(Where(FILE, column=f"[[plan]] {number} basis"), plan.basis, bases=table.file)


def _default(context: Context) -> Iterator[Finding]:
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


def _bounds(context: Context) -> Iterator[Finding]:
    """The bounds of a target do not fit its kind: “exceed” with a maximum, or a range upside down; or the kind does
    not fit the indicator."""
    stocks = {row["id"] for row in context.records("indicators") if row["measure_type"] == MeasureType.YEAR_END_STOCK}
    for row in context.records("targets"):
        low, high = row["minimum"], row["maximum"]
        if not low and not high and row["kind"] != TargetKind.HOLD:
            yield row.fault("minimum", "none")
        elif row["kind"] == TargetKind.RANGE and not (low and high):
            yield row.fault("maximum" if low else "minimum", "one-end")
        elif row["kind"] == TargetKind.RANGE and spelled(low) > spelled(high):
            yield row.fault("maximum", low=low)
        elif row["kind"] == TargetKind.EXCEED and high:
            yield row.fault("maximum", "exceed")
        elif row["kind"] == TargetKind.CUMULATIVE and row["indicator"] in stocks:
            yield row.fault("kind", "stock")
    yield from _behind(context)


def _behind(context: Context) -> Iterator[Finding]:
    """A level to be reached lies behind the baseline and no note says why, or a ceiling stands in place of a floor."""
    known = facts(context)
    directions = {row["id"]: row["direction"] for row in context.records("indicators")}
    bounds = {(value.row.file, value.row.line, value.column): value for value in context.once(values)}
    for row in context.records("targets"):
        falls = directions.get(row["indicator"]) == Direction.DOWN
        ends = [bounds.get((row.file, row.line, end)) for end in ("minimum", "maximum")]
        goal, plan = (ends[falls] or ends[not falls]), _plan_of(context, row)
        if falls and row["kind"] == TargetKind.HOLD and row["minimum"] and not row["maximum"]:
            yield row.fault("minimum", "ceiling")
        if goal and plan and row["kind"] in _LEVELS and directions.get(row["indicator"]) != Direction.HOLD:
            fact = (row["indicator"], row["area"], TOTAL, row["basis"], str(plan.baseline_year))
            for start in known.get(fact, [])[:1]:
                if not row.noted and (goal.base > start.base if falls else goal.base < start.base):
                    yield row.fault(goal.column, "behind", year=plan.baseline_year, value=start.row["value"])


def _without_target(context: Context) -> Iterator[Finding]:
    """A core indicator or commitment has no target for the zone."""
    found, zones = context.whole("targets", "indicator", "area"), _zones(context)
    if not found or len(zones) != 1:
        return
    table, rows = found
    aimed = {row["indicator"] for row in rows if row["area"] == zones[0]}
    for row in context.records("indicators"):
        if row["group"] in PROMISES and row["id"] not in aimed:
            yield row.fault("group", targets=Named("file", table.file))


def _joined(context: Context) -> Iterator[Finding]:
    """Figures of the plan are filed under another definition, or a default target is."""
    zones, bases = _zones(context), {plan.basis for plan in context.settings.plans}
    if not bases <= {row["id"] for row in context.records("bases")}:
        return  # told by the rule on portal.toml
    sources = (row for package in context.packages for row in context.records("sources", package.name))
    plan = {row["id"] for row in sources if row["kind"] == "plan"}
    observed = [row for row in context.records("observations") if row["source"] in plan]
    targets = context.records("targets")
    aimed = [row for row in targets if [row["area"]] == zones and row["default"] == "yes"]
    wanted = [(row, bases) for row in observed]
    owned = [(row, {own.basis}) for row in aimed if (own := _plan_of(context, row))]
    for row, right in [*wanted, *owned]:
        if row["basis"] not in right:
            yield row.fault("basis", basis=", ".join(sorted(right)))


def _plan_of(context: Context, row: Record) -> Plan | None:
    """The plan a target belongs to; None where it names none of several and its year lies in none."""
    plans, year = context.settings.plans, int(row["year"] or 0)
    plan = plan_for(plans, row["plan"], year)
    return plan if len(plans) == 1 or plan.id == row["plan"] or plan.first_year <= year <= plan.last_year else None


def _plan_known(context: Context) -> Iterator[Finding]:
    """A row belongs to a plan that portal.toml does not have, or a measure to another plan than its section."""
    plans = [plan.id for plan in context.settings.plans if plan.known]
    for package, table in context.tables():
        planned = any(field["name"] == "plan" for field in fields_of(table))
        for row in context.records(table.name, package.name) if planned else ():
            if plans and row["plan"] and row["plan"] not in plans:
                yield row.fault("plan", plans=", ".join(plans))
    sections = {row["id"]: row for row in context.records("sections")}
    for row in (*context.records("measures"), *sections.values()):
        above = sections.get(row["section"] or row["parent"], row)
        own, wanted = (plan_for(context.settings.plans, one["plan"]).id for one in (row, above))
        if own != wanted and {row["plan"], above["plan"]} <= {"", *plans}:
            yield row.fault("plan", "section", plan=wanted)


def _period(context: Context) -> Iterator[Finding]:
    """A target is set for a year outside its plan, or not after its baseline, or a promise due in such a year."""
    plans = context.settings.plans
    for row in context.records("targets"):
        plan, named = _plan_of(context, row), row["plan"] in ("", *(plan.id for plan in plans))
        if plan is None:
            years = [
                Text(f"{each.first_year}—{each.last_year}", f"{each.first_year}–{each.last_year}") for each in plans
            ]
            yield from [row.fault("year", "outside", plans=years)] if named else []
            continue
        first = max(plan.first_year, plan.baseline_year + 1)
        if plan.known and named and not first <= int(row["year"]) <= plan.last_year:
            yield row.fault("year", plan=plan.id, first=first, last=plan.last_year)
    measures = {row["id"]: row for row in context.records("measures")}
    for row in (*measures.values(), *context.records("systems")):
        plan = plan_for(plans, measures.get(row["measure"], row)["plan"])
        if row["due_year"] and plan.known and not plan.first_year <= int(row["due_year"]) <= plan.last_year:
            yield row.fault("due_year", "due", plan=plan.id, first=plan.first_year, last=plan.last_year)


def _replaces(context: Context) -> Iterator[Finding]:
    """A target replaces one of something else, one that still counts, or one that another replaces too."""
    rows = {row["id"]: row for row in context.records("targets")}
    taken: dict[str, Record] = {}
    for row in rows.values():
        earlier = rows.get(row["replaces"])
        if earlier is None:
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


RULES: Final = (
    Rule("zone-one", _zone),
    Rule("plan-basis", _plan_basis),
    Rule("plan-unknown", _plan_known),
    Rule("target-default", _default),
    Rule("target-bounds", _bounds),
    Rule("target-period", _period),
    Rule("target-replaces", _replaces),
    Rule("target-missing", _without_target),
    Rule("basis-joined", _joined),
)
