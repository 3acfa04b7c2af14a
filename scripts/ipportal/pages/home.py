"""The home page's parts."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.progress import next_due, zone_verdicts
from ipportal.base.periods import date_label
from ipportal.base.quantities import quantity
from ipportal.pages.figures import spark
from ipportal.pages.inline import bounds_of
from ipportal.pages.view import Block, View
from ipportal.words.counts import headline, headline_facts
from ipportal.words.sentences import short_sentence


def key_fact(view: View) -> Markup:
    """`{{ key_fact() }}`: the state of the core indicators in one counted sentence."""
    portal = view.portal
    judged = [zone_verdicts(portal, indicator.id)[0] for indicator in portal.group("core")]
    return view.render(
        "key-fact.html",
        fact=headline(judged),
        facts=headline_facts(portal, judged),
        as_of=date_label(portal.settings.as_of, view.lang),
    )


def core_cards(view: View) -> Markup:
    """`{{ core_cards() }}`: the core indicators as cards; a compact list on the phone."""
    portal = view.portal
    cards = [
        (indicator, judged[0], next_due(judged))
        for indicator in portal.group("core")
        if (judged := zone_verdicts(portal, indicator.id))
    ]
    return view.render(
        "core-cards.html",
        cards=cards,
        bounds=bounds_of,
        quantity=quantity,
        short_sentence=short_sentence,
        spark=spark,
    )


MACROS: Final[dict[str, Block]] = {"key_fact": key_fact, "core_cards": core_cards}
