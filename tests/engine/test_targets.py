"""Targets met before their end, targets of several years, and targets that move: worked by hand."""

from dataclasses import replace

import pytest
from small_portal import SITE, observation, portal, target, told

from ipportal.analysis.comparable import revisions
from ipportal.analysis.progress import next_due, verdicts, zone_verdicts
from ipportal.base.periods import PartialDate
from ipportal.words.sentences import verdict_sentence

#: Years and values, what is asked for, and the first year at or beyond it; None where there is no such fact
BEYOND = [
    ("the zone's grants of 2022", [(2020, 572), (2021, 1443), (2022, 2425)], {"minimum": 1700}, 2022),
    ("the first year counts, not the best", [(2021, 310), (2022, 400)], {"minimum": 300}, 2021),
    ("fallen back since: the fact stays, with its year", [(2021, 310), (2023, 200)], {"minimum": 300}, 2021),
    ("on the line itself", [(2022, 300)], {"minimum": 300}, 2022),
    ("突破: the line itself is not beyond", [(2022, 300)], {"minimum": 300, "kind": "exceed"}, None),
    ("a cut below its goal", [(2020, 60), (2023, 20)], {"maximum": 24, "direction": "down"}, 2023),
    ("short of it", [(2020, 100), (2024, 299)], {"minimum": 300}, None),
    ("the baseline year is not part of the plan", [(2020, 400)], {"minimum": 300}, None),
    ("a final value makes the verdict instead", [(2022, 310), (2025, 320)], {"minimum": 300}, None),
    ("part of a year says nothing", [("2022-H1", 310)], {"minimum": 300}, None),
    ("keeping a level is no race", [(2020, 5), (2022, 5)], {"kind": "hold", "direction": "hold"}, None),
    ("a work plan's year has no before", [(2023, 20)], {"minimum": 15, "kind": "annual"}, None),
    ("a sum once there stays there", [(2021, 60), (2022, 60)], {"minimum": 100, "kind": "cumulative"}, 2022),
]


@pytest.mark.parametrize(("values", "wanted", "year"), [row[1:] for row in BEYOND], ids=[row[0] for row in BEYOND])
def test_beyond_the_target_before_the_end(values, wanted, year) -> None:
    _, verdict = told(values, **({"minimum": None} | wanted))
    assert (verdict.beyond_since.year if verdict.beyond_since else None) == year
    if year:
        assert verdict.state.id == "closed-unpublished"


def test_a_provisional_value_or_a_running_plan_gives_no_such_fact() -> None:
    rows = [observation(2022, 400, status="provisional")]
    assert told([], rows=rows)[1].beyond_since is None
    _, running = told([(2022, 400)], as_of="2024-06-30")
    assert (running.state.id, running.beyond_since) == ("reached-early", None)


#: The day, and ids of targets in the order they are shown; first the newest year that is over, then the next due
ORDER = [
    ("2021-06-30", ["g-2022", "g-2024", "g-2026", "g-2024-text"], None),
    ("2023-06-30", ["g-2022", "g-2024", "g-2026", "g-2024-text"], "g-2024"),
    ("2025-06-30", ["g-2024", "g-2022", "g-2026", "g-2024-text"], "g-2026"),
    ("2027-06-30", ["g-2026", "g-2024", "g-2022", "g-2024-text"], None),
]


@pytest.mark.parametrize(("as_of", "ids", "due"), ORDER, ids=[row[0] for row in ORDER])
def test_the_target_shown_first_is_never_the_earliest_by_sorting(as_of, ids, due) -> None:
    aims = [target(year, id=f"g-{year}", year=year, kind="annual") for year in (2026, 2022, 2024)]
    aims.append(target(9, id="g-2024-text", year=2024, default=False))
    judged = zone_verdicts(portal([], aims, as_of=as_of), "grants")
    assert [v.target.id for v in judged] == ids
    found = next_due(judged)
    assert (found.target.id if found else None) == due


def moving(*versions: tuple[str, str | None, int, str | None, bool]):
    """A world with one target in several documents: (id, date of the document, figure, what it replaces, default)."""
    documents = {
        name: replace(SITE, id=name, date=PartialDate.parse(day) if day else None) for name, day, *_ in versions
    }
    aims = [
        replace(target(goal, id=name, default=default), source=name, replaces=before)
        for name, _, goal, before, default in versions
    ]
    world = portal([observation(2020, 20), observation(2022, 28), observation(2024, 41)], aims)
    return replace(world, sources={**world.sources, **documents}), aims


def test_a_moved_target_keeps_its_versions_and_all_verdicts() -> None:
    world, _ = moving(
        ("c", "2024-09-07", 40, "b", True), ("a", "2021-12-14", 28, None, False), ("b", "2022", 30, "a", False)
    )
    judged = verdicts(world, "grants")
    # 28 stands at 28 in 2022; 30 and 40 are first passed by the 41 of 2024
    assert [(v.target.id, v.beyond_since.year) for v in judged] == [("c", 2024), ("a", 2022), ("b", 2024)]
    assert {tuple(t.id for t in v.revisions) for v in judged} == {("a", "b", "c")}


@pytest.mark.parametrize(
    ("first", "second", "states"),
    [
        # raised midway: 35 is beyond the first 30 by 5 and short of the new 40 by 5
        (30, 40, {"a": ("exceeded", -5), "b": ("missed", 5)}),
        # lowered midway: 35 is short of the first 40 by 5 and beyond the new 30 by 5
        (40, 30, {"a": ("missed", 5), "b": ("exceeded", -5)}),
    ],
    ids=["raised", "lowered"],
)
def test_a_target_raised_or_lowered_midway_keeps_both_verdicts(first, second, states) -> None:
    world, _ = moving(("a", "2021-12-14", first, None, False), ("b", "2023-05-01", second, "a", True))
    world = replace(world, observations=(observation(2020, 20), observation(2025, 35)))
    judged = verdicts(world, "grants")
    assert {v.target.id: (v.state.id, v.gap) for v in judged} == states
    assert judged[0].target.id == "b"
    said = verdict_sentence(world, judged[0])
    assert f"目标由 {first} 件" in said.zh and f"改为 {second} 件" in said.zh
    assert "目标由" not in verdict_sentence(world, judged[1]).zh


def test_two_figures_that_replace_nothing_contradict_each_other_and_are_no_move() -> None:
    world, aims = moving(("a", "2021-12-14", 28, None, True), ("b", "2022", 30, None, False))
    assert [revisions(world, aim) for aim in aims] == [(), ()]
