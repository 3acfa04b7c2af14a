"""The yearly return: what is due goes out on one sheet, and several come back at once, all of them or none."""

import shutil

import bad_workbooks as bad
import pytest
from openpyxl import load_workbook

from ipportal.cli import main

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
SOURCES = "datapackages/indicators/data/sources.csv"
NAME = "年度填报表 2022"
SOURCE = {
    "B": "示例公报", "C": "Sample bulletin 2022", "D": "虚构的公报", "E": "示例局", "F": "Sample office",
    "G": "2023-02", "I": "none", "J": "report", "K": "zh-Hans",
}  # fmt: skip
#: The first row of the sources, and those of the figures: grants, trademarks, patent firms
FIRST, GRANTS, TRADEMARKS, FIRMS = 14, 22, 23, 24


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = tmp_path / "portal"
    shutil.copytree(bad.TINY, folder)
    monkeypatch.chdir(tmp_path)
    assert main(["workbook", "return", "2022", "--root", str(folder), "--lang", "zh"]) == 0
    return folder


def filled(name, cells, source=SOURCE, row=FIRST):
    """A copy of the return with cells filled in: letter and row → value."""
    book = load_workbook(f"{NAME}.xlsx")
    for cell, value in ({f"{letter}{row}": value for letter, value in source.items()} | cells).items():
        book[NAME][cell] = value
    book.save(name)
    return name


def figure(row, value, locator="表2"):
    return {f"E{row}": value, f"J{row}": locator, f"K{row}": "Table 2"}


def imported(root, *names):
    return main(["workbook", "import", *names, "--root", str(root), "--lang", "zh"])


def lines(root, file=OBSERVATIONS):
    return (root / file).read_text(encoding="utf-8").splitlines()


def test_it_holds_the_figures_due_on_one_sheet_for_a4(root):
    book = load_workbook(f"{NAME}.xlsx")
    sheet = book[NAME]
    assert [each.title for each in book.worksheets if each.sheet_state == "visible"] == [NAME]
    told = [[cell.value for cell in row[:6]] for row in sheet.iter_rows(min_row=GRANTS)]
    place, basis = "示例开发区 | sample-zone", "规划口径 | plan"
    assert told == [
        ["发明专利授权量 | grants", place, basis, 150, None, "件 | patent"],
        ["有效商标量 | trademarks", place, basis, 14500, None, "件 | trademark"],
        ["专利企业数 | patent-firms", place, basis, "12（2020 年）", None, "家 | firm"],
    ]
    assert sheet["B8"].value == "2026-11-22" and sheet["D18"].value == "2021 年，或以前"
    page = sheet.page_setup
    assert (page.paperSize, page.orientation, page.fitToWidth) == (9, "landscape", 1)
    checked = {str(rule.sqref): rule.type for rule in sheet.data_validations.dataValidation}
    assert checked[f"I{GRANTS}:I{FIRMS}"] == "list" and checked[f"E{GRANTS}:E{FIRMS}"] == "decimal"
    locked = {cell.column_letter: cell.protection.locked for cell in sheet[GRANTS]}
    assert sheet.protection.sheet and [letter for letter, each in locked.items() if each] == list("ABCD")
    assert not sheet["B8"].protection.locked and not sheet[f"A{FIRST}"].protection.locked


def test_rows_without_a_figure_are_none(root, capsys):
    assert imported(root, f"{NAME}.xlsx") == 0
    assert "与现有数据完全相同" in capsys.readouterr().out


def test_a_source_told_once_is_that_of_every_figure_and_the_day_moves(root, capsys):
    before = [lines(root), lines(root, SOURCES), lines(root, "portal.toml")]
    name = filled("甲.xlsx", {**figure(GRANTS, 160), **figure(FIRMS, 14, "表３"), "B8": "2026-12-01"})
    assert imported(root, name) == 0, capsys.readouterr().err
    assert "数据截止日改成 2026-12-01" in capsys.readouterr().out
    new = set(lines(root)) - set(before[0])
    assert new == {
        "grants,sample-zone,2022,plan,160,,exact,final,sample-bulletin-2022,表2,Table 2,official,,,total",
        "patent-firms,sample-zone,2022,plan,14,,exact,final,sample-bulletin-2022,表3,Table 2,official,,,total",
    }
    assert any(each.startswith("sample-bulletin-2022,示例公报,") for each in lines(root, SOURCES))
    assert "as_of = 2026-12-01" in lines(root, "portal.toml")
    assert main(["undo", "--root", str(root)]) == 0
    assert [lines(root), lines(root, SOURCES), lines(root, "portal.toml")] == before


