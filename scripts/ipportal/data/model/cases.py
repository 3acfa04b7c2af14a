"""Case statistics and stories."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ipportal.base.periods import Period
from ipportal.base.quantities import Qualifier, Unit
from ipportal.base.text import Text
from ipportal.data.model.codes import Confidence


@dataclass(frozen=True, slots=True)
class CaseStatistic:
    """One published count or amount about cases; `value` is None only when suppressed."""

    id: str
    period: Period
    area: str
    forum: str
    ip_type: str
    measure: str
    value: Decimal | None
    unit: Unit
    qualifier: Qualifier
    suppressed: bool
    source: str
    locator: str
    confidence: Confidence
    note: Text | None
    line: int


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case told so that others can learn from it; names no private person."""

    id: str
    year: int | None
    forum: str
    ip_type: str
    place: Text
    title: Text
    facts: Text
    outcome: Text
    lesson: Text
    measure: str | None
    source: str
    locator: str
    confidence: Confidence
