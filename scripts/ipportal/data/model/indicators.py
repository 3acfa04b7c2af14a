"""Indicators, what is known of them, and what the plan wants of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Qualifier, Unit
from ipportal.base.text import Text
from ipportal.data.model.codes import Confidence, Direction, IndicatorGroup, MeasureType, Status, TargetKind


@dataclass(frozen=True, slots=True)
class Area:
    """A territory or body figures are about."""

    id: str
    name: Text
    short: Text
    level: str
    order: int


@dataclass(frozen=True, slots=True)
class Basis:
    """A definition of an indicator. Lines and comparisons never join two."""

    id: str
    name: Text
    note: Text


@dataclass(frozen=True, slots=True)
class Source:
    """A published document. `link` says whether it may be linked: official, repost, none."""

    id: str
    name: Text
    title: str
    publisher: Text
    date: PartialDate | None
    url: str | None
    link: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured. `precision` is the number of decimals shown for computed values."""

    id: str
    group: IndicatorGroup
    topic: str
    order: int
    name: Text
    short: Text
    unit: Unit
    precision: int
    direction: Direction
    measure_type: MeasureType
    attribute: str
    definition: Text
    definition_origin: str
    note: Text | None

    @property
    def is_flow(self) -> bool:
        """True when values are counted over a year, so a month means “January to that month”."""
        return self.measure_type == MeasureType.ANNUAL_FLOW


@dataclass(frozen=True, slots=True)
class Observation:
    """One published value. `value` is in `unit`, as the source gives it. `line` is its line in the CSV."""

    indicator: str
    area: str
    period: Period
    basis: str
    value: Decimal
    unit: Unit
    qualifier: Qualifier
    status: Status
    source: str
    locator: str
    confidence: Confidence
    note: Text | None
    line: int

    @property
    def anchor(self) -> str:
        """The id of the row on its indicator's page."""
        period = self.period.text.replace("/", "_")
        return f"obs-{self.area}-{period}-{self.basis}-{self.source}".lower()

    @property
    def trust(self) -> int:
        """Rank of the source's trust, 0 is best."""
        return list(Confidence).index(self.confidence)


@dataclass(frozen=True, slots=True)
class Target:
    """What the plan wants for a year. Bounds are in `unit`; one of them may be open (None)."""

    id: str
    indicator: str
    area: str
    year: int
    basis: str
    minimum: Decimal | None
    maximum: Decimal | None
    unit: Unit
    kind: TargetKind
    default: bool
    source: str
    locator: str
    note: Text | None
    line: int


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A contradiction within or between sources: both values are kept and shown."""

    id: str
    indicator: str | None
    subject: Text
    what: Text
    value_a: str
    value_b: str
    where_a: Text
    where_b: Text
    effect: Text
    handling: Text
    source_a: str | None
    source_b: str | None
