"""Media types and plain names of the file formats the portal publishes."""

from __future__ import annotations

from typing import Final

from ipportal.base.text import Text

#: Media types by file name ending, the longest first (IANA names where registered)
MEDIA_TYPES: Final = (
    ("csv-metadata.json", "application/csvm+json"),
    ("linkset.json", "application/linkset+json"),
    (".schema.json", "application/schema+json"),
    (".csl.json", "application/vnd.citationstyles.csl+json"),
    ("croissant.json", "application/ld+json"),
    (".jsonld", "application/ld+json"),
    (".json", "application/json"),
    (".csv", "text/csv"),
    (".parquet", "application/vnd.apache.parquet"),
    (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (".zip", "application/zip"),
    (".ttl", "text/turtle"),
    (".html", "text/html"),
    (".js", "text/javascript"),
    (".svg", "image/svg+xml"),
    (".png", "image/png"),
    (".ics", "text/calendar"),
    (".xml", "application/atom+xml"),
    (".bib", "application/x-bibtex"),
    (".ris", "application/x-research-info-systems"),
    (".cff", "application/yaml"),
    (".md", "text/markdown"),
    (".txt", "text/plain"),
    ("SHA256SUMS", "text/plain"),
)

#: What a format is for, in a few words, by file name ending
FORMATS: Final = (
    ("csv-metadata.json", "CSVW", Text("表格说明（CSVW）", "table description (CSVW)")),
    (
        "datapackage.json",
        "Data Package",
        Text("数据包描述（Data Package v2）", "package description (Data Package v2)"),
    ),
    (
        "croissant.json",
        "Croissant",
        Text("机器学习用的描述（Croissant）", "description for machine learning (Croissant)"),
    ),
    (".zip", "ZIP", Text("整包下载", "the whole package")),
    (".xlsx", "XLSX", Text("Excel 工作簿，含数据字典", "Excel workbook with data dictionary")),
    (".csv", "CSV", Text("逗号分隔的表，UTF-8", "comma-separated table, UTF-8")),
    (".json", "JSON", Text("记录和字段说明", "records with their field descriptions")),
    (".parquet", "Parquet", Text("带类型的列式文件", "typed columnar file")),
)


def media_type(path: str) -> str:
    """The media type a file is to be served with.

    Raises:
        KeyError: no type is known for the ending.
    """
    for ending, kind in MEDIA_TYPES:
        if path.endswith(ending):
            return kind
    raise KeyError(path)


def file_format(path: str) -> tuple[str, Text]:
    """The short name of a file's format and what it is for.

    Raises:
        KeyError: the ending is none of a package's formats.
    """
    for ending, name, purpose in FORMATS:
        if path.endswith(ending):
            return name, purpose
    raise KeyError(path)


def is_distribution(path: str) -> bool:
    """True for the files of a package that hold or describe its data (citations do not)."""
    return not path.rsplit("/", 1)[-1].startswith("citation.")