def test_faults_are_told_at_their_cells_and_nothing_is_written(root, capsys):
    before = lines(root)
    assert imported(root, filled("甲.xlsx", {**figure(GRANTS, "160件"), f"J{GRANTS}": None, "B8": "年底"})) == 1
    told = capsys.readouterr().err
    assert all(f"{NAME}!{cell}" in told for cell in (f"E{GRANTS}", f"J{GRANTS}", "B8")) and "共有 3 处" in told
    assert lines(root) == before
    assert load_workbook("甲-问题标注.xlsx")[NAME][f"E{GRANTS}"].comment


def test_several_come_in_together(root):
    one = filled("甲.xlsx", figure(GRANTS, 160))
    two = filled("乙.xlsx", figure(FIRMS, 14) | {f"I{FIRMS}": "示例公报"})
    assert imported(root, one, two) == 0
    assert sum(",2022,plan," in line and "sample-bulletin-2022" in line for line in lines(root)) == 2
    assert sum(line.startswith("sample-bulletin-2022,") for line in lines(root, SOURCES)) == 1
    assert main(["undo", "--list", "--root", str(root)]) == 0


def test_what_two_say_differently_is_shown_side_by_side_and_neither_is_written(root, capsys):
    before = lines(root)
    one, two = (filled(f"{name}.xlsx", figure(GRANTS, value)) for name, value in (("甲", 160), ("乙", 161)))
    assert imported(root, one, two) == 1
    told = capsys.readouterr().err
    assert f"{NAME}!E{GRANTS}" in told and "甲.xlsx" in told and "“160”" in told and "161" in told
    assert lines(root) == before


def test_the_same_told_twice_is_no_conflict(root):
    names = [filled(f"{name}.xlsx", figure(GRANTS, 160)) for name in "甲乙"]
    assert imported(root, *names) == 0


def test_a_csv_gets_a_report_but_no_marked_copy(root, tmp_path, capsys):
    (tmp_path / "observations.csv").write_bytes((root / OBSERVATIONS).read_bytes().replace(b",100,", b",100%,"))
    assert imported(root, "observations.csv") == 1
    assert "observations!E3" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.glob("observations*")) == [
        "observations-导入结果.html", "observations.csv"
    ]  # fmt: skip


@pytest.mark.parametrize("year", ["2031", "今年"])
def test_a_year_without_figures_due_has_none(root, year, capsys):
    assert main(["workbook", "return", year, "--root", str(root), "--lang", "en"]) == 1
    assert "[workbook-return]" in capsys.readouterr().err


def test_a_figure_that_only_another_new_file_says_differently_is_no_correction(root, capsys):
    one, two = (filled(f"{name}.xlsx", figure(GRANTS, value)) for name, value in (("甲", 160), ("乙", 161)))
    assert imported(root, one, two, "--mine") == 0, capsys.readouterr().err
    assert [line.split(",")[4] for line in lines(root) if line.startswith("grants,sample-zone,2022,plan,")] == ["161"]


def test_an_office_without_a_figure_says_why_and_the_next_form_shows_it(root, capsys):
    before = lines(root)
    name = filled("甲.xlsx", {**figure(GRANTS, 160), f"L{FIRMS}": "本年不再统计"})
    assert imported(root, name) == 0, capsys.readouterr().err
    assert "没有的数：\n  + 专利企业数" in (told := capsys.readouterr().out) and "本年不再统计" in told
    assert len(lines(root)) == len(before) + 1
    assert [row for row in lines(root, "reviews/answers.csv") if "patent-firms" in row and NAME in row]
    assert main(["workbook", "return", "2022", "--root", str(root), "--output", "再.xlsx"]) == 0
    assert load_workbook("再.xlsx")[NAME][f"D{FIRMS - 1}"].value == "12（2020 年）；2022 年：本年不再统计"
    assert imported(root, filled("乙.xlsx", {f"M{FIRMS}": "No longer counted"}, source={})) == 0
    assert "数不变，记下 1 条原因" in capsys.readouterr().out
