"""Case statistics as plain sentences in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from ipportal.analysis.cases import Breakdown, Group, Series, breakdowns, series, suppressed
from ipportal.base.periods import Period
from ipportal.base.quantities import number, quantity, quantity_parts
from ipportal.base.text import LANGS, Text, join_list
from ipportal.data.model import CaseStatistic, Portal
from ipportal.data.model.codes import ALL, MIXED
from ipportal.words.wording import percent

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
    "cases-handled": Text("查处或处理{kind}案件{v}", "handled {v}"),
    "case-value": Text("案值{v}", "found goods worth {v} in these cases"),
    "cases-filed": Text("立案{kind}案件{v}", "opened {v}"),
    "cases-accepted": Text("受理{kind}案件{v}", "accepted {v}"),
    "cases-carried-over": Text("从上年结转{kind}案件{v}", "carried over {v} from the year before"),
    "cases-new": Text("新收{kind}案件{v}", "received {v} as new"),
    "criminal-cases-new": Text("新收刑事案件{v}", "received {v} as new"),
    "civil-cases-accepted": Text("受理民事案件{v}", "accepted {v}"),
    "cases-closed": Text("审结或办结{kind}案件{v}", "closed {v}"),
    "fines": Text("罚没款{v}", "collected {v} in fines and confiscated income"),
    "goods-destroyed-value": Text("销毁侵权商品，货值{v}", "destroyed infringing goods worth {v}"),
    "determinations": Text("作出{kind}侵权判定{v}", "gave an opinion on infringement in {v}"),
    "consultations": Text("提供现场咨询{v}", "gave {v}"),
    "arrests-reviewed": Text("审查逮捕案件{v}", "reviewed arrests in {v}"),
    "arrests-reviewed-persons": Text("审查逮捕{v}", "reviewed the arrest of {v}"),
    "prosecutions-reviewed": Text("审查起诉案件{v}", "reviewed {v} for prosecution"),
    "prosecutions-reviewed-persons": Text("审查起诉{v}", "reviewed {v} for prosecution"),
}
#: Mediators settle a case; they do not investigate it
_MEDIATED: Final = {"cases-handled": Text("办理{kind}案件{v}", "handled {v}")}
#: What one level of the courts did, told apart from what the courts did together
_LEVELS: Final = {
    "cases-new-intermediate-court": Text("中级人民法院新收案件{v}", "the intermediate court received {v} as new"),
    "cases-new-basic-courts": Text("基层人民法院新收案件{v}", "the basic courts received {v} as new"),
    "cases-closed-basic-courts": Text("基层人民法院审结案件{v}", "the basic courts closed {v}"),
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
_NOTHING: Final = Text("", "")


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
    hidden = suppressed(group.rows)
    if hidden:
        sentences.append(
            Text(
                f"另有 {hidden} 项数量太小，为保护当事人不公布。",
                f"{hidden} more {'is' if hidden == 1 else 'are'} withheld: the count is small enough to show who.",
            )
        )
    return tuple(sentences)


def value_words(row: CaseStatistic) -> Text:
    """A value with its unit, or that it is withheld."""
    if row.value is None:
        return Text("不公布（数量太小）", "withheld (too small)")
    return Text(*(quantity(row.value, row.unit, lang, qualifier=row.qualifier) for lang in LANGS))


def series_sentence(line: Series) -> Text:
    """Values of one definition over the years, with the difference between the first and the last exact one."""
    noun = _noun(line.rows[0])
    zh = "、".join(f"{row.period.label('zh')}{_after(value_words(row).zh)}" for row in line.rows)
    en = join_list([f"{value_words(row).en} in {row.period.label('en')}" for row in line.rows], "en")
    change, gap = _difference(line), _gap(line)
    apart = Text("各年来源不同，比较时请留意。", " The years come from different sources.")
    if len({row.source for row in line.rows}) == 1:
        apart = _NOTHING
    return Text(
        f"{noun.zh}逐年看：{zh}{change.zh}。{gap.zh}{apart.zh}",
        f"Year by year, {noun.en}: {en}{change.en}.{gap.en}{apart.en}",
    )


def breakdown_sentence(breakdown: Breakdown) -> Text:
    """A total by kind of right, the largest first, and what the source leaves undivided."""
    total, noun = breakdown.total, _noun(breakdown.total)
    shares = [(part, _KINDS[part.ip_type], percent(breakdown.share(part))) for part in breakdown.parts]
    zh = "，".join(f"{kind.zh} {value_words(part).zh}（{share}）" for part, kind, share in shares)
    en = ", ".join(f"{kind.en} {value_words(part).en} ({share})" for part, kind, share in shares)
    rest = _NOTHING
    if breakdown.rest:
        left = quantity(breakdown.rest, total.unit, "zh")
        rest = Text(
            f"；其余 {left}，来源没有按权利分列", f"; the source does not divide the other {number(breakdown.rest)}"
        )
    return Text(
        f"{total.period.label('zh')}{noun.zh}按权利分：{zh}{rest.zh}。",
        f"The {noun.en} of {total.period.label('en')} by kind of right: {en}{rest.en}.",
    )


def _period_sentences(portal: Portal, group: Group, rows: Sequence[CaseStatistic]) -> list[Text]:
    together = [row for row in rows if row.measure in _DEEDS]
    levels = [row for row in rows if row.measure in _LEVELS]
    period, sentences = rows[0].period, []
    if together:
        actor, tail = _ACTORS[group.forum]
        who = actor.format(place=_place(portal, group.area))
        deeds = _format_deeds(together, _DEEDS | _MEDIATED if group.forum == "mediation" else _DEEDS)
        sentences.append(
            Text(
                f"{period.label('zh')}，{who.zh}{'，'.join(deed.zh for deed in deeds)}。",
                f"{_when(period)} {who.en} {join_list([deed.en for deed in deeds], 'en')}{tail}.",
            )
        )
    if levels:
        deeds = _format_deeds(levels, _LEVELS)
        sentences.append(
            Text(
                f"其中，{'，'.join(deed.zh for deed in deeds)}。",
                f"Among them, {join_list([deed.en for deed in deeds], 'en')}.",
            )
        )
    return sentences


def _format_deeds(rows: Sequence[CaseStatistic], deeds: dict[str, Text]) -> list[Text]:
    order = list(deeds)
    ordered = sorted(rows, key=lambda row: (row.ip_type not in (ALL, MIXED), order.index(row.measure), row.ip_type))
    return [_format_deed(row, deeds[row.measure]) for row in ordered]


def _format_deed(row: CaseStatistic, deed: Text) -> Text:
    kind = _KINDS.get(row.ip_type, _NOTHING)
    if row.value is None:
        return _NOTHING
    figure, unit = quantity_parts(row.value, row.unit, "en", qualifier=row.qualifier)
    english = " ".join(word for word in (figure, _BRANCHES.get(row.measure, kind.en), unit) if word)
    zh = deed.zh.replace("审结或办结", "审结" if row.forum == "court" else "办结")
    return Text(zh.format(kind=kind.zh, v=_after(value_words(row).zh)), deed.en.format(v=english))


def _noun(row: CaseStatistic) -> Text:
    kind = _KINDS.get(row.ip_type, _NOTHING)
    noun = _NOUNS.get(row.measure, Text("{kind}案件", "{kind}cases"))
    zh = noun.zh.replace("审结或办结", "审结" if row.forum == "court" else "办结")
    return Text(zh.format(kind=kind.zh), noun.en.format(kind=f"{kind.en} " if kind.en else ""))


def _after(value: str) -> str:
    """A value as it follows a Chinese word: figures keep their distance, words do not."""
    return f" {value}" if value[:1].isdigit() else value


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
    ends = line.exact_ends
    if ends is None:
        return _NOTHING
    first, last = ends
    if first.value is None or last.value is None or not first.value:
        return _NOTHING
    change = last.unit.convert(last.value, first.unit) - first.value
    start, end = first.period.label("en"), last.period.label("en")
    if not change:
        return Text(f"；{start} 年与 {end} 年相同", f"; {start} and {end} are equal")
    size = Text(*(quantity(abs(change), first.unit, lang) for lang in LANGS))
    words = Text("增加", "up") if change > 0 else Text("减少", "down")
    share = percent(abs(change) / first.value)
    return Text(
        f"；{end} 年比 {start} 年{words.zh} {size.zh}（{share}）",
        f"; {words.en} {size.en} ({share}) from {start} to {end}",
    )


def _gap(line: Series) -> Text:
    named = [str(year) for year in line.missing_years]
    if not named:
        return _NOTHING
    return Text(
        f"其间 {'、'.join(named)} 年没有公开数值。", f" Nothing has been published for {join_list(named, 'en')}."
    )
