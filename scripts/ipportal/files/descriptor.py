"""The published `datapackage.json`: the package's own description, with what only publication knows.

The descriptor kept by staff says what the data mean. Publication adds who publishes (portal.toml), the size and
SHA-256 of every file (Data Package v2, `bytes` and `hash`), the sources and flat file names. It stays valid under
the profiles of v1 and v2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ipportal.data.model import Package, Portal, Table
from ipportal.data.settings import Settings
from ipportal.files import plainjson
from ipportal.files.identity import dataset_page


def sha256(data: bytes) -> str:
    """The SHA-256 of a file as lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def csv_name(table: Table) -> str:
    """The published file name of a table."""
    return f"{table.name}.csv"


def publisher(settings: Settings) -> dict[str, Any]:
    """Who answers for the data, as it is carried in every JSON output."""
    contact: dict[str, str] = {"zh": settings.contact.zh, "en": settings.contact.en}
    if settings.contact_url:
        contact["url"] = settings.contact_url
    return {"publisher": {"zh": settings.organiser.zh, "en": settings.organiser.en}, "contact": contact}


def published_descriptor(portal: Portal, package: Package) -> dict[str, Any]:
    """The descriptor as it is published beside the files of a package."""
    source = package.descriptor
    settings = portal.settings
    head = {key: value for key, value in source.items() if key not in ("resources", "changes")}
    head["version"] = package.version
    if settings.url:
        head["id"] = head["homepage"] = f"{settings.url}/{dataset_page(settings, package)}"
    contributor = {"title": settings.organiser.zh, "title_en": settings.organiser.en, "roles": ["publisher"]}
    return {
        **head,
        "contributors": [contributor],
        **publisher(settings),
        "sources": _sources(package),
        "changes": list(source["changes"]),
        "resources": [_resource(package.tables[entry["name"]], entry) for entry in source["resources"]],
    }


def descriptor_file(portal: Portal, package: Package) -> bytes:
    """`datapackage.json` as bytes."""
    return plainjson.dumps(published_descriptor(portal, package))


def published_schema(package: Package, table: Table) -> dict[str, Any]:
    """The Table Schema of a table as the package describes it."""
    entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == table.name)
    return without_default(entry["schema"])


def _resource(table: Table, entry: Mapping[str, Any]) -> dict[str, Any]:
    added = {"bytes": len(table.data), "hash": f"sha256:{sha256(table.data)}", "rows": len(table.rows)}
    head = {key: value for key, value in entry.items() if key != "schema"}
    return {**head, "path": csv_name(table), **added, "schema": without_default(entry["schema"])}


def without_default(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out `fieldsMatch: exact`, the default: the JSON Schema of Data Package 2.0 wrongly wants a list."""
    return {key: value for key, value in schema.items() if (key, value) != ("fieldsMatch", "exact")}


def _sources(package: Package) -> list[dict[str, Any]]:
    table = package.tables.get("sources")
    found = []
    for row in table.rows if table else ():
        entry = {"title": row["title"], "name_zh": row["name_zh"], "name_en": row["name_en"]}
        found.append(entry | ({"path": row["url"]} if row["url"] else {}))
    return found
