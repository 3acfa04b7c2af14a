"""What a trend shows, without language or size."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ipportal.charts.key import Sign
from ipportal.charts.units import Scale, scale_of
from ipportal.model import Indicator, Observation, Portal
from ipportal.progress import Verdict, comparable, covers_year, verdicts
from ipportal.text import Lang, Text

#: Kind of point → its mark, in the order of importance
MARKS: Final[dict[str, Sign]] = {
    "full": Sign("circle", False, "main", Text("全年数值", "full year")),
    "provisional": Sign("triangle-up", True, "main", Text("初步数", "provisional")),
    "part": Sign("circle", True, "main", Text("不足全年", "part of a year")),
    "other": Sign("square", True, "other", Text("其他口径，不可比", "other definition, not comparable")),
}
NOT_PUBLISHED: Final = Text("没有公开的全年数值", "no full-year value published")


@dataclass(frozen=True, slots=True)
class Point:
    """One value on the drawing, in the indicator's unit."""

    kind: str
    year: int
    value: Decimal
    row: Observation


@dataclass(frozen=True, slots=True)
class Story:
    """One indicator of the zone: its points, the verdicts on its targets, and the years drawn."""

    indicator: Indicator
    points: tuple[Point, ...]
    judged: tuple[Verdict, ...]
    first: int
    last: int

    @property
    def comparable(self) -> list[Point]:
        """Full-year points of the plan's definition, by year."""
        return [p for p in self.points if p.kind in ("full", "provisional")]

    @property
    def open_years(self) -> list[int]:
        """Years without a full-year value of the plan's definition."""
        known = {p.year for p in self.comparable}
        return [year for year in range(self.first, self.last + 1) if year not in known]

    @property
    def goals(self) -> list[tuple[Verdict, Decimal]]:
        """Verdicts with their goals, the default first."""
        return [(v, v.goal) for v in self.judged if v.goal is not None]

    @property
    def signs(self) -> list[Sign]:
        """Marks that need a key; full-year points alone explain themselves."""
        kinds = [kind for kind in MARKS if any(p.kind == kind for p in self.points)]
        return [MARKS[kind] for kind in kinds] if kinds != ["full"] else []

    def scale(self, portal: Portal, lang: Lang) -> Scale:
        """The scale its values are drawn in."""
        values = [p.value for p in self.points] + [goal for _, goal in self.goals]
        return scale_of(portal, self.indicator.unit, lang, values)

    def period(self, row: Observation) -> Text:
        """A row's period in words; months of a flow count from January."""
        flow = self.indicator.is_flow
        return Text(row.period.label("zh", to_date=flow), row.period.label("en", to_date=flow))


def story_of(portal: Portal, indicator: str) -> Story | None:
    """The story of an indicator of the zone; None without a target or without any dated value."""
    record, plan = portal.indicators[indicator], portal.settings.plan
    judged = tuple(v for v in verdicts(portal, indicator) if v.area == portal.zone and v.basis.id == plan.basis)
    points = _points(portal, record)
    if not judged or not points:
        return None
    years = [plan.baseline_year, *(p.year for p in points), *(v.target.year for v in judged)]
    return Story(record, points, judged, min(years), max(years))


def _points(portal: Portal, indicator: Indicator) -> tuple[Point, ...]:
    zone, plan = portal.zone.id, portal.settings.plan.basis
    full = {known.observation for known in comparable(portal, indicator.id, zone, plan)}
    found: dict[tuple[str, str], Point] = {}
    for row in portal.observed(indicator.id, zone):
        if row.status == "superseded" or row.period.year is None or row.period.kind in ("years", "months"):
            continue
        of_plan, whole = row.basis == plan, covers_year(row)
        if of_plan and whole and row not in full:
            continue
        kind = "other" if not of_plan else "part" if not whole else "full"
        if kind == "full" and row.status == "provisional":
            kind = "provisional"
        point = Point(kind, row.period.year, row.unit.convert(row.value, indicator.unit), row)
        found.setdefault((row.period.text, row.basis), point)
    return tuple(sorted(found.values(), key=lambda p: (p.row.period.sort_key, p.row.basis)))
