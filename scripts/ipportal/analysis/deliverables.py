"""Promises with a year they are due in: delivered by then or after it, or due with no result published."""

from __future__ import annotations

from datetime import date

from ipportal.analysis.states import DeliverableState, State, state
from ipportal.data.model import EvidenceState, Measure, Portal, System


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
