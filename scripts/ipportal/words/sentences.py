"""One generated sentence per verdict, in both languages: value, unit, year, source, and what is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ipportal.analysis.comparable import Known
from ipportal.analysis.progress import Verdict
from ipportal.analysis.states import VerdictState
from ipportal.base.quantities import number, plain
from ipportal.base.text import Text
from ipportal.data.model import Portal, TargetKind
from ipportal.words import standing
from ipportal.words.wording import NOTHING, STOP, difference, format_number, in_sentence, percent, tidy

_EVEN: Final = (Decimal("0.95"), Decimal("1.05"))
_SMALL: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: How the sentence on a final value ends, by its verdict
_ENDINGS: Final[dict[str, Text]] = {
    VerdictState.MET: Text("达到 {aim}的{kind}。", "meeting the {kind} of {aim}."),
    VerdictState.EXCEEDED: Text("超过 {aim}的{kind}。", "beyond the {kind} of {aim}."),
    VerdictState.MISSED: Text(
        "没有达到 {aim}的{kind}，相差 {distance}。", "short of the {kind} of {aim} by {distance}."
    ),
    VerdictState.PROVISIONAL: Text(
        "这是初步数；目标是 {aim}，正式数公布后再判断。",
        "a provisional figure. The target is {aim}; the verdict waits for the final figure.",
    ),
}
#: The same for a target that sets no more than a ceiling
_CEILINGS: Final[dict[str, Text]] = {
    **_ENDINGS,
    VerdictState.MET: Text("做到了{aim}的{kind}。", "meeting the {kind} of {aim}."),
    VerdictState.EXCEEDED: Text("比{aim}的{kind}还低 {distance}。", "below the {kind} of {aim} by {distance}."),
    VerdictState.MISSED: Text("没有做到{aim}的{kind}，超出 {distance}。", "above the {kind} of {aim} by {distance}."),
}

#: The same for a value that stands on the target and misses it: by its own word (“nearly”), or as it had to go beyond
_ON_THE_LINE: Final = (
    Text("没有达到{kind}（{aim}）。", "so the {kind} of {aim} is not met."),
    Text("与目标值相等，没有{aim}，所以没有达到{kind}。", "equal to, but not {aim}, so the {kind} is not met."),
)


def verdict_sentence(portal: Portal, verdict: Verdict) -> Text:
    """The full account of a verdict."""
    annual = verdict.target.kind == TargetKind.ANNUAL
    opening = None
    if verdict.beyond_since:
        account = standing.beyond_sentence(portal, verdict, verdict.beyond_since)
    elif annual and not (verdict.final and verdict.period_over):
        account = _account_of_year(portal, verdict)
    elif verdict.final:
        account = _account_of_final(portal, verdict, verdict.final)
    else:
        if verdict.period_over and not standing.missing(portal, verdict):
            opening = Text("{end} 年终值未公布。", "The final value for {end} is not published.").format(
                **standing.facts(verdict)
            )
        account = _account(portal, verdict)
    said = (
        opening,
        account,
        standing.late_sentence(portal, verdict),
        _part_year(portal, verdict),
        standing.unjudged_sentence(portal, verdict),
        None if annual or verdict.final or verdict.beyond_since else _unknown(portal, verdict),
        _second_method(verdict),
        standing.moved_sentence(portal, verdict) if verdict.target.default else None,
    )
    return tidy(Text.joined((part for part in said if part), "", " "))


def short_sentence(portal: Portal, verdict: Verdict) -> Text:
    """What a card says below the state: a few words, no full stop."""
    said = (standing.beyond_fact(verdict) or _last_known(portal, verdict), standing.unjudged_note(portal, verdict))
    return Text.joined((part for part in said if part), "；", "; ")


def _last_known(portal: Portal, verdict: Verdict) -> Text:
    latest, told = verdict.latest, standing.facts(verdict, verdict.latest)
    words = standing.value_words(verdict)
    if verdict.target.kind == TargetKind.ANNUAL and not verdict.final:
        words = Text("{end} 年还没有过完，不作判断", "{end} is not over, so it is not judged yet")
        if verdict.period_over:
            words = Text("没有 {end} 年的公开数值", "no value for {end} is published")
    elif latest is None:
        words = Text("没有公开可比的数值", "no comparable value published")
        if years := standing.missing(portal, verdict):
            words = Text("没有 {years} 年的公开数值，无法求和", "no value published for {years}, so there is no sum")
            told |= {"years": years}
        if verdict.baseline:
            words = Text("{t0} 年之后没有公开可比的全年数值", "no comparable full-year value after {t0}")
    elif not verdict.final and verdict.done is not None and verdict.expected is not None:
        words = Text("已知到 {year} 年：{way}，{even}", "known up to {year}: {way}; {even}")
        told |= {"way": _way_done(verdict, verdict.done), "even": _even(verdict, verdict.expected)}
    return tidy(words.format(**told) + standing.late_note(verdict))


def _way_done(verdict: Verdict, done: Decimal) -> Text:
    """第一年完成了五年增量的 77% / the first year brought 77% of the five-year rise."""
    assert verdict.latest is not None
    if verdict.baseline is None:
        return Text("占目标的 {share}", "{share} of the target").format(share=percent(done))
    gone, whole = verdict.latest.year - verdict.baseline_year, verdict.target.year - verdict.baseline_year
    since = Text("第一年", "the first year") if gone == 1 else Text("前{gone}年", "the first {gone} years")
    return Text(
        "{since}完成了{whole}年{change}的 {share}", "{since} brought {share} of the {whole}-year {change}"
    ).format(
        since=since.format(gone=_span(gone)),
        whole=_span(whole),
        change=Text("增量", "rise") if verdict.sign > 0 else Text("降幅", "fall"),
        share=percent(done),
    )


def _span(years: int) -> Text:
    """A number of years in words, as both languages write small ones."""
    small = years <= len(_SMALL)
    return Text("一两三四五六七八九十"[years - 1], _SMALL[years - 1]) if small else Text(f" {years} ", str(years))


def _even(verdict: Verdict, expected: Decimal) -> Text:
    """What the path asks for by then: an average pace, or the plan's own interim targets."""
    words = Text("按平均进度应为 {share}", "an even pace would be {share}")
    if len(verdict.path) > 2:
        words = Text("按规划的分年目标应为 {share}", "the plan's own path asks for {share}")
    return words.format(share=percent(expected))


