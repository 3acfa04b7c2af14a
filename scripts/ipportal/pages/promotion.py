"""Events, yearly days, rewards and honours on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from ipportal.analysis.promotion import prizes, sums_of_years, upcoming, years
from ipportal.base.quantities import quantity
from ipportal.base.text import Text
from ipportal.data.model import Award, EnterpriseTitle, Field
from ipportal.pages.view import Block, View
from ipportal.words.row_names import COUNTED
from ipportal.words.terms import first_sentence

INCENTIVES: Final = "promotion/incentives.md"
HONOURS: Final = "promotion/honours.md"


def event_timeline(view: View) -> Markup:
    """`{{ event_timeline() }}`: all events by year, the newest first, with source."""
    events = view.portal.events
    return view.render("promo-timeline.html", years=years(events), kind=_field(view, "promotion", "events", "category"))


def event_index(view: View) -> Markup:
    """`{{ event_index() }}`: the titles of all events by kind, linked to the timeline."""
    kinds = _field(view, "promotion", "events", "category").categories
    ordered = [event for year in years(view.portal.events) for event in year.events]
    entries = [(kind, [event for event in ordered if event.category == kind.value]) for kind in kinds]
    return view.render("promo-event-index.html", entries=[entry for entry in entries if entry[1]])


def event_notice(view: View, event: str) -> Markup:
    """`{{ event_notice("trademark-law-2026") }}`: one event as a notice at the head of pages it bears on."""
    found = next((one for one in view.portal.events if one.id == event), None)
    if found is None:
        view.refuse("event_notice", event, Text("events.csv 里的编号", "an id of events.csv"))
    summary = view.localize(found.summary)
    first = first_sentence(summary, view.lang)
    return view.render("promo-event-notice.html", event=found, first=first, rest=summary[len(first) :].strip())


def observances(view: View, most: int | None = None) -> Markup:
    """`{{ observances() }}`: the yearly days in the order they come; dates only where a rule fixes them.

    `most=3` shows the first three with a fixed date.
    """
    found = upcoming(view.portal.observances, view.portal.settings.as_of)
    if most is not None:
        found = tuple(one for one in found if one.first)[:most]
    return view.render("promo-observances.html", occurrences=found)


def subscribe(view: View) -> Markup:
    """`{{ subscribe() }}`: links to the calendar and the feed of the page's language."""
    folder = "" if view.lang == "zh" else "en/"
    return view.render(
        "promo-subscribe.html", calendar=view.file(f"{folder}calendar.ics"), feed=view.file(f"{folder}feed.xml")
    )


def incentives(view: View, kind: str) -> Markup:
    """`{{ incentives("paid") }}`: the sums of one kind (paid, committed, ceiling or fixed) with period and source."""
    rows = [row for row in view.portal.incentives if row.kind == kind]
    if not rows:
        view.refuse("incentives", kind, Text("incentives.csv 里有的类别", "a kind of incentives.csv"))
    rows.sort(key=lambda row: (row.period.kind == "years", row.period.sort_key, row.id))
    label = _field(view, "promotion", "incentives", "kind").label(kind)
    return view.render("promo-incentives.html", rows=rows, kind=kind, label=label)


def incentive(view: View, incentive: str) -> Markup:
    """`{{ incentive("rewards-2019") }}`: one sum with its unit, linked to its row."""
    row = next((row for row in view.portal.incentives if row.id == incentive), None)
    if row is None:
        view.refuse("incentive", incentive, Text("incentives.csv 里的编号", "an id of incentives.csv"))
    words = quantity(row.value, row.unit, view.lang, qualifier=row.qualifier)
    return Markup('<a class="ip-fig" href="{}">{}</a>').format(view.link(INCENTIVES, f"incentive-{row.id}"), words)


def incentive_sums(view: View) -> Markup:
    """`{{ incentive_sums() }}`: sums of several years against the yearly sums inside them, step by step."""
    return view.render("promo-incentive-sums.html", sums=sums_of_years(view.portal))


def awards(view: View, contests: bool = False) -> Markup:
    """`{{ awards() }}`: patent awards by level and grade; `contests=True` lists contest prizes instead."""
    found = prizes(view.portal.awards, contests=contests)
    table = view.portal.packages["recognition"].tables["awards"]
    return view.render(
        "promo-awards.html",
        lines=found,
        contests=contests,
        level=table.field("level"),
        grade=table.field("grade"),
    )


def enterprises(view: View) -> Markup:
    """`{{ enterprises() }}`: how many firms hold which title, with source."""
    rows = view.portal.enterprises
    level = _field(view, "recognition", "enterprises", "level")
    order = [category.value for category in level.categories]
    return view.render(
        "promo-enterprises.html", rows=sorted(rows, key=lambda row: (order.index(row.level), row.id)), level=level
    )


def honour(view: View, honour: str) -> Markup:
    """`{{ honour("china-design-gold") }}`: how many of an award or title, linked to its row."""
    rows: list[Award | EnterpriseTitle] = [*view.portal.awards, *view.portal.enterprises]
    row = next((row for row in rows if row.id == honour), None)
    if row is None:
        view.refuse(
            "honour", honour, Text("awards.csv 或 enterprises.csv 里的编号", "an id of awards.csv or enterprises.csv")
        )
    one = view.t(COUNTED["awards" if isinstance(row, Award) else "enterprises"], "")
    words = f"{row.count} {one}".strip()
    return Markup('<a class="ip-fig" href="{}">{}</a>').format(view.link(HONOURS, f"honour-{row.id}"), words)


def _field(view: View, package: str, table: str, column: str) -> Field:
    return view.portal.packages[package].tables[table].field(column)


MACROS: Final[Mapping[str, Block]] = {
    "event_timeline": event_timeline,
    "event_index": event_index,
    "event_notice": event_notice,
    "observances": observances,
    "subscribe": subscribe,
    "incentives": incentives,
    "incentive": incentive,
    "incentive_sums": incentive_sums,
    "awards": awards,
    "enterprises": enterprises,
    "honour": honour,
}
