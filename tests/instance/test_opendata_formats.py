"""Every format holds the same table, with the right types, read by the tools researchers use."""

import io
import json
import re
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from ipportal.files.analysis import published_packages
from ipportal.files.identity import main_table, workbook_name

pytestmark = pytest.mark.no_cover  # the published files are made by a fixture, which is counted


ROOT = Path(__file__).resolve().parents[2]

TABLES = [
    (folder.name, path.stem)
    for folder in sorted((ROOT / "datapackages").iterdir())
    for path in sorted((folder / "data").glob("*.csv"))
]
KINDS = {"number": "Float64", "integer": "Int64", "boolean": "boolean", "date": "datetime64[ns]"}


def wanted(portal, package, table):
    """The table as a frame, straight from the model."""
    found = portal.packages[package].tables[table]
    columns = {}
    for field in found.fields:
        kind = KINDS.get(field.type, "string")
        values = [row[field.name] for row in found.rows]
        columns[field.name] = pd.array([float(v) if isinstance(v, Decimal) else v for v in values], dtype=kind)
    return pd.DataFrame(columns)


def same(frame, expected):
    """Equal cells, nulls in the same places, numbers as numbers."""
    assert list(frame.columns) == list(expected.columns)
    for name, kind in expected.dtypes.items():
        if kind == "boolean":  # files of text spell them as the packages do
            frame[name] = frame[name].map(lambda value: {"yes": True, "no": False}.get(value, value)).astype("boolean")
        elif kind not in ("string", "datetime64[ns]"):
            assert pd.api.types.is_numeric_dtype(frame[name]) or frame[name].isna().all(), name
    frame = frame.astype({name: "object" for name in frame.columns}).where(frame.notna(), None)
    assert_frame_equal(frame.astype(dict(expected.dtypes)), expected)


@pytest.fixture(params=TABLES, ids="/".join)
def table(request, portal, folder):
    package, name = request.param
    return folder / "data" / package, name, wanted(portal, package, name)


def test_csv_is_the_package_s_own_file(published):
    for package, table in TABLES:
        source = ROOT / "datapackages" / package / "data" / f"{table}.csv"
        assert published[f"data/{package}/{table}.csv"] == source.read_bytes()


def test_csv_in_pandas_and_polars(table):
    place, name, expected = table
    text = {column: "string" for column, kind in expected.dtypes.items() if kind == "string"}
    same(pd.read_csv(place / f"{name}.csv", dtype=text, keep_default_na=False, na_values=[""]), expected)
    schema = {column: pl.String for column in text}
    same(pl.read_csv(place / f"{name}.csv", schema_overrides=schema).to_pandas(), expected)


def test_parquet_in_pandas_polars_and_duckdb(table):
    place, name, expected = table
    path = place / f"{name}.parquet"
    same(pd.read_parquet(path), expected)
    same(pl.read_parquet(path).to_pandas(), expected)
    same(duckdb.sql(f"FROM '{path}'").df(), expected)


def test_json_in_pandas_polars_and_duckdb(table):
    place, name, expected = table
    document = json.loads((place / f"{name}.json").read_bytes())
    columns = [field["name"] for field in document["schema"]["fields"]]
    same(pd.DataFrame(document["data"], columns=columns), expected)
    same(pl.DataFrame(document["data"], schema=columns, infer_schema_length=None).to_pandas(), expected)
    if document["data"]:
        sql = f"SELECT unnest(data, recursive := true) FROM read_json('{place / f'{name}.json'}', sample_size = -1)"
        frame = duckdb.sql(sql).df().astype("object")
        assert len(frame) == len(expected)
        assert set(frame.columns) == set(columns)


@pytest.mark.parametrize("package", sorted({package for package, _ in TABLES}))
def test_workbook_in_pandas_and_polars(portal, folder, package):
    book = folder / "data" / package / f"{package}.xlsx"
    expected = {name: wanted(portal, package, name) for name in portal.packages[package].tables}
    text = {c: "string" for frame in expected.values() for c, kind in frame.dtypes.items() if kind == "string"}
    sheets = pd.read_excel(book, sheet_name=None, dtype=text, keep_default_na=False, na_values=[""])
    for name, frame in expected.items():
        same(sheets[name[:31]], frame)
    name = max(expected, key=lambda name: len(expected[name]))
    strings = {column: pl.String for column in expected[name] if column in text}
    frame = pl.read_excel(book, engine="openpyxl", table_name=f"t_{name}", schema_overrides=strings)
    same(frame.to_pandas(), expected[name])


