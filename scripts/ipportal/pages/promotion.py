"""Cases, services, words, events, yearly days, rewards and honours on pages."""

from __future__ import annotations

from functools import partial
from typing import Final

from markupsafe import Markup

from ipportal.analysis.cases import groups, is_dispute, is_total, stories
from ipportal.analysis.promotion import upcoming
from ipportal.base.addresses import page_path
from ipportal.base.quantities import quantity
from ipportal.base.text import Text
from ipportal.data.model import Award, CaseStatistic, CaseStory, EnterpriseTitle, Incentive, Service
from ipportal.pages.view import View, macro
from ipportal.words.counts import group_sentences
from ipportal.words.row_names import COUNTED
from ipportal.words.terms import Piece, alphabetical, mark
from ipportal.words.wording import observed


@macro
def service(view: View, service: Service, words: str = "") -> Markup:
    """`{{ service("search") }}`: a service's name, linked to its entry; `words` shows other words."""
    return view.linked(words or view.localize(service.name), page_path("services"), f"service-{service.id}")


@macro
def glossary(view: View, topic: str) -> Markup:
    """`{{ glossary("data") }}`: the terms of a topic with their plain explanations."""
    found = [term for term in view.portal.glossary.values() if term.topic == topic]
    if not found:
        view.refuse(topic, Text("glossary.csv 里有的主题", "a topic of glossary.csv"))
    ordered = [one for _, group in alphabetical({one.id: one for one in found}, view.lang) for one in group]
    return view.render("promo-glossary.html", terms=ordered)


@macro
def observances(view: View, most: int | None = None) -> Markup:
    """`{{ observances() }}`: the yearly days in the order they come; dates only where a rule fixes them.

    `most=3` shows the first three with a fixed date.
    """
    found = upcoming(view.portal.observances, view.portal.settings.as_of)
    if most is not None:
        found = tuple(one for one in found if one.first)[:most]
    return view.render("promo-observances.html", occurrences=found)


@macro
def incentives(view: View, kind: str) -> Markup:
    """`{{ incentives("paid") }}`: the sums of one kind (paid, committed, ceiling or fixed) with period and source."""
    rows = [row for row in view.portal.incentives if row.kind == kind]
    if not rows:
        view.refuse(kind, Text("incentives.csv 里有的类别", "a kind of incentives.csv"))
    rows.sort(key=lambda row: (row.period.kind == "years", row.period.sort_key, row.id))
    label = view.field("incentives", "kind").label(kind)
    return view.render("promo-incentives.html", rows=rows, kind=kind, label=label)


@macro
def incentive(view: View, incentive: Incentive) -> Markup:
    """`{{ incentive("rewards-2019") }}`: one sum with its unit, linked to its row."""
    words = quantity(incentive.value, incentive.unit, view.lang, qualifier=incentive.qualifier)
    return view.linked(words, page_path("incentives"), f"incentive-{incentive.id}", "ip-fig")


@macro
def honour(view: View, honour: str) -> Markup:
    """`{{ honour("design-gold") }}`: how many of an award or title, linked to its row."""
    both: list[Award | EnterpriseTitle] = [*view.portal.awards, *view.portal.enterprises]
    expected = Text("awards.csv 或 enterprises.csv 里的编号", "an id of awards.csv or enterprises.csv")
    row = view.one({row.id: row for row in both}, honour, expected)
    one = view.t(COUNTED["awards" if isinstance(row, Award) else "enterprises"], "")
    words = f"{row.count} {one}".strip()
    return view.linked(words, page_path("awards"), f"honour-{row.id}", "ip-fig")


_PARTS: Final = ("facts", "outcome", "lesson")


@macro
def case_sentences(view: View, area: str, forum: str) -> Markup:
    """`{{ case_sentences("zone", "administrative") }}`: what one group of statistics says, in sentences."""
    wanted = [group for group in groups(view.portal, area) if group.forum == forum]
    if not wanted:
        view.refuse(f"{area}, {forum}", Text("case_statistics.csv 里有的一组", "a group of the table"))
    joint = "" if view.lang == "zh" else " "
    words = joint.join(view.localize(sentence) for sentence in group_sentences(view.portal, wanted[0]))
    return Markup("<p>{}</p>").format(words)


