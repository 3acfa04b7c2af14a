"""What changes for readers is told kind by kind, in both languages."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from bad_workbooks import TINY

from ipportal.base.errors import PortalError
from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from ipportal.office.diff import as_html, as_text, compare, earlier_state, render_pages

OBSERVATIONS = "datapackages/indicators/data/observations.csv"


def copy(folder: Path, *changes: tuple[str, str, str]) -> Path:
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for file, old, new in changes:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def portal(root):
    return build_portal(read_packages(root), read_settings(root))


def difference(tmp_path, *changes):
    root = copy(tmp_path / "now", *changes)
    old, new = portal(TINY), portal(root)
    return compare(old, new, render_pages(old, TINY), render_pages(new, root))


NEW_ROW = (
    OBSERVATIONS,
    "grants-growth,",
    "grants,sample-zone,2025,plan,210,,exact,final,sample-report-2022,正文,main text,official,,,total\ngrants-growth,",
)


def test_the_same_portal_shows_no_change(tmp_path):
    found = difference(tmp_path)
    assert found.empty
    assert "没有变化" in as_text(found, portal(TINY).settings.name, "zh")


def test_a_final_value_changes_figure_verdict_sentence_and_page(tmp_path):
    found = difference(tmp_path, NEW_ROW)
    assert [(c.kind.en, c.name.zh, c.new.zh) for c in found.items["figures"]] == [
        ("new", "发明专利授权量，开发区，2025 年，规划口径", "210 件（示例年报2022）")
    ]
    verdicts = {c.name.en: (c.old.en, c.new.en) for c in found.items["verdicts"]}
    assert verdicts["Invention grants, Zone, target for 2025 (200 patents)"][0] == "◐ Final value not published"
    assert {state for _, state in verdicts.values()} <= {"✓ Met", "★ Exceeded", "× Missed"}
    assert all("210" in c.new.zh and "210" in c.new.en for c in found.items["sentences"])
    titles = {c.name.en.rsplit("(", 1)[1]: (c.old, c.new) for c in found.items["charts"]}
    old, new = titles["trend-grants)"]
    assert old != new and "2025" in new.zh and "2025" in new.en
    assert "indicators/grants.md" in [page.path for page in found.pages]
    for lang in ("zh", "en"):
        text = as_text(found, portal(TINY).settings.name, lang)
        assert "210" in text and "indicators/grants.md" in text


def test_changed_and_withdrawn_figures_tell_both_values(tmp_path):
    found = difference(
        tmp_path,
        (OBSERVATIONS, "grants,sample-city,2020,plan,800,", "grants,sample-city,2020,plan,900,"),
        (OBSERVATIONS, "patent-firms,sample-zone,2020,plan,12,,exact,final,plan-draft,表2,Table 2,plan,,,total\n", ""),
        ("datapackages/indicators/data/targets.csv", ",2.1,,,reach", ",2.2,,,reach"),
    )
    told = {c.name.en: (c.kind.en, c.old and c.old.en, c.new and c.new.en) for c in found.items["figures"]}
    assert told["Invention grants, City, 2020, Plan definition"] == (
        "changed", "800 patents (Made-up plan)", "900 patents (Made-up plan)",
    )  # fmt: skip
    assert told["Firms with patents, Zone, 2020, Plan definition"][0] == "withdrawn"
    goals = {
        change.name.zh: (change.old.zh, change.new.zh) for change in found.items["figures"] if "目标" in change.name.zh
    }
    assert goals == {"有效商标量，开发区，2025 年目标": ("2.1 万件", "2.2 万件")}


def test_counts_and_texts_of_other_packages_are_told(tmp_path):
    statistics = "datapackages/cases/data/case_statistics.csv"
    line = (TINY / statistics).read_text(encoding="utf-8").splitlines()[1]
    cells = line.split(",")
    more = ",".join([*cells[:6], "77", *cells[7:]])
    story = "datapackages/promotion/data/glossary.csv"
    term = (TINY / story).read_text(encoding="utf-8").splitlines()[1].split(",")[1]
    found = difference(tmp_path, (statistics, line, more), (story, f",{term},", f",{term}新,"))
    assert [c.new.zh.split(" ")[0] for c in found.items["figures"]] == ["77"]
    assert [c.new.zh for c in found.items["others"]] == ["改动 1 行"]


def test_an_edited_page_is_listed_with_its_title(tmp_path):
    page = TINY / "docs" / "zh" / "index.md"
    line = page.read_text(encoding="utf-8").splitlines()[-1]
    found = difference(tmp_path, ("docs/zh/index.md", line, line + "又及。"))
    assert [(page.path, page.lines) for page in found.pages] == [("index.md", {"zh": 1, "en": 0})]


def test_the_page_holds_both_languages_and_escapes_data(tmp_path):
    found = difference(tmp_path, (OBSERVATIONS, "上半年。,First half.", "<b>上半年。,<b>First half."))
    page = as_html(found, portal(TINY).settings.name)
    assert "发布前看改动" in page and "What will change" in page
    assert "<b>上半年" not in page and "&lt;b&gt;" in page


def git(root, *arguments):
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "-C", root, *who, *arguments], check=True, capture_output=True)


def test_the_last_commit_is_the_usual_base(tmp_path):
    root = copy(tmp_path / "portal")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    (root / "docs" / "zh" / "index.md").unlink()
    with earlier_state(root, None) as earlier:
        assert earlier.name.zh.startswith("上次提交（")
        assert (earlier.root / "docs" / "zh" / "index.md").is_file()
        assert set(earlier.portal.indicators) == set(portal(TINY).indicators)
    with pytest.raises(PortalError) as caught, earlier_state(root, "no-such-revision"):
        pass
    assert caught.value.problems[0].code == "diff-base"


def test_without_git_the_last_releases_are_the_base(tmp_path, monkeypatch):
    root = copy(tmp_path / "portal")
    monkeypatch.setattr("ipportal.office.diff.git", lambda *arguments: None)
    with pytest.raises(PortalError) as caught, earlier_state(root, None):
        pass
    assert caught.value.problems[0].code == "diff-base"
    assert main(["release", "--all", "--root", str(root), "--lang", "en"]) == 0
    with earlier_state(root, None) as earlier:
        assert earlier.name.en == "the last releases"
        assert len(earlier.portal.observations) == len(portal(TINY).observations)


def test_the_command_tells_and_writes_a_page(tmp_path, capsys):
    root = copy(tmp_path / "now", NEW_ROW)
    page = tmp_path / "changes.html"
    assert main(["diff", "--root", str(root), "--base", str(TINY), "--html", str(page), "--lang", "zh"]) == 0
    assert "结论 (" in capsys.readouterr().out
    assert "210 件" in page.read_text(encoding="utf-8")


def test_a_kind_of_unit_that_was_renamed_is_a_difference_like_any(tmp_path, capsys):
    """Earlier rows keep the codes of their own description."""
    units, description = "datapackages/indicators/data/units.csv", "datapackages/indicators/datapackage.json"
    named = '{"value": "%s", "label": "重量", "label_en": "weight", "style": "plain"}'
    before, now = (copy(tmp_path / kind) for kind in ("mass", "weight"))
    for root in (before, now):
        path = root / description
        said = json.loads(path.read_text(encoding="utf-8"))
        (table,) = (entry for entry in said["resources"] if entry["name"] == "units")
        table.setdefault("columns", {})["kind"] = {"categories": [json.loads(named % root.name)]}
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        with (root / units).open("a", encoding="utf-8") as rows:
            rows.write(f"zz-tonne,吨,tonnes,tonne,{root.name},zz-tonne,1\n")
    assert main(["diff", "--base", str(before), "--root", str(now), "--lang", "en"]) == 0
    assert "Table “Units”: 1 changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("datapackages/indicators/data/bases.csv", b""),
        ("datapackages/indicators/data/sources.csv", b"\xff\xfe"),
        ("datapackages/indicators/datapackage.json", b"[]"),
        ("datapackages/plan/data/sections.csv", b"id,parent\na,a\n"),
    ],
)
def test_a_damaged_state_to_compare_with_is_told(tmp_path, capsys, file, content):
    before = copy(tmp_path / "before")
    (before / file).write_bytes(content)
    assert main(["diff", "--base", str(before), "--root", str(TINY), "--lang", "en"]) == 1
    assert "[diff-unreadable]" in capsys.readouterr().err
