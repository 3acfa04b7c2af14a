"""Tables that come as ODS or CSV: read like a workbook of Excel, told at their own cells, and as safely."""

import io
import zipfile
from xml.sax.saxutils import escape

import bad_workbooks as bad
import pytest
import workbooks
from openpyxl import load_workbook

from ipportal.data.packages import read_packages

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
KINDS = ("office", "table", "text")
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in KINDS)
MIME = "application/vnd.oasis.opendocument.spreadsheet"
#: A cell as LibreOffice writes one, by kind; a row may be added to the observations with it as its value
VALUE = '<table:table-cell office:value-type="float" office:value="200"><text:p>200</text:p></table:table-cell>'
ROW = ("grants", "sample-zone", "2022", "plan", VALUE, "", "exact", "final", "sample-report-2022", "表1", "Table 1",
       "official", "", "", "total")  # fmt: skip


def cell(value):
    if value is None:
        return "<table:table-cell/>"
    if str(value).startswith("<table:"):
        return value
    kind = f'"float" office:value="{value}"' if isinstance(value, (int, float)) else '"string"'
    return f"<table:table-cell office:value-type={kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def line(cells, **about):
    told = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in about.items())
    return f"<table:table-row{told}>{''.join(map(cell, cells))}</table:table-row>"


def ods(*added, base="export", parts=None, **about):
    """The export as an ODS, with rows added to the observations."""
    sheets = []
    for sheet in load_workbook(io.BytesIO(workbooks.sound(base))).worksheets:
        rows = [line([each if not str(each).startswith("=") else None for each in row])
                for row in sheet.iter_rows(values_only=True)]  # fmt: skip
        if sheet.title == "观测值":
            keys = [each.value for each in sheet[2]]
            filled = max(n for n, row in enumerate(sheet.iter_rows(values_only=True), 1) if row[0])
            rows = rows[:filled]
            for row in added:
                named = dict(zip((key for key in keys if key != "(unit)"), row, strict=True))
                rows.append(line([named.get(key) or None for key in keys], **about))
            rows.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
                        ' table:number-columns-repeated="16384"/></table:table-row>')  # fmt: skip
        sheets.append(f'<table:table table:name="{sheet.title}">{"".join(rows)}</table:table>')
    body = f"<office:document-content {SPACES}><office:body>{''.join(sheets)}</office:body></office:document-content>"
    return packed({"mimetype": MIME, "META-INF/manifest.xml": "<m/>", "content.xml": body} | (parts or {}))


def packed(parts):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return sink.getvalue()


def taken(data, name="新数.ods", raw=None, **options):
    return workbooks.import_workbook(data, name, raw or workbooks.tiny(), workbooks.rules, **options)


def codes(done):
    return [(problem.code, problem.where.cell) for problem in done.problems]


@pytest.mark.parametrize("mode", ["export", "template"])
def test_an_unchanged_ods_changes_nothing(mode):
    done = taken(ods(base=mode))
    assert (done.problems, done.edits, done.notes) == ((), (), ())


def with_value(attributes, shown="200"):
    value = f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"
    return [value if each == VALUE else each for each in ROW]


@pytest.mark.parametrize(
    ("attributes", "shown", "found"),
    [
        ('office:value-type="float" office:value="200"', "200", "200"),
        ('office:value-type="currency" office:value="200"', "¥200", "200"),
        ('office:value-type="string"', '2<text:span>00</text:span>', "200"),
        ('table:formula="of:=SUM([.E5:.E6])" office:value-type="float" office:value="200"', "200", "200"),
        ('office:value-type="percentage" office:value="0.5"', "50%", "workbook-percent"),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE", "workbook-true-false"),
        ('office:value-type="date" office:date-value="2022-03-05"', "2022-03-05", "workbook-date"),
        ("table:formula=\"of:=['file:///x.ods'#$A.A1]\" office:value-type=\"float\" office:value=\"2\"", "2",
         "workbook-formula-outside"),
    ],
)  # fmt: skip
def test_cells_are_read_as_in_excel(attributes, shown, found):
    done = taken(ods(with_value(attributes, shown)))
    told = [problem.code for problem in done.problems] or [edit.new["value"] for edit in done.edits]
    assert told == [found]


def test_a_date_of_an_ods_is_a_period_where_one_is_meant():
    day = '<table:table-cell office:value-type="date" office:date-value="2022-06-01"><text:p>2022-06</text:p>'
    row = [f"{day}</table:table-cell>" if each == "2022" else each for each in ROW]
    assert [edit.new["period"] for edit in taken(ods(row)).edits] == ["2022-06"]


def test_merged_hidden_and_repeated_cells_of_an_ods_are_told():
    spanned = '<table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>甲</text:p>'
    row = [f"{spanned}</table:table-cell>" if each == "表1" else each for each in ROW]
    assert "workbook-merged" in [code for code, _ in codes(taken(ods(row)))]
    assert ("workbook-hidden", "观测值!A15") in codes(taken(ods(ROW, visibility="filter")))
    assert "row-repeated" in [code for code, _ in codes(taken(ods(ROW, number_rows_repeated="2")))]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ods(parts={"Basic/Standard/x.xml": "<x/>"}), "workbook-macros"),
        (ods(parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "workbook-password"),
        (ods(parts={"content.xml": "<!DOCTYPE x><x/>"}), "workbook-entity"),
        (ods(parts={"content.xml": "<x"}), "workbook-broken"),
        (ods(ROW, number_rows_repeated="900000"), "workbook-too-big"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "workbook-not-xlsx"),
    ],
)
def test_an_ods_that_is_not_safe_is_refused(data, code):
    done = taken(data)
    assert [each for each, _ in codes(done)] == [code] and not done.opened


def csv(*edits, name="observations"):
    text = (bad.TINY / f"datapackages/indicators/data/{name}.csv").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


CHANGED = ("grants,sample-zone,2020,plan,100,", "grants,sample-zone,2020,plan,101,")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_comes_back_as_csv_in_what_chinese_excel_writes(encoding):
    assert taken(csv().encode(encoding), "observations.csv").edits == ()
    done = taken(csv(CHANGED).replace("\n", "\r\n").encode(encoding), "新 observations (1).csv")
    assert [(edit.sign, edit.new["value"]) for edit in done.edits] == [("~", "101")] and not done.problems


def test_faults_of_a_csv_are_told_at_its_own_cells():
    done = taken(csv((CHANGED[0], "grants,sample-zone,2020,plan,100件,")).encode(), "observations.csv")
    assert codes(done) == [("cell-unit", "observations!E3")]
    assert "value" in done.problems[0].message("zh") or done.problems[0].where.column == "E"
    gone = csv((csv().splitlines()[3] + "\n", ""))
    assert [code for code, _ in codes(taken(gone.encode(), "observations.csv"))] == ["workbook-removed"]
    renamed = csv(("indicator,area,", "indicator,place,"))
    assert codes(taken(renamed.encode(), "observations.csv")) == [("workbook-columns", "observations!B1")]


def test_a_csv_of_sources_is_that_of_the_package_it_comes_from():
    raw = read_packages(bad.TINY)
    for package in ("indicators", "plan"):
        data = (bad.TINY / f"datapackages/{package}/data/sources.csv").read_bytes()
        assert workbooks.import_workbook(data, "sources.csv", raw, lambda packages: []).package == package


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\x00", b'"open\n' * 3])
def test_what_is_no_table_of_ours_is_refused(data):
    done = taken(data, "其他.csv")
    assert {code for code, _ in codes(done)} < {"workbook-foreign", "workbook-broken"} and codes(done)