@macro
def case_statistics(view: View, area: str) -> Markup:
    """`{{ case_statistics("zone") }}`: all statistics of an area, in sentences and as a table with sources."""
    found = groups(view.portal, area)
    if not found:
        view.refuse(area, Text("case_statistics.csv 里有的地区", "an area of case_statistics.csv"))
    return view.render(
        "case-statistics.html",
        area=view.portal.areas[area],
        groups=[(group, group_sentences(view.portal, group)) for group in found],
        forum=view.field("case_statistics", "forum"),
        statistic=view.field("case_statistics", "statistic"),
        right=view.field("case_statistics", "ip_type"),
        total=partial(is_total, view.portal),
        with_note=any(row.note for group in found for row in group.rows),
    )


@macro
def case_figure(view: View, statistic: CaseStatistic) -> Markup:
    """`{{ case_figure("zone-cases-2020") }}`: one case figure with its unit, linked to its row."""
    words, page = view.localize(observed(statistic)), page_path("case_statistics")
    return view.linked(words, page, f"stat-{statistic.id}", "ip-fig")


@macro
def story_part(view: View, story: CaseStory, part: str) -> Markup:
    """`{{ story_part("…", "facts") }}`: one part of a story (facts, outcome or lesson), its terms marked once."""
    expected = Text(f"下列之一：{'、'.join(_PARTS)}", f"one of: {', '.join(_PARTS)}")
    return view.render("case-part.html", pieces=view.one(_marked(view, story), part, expected))


@macro
def story_links(view: View, story: CaseStory) -> Markup:
    """`{{ story_links("…") }}`: measure, lesson, way to help, terms and source of a story."""
    terms = [piece.term for pieces in _marked(view, story).values() for piece in pieces if piece.term]
    columns = (("forum", story.forum), ("ip_type", story.ip_type))
    lessons = (view.field("case_stories", column).code(value).more.get("page") for column, value in columns)
    ways = (page_path("help", right) for right in (story.ip_type, "index") if is_dispute(view.portal, story))
    return view.render(
        "case-links.html",
        story=story,
        terms=terms,
        lesson=next(filter(None, lessons), None),
        help=next(filter(view.has, ways), None),
    )


@macro
def story_list(view: View, right: str = "", forum: str = "", most: int | None = None) -> Markup:
    """`{{ story_list() }}`: the stories with a line each.

    `right` or `forum` keeps some of them (with `right` only disputes, no financing), `most` the newest few.
    """
    found = stories(view.portal, ip_type=right or None, forum=forum or None)
    if right and not forum:
        found = tuple(story for story in found if is_dispute(view.portal, story))
    if not found:
        view.refuse(f"{right} {forum}".strip(), Text("有案例的权利或途径", "a right or forum with stories"))
    return view.render(
        "case-story-list.html",
        stories=found[:most],
        right=view.field("case_stories", "ip_type"),
        forum=view.field("case_stories", "forum"),
        filtered=not (right or forum or most),
    )


@macro
def story_index(view: View, by: str) -> Markup:
    """`{{ story_index("right") }}`: titles grouped by kind of right, or by `"forum"`."""
    column = view.one({"right": "ip_type", "forum": "forum"}, by, Text("right 或 forum", "right or forum"))
    found = [
        (category, [story for story in stories(view.portal) if getattr(story, column) == category.value])
        for category in view.field("case_stories", column).categories
    ]
    return view.render("case-story-index.html", by=by, entries=[entry for entry in found if entry[1]])


def _marked(view: View, story: CaseStory) -> dict[str, tuple[Piece, ...]]:
    # words of an everyday topic are explained where they are used
    topic = view.field("glossary", "topic")
    terms = {id: t for id, t in view.portal.glossary.items() if not topic.code(t.topic).more.get("everyday")}
    met: list[str] = []
    parts: dict[str, tuple[Piece, ...]] = {}
    for part in _PARTS:
        parts[part] = mark(view.localize(getattr(story, part)), terms, view.lang, met)
        met += [piece.term.id for piece in parts[part] if piece.term]
    return parts
