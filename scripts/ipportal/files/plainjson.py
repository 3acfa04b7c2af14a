"""JSON whose numbers read as they stand in the CSV: 2.10 stays 2.10, never 2.1000000000000001."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

_MEMBER: Final = "\n  "


def dumps(value: Any) -> bytes:
    """Write a value as indented UTF-8 JSON with a final line feed; Mappings keep their order.

    Raises:
        TypeError: a value that JSON does not know, floats included: they are not exact.
    """
    return (_text(value, "\n") + "\n").encode()


def records(header: Mapping[str, Any], rows: Sequence[Any]) -> bytes:
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
