"""What a publication has to do, worked out without touching anything: waves, changes, names of deployments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

#: Files that lead a reader to other files; they follow once everything they lead to is in place
_LEADING: Final = ("sitemap.xml", "manifest.json", "SHA256SUMS", "releases.json", "pagefind-entry.json")
_NAME: Final = re.compile(r"(\d{4,})-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What differs between the published site and the new one, as site paths."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The deployment now at the target (empty for a dry run) and what changed there."""

    deployment: str
    changes: FileChanges


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> FileChanges:
    """The changes between two inventories {site path: SHA-256}."""
    return FileChanges(
        added=tuple(sorted(set(new) - set(old))),
        changed=tuple(sorted(path for path in set(new) & set(old) if new[path] != old[path])),
        removed=tuple(sorted(set(old) - set(new))),
    )


def waves(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Split an upload: assets and downloads first, then pages and lists, which refer to them."""
    assets: list[str] = []
    pages: list[str] = []
    for path in sorted(paths):
        (pages if path.removesuffix(".gz").endswith((".html", *_LEADING)) else assets).append(path)
    return assets, pages


def fingerprint(inventory: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits that name a site by its content."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(inventory.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def deployments(names: Iterable[str]) -> list[str]:
    """The names that are deployments, oldest first; anything else in the folder is ignored."""
    return sorted((name for name in names if _NAME.fullmatch(name)), key=_number)


def next_deployment(names: Iterable[str], mark: str) -> str:
    """The name of a deployment newer than all given ones: running number and fingerprint."""
    known = deployments(names)
    return f"{_number(known[-1]) + 1 if known else 1:04d}-{mark}"


def unfinished(names: Iterable[str], before: str, mark: str) -> str:
    """A deployment of the same content whose upload was cut off after `before` became current; empty without one."""
    newer = [
        name
        for name in deployments(names)
        if name.endswith(f"-{mark}") and (not before or _number(name) > _number(before))
    ]
    return newer[-1] if newer else ""


def previous_deployment(names: Iterable[str], current: str) -> str | None:
    """The deployment before the current one; None where none is kept."""
    older = [name for name in deployments(names) if _number(name) < _number(current)]
    return older[-1] if older else None


def outdated(names: Iterable[str], current: str, before: str, keep: int) -> list[str]:
    """The deployments to delete once `current` stands.

    `keep` older ones stay. A deployment newer than `before`, the one that stood until now, was rolled
    back or never finished: it goes too, so that a rollback never returns to it.
    """
    known = deployments(names)
    older = [name for name in known if _number(name) < _number(current)]
    withdrawn = [name for name in older if before and _number(name) > _number(before)]
    kept = [name for name in older if name not in withdrawn]
    return sorted({*withdrawn, *kept[: max(0, len(kept) - keep)]})


def _number(name: str) -> int:
    return int(name.split("-", 1)[0])
