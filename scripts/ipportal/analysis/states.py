"""The closed sets of verdicts and of states of the plan's measures, with the words and symbols every output uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ipportal.base.text import Text
from ipportal.data.model import EvidenceGrade, EvidenceState


class VerdictState(StrEnum):
    """The verdicts there are."""

    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"
    CLOSED_UNPUBLISHED = "closed-unpublished"
    REACHED_EARLY = "reached-early"
    ON_PACE = "on-pace"
    BEHIND = "behind"
    WELL_BEHIND = "well-behind"
    MOVING_AWAY = "moving-away"
    PROVISIONAL = "provisional"
    NO_DATA = "no-data"
    NO_BASELINE = "no-baseline"


@dataclass(frozen=True, slots=True)
class State:
    """One possible verdict on a target, or state of a measure or system.

    `symbol` and `label` always stand together, so colour never carries meaning alone.
    """

    id: str
    label: Text
    symbol: str
    explanation: Text


STATES: Final[tuple[State, ...]] = (
    State(
        VerdictState.EXCEEDED,
        Text("超过目标", "Exceeded"),
        "★",
        Text("目标年份已过，终值超过目标。", "The target year is over and the final value is beyond the target."),
    ),
    State(
        VerdictState.MET,
        Text("达到目标", "Met"),
        "✓",
        Text("目标年份已过，终值达到目标。", "The target year is over and the final value meets the target."),
    ),
    State(
        VerdictState.MISSED,
        Text("未达到目标", "Missed"),
        "×",
        Text(
            "目标年份已过，终值没有达到目标。", "The target year is over and the final value falls short of the target."
        ),
    ),
    State(
        VerdictState.CLOSED_UNPUBLISHED,
        Text("终值未公布", "Final value not published"),
        "◐",
        Text(
            "目标年份已过，还没有公布可比的终值，因此不能说完成，也不能说没有完成。",
            "The target year is over but no comparable final value has been published, "
            "so it cannot be said whether the target was met.",
        ),
    ),
    State(
        VerdictState.REACHED_EARLY,
        Text("提前达到", "Reached early"),
        "☆",
        Text(
            "目标年份还没有过完，最新数值已经达到目标。",
            "The latest value already meets the target before its year is over.",
        ),
    ),
    State(
        VerdictState.ON_PACE,
        Text("进度正常", "On pace"),
        "●",
        Text("步调不低于平均进度的 95%。", "Pace is at least 95% of the straight-line path."),
    ),
    State(
        VerdictState.BEHIND,
        Text("略慢", "Somewhat behind"),
        "△",
        Text("步调在平均进度的 60% 到 95% 之间。", "Pace is between 60% and 95% of the straight-line path."),
    ),
    State(
        VerdictState.WELL_BEHIND,
        Text("明显偏慢", "Well behind"),
        "▽",
        Text("步调不到平均进度的 60%。", "Pace is below 60% of the straight-line path."),
    ),
    State(
        VerdictState.MOVING_AWAY,
        Text("离目标更远", "Moving away"),
        "▼",
        Text("最新数值比基线离目标更远。", "The latest value is further from the target than the baseline was."),
    ),
    State(
        VerdictState.PROVISIONAL,
        Text("仅有初步数", "Provisional"),
        "◌",
        Text(
            "最新数值是初步数，正式数公布后再判断。",
            "The latest value is provisional; the verdict waits for the final one.",
        ),
    ),
    State(
        VerdictState.NO_DATA,
        Text("没有数据", "No data"),
        "○",
        Text(
            "基线之后没有公开的可比全年数值；年度工作目标则是当年还没有过完。",
            "No comparable full-year value has been published since the baseline; "
            "or, for a work-plan target, its year is not over.",
        ),
    ),
    State(
        VerdictState.NO_BASELINE,
        Text("没有基线", "No baseline"),
        "◇",
        Text(
            "没有公开可比的基线数值，无法计算进度。",
            "No comparable baseline value has been published, so progress cannot be computed.",
        ),
    ),
)

#: Furthest first
PLAN_STATES: Final[tuple[State, ...]] = (
    State(
        EvidenceState.DELIVERED,
        Text("已落地", "Delivered"),
        "✔",
        Text("公开信息显示，承诺的事已经办成。", "Published information shows that what was promised exists."),
    ),
    State(
        EvidenceState.STARTED,
        Text("已启动", "Started"),
        "◔",
        Text(
            "公开信息显示，事情已经开始；是否全部完成，未见公开。",
            "Published information shows that work has begun; whether all of it is done has not been found in public.",
        ),
    ),
    State(
        EvidenceState.CHANGED,
        Text("有变更", "Changed"),
        "↻",
        Text(
            "公开信息显示，做法或名称与规划写的不同。",
            "Published information shows that it took another form or name than the plan says.",
        ),
    ),
    State(
        EvidenceState.PLANNED,
        Text("已计划", "Planned"),
        "▷",
        Text(
            "规划之后的公开信息再次提到这件事，还没有看到开始。",
            "It has been announced again since the plan, but no start has been published.",
        ),
    ),
    State(
        EvidenceState.UNKNOWN,
        Text("未见公开进展", "No published progress found"),
        "○",
        Text(
            "规划期内未见公开进展。这不等于没有做。",
            "No progress published within the plan period has been found. That does not mean nothing was done.",
        ),
    ),
)

#: How a system reads that was there before the plan and of which nothing later is known; never counted as progress
BEFORE: Final = State(
    EvidenceGrade.BEFORE,
    Text("规划期以前已有", "In place before the plan"),
    "◁",
    Text(
        "只用于平台与机制：规划期以前就有，规划期内未见公开进展。不计数。",
        "For systems only: it was there before the plan, and no published progress has been found since. Not counted.",
    ),
)

_BY_ID: Final = {state.id: state for state in (*STATES, *PLAN_STATES)}


def state(state_id: str) -> State:
    """The record of a verdict, or of a state of the plan.

    Raises:
        KeyError: there is no such state.
    """
    return _BY_ID[state_id]


def count_states(found: Iterable[State], order: Sequence[State]) -> tuple[tuple[State, int], ...]:
    """How often each state is found, in order; states nobody is in are left out."""
    counts = Counter(found)
    return tuple((one, counts[one]) for one in order if one in counts)
