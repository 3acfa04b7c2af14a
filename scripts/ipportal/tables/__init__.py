"""The numbers of charts and verdicts as sentences, steps and tables."""

from ipportal.tables.arithmetic import verdict_steps
from ipportal.tables.headline import headline, headline_facts
from ipportal.tables.recompute import recompute_snippet
from ipportal.tables.sentences import newer_part_year, short_sentence, verdict_sentence
from ipportal.tables.standing import beyond_fact, beyond_note, unjudged, unjudged_note, version_name
from ipportal.tables.wording import aim, amount, bare, citation, observed, percent, stated, tidy

__all__ = [
    "aim",
    "amount",
    "bare",
    "beyond_fact",
    "beyond_note",
    "citation",
    "headline",
    "headline_facts",
    "newer_part_year",
    "observed",
    "percent",
    "recompute_snippet",
    "short_sentence",
    "stated",
    "tidy",
    "unjudged",
    "unjudged_note",
    "verdict_sentence",
    "verdict_steps",
    "version_name",
]
