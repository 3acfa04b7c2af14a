"""Case statistics as plain sentences in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from ipportal.analysis.cases import Breakdown, Group, Series, breakdowns, series
from ipportal.base.periods import Period
from ipportal.base.quantities import number, quantity, quantity_parts
from ipportal.base.text import Text
from ipportal.data.model import CaseStatistic, Portal
from ipportal.data.model.codes import ALL, MIXED
from ipportal.words.wording import NOTHING, STOP, amount, bracketed, listed, observed, percent, tidy

#: Who acts; `{place}` filled in. English: the subject, then what follows the deeds
_ACTORS: Final = {
    "administrative": (Text("{place}行政机关", "the administrative authorities of {place}"), ""),
    "e-commerce": (Text("{place}在电子商务领域", "{place}"), " in online trade"),
    "exhibition": (Text("{place}在大型展会", "{place}"), " at large fairs"),
    "hotline": (Text("{place}接到投诉举报热线转办，", "{place}"), " passed on by the complaints hotline"),
    "mediation": (Text("{place}在调解方面", "{place}"), " in mediation"),
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
    sentences += [series_sentence(line) for line in series(group.rows) if line.rows[0].measure in _NOUNS]
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
    together = [row for row in rows if row.measure in _DEEDS]
    levels = [row for row in rows if row.measure in _LEVELS]
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
    ordered = sorted(rows, key=lambda row: (row.ip_type not in (ALL, MIXED), order.index(row.measure), row.ip_type))
    return listed((_deed(row, deeds[row.measure]) for row in ordered), "，")


def _deed(row: CaseStatistic, deed: Text) -> Text:
    kind = _KINDS.get(row.ip_type, NOTHING)
    if row.value is None:
        return NOTHING
    shown, unit = quantity_parts(row.value, row.unit, "en", qualifier=row.qualifier)
    english = " ".join(word for word in (shown, _BRANCHES.get(row.measure, kind.en), unit) if word)
    return _of_forum(row, deed).format(kind=kind, v=Text(observed(row).zh, english))


def _noun(row: CaseStatistic) -> Text:
    kind = _KINDS.get(row.ip_type)
    noun = _of_forum(row, _NOUNS.get(row.measure, Text("{kind}案件", "{kind}cases")))
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
