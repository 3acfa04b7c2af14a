"""Sign-off sheets: made of what nobody signed, approved step by step, and matched with the tables before a release."""

import json
import shutil

import bad_workbooks as bad
import pytest
import workbooks

from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check_official, signoff
from ipportal.rules.signoff import mark_of, read_sheets, sum_of
from support.copies import edit

OBSERVATIONS = "datapackages/indicators/data/observations.csv"


@pytest.fixture
def root(released):
    with (released / "portal.toml").open("a", encoding="utf-8") as file:
        file.write("\n[review]\nsigned = true\n")
    return released


@pytest.fixture(scope="module")
def approved_once(frozen_tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("signed") / "portal"
    shutil.copytree(frozen_tiny, folder)
    with (folder / "portal.toml").open("a", encoding="utf-8") as file:
        file.write("\n[review]\nsigned = true\n")
    through(folder, "A", "B", "C")
    return folder


@pytest.fixture
def approved(approved_once, tmp_path):
    """A copy of a portal whose tables are all signed off."""
    return shutil.copytree(approved_once, tmp_path / "approved")


def sign(root, *words):
    return main(["signoff", "--root", str(root), "--lang", "en", *words])


def through(root, *roles):
    """A sheet entered, checked and approved by these roles, one day after the other."""
    for day, (step, role) in enumerate(zip(signoff.STEPS, roles, strict=True), 20):
        assert sign(root, f"--{step}", role, "--on", f"2026-11-{day}") == 0


def imported(root, change):
    path = root.parent / "new.xlsx"
    path.write_bytes(bad.edited(workbooks.exported(read_packages(root)), change))
    assert main(["workbook", "import", str(path), "--root", str(root), "--later"]) == 0


def lacking(root):
    found = check_official(read_packages(root), read_settings(root))
    return [(p.code, p.where.file, p.where.column) for p in found if p.code.startswith("signoff-")]


def altered(root, change):
    path = root / read_sheets(root)[-1].file
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def test_an_official_release_needs_a_sheet_that_went_all_the_way(root, capsys):
    assert lacking(root) == [("signoff-missing", "reviews", None)]
    assert sign(root, "--entered", "statistics desk", "--on", "2026-11-20") == 0
    [sheet] = read_sheets(root)
    assert lacking(root) == [("signoff-step", sheet.file, "approved"), ("signoff-step", sheet.file, "checked")]
    capsys.readouterr()
    assert sign(root) == 0 and capsys.readouterr().out == f"{sheet.file}: waits for --checked\n"
    assert sign(root, "--approved", "head", "--on", "2026-11-21") == 1
    assert "[signoff-turn]" in capsys.readouterr().err
    assert sign(root, "--checked", "office", "--on", "2026-11-21") == 0
    assert sign(root, "--approved", "Statistics Desk", "--on", "2026-11-22") == 1
    assert sign(root, "--approved", "head", "--on", "2026-11-19") == 1
    assert capsys.readouterr().err.count("[signoff-step]") == 2
    assert sign(root, "--approved", "head", "--on", "2026-11-22") == 0
    assert lacking(root) == []
    assert sign(root, "--entered", "statistics desk", "--on", "2026-11-23") == 1
    assert "[signoff-nothing]" in capsys.readouterr().err


def test_a_portal_that_does_not_sign_is_not_asked(root):
    edit(root, "portal.toml", "signed = true", "signed = false")
    assert lacking(root) == []


def test_a_sheet_tells_what_changes_with_its_answers_and_sums(approved):
    before = sum_of((approved / OBSERVATIONS).read_bytes())
    imported(approved, bad.adding(E=80))
    assert lacking(approved) == [("signoff-missing", OBSERVATIONS, None)]
    through(approved, "A", "B", "C")
    told = read_sheets(approved)[-1].told
    [file] = told["files"]
    assert (file["path"], file["before"]) == (OBSERVATIONS, before)
    assert file["after"] == sum_of((approved / OBSERVATIONS).read_bytes())
    [line] = told["changes"]
    assert line["sign"] == "+" and line["cells"][0]["new"] == "80" and "发明专利授权量" in line["row"]["zh"]
    [answer] = told["answers"]
    assert "90" in answer["warning"]["en"] and answer["reason"]["en"] == "not answered yet"
    page = (approved / read_sheets(approved)[-1].file.replace(".json", ".zh.html")).read_text(encoding="utf-8")
    assert all(word in page for word in ("审签单", file["after"], told["mark"], "还没有答复", "2026-11-22"))
    assert lacking(approved) == []


def test_the_state_before_is_that_of_the_release_or_of_what_was_signed(root):
    imported(root, bad.setting("观测值", "E5", 801))
    through(root, "A", "B", "C")
    [first] = read_sheets(root)
    assert [[cell["old"], cell["new"]] for line in first.told["changes"] for cell in line["cells"]] == [["800", "801"]]
    edit(root, OBSERVATIONS, ",801,", ",802,")  # by hand: nothing here has kept the state before
    shutil.rmtree(root / ".changes")
    through(root, "A", "B", "C")
    second = read_sheets(root)[-1].told
    assert second["changes"] == [] and second["files"][0]["before"] in {file["after"] for file in first.told["files"]}


def test_a_new_sheet_takes_the_place_of_one_that_was_not_approved(approved):
    imported(approved, bad.adding(E=80))
    assert sign(approved, "--entered", "A", "--on", "2026-11-23") == 0
    assert sign(approved, "--entered", "A", "--on", "2026-11-24") == 1  # the same once more
    imported(approved, bad.setting("观测值", "E5", 801))
    assert sign(approved, "--entered", "A", "--on", "2026-11-24") == 0
    names = sorted(path.name for path in (approved / "reviews").iterdir())
    assert len(names) == 6 and [name.split("-")[1] for name in names] == ["0001"] * 3 + ["0002"] * 3
    assert main(["undo", "--root", str(approved)]) == 0
    assert read_sheets(approved)[-1].told["steps"]["entered"]["on"] == "2026-11-23"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda told: told["files"][0].update(rows=9), [("signoff-broken", "mark")]),
        (lambda told: told.update(mark="0"), [("signoff-broken", "mark")]),
        (lambda told: told["steps"]["approved"].update(by="a "), [("signoff-step", "approved")]),
        (lambda told: told["steps"]["checked"].update(on="2026-11-01"), [("signoff-step", "steps")]),
        (lambda told: told["steps"].pop("approved"), [("signoff-step", "approved")]),
        (lambda told: told["steps"]["checked"].update(on="soon"), [("signoff-broken", "steps › checked › on")]),
    ],
)
def test_a_sheet_that_does_not_hold_is_told_with_its_place(approved, change, expected):
    file = read_sheets(approved)[0].file
    altered(approved, change)
    assert [(code, column) for code, where, column in lacking(approved) if where == file] == expected


