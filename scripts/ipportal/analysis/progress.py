"""How far an indicator has come towards its target, judged by one published method.

Done p = (v − v0) / (V − v0); expected e = share of the way the plan's path asks for by year t (a straight
line unless the plan gives interim targets); pace = p / e. Beside it stands the ratio of compound growth rates
used by Open SDG 2.4 and Eurostat. The full method is on the page methods/progress.
Baseline, path and period are those of the target's own plan. All values are exact `Decimal` numbers in the
indicator's own unit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

from ipportal.analysis.comparable import Known, comparable, first_published, published_after, revisions, running_sums
from ipportal.analysis.states import STATES, State, VerdictState, count_states, state
from ipportal.base import Frozen
from ipportal.base.quantities import Qualifier
from ipportal.data.model import Area, Basis, Indicator, Observation, Portal, Target, once
from ipportal.data.model.codes import Direction, TargetKind
from ipportal.data.plans import Plan, PlanState, current

#: Years and values of a plan's path, baseline first
Path = tuple[tuple[int, Decimal], ...]


class Thresholds(Frozen):
    """Lower ends of the bands: at or above `on_pace`, at or above `behind`, at or above zero."""

    on_pace: Decimal = Decimal("0.95")
    behind: Decimal = Decimal("0.60")


class Verdict(Frozen):
    """What can be said about one target, with everything needed to check it. Undefined numbers are None.

    Attributes:
        baseline: value of the baseline year; None when unknown, and for sums, which start from nothing.
        at_start: value of the baseline year, also where the target is not judged from it; None for sums.
        later: comparable values after the baseline year and not after the target year, by year.
        interim: the plan's own default targets on the way.
        revisions: the target's versions in later documents, oldest first; empty where it never moved.
        plan: the target's own plan.
        baseline_year: the year judged from: that of the plan's baseline; for sums the one before the plan's first year.
        corrected: the final value that was published first, where another one stands now.
        published_late: the first final value came out when the year in which the plan closed was over.
    """

    indicator: Indicator
    target: Target
    area: Area
    basis: Basis
    baseline: Known | None
    at_start: Known | None
    later: tuple[Known, ...]
    interim: tuple[Target, ...]
    revisions: tuple[Target, ...]
    as_of: date
    plan: Plan
    baseline_year: int
    corrected: Observation | None = None
    published_late: bool = False
    formula_version: ClassVar[str] = "1.1"
    thresholds: ClassVar[Thresholds] = Thresholds()

    @property
    def latest(self) -> Known | None:
        """The newest comparable value after the baseline year and not after the target year."""
        return self.later[-1] if self.later else None

    @property
    def final(self) -> Known | None:
        """The comparable value of the target year."""
        return self.latest if self.latest and self.latest.year == self.target.year else None

    @property
    def newest(self) -> Known | None:
        """The newest comparable value, be it only the baseline."""
        return self.latest or self.baseline

    @property
    def measured(self) -> Known | None:
        """The value the distance to the goal is taken from; of an annual target only that of its own year."""
        return self.final if self.target.kind == TargetKind.ANNUAL else self.newest

    @property
    def period_over(self) -> bool:
        """True when the target year has ended."""
        return self.as_of > date(self.target.year, 12, 31)

    @property
    def start(self) -> Decimal | None:
        """The v0 of the formula, in the indicator's unit."""
        if self.target.kind == TargetKind.CUMULATIVE:
            return Decimal(0)
        return self.baseline.value if self.baseline else None

    @property
    def sign(self) -> int:
        """+1 when more is better, −1 when less is better."""
        if self.indicator.direction == Direction.HOLD:
            return -1 if self.target.minimum is None and self.target.maximum is not None else 1
        return -1 if self.indicator.direction == Direction.DOWN else 1

    @cached_property
    def goal(self) -> Decimal | None:
        """The V of the formula, in the indicator's unit; None only for “keep the baseline” where none is known."""
        return self._goal(self.target)

    @cached_property
    def path(self) -> Path:
        """Baseline, the plan's own interim targets where it gives them, and the goal; empty if nothing has to move."""
        start, goal, t0 = self.start, self.goal, self.baseline_year
        if start is None or goal is None or self.target.year <= t0 or self.sign * (goal - start) <= 0:
            return ()
        interim = {other.year: value for other in self.interim if (value := self._goal(other)) is not None}
        return ((t0, start), *sorted(interim.items()), (self.target.year, goal))

    @cached_property
    def done(self) -> Decimal | None:
        """p: how much of the way from the baseline to the goal the latest value has behind it."""
        return self._share(self.latest.value) if self.latest and self.path else None

    @cached_property
    def expected(self) -> Decimal | None:
        """e: how much of the way the plan's path has behind it in the year of the latest value."""
        latest = self.latest
        for (year_a, value_a), (year_b, value_b) in pairwise(self.path) if latest else ():
            if latest and latest.year <= year_b:
                return self._share(value_a + (value_b - value_a) * (latest.year - year_a) / (year_b - year_a))
        return None

    @property
    def pace(self) -> Decimal | None:
        """The way done as a share of the way expected."""
        return self.done / self.expected if self.done is not None and self.expected else None

    @cached_property
    def cagr_ratio(self) -> Decimal | None:
        """R of Open SDG 2.4 and Eurostat: actual against required compound growth."""
        baseline, latest, goal = self.baseline, self.latest, self.goal
        if baseline is None or latest is None or goal is None:
            return None
        required = _growth(baseline.value, goal, self.target.year - baseline.year)
        if not required or latest.value < 0:
            return None
        actual = (latest.value / baseline.value) ** (1 / Decimal(latest.year - baseline.year)) - 1
        return self.sign * actual / abs(required)

    @property
    def pace_band(self) -> State | None:
        """The band of the pace; where nothing had to change, whether the level was held or lost."""
        if self.pace is not None:
            return band(self.pace)
        if self.start is None or self.latest is None or self.goal is None:
            return None
        return state(VerdictState.ON_PACE if self.reaches(self.measured) else VerdictState.MOVING_AWAY)

    @property
    def cagr_band(self) -> State | None:
        """The band of the ratio of growth rates."""
        return band(self.cagr_ratio)

    @property
    def bands_disagree(self) -> bool:
        """True when the two methods put the indicator into different bands."""
        return self.pace_band is not None and self.cagr_band is not None and self.pace_band != self.cagr_band

    @property
    def gap(self) -> Decimal | None:
        """Goal − newest known value; of an annual target only once the value of its year is known."""
        return self.goal - self.measured.value if self.measured and self.goal is not None else None

    @property
    def needed_absolute(self) -> Decimal | None:
        """The yearly change that would still have reached the goal; None when reached or no year was left."""
        if self.gap is None or self.reaches(self.measured) or not self._years_left:
            return None
        return self.gap / self._years_left

    @property
    def needed_percent(self) -> Decimal | None:
        """The same as a growth rate (0.1 is 10 %); sums have none."""
        if self.needed_absolute is None or self.measured is None or self.goal is None:
            return None
        sums = self.target.kind == TargetKind.CUMULATIVE
        return None if sums else _growth(self.measured.value, self.goal, self._years_left)

    @cached_property
    def beyond_since(self) -> Known | None:
        """The first later year whose value met the goal, while a period that is over has no final value.

        It says nothing of the years after and never makes the verdict. Keeping a level and a single year's target have
        no “before the end”.
        """
        open_ended = self.target.kind in (TargetKind.HOLD, TargetKind.ANNUAL)
        if self.final or not self.period_over or open_ended:
            return None
        return next((known for known in self.later if not known.provisional and self.reaches(known)), None)

    @cached_property
    def state(self) -> State:
        """The verdict itself."""
        return state(self._state())

    @property
    def state_before(self) -> State | None:
        """What the verdict was by the final value published first; None where it was never corrected."""
        if self.corrected is None:
            return None
        value = self.corrected.unit.convert(self.corrected.value, self.indicator.unit)
        return replace(self, later=(*self.later[:-1], Known(self.target.year, value, self.corrected))).state

    def reaches(self, known: Known | None) -> bool:
        """Whether a value meets the goal; one equal to it may."""
        if known is None or self.goal is None:
            return False
        distance = self.sign * (known.value - self.goal)
        return distance > 0 if distance else self._equal_counts(known)

    @property
    def equal_reaches(self) -> bool:
        """Whether the newest value would meet the goal if it were equal to it."""
        return self._equal_counts(self.latest)

    def _equal_counts(self, known: Known | None) -> bool:
        """On the line itself “more than” and “nearly” decide, then strictness."""
        words = {row.qualifier for row in known.parts or (known.observation,)} if known else set()
        beyond, short = Qualifier.MORE_THAN, Qualifier.NEARLY
        if self.sign < 0:
            beyond, short = short, beyond
        return short not in words and (beyond in words or self.target.kind != TargetKind.EXCEED)

    def _state(self) -> VerdictState:
        kind, latest, over = self.target.kind, self.latest, self.period_over
        if over and not self.final:
            return VerdictState.CLOSED_UNPUBLISHED
        if kind == TargetKind.ANNUAL and not over:
            return VerdictState.NO_DATA
        if self.goal is None:
            return VerdictState.NO_BASELINE
        if latest and latest.provisional:
            return VerdictState.PROVISIONAL
        if over and not self.reaches(latest):
            return VerdictState.MISSED
        if over and latest:
            limit = self.exceeds_beyond
            past = limit is not None and self.sign * (latest.value - limit) > 0
            return VerdictState.EXCEEDED if past else VerdictState.MET
        if self.reaches(latest) and kind != TargetKind.HOLD:
            return VerdictState.REACHED_EARLY
        if self.start is None:
            return VerdictState.NO_BASELINE
        return VerdictState(self.pace_band.id) if self.pace_band else VerdictState.NO_DATA

    @property
    def exceeds_beyond(self) -> Decimal | None:
        """A value past it exceeds the target; None for “more than X”, “keep X” and a work plan's: no such thing."""
        if self.goal is None or self.target.kind in (TargetKind.EXCEED, TargetKind.HOLD, TargetKind.ANNUAL):
            return None
        low, high = self._bounds(self.target)
        far = high if self.sign > 0 else low
        return self.goal if far is None else far

    def _bounds(self, target: Target) -> tuple[Decimal | None, Decimal | None]:
        unit, own = self.indicator.unit, target.unit
        low, high = (None if end is None else own.convert(end, unit) for end in (target.minimum, target.maximum))
        return low, high

    def _goal(self, target: Target) -> Decimal | None:
        """The bound that has to be reached; a hold target without a figure keeps the baseline."""
        low, high = self._bounds(target)
        near, far = (low, high) if self.sign > 0 else (high, low)
        if near is not None:
            return near
        return far if far is not None else self.start if target.kind == TargetKind.HOLD else None

    def _share(self, value: Decimal) -> Decimal:
        start, goal = self.path[0][1], self.path[-1][1]
        return (value - start) / (goal - start)

    @property
    def _years_left(self) -> int:
        """Years from the newest value to the target year; 0 where none is left."""
        return max(0, self.target.year - self.measured.year) if self.measured else 0


