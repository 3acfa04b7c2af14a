"""CSV on the Web: `<table>.csv-metadata.json` beside every CSV, and one table group with the keys between tables.

Follows the W3C Recommendations “Metadata Vocabulary for Tabular Data” and “Model for Tabular Data” (2015).
"""

from __future__ import annotations

import re
from typing import Any, Final

from ipportal.base.text import BCP47, LANGS
from ipportal.data.model import Field, Package, Portal, Table
from ipportal.files import plainjson
from ipportal.files.descriptor import csv_name, publisher
from ipportal.files.identity import both, keywords, licence

CONTEXT: Final = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
_BASES: Final = {"number": "decimal", "integer": "integer", "date": "date"}


def csvw_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """CSVW metadata of a package: one file for each table, and `csv-metadata.json` for all of them together."""
    files = {
        f"{csv_name(table)}-metadata.json": plainjson.dumps(
            {"@context": CONTEXT, **_about(portal, package), **_table(table)}
        )
        for table in package.tables.values()
    }
    group = {"@context": CONTEXT, **_about(portal, package)}
    group |= {"dc:title": both(package.title), "dc:description": both(package.description)}
    group["tables"] = [_table(table, keys=True) for table in package.tables.values()]
    files["csv-metadata.json"] = plainjson.dumps(group)
    return files


def _about(portal: Portal, package: Package) -> dict[str, Any]:
    who = publisher(portal.settings)["publisher"]
    words = keywords(package)
    return {
        "dc:publisher": [{"@value": who[lang], "@language": BCP47[lang]} for lang in LANGS],
        "dc:license": {"@id": licence(package)["path"]},
        "dc:modified": {"@value": package.modified, "@type": "xsd:date"},
        "schema:version": package.version,
        "dcat:keyword": [{"@value": word, "@language": BCP47[lang]} for lang in LANGS for word in words[lang]],
    }


def _table(table: Table, *, keys: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(field) for field in table.fields],
        "primaryKey": list(table.primary_key),
    }
    required = {field.name for field in table.fields if field.required}
    # a key that may be empty is left out: CSVW has no foreign key that is only checked where there is a value
    links = [key for key in table.foreign_keys if required.issuperset(key.fields)]
    if keys and links:
        schema["foreignKeys"] = [
            {
                "columnReference": list(key.fields),
                "reference": {
                    "resource": f"{key.resource or table.name}.csv",
                    "columnReference": list(key.reference),
                },
            }
            for key in links
        ]
    return {
        "url": csv_name(table),
        "dc:title": both(table.title),
        "dc:description": both(table.description),
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\n"]},
        "tableSchema": schema,
    }


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": field.name,
        "titles": {"en": [field.name, field.title.en], "zh": [field.title.zh]},
        "dc:description": both(field.description),
        "datatype": _datatype(field),
    }
    if field.required:
        column["required"] = True
    if field.categories:
        column["rdfs:comment"] = [
            {
                "@value": "; ".join(f"{c.value} = {c.label[lang]}" for c in field.categories),
                "@language": BCP47[lang],
            }
            for lang in LANGS
        ]
    return column


def _datatype(field: Field) -> Any:
    if field.type in _BASES:
        return _BASES[field.type]
    pattern = "|".join(re.escape(c.value) for c in field.categories) or (field.pattern or "").strip("^$")
    return {"base": "string", "format": f"^({pattern})$"} if pattern else "string"
