"""What is new, how fresh the data are, what may come next, what is checked, and letters that ask for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from markupsafe import Markup

from ipportal.analysis.freshness import expectations
from ipportal.base.text import join_list
from ipportal.data.ledger import next_version
from ipportal.data.model import Event
from ipportal.pages.view import View, macro
from ipportal.words.freshtext import figure_of, months
from ipportal.words.news import KINDS, News

#: Pieces of news of one kind on the home page, so that no kind crowds out the others
_OF_A_KIND: Final = 2
#: Pieces of one kind and day shown at once on the page of all news
_SHOWN: Final = 6


@macro
def latest_changes(view: View, most: int = 6) -> Markup:
    """`{{ latest_changes() }}`: what readers newly know, newest events, state of the data in small print."""
    news = _chosen(view.news, most)
    events = _newest_events(view, most - len(news))
    return view.render(
        "latest-changes.html", groups=_by_day(news), events=events, rest=len(view.news) - len(news), **_data(view)
    )


@macro
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


#: Figures named in the one sentence of the home page
_NEXT: Final = 3


@macro
def next_figures(view: View) -> Markup:
    """`{{ next_figures() }}`: one quiet sentence on the figures that may be published next."""
    found = [e for e in expectations(view.portal, view.portal.settings.as_of) if e.probable][:_NEXT]
    named = [view.t(f"{figure_of(e).zh}（{months(e).zh}）", f"{figure_of(e).en} ({months(e).en})") for e in found]
    return view.render("next-figures.html", named=join_list(named, view.lang))