@once
def verdicts(portal: Portal, indicator: str) -> tuple[Verdict, ...]:
    """Judge every target of an indicator: the zone's first, then the other areas' in their order."""
    aimed = {target.area for target in portal.targeted(indicator)}
    areas = sorted(aimed, key=lambda area: (area != portal.zone.id, portal.areas[area].order, area))
    return tuple(verdict for area in areas for verdict in area_verdicts(portal, indicator, area))


def zone_verdicts(portal: Portal, indicator: str) -> tuple[Verdict, ...]:
    """Judge the zone's own targets of an indicator, the one to show first."""
    return area_verdicts(portal, indicator, portal.zone.id)


@once
def leading_verdicts(portal: Portal, *groups: str) -> tuple[Verdict, ...]:
    """The verdict to show first of every indicator of some groups that has a target of the current plan."""
    found = (zone_verdicts(portal, indicator.id) for group in groups for indicator in portal.group(group))
    return tuple(judged[0] for judged in found if judged and judged[0].plan == portal.settings.plan)


@once
def area_verdicts(portal: Portal, indicator: str, area: str) -> tuple[Verdict, ...]:
    """Judge an area's targets of an indicator, the one to show first.

    Those of the current plan lead, then those of the others, the newest plan first. Of a plan that is the default
    target of the newest year that is over, then that of the next year due; the other defaults follow, the newest
    first, and the targets that are no default come last. The zone's own drafts commit nobody and are not judged.
    """
    leading = current(portal.settings.plans)
    plans = [plan for plan in portal.settings.plans if plan.state != PlanState.DRAFTING or plan == leading]
    own = area == portal.zone.id
    aims = [aim for aim in portal.targeted(indicator, area) if not own or portal.plan_of(aim) in plans]

    def turn(verdict: Verdict) -> tuple[bool, int, bool, int, int]:
        """Years that are over go first, the newest leading; then those to come, the nearest first, yearly ones last."""
        year, over, plan = verdict.target.year, verdict.period_over, verdict.plan
        rank = 0 if over else 2 if verdict.target.kind == TargetKind.ANNUAL else 1
        return plan != portal.settings.plan, -plan.first_year, not verdict.target.default, rank, -year if over else year

    return tuple(sorted((judge(portal, aim) for aim in aims), key=turn))


