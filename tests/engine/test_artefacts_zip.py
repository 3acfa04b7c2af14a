"""ZIPs: the same bytes everywhere, readable by all, each a research object that lists what it holds."""

import datetime
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace

from openpyxl import Workbook, load_workbook

from ipportal.base.text import Text
from ipportal.data.model import FrozenFile, Release
from ipportal.files.package_files import PackageFiles, package_files
from ipportal.files.package_workbook import package_workbook
from ipportal.files.plainfiles import repacked, zip_files
from support.portals import tiny_portal

TINY = tiny_portal()
FILES = {"b.txt": b"b" * 999, "名.csv": "年份,数值\n".encode() * 500, "a/none": b"", "short": b"x"}


def test_the_same_bytes_on_every_machine():
    packed = zip_files(FILES)
    assert packed == zip_files(dict(reversed(FILES.items())))
    # made elsewhere: where these bytes change, the releases of one portal differ by who makes them
    assert hashlib.sha256(packed).hexdigest() == "3e6d2adac9471eef7c2500545b537d11e82b66541c013ee27642b908b8252c6d"


def test_what_is_packed_comes_out_again():
    with zipfile.ZipFile(io.BytesIO(zip_files(FILES))) as archive:
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == FILES
        assert archive.namelist() == sorted(FILES)
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == 0o100644
            assert entry.compress_size <= entry.file_size


def test_a_sheet_says_how_far_it_goes_and_has_every_row_once():
    for package in TINY.packages.values():
        workbook = package_workbook(TINY, package)
        sheets = load_workbook(io.BytesIO(workbook), read_only=True)
        for table in package.tables.values():
            sheet = sheets[table.name[:31]]
            assert (sheet.max_column, sheet.max_row) == (len(table.fields), len(table.rows) + 1)
        with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
            for name in parts.namelist():
                rows = re.findall(rb'<row r="(\d+)"', parts.read(name))
                assert len(rows) == len(set(rows)), name


def test_a_workbook_is_the_same_but_for_its_time():
    book, sink = Workbook(), io.BytesIO()
    book.active.append(["数", 1])
    book.save(sink)
    day = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
    again = repacked(sink.getvalue(), day)
    assert again == repacked(again, day)
    opened = load_workbook(io.BytesIO(again))
    assert [[cell.value for cell in row] for row in opened.active.rows] == [["数", 1]]
    assert opened.properties.modified == day.replace(tzinfo=None)
    with zipfile.ZipFile(sink) as old, zipfile.ZipFile(io.BytesIO(again)) as new:
        assert old.namelist() == new.namelist()


def test_a_zip_is_a_research_object():
    tiny = tiny_portal()
    package = tiny.packages["indicators"]
    files = package_files(tiny, package)
    with zipfile.ZipFile(io.BytesIO(files["data/indicators.zip"])) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    crate = json.loads(inside["ro-crate-metadata.json"])
    nodes = {node["@id"]: node for node in crate["@graph"]}
    assert len(nodes) == len(crate["@graph"])
    about, root = nodes["ro-crate-metadata.json"], nodes["./"]
    assert (about["about"], about["conformsTo"]["@id"]) == ({"@id": "./"}, "https://w3id.org/ro/crate/1.2")
    assert {part["@id"] for part in root["hasPart"]} == inside.keys() - {"ro-crate-metadata.json"}
    for name in inside.keys() - {"ro-crate-metadata.json", "SHA256SUMS"}:
        assert nodes[name]["sha256"] == hashlib.sha256(inside[name]).hexdigest(), name
        assert nodes[name]["contentSize"] == str(len(inside[name])), name
    assert {root["version"], root["datePublished"]} == {package.version, package.modified}
    assert package.title.zh in root["name"] and package.title.en in root["name"]
    told = [value for node in nodes.values() for value in node.values()]
    links = [value for value in told if isinstance(value, dict) and value["@id"] != "https://w3id.org/ro/crate/1.2"]
    assert links and all(link["@id"] in nodes for link in links)


def test_a_package_as_released_keeps_the_zip_of_its_release(tmp_path):
    """What is put into ZIPs from now on is put into those of the next release."""
    tiny = tiny_portal()
    package = tiny.packages["indicators"]
    place, zip_name = f"releases/indicators/{package.version}", f"indicators-{package.version}.zip"
    frozen = b"as it was packed then"
    file = FrozenFile(zip_name, len(frozen), hashlib.sha256(frozen).hexdigest())
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / zip_name).write_bytes(frozen)
    release = Release("indicators", package.version, "2026-01-01", Text("", ""), Text("", ""), "", (file,), ())
    released = replace(tiny, releases=(release,))
    assert PackageFiles(released, tmp_path)["indicators"]["data/indicators.zip"] == frozen
    edited = replace(package, version=f"{package.version}+unreleased")
    later = replace(released, packages=tiny.packages | {"indicators": edited})
    assert zipfile.is_zipfile(io.BytesIO(PackageFiles(later, tmp_path)["indicators"]["data/indicators.zip"]))
