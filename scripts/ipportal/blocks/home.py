"""The home page's parts."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.blocks.figures import spark
from ipportal.blocks.inline import bounds_of
from ipportal.blocks.view import Block, View
from ipportal.periods import date_label
from ipportal.progress import zone_verdicts
from ipportal.quantities import quantity
from ipportal.tables import short_sentence


def key_fact(view: View) -> Markup:
    """`{{ key_fact() }}`: the state of the core indicators in one counted sentence."""
    portal = view.portal
    judged = [zone_verdicts(portal, indicator.id)[0] for indicator in portal.group("core")]
    later = [v for v in judged if v.latest]
    newest = max((v.latest.year for v in later if v.latest), default=None)
    final = [v for v in judged if v.final]
    return view.render(
        "key-fact.html",
        total=len(judged),
        later=len(later),
        newest=newest,
        final=len(final),
        over=bool(judged) and judged[0].period_over,
        last_year=portal.settings.plan.last_year,
        as_of=date_label(portal.settings.as_of, view.lang),
    )


def core_cards(view: View) -> Markup:
    """`{{ core_cards() }}`: the core indicators as cards; a compact list on the phone."""
    portal = view.portal
    cards = [(indicator, zone_verdicts(portal, indicator.id)[0]) for indicator in portal.group("core")]
    return view.render(
        "core-cards.html",
        cards=cards,
        bounds=bounds_of,
        quantity=quantity,
        short_sentence=short_sentence,
        spark=spark,
    )


MACROS: Final[dict[str, Block]] = {"key_fact": key_fact, "core_cards": core_cards}
