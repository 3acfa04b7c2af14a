"""How far an indicator has come towards its target, judged by one published method.

Done p = (v − v0) / (V − v0); expected e = share of the way the plan's path asks for by year t (a straight
line unless the plan gives interim targets); pace = p / e. Beside it stands the ratio of compound growth rates
used by Open SDG 2.4 and Eurostat. The full method is on the page methods/progress.
All values are exact `Decimal` numbers in the indicator's own unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ipportal.analysis.progress.comparable import Known, comparable, running_sums
from ipportal.analysis.progress.revisions import revisions
from ipportal.analysis.progress.states import STATES, State, VerdictState, state
from ipportal.base.quantities import Qualifier
from ipportal.data.model import Area, Basis, Indicator, Portal, System, Target, once
from ipportal.data.model.codes import Direction, EvidenceState, TargetKind

FORMULA_VERSION: Final = "1.1"

#: Years and values of a plan's path, baseline first
Path = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Lower ends of the bands: at or above `on_pace`, at or above `behind`, at or above zero."""

    on_pace: Decimal = Decimal("0.95")
    behind: Decimal = Decimal("0.60")


THRESHOLDS: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said about one target, with everything needed to check it.

    Attributes:
        baseline: value of the baseline year; None when unknown, and for sums, which start from nothing.
        latest: newest comparable value after the baseline year and not after the target year.
        final: comparable value of the target year.
        start: v0 of the formula; goal: V; both in the indicator's unit. `goal` is None only for a
            hold target without a baseline and without a figure of its own.
        sign: +1 when more is better, −1 when less is better.
        expected, done, pace, cagr_ratio: None where undefined.
        needed_absolute, needed_percent: yearly change that would still have reached the goal, from the newest
            known value; the second is a growth rate (0.1 is 10 %). None when reached or no year was left.
        gap: goal − newest known value; of an annual target only once the value of its year is known.
        beyond_since: first later year whose value met the goal, while a period that is over has no final value.
            It says nothing of the years after and never makes the verdict.
        revisions: the target's versions in later documents, oldest first; empty where it never moved.
        path: the years and values of the plan's path, baseline first; empty without a baseline.
    """

    indicator: Indicator
    target: Target
    area: Area
    basis: Basis
    state: State
    baseline: Known | None
    latest: Known | None
    final: Known | None
    start: Decimal | None
    goal: Decimal | None
    sign: int
    expected: Decimal | None
    done: Decimal | None
    pace: Decimal | None
    cagr_ratio: Decimal | None
    pace_band: State | None
    cagr_band: State | None
    needed_absolute: Decimal | None
    needed_percent: Decimal | None
    gap: Decimal | None
    beyond_since: Known | None
    revisions: tuple[Target, ...]
    path: Path
    as_of: date
    baseline_year: int
    formula_version: str = FORMULA_VERSION
    thresholds: Thresholds = THRESHOLDS

    @property
    def newest(self) -> Known | None:
        """The newest comparable value, be it only the baseline."""
        return self.latest or self.baseline

    @property
    def period_over(self) -> bool:
        """True when the target year has ended."""
        return is_over(self.target.year, self.as_of)

    @property
    def bands_disagree(self) -> bool:
        """True when the two methods put the indicator into different bands."""
        return self.pace_band is not None and self.cagr_band is not None and self.pace_band != self.cagr_band


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
def area_verdicts(portal: Portal, indicator: str, area: str) -> tuple[Verdict, ...]:
    """Judge an area's targets of an indicator, the one to show first.

    That is the default target of the newest year that is over, then that of the next year due; the other defaults
    follow, the newest first, and the targets that are no default come last.
    """
    judged = [judge(portal, target) for target in portal.targeted(indicator, area)]
    return tuple(sorted(judged, key=_turn))


def _turn(verdict: Verdict) -> tuple[bool, bool, int]:
    """Years that are over go first, the newest of them leading; then years to come, the nearest leading."""
    year = verdict.target.year
    return (not verdict.target.default, not verdict.period_over, -year if verdict.period_over else year)


def next_due(judged: Sequence[Verdict]) -> Verdict | None:
    """The default target due next, to show beside the one `judged` leads with when that one's year is over."""
    over = bool(judged) and judged[0].period_over
    due = [v for v in judged if over and v.target.default and not v.period_over]
    return min(due, key=lambda v: v.target.year, default=None)


def tally(judged: Iterable[Verdict]) -> tuple[tuple[State, int], ...]:
    """Count verdicts per state, in the order of `STATES`, leaving out states nobody is in."""
    found = [verdict.state for verdict in judged]
    return tuple((kind, found.count(kind)) for kind in STATES if kind in found)


