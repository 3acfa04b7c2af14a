"""Which published values may be set beside each other (same area, same definition, full year, not superseded), and
which targets are versions of one."""

from datetime import date
from decimal import Decimal
from itertools import groupby

from ipportal.base import Frozen
from ipportal.data.model import Observation, Portal, Status, Target, TargetKind, once


class Known(Frozen):
    """A comparable yearly value in the indicator's unit.

    `observation` is the most trusted row, `agreeing` are other rows for the same year. For a running
    sum `parts` are the rows added up; it is empty otherwise.
    """

    year: int
    value: Decimal
    observation: Observation
    agreeing: tuple[Observation, ...] = ()
    parts: tuple[Observation, ...] = ()

    @property
    def provisional(self) -> bool:
        """True when any row behind the value is provisional."""
        return any(row.status == Status.PROVISIONAL for row in (self.observation, *self.parts))


@once
def comparable(portal: Portal, indicator: str, area: str, basis: str) -> tuple[Known, ...]:
    """Full-year values of one area and one definition, by year, in the indicator's unit.

    Superseded rows are left out. Where several rows speak of a year, a final one goes before a provisional
    one, then the more trusted source.
    """
    unit = portal.indicators[indicator].unit
    rows = [
        (row.period.year, row)
        for row in portal.observed(indicator, area, basis)
        if row.status != Status.SUPERSEDED and row.period.year is not None and covers_year(row)
    ]
    rows.sort(key=lambda pair: (pair[0], pair[1].status == Status.PROVISIONAL, pair[1].trust, pair[1].source))
    found = []
    for year, group in groupby(rows, key=lambda pair: pair[0]):
        best, *others = [row for _, row in group]
        value = best.unit.convert(best.value, unit)
        agreeing = tuple(row for row in others if row.unit.convert(row.value, unit) == value)
        found.append(Known(year, value, best, agreeing))
    return tuple(found)


def unknown_years(portal: Portal, indicator: str) -> tuple[int, ...]:
    """Years of the plan that are over and have no full-year value of the zone by the plan's definition."""
    plan = portal.settings.plan
    known = {value.year for value in comparable(portal, indicator, portal.zone.id, plan.basis)}
    over = (year for year in range(plan.baseline_year, plan.last_year + 1) if year < portal.settings.as_of.year)
    return tuple(year for year in over if year not in known)


def covers_year(row: Observation) -> bool:
    """True for a whole calendar year.

    A month form means “January to that month” for a flow and “at the end of that month” for a stock, so December
    speaks of the whole year in both cases.
    """
    period = row.period
    return period.is_full_year or (period.kind == "month" and period.last is not None and period.last.month == 12)


@once
def running_sums(portal: Portal, target: Target) -> tuple[Known, ...]:
    """Sums since the first plan year for a target over the plan, for every year up to which all years are known.

    A running total counts only where its row says that it starts with the first plan year: one without a starting
    year cannot be set against a target for the plan.
    """
    first = portal.plan_of(target).first_year
    indicator = portal.indicators[target.indicator]
    unit, series = indicator.unit, comparable(portal, target.indicator, target.area, target.basis)
    by_year = {k.year: k for k in series if indicator.is_flow}
    stated = {
        row.period.year: row
        for row in reversed(portal.observed(target.indicator, target.area, target.basis))
        if row.status != Status.SUPERSEDED and row.period.kind == "years" and row.period.first == date(first, 1, 1)
    }
    found = []
    for year in range(first, target.year + 1):
        years = range(first, year + 1)
        if year in stated:
            row = stated[year]
            found.append(Known(year, row.unit.convert(row.value, unit), row))
        elif all(y in by_year for y in years):
            parts = tuple(by_year[y].observation for y in years)
            total = sum((by_year[y].value for y in years), Decimal(0))
            found.append(Known(year, total, parts[-1], parts=parts))
    return tuple(found)


def missing_years(portal: Portal, target: Target, since: int) -> tuple[int, ...]:
    """The years that are over and end a sum over the plan with the year `since`, though a later year is known."""
    if target.kind != TargetKind.CUMULATIVE or not portal.indicators[target.indicator].is_flow:
        return ()
    known = {k.year for k in comparable(portal, target.indicator, target.area, target.basis)}
    over = range(since + 1, min(target.year + 1, portal.settings.as_of.year))
    return tuple(year for year in over if year not in known) if known.intersection(over) else ()


def first_published(portal: Portal, final: Known) -> Observation | None:
    """The superseded row of the same year with another value that was published first; None where none was corrected.

    Sums have none: their parts are corrected, each in its own year.
    """
    now = final.observation
    told = [row for row in portal.observed(now.indicator, now.area, now.basis) if row.status == Status.SUPERSEDED]
    years = (row for row in told if covers_year(row) and row.period.year == final.year and not final.parts)
    others = (row for row in years if row.unit.convert(row.value, now.unit) != now.value)
    return min(others, key=lambda row: published_on(portal, row) or date.max, default=None)


def published_after(portal: Portal, final: Known, year: int) -> bool:
    """True when a row behind a value is first known from a document of a later year; undated ones say nothing."""
    rows = final.parts or (first_published(portal, final) or final.observation,)
    return any(since.year > year for row in rows if (since := published_on(portal, row)))


def revisions(portal: Portal, target: Target) -> tuple[Target, ...]:
    """The versions of a target in the order in which each replaced the one before; empty where it never moved."""
    aims = portal.targeted(target.indicator, target.area)
    before, after = {aim.id: aim.replaces for aim in aims}, {aim.replaces: aim for aim in aims if aim.replaces}
    first = target.id
    while earlier := before.get(first):
        first = earlier
    found = [aim for aim in aims if aim.id == first]
    while found and found[-1].id in after:
        found.append(after[found[-1].id])
    return tuple(found) if len(found) > 1 else ()


def published_on(portal: Portal, row: Observation | Target) -> date | None:
    """The first day on which a row's document may have been published; None when it is not dated."""
    published = portal.sources[row.source].date
    return published.first if published else None
