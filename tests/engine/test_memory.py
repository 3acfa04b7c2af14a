import pytest

from ipportal.data.memory import CACHE, Kept, passed, remember


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


@pytest.mark.parametrize("file", ["datapackages/a/data/t.csv", "portal.toml", "docs/zh/index.md"])
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
