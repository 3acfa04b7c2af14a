"""What became of measures: states, counts, structure, evidence and addresses on a plan made up for each test."""

import pytest
from small_portal import indicator, portal

from ipportal.analysis.plan import (
    PROOFS,
    address,
    branch,
    chapters,
    evidence,
    measure_state,
    measures_below,
    named_in,
    page_of,
    page_section,
    system_state,
    tally,
    tally_systems,
)
from ipportal.analysis.states import PLAN_STATES, state
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.data.model import GRADES, Measure, Role, Section, System, Update
from ipportal.data.model import Institution as Body
from ipportal.pages.plan import picture
from ipportal.words.counts import tally_sentence, tally_short

#: Two chapters; `tasks` has a section with parts of its own
SECTIONS = {
    s.id: s
    for s in (
        Section("start", None, None, 1, "一", Text("基础", "Start"), Text("起点。", "The start.")),
        Section("tasks", None, None, 2, "三", Text("任务", "Tasks"), Text("要做的。", "To do.")),
        Section("culture", None, "tasks", 4, "三（二）", Text("文化", "Culture"), Text("两组。", "Two groups.")),
        Section("culture-b", None, "culture", 6, "三（二）2", Text("宣传", "Publicity"), Text("乙。", "B.")),
        Section("culture-a", None, "culture", 5, "三（二）1", Text("培训", "Training"), Text("甲。", "A.")),
        Section("creation", None, "tasks", 3, "三（一）", Text("创造", "Creation"), Text("一组。", "One group.")),
        Section("safeguards", None, None, 7, "五", Text("保障", "Safeguards"), Text("保障。", "Safeguards.")),
        Section("money", None, "safeguards", 8, "五（一）", Text("经费", "Money"), Text("钱。", "Money.")),
    )
}


def measure(id, section, order, kind="task"):
    return Measure(id, None, section, order, f"三（一）{order}", Text(id, f"{id}!"), Text("。", "."), kind, False, None)


MEASURES = {
    m.id: m
    for m in (
        measure("grow", "creation", 1),
        measure("brand", "creation", 2),
        measure("courses", "culture-a", 3),
        measure("days", "culture-b", 4),
        measure("budget", "money", 5, "safeguard"),
    )
}


#: The weakest grade each state can have
GRADE_OF = {"delivered": "outcome", "started": "action", "planned": "action", "changed": "action", "unknown": "context"}


def update(id, of, date, state="started", grade=None, source="zone-site-20220315"):
    when, what = PartialDate.parse(date), Text("有了。", "There.")
    return Update(id, of, when, state, grade or GRADE_OF[state], what, source, "正文", "official")


def system(id, state, grade=None):
    return System(
        id,
        "grow",
        1,
        Text(id, id),
        Text("。", "."),
        Text("三", "section 3"),
        None,
        state,
        grade,
        None,
        None,
        None,
        None,
        None,
        None,
    )


def plan(updates=(), **others):
    return portal(sections=SECTIONS, measures=MEASURES, updates=tuple(updates), **others)


def test_a_measure_without_update_is_unknown():
    assert measure_state(plan(), "grow").id == "unknown"


def test_the_furthest_update_gives_the_state_whatever_the_order_of_the_file():
    late_first = [update("b", "grow", "2025-04", "delivered"), update("a", "grow", "2022-09-02", "started")]
    assert measure_state(plan(late_first), "grow").id == "delivered"
    assert measure_state(plan(reversed(late_first)), "grow").id == "delivered"


def test_a_plan_announced_after_the_start_does_not_move_the_state_back():
    moved = [update("a", "grow", "2022", "started"), update("b", "grow", "2023", "planned", "report")]
    assert measure_state(plan(moved), "grow").id == "started"


def test_a_change_told_last_is_the_state():
    moved = [update("a", "grow", "2022", "delivered"), update("b", "grow", "2024", "changed")]
    assert measure_state(plan(moved), "grow").id == "changed"
    assert measure_state(plan([*moved, update("c", "grow", "2025", "started")]), "grow").id == "delivered"


def test_background_and_what_came_before_the_plan_move_no_state():
    later = [update("a", "grow", "2022", "started"), update("b", "grow", "2024", "unknown")]
    assert measure_state(plan(later), "grow").id == "started"
    before = [update("a", "brand", "2018", "unknown", "before"), update("b", "brand", "2023", "unknown", "context")]
    assert measure_state(plan(before), "brand").id == "unknown"


#: Worked by hand from the definitions: which states a grade may give
STATES_OF_GRADES = {
    "outcome": {"delivered"},
    "action": {"started", "planned", "changed"},
    "report": {"started", "planned", "changed"},
    "context": {"unknown"},
    "before": {"unknown"},
}


def test_states_follow_from_grades():
    assert {grade.id: set(grade.states) for grade in GRADES} == STATES_OF_GRADES
    assert [grade.id for grade in GRADES if grade.counts] == ["outcome", "action", "report"]
    assert [grade for proof in PROOFS for grade in proof.grades] == list(STATES_OF_GRADES), "each grade in one proof"
    assert {grade for proof in PROOFS if proof.counts for grade in proof.grades} == {"outcome", "action", "report"}


