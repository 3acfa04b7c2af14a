"""Which figures may be published next, and when, from the days on which earlier ones of the same kind were seen.

Nothing is foretold beyond that: a figure that was only ever given in the plan, or long afterwards, has no usual month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from ipportal.analysis.progress import covers_year
from ipportal.data.model import (
    Area,
    Confidence,
    Indicator,
    IndicatorGroup,
    Observation,
    Portal,
    Source,
    Status,
    once,
)

#: Places whose figures readers wait for; other places are context
_LEVELS: Final = ("zone", "center", "city", "province", "nation")
#: Months after the end of its year within which a figure counts as newly published, not as told again later
_SOON: Final = 6
#: Usual months in a row that may pass without a figure before the habit counts as given up
_MISSED: Final = 1


@dataclass(frozen=True, slots=True)
class Expectation:
    """A yearly figure with a known habit of publication.

    Attributes:
        seen: the first known publication of each year that shows the habit, oldest first; `sources` are theirs.
        last: the newest full-year value known, which may have been told late.
        year: the year the next figure would be of.
        first, until: the first day of the earliest usual month for it, and of the latest.
        missing: years before that one whose usual months have passed without a figure.
    """

    indicator: Indicator
    area: Area
    seen: tuple[Observation, ...]
    sources: tuple[Source, ...]
    last: Observation
    year: int
    first: date
    until: date
    missing: tuple[int, ...]

    @property
    def probable(self) -> bool:
        """False once the figure has failed to appear too often to be waited for."""
        return len(self.missing) <= _MISSED


@once
def expectations(portal: Portal, today: date) -> tuple[Expectation, ...]:
    """Every figure with a habit of publication, the next due first; in one month core indicators and the zone lead."""

    def turn(e: Expectation) -> tuple[date, bool, int, str]:
        return (e.first, e.indicator.group != IndicatorGroup.CORE, e.area.order, e.indicator.id)

    return tuple(sorted(_habits(portal, today), key=turn))


def silent(portal: Portal, group: str, known: Iterable[Expectation]) -> tuple[Indicator, ...]:
    """Indicators of a group without a habit of publication in the zone: nobody can say when to expect them."""
    told = {e.indicator.id for e in known if e.area.id == portal.zone.id}
    return tuple(indicator for indicator in portal.group(group) if indicator.id not in told)


def _habits(portal: Portal, today: date) -> Iterator[Expectation]:
    def kind(row: Observation) -> tuple[str, str, str]:
        return (row.indicator, row.area, row.basis)

    rows = sorted((row for row in portal.observations if _counts(portal, row)), key=kind)
    for (indicator, area, _), group in groupby(rows, key=kind):
        known = sorted(group, key=lambda row: (row.period.sort_key, _published(portal, row) or date.max, row.source))
        first_seen = {year: next(found) for year, found in groupby(known, key=_year)}
        seen = [row for row in first_seen.values() if 0 < _months(portal, row) <= _SOON]
        if not seen:
            continue
        last = known[-1]
        lags = [_months(portal, row) for row in seen]
        year = _year(last) + 1
        while _after(year, max(lags) + 1) <= today:
            year += 1
        yield Expectation(
            indicator=portal.indicators[indicator],
            area=portal.areas[area],
            seen=tuple(seen),
            sources=tuple(portal.sources[row.source] for row in seen),
            last=last,
            year=year,
            first=_after(year, min(lags)),
            until=_after(year, max(lags)),
            missing=tuple(range(_year(last) + 1, year)),
        )


def _counts(portal: Portal, row: Observation) -> bool:
    level = portal.areas[row.area].level
    return (
        level in _LEVELS and row.status != Status.SUPERSEDED and row.confidence != Confidence.PLAN and covers_year(row)
    )


def _year(row: Observation) -> int:
    assert row.period.year is not None
    return row.period.year


def _published(portal: Portal, row: Observation) -> date | None:
    """The day or the month a row's source was published; None when only the year is known, or nothing."""
    day = portal.sources[row.source].date
    return None if day is None or day.precision == "year" else day.first


def _months(portal: Portal, row: Observation) -> int:
    """Months from the end of a row's year to its publication: 1 is January; 0 when that is not known."""
    day = _published(portal, row)
    return 0 if day is None else (day.year - _year(row) - 1) * 12 + day.month


def _after(year: int, months: int) -> date:
    """The first day of a month counted from the end of a year: 1 is January of the next year."""
    return date(year + 1 + (months - 1) // 12, (months - 1) % 12 + 1, 1)
