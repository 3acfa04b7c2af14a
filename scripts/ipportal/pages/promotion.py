"""Cases, services, words, events, yearly days, rewards and honours on pages."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from ipportal.analysis.cases import groups, is_dispute, stories
from ipportal.base.text import Text
from ipportal.data.model import Award, CaseStory, EnterpriseTitle, Incentive
from ipportal.pages.view import View, macro, shown
from ipportal.words.counts import group_sentences
from ipportal.words.row_names import COUNTED
from ipportal.words.terms import Piece, mark


@shown
def by_period(rows: Iterable[Incentive]) -> list[Incentive]:
    """Sums of single periods in order of time, then those of several years."""
    return sorted(rows, key=lambda row: (row.period.kind == "years", row.period.sort_key, row.id))


@shown
def count_of(row: Award | EnterpriseTitle) -> Text:
    """How many of an award or title, with its measure word in Chinese."""
    return Text(f"{row.count} {COUNTED['awards' if isinstance(row, Award) else 'enterprises']}", str(row.count))


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
def story_list(view: View, right: str = "", forum: str = "", most: int | None = None) -> Markup:
    """`{{ story_list() }}`: the stories with a line each.

    `right` or `forum` keeps some of them (with `right` only disputes, no financing), `most` the newest few.
    """
    if not view.portal.case_stories:
        return Markup()
    found = stories(view.portal, ip_type=right or None, forum=forum or None)
    if right and not forum:
        found = tuple(story for story in found if is_dispute(view.portal, story))
    if not found:
        view.refuse(f"{right} {forum}".strip(), Text("有案例的权利或途径", "a right or forum with stories"))
    return view.render(
        "story-list.html",
        stories=found[:most],
        right=view.field("case_stories", "ip_type"),
        forum=view.field("case_stories", "forum"),
        filtered=not (right or forum or most),
    )


@shown
def marked(view: View, story: CaseStory) -> dict[str, tuple[Piece, ...]]:
    """The parts of a story with its terms marked where they first occur; everyday words are explained elsewhere."""
    topic = view.field("glossary", "topic")
    terms = {id: t for id, t in view.portal.glossary.items() if not topic.code(t.topic).more.get("everyday")}
    met: list[str] = []
    parts: dict[str, tuple[Piece, ...]] = {}
    for part in ("facts", "outcome", "lesson"):
        parts[part] = mark(view.localize(getattr(story, part)), terms, view.lang, met)
        met += [piece.term.id for piece in parts[part] if piece.term]
    return parts
