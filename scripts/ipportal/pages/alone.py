"""Blocks that are a template alone, of the same name: they look up rows and show them, and decide nothing.

How a page calls each stands at the head of its template.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import Any, Final

from markupsafe import Markup

from ipportal.analysis import freshness as fresh
from ipportal.analysis import plan, promotion
from ipportal.analysis.comparable import unknown_years
from ipportal.analysis.progress import leading_verdicts, next_due, tally, zone_verdicts
from ipportal.analysis.states import BEFORE, PLAN_STATES, STATES
from ipportal.base.text import join_list
from ipportal.data.model import GRADES
from ipportal.files import identity
from ipportal.pages.view import TEMPLATES, View, macro, shown
from ipportal.rules.rule import CATALOGUE
from ipportal.words import counts, freshtext, letters
from ipportal.words.terms import alphabetical
from ipportal.words.wording import place, sentence_case, years_in_words

TEMPLATES.globals.update(
    BEFORE=BEFORE,
    CATALOGUE=CATALOGUE,
    FREQUENCIES=identity.FREQUENCIES,
    GRADES=GRADES,
    OPENNESS=identity.OPENNESS,
    PLAN_STATES=PLAN_STATES,
    STATES=STATES,
    STATES_OF_DATA=fresh.STATES,
    SUBJECTS=fresh.KINDS,
    UNSEEN=plan.UNSEEN,
    freshness_counts=freshtext.counts,
    tally_measures=plan.tally,
)
for _helpers in (
    (plan.branch, plan.chapters, plan.evidence, plan.own_measures, plan.own_systems, plan.plan_page),
    (plan.tally_systems, tally, zone_verdicts, leading_verdicts, next_due),
    (promotion.by_year, promotion.prizes, promotion.sums_of_years, fresh.expectations, fresh.silent),
    (fresh.freshness, freshtext.urgent_first, unknown_years, plan.named_in),
    (identity.issued, identity.keywords, identity.licence, identity.pair),
    (counts.headline, counts.headline_facts, counts.tally_sentence),
    (counts.annual_sentence, counts.area_sentence, counts.area_targets),
    (letters.blank_letter, letters.figure_gloss, letters.figure_letter),
    (alphabetical, join_list, place, sentence_case, years_in_words),
):
    for _helper in _helpers:
        shown(_helper)


def _takes(name: str, kind: str = "str", default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind, default=default)


def _several(name: str, kind: str) -> Parameter:
    return Parameter(name, Parameter.VAR_POSITIONAL, annotation=kind)


_AREA: Final = _takes("area", "Area")
_INDICATOR: Final = _takes("indicator", "Indicator")
_PACKAGE: Final = _takes("package", "Package")
_SECTION: Final = _takes("section", "Section")
_STORY: Final = _takes("story", "CaseStory")
_GROUP: Final = _takes("group", "IndicatorGroup", "core")
_TO: Final = _takes("to")

#: Name of a block → what it takes
_ALONE: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "all_downloads": (),
    "area_progress": (_AREA, _takes("annual", "bool", False)),
    "arithmetic": (_INDICATOR,),
    "awards": (_takes("contests", "bool", False),),
    "catalogue_fields": (_PACKAGE,),
    "contact_way": (),
    "context_figures": (),
    "core_cards": (),
    "data_dictionary": (_PACKAGE,),
    "dataset_code": (_PACKAGE,),
    "dataset_list": (),
    "dataset_summary": (_PACKAGE,),
    "dataset_title": (_PACKAGE,),
    "definition": (_INDICATOR,),
    "elsewhere": (_INDICATOR,),
    "enterprises": (),
    "event_index": (),
    "event_notice": (_takes("event", "Event"),),
    "event_timeline": (),
    "expected_figures": (),
    "freshness_report": (),
    "glossary_index": (),
    "incentive_sums": (),
    "indicator_list": (_takes("group", "IndicatorGroup"),),
    "issues": (_INDICATOR,),
    "key_fact": (),
    "known_issues": (),
    "learn_links": (
        _takes("terms", "Sequence[Term]", ()),
        _takes("services", "Sequence[Service]", ()),
        _takes("stories", "Sequence[CaseStory]", ()),
        _takes("indicators", "Sequence[Indicator]", ()),
    ),
    "linked_measures": (_INDICATOR,),
    "next_steps": (_several("services", "Service"),),
    "other_definitions": (_INDICATOR,),
    "peer_values": (),
    "plan_compared": (),
    "plan_contradictions": (_takes("inside", "bool", True),),
    "plan_count": (),
    "plan_evidence": (),
    "plan_evidence_index": (),
    "plan_grades": (),
    "plan_institutions": (),
    "plan_measures": (_SECTION,),
    "plan_outline": (),
    "plan_portal_part": (),
    "plan_section": (_SECTION,),
    "plan_sections": (_takes("chapter", "Section"),),
    "plan_states": (),
    "plan_summary": (),
    "plan_systems": (),
    "plan_text": (_SECTION,),
    "plan_timeline": (_takes("last_year", "int"),),
    "plan_title": (_SECTION,),
    "progress_filter": (_several("groups", "IndicatorGroup"),),
    "progress_table": (_GROUP,),
    "quality_rules": (),
    "request_letters": (_TO, _GROUP),
    "request_templates": (_TO,),
    "services": (_several("services", "Service"),),
    "siblings": (_INDICATOR,),
    "sources_list": (),
    "state_counts": (_GROUP,),
    "state_legend": (),
    "story_facts": (_STORY,),
    "story_title": (_STORY,),
    "subscribe": (),
    "term": (_takes("term", "Term"), _takes("words", default="")),
    "values": (_INDICATOR,),
    "verdict": (_INDICATOR,),
    "zone_outlook": (_GROUP,),
}


class _Alone:
    """The block of a template: what a page gives is what the template knows."""

    def __init__(self, name: str, takes: tuple[Parameter, ...]) -> None:
        self.__name__ = name
        self.__signature__ = Signature([_takes("view", "View"), *takes])

    def __call__(self, *args: Any, **kwargs: Any) -> Markup:
        given = self.__signature__.bind(*args, **kwargs)
        given.apply_defaults()
        view: View = given.arguments.pop("view")
        return view.render(f"{self.__name__.replace('_', '-')}.html", **given.arguments)


for _name, _parameters in _ALONE.items():
    macro(_Alone(_name, _parameters))
