"""The plan on pages: sections and measures, what it promises, what it starts from, where it contradicts itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import (
    PROOFS,
    Leaf,
    Proof,
    Tally,
    chapters,
    evidence,
    measure_proof,
    measure_state,
    own_measures,
    page_of,
    page_section,
    tally,
)
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.analysis.states import PLAN_STATES, State
from ipportal.base.addresses import page_path
from ipportal.base.text import Text
from ipportal.data.model import (
    Award,
    CaseStatistic,
    Confidence,
    Discrepancy,
    EnterpriseTitle,
    Incentive,
    Indicator,
    Measure,
    Observation,
    Portal,
    Section,
    Status,
    Target,
    Update,
)
from ipportal.pages.indicators import period_of, value_of
from ipportal.pages.plan_picture import picture
from ipportal.pages.view import View, macro, shown
from ipportal.words.row_names import COUNTED, part_name, row_place
from ipportal.words.wording import counted, observed, years_in_words


@shown
def measure_link(view: View, measure: Measure, before: str = "") -> Markup:
    """A measure's title, with words `before` it, linked to its place on the page of its section."""
    words = before + view.localize(measure.title)
    return view.linked(words, page_of(view.portal, measure.section), f"measure-{measure.id}")


@shown
def section_link(view: View, section: Section, words: str = "") -> Markup:
    """A section's title, or other words, linked to its page; where several share a page, to its place there."""
    page = page_of(view.portal, section.id)
    shared = page_section(view.portal, section.id).id != section.id or f"/{section.id}.md" not in page
    return view.linked(words or view.localize(section.title), page, f"section-{section.id}" if shared else "")


@shown
def zone_verdict(view: View, indicator: Indicator) -> Verdict | None:
    """The verdict on the zone's default target of the plan spoken of; None for an indicator without one."""
    judged = zone_verdicts(view.portal, indicator.id)
    return next((verdict for verdict in judged if verdict.plan == view.portal.settings.plan), None)


@shown
def plan_targets(view: View, indicator: Indicator) -> list[Target]:
    """The zone's targets of the plan spoken of, the default first."""
    aims = view.portal.targeted(indicator.id, view.portal.zone.id)
    return [aim for aim in aims if view.portal.plan_of(aim) == view.portal.settings.plan]


@shown
def plan_years(view: View) -> set[int]:
    """The years for which the plan spoken of sets the zone targets."""
    aims = (aim for aim in view.portal.targets if aim.area == view.portal.zone.id)
    return {aim.year for aim in aims if view.portal.plan_of(aim) == view.portal.settings.plan}


@shown
def newest_row(view: View, indicator: Indicator) -> Observation | None:
    """The newest published row of the zone or its centre; rows without a date come last."""
    own = {area.id for area in view.portal.areas.values() if area.level in ("zone", "center")}
    rows = [row for row in view.portal.observed(indicator.id) if row.area in own and row.status != Status.SUPERSEDED]
    dated = [row for row in rows if row.period.last]
    return max(dated or rows, key=lambda row: (row.period.sort_key, -row.trust), default=None)


@macro
def measure(view: View, measure: Measure, with_state: bool = False) -> Markup:
    """`{{ measure("service-hall") }}`: a measure's title, linked to its place.

    `with_state=True` adds its state as a sign and a word.
    """
    link = measure_link(view, measure)
    if not with_state:
        return link
    state = measure_state(view.portal, measure.id)
    chip = '{} <span class="ip-state state-{}"><span class="ip-sign" aria-hidden="true">{}</span> {}</span>'
    return Markup(chip).format(link, state.id, state.symbol, view.localize(state.label))


_PICTURE: Final = Text(
    "{total} 项措施里，{moving} 项直接推动有目标值的指标",
    "Measures acting directly on an indicator with a target: {moving} of {total}",
)
_GROUPS: Final = (
    (Text("核心指标", "Core indicators"), "core"),
    (Text("其他带数字的承诺", "Other commitments"), "commitment"),
)


@shown
def proof_bars(counted: Tally) -> list[tuple[Proof, int, int]]:
    """Each kind of proof with where its bar begins and how long it is, in measures."""
    starts = accumulate((measures for _, measures, _ in counted.proofs), initial=0)
    return [(proof, start, number) for (proof, number, _), start in zip(counted.proofs, starts, strict=False) if number]


@macro
def plan_picture(view: View) -> Markup:
    """`{{ plan_picture() }}`: sections, measures and indicators with the lines between them; wide screens only."""
    portal = view.portal
    counted = tally(portal, own_measures(portal))
    groups = [(title, portal.group(group)) for title, group in _GROUPS]
    judged = {indicator.id for _, group in groups for indicator in group}
    own = {measure.id for measure in own_measures(portal)}
    moving = own & {measure for measure, indicator in portal.measure_indicators if indicator in judged}
    return view.render(
        "plan-picture.html",
        title=_PICTURE.format(total=counted.total, moving=len(moving)),
        picture=picture(chapters(portal), groups, view.lang),
        states=counted.states,
    )


