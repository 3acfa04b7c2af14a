"""The plan on pages: sections and measures, what it promises, what it starts from, where it contradicts itself, and
the picture of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from textwrap import wrap
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from ipportal.analysis.plan import (
    PROOFS,
    Branch,
    Leaf,
    Proof,
    Tally,
    address,
    chapters,
    evidence,
    measure_proof,
    own_measures,
    page_of,
    page_section,
)
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.analysis.states import PLAN_STATES, State
from ipportal.base.text import Lang, Text
from ipportal.charts import GROUPS
from ipportal.data.model import Discrepancy, Indicator, Measure, Observation, Portal, Section, Status, Target, Update
from ipportal.pages.view import View
from ipportal.words.sentences import written
from ipportal.words.wording import NOTHING


def measure_link(view: View, measure: Measure, before: str = "") -> Markup:
    """A measure's title, with words `before` it, linked to its place on the page of its section."""
    words = before + view.localize(measure.title)
    return view.linked(words, page_of(view.portal, measure.section), f"measure-{measure.id}")


def section_link(view: View, section: Section, words: str = "", about: str = "") -> Markup:
    """A section's title, or other words, linked to its page; where several share a page, to its place there."""
    page = page_of(view.portal, section.id)
    shared = page_section(view.portal, section.id).id != section.id or f"/{section.id}.md" not in page
    anchor = f"section-{section.id}" if shared else ""
    return view.linked(words or view.localize(section.title), page, anchor, about=about)


def zone_verdict(view: View, indicator: Indicator) -> Verdict | None:
    """The verdict on the zone's default target of the plan spoken of; None for an indicator without one."""
    judged = zone_verdicts(view.portal, indicator.id)
    return next((verdict for verdict in judged if verdict.plan == view.portal.settings.plan), None)


def plan_targets(view: View, indicator: Indicator) -> list[Target]:
    """The zone's targets of the plan spoken of, the default first."""
    aims = view.portal.targeted(indicator.id, view.portal.zone.id)
    return [aim for aim in aims if view.portal.plan_of(aim) == view.portal.settings.plan]


def plan_years(view: View) -> set[int]:
    """The years for which the plan spoken of sets the zone targets."""
    aims = (aim for aim in view.portal.targets if aim.area == view.portal.zone.id)
    return {aim.year for aim in aims if view.portal.plan_of(aim) == view.portal.settings.plan}


def newest_row(view: View, indicator: Indicator) -> Observation | None:
    """The newest published row of the zone or its centre; rows without a date come last."""
    own = {area.id for area in view.portal.areas.values() if area.level in ("zone", "center")}
    rows = [row for row in view.portal.observed(indicator.id) if row.area in own and row.status != Status.SUPERSEDED]
    dated = [row for row in rows if row.period.last]
    return max(dated or rows, key=lambda row: (row.period.sort_key, -row.trust), default=None)


def moving_measures(portal: Portal) -> int:
    """How many of the plan's measures act directly on an indicator that may have a target."""
    judged = {indicator.id for group in GROUPS for indicator in portal.group(group)}
    moving = {measure for measure, indicator in portal.measure_indicators if indicator in judged}
    return sum(measure.id in moving for measure in own_measures(portal))


def proof_bars(counted: Tally) -> list[tuple[Proof, int, int]]:
    """Each kind of proof with where its bar begins and how long it is, in measures."""
    starts = accumulate((measures for _, measures, _ in counted.proofs), initial=0)
    return [(proof, start, number) for (proof, number, _), start in zip(counted.proofs, starts, strict=False) if number]


def evidence_by_section(view: View) -> list[tuple[Section, list[Update]]]:
    """Sections with a place of their own that have evidence, in the plan's order."""
    found: dict[str, list[Update]] = {}
    for update in evidence(view.portal):
        section = page_section(view.portal, view.portal.measures[update.measure].section)
        found.setdefault(section.id, []).append(update)
    sections = sorted((view.portal.sections[section] for section in found), key=lambda section: section.order)
    return [(section, found[section.id]) for section in sections]


def draft_issues(portal: Portal, *, inside: bool) -> list[Discrepancy]:
    """Contradictions the draft is part of: with itself (`inside`), or with another source."""
    draft = {source.id for source in portal.sources.values() if source.kind == "plan"}
    return [
        issue
        for issue in portal.discrepancies
        if {issue.source_a, issue.source_b} & draft and ({issue.source_a, issue.source_b} <= draft | {None}) == inside
    ]


def proven(portal: Portal) -> list[tuple[Proof, list[Leaf], list[tuple[State, list[Leaf]]]]]:
    """For each kind of proof that counts its measures, all of them and by state, in the order of the plan."""
    found = []
    leaves = [leaf for chapter in chapters(portal) for leaf in chapter.leaves]
    for proof in PROOFS:
        own = [leaf for leaf in leaves if measure_proof(portal, leaf.measure.id) == proof]
        states = [(state, [leaf for leaf in own if leaf.state == state]) for state in PLAN_STATES]
        found += [(proof, own, [(state, some) for state, some in states if some])] if proof.counts else []
    return found


