"""Targets and definitions: one target that counts, after the baseline, by the plan's own definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ipportal.base.errors import Named, Where
from ipportal.data.model import IndicatorGroup, TargetKind
from ipportal.data.settings import FILE
from ipportal.rules.rule import Context, Finding, Record, Rule
from ipportal.rules.values import units_of

#: Groups of indicators that are promises, so that they need a target and a page
PROMISES: Final = (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT)


def _zones(context: Context) -> list[str]:
    """The ids of the areas the portal is about; it should be one."""
    return [row["id"] for row in context.records("indicators", "areas") if row["level"] == "zone"]


def _zone(context: Context) -> Iterator[Finding]:
    """There is not exactly one area of level “zone”."""
    if found := context.whole("indicators", "areas", "id", "level"):
        table, rows = found
        zones = [row for row in rows if row["level"] == "zone"]
        if not zones:
            yield Finding(Where(table.file, column="level"))
        yield from (Finding(row.where("level"), row["id"]) for row in zones[1:])


def _plan_basis(context: Context) -> Iterator[Finding]:
    """portal.toml names a definition that does not exist."""
    basis = context.settings.plan.basis
    if found := context.whole("indicators", "bases", "id"):
        table, rows = found
        if basis not in {row["id"] for row in rows}:
            yield Finding(Where(FILE, column="[plan] basis"), basis, bases=table.file)


def _default(context: Context) -> Iterator[Finding]:
    """Of several targets for one indicator, area and year, not exactly one is the default."""
    groups: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for row in context.records("indicators", "targets"):
        groups[row["indicator"], row["area"], row["year"]].append(row)
    for rows in groups.values():
        defaults = [row for row in rows if row["default"] == "yes"]
        if not defaults:
            yield rows[0].fault("default", "none")
        for row in defaults[1:]:
            yield row.fault("default", row=Named("row", defaults[0].line))


def _bounds(context: Context) -> Iterator[Finding]:
    """The bounds of a target do not fit its kind: “exceed” with a maximum, or a range upside down."""
    for row in context.records("indicators", "targets"):
        low, high = row["minimum"], row["maximum"]
        if row["kind"] == TargetKind.RANGE and high and Decimal(low) > Decimal(high):
            yield row.fault("maximum", low=low)
        elif row["kind"] == TargetKind.RANGE and not high:
            yield row.fault("maximum", "one-end")
        elif row["kind"] == TargetKind.EXCEED and high:
            yield row.fault("maximum", "exceed")


def _baseline(context: Context) -> Iterator[Finding]:
    """A target is set for a year that is not after the plan's baseline year."""
    baseline = context.settings.plan.baseline_year
    for row in context.records("indicators", "targets"):
        if int(row["year"]) <= baseline:
            yield row.fault("year", baseline=baseline)


def _without_target(context: Context) -> Iterator[Finding]:
    """A core indicator or commitment has no target for the zone."""
    found, zones = context.whole("indicators", "targets", "indicator", "area"), _zones(context)
    if not found or len(zones) != 1:
        return
    table, rows = found
    aimed = {row["indicator"] for row in rows if row["area"] == zones[0]}
    for row in context.records("indicators", "indicators"):
        if row["group"] in PROMISES and row["id"] not in aimed:
            yield row.fault("group", targets=Named("file", table.file))


def _joined(context: Context) -> Iterator[Finding]:
    """Figures of the plan are filed under another definition, or a default target is."""
    basis, zones = context.settings.plan.basis, _zones(context)
    if basis not in {row["id"] for row in context.records("indicators", "bases")}:
        return  # told by the rule on portal.toml
    plan = {row["id"] for row in context.records("indicators", "sources") if row["kind"] == "plan"}
    observed = [row for row in context.records("indicators", "observations") if row["source"] in plan]
    targets = context.records("indicators", "targets")
    aimed = [row for row in targets if [row["area"]] == zones and row["default"] == "yes"]
    for row in (*observed, *aimed):
        if row["basis"] != basis:
            yield row.fault("basis", basis=basis)


def _unit_scale(context: Context) -> Iterator[Finding]:
    """A unit that converts to itself has another scale than 1, or its base converts on."""
    units = units_of(context)
    for row in context.records("indicators", "units"):
        base = units.get(row["base"])
        if row["base"] == row["id"] and Decimal(row["scale"]) != 1:
            yield row.fault("scale")
        elif base and base.base != base.id:
            yield row.fault("base", "chain", basic=base.base)


RULES: Final = (
    Rule("zone-one", _zone),
    Rule("plan-basis", _plan_basis),
    Rule("target-default", _default),
    Rule("target-bounds", _bounds),
    Rule("target-baseline", _baseline),
    Rule("target-missing", _without_target),
    Rule("basis-joined", _joined),
    Rule("unit-scale", _unit_scale),
)
