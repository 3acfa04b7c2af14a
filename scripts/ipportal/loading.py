"""Read the packages, run every rule, and build the frozen Portal."""

from __future__ import annotations

import types
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from ipportal.base.errors import DataError
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Qualifier, Unit
from ipportal.base.text import Text
from ipportal.data import model
from ipportal.data.ledger import UNRELEASED, defend, differs, frozen_descriptors, read_ledger, unreleased
from ipportal.data.memory import passed
from ipportal.data.model.codes import codes_of
from ipportal.data.packages import RawPackage, RawTable, read_packages
from ipportal.data.settings import Settings, read_settings
from ipportal.rules import check, check_official

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class _Identified(DataclassInstance, Protocol):
        @property
        def id(self) -> str: ...


Record = TypeVar("Record", bound="DataclassInstance")
Identified = TypeVar("Identified", bound="_Identified")

#: No release yet
NOTHING_FROZEN: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = types.MappingProxyType({})

_CONVERT: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    Decimal: Decimal,
    bool: "yes".__eq__,
    Period: Period.parse,
    PartialDate: PartialDate.parse,
}

#: What a row says that has no such column yet
_USUAL: Final = {
    "qualifier": Qualifier.EXACT,
    "status": model.Status.FINAL,
    "kind": model.TargetKind.REACH,
    "confidence": model.Confidence.SECONDARY,
}


def load(root: Path, ignore: frozenset[str] = frozenset(), *, official: bool = False) -> model.Portal:
    """Read portal.toml and all packages below `root`; check them unless this very state has passed before.

    Problems whose code is in `ignore` do not stop loading: `ipportal stub` passes over missing
    pages, because it is about to write them. With `official` everything an official release lacks is told too.

    Raises:
        DataError: with every problem of every package at once.
    """
    settings = read_settings(root)
    raw = read_packages(root)
    releases = read_ledger(root)
    problems = [*check_official(raw, settings), *unreleased(root, releases, raw)] if official else []
    if not passed(root):
        problems += [*check(raw, settings), *defend(root, releases, raw)]
    problems = [problem for problem in problems if problem.code not in ignore]
    if problems:
        raise DataError(problems)
    return build_portal(raw, settings, releases, frozen_descriptors(root, releases))


def build_portal(
    raw: Sequence[RawPackage],
    settings: Settings,
    releases: Sequence[model.Release] = (),
    frozen: Mapping[tuple[str, str], Mapping[str, Any]] = NOTHING_FROZEN,
) -> model.Portal:
    """Turn packages that passed the rules, and the releases before them, into the frozen Portal.

    `frozen` holds the descriptors of the releases, by package and version.
    """
    tables = {(package.name, table.name): table for package in raw for table in package.tables}
    build = _Builder(tables)
    units = build.by_id(Unit, "indicators", "units")
    build.units = units
    indicators = build.by_id(model.Indicator, "indicators", "indicators")
    build.default_units = {key: indicator.unit for key, indicator in indicators.items()}
    sources: dict[str, model.Source] = {}
    for package in raw:
        sources |= build.by_id(model.Source, package.name, "sources")
    links = build.rows("plan", "measure_indicators")
    return model.Portal(
        settings=settings,
        packages={package.name: read_package(package, releases, frozen) for package in raw},
        sources=dict(sorted(sources.items())),
        areas=build.by_id(model.Area, "indicators", "areas"),
        bases=build.by_id(model.Basis, "indicators", "bases"),
        units=units,
        indicators=indicators,
        observations=build.all(model.Observation, "indicators", "observations"),
        targets=build.all(model.Target, "indicators", "targets"),
        discrepancies=build.all(model.Discrepancy, "indicators", "discrepancies"),
        sections=build.by_id(model.Section, "plan", "sections"),
        measures=build.by_id(model.Measure, "plan", "measures"),
        measure_indicators=tuple((row["measure"], row["indicator"]) for _, row in links),
        institutions=build.by_id(model.Institution, "plan", "institutions"),
        roles=build.all(model.Role, "plan", "measure_institutions"),
        systems=build.all(model.System, "plan", "systems"),
        updates=build.all(model.Update, "plan", "updates"),
        case_statistics=build.all(model.CaseStatistic, "cases", "case_statistics"),
        case_stories=build.by_id(model.CaseStory, "cases", "case_stories"),
        events=build.all(model.Event, "promotion", "events"),
        observances=build.all(model.Observance, "promotion", "observances"),
        incentives=build.all(model.Incentive, "promotion", "incentives"),
        services=build.by_id(model.Service, "promotion", "services"),
        glossary=build.by_id(model.Term, "promotion", "glossary"),
        awards=build.all(model.Award, "recognition", "awards"),
        enterprises=build.all(model.EnterpriseTitle, "recognition", "enterprises"),
        releases=tuple(releases),
    )


