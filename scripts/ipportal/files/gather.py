"""Gather every public file, list it with its size and SHA-256, and write it. The only place that writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.writing import write_staged
from ipportal.data.ledger import ledger_file, read_frozen
from ipportal.data.model import Portal
from ipportal.files import CATALOGUE
from ipportal.files.analysis import published_packages
from ipportal.files.api import api_files
from ipportal.files.assets import Assets
from ipportal.files.cards import card_files
from ipportal.files.catalogue import catalogue_files
from ipportal.files.citation import indicator_citations
from ipportal.files.descriptions import Versions
from ipportal.files.drawings import chart_files, embed_files
from ipportal.files.feeds import feed_files, known_news
from ipportal.files.headers import LINKSET, linkset_file, media_type, wellknown_files
from ipportal.files.identity import LeftOut, left_out, sha256, sums
from ipportal.files.machine_map import map_files
from ipportal.files.moved import moved_files, moved_pages
from ipportal.files.package_files import PackageFiles
from ipportal.files.package_workbook import chart_workbooks
from ipportal.files.plainfiles import json_bytes

MANIFEST: Final = "data/manifest.json"
SUMS: Final = "data/SHA256SUMS"


def gather_files(portal: Portal, root: Path) -> dict[str, bytes]:
    """Every public file of the portal below `root`: {site path: bytes}, sorted, manifest and sums included.

    Raises:
        OutputError: two artefacts claim the same address.
    """
    files: dict[str, bytes] = {}
    frozen = release_files(portal, root)  # first: what was tampered with stops everything before the long work
    packages, versions = PackageFiles(portal, root), Versions(portal, root)
    for part in (
        frozen,
        *packages.values(),
        *(versions[release.id].described for release in portal.releases),
        indicator_citations(portal),
        feed_files(portal, known_news(portal, root)),
        catalogue_files(portal, packages),
        {f"data/{LINKSET}": linkset_file(portal.settings, portal.packages.values())},
        api_files(portal, packages),
        chart_files(portal, root),
        chart_workbooks(portal),
        card_files(portal, root),
        Assets(root).files,
        embed_files(portal, root),
        wellknown_files(portal.settings),
        moved_pages(portal, root),
    ):
        _add(files, part)
    _add(files, moved_files(portal, files))
    _add(files, map_files(portal, {*files, MANIFEST}))
    files[MANIFEST] = manifest(files, left_out(published_packages(portal).values()))
    files[SUMS] = data_sums(files)
    return dict(sorted(files.items()))


def _add(files: dict[str, bytes], part: Mapping[str, bytes]) -> None:
    for path, data in part.items():
        if path in files:
            raise OutputError([CATALOGUE.problem("publish-twice", Where(path), path)])
        files[path] = data


def release_files(portal: Portal, root: Path) -> dict[str, bytes]:
    """Every frozen release below `data/<package>/<version>/`, and the ledger that proves them.

    Raises:
        OutputError: a frozen file is not what was released.
    """
    files: dict[str, bytes] = {"data/releases.json": ledger_file(portal.releases)}
    for release in portal.releases:
        for file in release.files:
            found = read_frozen(root, release, file)
            if isinstance(found, Problem):
                raise OutputError([found])
            files[f"data/{release.id}/{file.path}"] = found
    return files


def manifest(files: Mapping[str, bytes], missing: Iterable[LeftOut] = ()) -> bytes:
    """`data/manifest.json`: path from the site's root, bytes, SHA-256 and media type of every file.

    Under `left_out` stands what a format cannot hold, and why.
    """
    entries = [
        {"path": path, "bytes": len(data), "sha256": sha256(data), "media_type": media_type(path)}
        for path, data in sorted(files.items())
    ]
    told = [{"path": each.path, "table": each.table, "why": {"zh": each.why.zh, "en": each.why.en}} for each in missing]
    return json_bytes({"files": entries, "left_out": told})


def data_sums(files: Mapping[str, bytes]) -> bytes:
    """`data/SHA256SUMS` for `sha256sum -c` run inside data/; names files below data/ only."""
    folder = f"{PurePosixPath(SUMS).parent}/"
    return sums({path.removeprefix(folder): data for path, data in files.items() if path.startswith(folder)})


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write every file below `folder`, making the folders it needs.

    Raises:
        OutputError: a path leaves the folder, or the disk refuses.
    """
    for path, data in files.items():
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts:
            raise OutputError([CATALOGUE.problem("publish-outside", Where(path), path)])
        try:
            write_staged(folder / path, data)
        except OSError as error:
            raise OutputError([CATALOGUE.problem("publish-unwritable", Where(path), str(error))]) from error
