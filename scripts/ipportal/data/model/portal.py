"""The whole portal as one frozen object with look-ups and no computation.

Every look-up reads an index that is built once, at the first question; nothing goes through all rows for one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import field
from functools import cached_property, wraps
from operator import attrgetter
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.quantities import Unit
from ipportal.base.text import Text
from ipportal.data.model import help, records
from ipportal.data.model.metadata import Field, Package, Release, Table
from ipportal.data.model.records import TOTAL
from ipportal.data.plans import Plan, plan_for
from ipportal.data.registers import Edition
from ipportal.data.settings import Settings

_Row = TypeVar("_Row")
_Key = TypeVar("_Key", bound=Hashable)
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
_ORDER: Final = attrgetter("order")


class Groups(dict[_Key, tuple[_Row, ...]]):
    """Rows by a key, in an order of their own; asked for an unknown key it gives none."""

    def __call__(self, key: _Key) -> tuple[_Row, ...]:
        """The rows of one key."""
        return self.get(key, ())


def _grouped(rows: Iterable[tuple[_Key, _Row]]) -> Groups[_Key, _Row]:
    found: dict[_Key, list[_Row]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return Groups({key: tuple(members) for key, members in found.items()})


def _of(rows: Callable[[Portal], Iterable[_Row]], *keys: Callable[[_Row], _Key]) -> cached_property[Groups[_Key, _Row]]:
    """An index of rows by each of their keys."""
    return cached_property(lambda portal: _grouped((key(row), row) for row in rows(portal) for key in keys))


def _by(rows: Callable[[Portal], Iterable[_Row]], key: Callable[[_Row], _Key]) -> cached_property[dict[_Key, _Row]]:
    """An index of rows by a key no two of them share."""
    return cached_property(lambda portal: {key(row): row for row in rows(portal)})


class Portal(Frozen):
    """Everything that is published. Mappings are keyed by id; tuples keep the order of the files.

    A package that a deployment leaves out gives empty collections. Nothing below a portal may be changed: its indexes
    and the answers kept with it (`once`) would no longer fit. `dataclasses.replace` begins with none of them.
    """

    settings: Settings
    packages: Mapping[str, Package]
    sources: Mapping[str, records.Source]
    areas: Mapping[str, records.Area]
    bases: Mapping[str, records.Basis]
    units: Mapping[str, Unit]
    indicators: Mapping[str, records.Indicator]
    series: Mapping[str, records.Series]
    observations: tuple[records.Observation, ...]
    targets: tuple[records.Target, ...]
    discrepancies: tuple[records.Discrepancy, ...]
    sections: Mapping[str, records.Section]
    measures: Mapping[str, records.Measure]
    measure_indicators: tuple[tuple[str, str], ...]
    institutions: Mapping[str, records.Institution]
    roles: tuple[records.Role, ...]
    systems: tuple[records.System, ...]
    updates: tuple[records.Update, ...]
    case_statistics: tuple[records.CaseStatistic, ...]
    case_stories: Mapping[str, records.CaseStory]
    events: tuple[records.Event, ...]
    observances: tuple[records.Observance, ...]
    incentives: tuple[records.Incentive, ...]
    services: Mapping[str, records.Service]
    glossary: Mapping[str, records.Term]
    awards: tuple[records.Award, ...]
    enterprises: tuple[records.EnterpriseTitle, ...]
    releases: tuple[Release, ...] = ()
    laws: Mapping[str, help.Law] = field(default_factory=dict)
    deadlines: Mapping[str, help.Deadline] = field(default_factory=dict)
    contacts: Mapping[str, help.Contact] = field(default_factory=dict)
    paths: Mapping[str, help.Path] = field(default_factory=dict)
    path_items: tuple[help.PathItem, ...] = ()
    path_links: tuple[help.PathLink, ...] = ()
    path_choices: tuple[help.PathChoice, ...] = ()
    choices: Mapping[str, help.Choice] = field(default_factory=dict)
    wish_services: tuple[help.WishService, ...] = ()
    service_links: tuple[help.ServiceLink, ...] = ()
    #: Registers that have been read, by name
    registers: Mapping[str, Edition] = field(default_factory=dict)
    #: Markdown paths of the pages there are; None where pages are not known
    pages: frozenset[str] | None = None

    def has_page(self, path: str) -> bool:
        """False for a page known to be missing; a link to it would lead nowhere."""
        return self.pages is None or path in self.pages

    def first_page(self, *paths: str) -> str:
        """The first of several pages that there is, the home page where there is none of them."""
        return next(filter(self.has_page, paths), page_path("home"))

    def home(self, table: str) -> Package:
        """The package that holds a table.

        Raises:
            StopIteration: none does.
        """
        return next(package for package in self.packages.values() if table in package.tables)

    def table(self, name: str) -> Table | None:
        """The table of a name no other package gives to one of its own, such as `observances`; None where it lacks."""
        return next((package.tables[name] for package in self.packages.values() if name in package.tables), None)

    def lacks(self, table: str) -> bool:
        """True where neither the table nor rows of it are there: what speaks of them has no place in the portal."""
        return self.table(table) is None and not getattr(self, table)

    def field(self, table: str, column: str) -> Field:
        """The description of a column; a bare one where the portal has no such table."""
        found = self.table(table)
        return found.field(column) if found else Field(column, "string", Text.same(column), Text.same(""), False)

    @cached_property
    def zone(self) -> records.Area:
        """The territory the portal is about: the one area of level `zone`."""
        return next(area for area in self.areas.values() if area.level == "zone")

    @cached_property
    def answers(self) -> dict[Hashable, Any]:
        """What has been worked out about this portal; for `once` only."""
        return {}

    updates_by_id = _by(lambda portal: portal.updates, lambda row: row.id)
    events_by_id = _by(lambda portal: portal.events, lambda row: row.id)
    systems_by_id = _by(lambda portal: portal.systems, lambda row: row.id)
    case_statistics_by_id = _by(lambda portal: portal.case_statistics, lambda row: row.id)
    incentives_by_id = _by(lambda portal: portal.incentives, lambda row: row.id)
    observations_by_line = _by(lambda portal: portal.observations, lambda row: row.line)
    targets_by_line = _by(lambda portal: portal.targets, lambda row: row.line)

    #: Frozen releases of a package, newest first
    releases_of = _of(lambda portal: reversed(portal.releases), lambda release: release.package)
    #: The indicators of a group (core, commitment, context) in their order
    group = _of(
        lambda portal: sorted(portal.indicators.values(), key=lambda row: (row.order, row.id)), lambda row: row.group
    )
    #: Known contradictions about an indicator
    issues_of = _of(lambda portal: portal.discrepancies, lambda row: row.indicator)
    #: What a case leads to, and its lists, in order
    links_of = _of(lambda portal: sorted(portal.path_links, key=_ORDER), lambda row: (row.path, row.kind))
    items_of = _of(lambda portal: sorted(portal.path_items, key=_ORDER), lambda row: (row.path, row.kind))
    #: The answers to a question, in order
    choices_of = _of(lambda portal: sorted(portal.choices.values(), key=_ORDER), lambda row: row.question)
    #: Published proof about a measure, newest first
    updates_of = _of(
        lambda portal: sorted(portal.updates, key=lambda row: (row.date.last, row.date.text, row.id), reverse=True),
        lambda row: row.measure,
    )
    #: Systems a measure promises, in their order
    systems_of = _of(lambda portal: sorted(portal.systems, key=_ORDER), lambda row: row.measure)
    #: Parts that bodies have in a measure, in the order of the file
    roles_of = _of(lambda portal: portal.roles, lambda row: row.measure)
    #: Sections directly below another (None: the chapters), in order
    children = _of(lambda portal: sorted(portal.sections.values(), key=_ORDER), lambda row: row.parent)
    #: Measures of a section, in order
    measures_in = _of(lambda portal: sorted(portal.measures.values(), key=_ORDER), lambda row: row.section)

    #: Observations of the parts of an indicator, in the order of areas, definitions, time and parts
    parts_of = _of(
        lambda portal: sorted((row for row in portal.observations if row.series != TOTAL), key=portal.in_order),
        lambda row: row.indicator,
    )
    _observed = _of(
        lambda portal: sorted(
            (row for row in portal.observations if row.series == TOTAL),
            key=lambda row: (row.area, row.basis, row.period.sort_key, row.trust, row.source),
        ),
        lambda row: (row.indicator, None, None),
        lambda row: (row.indicator, row.area, None),
        lambda row: (row.indicator, None, row.basis),
        lambda row: (row.indicator, row.area, row.basis),
    )
    _targeted = _of(
        lambda portal: sorted(portal.targets, key=lambda row: (not row.default, row.area, row.year, row.id)),
        lambda row: (row.indicator, None),
        lambda row: (row.indicator, row.area),
    )
    _cases = _of(
        lambda portal: portal.case_statistics,
        lambda row: (row.area, row.forum, None, None),
        lambda row: (row.area, row.forum, row.statistic, row.period.text),
    )

    @cached_property
    def measures_of(self) -> Groups[str, records.Measure]:
        """Measures linked to an indicator, in the plan's order."""
        links = sorted(self.measure_indicators, key=lambda link: self.measures[link[0]].order)
        return _grouped((indicator, self.measures[measure]) for measure, indicator in links)

    @cached_property
    def path_of(self) -> dict[tuple[str, str], help.Path]:
        """The case a right and a place lead to."""
        return {(row.right, row.place): self.paths[row.path] for row in self.path_choices}

    @cached_property
    def indicators_of(self) -> Groups[str, records.Indicator]:
        """Indicators linked to a measure."""
        links = sorted(self.measure_indicators, key=lambda link: (self.indicators[link[1]].order, link[1]))
        return _grouped((measure, self.indicators[indicator]) for measure, indicator in links)

    @cached_property
    def _known_bases(self) -> Groups[tuple[str, str], str]:
        rows: tuple[records.Observation | records.Target, ...] = (*self.observations, *self.targets)
        known = dict.fromkeys((row.indicator, row.area, row.basis) for row in rows)
        return _grouped(((indicator, area), basis) for indicator, area, basis in known)

    def observed(
        self, indicator: str, area: str | None = None, basis: str | None = None
    ) -> tuple[records.Observation, ...]:
        """Observations of the whole of an indicator, by time; corroborating rows follow the most trusted one."""
        return self._observed((indicator, area, basis))

    def in_order(self, row: records.Observation) -> tuple[Any, ...]:
        """The place of a row in a table: by area, definition and time, the parts after their total, by trust."""
        series = self.series[row.series]
        at = (self.areas[row.area].order, row.area, row.basis, row.period.sort_key)
        return (*at, series.dimension or "", series.order, series.id, row.trust, row.source)

    def targeted(self, indicator: str, area: str | None = None) -> tuple[records.Target, ...]:
        """Targets of an indicator, the default first."""
        return self._targeted((indicator, area))

    def plan_of(self, target: records.Target) -> Plan:
        """The plan a target is judged by."""
        return plan_for(self.settings.plans, target.plan, target.year)

    def cases_of(
        self, area: str, forum: str, statistic: str | None = None, period: str | None = None
    ) -> tuple[records.CaseStatistic, ...]:
        """Case statistics of one area and forum, or of one statistic and period there, in the order of the file."""
        return self._cases((area, forum, statistic, period))

    def other_basis(self, row: records.Observation) -> records.Basis | None:
        """A row's definition, to be named beside its value: not the plan's, and not the only one known there."""
        rivals = self._known_bases((row.indicator, row.area))
        return self.bases[row.basis] if row.basis != self.settings.plan.basis and len(rivals) > 1 else None


def once(function: Callable[Concatenate[Portal, _Asked], _Answer]) -> Callable[Concatenate[Portal, _Asked], _Answer]:
    """Let a pure function of a portal work out each answer once; it is kept with that portal, and as long as it.

    The other arguments must be hashable; callers share the answer, so nobody may change it.
    """

    @wraps(function)
    def asked(portal: Portal, /, *args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        question = (function, args, *kwargs.items())
        if question not in portal.answers:
            portal.answers[question] = function(portal, *args, **kwargs)
        answer: _Answer = portal.answers[question]
        return answer

    return asked
