"""The folder a build works in, beside the place of the site; several builds do not disturb each other."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """A new empty folder on the file system of `output`, gone at the end.

    What builds that were killed left behind is cleared first; the folder of a build still at work is not touched.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{output.name}.building-"
    for left in sorted(output.parent.glob(f"{prefix}*")):
        with suppress(OSError), _held(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=output.parent))
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder until the end, or until this process dies however it dies.

    Raises:
        OSError: another process holds it.
    """
    if sys.platform == "win32":  # there a folder in use cannot be removed anyway
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