def next_due(judged: Sequence[Verdict]) -> Verdict | None:
    """The default target of that plan due next, to show beside the one `judged` leads with when its year is over."""
    first = judged[0] if judged and judged[0].period_over else None
    due = [v for v in judged if first and v.plan == first.plan and v.target.default and not v.period_over]
    return min(due, key=lambda v: v.target.year, default=None)


def tally(judged: Iterable[Verdict]) -> tuple[tuple[State, int], ...]:
    """Count verdicts per state, in the order of `STATES`, leaving out states nobody is in."""
    return count_states((verdict.state for verdict in judged), STATES)


@once
def judge(portal: Portal, target: Target) -> Verdict:
    """Judge one target by the published values that are comparable with it."""
    plan = portal.plan_of(target)
    sums = target.kind == TargetKind.CUMULATIVE
    t0 = plan.first_year - 1 if sums else plan.baseline_year
    series = comparable(portal, target.indicator, target.area, target.basis)
    at_start = None if sums else next((known for known in series if known.year == t0), None)
    later = tuple(k for k in (running_sums(portal, target) if sums else series) if t0 < k.year <= target.year)
    final = later[-1] if later and later[-1].year == target.year else None
    closed = plan.state == PlanState.CLOSED
    between = (aim for aim in portal.targeted(target.indicator, target.area) if t0 < aim.year < target.year)
    on_the_way = (aim for aim in between if aim.default and aim.kind != TargetKind.ANNUAL)
    return Verdict(
        indicator=portal.indicators[target.indicator],
        target=target,
        area=portal.areas[target.area],
        basis=portal.bases[target.basis],
        baseline=None if target.kind == TargetKind.ANNUAL else at_start,
        at_start=at_start,
        later=later,
        interim=tuple(aim for aim in on_the_way if aim.basis == target.basis and portal.plan_of(aim) == plan),
        revisions=revisions(portal, target),
        as_of=portal.settings.as_of,
        plan=plan,
        baseline_year=t0,
        corrected=first_published(portal, final) if final else None,
        published_late=closed and final is not None and published_after(portal, final, plan.last_year + 1),
    )


def band(ratio: Decimal | None) -> State | None:
    """The band of a pace or of a growth ratio; None where the ratio is undefined."""
    if ratio is None:
        return None
    ends = {VerdictState.ON_PACE: Verdict.thresholds.on_pace, VerdictState.BEHIND: Verdict.thresholds.behind}
    reached = (band for band, end in (ends | {VerdictState.WELL_BEHIND: Decimal(0)}).items() if ratio >= end)
    return state(next(reached, VerdictState.MOVING_AWAY))


def _growth(start: Decimal, end: Decimal, years: int) -> Decimal | None:
    """Compound yearly growth rate; None unless both values are positive."""
    return (end / start) ** (1 / Decimal(years)) - 1 if start > 0 and end > 0 else None
