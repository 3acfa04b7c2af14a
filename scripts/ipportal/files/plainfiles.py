"""JSON and ZIP whose bytes depend on their content alone; numbers read as in the CSV: 2.10 stays 2.10."""

import datetime
import io
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

import deflate
import yaml

from ipportal.base.templates import writing_environment
from ipportal.base.text import BCP47, LANGS, Text

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
    if isinstance(value, Text):
        value = [{"@value": value[lang], "@language": BCP47[lang]} for lang in LANGS]
    return json.dumps(value, ensure_ascii=False)


_CORE: Final = "docProps/core.xml"
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")

#: That for more bytes than these, which would take minutes
_EFFORT_FOR_MANY, _MANY = 6, 16_000_000
#: The parts of an entry's head that are the same for all: names in UTF-8, the first moment a ZIP can carry
_NEEDED, _UTF_8, _DEFLATED, _MIDNIGHT, _FIRST_DAY = 20, 0x800, 8, 0, 0x21
_FROM_UNIX, _PLAIN_FILE = 3 << 8, 0o100644 << 16


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order of their names: the same bytes at any time, on any system and processor."""
    return _packed(sorted(files.items()))


def repacked(workbook: bytes, modified: datetime.datetime, rows: Sequence[bytes] = ()) -> bytes:
    """An XLSX again with fixed times inside, its parts in their given order; `rows` are added to each of its sheets."""
    stamp = f"{modified:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[_CORE] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", parts[_CORE])
    for number, added in enumerate(rows, start=1):
        head, end, rest = parts[f"xl/worksheets/sheet{number}.xml"].partition(b"</sheetData>")
        last = added.rpartition(b'<c r="')[2].partition(b'"')[0]
        # how far a sheet goes, by which readers know how wide a row is that ends in empty cells
        head = re.sub(rb"<dimension [^>]*/>", b'<dimension ref="A1:%s"/>' % last, head) if added else head
        parts[f"xl/worksheets/sheet{number}.xml"] = b"".join((head, added, end, rest))
    return _packed(parts.items())


def _packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP. The standard library has no way to put in what libdeflate has compressed, and zlib differs by system."""
    body, directory, count = bytearray(), bytearray(), 0
    for name, data in files:
        # effort of the compressor, up to 12: beyond it a package takes twice as long for half a percent
        effort = 10 if len(data) < _MANY else _EFFORT_FOR_MANY
        packed, title = deflate.deflate_compress(data, effort), name.encode()
        method, held = (_DEFLATED, packed) if len(packed) < len(data) else (0, data)
        facts = (_NEEDED, _UTF_8, method, _MIDNIGHT, _FIRST_DAY, deflate.crc32(data), len(held), len(data), len(title))
        head = struct.pack("<5H3L2H", *facts, 0)
        at = struct.pack("<3H2L", 0, 0, 0, _PLAIN_FILE, len(body))
        directory += b"PK\1\2" + struct.pack("<H", _FROM_UNIX | _NEEDED) + head + at + title
        body += b"PK\3\4" + head + title + held
        count += 1
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\5\6" + end)
