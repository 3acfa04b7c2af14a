"""New rows by questions and answers: valid, in their place, with their pages; or nothing at all."""

import shutil

import pytest
from bad_workbooks import TINY

from ipportal.base.errors import DataError
from ipportal.cli import main
from ipportal.commands.workbook import collect
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.office.editing import KINDS, place_of, questions, slug, understood
from ipportal.rules import check

ANSWERS = {
    "indicator": [
        "group=commitment", "topic=patents", "name_zh=新指标", "name_en=New measure of patents", "unit=patent",
        "definition_zh=一年内的数量。", "definition_en=The number in a year.", "minimum=10", "source=plan-draft",
        "locator_zh=正文", "locator_en=main text",
    ],
    "measure": [
        "title_zh=新措施", "title_en=New measure", "summary_zh=做一件事。", "summary_en=Do one thing.",
        "number=五（一）",
    ],
    "event": [
        "date=2022年4月26日", "title_zh=新事件", "title_en=New event", "summary_zh=办了一场活动。",
        "summary_en=An event was held.", "locator_zh=正文", "locator_en=main text",
    ],
    "story": [
        "place_zh=某法院", "place_en=A court", "title_zh=新案例", "title_en=New story", "facts_zh=发生了一件事。",
        "facts_en=Something happened.", "outcome_zh=已经办结。", "outcome_en=It was closed.", "lesson_zh=留好凭证。",
        "lesson_en=Keep your papers.", "locator_zh=正文", "locator_en=main text",
    ],
    "case": ["id=new-count", "period=2022年", "value=12", "locator_zh=正文", "locator_en=main text"],
}  # fmt: skip


@pytest.fixture
def root(tmp_path):
    shutil.copytree(TINY, tmp_path / "portal", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "portal"


def first_choices(raw, settings, kind, given):
    """For every required choice without a usual answer the first of its list."""
    names = {pair.split("=")[0] for pair in given}
    return [
        f"{question.name.split('.')[1]}={next(iter(question.choices))}"
        for question in questions(raw, settings, kind, optional=False)
        if question.choices and not question.usual and question.name.split(".")[1] not in names
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_valid_rows_in_their_place(kind, root, capsys):
    raw, settings = read_packages(root), read_settings(root)
    given = [*ANSWERS[kind], *(a for a in first_choices(raw, settings, kind, ANSWERS[kind]) if "source" not in a)]
    sources = place_of(raw, kind)[0].table("sources").records()
    if kind in ("event", "story", "case"):
        source = sources[-1][1]
        trust = {"plan": "plan"}.get(source["kind"], "official")
        given += [f"source={source['id']}", f"confidence={trust}"]
    options = [part for answer in given for part in ("--set", answer)]
    assert main(["new", kind, "--root", str(root), "--lang", "en", *options]) == 0, capsys.readouterr().err
    after = read_packages(root)
    assert check(after, settings) == []
    before = {(p.name, t.name): t.data for p in raw for t in p.tables}
    changed = {(p.name, t.name) for p in after for t in p.tables if before[p.name, t.name] != t.data}
    assert changed == {(place_of(raw, kind)[0].name, table) for table in KINDS[kind]}


def test_a_new_promise_gets_its_pages_and_a_context_figure_no_target(root):
    options = [part for answer in ANSWERS["indicator"] for part in ("--set", answer)]
    assert main(["new", "indicator", "--root", str(root), *options]) == 0
    for lang in ("zh", "en"):
        assert (root / "docs" / lang / "indicators" / "new-measure-of-patents.md").is_file()
    targets = (root / "datapackages/indicators/data/targets.csv").read_text(encoding="utf-8")
    assert "new-measure-of-patents-2025,new-measure-of-patents,sample-zone,2025,plan,10," in targets


def test_a_missing_answer_is_named_and_nothing_is_written(root, capsys):
    before = (root / "datapackages/promotion/data/events.csv").read_bytes()
    assert main(["new", "event", "--root", str(root), "--lang", "zh", "--set", "title_zh=只有标题"]) == 1
    told = capsys.readouterr().err
    assert "--set date=" in told and "--set title_en=" in told
    assert (root / "datapackages/promotion/data/events.csv").read_bytes() == before


def test_a_row_the_rules_refuse_is_not_written(root, capsys):
    before = (root / "datapackages/promotion/data/events.csv").read_bytes()
    given = [*ANSWERS["event"], "category=platform", "title_en=新事件"]
    options = [part for answer in given for part in ("--set", answer)]
    assert main(["new", "event", "--root", str(root), *options]) == 1
    assert (root / "datapackages/promotion/data/events.csv").read_bytes() == before


def test_an_unknown_column_is_refused(root, capsys):
    assert main(["new", "event", "--root", str(root), "--lang", "en", "--set", "colour=red"]) == 1
    assert "columns: date" in capsys.readouterr().err


def test_questions_are_asked_until_the_answer_will_do(root, capsys):
    asked = questions(read_packages(root), read_settings(root), "event", optional=False)
    lines = iter(["四月", "?", "2022-04-26"])
    date = next(question for question in asked if question.name == "events.date")
    assert understood(date, "2022年4月26日")[0] == "2022-04-26"
    category = next(question for question in asked if question.name == "events.category")
    answers = collect([category], {}, lambda prompt: next(iter(["1"])), "zh")
    assert answers["events.category"] == next(iter(category.choices))
    lines = iter(["没有的类别", "?", "2"])
    answers = collect([category], {}, lambda prompt: next(lines), "zh")
    shown = capsys.readouterr().out
    assert answers["events.category"] == list(category.choices)[1]
    assert "全名" in shown and f"1. {next(iter(category.choices.values()))} | " in shown


def test_usual_answers_stand_when_nobody_can_be_asked(root):
    asked = questions(read_packages(root), read_settings(root), "indicator", optional=False)
    with pytest.raises(DataError) as caught:
        collect(asked, {}, None, "zh")
    missing = {problem.where.file for problem in caught.value.problems}
    assert "--set name_zh=" in missing
    assert "--set precision=" not in missing and "--set minimum=" not in missing


def test_ids_are_made_from_english_words():
    assert slug("PCT filings, 2026 (draft)") == "pct-filings-2026-draft"
