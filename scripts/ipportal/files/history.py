"""What every release changed, and what has changed since the last: the rows, and the verdicts they led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from ipportal.analysis.freshness import pending_changes
from ipportal.analysis.progress import Verdict, verdicts
from ipportal.data.comparison import Comparison
from ipportal.data.ledger import FOLDER
from ipportal.data.model import Portal, Release
from ipportal.data.packages import table_from
from ipportal.loading import with_goals
from ipportal.words.news import News, Step, news

_JUDGED: Final = "indicators"
_GOALS: Final = ("observations", "targets")


def known_news(portal: Portal, root: Path, pending: Mapping[str, Comparison] | None = None) -> tuple[News, ...]:
    """The news of the portal below `root`, the newest first; `pending` spares comparing the packages again."""
    waiting = pending_changes(portal, root) if pending is None else pending
    return news(portal, tuple(steps(portal, root, waiting)))


def steps(portal: Portal, root: Path, pending: Mapping[str, Comparison]) -> Iterator[Step]:
    """Every release but the first of each package, and the changes not yet released, dated `as_of`."""
    for name in portal.packages:
        releases = tuple(reversed(portal.releases_of(name)))
        for before, after in pairwise(releases):
            states = (_judged(portal, root, before), _judged(portal, root, after)) if name == _JUDGED else ({}, {})
            yield Step(name, date.fromisoformat(after.date), after.changes, *states)
        if name in pending:
            states = (_judged(portal, root, releases[-1]), _verdicts(portal)) if name == _JUDGED else ({}, {})
            yield Step(name, portal.settings.as_of, pending[name].rows, *states)


def _judged(portal: Portal, root: Path, release: Release) -> dict[str, Verdict]:
    """The verdicts of a release, by today's method, as of its day."""
    folder = root / FOLDER / release.package / release.version
    files = {name: folder / f"{name}.csv" for name in _GOALS}
    tables = {name: table_from(name, path.name, {}, path.read_bytes()) for name, path in files.items()}
    return _verdicts(with_goals(portal, date.fromisoformat(release.date), tables))


def _verdicts(portal: Portal) -> dict[str, Verdict]:
    return {verdict.target.id: verdict for indicator in portal.indicators for verdict in verdicts(portal, indicator)}
