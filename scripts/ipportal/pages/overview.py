"""Tables over many indicators, and lists of everything."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.progress import tally, zone_verdicts
from ipportal.analysis.states import STATES
from ipportal.pages.indicators import NONE_PUBLISHED
from ipportal.pages.inline import bounds_of, period_of, value_of
from ipportal.pages.view import Block, View


def progress_table(view: View, group: str = "core") -> Markup:
    """`{{ progress_table("core") }}`: baseline, latest value, target and state of each indicator of a group."""
    judged = [zone_verdicts(view.portal, indicator.id)[0] for indicator in view.portal.group(group)]
    return view.render("progress-table.html", group=group, verdicts=judged, bounds=bounds_of)


def progress_filter(view: View, *groups: str) -> Markup:
    """`{{ progress_filter("core", "commitment") }}`: narrows the progress tables of the page by group, state and
    whether anything is known after the baseline. Needs scripts; without them the tables stand in full, by group."""
    judged = [zone_verdicts(view.portal, i.id)[0] for group in groups for i in view.portal.group(group)]
    labels = {
        category.value: category.label
        for category in view.portal.packages["indicators"].tables["indicators"].field("group").categories
    }
    return view.render(
        "progress-filter.html",
        groups=[(group, labels[group]) for group in groups],
        states=tally(judged),
        baseline=view.portal.settings.plan.baseline_year,
    )


def state_counts(view: View, group: str = "core") -> Markup:
    """`{{ state_counts("core") }}`: how many indicators are in which state, and which ones; no averaged score."""
    judged = [zone_verdicts(view.portal, indicator.id)[0] for indicator in view.portal.group(group)]
    return view.render("state-counts.html", counts=tally(judged), verdicts=judged)


def state_legend(view: View) -> Markup:
    """`{{ state_legend() }}`: every possible state with its symbol and meaning."""
    return view.render("state-legend.html", states=STATES)


def indicator_list(view: View, group: str) -> Markup:
    """`{{ indicator_list("commitment") }}`: the indicators of a group with links."""
    return view.render("indicator-list.html", indicators=view.portal.group(group))


def context_figures(view: View) -> Markup:
    """`{{ context_figures() }}`: all context indicators by topic, each with every published row, the zone's first."""
    portal = view.portal
    table = view.portal.packages["indicators"].tables["indicators"]
    groups: dict[str, list[object]] = {}
    for indicator in portal.group("context"):
        rows = sorted(portal.observed(indicator.id), key=lambda row: portal.areas[row.area].order)
        groups.setdefault(indicator.topic, []).append((indicator, rows))
    topics = [
        (category.label, groups[category.value])
        for category in table.field("topic").categories
        if category.value in groups
    ]
    return view.render(
        "context-figures.html", topics=topics, empty=NONE_PUBLISHED, value_of=value_of, period_of=period_of
    )


def sources_list(view: View) -> Markup:
    """`{{ sources_list() }}`: every source with publisher, date and what kind of link it may have."""
    used: dict[str, int] = {}
    for row in view.portal.observations:
        used[row.source] = used.get(row.source, 0) + 1
    return view.render("sources.html", sources=list(view.portal.sources.values()), used=used)


def known_issues(view: View) -> Markup:
    """`{{ known_issues() }}`: every known contradiction, in full."""
    return view.render("issues.html", issues=view.portal.discrepancies, with_subject=True)


MACROS: Final[dict[str, Block]] = {
    "progress_table": progress_table,
    "progress_filter": progress_filter,
    "state_counts": state_counts,
    "state_legend": state_legend,
    "indicator_list": indicator_list,
    "context_figures": context_figures,
    "sources_list": sources_list,
    "known_issues": known_issues,
}
