"""Reaching people: events, observances, incentives, services, terms, honours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Qualifier, Unit
from ipportal.base.text import Text
from ipportal.data.model.codes import Confidence


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, dated as exactly as its source allows."""

    id: str
    date: PartialDate
    title: Text
    summary: Text
    category: str
    area: str
    source: str
    locator: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Observance:
    """A day or week that comes back every year; `fixed` is False when it is announced or customary."""

    id: str
    name: Text
    rule: Text
    month: int | None
    day: int | None
    length_days: int | None
    fixed: bool
    source: str | None
    basis: Text


@dataclass(frozen=True, slots=True)
class Incentive:
    """Reward money: paid, promised, or the most one can get."""

    id: str
    period: Period
    area: str
    kind: str
    value: Decimal
    unit: Unit
    qualifier: Qualifier
    source: str
    locator: str
    confidence: Confidence
    note: Text | None
    line: int


@dataclass(frozen=True, slots=True)
class Service:
    """What a person or firm can get done, where, and under which conditions."""

    id: str
    order: int
    name: Text
    provider: Text
    audience: Text
    what: Text
    conditions: Text | None
    figures: str | None
    measure: str | None
    since: PartialDate | None
    source: str
    locator: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the field, explained plainly."""

    id: str
    term: Text
    plain: Text
    topic: str


@dataclass(frozen=True, slots=True)
class Award:
    """Prizes won, counted by level and grade."""

    id: str
    level: str
    award: Text
    grade: str
    kind: str
    count: int
    period: Period
    area: str
    source: str
    locator: str
    confidence: Confidence
    note: Text | None
    line: int


@dataclass(frozen=True, slots=True)
class EnterpriseTitle:
    """Firms that hold a title, counted."""

    id: str
    level: str
    title: Text
    count: int
    period: Period
    area: str
    source: str
    locator: str
    confidence: Confidence
    note: Text | None
    line: int