def test_another_measure_is_not_moved():
    assert measure_state(plan([update("a", "grow", "2022")]), "brand").id == "unknown"


def test_every_state_has_its_own_sign_and_words():
    assert len({state.symbol for state in PLAN_STATES}) == len(PLAN_STATES)
    for lang in ("zh", "en"):
        assert len({state.label[lang] for state in PLAN_STATES}) == len(PLAN_STATES)
    with pytest.raises(KeyError):
        state("finished")


#: grow: a report, a step and background; brand: two reports of one source; courses, days: nothing that counts
MIXED = [
    update("a", "grow", "2022", "started", "report", "paper"),
    update("b", "grow", "2023", "started", "action", "office"),
    update("c", "grow", "2024", "unknown", "context", "city"),
    update("d", "brand", "2022", "planned", "report", "paper"),
    update("e", "brand", "2023", "started", "report", "paper"),
    update("f", "courses", "2019", "unknown", "before", "old"),
    update("g", "days", "2023", "unknown", "context", "city"),
]


def test_a_measure_counts_once_by_its_best_proof_and_sources_count_once():
    found = tally(plan(MIXED), MEASURES.values())
    assert {proof.id: (measures, sources) for proof, measures, sources in found.proofs} == {
        "outcome": (0, 0),
        "action": (1, 1),
        "report": (1, 1),
        "aside": (2, 2),
        "nothing": (1, 0),
    }
    assert (found.total, found.proven, found.sources) == (5, 2, 2)
    assert [(state.id, number) for state, number in found.states] == [("started", 2), ("unknown", 3)]


def test_a_tally_of_some_measures_counts_the_sources_of_these_only():
    found = tally(plan(MIXED), [MEASURES["brand"]])
    assert (found.total, found.proven, found.sources) == (1, 1, 1)


def test_a_tally_accepts_measures_that_can_be_read_once_only():
    assert tally(plan(), iter(MEASURES.values())).total == 5


def test_sections_hold_what_lies_below_them_in_the_order_of_the_plan():
    assert [m.id for m in measures_below(plan(), "tasks")] == ["grow", "brand", "courses", "days"]
    assert [m.id for m in measures_below(plan(), "culture")] == ["courses", "days"]


def test_a_branch_counts_its_parts_too():
    found = branch(plan([update("a", "days", "2022")]), SECTIONS["culture"])
    assert (found.tally.total, found.tally.proven) == (2, 1)
    assert [leaf.measure.id for leaf in found.leaves] == ["courses", "days"]
    assert [part.section.id for part in found.branches] == ["culture-a", "culture-b"]


def test_only_chapters_with_measures_are_drawn():
    assert [chapter.section.id for chapter in chapters(plan())] == ["tasks", "safeguards"]


def test_a_leaf_carries_indicators_systems_and_names_of_its_measure_only():
    grants = indicator("grants")
    promise = ("hall", "grow", 1, Text("大厅", "Hall"), Text("建。", "Build."), Text("三（一）", "section 3(1)"), None)
    hall = System(*promise, "unknown", None, None, None, None, None, None, None)
    found = plan(
        measure_indicators=(("grow", "grants"), ("days", "grants")),
        indicators=[grants],
        systems=(hall,),
        roles=(Role("grow", "office", None), Role("days", "office", None)),
    )
    grow, brand = branch(found, SECTIONS["creation"]).leaves
    assert (grow.indicators, grow.systems, [role.institution for role in grow.roles]) == (
        (grants,),
        (hall,),
        ["office"],
    )
    assert (brand.indicators, brand.systems, brand.roles) == ((), (), ())


@pytest.mark.parametrize(
    ("section", "page"),
    [
        ("creation", "plan/tasks/creation.md"),
        ("culture-a", "plan/tasks/culture.md"),
        ("money", "plan/safeguards.md"),
    ],
)
def test_the_page_of_a_section_is_that_of_the_part_below_its_chapter(section, page):
    assert page_of(plan(), section) == page


def test_a_section_without_measures_has_no_page_of_measures():
    assert page_section(plan(), "start").id == "start"
    with pytest.raises(ValueError, match="start"):
        page_of(plan(), "start")


def test_evidence_is_newest_first_and_a_month_counts_by_its_end():
    updates = [update("a", "days", "2022-08"), update("b", "brand", "2022-08-15"), update("c", "grow", "2025-04-17")]
    assert [u.id for u in evidence(plan(updates))] == ["c", "a", "b"]


def test_evidence_of_one_day_follows_the_plan():
    updates = [update("a", "days", "2022-08-01"), update("b", "grow", "2022-08-01")]
    assert [u.id for u in evidence(plan(updates))] == ["b", "a"]


