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
from ipportal.data.model import Field, Package, Portal, Release, RowChange, Table, Value, once
from ipportal.files import citation, descriptions, identity, registers
from ipportal.files.headers import file_format, is_citation, is_distribution
from ipportal.pages.view import View, lend, macro
from ipportal.words.row_names import changed_cell, changed_name

#: Characters up to which a column stays on one line, and from which it is given room to breathe
SHORT: Final = 10
LONG: Final = 30


def in_order(view: View) -> list[Package]:
    """The packages in the order of their pages; those without a page follow."""
    places = {page.path: page.head.get("order", 0) for page in view.manuscripts}
    packages = view.portal.packages.values()
    return sorted(packages, key=lambda package: places.get(page_path("dataset", package.name), len(places)))


def size(length: int) -> str:
    """A file size people read, in decimal units: 812 B, 1.4 kB, 14 kB, 1.2 MB."""
    if length < 1000:
        return f"{length} B"
    scale, unit = (1000, "kB") if length < 999_500 else (1_000_000, "MB")
    return f"{length / scale:.{1 if length < 9.95 * scale else 0}f} {unit}"


def data_formats(files: Mapping[str, bytes]) -> list[str]:
    """The formats the data come in, by the files there are."""
    found = {file_format(path).name for path in files if is_distribution(path)}
    return [name for name in ("XLSX", "CSV", "JSON", "Parquet", "SDMX-CSV", "ZIP") if name in found]


#: The most rows of a table that a page shows
_SHOWN: Final = 500


def columns(view: View, table: Table) -> list[tuple[Field, str]]:
    """The columns of the page's language and those without one, each with the class its cells need."""
    other = "_en" if view.lang == "zh" else "_zh"
    return [(field, _kind(view, table, field)) for field in table.fields if not field.name.endswith(other)]


def _kind(view: View, table: Table, field: Field) -> str:
    if field.type in ("number", "integer"):
        return "num"
    if field.name == "url":
        return "is-address"
    values = dict.fromkeys(row[field.name] for row in table.rows[:_SHOWN])
    shown = (Markup(cell(view, field, value)).striptags() for value in values)
    longest = max(map(len, shown), default=0)
    return "is-long" if longest > LONG else "is-medium" if longest > SHORT else ""


def cell(view: View, field: Field, value: Value) -> str | Markup:
    """A value as readers see it: with the name behind an id, the words of a code, a link to a source."""
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
        return Markup("{} <code>{}</code>").format(view.localize(name), value)
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


def script(document: object) -> Markup:
    """A JSON-LD element; no data can end it early."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(safe))


def revised(portal: Portal, package: Package | None) -> list[tuple[Release, RowChange, Text, Text | None, Text | None]]:
    """Figures changed after publication, of one package or all, the newest first: release, change, name, old, new."""
    found = []
    for release in (one for one in reversed(portal.releases) if package is None or package.name == one.package):
        for change in release.revisions:
            name = changed_name(portal, release.package, change)
            old, new = (changed_cell(portal, release.package, change, text) for text in (change.old, change.new))
            found.append((release, change, name, old, new))
    return found


lend(citation, descriptions, file_format, is_citation, identity.issued, identity.keywords, identity.left_out)
lend(identity.licence, identity.main_table, identity.pair, identity.sha256, identity.workbook_name)
lend(registers.published_register, registers.small_rows)


@macro
def data_file(view: View, path: str) -> Markup:
    """`{{ data_file("manifest.json") }}`: link to a file below data/; a wrong path fails the build.

    Raises:
        ValueError: the path leads out of data/.
    """
    if path != posixpath.normpath(path) or path.startswith(("/", "..")):
        raise ValueError(path)
    return Markup('<a href="{}"><code>{}</code></a>').format(view.file(f"data/{path}"), path)
