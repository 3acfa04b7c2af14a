"""The plans of portal.toml: in order, each with years of its own and a state that fits the day."""

from pathlib import Path

import pytest

from ipportal.data.plans import current
from ipportal.data.settings import judge_settings, read_settings
from support.portals import TINY

FIRST = {"id": "2021-2025", "first_year": 2021, "last_year": 2025, "baseline_year": 2020, "state": "closed"}
SECOND = {"id": "2026-2030", "first_year": 2026, "last_year": 2030, "baseline_year": 2025, "state": "running"}

OWN_ID = "an id of its own for every plan, not the name of one of its pages"


def written(folder: Path, *plans: dict[str, object], header: str = "[[plan]]", as_of: str = "2026-11-22") -> Path:
    text = (TINY / "portal.toml").read_text(encoding="utf-8").replace("2026-11-22", as_of)
    before, rest = text.split("[[plan]]")
    blocks = [
        f'{header}\ntitle_zh = "某规划"\ntitle_en = "A plan"\nbasis = "plan"\n'
        + "".join(
            f"{key} = {value}\n" if isinstance(value, int) else f'{key} = "{value}"\n' for key, value in one.items()
        )
        for one in plans
    ]
    after = "[data]" + rest.split("[data]")[1]
    (folder / "portal.toml").write_text(before + "\n".join([*blocks, after]), encoding="utf-8")
    return folder


def problems(folder: Path, *plans: dict[str, object], **more: str) -> list[tuple[str, str | None, str, str]]:
    found = judge_settings(written(folder, *plans, **more))[1]
    return [(p.code, p.where.column, p.found, p.expected.en) for p in found]


@pytest.mark.parametrize(
    ("states", "as_of", "shown"),
    [
        (("closed", "running"), "2026-11-22", "2026-2030"),
        (("closed", "drafting"), "2026-11-22", "2021-2025"),
        (("running", "drafting"), "2025-12-31", "2021-2025"),
        (("drafting", "drafting"), "2025-12-31", "2026-2030"),
        (("closed", "closed"), "2031-01-01", "2026-2030"),
    ],
)
def test_headlines_speak_of_the_newest_that_runs_or_else_is_closed(tmp_path, states, as_of, shown):
    first, second = (plan | {"state": state} for plan, state in zip((FIRST, SECOND), states, strict=True))
    assert read_settings(written(tmp_path, first, second, as_of=as_of)).plan.id == shown


def test_several_plans_stand_in_their_order(tmp_path):
    found = read_settings(written(tmp_path, FIRST, SECOND)).plans
    assert [(plan.id, plan.baseline_year) for plan in found] == [("2021-2025", 2020), ("2026-2030", 2025)]
    assert current(found) == found[1]


@pytest.mark.parametrize(
    ("first", "second", "column", "found", "expected"),
    [
        ({}, {"first_year": 2025}, "[[plan]] 2 first_year", "2025", "2026 or later, as the plan before ends in 2025"),
        ({}, {"id": "2021-2025"}, "[[plan]] 2 id", "2021-2025", OWN_ID),
        ({}, {"id": "systems"}, "[[plan]] 2 id", "systems", OWN_ID),
        ({"id": "tasks"}, {}, "[[plan]] 1 id", "tasks", OWN_ID),
        ({"state": "running"}, {}, "[[plan]] 1 state", "running", "closed"),
        ({"state": "drafting"}, {}, "[[plan]] 1 state", "drafting", "closed"),
        ({}, {"state": "closed"}, "[[plan]] 2 state", "closed", "running or drafting"),
        ({}, {"first_year": 2027}, "[[plan]] 2 state", "running", "drafting"),
    ],
)
def test_plans_that_do_not_fit_together_or_the_day(tmp_path, first, second, column, found, expected):
    assert problems(tmp_path, FIRST | first, SECOND | second) == [("settings-plan", column, found, expected)]


@pytest.mark.parametrize(
    ("wrong", "column", "found"),
    [
        ({"id": "十四五"}, "[[plan]] 2 id", "十四五"),
        ({"id": "../a"}, "[[plan]] 2 id", "../a"),
        ({"id": ""}, "[[plan]] 2 id", ""),
        ({"state": "open"}, "[[plan]] 2 state", "open"),
        ({"baseline_year": 2027}, "[[plan]] 2 baseline_year", "2027"),
        ({"first_year": 2031}, "[[plan]] 2 first_year", "2031"),
    ],
)
def test_an_entry_of_a_plan_without_sense(tmp_path, wrong, column, found):
    ((code, at, what, _),) = problems(tmp_path, FIRST, SECOND | wrong)
    assert (code, at, what) == ("settings-entry", column, found)


def test_a_name_that_no_plan_has(tmp_path):
    ((code, column, found, _),) = problems(tmp_path, FIRST, SECOND | {"lastyear": 2030})
    assert (code, column, found) == ("settings-unknown", "[[plan]] 2 lastyear", "lastyear")


@pytest.mark.parametrize(("as_of", "state"), [("2025-12-31", "running"), ("2026-01-01", "closed")])
def test_the_plan_of_the_first_edition_gets_one_finding_with_the_lines_to_write(tmp_path, as_of, state):
    former = {key: value for key, value in FIRST.items() if key not in ("id", "state")}
    settings, (problem,) = judge_settings(written(tmp_path, former, header="[plan]", as_of=as_of))
    assert (problem.code, problem.where.column) == ("settings-plan-former", "[plan]")
    assert problem.hint.en == (
        f'write [[plan]] for [plan], and below it the lines id = "2021-2025" and state = "{state}"'
    )
    assert (settings.plan.id, settings.plan.state, settings.plan.baseline_year) == ("2021-2025", state, 2020)


@pytest.mark.parametrize("plan", ["plan = 3", "plan = []", "plan = [1]", 'plan = "x"'])
def test_what_is_no_plan_is_told_entry_by_entry(tmp_path, plan):
    text = written(tmp_path, FIRST).joinpath("portal.toml").read_text(encoding="utf-8")
    before, rest = text.split("[[plan]]")
    (tmp_path / "portal.toml").write_text(f"{plan}\n{before}[data]{rest.split('[data]')[1]}", encoding="utf-8")
    settings, found = judge_settings(tmp_path)
    assert not settings.plan.known
    assert {"[[plan]] 1 id", "[[plan]] 1 state", "[[plan]] 1 first_year"} <= {p.where.column for p in found}
