"""How a verdict is computed, for readers who check it: step by step as one would write it down, and as a few lines of
Python that compute it from the published files with pandas alone."""

from __future__ import annotations

from typing import Final

from ipportal.analysis.comparable import covers_year
from ipportal.analysis.progress import Verdict
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.data.model import Portal, TargetKind
from ipportal.words.standing import beyond_fact
from ipportal.words.wording import NO_VALUE, citation, figure, format_target, known

_HELPERS: Final = (beyond_fact, citation, figure, format_target, known)
_TEMPLATES: Final = template_environment(NO_VALUE=NO_VALUE, **{one.__name__: one for one in _HELPERS})


def verdict_steps(portal: Portal, verdict: Verdict) -> tuple[Text, ...]:
    """Inputs with year and source, then every calculation with its numbers, then the decision."""
    told = Text.each(lambda lang: _render("steps.txt", lang, portal=portal, verdict=verdict))
    return tuple(Text(*step) for step in zip(told.zh.split("\n"), told.en.split("\n"), strict=True))


def recompute_snippet(portal: Portal, verdict: Verdict, lang: Lang, base: str = "data/indicators/") -> str:
    """Lines of Python that print the numbers of a verdict from `observations.csv` and `targets.csv` below `base`.

    They print `no baseline` or `no later value` where nothing can be computed.
    """
    rows, target = portal.observed(verdict.indicator.id, verdict.area.id, verdict.basis.id), verdict.target
    units = {target.unit.id, *(row.unit.id for row in rows if covers_year(row))}
    ends = [verdict.path[0][1], verdict.path[-1][1]] if verdict.path else []
    return _render(
        "recompute.txt",
        lang,
        verdict=verdict,
        base=base,
        mixed_units=units != {verdict.indicator.unit.id},
        annual=target.kind == TargetKind.ANNUAL,
        sums=verdict.start is not None and verdict.baseline is None,
        keeps_baseline=verdict.goal is not None and target.minimum is None and target.maximum is None,
        shares={year: float((value - ends[0]) / (ends[1] - ends[0])) for year, value in verdict.path},
    )


def _render(template: str, lang: Lang, **told: object) -> str:
    def t(zh: str, en: str, **parts: object) -> str:
        return Text(zh, en)[lang].format(**parts)

    return _TEMPLATES.get_template(template).render(lang=lang, t=t, **told)
