"""What is new: the news of the home page and of all days, the newest events, the versions to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from ipportal.data.ledger import next_version
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import Event, Indicator
from ipportal.pages.view import View, shown
from ipportal.words.news import News

#: Pieces of news of one kind on the home page, so that no kind crowds out the others
_OF_A_KIND: Final = 2


@shown
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


@shown
def by_day(news: Sequence[News]) -> list[tuple[date, list[News]]]:
    """The news of each day."""
    return [(day, list(items)) for day, items in groupby(news, key=lambda item: item.day)]


@shown
def newest_events(view: View, most: int) -> list[Event]:
    """Events of which the day is known and that are no news."""
    told = {item.id for item in view.news if item.kind == "event"}
    dated = [event for event in view.portal.events if event.date.precision == "day" and event.id not in told]
    return sorted(dated, key=lambda event: (event.date.text, event.id), reverse=True)[: max(most, 0)]


@shown
def told_stories(view: View, indicator: Indicator | None) -> list[Manuscript]:
    """The data stories, or those that name an indicator, the newest first; of one day in the order of their pages."""
    told = [page for page in view.manuscripts if page.lang == view.lang and page.is_data_story]
    found = [page for page in told if indicator is None or f'"{indicator.id}"' in page.body]
    return sorted(found, key=lambda page: (page.published or date.min, -page.head.get("order", 0)), reverse=True)


@shown
def coming_versions(view: View) -> dict[str, str]:
    """By package the version in which what was edited since its last release will be frozen."""
    return {
        name: next_version(view.portal.releases_of(name)[0].version, comparison.level)
        for name, comparison in view.pending.items()
        if comparison.level
    }
