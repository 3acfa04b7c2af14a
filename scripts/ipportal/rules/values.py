"""Values: each within its unit and its definition, without silent jumps or contradictions, and none that exposes a
party of a case; parts that belong to their totals and add up to them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ipportal.base.errors import Named, Where
from ipportal.base.periods import Period
from ipportal.base.quantities import Notation, Qualifier, Unit, number, plain, spelled
from ipportal.base.text import Text
from ipportal.data.model import TOTAL, Status
from ipportal.data.model.codes import unit_kinds
from ipportal.rules.rule import Context, Finding, Record, content_of, fields_of, rules, rules_of


class Value(NamedTuple):
    """A number of a row with its unit; `base` is the number in the unit's base."""

    row: Record
    column: str
    unit: Unit
    number: Decimal

    @property
    def base(self) -> Decimal:
        """The number in the unit's base."""
        return plain(self.number * self.unit.scale)


def _units_of(context: Context) -> dict[str, Unit]:
    """The units without faults, by id."""
    table = context.table("units")
    kinds = unit_kinds(fields_of(table)) if table else {}
    known = [(row, kinds[row["kind"]]) for row in context.records("units") if row["kind"] in kinds]
    units = (
        Unit(row["id"], Text.read(row.cells, "name"), row["one_en"], kind, row["base"], spelled(row["scale"]))
        for row, kind in known
    )
    return {unit.id: unit for unit in units}


def _default_units(context: Context) -> dict[str, str]:
    """Indicator id → unit id."""
    return {row["id"]: row["unit"] for row in context.records("indicators")}


def values(context: Context) -> Iterator[Value]:
    """Every number of a row with a unit."""
    units, defaults = _units_of(context), _default_units(context)
    for package, table in context.tables():
        fields = fields_of(table)
        columns = [field["name"] for field in fields if field.get("type") == "number"]
        measured = any(field["name"] == "unit" for field in fields)
        for row in context.records(table.name, package.name) if measured else ():
            unit = units.get(row["unit"] or defaults.get(row["indicator"], ""))
            for column in columns:
                if unit and row[column]:
                    yield Value(row, column, unit, spelled(row[column]))


def _limits(context: Context) -> Iterator[tuple[str, Finding]]:
    """A value lies beyond what the kind of its unit allows: a count below zero or no whole number (13.5 cases, while
    1.35 万件 is fine), a share above 100 %, a growth rate below −100 %."""
    for value in context.once(values):
        row, column, low, high = value.row, value.column, value.unit.kind.minimum, value.unit.kind.maximum
        scaled = value.number * value.unit.scale
        if not value.unit.kind.divisible and scaled != scaled.to_integral_value():
            yield "value-fraction", row.fault(column, unit=value.unit.name)
        if low is not None and high is not None and low > high:
            continue  # told where the kind is described
        if high is not None and (value.number > high or (low is not None and value.number < low)):
            yield "value-percent", row.fault(column, "" if low is not None else "high", low=low, high=high)
        elif high is None and low == 0 and value.number < 0:
            yield "value-negative", row.fault(column)
        elif high is None and low and value.number < low:
            yield "value-percent", row.fault(column, "low", low=number(low))


def _unit_mismatch(context: Context) -> Iterator[Finding]:
    """A row gives a unit that measures something else than its indicator."""
    units, defaults = _units_of(context), _default_units(context)
    for table in ("observations", "targets"):
        for row in context.records(table):
            own, usual = units.get(row["unit"]), units.get(defaults.get(row["indicator"], ""))
            if own and usual and own.base != usual.base:
                yield row.fault("unit", fitting=[unit.id for unit in units.values() if unit.base == usual.base])


Fact = tuple[str, str, str, str, str]


def facts(context: Context) -> dict[Fact, list[Value]]:
    """Observations in force by (indicator, area, series, basis, period)."""
    return dict(context.once(_facts))


def _facts(context: Context) -> Iterable[tuple[Fact, list[Value]]]:
    found: dict[Fact, list[Value]] = defaultdict(list)
    if table := context.table("observations"):
        fact = content_of(table, ("indicator", "area", "series", "basis", "period"))
        for value in context.once(values):
            if value.row.file == table.file and value.row["status"] in (Status.FINAL, Status.PROVISIONAL):
                found[fact(value.row.texts)].append(value)
    return found.items()


def _value_conflict(context: Context) -> Iterator[Finding]:
    """Two sources give different values for one fact, and neither is marked as superseded."""
    for (_, _, _, _, period), (first, *others) in facts(context).items():
        for value in others:
            if period != "undated" and value.base != first.base:
                yield value.row.fault("value", row=Named("row", first.row.line), value=first.row["value"])


def _superseded_unexplained(context: Context) -> Iterator[Finding]:
    """A value was superseded, but the table of contradictions does not say why."""
    explained = {row["indicator"] for row in context.records("discrepancies")}
    for row in context.records("observations"):
        if row["status"] == Status.SUPERSEDED and row["indicator"] not in explained:
            yield row.fault("status", indicator=row["indicator"])


