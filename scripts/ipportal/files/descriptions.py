"""A package described for machines that know its format: Croissant 1.1, CSV on the Web, RO-Crate 1.2, schema.org.

What each says stands in a template of its own below `templates/described`. Croissant is for machine-learning tools: a
record set for each table and code list. CSVW follows the W3C Recommendations “Metadata Vocabulary for Tabular Data”
and “Model for Tabular Data” (2015): metadata beside every CSV, and one table group with the keys between tables.
schema.org takes what Google Dataset Search asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from ipportal.base.addresses import page_path
from ipportal.base.text import BCP47, Lang, Text, in_languages
from ipportal.data.model import Field, ForeignKey, Package, Portal, Table
from ipportal.files import identity
from ipportal.files.citation import bibtex, package_citation
from ipportal.files.headers import file_format, is_distribution, media_type
from ipportal.files.plainfiles import from_template, json_bytes

_TYPES: Final = {"number": "sc:Float", "integer": "sc:Integer", "date": "sc:Date"}
_BASES: Final = {"number": "decimal", "integer": "integer", "date": "date"}
_CODES: Final = Text("{table.title.zh}“{field.title.zh}”的代码", "Codes of {table.name}.{field.name}")


def _read(name: str, portal: Portal, base: str, **facts: Any) -> Any:
    """What a template says of a portal, or of its `package`; addresses are as seen from the file at `base`."""
    settings = portal.settings
    if package := facts.get("package"):
        span = package.descriptor.get("temporal")
        facts |= {
            "tables": package.tables.values(),
            "keywords": identity.keywords(settings, package),
            "licence": identity.licence(package),
            "issued": identity.issued(package),
            "period": f"{span['start']}/{span['end']}" if span else "",
        }
    return from_template(
        name,
        **facts,
        settings=settings,
        tags=BCP47,
        first=sorted(settings.languages)[0],  # English where the portal has it
        languages=[BCP47[lang] for lang in settings.languages],
        author=identity.author(settings),
        catalogue=identity.CATALOGUE,
        at=partial(identity.address, settings, base=base),
        dataset_page=identity.dataset_page,
        page=identity.page,
        pair=identity.pair,
        csv_name=identity.csv_name,
        sha256=identity.sha256,
        file_format=file_format,
        media_type=media_type,
    )


def croissant_file(portal: Portal, package: Package) -> bytes:
    """`croissant.json` of a package."""
    langs = sorted(portal.settings.languages)  # in English first
    told = Text("{title}：{words}", "{title}: {words}")
    words = identity.keywords(portal.settings, package)
    return json_bytes(
        _read(
            "croissant",
            portal,
            f"data/{package.name}/croissant.json",
            package=package,
            langs=langs,
            titles=[package.title[lang] for lang in langs],
            words=[word for lang in langs for word in words[lang]],
            columns=["value", *(f"label_{lang}" for lang in langs)],
            cited=bibtex(package_citation(portal, package)),
            about=lambda of: told.format(title=of.title, words=of.description).among(langs, "\n"),
            code_title=_CODES,
            types=_TYPES,
            key=_key,
            reference=_reference,
        )
    )


def _key(table: Table) -> Any:
    key = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return key[0] if len(key) == 1 else key


def _reference(table: Table, field: Field) -> list[str]:
    """The field, if any, that holds what a column may contain."""
    found = [f"{table.name}-{field.name}-codes/value"] if field.categories else []
    filled = any(row[field.name] is not None for row in table.rows)
    for key in table.foreign_keys if filled else ():  # readers cannot join a column without any value
        # a record set that refers to itself would be a cycle
        if key.fields == (field.name,) and not key.package and key.resource not in ("", table.name):
            found = [f"{key.resource}/{key.reference[0]}"]
    return found


def csvw_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """CSVW metadata of a package: one file for each table, and `csv-metadata.json` for all of them together."""
    group = _read("csvw", portal, "", package=package, datatype=_datatype, code_list=_code_list, links=_links)
    about = {key: said for key, said in group.items() if key not in ("dc:title", "dc:description", "tables")}
    files = {}
    for table in group["tables"]:
        alone = {key: said for key, said in table["tableSchema"].items() if key != "foreignKeys"}
        files[f"{table['url']}-metadata.json"] = about | table | {"tableSchema": alone}
    files["csv-metadata.json"] = group
    return {name: json_bytes(in_languages(said, portal.settings.languages)) for name, said in files.items()}


def _links(table: Table) -> Iterator[ForeignKey]:
    # a key that may be empty is left out: CSVW has no foreign key that is only checked where there is a value
    required = {field.name for field in table.fields if field.required}
    return (key for key in table.foreign_keys if not key.package and required.issuperset(key.fields))


def _code_list(field: Field) -> Text:
    return Text.joined((Text.same(f"{c.value} = ") + c.label for c in field.categories), "; ", "; ")


def _datatype(field: Field) -> Any:
    if field.type in _BASES:
        return _BASES[field.type]
    pattern = "|".join(re.escape(c.value) for c in field.categories) or (field.pattern or "").strip("^$")
    return {"base": "string", "format": f"^({pattern})$"} if pattern else "string"


def crate_file(portal: Portal, package: Package, inside: Mapping[str, bytes]) -> bytes:
    """`ro-crate-metadata.json` of a ZIP that holds the files `inside`, itself and their sums."""
    langs = portal.settings.languages
    names = {identity.csv_name(table): table.title.among(langs, " / ") for table in package.tables.values()}
    cited, files = package_citation(portal, package), {**inside, identity.SUMS: None}
    return json_bytes(_read("crate", portal, "", package=package, cited=cited, files=files, names=names))


def dataset_jsonld(portal: Portal, package: Package, files: Mapping[str, bytes], lang: Lang) -> dict[str, Any]:
    """The description of a package for its page in one language; addresses are relative to that page.

    `files` are the published files of the package.
    """
    here = identity.page_file(portal.settings, page_path("dataset", package.name), lang)
    others = [other for other in portal.settings.languages if other != lang]
    told = {path: data for path, data in files.items() if is_distribution(path)}
    found: dict[str, Any] = _read("dataset", portal, here, package=package, files=told, lang=lang, others=others)
    return found


def catalogue_jsonld(portal: Portal, lang: Lang) -> dict[str, Any]:
    """The description of the whole catalogue for the page that lists the packages."""
    path = page_path("datasets")
    here = identity.page_file(portal.settings, path, lang)
    packages = portal.packages.values()
    found: dict[str, Any] = _read(
        "catalogue", portal, here, packages=packages, path=path, lang=lang, licence=identity.licence
    )
    return found
