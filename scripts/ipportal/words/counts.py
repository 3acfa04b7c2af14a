"""Many verdicts or measures in one sentence, counted: the headline, other areas, the plan's measures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from ipportal.analysis.plan import UNSEEN, Tally
from ipportal.analysis.progress import Verdict, area_verdicts, tally
from ipportal.base.text import Text, join_texts
from ipportal.data.model import Area, Confidence, IndicatorGroup, Portal, TargetKind
from ipportal.words.standing import beyond_note, unjudged_note
from ipportal.words.wording import NOTHING, STOP, bracketed, counted, in_sentence, listed, tidy

#: Up to so many indicators are named instead of counted
_NAMED: Final = 2
_NAMES: Final = {"nation": Text("全国", "China"), "zone": Text("本区", "The zone")}

# --- the headline ---------------------------------------------------------------------------------


def headline(judged: Sequence[Verdict]) -> Text:
    """How many final values are known, and up to which year the others are; `judged` holds one verdict each."""
    final = sum(v.final is not None for v in judged)
    opening = Text("{total} 项核心指标的目标年是 {year} 年", "The target year of the {total} core indicators is {year}")
    if final:
        opening = Text(
            "{total} 项核心指标中，{final} 项公布了 {year} 年终值",
            "Final values for {year} are published for {final} of the {total} core indicators",
        )
    elif any(v.period_over for v in judged):
        opening = Text(
            "{total} 项核心指标都没有公布 {year} 年终值",
            "No final value for {year} is published for any of the {total} core indicators",
        )
    opening = opening.format(total=len(judged), final=final, year=max((v.target.year for v in judged), default=0))
    told = _by_last_year([v for v in judged if not v.final])
    known = Text("。可比数值：", ". Comparable values: ") + Text.joined(told) if told else NOTHING
    return opening + known + STOP


def _by_last_year(judged: Sequence[Verdict]) -> list[Text]:
    groups: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in judged:
        groups[verdict.newest.year if verdict.newest else 0].append(verdict)
    told = []
    for year, members in sorted(groups.items(), reverse=True):
        who = Text(f"{len(members)} 项", str(len(members)))
        if len(members) <= _NAMED:
            who = join_texts(in_sentence(v.indicator.short) for v in members)
        words = Text("{who}到 {year} 年", "{who} up to {year}")
        if year == members[0].baseline_year:
            words = Text("{who}只有 {year} 年基线", "{who} only the baseline of {year}")
        if not year:
            words = Text("{who}没有数值", "{who} nothing")
        told.append(words.format(who=who, year=year))
    return told


def headline_facts(portal: Portal, judged: Sequence[Verdict]) -> tuple[Text, ...]:
    """Beside the headline: values beyond their target, and newer values of another definition."""
    return tuple(
        tidy(Text("{name} {note}", "{name}: {note}").format(name=verdict.indicator.short, note=note))
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
    final, open_ = [v for v in judged if v.final], [v for v in judged if not v.final]
    parts = [_states(final) if final else Text("目标年的全年数值都没有找到", "no value for the target year was found")]
    years = Counter(v.latest.year for v in open_ if v.latest)
    parts += [
        Text(f"{count} 项最近的可比数值是 {year} 年的", f"for {count} the latest comparable value is of {year}")
        for year, count in sorted(years.items(), reverse=True)
    ]
    if silent := sum(v.latest is None for v in open_):
        parts.append(Text(f"{silent} 项没有基线之后的可比数值", f"for {silent} none is known after the baseline"))
    retold = sum(v.latest is not None and v.latest.observation.confidence == Confidence.SECONDARY for v in judged)
    tail = Text(
        f"其中 {retold} 项的最近数值是转述，表中已标明。",
        f" {retold} of these latest values are second-hand and marked.",
    )
    head = Text(f"{{name}}有 {len(judged)} 项目标：", f"{{name}} has {counted(len(judged), 'target')}: ")
    named = head.format(name=_NAMES.get(area.level, area.short))
    return named + Text.joined(parts, "，", "; ") + STOP + (tail if retold else NOTHING)


def annual_sentence(judged: Sequence[Verdict]) -> Text:
    """What became of work-plan targets, year by year."""
    told = []
    for year in sorted({v.target.year for v in judged}):
        of_year = [v for v in judged if v.target.year == year]
        known = [v for v in of_year if v.final and v.period_over]
        words = [_states(known)] if known else []
        if not of_year[0].period_over:
            words.append(Text("当年还没有过完，不作判断", "the year is not over, so nothing is judged"))
        elif len(known) < len(of_year):
            rest = len(of_year) - len(known)
            words.append(Text(f"{rest} 项没有找到当年数值", f"for {rest} no value of the year was found"))
        targets = counted(len(of_year), "work-plan target")
        head = Text(f"{year} 年的年度工作目标 {len(of_year)} 项：", f"{targets} for {year}: ")
        told.append(head + Text.joined(words) + STOP)
    return Text.joined(told, "", " ")


def _states(judged: Iterable[Verdict]) -> Text:
    form = Text("{n} 项{label}", "{n} {label}")
    return Text.joined(form.format(n=number, label=in_sentence(state.label)) for state, number in tally(judged))


# --- the plan's measures --------------------------------------------------------------------------


def tally_sentence(tally: Tally) -> Text:
    """Of N measures, how many are proven how well, and by how many sources; the silence is not judged."""
    if tally.total == 0:
        return Text("没有措施。", "There are no measures.")
    proven, rest = _proofs(tally, counts=True), _proofs(tally, counts=False)
    parts = []
    if proven.zh:
        sources = Text(f"{tally.sources} 个不同来源", counted(tally.sources, "distinct source"))
        parts.append(proven + bracketed(sources))
    if rest.zh:
        parts.append(rest + Text("。没有查到不等于没有做", ". Nothing found does not mean nothing done"))
    return _measures(tally) + Text("：", ": ") + Text.joined(parts, "；", "; ") + STOP


def tally_short(tally: Tally) -> Text:
    """28 项措施：3 项有官方步骤 / 28 measures: 3 with an official step."""
    if not tally.proven:
        return Text.joined((_measures(tally), in_sentence(UNSEEN.label)))
    return Text.joined((_measures(tally), _proofs(tally, counts=True)), "：", ": ")


def _proofs(tally: Tally, *, counts: bool) -> Text:
    """The kinds of proof that count, or those that do not, each with its number of measures."""
    form = Text("{n} 项{label}", "{n} {label}")
    return listed(
        form.format(n=measures, label=proof.label)
        for proof, measures, _ in tally.proofs
        if measures and proof.counts == counts
    )


def _measures(tally: Tally) -> Text:
    return Text(f"{tally.total} 项措施", counted(tally.total, "measure"))
