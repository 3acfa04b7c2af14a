"""Change several files of a portal in one step, and take the last change back.

A change is first written whole into a folder of its own below `.changes/`, with what each file held before. The
renaming of that folder is the moment it counts; after it the files are put in place one by one. A process that is
killed on the way leaves either nothing or a whole folder, and the next command finishes what that folder asks for
(a redo log). The last changes stay, so that somebody without Git can take them back.

    .changes/000012/change.json      verb, and for each file: path, was there before, is there after
    .changes/000012/before/0 1 2 …   what the files held        .changes/000012/after/0 1 2 …   what they hold now
    .changes/000012/done             put in place               .changes/000012.back            being taken back
    .changes/.gone-…                 no longer needed           .changes/.fresh-…               not decided yet
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.text import Text
from ipportal.base.writing import clear_unfinished, sync, sync_tree, write_file, write_staged

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FOLDER: Final = ".changes"
#: How many changes can be taken back, one after the other
KEPT: Final = 20
_NOTE, _DONE, _BACK, _PUBLISHED = "change.json", "done", ".back", "published"
_FRESH, _GONE = ".fresh-", ".gone-"

Side = Literal["before", "after"]


class Change(NamedTuple):
    """A change that was made: its number, the verb that made it, and its files (relative, forward slashes)."""

    number: int
    verb: str
    files: tuple[str, ...]


@contextmanager
def changing(root: Path) -> Iterator[None]:
    """Hold the portal below `root` for one process; what an earlier one was killed in is finished first.

    Everything that reads files in order to change them belongs inside, so that two people do not undo each other.
    """
    with _locked(root):
        _finish(root)
        yield


def settle(root: Path) -> None:
    """Finish a change that was cut off; costs a look at one folder where there is none."""
    if any(_unfinished(root)):
        with changing(root):
            pass


def change(root: Path, verb: str, files: Mapping[str, bytes | None]) -> list[str]:
    """Write (bytes) and remove (None) files below `root`, all of them or none; call inside `changing`.

    Returns the paths that differ from what was there.

    Raises:
        OutputError: a file cannot be written, for instance because Excel holds it open; nothing was changed.
    """
    wanted = {path: data for path, data in sorted(files.items()) if _read(root / path) != data}
    if not wanted:
        return []
    _refuse_held(root, wanted)
    home = root / FOLDER
    fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=home))
    try:
        _describe(fresh, root, verb, wanted)
        entry = home / f"{max([0, *(each.number for each in changes(root))]) + 1:06}"
        fresh.rename(entry)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    sync(home)
    try:
        _put(root, entry, "after")
    except OSError as error:
        _go_back(root, entry)
        raise OutputError([_held(Path(error.filename or home).name, error)]) from error
    write_file(entry / _DONE, b"")
    for old in changes(root)[:-KEPT]:
        _drop(home / f"{old.number:06}")
    return list(wanted)


def changes(root: Path) -> list[Change]:
    """The changes that were made and can be told, oldest first."""
    found = []
    for entry in sorted((root / FOLDER).glob("[0-9]*")):
        if entry.name.isdigit():
            note = _note(entry)
            found.append(Change(int(entry.name), note["verb"], tuple(file["path"] for file in note["files"])))
    return found


def take_back(root: Path) -> Change:
    """Undo the last change: every file is again what it was before; call inside `changing`.

    Raises:
        OutputError: there is none, it was published, or its files have been changed since.
    """
    done = changes(root)
    if not done:
        expected = Text("可以撤销的改动", "a change that can be taken back")
        hint = Text("导入、新增、发布版本之后才有", "there is one after an import, a new row or a release")
        raise OutputError([Problem("undo-nothing", Where(FOLDER), expected, "", hint)])
    last = done[-1]
    entry = root / FOLDER / f"{last.number:06}"
    if last.number <= _published(root):
        expected = Text("还没有公布的改动", "a change that is not published yet")
        hint = Text(
            "已经公布的不能撤销：把数字改对，再导入一次，更正会留下记录",
            "what is public is corrected, not undone: import the right figures, so that the correction is on record",
        )
        raise OutputError([Problem("undo-published", Where(FOLDER), expected, last.verb, hint)])
    _refuse_edited(root, entry)
    _refuse_held(root, dict.fromkeys(last.files))
    _go_back(root, entry)
    return last


def note_published(root: Path) -> None:
    """Remember that everything changed so far is public now."""
    if done := changes(root):
        write_file(root / FOLDER / _PUBLISHED, f"{done[-1].number}\n")


def _finish(root: Path) -> None:
    """Put in place what a killed process did not, and clear what it had not decided on."""
    for entry in _unfinished(root):
        if entry.name.startswith((_FRESH, _GONE)):
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.endswith(_BACK):
            _put(root, entry, "before")
            _drop(entry)
        else:
            _put(root, entry, "after")
            write_file(entry / _DONE, b"")


def _go_back(root: Path, entry: Path) -> None:
    """Put everything back; from the renaming on, also after a kill."""
    back = entry.with_name(entry.name + _BACK)
    entry.rename(back)
    sync(back.parent)
    _put(root, back, "before")
    _drop(back)


def _drop(entry: Path) -> None:
    """Remove a change's folder; renamed first, so that half of one is never taken for a change."""
    gone = entry.with_name(f"{_GONE}{entry.name}")
    entry.rename(gone)
    shutil.rmtree(gone)


