"""Portals of some packages only, made of the small one."""

import csv
import shutil
from collections.abc import Collection
from pathlib import Path

from ipportal.data.packages import names_of, read_packages
from support.portals import TINY


def portal_with(packages: Collection[str], folder: Path) -> Path:
    """A copy of the small portal below `folder` with these packages; cells that point into others are empty.

    Pages of indicators are left for `ipportal stub` to write.
    """
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for pages in (folder / "docs").glob("*/indicators"):
        shutil.rmtree(pages)
    for package in read_packages(folder):
        if package.name not in packages:
            shutil.rmtree(package.folder)
            continue
        for table in package.tables:
            keys = table.resource["schema"].get("foreignKeys", [])
            away = [key["fields"] for key in keys if key["reference"].get("package", package.name) not in packages]
            emptied = {column for fields in away for column in names_of(fields)}
            if emptied:
                _empty(folder / table.file, emptied)
    return folder


def _empty(path: Path, columns: set[str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = reader.fieldnames or [], list(reader)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | dict.fromkeys(columns, "") for row in rows)
