"""Two people at one table: what merges, what clashes, and a table sorted in part."""

import random

import bad_workbooks as bad
import pytest
import workbooks

from ipportal.base.text import Text
from ipportal.data.packages import read_packages
from ipportal.office.editing import row_key, with_rows, with_tables
from ipportal.office.telling import as_html, as_text

KEY = ("patent-firms", "sample-zone", "total", "2020", "plan", "plan-draft")
WHEN = {"datapackages/indicators/data/observations.csv": Text("昨天", "yesterday")}


def nothing(packages):
    return []


def rows(raw=None, table="observations"):
    found = (raw or workbooks.tiny())[0].table(table)
    return {row_key(found, cells): cells for _, cells in found.records()}


def later(*drop, **cells):
    """The data after a colleague's import: cells of one row changed, other rows gone."""
    raw = workbooks.tiny()
    table = raw[0].table("observations")
    kept = {key: row | (cells if key == KEY else {}) for key, row in rows().items() if key not in drop}
    return with_tables(raw, "indicators", {"observations": with_rows(table, kept.values())})


def sheet_row(key=KEY):
    return 5 + list(rows()).index(key)


def setting(**cells):
    return bad.both(*(bad.setting("观测值", f"{letter}{sheet_row()}", value) for letter, value in cells.items()))


def taken(change, raw, **options):
    return workbooks.import_workbook(
        bad.edited(workbooks.sound(), change), "x.xlsx", raw, nothing, written=WHEN, **options
    )


def test_an_older_export_with_one_new_row_is_one_new_row():
    added = {**rows()[KEY], "period": "2022"}
    raw = later(value="13")
    table = raw[0].table("observations")
    raw = with_tables(raw, "indicators", {"observations": with_rows(table, [*rows(raw).values(), added])})
    done = taken(bad.adding(), raw)
    assert done.problems == ()
    assert [(edit.sign, edit.key[:4]) for edit in done.edits] == [("+", ("grants", "sample-zone", "total", "2022"))]
    assert rows(done.packages)[KEY]["value"] == "13"


def test_edits_to_different_cells_of_a_row_merge():
    done = taken(setting(K="表9"), later(value="13", note_zh="已核对。", note_en="Checked."))
    assert done.problems == ()
    row = rows(done.packages)[KEY]
    assert (row["value"], row["locator_zh"], row["note_zh"]) == ("13", "表9", "已核对。")


def test_the_same_edit_by_two_people_is_no_clash():
    assert taken(setting(E=13), later(value="13")).edits == ()


def test_a_clash_shows_both_sides_and_when_each_was_written():
    done = taken(setting(E=14, K="表9"), later(value="13"))
    assert [(p.code, p.where.cell, p.found) for p in done.problems] == [
        ("workbook-clash", f"观测值!E{sheet_row()}", "14")
    ]
    told = done.problems[0].line("zh") + done.problems[0].line("en")
    assert all(word in told for word in ("“12”", "“13”", "昨天", "yesterday"))
    assert done.packages == later(value="13")
    mine = taken(setting(E=14, K="表9"), later(value="13"), mine=[f"观测值!E{sheet_row()}"])
    assert mine.problems == () and rows(mine.packages)[KEY]["value"] == "14"
    theirs = taken(setting(E=13, K="表9"), later(value="13"))
    assert theirs.problems == () and rows(theirs.packages)[KEY]["locator_zh"] == "表9"


def test_both_sides_adding_the_same_row_differently_clash_cell_by_cell():
    raw = workbooks.imported(bad.edited(workbooks.sound(), bad.adding(E=201))).packages
    done = taken(bad.adding(), raw)
    assert [(p.code, p.where.cell) for p in done.problems] == [("workbook-clash", "观测值!E15")]


def test_a_row_changed_by_one_and_withdrawn_by_the_other_clashes():
    cleared = bad.clearing("观测值", sheet_row())
    for change, raw in ((setting(E=14), later(KEY)), (cleared, later(value="13"))):
        done = taken(change, raw, allow_removal=True)
        assert [p.code for p in done.problems] == ["workbook-clash"]
        assert done.packages == raw
    assert rows(taken(setting(E=14), later(KEY), mine=["*"]).packages)[KEY]["value"] == "14"


