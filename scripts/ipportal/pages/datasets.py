"""What the dataset pages show about a package: facts, preview, dictionary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from ipportal.base.quantities import number
from ipportal.base.text import Text
from ipportal.data.model import Field, Package, Portal, Table, Value, once
from ipportal.files import descriptions
from ipportal.files.headers import file_format, is_distribution
from ipportal.pages.view import View, macro, shown

#: The order of the menu; packages a deployment adds follow
ORDER: Final = ("indicators", "plan", "cases", "promotion", "recognition")
#: Rows shown before the complete table, and the most a page carries
PREVIEW: Final = 5
COMPLETE: Final = 400
#: Characters up to which a column stays on one line, and from which it is given room to breathe
SHORT: Final = 10
LONG: Final = 30


@shown
def in_order(view: View) -> list[Package]:
    """The packages in the order of the menu."""
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(view.portal.packages.values(), key=lambda package: places.get(package.name, len(places)))


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
        where = view.link("about/sources.md", f"source-{value}")
        return Markup('<a href="{}">{}</a>').format(where, view.localize(view.portal.sources[str(value)].name))
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, int):
        return str(value)
    if field.categories:
        return view.localize(field.label(value))
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
