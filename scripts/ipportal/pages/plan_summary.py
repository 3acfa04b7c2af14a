"""The whole plan and its state on one sheet, for a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import PROOFS, UNSEEN, Leaf, Proof, chapters, measure_proof, tally, tally_systems
from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.analysis.states import PLAN_STATES, State
from ipportal.base.periods import date_label
from ipportal.base.text import Text
from ipportal.data.model import IndicatorGroup, Portal
from ipportal.pages.plan_links import plan_context
from ipportal.pages.plan_tables import draft_issues
from ipportal.pages.view import Block, View
from ipportal.words.counts import tally_sentence
from ipportal.words.wording import format_target


def plan_summary(view: View) -> Markup:
    """`{{ plan_summary() }}`: indicators, sections, proven measures and systems; two printed pages at most."""
    portal = view.portal
    found = chapters(portal)
    groups = [
        [zone_verdicts(portal, indicator.id)[0] for indicator in portal.group(group)]
        for group in (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT)
    ]
    leaves = [leaf for chapter in found for leaf in chapter.all_leaves]
    systems = sorted(portal.systems, key=lambda system: system.order)
    return view.render(
        "plan-summary.html",
        sentence=tally_sentence(tally(portal, portal.measures.values())),
        indicator_sentence=_indicator_sentence([verdict for group in groups for verdict in group]),
        as_of=date_label(portal.settings.as_of, view.lang),
        base_year=portal.settings.plan.baseline_year,
        year=portal.settings.plan.last_year,
        groups=groups,
        format_target=format_target,
        chapters=found,
        proven=[_proven(portal, proof, leaves) for proof in PROOFS if proof.counts],
        unseen=UNSEEN,
        systems=systems,
        system_states=tally_systems(systems),
        contradictions=len(draft_issues(portal, inside=True)),
        **plan_context(view),
    )


def _proven(
    portal: Portal, proof: Proof, leaves: Sequence[Leaf]
) -> tuple[Proof, list[Leaf], list[tuple[State, list[Leaf]]]]:
    """The measures proven that well, all of them and by state, in the order of the plan."""
    own = [leaf for leaf in leaves if measure_proof(portal, leaf.measure.id) == proof]
    states = [(state, [leaf for leaf in own if leaf.state == state]) for state in PLAN_STATES]
    return proof, own, [(state, some) for state, some in states if some]


def _indicator_sentence(verdicts: Sequence[Verdict]) -> Text:
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


MACROS: Final[Mapping[str, Block]] = {"plan_summary": plan_summary}
