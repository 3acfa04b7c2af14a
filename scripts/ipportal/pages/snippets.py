"""Ready lines that load a table in common tools; every one of them is run by a test where the tool can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ipportal.base.text import Text
from ipportal.data.model import Package, Table

#: What `python3 -m http.server` serves the finished site at; a script puts in the real address where it can
LOCAL: Final = "http://localhost:8000/"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines of code; `{site}` stands for the site's address, ending in a slash."""

    tool: str
    language: str
    code: str
    note: Text | None = None


def main_table(package: Package) -> Table:
    """The table most readers come for: the first with measured values, else the first."""
    tables = list(package.tables.values())
    with_values = [t for t in tables if {"value", "count"} & {f.name for f in t.fields}]
    return (with_values or tables)[0]


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
        Snippet(
            "R",
            "r",
            f'{table} <- read.csv("{file}.csv", na.strings = "", encoding = "UTF-8")',
        ),
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
