"""Breakdowns: one row stands for the whole, every other is a part by a dimension, and parts meet their total.

A dimension of the descriptor says of its parts whether they may overlap, exclude one another (`separate`), or make the
whole together (`complete`). Sums are compared where the total and the parts are published for one area, period and
definition, as exact values in a unit that may be added; a complete dimension only where all of its parts are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from ipportal.base.errors import Named, Where
from ipportal.base.quantities import Qualifier, plain
from ipportal.data.model import TOTAL
from ipportal.rules.rule import Context, Finding, Rule, fields_of
from ipportal.rules.values import Value, facts

_OVERLAPPING: Final = "overlapping"
_COMPLETE: Final = "complete"


def _whole(context: Context) -> Iterator[Finding]:
    """The row of the whole is missing or made a part of something, or a part has no dimension or no table."""
    if not (table := context.table("series")):
        yield from (row.fault("series", "table") for row in context.records("observations") if row["series"] != TOTAL)
        return
    rows = context.rows(table)
    if TOTAL not in {row["id"] for row in rows}:
        cells = {"id": TOTAL, "name_zh": "合计", "name_en": "Total", "order": "0"}
        row_of_all = ",".join(cells.get(column, "") for column in table.header or ())
        yield Finding(Where(table.file, column="id"), "", "missing", row=row_of_all)
    for row in rows:
        if row["id"] == TOTAL:
            yield from (row.fault(column) for column in ("indicator", "dimension") if row[column])
        elif not row["dimension"]:
            yield row.fault("dimension", "part")


def _foreign(context: Context) -> Iterator[Finding]:
    """A value is filed under a part that belongs to another indicator."""
    owners = {row["id"]: row["indicator"] for row in context.records("series")}
    for row in context.records("observations"):
        if (owner := owners.get(row["series"])) and owner != row["indicator"]:
            yield row.fault("series", indicator=owner)


def _sums(context: Context) -> Iterator[Finding]:
    """A part is larger than its total, or parts do not add up to it."""
    series = {row["id"]: row for row in context.records("series")}
    table = context.table("series")
    kinds = {
        entry["value"]: entry.get("parts", _OVERLAPPING)
        for field in (fields_of(table) if table else ())
        if field["name"] == "dimension"
        for entry in field.get("categories", ())
    }
    wholes: dict[tuple[str, ...], dict[str, Value]] = defaultdict(dict)
    there: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for (indicator, area, part, basis, period), (first, *_) in facts(context).items():
        there[indicator, area, basis, period].add(part)
        if period.isdigit():
            there[indicator, area, basis].add(part)
        exact = first.row["qualifier"] == Qualifier.EXACT and first.unit.kind.additive
        if exact and period != "undated" and part in series:
            wholes[indicator, area, basis, period][part] = first
    for (indicator, area, basis, period), found in wholes.items():
        total = found.pop(TOTAL, None)
        absent = there[indicator, area, basis] - there[indicator, area, basis, period] if period.isdigit() else set()
        for dimension in sorted({series[part]["dimension"] for part in found}) if total else ():
            usable = {
                key
                for key, row in series.items()
                if row["dimension"] == dimension and row["indicator"] in ("", indicator)
            }
            parts = {part: value for part, value in found.items() if part in usable}
            kind, lacking = kinds.get(dimension, _OVERLAPPING), sorted(absent & usable)
            if total and kind == _COMPLETE and lacking and not total.row.noted:
                yield total.row.fault("series", "missing", parts=lacking)
            if total:
                yield from _compared(total, parts, kind, whole=parts.keys() == usable)


def _compared(total: Value, parts: Mapping[str, Value], kind: str, *, whole: bool) -> Iterator[Finding]:
    larger = [value for value in parts.values() if value.base > total.base]
    for value in larger:
        yield value.row.fault("value", "part", row=Named("row", total.row.line), value=total.row["value"])
    added = sum((value.base for value in parts.values()), Decimal(0))
    exceeds = kind != _OVERLAPPING and added > total.base
    if not larger and (exceeds or (kind == _COMPLETE and whole and added != total.base)):
        rows = [Named("row", value.row.line) for value in parts.values()]
        yield total.row.fault("value", "above" if exceeds else "", sum=plain(added / total.unit.scale), rows=rows)


#: Without the one row of the whole, every value would be told to lead nowhere
WHOLE_RULES: Final = (Rule("series-total", _whole, "table"),)
RULES: Final = (Rule("series-indicator", _foreign),)
COMPARING_RULES: Final = (Rule("series-sum", _sums),)
