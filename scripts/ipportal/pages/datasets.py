"""Dataset pages: facts, preview and dictionary, and what readers need to use and cite the data."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from ipportal.base.addresses import page_path
from ipportal.base.quantities import number
from ipportal.base.text import Text
from ipportal.data.model import Field, Indicator, Package, Portal, Release, Table, Value, once
from ipportal.files import citation, descriptions
from ipportal.files.citation import Citation, apa, bibtex, gb7714, package_citation, ris
from ipportal.files.headers import file_format, is_distribution
from ipportal.files.identity import sha256
from ipportal.pages.view import View, macro, shown
from ipportal.words.row_names import changed_cell, changed_name

#: Rows shown before the complete table, and the most a page carries
PREVIEW: Final = 5
COMPLETE: Final = 400
#: Characters up to which a column stays on one line, and from which it is given room to breathe
SHORT: Final = 10
LONG: Final = 30


@shown
def in_order(view: View) -> list[Package]:
    """The packages in the order of their pages; those without a page follow."""
    places = {page.path: page.head.get("order", 0) for page in view.manuscripts}
    packages = view.portal.packages.values()
    return sorted(packages, key=lambda package: places.get(page_path("dataset", package.name), len(places)))


@shown
def main_table(package: Package) -> Table:
    """The table most readers come for: the first with measured values, else the first."""
    tables = list(package.tables.values())
    with_values = [t for t in tables if {"value", "count"} & {f.name for f in t.fields}]
    return (with_values or tables)[0]


@shown
def size(length: int) -> str:
    """A file size people read, in decimal units: 812 B, 1.4 kB, 14 kB, 1.2 MB."""
    if length < 1000:
        return f"{length} B"
    for scale, unit in ((1000, "kB"), (1_000_000, "MB")):
        if length < 9950 * scale // 1000:
            return f"{length / scale:.1f} {unit}"
        if length < 999_500 * scale // 1000:
            return f"{round(length / scale)} {unit}"
    return f"{round(length / 1_000_000)} MB"


@shown
def data_formats(files: Mapping[str, bytes]) -> list[str]:
    """The formats the data come in, by the files there are."""
    found = {file_format(path).name for path in files if is_distribution(path)}
    return [name for name in ("CSV", "XLSX", "JSON", "Parquet", "ZIP") if name in found]


@macro
def dataset_preview(view: View, package: Package) -> Markup:
    """`{{ dataset_preview("indicators") }}`: the first rows of the main table, every table behind a disclosure."""
    return view.render(
        "dataset-preview.html",
        package=package,
        previews=[(table, _columns(view, table)) for table in package.tables.values()],
        main=main_table(package).name,
        cell=lambda field, value: _cell(view, field, value),
        preview=PREVIEW,
        complete=COMPLETE,
    )


def _columns(view: View, table: Table) -> list[tuple[Field, str]]:
    """The columns of the page's language and those without one, each with the class its cells need."""
    other = "_en" if view.lang == "zh" else "_zh"
    return [(field, _kind(view, table, field)) for field in table.fields if not field.name.endswith(other)]


def _kind(view: View, table: Table, field: Field) -> str:
    if field.type in ("number", "integer"):
        return "num"
    if field.name == "url":
        return "is-address"
    shown = (Markup(_cell(view, field, row[field.name])).striptags() for row in table.rows)
    longest = max(map(len, shown), default=0)
    return "is-long" if longest > LONG else "is-medium" if longest > SHORT else "is-short"


def _cell(view: View, field: Field, value: Value) -> str | Markup:
    if value is None:
        return ""
    if field.name == "source" and value in view.portal.sources:
        source = view.portal.sources[str(value)]
        return view.linked(view.localize(source.name), page_path("sources"), f"source-{value}")
    if isinstance(value, Decimal):
        return number(value)
    if field.categories:
        return view.localize(field.label(value))
    if isinstance(value, int):
        return str(value)
    if name := _named(view.portal, field.name).get(value):
        return Markup("{}<br><code>{}</code>").format(view.localize(name), value)
    return value


#: The tables that columns of ids point into, and what their rows are called
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "indicator": ("indicators", "name"),
    "area": ("areas", "short"),
    "basis": ("bases", "name"),
    "unit": ("units", "name"),
    "measure": ("measures", "title"),
    "section": ("sections", "title"),
    "parent": ("sections", "title"),
    "institution": ("institutions", "name"),
}


@once
def _named(portal: Portal, column: str) -> Mapping[str, Text]:
    """The names behind the ids of a column; columns that point into the same table are called the same everywhere."""
    table, name = _NAMES.get(column, ("", ""))
    rows: Mapping[str, Any] = getattr(portal, table) if table else {}
    return {id: getattr(row, name) for id, row in rows.items()}


@macro
def dataset_jsonld(view: View, package: Package) -> Markup:
    """`{{ dataset_jsonld("indicators") }}`: the description search engines read (schema.org)."""
    return script(descriptions.dataset_jsonld(view.portal, package, view.package_files[package.name], view.lang))


