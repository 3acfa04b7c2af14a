"""What is said of one verdict: its sentence, its card, how it is computed step by step as one would write it down, and
a few lines of Python that compute it from the published files with pandas alone."""

from __future__ import annotations

from ipportal.analysis.comparable import covers_year
from ipportal.analysis.progress import Verdict
from ipportal.base.text import Lang, Text
from ipportal.data.model import Portal, TargetKind
from ipportal.words.standing import facts, sourced_facts
from ipportal.words.written import written, written_in


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
