"""JSON and ZIP whose bytes depend on their content alone; numbers read as in the CSV: 2.10 stays 2.10."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

_MEMBER: Final = "\n  "


def json_bytes(value: Any) -> bytes:
    """Write a value as indented UTF-8 JSON with a final line feed; Mappings keep their order.

    Raises:
        TypeError: a value that JSON does not know, floats included: they are not exact.
    """
    return (_text(value, "\n") + "\n").encode()


def json_records(header: Mapping[str, Any], rows: Sequence[Any]) -> bytes:
    """Write `header` with a last member `data` that holds one row a line."""
    members = [f"  {_line(str(key))}: {_text(item, _MEMBER)}" for key, item in header.items()]
    lines = ",\n".join(f"    {_line(row)}" for row in rows)
    members.append('  "data": ' + (f"[\n{lines}\n  ]" if rows else "[]"))
    return ("{\n" + ",\n".join(members) + "\n}\n").encode()


def _text(value: Any, newline: str) -> str:
    inner = newline + "  "
    if isinstance(value, Mapping) and value:
        members = (f"{json.dumps(str(key), ensure_ascii=False)}: {_text(item, inner)}" for key, item in value.items())
        return "{" + inner + f",{inner}".join(members) + newline + "}"
    if isinstance(value, (list, tuple)) and value:
        return "[" + inner + f",{inner}".join(_text(item, inner) for item in value) + newline + "]"
    return _line(value)


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {_line(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_line(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if value is None or isinstance(value, (str, bool, int)):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"not plain JSON: {type(value).__name__}")


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
