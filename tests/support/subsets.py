"""Portals of some packages only, made of the small one."""

import csv
import json
import shutil
from collections.abc import Collection
from pathlib import Path

from support.portals import TINY


def portal_with(packages: Collection[str], folder: Path) -> Path:
    """A copy of the small portal below `folder` with these packages; cells that point into others are empty."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for each in sorted((folder / "datapackages").iterdir()):
        if each.name not in packages:
            shutil.rmtree(each)
            continue
        description = json.loads((each / "datapackage.json").read_text(encoding="utf-8"))
        for table in description["resources"]:
            keys = table["schema"].get("foreignKeys", [])
            away = [key["fields"] for key in keys if key["reference"].get("package", "indicators") not in packages]
            emptied = {column for fields in away for column in ([fields] if isinstance(fields, str) else fields)}
            if emptied:
                _empty(each / table["path"], emptied)
    return folder


def _empty(path: Path, columns: set[str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = reader.fieldnames or [], list(reader)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | dict.fromkeys(columns, "") for row in rows)
