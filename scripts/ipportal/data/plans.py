"""The plans of portal.toml, one after the other: their years, baselines and states."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.addresses import PAGES, page_path
from ipportal.base.errors import Advice
from ipportal.base.text import Text
from ipportal.data.entries import WORDS, YEARS, Entries, advice

#: Where the pages of the current plan lie; every other plan has a folder by its id in it
FOLDER: Final = page_path("systems").partition("/")[0]
_TAKEN: Final = {page.split("/")[1].removesuffix(".md") for page in PAGES.values() if page.startswith(f"{FOLDER}/")}


class PlanState(StrEnum):
    """Where a plan is: its years have not been adopted, they run, or they are over."""

    DRAFTING = "drafting"
    RUNNING = "running"
    CLOSED = "closed"


class Plan(Frozen):
    """A plan this portal follows. Years are calendar years, `basis` is an id of `bases`."""

    id: str
    title: Text
    first_year: int
    last_year: int
    baseline_year: int
    basis: str
    state: PlanState

    @property
    def known(self) -> bool:
        """False for the stand-in of a plan that portal.toml does not tell."""
        return bool(self.id)


#: Stands for the plan while portal.toml does not tell one
UNKNOWN: Final = Plan("", Text("", ""), 0, 0, 0, "", PlanState.CLOSED)


def current(plans: Sequence[Plan]) -> Plan:
    """The plan that headlines speak of: the newest that runs, else the newest closed, else a draft."""
    rank = (PlanState.RUNNING, PlanState.CLOSED, PlanState.DRAFTING)
    return min(plans, key=lambda plan: (rank.index(plan.state), -plan.first_year))


def plan_for(plans: Sequence[Plan], id: str | None, year: int = 0) -> Plan:
    """The plan a row belongs to: the one it names, else the one whose years hold its year, else the first."""
    named = [plan for plan in plans if plan.id == id] or [p for p in plans if p.first_year <= year <= p.last_year]
    return named[0] if named else plans[0]


def read_plans(read: Entries, as_of: date | None) -> tuple[Plan, ...]:
    """The plans in the order of portal.toml; `UNKNOWN` alone where one of them is at fault.

    Their states are judged by the day `as_of`, where that is known. A `[plan]` of the first edition is read as the only
    one, with one finding that says what to write.
    """
    found, before = read.data.get("plan"), len(read.problems)
    former = found if isinstance(found, dict) else None
    told = [completed(former, as_of)] if former else found if isinstance(found, list) and found else [{}]
    label = "[plan]" if former else "[[plan]] {}"
    blocks = [read.block("plan", entries, label.format(number)) for number, entries in enumerate(told, 1)]
    plans = tuple(_plan(block) for block in blocks)
    if len(read.problems) == before:
        for block, key, value, fault in _faults(blocks, plans, as_of):
            block.refuse(f"plan.{key}", ("settings-plan", fault), value)
    sound = len(read.problems) == before
    if former and sound:
        (block,), (plan,) = blocks, plans
        refused = advice("plan-former", id=plan.id, state=plan.state)
        block.refuse("plan.", ("settings-plan-former", refused), "[plan]")
    return plans if sound else (UNKNOWN,)


def completed(former: Mapping[str, Any], as_of: date | None) -> dict[str, Any]:
    """The one plan of the first edition with the id and the state that follow from its years."""
    first, last = former.get("first_year"), former.get("last_year")
    over = as_of is not None and isinstance(last, int) and as_of.year > last
    return {"id": f"{first}-{last}", "state": str(PlanState.CLOSED if over else PlanState.RUNNING), **former}


def _plan(read: Entries) -> Plan:
    last = read.number("plan.last_year", YEARS)
    first = read.number("plan.first_year", range(YEARS.start, last + 1))
    return Plan(
        id=read.id("plan.id"),
        title=read.text("plan.title"),
        first_year=first,
        last_year=last,
        baseline_year=read.number("plan.baseline_year", range(YEARS.start, first + 1)),
        basis=read.word("plan.basis", filled=True),
        state=PlanState(read.one_of("plan.state", list(PlanState).__contains__, WORDS["state"]) or PlanState.CLOSED),
    )


def _faults(
    blocks: Sequence[Entries], plans: Sequence[Plan], as_of: date | None
) -> Iterator[tuple[Entries, str, object, Advice]]:
    """What speaks against plans each of which is sound by itself: block, key, what stands there, what is expected."""
    for (_, earlier), (block, plan) in pairwise(zip(blocks, plans, strict=True)):
        if plan.first_year <= earlier.last_year:
            refused = advice("plan-order", year=earlier.last_year + 1, before=earlier.last_year)
            yield block, "first_year", plan.first_year, refused
    for number, (block, plan) in enumerate(zip(blocks, plans, strict=True)):
        if plan.id in _TAKEN or plan.id in [other.id for other in plans[:number]]:
            yield block, "id", plan.id, advice("plan-id")
        begun, over = (as_of is not None and as_of.year > year for year in (plan.first_year - 1, plan.last_year))
        allowed = [PlanState.RUNNING, PlanState.DRAFTING] if begun else [PlanState.DRAFTING]
        allowed = [PlanState.CLOSED] if over else allowed
        if as_of and plan.state not in allowed:
            states = Text(" 或 ".join(allowed), " or ".join(allowed))
            yield block, "state", plan.state, advice("plan-state", states=states, day=as_of.isoformat())
