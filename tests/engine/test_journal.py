"""Changes of several files: all or nothing, whatever is killed when, and the way back."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from threading import Thread

import pytest

from ipportal.base import journal
from ipportal.base.errors import OutputError
from ipportal.base.journal import change, changes, note_built, note_published, settle, take_back
from ipportal.base.writing import write_file
from support.killed import every_kill

BEFORE = {"data/a.csv": b"old a\n", "data/b.csv": b"old b\n", "docs/gone.md": b"old page\n"}
WANTED = {"data/a.csv": b"new a\n", "data/b.csv": b"new b\n", "docs/gone.md": None, "releases/x/1.0.0/x.zip": b"zip\n"}
AFTER = {path: data for path, data in WANTED.items() if data is not None}


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed process leaves what it wrote to the system; waiting for the disk would only cost time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return _portal(tmp_path / "portal")


def _portal(root: Path) -> Path:
    for path, data in BEFORE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def state(root: Path) -> dict[str, bytes]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return {path: data for path, data in found.items() if not path.startswith(journal.FOLDER)}


def make(root: Path, wanted: dict[str, bytes | None] = WANTED, verb: str = "import") -> list[str]:
    read = {path: (root / path).read_bytes() if (root / path).is_file() else None for path in wanted}
    return change(root, verb, {path: (read[path], data) for path, data in wanted.items()})


def codes(refused: pytest.ExceptionInfo[OutputError]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_change_is_made_and_taken_back(portal: Path) -> None:
    assert make(portal) == sorted(WANTED)
    assert state(portal) == AFTER
    assert [(each.verb, each.files) for each in changes(portal)] == [("import", tuple(sorted(WANTED)))]
    assert take_back(portal).verb == "import"
    assert state(portal) == BEFORE
    assert not (portal / "releases").exists(), "a folder the change made is gone again"


def test_changes_are_taken_back_one_after_the_other(portal: Path) -> None:
    make(portal)
    make(portal, {"data/a.csv": b"third\n"}, "new")
    assert take_back(portal).verb == "new"
    assert state(portal) == AFTER
    take_back(portal)
    assert state(portal) == BEFORE
    with pytest.raises(OutputError) as refused:
        take_back(portal)
    assert codes(refused) == ["undo-nothing"]


def test_what_changes_nothing_is_no_change(portal: Path) -> None:
    assert make(portal, dict(BEFORE)) == []
    assert changes(portal) == []


def test_killed_before_every_operation_of_a_change(tmp_path: Path) -> None:
    root = tmp_path / "portal"
    made = number = 0
    for number in every_kill(lambda: make(root), lambda: _afresh(root)):
        settle(root)
        assert state(root) in (BEFORE, AFTER), f"operation {number}"
        took = state(root) == AFTER
        made += took
        assert make(root) == ([] if took else sorted(WANTED))
        take_back(root)
        assert state(root) == BEFORE
        left = {path.name for path in (root / journal.FOLDER).iterdir()} - {".gitignore", "lock"}
        assert all(name.endswith(".new") for name in left), left
    assert 0 < made < number, "kills came before and after the decision"


def test_killed_before_every_operation_of_the_way_back(tmp_path: Path) -> None:
    root = tmp_path / "portal"
    undone = number = 0
    for number in every_kill(lambda: take_back(root), lambda: make(_afresh(root))):
        settle(root)
        assert state(root) in (BEFORE, AFTER), f"operation {number}"
        undone += state(root) == BEFORE
    assert 0 < undone < number


def _afresh(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    return _portal(root)


def test_what_was_edited_since_is_not_overwritten(portal: Path) -> None:
    make(portal)
    (portal / "data/a.csv").write_bytes(b"by hand\n")
    (portal / "releases/x/1.0.0/x.zip").unlink()
    with pytest.raises(OutputError) as refused:
        take_back(portal)
    assert codes(refused) == ["undo-edited"] * 2
    assert state(portal)["data/b.csv"] == b"new b\n"


def test_what_is_published_is_not_taken_back(portal: Path) -> None:
    make(portal)
    note_built(portal)
    take_back(portal)
    make(portal)
    note_published(portal)
    with pytest.raises(OutputError) as refused:
        take_back(portal)
    assert codes(refused) == ["undo-published"]
    make(portal, {"data/a.csv": b"third\n"})
    take_back(portal)
    assert state(portal) == AFTER


def test_a_file_that_cannot_be_put_in_place_changes_nothing(portal: Path) -> None:
    (portal / "docs/folder.md").mkdir()  # a folder stands where a file is wanted
    with pytest.raises(OutputError) as refused:
        make(portal, WANTED | {"docs/folder.md": b"page\n"})
    assert codes(refused) == ["edit-unwritable"]
    assert state(portal) == BEFORE
    assert changes(portal) == []


def test_a_link_in_a_circle_is_told(portal: Path) -> None:
    make(portal)
    path = portal / changes(portal)[-1].files[0]
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)
    with pytest.raises(OutputError, match="undo-edited"):
        take_back(portal)


def test_a_link_that_leads_out_is_not_written_through(portal: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_bytes(b"old a\n")
    (portal / "data/a.csv").unlink()
    (portal / "data/a.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(OutputError) as refused:
        make(portal)
    assert codes(refused) == ["edit-unwritable"]
    assert (tmp_path / "outside.csv").read_bytes() == b"old a\n"
    assert state(portal) == BEFORE


def test_a_disk_that_fills_up_halfway_changes_nothing(portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes | str) -> None:
        if content == b"new b\n":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_file(path, content)

    monkeypatch.setattr(journal, "write_file", full)
    with pytest.raises(OutputError) as refused:
        make(portal)
    assert codes(refused) == ["edit-unwritable"]
    assert state(portal) == BEFORE
    assert changes(portal) == []


def test_only_the_last_changes_are_kept(portal: Path) -> None:
    for number in range(journal.KEPT + 3):
        make(portal, {"data/a.csv": f"{number}\n".encode()})
    assert [each.number for each in changes(portal)] == list(range(4, journal.KEPT + 4))


@pytest.mark.parametrize(
    "note",
    [
        *(b"", b"{", b"[]", b"[" * 100_000, b'{"verb": "x"}', b'{"verb": "x", "files": 3}'),
        b'{"verb": "x", "files": [{}]}',
        b'{"verb": "x", "files": [{"path": 1, "before": true, "after": true, "made": 5}]}',
        b'{"verb": "x", "files": [{"path": "../up.txt", "before": false, "after": true, "made": []}]}',
    ],
    ids=range(9),
)
@pytest.mark.parametrize("done", [True, False])
def test_a_damaged_record_is_told_and_followed_nowhere(portal: Path, note: bytes, done: bool) -> None:
    make(portal)
    entry = portal / journal.FOLDER / "000001"
    (entry / "change.json").write_bytes(note)
    if not done:
        (entry / "done").unlink()
    for work in (take_back, settle) if not done else (take_back,):
        with pytest.raises(OutputError) as refused:
            work(portal)
        assert codes(refused) == ["undo-broken"]
    assert state(portal) == AFTER
    assert not (portal.parent / "up.txt").exists()


@pytest.mark.parametrize("part", ["before", "before/0"])
def test_what_cannot_be_taken_back_whole_is_not_begun(portal: Path, part: str) -> None:
    make(portal)
    gone = portal / journal.FOLDER / "000001" / part
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(OutputError) as refused:
        take_back(portal)
    assert codes(refused) == ["undo-broken"]
    assert state(portal) == AFTER
    settle(portal)


@pytest.mark.parametrize("name", ["notes", "1²", "x.back", "9" * 40])
def test_what_others_put_beside_the_changes_is_passed_over(portal: Path, name: str) -> None:
    make(portal)
    (portal / journal.FOLDER / name).mkdir()
    (portal / journal.FOLDER / "published").write_text("9" * 6000, encoding="ascii")
    settle(portal)
    take_back(portal)
    assert state(portal) == BEFORE


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(portal: Path) -> None:
    read = {"data/a.csv": (b"old a\n", b"mine\n"), "data/new.csv": (None, b"mine\n")}
    make(portal, {"data/a.csv": b"theirs\n", "data/new.csv": b"theirs\n"})
    with pytest.raises(OutputError) as refused:
        change(portal, "new", read)
    assert codes(refused) == ["edit-overtaken"] * 2
    assert state(portal)["data/a.csv"] == b"theirs\n"


def test_many_at_once_wait_for_each_other(portal: Path) -> None:
    def write(number: int) -> None:
        change(portal, "new", {f"data/{number}.csv": (None, b"row\n")})

    threads = [Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.number for each in changes(portal)] == list(range(1, 9))
