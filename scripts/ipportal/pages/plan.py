"""The plan's sections and measures: what was promised, its state, its proof, its indicators, who is named."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import Proof, Tally, chapters, evidence, measure_state, page_of, page_section, tally
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.base.text import Text
from ipportal.data.model import Indicator, Measure, Observation, Section, Status, Update
from ipportal.pages.plan_picture import picture
from ipportal.pages.view import View, macro, shown


@shown
def measure_link(view: View, measure: str) -> str:
    """Link to a measure's place on the page of its section."""
    return view.link(page_of(view.portal, view.portal.measures[measure].section), f"measure-{measure}")


@shown
def section_link(view: View, section: str) -> str:
    """Link to the page of a section; where several sections share a page, to its place there."""
    page = page_of(view.portal, section)
    shared = page_section(view.portal, section).id != section or f"/{section}.md" not in page
    return view.link(page, f"section-{section}" if shared else "")


@shown
def zone_verdict(view: View, indicator: Indicator) -> Verdict | None:
    """The verdict on the zone's default target; None for an indicator without a target."""
    judged = zone_verdicts(view.portal, indicator.id)
    return judged[0] if judged else None


@shown
def newest_row(view: View, indicator: Indicator) -> Observation | None:
    """The newest published row of the zone or its centre; rows without a date come last."""
    own = {area.id for area in view.portal.areas.values() if area.level in ("zone", "center")}
    rows = [row for row in view.portal.observed(indicator.id) if row.area in own and row.status != Status.SUPERSEDED]
    dated = [row for row in rows if row.period.last]
    return max(dated or rows, key=lambda row: (row.period.sort_key, -row.trust), default=None)


@macro
def measure(view: View, measure: Measure, with_state: bool = False) -> Markup:
    """`{{ measure("ip-service-cluster") }}`: a measure's title, linked to its place.

    `with_state=True` adds its state as a sign and a word.
    """
    link = view.linked(view.localize(measure.title), page_of(view.portal, measure.section), f"measure-{measure.id}")
    if not with_state:
        return link
    state = measure_state(view.portal, measure.id)
    chip = '{} <span class="ip-state state-{}"><span class="ip-sign" aria-hidden="true">{}</span> {}</span>'
    return Markup(chip).format(link, state.id, state.symbol, view.localize(state.label))


_PICTURE: Final = Text(
    "{total} 项措施里，{moving} 项直接推动有目标值的指标",
    "{moving} of {total} measures act directly on an indicator with a target",
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
    counted = tally(portal, portal.measures.values())
    groups = [(title, portal.group(group)) for title, group in _GROUPS]
    judged = {indicator.id for _, group in groups for indicator in group}
    moving = {measure for measure, indicator in portal.measure_indicators if indicator in judged}
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
