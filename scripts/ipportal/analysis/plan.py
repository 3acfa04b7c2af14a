"""What became of the plan's measures, as far as published proof goes; nothing is judged here.

The state of a measure is the furthest that counted evidence gives it: an official result, an official step or a
report, from the plan period on. Anything else is shown and moves nothing. Without counted evidence a measure is
`unknown`: no progress has been published, which is not the same as nothing having been done.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ipportal.analysis.states import BEFORE, PLAN_STATES, State, count_states, state
from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.errors import catalogue_file
from ipportal.base.text import CHINESE_NUMBER, Text, chinese_number
from ipportal.data import model
from ipportal.data.model import GRADE, Portal, once
from ipportal.data.plans import FOLDER, Plan, current, plan_for


class Proof(Frozen):
    """How well a measure is proven at best: by evidence of these grades, or by none.

    `label` follows a number of measures: 3 项有官方步骤 / 3 with an official step.
    """

    id: str
    label: Text
    grades: tuple[model.EvidenceGrade, ...]

    @property
    def counts(self) -> bool:
        """True for proof of progress within the plan period."""
        return any(GRADE[grade].counts for grade in self.grades)


#: Best first; every measure belongs to exactly one
PROOFS: Final[tuple[Proof, ...]] = tuple(
    Proof(name, told["label"], tuple(map(model.EvidenceGrade, told["grades"])))
    for name, told in catalogue_file("ipportal.analysis", "states")["proofs"].items()
)

#: The one phrase for “nothing is known”, wherever a measure or system is meant
UNSEEN: Final = state(model.EvidenceState.UNKNOWN)


class Tally(Frozen):
    """How many measures there are, how well they are proven, and how many are in which state.

    `proofs` holds all of PROOFS with the number of measures and of the distinct sources behind them;
    `sources` counts the distinct sources behind all that counts.
    """

    total: int
    proofs: tuple[tuple[Proof, int, int], ...]
    sources: int
    states: tuple[tuple[State, int], ...]

    @property
    def proven(self) -> int:
        """Measures with an official result, an official step or a report."""
        return sum(measures for proof, measures, _ in self.proofs if proof.counts)


class Leaf(Frozen):
    """A measure with its state, what it moves, and what proves it (newest first)."""

    measure: model.Measure
    state: State
    indicators: tuple[model.Indicator, ...]
    updates: tuple[model.Update, ...]
    systems: tuple[model.System, ...]
    roles: tuple[model.Role, ...]


class Branch(Frozen):
    """A section with the sections below it; measures, in the plan's order, and tally are those of all of them."""

    section: model.Section
    leaves: tuple[Leaf, ...]
    branches: tuple[Branch, ...]
    tally: Tally


def measure_state(portal: Portal, measure: str) -> State:
    """The furthest state counted updates give a measure, unless the newest tells of a change; `unknown` without any."""
    states = [update.state for update in portal.updates_of(measure) if update.counts]
    if states[:1] == [model.EvidenceState.CHANGED]:
        return state(states[0])
    return next((s for s in PLAN_STATES if s.id in states), UNSEEN)


def system_state(system: model.System) -> State:
    """The state of a promised system; what was there before the plan is told by a state of its own."""
    return BEFORE if system.grade == BEFORE.id else state(system.state)


def measure_proof(portal: Portal, measure: str) -> Proof:
    """How well a measure is proven at best."""
    grades = {update.grade for update in portal.updates_of(measure)}
    return next((proof for proof in PROOFS if grades & set(proof.grades)), PROOFS[-1])


def tally(portal: Portal, measures: Iterable[model.Measure]) -> Tally:
    """Count measures by proof and by state; states nobody is in are left out."""
    counted = [measure.id for measure in measures]
    proofs = {measure: measure_proof(portal, measure) for measure in counted}
    updates = [update for measure in proofs for update in portal.updates_of(measure)]
    behind = {(proofs[one.measure], one.source) for one in updates if one.grade in proofs[one.measure].grades}
    sources = Counter(proof for proof, _ in behind)
    return Tally(
        total=len(counted),
        proofs=tuple((proof, list(proofs.values()).count(proof), sources[proof]) for proof in PROOFS),
        sources=len({update.source for update in updates if update.counts}),
        states=count_states((measure_state(portal, measure) for measure in counted), PLAN_STATES),
    )


def focused(portal: Portal, page: str) -> Portal:
    """The portal as a page sees it: one below the folder of another plan than the current speaks of that plan."""
    others = (p for p in portal.settings.plans if p != portal.settings.plan and page.startswith(_folder(portal, p)))
    plan = next(others, None)
    return _speaking_of(portal, plan.id) if plan else portal


@once
def _speaking_of(portal: Portal, plan: str) -> Portal:
    return replace(portal, settings=replace(portal.settings, focus=plan))


def _folder(portal: Portal, plan: Plan) -> str:
    """Where the pages of a plan lie: those of the current one in the plan's folder, those of others in one below."""
    return f"{FOLDER}/" if plan == current(portal.settings.plans) else f"{FOLDER}/{plan.id}/"


def plan_page(portal: Portal, kind: str, id: str = "", of: str | None = None) -> str:
    """The Markdown path of a page about the plan spoken of, or about that of the measure `of`."""
    measure = portal.measures[of] if of else None
    plan = plan_for(portal.settings.plans, measure.plan) if measure else portal.settings.plan
    _, _, page = page_path(kind, id).partition("/")
    return _folder(portal, plan) + page


