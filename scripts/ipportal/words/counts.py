"""Many verdicts, measures or cases in sentences, counted: the headline, other areas, the plan, case statistics."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from ipportal.analysis.cases import Breakdown, Group, Series, breakdowns, series
from ipportal.analysis.plan import UNSEEN, Tally
from ipportal.analysis.progress import Verdict, area_verdicts, tally
from ipportal.base.periods import Period
from ipportal.base.quantities import number, quantity, quantity_parts
from ipportal.base.text import Text, join_texts
from ipportal.data.model import Area, CaseStatistic, Confidence, IndicatorGroup, Portal, TargetKind
from ipportal.data.model.codes import ALL, MIXED
from ipportal.words.standing import beyond_note, unjudged_note
from ipportal.words.wording import (
    NOTHING,
    STOP,
    amount,
    bracketed,
    counted,
    in_sentence,
    listed,
    observed,
    percent,
    tidy,
)

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


# --- cases ----------------------------------------------------------------------------------------

#: Who acts; `{place}` filled in. English: the subject, then what follows the deeds
_ACTORS: Final = {
    "administrative": (Text("{place}行政机关", "the administrative authorities of {place}"), ""),
    "e-commerce": (Text("{place}在电子商务领域", "{place}"), " in online trade"),
    "exhibition": (Text("{place}在大型展会", "{place}"), " at large fairs"),
    "hotline": (Text("{place}接到投诉举报热线转办，", "{place}"), " passed on by the complaints hotline"),
    "mediation": (Text("{place}在调解方面", "{place}"), " in mediation"),
    "customs": (Text("{place}海关", "the customs of {place}"), ""),
    "police": (Text("{place}公安机关", "the police of {place}"), ""),
    "justice": (Text("{place}司法行政机关", "the justice authorities of {place}"), ""),
    "court": (Text("{place}法院", "the courts of {place}"), ""),
    "procuratorate": (Text("{place}检察机关", "the procuratorates of {place}"), ""),
}
#: What was done, in the order of the telling; `{v}` is the value with its unit, `{kind}` the kind of right
_DEEDS: Final = {
    "cases-handled": Text("查处或处理{kind}案件 {v}", "handled {v}"),
    "case-value": Text("案值 {v}", "found goods worth {v} in these cases"),
    "cases-filed": Text("立案{kind}案件 {v}", "opened {v}"),
    "cases-accepted": Text("受理{kind}案件 {v}", "accepted {v}"),
    "cases-carried-over": Text("从上年结转{kind}案件 {v}", "carried over {v} from the year before"),
    "cases-new": Text("新收{kind}案件 {v}", "received {v} as new"),
    "criminal-cases-new": Text("新收刑事案件 {v}", "received {v} as new"),
    "civil-cases-accepted": Text("受理民事案件 {v}", "accepted {v}"),
    "cases-closed": Text("审结或办结{kind}案件 {v}", "closed {v}"),
    "fines": Text("罚没款 {v}", "collected {v} in fines and confiscated income"),
    "goods-destroyed-value": Text("销毁侵权商品，货值 {v}", "destroyed infringing goods worth {v}"),
    "determinations": Text("作出{kind}侵权判定 {v}", "gave an opinion on infringement in {v}"),
    "consultations": Text("提供现场咨询 {v}", "gave {v}"),
    "arrests-reviewed": Text("审查逮捕案件 {v}", "reviewed arrests in {v}"),
    "arrests-reviewed-persons": Text("审查逮捕 {v}", "reviewed the arrest of {v}"),
    "prosecutions-reviewed": Text("审查起诉案件 {v}", "reviewed {v} for prosecution"),
    "prosecutions-reviewed-persons": Text("审查起诉 {v}", "reviewed {v} for prosecution"),
}
#: Mediators settle a case; they do not investigate it
_MEDIATED: Final = {"cases-handled": Text("办理{kind}案件 {v}", "handled {v}")}
#: What one level of the courts did, told apart from what the courts did together
_LEVELS: Final = {
    "cases-new-intermediate-court": Text("中级人民法院新收案件 {v}", "the intermediate court received {v} as new"),
    "cases-new-basic-courts": Text("基层人民法院新收案件 {v}", "the basic courts received {v} as new"),
    "cases-closed-basic-courts": Text("基层人民法院审结案件 {v}", "the basic courts closed {v}"),
}
#: Kinds of case that the statistic itself names
_BRANCHES: Final = {"criminal-cases-new": "criminal", "civil-cases-accepted": "civil"}
#: The same deed as a noun, for comparing years and for breaking a total down
_NOUNS: Final = {
    "cases-handled": Text("查处或处理的{kind}案件", "{kind}cases handled"),
    "cases-accepted": Text("受理的{kind}案件", "{kind}cases accepted"),
    "cases-new": Text("新收{kind}案件", "new {kind}cases"),
    "cases-closed": Text("审结或办结的{kind}案件", "{kind}cases closed"),
}
_KINDS: Final = {
    "patent": Text("专利", "patent"),
    "trademark": Text("商标", "trademark"),
    "copyright": Text("著作权", "copyright"),
    "trade-secret": Text("商业秘密", "trade-secret"),
    "geographical-indication": Text("地理标志", "geographical-indication"),
    "unfair-competition": Text("不正当竞争和垄断", "unfair competition and monopoly"),
    "technical": Text("技术类", "technical"),
    "plant-variety": Text("植物新品种", "plant-variety"),
}


def group_sentences(portal: Portal, group: Group) -> tuple[Text, ...]:
    """What a group says: a sentence or two a period, then what a total is made of and which years compare."""
    divided = breakdowns(group.rows)
    in_parts = {part.id for breakdown in divided for part in breakdown.parts}
    told = [row for row in group.rows if row.value is not None and row.id not in in_parts]
    sentences: list[Text] = []
    for _, rows in groupby(told, key=lambda row: row.period.text):
        sentences += _period_sentences(portal, group, list(rows))
    sentences += [breakdown_sentence(breakdown) for breakdown in divided]
    sentences += [series_sentence(line) for line in series(group.rows) if line.rows[0].statistic in _NOUNS]
    if hidden := sum(row.suppressed for row in group.rows):
        sentences.append(
            Text(
                f"另有 {hidden} 项数量太小，为保护当事人不公布。",
                f"{hidden} more {'is' if hidden == 1 else 'are'} withheld: the count is small enough to show who.",
            )
        )
    return tuple(sentences)


def series_sentence(line: Series) -> Text:
    """Values of one definition over the years, with the difference between the first and the last exact one."""
    values = [
        Text("{when} {value}", "{value} in {when}").format(when=r.period.words(), value=observed(r)) for r in line.rows
    ]
    apart = Text("各年来源不同，比较时请留意。", " The years come from different sources.")
    opening = Text("{noun}逐年看：", "Year by year, {noun}: ").format(noun=_noun(line.rows[0]))
    one_source = len({row.source for row in line.rows}) == 1
    return tidy(opening + listed(values) + _difference(line) + STOP + _gap(line) + (NOTHING if one_source else apart))


def breakdown_sentence(breakdown: Breakdown) -> Text:
    """A total by kind of right, the largest first, and what the source leaves undivided."""
    total = breakdown.total
    shares = (
        Text("{kind} {value}", "{kind} {value}").format(kind=_KINDS[part.ip_type], value=observed(part))
        + bracketed(Text.same(percent(breakdown.share(part))))
        for part in breakdown.parts
    )
    rest = Text("；其余 {left}，来源没有按权利分列", "; the source does not divide the other {left}").format(
        left=Text(quantity(breakdown.rest, total.unit, "zh"), number(breakdown.rest))
    )
    opening = Text("{when}{noun}按权利分：", "The {noun} of {when} by kind of right: ")
    named = opening.format(when=total.period.words(), noun=_noun(total))
    return named + Text.joined(shares) + (rest if breakdown.rest else NOTHING) + STOP


def _period_sentences(portal: Portal, group: Group, rows: Sequence[CaseStatistic]) -> list[Text]:
    together = [row for row in rows if row.statistic in _DEEDS]
    levels = [row for row in rows if row.statistic in _LEVELS]
    period, sentences = rows[0].period, []
    if together:
        actor, tail = _ACTORS[group.forum]
        when, who = Text(period.label("zh"), _when(period)), actor.format(place=_place(portal, group.area))
        told = _deeds(together, _DEEDS | _MEDIATED if group.forum == "mediation" else _DEEDS)
        sentences.append(
            Text("{when}，{who}{told}。", f"{{when}} {{who}} {{told}}{tail}.").format(when=when, who=who, told=told)
        )
    if levels:
        sentences.append(Text("其中，{told}。", "Among them, {told}.").format(told=_deeds(levels, _LEVELS)))
    return [tidy(sentence) for sentence in sentences]


def _deeds(rows: Sequence[CaseStatistic], deeds: dict[str, Text]) -> Text:
    """What was done, one deed after the other; counts of all kinds of right first."""
    order = list(deeds)
    ordered = sorted(rows, key=lambda row: (row.ip_type not in (ALL, MIXED), order.index(row.statistic), row.ip_type))
    return listed((_deed(row, deeds[row.statistic]) for row in ordered), "，")


def _deed(row: CaseStatistic, deed: Text) -> Text:
    kind = _KINDS.get(row.ip_type, NOTHING)
    if row.value is None:
        return NOTHING
    shown, unit = quantity_parts(row.value, row.unit, "en", qualifier=row.qualifier)
    english = " ".join(word for word in (shown, _BRANCHES.get(row.statistic, kind.en), unit) if word)
    return _of_forum(row, deed).format(kind=kind, v=Text(observed(row).zh, english))


def _noun(row: CaseStatistic) -> Text:
    kind = _KINDS.get(row.ip_type)
    noun = _of_forum(row, _NOUNS.get(row.statistic, Text("{kind}案件", "{kind}cases")))
    return noun.format(kind=kind + Text("", " ") if kind else NOTHING)


def _of_forum(row: CaseStatistic, words: Text) -> Text:
    """Courts decide cases, authorities finish them: Chinese has a word for each."""
    return Text(words.zh.replace("审结或办结", "审结" if row.forum == "court" else "办结"), words.en)


def _place(portal: Portal, area: str) -> Text:
    short = portal.areas[area].short
    names = {portal.zone.id: "the zone", "nation": "the whole country"}
    return Text(short.zh, names.get(area, short.en))


def _when(period: Period) -> str:
    first, last = period.first, period.last
    if first is None or last is None:
        return "At a date not stated,"
    if period.kind == "years":
        return f"From {first.year} to {last.year}"
    return f"From {period.label('en')}" if period.kind == "months" else f"In {period.label('en')}"


def _difference(line: Series) -> Text:
    if line.exact_ends is None:
        return NOTHING
    first, last = line.exact_ends
    if first.value is None or last.value is None or not first.value:
        return NOTHING
    change = last.unit.convert(last.value, first.unit) - first.value
    words = Text("；{end} 年与 {start} 年相同", "; {start} and {end} are equal")
    if change > 0:
        words = Text("；{end} 年比 {start} 年增加 {size}（{share}）", "; up {size} ({share}) from {start} to {end}")
    elif change:
        words = Text("；{end} 年比 {start} 年减少 {size}（{share}）", "; down {size} ({share}) from {start} to {end}")
    return words.format(
        start=first.period.label("en"),
        end=last.period.label("en"),
        size=amount(abs(change), first.unit),
        share=percent(abs(change) / first.value),
    )


def _gap(line: Series) -> Text:
    named = [Text.same(year) for year in line.missing_years]
    if not named:
        return NOTHING
    return Text("其间 {years} 年没有公开数值。", " Nothing has been published for {years}.").format(years=listed(named))
