"""What was edited since the last release: pages and the terminal say so until it is released."""

from __future__ import annotations

from pathlib import Path

from ipportal.data.comparison import Comparison, compare
from ipportal.data.ledger import FOLDER
from ipportal.data.model import Package, Portal, Release


def pending_changes(portal: Portal, root: Path) -> dict[str, Comparison]:
    """Every package that is not as it was last released, with what differs; packages never released are left out."""
    return {
        package.name: since(package, releases[0], root)
        for package in portal.packages.values()
        if (releases := portal.releases_of(package.name)) and releases[0].version != package.version
    }


def since(package: Package, release: Release, root: Path) -> Comparison:
    """A package compared with the frozen files of a release below `root`."""
    folder = root / FOLDER / package.name / release.version
    return compare(package, {file.path: (folder / file.path).read_bytes() for file in release.files})