@macro
def catalogue_jsonld(view: View) -> Markup:
    """`{{ catalogue_jsonld() }}`: the description of the whole catalogue for search engines (schema.org)."""
    return script(descriptions.catalogue_jsonld(view.portal, view.lang))


def script(document: object) -> Markup:
    """A JSON-LD element; no data can end it early."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(safe))


shown(file_format)
shown(sha256)
#: How downloads are grouped, by format name
_GROUPS: Final = (
    (Text("整包", "The whole package"), ("ZIP", "XLSX")),
    (Text("逐表", "Table by table"), ("CSV", "JSON", "Parquet")),
    (Text("给程序读的说明", "Descriptions for programs"), ("Data Package", "CSVW", "Croissant")),
)


@macro
def dataset_downloads(view: View, package: Package) -> Markup:
    """`{{ dataset_downloads("indicators") }}`: every file of a package with format, size and SHA-256."""
    files = [path for path in view.package_files[package.name] if is_distribution(path)]
    groups = [(title, [path for path in files if file_format(path).name in formats]) for title, formats in _GROUPS]
    return view.render("dataset-downloads.html", groups=groups, files=view.package_files[package.name])


@macro
def dataset_citation(view: View, package: Package) -> Markup:
    """`{{ dataset_citation("indicators") }}`: how to cite a package, in six styles."""
    return _citation(view, package_citation(view.portal, package), f"data/{package.name}/citation")


@macro
def indicator_citation(view: View, indicator: Indicator) -> Markup:
    """`{{ indicator_citation("grants") }}`: how to cite one indicator, in six styles."""
    return _citation(view, citation.indicator_citation(view.portal, indicator), f"data/indicators/cite/{indicator.id}")


def _citation(view: View, cited: Citation, stem: str) -> Markup:
    styles = (
        ("GB/T 7714—2025", gb7714(cited, view.lang), False),
        ("APA", apa(cited), False),
        ("BibTeX", bibtex(cited).strip(), True),
        ("RIS", ris(cited).replace("\r\n", "\n").strip(), True),
    )
    files = (("BibTeX", ".bib"), ("RIS", ".ris"), ("CSL-JSON", ".csl.json"), ("CITATION.cff", ".cff"))
    return view.render("dataset-citation.html", styles=styles, files=files, stem=stem, cited=cited)


@macro
def dataset_versions(view: View, package: Package) -> Markup:
    """`{{ dataset_versions("indicators") }}`: the newest data and every frozen release, with what changed and why."""
    releases = view.portal.releases_of(package.name)
    files = view.package_files.get(package.name, {})
    newest = (f"{package.name}.zip", f"{package.name}/{package.name}.xlsx", f"{package.name}/datapackage.json")
    return view.render(
        "dataset-versions.html",
        package=package,
        releases={release.version: release for release in releases},
        newest=[(name, len(files[f"data/{name}"])) for name in newest] if files else [],
        frozen=[(release, _main_files(release)) for release in releases],
        pending=view.pending.get(package.name),
    )


def _main_files(release: Release) -> list[tuple[str, int]]:
    """The three files of a release most people want: the whole package, the workbook, the description."""
    sizes = {file.path: file.bytes for file in release.files}
    wanted = (f"{release.package}-{release.version}.zip", f"{release.package}.xlsx", "datapackage.json")
    return [(name, sizes[name]) for name in wanted]


@shown
def checksum(digits: str) -> Markup:
    """A SHA-256 that may break in the middle only, so that every one takes the same two lines where space is short."""
    half = len(digits) // 2
    return Markup('<code class="ip-sum">{}<wbr>{}</code>').format(digits[:half], digits[half:])


@macro
def revised_figures(view: View, package: Package | None = None) -> Markup:
    """`{{ revised_figures() }}`: figures changed after publication: old value, new value, when and why."""
    portal = view.portal
    revisions = [
        (
            release,
            change,
            changed_name(portal, release.package, change),
            changed_cell(portal, release.package, change, change.old),
            changed_cell(portal, release.package, change, change.new),
        )
        for release in reversed(portal.releases)
        if package is None or package.name == release.package
        for change in release.revisions
    ]
    chosen = [package] if package else portal.packages.values()
    return view.render(
        "dataset-revisions.html",
        revisions=revisions,
        packages=portal.packages,
        edited=[one for one in chosen if one.name in view.pending],
        key=package.name if package else "all",
    )


@macro
def data_file(view: View, path: str) -> Markup:
    """`{{ data_file("manifest.json") }}`: link to a file below data/; a wrong path fails the build.

    Raises:
        ValueError: the path leads out of data/.
    """
    if path != posixpath.normpath(path) or path.startswith(("/", "..")):
        raise ValueError(path)
    return Markup('<a href="{}"><code>{}</code></a>').format(view.file(f"data/{path}"), path)
