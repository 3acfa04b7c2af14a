"""Everything a package is published as: its files, and one ZIP that holds the data with all one needs to use them."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ipportal.data.memory import Kept, code
from ipportal.data.model import Package, Portal
from ipportal.files.citation import apa, citation_files, gb7714, package_citation
from ipportal.files.descriptions import croissant_file, csvw_files
from ipportal.files.identity import csv_name, licence, sha256
from ipportal.files.package_workbook import package_workbook
from ipportal.files.plainfiles import zip_files
from ipportal.files.tabular import package_tables

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/packages"

_WRITERS: Final = (sys.version, zlib.ZLIB_RUNTIME_VERSION, version("openpyxl"), version("pyarrow"))

LICENCE_TEXT = """{title}

数据采用 {name} 许可协议：{path}
可以复制、修改、再发布，也可以商用，但须注明来源，并说明是否作过修改。
建议写作：“{site_zh}，{package_zh}，{version} 版，{name}”。
规划等公文的原文不受著作权法保护（《中华人民共和国著作权法》第五条），不在本许可之列。

The data are licensed under {name}: {path}
You may copy, change and republish them, also commercially, as long as you name the source and say whether you
changed anything. Suggested wording: "{site_en}, {package_en}, version {version}, {name}".
The text of official documents such as the plan is not protected by copyright (Copyright Law of the People's
Republic of China, article 5) and is outside this licence.
"""


def package_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """Every file of a package: {site path: bytes}, its ZIP included."""
    files = package_tables(portal, package)
    files[f"{package.name}.xlsx"] = package_workbook(portal, package)
    files |= csvw_files(portal, package)
    files["croissant.json"] = croissant_file(portal, package)
    files |= citation_files(package_citation(portal, package), "citation")
    placed = {f"data/{package.name}/{name}": data for name, data in files.items()}
    placed[f"data/{package.name}.zip"] = package_zip(portal, package, files)
    return placed


class PackageFiles(Mapping[str, Mapping[str, bytes]]):
    """The files of each package by name, made when first asked for: pages show their sizes and sums.

    With the portal's `root` they are kept below it, so that of the processes of a build only the first makes them.
    """

    def __init__(self, portal: Portal, root: Path | None = None) -> None:
        self._portal = portal
        self._kept = Kept(root / CACHE if root else None)
        self._made: dict[str, dict[str, bytes]] = {}

    def __getitem__(self, name: str) -> dict[str, bytes]:
        if name not in self._made:
            self._made[name] = self._recalled(name) or self._fresh(name)
        return self._made[name]

    def _recalled(self, name: str) -> dict[str, bytes]:
        data = self._kept.recall(f"{name}/{self._state}.zip")
        if data is None:
            return {}
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as kept:
                return {path: kept.read(path) for path in kept.namelist()}
        except zipfile.BadZipFile:
            return {}

    def _fresh(self, name: str) -> dict[str, bytes]:
        files, kept = package_files(self._portal, self._portal.packages[name]), io.BytesIO()
        with zipfile.ZipFile(kept, "w") as into:
            for path, data in files.items():
                into.writestr(zipfile.ZipInfo(path), data)
        self._kept.keep(f"{name}/{self._state}.zip", kept.getvalue(), alone=True)
        return files

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

    def __iter__(self) -> Iterator[str]:
        return iter(self._portal.packages)

    def __len__(self) -> int:
        return len(self._portal.packages)


def package_zip(portal: Portal, package: Package, files: dict[str, bytes]) -> bytes:
    """The ZIP of a package: descriptor, CSV, CSVW, README, licence and sums in one folder."""
    inside = {"datapackage.json": files["datapackage.json"]}
    for table in package.tables.values():
        inside[csv_name(table)] = table.data
    inside |= {name: data for name, data in files.items() if name.endswith("csv-metadata.json")}
    inside["CITATION.cff"] = files["citation.cff"]
    inside["README.md"] = readme(portal, package).encode()
    inside["LICENSE.txt"] = licence_text(portal, package).encode()
    inside["SHA256SUMS"] = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(inside.items())).encode()
    folder = f"{package.name}-{package.version}"
    return zip_files({f"{folder}/{name}": data for name, data in inside.items()})


def licence_text(portal: Portal, package: Package) -> str:
    """The licence notice that travels with the data."""
    return LICENCE_TEXT.format(
        **licence(package),
        site_zh=portal.settings.name.zh,
        site_en=portal.settings.name.en,
        package_zh=package.title.zh,
        package_en=package.title.en,
        version=package.version,
    )


def readme(portal: Portal, package: Package) -> str:
    """What is in the ZIP, how to check it and how to cite it, in both languages."""
    cited = package_citation(portal, package)
    tables = package.tables.values()
    settings = portal.settings
    lines = [
        f"# {package.title.zh} · {package.title.en}",
        "",
        package.description.zh,
        "",
        f"版本 {package.version}，更新于 {package.modified}。发布：{settings.organiser.zh}。",
        "",
        "## 文件",
        "",
        *(f"- `{csv_name(table)}`：{table.title.zh}，{len(table.rows)} 行。{table.description.zh}" for table in tables),
        "- `datapackage.json`：全部表和列的说明（Data Package v2）；`*-metadata.json`：同样的说明（CSVW）",
        "- `SHA256SUMS`：校验值。在本文件夹运行 `sha256sum -c SHA256SUMS`，可以确认文件没有变过",
        "",
        "CSV 为 UTF-8 编码。空格表示没有公布或不适用，不是零。每行的 `source` 指向 `sources.csv`。",
        "用 Excel 直接打开 CSV 前请注意：以 = + - @ 开头的文字可能被当作公式；Excel 用户请用网站上的工作簿。",
        "",
        "## 引用",
        "",
        gb7714(cited),
        "",
        "---",
        "",
        package.description.en,
        "",
        f"Version {package.version}, updated {package.modified}. Publisher: {settings.organiser.en}.",
        "",
        "## Files",
        "",
        *(
            f"- `{csv_name(table)}`: {table.title.en}, {len(table.rows)} rows. {table.description.en}"
            for table in tables
        ),
        "- `datapackage.json`: what every table and column means (Data Package v2); `*-metadata.json`: the same (CSVW)",
        "- `SHA256SUMS`: run `sha256sum -c SHA256SUMS` in this folder to prove that no file has changed",
        "",
        "The CSV files are UTF-8. An empty cell means not published or not applicable, never zero. "
        "`source` of every row points into `sources.csv`.",
        "Before opening a CSV in Excel: text that starts with = + - @ may be taken for a formula; "
        "the workbook on the website is safe.",
        "",
        "## How to cite",
        "",
        apa(cited),
        "",
    ]
    return "\n".join(lines)
