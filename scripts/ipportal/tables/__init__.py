"""The numbers of charts and verdicts as sentences, steps and tables."""

from ipportal.tables.arithmetic import verdict_steps
from ipportal.tables.recompute import recompute_snippet
from ipportal.tables.sentences import citation, newer_part_year, short_sentence, verdict_sentence
from ipportal.tables.wording import aim, amount, bare, observed, percent, stated, tidy

__all__ = [
    "aim",
    "amount",
    "bare",
    "citation",
    "newer_part_year",
    "observed",
    "percent",
    "recompute_snippet",
    "short_sentence",
    "stated",
    "tidy",
    "verdict_sentence",
    "verdict_steps",
]
