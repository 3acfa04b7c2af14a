"""Blocks that are a template alone, of the same name: they look up rows and show them, and decide nothing.

How a page calls each stands at the head of its template.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import Any, Final

from markupsafe import Markup

from ipportal.analysis.plan import branch, chapters, tally_systems
from ipportal.analysis.progress import tally, zone_verdicts
from ipportal.analysis.promotion import by_year, prizes, sums_of_years
from ipportal.analysis.states import BEFORE, PLAN_STATES, STATES
from ipportal.data.model import GRADES
from ipportal.pages.view import TEMPLATES, View, macro, shown
from ipportal.rules.rule import CATALOGUE
from ipportal.words.counts import headline, headline_facts, tally_sentence
from ipportal.words.terms import alphabetical

TEMPLATES.globals.update(BEFORE=BEFORE, PLAN_STATES=PLAN_STATES, STATES=STATES, GRADES=GRADES, CATALOGUE=CATALOGUE)
_HELPERS: Final = (branch, chapters, tally, tally_systems, zone_verdicts, by_year, prizes, sums_of_years)
_WORDS: Final = (headline, headline_facts, tally_sentence, alphabetical)
for _helper in (*_HELPERS, *_WORDS):
    shown(_helper)


def _takes(name: str, kind: str = "str", default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind, default=default)


_INDICATOR: Final = _takes("indicator", "Indicator")
_PACKAGE: Final = _takes("package", "Package")
_SECTION: Final = _takes("section", "Section")
_STORY: Final = _takes("story", "CaseStory")
_GROUP: Final = _takes("group", default="core")

#: Name of a block → what it takes
_ALONE: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "all_downloads": (),
    "arithmetic": (_INDICATOR,),
    "awards": (_takes("contests", "bool", False),),
    "data_dictionary": (_PACKAGE,),
    "dataset_list": (),
    "dataset_title": (_PACKAGE,),
    "definition": (_INDICATOR,),
    "event_timeline": (),
    "glossary_index": (),
    "incentive_sums": (),
    "indicator_list": (_takes("group"),),
    "key_fact": (),
    "learn_links": (
        _takes("terms", "Sequence[Term]", ()),
        _takes("services", "Sequence[Service]", ()),
        _takes("stories", "Sequence[CaseStory]", ()),
        _takes("indicators", "Sequence[Indicator]", ()),
    ),
    "linked_measures": (_INDICATOR,),
    "next_steps": (Parameter("services", Parameter.VAR_POSITIONAL, annotation="Service"),),
    "plan_contradictions": (_takes("inside", "bool", True),),
    "plan_grades": (),
    "plan_outline": (),
    "plan_portal_part": (),
    "plan_section": (_SECTION,),
    "plan_sections": (_takes("chapter", "Section"),),
    "plan_states": (),
    "plan_systems": (),
    "plan_text": (_SECTION,),
    "plan_title": (_SECTION,),
    "progress_table": (_GROUP,),
    "quality_rules": (),
    "siblings": (_INDICATOR,),
    "state_counts": (_GROUP,),
    "state_legend": (),
    "story_facts": (_STORY,),
    "story_title": (_STORY,),
    "subscribe": (),
    "verdict": (_INDICATOR,),
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
