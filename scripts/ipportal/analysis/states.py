"""The closed sets of verdicts and of states of the plan's measures, with the words and symbols every output uses."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from ipportal.base import Frozen
from ipportal.base.errors import catalogue_file
from ipportal.base.text import Text
from ipportal.data.model import EvidenceGrade, EvidenceState, Measure, Portal, System


class VerdictState(StrEnum):
    """The verdicts there are."""

    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"
    CLOSED_UNPUBLISHED = "closed-unpublished"
    REACHED_EARLY = "reached-early"
    ON_PACE = "on-pace"
    BEHIND = "behind"
    WELL_BEHIND = "well-behind"
    MOVING_AWAY = "moving-away"
    PROVISIONAL = "provisional"
    NO_DATA = "no-data"
    NO_BASELINE = "no-baseline"


class DeliverableState(StrEnum):
    """What can be said of a promise that is due in a year."""

    IN_TIME = "in-time"
    LATE = "late"
    UNPUBLISHED = "due-unpublished"
    OPEN = "due"


class State(Frozen):
    """One possible verdict on a target, or state of a measure or system.

    `symbol` and `label` always stand together, so colour never carries meaning alone.
    """

    id: str
    label: Text
    symbol: str
    explanation: Text


def _told(group: str, ids: type[StrEnum]) -> tuple[State, ...]:
    """The states of one group of `catalogue/states.toml`, in its order."""
    told = catalogue_file("ipportal.analysis", "states")[group].items()
    return tuple(State(ids(name), **words) for name, words in told)


STATES: Final = _told("verdicts", VerdictState)
#: Furthest first
PLAN_STATES: Final = _told("measures", EvidenceState)
#: What became of promises with a year they are due in
DELIVERABLES: Final = _told("deliverables", DeliverableState)
#: How a system reads that was there before the plan and of which nothing later is known; never counted as progress
(BEFORE,) = _told("systems", EvidenceGrade)

_BY_ID: Final = {state.id: state for state in (*STATES, *PLAN_STATES, *DELIVERABLES)}


def state(state_id: str) -> State:
    """The record of a verdict, or of a state of the plan.

    Raises:
        KeyError: there is no such state.
    """
    return _BY_ID[state_id]


def count_states(found: Iterable[State], order: Sequence[State]) -> tuple[tuple[State, int], ...]:
    """How often each state is found, in order; states nobody is in are left out."""
    counts = Counter(found)
    return tuple((one, counts[one]) for one in order if one in counts)


def judge_deliverable(portal: Portal, promise: Measure | System) -> State | None:
    """What became of a promise by its year; None where none is set, or where it is not known when it was delivered.

    Only evidence that counts is proof. That no result was published never reads as missed.
    """
    if promise.due_year is None:
        return None
    proofs = [promise] if isinstance(promise, System) else [one for one in portal.updates_of(promise.id) if one.counts]
    delivered = [one for one in proofs if one.state == EvidenceState.DELIVERED]
    dates = [one.since if isinstance(one, System) else one.date for one in delivered]
    days = [known.last for known in dates if known]
    if any(day.year <= promise.due_year for day in days):
        return state(DeliverableState.IN_TIME)
    if delivered:
        return state(DeliverableState.LATE) if days else None
    over = portal.settings.as_of > date(promise.due_year, 12, 31)
    return state(DeliverableState.UNPUBLISHED if over else DeliverableState.OPEN)
