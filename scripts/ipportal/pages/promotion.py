"""Services, words, events, yearly days, rewards and honours on pages."""

from __future__ import annotations

from markupsafe import Markup

from ipportal.analysis.promotion import upcoming
from ipportal.base.quantities import quantity
from ipportal.base.text import Text
from ipportal.data.model import Award, EnterpriseTitle, Incentive, Service
from ipportal.pages.view import View, macro
from ipportal.words.row_names import COUNTED
from ipportal.words.terms import alphabetical


@macro
def service(view: View, service: Service, words: str = "") -> Markup:
    """`{{ service("hotline-12315") }}`: a service's name, linked to its entry; `words` shows other words."""
    return view.linked(words or view.localize(service.name), "promotion/services.md", f"service-{service.id}")


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
def honour(view: View, honour: str) -> Markup:
    """`{{ honour("china-design-gold") }}`: how many of an award or title, linked to its row."""
    both: list[Award | EnterpriseTitle] = [*view.portal.awards, *view.portal.enterprises]
    expected = Text("awards.csv 或 enterprises.csv 里的编号", "an id of awards.csv or enterprises.csv")
    row = view.one({row.id: row for row in both}, honour, expected)
    one = view.t(COUNTED["awards" if isinstance(row, Award) else "enterprises"], "")
    words = f"{row.count} {one}".strip()
    return view.linked(words, "promotion/honours.md", f"honour-{row.id}", "ip-fig")
