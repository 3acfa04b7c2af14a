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

import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from ipportal.base.errors import Catalogue, OutputError, Problem, Where
from ipportal.base.filenames import followed
from ipportal.base.writing import clear_unfinished, held, sync, sync_tree, write_file, write_staged

CATALOGUE: Final = Catalogue("ipportal.base", ("changes",))
FOLDER: Final = ".changes"
#: How many changes can be taken back, one after the other
KEPT: Final = 20
_NOTE, _DONE, _BACK, _BUILT, _PUBLISHED = "change.json", "done", ".back", "built", "published"
#: Names of the folders of changes; what else lies there is somebody else's
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_OURS: Final = re.compile(r"[0-9]{1,9}(\.back)?|\.(fresh|gone)-.*")
_FRESH, _GONE = ".fresh-", ".gone-"

Side = Literal["before", "after"]
#: Path relative to the portal's root → the bytes that were read there and those wanted; None is no file
Edits = Mapping[str, tuple[bytes | None, bytes | None]]


class Change(NamedTuple):
    """A change that was made: its number, the verb that made it, and its files (relative, forward slashes).

    `when` is the local time it was made; `exported` says of a workbook when it had been exported; `by` is the role or
    initials of who made it. Both are empty where nobody said.
    """

    number: int
    verb: str
    files: tuple[str, ...]
    when: datetime
    exported: str = ""
    by: str = ""


def settle(root: Path) -> None:
    """Finish a change that was cut off; costs a look at one folder where there is none."""
    if _unfinished(root):
        with _locked(root):
            _finish(root)


def change(root: Path, verb: str, edits: Edits, exported: str = "", by: str = "") -> list[str]:
    """Write and remove files below `root`, all of them or none. Returns the paths that changed.

    Raises:
        OutputError: a file is no longer what was read, or cannot be written, for instance because Excel holds it
            open; nothing was changed.
    """
    wanted = {path: both for path, both in sorted(edits.items()) if both[0] != both[1]}
    if not wanted:
        return []
    home = root / FOLDER
    with _locked(root):
        _finish(root)
        _refuse_changed("edit-overtaken", root, {path: before for path, (before, _) in wanted.items()})
        _refuse_held(root, wanted)
        fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=home))
        entry = home / f"{max([0, *(each.number for each in changes(root))]) + 1:06}"
        try:
            _describe(fresh, root, {"verb": verb, "exported": exported, "by": by}, wanted)
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
        if _NUMBER.fullmatch(entry.name):
            note = _note(entry)
            files, when = tuple(file["path"] for file in note["files"]), (entry / _NOTE).stat().st_mtime
            told = (note["verb"], files, datetime.fromtimestamp(when), note["exported"], note["by"])
            found.append(Change(int(entry.name), *told))
    return found


def sides(root: Path, done: Change) -> Edits:
    """What the files of a change held before and after it."""
    entry = root / FOLDER / f"{done.number:06}"
    numbered = enumerate(done.files)
    return {path: (_read(entry / "before" / str(n)), _read(entry / "after" / str(n))) for n, path in numbered}


def take_back(root: Path) -> Change:
    """Undo the last change: every file is again what it was before.

    Raises:
        OutputError: there is none, it was published, or its files have been changed since.
    """
    with _locked(root):
        _finish(root)
        done = changes(root)
        if not done:
            raise OutputError([CATALOGUE.problem("undo-nothing", Where(FOLDER))])
        last = done[-1]
        refuse_published(root, last)
        entry = root / FOLDER / f"{last.number:06}"
        after = {path: data for path, (_, data) in sides(root, last).items()}
        _refuse_changed("undo-edited", root, after)
        _refuse_held(root, after)
        _go_back(root, entry)
    return last


def refuse_published(root: Path, done: Change) -> None:
    """Refuse to take back what is public.

    Raises:
        OutputError: it is.
    """
    if done.number <= _published(root):
        raise OutputError([CATALOGUE.problem("undo-published", Where(FOLDER), done.verb)])


