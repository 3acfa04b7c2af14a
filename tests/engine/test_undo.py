"""What a command changes is whole whatever is killed when, and can be taken back without knowing Git."""

import json
import shutil
from functools import cache
from unittest.mock import patch

import pytest
from bad_workbooks import TINY, adding, both, edited, setting
from workbooks import exported

from ipportal.base import journal
from ipportal.cli import main
from ipportal.data.ledger import LEDGER, defend, read_ledger
from ipportal.data.packages import read_packages
from ipportal.files.package_files import package_files
from ipportal.loading import load
from ipportal.office import release
from ipportal.office.release import draft_release
from support.killed import killed_at, operations

PACKAGES = {package.name for package in read_packages(TINY)}


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch):
    """A killed process leaves what it wrote to the system; waiting for the disk would only cost time."""
    monkeypatch.setattr("os.fsync", lambda handle: None)


@pytest.fixture
def root(tmp_path):
    shutil.copytree(TINY, tmp_path / "portal", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "portal"


def state(root):
    found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
    return {path: file.read_bytes() for path, file in found.items() if not path.startswith((".c", "."))}


def run(root, *words):
    return main([*words, "--root", str(root), "--lang", "en"])


def test_an_import_is_taken_back_with_the_pages_it_made(root, tmp_path, capsys):
    before = state(root)
    workbook = tmp_path / "new.xlsx"
    workbook.write_bytes(edited(exported(read_packages(root)), adding()))
    assert run(root, "workbook", "import", str(workbook)) == 0
    assert state(root) != before
    assert run(root, "undo", "--list") == 0
    assert "workbook import" in capsys.readouterr().out
    assert state(root) != before, "listing changes nothing"
    assert run(root, "undo") == 0
    assert state(root) == before
    assert run(root, "undo") == 1
    assert "[undo-nothing]" in capsys.readouterr().err
    assert run(root, "undo", "--list") == 0
    assert capsys.readouterr().out == "there is nothing to undo\n"


def test_a_release_is_taken_back(root, capsys):
    before = state(root)
    assert run(root, "release", "--all") == 0
    made = state(root)
    assert made.keys() - before.keys() >= {"releases/ledger.json"}
    assert run(root, "check") == 0
    assert run(root, "undo") == 0
    assert state(root) == before
    assert run(root, "release", "--all") == 0
    assert state(root) == made, "the same once more"


def test_what_was_published_stays(root, tmp_path, capsys):
    assert run(root, "release", "indicators") == 0
    journal.note_built(root)
    journal.note_published(root)
    made = state(root)
    assert run(root, "undo") == 1
    assert "[undo-published]" in capsys.readouterr().err
    assert state(root) == made


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A portal beside what its first release of every package needs: all is read, nothing is written."""
    folder = tmp_path_factory.mktemp("release")
    shutil.copytree(TINY, folder / "portal", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    root = folder / "portal"
    portal = load(root)
    drafts = [(draft_release(portal, root, name), {}) for name in portal.packages]
    made = cache(lambda name: package_files(portal, portal.packages[name]))

    def work():
        # to make the bytes takes a second and changes no file: once is enough
        with patch.object(release, "package_files", lambda _, package: made(package.name)):
            release.perform(portal, root, drafts)

    before = state(root)
    work()
    journal.take_back(root)
    assert state(root) == before
    return root, work, before


def whole_after_a_kill(prepared, operation):
    root, work, before = prepared
    assert killed_at(work, operation)
    journal.settle(root)
    made = state(root) != before
    if made:
        assert {draft["package"] for draft in json.loads((root / LEDGER).read_bytes())["releases"]} == PACKAGES
        assert defend(root, read_ledger(root), read_packages(root)) == []
        journal.take_back(root)
    assert state(root) == before
    return made


def test_a_release_killed_on_its_way_is_there_or_not(prepared):
    """A sample of all its file operations; every one of them is tried at night."""
    count = operations(prepared[1])
    journal.take_back(prepared[0])
    made = [whole_after_a_kill(prepared, count * part // 8) for part in range(8)]
    assert made == sorted(made) and {True, False} == set(made)


@pytest.mark.slow
def test_a_release_killed_anywhere_is_there_or_not(prepared):
    count = operations(prepared[1])
    journal.take_back(prepared[0])
    made = [whole_after_a_kill(prepared, operation) for operation in range(count)]
    assert made == sorted(made) and {True, False} == set(made)


@pytest.mark.parametrize("text", ["[" * 200_000, "[]", '{"releases": [1]}', '{"releases": [{"files": []}]}'])
def test_a_damaged_ledger_is_told(root, text, capsys):
    (root / "releases").mkdir(exist_ok=True)
    (root / LEDGER).write_text(text, encoding="utf-8")
    assert run(root, "check") == 1
    assert "[release-ledger-broken]" in "".join(capsys.readouterr())


def imported(root, tmp_path, change, name="indicators"):
    workbook = tmp_path / "new.xlsx"
    workbook.write_bytes(edited(exported(read_packages(root), name=name), change))
    assert run(root, "workbook", "import", str(workbook), "--later") == 0


OBSERVATIONS = "datapackages/indicators/data/observations.csv"


def test_an_earlier_change_is_taken_back_and_later_ones_stay(root, tmp_path, capsys):
    before = (root / OBSERVATIONS).read_bytes()
    imported(root, tmp_path, adding())
    imported(root, tmp_path, setting("观测值", "E5", 801))
    assert run(root, "undo", "1") == 0
    assert (root / OBSERVATIONS).read_bytes() == before.replace(b",2020,plan,800,", b",2020,plan,801,")
    assert run(root, "undo", "--list") == 0
    assert "3 · ipportal undo · " in capsys.readouterr().out
    assert run(root, "undo") == 0, "an undoing is undone as well"
    assert b",2022,plan,200," in (root / OBSERVATIONS).read_bytes()


def test_an_earlier_change_on_which_a_later_one_stands_is_kept(root, tmp_path, capsys):
    imported(root, tmp_path, setting("观测值", "E5", 801))
    imported(root, tmp_path, setting("观测值", "E5", 802))
    now = state(root)
    assert run(root, "undo", "1") == 1
    told = capsys.readouterr().err
    assert "[undo-stands]" in told and str(journal.changes(root)[1].when)[:16] in told and state(root) == now
    assert run(root, "undo", "7") == 1 and "[undo-unknown]" in capsys.readouterr().err


def test_an_earlier_change_that_other_data_need_is_kept(root, tmp_path, capsys):
    def source(book):
        row = [cell.value for cell in book["来源"][5]]
        for column, text in enumerate(["zz-new", *row[1:]], 1):
            book["来源"].cell(8, column, text)

    imported(root, tmp_path, both(source, adding(J="zz-new", M="plan")))
    imported(root, tmp_path, adding(C="2023", E=210, J="zz-new", M="plan"))
    now = state(root)
    assert run(root, "undo", "1") == 1
    assert "[undo-stands]" in capsys.readouterr().err and state(root) == now


def test_what_is_public_is_not_taken_back_by_its_number(root, tmp_path, capsys):
    imported(root, tmp_path, adding())
    journal.note_built(root)
    journal.note_published(root)
    imported(root, tmp_path, setting("观测值", "E5", 801))
    assert run(root, "undo", "1") == 1 and "[undo-published]" in capsys.readouterr().err
