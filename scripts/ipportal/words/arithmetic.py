"""The arithmetic of a verdict, step by step, as a reader would write it down."""

from __future__ import annotations

from decimal import Decimal

from ipportal.analysis.comparable import Known
from ipportal.analysis.progress import Verdict
from ipportal.base.periods import date_label
from ipportal.base.quantities import number
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.model import Portal, TargetKind
from ipportal.words.standing import beyond_fact
from ipportal.words.wording import NO_VALUE, amount, citation, figure, format_target, known


def verdict_steps(portal: Portal, verdict: Verdict) -> tuple[Text, ...]:
    """Inputs with year and source, then every calculation with its numbers, then the decision."""
    annual = verdict.target.kind == TargetKind.ANNUAL
    steps = [
        None
        if annual
        else _input(portal, verdict, verdict.baseline, Text("基线 v₀", "Baseline v₀"), verdict.baseline_year),
        _input(portal, verdict, verdict.latest, Text("最新可比数值 v", "Latest comparable value v"), None),
        Text("目标 V：{aim}（{year} 年，{source}）", "Target V: {aim} ({year}, {source})").format(
            aim=format_target(verdict.target),
            year=verdict.target.year,
            source=portal.sources[verdict.target.source].name,
        ),
        *(
            step
            for step in (_done(verdict), _expected(verdict), _pace(verdict), _growth(verdict), _gap(verdict))
            if step
        ),
        _beyond(verdict),
        _decision(verdict),
    ]
    return tuple(step for step in steps if step)


def _per_language(make: object) -> Text:
    assert callable(make)
    return Text(*(make(lang) for lang in LANGS))


def _input(portal: Portal, verdict: Verdict, value: Known | None, name: Text, year: int | None) -> Text | None:
    if value is None and year and verdict.start is not None and not verdict.indicator.is_flow:
        return Text(
            "起算年没有写明：只用写明从规划第一年算起的累计数，别的累计数不能相比",
            "No starting year is given: only totals counted from the first plan year could be compared",
        )
    if value is None and year and verdict.start is not None:
        return Text(
            "起点 v₀ = 0（规划期内累计，从零算起）", "Start v₀ = 0 (a total over the plan period starts from nothing)"
        )
    if value is None:
        when = Text(f"（{year} 年）", f" ({year})") if year else Text("", "")
        return Text(f"{name.zh}：{NO_VALUE.zh}{when.zh}", f"{name.en}: {NO_VALUE.en}{when.en}")
    if value.parts:
        unit = verdict.indicator.unit
        sums = _per_language(
            lambda lang: " + ".join(figure(row.unit.convert(row.value, unit), unit, lang) for row in value.parts)
        )
        words = Text(
            "{name} = {sums} = {total}（截至 {year} 年，{source}）", "{name} = {sums} = {total} (to {year}, {source})"
        )
        return words.format(
            name=name,
            sums=sums,
            total=amount(value.value, unit),
            year=value.year,
            source=citation(portal, value.observation),
        )
    return Text("{name} = {value}（{year} 年，{source}）", "{name} = {value} ({year}, {source})").format(
        name=name,
        value=known(value, verdict.indicator.unit),
        year=value.year,
        source=citation(portal, value.observation),
    )


def _way(verdict: Verdict, value: Decimal, lang: Lang) -> str:
    unit = verdict.indicator.unit
    assert verdict.start is not None and verdict.goal is not None
    v, v0, goal = (figure(n, unit, lang) for n in (value, verdict.start, verdict.goal))
    return f"({v} − {v0}) ÷ ({goal} − {v0})"


def _done(verdict: Verdict) -> Text | None:
    if verdict.done is None or verdict.latest is None:
        return None
    value, done = verdict.latest.value, number(verdict.done, 4)
    return Text(
        f"已完成 p = (v − v₀) ÷ (V − v₀) = {_way(verdict, value, 'zh')} = {done}",
        f"Done p = (v − v₀) ÷ (V − v₀) = {_way(verdict, value, 'en')} = {done}",
    )


