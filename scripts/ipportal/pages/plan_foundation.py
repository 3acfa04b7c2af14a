"""What the plan says it starts from: a timeline of platforms and firsts, and every figure of its first chapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from ipportal.analysis.plan import foundation_events
from ipportal.base.quantities import quantity
from ipportal.base.text import Text
from ipportal.data.model import Award, Confidence, EnterpriseTitle
from ipportal.pages.inline import period_of, row_link, the_indicator, value_of
from ipportal.pages.plan_links import plan_context
from ipportal.pages.view import Block, View

#: One line of a table of figures: name, link, period, value, note
_Row = tuple[str, str, str, str, str]

#: An award or a title with its name and its unit
_Counted = tuple[Award | EnterpriseTitle, Text, str]


def plan_timeline(view: View, last_year: int) -> Markup:
    """`{{ plan_timeline(2022) }}`: what happened in the zone up to a year; opens and closes year by year."""
    portal = view.portal
    areas = [area.id for area in portal.areas.values() if area.level in ("zone", "center")]
    years = foundation_events(portal, areas, last_year)
    field = portal.packages["promotion"].tables["events"].field("category")
    present = {event.category for events in years.values() for event in events}
    return view.render(
        "plan-timeline.html",
        years=years,
        categories=[category for category in field.categories if category.value in present],
        label=field.label,
    )


def plan_figures(view: View, *indicators: str) -> Markup:
    """`{{ plan_figures("pledge-loans", "ip-transactions") }}`: the draft's own figures of the zone for indicators."""
    rows: list[_Row] = []
    for indicator in indicators:
        found = the_indicator(view, "plan_figures", indicator)
        for row in view.portal.observed(found.id):
            if row.confidence == Confidence.PLAN and view.portal.areas[row.area].level in ("zone", "center"):
                link, period = row_link(view, row), period_of(view, row)
                rows.append((view.localize(found.name), link, period, value_of(view, row), ""))
    return _figures(view, rows, view.t("规划给出的数字", "Figures the plan gives"), "-".join(indicators[:1]))


def plan_compared(view: View) -> Markup:
    """`{{ plan_compared() }}`: table 1 of the draft, the zone beside city and province in the baseline year."""
    portal = view.portal
    year = str(portal.settings.plan.baseline_year)
    areas = sorted((a for a in portal.areas.values() if a.level in ("zone", "city", "province")), key=lambda a: a.order)
    rows = []
    for indicator in portal.group("core"):
        given = [r for r in portal.observed(indicator.id) if r.period.text == year and r.confidence == Confidence.PLAN]
        cells = [next((row for row in given if row.area == area.id), None) for area in areas]
        rows.append((indicator, cells))
    return view.render(
        "plan-compared.html",
        caption=view.t(f"{year} 年省、市、区对比", f"Province, city and zone in {year}"),
        areas=areas,
        rows=rows,
        **plan_context(view),
    )


def plan_honours(view: View) -> Markup:
    """`{{ plan_honours() }}`: the awards and titles the draft counts."""
    portal = view.portal
    page = view.link("promotion/honours.md")
    titles: list[_Counted] = [(entry, entry.title, view.t(" 家", "")) for entry in portal.enterprises]
    prizes: list[_Counted] = [(entry, entry.award, view.t(" 项", "")) for entry in portal.awards]
    rows: list[_Row] = []
    for entry, name, unit in (*titles, *prizes):
        if entry.confidence == Confidence.PLAN:
            period, count = entry.period.label(view.lang), f"{entry.count}{unit}"
            rows.append((view.localize(name), page, period, count, view.localize(entry.note)))
    return _figures(view, rows, view.t("企业称号和奖项", "Enterprise titles and awards"), "honours")


def plan_rewards(view: View) -> Markup:
    """`{{ plan_rewards() }}`: the reward money the draft says was paid."""
    rows: list[_Row] = [
        (
            view.t("兑现的知识产权奖励资金", "IP rewards paid"),
            view.link("promotion/incentives.md"),
            entry.period.label(view.lang),
            quantity(entry.value, entry.unit, view.lang, qualifier=entry.qualifier),
            view.localize(entry.note),
        )
        for entry in view.portal.incentives
        if entry.confidence == Confidence.PLAN
    ]
    return _figures(view, rows, view.t("奖励资金", "Reward money"), "rewards")


def plan_case_numbers(view: View) -> Markup:
    """`{{ plan_case_numbers() }}`: the case numbers of the draft."""
    tables = view.portal.packages["cases"].tables["case_statistics"]
    forum, kind = tables.field("forum"), tables.field("measure")
    rows: list[_Row] = [
        (
            f"{view.localize(forum.label(entry.forum))}{view.t('：', ': ')}{view.localize(kind.label(entry.measure))}",
            view.link("cases/statistics.md"),
            entry.period.label(view.lang),
            quantity(entry.value, entry.unit, view.lang, qualifier=entry.qualifier),
            view.localize(entry.note),
        )
        for entry in view.portal.case_statistics
        if entry.confidence == Confidence.PLAN and entry.value is not None
    ]
    return _figures(view, rows, view.t("办案与维权服务", "Cases and help with enforcement"), "cases")


def _figures(view: View, rows: list[_Row], caption: str, key: str) -> Markup:
    return view.render("plan-figures.html", rows=rows, caption=caption, key=key)


MACROS: Final[Mapping[str, Block]] = {
    "plan_timeline": plan_timeline,
    "plan_figures": plan_figures,
    "plan_compared": plan_compared,
    "plan_honours": plan_honours,
    "plan_rewards": plan_rewards,
    "plan_case_numbers": plan_case_numbers,
}
