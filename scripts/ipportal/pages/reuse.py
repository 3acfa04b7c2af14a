"""What readers need to use and cite the data: downloads, citations, code, versions, revised figures."""

from __future__ import annotations

import posixpath
from typing import Final

from markupsafe import Markup

from ipportal.base.text import Text
from ipportal.data.model import Indicator, Package, Release
from ipportal.files import citation
from ipportal.files.citation import Citation, apa, bibtex, gb7714, package_citation, ris
from ipportal.files.headers import file_format, is_distribution
from ipportal.files.identity import sha256
from ipportal.pages.view import View, macro, shown
from ipportal.words.row_names import changed_cell, changed_name

#: What `python3 -m http.server` serves the finished site at; a script puts in the real address where it can
LOCAL: Final = "http://localhost:8000/"


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
    """`{{ indicator_citation("invention-grants") }}`: how to cite one indicator, in six styles."""
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
