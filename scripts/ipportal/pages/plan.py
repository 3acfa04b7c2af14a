"""The plan's sections and measures: what was promised, its state, its proof, its indicators, who is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import branch
from ipportal.pages.plan_links import plan_context, the_section
from ipportal.pages.view import Block, View
from ipportal.words.counts import tally_sentence, tally_short

#: From this many measures on, a page offers to show only those in some states
_FILTER_FROM: Final = 8


def plan_title(view: View, section: str) -> Markup:
    """`{{ plan_title("creation") }}`: a section's title, without a link (for headings)."""
    return Markup.escape(view.localize(the_section(view, "plan_title", section).title))


def plan_text(view: View, section: str) -> Markup:
    """`{{ plan_text("principle-quality") }}`: what a section says, in our own short words."""
    return Markup.escape(view.localize(the_section(view, "plan_text", section).summary))


def plan_section(view: View, section: str) -> Markup:
    """`{{ plan_section("creation") }}`: what a section is about and how many of its measures have evidence."""
    found = branch(view.portal, the_section(view, "plan_section", section))
    return view.render(
        "plan-section.html",
        section=found.section,
        tally=found.tally,
        sentence=tally_sentence(found.tally),
        **plan_context(view),
    )


def plan_sections(view: View, chapter: str) -> Markup:
    """`{{ plan_sections("tasks") }}`: the sections of a chapter with links and counts."""
    found = branch(view.portal, the_section(view, "plan_sections", chapter))
    return view.render("plan-sections.html", branches=found.branches, tally_short=tally_short, **plan_context(view))


def plan_measures(view: View, section: str) -> Markup:
    """`{{ plan_measures("creation") }}`: every measure of a section, those of sections below it included."""
    found = branch(view.portal, the_section(view, "plan_measures", section))
    return view.render(
        "plan-measures.html",
        section=found.section,
        tally=found.tally,
        leaves=found.all_leaves,
        with_filter=len(found.all_leaves) >= _FILTER_FROM and len(found.tally.states) > 1,
        **plan_context(view),
    )


MACROS: Final[Mapping[str, Block]] = {
    "plan_title": plan_title,
    "plan_text": plan_text,
    "plan_section": plan_section,
    "plan_sections": plan_sections,
    "plan_measures": plan_measures,
}
