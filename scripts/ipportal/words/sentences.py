"""One generated sentence per verdict, in both languages: value, unit, year, source, and what is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ipportal.analysis.comparable import Known, covers_year
from ipportal.analysis.progress import Verdict
from ipportal.analysis.states import VerdictState
from ipportal.base.quantities import number, plain
from ipportal.base.text import Text
from ipportal.data.model import Observation, Portal, Status, TargetKind
from ipportal.words.standing import (
    beyond_fact,
    beyond_sentence,
    loose_total,
    moved_sentence,
    period_words,
    unjudged_note,
    unjudged_sentence,
)
from ipportal.words.wording import (
    amount,
    citation,
    format_number,
    format_target,
    format_target_verb,
    known,
    observed,
    percent,
    tidy,
)

_EVEN: Final = (Decimal("0.95"), Decimal("1.05"))


def verdict_sentence(portal: Portal, verdict: Verdict) -> Text:
    """The full account of a verdict."""
    if verdict.beyond_since:
        account: tuple[Text | None, ...] = (beyond_sentence(portal, verdict, verdict.beyond_since),)
    elif verdict.target.kind == TargetKind.ANNUAL:
        account = (_account_of_year(portal, verdict),)
    else:
        account = (_opening(verdict), _account(portal, verdict))
    return _join(
        *account,
        _part_year(portal, verdict),
        unjudged_sentence(portal, verdict),
        _unknown(verdict),
        _second_method(verdict),
        moved_sentence(portal, verdict) if verdict.target.default else None,
    )


def short_sentence(portal: Portal, verdict: Verdict) -> Text:
    """What a card says below the state: a few words, no full stop."""
    beside = unjudged_note(portal, verdict)
    said = beyond_fact(verdict) or _last_known(verdict)
    return Text(f"{said.zh}；{beside.zh}", f"{said.en}; {beside.en}") if beside else said


def _last_known(verdict: Verdict) -> Text:
    latest = verdict.latest
    if verdict.target.kind == TargetKind.ANNUAL and not verdict.final:
        year = verdict.target.year
        if verdict.period_over:
            return Text(f"没有 {year} 年的公开数值", f"no value for {year} is published")
        return Text(f"{year} 年还没有过完，不作判断", f"{year} is not over, so it is not judged yet")
    if latest is None and verdict.baseline is None:
        return Text("没有公开可比的数值", "no comparable value published")
    if latest is None:
        return Text("{year} 年之后没有公开可比的全年数值", "no comparable full-year value after {year}").format(
            year=verdict.baseline_year
        )
    if verdict.final or verdict.done is None or verdict.expected is None:
        words = Text("{year} 年为 {value}", "{value} in {year}")
        return tidy(words.format(year=latest.year, value=known(latest, verdict.indicator.unit)))
    way, even = _way_done(verdict, verdict.done), _even(verdict, verdict.expected)
    return Text(f"已知到 {latest.year} 年：{way.zh}，{even.zh}", f"known up to {latest.year}: {way.en}; {even.en}")


def _way_done(verdict: Verdict, done: Decimal) -> Text:
    """第一年完成了五年增量的 77% / the first year brought 77% of the five-year rise."""
    assert verdict.latest is not None
    share = percent(done)
    if verdict.baseline is None:
        return Text(f"占目标的 {share}", f"{share} of the target")
    gone, whole = verdict.latest.year - verdict.baseline_year, verdict.target.year - verdict.baseline_year
    change = Text("增量", "rise") if verdict.sign > 0 else Text("降幅", "fall")
    since = (
        Text("第一年", "the first year")
        if gone == 1
        else Text(f"前{_span(gone).zh}年", f"the first {_span(gone).en} years")
    )
    return Text(
        f"{since.zh}完成了{_span(whole).zh}年{change.zh}的 {share}",
        f"{since.en} brought {share} of the {_span(whole).en}-year {change.en}",
    )


def _span(years: int) -> Text:
    """A number of years in words, as both languages write small ones."""
    zh, en = "一两三四五六七八九十", ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return Text(zh[years - 1], en[years - 1]) if years <= len(zh) else Text(f" {years} ", str(years))


def _even(verdict: Verdict, expected: Decimal) -> Text:
    """What the path asks for by then: an average pace, or the plan's own interim targets."""
    if len(verdict.path) > 2:
        return Text(f"按规划的分年目标应为 {percent(expected)}", f"the plan's own path asks for {percent(expected)}")
    return Text(f"按平均进度应为 {percent(expected)}", f"an even pace would be {percent(expected)}")


