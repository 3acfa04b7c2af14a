"""How progress is judged: pure arithmetic over the model."""

from ipportal.analysis.progress.comparable import Known, comparable, covers_year, running_sums, unknown_years
from ipportal.analysis.progress.revisions import announced_on, revisions
from ipportal.analysis.progress.states import STATES, State, VerdictState, state
from ipportal.analysis.progress.verdict import (
    FORMULA_VERSION,
    THRESHOLDS,
    Thresholds,
    Verdict,
    area_verdicts,
    band,
    is_over,
    judge,
    judge_deliverable,
    next_due,
    tally,
    verdicts,
    zone_verdicts,
)

__all__ = [
    "FORMULA_VERSION",
    "STATES",
    "THRESHOLDS",
    "Known",
    "State",
    "Thresholds",
    "Verdict",
    "VerdictState",
    "announced_on",
    "area_verdicts",
    "band",
    "comparable",
    "covers_year",
    "is_over",
    "judge",
    "judge_deliverable",
    "next_due",
    "revisions",
    "running_sums",
    "state",
    "tally",
    "unknown_years",
    "verdicts",
    "zone_verdicts",
]
