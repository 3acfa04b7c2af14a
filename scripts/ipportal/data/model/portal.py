"""The whole portal as one frozen object with look-ups and no computation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ipportal.base.quantities import Unit
from ipportal.data.model.cases import CaseStatistic, CaseStory
from ipportal.data.model.indicators import Area, Basis, Discrepancy, Indicator, Observation, Source, Target
from ipportal.data.model.metadata import Package
from ipportal.data.model.plan import Institution, Measure, Role, Section, System, Update
from ipportal.data.model.promotion import Award, EnterpriseTitle, Event, Incentive, Observance, Service, Term
from ipportal.data.model.releases import Release
from ipportal.data.settings import Settings


@dataclass(frozen=True)
class Portal:
    """Everything that is published. Mappings are keyed by id; tuples keep the order of the files.

    A package that a deployment leaves out gives empty collections.
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

    @property
    def zone(self) -> Area:
        """The territory the portal is about: the one area of level `zone`."""
        return next(area for area in self.areas.values() if area.level == "zone")

    def releases_of(self, package: str) -> tuple[Release, ...]:
        """Frozen releases of a package, newest first."""
        return tuple(release for release in reversed(self.releases) if release.package == package)

    def group(self, group: str) -> tuple[Indicator, ...]:
        """The indicators of a group (core, commitment, context) in their order."""
        found = (i for i in self.indicators.values() if i.group == group)
        return tuple(sorted(found, key=lambda i: (i.order, i.id)))

    def observed(self, indicator: str, area: str | None = None, basis: str | None = None) -> tuple[Observation, ...]:
        """Observations of an indicator, by time; corroborating rows follow the most trusted one."""
        found = (
            o
            for o in self.observations
            if o.indicator == indicator and area in (None, o.area) and basis in (None, o.basis)
        )
        return tuple(sorted(found, key=lambda o: (o.area, o.basis, o.period.sort_key, o.trust, o.source)))

    def targeted(self, indicator: str, area: str | None = None) -> tuple[Target, ...]:
        """Targets of an indicator, the default first."""
        found = (t for t in self.targets if t.indicator == indicator and area in (None, t.area))
        return tuple(sorted(found, key=lambda t: (not t.default, t.area, t.year, t.id)))

    def other_basis(self, row: Observation) -> Basis | None:
        """A row's definition, to be named beside its value: not the plan's, and not the only one known there."""
        rivals = {o.basis for o in self.observed(row.indicator, row.area)}
        rivals |= {target.basis for target in self.targeted(row.indicator, row.area)}
        return self.bases[row.basis] if row.basis != self.settings.plan.basis and len(rivals) > 1 else None

    def issues_of(self, indicator: str) -> tuple[Discrepancy, ...]:
        """Known contradictions about an indicator."""
        return tuple(d for d in self.discrepancies if d.indicator == indicator)

    def measures_of(self, indicator: str) -> tuple[Measure, ...]:
        """Measures linked to an indicator, in the plan's order."""
        found = [self.measures[m] for m, i in self.measure_indicators if i == indicator]
        return tuple(sorted(found, key=lambda m: m.order))

    def indicators_of(self, measure: str) -> tuple[Indicator, ...]:
        """Indicators linked to a measure."""
        found = [self.indicators[i] for m, i in self.measure_indicators if m == measure]
        return tuple(sorted(found, key=lambda i: (i.order, i.id)))

    def updates_of(self, measure: str) -> tuple[Update, ...]:
        """Published proof about a measure, newest first."""
        found = (u for u in self.updates if u.measure == measure)
        return tuple(sorted(found, key=lambda u: (u.date.last, u.date.text, u.id), reverse=True))

    def children(self, section: str | None) -> tuple[Section, ...]:
        """Sections directly below another (None: the chapters), in order."""
        return tuple(sorted((s for s in self.sections.values() if s.parent == section), key=lambda s: s.order))

    def measures_in(self, section: str) -> tuple[Measure, ...]:
        """Measures of a section, in order."""
        return tuple(sorted((m for m in self.measures.values() if m.section == section), key=lambda m: m.order))
