"""The lines on the pages about analysis run as shown, and derive every verdict again from the published tables."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from lxml import etree
from test_recompute import WORLDS

from ipportal.base.text import LANGS
from ipportal.files.analysis import analysis_package
from ipportal.files.package_files import package_tables
from ipportal.files.package_workbook import package_workbook
from ipportal.pages import MACROS
from ipportal.pages.view import View
from support.portals import real_portal, second_portal, tiny_portal

pytestmark = pytest.mark.this_portal

TINY = tiny_portal()
PORTALS = {"tiny": TINY, "second": second_portal(), "real": real_portal()}
PORTALS |= {name: replace(world, packages=TINY.packages) for name, (world, _) in WORLDS.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A function that gives the address of the published tables of a portal, written once."""
    written = {}

    def address(name):
        if name not in written:
            root = written[name] = tmp_path_factory.mktemp("site")
            portal = PORTALS[name]
            for package in (*portal.packages.values(), analysis_package(portal)):
                place = root / "data" / package.name
                place.mkdir(parents=True)
                for file, data in package_tables(portal, package).items():
                    (place / file).write_bytes(data)
        return written[name]

    return address


def lines(name, macro, tool, *given, lang="zh"):
    """The lines of a block of code for a tool."""
    html = etree.HTML(str(MACROS[macro](View(PORTALS[name], lang, "datasets/analysis.md"), *given)))
    return "".join(html.xpath(f"//p[b='{tool}']/following-sibling::pre[1]/code//text()"))


def run(code, root, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    exec(compile(code.replace("http://localhost:8000/", f"file://{root}/"), "code", "exec"), {})
    return capsys.readouterr().out


def count(name):
    return len(analysis_package(PORTALS[name]).tables["verdicts"].rows)


@pytest.mark.parametrize("name", PORTALS)
def test_pandas_judges_every_target_again(name, folder, capsys, monkeypatch, tmp_path):
    told = run(lines(name, "verdict_code", "pandas"), folder(name), capsys, monkeypatch, tmp_path)
    assert told == f"{count(name)} 个判断，不同的有 0\n"


@pytest.mark.parametrize("name", PORTALS)
def test_duckdb_judges_every_target_again(name, folder, capsys, monkeypatch, tmp_path):
    told = run(lines(name, "verdict_code", "DuckDB"), folder(name), capsys, monkeypatch, tmp_path)
    assert re.findall(r"│ +(\d+) │ +(\d+) │", told) == [(str(count(name)), "0")]


def test_a_verdict_that_does_not_follow_is_seen(folder, capsys, monkeypatch, tmp_path):
    root = tmp_path / "spoilt"
    shutil.copytree(folder("real"), root)
    verdicts = root / "data/analysis/verdicts.csv"
    told = verdicts.read_text(encoding="utf-8")
    verdicts.write_text(told.replace(",closed-unpublished,", ",met,", 1), encoding="utf-8")
    told = run(lines("real", "verdict_code", "pandas", lang="en"), root, capsys, monkeypatch, tmp_path)
    assert told == f"{count('real')} verdicts, of which differ: 1\n"


@pytest.mark.parametrize("lang", LANGS)
def test_about_twenty_lines_are_enough(lang):
    for tool in ("pandas", "R", "DuckDB"):
        shown = lines("real", "verdict_code", tool, lang=lang).splitlines()
        assert len(shown) <= 24
        assert max(map(len, shown)) <= 125


def test_the_latest_values_are_found_among_the_observations(folder, capsys, monkeypatch, tmp_path):
    for name in ("tiny", "second", "real"):
        told = run(lines(name, "values_code", "Python"), folder(name), capsys, monkeypatch, tmp_path)
        assert re.match(r"[1-9]\d* 个目标有最新数值，与判断所用不同的有 0\n", told), told


def test_places_are_compared_within_one_definition(folder, capsys, monkeypatch, tmp_path):
    shown = lines("real", "places_code", "Python", "invention-grants", lang="en")
    told = run(shown, folder("real"), capsys, monkeypatch, tmp_path)
    assert "572.0" in told
    assert "Wuhan Economic" in told


def test_evidence_is_counted_for_every_measure(folder, capsys, monkeypatch, tmp_path):
    told = run(lines("real", "evidence_code", "Python", lang="en"), folder("real"), capsys, monkeypatch, tmp_path)
    assert all(measure.title.en in told for measure in PORTALS["real"].measures.values())
    counted = {row.measure for row in PORTALS["real"].updates if row.grade in ("outcome", "action", "report")}
    silent = len(PORTALS["real"].measures) - len(counted)
    assert f"\n{silent} measures without published progress\n" in told


EXAMPLES = {
    "verdict_code": ("R", (), "49 verdicts, of which differ: 0"),
    "values_code": ("R", (), "unlike that of the verdict: 0"),
    "places_code": ("R", ("invention-grants",), "572"),
    "evidence_code": ("R", (), "measures without published progress"),
}


@pytest.mark.slow
@pytest.mark.parametrize("macro", EXAMPLES)
def test_the_lines_for_r_run_as_shown(macro, folder):
    tool, given, wanted = EXAMPLES[macro]
    code = lines("real", macro, tool, *given, lang="en").replace("http://localhost:8000/", f"file://{folder('real')}/")
    assert shutil.which("Rscript"), "R is missing: run scripts/setup_browser.py"
    ran = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert wanted in ran.stdout


def in_libreoffice(book, folder):
    """The cells of a workbook as LibreOffice reads and computes them: {sheet: rows}."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing: run scripts/setup_browser.py --slow"
    source = folder / "book.xlsx"
    book.save(source)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "out"]
    subprocess.run([*command, source], check=True, capture_output=True, timeout=180)
    read = openpyxl.load_workbook(folder / "out/book.xlsx", data_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in read.worksheets}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["second", "real"])
def test_the_formulas_judge_every_target_again_in_libreoffice(name, tmp_path):
    portal = PORTALS[name]
    book = openpyxl.load_workbook(BytesIO(package_workbook(portal, analysis_package(portal))))
    sheet, formulas = book["verdicts"], lines(name, "verdict_code", "电子表格").splitlines()
    first = sheet.max_column + 1
    for row in range(2, count(name) + 2):
        for column, formula in enumerate(formulas, first):
            sheet.cell(row, column, re.sub(r"(?<=[A-Z])2\b", str(row), formula))
    head, *rows = in_libreoffice(book, tmp_path)["verdicts"]
    state = head.index("state")
    assert [row[first + 1] for row in rows] == [row[state] for row in rows]
    assert any(isinstance(row[first], float) for row in rows)


@pytest.mark.slow
def test_workbooks_open_in_libreoffice_with_every_cell(tmp_path):
    for package in TINY.packages.values():
        book = openpyxl.load_workbook(BytesIO(package_workbook(TINY, package)))
        there = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
        (tmp_path / package.name).mkdir()
        read = in_libreoffice(book, tmp_path / package.name)
        assert json.dumps(read, default=str) == json.dumps(there, default=str)