def _account(portal: Portal, verdict: Verdict) -> Text:
    """What is known while there is no final value."""
    if verdict.latest:
        return _account_of_latest(portal, verdict, verdict.latest)
    if verdict.baseline:
        return Text(
            "{year} 年基线为 {value}（{source}），此后没有公开可比的全年数值；目标是到 {end} 年{verb}。",
            "The {year} baseline is {value} ({source}); no comparable full-year value has been published since. "
            "The target for {end} is {aim}.",
        ).format(**standing.sourced_facts(portal, verdict, verdict.baseline))
    if loose := standing.loose_total(portal, verdict):
        return loose
    words = Text(
        "目标是到 {end} 年{verb}；{t0} 年基线和此后的全年数值都没有公布。",
        "The target for {end} is {aim}; neither a {t0} baseline nor a later full-year value has been published.",
    )
    years = standing.missing(portal, verdict)
    if years:
        words = Text(
            "目标是到 {end} 年{verb}；{years} 年的数值没有公布，无法求和。",
            "The target is {aim} by {end}; no value is published for {years}, so no sum can be formed.",
        )
    elif verdict.target.kind == TargetKind.CUMULATIVE:
        words = Text(
            "目标是到 {end} 年{verb}；没有公开逐年数值，无法求和。",
            "The target is {aim} by {end}; yearly values have not been published, so no sum can be formed.",
        )
    return words.format(**standing.facts(verdict), years=years)


def _account_of_final(portal: Portal, verdict: Verdict, final: Known) -> Text:
    unit, own = verdict.indicator.unit, verdict.target.unit
    annual = verdict.target.kind == TargetKind.ANNUAL
    ceiling = verdict.target.minimum is None and verdict.target.maximum is not None
    usual = Text("目标是 {aim}。", "against a target of {aim}.")
    ending = (_CEILINGS if ceiling else _ENDINGS).get(verdict.state.id, usual)
    if verdict.state.id == VerdictState.MISSED and not verdict.gap:
        ending = _ON_THE_LINE[verdict.target.kind == TargetKind.EXCEED]
    start = Text("{year} 年为 {value}（{source}），", "The value for {year} is {value} ({source}), ")
    return (start + ending).format(
        **standing.sourced_facts(portal, verdict, final),
        distance=difference(unit.convert(abs(verdict.gap or Decimal(0)), own), own),
        kind=Text("年度目标", "yearly target") if annual else Text("目标", "target"),
    )


