"""Other areas judged by their own targets: what is known of them, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from ipportal.analysis.progress import Verdict, area_verdicts, tally
from ipportal.base.text import Text
from ipportal.data.model import Area, Confidence, IndicatorGroup, Portal, TargetKind

_NAMES: Final = {"nation": Text("全国", "China"), "zone": Text("本区", "The zone")}


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
    name = _NAMES.get(area.level, area.short)
    head = Text(f"{name.zh}有 {len(judged)} 项目标", f"{name.en} has {_number(len(judged), 'target')}")
    parts = (
        [_states(final)] if final else [Text("目标年的全年数值都没有找到", "no value for the target year was found")]
    )
    years = Counter(v.latest.year for v in open_ if v.latest)
    parts += [
        Text(f"{count} 项最近的可比数值是 {year} 年的", f"for {count} the latest comparable value is of {year}")
        for year, count in sorted(years.items(), reverse=True)
    ]
    silent = sum(v.latest is None for v in open_)
    if silent:
        parts.append(Text(f"{silent} 项没有基线之后的可比数值", f"for {silent} none is known after the baseline"))
    retold = sum(v.latest is not None and v.latest.observation.confidence == Confidence.SECONDARY for v in judged)
    tail = Text(
        f"其中 {retold} 项的最近数值是转述，表中已标明。",
        f"{retold} of these latest values are second-hand and marked.",
    )
    zh, en = "，".join(p.zh for p in parts), "; ".join(p.en for p in parts)
    return Text(
        f"{head.zh}：{zh}。{tail.zh if retold else ''}", f"{head.en}: {en}. {tail.en if retold else ''}".strip()
    )


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
        zh, en = "，".join(w.zh for w in words), ", ".join(w.en for w in words)
        told.append(
            Text(
                f"{year} 年的年度工作目标 {len(of_year)} 项：{zh}。",
                f"{_number(len(of_year), 'work-plan target')} for {year}: {en}.",
            )
        )
    return Text("".join(t.zh for t in told), " ".join(t.en for t in told))


def _states(judged: Iterable[Verdict]) -> Text:
    counts = tally(judged)
    return Text(
        "，".join(f"{number} 项{state.label.zh}" for state, number in counts),
        ", ".join(f"{number} {state.label.en[:1].lower()}{state.label.en[1:]}" for state, number in counts),
    )


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
