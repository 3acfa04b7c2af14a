"""The rows of the plan's tables as frozen records: what was promised, and what became of it; as in `records`."""

from ipportal.base import Frozen
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.data.model.codes import GRADE, Confidence, EvidenceGrade, EvidenceState, MeasureKind


class Section(Frozen):
    """A chapter or section of the plan; `parent` is None at the top."""

    id: str
    plan: str | None
    parent: str | None
    order: int
    number: str
    title: Text
    summary: Text


class Measure(Frozen):
    """One promise of the plan, in our own words; `number` is its address in the draft."""

    id: str
    plan: str | None
    section: str
    order: int
    number: str
    title: Text
    summary: Text
    kind: MeasureKind
    quantified: bool
    due_year: int | None


class Institution(Frozen):
    """A body the plan names."""

    id: str
    name: Text
    kind: str


class Role(Frozen):
    """A body's part in a measure."""

    measure: str
    institution: str
    role: Text | None


class System(Frozen):
    """A platform, database, centre or station the plan promises, with its published state."""

    id: str
    measure: str
    order: int
    name: Text
    promise: Text
    locator: Text
    due_year: int | None
    state: EvidenceState
    grade: EvidenceGrade | None
    since: PartialDate | None
    evidence: Text | None
    source: str | None
    evidence_locator: Text | None
    confidence: Confidence | None
    portal: Text | None


class Update(Frozen):
    """Published proof of what became of a measure, or what was known before or around it."""

    id: str
    measure: str
    date: PartialDate
    state: EvidenceState
    grade: EvidenceGrade
    what: Text
    source: str
    locator: Text
    confidence: Confidence

    @property
    def counts(self) -> bool:
        """True when it shows progress within the plan period."""
        return GRADE[self.grade].counts