def _account_of_latest(portal: Portal, verdict: Verdict, latest: Known) -> Text:
    told = standing.sourced_facts(portal, verdict, latest)
    sums = verdict.start is not None and verdict.baseline is None
    lead = Text(
        "最近一个可比的全年数值是 {year} 年的 {value}（{source}）",
        "The latest comparable full-year value is {value} in {year} ({source})",
    )
    if verdict.state.id == VerdictState.PROVISIONAL:
        lead = Text("{year} 年的初步数为 {value}（{source}）", "The provisional value for {year} is {value} ({source})")
    elif sums:
        lead = Text("截至 {year} 年累计 {value}（{source}）", "By {year} the total is {value} ({source})")
    if verdict.start is None:
        rest = Text(
            "；{t0} 年基线没有公布，算不出完成了多少。目标是到 {end} 年{verb}。",
            "; without a {t0} baseline the distance covered cannot be computed. The target for {end} is {aim}.",
        )
        return (lead + rest).format(**told)
    if verdict.done is None or verdict.expected is None:
        return (lead + Text("；目标是 {aim}。", ". The target is {aim}.")).format(**told)
    way = Text(
        "，{t0} 年基线为 {v0}，{end} 年目标为 {aim}：{way}，",
        "; the {t0} baseline is {v0}, the target for {end} is {aim}: {way}; ",
    )
    if verdict.done < 0:
        way = Text("，比 {t0} 年的 {v0}离目标（{aim}）更远，", ", further from the target of {aim} than {v0} in {t0}; ")
    elif sums:
        way = Text("，占目标（{aim}）的 {done}，", ", {done} of the target of {aim}; ")
    elif verdict.done >= 1 and not verdict.reaches(latest):
        way = Text("，还没有越过 {end} 年的目标（{aim}），", ", not yet beyond the target of {aim} for {end}; ")
    elif verdict.done >= 1:
        way = Text(
            "，已经达到或越过 {end} 年的目标（{aim}），", ", already at or beyond the target of {aim} for {end}; "
        )
    return (lead + way + _even(verdict, verdict.expected) + _pace(verdict) + STOP).format(
        **told,
        v0=format_number(verdict.start, verdict.indicator.unit),
        done=percent(verdict.done),
        way=_way_done(verdict, verdict.done),
    )


def _pace(verdict: Verdict) -> Text:
    pace = verdict.pace
    if pace is None or verdict.done is None or verdict.done < 0:
        return NOTHING
    if _EVEN[0] <= pace < _EVEN[1]:
        return Text("，两者相当", ", so this is in step with it")
    words = Text("，只有{wanted}的 {share}", ", so this is {share} of that pace")
    if pace >= _EVEN[1]:
        words = Text("，是{wanted}的 {times} 倍", ", so this is {times} times that pace")
    wanted = "应有进度" if len(verdict.path) > 2 else "平均进度"
    return words.format(wanted=wanted, times=number(pace, 1), share=percent(pace))


def _account_of_year(portal: Portal, verdict: Verdict) -> Text:
    """A work plan's target speaks of one year; its value is not known, or the year is not over."""
    lead = Text(
        "{end} 年的年度目标是 {aim}，当年的数值没有公布，不能判断。",
        "The yearly target for {end} is {aim}; no value for that year is published, so nothing can be said.",
    )
    if not verdict.period_over:
        lead = Text(
            "{end} 年的年度目标是 {aim}，当年还没有过完，不作判断。",
            "The yearly target for {end} is {aim}; the year is not over, so it is not judged yet.",
        )
    if verdict.latest is None or verdict.final:
        return lead.format(**standing.facts(verdict))
    newest = Text("最近的全年数值是 {year} 年的 {value}（{source}）。", " The latest is {value} in {year} ({source}).")
    return (lead + newest).format(**standing.sourced_facts(portal, verdict, verdict.latest))


def _part_year(portal: Portal, verdict: Verdict) -> Text | None:
    row = standing.newer_part_year(portal, verdict)
    if row is None or verdict.final:
        return None
    return Text(
        "另有 {period}的数值 {value}（{source}），不足全年，不参与判断。",
        "A value for part of a year, {value} ({period}; {source}), plays no part in the verdict.",
    ).format(**standing.row_facts(portal, row))


def _unknown(portal: Portal, verdict: Verdict) -> Text | None:
    """What cannot be said, or what it would take."""
    if verdict.latest is None:
        return None
    if years := standing.missing(portal, verdict):
        words = Text(
            "{years} 年的数值没有公布，{year} 年以后无法求和",
            "No value is published for {years}, so there is no sum after {year}",
        )
        if verdict.period_over:
            words += Text("，因此还不能说目标是否达到", " and it cannot be said whether the target was met")
        return (words + STOP).format(year=verdict.latest.year, years=years)
    if verdict.period_over:
        return Text(
            "{year} 年以后没有公开可比的全年数值，因此还不能说目标是否达到。",
            "No comparable full-year value after {year} is public, so it cannot be said whether the target was met.",
        ).format(year=verdict.latest.year)
    if not verdict.needed_absolute:
        return None
    step = round(abs(verdict.needed_absolute), verdict.indicator.precision + 1)
    return Text(
        "要按期达到目标，今后每年还要{change} {step}。", "To arrive on time it would have to {change} by {step} a year."
    ).format(
        change=Text("增加", "rise") if verdict.needed_absolute > 0 else Text("减少", "fall"),
        step=difference(plain(step), verdict.indicator.unit),
    )


def _second_method(verdict: Verdict) -> Text | None:
    if verdict.period_over or not verdict.bands_disagree or not verdict.cagr_band or not verdict.pace_band:
        return None
    return Text(
        "换用年均复合增速比较，结论是“{other}”，与按步调判断的“{own}”不同。",
        "Compared by compound growth rates the finding would be “{other}”, not “{own}”.",
    ).format(other=in_sentence(verdict.cagr_band.label), own=in_sentence(verdict.pace_band.label))
