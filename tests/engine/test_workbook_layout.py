"""What an exported workbook gives the person who opens it."""

import re
from datetime import datetime

import bad_workbooks as bad
import pytest
import workbooks

from ipportal.base.text import LANGS
from ipportal.data.packages import read_packages
from ipportal.office.editing import with_rows, with_tables
from ipportal.office.excel_reader import read_workbook
from ipportal.office.layout import (
    FIRST_ROW,
    HOW_ROW,
    KEY_ROW,
    LISTS,
    README,
    STAMP,
    TITLE_ROW,
    lay_out_workbook,
)
from ipportal.rules.rule import fields_of
from ipportal.rules.schema import links_of

ROOT = bad.TINY.parents[1]
RAW = read_packages(ROOT)


@pytest.fixture(scope="module", params=[package.name for package in RAW])
def exported(request):
    package = next(each for each in RAW if each.name == request.param)
    return package, bad.opened(workbooks.exported(RAW, "export", package.name))


def rule_of(sheet, letter):
    """The check that Excel applies to the first data cell of a column."""
    return next(v for v in sheet.data_validations.dataValidation if f"{letter}{FIRST_ROW}" in v.sqref)


def test_every_table_is_a_sheet_with_its_headers(exported):
    package, book = exported
    assert book.sheetnames[0] == README.among(LANGS, " ")
    for table in package.tables:
        sheet = book[table.resource["title"]]
        keys = [cell.value for cell in sheet[KEY_ROW] if cell.value != "(unit)"]
        assert keys == [field["name"] for field in fields_of(table)]
        titles = [cell.value for cell in sheet[TITLE_ROW] if not str(cell.value).startswith("单位（自动")]
        assert titles == [field["title"] for field in fields_of(table)]
        assert sheet.row_dimensions[KEY_ROW].hidden
        assert all(cell.value for cell in sheet[HOW_ROW])
        assert all(cell.comment and cell.comment.text for cell in sheet[TITLE_ROW])
        assert sheet.freeze_panes == f"B{FIRST_ROW}"


def test_every_code_list_and_every_link_is_a_drop_down(exported):
    package, book = exported
    linked = {(table.name, *link.columns) for table in package.tables for link in links_of(table)}
    for table in package.tables:
        sheet = book[table.resource["title"]]
        keys = [cell.value for cell in sheet[KEY_ROW]]
        for field in fields_of(table):
            letter = chr(65 + keys.index(field["name"]))
            rule = rule_of(sheet, letter)
            assert rule.prompt and rule.promptTitle
            if (
                field["type"] == "boolean"
                or "enum" in field.get("constraints", {})
                or (table.name, field["name"]) in linked
            ):
                assert rule.type == "list" and LISTS.zh in rule.formula1
                shown = {sheet[f"{letter}{row}"].value for row in range(FIRST_ROW, FIRST_ROW + 3)} - {None}
                assert all(" | " in value for value in shown), (table.name, field["name"], shown)
            elif field["type"] in ("number", "integer"):
                assert rule.type in ("decimal", "whole")


@pytest.mark.this_portal
def test_headers_are_locked_and_every_row_can_be_filtered_and_sorted(exported):
    package, book = exported
    for table in package.tables:
        sheet = book[table.resource["title"]]
        assert sheet.protection.sheet and sheet.protection.password is None
        for cell in sheet[TITLE_ROW]:
            assert cell.protection.locked
            computed = sheet.cell(KEY_ROW, cell.column).value == "(unit)"
            column = sheet.column_dimensions[cell.column_letter]
            assert not column.protection.locked and not sheet.cell(FIRST_ROW, cell.column).protection.locked
            if computed:  # nothing can be typed into it all the same
                rules = [
                    each for each in sheet.data_validations.dataValidation if cell.column_letter in str(each.sqref)
                ]
                assert [(each.type, each.formula1) for each in rules] == [("custom", "FALSE")]
        first, last = sheet.auto_filter.ref.split(":")
        assert first == f"A{FIRST_ROW - 1}" and last.startswith(sheet[TITLE_ROW][-1].column_letter)
        assert not sheet.protection.sort and not sheet.protection.autoFilter


def test_texts_stay_texts_in_excel():
    sheet = bad.opened(workbooks.sound())["观测值"]
    formats = {key.value: sheet.column_dimensions[key.column_letter].number_format for key in sheet[KEY_ROW]}
    assert formats["period"] == formats["locator_zh"] == formats["note_zh"] == "@"
    assert formats["value"] == "General"


