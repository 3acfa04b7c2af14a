"""Case statistics in groups that may be read together. Values of different definitions are never joined or added.

A definition is the forum, the area, the statistic and the kind of right. Only values that agree in all four stand in
one series; only a total and its parts of one period, which differ in the kind of right alone, make a breakdown.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ipportal.base import Frozen
from ipportal.data.model import CaseStatistic, CaseStory, Portal, Qualifier, once


class Group(Frozen):
    """Everything published about one forum of one area, in the order of time."""

    area: str
    forum: str
    rows: tuple[CaseStatistic, ...]


class Series(Frozen):
    """Values of whole years that share one definition, oldest first, one a year."""

    rows: tuple[CaseStatistic, ...]

    @property
    def missing_years(self) -> tuple[int, ...]:
        """Years between the first and the last value for which nothing is published."""
        years = [row.period.last.year for row in self.rows if row.period.last]
        return tuple(year for year in range(years[0], years[-1]) if year not in years)

    @property
    def exact_ends(self) -> tuple[CaseStatistic, CaseStatistic] | None:
        """First and last exact value; None when there are not two of them to subtract."""
        exact = [row for row in self.rows if row.qualifier == Qualifier.EXACT]
        return (exact[0], exact[-1]) if len(exact) > 1 else None


class Breakdown(Frozen):
    """A total and its published parts by kind of right, the largest first.

    `rest` is what the source leaves undivided, in the unit of the total.
    """

    total: CaseStatistic
    parts: tuple[CaseStatistic, ...]
    rest: Decimal

    def share(self, part: CaseStatistic) -> Decimal:
        """A part's share of the total, between 0 and 1."""
        return _in(part, self.total) / _in(self.total, self.total)


@once
def groups(portal: Portal, area: str | None = None) -> tuple[Group, ...]:
    """The statistics by area and forum; of one area if it is named."""
    if area is not None:
        return tuple(group for group in groups(portal) if group.area == area)
    found = {(row.area, row.forum) for row in portal.case_statistics}
    forums = portal.field("case_statistics", "forum")
    order = sorted(found, key=lambda key: (portal.areas[key[0]].order, key[0], forums.rank(key[1])))

    def by_time(row: CaseStatistic) -> tuple[object, ...]:
        return (*row.period.sort_key, not is_total(portal, row), row.statistic, row.ip_type, row.id)

    return tuple(Group(*key, tuple(sorted(portal.cases_of(*key), key=by_time))) for key in order)


def is_total(portal: Portal, row: CaseStatistic) -> bool:
    """True for a count of all kinds of right together, as the code list says."""
    return bool(portal.field("case_statistics", "ip_type").code(row.ip_type).more.get("total"))


def is_mixed(portal: Portal, row: CaseStatistic) -> bool:
    """True for a count of several kinds that its source does not tell apart."""
    return bool(portal.field("case_statistics", "ip_type").code(row.ip_type).more.get("several"))


def is_dispute(portal: Portal, story: CaseStory) -> bool:
    """False for a story whose forum settles no dispute, such as borrowing against a right."""
    return bool(portal.field("case_stories", "forum").code(story.forum).more.get("dispute", True))


def series(rows: Iterable[CaseStatistic]) -> tuple[Series, ...]:
    """The comparable series among rows: at least two whole years of one definition.

    A year for which sources disagree is left out, because neither value may stand for it.
    """
    found: dict[tuple[str, str, str, str, str], dict[int, list[CaseStatistic]]] = {}
    for row in rows:
        if row.value is not None and row.period.is_full_year and row.period.last:
            key = (row.area, row.forum, row.statistic, row.ip_type, row.unit.base)
            found.setdefault(key, defaultdict(list))[row.period.last.year].append(row)
    lines = []
    for years in found.values():
        told = [rows for _, rows in sorted(years.items())]
        lines.append([rows[0] for rows in told if len({(_in(row, rows[0]), row.qualifier) for row in rows}) == 1])
    return tuple(Series(tuple(line)) for line in lines if len(line) > 1)


def breakdowns(portal: Portal, rows: Iterable[CaseStatistic]) -> tuple[Breakdown, ...]:
    """Totals of one period with at least two parts by kind of right.

    Nothing is broken down where a part is suppressed (the rest would give it away), where a value is no exact number,
    or where the parts exceed the total and so overlap.
    """
    found: dict[tuple[str, str, str, str, str], list[CaseStatistic]] = defaultdict(list)
    for row in rows:
        found[row.area, row.forum, row.statistic, row.period.text, row.unit.base].append(row)
    made = (_breakdown(portal, members) for members in found.values())
    return tuple(one for one in made if one)


@once
def stories(portal: Portal, *, forum: str | None = None, ip_type: str | None = None) -> tuple[CaseStory, ...]:
    """Stories of a forum, a kind of right or both; the newest first, those without a year last."""
    ordered = sorted(portal.case_stories.values(), key=lambda story: (-(story.year or 0), story.id))
    return tuple(one for one in ordered if forum in (None, one.forum) and ip_type in (None, one.ip_type))


def _in(row: CaseStatistic, other: CaseStatistic) -> Decimal:
    return row.unit.convert(row.value or Decimal(0), other.unit)


def _breakdown(portal: Portal, members: list[CaseStatistic]) -> Breakdown | None:
    totals = [row for row in members if is_total(portal, row)]
    parts = [row for row in members if not (is_total(portal, row) or is_mixed(portal, row))]
    if len(totals) != 1 or len(parts) < 2 or len({row.ip_type for row in parts}) != len(parts):
        return None
    if any(row.value is None or row.qualifier != Qualifier.EXACT for row in members):
        return None
    (total,) = totals
    rest = _in(total, total) - sum(_in(part, total) for part in parts)
    ordered = tuple(sorted(parts, key=lambda row: (-_in(row, total), row.ip_type)))
    return Breakdown(total, ordered, rest) if rest >= 0 and total.value else None
