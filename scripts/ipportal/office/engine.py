"""The program as a portal keeps it beside its data: one wheel, and the lock that names it and all it needs by hash."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Final

from ipportal import __version__
from ipportal.data.configuration import ENGINE
from ipportal.files.plainfiles import zip_files
from ipportal.files.sbom import LOCK, SOURCE

_NAME: Final = "ipportal"
_FORM: Final = "Wheel-Version: 1.0\nGenerator: ipportal\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
#: Made by running the program, or notes of those who write it
_NOT_KEPT: Final = ("__pycache__", ".changes")


def engine_files() -> dict[str, bytes]:
    """The lock and the wheel of the program that runs, by their paths below a portal's root."""
    path, data = f"{ENGINE}/{_NAME}-{__version__}-py3-none-any.whl", wheel()
    own = f"./{path} --hash=sha256:{hashlib.sha256(data).hexdigest()}\n"
    return {LOCK: _lock() + own.encode(), path: data}


def wheel() -> bytes:
    """The program as a wheel, whether it was installed from one or runs from its source; the same each time."""
    package = Path(str(resources.files(_NAME)))
    info, told = f"{_NAME}-{__version__}.dist-info", metadata.distribution(_NAME)
    about = re.sub(r"(?m)^Version: .*$", f"Version: {__version__}", told.read_text("METADATA") or "")
    files = {
        f"{info}/{name}": (told.read_text(name) or "").encode() for name in ("entry_points.txt", "licenses/LICENSE")
    }
    files |= {f"{info}/METADATA": about.encode(), f"{info}/WHEEL": _FORM.encode()}
    files |= {
        f"{_NAME}/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and not set(path.parts) & set(_NOT_KEPT)
    }
    files[f"{_NAME}-{__version__}.data/data/share/{_NAME}/{LOCK}"] = _lock()
    return zip_files(files | {f"{info}/RECORD": _record(files, f"{info}/RECORD")})


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    def line(name: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(data)}"

    return "\n".join([*(line(*file) for file in sorted(files.items())), f"{own},,", ""]).encode()


def _lock() -> bytes:
    """The lock of the program: beside its source, or where its wheel puts it.

    Raises:
        FileNotFoundError: somebody removed it.
    """
    if (SOURCE / LOCK).is_file():
        return (SOURCE / LOCK).read_bytes()
    told = metadata.files(_NAME) or ()
    return next((Path(str(file.locate())) for file in told if file.name == LOCK), SOURCE / LOCK).read_bytes()