@shown
def evidence_by_section(view: View) -> list[tuple[Section, list[Update]]]:
    """Sections with a place of their own that have evidence, in the plan's order."""
    found: dict[str, list[Update]] = {}
    for update in evidence(view.portal):
        section = page_section(view.portal, view.portal.measures[update.measure].section)
        found.setdefault(section.id, []).append(update)
    sections = sorted((view.portal.sections[section] for section in found), key=lambda section: section.order)
    return [(section, found[section.id]) for section in sections]


_CAPTIONS: Final = {
    "core": Text("核心指标：现状、目标、位置和判断", "Core indicators: baseline, target, place and verdict"),
    "commitment": Text("其他带数字的承诺", "Other commitments with a number"),
}


@macro
def plan_commitments(view: View, group: str) -> Markup:
    """`{{ plan_commitments("core") }}`: the numbers the plan commits to, where it does so, and the verdict."""
    caption = view.one(_CAPTIONS, group, Text("core 或 commitment", "core or commitment"))
    return view.render("plan-commitments.html", group=group, caption=view.localize(caption))


@shown
def draft_issues(portal: Portal, *, inside: bool) -> list[Discrepancy]:
    """Contradictions the draft is part of: with itself (`inside`), or with another source."""
    draft = {source.id for source in portal.sources.values() if source.kind == "plan"}
    return [
        issue
        for issue in portal.discrepancies
        if {issue.source_a, issue.source_b} & draft and ({issue.source_a, issue.source_b} <= draft | {None}) == inside
    ]


#: One line of a table of figures: linked name, period, value, note
_Row = tuple[Markup, str, str, str]


@macro
def plan_figures(view: View, *indicators: Indicator) -> Markup:
    """`{{ plan_figures("loans", "grants") }}`: the draft's own figures of the zone for indicators."""
    lines = [
        (
            view.linked(view.localize(part_name(view.portal, row)), *row_place(view.portal, row)),
            period_of(view, row),
            value_of(view, row),
            "",
        )
        for indicator in indicators
        for row in (*view.portal.observed(indicator.id), *view.portal.parts_of(indicator.id))
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
        _line(view, name, page_path("awards"), entry, Text(f"{entry.count} {word}", str(entry.count)))
        for entry, name, word in counted
        if entry.confidence == Confidence.PLAN
    ]
    return _figures(view, lines, "honours", Text("企业称号和奖项", "Enterprise titles and awards"))


@macro
def plan_rewards(view: View) -> Markup:
    """`{{ plan_rewards() }}`: the reward money the draft says was paid."""
    name = Text("兑现的奖励资金", "Rewards paid")
    drafted = [entry for entry in view.portal.incentives if entry.confidence == Confidence.PLAN]
    lines = [_line(view, name, page_path("incentives"), entry, observed(entry)) for entry in drafted]
    return _figures(view, lines, "rewards", Text("奖励资金", "Reward money"))


@macro
def plan_case_numbers(view: View) -> Markup:
    """`{{ plan_case_numbers() }}`: the case numbers of the draft."""
    forum, kind = (view.field("case_statistics", column) for column in ("forum", "statistic"))
    lines = [
        _line(
            view,
            Text.joined((forum.label(entry.forum), kind.label(entry.statistic)), "：", ": "),
            page_path("case_statistics"),
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
    return view.linked(view.localize(name), page), period, view.localize(value), note


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
    """How many of the numbers with a target have a final value; where targets before the plan's end lead, so said."""
    due = [verdict for verdict in verdicts if verdict.period_over]
    final = sum(verdict.final is not None for verdict in due)
    total = len(verdicts)
    if any(verdict.target.year < verdict.plan.last_year for verdict in due):
        years = years_in_words(sorted({verdict.target.year for verdict in due}))
        return Text(
            "{total} 项有目标值的指标中，{due} 项的目标已到期（{years} 年），其中 {final} 项公布了当年数值。",
            "Indicators with a target that is due ({years}): {due} of {total}; the value for its year has been "
            "published for {final}.",
        ).format(total=total, due=len(due), years=years, final=final)
    if not total:
        return Text("还没有带目标值的指标。", "No indicator has a target yet.")
    if final == 0:
        return Text(
            f"{total} 项有目标值的指标，都还没有公布终值。",
            f"Final values have been published for none of {counted(total, 'indicator')} with a target.",
        )
    return Text(
        f"{total} 项有目标值的指标中，{final} 项公布了终值。",
        f"Final values have been published for {final} of {counted(total, 'indicator')} with a target.",
    )
