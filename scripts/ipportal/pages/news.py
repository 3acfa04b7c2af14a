"""What is newly known, for readers; releases of data stand below it in small print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from markupsafe import Markup

from ipportal.data.ledger import next_version
from ipportal.data.model import Event
from ipportal.pages.view import Block, View
from ipportal.words.news import KINDS, News

#: Pieces of news of one kind on the home page, so that no kind crowds out the others
_OF_A_KIND: Final = 2
#: Pieces of one kind and day shown at once on the page of all news
_SHOWN: Final = 6


def latest_changes(view: View, most: int = 6) -> Markup:
    """`{{ latest_changes() }}`: what readers newly know, newest events, state of the data in small print."""
    news = _chosen(view.news, most)
    events = _newest_events(view, most - len(news))
    return view.render(
        "latest-changes.html", groups=_by_day(news), events=events, rest=len(view.news) - len(news), **_data(view)
    )


def all_news(view: View) -> Markup:
    """`{{ all_news() }}`: everything newly known since the first release, day by day, and every release of data."""
    return view.render("all-news.html", groups=_by_day(view.news), shown=_SHOWN, **_data(view))


def _chosen(news: Sequence[News], most: int) -> list[News]:
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


def _by_day(news: Sequence[News]) -> list[tuple[object, list[News]]]:
    return [(day, list(items)) for day, items in groupby(news, key=lambda item: item.day)]


def _newest_events(view: View, most: int) -> list[Event]:
    told = {item.id for item in view.news if item.kind == "event"}
    dated = [event for event in view.portal.events if event.date.precision == "day" and event.id not in told]
    return sorted(dated, key=lambda event: (event.date.text, event.id), reverse=True)[: max(most, 0)]


def _data(view: View) -> dict[str, object]:
    """The packages, and the version in which what was edited since the last release will be frozen."""
    packages = tuple(view.portal.packages.values())
    coming = {
        name: next_version(view.portal.releases_of(name)[0].version, comparison.level)
        for name, comparison in view.pending.items()
        if comparison.level
    }
    return {"packages": packages, "coming": coming, "kinds": KINDS}


MACROS: Final[dict[str, Block]] = {"latest_changes": latest_changes, "all_news": all_news}
