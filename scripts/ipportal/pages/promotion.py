"""Cases, services, words, events, yearly days, rewards and honours on pages; and what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from ipportal.analysis.cases import groups, is_dispute, stories
from ipportal.base.text import Text
from ipportal.data.ledger import next_version
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import Award, CaseStory, EnterpriseTitle, Event, Incentive, Indicator
from ipportal.pages.view import View, macro
from ipportal.words.counts import group_sentences
from ipportal.words.news import News
from ipportal.words.row_names import COUNTED
from ipportal.words.terms import Piece, mark


def by_period(rows: Iterable[Incentive]) -> list[Incentive]:
    """Sums of single periods in order of time, then those of several years."""
    return sorted(rows, key=lambda row: (row.period.kind == "years", row.period.sort_key, row.id))


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
    right_field, forum_field = (view.portal.field("case_stories", column) for column in ("ip_type", "forum"))
    told = {"right": right_field, "forum": forum_field, "filtered": not (right or forum or most)}
    return view.render("story-list.html", stories=found[:most], **told)


def marked(view: View, story: CaseStory) -> dict[str, tuple[Piece, ...]]:
    """The parts of a story with its terms marked where they first occur; everyday words are explained elsewhere."""
    topic = view.portal.field("glossary", "topic")
    terms = {id: t for id, t in view.portal.glossary.items() if not topic.code(t.topic).more.get("everyday")}
    met: list[str] = []
    parts: dict[str, tuple[Piece, ...]] = {}
    for part in ("facts", "outcome", "lesson"):
        parts[part] = mark(view.localize(getattr(story, part)), terms, view.lang, met)
        met += [piece.term.id for piece in parts[part] if piece.term]
    return parts


#: Pieces of news of one kind on the home page, so that no kind crowds out the others
_OF_A_KIND: Final = 2


def chosen_news(news: Sequence[News], most: int) -> list[News]:
    """The first `most` in their order, a few of each kind; what is left over fills up."""
    seen: Counter[str] = Counter()
    first: list[News] = []
    for item in news:
        seen[item.kind] += 1
        if seen[item.kind] <= _OF_A_KIND:
            first.append(item)
    chosen = first[:most]
    chosen += [item for item in news if item not in chosen][: most - len(chosen)]
    return [item for item in news if item in chosen]


def newest_events(view: View, most: int) -> list[Event]:
    """Events of which the day is known and that are no news."""
    told = {item.id for item in view.news if item.kind == "event"}
    dated = [event for event in view.portal.events if event.date.precision == "day" and event.id not in told]
    return sorted(dated, key=lambda event: (event.date.text, event.id), reverse=True)[: max(most, 0)]


def told_stories(view: View, indicator: Indicator | None) -> list[Manuscript]:
    """The data stories, or those that name an indicator, the newest first; of one day in the order of their pages."""
    told = [page for page in view.manuscripts if page.lang == view.lang and page.is_data_story]
    found = [page for page in told if indicator is None or f'"{indicator.id}"' in page.body]
    return sorted(found, key=lambda page: (page.published or date.min, -page.head.get("order", 0)), reverse=True)


def coming_versions(view: View) -> dict[str, str]:
    """By package the version in which what was edited since its last release will be frozen."""
    return {
        name: next_version(view.portal.releases_of(name)[0].version, comparison.level)
        for name, comparison in view.pending.items()
        if comparison.level
    }
