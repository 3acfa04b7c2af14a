"""Evidence: whole, from another source than the plan, graded by what it is, and read the same on every page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from ipportal.base.text import Text
from ipportal.data.model import GRADE, Confidence, EvidenceGrade, EvidenceState
from ipportal.rules.context import Context, Record
from ipportal.rules.rule import Example, Finding, Rule

_PROOF: Final = ("grade", "evidence_zh", "source", "evidence_locator", "confidence")
_OFFICIAL: Final = (EvidenceGrade.OUTCOME, EvidenceGrade.ACTION)


def _proof(context: Context) -> Iterator[Finding]:
    """A system is said to be under way, or something is said of it, but the proof is not whole."""
    for row in context.records("plan", "systems"):
        lacking = [column for column in _PROOF if not row[column]]
        if lacking and (row["state"] != EvidenceState.UNKNOWN or len(lacking) < len(_PROOF)):
            yield Finding(
                row.where(lacking[0]),
                Text(f"依据（状态为 {row['state']}）", f"proof, as the state is “{row['state']}”"),
                "",
                Text(
                    f"补上 {'、'.join(lacking)}；没有公开依据时状态写 unknown，这些列都留空",
                    f"fill in {', '.join(lacking)}; without public proof the state is “unknown” and these stay empty",
                ),
            )
        if (
            row["since"]
            and row["state"] in (EvidenceState.UNKNOWN, EvidenceState.PLANNED)
            and row["grade"] != EvidenceGrade.BEFORE
        ):
            yield Finding(
                row.where("since"),
                Text(f"空（状态为 {row['state']}）", f"nothing, as the state is “{row['state']}”"),
                row["since"],
                Text("核对状态；还没有开始的没有起始日期", "check the state; what has not begun has no first day"),
            )


def _graded(context: Context) -> Iterator[Finding]:
    """A state does not follow from its grade, a grade does not fit its evidence, or two tables disagree."""
    first = str(context.settings.plan.first_year)
    updates, systems = context.records("plan", "updates"), context.records("plan", "systems")
    for row in chain(updates, systems):
        if row["grade"] in GRADE:
            yield from _state(row)
            yield from _grade(row, row["date"] or row["since"], first)
    told = {(row["measure"], row["source"], row["grade"], row["state"]) for row in updates}
    for row in systems:
        counted = row["grade"] in GRADE and GRADE[EvidenceGrade(row["grade"])].counts
        if counted and (row["measure"], row["source"], row["grade"], row["state"]) not in told:
            yield Finding(
                row.where("grade"),
                Text(
                    f"与 updates 表里措施 {row['measure']} 的一条进展同来源、同等级、同状态",
                    f"the source, grade and state of an update of the measure {row['measure']}",
                ),
                row["grade"],
                Text(
                    "措施页和平台页读同一条证据：在 updates 补上这一条，或把两处改成一样",
                    "both pages read the same evidence: add the update, or make the two agree",
                ),
            )


def _state(row: Record) -> Iterator[Finding]:
    states = GRADE[EvidenceGrade(row["grade"])].states
    if row["state"] not in states:
        yield Finding(
            row.where("state"),
            Text(
                f"{'、'.join(states)}（证据等级为 {row['grade']}）",
                f"{' or '.join(states)}, as the grade is “{row['grade']}”",
            ),
            row["state"],
            Text("核对证据等级，状态随它定", "check the grade; the state follows from it"),
        )


def _grade(row: Record, date: str, first: str) -> Iterator[Finding]:
    early = bool(date) and date[:4] < first
    if date and early != (row["grade"] == EvidenceGrade.BEFORE):
        yield Finding(
            row.where("grade"),
            Text("before", "before") if early else Text("before 以外的等级", "another grade than “before”"),
            row["grade"],
            Text(
                f"规划期从 {first} 年开始：日期在它以前的写 before，其余不写 before；核对日期 {date}",
                f"the plan begins in {first}: earlier dates are “before” and later ones are not; check the date {date}",
            ),
        )
    elif row["confidence"] == Confidence.PLAN:
        yield Finding(
            row.where("source"),
            Text("规划以外的来源", "a source other than the plan"),
            row["source"],
            Text(
                "规划不能证明它自己办成了：换成别的来源，没有就去掉这条证据",
                "the plan is no proof of its own fulfilment: give another source, or take the evidence out",
            ),
        )
    elif row["grade"] in _OFFICIAL and row["confidence"] != Confidence.OFFICIAL:
        yield Finding(
            row.where("grade"),
            Text(
                f"report、context 或 before（可信程度为 {row['confidence']}）",
                f"report, context or before, as the confidence is “{row['confidence']}”",
            ),
            row["grade"],
            Text("outcome、action 只用于官方来源", "outcome and action are for official sources only"),
        )


RULES: Final = (
    Rule(
        "system-proof",
        Text("状态没有依据", "A state without proof"),
        Text(
            "说已启动、已落地、已计划、有变更，都要有公开出处；没有就写 unknown。",
            "Started, delivered, planned and changed need a public source; without one the state is unknown.",
        ),
        Example("state=delivered source=", "state=unknown"),
        _proof,
    ),
    Rule(
        "state-grade",
        Text("状态与证据等级不符", "A state that does not follow from its grade"),
        Text(
            "官方结果是已落地；官方步骤、报道是已启动、已计划或有变更；背景和规划期以前的都是 unknown。"
            "规划不是它自己的证据；平台的证据也是它那项措施的证据。",
            "An official result is delivered; an official step or a report is started, planned or changed; background "
            "and what came before the plan are unknown. The plan is no evidence of itself, and the evidence of a "
            "system is evidence of its measure too.",
        ),
        Example("grade=report state=delivered", "grade=report state=started"),
        _graded,
    ),
)
