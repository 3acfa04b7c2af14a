"""Every step of the chapters for staff is carried out, as written, on copies of the portal."""

import io
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import bad_workbooks as bad
import pytest
from lxml import html
from openpyxl import load_workbook

from ipportal import cli
from ipportal.analysis.progress import zone_verdicts
from ipportal.cli import main
from ipportal.commands import serve as serve_command
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from support.copies import copy_portal

pytestmark = pytest.mark.this_portal

ROOT = Path(__file__).resolve().parents[2]
LANGS = ("zh", "en")
#: Exit code after Ctrl-C, the only way to end a preview
INTERRUPTED = 130


def page(lang, name):
    return (ROOT / "scripts/ipportal/docs" / lang / "handbook" / name).read_text(encoding="utf-8")


def commands(text):
    """Every command of a page, in its order, each once."""
    found = re.findall(r"(?:^ *|`)(ipportal [^`\n]+?)(?:`|$)", text, re.MULTILINE)
    return list(dict.fromkeys(found))


# --- ten minutes for a new year ---------------------------------------------------------------------------------


@pytest.fixture
def real_copy(tmp_path):
    """The real portal, copied and committed: nothing here may touch the original."""
    folder = copy_portal(tmp_path / "portal")
    (folder / ".gitignore").write_text("/.cache/\n/site/\n*.xlsx\n")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "before"]):
        subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)
    return folder


#: Five made-up figures for 2025: indicator → value in the indicator's unit
FIGURES = {
    "invention-grants": 1900,
    "pct-applications": 70,
    "madrid-trademarks": 50,
    "geographical-indications": 5,
    "pledge-financing": 12345,
}
SOURCE = {
    "A": "made-up-bulletin-2026", "B": "虚构公报，2026-03", "C": "Made-up bulletin, Mar 2026", "D": "虚构的年度公报",
    "E": "虚构单位", "F": "A made-up office", "G": "2026年3月", "H": "https://office.example/2026", "I": "official",
    "J": "report", "K": "zh-Hans",
}  # fmt: skip


def fill_in(path):
    """What a person does in Excel: one new source, five new rows, all choices taken from the lists."""
    book = load_workbook(path)
    bad.append(book, "来源", **SOURCE)
    sheet = book["观测值"]
    names = {str(row[0].value).split(" | ")[1]: row[0].value for row in sheet.iter_rows(min_row=5) if row[0].value}
    letters = {str(cell.value): cell.column_letter for cell in sheet[2]}
    example = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == names["invention-grants"])
    qualifier = next(cell.value for cell in example if cell.column_letter == letters["qualifier"])
    for indicator, value in FIGURES.items():
        row = bad.next_row(sheet)
        cells = {
            "indicator": names[indicator], "area": "武汉经济技术开发区 | zone", "series": "total", "period": "2025",
            "basis": "规划口径 | plan", "value": value, "qualifier": qualifier, "status": "final",
            "source": "虚构公报，2026-03 | made-up-bulletin-2026", "locator_zh": "表1", "locator_en": "Table 1",
            "confidence": "official",
        }  # fmt: skip
        for column, text in cells.items():
            sheet[f"{letters[column]}{row}"] = text
    book.save(path)


def states(root):
    portal = build_portal(read_packages(root), read_settings(root))
    return {indicator: zone_verdicts(portal, indicator)[0].state.id for indicator in FIGURES}


class Visitor:
    """Takes the place of the web server: looks at some pages of the preview, then presses Ctrl-C."""

    server_port = 8000

    def __init__(self, preview):
        self.preview = preview

    def serve_forever(self):
        SEEN.update({address: self.preview.find(address).body for address in LOOKED_AT})
        raise KeyboardInterrupt

    def server_close(self):
        """There is nothing to close."""


LOOKED_AT = ("indicators/invention-grants/index.html", "en/indicators/invention-grants/index.html")
SEEN = {}


