"""What is out of date, or soon will be: data against the cycle promised, columns against the inspection rules, expiry;
which figures others may publish next; and what was edited since the last release.

Sources: each package's `update_frequency`; 国办秘函〔2019〕19号 (a site fails when its home page is unchanged for
two weeks, or five columns of notices and policies for six months, or five are empty); `valid_until` of pages and the
expiry of security.txt. A figure's usual month comes from the days on which earlier ones of its kind were seen; one
that was only ever given in the plan, or long afterwards, has none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count, groupby
from pathlib import Path
from typing import Final, Literal

from ipportal.analysis.comparable import covers_year
from ipportal.analysis.help import AHEAD, TRIED, ended, laws_of, newest, to_try
from ipportal.base import Frozen
from ipportal.base.errors import catalogue_file
from ipportal.base.text import Text
from ipportal.data import model
from ipportal.data.entries import FILE
from ipportal.data.ledger import Comparison, compare, frozen_files
from ipportal.data.manuscripts import LAW, Manuscript
from ipportal.data.model import Portal, once

Kind = Literal["package", "column", "statement", "law", "contact"]
State = Literal["overdue", "due", "current", "open"]

_FREQUENCIES: Final = catalogue_file("ipportal.data", "frequencies")
#: `renewal:` of a column's index page: days the inspection rules allow
_RENEWALS: Final = {"two-weeks": 14, "half-year": 183}
#: So many days before an expiry a statement counts as due, and before its month a figure is worth looking for
NOTICE: Final = 30
#: Columns that may be stale, or empty, before the whole site fails
TOLERATED: Final = 4
_HEADING: Final = re.compile(r"^# +(.+?) *$", re.MULTILINE)

STATES: Final[Mapping[State, Text]] = catalogue_file("ipportal.analysis", "states")["fresh"]
KINDS: Final[Mapping[Kind, Text]] = catalogue_file("ipportal.analysis", "states")["ages"]
#: Places whose figures readers wait for; other places are context
_LEVELS: Final = ("zone", "center", "city", "province", "nation")
#: Months after the end of its year within which a figure counts as newly published, not as told again later
_SOON: Final = 6
#: Usual months in a row that may pass without a figure before the habit counts as given up
_MISSED: Final = 1


class Expectation(Frozen):
    """A yearly figure with a known habit of publication.

    Attributes:
        seen: the first known publication of each year that shows the habit, oldest first; `sources` are theirs.
        last: the newest full-year value known, which may have been told late.
        year: the year the next figure would be of.
        first, until: the first day of the earliest usual month for it, and of the latest.
        missing: years before that one whose usual months have passed without a figure.
    """

    indicator: model.Indicator
    area: model.Area
    seen: tuple[model.Observation, ...]
    sources: tuple[model.Source, ...]
    last: model.Observation
    year: int
    first: date
    until: date
    missing: tuple[int, ...]

    @property
    def probable(self) -> bool:
        """False once the figure has failed to appear too often to be waited for."""
        return len(self.missing) <= _MISSED


class Item(Frozen):
    """One thing that ages. `changed` is the day of its last change, `due` the last day it counts as fresh."""

    kind: Kind
    id: str
    title: Text
    changed: date | None
    due: date | None
    state: State

    def days_left(self, today: date) -> int | None:
        """Days until it is overdue, negative afterwards."""
        return None if self.due is None else (self.due - today).days


class Report(Frozen):
    """Everything that ages, as of one day; `failures` say why an inspection would fail the site.

    `expected` are figures others publish by habit, the next due first: nothing is owed, but it is worth looking.
    """

    today: date
    items: tuple[Item, ...]
    failures: tuple[Text, ...]
    expected: tuple[Expectation, ...]

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """The items of one kind, in their order."""
        return tuple(item for item in self.items if item.kind == kind)

    def probable(self, within: int | None = None) -> tuple[Expectation, ...]:
        """Figures that may well be published next; with `within`, in so many days from now."""
        latest = None if within is None else self.today + timedelta(days=within)
        return tuple(e for e in self.expected if e.probable and (latest is None or e.first <= latest))

    def count(self, state: State) -> int:
        """How many items are in a state."""
        return sum(item.state == state for item in self.items)


def freshness(portal: Portal, pages: Sequence[Manuscript], today: date) -> Report:
    """The report on a portal and its pages as of `today`."""
    columns = tuple(_columns(portal, pages, today))
    grown = (*_statements(portal, pages, today), *_laws(portal, pages, today), *_contacts(portal, today))
    packages = []
    for package in portal.packages.values():
        days = _FREQUENCIES.get(package.update_frequency, {}).get("days")
        changed = date.fromisoformat(package.modified)
        packages.append(_item("package", package.name, package.title, changed, days, today))
    failures = tuple(_failures(columns, _empty(pages)))
    return Report(today, (*packages, *columns, *grown), failures, expectations(portal, today))


def _columns(portal: Portal, pages: Sequence[Manuscript], today: date) -> Iterator[Item]:
    """The home page and every section whose index page says how often it must be renewed."""
    for page in pages:
        days = _RENEWALS.get(str(page.head.get("renewal")))
        if page.lang != portal.settings.languages[0] or days is None:
            continue
        fed = page.head.get("fed_by") or list(portal.packages)
        days_changed = [date.fromisoformat(portal.packages[name].modified) for name in fed if name in portal.packages]
        below = [other for other in pages if _section(other) == _section(page) or not _section(page)]
        days_changed += [day for other in below for key in ("published", "updated") if (day := other.day(key))]
        title = Text("首页", "Home") if page.path == "index.md" else _title(pages, page.path)
        yield _item("column", page.path, title, max(days_changed, default=None), days, today)


def _statements(portal: Portal, pages: Sequence[Manuscript], today: date) -> Iterator[Item]:
    main = (page for page in pages if page.lang == portal.settings.languages[0])
    ends = [(FILE, Text.same("security.txt"), portal.settings.security_expires)]
    ends += [(page.path, _title(pages, page.path), page.day("valid_until")) for page in main]
    for id, title, until in ends:
        if until:
            yield Item("statement", id, title, None, until, _state(until, NOTICE, today))


def _laws(portal: Portal, pages: Sequence[Manuscript], today: date) -> Iterator[Item]:
    """Laws that end soon or have ended, what rests on one that has, and texts read before a law they cite began."""
    for law in portal.laws.values():
        if law.valid_until and (law.valid_until - today).days <= AHEAD:
            yield Item("law", law.id, law.title, None, law.valid_until, _state(law.valid_until, AHEAD, today))
        base = portal.laws.get(law.rests_on or "")
        if base and ended(base, today) and base.valid_until:
            yield Item("law", law.id, law.title, None, base.valid_until, "overdue")
    for path in portal.paths.values():
        yield from _reading(portal, path.id, path.name, path.reviewed, laws_of(portal, path), today)
    for page in pages:
        read = page.day("reviewed")
        if page.lang == "zh" and read:
            yield from _reading(portal, page.path, _title(pages, page.path), read, LAW.findall(page.body), today)


def _reading(portal: Portal, id: str, title: Text, read: date, laws: Iterable[str], today: date) -> Iterator[Item]:
    law = newest(portal, laws, today)
    if law and law.in_force and law.in_force > read:
        yield Item("law", id, title, read, law.in_force, "overdue")


def _contacts(portal: Portal, today: date) -> Iterator[Item]:
    for contact in portal.contacts.values():
        due = to_try(contact)
        if due and due < today:
            yield Item("contact", contact.id, contact.name, due - timedelta(days=TRIED), due, "overdue")


def _item(kind: Kind, id: str, title: Text, changed: date | None, days: int | None, today: date) -> Item:
    if days is None:
        return Item(kind, id, title, changed, None, "open")
    due = changed + timedelta(days=days) if changed else today - timedelta(days=1)
    return Item(kind, id, title, changed, due, _state(due, min(NOTICE, days * 2 // 7), today))


def _state(due: date, notice: int, today: date) -> State:
    left = (due - today).days
    return "overdue" if left < 0 else "due" if left <= notice else "current"


def _failures(columns: Iterable[Item], empty: Sequence[str]) -> Iterator[Text]:
    stale = [item for item in columns if item.state == "overdue"]
    if any(item.id == "index.md" for item in stale):
        yield Text("首页超过两周没有更新", "the home page has been unchanged for more than two weeks")
    others = [item for item in stale if item.id != "index.md"]
    told = Text("有 {n} 个栏目超过半年没有更新", "{n} sections have been unchanged for more than half a year")
    if len(others) > TOLERATED:
        yield told.format(n=len(others))
    if len(empty) > TOLERATED:
        yield Text(f"有 {len(empty)} 个空白栏目", f"{len(empty)} sections are empty")


def _empty(pages: Sequence[Manuscript]) -> list[str]:
    """Sections in which no page says anything below its heading."""
    main = [page for page in pages if page.lang == pages[0].lang and _section(page)]
    filled = {_section(page) for page in main if _HEADING.sub("", page.body).strip()}
    return sorted({_section(page) for page in main} - filled)


def _section(page: Manuscript) -> str:
    return page.path.split("/")[0] if "/" in page.path else ""


def _title(pages: Iterable[Manuscript], path: str) -> Text:
    """The first heading of a page in both languages; its path where it has none."""
    headings = {page.lang: found[1] for page in pages if page.path == path and (found := _HEADING.search(page.body))}
    return Text.each(lambda lang: headings.get(lang, path))


@once
def expectations(portal: Portal, today: date) -> tuple[Expectation, ...]:
    """Every figure with a habit of publication, the next due first; in one month core indicators and the zone lead."""

    def turn(e: Expectation) -> tuple[date, bool, int, str]:
        return (e.first, e.indicator.group != model.IndicatorGroup.CORE, e.area.order, e.indicator.id)

    return tuple(sorted(_habits(portal, today), key=turn))


def silent(portal: Portal, group: str, known: Iterable[Expectation]) -> tuple[model.Indicator, ...]:
    """Indicators of a group without a habit of publication in the zone: nobody can say when to expect them."""
    told = {e.indicator.id for e in known if e.area.id == portal.zone.id}
    return tuple(indicator for indicator in portal.group(group) if indicator.id not in told)


class Due(Frozen):
    """A full-year figure that is still to be had; `last` is the newest one known of an earlier year."""

    indicator: model.Indicator
    area: model.Area
    basis: str
    series: model.Series
    last: model.Observation | None


def due(portal: Portal, year: int) -> tuple[Due, ...]:
    """What a year lacks, in the order of indicators: what a plan promises the zone for it, and what others publish by
    habit, each with the parts that were told with its last total."""
    wanted = {(e.indicator.id, e.area.id, e.last.basis) for e in expectations(portal, portal.settings.as_of)
              if e.probable and year in (*e.missing, e.year)}  # fmt: skip
    for target in portal.targets:
        plan = portal.plan_of(target)
        if target.default and target.area == portal.zone.id and plan.first_year <= year <= plan.last_year:
            wanted.add((target.indicator, target.area, target.basis))
    rows = [row for row in portal.observations if row.status != model.Status.SUPERSEDED and covers_year(row)]
    rows.sort(key=lambda row: (-_year(row), row.status == model.Status.PROVISIONAL, row.trust, row.source))
    keyed = [((row.indicator, row.area, row.basis, row.series), row) for row in rows]
    last = {key: row for key, row in reversed(keyed) if _year(row) < year}
    known = {key for key, row in keyed if _year(row) == year and row.status == model.Status.FINAL}
    totals = {key: last.get((*key, model.TOTAL)) for key in wanted}
    parts = {key for key, row in last.items() if (total := totals.get(key[:3])) and row.period == total.period}
    found = [
        Due(portal.indicators[key[0]], portal.areas[key[1]], key[2], portal.series[key[3]], last.get(key))
        for key in {*((*key, model.TOTAL) for key in wanted), *parts} - known
    ]
    groups = list(model.IndicatorGroup)
    return tuple(sorted(found, key=lambda each: (
        groups.index(each.indicator.group), each.indicator.order, each.indicator.id, each.area.order, each.basis,
        each.series.order, each.series.id,
    )))  # fmt: skip


def _habits(portal: Portal, today: date) -> Iterator[Expectation]:
    def kind(row: model.Observation) -> tuple[str, str, str]:
        return (row.indicator, row.area, row.basis)

    rows = sorted((row for row in portal.observations if _counts(portal, row)), key=kind)
    for (indicator, area, _), group in groupby(rows, key=kind):
        known = sorted(group, key=lambda row: (row.period.sort_key, _published(portal, row) or date.max, row.source))
        first_seen = {year: next(found) for year, found in groupby(known, key=_year)}
        seen = [row for row in first_seen.values() if 0 < _months(portal, row) <= _SOON]
        if not seen:
            continue
        last, lags = known[-1], [_months(portal, row) for row in seen]
        year = next(year for year in count(_year(last) + 1) if _after(year, max(lags) + 1) > today)
        sources, missing = tuple(portal.sources[row.source] for row in seen), tuple(range(_year(last) + 1, year))
        first, until = _after(year, min(lags)), _after(year, max(lags))
        figure = portal.indicators[indicator], portal.areas[area]
        yield Expectation(*figure, tuple(seen), sources, last, year, first, until, missing)


def _counts(portal: Portal, row: model.Observation) -> bool:
    whole = row.series == model.TOTAL and covers_year(row) and portal.areas[row.area].level in _LEVELS
    return whole and row.status != model.Status.SUPERSEDED and row.confidence != model.Confidence.PLAN


def _year(row: model.Observation) -> int:
    assert row.period.year is not None
    return row.period.year


def _published(portal: Portal, row: model.Observation) -> date | None:
    """The day or the month a row's source was published; None when only the year is known, or nothing."""
    day = portal.sources[row.source].date
    return None if day is None or day.precision == "year" else day.first


def _months(portal: Portal, row: model.Observation) -> int:
    """Months from the end of a row's year to its publication: 1 is January; 0 when that is not known."""
    day = _published(portal, row)
    return 0 if day is None else (day.year - _year(row) - 1) * 12 + day.month


def _after(year: int, months: int) -> date:
    """The first day of a month counted from the end of a year: 1 is January of the next year."""
    return date(year + 1 + (months - 1) // 12, (months - 1) % 12 + 1, 1)


def pending_changes(portal: Portal, root: Path) -> dict[str, Comparison]:
    """Every package that is not as it was last released, with what differs; packages never released are left out."""
    return {
        package.name: since(package, releases[0], root)
        for package in portal.packages.values()
        if (releases := portal.releases_of(package.name)) and releases[0].version != package.version
    }


def since(package: model.Package, release: model.Release, root: Path) -> Comparison:
    """A package compared with the frozen files of a release below `root`."""
    return compare(package, frozen_files(root, release))
