"""One generated sentence per verdict, in both languages: value, unit, year, source, and what is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ipportal.analysis.progress import Verdict
from ipportal.base.quantities import plain
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.data.model import Portal
from ipportal.words import standing
from ipportal.words.wording import (
    citation,
    difference,
    format_number,
    format_target,
    in_sentence,
    percent,
    sourced,
    tidy,
)

#: Paces told as in step with what the path asks for: from the one to below the other
_EVEN: Final = (Decimal("0.95"), Decimal("1.05"))
_SMALL: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def verdict_sentence(portal: Portal, verdict: Verdict) -> Text:
    """The full account of a verdict."""
    return _written("verdict.txt", portal, verdict, Text("", " "))


def short_sentence(portal: Portal, verdict: Verdict) -> Text:
    """What a card says below the state: a few words, no full stop."""
    return _written("verdict-short.txt", portal, verdict, Text("；", "; "))


def span(years: int) -> Text:
    """A number of years in words, as both languages write small ones."""
    small = years <= len(_SMALL)
    return Text("一两三四五六七八九十"[years - 1], _SMALL[years - 1]) if small else Text(f" {years} ", str(years))


_HELPERS: Final = (
    *(standing.beyond_fact, standing.beyond_facts, standing.is_loose_total, standing.late_note, standing.missing),
    *(standing.newer_part_year, standing.row_facts, standing.unjudged, standing.unjudged_note, standing.value_words),
    *(citation, difference, format_number, format_target, in_sentence, percent, plain, sourced, span),
)
_TEMPLATES: Final = template_environment(EVEN=_EVEN, **{one.__name__: one for one in _HELPERS})


def _written(template: str, portal: Portal, verdict: Verdict, joint: Text) -> Text:
    """What a template says of a verdict, its lines joined; its words are filled with the facts of the value at hand."""
    at = verdict.final or verdict.latest or verdict.baseline
    told = standing.sourced_facts(portal, verdict, at) if at else standing.facts(verdict)

    def in_words(lang: Lang) -> str:
        def t(zh: str, en: str, **parts: object) -> str:
            return Text(zh, en).format(**told | parts)[lang]

        lines = _TEMPLATES.get_template(template).render(portal=portal, verdict=verdict, lang=lang, told=told, t=t)
        return joint[lang].join(line for line in lines.split("\n") if line)

    return tidy(Text.each(in_words))
