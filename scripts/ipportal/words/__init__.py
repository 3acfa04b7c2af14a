"""The numbers of charts and verdicts as sentences, steps and tables, in the portal's languages; the templates of blocks
and their environment.

May import base, data and analysis. Begin with `wording`, then `sentences`.
"""

from ipportal.words.arithmetic import verdict_steps
from ipportal.words.headline import headline, headline_facts
from ipportal.words.recompute import recompute_snippet
from ipportal.words.sentences import newer_part_year, short_sentence, verdict_sentence
from ipportal.words.standing import beyond_fact, beyond_note, unjudged, unjudged_note, version_name
from ipportal.words.wording import (
    amount,
    citation,
    format_number,
    format_target,
    observed,
    percent,
    sentence_case,
    tidy,
)

__all__ = [
    "amount",
    "beyond_fact",
    "beyond_note",
    "citation",
    "format_number",
    "format_target",
    "headline",
    "headline_facts",
    "newer_part_year",
    "observed",
    "percent",
    "recompute_snippet",
    "sentence_case",
    "short_sentence",
    "tidy",
    "unjudged",
    "unjudged_note",
    "verdict_sentence",
    "verdict_steps",
    "version_name",
]
