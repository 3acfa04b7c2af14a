"""Services and words: what one can get done where, and what the terms mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import address
from ipportal.base.text import Text
from ipportal.data.model import Service, Term
from ipportal.pages.cases import the_story
from ipportal.pages.inline import row_link, the_indicator, value_of, when_of
from ipportal.pages.plan_links import indicator_link, measure_link, newest_row
from ipportal.pages.view import Block, View
from ipportal.words.terms import alphabetical

SERVICES: Final = "promotion/services.md"
GLOSSARY: Final = "promotion/glossary.md"
_SERVICE: Final = Text("services.csv 里的服务编号", "a service id of services.csv")
_TERM: Final = Text("glossary.csv 里的术语编号", "a term id of glossary.csv")


def service(view: View, service: str, words: str = "") -> Markup:
    """`{{ service("hotline-12315") }}`: a service's name, linked to its entry; `words` shows other words."""
    found = the_service(view, "service", service)
    return Markup('<a href="{}">{}</a>').format(
        view.link(SERVICES, f"service-{found.id}"), words or view.localize(found.name)
    )


def services(view: View, *ids: str) -> Markup:
    """`{{ services("design-pre-examination", …) }}`: services in full: for whom, what, by whom, conditions, source."""
    found = [the_service(view, "services", one) for one in ids]
    return view.render(
        "promo-services.html",
        entries=[
            (one, newest_row(view, view.portal.indicators[one.figures]) if one.figures else None) for one in found
        ],
        measure_link=measure_link,
        address=address,
        value_of=value_of,
        when_of=when_of,
        row_link=row_link,
    )


def next_steps(view: View, *ids: str) -> Markup:
    """`{{ next_steps("dispute-mediation", …) }}`: services in short, with the measure of the plan behind each."""
    return view.render(
        "case-next-steps.html",
        services=[the_service(view, "next_steps", one) for one in ids],
        measure_link=measure_link,
        address=address,
    )


def term(view: View, term: str, words: str = "") -> Markup:
    """`{{ term("pct") }}`: a word of the glossary with its explanation at hand; `words` shows another form of it."""
    found = the_term(view, "term", term)
    return view.render("promo-term.html", term=found, words=words or view.localize(found.term))


def glossary(view: View, topic: str) -> Markup:
    """`{{ glossary("patent") }}`: the terms of a topic with their plain explanations."""
    found = [term for term in view.portal.glossary.values() if term.topic == topic]
    if not found:
        view.refuse("glossary", topic, Text("glossary.csv 里有的主题", "a topic of glossary.csv"))
    other = "en" if view.lang == "zh" else "zh-Hans"
    ordered = [one for _, group in alphabetical({one.id: one for one in found}, view.lang) for one in group]
    return view.render("promo-glossary.html", terms=ordered, other=other)


def glossary_index(view: View) -> Markup:
    """`{{ glossary_index() }}`: every term from A to Z; Chinese by pinyin."""
    return view.render("promo-glossary-index.html", groups=alphabetical(view.portal.glossary, view.lang))


def learn_links(
    view: View,
    terms: Sequence[str] = (),
    services: Sequence[str] = (),
    stories: Sequence[str] = (),
    indicators: Sequence[str] = (),
) -> Markup:
    """`{{ learn_links(terms=["patent"], services=[…], stories=[…], indicators=[…]) }}`: the way on from a lesson."""
    return view.render(
        "promo-learn-links.html",
        terms=[the_term(view, "learn_links", one) for one in terms],
        services=[the_service(view, "learn_links", one) for one in services],
        stories=[the_story(view, "learn_links", one) for one in stories],
        indicators=[the_indicator(view, "learn_links", one) for one in indicators],
        indicator_link=indicator_link,
    )


def the_service(view: View, macro: str, service: str) -> Service:
    """The service a macro names.

    Raises:
        SiteError: there is no such service.
    """
    return view.portal.services.get(service) or view.refuse(macro, service, _SERVICE)


def the_term(view: View, macro: str, term: str) -> Term:
    """The term a macro names.

    Raises:
        SiteError: there is no such term.
    """
    return view.portal.glossary.get(term) or view.refuse(macro, term, _TERM)


MACROS: Final[Mapping[str, Block]] = {
    "service": service,
    "services": services,
    "next_steps": next_steps,
    "term": term,
    "glossary": glossary,
    "glossary_index": glossary_index,
    "learn_links": learn_links,
}
