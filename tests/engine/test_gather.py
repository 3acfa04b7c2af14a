import io
import json
import subprocess
from dataclasses import replace

import openpyxl
import pytest
from rdflib import DCAT, DCTERMS, Graph, URIRef

from ipportal.base.errors import OutputError
from ipportal.files import gather, identity, package_files
from ipportal.files.analysis import published_packages
from ipportal.files.catalogue import catalogue_files
from ipportal.files.headers import signposts
from ipportal.files.package_files import package_files as make
from ipportal.loading import load
from ipportal.pages import MACROS
from ipportal.pages.view import View
from support.portals import TINY as TINY_ROOT
from support.portals import tiny_portal

TINY = tiny_portal()

FILES = {"data/a/t.csv": b"id\n1\n", "data/a.zip": b"zip", "feed.xml": b"<feed/>"}


def test_sums_name_files_below_data_relative_to_it():
    assert gather.data_sums(FILES).decode().splitlines() == [
        "4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2  a.zip",
        "7cde7fb64fd82bd152710cf238e017b9ab46c0592483edc067ba4f6c75fac108  a/t.csv",
    ]


def test_a_place_has_coordinates_in_the_catalogue_only_where_a_source_gives_them():
    plan, outline = TINY.packages["plan"], "POLYGON((114.1 30.4, 114.3 30.4, 114.3 30.6, 114.1 30.6, 114.1 30.4))"
    given = {**plan.descriptor["spatial"], "centroid": "POINT(114.17 30.50)", "bbox": outline, "source": "made up"}
    there = replace(plan, descriptor={**plan.descriptor, "spatial": given})
    portal = replace(TINY, packages={**TINY.packages, "plan": there})
    files = catalogue_files(portal, {name: {} for name in published_packages(portal)})
    base = "https://one.example/data/catalog.ttl"
    graph = Graph().parse(data=files["data/catalog.ttl"], format="turtle", publicID=base)
    for name in published_packages(portal):
        place = URIRef(f"{base}#{name}-place")
        assert graph.value(predicate=DCTERMS.spatial, object=place, any=True)
        points = [str(graph.value(place, of)) for of in (DCAT.centroid, DCAT.bbox) if graph.value(place, of)]
        assert points == (["POINT(114.17 30.50)", outline] if name == "plan" else [])


def test_manifest_lists_every_file():
    entries = json.loads(gather.manifest(FILES))["files"]
    assert [(e["path"], e["bytes"], e["media_type"]) for e in entries] == [
        ("data/a.zip", 3, "application/zip"),
        ("data/a/t.csv", 5, "text/csv"),
        ("feed.xml", 7, "application/atom+xml"),
    ]


def test_write_makes_folders_and_sha256sum_agrees(tmp_path):
    gather.write_files({**FILES, gather.SUMS: gather.data_sums(FILES)}, tmp_path)
    run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "data", capture_output=True, check=False)
    assert run.returncode == 0, run.stdout
    (tmp_path / "data/a/t.csv").write_bytes(b"id\n2\n")
    run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "data", capture_output=True, check=False)
    assert b"a/t.csv: FAILED" in run.stdout


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/passwd", "data/../../x.txt"])
def test_write_never_leaves_the_folder(tmp_path, path):
    with pytest.raises(OutputError, match="publish-outside"):
        gather.write_files({path: b""}, tmp_path / "site")


def test_write_reports_a_disk_that_refuses(tmp_path):
    (tmp_path / "data").write_bytes(b"a file where a folder should be")
    with pytest.raises(OutputError, match="publish-unwritable"):
        gather.write_files(FILES, tmp_path)


@pytest.fixture
def made(monkeypatch):
    """The names of the packages whose files are made, one for each time."""
    names = []

    def count(portal, package):
        names.append(package.name)
        return make(portal, package)

    monkeypatch.setattr(package_files, "package_files", count)
    return names


def test_processes_of_a_build_make_the_files_of_a_package_once(tmp_path, made):
    first = dict(package_files.PackageFiles(TINY, tmp_path))
    again = dict(package_files.PackageFiles(load(TINY_ROOT), tmp_path))
    assert made == [*TINY.packages, "analysis"]
    assert [list(files.items()) for files in again.values()] == [list(files.items()) for files in first.values()]


def _elsewhere(portal):
    return replace(portal, settings=replace(portal.settings, url="https://zone.example"))


def _other_row(portal):
    package = portal.packages["cases"]
    table = package.tables["case_statistics"]
    tables = {**package.tables, "case_statistics": replace(table, data=table.data + b"\n")}
    return replace(portal, packages={**portal.packages, "cases": replace(package, tables=tables)})


@pytest.mark.parametrize("change", [_elsewhere, _other_row])
def test_files_of_another_state_are_made_afresh(tmp_path, made, change):
    package_files.PackageFiles(TINY, tmp_path)["cases"]
    other = change(TINY)
    assert package_files.PackageFiles(other, tmp_path)["cases"] == make(other, other.packages["cases"])
    assert made == ["cases"] * 2


def test_a_broken_file_among_the_kept_is_made_afresh(tmp_path, made):
    files = package_files.PackageFiles(TINY, tmp_path)["cases"]
    (kept,) = (tmp_path / package_files.CACHE / "cases").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert package_files.PackageFiles(TINY, tmp_path)["cases"] == files
    assert made == ["cases"] * 2


def test_what_a_format_cannot_hold_is_told_and_not_made(monkeypatch):
    monkeypatch.setattr(identity, "MOST_ROWS", {"json": 8, "xlsx": 9})
    told = {(each.path, each.table): each.why for each in identity.left_out(TINY.packages.values())}
    long = {(p.name, t.name): len(t.rows) for p in TINY.packages.values() for t in p.tables.values()}
    assert {path for path, _ in told} == {
        *(f"data/{package}/{table}.json" for (package, table), rows in long.items() if rows > 8),
        *(f"data/{package}/{package}.xlsx" for (package, _), rows in long.items() if rows > 9),
    }
    assert "8" in told["data/indicators/observations.json", "observations"].en
    files = package_files.package_files(TINY, TINY.packages["indicators"])
    assert "data/indicators/observations.json" not in files
    assert "data/indicators/observations.parquet" in files
    book = openpyxl.load_workbook(io.BytesIO(files["data/indicators/indicators.xlsx"]))
    assert "observations" not in book.sheetnames
    assert any("放不下 9 行" in str(cell.value) for row in book["说明 Notes"] for cell in row if cell.value)
    links = [post.target for post in signposts(TINY.settings, TINY.packages["indicators"])]
    assert "data/indicators/observations.json" not in links
    entries = json.loads(gather.manifest(FILES, identity.left_out(TINY.packages.values())))["left_out"]
    assert {"path", "table", "why"} == set(entries[0])
    page = View(TINY, "en", "datasets/indicators.md", package_files={"indicators": files, **_others()})
    shown = str(MACROS["dataset_downloads"](page, "indicators"))
    assert "Not made: <code>observations</code> (observations.json)" in shown
    assert "observations.json" not in str(MACROS["dataset_preview"](page, "indicators"))
    assert "not made, too many rows" in str(MACROS["all_downloads"](page))


def _others():
    return {name: make(TINY, package) for name, package in published_packages(TINY).items() if name != "indicators"}
