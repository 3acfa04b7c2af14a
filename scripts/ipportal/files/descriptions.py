"""A package described for machines that know its format: Croissant 1.1, CSV on the Web, RO-Crate 1.2, schema.org,
and SDMX: data as SDMX-CSV 2.0, structures as SDMX-JSON 2.0 (SDMX 3.0).

What each says stands in a template of its own below `templates/described`. CSVW follows the W3C Recommendations
“Metadata Vocabulary for Tabular Data” and “Model for Tabular Data” (2015). In SDMX a table is a dataflow with a
structure of its own: the columns of its key are dimensions, numbers are measures, the rest are attributes of the
observation. A column with names beside it (`area`, `area_zh`, `area_en`) is a code list.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.periods import Period
from ipportal.base.text import BCP47, LANGS, Lang, Text, in_languages
from ipportal.data.ledger import Comparison, compare, frozen_files
from ipportal.data.model import Field, ForeignKey, Package, Portal, Release, Table
from ipportal.data.packages import DESCRIPTOR, RawPackage, csv_bytes, table_from
from ipportal.files import headers, identity
from ipportal.files.citation import bibtex, citation_files, package_citation
from ipportal.files.headers import LINKSET, is_distribution, linkset_file
from ipportal.files.plainfiles import from_template, json_bytes
from ipportal.loading import read_package

_BASES: Final = {"number": "decimal", "integer": "integer", "date": "date"}
_CODES: Final = Text("{table.title.zh}“{field.title.zh}”的代码", "Codes of {table.name}.{field.name}")


def _read(name: str, portal: Portal, base: str, **facts: Any) -> dict[str, Any]:
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
    facts |= {"settings": settings, "tags": BCP47, "languages": [BCP47[lang] for lang in settings.languages]}
    first, author = sorted(settings.languages)[0], identity.author(settings)  # English where the portal has it
    at = partial(identity.address, settings, base=base)
    return dict(from_template(name, **facts, first=first, author=author, at=at, identity=identity, headers=headers))


def croissant_file(portal: Portal, package: Package, release: Release | None = None) -> bytes:
    """`croissant.json` of a package, or of a `release` of it."""
    folder, place = identity.home(package, release)
    langs = sorted(portal.settings.languages)  # in English first
    told = Text("{title}：{words}", "{title}: {words}")
    facts: dict[str, Any] = {"folder": folder, "place": place, "langs": langs, "package": package}
    facts |= {"cited": bibtex(package_citation(portal, package)), "code_title": _CODES, "reference": _reference}
    facts |= {"about": lambda of: told.format(title=of.title, words=of.description).among(langs, "\n")}
    return json_bytes(_read("croissant", portal, f"{folder}/croissant.json", **facts))


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
    names = {f"{table.name}.csv": table.title.among(langs, " / ") for table in package.tables.values()}
    cited, files = package_citation(portal, package), {**inside, identity.SUMS: None}
    return json_bytes(_read("crate", portal, "", package=package, cited=cited, files=files, names=names))


def datacite_file(portal: Portal, package: Package, before: Release | None, after: Release | None) -> bytes:
    """`datacite.json` of a released version, between the versions `before` and `after` it."""
    near = [(relation, each) for relation, each in (("IsNewVersionOf", before), ("IsPreviousVersionOf", after)) if each]
    facts = {"cited": package_citation(portal, package), "near": [*near, ("IsVersionOf", None)]}
    return json_bytes(_read("datacite", portal, "", package=package, **facts))


def dataset_jsonld(
    portal: Portal, package: Package, files: Mapping[str, bytes], lang: Lang, release: Release | None = None
) -> dict[str, Any]:
    """The description of a package, or of a `release` of it, for its page in one language; addresses are relative to
    that page. `files` are the published files.
    """
    _, place = identity.home(package, release)
    here = identity.page_file(portal.settings, place, lang)
    told = {path: data for path, data in files.items() if is_distribution(path)}
    return _read("dataset", portal, here, package=package, files=told, lang=lang, place=place, release=release)


def catalogue_jsonld(portal: Portal, packages: Iterable[Package], lang: Lang) -> dict[str, Any]:
    """The description of the whole catalogue, for the page that lists the packages."""
    path = page_path("datasets")
    here, licence = identity.page_file(portal.settings, path, lang), identity.licence
    return _read("catalogue", portal, here, packages=packages, path=path, lang=lang, licence=licence)


class Version(Frozen):
    """A release of the portal at `root` as readers meet it, between those `before` and `after` it; `package` is as it
    was.

    `frozen` are its files: {site path: bytes}. In the ZIP, the descriptor lies in `folder`; empty where that is its
    root.
    """

    portal: Portal
    root: Path
    release: Release
    package: Package
    frozen: Mapping[str, bytes]
    before: Release | None
    after: Release | None
    folder: str

    @cached_property
    def described(self) -> Mapping[str, bytes]:
        """The files about it, made anew at every build, for addresses, DOIs and later versions become known."""
        portal, package, release = self.portal, self.package, self.release
        described = csvw_files(portal, package) | {
            "croissant.json": croissant_file(portal, package, release),
            "datacite.json": datacite_file(portal, package, self.before, self.after),
            **citation_files(package_citation(portal, package), "citation"),
            LINKSET: linkset_file(portal.settings, [package], release),
        }
        folder, _ = identity.home(package, release)
        return {f"{folder}/{name}": data for name, data in described.items()}

    @cached_property
    def comparison(self) -> Comparison | None:
        """What changed against the version before."""
        return compare(self.package, frozen_files(self.root, self.before)) if self.before else None


class Versions(dict[str, Version]):
    """The releases of a portal by `<package>/<version>`, each read from below `root` when it is first asked for."""

    def __init__(self, portal: Portal, root: Path) -> None:
        super().__init__()
        self._portal, self._root = portal, root

    def __missing__(self, id: str) -> Version:
        release = next(release for release in self._portal.releases if release.id == id)
        portal, frozen = self._portal, frozen_files(self._root, release)
        told = json.loads(frozen[DESCRIPTOR])
        tables = tuple(table_from(each["name"], "", each, frozen[f"{each['name']}.csv"]) for each in told["resources"])
        package = read_package(RawPackage(release.package, Path(), "", told, (), tables), (), {})
        row = [None, *portal.releases_of(release.package), None]
        after, before = row[row.index(release) - 1], row[row.index(release) + 1]
        with zipfile.ZipFile(io.BytesIO(frozen[f"{release.package}-{release.version}.zip"])) as packed:
            place = next(name for name in packed.namelist() if name.endswith(DESCRIPTOR))
        folder, _ = identity.home(package, release)
        kept = {f"{folder}/{name}": data for name, data in frozen.items()}
        inside = place.removesuffix(DESCRIPTOR).rstrip("/")
        self[id] = found = Version(portal, self._root, release, package, kept, before, after, inside)
        return found


_SDMX_TYPES: Final = {"number": "Decimal", "integer": "Integer", "date": "GregorianDay"}
#: The names the standard gives to what is observed, and when
_IDS: Final = {"value": "OBS_VALUE", "period": "TIME_PERIOD"}

Record = Mapping[str, str]


class _Component(NamedTuple):
    """A column as a part of the structure; without `codes` it takes any value of its type."""

    id: str
    role: str
    type: str
    field: Field
    codes: Mapping[str, Text]


def sdmx_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """`structure.sdmx.json` for the whole package, and `<table>.sdmx.csv` for each table."""
    langs, version = portal.settings.languages, package.version.partition("+")[0]
    rows = {name: list(csv.DictReader(io.StringIO(each.data.decode()))) for name, each in package.tables.items()}
    parts = {name: list(_components(table, rows[name])) for name, table in package.tables.items()}
    tables = {name.upper(): (table, parts[name]) for name, table in package.tables.items()}
    facts = {"agency": portal.settings.id, "modified": package.modified, "main": langs[0], "languages": list(langs)}
    structure = from_template(
        "sdmx", **facts, version=version, tables=tables, names=lambda text: {lang: text[lang] for lang in langs}
    )
    files = {"structure.sdmx.json": json_bytes(structure)}
    for name, components in parts.items():
        flow = {"STRUCTURE": "dataflow", "STRUCTURE_ID": f"{portal.settings.id}:{name.upper()}({version})"}
        flow |= {"ACTION": "I"}
        dated = (row | {"period": when} for row in rows[name] if (when := _time(row)))
        told = (flow | {part.id: row[part.field.name] for part in components} for row in dated)
        files[f"{name}.sdmx.csv"] = csv_bytes([*flow, *(part.id for part in components)], told)
    return files


def _components(table: Table, rows: Sequence[Record]) -> Iterator[_Component]:
    """The columns in the order of the standard: dimensions, time, measures, attributes."""
    names = {field.name for field in table.fields}
    found = []
    for field in table.fields:
        codes = {code.value: code.label for code in field.categories}
        if {f"{field.name}_{lang}" for lang in LANGS} & names:
            codes = {row[field.name]: Text.read(row, field.name) for row in rows if row[field.name]}
        elif field.name.rpartition("_")[0] in names and field.name.endswith(tuple(f"_{lang}" for lang in LANGS)):
            continue
        key, number = field.name in table.primary_key, field.type == "number"
        role = "time" if field.name == "period" else "dimension" if key else "measure" if number else "attribute"
        kind = "ObservationalTimePeriod" if role == "time" else _SDMX_TYPES.get(field.type, "String")
        id, codes = _IDS.get(field.name, field.name.upper()), dict(sorted(codes.items()))
        found.append(_Component(id, role, kind, field, codes))
    order = ("dimension", "time", "measure", "attribute")
    yield from sorted(found, key=lambda part: order.index(part.role))


def _time(row: Record) -> str:
    """The period as an observational time period: 2022-S1 for a half-year, a start and a duration for other spans.

    Empty where the source gives no date: such a row has no place in time. Rows without a period stand for themselves.
    """
    if row.get("period_kind") in ("year-to-date", "span"):
        months = Period.parse(row["period"]).months(to_date=row["period_kind"] == "year-to-date")
        return f"{row['period_start']}/P{months}M"
    return "" if row.get("period_kind") == "undated" else row.get("period", "-").replace("-H", "-S")
