"""Remember which state of the sources has passed the rules, so one build checks once and not three times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ipportal.data.packages import FOLDER
from ipportal.data.settings import FILE as SETTINGS_FILE

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/checks"

_SOURCES: Final = (SETTINGS_FILE, FOLDER, "docs", "releases")


def digest(root: Path) -> str:
    """SHA-256 over everything the rules look at, and over the rules themselves."""
    total = hashlib.sha256(version("frictionless").encode())
    for base, name in _inputs(root):
        path = base / name
        total.update(f"{name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


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


def _inputs(root: Path) -> Iterator[tuple[Path, str]]:
    for source in _SOURCES:
        yield from _files(root, source)
    yield from _files(Path(__file__).parents[1], "")


def _files(base: Path, name: str) -> Iterator[tuple[Path, str]]:
    path = base / name
    if path.is_file():
        yield base, name
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            yield base, file.relative_to(base).as_posix()
