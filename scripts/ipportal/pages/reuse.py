"""What readers need to use and cite the data: downloads, citations, code, versions, revised figures."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ipportal.base.text import Text
from ipportal.data.model import Indicator, Package, Release
from ipportal.files import citation
from ipportal.files.citation import Citation, apa, bibtex, gb7714, package_citation, ris
from ipportal.files.headers import file_format, is_distribution
from ipportal.files.identity import sha256
from ipportal.pages.datasets import in_order, main_table
from ipportal.pages.view import View, macro, shown
from ipportal.words.row_names import changed_cell, changed_name

#: What `python3 -m http.server` serves the finished site at; a script puts in the real address where it can
LOCAL: Final = "http://localhost:8000/"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines of code; `{site}` stands for the site's address, ending in a slash."""

    tool: str
    language: str
    code: str
    note: Text | None = None


def snippets(package: Package) -> tuple[Snippet, ...]:
    """Lines for pandas, polars, DuckDB, frictionless, R, Excel and the command line."""
    table = main_table(package).name
    file = f"{{site}}data/{package.name}/{table}"
    book = f"{{site}}data/{package.name}/{package.name}.xlsx"
    return (
        Snippet("pandas", "python", f'import pandas as pd\n{table} = pd.read_parquet("{file}.parquet")'),
        Snippet(
            "polars",
            "python",
            "import polars as pl, urllib.request\n"
            f'{table} = pl.read_parquet(urllib.request.urlopen("{file}.parquet").read())',
        ),
        Snippet(
            "DuckDB",
            "python",
            "import duckdb, urllib.request\n"
            f'{table} = duckdb.read_parquet(urllib.request.urlretrieve("{file}.parquet")[0]).df()',
        ),
        Snippet(
            "frictionless",
            "python",
            "from frictionless import Package\n"
            f'package = Package("{{site}}data/{package.name}/datapackage.json")\n'
            f'{table} = package.get_resource("{table}").read_rows()',
            Text("读取时按数据字典核对每一格", "checks every cell against the dictionary while reading"),
        ),
        Snippet("R", "r", f'{table} <- read.csv("{file}.csv", na.strings = "", encoding = "UTF-8")'),
        Snippet(
            "Excel",
            "powerquery",
            f'= Excel.Workbook(Web.Contents("{book}"), true){{[Item="t_{table}", Kind="Table"]}}[Data]',
            Text(
                "“数据 → 获取数据 → 自其他源 → 空白查询”，粘贴到编辑栏；也可以直接下载工作簿",
                "Data → Get Data → From Other Sources → Blank Query, paste into the formula bar; or get the workbook",
            ),
        ),
        Snippet(
            "sha256sum",
            "sh",
            f"curl -s {file}.csv | sha256sum",
            Text("结果应与上面“下载”表里的校验值相同", "must equal the checksum in the table of downloads above"),
        ),
    )


#: How downloads are grouped, by format name
_GROUPS: Final = (
    (Text("整包", "The whole package"), ("ZIP", "XLSX")),
    (Text("逐表", "Table by table"), ("CSV", "JSON", "Parquet")),
    (Text("给程序读的说明", "Descriptions for programs"), ("Data Package", "CSVW", "Croissant")),
)


@macro
def dataset_downloads(view: View, package: Package) -> Markup:
    """`{{ dataset_downloads("indicators") }}`: every file of a package with format, size and SHA-256."""
    return view.render("dataset-downloads.html", package=package, groups=_grouped(view, package))


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


@macro
def all_downloads(view: View) -> Markup:
    """`{{ all_downloads() }}`: the tables of all packages in every format, with sizes."""
    return view.render("dataset-all-downloads.html", packages=in_order(view), files=view.package_files)


@macro
def dataset_code(view: View, package: Package) -> Markup:
    """`{{ dataset_code("indicators") }}`: ready lines for pandas, polars, DuckDB, frictionless, R and Excel."""
    site = f"{view.portal.settings.url}/" if view.portal.settings.url else LOCAL
    return view.render(
        "dataset-code.html",
        snippets=snippets(package),
        site=site,
        root=view.file(""),
        fixed=bool(view.portal.settings.url),
    )


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
