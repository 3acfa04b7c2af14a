"""Blocks that are a template alone: they look up rows and show them, and decide nothing.

The head of such a template says what it is called, what a page gives it and what it shows, as in
`{# story_title(story: CaseStory): a story's title #}` or `{# awards() of awards: … #}`, which needs rows of a table.
"""

from __future__ import annotations

import re
from ast import literal_eval
from inspect import Parameter, Signature
from typing import Final

from ipportal.analysis import cases, plan, progress, promotion, states
from ipportal.analysis import freshness as fresh
from ipportal.analysis.comparable import unknown_years
from ipportal.base.addresses import page_path
from ipportal.base.text import join_list
from ipportal.data.model import GRADES
from ipportal.data.plans import plan_for
from ipportal.files import identity
from ipportal.files.api import API_VERSIONS
from ipportal.pages.view import TEMPLATES, Block, lend, offer
from ipportal.rules.rule import CATALOGUE
from ipportal.words import counts, freshtext, row_names, sentences, standing, terms, wording
from ipportal.words.news import KINDS

TEMPLATES.globals.update(
    API_VERSIONS=API_VERSIONS,
    BEFORE=states.BEFORE,
    CATALOGUE=CATALOGUE,
    FREQUENCIES=identity.FREQUENCIES,
    GRADES=GRADES,
    KINDS_OF_NEWS=KINDS,
    OPENNESS=identity.OPENNESS,
    PLAN_STATES=states.PLAN_STATES,
    STATES=states.STATES,
    STATES_OF_DATA=fresh.STATES,
    SUBJECTS=fresh.KINDS,
    UNSEEN=plan.UNSEEN,
    case_groups=cases.groups,
    freshness_counts=freshtext.counts,
    tally_measures=plan.tally,
)
lend(cases, counts, fresh, freshtext, plan, promotion, row_names, sentences, states, terms, wording)
lend(progress.leading_verdicts, progress.next_due, progress.tally, progress.zone_verdicts, unknown_years)
lend(standing.beyond_note, standing.unjudged_note, standing.version_name, join_list, page_path, plan_for)

#: The head of a block's template: its name, what a page gives it, the table without which it is nothing, what it shows
_HEAD: Final = re.compile(r"\{# (\w+)\((.*?)\)(?: of (\w+))?: ")
#: One of the things it is given, as in Python
_ARGUMENT: Final = re.compile(r"(\*?)(\w+): ([^=,]+?)(?: = ([^,]+))?(?:, |$)")


def _parameter(star: str, name: str, kind: str, default: str) -> Parameter:
    place = Parameter.VAR_POSITIONAL if star else Parameter.POSITIONAL_OR_KEYWORD
    return Parameter(name, place, annotation=kind, default=literal_eval(default) if default else Parameter.empty)


def _shows(template: str) -> Block:
    return lambda view, **given: view.render(template, **given)


def _offer_templates() -> None:
    """Make a block of every template that has such a head: what a page gives is what the template knows."""
    assert TEMPLATES.loader is not None
    for template in TEMPLATES.list_templates(extensions=["html"]):
        source, *_ = TEMPLATES.loader.get_source(TEMPLATES, template)
        if head := _HEAD.match(source):
            parameters = [_parameter("", "view", "View", ""), *(_parameter(*one) for one in _ARGUMENT.findall(head[2]))]
            offer(head[1], Signature(parameters), _shows(template), head[3] or "")


_offer_templates()
