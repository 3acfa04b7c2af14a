"""What a request to the preview may ask for: judged before anything is looked up. Pure, and it never raises."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from typing import Final
from urllib.parse import unquote_to_bytes

from ipportal.base.characters import hidden

#: Names by which a machine reaches itself
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
#: The longest path that is looked up; the site's own are far shorter
LONGEST: Final = 2_000

_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Separators and drive letters of other systems, and escapes that were escaped once more
_FOREIGN: Final = re.compile(r"[\\:%]")


def address_in(target: str) -> str | None:
    """The address inside the site that a request's target names, decoded once; None for one that leads nowhere.

    The target is a path from the root, perhaps with a query. Nothing that a file system could read as another place
    passes: `.` and `..`, backslashes, drive letters, control characters, names that end with a dot or a space, bytes
    that are no UTF-8, what is still escaped after decoding.
    """
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    if not path.startswith("/") or len(path) > LONGEST or not path.isascii() or _ESCAPE.search(path):
        return None
    try:
        decoded = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _FOREIGN.search(decoded) or any(map(hidden, decoded)):
        return None
    *folders, name = decoded.removeprefix("/").split("/")
    if any(not folder or folder.endswith((".", " ")) for folder in folders) or name.endswith((".", " ")):
        return None
    return decoded.removeprefix("/")


def is_for_us(hosts: list[str], names: Collection[str]) -> bool:
    """True when the one Host header names this server. Other names are of pages elsewhere that were led here."""
    found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return found is not None and _plain(found[1] or found[2]) in {_plain(name) for name in names}


def _plain(host: str) -> str:
    """The host in one spelling."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.lower()