def _expected(verdict: Verdict) -> Text | None:
    if verdict.expected is None or verdict.latest is None:
        return None
    expected = number(verdict.expected, 4)
    if len(verdict.path) > 2:
        points = _per_language(
            lambda lang: ("、" if lang == "zh" else ", ").join(
                f"{year}: {figure(value, verdict.indicator.unit, lang)}" for year, value in verdict.path
            )
        )
        return Text(
            "应完成 e：规划给出的路径（{points}）在 {year} 年走到 {expected}",
            "Expected e: the plan's own path ({points}) reaches {expected} in {year}",
        ).format(points=points, year=verdict.latest.year, expected=expected)
    t, t0, end = verdict.latest.year, verdict.path[0][0], verdict.target.year
    years = f"({t} − {t0}) ÷ ({end} − {t0}) = {expected}"
    return Text(f"应完成 e = (t − t₀) ÷ (T − t₀) = {years}", f"Expected e = (t − t₀) ÷ (T − t₀) = {years}")


def _pace(verdict: Verdict) -> Text | None:
    if verdict.pace is None or verdict.done is None or verdict.expected is None or verdict.pace_band is None:
        return None
    numbers = f"{number(verdict.done, 4)} ÷ {number(verdict.expected, 4)} = {number(verdict.pace, 3)}"
    band = verdict.pace_band.label
    return Text(f"步调 = p ÷ e = {numbers}，属于“{band.zh}”", f"Pace = p ÷ e = {numbers}, which is “{band.en}”")


def _growth(verdict: Verdict) -> Text | None:
    if verdict.latest is None or verdict.start is None or (verdict.baseline is None):
        return None
    if verdict.cagr_ratio is None or verdict.goal is None or verdict.cagr_band is None:
        return Text(
            "年均增速之比：不适用（基线、目标须大于 0，且目标不同于基线）",
            "Ratio of growth rates: not applicable (baseline and target must be positive and differ)",
        )
    years, span = verdict.latest.year - verdict.baseline.year, verdict.target.year - verdict.baseline.year
    band, ratio = verdict.cagr_band.label, number(verdict.cagr_ratio, 2)

    def formula(lang: Lang) -> str:
        unit = verdict.indicator.unit
        assert verdict.latest and verdict.baseline and verdict.goal is not None
        v, v0, goal = (figure(n, unit, lang) for n in (verdict.latest.value, verdict.baseline.value, verdict.goal))
        sign = "−" if verdict.sign < 0 else ""
        actual, required = f"({v} ÷ {v0})^(1/{years}) − 1", f"({goal} ÷ {v0})^(1/{span}) − 1"
        return f"{sign}[{actual}] ÷ |{required}| = {ratio}"

    return Text(
        f"年均增速之比（供对照）= {formula('zh')}，属于“{band.zh}”",
        f"Ratio of growth rates (for comparison) = {formula('en')}, which is “{band.en}”",
    )


def _gap(verdict: Verdict) -> Text | None:
    newest = verdict.newest
    if newest is None or verdict.goal is None or verdict.gap is None or verdict.needed_absolute is None:
        return None
    unit, years = verdict.indicator.unit, verdict.target.year - newest.year
    rate = verdict.needed_percent
    shown = (
        Text("", "")
        if rate is None
        else Text(f"，即年均 {number(rate * 100, 1)}%", f", or {number(rate * 100, 1)}% a year")
    )
    per_year = round(verdict.needed_absolute, 2)

    def line(lang: Lang) -> str:
        goal, value, gap, step = (
            figure(n, unit, lang)
            for n in (verdict.goal or Decimal(0), newest.value, verdict.gap or Decimal(0), per_year)
        )
        if lang == "zh":
            return f"差额 = {goal} − {value} = {gap}；{newest.year} 年之后每年需要 {gap} ÷ {years} = {step}{shown.zh}"
        return (
            f"Gap = {goal} − {value} = {gap}; after {newest.year} each year needed {gap} ÷ {years} = {step}{shown.en}"
        )

    return _per_language(line)


def _beyond(verdict: Verdict) -> Text | None:
    fact = beyond_fact(verdict)
    if fact is None:
        return None
    return Text(f"终值公布之前先到目标值：{fact.zh}", f"At the target before its final value: {fact.en}")


def _decision(verdict: Verdict) -> Text:
    year, label = verdict.target.year, verdict.state.label
    day = _per_language(lambda lang: date_label(verdict.as_of, lang))
    if verdict.period_over and verdict.final:
        why = Text("{year} 年已过，已有终值", "{year} is over and a final value is known")
    elif verdict.period_over:
        why = Text(
            "{year} 年已过，没有公布可比的终值",
            "{year} is over and no comparable final value is published",
        )
    else:
        why = Text("{year} 年还没有过完", "{year} is not over")
    return Text(
        "判断（数据截至{day}）：{why}，因此是“{label}”", "Verdict (data as of {day}): {why}, hence “{label}”"
    ).format(day=day, why=why.format(year=year), label=label)
