"""Everything a package is published as: its files, and one ZIP that holds the data with all one needs to use them.

The only module that knows Parquet. The descriptor kept by staff says what the data mean. `datapackage.json` adds who
publishes (portal.toml), the size and SHA-256 of every file (Data Package v2, `bytes` and `hash`), the sources and flat
file names. It stays valid under the profiles of v1 and v2.

CSV are the package's own bytes. JSON holds the table's schema and one object a row. Parquet is typed (number → double,
integer → int64, boolean → bool, date → date32, all else → string) and carries the description of every column.
"""

import hashlib
import io
import json
import sys
import zipfile
from collections import UserDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from ipportal.base.templates import template_environment
from ipportal.base.text import LANGS, Lang
from ipportal.data.ledger import read_frozen
from ipportal.data.memory import Kept, code
from ipportal.data.model import Field, Package, Portal, Table
from ipportal.files import identity
from ipportal.files.analysis import NAME, published_packages
from ipportal.files.citation import apa, citation_files, gb7714, package_citation
from ipportal.files.descriptions import crate_file, croissant_file, csvw_files, sdmx_files
from ipportal.files.identity import SUMS, fits, licence, publisher, release_of, sha256, sums
from ipportal.files.package_workbook import package_workbook
from ipportal.files.plainfiles import json_bytes, json_records, zip_files

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/packages"

_WRITERS: Final = (sys.version, version("deflate"), version("openpyxl"), version("pyarrow"))


def package_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """Every file of a package: {site path: bytes}, its ZIP included."""
    files = package_tables(portal, package)
    files[f"{package.name}.xlsx"] = package_workbook(portal, package)
    for name, table in package.tables.items():
        if fits(table, "xlsx"):
            alone = replace(package, tables={name: table})
            files[identity.workbook_name(package, table)] = package_workbook(portal, alone)
    files |= csvw_files(portal, package)
    files |= sdmx_files(portal, package) if package.name == NAME else {}
    files["croissant.json"] = croissant_file(portal, package)
    files |= citation_files(package_citation(portal, package), "citation")
    placed = {f"data/{package.name}/{name}": data for name, data in files.items()}
    placed[f"data/{package.name}.zip"] = package_zip(portal, package, files)
    return placed


class PackageFiles(UserDict[str, Any]):
    """The files of each package by name, made when first asked for: pages show their sizes and sums.

    With the portal's `root` they are kept below it, so that of the processes of a build only the first makes them.
    """

    def __init__(self, portal: Portal, root: Path | None = None) -> None:
        super().__init__(dict.fromkeys(published_packages(portal)))
        self._portal, self._root, self._kept = portal, root, Kept(root / CACHE if root else None)

    def __getitem__(self, name: str) -> dict[str, bytes]:
        if self.data[name] is None:
            place = f"{name}/{self._state}.zip"
            kept = io.BytesIO(self._kept.recall(place) or b"")
            if kept.getvalue():
                with zipfile.ZipFile(kept) as packed:
                    files = {path: packed.read(path) for path in packed.namelist()}
            else:
                files = package_files(self._portal, published_packages(self._portal)[name])
                with zipfile.ZipFile(kept, "w") as into:
                    for path, data in files.items():
                        into.writestr(zipfile.ZipInfo(path), data)
                self._kept.keep(place, kept.getvalue(), alone=True)
            self.data[name] = files | self._frozen_zip(name)
        found: dict[str, bytes] = self.data[name]
        return found

    def _frozen_zip(self, name: str) -> dict[str, bytes]:
        """The ZIP of the release that the package still is: a version has one ZIP, whoever packed it since."""
        package = self._portal.packages.get(name)
        release = release_of(self._portal, package) if package else None
        if self._root is None or release is None:
            return {}
        file = next(each for each in release.files if each.path == f"{name}-{release.version}.zip")
        data = read_frozen(self._root, release, file)
        return {f"data/{name}.zip": data} if isinstance(data, bytes) else {}

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


def package_zip(portal: Portal, package: Package, files: dict[str, bytes]) -> bytes:
    """The ZIP of a package: descriptor, CSV, CSVW, RO-Crate, README, licence and sums.

    The descriptor stands at the root, where readers of Data Packages look for it.
    """
    inside = {"datapackage.json": files["datapackage.json"]}
    for table in package.tables.values():
        inside[f"{table.name}.csv"] = table.data
    inside |= {name: data for name, data in files.items() if name.endswith("csv-metadata.json")}
    inside["CITATION.cff"] = files["citation.cff"]
    inside |= {name: _text(name, portal, package) for name in ("README.md", "LICENSE.txt")}
    inside = dict(sorted(inside.items()))
    inside["ro-crate-metadata.json"] = crate_file(portal, package, inside)
    inside[SUMS] = sums(inside)
    return zip_files(inside)