def note_built(root: Path) -> None:
    """Remember that the site beside it shows everything changed so far."""
    if done := changes(root):
        write_file(root / FOLDER / _BUILT, f"{done[-1].number}\n")


def note_published(root: Path) -> None:
    """Remember that what the site shows is public now."""
    if built := _read(root / FOLDER / _BUILT):
        write_file(root / FOLDER / _PUBLISHED, built)


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
    entries = [each for each in sorted(home.iterdir()) if each.is_dir() and _OURS.fullmatch(each.name)]
    return [each for each in entries if not each.name.isdigit() or not (each / _DONE).exists()]


def _describe(folder: Path, root: Path, told: Mapping[str, str], wanted: Edits) -> None:
    """Write the whole change into `folder`."""
    listed: list[dict[str, Any]] = []
    for number, (path, (before, after)) in enumerate(wanted.items()):
        for side, data in (("before", before), ("after", after)):
            if data is not None:
                write_staged(folder / side / str(number), data)
        # those that come with the file, and go with it once they are empty
        made = [each.as_posix() for each in Path(path).parents if after is None or not (root / each).exists()]
        listed.append({"path": path, "before": before is not None, "after": after is not None, "made": made})
    write_staged(folder / _NOTE, json.dumps({**told, "files": listed}))
    sync_tree(folder)


def _note(entry: Path) -> dict[str, Any]:
    """What a change says of itself, with everything it needs to be made or taken back.

    Raises:
        OutputError: somebody edited or emptied the folder, or it names a file outside the portal.
    """
    try:
        note = json.loads((entry / _NOTE).read_bytes())
        files = [_file_of(entry, number, file) for number, file in enumerate(note["files"])]
        told = {name: str(note.get(name, "")) for name in ("exported", "by")}
        return {"verb": str(note["verb"]), **told, "files": files}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        place = Where(f"{FOLDER}/{entry.name}/{_NOTE}")
        raise OutputError([CATALOGUE.problem("undo-broken", place, str(error)[:200], folder=FOLDER)]) from None


def _file_of(entry: Path, number: int, file: Mapping[str, Any]) -> dict[str, Any]:
    """One file of a change.

    Raises:
        ValueError: it leads out of the portal, or what it holds on one side is gone.
    """
    root = followed(entry.parents[1])
    for path in (file["path"], *file["made"]):
        if not followed(root / path).is_relative_to(root):
            raise ValueError(path)
    for side in ("before", "after"):
        if file[side] and not (entry / side / str(number)).is_file():
            raise ValueError(f"{side}/{number}")
    return dict(file)


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
    return int(data) if data and _NUMBER.fullmatch(data.decode(errors="replace").strip()) else 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _refuse_changed(code: str, root: Path, expected: Mapping[str, bytes | None]) -> None:
    changed = [path for path, data in expected.items() if _read(root / path) != data]
    if changed:
        raise OutputError([CATALOGUE.problem(code, Where(path), Path(path).name) for path in changed])


def _refuse_held(root: Path, paths: Iterable[str]) -> None:
    """Ask the system for every file before the first is touched: Excel on Windows lets nobody write beside it.

    A link that leads out of the portal is not followed.
    """
    problems = []
    for path in paths:
        try:
            if not followed(root / path).is_relative_to(followed(root)):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            if (root / path).exists():
                os.close(os.open(root / path, os.O_RDWR))
        except OSError as error:
            problems.append(_held(path, error))
    if problems:
        raise OutputError(problems)


def _held(path: str, error: OSError) -> Problem:
    return CATALOGUE.problem("edit-unwritable", Where(path), error.strerror or str(error))


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    home = root / FOLDER
    home.mkdir(exist_ok=True)
    with held(home / "lock", wait=True):
        if not (home / ".gitignore").exists():
            write_file(home / ".gitignore", "*\n")
        yield
