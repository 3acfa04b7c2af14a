"""How a verdict is computed, for readers who check it: step by step as one would write it down, and as a few lines of
Python that compute it from the published files with pandas alone."""

from __future__ import annotations

from functools import cache
from typing import Final

from jinja2 import Template

from ipportal.analysis.comparable import Known, covers_year
from ipportal.analysis.progress import Verdict
from ipportal.base.periods import date_label
from ipportal.base.quantities import number
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.data.model import Portal, TargetKind
from ipportal.words.standing import beyond_fact, facts, sourced_facts
from ipportal.words.wording import NO_VALUE, NOTHING, bracketed, figure

_TARGET: Final = Text("目标 V：{aim}（{end} 年，{source}）", "Target V: {aim} ({end}, {source})")
_WAY: Final = "p = (v − v₀) ÷ (V − v₀) = ({v} − {v0}) ÷ ({goal} − {v0}) = {p}"
_DONE: Final = Text(f"已完成 {_WAY}", f"Done {_WAY}")
_LINE: Final = "e = (t − t₀) ÷ (T − t₀) = ({t} − {t0}) ÷ ({end} − {t0}) = {e}"
_EXPECTED: Final = Text(f"应完成 {_LINE}", f"Expected {_LINE}")
_ON_PATH: Final = Text(
    "应完成 e：规划给出的路径（{path}）在 {t} 年走到 {e}", "Expected e: the plan's own path ({path}) reaches {e} in {t}"
)
_PACE: Final = Text(
    "步调 = p ÷ e = {p} ÷ {e} = {pace}，属于“{pace_band}”", "Pace = p ÷ e = {p} ÷ {e} = {pace}, which is “{pace_band}”"
)
_GROWTH: Final = "{sign}[({v} ÷ {v0})^(1/{years}) − 1] ÷ |({goal} ÷ {v0})^(1/{span}) − 1| = {ratio}"
_RATIO: Final = Text(
    f"年均增速之比（供对照）= {_GROWTH}，属于“{{cagr_band}}”",
    f"Ratio of growth rates (for comparison) = {_GROWTH}, which is “{{cagr_band}}”",
)
_NO_RATIO: Final = Text(
    "年均增速之比：不适用（基线、目标须大于 0，且目标不同于基线）",
    "Ratio of growth rates: not applicable (baseline and target must be positive and differ)",
)
_GAP: Final = Text(
    "差额 = {goal} − {newest} = {gap}；{since} 年之后每年需要 {gap} ÷ {left} = {step}{rate}",
    "Gap = {goal} − {newest} = {gap}; after {since} each year needed {gap} ÷ {left} = {step}{rate}",
)
_BEYOND: Final = Text("终值公布之前先到目标值：{beyond}", "At the target before its final value: {beyond}")
_VERDICT: Final = Text(
    "判断（数据截至{day}）：{why}，因此是“{label}”", "Verdict (data as of {day}): {why}, hence “{label}”"
)


def verdict_steps(portal: Portal, verdict: Verdict) -> tuple[Text, ...]:
    """Inputs with year and source, then every calculation with its numbers, then the decision."""
    annual, both = verdict.target.kind == TargetKind.ANNUAL, bool(verdict.latest and verdict.baseline)
    forms = (
        None if annual else _baseline(portal, verdict, Text("基线 v₀", "Baseline v₀")),
        _input(portal, verdict, verdict.latest, Text("最新可比数值 v", "Latest comparable value v")),
        _TARGET,
        _DONE if verdict.done is not None else None,
        (_ON_PATH if len(verdict.path) > 2 else _EXPECTED) if verdict.expected is not None else None,
        _PACE if verdict.pace is not None else None,
        (_NO_RATIO if verdict.cagr_ratio is None else _RATIO) if both else None,
        _GAP if verdict.needed_absolute is not None else None,
        _BEYOND if verdict.beyond_since else None,
        _VERDICT,
    )
    told = _numbers(portal, verdict)
    return tuple(form.format(**told) for form in forms if form)