def test_nothing_exported_can_act_as_a_formula():
    raw = workbooks.tiny()
    table = raw[0].table("observations")
    rows = [cells | {"locator_zh": "=1+1", "note_zh": "@SUM(1)", "note_en": "+1"} for _, cells in table.records()]
    changed = with_tables(raw, "indicators", {"observations": with_rows(table, rows)})
    sheet = bad.opened(workbooks.exported(changed))["观测值"]
    for letter, text in {"K": "=1+1", "N": "@SUM(1)", "O": "+1"}.items():
        cell = sheet[f"{letter}{FIRST_ROW}"]
        assert cell.value == text and cell.data_type != "f" and cell.quotePrefix


def test_the_unit_shows_itself_beside_the_value():
    book = bad.opened(workbooks.sound())
    sheet = book["观测值"]
    keys = [cell.value for cell in sheet[KEY_ROW]]
    assert keys.index("(unit)") == keys.index("unit") + 1
    formula = sheet.cell(FIRST_ROW, keys.index("(unit)") + 1).value
    ranges = re.findall(rf"'{LISTS.zh}'!\$(\w+)\$2:\$(\w+)\$(\d+)", formula)
    units, names = book[LISTS.zh][f"{ranges[0][0]}2"].value, book[LISTS.zh][f"{ranges[1][0]}2"].value
    assert "'指标'!$I:$I" in units and "'指标'!$A:$A" in names  # I holds the unit, A the id
    assert book["指标"][f"I{KEY_ROW}"].value == "unit"


def test_a_template_offers_what_exists_and_holds_no_rows():
    book = bad.opened(workbooks.sound("template"))
    sheet = book["观测值"]
    assert sheet.cell(FIRST_ROW, 1).value is None
    column = re.search(r"\$(\w+)\$2", rule_of(sheet, "A").formula1)[1]
    offered = [cell.value for cell in book[LISTS.zh][column][1:5]]
    assert offered[:2] == ["发明专利授权量 | grants", "授权量增长率 | grants-growth"]


def test_the_stamp_cannot_be_seen_and_tells_structure_and_content():
    book = bad.opened(workbooks.sound())
    assert book[STAMP].sheet_state == "veryHidden"
    stamp = read_workbook(workbooks.sound()).stamp
    assert (stamp["package"], stamp["mode"]) == ("indicators", "export")
    raw = workbooks.tiny()
    assert stamp["schema"] == lay_out_workbook(raw, raw[0], "template").stamp["schema"]


def test_the_same_data_give_the_same_bytes():
    assert workbooks.exported(workbooks.tiny()) == workbooks.exported(workbooks.tiny())
    assert bad.opened(workbooks.sound()).properties.created == datetime(2026, 11, 22)


def test_the_read_me_speaks_both_languages_and_leads_to_every_sheet():
    book = bad.opened(workbooks.sound())
    rows = [(row[0], row[1].value) for row in book[README.among(LANGS, " ")].iter_rows()]
    assert all(zh.value and en and zh.value != en for zh, en in rows)
    targets = {zh.hyperlink.location or zh.hyperlink.ref for zh, _ in rows if zh.hyperlink}
    heights = book[README.among(LANGS, " ")].row_dimensions
    long = max(range(len(rows)), key=lambda n: len(rows[n][1]))
    assert heights[long + 1].height > 25  # or its second line would lie over the next row
    assert len([zh for zh, _ in rows if zh.hyperlink]) == len(workbooks.tiny()[0].tables) and targets


@pytest.mark.this_portal
def test_rows_are_as_high_as_their_texts_and_print_on_a4_across(exported):
    _, book = exported
    for sheet in book.worksheets[1:-3]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == (
            9,
            "landscape",
            1 if sheet.max_column < 15 else 2,  # else type would be too small to read
        )
        assert sheet.print_options.gridLines and sheet.page_margins.left <= 0.4
        widths = {letter: each.width for letter, each in sheet.column_dimensions.items()}
        assert all(9 <= width <= 44 for width in widths.values()), widths
        filled = [row for row in range(FIRST_ROW, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, str)]
        assert all(15 <= sheet.row_dimensions[row].height <= 120 for row in filled)
    heights = {
        sheet.row_dimensions[row].height for sheet in book.worksheets[1:-3] for row in range(FIRST_ROW, FIRST_ROW + 60)
    }
    assert len(heights - {None}) > 1
