"""Names and kinds of files: what systems leave behind, what no computer of a reader can hold, what is no plain file."""

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

#: What Finder, Explorer, WPS, LibreOffice, editors and sync tools leave behind; a leading dot hides a file everywhere
_LITTER: Final = re.compile(
    r"\..*|~\$.*|~.*\.tmp|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|\$recycle\.bin|system volume information"
    r"|__macosx|__pycache__|@eadir|#recycle",
    re.IGNORECASE,
)
#: Microsoft, “Naming Files, Paths, and Namespaces”: names of devices, with any ending
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_SIGNS: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$')

Kind = Literal["file", "folder", "link", "special"]


def is_litter(name: str) -> bool:
    """True for what no person put there: it is never read, never published, and nobody is blamed for it."""
    return bool(_LITTER.fullmatch(name))


def unholdable(name: str) -> str:
    """The part of a name that Windows cannot hold: a name of a device, a sign, a last dot or space; empty if none."""
    found = _DEVICE.fullmatch(name) or _SIGNS.search(name)
    return found.group() if found else ""


def survey(folder: Path, *, litter: bool = False) -> Iterator[tuple[Path, Kind]]:
    """Everything below a folder, with its kind, in the order of the paths; litter only where it is asked for.

    No link is followed and nothing is opened but folders. Empty where there is no such folder.
    """
    return iter(sorted(_below(folder, litter)))


def _below(folder: Path, litter: bool) -> Iterator[tuple[Path, Kind]]:
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if is_litter(entry.name) and not litter:
            continue
        kind = _kind(entry)
        yield Path(entry.path), kind
        if kind == "folder":
            yield from _below(Path(entry.path), litter)


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return "link"
    if entry.is_dir():
        return "folder"
    return "file" if entry.is_file() else "special"


def files_below(folder: Path) -> list[Path]:
    """The plain files of `survey`."""
    return [path for path, kind in survey(folder) if kind == "file"]


def is_plain(path: Path, below: Path) -> bool:
    """True for a file that lies in `below` itself: neither it nor a folder on the way is a link or anything special."""
    steps = (path, *path.parents[: len(path.relative_to(below).parts) - 1])
    return path.is_file() and not any(step.is_symlink() for step in steps)


def followed(path: Path) -> Path:
    """Where a path leads in the end; of links in a circle the path itself, where `Path.resolve` would fail."""
    return Path(os.path.realpath(path))


def read_plain(path: Path) -> bytes:
    """What a file holds; a pipe or a device, which might never end, is not opened.

    Raises:
        OSError: there is none that can be read.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EISDIR if path.is_dir() else errno.ESPIPE, "no plain file", str(path))
    return path.read_bytes()
