import os
import zipfile

import pytest

from ipportal.base.writing import write_staged
from ipportal.data.memory import CACHE, Kept, digest, emptied, passed, remember
from ipportal.files import chartfiles, package_files
from ipportal.files.chartfiles import Renderer
from ipportal.files.package_files import PackageFiles
from support.portals import tiny_portal


@pytest.fixture
def root(tmp_path):
    (tmp_path / "datapackages/a/data").mkdir(parents=True)
    (tmp_path / "datapackages/a/data/t.csv").write_text("id\n1\n")
    (tmp_path / "portal.toml").write_text("x = 1\n")
    (tmp_path / "docs/zh").mkdir(parents=True)
    (tmp_path / "docs/zh/index.md").write_text("# 题\n")
    return tmp_path


def test_only_the_very_same_sources_are_remembered(root):
    assert not passed(root)
    remember(root)
    assert passed(root)


@pytest.mark.parametrize("file", ["datapackages/a/data/t.csv", "portal.toml", "docs/zh/index.md", "mkdocs.yml"])
def test_any_change_is_checked_again(root, file):
    remember(root)
    (root / file).write_text("changed")
    assert not passed(root)


def test_a_new_or_a_lost_page_is_checked_again(root):
    remember(root)
    (root / "docs/zh/new.md").write_text("# 新\n")
    assert not passed(root)
    (root / "docs/zh/new.md").unlink()
    assert passed(root)
    (root / "docs/zh/index.md").unlink()
    assert not passed(root)


def test_one_note_at_a_time(root):
    remember(root)
    (root / "portal.toml").write_text("x = 2\n")
    remember(root)
    assert len(list((root / CACHE).iterdir())) == 1


def test_kept_bytes_come_back_and_older_ones_of_their_kind_go(tmp_path):
    kept = Kept(tmp_path)
    assert kept.recall("a/1.zip") is None
    kept.keep("a/1.zip", b"one")
    assert kept.recall("a/1.zip") == b"one"
    kept.keep("a/2.zip", b"two", alone=True)
    assert (kept.recall("a/1.zip"), kept.recall("a/2.zip")) == (None, b"two")


def test_a_place_that_can_not_be_written_to_only_costs_time(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    kept = Kept(tmp_path / "file")
    kept.keep("a/1.zip", b"one")
    assert kept.folder is None and kept.recall("a/1.zip") is None


def truncated(path):
    path.write_bytes(path.read_bytes()[:-1])


def emptied_file(path):
    path.write_bytes(b"")


def edited(path):
    path.write_bytes(path.read_bytes().replace(b"one", b"two") + b"<script>")


def planted(path):
    path.write_bytes(b"one")


def sealed_under_another_name(path):
    other = Kept(path.parents[2])
    other.keep("other", b"one")
    path.write_bytes((path.parents[2] / "other").read_bytes())


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_link(path):
    real = path.with_name("elsewhere")
    path.rename(real)
    path.symlink_to(real)


def a_link_above(path):
    real = path.parent.with_name("elsewhere")
    path.parent.rename(real)
    path.parent.symlink_to(real)


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


BROKEN = [truncated, emptied_file, edited, planted, sealed_under_another_name, a_folder, a_link, a_link_above, a_pipe]


@pytest.mark.parametrize("harm", BROKEN)
def test_anything_but_what_was_kept_is_made_anew(tmp_path, harm):
    kept = Kept(tmp_path / "cache/charts")
    kept.keep("svg/ab/1", b"one")
    harm(tmp_path / "cache/charts/svg/ab/1")
    assert kept.recall("svg/ab/1") is None
    kept.keep("svg/ab/1", b"new")
    assert kept.recall("svg/ab/1") == (None if harm is a_link_above else b"new")


def test_nothing_is_written_through_a_link(tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    cache = tmp_path / "cache"
    (cache / "a").mkdir(parents=True)
    (cache / "a/1").symlink_to(precious)
    Kept(cache).keep("a/1", b"one")
    (tmp_path / "linked").symlink_to(cache)
    Kept(tmp_path / "linked").keep("b", b"one")
    assert precious.read_bytes() == b"mine" and not (cache / "b").exists()


@pytest.mark.parametrize("harm", BROKEN)
def test_a_planted_note_vouches_for_nothing(root, harm):
    remember(root)
    note = root / CACHE / digest(root)
    if harm in (truncated, edited):
        note.write_bytes(b"x")
    elif harm is sealed_under_another_name:
        Kept(root / CACHE).keep("other", b"")
        note.write_bytes((root / CACHE / "other").read_bytes())
    else:
        harm(note)
    assert not passed(root)
    remember(root)
    assert passed(root) == (harm is not a_link_above)


def test_a_planted_drawing_is_not_published(tmp_path):
    spec = "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"
    honest = Renderer(tmp_path).pngs([spec])
    (entry,) = (path for path in (tmp_path / chartfiles.CACHE).rglob("*") if path.is_file())
    entry.write_bytes(b"planted")
    assert Renderer(tmp_path).pngs([spec]) == honest
    assert Renderer(tmp_path).pngs([spec]) == honest


def test_a_planted_package_is_not_published(tmp_path):
    portal = tiny_portal()
    honest = PackageFiles(portal, tmp_path)["cases"]
    (entry,) = (tmp_path / package_files.CACHE / "cases").iterdir()
    with zipfile.ZipFile(entry, "w") as archive:
        archive.writestr("data/cases/planted.html", "<script>")
    assert PackageFiles(portal, tmp_path)["cases"] == honest


@pytest.mark.parametrize("stands", ["folder", "file", "link", "nothing"])
def test_a_folder_to_begin_with(tmp_path, stands):
    place, other = tmp_path / "a", tmp_path / "b"
    other.mkdir()
    (other / "mine").write_bytes(b"")
    if stands == "folder":
        write_staged(place / "x/y", "")
    elif stands == "file":
        place.write_bytes(b"")
    elif stands == "link":
        place.symlink_to(other)
    assert not emptied(place).exists() and not place.is_symlink()
    assert (other / "mine").exists()
