"""The plan by what it promises: numbers, systems, bodies it names, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import named_in, tally_systems
from ipportal.analysis.progress import zone_verdicts
from ipportal.base.text import Text
from ipportal.data.model import Discrepancy, Portal
from ipportal.pages.plan_links import plan_context
from ipportal.pages.view import Block, View
from ipportal.words.wording import format_target

_CAPTIONS: Final = {
    "core": Text("核心指标：现状、目标、位置和判断", "Core indicators: baseline, target, place and verdict"),
    "commitment": Text("其他带数字的承诺", "Other commitments with a number"),
}


def plan_commitments(view: View, group: str) -> Markup:
    """`{{ plan_commitments("core") }}`: the numbers the plan commits to, where it does so, and the verdict."""
    portal = view.portal
    if group not in _CAPTIONS:
        view.refuse("plan_commitments", group, Text("core 或 commitment", "core or commitment"))
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
        caption=view.localize(_CAPTIONS[group]),
        rows=rows,
        format_target=format_target,
        base_year=portal.settings.plan.baseline_year,
        year=portal.settings.plan.last_year,
        **plan_context(view),
    )


def plan_systems(view: View) -> Markup:
    """`{{ plan_systems() }}`: every platform, centre or mechanism the plan promises, and what is public about it."""
    systems = sorted(view.portal.systems, key=lambda system: system.order)
    return view.render(
        "plan-systems.html",
        systems=systems,
        states=tally_systems(systems),
        **plan_context(view),
    )


def plan_portal_part(view: View) -> Markup:
    """`{{ plan_portal_part() }}`: which part of which promise this portal fulfils, and which it does not."""
    systems = sorted((s for s in view.portal.systems if s.portal), key=lambda system: system.order)
    return view.render("plan-portal-part.html", systems=systems)


def plan_institutions(view: View) -> Markup:
    """`{{ plan_institutions() }}`: every body the plan names, by kind, with its measures."""
    named = named_in(view.portal)
    field = view.portal.packages["plan"].tables["institutions"].field("kind")
    kinds = [
        (category.label, [entry for entry in named if entry[0].kind == category.value]) for category in field.categories
    ]
    shown = [(Text(label.zh, label.en[:1].upper() + label.en[1:]), bodies) for label, bodies in kinds if bodies]
    return view.render("plan-institutions.html", kinds=shown, **plan_context(view))


def plan_contradictions(view: View, inside: bool = True) -> Markup:
    """`{{ plan_contradictions() }}`: where the draft contradicts itself; `inside=False`: where other sources do."""
    return view.render("plan-contradictions.html", issues=draft_issues(view.portal, inside=inside))


def draft_issues(portal: Portal, *, inside: bool) -> list[Discrepancy]:
    """Contradictions the draft is part of: with itself (`inside`), or with another source."""
    draft = {source.id for source in portal.sources.values() if source.kind == "plan"}
    return [
        issue
        for issue in portal.discrepancies
        if {issue.source_a, issue.source_b} & draft and ({issue.source_a, issue.source_b} <= draft | {None}) == inside
    ]


MACROS: Final[Mapping[str, Block]] = {
    "plan_commitments": plan_commitments,
    "plan_systems": plan_systems,
    "plan_portal_part": plan_portal_part,
    "plan_institutions": plan_institutions,
    "plan_contradictions": plan_contradictions,
}
