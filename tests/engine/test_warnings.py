"""What may be right and looks wrong: asked about at the import, answered there, needed for an official site."""

import csv
import io
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import bad_workbooks as bad
import pytest
import workbooks

from ipportal.base.text import Text
from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.files import gather
from ipportal.loading import load
from ipportal.office.asking import MANY, reasons_given
from ipportal.office.layout import QUESTIONS
from ipportal.rules import check_official, check_warnings, warnings
from ipportal.rules.warnings import FILE, Answer, answers_file, read_answers
from support.copies import edit

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
CASES = "datapackages/cases/data/case_statistics.csv"
INDICATORS = "datapackages/indicators/data/indicators.csv"
ROW = "grants,sample-zone,{},plan,{},,exact,final,sample-website-20220315,正文,main text,official,{},total\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = tmp_path / "portal"
    shutil.copytree(bad.TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.chdir(tmp_path)
    return folder


def told(root):
    found = check_warnings(read_packages(root), read_settings(root))
    return [(p.code, p.found, p.facts["other"]) for p in found]


def add(root, file, line):
    path = root / file
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")


def test_nothing_is_asked_about_sound_figures(root):
    assert told(root) == []
    assert told(bad.TINY.parent / "second") == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("2022", 80, ",")], [("warning-part-above-year", "80", "2022-H1 90")]),
        ([("2022", 120, ",")], []),
        ([("2022-03", 91, ",")], [("warning-part-above-year", "90", "2022-03 91")]),
        ([("2019/2021", 140, ",")], [("warning-part-above-year", "140", "2021 150")]),
        ([("2021-07", 69, ","), ("2022-07", 1650, ",")], [("warning-part-jump", "1650", "2021-07 69")]),
        ([("2021-07", 69, ","), ("2022-07", 1650, "范围变了。,Wider.")], []),
        ([("2021-07", 69, ","), ("2022-07", 100, ",")], []),
    ],
)
def test_flows_are_compared_with_their_parts(root, lines, expected):
    for period, value, note in lines:
        add(root, OBSERVATIONS, ROW.format(period, value, note))
    assert told(root) == expected


def test_a_cumulative_figure_does_not_fall(root):
    edit(root, INDICATORS, "trademark-10k,2,up,year-end-stock", "trademark-10k,2,up,cumulative")
    assert told(root) == []
    edit(root, OBSERVATIONS, "2021,plan,14500,", "2021,plan,12500,")
    assert told(root) == [("warning-cumulative-falls", "12500", "2020 1.3")]


def test_two_sources_of_the_same_cases_agree(root):
    line = "zone-zz-2021,2021,sample-zone,court,patent,cases-new,{},case,exact,no,other,表1,Table 1,official,,,\n"
    before = (root / CASES).read_text(encoding="utf-8")
    add(root, CASES, line.format(36))
    assert told(root) == []
    (root / CASES).write_text(before + line.format(35), encoding="utf-8")
    assert told(root) == [("warning-sources-differ", "35", "sample-report-2022 36")]


def test_unsound_cells_are_left_to_the_other_rules(root):
    edit(root, OBSERVATIONS, "2020,plan,100,", "2020,plan,many,")
    assert told(root) == []


def asked(change, **options):
    raw, settings = workbooks.tiny(), read_settings(bad.TINY)
    data = bad.edited(workbooks.sound(), change)
    return workbooks.import_workbook(
        data, "x.xlsx", raw, workbooks.rules, ask=lambda after: check_warnings(after, settings), **options
    )


def test_an_import_asks_at_the_cell_about_its_own_changes():
    done = asked(bad.adding(E=80))
    assert done.problems == ()
    assert [(p.code, p.where.cell) for p in done.warnings] == [("warning-part-above-year", "观测值!E15")]
    done = asked(bad.setting("观测值", "E5", 801))
    assert [(p.code, p.where.cell, p.found) for p in done.warnings] == [("warning-figure-changed", "观测值!E5", "801")]
    assert "800" in done.warnings[0].message("zh")
    assert asked(bad.setting("观测值", "K5", "表7")).warnings == ()
    known = {warnings.warned(p) for p in done.warnings}
    assert asked(bad.setting("观测值", "E5", 801), answered=known).warnings == ()


def test_many_rows_at_once_are_one_question(monkeypatch):
    monkeypatch.setattr("ipportal.office.asking.MANY", 3)

    def change(book):
        for row in range(5, 10):
            book["观测值"][f"E{row}"] = book["观测值"][f"E{row}"].value + 1

    assert MANY > 3
    assert [(p.code, p.where.cell, p.found) for p in asked(change).warnings if "many" in p.code] == [
        ("warning-many-changed", "观测值", "5")
    ]