# The preview shows what a build writes (instance/site/test_live_preview.py); that the last step does follows at night.
@pytest.mark.parametrize("build", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.no_cover  # every part has tests of its own
def test_a_new_year_from_the_cell_to_the_verdict_on_the_page(build, real_copy, process_lives_on, monkeypatch, capsys):
    steps = commands(page("zh", "new-year.md"))
    assert steps == commands(page("en", "new-year.md"))
    assert set(states(real_copy).values()) == {"closed-unpublished"}
    done = []
    monkeypatch.chdir(real_copy)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "scripts"))
    monkeypatch.setattr(serve_command.Preview, "server", lambda preview, host, port: Visitor(preview))
    assert steps[-1] == "ipportal build"
    for step in steps if build else steps[:-1]:
        ended = main([*step.split()[1:], "--lang", "zh"])
        assert ended == (INTERRUPTED if step == "ipportal serve" else 0), capsys.readouterr()
        done.append(step.split()[1])
        if "export" in step:
            fill_in(Path("新一年.xlsx"))
    assert done == ["workbook", "workbook", "diff", "serve", *["build"] * build]
    told = capsys.readouterr().out
    assert "新增 6 行" in told
    assert "年度发明专利授权量，经开区，2025 年目标（1,700 件）：◐ 终值未公布 → ★ 超过目标" in told
    assert "indicators/invention-grants.md" in told
    assert states(real_copy) == {
        "invention-grants": "exceeded",
        "pct-applications": "missed",
        "madrid-trademarks": "met",
        "geographical-indications": "met",
        "pledge-financing": "exceeded",
    }
    if build:
        assert {address: (real_copy / "site" / address).read_bytes() for address in LOOKED_AT} == SEEN
    zh, en = (html.fromstring(SEEN[address]).text_content() for address in LOOKED_AT)
    assert "超过目标" in zh and "1,900 件" in zh and "虚构公报，2026-03" in zh
    assert "Exceeded" in en and "1,900 patents" in en and "Made-up bulletin, Mar 2026" in en
    assert "2025 年终值未公布" not in zh
    for table in ("datapackages/indicators/data", *["site/data/indicators"] * build):
        assert "\ninvention-grants,zone,2025,plan,1900,," in (real_copy / table / "observations.csv").read_text("utf-8")


# --- the chapter for staff --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_of_the_chapter_exists_and_parses(lang):
    found = commands(page(lang, "staff.md"))
    assert len(found) >= 6
    for command in found:
        words = command.split()[1:]
        cli.parse(words, "zh")


@pytest.mark.parametrize("lang", LANGS)
def test_the_chapter_names_the_icons_that_exist(lang):
    names = {path.stem for path in (ROOT / "office").glob("*.bat")}
    text = page(lang, "staff.md")
    for name in names:
        number, zh, en = re.fullmatch(r"(\d+) (\S+) (\S+)", name).groups()
        if zh != "检查":
            assert f"{number} {zh if lang == 'zh' else en}" in text


def test_the_ten_slips_are_answered_as_the_chapter_says():
    hints = {lang: set() for lang in LANGS}
    for path in bad.EXPECTED.glob("*.toml"):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["expect"]:
            for lang in LANGS:
                hints[lang].add(entry[f"hint_{lang}"])
    for lang in LANGS:
        table = page(lang, "staff.md").split("###")[1]
        rows = [
            line.strip("| ").split(" | ", 1)[1].replace("\\|", "|")
            for line in table.splitlines()
            if line.startswith("| ")
        ][1:]
        assert len(rows) == 10
        assert [row for row in rows if row not in hints[lang]] == []


@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
def test_the_pictures_are_drawn_by_their_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["handbook_pictures.py", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / "handbook_pictures.py"), run_name="__main__")
    assert ended.value.code == 0
    for lang in LANGS:
        wanted = set(re.findall(r"pictures/([\w.]+)\)", page(lang, "staff.md")))
        folder = ROOT / "scripts/ipportal/docs" / lang / "handbook" / "pictures"
        assert wanted == {path.name for path in folder.iterdir()}
        for name in wanted:
            fresh = (tmp_path / lang / "handbook" / "pictures" / name).read_bytes()
            assert fresh == (folder / name).read_bytes(), f"{name}: run python scripts/handbook_pictures.py"
            assert len(fresh) < 40_000
            ElementTree.parse(io.BytesIO(fresh))


# --- the double-click export ------------------------------------------------------------------------------------


def test_export_without_a_name_writes_every_package_and_overwrites_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for count in (6, 12):
        assert main(["workbook", "export", "--root", str(bad.TINY)]) == 0
        assert len(list(tmp_path.glob("*.xlsx"))) == count
    assert main(["workbook", "export", "no-such-package", "--root", str(bad.TINY), "--lang", "en"]) == 1
    assert "the name of a package" in capsys.readouterr().err