def _numbers(portal: Portal, verdict: Verdict) -> dict[str, object]:
    """Every number of a verdict as calculations write it; what is undefined is left out."""
    latest, baseline, newest, unit = verdict.latest, verdict.baseline, verdict.newest, verdict.indicator.unit
    step = None if verdict.needed_absolute is None else round(verdict.needed_absolute, 2)
    figures = {
        "v": latest.value if latest else None,
        "v0": verdict.start,
        "goal": verdict.goal,
        "newest": newest.value if newest else None,
        "gap": verdict.gap,
        "step": step,
    }
    rounded = {
        "p": (verdict.done, 4),
        "e": (verdict.expected, 4),
        "pace": (verdict.pace, 3),
        "ratio": (verdict.cagr_ratio, 2),
    }
    growth = verdict.needed_percent if unit.kind.has_ratio else None
    percent = None if growth is None else number(growth * 100, 1)
    why = Text("{year} 年还没有过完", "{year} is not over")
    if verdict.period_over and verdict.final:
        why = Text("{year} 年已过，已有终值", "{year} is over and a final value is known")
    elif verdict.period_over:
        why = Text("{year} 年已过，没有公布可比的终值", "{year} is over and no comparable final value is published")
    return {
        **facts(verdict),
        **{name: figure(value, unit) for name, value in figures.items() if value is not None},
        **{name: number(value, places) for name, (value, places) in rounded.items() if value is not None},
        "source": portal.sources[verdict.target.source].name,
        "t": latest.year if latest else None,
        "path": Text.joined((Text.same(f"{year}: ") + figure(value, unit) for year, value in verdict.path), "、", ", "),
        "pace_band": verdict.pace_band.label if verdict.pace_band else None,
        "cagr_band": verdict.cagr_band.label if verdict.cagr_band else None,
        "sign": "−" if verdict.sign < 0 else "",
        "years": latest.year - baseline.year if latest and baseline else None,
        "span": verdict.target.year - verdict.baseline_year,
        "since": newest.year if newest else None,
        "left": verdict.target.year - newest.year if newest else None,
        "rate": Text(f"，即年均 {percent}%", f", or {percent}% a year") if percent else NOTHING,
        "beyond": beyond_fact(verdict),
        "day": Text.each(lambda lang: date_label(verdict.as_of, lang)),
        "why": why.format(year=verdict.target.year),
        "label": verdict.state.label,
    }


def _baseline(portal: Portal, verdict: Verdict, name: Text) -> Text:
    if verdict.baseline or verdict.start is None:
        year = verdict.baseline_year
        missing = NOTHING if verdict.baseline else bracketed(Text(f"{year} 年", str(year)))
        return _input(portal, verdict, verdict.baseline, name) + missing
    if verdict.indicator.is_flow:
        return Text(
            "起点 v₀ = 0（规划期内累计，从零算起）", "Start v₀ = 0 (a total over the plan period starts from nothing)"
        )
    return Text(
        "起算年没有写明：只用写明从规划第一年算起的累计数，别的累计数不能相比",
        "No starting year is given: only totals counted from the first plan year could be compared",
    )


def _input(portal: Portal, verdict: Verdict, value: Known | None, name: Text) -> Text:
    if value is None:
        return Text.joined((name, NO_VALUE), "：", ": ")
    words, sums = Text("{name} = {value}（{year} 年，{source}）", "{name} = {value} ({year}, {source})"), NOTHING
    if value.parts:
        unit = verdict.indicator.unit
        sums = Text.joined((figure(row.unit.convert(row.value, unit), unit) for row in value.parts), " + ", " + ")
        words = Text(
            "{name} = {sums} = {value}（截至 {year} 年，{source}）", "{name} = {sums} = {value} (to {year}, {source})"
        )
    return words.format(**sourced_facts(portal, verdict, value), name=name, sums=sums)


def recompute_snippet(portal: Portal, verdict: Verdict, lang: Lang, base: str = "data/indicators/") -> str:
    """Lines of Python that print the numbers of a verdict from `observations.csv` and `targets.csv` below `base`.

    They print `no baseline` or `no later value` where nothing can be computed.
    """
    rows, target = portal.observed(verdict.indicator.id, verdict.area.id, verdict.basis.id), verdict.target
    units = {target.unit.id, *(row.unit.id for row in rows if covers_year(row))}
    ends = [verdict.path[0][1], verdict.path[-1][1]] if verdict.path else []
    return _snippet().render(
        verdict=verdict,
        base=base,
        t=lambda zh, en: Text(zh, en)[lang],
        mixed_units=units != {verdict.indicator.unit.id},
        annual=target.kind == TargetKind.ANNUAL,
        sums=verdict.start is not None and verdict.baseline is None,
        keeps_baseline=verdict.goal is not None and target.minimum is None and target.maximum is None,
        shares={year: float((value - ends[0]) / (ends[1] - ends[0])) for year, value in verdict.path},
    )


@cache
def _snippet() -> Template:
    return template_environment().get_template("recompute.txt")
