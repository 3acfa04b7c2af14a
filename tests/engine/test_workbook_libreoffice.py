"""Workbooks that LibreOffice itself opened and saved: nothing has changed where nobody changed anything."""

import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest
import workbooks
from bad_workbooks import TINY

from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.office.importing import import_book, opened
from ipportal.rules import check

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "fods": "fods:OpenDocument Spreadsheet Flat XML"}


def saved(kind, folder, *files):
    """The files as LibreOffice saves them in another form; of `ods`, as it saves that once more for Excel."""
    if kind == "ods":
        return saved("xlsx", folder, *_saved("ods", folder, *files))
    return _saved(kind, folder, *files)


def _saved(kind, folder, *files):
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing: run scripts/setup_browser.py --slow"
    profile, out = f"-env:UserInstallation=file://{folder}/profile", folder / f"as-{kind}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", FILTERS[kind], "--outdir", out, *files],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return [out / f"{file.stem}.{kind}" for file in files]


def read(path, raw, root):
    book = opened(path.read_bytes(), path.name)
    return import_book(book, path.name, raw, partial(check, settings=read_settings(root)))


@pytest.mark.parametrize("root", [ROOT, TINY], ids=["real", "tiny"])
def test_what_was_only_saved_has_not_changed(root, tmp_path):
    raw = read_packages(root)
    files = []
    for package in raw:
        files.append(tmp_path / f"{package.name}.xlsx")
        files[-1].write_bytes(workbooks.exported(raw, "export", package.name))
    for kind in ("xlsx", "ods"):
        for path in saved(kind, tmp_path, *files):
            done = read(path, raw, root)
            assert (path.name, done.problems, done.edits) == (path.name, (), ())
            assert done.package == path.stem


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_one_cell_changed_there_is_one_change_here(kind, tmp_path):
    raw = read_packages(TINY)
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbooks.exported(raw))
    (flat,) = saved("fods", tmp_path, book)
    text = flat.read_text(encoding="utf-8")
    edited, count = re.subn(r'office:value="800"([^>]*)>\s*<text:p>800<', r'office:value="801"\1><text:p>801<', text)
    assert count == 1
    flat.write_text(edited, encoding="utf-8")
    (path,) = saved(kind, tmp_path, flat)
    assert path.suffix == ".xlsx"
    done = read(path, raw, TINY)
    (edit,) = done.edits
    assert (done.problems, edit.sign, edit.old["value"], edit.new["value"]) == ((), "~", "800", "801")


def test_a_workbook_saved_there_is_read_like_any_other(tmp_path):
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbooks.sound("template"))
    (path,) = saved("xlsx", tmp_path, book)
    assert workbooks.import_workbook(path.read_bytes(), path.name, workbooks.tiny(), workbooks.rules).edits == ()
