"""What readers need to use and cite the data: downloads, citations, code, versions, revised figures."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from ipportal.base.text import Text
from ipportal.data.model import Package, Release
from ipportal.files.citation import Citation, apa, bibtex, gb7714, indicator_citation, package_citation, ris
from ipportal.files.headers import file_format, is_distribution
from ipportal.files.identity import sha256
from ipportal.pages.datasets import in_order, size, the_package
from ipportal.pages.inline import the_indicator
from ipportal.pages.snippets import LOCAL, snippets
from ipportal.pages.view import Block, View
from ipportal.words.row_names import changed_cell, changed_name

#: How downloads are grouped, by format name
_GROUPS: Final = (
    (Text("整包", "The whole package"), ("ZIP", "XLSX")),
    (Text("逐表", "Table by table"), ("CSV", "JSON", "Parquet")),
    (Text("给程序读的说明", "Descriptions for programs"), ("Data Package", "CSVW", "Croissant")),
)


def dataset_downloads(view: View, package: str) -> Markup:
    """`{{ dataset_downloads("indicators") }}`: every file of a package with format, size and SHA-256."""
    found = the_package(view, "dataset_downloads", package)
    if view.rehearsal:
        return Markup("")
    return view.render(
        "dataset-downloads.html", package=found, groups=_grouped(view, found), size=size, checksum=checksum
    )


def _grouped(view: View, package: Package) -> list[tuple[Text, list[dict[str, object]]]]:
    entries = [
        {
            "path": path,
            "name": path.rsplit("/", 1)[-1],
            "format": file_format(path).name,
            "purpose": file_format(path).purpose,
            "bytes": len(data),
            "sha256": sha256(data),
        }
        for path, data in view.package_files[package.name].items()
        if is_distribution(path)
    ]
    return [(title, [e for e in entries if e["format"] in formats]) for title, formats in _GROUPS]


def all_downloads(view: View) -> Markup:
    """`{{ all_downloads() }}`: the tables of all packages in every format, with sizes."""
    if view.rehearsal:
        return Markup("")
    return view.render(
        "dataset-all-downloads.html",
        packages=in_order(view),
        files=view.package_files,
        size=size,
    )


def dataset_code(view: View, package: str) -> Markup:
    """`{{ dataset_code("indicators") }}`: ready lines for pandas, polars, DuckDB, frictionless, R and Excel."""
    found = the_package(view, "dataset_code", package)
    site = f"{view.portal.settings.url}/" if view.portal.settings.url else LOCAL
    return view.render(
        "dataset-code.html",
        snippets=snippets(found),
        site=site,
        root=view.file(""),
        fixed=bool(view.portal.settings.url),
    )


def dataset_citation(view: View, package: str) -> Markup:
    """`{{ dataset_citation("indicators") }}`: how to cite a package, in six styles."""
    found = the_package(view, "dataset_citation", package)
    return _citation(view, package_citation(view.portal, found), f"data/{package}/citation")


def indicator_citation_block(view: View, indicator: str) -> Markup:
    """`{{ indicator_citation("invention-grants") }}`: how to cite one indicator, in six styles."""
    found = the_indicator(view, "indicator_citation", indicator)
    return _citation(view, indicator_citation(view.portal, found), f"data/indicators/cite/{indicator}")


def _citation(view: View, cited: Citation, stem: str) -> Markup:
    styles = (
        ("GB/T 7714—2025", gb7714(cited, view.lang), False),
        ("APA", apa(cited), False),
        ("BibTeX", bibtex(cited).strip(), True),
        ("RIS", ris(cited).replace("\r\n", "\n").strip(), True),
    )
    files = (("BibTeX", ".bib"), ("RIS", ".ris"), ("CSL-JSON", ".csl.json"), ("CITATION.cff", ".cff"))
    return view.render("dataset-citation.html", styles=styles, files=files, stem=stem, cited=cited)


def dataset_versions(view: View, package: str) -> Markup:
    """`{{ dataset_versions("indicators") }}`: the newest data and every frozen release, with what changed and why."""
    found = the_package(view, "dataset_versions", package)
    releases = view.portal.releases_of(package)
    files = view.package_files.get(package, {})
    newest = (f"{package}.zip", f"{package}/{package}.xlsx", f"{package}/datapackage.json")
    return view.render(
        "dataset-versions.html",
        package=found,
        releases={release.version: release for release in releases},
        newest=[(name, len(files[f"data/{name}"])) for name in newest] if files else [],
        frozen=[(release, _main_files(release)) for release in releases],
        pending=view.pending.get(package),
        checksum=checksum,
        size=size,
    )


def _main_files(release: Release) -> list[tuple[str, int]]:
    """The three files of a release most people want: the whole package, the workbook, the description."""
    sizes = {file.path: file.bytes for file in release.files}
    wanted = (f"{release.package}-{release.version}.zip", f"{release.package}.xlsx", "datapackage.json")
    return [(name, sizes[name]) for name in wanted]


def checksum(digits: str) -> Markup:
    """A SHA-256 that may break in the middle only, so that every one takes the same two lines where space is short."""
    half = len(digits) // 2
    return Markup('<code class="ip-sum">{}<wbr>{}</code>').format(digits[:half], digits[half:])


def revised_figures(view: View, package: str = "") -> Markup:
    """`{{ revised_figures() }}`: figures changed after publication: old value, new value, when and why."""
    if package:
        the_package(view, "revised_figures", package)
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
        if package in ("", release.package)
        for change in release.revisions
    ]
    packages = view.portal.packages
    edited = [one for name, one in packages.items() if package in ("", name) and name in view.pending]
    return view.render(
        "dataset-revisions.html", revisions=revisions, packages=packages, edited=edited, key=package or "all"
    )


def data_file(view: View, path: str) -> Markup:
    """`{{ data_file("manifest.json") }}`: link to a file below data/; a wrong path fails the build.

    Raises:
        ValueError: the path leads out of data/.
    """
    if path != posixpath.normpath(path) or path.startswith(("/", "..")):
        raise ValueError(path)
    return Markup('<a href="{}"><code>{}</code></a>').format(view.file(f"data/{path}"), path)


MACROS: Final[Mapping[str, Block]] = {
    "dataset_downloads": dataset_downloads,
    "all_downloads": all_downloads,
    "dataset_code": dataset_code,
    "dataset_citation": dataset_citation,
    "indicator_citation": indicator_citation_block,
    "dataset_versions": dataset_versions,
    "revised_figures": revised_figures,
    "data_file": data_file,
}