def newer_part_year(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest value after the last comparable one that covers only part of a year."""
    since = verdict.newest.year if verdict.newest else verdict.baseline_year
    rows = [
        row
        for row in portal.observed(verdict.indicator.id, verdict.area.id, verdict.basis.id)
        if row.status != Status.SUPERSEDED
        and row.period.kind in ("half", "quarter", "month")
        and row.period.year is not None
        and since < row.period.year <= verdict.target.year
        and not covers_year(row)
    ]
    newest = max((row.period.sort_key for row in rows), default=None)
    return next((row for row in rows if row.period.sort_key == newest), None)


def _join(*parts: Text | None) -> Text:
    kept = [part for part in parts if part]
    return tidy(Text("".join(part.zh for part in kept), " ".join(part.en for part in kept)))


def _opening(verdict: Verdict) -> Text | None:
    if verdict.period_over and not verdict.final:
        return Text("{year} 年终值未公布。", "The final value for {year} is not published.").format(
            year=verdict.target.year
        )
    return None


def _account(portal: Portal, verdict: Verdict) -> Text:
    if verdict.final:
        return _account_of_final(portal, verdict)
    if verdict.latest:
        return _account_of_latest(portal, verdict, verdict.latest)
    goal, year = format_target_verb(verdict.target), verdict.target.year
    if verdict.baseline:
        return Text(
            "{t0} 年基线为 {v0}（{source}），此后没有公开可比的全年数值；目标是到 {year} 年{aim}。",
            "The {t0} baseline is {v0} ({source}); no comparable full-year value has been published since. "
            "The target for {year} is {aim}.",
        ).format(
            t0=verdict.baseline.year,
            v0=known(verdict.baseline, verdict.indicator.unit),
            source=citation(portal, verdict.baseline.observation),
            year=year,
            aim=goal,
        )
    if loose := loose_total(portal, verdict):
        return loose
    if verdict.target.kind == TargetKind.CUMULATIVE:
        return Text(
            "目标是到 {year} 年{aim}；没有公开逐年数值，无法求和。",
            "The target is {aim} by {year}; yearly values have not been published, so no sum can be formed.",
        ).format(year=year, aim=goal)
    return Text(
        "目标是到 {year} 年{aim}；{t0} 年基线和此后的全年数值都没有公布。",
        "The target for {year} is {aim}; neither a {t0} baseline nor a later full-year value has been published.",
    ).format(year=year, aim=goal, t0=verdict.baseline_year)


def _account_of_final(portal: Portal, verdict: Verdict) -> Text:
    final = verdict.final
    assert final is not None
    unit, own = verdict.indicator.unit, verdict.target.unit
    distance = amount(unit.convert(abs(verdict.gap or Decimal(0)), own), own)
    endings: dict[str, Text] = {
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
    ending = endings.get(verdict.state.id, Text("目标是 {aim}。", "against a target of {aim}."))
    start = Text("{year} 年为 {value}（{source}），", "The value for {year} is {value} ({source}),").format(
        year=final.year,
        value=known(final, verdict.indicator.unit),
        source=citation(portal, final.observation),
    )
    kind = Text("年度目标", "work-plan target") if verdict.target.kind == TargetKind.ANNUAL else Text("目标", "target")
    closing = ending.format(aim=format_target(verdict.target), distance=distance, kind=kind)
    return Text(start.zh + closing.zh, f"{start.en} {closing.en}")


def _account_of_latest(portal: Portal, verdict: Verdict, latest: Known) -> Text:
    unit = verdict.indicator.unit
    facts = {
        "year": latest.year,
        "value": known(latest, unit),
        "source": citation(portal, latest.observation),
        "aim": format_target(verdict.target),
        "verb": format_target_verb(verdict.target),
        "end": verdict.target.year,
        "t0": verdict.baseline_year,
    }
    sums = verdict.start is not None and verdict.baseline is None
    lead = (
        Text("截至 {year} 年累计 {value}（{source}）", "By {year} the total is {value} ({source})")
        if sums
        else Text(
            "最近一个可比的全年数值是 {year} 年的 {value}（{source}）",
            "The latest comparable full-year value is {value} in {year} ({source})",
        )
    )
    if verdict.state.id == VerdictState.PROVISIONAL:
        lead = Text("{year} 年的初步数为 {value}（{source}）", "The provisional value for {year} is {value} ({source})")
    if verdict.done is None or verdict.expected is None or verdict.start is None:
        rest = (
            Text("；目标是 {aim}。", ". The target is {aim}.")
            if verdict.start is not None
            else Text(
                "；{t0} 年基线没有公布，算不出完成了多少。目标是到 {end} 年{verb}。",
                "; without a {t0} baseline the distance covered cannot be computed. The target for {end} is {aim}.",
            )
        )
        return Text(lead.zh + rest.zh, lead.en + rest.en).format(**facts)
    if verdict.done < 0:
        way = Text("，比 {t0} 年的 {v0}离目标（{aim}）更远，", ", further from the target of {aim} than {v0} in {t0};")
    elif verdict.done >= 1 and not sums:
        way = Text(
            "，已经达到或越过 {end} 年的目标（{aim}），", ", already at or beyond the target of {aim} for {end};"
        )
    elif sums:
        way = Text("，占目标（{aim}）的 {done}，", ", {done} of the target of {aim};")
    else:
        way = Text(
            "，{t0} 年基线为 {v0}，{end} 年目标为 {aim}：{way}，",
            "; the {t0} baseline is {v0}, the target for {end} is {aim}: {way};",
        )
    even, pace = _even(verdict, verdict.expected), _pace(verdict)
    words = Text(f"{lead.zh}{way.zh}{even.zh}{pace.zh}。", f"{lead.en}{way.en} {even.en}{pace.en}.")
    return words.format(
        **facts,
        v0=format_number(verdict.start, unit) if not sums else "",
        done=percent(verdict.done),
        way=_way_done(verdict, verdict.done),
    )


def _pace(verdict: Verdict) -> Text:
    pace = verdict.pace
    if pace is None or verdict.done is None or verdict.done < 0:
        return Text("", "")
    if _EVEN[0] <= pace < _EVEN[1]:
        return Text("，两者相当", ", so this is in step with it")
    wanted = "应有进度" if len(verdict.path) > 2 else "平均进度"
    if pace >= _EVEN[1]:
        times = number(pace, 1)
        return Text(f"，是{wanted}的 {times} 倍", f", so this is {times} times that pace")
    return Text(f"，只有{wanted}的 {percent(pace)}", f", so this is {percent(pace)} of that pace")


def _account_of_year(portal: Portal, verdict: Verdict) -> Text:
    """A work plan's target speaks of one year: its value, or that the value is not known."""
    if verdict.final and verdict.period_over:
        return _account_of_final(portal, verdict)
    facts: dict[str, object] = {"end": verdict.target.year, "aim": format_target(verdict.target)}
    lead = Text(
        "{end} 年的年度目标是 {aim}，当年的数值没有公布，不能判断。",
        "The work-plan target for {end} is {aim}; no value for that year is published, so nothing can be said.",
    )
    if not verdict.period_over:
        lead = Text(
            "{end} 年的年度目标是 {aim}，当年还没有过完，不作判断。",
            "The work-plan target for {end} is {aim}; the year is not over, so it is not judged yet.",
        )
    if verdict.latest is None or verdict.final:
        return lead.format(**facts)
    newest = Text("最近的全年数值是 {year} 年的 {value}（{source}）。", "The latest is {value} in {year} ({source}).")
    return Text(lead.zh + newest.zh, f"{lead.en} {newest.en}").format(
        **facts,
        year=verdict.latest.year,
        value=known(verdict.latest, verdict.indicator.unit),
        source=citation(portal, verdict.latest.observation),
    )


def _part_year(portal: Portal, verdict: Verdict) -> Text | None:
    row = newer_part_year(portal, verdict)
    if row is None or verdict.final:
        return None
    return Text(
        "另有 {period}的数值 {value}（{source}），不足全年，不参与判断。",
        "A value for part of a year, {value} ({period}; {source}), plays no part in the verdict.",
    ).format(period=period_words(verdict, row), value=observed(row), source=citation(portal, row))


def _unknown(verdict: Verdict) -> Text | None:
    if not verdict.latest or verdict.final or verdict.beyond_since or verdict.target.kind == TargetKind.ANNUAL:
        return None
    if verdict.period_over:
        return Text(
            "{year} 年以后没有公开可比的全年数值，因此还不能说目标是否达到。",
            "No comparable full-year value after {year} is public, so it cannot be said whether the target was met.",
        ).format(year=verdict.latest.year)
    if verdict.needed_absolute is None:
        return None
    step = round(abs(verdict.needed_absolute), verdict.indicator.precision + 1)
    words = Text(
        "要按期达到目标，今后每年还要减少 {step}。", "To arrive on time it would have to fall by {step} a year."
    )
    if verdict.needed_absolute > 0:
        words = Text(
            "要按期达到目标，今后每年还要增加 {step}。", "To arrive on time it would have to rise by {step} a year."
        )
    return words.format(step=amount(plain(step), verdict.indicator.unit))


def _second_method(verdict: Verdict) -> Text | None:
    if verdict.period_over or not verdict.bands_disagree or not verdict.cagr_band or not verdict.pace_band:
        return None
    return Text(
        "换用年均复合增速比较，结论是“{other}”，与按步调判断的“{own}”不同。",
        "Compared by compound growth rates the finding would be “{other}”, not “{own}”.",
    ).format(other=_lower(verdict.cagr_band.label), own=_lower(verdict.pace_band.label))


def _lower(label: Text) -> Text:
    return Text(label.zh, label.en[:1].lower() + label.en[1:])
