import pytest

from ipportal.data.memory import CACHE, passed, remember


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
