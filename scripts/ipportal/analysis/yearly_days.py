"""When a yearly day comes next. Only days fixed by a rule get a date; what is announced each year never does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ipportal.data.model import Observance

Kind = Literal["fixed", "customary", "announced"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An observance as seen from a day: `first` and `last` (both inclusive) are known only when it is fixed.

    `month` is the month it is expected in, for the order of a list; a customary or announced one has no more.
    """

    observance: Observance
    kind: Kind
    first: date | None
    last: date | None
    month: date | None


def next_occurrence(observance: Observance, as_of: date) -> Occurrence:
    """The next time an observance is held, on or after `as_of`; one that is under way counts.

    Fixed: a day of the month laid down for good. Customary: a day is usual but no rule fixes it. Announced: the
    organiser names the dates each year.
    """
    if observance.fixed and observance.month and observance.day:
        length = timedelta(days=(observance.length_days or 1) - 1)
        year = (as_of - length).year
        while True:
            first = _day(year, observance.month, observance.day)
            if first and first + length >= as_of:
                return Occurrence(observance, "fixed", first, first + length, first)
            year += 1
    kind: Kind = "customary" if observance.day else "announced"
    return Occurrence(observance, kind, None, None, _month(observance.month, as_of))


def upcoming(observances: tuple[Observance, ...], as_of: date) -> tuple[Occurrence, ...]:
    """All observances in the order they are expected; what has no month comes last."""
    found = [next_occurrence(observance, as_of) for observance in observances]
    return tuple(sorted(found, key=lambda o: (o.month or date.max, o.kind != "fixed", o.observance.id)))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None  # 29 February in a common year


def _month(month: int | None, as_of: date) -> date | None:
    if month is None:
        return None
    year = as_of.year + (month < as_of.month)
    return date(year, month, 1)
