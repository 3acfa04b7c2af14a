"""Whatever happens on the way, the previous site stays whole."""

import errno
import hashlib
import json
import subprocess
import sys

import pytest

from ipportal import build as building
from ipportal.base.errors import DataError, Problem, SiteError, Where
from ipportal.base.progress import silent
from ipportal.base.text import Text
from ipportal.base.writing import staging_folder
from ipportal.build import build
from ipportal.files.headers import PAGE_POLICY
from ipportal.pages.view import View
from ipportal.site.generator import Run

POLICY = f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">'
PAGES = f"""
import pathlib, sys
folder, lang, title = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
folder.mkdir(parents=True)
head = '<head>' + {POLICY!r} + '<title>' + title + '</title></head>'
page = '<html lang="' + lang + '">' + head + '<body><h1>' + title + '</h1>' + sys.argv[4] + '</body></html>'
(folder / "index.html").write_text(page, encoding="utf-8")
"""
DATA = b"id\n1\n"
MANIFEST = json.dumps({"files": [{"path": "data/t.csv", "sha256": hashlib.sha256(DATA).hexdigest()}]}).encode()


def fake_generator(body="", code=PAGES):
    def start(root, lang, folder, url, engine, **options):
        words = {"zh": ("zh-Hans", "首页"), "en": ("en", "Home")}[lang]
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), *words, body],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return Run({"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}[lang], folder, process)

    return start


@pytest.fixture
def world(tmp_path, portal, monkeypatch):
    """A build whose data, generator and downloads are tiny, and an old site to protect."""
    monkeypatch.setattr(building, "load", lambda root, **options: portal)
    monkeypatch.setattr(building, "remember", lambda root: None)
    monkeypatch.setattr(building, "warm", lambda portal, root, report: None)
    monkeypatch.setattr(building, "PackageFiles", lambda portal, root: {})
    monkeypatch.setattr(building, "published_packages", lambda portal: {})
    monkeypatch.setattr(building, "site_view", lambda portal, root, lang, **options: View(portal, lang, ""))
    monkeypatch.setattr(building, "index", lambda site, words, answers, **options: None)
    files = {"data/t.csv": DATA, "data/manifest.json": MANIFEST}
    monkeypatch.setattr(building, "gather_files", lambda portal, root, report: files)
    monkeypatch.setattr(building.generator, "start", fake_generator())
    monkeypatch.setattr(building, "rehearse", lambda portal, root: [])
    site = tmp_path / "site"
    site.mkdir()
    (site / "old.html").write_text("old")
    return tmp_path, site


def said():
    steps = []

    def report(step, items=(), total=None):
        steps.append(step.en)
        return items

    return steps, report


@pytest.mark.this_portal
def test_a_good_build_replaces_the_site(world):
    root, site = world
    steps, report = said()
    build(root, site, report)
    assert sorted(p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()) == [
        "_headers",
        "data/manifest.json",
        "data/t.csv",
        "en/index.html",
        "index.html",
    ]
    words = ["checking the data", "writing the packages", "writing pages and downloads"]
    assert steps == [*words, "joining and checking the finished site", "checking the pages"]
    assert sorted(p.name for p in root.iterdir()) == [".cache", "site"]


@pytest.mark.this_portal
def test_compressed_copies_are_made_when_asked(world, monkeypatch):
    root, site = world
    monkeypatch.setattr(building.generator, "start", fake_generator("<p>words</p>" * 100))
    build(root, site, said()[1], compress=True)
    assert {p.relative_to(site).as_posix() for p in site.rglob("*.gz")} == {"index.html.gz", "en/index.html.gz"}


def bad_data(root, **options):
    raise DataError([Problem("x", Where("a.csv"), Text("甲", "A"), "", Text("乙", "B"))])


def full_disk(*args):
    raise OSError(errno.ENOSPC, "No space left on device")


def stopped(*args):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("part", "replacement", "error", "begun"),
    [
        ("load", bad_data, DataError, []),
        ("gather_files", full_disk, OSError, []),
        ("write_files", full_disk, OSError, []),
        ("write_files", stopped, KeyboardInterrupt, []),
        ("verify", stopped, KeyboardInterrupt, []),
        ("swap_in", full_disk, OSError, [".cache"]),
        ("join", full_disk, OSError, []),
    ],
)
def test_any_failure_leaves_the_old_site_whole(world, monkeypatch, part, replacement, error, begun):
    root, site = world
    monkeypatch.setattr(building, part, replacement)
    with pytest.raises(error):
        build(root, site, silent)
    assert [p.name for p in site.iterdir()] == ["old.html"]
    assert {p.name for p in root.iterdir()} == {"site", *begun}


@pytest.mark.this_portal
def test_a_generator_that_fails_is_told_and_nothing_is_published(world, monkeypatch):
    root, site = world
    monkeypatch.setattr(
        building.generator, "start", fake_generator(code="print('ERROR bad page'); raise SystemExit(1)")
    )
    with pytest.raises(SiteError) as caught:
        build(root, site, silent)
    assert [p.where.file for p in caught.value.problems] == ["mkdocs.en.yml", "mkdocs.yml"]
    assert [p.name for p in site.iterdir()] == ["old.html"]


def test_mistakes_of_macros_are_told_with_their_page(world, monkeypatch):
    root, site = world
    mistake = Problem("macro-unknown", Where("docs/zh/a.md", 7), Text("甲", "A"), "x", Text("乙", "B"))
    monkeypatch.setattr(building.generator, "start", fake_generator(code="raise SystemExit(1)"))
    monkeypatch.setattr(building, "rehearse", lambda portal, root: [mistake])
    with pytest.raises(SiteError) as caught:
        build(root, site, silent)
    assert caught.value.problems == (mistake,)


def test_a_broken_link_is_not_published(world, monkeypatch):
    root, site = world
    monkeypatch.setattr(building.generator, "start", fake_generator(body='<a href="nowhere/">x</a>'))
    with pytest.raises(SiteError) as caught:
        build(root, site, silent)
    assert {p.code for p in caught.value.problems} == {"site-broken-link"}
    assert [p.name for p in site.iterdir()] == ["old.html"]


def test_what_a_killed_build_left_behind_is_cleared(world):
    root, site = world
    left = root / ".site.building-killed"
    left.mkdir()
    (left / "half.html").write_text("half")
    build(root, site, silent)
    assert sorted(p.name for p in root.iterdir()) == [".cache", "site"]
    assert (site / "index.html").is_file()


def test_a_build_still_at_work_is_not_disturbed_by_another(world):
    root, site = world
    with staging_folder(site) as first:
        (first / "page.html").write_text("half")
        build(root, site, silent)
        assert (first / "page.html").read_text() == "half"
    assert sorted(p.name for p in root.iterdir()) == [".cache", "site"]
