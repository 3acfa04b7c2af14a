"""ZIP archives whose bytes depend on their content alone."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from typing import Final

#: The first moment a ZIP entry can carry
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def zip_files(files: Mapping[str, bytes], *, compress: bool = False) -> bytes:
    """Pack files in the order of their names, without the clock, owner or system that packed them.

    Entries are stored as they are by default: compressed bytes would depend on the compression library's version.
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as target:
        for name, data in sorted(files.items()):
            target.writestr(_entry(name), data, zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED)
    return sink.getvalue()


def repacked(workbook: bytes, modified: datetime.datetime) -> bytes:
    """An XLSX again with fixed times inside, its parts in their given order."""
    sink = io.BytesIO()
    stamp = f"{modified:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(sink, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            target.writestr(_entry(name), data, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry
