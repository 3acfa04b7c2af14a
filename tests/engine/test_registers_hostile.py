"""Registers: exports as they come, and as they should not; faults with their file, row and column, the rest counted."""

import io
import os
import urllib.request

import duckdb
import openpyxl
import pytest

from ipportal.base.text import LANGS
from ipportal.data.packages import RawPackage
from ipportal.data.settings import read_settings
from ipportal.registers import editions, reading
from ipportal.registers.checking import TOLD
from support.objects import s3_server
from support.ports import free_port
from support.registers import TINY

HEAD = ("申请号", "专利名称", "专利类型", "主分类号", "申请人", "申请日", "授权公告日", "发明人")
ROW = ("201710000001.1", "一种电池", "发明专利", "H01M10/05", "示例股份有限公司", "2017.03.01", "", "张某甲")
SETTINGS = read_settings(TINY)


def row(**cells):
    return tuple(cells.get(name, usual) for name, usual in zip(HEAD, ROW, strict=True))


def text(*rows, head=HEAD, mark=",", end="\r\n"):
    return "".join(mark.join(cells) + end for cells in (head, *rows))


@pytest.fixture
def judged(tmp_path):
    """The edition of a register of patents with these files, or None, and what is wrong with them."""

    def run(files, **entry):
        for name, data in files.items():
            (tmp_path / "registers").mkdir(exist_ok=True)
            (tmp_path / "registers" / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        usual = {"name": "patents", "kind": "register", "profile": "patents", "version": "2026-11-01"}
        told = usual | {"source": ["registers/*"]} | entry
        folder = tmp_path / "datapackages/indicators"
        package = RawPackage("indicators", folder, "datapackage.json", {}, (), (), LANGS, (told,))
        found, _, problems = editions(tmp_path, [package], SETTINGS)
        return (found[0] if found else None), problems

    return run


def rows_of(edition):
    names = [column.name for column in edition.register.published]
    files = [str(edition.parquet(name)) for name in edition.partitions]
    found = duckdb.sql(f"SELECT {', '.join(names)} FROM read_parquet({files})").fetchall()
    return [dict(zip(names, each, strict=True)) for each in found]


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", ","), ("utf-8-sig", "\t"), ("gb18030", ";"), ("utf-16", ",")])
def test_an_export_is_read_whatever_its_encoding_and_marks(judged, encoding, mark):
    edition, problems = judged({"a.csv": text(("检索结果",), HEAD, ROW, head=(), mark=mark).encode(encoding)})
    assert problems == []
    assert rows_of(edition)[0]["title"] == "一种电池"
    assert edition.left == ("发明人",)


def test_sheets_and_files_become_one_register(judged):
    book = openpyxl.Workbook()
    for name, cells in (("发明", ROW), ("新型", row(申请号="201720000002.2", 专利类型="实用新型"))):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append(cells)
    sink = io.BytesIO()
    book.save(sink)
    other = ("公开号", "专利名称", "申请号", "专利种类", "申请日期", "专利权人")
    edition, problems = judged(
        {
            "a.xlsx": sink.getvalue(),
            "b.csv": text(
                ("CN100001A", "一种灯", "201810000003.3", "外观设计", "20180101", "王某；示例大学"), head=other
            ),
        }
    )
    assert problems == []
    assert dict(edition.partitions) == {"2017": 2, "2018": 1}
    assert [each["applicant"] for each in rows_of(edition)][-1] == "*; 示例大学"


FAULTS = {
    "register-required": row(专利名称='""'),
    "register-character": row(申请人="示例\u200b公司"),
    "register-wide": row(申请号="２０１７10000001.1"),
    "register-date": row(申请日="42795"),
    "register-year": row(申请日="9999-12-31"),
    "register-code": row(专利类型="发名"),
    "register-pattern": row(申请号="2.0171E+13"),
    "register-order": row(授权公告日="2016-01-01"),
}
COLUMNS = dict(
    zip(FAULTS, ("专利名称", "申请人", "申请号", "申请日", "申请日", "专利类型", "申请号", "授权公告日"), strict=True)
)


def test_every_fault_is_told_once_with_file_row_and_column_of_the_export(judged):
    edition, problems = judged({"a.csv": text(row(申请号="201710000009.9"), *FAULTS.values())})
    assert edition is None
    told = {p.code: (p.where.file, p.where.row, p.where.column) for p in problems if p.code != "register-key"}
    assert told == {code: ("registers/a.csv", at, COLUMNS[code]) for at, code in enumerate(FAULTS, 3)}
    assert len(problems) == len(FAULTS) + 6, "the last six are of the key that most rows share"


def test_what_is_no_day_is_told(judged):
    days = ("0000-00-00", "0000-01-01", "2017-02-30", "2017/13/01", "2017111", "无")
    _, problems = judged({"a.csv": text(*[row(申请号=f"20171000000{n}.1", 申请日=day) for n, day in enumerate(days)])})
    assert [(p.where.row, p.found) for p in problems] == list(enumerate(days, 2))
    assert {p.code for p in problems} == {"register-date", "register-year"}


def test_days_are_read_as_systems_spell_them(judged):
    days = ("20170301", "2017.03.01", "2017-3-1", "2017/03/01", "2017年3月1日", "2017-03-01 00:00:00")
    edition, problems = judged(
        {"a.csv": text(*[row(申请号=f"20171000000{n}.1", 申请日=day) for n, day in enumerate(days)])}
    )
    assert problems == []
    assert {str(each["application_date"]) for each in rows_of(edition)} == {"2017-03-01"}


def test_a_hundred_of_a_kind_are_told_and_the_rest_is_counted(judged):
    _, problems = judged({"a.csv": text(*[ROW] * 1_000)})
    assert {problem.code for problem in problems} == {"register-key"}
    assert len(problems) == TOLD
    assert "899" in problems[-1].hint.en
    assert problems[0].found == ROW[0]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.parquet", b"PAR1" + b"\0" * 80, "register-file"),
        ("a.parquet", b"", "register-file"),
        ("a.xlsx", b"PK\x03\x04 cut off", "register-file"),
        ("a.csv", text(ROW).encode("gb18030") + b"\xff\xff", "register-file"),
        ("a.csv", b"", "register-column"),
        ("a.csv", text(("x", "y"), head=("a", "b")), "register-column"),
        ("a.csv", text(row(专利名称='"半句'), ROW), "register-row"),
        ("a.csv", text((*ROW, "多一格"), ROW), "register-row"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(judged, name, data, code):
    edition, problems = judged({name: data})
    assert edition is None
    assert {problem.code for problem in problems} == {code}
    assert {problem.where.file for problem in problems} == {f"registers/{name}"}


def test_a_whole_parquet_is_read_and_one_cut_short_is_told(judged, tmp_path):
    table = ", ".join(f"'{cell}' AS \"{name}\"" for name, cell in zip(HEAD, ROW, strict=True))
    path = tmp_path / "whole.parquet"
    duckdb.sql(f"COPY (SELECT {table}) TO '{path}'")
    edition, problems = judged({"a.parquet": path.read_bytes()})
    assert (problems, edition.rows) == ([], 1)
    _, problems = judged({"a.parquet": path.read_bytes()[:-20]})
    assert [problem.code for problem in problems] == ["register-file"]


def test_nothing_to_read_is_a_fault(judged):
    assert [problem.code for problem in judged({}, source=["registers/none-*.csv"])[1]] == ["register-file"]


STORE = "s3://key:word@exports/registers/*.csv?endpoint_override={}&scheme=http&region=us-east-1"


def test_a_register_is_read_from_a_store_of_objects(judged, tmp_path):
    whole = text(row(), row(**{"申请号": "202110000002.1"}))
    with s3_server(tmp_path) as address:
        for place, data in (("exports", b""), ("exports/registers/1.csv", whole.encode())):
            asked = urllib.request.Request(f"{address}/{place}", data, {"Content-Type": "text/csv"}, method="PUT")
            urllib.request.urlopen(asked).close()
        edition, problems = judged({}, source=[STORE.format(address.removeprefix("http://"))])
        assert problems == [] and edition.rows == 2
        broken = STORE.format(address.removeprefix("http://")).replace("exports/", "elsewhere/")
        assert [problem.code for problem in judged({}, source=[broken])[1]] == ["register-file"]


def test_a_store_that_does_not_answer_is_told_without_keys(judged):
    for address in (STORE.format(f"127.0.0.1:{free_port()}"), "s3://"):
        edition, (problem,) = judged({}, source=[address])
        assert (edition, problem.code) == (None, "register-file")
        assert "object store" in problem.expected.en and "word" not in problem.line("en")


@pytest.mark.parametrize("limit", ["_UNPACKED", "_CELLS"])
def test_a_workbook_out_of_all_measure_is_not_read(judged, monkeypatch, limit):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.save(data := io.BytesIO())
    monkeypatch.setattr(reading, limit, 4)
    edition, (problem,) = judged({"large.xlsx": data.getvalue()})
    assert (edition, problem.code, problem.where.file) == (None, "register-file", "registers/large.xlsx")


def test_a_file_that_changes_while_it_is_read_is_told(judged, monkeypatch):
    whole = reading._encoding

    def meanwhile(path):
        found = whole(path)
        os.utime(path, ns=(1, 1))
        return found

    monkeypatch.setattr(reading, "_encoding", meanwhile)
    assert [problem.code for problem in judged({"a.csv": text(ROW)})[1]] == ["register-changed"]


NAMES = {
    "示例科技有限公司": "示例科技有限公司",
    "示例大学（本部）": "示例大学（本部）",
    "Example Motors Co., Ltd.": "Example Motors Co., Ltd.",
    "王某": "*",
    "欧阳某某": "*",
    "王某;李某、赵某": "*",
    "示例厂区管理所；王某": "示例厂区管理所; *",
    "John Example": "*",
    "华为": "*",  # bodies that do not look like one are withheld too
    "": None,
}


def test_who_does_not_look_like_a_body_is_withheld(judged):
    cells = [row(申请号=f"20171000000{n}.1", 申请人=f'"{name}"') for n, name in enumerate(NAMES)]
    edition, problems = judged({"a.csv": text(*cells)})
    assert problems == []
    assert [each["applicant"] for each in rows_of(edition)] == list(NAMES.values())
