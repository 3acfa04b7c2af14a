"""The only place that writes files: one by one in a step of its own, or many in a folder that is swapped in whole."""

import ctypes
import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ipportal.base.filenames import followed

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def write_file(path: Path, content: bytes | str, *, durable: bool = True) -> None:
    """Put a file in place by one rename; its folder is made where it is missing.

    A stop at any moment leaves the old file or the new one, never a part; with `durable` a power cut does so too.
    Text is written as UTF-8, its line ends as they are. What is no file, such as a pipe, is written to as it is.

    Raises:
        OSError: the disk is full, another program does not let go of the file, or nobody reads the pipe.
    """
    path = followed(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        # opened without waiting: for a reader of a pipe it would wait for ever
        with os.fdopen(os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0)), "wb") as special:
            if sys.platform != "win32":
                os.set_blocking(special.fileno(), True)
            special.write(_bytes(content))
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(_bytes(content))
        if durable:
            sync(fresh)
        fresh.replace(path)
    except BaseException:
        # a full disk must not stay full because of us
        fresh.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


def clear_unfinished(path: Path) -> None:
    """Remove what a killed process left beside `path` when it was about to write it."""
    for left in path.parent.glob(f".{path.name}.*.new"):
        left.unlink(missing_ok=True)


def sync_tree(folder: Path) -> None:
    """Have everything below a folder on the disk for good.

    Raises:
        OSError: the disk refuses.
    """
    if not _sync_system(folder):
        for path in (folder, *folder.rglob("*")):
            sync(path)


def _sync_system(folder: Path) -> bool:
    """Have the file system of a folder on the disk, in one call; False where the system has none."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(handle)
    return True


def make_readable(folder: Path) -> None:
    """Let everybody, such as a web server, read all below a folder whatever this process usually allows.

    Raises:
        OSError: the file system keeps no rights.
    """
    for path in (folder, *folder.rglob("*")):
        wanted = 0o755 if path.is_dir() else 0o644
        if path.stat().st_mode & wanted != wanted:
            path.chmod(wanted)
            if not path.stat().st_mode & stat.S_IROTH:
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))


def sync(path: Path) -> None:
    """Have one file, or the names in one folder, on the disk for good."""
    if sys.platform == "win32" and path.is_dir():  # there folders cannot be opened
        return
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_staged(path: Path, content: bytes | str) -> None:
    """Write a file of a folder that nobody uses yet, making the folders above it.

    Raises:
        OSError: the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_bytes(content))


def write_parts(path: Path, parts: Iterable[bytes | str]) -> None:
    """Write a file of such a folder that is too large for memory, part by part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(map(_bytes, parts))


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """A new empty folder on the file system of `output`, gone at the end.

    What builds that were killed left behind is cleared first; the folder of a build still at work is not touched.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{output.name}.building-"
    for left in sorted(output.parent.glob(f"{prefix}*")):
        with suppress(OSError), held(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=output.parent))
    try:
        with held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def held(place: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a folder, or a file made for it, until the end or until this process dies however it dies.

    Raises:
        OSError: another process holds it, and this one was not to `wait`.
    """
    if sys.platform == "win32" and place.is_dir():  # there a folder in use cannot be removed anyway
        yield
        return
    handle = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT)
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


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
