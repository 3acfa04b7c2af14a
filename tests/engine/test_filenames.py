"""What lies in the folders besides people's files: litter is passed over, links and special files are never opened."""

import os
import shutil
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from ipportal.base.filenames import files_below, is_litter, unholdable
from ipportal.cli import main
from ipportal.data.configuration import configuration
from ipportal.data.ledger import defend
from ipportal.data.memory import passed, remember
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check
from ipportal.site.verify import verify

TINY = Path("tests/tiny")
LITTER = [
    *(".DS_Store", "._index.md", ".~lock.awards.csv#", ".~awards.csv", "~$awards.xlsx", "~WRL0001.tmp", "Thumbs.db"),
    *("desktop.ini", ".awards.csv.123.new", ".awards.csv.swp", ".syncthing.awards.csv.tmp", ".dropbox.attr"),
    *("__MACOSX/awards.csv", "@eaDir/awards.csv", ".idea/workspace.xml", ".ipynb_checkpoints/a.md"),
]


@pytest.fixture
def portal(tmp_path):
    return Path(shutil.copytree(TINY, tmp_path / "portal"))


def problems(root):
    raw = read_packages(root)
    return [*check(raw, read_settings(root)), *defend(root, (), raw)]


def codes(root):
    return {(problem.code, problem.where.file) for problem in problems(root)}


def test_litter_is_nobody_s_fault(portal):
    for folder in ("docs/zh", "docs/en/indicators", "datapackages", "datapackages/plan/data", "releases/plan/1.0.0"):
        for name in LITTER:
            path = portal / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\0\5\x16\7\0\2")
    assert problems(portal) == []
    assert files_below(portal / "releases") == []


@pytest.mark.parametrize("name", LITTER)
def test_litter_is_neither_kept_by_git_nor_built_into_the_site(name):
    kept = GitIgnoreSpec.from_lines(Path(".gitignore").read_text(encoding="utf-8").splitlines())
    excluded = configuration(Path(), "zh", {})["exclude_docs"].splitlines()
    built = GitIgnoreSpec.from_lines([".*", *excluded])  # the first is the generator's own
    assert is_litter(name.split("/")[0])
    for spec in (kept, built):
        assert spec.match_file(f"docs/zh/{name}")
        assert not spec.match_file("docs/zh/plan/index.md")


@pytest.mark.parametrize("name", ["awards.conflict.csv", "awards（副本）.csv", "awards.csv.bak", "awards.csv~"])
def test_a_copy_left_behind_is_told(portal, name):
    (portal / "datapackages/recognition/data" / name).write_bytes(b"id\n")
    assert codes(portal) == {("file-unlisted", f"datapackages/recognition/data/{name}")}


@pytest.mark.parametrize(
    "file",
    [
        *("docs/zh/pipe.md", "docs/search-words.csv", "datapackages/plan/data/pipe.csv", "releases/pipe"),
        *("datapackages/plan/datapackage.json", "datapackages/plan/data/measures.csv", "overrides/assets/css/a.css"),
    ],
)
@pytest.mark.parametrize("kind", ["pipe", "link", "device"])
def test_what_is_no_plain_file_is_told_and_never_opened(portal, file, kind, tmp_path_factory):
    path, secret = portal / file, tmp_path_factory.mktemp("outside") / "secret"
    secret.write_text("root:x:0:0\n", encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(secret if kind == "link" else "/dev/zero")
    assert ("file-special", file) in codes(portal)
    assert "root:" not in "".join(problem.line("en") for problem in problems(portal))


def test_a_pipe_that_comes_after_a_check_is_not_taken_for_checked(portal):
    remember(portal)
    assert passed(portal)
    os.mkfifo(portal / "docs/zh/pipe.md")
    assert not passed(portal)


def test_a_linked_folder_is_not_entered(portal, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page.md").write_text("# 别处\n", encoding="utf-8")
    (portal / "docs/zh/up").symlink_to(tmp_path / "elsewhere")
    (portal / "datapackages/other").symlink_to(portal / "datapackages/plan")
    assert codes(portal) == {("file-special", "docs/zh/up"), ("file-special", "datapackages/other")}


@pytest.mark.parametrize(
    "name", ["con", "NUL", "prn.md", "aux.txt", "lpt1", "COM9.csv", "a:b", "a?", "a.", "a ", "a|b", "a\\b"]
)
def test_windows_cannot_hold_it(name):
    assert unholdable(name)


@pytest.mark.parametrize("name", ["console.md", "com", "com10", "nuclear", "a.b", "lpt", "规划.md", "auxiliary"])
def test_windows_can_hold_it(name):
    assert not unholdable(name)


def test_the_finished_site_holds_plain_files_only(tmp_path):
    site = tmp_path / "site"
    (site / ".git").mkdir(parents=True)
    (tmp_path / "outside").write_text("secret\n", encoding="utf-8")
    os.mkfifo(site / "pipe.html")
    (site / "secret.html").symlink_to(tmp_path / "outside")
    (site / ".git" / "link").symlink_to(tmp_path / "outside")
    found = [(problem.code, problem.where.file) for problem in verify(site)]
    assert found == [("site-special-file", file) for file in (".git/link", "pipe.html", "secret.html")]


def test_hidden_files_never_go_out(tmp_path):
    for name in (".env", ".git/config", ".well-known/.env", "data/.htaccess"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = {problem.where.file for problem in verify(tmp_path) if problem.code == "site-file-kind"}
    assert found == {".env", ".git/config", ".well-known/.env", "data/.htaccess"}


def test_a_hostile_description_ends_a_command_in_words(portal, capsys, monkeypatch):
    monkeypatch.chdir(portal)
    (portal / "datapackages/plan/datapackage.json").write_text('{"resources": [{"path": "/etc/passwd"}]}')
    for verb in (["check"], ["stub"], ["release", "plan"], ["workbook", "export"], ["new", "event"]):
        assert main([*verb, "--root", str(portal), "--lang", "en"]) == 1, verb
        said = "".join(capsys.readouterr())
        assert "datapackages/plan/datapackage.json" in said and "resources › 1 › path" in said, verb
