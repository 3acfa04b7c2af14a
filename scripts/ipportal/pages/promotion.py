"""Services, words, events, yearly days, rewards and honours on pages."""

from __future__ import annotations

from markupsafe import Markup

from ipportal.analysis.promotion import by_year, upcoming
from ipportal.base.quantities import quantity
from ipportal.base.text import Text
from ipportal.data.model import Award, EnterpriseTitle, Event, Incentive, Service, Term
from ipportal.pages.plan import newest_row
from ipportal.pages.view import View, macro
from ipportal.words.row_names import COUNTED
from ipportal.words.terms import alphabetical, first_sentence


@macro
def service(view: View, service: Service, words: str = "") -> Markup:
    """`{{ service("hotline-12315") }}`: a service's name, linked to its entry; `words` shows other words."""
    return view.linked(words or view.localize(service.name), "promotion/services.md", f"service-{service.id}")


@macro
def services(view: View, *services: Service) -> Markup:
    """`{{ services("design-pre-examination", …) }}`: services in full: for whom, what, by whom, conditions, source."""
    indicators = view.portal.indicators
    entries = [(one, newest_row(view, indicators[one.figures]) if one.figures else None) for one in services]
    return view.render("promo-services.html", entries=entries)


@macro
def term(view: View, term: Term, words: str = "") -> Markup:
    """`{{ term("pct") }}`: a word of the glossary with its explanation at hand; `words` shows another form of it."""
    return view.render("promo-term.html", term=term, words=words or view.localize(term.term))


@macro
def glossary(view: View, topic: str) -> Markup:
    """`{{ glossary("patent") }}`: the terms of a topic with their plain explanations."""
    found = [term for term in view.portal.glossary.values() if term.topic == topic]
    if not found:
        view.refuse(topic, Text("glossary.csv 里有的主题", "a topic of glossary.csv"))
    other = "en" if view.lang == "zh" else "zh-Hans"
    ordered = [one for _, group in alphabetical({one.id: one for one in found}, view.lang) for one in group]
    return view.render("promo-glossary.html", terms=ordered, other=other)


@macro
def event_index(view: View) -> Markup:
    """`{{ event_index() }}`: the titles of all events by kind, linked to the timeline."""
    kinds = view.field("promotion", "events", "category").categories
    ordered = [event for found in by_year(view.portal.events, newest=True).values() for event in found]
    entries = [(kind, [event for event in ordered if event.category == kind.value]) for kind in kinds]
    return view.render("promo-event-index.html", entries=[entry for entry in entries if entry[1]])


@macro
def event_notice(view: View, event: Event) -> Markup:
    """`{{ event_notice("trademark-law-2026") }}`: one event as a notice at the head of pages it bears on."""
    summary = view.localize(event.summary)
    first = first_sentence(summary, view.lang)
    return view.render("promo-event-notice.html", event=event, first=first, rest=summary[len(first) :].strip())


@macro
def observances(view: View, most: int | None = None) -> Markup:
    """`{{ observances() }}`: the yearly days in the order they come; dates only where a rule fixes them.

    `most=3` shows the first three with a fixed date.
    """
    found = upcoming(view.portal.observances, view.portal.settings.as_of)
    if most is not None:
        found = tuple(one for one in found if one.first)[:most]
    return view.render("promo-observances.html", occurrences=found)


@macro
def incentives(view: View, kind: str) -> Markup:
    """`{{ incentives("paid") }}`: the sums of one kind (paid, committed, ceiling or fixed) with period and source."""
    rows = [row for row in view.portal.incentives if row.kind == kind]
    if not rows:
        view.refuse(kind, Text("incentives.csv 里有的类别", "a kind of incentives.csv"))
    rows.sort(key=lambda row: (row.period.kind == "years", row.period.sort_key, row.id))
    label = view.field("promotion", "incentives", "kind").label(kind)
    return view.render("promo-incentives.html", rows=rows, kind=kind, label=label)


@macro
def incentive(view: View, incentive: Incentive) -> Markup:
    """`{{ incentive("rewards-2019") }}`: one sum with its unit, linked to its row."""
    words = quantity(incentive.value, incentive.unit, view.lang, qualifier=incentive.qualifier)
    return view.linked(words, "promotion/incentives.md", f"incentive-{incentive.id}", "ip-fig")


@macro
def enterprises(view: View) -> Markup:
    """`{{ enterprises() }}`: how many firms hold which title, with source."""
    rows = view.portal.enterprises
    level = view.field("recognition", "enterprises", "level")
    order = [category.value for category in level.categories]
    return view.render(
        "promo-enterprises.html", rows=sorted(rows, key=lambda row: (order.index(row.level), row.id)), level=level
    )


@macro
def honour(view: View, honour: str) -> Markup:
    """`{{ honour("china-design-gold") }}`: how many of an award or title, linked to its row."""
    both: list[Award | EnterpriseTitle] = [*view.portal.awards, *view.portal.enterprises]
    expected = Text("awards.csv 或 enterprises.csv 里的编号", "an id of awards.csv or enterprises.csv")
    row = view.one({row.id: row for row in both}, honour, expected)
    one = view.t(COUNTED["awards" if isinstance(row, Award) else "enterprises"], "")
    words = f"{row.count} {one}".strip()
    return view.linked(words, "promotion/honours.md", f"honour-{row.id}", "ip-fig")
