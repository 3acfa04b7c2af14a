"""Releases of the small made-up portal: compared, explained, frozen, defended."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from small_portal import settings

from ipportal.analysis.freshness import pending_changes
from ipportal.base.errors import DataError, OutputError
from ipportal.cli import main
from ipportal.data.ledger import LEDGER, next_version, read_ledger
from ipportal.files import gather
from ipportal.files.package_files import PackageFiles
from ipportal.loading import load
from ipportal.office import release
from ipportal.pages import MACROS
from ipportal.pages.view import View
from support.copies import edit

TINY = Path(__file__).resolve().parents[1] / "tiny"
OBSERVATIONS = "datapackages/indicators/data/observations.csv"
DESCRIPTOR = "datapackages/indicators/datapackage.json"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "portal"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def run(root, *arguments):
    return main(["release", *arguments, "--root", str(root), "--lang", "en"])


def explain(root, package, reason="抄录有误", reason_en="Copying error"):
    path = root / f"releases/{package}-reasons.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([rows[0], *([*row[:5], reason, reason_en] for row in rows[1:])])
    return rows


def codes(root):
    with pytest.raises(DataError) as caught:
        load(root)
    return sorted({problem.code for problem in caught.value.problems})


def test_a_frozen_file_above_the_limit_lies_beside_the_site_and_is_defended_there(root):
    portal = load(root)
    portal = replace(portal, settings=replace(portal.settings, frozen_beside_mb=0.02))
    release.perform(portal, root, [(release.draft_release(portal, root, "indicators"), {})])
    kept, beside = ({p.name: p for p in (root / home).rglob("1.0.0/*")} for home in ("releases", "releases-large"))
    assert beside and all(path.stat().st_size > 20_000 for path in beside.values())
    assert kept and all(path.stat().st_size <= 20_000 for path in kept.values())
    files = gather.release_files(load(root), root)
    assert all(files[f"data/indicators/1.0.0/{name}"] == path.read_bytes() for name, path in (kept | beside).items())
    with pytest.raises(OutputError, match="release-exists"):
        release.perform(portal, root, [(release.draft_release(portal, root, "indicators"), {})])
    next(iter(beside.values())).write_bytes(b"changed")
    assert codes(root) == ["release-file-changed"]
    shutil.rmtree(root / "releases-large")
    assert codes(root) == ["release-file-missing"]
    (root / "releases-large/indicators/1.0.0").mkdir(parents=True)
    (root / "releases-large/indicators/1.0.0/strange.csv").write_bytes(b"x")
    assert codes(root) == ["release-file-missing", "release-file-unknown"]


@pytest.mark.parametrize(
    ("version", "level", "expected"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("0.9.9", "patch", "0.9.10"),
    ],
)
def test_next_version(version, level, expected):
    assert next_version(version, level) == expected


def test_first_release_freezes_every_format(released):
    portal = load(released)
    assert {r.package for r in portal.releases} == set(portal.packages)
    frozen = {path.name for path in (released / "releases/indicators/1.0.0").iterdir()}
    assert {"datapackage.json", "indicators.xlsx", "indicators-1.0.0.zip"} <= frozen
    for ending in ("csv", "json", "parquet"):
        assert f"observations.{ending}" in frozen
    assert pending_changes(portal, released) == {}


def test_frozen_release_is_published_beside_the_newest(released, monkeypatch):
    for name in ("chart_files", "chart_workbooks", "card_files", "embed_files"):  # releases hold data, no drawings
        monkeypatch.setattr(gather, name, lambda *args: {})
    files = gather.gather_files(load(released), released)
    assert files["data/indicators/1.0.0/observations.csv"] == files["data/indicators/observations.csv"]
    assert json.loads(files["data/releases.json"]) == json.loads((released / LEDGER).read_bytes())
    descriptor = json.loads(files["data/indicators/1.0.0/datapackage.json"])
    assert descriptor["version"] == "1.0.0"


def test_nothing_to_release_twice(released, capsys):
    assert run(released, "--all") == 0
    assert capsys.readouterr().out.count("same as the last release") == 6


def test_before_the_first_release_there_is_nothing_to_compare_with(root):
    portal = load(root)
    assert pending_changes(portal, root) == {}
    assert not any(package.version.endswith("+unreleased") for package in portal.packages.values())


def test_an_edited_description_marks_the_version_too(released):
    edit(released, DESCRIPTOR, '"irregular"', '"yearly"')
    portal = load(released)
    assert portal.packages["indicators"].version == "1.0.0+unreleased"
    pending = pending_changes(portal, released)
    assert list(pending) == ["indicators"]
    assert pending["indicators"].summary.en == "Descriptions edited."
    assert run(released, "indicators") == 1
    explain(released, "indicators", "改为每年更新", "Now updated every year")
    assert run(released, "indicators") == 0
    assert load(released).packages["indicators"].version == "1.0.1"
    assert pending_changes(load(released), released) == {}


def test_pages_tell_what_was_edited_since_the_last_release(released):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    portal = load(released)
    for lang, said in (("zh", "改动 1 个数"), ("en", "1 figure changed")):
        pending = pending_changes(portal, released)
        view = View(portal, lang, "datasets/indicators.md", pending=pending)
        page = html.fromstring(str(MACROS["dataset_versions"](view, "indicators")))
        assert said in page.text_content()
        (cells,) = page.xpath("//table[caption[@id='pending-indicators']]/tbody/tr")
        assert [cell.text_content() for cell in cells.xpath("td")] == ["800", "801"]
        assert "1.0.0" in page.xpath("string(//table[caption[@id='versions-indicators']]/tbody)")
        other = html.fromstring(str(MACROS["dataset_versions"](view, "plan")))
        assert not other.xpath("//caption[@id='pending-plan']")


@pytest.mark.parametrize(("planned", "told"), [("1.1.0", True), ("1.0.0", False), ("", False)])
def test_pages_tell_which_version_edited_data_are_planned_for(released, planned, told):
    """Until that version is out, on every page that names versions."""
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    edit(released, "portal.toml", "jump_factor", f'next_version = "{planned}"\njump_factor')
    portal = load(released)
    facts = {"package_files": PackageFiles(portal), "pending": pending_changes(portal, released)}
    for lang, said in (("zh", "计划收进 1.1.0 版"), ("en", "planned for version 1.1.0")):
        view = View(portal, lang, "datasets/indicators.md", **facts)
        edited = [MACROS["dataset_list"](view), MACROS["revised_figures"](view)]
        edited += [MACROS[name](view, "indicators") for name in ("dataset_versions", "dataset_summary")]
        assert [page.count(said) for page in edited] == [int(told)] * 4
        assert said not in MACROS["dataset_versions"](view, "plan") + MACROS["dataset_summary"](view, "plan")


def test_a_changed_figure_marks_the_version_and_needs_a_reason(released, capsys):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    assert load(released).packages["indicators"].version == "1.0.0+unreleased"
    assert run(released, "indicators") == 1
    asked = explain(released, "indicators")
    assert [row[0] for row in asked[1:]] == ["*", "observations"]
    assert asked[2][2:5] == ["value", "800", "801"]
    assert run(released, "indicators") == 0
    portal = load(released)
    newest = portal.releases_of("indicators")[0]
    assert (newest.version, len(newest.revisions)) == ("1.0.1", 1)
    assert newest.revisions[0].reason.zh == "抄录有误"
    assert portal.packages["indicators"].version == "1.0.1"
    assert portal.packages["indicators"].changes[0].why.en == "Copying error"
    assert [c.version for c in portal.packages["indicators"].changes] == ["1.0.1", "1.0.0"]
    assert not (released / "releases/indicators-reasons.csv").exists()
    assert b",800,,exact" in (released / "releases/indicators/1.0.0/observations.csv").read_bytes()


def test_an_official_site_shows_released_data_only(released, capsys):
    main(["check", "--official", "--root", str(released), "--lang", "en"])
    assert "release-pending" not in capsys.readouterr().out
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    assert main(["check", "--official", "--root", str(released), "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert "expected the data released as version 1.0.0" in told
    assert "run ipportal release indicators [release-pending]" in told


def sheet_of(reason="抄录有误", reason_en="Copying error"):
    return f"\ufefftable,row,column,old,new,reason_zh,reason_en\n*,whole,,,,{reason},{reason_en}\n".encode()


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (sheet_of().decode("utf-8-sig").encode("utf-16"), "file-encoding"),
        (b"", "file-empty"),
        (b"\xef\xbb\xbf\n", "file-empty"),
        (b"PK\x03\x04 a workbook of this name", "file-encoding"),
        (sheet_of().replace(b",", b";"), "file-delimiter"),
        (sheet_of().replace(b"reason_zh", b"reason"), "column"),
        (sheet_of('"原因'), "quote-unbalanced"),
        (sheet_of().partition(b"\n")[2], "header"),
        (sheet_of("原因", ""), "text-pair"),
        (sheet_of("Copying", "Copying"), "text-same"),
        (sheet_of("原因", "原因"), "text-"),
        (sheet_of("{{ count() }}"), "cell-braces"),
        (sheet_of("甲\u202e乙"), "cell-invisible"),
        (sheet_of("=1+1"), "cell-formula"),
        (sheet_of("字" * 501), "value-limit"),
    ],
)
def test_reasons_are_judged_like_cells_before_they_are_frozen(tmp_path, sheet, code):
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases/indicators-reasons.csv").write_bytes(sheet)
    with pytest.raises(DataError, match=rf"\[{code}"):
        release.read_sheet(tmp_path, "indicators", settings())


def test_a_sheet_saved_in_the_encoding_of_chinese_excel_is_read(tmp_path):
    (tmp_path / "releases").mkdir()
    read = []
    for encoding in ("utf-8-sig", "gbk"):
        sheet = sheet_of("抄录有误").decode("utf-8-sig").replace("\n", "\r\n").encode(encoding)
        (tmp_path / "releases/indicators-reasons.csv").write_bytes(sheet)
        read.append(release.read_sheet(tmp_path, "indicators", settings()))
    assert read[0] == read[1] and "抄录有误" in [reason.zh for reason in read[0].values()]


@pytest.mark.parametrize("sheet", [b"", b"\xff\xfe\xff"])
def test_a_sheet_that_cannot_be_read_is_kept(released, capsys, sheet):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    path = released / "releases/indicators-reasons.csv"
    path.write_bytes(sheet)
    assert run(released, "indicators") == 1
    assert "[file-e" in capsys.readouterr().err
    assert path.read_bytes() == sheet
    assert len(read_ledger(released)) == 6


def test_reasons_stay_with_their_figures_when_a_spreadsheet_writes_numbers_its_own_way(released):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801.0,")
    assert run(released, "indicators") == 1
    explain(released, "indicators")
    edit(released, "releases/indicators-reasons.csv", "801.0", "801")
    assert run(released, "indicators") == 0


def test_a_new_row_is_a_minor_version_and_asks_only_why(released):
    path = released / "datapackages/promotion/data/glossary.csv"
    _, *rows = path.read_text(encoding="utf-8").splitlines()
    copied = ["zz-new-term", *next(csv.reader([rows[-1]]))[1:]]
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(copied)
    assert run(released, "promotion") == 1
    assert [row[0] for row in explain(released, "promotion")[1:]] == ["*"]
    assert run(released, "promotion") == 0
    newest = load(released).releases_of("promotion")[0]
    assert newest.version == "1.1.0"
    assert newest.what.en == "1 row added."
    assert newest.changes[0].key == {"id": "zz-new-term"}


def test_a_withdrawn_row_with_a_figure_needs_a_reason_and_a_major_version(released):
    path = released / "datapackages/recognition/data/awards.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8", newline="\n")
    assert run(released, "recognition") == 1
    assert [row[0] for row in explain(released, "recognition")[1:]] == ["*", "awards"]
    assert run(released, "recognition") == 0
    assert load(released).releases_of("recognition")[0].version == "2.0.0"


def test_a_reworded_title_is_a_patch(released):
    descriptor = json.loads((released / DESCRIPTOR).read_bytes())
    descriptor["title_en"] = "Reworded"
    write(released, descriptor)
    draft = release.draft_release(load(released), released, "indicators")
    assert (draft.version, draft.what.en) == ("1.0.1", "Descriptions edited.")


def write(root, descriptor):
    (root / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def test_a_version_of_one_s_own_may_be_higher_but_not_lower(released):
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    descriptor = json.loads((released / DESCRIPTOR).read_bytes())
    told = descriptor["changes"][0]
    for version in ("1.0.1", "2.0.0"):
        write(released, descriptor | {"version": version, "changes": [told | {"version": version}, told]})
        assert release.draft_release(load(released), released, "indicators").version == version
    for version, changes in (("1.0.1", [told]), ("0.9.9", [told | {"version": "0.9.9"}, told])):
        write(released, descriptor | {"version": version, "changes": changes})
        with pytest.raises(OutputError, match="release-version-low"):
            release.draft_release(load(released), released, "indicators")


def test_dry_run_writes_nothing(root):
    before = sorted(root.rglob("*"))
    assert run(root, "--all", "--dry-run") == 0
    assert sorted(root.rglob("*")) == before


def test_bad_data_are_not_released(root, capsys):
    edit(root, OBSERVATIONS, "2020,plan,800,", "2020,plan,8O0,")
    assert run(root, "--all") == 1
    assert not (root / "releases").exists()


@pytest.mark.parametrize("arguments", [["nothing-like-it"], []])
def test_an_unknown_package_is_refused(root, arguments, capsys):
    assert run(root, *arguments) == 1
    assert "release-package" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["observations.csv", "observations.parquet", "indicators-1.0.0.zip", "datapackage.json"]
)
def test_a_tampered_frozen_file_stops_everything_with_its_name(released, name):
    portal = load(released)
    path = released / "releases/indicators/1.0.0" / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DataError) as caught:
        load(released)
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.file) == ("release-file-changed", f"releases/indicators/1.0.0/{name}")
    with pytest.raises(OutputError, match="release-file-changed"):
        gather.gather_files(portal, released)


def test_check_reports_a_tampered_file(released, capsys):
    path = released / "releases/plan/1.0.0/measures.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["check", "--root", str(released), "--lang", "zh"]) == 1
    assert "releases/plan/1.0.0/measures.csv" in capsys.readouterr().out


def test_a_missing_and_a_strange_file_are_named(released):
    (released / "releases/plan/1.0.0/measures.csv").rename(released / "releases/plan/1.0.0/other.csv")
    assert codes(released) == ["release-file-missing", "release-file-unknown"]


@pytest.mark.parametrize("spoil", ["drop", "alter", "swap"])
def test_the_ledger_cannot_be_edited_unnoticed(released, spoil):
    ledger = json.loads((released / LEDGER).read_bytes())
    entries = ledger["releases"]
    if spoil == "drop":
        shutil.rmtree(released / "releases" / entries[1]["package"])
        del entries[1]
    elif spoil == "alter":
        entries[1]["why"]["en"] = "another reason"
    else:
        entries[1], entries[2] = entries[2], entries[1]
    (released / LEDGER).write_text(json.dumps(ledger), encoding="utf-8")
    assert "release-ledger-changed" in codes(released)


def test_a_dropped_last_entry_is_noticed_by_the_changelog(released):
    test_a_new_row_is_a_minor_version_and_asks_only_why(released)
    descriptor = json.loads((released / "datapackages/promotion/datapackage.json").read_bytes())
    descriptor["changes"] = [descriptor["changes"][0] | {"version": "1.2.0"}, *descriptor["changes"]]
    path = released / "datapackages/promotion/datapackage.json"
    path.write_text(json.dumps(descriptor | {"version": "1.2.0"}, ensure_ascii=False), encoding="utf-8")
    ledger = json.loads((released / LEDGER).read_bytes())
    ledger["releases"].pop()
    shutil.rmtree(released / "releases/promotion/1.1.0")
    (released / LEDGER).write_text(json.dumps(ledger), encoding="utf-8")
    assert codes(released) == ["release-entry-missing"]


def test_a_released_version_must_stay_in_the_changelog(released):
    descriptor = json.loads((released / DESCRIPTOR).read_bytes())
    descriptor["changes"][0]["version"] = descriptor["version"] = "1.1.0"
    write(released, descriptor)
    assert codes(released) == ["release-not-in-changes"]


def test_an_unfinished_folder_is_not_overwritten(root):
    (root / "releases/plan/1.0.0").mkdir(parents=True)
    portal = load(root)
    draft = release.draft_release(portal, root, "plan")
    with pytest.raises(OutputError, match="release-exists"):
        release.perform(portal, root, [(draft, {})])