def test_what_both_withdrew_is_gone_and_what_nobody_touched_stays_gone():
    assert taken(bad.clearing("观测值", sheet_row()), later(KEY)).edits == ()
    assert taken(bad.adding(), later(KEY)).problems == ()
    assert KEY not in rows(taken(bad.adding(), later(KEY)).packages)


def sorted_in_part(first, last, order):
    """Put the cells of some columns of the sheet into another order, those of the others left as they are."""

    def change(book):
        sheet = book["观测值"]
        block = [[cell.value for cell in line] for line in sheet[f"{first}5:{last}{4 + len(rows())}"]]
        for line, values in zip(sheet[f"{first}5:{last}{4 + len(rows())}"], order(block), strict=True):
            for cell, value in zip(line, values, strict=True):
                cell.value = value

    return change


def shuffled(block):
    return random.Random(7).sample(block, len(block))


@pytest.mark.parametrize(
    ("first", "last", "said"), [("A", "F", "A–F"), ("A", "A", "A"), ("E", "E", "E"), ("K", "P", "K–O")]
)
def test_a_table_sorted_in_part_is_told_in_one_sentence(first, last, said):
    done = taken(bad.both(sorted_in_part(first, last, shuffled), bad.adding(E="x")), workbooks.tiny())
    assert [(p.code, p.found) for p in done.problems] == [("workbook-torn", said)]


def test_a_table_sorted_as_a_whole_is_the_same_table():
    done = taken(sorted_in_part("A", "P", shuffled), workbooks.tiny())
    assert (done.problems, done.edits) == ((), ())


def test_many_edits_of_one_column_are_no_sorting():
    def change(book):
        for row in range(5, 5 + len(rows())):
            book["观测值"][f"I{row}"] = "初步 | provisional"

    done = taken(change, workbooks.tiny())
    assert "workbook-torn" not in [p.code for p in done.problems] and len(done.edits) > 3


def test_a_filter_left_on_hides_rows_that_are_left_as_they_were():
    def change(book):
        for row in range(5, 5 + len(rows())):
            book["观测值"].row_dimensions[row].hidden = True
        bad.append(book)

    assert [edit.sign for edit in taken(change, workbooks.tiny()).edits] == ["+"]
    hidden = taken(bad.both(change, setting(K="表9"), bad.setting("观测值", "K5", "表8")), workbooks.tiny())
    assert [p.code for p in hidden.problems] == ["workbook-hidden"]
    assert f" {len(rows())} " in hidden.problems[0].hint.zh


def test_a_source_is_corrected_in_every_package_that_has_it():
    raw = read_packages(bad.TINY)
    data = bad.edited(workbooks.exported(raw), bad.setting("来源", "D6", "虚构的年度报告（第二版）"))
    done = workbooks.import_workbook(data, "x.xlsx", raw, workbooks.rules)
    assert done.problems == ()
    titles = {
        package.name: {row["id"]: row["title"] for _, row in package.table("sources").records()}
        for package in done.packages
    }
    having = [name for name, known in titles.items() if "sample-report-2022" in known]
    assert {titles[name]["sample-report-2022"] for name in having} == {"虚构的年度报告（第二版）"}
    assert done.shared == (("sample-report-2022", tuple(name for name in having if name != "indicators")),)
    assert "sample-report-2022 也用在" in as_text(done, raw, "zh") and "cases" not in as_text(done, raw, "zh")
    assert "sample-report-2022 was corrected" in as_html(done, raw, "x.xlsx", "en")


def test_three_quarters_and_short_names_are_understood():
    raw = workbooks.tiny()
    short = raw[0].table("indicators").records()[0][1]
    done = taken(bad.adding(C="2021年前三季度", A=f"{short['short_zh']} | {short['id']}"), raw)
    assert done.problems == ()
    assert [edit.key[3] for edit in done.edits] == ["2021-09"]
