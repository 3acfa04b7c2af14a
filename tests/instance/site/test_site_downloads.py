"""Every download of the finished site, opened with the tools readers use, holds exactly the rows of the CSV."""

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from openpyxl import load_workbook

from support.descriptions import complete
from support.tree import Tree

pytestmark = pytest.mark.site

ROOT = Path(__file__).resolve().parents[3]
DESCRIPTORS = sorted((ROOT / "datapackages").glob("*/datapackage.json"))
TABLES = [
    pytest.param(descriptor.parent, resource, id=f"{descriptor.parent.name}-{resource['name']}")
    for descriptor in DESCRIPTORS
    for resource in complete(descriptor)["resources"]
]
Row = dict[str, object]


def plain(value: object, kind: str) -> object:
    """A cell in the one form all formats can be compared in: numbers as float, the rest as text, nothing as ''."""
    if value is None or value == "":
        return ""
    if kind in {"number", "integer", "year"}:
        return float(str(value))
    if kind == "boolean":
        return {"yes": "true", "no": "false"}.get(str(value), str(value).lower())
    return value.isoformat()[:10] if isinstance(value, datetime | date) else str(value)


def rows(raw: list[Row], kinds: dict[str, str]) -> list[Row]:
    """The rows with only the table's own columns, in plain form."""
    return [{name: plain(row[name], kind) for name, kind in kinds.items()} for row in raw]


def from_workbook(file: Path, sheet: str, columns: list[str]) -> list[Row]:
    """The rows of a sheet below the line that carries the column names."""
    lines = [list(line)[: len(columns)] for line in load_workbook(file, read_only=True)[sheet].values]
    head = lines.index(columns)
    return [dict(zip(columns, line, strict=True)) for line in lines[head + 1 :]]


@pytest.mark.parametrize(("package", "resource"), TABLES)
def test_every_format_holds_the_same_rows(tree: Tree, package: Path, resource: dict) -> None:
    name, published = resource["name"], tree.root / "data" / package.name
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    source = (package / resource["path"]).read_bytes()
    expected = rows(list(csv.DictReader(io.StringIO(source.decode("utf-8-sig")))), kinds)
    assert expected
    assert (published / f"{name}.csv").read_bytes() == source
    in_json = json.loads((published / f"{name}.json").read_text(encoding="utf-8"))["data"]
    assert rows(in_json, kinds) == expected
    assert rows(pyarrow.parquet.read_table(published / f"{name}.parquet").to_pylist(), kinds) == expected
    assert rows(from_workbook(published / f"{package.name}.xlsx", name, list(kinds)), kinds) == expected
    with zipfile.ZipFile(tree.root / "data" / f"{package.name}.zip") as packed:
        (inside,) = [entry for entry in packed.namelist() if Path(entry).name == f"{name}.csv"]
        assert packed.read(inside) == source


@pytest.mark.any_portal
def test_sums_and_sizes_are_true_and_nothing_is_unlisted(tree: Tree) -> None:
    data = tree.root / "data"
    entries = json.loads((data / "manifest.json").read_text(encoding="utf-8"))["files"]
    lines = (data / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = dict(reversed(line.split(maxsplit=1)) for line in lines)
    faults = []
    for entry in entries:
        content = (tree.root / entry["path"]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if (len(content), digest) != (entry["bytes"], entry["sha256"]):
            faults.append(f"{entry['path']}: not as the manifest says")
        if sums.get(entry["path"].removeprefix("data/"), digest) != digest:
            faults.append(f"{entry['path']}: not as SHA256SUMS says")
    there = {file.relative_to(tree.root).as_posix() for file in data.rglob("*") if file.is_file()}
    # the pages of frozen versions stand beside their files
    pages = {name for name in there if re.fullmatch(r"data/[a-z-]+/\d+\.\d+\.\d+/index\.html", name)}
    listed = {entry["path"] for entry in entries} | pages
    faults += [f"{name}: not in the manifest" for name in there - listed - {"data/manifest.json", "data/SHA256SUMS"}]
    assert set(sums) <= {name.removeprefix("data/") for name in there}
    assert entries and sums and not faults, "\n".join(faults)
