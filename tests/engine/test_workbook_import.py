"""What an import takes over, what it tidies, and what it leaves alone."""

import io
from datetime import date, datetime
from pathlib import Path

import bad_workbooks as bad
import pytest
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipportal.data.packages import read_packages
from ipportal.office.excel_reader import mark_workbook, read_workbook
from ipportal.office.layout import PROBLEMS
from ipportal.office.telling import as_html, as_text, problems_text
from ipportal.rules.report import TERMINAL

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [package.name for package in read_packages(ROOT)]
NEW = "grants,sample-zone,2022,plan,200,,exact,final,sample-report-2022,正文,main text,official,,,total"


def lines(done, table="observations"):
    return workbooks.table_of(done, table).decode().splitlines()


def added(done):
    return [edit for edit in done.edits if edit.sign == "+"]


@pytest.mark.this_portal
@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("mode", ["export", "template"])
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
def test_the_real_packages_come_back_byte_for_byte(name, mode):
    raw = read_packages(ROOT)
    done = workbooks.import_workbook(workbooks.exported(raw, mode, name), "x.xlsx", raw, lambda packages: [])
    assert (done.problems, done.notes, done.edits) == ((), (), ())
    before = next(package for package in raw if package.name == name)
    after = next(package for package in done.packages if package.name == name)
    assert [table.data for table in after.tables] == [table.data for table in before.tables]


def test_a_new_row_lands_in_its_place():
    done = workbooks.imported(bad.edited(workbooks.sound(), bad.adding()))
    assert done.problems == ()
    assert lines(done).index(NEW) == 6  # after 2021 of both sources and definitions, before 2022-H1
    assert [edit.key for edit in added(done)] == [
        ("grants", "sample-zone", "total", "2022", "plan", "sample-report-2022")
    ]


@pytest.mark.parametrize(
    ("cells", "column", "text"),
    [
        ({"E": "２００"}, "value", "200"),
        ({"E": " 200 "}, "value", "200"),
        ({"E": "1,200"}, "value", "1200"),
        ({"E": "1，200"}, "value", "1200"),
        ({"E": "0200."}, "value", "200"),
        ({"E": "+२००"}, "value", "200"),
        ({"E": "1_50"}, "value", "1_50"),
        ({"C": "2022年"}, "period", "2022"),
        ({"C": "２０２２年"}, "period", "2022"),
        ({"C": "2022年上半年"}, "period", "2022-H1"),
        ({"C": "2022 年下半年"}, "period", "2022-H2"),
        ({"C": "2022年第三季度"}, "period", "2022-Q3"),
        ({"C": "2022Q3"}, "period", "2022-Q3"),
        ({"C": "2022年7月"}, "period", "2022-07"),
        ({"C": "2022年1-7月"}, "period", "2022-07"),
        ({"C": "2022.7"}, "period", "2022-07"),
        ({"C": "2018—2020年"}, "period", "2018/2020"),
        ({"K": "　正文　"}, "locator_zh", "正文"),
        ({"K": "表２"}, "locator_zh", "表2"),
        ({"K": "\u2f54\u2ecb，第\uf9d1页"}, "locator_zh", "水车，第六页"),
        ({"J": "sample-report-2022 "}, "source", "sample-report-2022"),
        ({"J": "示例年报2022"}, "source", "sample-report-2022"),
        ({"J": "示例年报2022｜sample-report-2022"}, "source", "sample-report-2022"),
        ({"H": "准确"}, "qualifier", "准确"),
        ({"I": "最终数 | final"}, "status", "final"),
    ],
)
def test_safe_tidying_is_done_and_told(cells, column, text):
    data = bad.edited(workbooks.sound(), bad.adding(**cells))
    done = workbooks.import_workbook(data, "x.xlsx", workbooks.tiny(), lambda packages: [])
    letter = next(iter(cells))
    assert done.problems == ()
    assert added(done)[0].new[column] == text
    told = [note.cell for note in done.notes]
    assert told == ([] if cells[letter] in (text, f"{text} | {text}") else [f"观测值!{letter}15"])


