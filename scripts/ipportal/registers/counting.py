"""Counts of registers that become observations: never typed, each with the version and the expression behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from ipportal.base.errors import Problem, Where
from ipportal.base.periods import Period
from ipportal.base.quantities import Qualifier, number
from ipportal.base.text import Text
from ipportal.data.model import Confidence, Observation, Portal, Status
from ipportal.data.packages import RawPackage
from ipportal.data.registers import Aggregate, Edition
from ipportal.data.settings import Settings
from ipportal.registers import editions, limits
from ipportal.registers.engine import CATALOGUE, Engine

_FILE: Final = "observations"
#: What an aggregate names a row of, and where the portal has these rows
_NAMED: Final = {"indicator": "indicators", "area": "areas", "series": "series", "basis": "bases", "source": "sources"}
#: What two figures have alike that must be the same
_FACT: Final = attrgetter("indicator", "area", "series", "basis", "period")


def with_registers(portal: Portal, root: Path, packages: Sequence[RawPackage]) -> tuple[Portal, list[Problem]]:
    """The portal with its registers, and with their counts among its observations; and every fault of either."""
    found, aggregates, problems = editions(root, packages, portal.settings)
    portal = replace(portal, registers={each.register.name: each for each in found})
    for edition in found:
        wanted = [each for each in aggregates if each.register == edition.register.name]
        faults = [fault for each in wanted for fault in _unknown(portal, edition, each)]
        problems += faults
        if faults:
            continue
        portal, faults = _with_counts(portal, edition, count(edition, wanted, portal.settings))
        problems += faults
    return portal, problems


def count(
    edition: Edition, aggregates: Sequence[Aggregate], settings: Settings
) -> list[tuple[Aggregate, dict[int, int]]]:
    """By year what each of `aggregates` counts, up to the last that was over both at its version and at `as_of`."""
    files = [str(edition.parquet(partition)) for partition in edition.partitions]
    if not aggregates:
        return []
    last = min(edition.register.version, settings.as_of)
    with Engine(None, limits(settings)) as engine:
        rows = engine.backend.read_parquet(files)
        return [(each, _counted(engine, rows, each, last)) for each in aggregates]


def _counted(engine: Engine, rows: Any, each: Aggregate, last: date) -> dict[int, int]:
    kept = rows.filter(rows[each.date].notnull())
    for name, values in each.where.items():
        whole = [value for value in values if not value.endswith("*")]
        begins = [kept[name].startswith(value[:-1]) for value in values if value.endswith("*")]
        kept = kept.filter(reduce(lambda one, other: one | other, begins, kept[name].isin(whole)))
    years = engine.rows(kept.group_by(year=kept[each.date].year()).aggregate(n=kept.count()))
    found = {row["year"]: row["n"] for row in years}
    if not found:
        return {}
    span = range(min(found), max(*found, last.year) + 1)
    counts = [found.get(year, 0) for year in span]
    told = accumulate(counts) if each.cumulative else counts
    return {year: n for year, n in zip(span, told, strict=True) if date(year, 12, 31) <= last}


def _with_counts(
    portal: Portal, edition: Edition, counted: Iterable[tuple[Aggregate, Mapping[int, int]]]
) -> tuple[Portal, list[Problem]]:
    """The portal with counts among its observations, and every figure published otherwise."""
    rows: list[Observation] = []
    problems: list[Problem] = []
    line = max((row.line for row in portal.observations), default=1)
    for each, years in counted:
        for year, value in years.items():
            row = _observation(portal, edition, each, year, value, line + len(rows) + 1)
            problems += _disagreeing(portal, each, row)
            rows.append(row)
    return replace(portal, observations=(*portal.observations, *rows)), problems


def _unknown(portal: Portal, edition: Edition, each: Aggregate) -> Iterator[Problem]:
    """What an aggregate names that is not there."""
    known = {name: (getattr(each, name), getattr(portal, rows)) for name, rows in _NAMED.items()}
    dates = [column.name for column in edition.register.published if column.type == "date"]
    columns = [column.name for column in edition.register.published]
    told = [*known.items(), ("date", (each.date, dates)), *(("where", (name, columns)) for name in each.where)]
    for entry, (value, allowed) in told:
        if value not in allowed:
            where = Where(each.file, column=f"aggregate {each.number} › {entry}")
            yield CATALOGUE.problem("register-aggregate", where, value, known=list(allowed)[:20])


def _observation(portal: Portal, edition: Edition, each: Aggregate, year: int, value: int, line: int) -> Observation:
    unit = portal.indicators[each.indicator].unit
    register, explained = edition.register, each.differs.get(str(year))
    return Observation(
        indicator=each.indicator,
        area=each.area,
        series=each.series,
        period=Period.parse(str(year)),
        basis=each.basis,
        value=Decimal(value) / unit.scale,
        unit=unit,
        qualifier=Qualifier.EXACT,
        status=Status.FINAL,
        source=each.source,
        locator=Text(
            f"由“{register.title.zh}”{register.version} 版计数：{each.expression}",
            f"counted in “{register.title.en}”, version {register.version}: {each.expression}",
        ),
        confidence=Confidence.OFFICIAL,
        note=Text(**explained) if explained else None,
        line=line,
    )


def _disagreeing(portal: Portal, each: Aggregate, row: Observation) -> Iterator[Problem]:
    """Exact figures published for the same that are others, unless the aggregate explains it."""
    file = f"datapackages/{portal.home(_FILE).name}/{portal.home(_FILE).tables[_FILE].path}"
    for other in portal.observations:
        told = row.note is None and other.qualifier == Qualifier.EXACT
        if _FACT(other) == _FACT(row) and told and other.value * other.unit.scale != row.value * row.unit.scale:
            where = Where(file, other.line, "value")
            facts = {
                "counted": number(row.value),
                "expression": each.expression,
                "number": each.number,
                "at": each.file,
            }
            yield CATALOGUE.problem("register-figure", where, number(other.value), **facts)
