"""What is said of one verdict: what stands beside it (a value beyond the target, values that are not judged, a moved
target), its sentence, its card, how it is computed step by step, and a few lines of Python that compute it.

Sentences are templates, each in one file that reads from top to bottom in both languages. In a template `t(zh, en)` is
the wording of the language at hand, its places filled with the facts told and with what it is called with.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from ipportal.analysis.comparable import Known, covers_year, missing_years, unknown_years
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.base.quantities import plain
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text, join_list
from ipportal.data.model import Indicator, Observation, Portal, Status, TargetKind
from ipportal.words import wording
from ipportal.words.wording import place, years_in_words

_BY_SIGN: Final = {1: Text("高于", "above"), -1: Text("低于", "below")}
_REACHED: Final = Text("达到", "at")
_VALUE, _TOTAL = Text("终值", "final value for"), Text("为止的合计", "total up to")


def facts(verdict: Verdict, at: Known | None = None) -> dict[str, object]:
    """What sentences about a verdict are filled with: its target as {aim} ({verb} after “目标是”) for the year {end},
    the baseline year {t0}, and of the value `at` its {year} and {value}."""
    aim = wording.format_target(verdict.target)
    told: dict[str, object] = {
        "aim": aim,
        "verb": Text(f"达到 {aim.zh}" if aim.zh[:1].isdigit() else aim.zh, aim.en),
        "end": verdict.target.year,
        "t0": verdict.baseline_year,
        "final": _TOTAL if verdict.target.kind == TargetKind.CUMULATIVE else _VALUE,
    }
    return told if at is None else told | {"year": at.year, "value": wording.known(at, verdict.indicator.unit)}


def value_words(verdict: Verdict) -> Text:
    """How its {value} of a {year} is told; that of a total is one of all years so far."""
    if verdict.target.kind == TargetKind.CUMULATIVE:
        return Text("截至 {year} 年累计 {value}", "a total of {value} by {year}")
    return Text("{year} 年为 {value}", "{value} in {year}")


def sourced_facts(portal: Portal, verdict: Verdict, at: Known) -> dict[str, object]:
    """The same with the {source} of the value."""
    return facts(verdict, at) | {"source": wording.citation(portal, at.observation)}


def row_facts(portal: Portal, row: Observation) -> dict[str, object]:
    """{period}, {value} and {source} of a published row that is not judged."""
    source = wording.citation(portal, row)
    return {"period": wording.period_words(portal, row), "value": wording.observed(row), "source": source}


def lacking_years(portal: Portal, verdict: Verdict) -> Text | None:
    """The unpublished years for which a sum cannot go on though later years are known; None where there are none."""
    years = missing_years(portal, verdict.target, verdict.latest.year if verdict.latest else verdict.baseline_year)
    return wording.years_in_words(years) if years else None


def beyond_fact(verdict: Verdict) -> Text | None:
    """The value that met the target before its year, and that the final value is unknown; without a full stop.

    None where there is no such value. It never says that the target was met.
    """
    words = Text(
        "{year} 年 {value}，已{place} {end} 年目标{goal}；{end} 年{final}未公布",
        "{value} in {year}, already {place} the {end} target of {aim}; the {final} {end} is not published",
    )
    since = verdict.beyond_since
    return wording.tidy(words.format(**beyond_facts(verdict, since))) if since else None


def beyond_note(verdict: Verdict) -> Text | None:
    """The same in a few words for a table that shows value and target already; None where there is nothing to say."""
    words, since = Text("{year} 年已{place}目标值", "{place} the target value in {year}"), verdict.beyond_since
    return wording.tidy(words.format(**beyond_facts(verdict, since))) if since else None


def beyond_facts(verdict: Verdict, at: Known) -> dict[str, object]:
    """The facts of a value beyond the target: {place} is “above” or “below” by the direction wanted, and the target
    stands behind a noun as {goal}."""
    strict = verdict.target.kind == TargetKind.EXCEED or at.value != verdict.goal
    aim = wording.format_target(verdict.target)
    behind = Text(f" {aim.zh}" if aim.zh[:1].isdigit() else wording.bracketed(aim).zh, "")
    return facts(verdict, at) | {"place": _BY_SIGN[verdict.sign] if strict else _REACHED, "goal": behind}


def late_note(verdict: Verdict) -> Text:
    """A mark behind a final value that came out after the plan had closed, or was corrected; empty for any other."""
    if verdict.published_late:
        return wording.bracketed(Text("规划结束后补公布", "published late"))
    return wording.bracketed(Text("已更正", "corrected")) if verdict.corrected else wording.NOTHING


def _newest(portal: Portal, verdict: Verdict, fits: Callable[[Observation], bool]) -> Observation | None:
    """The newest row that fits of those later than the newest comparable value and not after the target year."""
    since = verdict.newest.year if verdict.newest else verdict.baseline_year
    observed = portal.observed(verdict.indicator.id, verdict.area.id)
    rows = (row for row in observed if row.status != Status.SUPERSEDED and fits(row))
    later = (row for row in rows if row.period.year is not None and since < row.period.year <= verdict.target.year)
    return max(later, key=lambda row: (row.period.sort_key, -row.trust), default=None)


def newer_part_year(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest value after the last comparable one that covers only part of a year."""

    def part_year(row: Observation) -> bool:
        part = row.period.kind in ("half", "quarter", "month") and not covers_year(row)
        return part and row.basis == verdict.basis.id

    return _newest(portal, verdict, part_year)


