"""Sentences as templates, each in one file that reads from top to bottom in both languages.

In a template `t(zh, en)` is the wording of the language at hand, its places filled with the facts told and with what it
is called with.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ipportal.base.quantities import plain
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.words import standing, wording

#: Paces told as in step with what the path asks for: from the one to below the other
_EVEN: Final = (Decimal("0.95"), Decimal("1.05"))
_SMALL: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def span(years: int) -> Text:
    """A number of years in words, as both languages write small ones."""
    small = years <= len(_SMALL)
    return Text("一两三四五六七八九十"[years - 1], _SMALL[years - 1]) if small else Text(f" {years} ", str(years))


_HELPERS: Final = (
    *(standing.beyond_fact, standing.beyond_facts, standing.is_loose_total, standing.late_note, standing.missing),
    *(standing.newer_part_year, standing.row_facts, standing.unjudged, standing.unjudged_note, standing.value_words),
    *(standing.version_name, wording.amount, wording.change_size, wording.citation, wording.counted),
    *(wording.difference, wording.figure, wording.format_number, wording.format_target, wording.in_sentence),
    *(wording.known, wording.observed, wording.percent, wording.period_words, wording.sourced),
    *(wording.years_in_words, plain, span),
)
_TEMPLATES: Final = template_environment(
    EVEN=_EVEN, NO_VALUE=wording.NO_VALUE, **{one.__name__: one for one in _HELPERS}
)


def written_in(lang: Lang, template: str, told: Mapping[str, object] | None = None, **known: object) -> str:
    """What a template of templates/ says in one language; `known` is what it knows besides the facts `told`."""

    def t(zh: str, en: str, **parts: object) -> str:
        return Text(zh, en).format(**{**(told or {}), **parts})[lang]

    return _TEMPLATES.get_template(template).render(lang=lang, t=t, told=told, **known)


def written(template: str, joint: Text, told: Mapping[str, object] | None = None, **known: object) -> Text:
    """The same in both languages, its lines joined and fit to be read."""

    def joined(lang: Lang) -> str:
        return joint[lang].join(line for line in written_in(lang, template, told, **known).split("\n") if line)

    return wording.tidy(Text.each(joined))
