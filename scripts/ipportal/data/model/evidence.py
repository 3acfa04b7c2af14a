"""How far a piece of evidence can be trusted to show progress, and which states may follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ipportal.base.text import Text
from ipportal.data.model.codes import EvidenceGrade, EvidenceState


@dataclass(frozen=True, slots=True)
class Grade:
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
GRADES: Final[tuple[Grade, ...]] = (
    Grade(
        EvidenceGrade.OUTCOME,
        Text("官方结果", "Official result"),
        Text("官方来源说，承诺的事办成了。", "An official source reports that what was promised exists."),
        (EvidenceState.DELIVERED,),
    ),
    Grade(
        EvidenceGrade.ACTION,
        Text("官方步骤", "Official step"),
        Text("官方来源说，走了一步或者有了安排。", "An official source reports a step, or an arrangement made."),
        (EvidenceState.STARTED, EvidenceState.PLANNED, EvidenceState.CHANGED),
    ),
    Grade(
        EvidenceGrade.REPORT,
        Text("报道", "Report"),
        Text("媒体报道或者转述，没有看到官方原文。", "Media or a retelling; the official original was not seen."),
        (EvidenceState.STARTED, EvidenceState.PLANNED, EvidenceState.CHANGED),
    ),
    Grade(
        EvidenceGrade.CONTEXT,
        Text("背景", "Background"),
        Text(
            "范围大于本区，或者来源没有点明这项措施。列出，不计数。",
            "Wider than the zone, or the source does not name what the measure promises. Shown, not counted.",
        ),
        (EvidenceState.UNKNOWN,),
    ),
    Grade(
        EvidenceGrade.BEFORE,
        Text("规划期以前", "Before the plan"),
        Text("日期早于规划期。列出，不计数。", "Dated before the plan period. Shown, not counted."),
        (EvidenceState.UNKNOWN,),
    ),
)

GRADE: Final[Mapping[EvidenceGrade, Grade]] = MappingProxyType({grade.id: grade for grade in GRADES})
