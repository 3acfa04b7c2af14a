"""Who, where and under which name: identifiers that every description of a package shares.

With an address in portal.toml identifiers are absolute. Without one they are relative references, resolved against
the file they stand in (RFC 3986, 5.1): the same tree then describes itself correctly wherever it is put.
"""

import hashlib
import posixpath
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ipportal.base.addresses import page_path, page_url
from ipportal.base.errors import catalogue_file
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.model import Package, Portal, Release, Table
from ipportal.data.settings import Settings, split_place

CATALOGUE: Final = "data/catalog.jsonld"
#: Checksums of the files beside it
SUMS: Final = "SHA256SUMS"

#: Openness in words: this portal ships nothing that is not open to everybody
OPENNESS: Final = {"unconditional": Text("无条件开放", "open without conditions")}


#: How often data are updated: in `words`, and as a `code` of the European authority table
FREQUENCIES: Final = catalogue_file("ipportal.data", "frequencies")


def page(settings: Settings, path: str, lang: Lang | None = None) -> str:
    """Site path of a page: `datasets/x.md` → `en/datasets/x/`, or `….html` among plain files."""
    tree = settings.tree(lang) if lang else ""
    return tree + page_url(path, directory_urls=not settings.plain_files)


def page_file(settings: Settings, path: str, lang: Lang | None = None) -> str:
    """Site path of the HTML file a page is kept in."""
    where = page(settings, path, lang)
    return where if where.endswith(".html") else f"{where}index.html"


def moved_paths(settings: Settings) -> dict[str, tuple[Lang, str]]:
    """The site path of every page that leads on, with its language and its old Markdown path."""
    old = {split_place(move.old)[0] for move in settings.moved if move.pages}
    return {page_file(settings, path, lang): (lang, path) for path in sorted(old) for lang in settings.languages}


def home(package: Package, release: Release | None = None) -> tuple[str, str]:
    """The folder of a package's files and the Markdown path of its page, whose address is also its identifier, or those
    of a release of it.
    """
    if release:
        return f"data/{release.id}", page_path("version", release.id)
    return f"data/{package.name}", page_path("dataset", package.name)


def release_of(portal: Portal, package: Package) -> Release | None:
    """The release that a package, as it stands, is; None while it is edited or was never released."""
    return next((each for each in portal.releases_of(package.name) if each.version == package.version), None)


def address(settings: Settings, path: str, base: str) -> str:
    """The address of a site path, as it is written in the file at site path `base`."""
    if settings.url:
        return f"{settings.url}/{path}"
    relative = posixpath.relpath(path or ".", posixpath.dirname(base) or ".")
    return f"{relative}/" if path.endswith("/") or not path else relative


def author(settings: Settings) -> Text:
    """Whom to name as the author: the organiser, or the portal itself while it is a demonstration."""
    return settings.name if settings.demo else settings.organiser


def pair(entry: Mapping[str, Any]) -> Text:
    """A `{"zh": …, "en": …}` object of a descriptor as Text."""
    return Text.read({f"_{lang}": entry[lang] for lang in LANGS if lang in entry}, "")


def keywords(settings: Settings, package: Package) -> dict[Lang, list[str]]:
    """The keywords of a package by language."""
    source, usual = package.descriptor, package.descriptor["keywords"]
    return {lang: list(source.get(f"keywords_{lang}", usual)) for lang in settings.languages}


def licence(package: Package) -> dict[str, str]:
    """The licence of a package: name (SPDX), path, title."""
    return dict(package.descriptor["licenses"][0])


def licences(portal: Portal) -> list[dict[str, str]]:
    """The licences of all packages, each once, by name."""
    found = {entry["name"]: entry for entry in map(licence, portal.packages.values())}
    return [found[name] for name in sorted(found)]


def issued(package: Package) -> str:
    """The day a package was first published (ISO date)."""
    return str(package.descriptor["created"])[:10]


def sha256(data: bytes) -> str:
    """The SHA-256 of a file as lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sums(files: Mapping[str, bytes]) -> bytes:
    """Checksums in the form `sha256sum` reads and writes, in the order of the names."""
    return "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()


#: Most rows of a table in a format: Excel's sheets end there, header included, and JSON is read whole into memory
MOST_ROWS: Final = {"json": 50_000, "xlsx": 1_048_575}
#: Most cells of a sheet, which spreadsheets hold in memory
MOST_CELLS: Final = 5_000_000


class LeftOut(NamedTuple):
    """A table that a format cannot hold: the file it is missing from or as, its name, and why."""

    path: str
    table: str
    why: Text


def fits(table: Table, ending: str) -> bool:
    """Whether the format with this ending can hold the table."""
    rows = len(table.rows)
    return rows <= MOST_ROWS.get(ending, rows) and (ending != "xlsx" or rows * len(table.fields) <= MOST_CELLS)


def left_out(packages: Iterable[Package]) -> list[LeftOut]:
    """Every table that is missing in a format because it is too long for it, by package."""
    return [
        LeftOut(
            f"data/{package.name}/{package.name if ending == 'xlsx' else table.name}.{ending}",
            table.name,
            why.format(most=MOST_ROWS[ending], cells=MOST_CELLS),
        )
        for package in packages
        for table in package.tables.values()
        for ending, why in catalogue_file("ipportal.files", "said")["too-long"].items()
        if not fits(table, ending)
    ]


def main_table(package: Package) -> Table:
    """The table most readers come for: the first with measured values, else the first."""
    tables = list(package.tables.values())
    with_values = [t for t in tables if {"value", "count"} & {f.name for f in t.fields}]
    return (with_values or tables)[0]


def workbook_name(package: Package, table: Table) -> str:
    """The published file name of a table as a workbook of its own; that of the whole package has the package's name."""
    return f"{package.name}-{table.name}.xlsx"


def publisher(settings: Settings) -> dict[str, Any]:
    """Who answers for the data, as it is carried in every JSON output."""
    contact: dict[str, str] = {lang: settings.contact[lang] for lang in settings.languages}
    if settings.contact_url:
        contact["url"] = settings.contact_url
    return {"publisher": {lang: settings.organiser[lang] for lang in settings.languages}, "contact": contact}