def _value_jump(context: Context) -> Iterator[Finding]:
    """A yearly value changed against the one before by more than the limit, and no note says why."""
    series: dict[tuple[str, ...], dict[int, list[Value]]] = defaultdict(dict)
    for (*key, period), values in facts(context).items():
        parsed = Period.parse(period)
        if parsed.is_full_year and parsed.year is not None and values[0].unit.kind.style != Notation.PERCENT:
            series[tuple(key)][parsed.year] = values
    for years in series.values():
        for (earlier, (before, *_)), (year, after) in pairwise(sorted(years.items())):
            factor = Decimal(str(context.settings.jump_factor)) ** (year - earlier)
            old, new, noted = before.base, after[0].base, any(value.row.noted for value in after)
            if old > 0 and not noted and (new > old * factor or new * factor < old):
                period, value = before.row["period"], before.row["value"]
                yield after[0].row.fault("value", period=period, value=value, factor=plain(factor))


def _codes(context: Context, name: str) -> list[Mapping[str, Any]]:
    """The codes of all columns of a table, as their lists tell them."""
    table = context.table(name)
    return [code for column in (fields_of(table) if table else ()) for code in column.get("categories", ())]


def _marked(context: Context, mark: str) -> set[str]:
    """The codes of case statistics that their lists mark so."""
    return {code["value"] for code in _codes(context, "case_statistics") if code.get(mark)}


def _suppression(context: Context) -> Iterator[tuple[str, Finding]]:
    """A count about parties who could be recognised is below the threshold and not suppressed; a suppressed one still
    shows its value, or an empty one is not marked as suppressed."""
    threshold, units = context.settings.small_count_threshold, _units_of(context)
    of_nobody = _marked(context, "anonymous")
    for row in context.records("case_statistics"):
        unit, hidden = units.get(row["unit"]), row["suppressed"] == "yes"
        shown = not hidden and row["value"] and row["statistic"] not in of_nobody
        if shown and unit and not unit.kind.divisible and 0 < spelled(row["value"]) * unit.scale < threshold:
            yield "small-count", row.fault("value", threshold=threshold)
        if row["suppressed"] and hidden == bool(row["value"]):
            yield "small-count-mark", row.fault("value", "" if hidden else "lacking")


def _small_count_complement(context: Context) -> Iterator[Finding]:
    """One suppressed count can be worked out from the total and the others."""
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for row in context.records("case_statistics"):
        groups[tuple(row[column] for column in ("period", "area", "forum", "statistic", "unit"))].append(row)
    totals = _marked(context, "total")
    for rows in groups.values():
        total = any(row["ip_type"] in totals and row["suppressed"] == "no" for row in rows)
        hidden = [row for row in rows if row["ip_type"] not in totals and row["suppressed"] == "yes"]
        if total and len(hidden) == 1:
            yield hidden[0].fault("suppressed")


def _unit_scale(context: Context) -> Iterator[Finding]:
    """A unit that converts to itself has another scale than 1, or its base converts on or is of another kind."""
    units = _units_of(context)
    for row in context.records("units"):
        base = units.get(row["base"])
        if row["base"] == row["id"] and spelled(row["scale"]) != 1:
            yield row.fault("scale")
        elif base and base.base != base.id:
            yield row.fault("base", "chain", basic=base.base)
        elif base and base.kind.id != row["kind"]:
            yield row.fault("base", "kind", kind=row["kind"])


_OVERLAPPING: Final = "overlapping"
_COMPLETE: Final = "complete"


def _series_total(context: Context) -> Iterator[Finding]:
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


def _series_indicator(context: Context) -> Iterator[Finding]:
    """A value is filed under a part that belongs to another indicator."""
    owners = {row["id"]: row["indicator"] for row in context.records("series")}
    for row in context.records("observations"):
        if (owner := owners.get(row["series"])) and owner != row["indicator"]:
            yield row.fault("series", indicator=owner)


def _series_sum(context: Context) -> Iterator[Finding]:
    """A part is larger than its total, or parts do not add up to it."""
    series = context.by_id("series")
    kinds = {code["value"]: code["parts"] for code in _codes(context, "series") if "parts" in code}
    wholes: dict[tuple[str, ...], dict[str, Value]] = defaultdict(dict)
    there: dict[tuple[str, ...], set[str]] = defaultdict(set)
    parted = {(indicator, area) for indicator, area, part, _, _ in facts(context) if part != TOTAL}
    known = (fact for fact in facts(context).items() if fact[0][:2] in parted)
    for (indicator, area, part, basis, period), (first, *_) in known:
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
            along = (row for row in series.values() if row["dimension"] == dimension)
            usable = {row["id"] for row in along if row["indicator"] in ("", indicator)}
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
WHOLE_RULES: Final = rules(_series_total, spoils="table")

RULES: Final = (
    *rules_of(_limits, ("value-negative", "value-fraction", "value-percent"), "cell"),
    *rules_of(_suppression, ("small-count", "small-count-mark"), "cell"),
    *rules(_unit_mismatch, _small_count_complement, _unit_scale, _series_indicator),
)

#: These compare values with each other, so they wait until each is right by itself
COMPARING_RULES: Final = rules(_value_conflict, _superseded_unexplained, _value_jump, _series_sum)
