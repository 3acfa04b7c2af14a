import os
from pathlib import Path

import pytest

from ipportal.base import swap


@pytest.fixture
def folders(tmp_path):
    fresh, place = tmp_path / "fresh", tmp_path / "site"
    fresh.mkdir()
    (fresh / "index.html").write_text("new")
    return fresh, place


def with_old_site(place: Path) -> None:
    place.mkdir()
    (place / "index.html").write_text("old")


@pytest.mark.parametrize("atomic", [True, False])
def test_the_new_site_takes_the_place(folders, monkeypatch, atomic):
    fresh, place = folders
    with_old_site(place)
    if not atomic:
        monkeypatch.setattr(swap, "_exchange", lambda a, b: False)
    swap.swap_in(fresh, place)
    assert (place / "index.html").read_text() == "new"
    assert sorted(p.name for p in place.parent.iterdir()) == ["site"]


def test_the_first_site_needs_no_swap(folders):
    fresh, place = folders
    swap.swap_in(fresh, place)
    assert (place / "index.html").read_text() == "new"


def test_a_cut_off_swap_is_undone(folders, monkeypatch):
    fresh, place = folders
    with_old_site(place)
    monkeypatch.setattr(swap, "_exchange", lambda a, b: False)
    renamed = []
    rename = Path.rename

    def dies_at_second(self, target):
        if renamed:
            raise KeyboardInterrupt
        renamed.append(target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dies_at_second)
    with pytest.raises(KeyboardInterrupt):
        swap.swap_in(fresh, place)
    monkeypatch.setattr(Path, "rename", rename)
    assert not place.exists()
    swap.restore(place)
    assert (place / "index.html").read_text() == "old"


def test_leftovers_of_a_finished_swap_are_cleared(folders):
    _, place = folders
    with_old_site(place)
    place.with_name("site.previous").mkdir()
    swap.restore(place)
    assert not place.with_name("site.previous").exists()
    assert (place / "index.html").read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="no atomic exchange on Windows")
def test_the_exchange_is_one_system_call(folders):
    fresh, place = folders
    with_old_site(place)
    assert swap._exchange(fresh, place)
    assert (place / "index.html").read_text() == "new"
    assert (fresh / "index.html").read_text() == "old"


def test_systems_without_exchange_are_told_apart(folders, monkeypatch):
    fresh, place = folders
    with_old_site(place)
    monkeypatch.setattr(swap.sys, "platform", "win32")
    assert not swap._exchange(fresh, place)
    monkeypatch.setattr(swap.sys, "platform", "darwin")
    assert not swap._exchange(fresh, place)
