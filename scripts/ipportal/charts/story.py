"""What a trend shows, without language or size."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ipportal.analysis.comparable import announced_on, comparable, covers_year
from ipportal.analysis.progress import Verdict, area_verdicts
from ipportal.base.text import Lang, Text
from ipportal.charts.key import Sign
from ipportal.charts.units import Scale, scale_of
from ipportal.data.model import Area, Indicator, Observation, Portal, Status, TargetKind

#: Kind of point → its mark, in the order of importance
MARKS: Final[dict[str, Sign]] = {
    "full": Sign("circle", False, "main", Text("全年数值", "full year")),
    "provisional": Sign("triangle-up", True, "main", Text("初步数", "provisional")),
    "part": Sign("circle", True, "main", Text("不足全年", "part of a year")),
    "other": Sign("square", True, "other", Text("其他口径，不可比", "other definition, not comparable")),
}
NOT_PUBLISHED: Final = Text("没有可比的全年数值", "no full-year value to compare")


@dataclass(frozen=True, slots=True)
class Point:
    """One value on the drawing, in the indicator's unit."""

    kind: str
    year: int
    value: Decimal
    row: Observation


@dataclass(frozen=True, slots=True)
class Story:
    """One indicator of an area: its points, the verdicts on its targets, and the years drawn."""

    indicator: Indicator
    area: Area
    points: tuple[Point, ...]
    judged: tuple[Verdict, ...]
    first: int
    last: int
    steps: tuple[tuple[float, Decimal], ...] = ()
    """When each version of the default target was published, as a year and its part gone, and what it asked for."""

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
    def plan_goal(self) -> tuple[Verdict, Decimal] | None:
        """The default target the plan's path ends at: the one of the latest year that is no work plan's."""
        ends = [found for found in self.goals if found[0].target.default and found[0].target.kind != TargetKind.ANNUAL]
        return max(ends, key=lambda found: found[0].target.year, default=None)

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


def story_of(portal: Portal, indicator: str, area: str = "") -> Story | None:
    """The story of an indicator of an area, by default the zone; None without a target or without any dated value."""
    record, plan, where = portal.indicators[indicator], portal.settings.plan, portal.areas[area or portal.zone.id]
    judged = tuple(v for v in area_verdicts(portal, indicator, where.id) if v.basis.id == plan.basis)
    points = _points(portal, record, where.id)
    if not judged or not points:
        return None
    years = [plan.baseline_year, *(p.year for p in points), *(v.target.year for v in judged)]
    return Story(record, where, points, judged, min(years), max(years), _steps(portal, judged))


def _steps(portal: Portal, judged: tuple[Verdict, ...]) -> tuple[tuple[float, Decimal], ...]:
    """Where a target that moved stood from when on; a year's slot on the drawing runs half a year about its middle."""
    goals = {v.target.id: v.goal for v in judged}
    moved = next((v.revisions for v in judged if v.target.default and v.revisions), ())
    found = []
    for target in moved:
        since, goal = announced_on(portal, target), goals.get(target.id)
        if since is not None and goal is not None:
            found.append((since.year - 0.5 + (since.timetuple().tm_yday - 1) / 366, goal))
    return tuple(found)


def _points(portal: Portal, indicator: Indicator, area: str) -> tuple[Point, ...]:
    plan = portal.settings.plan.basis
    full = {known.observation for known in comparable(portal, indicator.id, area, plan)}
    found: dict[tuple[str, str], Point] = {}
    for row in portal.observed(indicator.id, area):
        if row.status == Status.SUPERSEDED or row.period.year is None or row.period.kind in ("years", "months"):
            continue
        of_plan, whole = row.basis == plan, covers_year(row)
        if of_plan and whole and row not in full:
            continue
        kind = "other" if not of_plan else "part" if not whole else "full"
        if kind == "full" and row.status == Status.PROVISIONAL:
            kind = "provisional"
        point = Point(kind, row.period.year, row.unit.convert(row.value, indicator.unit), row)
        found.setdefault((row.period.text, row.basis), point)
    return tuple(sorted(found.values(), key=lambda p: (p.row.period.sort_key, p.row.basis)))