def test_a_file_that_is_no_sheet_is_told_at_once(approved):
    path = approved / read_sheets(approved)[0].file
    for data in (b"", b"[]", b"{", b'{"mark": 1}', b"\xff"):
        path.write_bytes(data)
        assert ("signoff-broken", path.relative_to(approved).as_posix()) in [found[:2] for found in lacking(approved)]


def test_no_change_slips_in_between_two_sheets(approved):
    imported(approved, bad.adding(E=80))
    through(approved, "A", "B", "C")

    def other(told):
        told["files"][0]["before"] = "0" * 64
        told["mark"] = mark_of(told)

    altered(approved, other)
    assert lacking(approved) == [("signoff-missing", read_sheets(approved)[-1].file, OBSERVATIONS)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--entered", " ", "--on", "2026-11-20"), "signoff-name"),
        (("--entered", "x" * 61, "--on", "2026-11-20"), "signoff-name"),
        (("--entered", "A\u202e", "--on", "2026-11-20"), "signoff-name"),
        (("--entered", "A"), "signoff-day"),
        (("--checked", "A", "--on", "2026-11-20"), "signoff-turn"),
    ],
)
def test_who_and_when_are_asked_for(root, capsys, words, code):
    assert sign(root, *words) == 1
    assert f"[{code}]" in capsys.readouterr().err and not (root / "reviews").exists()
