"""What is remembered between the steps of a build and between builds: what passed the rules, and finished bytes.

A build is three processes. What the first has done, the others look up.
"""

import hashlib
import io
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ipportal.base.filenames import survey
from ipportal.base.writing import write_file
from ipportal.data.configuration import CONFIGS, OVERRIDES
from ipportal.data.entries import FILE as SETTINGS_FILE
from ipportal.data.ledger import BESIDE
from ipportal.data.packages import FOLDER

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/checks"
#: The pieces a build is put together from, likewise
PIECES: Final = ".cache/pieces"

#: Bytes of a SHA-256
_SEAL: Final = 32
_CODE: Final = Path(__file__).parents[1]
#: What of a folder is the portal's own
SOURCES: Final = (
    SETTINGS_FILE,
    FOLDER,
    "docs",
    "releases",
    BESIDE,
    OVERRIDES,
    *CONFIGS,
    "CITATION.cff",
    "LICENSE-DATA",
)


def digest(root: Path) -> str:
    """SHA-256 over everything the rules look at, and over the rules themselves."""
    return _sum(version("frictionless"), *((root, source) for source in SOURCES), (_CODE, ""))


def code() -> str:
    """SHA-256 over this program, its templates and texts."""
    return _sum("", (_CODE, ""))


def look(root: Path) -> str:
    """SHA-256 over what a portal changes of the look and the settings of its pages."""
    return _sum("", *((root, place) for place in (OVERRIDES, *CONFIGS)))


def shows_others(root: Path) -> bool:
    """True when the portal's own templates could show the text of other pages."""
    own = (path.read_bytes() for path in (root / OVERRIDES).rglob("*.html") if path.is_file())
    return any(re.search(rb"content|toc|markdown|attr", text) for text in own)


def programs() -> str:
    """This Python and every library beside it, with their versions."""
    found = {place.name for folder in sys.path for place in Path(folder or ".").glob("*.dist-info")}
    return " ".join([sys.version, *sorted(found)])


def passed(root: Path) -> bool:
    """True when exactly this state of the sources has passed every rule before."""
    return Kept(root / CACHE).recall(digest(root)) is not None


def remember(root: Path) -> None:
    """Note that this state of the sources has passed every rule; earlier notes are dropped."""
    Kept(root / CACHE).keep(digest(root), b"", alone=True)


class Kept:
    """Bytes that took long to make, below `folder` (None: nowhere) under the hash of all that decides them.

    Each file begins with a SHA-256 over its name and the rest: what was cut off, edited or put there by somebody else
    is made anew. Nothing is read or written through links.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def recall(self, name: str) -> bytes | None:
        """The bytes kept under a name; None when there are none, or when they are not those that were kept."""
        kept = b""
        with suppress(OSError):
            if self.folder and not self._linked(path := self.folder / name) and path.is_file():
                kept = path.read_bytes()
        return kept[_SEAL:] if kept[:_SEAL] == _seal(name, kept[_SEAL:]) else None

    def keep(self, name: str, data: bytes, *, alone: bool = False) -> None:
        """Keep bytes, `alone` in their folder; a folder that can not be written to only costs time."""
        if self.folder is None:
            return
        path = self.folder / name
        try:
            if self._linked(path.parent):
                self.folder = None
                return
            if path.is_symlink() or not path.is_file():  # nothing, a link, a folder, or a pipe nobody reads from
                emptied(path)
            write_file(path, _seal(name, data) + data, durable=False)
            for old in path.parent.iterdir() if alone else ():
                if old.suffix == path.suffix and old != path and (old.is_symlink() or not old.is_dir()):
                    old.unlink(missing_ok=True)
        except OSError:
            self.folder = None

    def _linked(self, path: Path) -> bool:
        """True when the file, or a folder from the cache down to it, is a link."""
        steps = [path, *path.parents]
        return self.folder is not None and any(step.is_symlink() for step in steps[: steps.index(self.folder) + 2])


class Pieces:
    """Many small results in one file below the portal's root (None: nowhere), each under the hash of what decides it.

    What was not asked for until `close` is dropped. Without a file, or with one that is not as it was kept, every piece
    is made: a build is the same either way.
    """

    def __init__(self, root: Path | None, name: str) -> None:
        self._kept, self._name = Kept(root / PIECES if root else None), f"{name}.zip"
        self._state = f"{code()}{programs()}"
        self._old = _unpacked(self._kept.recall(self._name) or b"")
        self._asked: dict[str, bytes] = {}

    def key(self, *decides: Any) -> str:
        """The name of what these decide, besides this program and its libraries."""
        return hashlib.sha256("\0".join([self._state, *map(repr, decides)]).encode()).hexdigest()

    def recall(self, key: str) -> bytes | None:
        """The piece of that name; None when there is none."""
        if key not in self._asked and key in self._old:
            self._asked[key] = self._old[key]
        return self._asked.get(key)

    def keep(self, key: str, data: bytes) -> None:
        """Keep a piece under its name."""
        self._asked[key] = data

    def made(self, make: Callable[..., bytes], *decides: Any) -> bytes:
        """What `make` gives for these, which tell everything by their `repr`."""
        key = self.key(make.__qualname__, *decides)
        data = self.recall(key)
        if data is None:
            data = make(*decides)
            self.keep(key, data)
        return data

    def close(self) -> None:
        """Write what was asked for in the place of what there was."""
        if self._asked.keys() == self._old.keys():
            return
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as into:
            for key, data in self._asked.items():
                into.writestr(zipfile.ZipInfo(key), data)
        self._kept.keep(self._name, packed.getvalue())


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as kept:
            return {name: kept.read(name) for name in kept.namelist()}
    except zipfile.BadZipFile:
        return {}


def forget(root: Path) -> None:
    """Drop all that was kept for builds, so that the next makes everything anew."""
    for name in (CACHE, PIECES, ".cache/packages", ".cache/charts"):
        if not (root / name).parent.is_symlink():
            emptied(root / name)


def emptied(folder: Path) -> Path:
    """The folder, without anything, or whatever stands in its place; a link goes, and not what it leads to."""
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _seal(name: str, data: bytes) -> bytes:
    return hashlib.sha256(f"{name}\0".encode() + data).digest()


def _sum(start: str, *places: tuple[Path, str]) -> str:
    total = hashlib.sha256(start.encode())
    for base, place in places:
        path = base / place
        for file, kind in [(path, "file")] if path.is_file() else survey(path):
            if kind != "folder" and file.suffix != ".pyc":
                # a link or a pipe counts by being there: the rules tell it, and nobody opens it
                data = file.read_bytes() if kind == "file" else kind.encode()
                total.update(f"{file.relative_to(base).as_posix()}\0{kind}\0{len(data)}\0".encode() + data)
    return total.hexdigest()