def unjudged(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest published value that cannot be set against the target though it is newer than any that can.

    Of another definition; or, for a commitment to a running total, a total whose starting year is not given.
    """

    def other(row: Observation) -> bool:
        return is_loose_total(verdict, row) or (row.basis != verdict.basis.id and covers_year(row))

    return None if verdict.final else _newest(portal, verdict, other)


def is_loose_total(verdict: Verdict, row: Observation) -> bool:
    """True for a published total whose starting year is not given, where the target is one as well."""
    cumulative = verdict.target.kind == TargetKind.CUMULATIVE and not verdict.indicator.is_flow
    return cumulative and row.period.kind != "years"


def unjudged_note(portal: Portal, verdict: Verdict) -> Text | None:
    """That value in a few words, without its source; None where there is none."""
    row = unjudged(portal, verdict)
    if row is None:
        return None
    words = Text("另有 {period} {value}，口径不同", "also {value} ({period}), under another definition")
    if is_loose_total(verdict, row):
        words = Text("另有累计 {value}（{period}），起算年不明", "also a total of {value} ({period}), start unknown")
    return wording.tidy(words.format(**row_facts(portal, row)))


def version_name(verdict: Verdict) -> Text:
    """Which of several targets for one year this is: the one in force, an earlier one, or one that contradicts it."""
    if verdict.target.default:
        return Text("现行目标", "target in force")
    if not verdict.revisions:
        return Text("另一个目标", "other target")
    first = verdict.target == verdict.revisions[0]
    return Text("最早的目标", "first target") if first else Text("改过的目标", "revised target")


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


_HELPERS: Final = (
    *(
        beyond_fact,
        beyond_facts,
        is_loose_total,
        join_list,
        late_note,
        lacking_years,
        newer_part_year,
        plain,
        row_facts,
    ),
    *(span, unjudged, unjudged_note, value_words, version_name, wording.amount, wording.change_size),
    *(wording.citation, wording.counted, wording.difference, wording.figure, wording.format_number),
    *(wording.format_target, wording.in_sentence, wording.known, wording.observed, wording.percent),
    *(wording.period_words, wording.sourced, wording.years_in_words),
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
    return written_in("zh", "request.txt", portal=portal, plan=portal.settings.plan, to=to, **told)