@once
def judge(portal: Portal, target: Target) -> Verdict:
    """Judge one target by the published values that are comparable with it."""
    indicator = portal.indicators[target.indicator]
    t0 = portal.settings.plan.baseline_year
    series = comparable(portal, target.indicator, target.area, target.basis)
    sums, annual = target.kind == TargetKind.CUMULATIVE, target.kind == TargetKind.ANNUAL
    over = is_over(target.year, portal.settings.as_of)
    baseline = None if sums or annual else next((known for known in series if known.year == t0), None)
    later = [k for k in (running_sums(portal, target) if sums else series) if t0 < k.year <= target.year]
    latest = later[-1] if later else None
    final = latest if latest and latest.year == target.year else None
    start = Decimal(0) if sums else baseline.value if baseline else None
    sign = _sign(indicator, target)
    goal = _goal(indicator, target, sign, start)
    path = _path(portal, target, sign, start, goal)
    newest = final if annual else latest or baseline
    reached = _reaches(newest, goal, sign, target.kind)
    done = _share_done(path, latest)
    expected = _share_expected(path, latest)
    pace = done / expected if done is not None and expected else None
    ratio = _cagr_ratio(baseline, latest, goal, target.year, sign)
    pace_band = _direction_band(start, latest, goal, reached) if pace is None else band(pace)
    needed = (None, None) if reached else _needed(newest, goal, target.year, as_rate=not sums)
    return Verdict(
        indicator=indicator,
        target=target,
        area=portal.areas[target.area],
        basis=portal.bases[target.basis],
        state=_state(
            target,
            latest,
            over=over,
            reached=_reaches(latest, goal, sign, target.kind),
            beyond=_beyond(indicator, target, latest, goal, sign),
            start=start,
            goal=goal,
            pace_band=pace_band,
        ),
        baseline=baseline,
        latest=latest,
        final=final,
        start=start,
        goal=goal,
        sign=sign,
        expected=expected,
        done=done,
        pace=pace,
        cagr_ratio=ratio,
        pace_band=pace_band,
        cagr_band=band(ratio),
        needed_absolute=needed[0],
        needed_percent=needed[1],
        gap=goal - newest.value if newest and goal is not None else None,
        beyond_since=None if final or not over else _first_beyond(later, goal, sign, target.kind),
        revisions=revisions(portal, target),
        path=path,
        as_of=portal.settings.as_of,
        baseline_year=t0,
    )


def judge_deliverable(system: System, year: int, as_of: date) -> State:
    """Judge a yes/no promise due by the end of `year`: delivered in time, delivered late, or not known."""
    over = is_over(year, as_of)
    if system.state == EvidenceState.DELIVERED:
        if system.since and system.since.year > year:
            return state(VerdictState.MISSED)
        return state(VerdictState.MET if over else VerdictState.REACHED_EARLY)
    return state(VerdictState.CLOSED_UNPUBLISHED if over else VerdictState.NO_DATA)


def is_over(year: int, as_of: date) -> bool:
    """True when `year` has ended on the day `as_of`."""
    return as_of > date(year, 12, 31)


def band(ratio: Decimal | None) -> State | None:
    """The band of a pace or of a growth ratio; None where the ratio is undefined."""
    if ratio is None:
        return None
    if ratio >= THRESHOLDS.on_pace:
        return state(VerdictState.ON_PACE)
    if ratio >= THRESHOLDS.behind:
        return state(VerdictState.BEHIND)
    return state(VerdictState.WELL_BEHIND if ratio >= 0 else VerdictState.MOVING_AWAY)


def _sign(indicator: Indicator, target: Target) -> int:
    if indicator.direction == Direction.HOLD:
        return -1 if target.minimum is None and target.maximum is not None else 1
    return -1 if indicator.direction == Direction.DOWN else 1


def _bounds(indicator: Indicator, target: Target) -> tuple[Decimal | None, Decimal | None]:
    low, high = (
        None if bound is None else target.unit.convert(bound, indicator.unit)
        for bound in (target.minimum, target.maximum)
    )
    return low, high


def _goal(indicator: Indicator, target: Target, sign: int, start: Decimal | None) -> Decimal | None:
    """The bound that has to be reached; a hold target without a figure keeps the baseline."""
    low, high = _bounds(indicator, target)
    near, far = (low, high) if sign > 0 else (high, low)
    if near is not None:
        return near
    return far if far is not None else start if target.kind == TargetKind.HOLD else None


def _path(portal: Portal, target: Target, sign: int, start: Decimal | None, goal: Decimal | None) -> Path:
    """Baseline, the plan's own interim targets where it gives them, and the goal; empty where nothing has to change."""
    t0 = portal.settings.plan.baseline_year
    if start is None or goal is None or target.year <= t0 or sign * (goal - start) <= 0:
        return ()
    indicator = portal.indicators[target.indicator]
    interim = {
        other.year: value
        for other in portal.targeted(target.indicator, target.area)
        if other.default
        and other.basis == target.basis
        and t0 < other.year < target.year
        and other.kind != TargetKind.ANNUAL
        if (value := _goal(indicator, other, sign, start)) is not None
    }
    return ((t0, start), *sorted(interim.items()), (target.year, goal))