def _own(portal: Portal, row: model.Measure | model.Section) -> bool:
    return plan_for(portal.settings.plans, row.plan) == portal.settings.plan


@once
def own_measures(portal: Portal) -> tuple[model.Measure, ...]:
    """The measures of the plan spoken of, in its order."""
    return tuple(sorted((m for m in portal.measures.values() if _own(portal, m)), key=lambda measure: measure.order))


@once
def own_systems(portal: Portal) -> tuple[model.System, ...]:
    """The systems that plan promises, in its order."""
    own = {measure.id for measure in own_measures(portal)}
    return tuple(sorted((s for s in portal.systems if s.measure in own), key=lambda system: system.order))


@once
def measures_below(portal: Portal, section: str) -> tuple[model.Measure, ...]:
    """The measures of a section and of all sections below it, in the plan's order."""
    deeper = (measure for child in portal.children(section) for measure in measures_below(portal, child.id))
    return tuple(sorted((*portal.measures_in(section), *deeper), key=lambda measure: measure.order))


def leaf(portal: Portal, measure: model.Measure) -> Leaf:
    """Everything that is known about one measure."""
    id = measure.id
    indicators, updates = portal.indicators_of(id), portal.updates_of(id)
    return Leaf(measure, measure_state(portal, id), indicators, updates, portal.systems_of(id), portal.roles_of(id))


@once
def branch(portal: Portal, section: model.Section) -> Branch:
    """A section with everything below it."""
    measures = measures_below(portal, section.id)
    leaves = tuple(leaf(portal, measure) for measure in measures)
    branches = tuple(branch(portal, child) for child in portal.children(section.id))
    return Branch(section, leaves, branches, tally(portal, measures))


@once
def chapters(portal: Portal) -> tuple[Branch, ...]:
    """The chapters of the plan spoken of that hold measures, each with everything below it."""
    tops = [top for top in portal.children(None) if _own(portal, top)]
    return tuple(branch(portal, top) for top in tops if measures_below(portal, top.id))


def page_section(portal: Portal, section: str) -> model.Section:
    """The section whose page shows `section`: the one directly below a chapter, or the chapter itself."""
    found = portal.sections[section]
    while found.parent and portal.sections[found.parent].parent:
        found = portal.sections[found.parent]
    return found


def page_of(portal: Portal, section: str) -> str:
    """Markdown path of the page that shows a section's measures.

    Raises:
        ValueError: there are no measures below the section.
    """
    shown = page_section(portal, section)
    if not (measures := measures_below(portal, shown.id)):
        raise ValueError(f"no measures below {section}")
    return plan_page(portal, measures[0].kind, shown.id, of=measures[0].id)


def evidence(portal: Portal, measures: Iterable[model.Measure] | None = None) -> tuple[model.Update, ...]:
    """Updates of some measures, by default of the plan spoken of: newest first, of one day in the plan's order."""
    wanted = dict.fromkeys(measure.id for measure in (own_measures(portal) if measures is None else measures))
    found = [update for measure in wanted for update in portal.updates_of(measure)]
    by_plan = sorted(found, key=lambda update: (portal.measures[update.measure].order, update.id))
    return tuple(sorted(by_plan, key=lambda update: (update.date.last, update.date.text), reverse=True))


def tally_systems(systems: Iterable[model.System]) -> tuple[tuple[State, int], ...]:
    """How many promised systems are in which state; those from before the plan stand apart."""
    return count_states((system_state(system) for system in systems), (*PLAN_STATES, BEFORE))


def named_in(portal: Portal) -> tuple[tuple[model.Institution, tuple[model.Role, ...]], ...]:
    """Every body the plan spoken of names with its parts, in the order of the plan's first mention.

    Bodies that no plan gives a part come last, on the pages of the current plan.
    """
    order = {measure.id: measure.order for measure in own_measures(portal)}
    taken = {role.institution for role in portal.roles} if len(portal.settings.plans) > 1 else set()
    parts: dict[str, list[model.Role]] = {institution: [] for institution in portal.institutions}
    for role in sorted(portal.roles, key=lambda role: (order.get(role.measure, 0), role.institution)):
        if role.measure in order:
            parts[role.institution].append(role)
    named = {institution: roles for institution, roles in parts.items() if roles or institution not in taken}
    return tuple((portal.institutions[institution], tuple(roles)) for institution, roles in named.items())


_ADDRESS: Final = re.compile(
    rf"({CHINESE_NUMBER})(?:（({CHINESE_NUMBER})）)?(\d*)(?:(?<=[）\d])({CHINESE_NUMBER}))?((?:-\d+)?)"
)


def address(number: str) -> Text:
    """A place in the plan as each language writes it: 三（一）二-4 / 3(1)2-4, 三（六）1二 / 3(6)1.2.

    Other numbers (2.1-1, B.3, 第三章) are labels, the same in both: order and nesting come from columns of their own.
    """
    if not (match := _ADDRESS.fullmatch(number)):
        return Text(number, number)
    chapter, section, item, point, promise = match.groups()
    within = [item, str(chinese_number(point)) if point else ""]
    english = str(chinese_number(chapter)) + (f"({chinese_number(section)})" if section else "")
    return Text(number, english + ".".join(filter(None, within)) + promise)
