"""Many verdicts, measures or cases in sentences, counted: the headline, other areas, the plan, case statistics."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from ipportal.analysis.cases import Breakdown, Group, Series, breakdowns, is_mixed, is_total, series
from ipportal.analysis.plan import UNSEEN, Tally
from ipportal.analysis.progress import Verdict, area_verdicts, tally
from ipportal.base.periods import Period
from ipportal.base.quantities import quantity_parts
from ipportal.base.text import Text, join_texts
from ipportal.data.model import Area, CaseStatistic, Category, Confidence, IndicatorGroup, Portal, TargetKind
from ipportal.words import wording
from ipportal.words.sentences import beyond_note, unjudged_note, written

#: Up to so many indicators are named instead of counted
_NAMED: Final = 2

# --- the headline ---------------------------------------------------------------------------------


def headline(judged: Sequence[Verdict]) -> Text:
    """How many final values are known, and up to which year the others are; `judged` holds one verdict each.

    Where only some targets are due, or they are of different years, verdicts are counted: those due, then the others.
    """
    groups: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in judged:
        if not verdict.final:
            groups[verdict.newest.year if verdict.newest else 0].append(verdict)
    by_year = sorted(groups.items(), reverse=True)
    return written("headline.txt", wording.NOTHING, judged=judged, by_year=by_year, named=_named, states=_states)


def _named(judged: Sequence[Verdict]) -> Text:
    if len(judged) > _NAMED:
        return Text(f"{len(judged)} 项", str(len(judged)))
    return join_texts(wording.in_sentence(v.indicator.short) for v in judged)


def headline_facts(portal: Portal, judged: Sequence[Verdict]) -> tuple[Text, ...]:
    """Beside the headline: values beyond their target, and newer values of another definition."""
    return tuple(
        wording.tidy(Text("{name} {note}", "{name}: {note}").format(name=verdict.indicator.short, note=note))
        for verdict in judged
        for note in (beyond_note(verdict), unjudged_note(portal, verdict))
        if note
    )


# --- other areas ----------------------------------------------------------------------------------


def area_targets(portal: Portal, area: str, *, annual: bool) -> tuple[Verdict, ...]:
    """The default targets of an area, of work plans or of longer plans; core indicators first, then by year.

    Where a year has a longer plan's target as its default, the work plan's stands among the annual ones all the same.
    """
    order = list(IndicatorGroup)
    indicators = sorted(portal.indicators.values(), key=lambda i: (order.index(i.group), i.order, i.id))
    found = (v for indicator in indicators for v in area_verdicts(portal, indicator.id, area))
    kept = (v for v in found if (v.target.kind == TargetKind.ANNUAL) == annual and (annual or v.target.default))
    return tuple(sorted(kept, key=lambda v: v.target.year))


def area_sentence(area: Area, judged: Sequence[Verdict]) -> Text:
    """How many of an area's plan targets have a final value, which, and up to when the others are known."""
    years = Counter(v.latest.year for v in judged if v.latest and not v.final)
    retold = sum(v.latest is not None and v.latest.observation.confidence == Confidence.SECONDARY for v in judged)
    name, newest = wording.sentence_case(wording.place(area)), sorted(years.items(), reverse=True)
    return written("area.txt", wording.NOTHING, name=name, judged=judged, newest=newest, retold=retold, states=_states)


def annual_sentence(judged: Sequence[Verdict]) -> Text:
    """What became of work-plan targets, year by year."""
    return written("annual.txt", Text("", " "), judged=judged, states=_states)


def _states(judged: Iterable[Verdict]) -> Text:
    form = Text("{n} 项{label}", "{n} {label}")
    return Text.joined(form.format(n=number, label=wording.in_sentence(state.label)) for state, number in tally(judged))


# --- the plan's measures --------------------------------------------------------------------------


def tally_sentence(tally: Tally) -> Text:
    """Of N measures, how many are proven how well, and by how many sources; the silence is not judged."""
    proven, rest = _proofs(tally, counts=True), _proofs(tally, counts=False)
    return written("tally.txt", wording.NOTHING, tally=tally, measures=_measures(tally), proven=proven, rest=rest)


def tally_short(tally: Tally) -> Text:
    """28 项措施：3 项有官方步骤 / 28 measures: 3 with an official step."""
    if not tally.proven:
        return Text.joined((_measures(tally), wording.in_sentence(UNSEEN.label)))
    return Text.joined((_measures(tally), _proofs(tally, counts=True)), "：", ": ")


def _proofs(tally: Tally, *, counts: bool) -> Text:
    """The kinds of proof that count, or those that do not, each with its number of measures."""
    form = Text("{n} 项{label}", "{n} {label}")
    return wording.listed(
        form.format(n=measures, label=proof.label)
        for proof, measures, _ in tally.proofs
        if measures and proof.counts == counts
    )


def _measures(tally: Tally) -> Text:
    return Text(f"{tally.total} 项措施", wording.counted(tally.total, "measure"))


# --- cases ----------------------------------------------------------------------------------------


