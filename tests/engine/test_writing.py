"""Files are put in place whole, by one module only."""

import ast
import os
import sys
from pathlib import Path

import pytest

from ipportal.base import writing


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
        monkeypatch.setattr(writing, "_exchange", lambda a, b: False)
    writing.swap_in(fresh, place)
    assert (place / "index.html").read_text() == "new"
    assert sorted(p.name for p in place.parent.iterdir()) == ["site"]


def test_the_first_site_needs_no_swap(folders):
    fresh, place = folders
    writing.swap_in(fresh, place)
    assert (place / "index.html").read_text() == "new"


def test_a_cut_off_swap_is_undone(folders, monkeypatch):
    fresh, place = folders
    with_old_site(place)
    monkeypatch.setattr(writing, "_exchange", lambda a, b: False)
    renamed = []
    rename = Path.rename

    def dies_at_second(self, target):
        if renamed:
            raise KeyboardInterrupt
        renamed.append(target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dies_at_second)
    with pytest.raises(KeyboardInterrupt):
        writing.swap_in(fresh, place)
    monkeypatch.setattr(Path, "rename", rename)
    assert not place.exists()
    writing.restore(place)
    assert (place / "index.html").read_text() == "old"


def test_leftovers_of_a_finished_swap_are_cleared(folders):
    _, place = folders
    with_old_site(place)
    place.with_name("site.previous").mkdir()
    writing.restore(place)
    assert not place.with_name("site.previous").exists()
    assert (place / "index.html").read_text() == "old"


def test_the_exchange_is_one_system_call(folders):
    fresh, place = folders
    with_old_site(place)
    assert writing._exchange(fresh, place)
    assert (place / "index.html").read_text() == "new"
    assert (fresh / "index.html").read_text() == "old"


def test_systems_without_exchange_are_told_apart(folders, monkeypatch):
    fresh, place = folders
    with_old_site(place)
    monkeypatch.setattr(writing.sys, "platform", "win32")
    assert not writing._exchange(fresh, place)
    monkeypatch.setattr(writing.sys, "platform", "darwin")
    assert not writing._exchange(fresh, place)


def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    place = tmp_path / "deep" / "a.csv"
    writing.write_file(place, "旧\n")
    assert place.read_bytes() == "旧\n".encode()

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writing.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            writing.write_file(place, b"new")
    assert place.read_text() == "旧\n" and [path.name for path in place.parent.iterdir()] == ["a.csv"]
    writing.write_file(place, b"new")
    assert place.read_bytes() == b"new" and [path.name for path in place.parent.iterdir()] == ["a.csv"]


def test_a_file_keeps_its_link_and_a_device_its_place(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    (tmp_path / "null").symlink_to(os.devnull)
    for name in ("link.txt", "null"):
        writing.write_file(tmp_path / name, b"new")
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new" and not Path(os.devnull).is_file()


def writes(text):
    """The lines of a module that open a file for writing, or write one whole."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            given = [*node.args, *(word.value for word in node.keywords if word.arg == "mode")]
            modes = [str(value.value) for value in given if isinstance(value, ast.Constant)]
            opens = name == "open" and any(set(mode) <= set("rwxabt+") and set(mode) & set("wxa+") for mode in modes)
            if opens or name in ("write_text", "write_bytes"):
                yield node.lineno


def test_a_pipe_is_written_to_and_one_that_nobody_reads_is_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="pipe"):
        writing.write_file(pipe, "lost")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writing.write_file(pipe, "heard")
    assert os.read(reader, 100) == b"heard"
    os.close(reader)


def test_only_one_module_writes_files():
    known = 'open("n", "w")\nPath("n").open(mode="xb")\np.write_text("")\np.open()\nopen("n", "rb")'
    assert list(writes(known)) == [1, 2, 3]
    package = Path(writing.__file__).parents[1]
    found = {path.relative_to(package).as_posix() for path in package.rglob("*.py") if any(writes(path.read_text()))}
    assert found == {"base/writing.py"}


def test_a_tree_is_put_on_the_disk_in_one_call_where_the_system_has_it(tmp_path, monkeypatch):
    writing.write_staged(tmp_path / "a/b", "x")
    single = []
    monkeypatch.setattr(writing, "sync", single.append)
    writing.sync_tree(tmp_path)
    assert single == [] if sys.platform == "linux" else single
    monkeypatch.setattr(writing, "_sync_system", lambda folder: False)
    writing.sync_tree(tmp_path)
    assert sorted(single) == [tmp_path, tmp_path / "a", tmp_path / "a/b"]


def test_a_disk_that_keeps_no_rights_is_told(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "a").chmod(0o600)
    writing.make_readable(tmp_path)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644 and tmp_path.stat().st_mode & 0o777 == 0o755
    tmp_path.chmod(0o700)
    monkeypatch.setattr(Path, "chmod", lambda path, mode: None)
    with pytest.raises(PermissionError):
        writing.make_readable(tmp_path)
