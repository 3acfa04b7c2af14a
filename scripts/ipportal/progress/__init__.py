"""How progress is judged: pure arithmetic over the model."""

from ipportal.progress.comparable import Known, comparable, covers_year, running_sums, unknown_years
from ipportal.progress.states import STATES, State, state
from ipportal.progress.verdict import (
    FORMULA_VERSION,
    THRESHOLDS,
    Thresholds,
    Verdict,
    band,
    is_over,
    judge,
    judge_deliverable,
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
    "band",
    "comparable",
    "covers_year",
    "is_over",
    "judge",
    "judge_deliverable",
    "running_sums",
    "state",
    "tally",
    "unknown_years",
    "verdicts",
    "zone_verdicts",
]
