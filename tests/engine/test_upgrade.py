"""`ipportal upgrade` renews what the program wrote and nothing else; `ipportal selftest` tries any portal."""

import shutil

import pytest

from ipportal import cli
from ipportal.cli import main
from ipportal.commands import kit
from ipportal.data.settings import read_settings
from ipportal.office import starting
from support.portals import ROOT, TINY

FORMER = """[site]
name_zh = "甲市门户"
name_en = "Portal of A"
short_name_zh = "甲市"
short_name_en = "A-town IP"
tagline_zh = ""
tagline_en = ""
url = ""

[publisher]
organiser_zh = "甲市"
organiser_en = "A"
contact_zh = "甲"
contact_en = "A"
contact_url = ""

[plan]
title_zh = "甲市规划"
title_en = "Plan of A"
baseline_year = 2020
first_year = 2021
last_year = 2025
basis = "plan"

[data]
as_of = 2026-11-22
small_count_threshold = 3
jump_factor = 3

[identity]
site_id = ""
icp = ""
public_security = ""

[files]
allowed = []
"""


def contents(root):
    files = (path for path in root.rglob("*") if path.is_file() and ".changes" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def portal(tmp_path):
    words = ["init", "changshu", "--plan", "2021-2025", "--as-of", "2026-03-01", "--root", str(tmp_path)]
    assert main(words) == 0
    return tmp_path / "changshu"


def upgrade(root, *words):
    return main(["upgrade", "--root", str(root), "--lang", "en", *words])


def test_the_same_version_has_nothing_to_write(portal, capsys):
    before = contents(portal)
    capsys.readouterr()
    assert upgrade(portal) == 0
    assert capsys.readouterr().out == "Nothing was written.\n" and contents(portal) == before


def test_what_the_program_wrote_is_renewed_and_own_files_stay(portal, capsys):
    before = contents(portal)
    (portal / "docs/zh/index.md").write_text("---\npage_kind: home\n---\n\n# 我的\n", encoding="utf-8")
    (portal / ".gitlab-ci.yml").write_text("mine\n")
    shutil.rmtree(portal / ".gitea")
    mine = contents(portal)
    capsys.readouterr()
    assert upgrade(portal, "--dry-run") == 0
    assert capsys.readouterr().out == "renewed: .gitlab-ci.yml\nNothing was written.\n" and contents(portal) == mine
    assert upgrade(portal) == 0
    assert contents(portal) == {**mine, ".gitlab-ci.yml": before[".gitlab-ci.yml"]}
    assert main(["undo", "--root", str(portal)]) == 0 and contents(portal) == mine


def test_two_newer_versions_leave_one_wheel_each_and_an_older_one_refuses(portal, monkeypatch, capsys):
    own = {path: data for path, data in contents(portal).items() if path.startswith(("docs", "datapackages", "portal"))}
    for version in ("98.0.0", "99.0.0"):
        for module in (starting, cli):
            monkeypatch.setattr(module, "__version__", version)
        assert upgrade(portal) == 0
        assert [path.name for path in (portal / "engine").iterdir()] == [f"ipportal-{version}-py3-none-any.whl"]
        assert f"./engine/ipportal-{version}-" in (portal / "requirements.lock").read_text(encoding="utf-8")
        assert own == {path: data for path, data in contents(portal).items() if path in own}
    monkeypatch.undo()
    before = contents(portal)
    assert upgrade(portal) == 1 and "99.0.0" in capsys.readouterr().err
    assert contents(portal) == before


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_settings_of_the_first_edition_take_their_present_form(end, tmp_path):
    root = tmp_path / "first"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("*.py", ".cache", "__pycache__"))
    (root / "portal.toml").write_bytes(FORMER.replace("\n", end).encode())
    (root / "mkdocs.yml").write_text("site_name: !ENV [X, y]\n")
    pages = {path: data for path, data in contents(root).items() if path.startswith(("docs", "datapackages"))}
    assert upgrade(root) == 0
    settings = read_settings(root)
    assert (settings.id, settings.plan.id, settings.plan.state) == ("a-town-ip", "2021-2025", "closed")
    assert (root / "mkdocs.yml").read_text(encoding="utf-8").count("plugins: [ipportal]") == 1
    assert (root / "mkdocs.en.yml").is_file()
    assert pages == {path: data for path, data in contents(root).items() if path in pages}
    assert end == "\n" or b"\n" not in (root / "portal.toml").read_bytes().replace(b"\r\n", b"")


def test_a_portal_beside_the_source_of_the_program_has_its_own_workflows():
    langs = read_settings(ROOT).languages
    assert {path: both for path, both in starting.renewed(ROOT, langs).items() if both[0] != both[1]} == {}


def test_settings_that_cannot_be_read_stop_it(portal, capsys):
    (portal / "portal.toml").write_text("[site\n")
    before = contents(portal)
    assert upgrade(portal) == 1 and "settings-broken" in capsys.readouterr().err and contents(portal) == before


def test_at_a_terminal_nothing_is_written_without_a_yes(portal, monkeypatch):
    (portal / ".gitlab-ci.yml").write_text("mine\n")
    before = contents(portal)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda words: "")
    assert upgrade(portal) == 1 and contents(portal) == before


def built(differing):
    """A build that makes one page, another one the second time if asked."""
    times = []

    def build(root, site, report):
        times.append(site)
        site.mkdir(parents=True)
        (site / "index.html").write_text(f"{len(times) if differing else 1}")

    return build


@pytest.mark.parametrize("differing", [False, True])
def test_selftest_tries_workbooks_and_two_builds(differing, monkeypatch, capsys):
    monkeypatch.setattr(kit, "build", built(differing))
    assert main(["selftest", "--root", str(TINY), "--lang", "en"]) == int(differing)
    said = capsys.readouterr()
    assert "workbook plan: as it was" in said.out
    assert "index.html" in said.err if differing else "all 1 files are the same" in said.out


def test_selftest_ends_at_a_portal_that_does_not_check(portal, monkeypatch, capsys):
    monkeypatch.setattr(kit, "build", None)
    (portal / "datapackages/indicators/data/areas.csv").write_text("id\n")
    assert main(["selftest", "--root", str(portal)]) == 1