def _text(name: str, portal: Portal, package: Package) -> bytes:
    """One of the texts for people that travel with the data, in both languages; no markup, so nothing is escaped."""
    cited = package_citation(portal, package)
    words = template_environment().overlay(autoescape=False, keep_trailing_newline=True).get_template(f"package/{name}")
    facts = {"settings": portal.settings, "languages": portal.settings.languages, "licence": licence(package)}
    return words.render(facts, package=package, gb7714=gb7714(cited), apa=apa(cited)).encode()


#: Type of Arrow and what makes a value of it, by the type of the column; all others are strings
_ARROW: Final[dict[str, tuple[Any, Callable[[Any], Any]]]] = {
    "number": (pa.float64(), float),
    "integer": (pa.int64(), int),
    "boolean": (pa.bool_(), bool),
    "date": (pa.date32(), date.fromisoformat),
}


def package_tables(portal: Portal, package: Package) -> dict[str, bytes]:
    """The files of one package that carry its tables: {name below data/<package>/: bytes}."""
    langs = portal.settings.languages
    files = {"datapackage.json": json_bytes(published_descriptor(portal, package))}
    for table in package.tables.values():
        files[f"{table.name}.csv"] = table.data
        if fits(table, "json"):
            files[f"{table.name}.json"] = json_table(package, table, langs)
        files[f"{table.name}.parquet"] = parquet_table(package, table, langs)
    return files


def json_table(package: Package, table: Table, langs: Sequence[Lang]) -> bytes:
    """A table as JSON: what it is, its Table Schema, its rows under `data`."""
    entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == table.name)
    header = {
        "package": package.name,
        "version": package.version,
        "modified": package.modified,
        "name": table.name,
        **_described(table, langs),
        "licenses": package.descriptor["licenses"],
        "schema": without_default(entry["schema"]),
    }
    names = [field.name for field in table.fields]
    return json_records(header, [{name: row[name] for name in names} for row in table.rows])


def parquet_table(package: Package, table: Table, langs: Sequence[Lang]) -> bytes:
    """A table as Parquet; the same rows always give the same bytes with the same version of Arrow."""
    about = {
        "package": package.name,
        "version": package.version,
        "table": table.name,
        **_described(table, langs),
        "license": licence(package)["name"],
        "primary_key": ",".join(table.primary_key),
    }
    columns, cells = [], []
    for field in table.fields:
        kind, read = _ARROW.get(field.type, (pa.string(), str))
        codes = "; ".join(f"{c.value} = {c.label.among(LANGS, ' / ')}" for c in field.categories)
        said = _described(field, langs) | ({"codes": codes} if codes else {})
        columns.append(pa.field(field.name, kind, nullable=not field.required, metadata=said))
        values = (row[field.name] for row in table.rows)
        cells.append(pa.array([None if value is None else read(value) for value in values], type=kind))
    schema = pa.schema(columns, metadata=about)
    sink = io.BytesIO()
    parquet.write_table(pa.table(cells, schema=schema), sink, compression="zstd", store_schema=True)
    return sink.getvalue()


def _described(what: Table | Field, langs: Sequence[Lang]) -> dict[str, str]:
    """The entries of a description: one name alone for the main language, with its code for the other."""
    words = {"title": what.title, "description": what.description}
    ends = {lang: f"_{lang}" if number else "" for number, lang in enumerate(langs)}
    return {f"{name}{end}": text[lang] for name, text in words.items() for lang, end in ends.items()}


def published_descriptor(portal: Portal, package: Package) -> dict[str, Any]:
    """The descriptor as it is published beside the files of a package."""
    source = package.descriptor
    settings = portal.settings
    head = {key: value for key, value in source.items() if key not in ("resources", "changes")}
    head["version"] = package.version
    if settings.url:
        head["id"] = head["homepage"] = f"{settings.url}/{identity.page(settings, identity.home(package)[1])}"
    main, *others = settings.languages
    titles = {"title": settings.organiser[main]} | {f"title_{lang}": settings.organiser[lang] for lang in others}
    return {
        **head,
        "contributors": [{**titles, "roles": ["publisher"]}],
        **publisher(settings),
        "sources": _sources(package) or list(source.get("sources", ())),
        "changes": list(source["changes"]),
        "resources": [_resource(package.tables[entry["name"]], entry) for entry in source["resources"]],
    }


def _resource(table: Table, entry: Mapping[str, Any]) -> dict[str, Any]:
    added = {"bytes": len(table.data), "hash": f"sha256:{sha256(table.data)}", "rows": len(table.rows)}
    head = {key: value for key, value in entry.items() if key != "schema"}
    return {**head, "path": f"{table.name}.csv", **added, "schema": without_default(entry["schema"])}


def without_default(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out `fieldsMatch: exact`, the default: the JSON Schema of Data Package 2.0 wrongly wants a list."""
    return {key: value for key, value in schema.items() if (key, value) != ("fieldsMatch", "exact")}


def _sources(package: Package) -> list[dict[str, Any]]:
    table = package.tables.get("sources")
    return [
        {name: row[name] for name in ("title", *(f"name_{lang}" for lang in LANGS)) if name in row.values}
        | ({"path": row["url"]} if row["url"] else {})
        for row in (table.rows if table else ())
    ]
