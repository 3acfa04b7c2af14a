"""The plan in tables: what it promises, what it starts from, where it contradicts itself, and all on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import (
    PROOFS,
    Leaf,
    Proof,
    chapters,
    measure_proof,
)
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.analysis.states import PLAN_STATES, State
from ipportal.base.text import Text
from ipportal.data.model import (
    Award,
    CaseStatistic,
    Confidence,
    Discrepancy,
    EnterpriseTitle,
    Incentive,
    Indicator,
    Portal,
)
from ipportal.pages.indicators import period_of, row_link, value_of
from ipportal.pages.view import View, macro, shown
from ipportal.words.row_names import COUNTED
from ipportal.words.wording import observed

_CAPTIONS: Final = {
    "core": Text("核心指标：现状、目标、位置和判断", "Core indicators: baseline, target, place and verdict"),
    "commitment": Text("其他带数字的承诺", "Other commitments with a number"),
}


@macro
def plan_commitments(view: View, group: str) -> Markup:
    """`{{ plan_commitments("core") }}`: the numbers the plan commits to, where it does so, and the verdict."""
    portal = view.portal
    caption = view.one(_CAPTIONS, group, Text("core 或 commitment", "core or commitment"))
    rows = [
        (
            indicator,
            portal.targeted(indicator.id, portal.zone.id),
            zone_verdicts(portal, indicator.id)[0],
            portal.measures_of(indicator.id),
        )
        for indicator in portal.group(group)
    ]
    return view.render(
        "plan-commitments.html",
        group=group,
        caption=view.localize(caption),
        rows=rows,
        base_year=portal.settings.plan.baseline_year,
        year=portal.settings.plan.last_year,
    )


@shown
def draft_issues(portal: Portal, *, inside: bool) -> list[Discrepancy]:
    """Contradictions the draft is part of: with itself (`inside`), or with another source."""
    draft = {source.id for source in portal.sources.values() if source.kind == "plan"}
    return [
        issue
        for issue in portal.discrepancies
        if {issue.source_a, issue.source_b} & draft and ({issue.source_a, issue.source_b} <= draft | {None}) == inside
    ]


#: One line of a table of figures: name, link, period, value, note
_Row = tuple[str, str, str, str, str]


@macro
def plan_figures(view: View, *indicators: Indicator) -> Markup:
    """`{{ plan_figures("pledge-loans", "ip-transactions") }}`: the draft's own figures of the zone for indicators."""
    lines = [
        (view.localize(indicator.name), row_link(view, row), period_of(view, row), value_of(view, row), "")
        for indicator in indicators
        for row in view.portal.observed(indicator.id)
        if row.confidence == Confidence.PLAN and view.portal.areas[row.area].level in ("zone", "center")
    ]
    key = indicators[0].id if indicators else ""
    return _figures(view, lines, key, Text("规划给出的数字", "Figures the plan gives"))


@macro
def plan_honours(view: View) -> Markup:
    """`{{ plan_honours() }}`: the awards and titles the draft counts."""
    titles = [(entry, entry.title, COUNTED["enterprises"]) for entry in view.portal.enterprises]
    prizes = [(entry, entry.award, COUNTED["awards"]) for entry in view.portal.awards]
    counted: list[tuple[EnterpriseTitle | Award, Text, str]] = [*titles, *prizes]
    lines = [
        _line(view, name, "promotion/honours.md", entry, Text(f"{entry.count} {word}", str(entry.count)))
        for entry, name, word in counted
        if entry.confidence == Confidence.PLAN
    ]
    return _figures(view, lines, "honours", Text("企业称号和奖项", "Enterprise titles and awards"))


@macro
def plan_rewards(view: View) -> Markup:
    """`{{ plan_rewards() }}`: the reward money the draft says was paid."""
    name = Text("兑现的知识产权奖励资金", "IP rewards paid")
    drafted = [entry for entry in view.portal.incentives if entry.confidence == Confidence.PLAN]
    lines = [_line(view, name, "promotion/incentives.md", entry, observed(entry)) for entry in drafted]
    return _figures(view, lines, "rewards", Text("奖励资金", "Reward money"))


@macro
def plan_case_numbers(view: View) -> Markup:
    """`{{ plan_case_numbers() }}`: the case numbers of the draft."""
    forum, kind = (view.field("cases", "case_statistics", column) for column in ("forum", "measure"))
    lines = [
        _line(
            view,
            Text.joined((forum.label(entry.forum), kind.label(entry.measure)), "：", ": "),
            "cases/statistics.md",
            entry,
            observed(entry),
        )
        for entry in view.portal.case_statistics
        if entry.confidence == Confidence.PLAN and entry.value is not None
    ]
    return _figures(view, lines, "cases", Text("办案与维权服务", "Cases and help with enforcement"))


def _line(
    view: View, name: Text, page: str, entry: Award | EnterpriseTitle | Incentive | CaseStatistic, value: Text
) -> _Row:
    period, note = entry.period.label(view.lang), view.localize(entry.note)
    return view.localize(name), view.link(page), period, view.localize(value), note


def _figures(view: View, lines: Sequence[_Row], key: str, caption: Text) -> Markup:
    return view.render("plan-figures.html", rows=lines, caption=view.localize(caption), key=key)


@shown
def proven(portal: Portal) -> list[tuple[Proof, list[Leaf], list[tuple[State, list[Leaf]]]]]:
    """For each kind of proof that counts its measures, all of them and by state, in the order of the plan."""
    found = []
    leaves = [leaf for chapter in chapters(portal) for leaf in chapter.leaves]
    for proof in PROOFS:
        own = [leaf for leaf in leaves if measure_proof(portal, leaf.measure.id) == proof]
        states = [(state, [leaf for leaf in own if leaf.state == state]) for state in PLAN_STATES]
        found += [(proof, own, [(state, some) for state, some in states if some])] if proof.counts else []
    return found


@shown
def final_sentence(verdicts: Sequence[Verdict]) -> Text:
    """How many of the numbers with a target have a final value."""
    final = sum(verdict.final is not None for verdict in verdicts)
    total = len(verdicts)
    if final == 0:
        return Text(
            f"{total} 项有目标值的指标，都还没有公布终值。",
            f"No final value has been published for any of the {total} indicators with a target.",
        )
    return Text(
        f"{total} 项有目标值的指标中，{final} 项公布了终值。",
        f"Final values have been published for {final} of the {total} indicators with a target.",
    )
