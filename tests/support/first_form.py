"""A copy of the small portal as its tables stood before they took their second form."""

import csv
import json
import shutil
from pathlib import Path

from ipportal.data.packages import read_packages

TINY = Path(__file__).resolve().parents[1] / "tiny"
#: Columns that came with the second form, by table; any table's English locators besides
NEW = {
    "observations": {"series"},
    "targets": {"plan", "replaces"},
    "sections": {"plan"},
    "measures": {"plan", "due_year"},
    "systems": {"due_year"},
    "case_statistics": {"measure"},
    "events": {"measure"},
    "services": {"page"},
}


def first_form(folder: Path) -> Path:
    """Write the copy to `folder` and return it."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for package in read_packages(TINY):
        path, descriptor = folder / package.file, json.loads(json.dumps(package.descriptor))
        descriptor.pop("structure", None)
        descriptor["resources"] = [each for each in descriptor["resources"] if each["name"] != "series"]
        (path.parent / "data/series.csv").unlink(missing_ok=True)
        for table in descriptor["resources"]:
            _table(path.parent / table["path"], table["name"], table["schema"])
        path.write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    return folder


def _table(path: Path, name: str, schema: dict) -> None:
    kept = [field for field in schema["fields"] if not _is_new(name, field["name"])]
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[row[field["name"]] for field in kept] for row in csv.DictReader(file)]
    for field in kept:
        field["name"] = field.pop("formerly", field["name"])
        field.pop("before", None)
        if field["type"] == "boolean":
            words = [(field.pop("trueValues"), "是"), (field.pop("falseValues"), "否")]
            field["type"] = "string"
            field["constraints"]["enum"] = ["yes", "no"]
            field["categories"] = [{"value": code[0], "label": word, "label_en": code[0]} for code, word in words]
    names = [field["name"] for field in kept]
    schema["fields"] = kept
    schema["primaryKey"] = [key for key in schema["primaryKey"] if key in names]
    for links in ("foreignKeys", "externalForeignKeys"):
        schema[links] = [key for key in schema.get(links, []) if set(key["fields"]) <= set(names)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([names, *rows])


def _is_new(table: str, column: str) -> bool:
    return column in NEW.get(table, ()) or column.endswith("locator_en")
