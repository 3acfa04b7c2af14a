"""The rows of the tables as frozen records: a field for each column, in the order of the columns. Those of the plan say
what was promised, and what became of it.

`loading` fills them: a Text field reads two columns, `line` is the row's line in the CSV.
"""

from decimal import Decimal
from typing import Final

from ipportal.base import Frozen
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Qualifier, Unit
from ipportal.base.text import Text
from ipportal.data.model import codes
from ipportal.data.model.codes import Confidence, Direction, IndicatorGroup, MeasureType, Status, TargetKind


class Area(Frozen):
    """A territory or body figures are about."""

    id: str
    name: Text
    short: Text
    level: str
    order: int


class Basis(Frozen):
    """A definition of an indicator. Lines and comparisons never join two."""

    id: str
    name: Text
    note: Text


class Source(Frozen):
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


class Indicator(Frozen):
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


#: The row of `series` that stands for the whole
TOTAL: Final = "total"


class Series(Frozen):
    """What values are broken down by: the whole (`TOTAL`, without a dimension), or a part along one dimension.

    `indicator` is None where every indicator may use it.
    """

    id: str
    indicator: str | None
    dimension: str | None
    name: Text
    order: int


class Observation(Frozen):
    """One published value. `value` is in `unit`, as the source gives it. `line` is its line in the CSV."""

    indicator: str
    area: str
    series: str
    period: Period
    basis: str
    value: Decimal
    unit: Unit
    qualifier: Qualifier
    status: Status
    source: str
    locator: Text
    confidence: Confidence
    note: Text | None
    line: int

    @property
    def anchor(self) -> str:
        """The id of the row on its indicator's page."""
        period, part = self.period.text.replace("/", "_"), "" if self.series == TOTAL else f"-{self.series}"
        return f"obs-{self.area}{part}-{period}-{self.basis}-{self.source}".lower()

    @property
    def trust(self) -> int:
        """Rank of the source's trust, 0 is best."""
        return list(Confidence).index(self.confidence)


class Target(Frozen):
    """What the plan wants for a year. Bounds are in `unit`; one of them may be open (None)."""

    id: str
    plan: str | None
    indicator: str
    area: str
    year: int
    basis: str
    minimum: Decimal | None
    maximum: Decimal | None
    unit: Unit
    kind: TargetKind
    default: bool
    replaces: str | None
    source: str
    locator: Text
    note: Text | None
    line: int


class Discrepancy(Frozen):
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


class CaseStatistic(Frozen):
    """One published count or amount about cases; `value` is None only when suppressed."""

    id: str
    period: Period
    area: str
    forum: str
    ip_type: str
    statistic: str
    value: Decimal | None
    unit: Unit
    qualifier: Qualifier
    suppressed: bool
    measure: str | None
    source: str
    locator: Text
    confidence: Confidence
    note: Text | None
    line: int


class CaseStory(Frozen):
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
    locator: Text
    confidence: Confidence


class Event(Frozen):
    """Something that happened, dated as exactly as its source allows."""

    id: str
    date: PartialDate
    title: Text
    summary: Text
    category: str
    area: str
    measure: str | None
    source: str
    locator: Text
    confidence: Confidence


class Observance(Frozen):
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


class Incentive(Frozen):
    """Reward money: paid, promised, or the most one can get."""

    id: str
    period: Period
    area: str
    kind: str
    value: Decimal
    unit: Unit
    qualifier: Qualifier
    source: str
    locator: Text
    confidence: Confidence
    note: Text | None
    line: int


class Service(Frozen):
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
    page: str | None
    since: PartialDate | None
    source: str
    locator: Text
    confidence: Confidence


class Term(Frozen):
    """A word of the field, explained plainly."""

    id: str
    term: Text
    plain: Text
    topic: str


class Award(Frozen):
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
    locator: Text
    confidence: Confidence
    note: Text | None
    line: int


class EnterpriseTitle(Frozen):
    """Firms that hold a title, counted."""

    id: str
    level: str
    title: Text
    count: int
    period: Period
    area: str
    source: str
    locator: Text
    confidence: Confidence
    note: Text | None
    line: int


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
    kind: codes.MeasureKind
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
    state: codes.EvidenceState
    grade: codes.EvidenceGrade | None
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
    state: codes.EvidenceState
    grade: codes.EvidenceGrade
    what: Text
    source: str
    locator: Text
    confidence: Confidence

    @property
    def counts(self) -> bool:
        """True when it shows progress within the plan period."""
        return codes.GRADE[self.grade].counts
