"""What was released when, with the hash of every frozen file and the reason for every changed figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ipportal.base.text import Text


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """One file of a release; `path` is below releases/<package>/<version>/."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One difference against the release before.

    Attributes:
        kind: added, removed (whole rows) or changed (one cell).
        key: the row's primary key, column → cell.
        column, old, new: the cell that changed; None for whole rows.
        reason: why a figure was changed or withdrawn; None where none is due.
    """

    kind: str
    table: str
    key: Mapping[str, str]
    column: str | None
    old: str | None
    new: str | None
    reason: Text | None

    @property
    def place(self) -> str:
        """The row's key as text: `invention-grants, zone, 2021`."""
        return ", ".join(self.key.values())


@dataclass(frozen=True, slots=True)
class Release:
    """A frozen version of a package. `previous` is the hash of the ledger's entry before this one."""

    package: str
    version: str
    date: str
    what: Text
    why: Text
    previous: str
    files: tuple[FrozenFile, ...]
    changes: tuple[RowChange, ...]

    @property
    def revisions(self) -> tuple[RowChange, ...]:
        """Figures that were changed or withdrawn, each with its reason."""
        return tuple(change for change in self.changes if change.reason is not None)