def test_a_workbook_opens_with_the_plain_call_at_the_table_most_readers_want(portal, folder):
    for package in portal.packages.values():
        frame = pd.read_excel(folder / "data" / package.name / f"{package.name}.xlsx")
        table = main_table(package)
        assert list(frame.columns) == [field.name for field in table.fields]
        assert len(frame) == len(table.rows)
        for field in table.fields:
            if field.type in ("number", "integer") and frame[field.name].notna().any():
                assert pd.api.types.is_numeric_dtype(frame[field.name]), field.name


def test_every_table_has_a_workbook_of_its_own(portal, folder):
    for name, package in published_packages(portal).items():
        for table in package.tables.values():
            sheets = pd.read_excel(folder / "data" / name / workbook_name(package, table), sheet_name=None)
            data, *others = sheets.values()
            assert (next(iter(sheets)), len(others)) == (table.name[:31], 2)
            assert (list(data.columns), len(data)) == ([field.name for field in table.fields], len(table.rows))
            assert table.title.zh in set(others[0].iloc[:, 0])


def test_parquet_describes_its_columns(portal, folder):
    for package, name in TABLES:
        schema = pq.read_schema(folder / "data" / package / f"{name}.parquet")
        table = portal.packages[package].tables[name]
        assert schema.metadata[b"title"].decode() == table.title.zh
        for field in table.fields:
            words = schema.field(field.name).metadata
            assert words[b"title"].decode() == field.title.zh
            assert words[b"description_en"].decode() == field.description.en
            assert (b"codes" in words) == bool(field.categories)


def test_workbook_is_fit_to_read(portal, folder):
    for package in portal.packages.values():
        book = openpyxl.load_workbook(folder / "data" / package.name / f"{package.name}.xlsx")
        assert len(book.sheetnames) == len(package.tables) + 2
        for table in package.tables.values():
            sheet = book[table.name[:31]]
            assert [c.value for c in sheet[1]] == [f.name for f in table.fields]
            assert sheet.freeze_panes in ("A2", "B2")
            for cell, field in zip(sheet[1], table.fields, strict=True):
                said = (field.title.zh, field.title.en, field.description.zh, field.description.en)
                assert all(words in cell.comment.text for words in said)
                assert all(code.label.zh in cell.comment.text for code in field.categories)
            assert not any(cell.data_type in "fe" for row in sheet.iter_rows() for cell in row)
        dictionary = book[book.sheetnames[-1]]
        described = {(row[0].value, row[1].value) for row in dictionary.iter_rows(min_row=3)}
        assert described == {(t.name, f.name) for t in package.tables.values() for f in t.fields}


def test_zip_holds_everything_and_proves_itself(portal, folder, tmp_path):
    for package in portal.packages.values():
        with zipfile.ZipFile(folder / "data" / f"{package.name}.zip") as archive:
            inside = tmp_path / package.name
            archive.extractall(inside)
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {"README.md", "LICENSE.txt", "CITATION.cff", "datapackage.json"} <= {p.name for p in inside.iterdir()}
        for table in package.tables.values():
            assert (inside / f"{table.name}.csv").read_bytes() == table.data
        run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=inside, capture_output=True, check=False)
        assert run.returncode == 0, run.stdout
        readme = (inside / "README.md").read_text(encoding="utf-8")
        assert package.description.zh in readme
        assert package.description.en in readme


def test_sums_and_manifest_agree_with_the_files(folder, published):
    run = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder / "data", capture_output=True, check=False
    )
    assert run.returncode == 0, run.stdout
    entries = {e["path"]: e for e in json.loads(published["data/manifest.json"])["files"]}
    assert entries.keys() == published.keys() - {"data/manifest.json", "data/SHA256SUMS"}
    assert all(entry["bytes"] == len(published[path]) for path, entry in entries.items())


def test_no_file_names_the_machine_or_a_stand_in_address(published):
    for path, data in published.items():
        if not path.endswith((".zip", ".xlsx", ".parquet", ".png")) and "/vega." not in path:
            text = data.decode("utf-8")
            assert not re.search(r"portal\.invalid|localhost|/home/|/tmp/|file://", text), path


def test_json_numbers_are_written_as_in_the_csv(portal, published):
    rows = portal.packages["indicators"].tables["observations"].rows
    text = published["data/indicators/observations.json"].decode()
    for row in rows:
        assert f'"value": {row["value"]},' in text
    assert io.BytesIO(text.encode()).readline() == b"{\n"
