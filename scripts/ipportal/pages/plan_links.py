"""From any page to a measure, a section or a proof of the plan, and the words that stand beside the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import address, measure_state, page_of, page_section, system_state
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.base.text import Text
from ipportal.data.model import Indicator, IndicatorGroup, Measure, Observation, Section, Status
from ipportal.pages.inline import bounds_of, row_link, value_of, when_of
from ipportal.pages.view import Block, View

_MEASURE: Final = Text("measures.csv 里的措施编号", "a measure id of measures.csv")
_SECTION: Final = Text("sections.csv 里的章节编号", "a section id of sections.csv")


def the_measure(view: View, macro: str, measure: str) -> Measure:
    """The measure a macro names.

    Raises:
        SiteError: there is no such measure.
    """
    found = view.portal.measures.get(measure)
    return found or view.refuse(macro, measure, _MEASURE)


def the_section(view: View, macro: str, section: str) -> Section:
    """The section a macro names.

    Raises:
        SiteError: there is no such section.
    """
    found = view.portal.sections.get(section)
    return found or view.refuse(macro, section, _SECTION)


def measure_link(view: View, measure: str) -> str:
    """Link to a measure's place on the page of its section."""
    return view.link(page_of(view.portal, view.portal.measures[measure].section), f"measure-{measure}")


def section_link(view: View, section: str) -> str:
    """Link to the page of a section; where several sections share a page, to its place there."""
    page = page_of(view.portal, section)
    shared = page_section(view.portal, section).id != section or f"/{section}.md" not in page
    return view.link(page, f"section-{section}" if shared else "")


def indicator_link(view: View, indicator: Indicator) -> str:
    """Link to an indicator: its own page, or its place among the context figures."""
    if indicator.group == IndicatorGroup.CONTEXT:
        return view.link("indicators/context.md", f"ctx-{indicator.id}")
    return view.link(f"indicators/{indicator.id}.md")


def zone_verdict(view: View, indicator: Indicator) -> Verdict | None:
    """The verdict on the zone's default target; None for an indicator without a target."""
    judged = zone_verdicts(view.portal, indicator.id)
    return judged[0] if judged else None


def newest_row(view: View, indicator: Indicator) -> Observation | None:
    """The newest published row of the zone or its centre; rows without a date come last."""
    own = {area.id for area in view.portal.areas.values() if area.level in ("zone", "center")}
    rows = [row for row in view.portal.observed(indicator.id) if row.area in own and row.status != Status.SUPERSEDED]
    dated = [row for row in rows if row.period.last]
    return max(dated or rows, key=lambda row: (row.period.sort_key, -row.trust), default=None)


def plan_context(view: View) -> dict[str, object]:
    """What the plan's templates call while they write."""
    return {
        "address": address,
        "measure_link": measure_link,
        "section_link": section_link,
        "indicator_link": indicator_link,
        "measure_state": measure_state,
        "system_state": system_state,
        "zone_verdict": zone_verdict,
        "newest_row": newest_row,
        "row_link": row_link,
        "value_of": value_of,
        "when_of": when_of,
        "bounds": bounds_of,
    }


def measure(view: View, measure: str, with_state: bool = False) -> Markup:
    """`{{ measure("ip-service-cluster") }}`: a measure's title, linked to its place.

    `with_state=True` adds its state as a sign and a word.
    """
    found = the_measure(view, "measure", measure)
    link = Markup('<a href="{}">{}</a>').format(measure_link(view, found.id), view.localize(found.title))
    if not with_state:
        return link
    state = measure_state(view.portal, found.id)
    chip = '{} <span class="ip-state state-{}"><span class="ip-sign" aria-hidden="true">{}</span> {}</span>'
    return Markup(chip).format(link, state.id, state.symbol, view.localize(state.label))


def linked(view: View, measures: Sequence[Measure]) -> Markup:
    """Measures as a list with their place in the plan, their state and a link."""
    return view.render("linked-measures.html", measures=measures, **plan_context(view))


MACROS: Final[Mapping[str, Block]] = {"measure": measure}
