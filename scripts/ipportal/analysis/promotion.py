"""Events by year, prizes, what reward sums of several years hold, and when a yearly day comes next.

Only days fixed by a rule get a date; what is announced each year never does.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, groupby
from typing import Literal

from ipportal.base import Frozen
from ipportal.data.model import Award, Event, Incentive, Observance, Portal, Qualifier, once

Kind = Literal["fixed", "customary", "announced"]


class SumOfYears(Frozen):
    """A sum published for several years beside the yearly sums inside it.

    `known` are the yearly rows of the same kind and area, `missing` the years without one, `sum` what the known ones
    add up to in the unit of `total`.
    """

    total: Incentive
    known: tuple[Incentive, ...]
    missing: tuple[int, ...]
    sum: Decimal

    @property
    def explained(self) -> bool:
        """True when the known years alone already make up the whole published sum."""
        return self.total.qualifier == Qualifier.EXACT and self.sum == self.total.value


class Occurrence(Frozen):
    """An observance as seen from a day: `first` and `last` (both inclusive) are known only when it is fixed.

    `month` is the month it is expected in, for the order of a list; a customary or announced one has no more.
    """

    observance: Observance
    kind: Kind
    first: date | None
    last: date | None
    month: date | None


def by_year(events: Iterable[Event], *, newest: bool) -> Mapping[int, tuple[Event, ...]]:
    """Events by year: the newest first, the later and the more exactly dated leading; or the oldest first."""

    def turn(event: Event) -> tuple[int, str, str]:
        day = event.date
        return (-day.last.toordinal(), "", event.id) if newest else (day.first.toordinal(), day.text, event.id)

    return {year: tuple(found) for year, found in groupby(sorted(events, key=turn), key=lambda e: e.date.year)}


def sums_of_years(portal: Portal) -> tuple[SumOfYears, ...]:
    """Every paid sum of several years, checked against the yearly sums that are published for the same area."""
    paid = [row for row in portal.incentives if row.kind == "paid"]
    yearly = {(row.area, row.period.last.year): row for row in paid if row.period.is_full_year and row.period.last}
    found = []
    for total in sorted(paid, key=lambda row: (row.period.sort_key, row.id)):
        if total.period.kind == "years" and total.period.first and total.period.last:
            span = range(total.period.first.year, total.period.last.year + 1)
            known = tuple(yearly[total.area, year] for year in span if (total.area, year) in yearly)
            missing = tuple(year for year in span if (total.area, year) not in yearly)
            added = sum((row.unit.convert(row.value, total.unit) for row in known), Decimal(0))
            found.append(SumOfYears(total, known, missing, added))
    return tuple(found)


@once
def prizes(portal: Portal, *, contests: bool) -> tuple[tuple[Award, ...], ...]:
    """Awards in lines of one prize each (same level and kind); levels, kinds and grades in the order of their lists.

    Contest prizes, as the list of kinds marks them, are another thing than awards and are asked for apart.
    """
    level, kind, grade = (portal.field("awards", column) for column in ("level", "kind", "grade"))

    def prize(award: Award) -> tuple[int, int, str]:
        return level.rank(award.level), kind.rank(award.kind), award.kind

    chosen = [award for award in portal.awards if bool(kind.code(award.kind).more.get("contest")) == contests]
    ordered = sorted(chosen, key=lambda a: (prize(a), grade.rank(a.grade), a.id))
    return tuple(tuple(line) for _, line in groupby(ordered, key=prize))


def next_occurrence(observance: Observance, as_of: date) -> Occurrence:
    """The next time an observance is held, on or after `as_of`; one that is under way counts.

    Fixed: a day of the month laid down for good. Customary: a day is usual but no rule fixes it. Announced: the
    organiser names the dates each year.
    """
    if observance.fixed and observance.month and observance.day:
        length = timedelta(days=(observance.length_days or 1) - 1)
        days = (_day(year, observance.month, observance.day) for year in count((as_of - length).year))
        first = next(day for day in days if day and day + length >= as_of)
        return Occurrence(observance, "fixed", first, first + length, first)
    kind: Kind = "customary" if observance.day else "announced"
    month = observance.month
    expected = None if month is None else date(as_of.year + (month < as_of.month), month, 1)
    return Occurrence(observance, kind, None, None, expected)


def upcoming(observances: tuple[Observance, ...], as_of: date) -> tuple[Occurrence, ...]:
    """All observances in the order they are expected; what has no month comes last."""
    found = [next_occurrence(observance, as_of) for observance in observances]
    return tuple(sorted(found, key=lambda o: (o.month or date.max, o.kind != "fixed", o.observance.id)))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None  # 29 February in a common year