@pytest.mark.parametrize(
    ("sheet", "letter", "value", "form", "text"),
    [
        ("来源", "G", datetime(2022, 3, 5), "yyyy-mm-dd", "2022-03-05"),
        ("来源", "G", date(2022, 3, 1), "yyyy-mm", "2022-03"),
        ("来源", "G", "2022年3月5日", "@", "2022-03-05"),
        ("来源", "G", "2022/3/5", "@", "2022-03-05"),
        ("观测值", "C", datetime(2022, 7, 1), 'yyyy"年"m"月"', "2022-07"),
    ],
)
def test_real_dates_are_written_as_the_data_write_them(sheet, letter, value, form, text):
    data = bad.edited(workbooks.sound(), bad.setting(sheet, f"{letter}6", value, form))
    done = workbooks.import_workbook(data, "x.xlsx", workbooks.tiny(), lambda packages: [], allow_removal=True)
    assert done.problems == ()
    assert [note.cell for note in done.notes] == [f"{sheet}!{letter}6"]
    assert text in [cell for edit in done.edits if edit.new for cell in edit.new.values()]


def test_a_formula_with_its_result_gives_the_result():
    data = bad.edited(workbooks.sound(), bad.adding(E="=100+100"))
    done = workbooks.imported(bad.with_part(data, *with_result(data)))
    assert done.problems == ()
    assert NEW in lines(done)
    assert [note.cell for note in done.notes] == ["观测值!E15"]


def with_result(data):
    """The sheet's part with the result Excel stores beside a formula."""
    import zipfile

    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(part).decode()
    assert text.count("<f>100+100</f><v/>") + text.count("<f>100+100</f><v></v>") == 1
    return part, text.replace("<f>100+100</f><v/>", "<f>100+100</f><v>200</v>").replace(
        "<f>100+100</f><v></v>", "<f>100+100</f><v>200</v>"
    ).encode()


def test_a_jump_passes_with_its_reason():
    done = workbooks.imported(bad.edited(workbooks.sound(), bad.adding(E=2000, N="统计范围扩大。", O="Wider scope.")))
    assert done.problems == ()


def test_a_new_source_can_be_used_at_once():
    def change(book):
        bad.append(
            book, "来源", A="sample-report-2023", B="示例年报2023", C="Sample report 2023", D="虚构的年度报告二",
            E="示例市统计局", F="Sample City statistics office", G="2023年", H="https://city.example/report2",
            I="official", J="report", K="zh-Hans",
        )  # fmt: skip
        bad.append(book, J="示例年报2023 | sample-report-2023")

    data = bad.edited(workbooks.sound(), change)
    done = workbooks.imported(data)
    assert [problem.line("zh") for problem in done.problems] == []
    assert {edit.table for edit in added(done)} == {"observations", "sources"}


def test_a_template_adds_rows_and_refuses_known_ones():
    done = workbooks.imported(bad.edited(workbooks.sound("template"), bad.adding()))
    assert done.problems == ()
    assert len(lines(done)) == 12 and NEW in lines(done)
    again = workbooks.imported(bad.edited(workbooks.sound("template"), bad.adding(C="2021")))
    assert [(p.code, p.where.cell) for p in again.problems if p.code == "workbook-exists"] == [
        ("workbook-exists", "观测值!A5")
    ]


def test_rows_are_withdrawn_only_on_purpose():
    data = bad.edited(workbooks.sound(), bad.clearing("观测值", 5))
    refused = workbooks.imported(data)
    assert [problem.code for problem in refused.problems] == ["workbook-removed"]
    allowed = workbooks.imported(data, allow_removal=True)
    assert "workbook-removed" not in [problem.code for problem in allowed.problems]
    assert [edit.key[1] for edit in allowed.edits if edit.new is None] == ["sample-city"]


def test_the_marked_copy_shows_what_to_mend_and_can_be_imported_after_mending():
    data = bad.edited(workbooks.sound(), bad.adding(E="200件", K=None))
    done = workbooks.imported(data)
    marked = mark_workbook(data, done.problems, "zh")
    book = bad.opened(marked)
    assert book.sheetnames[0] == PROBLEMS.zh
    assert {row[0].value for row in book[PROBLEMS.zh].iter_rows(min_row=2)} == {"观测值!E15", "观测值!K15"}
    cell = book["观测值"]["E15"]
    assert "只写" in cell.comment.text or "只有数字" in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFFFC7CE"
    book["观测值"]["E15"], book["观测值"]["K15"] = 200, "正文"
    mended = bad.saved(book)
    assert workbooks.imported(mended).problems == ()
    clean = bad.opened(mark_workbook(mended, [], "zh"))
    assert clean["观测值"]["E15"].comment is None
    assert clean["观测值"]["E15"].fill.fill_type is None