def with_goals(portal: model.Portal, as_of: date, tables: Mapping[str, RawTable]) -> model.Portal:
    """The portal with earlier `observations` and `targets`, judged on an earlier day.

    Columns the earlier tables lack are empty, or hold the usual code; rows of indicators, areas, definitions and codes
    that no longer exist are left out, for nothing could be said of them in today's words.
    """
    known: dict[str, Container[str]] = {
        "indicator": portal.indicators,
        "area": portal.areas,
        "basis": portal.bases,
        "unit": {"": "", **portal.units},
    }
    build = _Builder({})
    build.units = portal.units
    build.default_units = {key: indicator.unit for key, indicator in portal.indicators.items()}

    def rows(name: str) -> list[tuple[int, dict[str, str]]]:
        columns = [field.name for field in portal.packages["indicators"].tables[name].fields]
        empty = {column: _USUAL.get(column, "") for column in columns}
        wanted = known | {column: codes for column in columns if (codes := codes_of(name, column))}
        found = ((line, empty | row) for line, row in tables[name].records())
        return [(line, row) for line, row in found if all(row[column] in each for column, each in wanted.items())]

    return replace(
        portal,
        settings=replace(portal.settings, as_of=as_of),
        observations=build.records(model.Observation, rows("observations")),
        targets=build.records(model.Target, rows("targets")),
    )


class _Builder:
    """Makes records of a dataclass from rows: field names are column names, a Text field reads `_zh` and `_en`."""

    def __init__(self, tables: Mapping[tuple[str, str], RawTable]) -> None:
        self.tables = tables
        self.units: Mapping[str, Unit] = {}
        self.default_units: Mapping[str, Unit] = {}

    def rows(self, package: str, table: str) -> list[tuple[int, dict[str, str]]]:
        found = self.tables.get((package, table))
        return found.records() if found else []

    def all(self, kind: type[Record], package: str, table: str) -> tuple[Record, ...]:
        return self.records(kind, self.rows(package, table))

    def records(self, kind: type[Record], rows: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[Record, ...]:
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        return tuple(kind(**{name: self.value(hints[name], name, row, line) for name in names}) for line, row in rows)

    def by_id(self, kind: type[Identified], package: str, table: str) -> dict[str, Identified]:
        return {record.id: record for record in self.all(kind, package, table)}

    def value(self, hint: Any, name: str, row: Mapping[str, str], line: int) -> Any:
        if name == "line":
            return line
        optional = get_origin(hint) in (Union, types.UnionType)
        kind = get_args(hint)[0] if optional else hint
        if kind is Text:
            zh, en = row[f"{name}_zh"], row[f"{name}_en"]
            return None if optional and not zh else Text(zh, en)
        text = row[name]
        if kind is Unit:
            return self.units[text] if text else self.default_units[row["indicator"]]
        if optional and not text:
            return None
        return kind(text) if issubclass(kind, StrEnum) else _CONVERT[kind](text)


def read_package(
    raw: RawPackage,
    releases: Sequence[model.Release] = (),
    frozen: Mapping[tuple[str, str], Mapping[str, Any]] = NOTHING_FROZEN,
) -> model.Package:
    """Turn a descriptor and its tables into a Package with typed rows.

    Data or descriptions that differ from the frozen release of the same version carry the mark `+unreleased`
    (semantic versioning's build metadata), so nobody takes them for the release.
    """
    d = raw.descriptor or {}
    here = (raw.name, str(d["version"]))
    release = next((r for r in releases if (r.package, r.version) == here), None)
    changed = differs(raw, release, frozen.get(here))
    return model.Package(
        name=raw.name,
        title=_pair(d, "title"),
        description=_pair(d, "description"),
        version=d["version"] + (UNRELEASED if changed else ""),
        modified=d["modified"],
        update_frequency=d["update_frequency"],
        changes=tuple(
            model.Change(c["date"], c["version"], Text(c["what_zh"], c["what_en"]), Text(c["why_zh"], c["why_en"]))
            for c in d["changes"]
        ),
        tables={table.name: _read_table(table) for table in raw.tables},
        descriptor=d,
    )


def _read_table(raw: RawTable) -> model.Table:
    schema = raw.resource["schema"]
    columns = tuple(_read_field(field) for field in schema["fields"])
    types_of = {field.name: field.type for field in columns}
    return model.Table(
        name=raw.name,
        path=raw.resource["path"],
        data=raw.data or b"",
        title=_pair(raw.resource, "title"),
        description=_pair(raw.resource, "description"),
        fields=columns,
        primary_key=_names(schema.get("primaryKey", [])),
        foreign_keys=tuple(
            model.ForeignKey(
                _names(key["fields"]), key["reference"].get("resource", ""), _names(key["reference"]["fields"])
            )
            for key in schema.get("foreignKeys", [])
        ),
        rows=tuple(
            model.Row(line, {name: _typed(text, types_of[name]) for name, text in row.items()})
            for line, row in raw.records()
        ),
    )


def _read_field(field: Mapping[str, Any]) -> model.Field:
    constraints = field.get("constraints", {})
    return model.Field(
        name=field["name"],
        type=field.get("type", "string"),
        title=_pair(field, "title"),
        description=_pair(field, "description"),
        required=bool(constraints.get("required")),
        categories=tuple(
            model.Category(str(c["value"]), Text(c["label"], c["label_en"])) for c in field.get("categories", [])
        ),
        pattern=constraints.get("pattern"),
    )


def _pair(entry: Mapping[str, Any], key: str) -> Text:
    return Text(entry[key], entry[f"{key}_en"])


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _typed(text: str, kind: str) -> model.Value:
    if not text:
        return None
    return int(text) if kind == "integer" else Decimal(text) if kind == "number" else text
