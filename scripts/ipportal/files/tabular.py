"""What a package says of itself as `datapackage.json`, and every table as CSV, JSON and Parquet.

The only module that knows Parquet. The descriptor kept by staff says what the data mean. Publication adds who publishes
(portal.toml), the size and SHA-256 of every file (Data Package v2, `bytes` and `hash`), the sources and flat file
names. It stays valid under the profiles of v1 and v2.

CSV are the package's own bytes. JSON holds the table's schema and one object a row. Parquet is typed (number →
double, integer → int64, date → date32, everything else → string) and carries the description of every column.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from ipportal.data.model import Field, Package, Portal, Table
from ipportal.files.identity import csv_name, dataset_page, licence, publisher, sha256
from ipportal.files.plainfiles import json_bytes, json_records

#: Type of Arrow and what makes a value of it, by the type of the column; all others are strings
_ARROW: Final[dict[str, tuple[Any, Callable[[Any], Any]]]] = {
    "number": (pa.float64(), float),
    "integer": (pa.int64(), int),
    "date": (pa.date32(), date.fromisoformat),
}


def package_tables(portal: Portal, package: Package) -> dict[str, bytes]:
    """The files of one package that carry its tables: {name below data/<package>/: bytes}."""
    files = {"datapackage.json": json_bytes(published_descriptor(portal, package))}
    for table in package.tables.values():
        files[csv_name(table)] = table.data
        files[f"{table.name}.json"] = json_table(package, table)
        files[f"{table.name}.parquet"] = parquet_table(package, table)
    return files


def json_table(package: Package, table: Table) -> bytes:
    """A table as JSON: what it is, its Table Schema, its rows under `data`."""
    header = {
        "package": package.name,
        "version": package.version,
        "modified": package.modified,
        "name": table.name,
        **_described(table),
        "licenses": package.descriptor["licenses"],
        "schema": published_schema(package, table),
    }
    names = [field.name for field in table.fields]
    return json_records(header, [{name: row[name] for name in names} for row in table.rows])


def parquet_table(package: Package, table: Table) -> bytes:
    """A table as Parquet; the same rows always give the same bytes with the same version of Arrow."""
    about = {
        "package": package.name,
        "version": package.version,
        "table": table.name,
        **_described(table),
        "license": licence(package)["name"],
        "primary_key": ",".join(table.primary_key),
    }
    columns, cells = [], []
    for field in table.fields:
        kind, read = _ARROW.get(field.type, (pa.string(), str))
        codes = "; ".join(f"{c.value} = {c.label.zh} / {c.label.en}" for c in field.categories)
        said = _described(field) | ({"codes": codes} if codes else {})
        columns.append(pa.field(field.name, kind, nullable=not field.required, metadata=said))
        values = (row[field.name] for row in table.rows)
        cells.append(pa.array([None if value is None else read(value) for value in values], type=kind))
    schema = pa.schema(columns, metadata=about)
    sink = io.BytesIO()
    parquet.write_table(pa.table(cells, schema=schema), sink, compression="zstd", store_schema=True)
    return sink.getvalue()


def _described(what: Table | Field) -> dict[str, str]:
    title, description = what.title, what.description
    words = {"title": title.zh, "title_en": title.en}
    return words | {"description": description.zh, "description_en": description.en}


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
    return [
        {"title": row["title"], "name_zh": row["name_zh"], "name_en": row["name_en"]}
        | ({"path": row["url"]} if row["url"] else {})
        for row in (table.rows if table else ())
    ]
