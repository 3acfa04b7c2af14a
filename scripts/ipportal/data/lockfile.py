"""Read requirements.lock: every package the portal runs with, its exact version, checksums and who asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LOCK: Final = "requirements.lock"
#: The same and what the tests need
TEST_LOCK: Final = "requirements-test.lock"
#: What each locked package demands, for every Python and system; `make lock` writes it
NEEDS: Final = "requirements-needs.json"
_PIN: Final = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[(?P<extras>[^\]]*)\])?==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$"
)
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA: Final = re.compile(r"^ +#(?: via)? +(?P<name>[a-z0-9][a-z0-9._-]*)(?: \(pyproject\.toml\))?$")


@dataclass(frozen=True, slots=True)
class Locked:
    """One pinned package. `hashes` are the SHA-256 of its published files, `via` the packages that need it.

    `extras` are the optional parts that are installed with it, `marker` the condition for installing it at all.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]
    extras: tuple[str, ...] = ()


def read_lock(text: str) -> tuple[Locked, ...]:
    """The packages of a lock file as `uv pip compile --generate-hashes` writes it, in the order of the file."""
    return tuple(_entry(lines) for lines in _entries(text))


def _entries(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in text.splitlines():
        if _PIN.match(line):
            if lines:
                yield lines
            lines = [line]
        elif lines:
            lines.append(line)
    if lines:
        yield lines


def _entry(lines: list[str]) -> Locked:
    pin = _PIN.match(lines[0])
    assert pin is not None  # an entry begins with its pin
    needed = [found["name"] for line in lines if (found := _VIA.match(line)) and found["name"] != "via"]
    return Locked(
        name=pin["name"],
        version=pin["version"],
        marker=pin["marker"] or "",
        hashes=tuple(sorted(_HASH.findall("\n".join(lines)))),
        via=tuple(sorted(needed)),
        extras=tuple(re.findall(r"[\w.-]+", pin["extras"] or "")),
    )
