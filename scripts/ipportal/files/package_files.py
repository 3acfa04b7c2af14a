"""Everything a package is published as: its files, and one ZIP that holds the data with all one needs to use them."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ipportal.base.templates import template_environment
from ipportal.data.memory import Kept, code
from ipportal.data.model import Package, Portal
from ipportal.files.citation import apa, citation_files, gb7714, package_citation
from ipportal.files.descriptions import croissant_file, csvw_files
from ipportal.files.identity import csv_name, licence, sha256
from ipportal.files.package_workbook import package_workbook
from ipportal.files.plainfiles import zip_files
from ipportal.files.tabular import package_tables

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/packages"

_WRITERS: Final = (sys.version, zlib.ZLIB_RUNTIME_VERSION, version("openpyxl"), version("pyarrow"))


def package_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """Every file of a package: {site path: bytes}, its ZIP included."""
    files = package_tables(portal, package)
    files[f"{package.name}.xlsx"] = package_workbook(portal, package)
    files |= csvw_files(portal, package)
    files["croissant.json"] = croissant_file(portal, package)
    files |= citation_files(package_citation(portal, package), "citation")
    placed = {f"data/{package.name}/{name}": data for name, data in files.items()}
    placed[f"data/{package.name}.zip"] = package_zip(portal, package, files)
    return placed


class PackageFiles(Mapping[str, Mapping[str, bytes]]):
    """The files of each package by name, made when first asked for: pages show their sizes and sums.

    With the portal's `root` they are kept below it, so that of the processes of a build only the first makes them.
    """

    def __init__(self, portal: Portal, root: Path | None = None) -> None:
        self._portal = portal
        self._kept = Kept(root / CACHE if root else None)
        self._made: dict[str, dict[str, bytes]] = {}

    def __getitem__(self, name: str) -> dict[str, bytes]:
        if name not in self._made:
            self._made[name] = self._recalled(name) or self._fresh(name)
        return self._made[name]

    def _recalled(self, name: str) -> dict[str, bytes]:
        data = self._kept.recall(f"{name}/{self._state}.zip")
        if data is None:
            return {}
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as kept:
                return {path: kept.read(path) for path in kept.namelist()}
        except zipfile.BadZipFile:
            return {}

    def _fresh(self, name: str) -> dict[str, bytes]:
        files, kept = package_files(self._portal, self._portal.packages[name]), io.BytesIO()
        with zipfile.ZipFile(kept, "w") as into:
            for path, data in files.items():
                into.writestr(zipfile.ZipInfo(path), data)
        self._kept.keep(f"{name}/{self._state}.zip", kept.getvalue(), alone=True)
        return files

    @cached_property
    def _state(self) -> str:
        """SHA-256 over all that decides the files: what is published, and the programs that write it."""
        portal = self._portal
        state = hashlib.sha256(f"{code()}{_WRITERS}{portal.settings}{portal.releases}".encode())
        for package in portal.packages.values():
            state.update(f"{package.name}\0{package.version}\0{json.dumps(package.descriptor, default=str)}".encode())
            for table in package.tables.values():
                state.update(f"\0{table.name}\0{len(table.data)}\0".encode() + table.data)
        return state.hexdigest()

    def __iter__(self) -> Iterator[str]:
        return iter(self._portal.packages)

    def __len__(self) -> int:
        return len(self._portal.packages)


def package_zip(portal: Portal, package: Package, files: dict[str, bytes]) -> bytes:
    """The ZIP of a package: descriptor, CSV, CSVW, README, licence and sums in one folder."""
    inside = {"datapackage.json": files["datapackage.json"]}
    for table in package.tables.values():
        inside[csv_name(table)] = table.data
    inside |= {name: data for name, data in files.items() if name.endswith("csv-metadata.json")}
    inside["CITATION.cff"] = files["citation.cff"]
    inside |= {name: _text(name, portal, package) for name in ("README.md", "LICENSE.txt")}
    inside["SHA256SUMS"] = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(inside.items())).encode()
    folder = f"{package.name}-{package.version}"
    return zip_files({f"{folder}/{name}": data for name, data in inside.items()})


def _text(name: str, portal: Portal, package: Package) -> bytes:
    """One of the texts for people that travel with the data, in both languages; no markup, so nothing is escaped."""
    cited = package_citation(portal, package)
    words = template_environment().overlay(autoescape=False, keep_trailing_newline=True).get_template(f"package/{name}")
    return words.render(
        package=package,
        settings=portal.settings,
        licence=licence(package),
        csv_name=csv_name,
        gb7714=gb7714(cited),
        apa=apa(cited),
    ).encode()
