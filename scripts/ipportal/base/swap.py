"""Put a finished folder in the place of another so that no moment without either exists."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def swap_in(fresh: Path, place: Path) -> None:
    """Make `fresh` stand at `place`, on the same file system; what stood there before is removed.

    Linux and macOS exchange the two folders in one system call, so a kill at any moment leaves a
    whole folder at `place`. Elsewhere the old folder is first moved to `<place>.previous`;
    `restore` brings it back if the process ended between the two moves.
    """
    if not place.exists():
        fresh.rename(place)
        return
    if _exchange(fresh, place):
        shutil.rmtree(fresh)
        return
    previous = _previous(place)
    place.rename(previous)
    fresh.rename(place)
    shutil.rmtree(previous)


def restore(place: Path) -> None:
    """Undo a swap that was cut off between its two moves, and clear what a finished one left behind."""
    previous = _previous(place)
    if not previous.exists():
        return
    if place.exists():
        shutil.rmtree(previous)
    else:
        previous.rename(place)


def _previous(place: Path) -> Path:
    return place.with_name(f"{place.name}.previous")


def _exchange(a: Path, b: Path) -> bool:
    """Swap two paths atomically; False where the system cannot."""
    names = (os.fsencode(a), os.fsencode(b))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(names[0], names[1], _RENAME_SWAP) == 0)
    except (AttributeError, OSError, TypeError):
        return False
    return False