def final_sentence(verdicts: Sequence[Verdict]) -> Text:
    """How many of the numbers with a target have a final value; where targets before the plan's end lead, so said."""
    due = [verdict for verdict in verdicts if verdict.period_over]
    early = any(verdict.target.year < verdict.plan.last_year for verdict in due)
    final = sum(verdict.final is not None for verdict in due)
    return written("final.txt", NOTHING, total=len(verdicts), due=due, early=early, final=final)


WIDTH: Final = 880
_ROW: Final = 30
_HEAD: Final = 38
_DOT: Final = 15
_DOTS_IN_LINE: Final = 14
_GOAL_TEXT: Final = 196
_HEAD_GAP: Final = 12

#: Where titles and signs start, and how many characters a title's line holds
_COLUMNS: Final[dict[Lang, tuple[int, int, int]]] = {"zh": (62, 318, 18), "en": (44, 372, 48)}


_GROUPS: Final = (
    (Text("核心指标", "Core indicators"), "core"),
    (Text("其他带数字的承诺", "Other commitments"), "commitment"),
)


class Place(NamedTuple):
    """Where something stands: a measure of the plan, an indicator, or the words of a heading."""

    x: float
    y: float
    shown: Any


class PictureRow(NamedTuple):
    """One section: its words, its measures as dots, and the curves to the indicators they move."""

    branch: Branch
    y: float
    top: float
    height: float
    number: str
    lines: tuple[str, ...]
    dots: tuple[Place, ...]
    curves: tuple[str, ...]


class Picture(NamedTuple):
    """The whole drawing."""

    width: int
    height: float
    title_x: int
    chapters: Sequence[tuple[Place, Sequence[PictureRow]]]
    groups: Sequence[tuple[Place, Sequence[Place]]]


def plan_drawing(portal: Portal, lang: Lang) -> Picture:
    """Chapters with their sections on the left, groups of indicators on the right, curves between."""
    return picture(chapters(portal), [(title, portal.group(group)) for title, group in _GROUPS], lang)


def picture(chapters: Sequence[Branch], groups: Sequence[tuple[Text, Sequence[Indicator]]], lang: Lang) -> Picture:
    """Place chapters with their sections on the left, groups of indicators on the right, curves between."""
    left = sum(_HEAD + sum(_height(branch) for branch in _shown(chapter)) for chapter in chapters)
    right = sum(_HEAD + _ROW * len(group) for _, group in groups)
    height = max(left, right)
    above, beside = list[tuple[Place, list[PictureRow]]](), list[tuple[Place, list[Place]]]()
    x, y = WIDTH - _GOAL_TEXT, (height - right) / 2
    for title, indicators in groups:
        own = [Place(x, y + _HEAD + _ROW * (n + 0.5), indicator) for n, indicator in enumerate(indicators)]
        beside.append((Place(x, y + _HEAD - _HEAD_GAP, title[lang]), own))
        y += _HEAD + _ROW * len(own)
    goals = {place.shown.id: place for _, own in beside for place in own}
    y = (height - left) / 2
    for chapter in chapters:
        words = f"{address(chapter.section.number)[lang]} {chapter.section.title[lang]}"
        above.append((Place(0, y + _HEAD - _HEAD_GAP, words), []))
        y += _HEAD
        for branch in _shown(chapter):
            above[-1][1].append(_row(branch, y, lang, goals))
            y += _height(branch)
    return Picture(WIDTH, height, _COLUMNS[lang][0], above, beside)


def _shown(chapter: Branch) -> tuple[Branch, ...]:
    return chapter.branches or (chapter,)


def _height(branch: Branch) -> int:
    lines = -(-len(branch.leaves) // _DOTS_IN_LINE)
    return _ROW + _DOT * (lines - 1) if lines > 1 else _ROW


def _row(branch: Branch, top: float, lang: Lang, goals: dict[str, Place]) -> PictureRow:
    _, dots_x, letters = _COLUMNS[lang]
    height = _height(branch)
    first = top + _ROW / 2
    dots = tuple(
        Place(dots_x + (i % _DOTS_IN_LINE + 0.5) * _DOT, first + i // _DOTS_IN_LINE * _DOT, leaf)
        for i, leaf in enumerate(branch.leaves)
    )
    moved = dict.fromkeys(i.id for leaf in branch.leaves for i in leaf.indicators if i.id in goals)
    start = max((dot.x for dot in dots), default=dots_x) + _DOT
    curves = tuple(_curve(start, first, goals[indicator]) for indicator in moved)
    words = branch.section.title[lang]
    lines = tuple(wrap(words, letters)) if lang == "en" else (words,)
    return PictureRow(branch, first, top, height, address(branch.section.number)[lang], lines, dots, curves)


def _curve(x: float, y: float, goal: Place) -> str:
    """A Bézier path from the end of a row of measures to an indicator, level at both ends."""
    end = goal.x - 24
    bend = (x + end) / 2
    return f"M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {goal.y:g} {end:g} {goal.y:g}"
