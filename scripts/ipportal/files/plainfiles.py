"""JSON and ZIP whose bytes depend on their content alone; numbers read as in the CSV: 2.10 stays 2.10."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

import yaml

from ipportal.base.templates import writing_environment
from ipportal.base.text import Text
from ipportal.files.identity import both

_MEMBER: Final = "\n  "


def json_bytes(value: Any) -> bytes:
    """Write a value as indented UTF-8 JSON with a final line feed; Mappings keep their order.

    Raises:
        TypeError: a value that JSON does not know, floats included: they are not exact.
    """
    return (_text(value, "\n") + "\n").encode()


def json_records(header: Mapping[str, Any], rows: Sequence[Any]) -> bytes:
    """Write `header` with a last member `data` that holds one row a line."""
    members = [f"  {_text(key)}: {_text(item, _MEMBER)}" for key, item in header.items()]
    lines = ",\n".join(f"    {_text(row)}" for row in rows)
    members.append('  "data": ' + (f"[\n{lines}\n  ]" if rows else "[]"))
    return ("{\n" + ",\n".join(members) + "\n}\n").encode()


def _text(value: Any, newline: str = "") -> str:
    """On one line, or with the line break `newline` (indented so far) each member on a line of its own."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{newline}  " if newline else ""
    if isinstance(value, Mapping):
        ends, parts = "{}", [f"{encode_basestring(str(key))}: {_text(item, inner)}" for key, item in value.items()]
    elif isinstance(value, (list, tuple)):
        ends, parts = "[]", [_text(item, inner) for item in value]
    elif isinstance(value, Decimal):
        return f"{value:f}"
    elif value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    else:
        raise TypeError(f"not plain JSON: {type(value).__name__}")
    between = f",{inner}" if newline else ", "
    return f"{ends[0]}{inner}{between.join(parts)}{newline}{ends[1]}" if parts else ends


def from_template(name: str, **facts: Any) -> Any:
    """JSON data as a template of `described/` says them, in YAML.

    Every value stands in it as JSON, which YAML takes as it is, and a text once a language, as JSON-LD has it.
    """
    return yaml.load(writing_environment(_json).get_template(f"described/{name}.yaml").render(facts), yaml.CSafeLoader)


def _json(value: Any) -> str:
    return json.dumps(both(value) if isinstance(value, Text) else value, ensure_ascii=False)


#: The first moment a ZIP entry can carry
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order of their names, without the clock, owner or system that packed them.

    Entries are stored as they are: compressed bytes would depend on the compression library's version.
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as target:
        for name, data in sorted(files.items()):
            target.writestr(_entry(name), data)
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
