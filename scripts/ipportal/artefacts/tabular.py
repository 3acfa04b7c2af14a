"""Every table as CSV, and the description that goes with it."""

from __future__ import annotations

from ipportal.artefacts.descriptor import csv_name, descriptor_file
from ipportal.model import Package, Portal


def package_tables(portal: Portal, package: Package) -> dict[str, bytes]:
    """The files of one package that carry its tables: {path below data/<package>/: bytes}."""
    files = {"datapackage.json": descriptor_file(portal, package)}
    for table in package.tables.values():
        files[csv_name(table)] = table.data
    return files


def table_files(portal: Portal) -> dict[str, bytes]:
    """The tables of every package: {site path: bytes}."""
    return {
        f"data/{package.name}/{path}": data
        for package in portal.packages.values()
        for path, data in package_tables(portal, package).items()
    }
