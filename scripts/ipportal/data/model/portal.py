"""The whole portal as one frozen object with look-ups and no computation.

Every look-up reads an index that is built once, at the first question; nothing goes through all rows for one answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ipportal.base.quantities import Unit
from ipportal.data.model.cases import CaseStatistic, CaseStory
from ipportal.data.model.indicators import Area, Basis, Discrepancy, Indicator, Observation, Source, Target
from ipportal.data.model.metadata import Package
from ipportal.data.model.plan import Institution, Measure, Role, Section, System, Update
from ipportal.data.model.promotion import Award, EnterpriseTitle, Event, Incentive, Observance, Service, Term
from ipportal.data.model.releases import Release
from ipportal.data.settings import Settings

_Row = TypeVar("_Row")
_Key = TypeVar("_Key", bound=Hashable)
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Portal:
    """Everything that is published. Mappings are keyed by id; tuples keep the order of the files.

    A package that a deployment leaves out gives empty collections. Nothing below a portal may be changed: its indexes
    and the answers kept with it (`once`) would no longer fit. `dataclasses.replace` begins with none of them.
    """

    settings: Settings
    packages: Mapping[str, Package]
    sources: Mapping[str, Source]
    areas: Mapping[str, Area]
    bases: Mapping[str, Basis]
    units: Mapping[str, Unit]
    indicators: Mapping[str, Indicator]
    observations: tuple[Observation, ...]
    targets: tuple[Target, ...]
    discrepancies: tuple[Discrepancy, ...]
    sections: Mapping[str, Section]
    measures: Mapping[str, Measure]
    measure_indicators: tuple[tuple[str, str], ...]
    institutions: Mapping[str, Institution]
    roles: tuple[Role, ...]
    systems: tuple[System, ...]
    updates: tuple[Update, ...]
    case_statistics: tuple[CaseStatistic, ...]
    case_stories: Mapping[str, CaseStory]
    events: tuple[Event, ...]
    observances: tuple[Observance, ...]
    incentives: tuple[Incentive, ...]
    services: Mapping[str, Service]
    glossary: Mapping[str, Term]
    awards: tuple[Award, ...]
    enterprises: tuple[EnterpriseTitle, ...]
    releases: tuple[Release, ...] = ()

    @cached_property
    def zone(self) -> Area:
        """The territory the portal is about: the one area of level `zone`."""
        return next(area for area in self.areas.values() if area.level == "zone")

    @cached_property
    def answers(self) -> dict[Hashable, Any]:
        """What has been worked out about this portal; for `once` only."""
        return {}

    @cached_property
    def updates_by_id(self) -> Mapping[str, Update]:
        """Published proof by its id."""
        return {update.id: update for update in self.updates}

    @cached_property
    def events_by_id(self) -> Mapping[str, Event]:
        """Events by their id."""
        return {event.id: event for event in self.events}

    @cached_property
    def systems_by_id(self) -> Mapping[str, System]:
        """Promised systems by their id."""
        return {system.id: system for system in self.systems}

    @cached_property
    def case_statistics_by_id(self) -> Mapping[str, CaseStatistic]:
        """Case statistics by their id."""
        return {row.id: row for row in self.case_statistics}

    @cached_property
    def observations_by_line(self) -> Mapping[int, Observation]:
        """Observations by their line in the file."""
        return {row.line: row for row in self.observations}

    @cached_property
    def targets_by_line(self) -> Mapping[int, Target]:
        """Targets by their line in the file."""
        return {target.line: target for target in self.targets}

    def releases_of(self, package: str) -> tuple[Release, ...]:
        """Frozen releases of a package, newest first."""
        return self._releases.get(package, ())

    def group(self, group: str) -> tuple[Indicator, ...]:
        """The indicators of a group (core, commitment, context) in their order."""
        return self._groups.get(group, ())

    def observed(self, indicator: str, area: str | None = None, basis: str | None = None) -> tuple[Observation, ...]:
        """Observations of an indicator, by time; corroborating rows follow the most trusted one."""
        return self._observed.get((indicator, area, basis), ())

    def targeted(self, indicator: str, area: str | None = None) -> tuple[Target, ...]:
        """Targets of an indicator, the default first."""
        return self._targeted.get((indicator, area), ())

    def other_basis(self, row: Observation) -> Basis | None:
        """A row's definition, to be named beside its value: not the plan's, and not the only one known there."""
        rivals = self._rival_bases.get((row.indicator, row.area), set())
        return self.bases[row.basis] if row.basis != self.settings.plan.basis and len(rivals) > 1 else None

    def issues_of(self, indicator: str) -> tuple[Discrepancy, ...]:
        """Known contradictions about an indicator."""
        return self._issues.get(indicator, ())

    def measures_of(self, indicator: str) -> tuple[Measure, ...]:
        """Measures linked to an indicator, in the plan's order."""
        return self._measures_of.get(indicator, ())

    def indicators_of(self, measure: str) -> tuple[Indicator, ...]:
        """Indicators linked to a measure."""
        return self._indicators_of.get(measure, ())

    def updates_of(self, measure: str) -> tuple[Update, ...]:
        """Published proof about a measure, newest first."""
        return self._updates.get(measure, ())

    def systems_of(self, measure: str) -> tuple[System, ...]:
        """Systems a measure promises, in their order."""
        return self._systems.get(measure, ())

    def roles_of(self, measure: str) -> tuple[Role, ...]:
        """Parts that bodies have in a measure, in the order of the file."""
        return self._roles.get(measure, ())

    def children(self, section: str | None) -> tuple[Section, ...]:
        """Sections directly below another (None: the chapters), in order."""
        return self._children.get(section, ())

    def measures_in(self, section: str) -> tuple[Measure, ...]:
        """Measures of a section, in order."""
        return self._measures_in.get(section, ())

    def cases_of(
        self, area: str, forum: str, statistic: str | None = None, period: str | None = None
    ) -> tuple[CaseStatistic, ...]:
        """Case statistics of one area and forum, or of one statistic and period there, in the order of the file."""
        return self._cases.get((area, forum, statistic, period), ())

    @cached_property
    def _releases(self) -> Mapping[str, tuple[Release, ...]]:
        return _grouped(reversed(self.releases), lambda release: [release.package])

    @cached_property
    def _groups(self) -> Mapping[str, tuple[Indicator, ...]]:
        return _grouped(sorted(self.indicators.values(), key=lambda i: (i.order, i.id)), lambda i: [i.group])

    @cached_property
    def _observed(self) -> Mapping[tuple[str, str | None, str | None], tuple[Observation, ...]]:
        ordered = sorted(self.observations, key=lambda o: (o.area, o.basis, o.period.sort_key, o.trust, o.source))
        return _grouped(ordered, lambda o: [(o.indicator, a, b) for a in (None, o.area) for b in (None, o.basis)])

    @cached_property
    def _targeted(self) -> Mapping[tuple[str, str | None], tuple[Target, ...]]:
        ordered = sorted(self.targets, key=lambda t: (not t.default, t.area, t.year, t.id))
        return _grouped(ordered, lambda t: [(t.indicator, None), (t.indicator, t.area)])

    @cached_property
    def _rival_bases(self) -> Mapping[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        rows: tuple[Observation | Target, ...] = (*self.observations, *self.targets)
        for row in rows:
            found[row.indicator, row.area].add(row.basis)
        return found

    @cached_property
    def _issues(self) -> Mapping[str | None, tuple[Discrepancy, ...]]:
        return _grouped(self.discrepancies, lambda d: [d.indicator])

    @cached_property
    def _measures_of(self) -> Mapping[str, tuple[Measure, ...]]:
        links = sorted(self.measure_indicators, key=lambda link: self.measures[link[0]].order)
        found = _grouped(links, lambda link: [link[1]])
        return {indicator: tuple(self.measures[m] for m, _ in linked) for indicator, linked in found.items()}

    @cached_property
    def _indicators_of(self) -> Mapping[str, tuple[Indicator, ...]]:
        links = sorted(self.measure_indicators, key=lambda link: (self.indicators[link[1]].order, link[1]))
        found = _grouped(links, lambda link: [link[0]])
        return {measure: tuple(self.indicators[i] for _, i in linked) for measure, linked in found.items()}

    @cached_property
    def _updates(self) -> Mapping[str, tuple[Update, ...]]:
        ordered = sorted(self.updates, key=lambda u: (u.date.last, u.date.text, u.id), reverse=True)
        return _grouped(ordered, lambda u: [u.measure])

    @cached_property
    def _systems(self) -> Mapping[str, tuple[System, ...]]:
        return _grouped(sorted(self.systems, key=lambda s: s.order), lambda s: [s.measure])

    @cached_property
    def _roles(self) -> Mapping[str, tuple[Role, ...]]:
        return _grouped(self.roles, lambda role: [role.measure])

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[Section, ...]]:
        return _grouped(sorted(self.sections.values(), key=lambda s: s.order), lambda s: [s.parent])

    @cached_property
    def _measures_in(self) -> Mapping[str, tuple[Measure, ...]]:
        return _grouped(sorted(self.measures.values(), key=lambda m: m.order), lambda m: [m.section])

    @cached_property
    def _cases(self) -> Mapping[tuple[str, str, str | None, str | None], tuple[CaseStatistic, ...]]:
        def places(row: CaseStatistic) -> list[tuple[str, str, str | None, str | None]]:
            return [(row.area, row.forum, None, None), (row.area, row.forum, row.measure, row.period.text)]

        return _grouped(self.case_statistics, places)


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


def _grouped(rows: Iterable[_Row], keys: Callable[[_Row], Iterable[_Key]]) -> dict[_Key, tuple[_Row, ...]]:
    """Rows by each of their keys, in the order in which they come."""
    found: dict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        for key in keys(row):
            found[key].append(row)
    return {key: tuple(members) for key, members in found.items()}
