"""Sentences as templates, each in one file that reads from top to bottom in both languages; and what is said of one
verdict: its sentence, its card, how it is computed step by step, and a few lines of Python that compute it.

In a template `t(zh, en)` is the wording of the language at hand, its places filled with the facts told and with what it
is called with.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from inspect import isfunction
from typing import Any, Final, Literal

from ipportal.analysis.comparable import covers_year, unknown_years
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.base.quantities import plain
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text, join_list
from ipportal.data.model import Indicator, MeasureType, Portal, Status, TargetKind
from ipportal.words import standing, wording
from ipportal.words.standing import facts, sourced_facts
from ipportal.words.wording import place, years_in_words


def verdict_sentence(portal: Portal, verdict: Verdict) -> Text:
    """The full account of a verdict: value, unit, year, source, and what is not known."""
    return written("verdict.txt", Text("", " "), _told(portal, verdict), portal=portal, verdict=verdict)


def short_sentence(portal: Portal, verdict: Verdict) -> Text:
    """What a card says below the state: a few words, no full stop."""
    return written("verdict-short.txt", Text("；", "; "), _told(portal, verdict), portal=portal, verdict=verdict)


def _told(portal: Portal, verdict: Verdict) -> dict[str, object]:
    """The facts of the value at hand."""
    at = verdict.final or verdict.latest or verdict.baseline
    return sourced_facts(portal, verdict, at) if at else facts(verdict)


def verdict_steps(portal: Portal, verdict: Verdict) -> tuple[Text, ...]:
    """Inputs with year and source, then every calculation with its numbers, then the decision."""
    told = Text.each(lambda lang: written_in(lang, "steps.txt", portal=portal, verdict=verdict))
    return tuple(Text(*step) for step in zip(told.zh.split("\n"), told.en.split("\n"), strict=True))


def recompute_snippet(portal: Portal, verdict: Verdict, lang: Lang, base: str = "data/indicators/") -> str:
    """Lines of Python that print the numbers of a verdict from `observations.csv` and `targets.csv` below `base`.

    They print `no baseline` or `no later value` where nothing can be computed.
    """
    rows, target = portal.observed(verdict.indicator.id, verdict.area.id, verdict.basis.id), verdict.target
    units = {target.unit.id, *(row.unit.id for row in rows if covers_year(row))}
    ends = [verdict.path[0][1], verdict.path[-1][1]] if verdict.path else []
    return written_in(
        lang,
        "recompute.txt",
        verdict=verdict,
        base=base,
        mixed_units=units != {verdict.indicator.unit.id},
        annual=target.kind == TargetKind.ANNUAL,
        sums=verdict.start is not None and verdict.baseline is None,
        keeps_baseline=verdict.goal is not None and target.minimum is None and target.maximum is None,
        shares={year: float((value - ends[0]) / (ends[1] - ends[0])) for year, value in verdict.path},
    )


#: Paces told as in step with what the path asks for: from the one to below the other
_EVEN: Final = (Decimal("0.95"), Decimal("1.05"))
_SMALL: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def span(years: int) -> Text:
    """A number of years in words, as both languages write small ones."""
    small = years <= len(_SMALL)
    return Text("一两三四五六七八九十"[years - 1], _SMALL[years - 1]) if small else Text(f" {years} ", str(years))


#: What templates may call: every function of `wording` and `standing`, and these
_HELPERS: Final = (*(one for room in (wording, standing) for one in vars(room).values()), join_list, plain, span)
_TEMPLATES: Final = template_environment(
    EVEN=_EVEN, NO_VALUE=wording.NO_VALUE, **{one.__name__: one for one in _HELPERS if isfunction(one)}
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


_HEAD: Final = re.compile(r"^\[(\w+)\]$", re.MULTILINE)


def worded(template: str, **known: object) -> dict[str, Text]:
    """The texts of a template that has several, by the name in brackets above each; their lines joined as they are."""

    def parts(lang: Lang) -> Iterator[tuple[str, str]]:
        _, *found = _HEAD.split(written_in(lang, template, None, **known))
        return zip(found[::2], ("".join(text.split("\n")) for text in found[1::2]), strict=True)

    return {name: wording.tidy(Text(zh, en)) for (name, zh), (_, en) in zip(parts("zh"), parts("en"), strict=True)}


# --- requests for government information ------------------------------------------------------------
# In Chinese as offices take them, filled in from the rows. They follow articles 27, 29, 36 and 38 of the Regulations on
# Open Government Information: who asks, for which existing record, in which form, and what to do where somebody else
# holds it.

Blank = Literal["commitment", "measure"]

#: What a year's value means for each kind of indicator
_VALUES: Final = {
    MeasureType.ANNUAL_FLOW: "全年数",
    MeasureType.YEAR_END_STOCK: "年末数",
    MeasureType.CUMULATIVE: "截至年末的累计数",
}


def figure_letter(portal: Portal, indicator: Indicator, to: str) -> str:
    """The letter that asks the office `to` for an indicator's yearly values nobody has published."""
    years, basis = unknown_years(portal, indicator.id), portal.settings.plan.basis
    rows = [row for row in portal.observed(indicator.id, portal.zone.id) if row.status != Status.SUPERSEDED]
    own = [row for row in rows if row.basis == basis and row.period.year is not None]
    others = [row for row in rows if row.basis != basis and row.period.year in years and row.period.is_full_year]
    judged = zone_verdicts(portal, indicator.id)
    told = {"years": years, "newest": own[-1] if own else None, "target": judged[0].target if judged else None}
    return _letter(portal, to, indicator=indicator, others=others, **told)


def figure_gloss(portal: Portal, indicator: Indicator) -> Text:
    """What the letter about an indicator asks for, for those who do not read it; nothing in Chinese."""
    years = years_in_words(unknown_years(portal, indicator.id))
    return Text(
        "",
        f"Asks for the record of {place(portal.zone).en}'s values for {years.en} of “{indicator.name.en}”, names the "
        "target and the latest published value, and asks where it is published, or who holds it, should this office "
        "not.",
    )


def blank_letter(portal: Portal, kind: Blank, to: str) -> str:
    """A letter with blanks in 〔〕, about a commitment with a number or about a measure of the plan."""
    return _letter(portal, to, indicator=None, blank=kind)


def _letter(portal: Portal, to: str, **told: Any) -> str:
    return written_in("zh", "request.txt", portal=portal, plan=portal.settings.plan, to=to, values=_VALUES, **told)