def test_the_marked_copy_is_harmless():
    data = bad.edited(workbooks.sound(), bad.adding(E="=cmd|'/C calc'!A0"))
    cell = bad.opened(mark_workbook(data, [], "en"))["观测值"]["E15"]
    assert (cell.data_type, cell.value) in (("s", "=cmd|'/C calc'!A0"), ("inlineStr", "=cmd|'/C calc'!A0"))
    formulas = [c for s in read_workbook(mark_workbook(data, [], "en")).sheets.values() for c in s.cells.values()]
    assert not any(c.reaches_out for c in formulas if c.formula)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_result_is_told_in_words(lang):
    data = bad.edited(workbooks.sound(), bad.adding(E="２００"))
    done = workbooks.imported(data)
    text, page = (
        as_text(done, workbooks.tiny(), lang),
        as_html(done, workbooks.tiny(), "<b>新数</b>.xlsx", lang),
    )
    assert "观测值!E15" in text and "观测值!E15" in page
    assert {"zh": "新增 1 行", "en": "1 new"}[lang] in text
    assert "<b>新数" not in page
    refused = workbooks.imported(bad.edited(workbooks.sound(), bad.adding(E="<script>")))
    assert "<script>" not in as_html(refused, workbooks.tiny(), "x.xlsx", lang)


VALUES = st.one_of(
    st.integers(0, 10**14).map(str),
    st.decimals(0, 10**6, places=3).map(lambda d: f"{d.normalize():f}"),
)
WORDS = (
    st.text(st.sampled_from("商标专利abcXYZ019，。：=+-@'\"<&; "), min_size=1, max_size=30).map(str.strip).filter(bool)
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"period": st.integers(1985, 2025).map(str), "value": VALUES, "locator": WORDS, "note": WORDS}
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row["period"],
)


@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
@given(ROWS)
@settings(max_examples=settings.default.max_examples // 3, suppress_health_check=list(HealthCheck))
def test_valid_edits_survive_export_import_export(rows):
    def change(book):
        for row in rows:
            new = bad.append(book, A="专利企业数 | patent-firms", C=row["period"], K=None, N=None, O=None)
            for letter, text in {"E": row["value"], "K": row["locator"], "N": row["note"], "O": row["note"]}.items():
                book["观测值"][f"{letter}{new}"].value = text
                book["观测值"][f"{letter}{new}"].data_type = "s"

    data = bad.edited(workbooks.sound(), change)
    first = workbooks.import_workbook(data, "x.xlsx", workbooks.tiny(), lambda packages: [])
    assert [p.line("en") for p in first.problems if p.code != "workbook-scale"] == []
    if first.problems:
        return  # a random value may be ten thousand times another: refused on purpose
    fresh = {edit.new["period"]: edit.new for edit in added(first)}
    assert {p: (c["value"], c["locator_zh"], c["note_zh"]) for p, c in fresh.items()} == {
        row["period"]: (row["value"], row["locator"], row["note"]) for row in rows
    }
    again = workbooks.exported(first.packages)
    second = workbooks.import_workbook(again, "x.xlsx", first.packages, lambda packages: [])
    assert (second.problems, second.edits) == ((), ())
    assert workbooks.table_of(second) == workbooks.table_of(first)
    assert workbooks.exported(second.packages) == again


def test_a_terminal_lists_some_of_very_many_problems_of_a_workbook():
    problem = workbooks.imported(bad.edited(workbooks.sound(), bad.adding(E="200件"))).problems[0]
    said = problems_text([problem] * (TERMINAL + 3), "zh")
    assert said.count(f"[{problem.code}]") == TERMINAL
    assert "另有 3 处" in said and said.endswith(f"共有 {TERMINAL + 3} 处要改。没有导入，数据没有改动。")