def test_evidence_of_some_measures_only():
    updates = [update("a", "days", "2022"), update("b", "grow", "2022")]
    assert [u.id for u in evidence(plan(updates), [MEASURES["days"]])] == ["a"]


def test_systems_are_counted_by_state():
    systems = [system("a", "unknown"), system("b", "delivered", "outcome"), system("c", "unknown", "context")]
    counted = tally_systems([*systems, system("d", "unknown", "before")])
    assert [(state.id, number) for state, number in counted] == [("delivered", 1), ("unknown", 2), ("before", 1)]


def test_a_system_from_before_the_plan_says_so_and_is_no_progress():
    assert system_state(system("a", "unknown", "before")).label == Text("规划期以前已有", "In place before the plan")
    assert system_state(system("b", "unknown", "context")) == state("unknown")


def test_named_bodies_keep_their_parts_in_the_order_of_the_plan():
    office, firm = Body("office", Text("局", "Office"), "government"), Body("firm", Text("厂", "Firm"), "enterprise")
    roles = (Role("days", "office", None), Role("grow", "office", None))
    named = dict(named_in(plan(institutions={"office": office, "firm": firm}, roles=roles)))
    assert [role.measure for role in named[office]] == ["grow", "days"]
    assert named[firm] == ()


@pytest.mark.parametrize(
    ("number", "english"),
    [
        ("三", "3"),
        ("三（一）", "3(1)"),
        ("三（一）三-10", "3(1)3-10"),
        ("三（六）1二-1", "3(6)1.2-1"),
        ("三（六）1", "3(6)1"),
        ("四（十一）十二", "4(11)12"),
        ("五（五）-1", "5(5)-1"),
    ],
)
def test_places_in_the_plan_read_in_both_languages(number, english):
    assert address(number) == Text(number, english)


@pytest.mark.parametrize(
    "number", ["1", "1.1.1", "2.1-1", "B", "B.3(a)", "第三章", "表2", "一一（一）", "二一", "十十"]
)
def test_other_numbers_are_labels_as_they_stand(number):
    assert address(number) == Text(number, number)


def test_counts_are_said_without_judging_the_silence():
    some = tally(plan(MIXED), MEASURES.values())
    assert tally_sentence(some) == Text(
        "5 项措施：1 项有官方步骤、1 项只见于报道（2 个不同来源）；"
        "2 项只有背景或规划期以前的信息、1 项没有查到信息。没有查到不等于没有做。",
        "5 measures: 1 with an official step and 1 with press reports only (2 distinct sources); "
        "2 with background or older information only and 1 with nothing found. "
        "Nothing found does not mean nothing done.",
    )
    assert tally_short(some) == Text(
        "5 项措施：1 项有官方步骤、1 项只见于报道",
        "5 measures: 1 with an official step and 1 with press reports only",
    )
    none = tally(plan(), MEASURES.values())
    assert tally_sentence(none).zh == "5 项措施：5 项没有查到信息。没有查到不等于没有做。"
    everything = tally(plan([update(m, m, "2022", "delivered") for m in MEASURES]), MEASURES.values())
    assert tally_sentence(everything).en == "5 measures: 5 with an official result (1 distinct source)."
    assert tally_short(tally(plan(), [MEASURES["grow"]])).en == "1 measure, no published progress found"
    assert tally_sentence(tally(plan(), [])).en == "There are no measures."


def test_the_picture_shows_every_measure_once_and_each_link_of_a_section_once():
    grants, marks = indicator("grants"), indicator("marks", order=2)
    links = (("grow", "grants"), ("brand", "grants"), ("days", "marks"), ("days", "grants"))
    found = plan(measure_indicators=links, indicators=[grants, marks])
    drawn = picture(chapters(found), [(Text("核心", "Core"), [grants, marks])], "en")
    rows = [row for _, rows in drawn.chapters for row in rows]
    assert [dot.shown.measure.id for row in rows for dot in row.dots] == list(MEASURES)
    assert {row.branch.section.id: len(row.curves) for row in rows} == {"creation": 1, "culture": 2, "money": 0}
    assert all(0 <= dot.x <= drawn.width and 0 <= dot.y <= drawn.height for row in rows for dot in row.dots)
    goals = [goal for _, goals in drawn.groups for goal in goals]
    assert all(0 <= goal.x <= drawn.width and 0 <= goal.y <= drawn.height for goal in goals)
    places = [(dot.x, dot.y) for row in rows for dot in row.dots]
    assert len(set(places)) == len(places)


def test_many_measures_wrap_to_further_lines_without_touching_the_next_section():
    many = {f"m{i}": measure(f"m{i}", "creation", i) for i in range(1, 31)} | {"last": measure("last", "culture-a", 31)}
    found = portal(sections=SECTIONS, measures=many)
    first, second = (row for _, rows in picture(chapters(found), [], "zh").chapters for row in rows)
    assert len({dot.y for dot in first.dots}) == 3
    assert max(dot.y for dot in first.dots) < first.top + first.height <= second.top
