"""What is known of a group of indicators, counted by the last year known: the line a visitor reads first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ipportal.analysis.progress import Verdict
from ipportal.base.text import LANGS, Text, join_list
from ipportal.data.model import Portal
from ipportal.words.standing import beyond_note, unjudged_note

#: Up to so many indicators are named instead of counted
_NAMED: Final = 2


def headline(judged: Sequence[Verdict]) -> Text:
    """How many final values are known, and up to which year the others are; `judged` holds one verdict each."""
    final = [v for v in judged if v.final]
    others = [v for v in judged if not v.final]
    year = max((v.target.year for v in judged), default=0)
    over = any(v.period_over for v in judged)
    facts = {"total": len(judged), "final": len(final), "year": year}
    opening = Text("{total} 项核心指标的目标年是 {year} 年", "The target year of the {total} core indicators is {year}")
    if over and not final:
        opening = Text(
            "{total} 项核心指标都没有公布 {year} 年终值",
            "No final value for {year} is published for any of the {total} core indicators",
        )
    if final:
        opening = Text(
            "{total} 项核心指标中，{final} 项公布了 {year} 年终值",
            "Final values for {year} are published for {final} of the {total} core indicators",
        )
    told = _by_last_year(others)
    zh, en = "，".join(t.zh for t in told), ", ".join(t.en for t in told)
    known = Text(f"。可比数值：{zh}", f". Comparable values: {en}") if told else Text("", "")
    return Text(f"{opening.zh}{known.zh}。", f"{opening.en}{known.en}.").format(**facts)


def _by_last_year(judged: Sequence[Verdict]) -> list[Text]:
    groups: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in judged:
        groups[verdict.newest.year if verdict.newest else 0].append(verdict)
    told = []
    for year, members in sorted(groups.items(), reverse=True):
        names = [v.indicator.short for v in members]
        who = Text(f"{len(members)} 项", str(len(members)))
        if len(members) <= _NAMED:
            who = Text(*(join_list([_quiet(name)[lang] for name in names], lang) for lang in LANGS))
        words = Text("{who}到 {year} 年", "{who} up to {year}")
        if year == members[0].baseline_year:
            words = Text("{who}只有 {year} 年基线", "{who} only the baseline of {year}")
        if not year:
            words = Text("{who}没有数值", "{who} nothing")
        told.append(words.format(who=who, year=year))
    return told


def _quiet(name: Text) -> Text:
    """A name inside a sentence: Grants → grants, PCT applications unchanged."""
    return Text(name.zh, name.en[:1].lower() + name.en[1:] if name.en[1:2].islower() else name.en)


def headline_facts(portal: Portal, judged: Sequence[Verdict]) -> tuple[Text, ...]:
    """Beside the headline: values beyond their target, and newer values of another definition."""
    facts = []
    for verdict in judged:
        name = verdict.indicator.short
        for note in (beyond_note(verdict), unjudged_note(portal, verdict)):
            if note:
                facts.append(Text(f"{name.zh}{'' if note.zh[0] == '另' else ' '}{note.zh}", f"{name.en}: {note.en}"))
    return tuple(facts)