def exported(root, tmp_path, change, name="indicators"):
    raw = read_packages(root)
    path = tmp_path / "新数.xlsx"
    path.write_bytes(bad.edited(workbooks.exported(raw, "export", name), change))
    return path


def import_(root, path, *options):
    return main(["workbook", "import", str(path), "--root", str(root), "--lang", "zh", *options])


def answer(path, zh="抄录有误，已按原文改正。", en="Copying error, put right.", by="统计岗"):
    book = bad.opened(path.read_bytes())
    sheet = book[QUESTIONS.zh]
    for letter, text in zip("DEF", (zh, en, by), strict=True):
        sheet[f"{letter}2"] = text
    path.write_bytes(bad.saved(book))
    return sheet


def test_an_answer_in_the_workbook_is_kept_and_feeds_the_release(released, tmp_path, capsys):
    path = exported(released, tmp_path, bad.setting("观测值", "E5", 801))
    before = (released / OBSERVATIONS).read_bytes()
    assert import_(released, path) == 1
    assert "有 1 处要核对" in capsys.readouterr().err and (released / OBSERVATIONS).read_bytes() == before
    assert "要核对的地方" in (tmp_path / "新数-导入结果.html").read_text(encoding="utf-8")
    marked = tmp_path / "新数-问题标注.xlsx"
    sheet = answer(marked, by="")
    assert sheet["A2"].value == "观测值!E5" and sheet.column_dimensions["G"].hidden
    assert import_(released, marked) == 1  # nobody says who looked
    answer(marked)
    assert import_(released, marked) == 0
    assert "801" in (released / OBSERVATIONS).read_text(encoding="utf-8")
    [(of, given)] = read_answers(released).items()
    assert (of.found, of.other, given.by, given.date) == ("801", "800", "统计岗", date.today().isoformat())
    assert list(reasons_given(released, "indicators").values()) == [
        Text("抄录有误，已按原文改正。", "Copying error, put right.")
    ]
    assert reasons_given(released, "cases") == {}
    capsys.readouterr()
    assert main(["release", "indicators", "--root", str(released), "--lang", "en"]) == 1
    rows = list(csv.reader((released / "releases/indicators-reasons.csv").read_text("utf-8-sig").splitlines()))
    assert [row[5:] for row in rows[1:]] == [["", ""], ["抄录有误，已按原文改正。", "Copying error, put right."]]
    assert main(["undo", "--root", str(released)]) == 0
    assert (released / OBSERVATIONS).read_bytes() == before and not (released / FILE).exists()


def test_answers_can_wait_until_an_official_release(root, tmp_path, capsys):
    path = exported(root, tmp_path, bad.adding(E=80))
    assert import_(root, path, "--later") == 0 and not (root / FILE).exists()

    def lacking():
        found = check_official(read_packages(root), read_settings(root))
        return [p for p in found if p.code.startswith("warning-")]

    assert [p.code for p in lacking()] == ["warning-part-above-year"]
    capsys.readouterr()
    assert main(["check", "--root", str(root), "--lang", "zh"]) == 0
    assert "提醒" in (said := capsys.readouterr().out) and "2022-H1" in said
    (root / "reviews").mkdir()
    known = {warnings.warned(lacking()[0]): Answer(Text("核对过。", "Checked."), "统计岗", "2026-11-20")}
    (root / FILE).write_bytes(answers_file(known))
    assert read_answers(root) == known and lacking() == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"code,file\nx", answers_file({})])
def test_a_damaged_file_of_answers_answers_nothing(root, data):
    (root / "reviews").mkdir()
    (root / FILE).write_bytes(data)
    assert read_answers(root) == {}


def test_no_public_file_tells_who_answered(root, monkeypatch):
    for name in ("chart_files", "chart_workbooks", "card_files", "embed_files"):  # drawings hold no text of others
        monkeypatch.setattr(gather, name, lambda *args: {})
    word = "只有本单位知道"
    (root / "reviews").mkdir()
    for name in ("signoff-0001-a.json", "signoff-0001-a.zh.html"):
        (root / "reviews" / name).write_text(word, encoding="utf-8")
    (root / FILE).write_bytes(answers_file({warnings.Warned(*"abcdef"): Answer(Text(word, word), word, word)}))
    files = gather.gather_files(load(root), root)
    for path, data in files.items():
        inside = [data]
        if path.endswith((".zip", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert not re.search("reviews|answers|signoff", " ".join(archive.namelist()))
                inside += [archive.read(name) for name in archive.namelist()]
        assert not any(word.encode() in each for each in inside), path
    assert len(files) > 50
    code = Path(warnings.__file__).parents[1]
    makers = [path for room in ("files", "pages", "site", "deploy") for path in (code / room).rglob("*.py")]
    assert not [path for path in makers if re.search(r"rules\.(warnings|signoff)", path.read_text(encoding="utf-8"))]
