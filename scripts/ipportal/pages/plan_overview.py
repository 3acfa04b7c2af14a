"""The plan as a whole: counts, the picture of its structure, the outline, all published proof."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import Proof, Tally, chapters, evidence, page_section, tally
from ipportal.analysis.states import BEFORE, PLAN_STATES, state
from ipportal.base.periods import date_label
from ipportal.base.text import Text
from ipportal.data.model import GRADES, Section, Update
from ipportal.pages.plan_links import plan_context
from ipportal.pages.plan_picture import picture
from ipportal.pages.view import Block, View
from ipportal.words.counts import tally_short

_GROUPS: Final = (
    (Text("核心指标", "Core indicators"), "core"),
    (Text("其他带数字的承诺", "Other commitments"), "commitment"),
)


def plan_count(view: View) -> Markup:
    """`{{ plan_count() }}`: how many measures are proven how well, and by how many distinct sources."""
    portal = view.portal
    counted = tally(portal, portal.measures.values())
    as_of = date_label(portal.settings.as_of, view.lang)
    return view.render("plan-count.html", tally=counted, bars=_bars(counted), as_of=as_of)


def _bars(counted: Tally) -> list[tuple[Proof, int, int]]:
    """Each kind of proof with where its bar begins and how long it is, in measures."""
    starts = accumulate((measures for _, measures, _ in counted.proofs), initial=0)
    return [(proof, start, number) for (proof, number, _), start in zip(counted.proofs, starts, strict=False) if number]


def plan_states(view: View) -> Markup:
    """`{{ plan_states() }}`: every state a measure or system can be in, with its sign and meaning."""
    return view.render("plan-states.html", states=(*PLAN_STATES, BEFORE))


def plan_grades(view: View) -> Markup:
    """`{{ plan_grades() }}`: the grades of evidence and what each means."""
    return view.render("plan-grades.html", grades=GRADES)


def plan_picture(view: View) -> Markup:
    """`{{ plan_picture() }}`: sections, measures and indicators with the lines between them; wide screens only."""
    portal = view.portal
    counted = tally(portal, portal.measures.values())
    groups = [(title, portal.group(group)) for title, group in _GROUPS]
    judged = {indicator.id for _, group in groups for indicator in group}
    moving = {measure for measure, indicator in portal.measure_indicators if indicator in judged}
    return view.render(
        "plan-picture.html",
        title=_picture_title(counted.total, len(moving)),
        picture=picture(chapters(portal), groups, view.lang),
        states=counted.states,
        tally_short=tally_short,
        **plan_context(view),
    )


def plan_outline(view: View) -> Markup:
    """`{{ plan_outline() }}`: the same structure as a list that opens section by section."""
    return view.render(
        "plan-outline.html", chapters=chapters(view.portal), tally_short=tally_short, **plan_context(view)
    )


def plan_evidence(view: View) -> Markup:
    """`{{ plan_evidence() }}`: every update with its source, newest first; filter by section with scripts."""
    updates = evidence(view.portal)
    present = {update.grade for update in updates}
    return view.render(
        "plan-evidence.html",
        updates=updates,
        sections=_by_section(view),
        grades=[grade for grade in GRADES if grade.id in present],
        plan_state=state,
        page_section=page_section,
        **plan_context(view),
    )


def plan_evidence_index(view: View) -> Markup:
    """`{{ plan_evidence_index() }}`: the updates by section, linked to their place in the list; needs no scripts."""
    return view.render("plan-evidence-index.html", sections=_by_section(view), **plan_context(view))


def _by_section(view: View) -> list[tuple[Section, list[Update]]]:
    """Sections with a place of their own that have evidence, in the plan's order."""
    found: dict[str, list[Update]] = {}
    for update in evidence(view.portal):
        section = page_section(view.portal, view.portal.measures[update.measure].section)
        found.setdefault(section.id, []).append(update)
    sections = sorted((view.portal.sections[section] for section in found), key=lambda section: section.order)
    return [(section, found[section.id]) for section in sections]


def _picture_title(total: int, moving: int) -> Text:
    return Text(
        f"{total} 项措施里，{moving} 项直接推动有目标值的指标",
        f"{moving} of {total} measures act directly on an indicator with a target",
    )


MACROS: Final[Mapping[str, Block]] = {
    "plan_count": plan_count,
    "plan_states": plan_states,
    "plan_grades": plan_grades,
    "plan_picture": plan_picture,
    "plan_outline": plan_outline,
    "plan_evidence": plan_evidence,
    "plan_evidence_index": plan_evidence_index,
}