def group_sentences(portal: Portal, group: Group) -> tuple[Text, ...]:
    """What a group says: a sentence or two a period, then what a total is made of and which years compare."""
    divided = breakdowns(portal, group.rows)
    in_parts = {part.id for breakdown in divided for part in breakdown.parts}
    told = [row for row in group.rows if row.value is not None and row.id not in in_parts]
    by_period = [list(rows) for _, rows in groupby(told, key=lambda row: row.period.text)]
    sentences = [sentence for rows in by_period for sentence in _period_sentences(portal, group, rows)]
    sentences += [breakdown_sentence(portal, breakdown) for breakdown in divided]
    compared = (line for line in series(group.rows) if "noun" in _code(portal, "statistic", line.rows[0]).more)
    sentences += [series_sentence(portal, line) for line in compared]
    if hidden := sum(row.suppressed for row in group.rows):
        more = f"{hidden} more {'is' if hidden == 1 else 'are'} withheld: the count is small enough to show who."
        sentences.append(Text(f"另有 {hidden} 项数量太小，为保护当事人不公布。", more))
    return tuple(sentences)


def series_sentence(portal: Portal, line: Series) -> Text:
    """Values of one definition over the years, with the difference between the first and the last exact one."""
    return written("case-series.txt", wording.NOTHING, noun=_noun(portal, line.rows[0]), line=line)


def breakdown_sentence(portal: Portal, breakdown: Breakdown) -> Text:
    """A total by kind of right, the largest first, and what the source leaves undivided."""
    parts = [(_kind(portal, part), part, breakdown.share(part)) for part in breakdown.parts]
    total, rest = breakdown.total, breakdown.rest
    return written("case-kinds.txt", wording.NOTHING, noun=_noun(portal, total), parts=parts, total=total, rest=rest)


def _code(portal: Portal, column: str, row: CaseStatistic) -> Category:
    """What the code list of a column tells of a row's code, the words of the telling among it."""
    return portal.field("case_statistics", column).code(getattr(row, column))


def _period_sentences(portal: Portal, group: Group, rows: Sequence[CaseStatistic]) -> list[Text]:
    apart = [row for row in rows if _code(portal, "statistic", row).more.get("apart")]
    together = [row for row in rows if row not in apart]
    period, sentences = rows[0].period, []
    if together:
        forum = _code(portal, "forum", rows[0])
        when = Text(period.label("zh"), _when(period))
        area = portal.areas[group.area]
        place = Text(area.short.zh, "the whole country") if area.level == "nation" else wording.place(area)
        who = _filled(forum.text("actor", Text("{place}", "{place}")), place=place)
        told = _deeds(portal, together) + Text("", str(forum.more.get("after_en", "")))
        sentences.append(Text("{when}，{who}{told}。", "{when} {who} {told}.").format(when=when, who=who, told=told))
    if apart:
        sentences.append(Text("其中，{told}。", "Among them, {told}.").format(told=_deeds(portal, apart)))
    return [wording.tidy(sentence) for sentence in sentences]


def _deeds(portal: Portal, rows: Sequence[CaseStatistic]) -> Text:
    """What was done, one deed after the other in the order of the code list; counts of all kinds of right first."""
    order = portal.field("case_statistics", "statistic")

    def told(row: CaseStatistic) -> tuple[bool, int, str]:
        return not (is_total(portal, row) or is_mixed(portal, row)), order.rank(row.statistic), row.ip_type

    return wording.listed((_deed(portal, row) for row in sorted(rows, key=told)), "，")


def _deed(portal: Portal, row: CaseStatistic) -> Text:
    if row.value is None:
        return wording.NOTHING
    statistic, kind = _code(portal, "statistic", row), _kind(portal, row)
    shown, unit = quantity_parts(row.value, row.unit, "en", qualifier=row.qualifier)
    english = " ".join(word for word in (shown, statistic.more.get("adjective_en", kind.en), unit) if word)
    deed = statistic.text("deed", statistic.label + Text(" {v}", ": {v}"))
    return _filled(deed, kind=kind, v=Text(wording.observed(row).zh, english), verb=_verb(portal, row))


def _noun(portal: Portal, row: CaseStatistic) -> Text:
    """The same deed as a noun, for comparing years and for breaking a total down."""
    kind = _kind(portal, row)
    noun = _code(portal, "statistic", row).text("noun", Text("{kind}案件", "{kind}cases"))
    return _filled(noun, kind=kind + Text("", " ") if kind.zh else wording.NOTHING, verb=_verb(portal, row))


def _kind(portal: Portal, row: CaseStatistic) -> Text:
    """The kind of right as part of a longer name; nothing for several or all of them."""
    code = _code(portal, "ip_type", row)
    return wording.NOTHING if is_total(portal, row) or is_mixed(portal, row) else code.text("short", code.label)


def _verb(portal: Portal, row: CaseStatistic) -> Text:
    """Courts decide cases, authorities finish them: Chinese has a word for each, which the forum may tell."""
    verbs: Mapping[str, str] = _code(portal, "forum", row).more.get("verbs", {})
    return Text(verbs.get(row.statistic, _code(portal, "statistic", row).more.get("verb", "")), "")


def _filled(words: Text, **parts: Text) -> Text:
    """Words of a code list with their places filled; other braces stay as they are."""
    for name, part in parts.items():
        place = f"{{{name}}}"
        words = Text(words.zh.replace(place, part.zh), words.en.replace(place, part.en))
    return words


def _when(period: Period) -> str:
    if period.first is None or period.last is None:
        return "At a date not stated,"
    if period.kind == "years":
        return f"From {period.first.year} to {period.last.year}"
    return f"{'From' if period.kind == 'months' else 'In'} {period.label('en')}"
