"""The codes the program itself depends on. Every other code list is the descriptors' own and may grow freely."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.errors import catalogue_file
from ipportal.base.quantities import Qualifier, UnitKind
from ipportal.base.text import Text


class Status(StrEnum):
    """Whether a published value stands."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    SUPERSEDED = "superseded"


class Confidence(StrEnum):
    """Trust in a source, best first."""

    PLAN = "plan"
    OFFICIAL = "official"
    NEWS_OF_OFFICIAL = "news-of-official"
    SECONDARY = "secondary"


class IndicatorGroup(StrEnum):
    """What an indicator is to the plan, in the order readers meet them."""

    CORE = "core"
    COMMITMENT = "commitment"
    CONTEXT = "context"


class MeasureType(StrEnum):
    """How an indicator counts time."""

    ANNUAL_FLOW = "annual-flow"
    YEAR_END_STOCK = "year-end-stock"
    CUMULATIVE = "cumulative"


class Direction(StrEnum):
    """Which way an indicator should move."""

    UP = "up"
    DOWN = "down"
    HOLD = "hold"


class TargetKind(StrEnum):
    """When a target counts as met."""

    REACH = "reach"
    EXCEED = "exceed"
    RANGE = "range"
    CUMULATIVE = "cumulative"
    HOLD = "hold"
    ANNUAL = "annual"


class MeasureKind(StrEnum):
    """What the plan calls a promise."""

    TASK = "task"
    PROJECT = "project"
    SAFEGUARD = "safeguard"


class EvidenceState(StrEnum):
    """What a piece of evidence says became of a measure or system."""

    PLANNED = "planned"
    STARTED = "started"
    DELIVERED = "delivered"
    CHANGED = "changed"
    UNKNOWN = "unknown"


class EvidenceGrade(StrEnum):
    """How far a piece of evidence can be trusted to show progress, strongest first."""

    OUTCOME = "outcome"
    ACTION = "action"
    REPORT = "report"
    CONTEXT = "context"
    BEFORE = "before"


class Grade(Frozen):
    """One grade of evidence. `states` are those a row of this grade may give."""

    id: EvidenceGrade
    label: Text
    explanation: Text
    states: tuple[EvidenceState, ...]

    @property
    def counts(self) -> bool:
        """True when such evidence shows progress within the plan period."""
        return self.states != (EvidenceState.UNKNOWN,)


#: Strongest first
GRADES: Final = tuple(
    Grade(EvidenceGrade(name), **told | {"states": tuple(map(EvidenceState, told["states"]))})
    for name, told in catalogue_file("ipportal.data.model", "grades").items()
)

GRADE: Final[Mapping[EvidenceGrade, Grade]] = MappingProxyType({grade.id: grade for grade in GRADES})

#: Column, or table and column → the codes the program has words or arithmetic for
CODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "confidence": tuple(Confidence),
        "qualifier": tuple(Qualifier),
        "indicators.group": tuple(IndicatorGroup),
        "indicators.measure_type": tuple(MeasureType),
        "indicators.direction": tuple(Direction),
        "observations.status": tuple(Status),
        "targets.kind": tuple(TargetKind),
        "measures.kind": tuple(MeasureKind),
        "systems.state": tuple(EvidenceState),
        "systems.grade": tuple(EvidenceGrade),
        "updates.state": tuple(EvidenceState),
        "updates.grade": tuple(EvidenceGrade),
    }
    | {place: tuple(listed) for place, listed in catalogue_file("ipportal.data.model", "codes").items()}
)


def unit_kinds(columns: Iterable[Mapping[str, Any]]) -> dict[str, UnitKind]:
    """The kinds of units by id, as the code list of a table's column `kind` tells them."""
    entries = (entry for column in columns if column["name"] == "kind" for entry in column.get("categories", ()))
    return {entry["value"]: UnitKind.of(entry) for entry in entries}


def codes_of(table: str, column: str) -> tuple[str, ...] | None:
    """The codes of a column the program knows; None where it takes any its descriptor lists."""
    return CODES.get(f"{table}.{column}", CODES.get(column))
