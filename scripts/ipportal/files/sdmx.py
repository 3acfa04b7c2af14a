"""The tables of a package as SDMX-CSV 2.0, and their structures as SDMX-JSON 2.0 (SDMX 3.0).

A table is a dataflow with a structure of its own: the columns of its key are dimensions, numbers are measures, the
rest are attributes of the observation. A column with names beside it (`area`, `area_zh`, `area_en`) is a code list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ipportal.base.periods import Period
from ipportal.base.text import LANGS, Text
from ipportal.data.model import Field, Package, Portal, Table
from ipportal.data.packages import csv_bytes
from ipportal.files.plainfiles import from_template, json_bytes

_TYPES: Final = {"number": "Decimal", "integer": "Integer", "date": "GregorianDay"}
#: The names the standard gives to what is observed, and when
_IDS: Final = {"value": "OBS_VALUE", "period": "TIME_PERIOD"}

Record = Mapping[str, str]


class _Component(NamedTuple):
    """A column as a part of the structure; without `codes` it takes any value of its type."""

    id: str
    role: str
    type: str
    field: Field
    codes: Mapping[str, Text]


def sdmx_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """`structure.sdmx.json` for the whole package, and `<table>.sdmx.csv` for each table."""
    langs, version = portal.settings.languages, package.version.partition("+")[0]
    rows = {name: list(csv.DictReader(io.StringIO(each.data.decode()))) for name, each in package.tables.items()}
    parts = {name: list(_components(table, rows[name])) for name, table in package.tables.items()}
    structure = from_template(
        "sdmx",
        agency=portal.settings.id,
        version=version,
        modified=package.modified,
        main=langs[0],
        languages=list(langs),
        names=lambda text: {lang: text[lang] for lang in langs},
        tables={name.upper(): (table, parts[name]) for name, table in package.tables.items()},
    )
    files = {"structure.sdmx.json": json_bytes(structure)}
    for name, components in parts.items():
        flow = {
            "STRUCTURE": "dataflow",
            "STRUCTURE_ID": f"{portal.settings.id}:{name.upper()}({version})",
            "ACTION": "I",
        }
        dated = (row | {"period": when} for row in rows[name] if (when := _time(row)))
        told = (flow | {part.id: row[part.field.name] for part in components} for row in dated)
        files[f"{name}.sdmx.csv"] = csv_bytes([*flow, *(part.id for part in components)], told)
    return files


def _components(table: Table, rows: Sequence[Record]) -> Iterator[_Component]:
    """The columns in the order of the standard: dimensions, time, measures, attributes."""
    names = {field.name for field in table.fields}
    found = []
    for field in table.fields:
        codes = {code.value: code.label for code in field.categories}
        if {f"{field.name}_{lang}" for lang in LANGS} & names:
            codes = {row[field.name]: Text.read(row, field.name) for row in rows if row[field.name]}
        elif field.name.rpartition("_")[0] in names and field.name.endswith(tuple(f"_{lang}" for lang in LANGS)):
            continue
        key, number = field.name in table.primary_key, field.type == "number"
        role = "time" if field.name == "period" else "dimension" if key else "measure" if number else "attribute"
        kind = "ObservationalTimePeriod" if role == "time" else _TYPES.get(field.type, "String")
        found.append(
            _Component(_IDS.get(field.name, field.name.upper()), role, kind, field, dict(sorted(codes.items())))
        )
    order = ("dimension", "time", "measure", "attribute")
    yield from sorted(found, key=lambda part: order.index(part.role))


def _time(row: Record) -> str:
    """The period as an observational time period: 2022-S1 for a half-year, a start and a duration for other spans.

    Empty where the source gives no date: such a row has no place in time. Rows without a period stand for themselves.
    """
    if row.get("period_kind") in ("year-to-date", "span"):
        months = Period.parse(row["period"]).months(to_date=row["period_kind"] == "year-to-date")
        return f"{row['period_start']}/P{months}M"
    return "" if row.get("period_kind") == "undated" else row.get("period", "-").replace("-H", "-S")