def _unfinished(root: Path) -> list[Path]:
    home = root / FOLDER
    if not home.is_dir():
        return []
    entries = [each for each in sorted(home.iterdir()) if each.is_dir()]
    return [each for each in entries if not each.name.isdigit() or not (each / _DONE).exists()]


def _describe(folder: Path, root: Path, verb: str, wanted: Mapping[str, bytes | None]) -> None:
    """Write the whole change into `folder`, its note last."""
    listed: list[dict[str, Any]] = []
    for number, (path, after) in enumerate(wanted.items()):
        before = _read(root / path)
        for side, data in (("before", before), ("after", after)):
            if data is not None:
                write_staged(folder / side / str(number), data)
        made = [each.as_posix() for each in Path(path).parents if not (root / each).exists()]
        listed.append({"path": path, "before": before is not None, "after": after is not None, "made": made})
    write_staged(folder / _NOTE, json.dumps({"verb": verb, "files": listed}))
    sync_tree(folder)


def _note(entry: Path) -> dict[str, Any]:
    """What a change says of itself.

    Raises:
        OutputError: somebody edited or emptied the folder.
    """
    try:
        note: dict[str, Any] = json.loads((entry / _NOTE).read_bytes())
        return {"verb": str(note["verb"]), "files": [dict(file) for file in note["files"]]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        place = f"{FOLDER}/{entry.name}/{_NOTE}"
        expected = Text("记录改动的文件", "the record of a change")
        hint = Text(
            f"这个文件只供撤销使用：删去 {FOLDER} 文件夹，再运行一次",
            f"it only serves to undo: delete the folder {FOLDER} and run again",
        )
        raise OutputError([Problem("undo-broken", Where(place), expected, str(error), hint)]) from None


def _put(root: Path, entry: Path, side: Side) -> None:
    """Make every file what it is on one side of the change; may be repeated."""
    for number, file in enumerate(_note(entry)["files"]):
        place = root / file["path"]
        clear_unfinished(place)
        if file[side]:
            write_file(place, (entry / side / str(number)).read_bytes())
            continue
        if place.is_file():
            place.unlink()
        for folder in file["made"]:
            if (root / folder).is_dir() and not any((root / folder).iterdir()):
                (root / folder).rmdir()


def _published(root: Path) -> int:
    data = _read(root / FOLDER / _PUBLISHED)
    return int(data) if data else 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _refuse_edited(root: Path, entry: Path) -> None:
    expected = Text("改动之后没有再动过的文件", "a file untouched since the change")
    hint = Text("先把这个文件后来的改动移走，再撤销", "move the later edits of this file away, then undo")
    edited = [
        Problem("undo-edited", Where(file["path"]), expected, Path(file["path"]).name, hint)
        for number, file in enumerate(_note(entry)["files"])
        if _read(root / file["path"]) != (_read(entry / "after" / str(number)) if file["after"] else None)
    ]
    if edited:
        raise OutputError(edited)


def _refuse_held(root: Path, wanted: Mapping[str, bytes | None]) -> None:
    """Ask the system for every file before the first is touched: Excel on Windows lets nobody write beside it."""
    problems = []
    for path in wanted:
        try:
            if (root / path).exists():
                os.close(os.open(root / path, os.O_RDWR))
        except OSError as error:
            problems.append(_held(path, error))
    if problems:
        raise OutputError(problems)


def _held(path: str, error: OSError) -> Problem:
    return Problem(
        "edit-unwritable",
        Where(path),
        Text("可以写入的文件", "a file that can be written"),
        error.strerror or str(error),
        Text(
            "关闭正在打开这个文件的 Excel、WPS 等程序，核对文件夹权限和磁盘空间，再试一次；什么都没有改动",
            "close Excel, WPS or any program that has it open, check permissions and disk space, and try again; "
            "nothing was changed",
        ),
    )


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    home = root / FOLDER
    home.mkdir(exist_ok=True)
    if not (home / ".gitignore").exists():
        write_file(home / ".gitignore", "*\n")
    handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT)
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