def _share_done(path: Path, latest: Known | None) -> Decimal | None:
    """p: how much of the way from the baseline to the goal the latest value has behind it."""
    return _share(path, latest.value) if latest and path else None


def _share_expected(path: Path, latest: Known | None) -> Decimal | None:
    """e: how much of the way the plan's path has behind it in the year of the latest value."""
    if latest is None:
        return None
    for (year_a, value_a), (year_b, value_b) in pairwise(path):
        if latest.year <= year_b:
            return _share(path, value_a + (value_b - value_a) * (latest.year - year_a) / (year_b - year_a))
    return None


def _share(path: Path, value: Decimal) -> Decimal:
    start, goal = path[0][1], path[-1][1]
    return (value - start) / (goal - start)


def _growth(start: Decimal, end: Decimal, years: int) -> Decimal | None:
    """Compound yearly growth rate; None unless both values are positive."""
    if start <= 0 or end <= 0:
        return None
    return (end / start) ** (1 / Decimal(years)) - 1


def _cagr_ratio(
    baseline: Known | None, latest: Known | None, goal: Decimal | None, year: int, sign: int
) -> Decimal | None:
    """R of Open SDG 2.4 and Eurostat: actual against required compound growth; None where undefined."""
    if baseline is None or latest is None or goal is None:
        return None
    required = _growth(baseline.value, goal, year - baseline.year)
    if not required or latest.value < 0:
        return None
    actual = (latest.value / baseline.value) ** (1 / Decimal(latest.year - baseline.year)) - 1
    return sign * actual / abs(required)


def _direction_band(start: Decimal | None, latest: Known | None, goal: Decimal | None, reached: bool) -> State | None:
    """Band where no pace exists because nothing had to change: held, or lost."""
    if start is None or latest is None or goal is None:
        return None
    return state(VerdictState.ON_PACE if reached else VerdictState.MOVING_AWAY)


def _reaches(known: Known | None, goal: Decimal | None, sign: int, kind: TargetKind) -> bool:
    """Whether a value meets the goal; on the line itself “more than” and “nearly” decide, then strictness."""
    if known is None or goal is None:
        return False
    distance = sign * (known.value - goal)
    if distance:
        return distance > 0
    words = {row.qualifier for row in known.parts or (known.observation,)}
    beyond, short = Qualifier.MORE_THAN, Qualifier.NEARLY
    if sign < 0:
        beyond, short = short, beyond
    return short not in words and (beyond in words or kind != TargetKind.EXCEED)


def _first_beyond(later: Iterable[Known], goal: Decimal | None, sign: int, kind: TargetKind) -> Known | None:
    """The first value that met the goal; keeping a level and a single year's target have no “before the end”."""
    if kind in (TargetKind.HOLD, TargetKind.ANNUAL):
        return None
    return next((known for known in later if not known.provisional and _reaches(known, goal, sign, kind)), None)


def _needed(
    newest: Known | None, goal: Decimal | None, year: int, *, as_rate: bool
) -> tuple[Decimal | None, Decimal | None]:
    if newest is None or goal is None or newest.year >= year:
        return None, None
    years = year - newest.year
    return (goal - newest.value) / years, _growth(newest.value, goal, years) if as_rate else None


def _state(
    target: Target,
    latest: Known | None,
    *,
    over: bool,
    reached: bool,
    beyond: bool,
    start: Decimal | None,
    goal: Decimal | None,
    pace_band: State | None,
) -> State:
    if over and (latest is None or latest.year < target.year):
        return state(VerdictState.CLOSED_UNPUBLISHED)
    if target.kind == TargetKind.ANNUAL and not over:
        return state(VerdictState.NO_DATA)
    if goal is None:
        return state(VerdictState.NO_BASELINE)
    if latest and latest.provisional:
        return state(VerdictState.PROVISIONAL)
    if over:
        return state(VerdictState.MISSED if not reached else VerdictState.EXCEEDED if beyond else VerdictState.MET)
    if reached and target.kind != TargetKind.HOLD:
        return state(VerdictState.REACHED_EARLY)
    if start is None:
        return state(VerdictState.NO_BASELINE)
    return pace_band or state(VerdictState.NO_DATA)


def _beyond(indicator: Indicator, target: Target, latest: Known | None, goal: Decimal | None, sign: int) -> bool:
    """Whether a value goes past its target; “more than X”, “keep X” and a work plan's target have no such thing."""
    if latest is None or goal is None or target.kind in (TargetKind.EXCEED, TargetKind.HOLD, TargetKind.ANNUAL):
        return False
    low, high = _bounds(indicator, target)
    far = high if sign > 0 else low
    return sign * (latest.value - (goal if far is None else far)) > 0
