"""What is remembered between the steps of a build and between builds: what passed the rules, and finished bytes.

A build is three processes. What the first has done, the others look up.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ipportal.base.writing import write_file
from ipportal.data.packages import FOLDER
from ipportal.data.settings import FILE as SETTINGS_FILE

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/checks"

_CODE: Final = Path(__file__).parents[1]
_SOURCES: Final = (SETTINGS_FILE, FOLDER, "docs", "releases")


def digest(root: Path) -> str:
    """SHA-256 over everything the rules look at, and over the rules themselves."""
    return _sum(version("frictionless"), *((root, source) for source in _SOURCES), (_CODE, ""))


def code() -> str:
    """SHA-256 over this program, its templates and texts."""
    return _sum("", (_CODE, ""))


def passed(root: Path) -> bool:
    """True when exactly this state of the sources has passed every rule before."""
    return (root / CACHE / digest(root)).is_file()


def remember(root: Path) -> None:
    """Note that this state of the sources has passed every rule; earlier notes are dropped."""
    folder = root / CACHE
    folder.mkdir(parents=True, exist_ok=True)
    note = digest(root)
    for old in folder.iterdir():
        if old.name != note:
            old.unlink(missing_ok=True)
    (folder / note).touch()


class Kept:
    """Bytes that took long to make, below `folder` (None: nowhere) under the hash of all that decides them."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def recall(self, name: str) -> bytes | None:
        """The bytes kept under a name; None when there are none."""
        path = self.folder / name if self.folder else None
        return path.read_bytes() if path and path.is_file() else None

    def keep(self, name: str, data: bytes, *, alone: bool = False) -> None:
        """Keep bytes, `alone` in their folder; a folder that can not be written to only costs time."""
        if self.folder is None:
            return
        try:
            path = self.folder / name
            write_file(path, data, durable=False)
            for old in path.parent.iterdir() if alone else ():
                if old.suffix == path.suffix and old != path:
                    old.unlink(missing_ok=True)
        except OSError:
            self.folder = None


def _sum(start: str, *places: tuple[Path, str]) -> str:
    total = hashlib.sha256(start.encode())
    for base, place in places:
        path = base / place
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                name = file.relative_to(base).as_posix()
                total.update(f"{name}\0{file.stat().st_size}\0".encode())
                total.update(file.read_bytes())
    return total.hexdigest()
