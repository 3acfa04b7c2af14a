"""One generated sentence per verdict, in both languages: value, unit, year, source, and what is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ipportal.model import Observation, Portal
from ipportal.progress import Known, Verdict, covers_year
from ipportal.quantities import number, plain
from ipportal.tables.wording import aim, aim_verb, amount, bare, known, observed, percent, tidy
from ipportal.text import Text

_EVEN: Final = (Decimal("0.95"), Decimal("1.05"))


def verdict_sentence(portal: Portal, verdict: Verdict) -> Text:
    """The full account of a verdict."""
    return _join(
        _opening(verdict),
        _account(portal, verdict),
        _part_year(portal, verdict),
        _unknown(verdict),
        _second_method(verdict),
    )


def short_sentence(portal: Portal, verdict: Verdict) -> Text:
    """What a card says below the state: a few words, no full stop."""
    latest = verdict.latest
    if latest is None and verdict.baseline is None:
        return Text("没有公开可比的数值", "no comparable value published")
    if latest is None:
        return Text("{year} 年之后没有公开的全年数值", "no full-year value published after {year}").format(
            year=verdict.baseline_year
        )
    if verdict.final or verdict.done is None or verdict.expected is None:
        words = Text("{year} 年为 {value}", "{value} in {year}")
        return tidy(words.format(year=latest.year, value=known(latest, verdict.indicator.unit)))
    return Text(
        "{year} 年走完路程的 {done}，匀速为 {even}", "{done} of the way by {year}; an even pace would be {even}"
    ).format(year=latest.year, done=percent(verdict.done), even=percent(verdict.expected))


def citation(portal: Portal, row: Observation) -> Text:
    """The short name of a row's source."""
    return portal.sources[row.source].name


def newer_part_year(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest value after the last comparable one that covers only part of a year."""
    since = verdict.newest.year if verdict.newest else verdict.baseline_year
    rows = [
        row
        for row in portal.observed(verdict.indicator.id, verdict.area.id, verdict.basis.id)
        if row.status != "superseded"
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
        return Text("{year} 年的终值没有公布。", "No final value for {year} has been published.").format(
            year=verdict.target.year
        )
    return None


def _account(portal: Portal, verdict: Verdict) -> Text:
    if verdict.final:
        return _account_of_final(portal, verdict)
    if verdict.latest:
        return _account_of_latest(portal, verdict, verdict.latest)
    goal, year = aim_verb(verdict.target), verdict.target.year
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
    if verdict.target.kind == "cumulative":
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
    distance = amount(abs(verdict.gap or Decimal(0)), verdict.indicator.unit)
    ending = {
        "met": Text("达到 {aim}的目标。", "meeting the target of {aim}."),
        "exceeded": Text("超过 {aim}的目标。", "beyond the target of {aim}."),
        "missed": Text("没有达到 {aim}的目标，相差 {distance}。", "short of the target of {aim} by {distance}."),
        "provisional": Text(
            "这是初步数；目标是 {aim}，正式数公布后再判断。",
            "a provisional figure. The target is {aim}; the verdict waits for the final figure.",
        ),
    }.get(verdict.state.id, Text("目标是 {aim}。", "against a target of {aim}."))
    start = Text("{year} 年为 {value}（{source}），", "The value for {year} is {value} ({source}),").format(
        year=final.year,
        value=known(final, verdict.indicator.unit),
        source=citation(portal, final.observation),
    )
    closing = ending.format(aim=aim(verdict.target), distance=distance)
    return Text(start.zh + closing.zh, f"{start.en} {closing.en}")


def _account_of_latest(portal: Portal, verdict: Verdict, latest: Known) -> Text:
    unit = verdict.indicator.unit
    facts = {
        "year": latest.year,
        "value": known(latest, unit),
        "source": citation(portal, latest.observation),
        "aim": aim(verdict.target),
        "verb": aim_verb(verdict.target),
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
    if verdict.state.id == "provisional":
        lead = Text("{year} 年的初步数为 {value}（{source}）", "The provisional value for {year} is {value} ({source})")
    if verdict.done is None or verdict.expected is None or verdict.start is None:
        rest = (
            Text("；目标是 {aim}。", ". The target is {aim}.")
            if verdict.start is not None
            else Text(
                "；{t0} 年基线没有公布，算不出走完了多少路程。目标是到 {end} 年{verb}。",
                "; without a {t0} baseline the distance covered cannot be computed. The target for {end} is {aim}.",
            )
        )
        return Text(lead.zh + rest.zh, lead.en + rest.en).format(**facts)
    way = (
        Text("，占目标（{aim}）的 {done}，", ", {done} of the target of {aim};")
        if sums
        else Text(
            "，从 {t0} 年的 {v0}到 {end} 年的目标（{aim}），这段路走完了 {done}，",
            ": {done} of the way from {v0} in {t0} to the target of {aim} for {end};",
        )
    )
    if verdict.done >= 1 and not sums:
        way = Text(
            "，已经走到或越过 {end} 年的目标（{aim}），", ", already at or beyond the target of {aim} for {end};"
        )
    if verdict.done < 0:
        way = Text("，比 {t0} 年的 {v0}离目标（{aim}）更远，", ", further from the target of {aim} than {v0} in {t0};")
    pace = Text("按匀速应走完 {even}。", " an even pace would have covered {even}.")
    if verdict.done >= 0 and verdict.pace is not None:
        pace = Text("按匀速应走完 {even}，{pace}。", " an even pace would have covered {even}, so this is {pace}.")
    words = Text(lead.zh + way.zh + pace.zh, lead.en + way.en + pace.en)
    return words.format(
        **facts,
        v0=bare(verdict.start, unit) if not sums else "",
        done=percent(verdict.done),
        even=percent(verdict.expected),
        pace=_pace(verdict.pace or Decimal(0)),
    )


def _pace(pace: Decimal) -> Text:
    if _EVEN[0] <= pace < _EVEN[1]:
        return Text("两者相当", "in step with it")
    if pace >= _EVEN[1]:
        times = number(pace, 1)
        return Text(f"是匀速的 {times} 倍", f"{times} times that pace")
    return Text(f"是匀速的 {percent(pace)}", f"{percent(pace)} of that pace")


def _part_year(portal: Portal, verdict: Verdict) -> Text | None:
    row = newer_part_year(portal, verdict)
    if row is None or verdict.final:
        return None
    flow = verdict.indicator.is_flow
    period = Text(row.period.label("zh", to_date=flow), row.period.label("en", to_date=flow))
    return Text(
        "另有 {period}的数值 {value}（{source}），不足全年，不参与判断。",
        "A value for part of a year, {value} ({period}; {source}), plays no part in the verdict.",
    ).format(period=period, value=observed(row), source=citation(portal, row))


def _unknown(verdict: Verdict) -> Text | None:
    if not verdict.latest or verdict.final:
        return None
    if verdict.period_over:
        return Text(
            "{year} 年以后没有公开的全年数值，因此还不能说目标是否达到。",
            "No full-year value after {year} is public, so whether the target was met cannot be said.",
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
    if not verdict.bands_disagree or not verdict.cagr_band or not verdict.pace_band:
        return None
    return Text(
        "换用年均复合增速比较，结论是“{other}”，与按路程计算的“{own}”不同。",
        "Compared by compound growth rates the finding would be “{other}”, not “{own}”.",
    ).format(other=_lower(verdict.cagr_band.label), own=_lower(verdict.pace_band.label))


def _lower(label: Text) -> Text:
    return Text(label.zh, label.en[:1].lower() + label.en[1:])
