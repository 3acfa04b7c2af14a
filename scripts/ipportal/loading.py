"""Read the packages, run every rule, and build the frozen Portal."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin

from ipportal.base.errors import DataError
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Qualifier, Unit, UnitKind, spelled
from ipportal.base.text import LANGS, Text
from ipportal.data import model
from ipportal.data.ledger import UNRELEASED, defend, differs, frozen_descriptors, read_ledger, unreleased
from ipportal.data.manuscripts import page_paths
from ipportal.data.memory import passed
from ipportal.data.model.codes import codes_of, unit_kinds
from ipportal.data.packages import YES, RawPackage, RawTable, categories_of, names_of, read_packages, restated
from ipportal.data.settings import Settings, read_settings
from ipportal.registers.counting import with_registers
from ipportal.rules import check, check_official

Record = TypeVar("Record")
Rows = Iterable[tuple[int, Mapping[str, str]]]

#: What a portal holds besides its tables, and tables that are read in another way
_OTHERS: Final = ("settings", "packages", "sources", "measure_indicators", "releases", "registers", "pages")
#: These come first, for others use them
_FIRST: Final = ("units", "indicators")
_OTHER_NAMES: Final = {"roles": "measure_institutions"}

#: How columns with words of one language end
_ENDS: Final = tuple(f"_{lang}" for lang in LANGS)
_CONVERT: Final[dict[type, Callable[[str], Any]]] = {
    bool: YES.__eq__,
    int: int,
    Decimal: spelled,
    date: date.fromisoformat,
    Period: Period.parse,
    PartialDate: PartialDate.parse,
}

#: What makes a value of a cell, by the type of its column
_TYPED: Final[Mapping[str, Callable[[str], model.Value]]] = {"boolean": YES.__eq__, "integer": int, "number": spelled}

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
    raw = read_packages(root, settings.languages)
    releases = read_ledger(root)
    problems = [*check_official(raw, settings), *unreleased(root, releases, raw)] if official else []
    if not passed(root):
        problems += (found := check(raw, settings)) + defend(root, releases, raw, found)
    if problems := [problem for problem in problems if problem.code not in ignore]:
        raise DataError(problems)
    portal = build_portal(raw, settings, releases, frozen_descriptors(root, releases))
    portal, faults = with_registers(portal, root, raw)
    if faults:
        raise DataError(faults)
    return replace(portal, pages=page_paths(root, portal.settings.languages[0]))


def build_portal(
    raw: Sequence[RawPackage],
    settings: Settings,
    releases: Sequence[model.Release] = (),
    frozen: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
) -> model.Portal:
    """Turn packages that passed the rules, and the releases before them, into the frozen Portal.

    `frozen` holds the descriptors of the releases, by package and version.
    """
    tables = {table.name: table for package in raw for table in package.tables}
    build = _Builder(unit_kinds(tables["units"].resource["schema"]["fields"]) if "units" in tables else {})
    found: dict[str, Any] = {}
    members = {name: wanted for name, (wanted, _) in model.members(model.Portal).items() if name not in _OTHERS}
    for name in (*_FIRST, *(name for name in members if name not in _FIRST)):
        kind = next(kind for kind in get_args(members[name]) if kind is not str)
        table = tables.get(_OTHER_NAMES.get(name, name))
        records = build.records(kind, table.records() if table else ())
        found[name] = records if get_origin(members[name]) is tuple else {record.id: record for record in records}
        if name == "units":
            build.units = found[name]
        elif name == "indicators":
            build.default_units = {key: indicator.unit for key, indicator in found[name].items()}
    named = [table.records() for package in raw if (table := package.table("sources"))]
    links = tables["measure_indicators"].records() if "measure_indicators" in tables else ()
    sources = {source.id: source for each in named for source in build.records(model.Source, each)}
    return model.Portal(
        settings=settings,
        packages={package.name: read_package(package, releases, frozen or {}) for package in raw},
        sources=dict(sorted(sources.items())),
        measure_indicators=tuple((row["measure"], row["indicator"]) for _, row in links),
        releases=tuple(releases),
        **found,
    )


def with_goals(portal: model.Portal, as_of: date, tables: Mapping[str, RawTable]) -> model.Portal:
    """The portal with earlier `observations` and `targets`, judged on an earlier day.

    Columns the earlier tables lack are empty, or hold the usual code; rows of indicators, areas, definitions and codes
    that no longer exist are left out, for nothing could be said of them in today's words.
    """
    known: dict[str, Container[str]] = {"indicator": portal.indicators, "area": portal.areas, "series": portal.series}
    known |= {"basis": portal.bases, "unit": {"", *portal.units}}
    build = _Builder({}, portal.units, {key: indicator.unit for key, indicator in portal.indicators.items()})

    def rows(name: str) -> list[tuple[int, dict[str, str]]]:
        resource = next(r for r in portal.home(name).descriptor["resources"] if r["name"] == name)
        columns = [field["name"] for field in resource["schema"]["fields"]]
        empty = {column: _USUAL.get(column, "") for column in columns}
        wanted = {column: codes for column in columns if (codes := known.get(column) or codes_of(name, column))}
        lines, earlier = zip(*tables[name].records(), strict=True) if tables[name].rows else ((), ())
        found = ((line, empty | row) for line, row in zip(lines, restated(resource, earlier), strict=True))
        return [(line, row) for line, row in found if all(row[column] in each for column, each in wanted.items())]

    return replace(
        portal,
        settings=replace(portal.settings, as_of=as_of),
        observations=build.records(model.Observation, rows("observations")),
        targets=build.records(model.Target, rows("targets")),
    )


@dataclass
class _Builder:
    """Makes records of a dataclass from rows: field names are column names, a Text field reads `_zh` and `_en`."""

    kinds: Mapping[str, UnitKind]
    units: Mapping[str, Unit] = field(default_factory=dict)
    default_units: Mapping[str, Unit] = field(default_factory=dict)

    def records(self, kind: type[Record], rows: Rows) -> tuple[Record, ...]:
        columns = [(name, *self.column(name, *of)) for name, of in model.members(kind).items() if name != "line"]
        lined = "line" in model.members(kind)
        found = []
        for line, row in rows:
            values = {name: value(*[row.get(part) for part in parts]) for name, parts, value in columns}
            found.append(kind(**values, **({"line": line} if lined else {})))
        return tuple(found)

    def column(self, name: str, kind: type, may_be_none: bool) -> tuple[Sequence[str], Callable[..., Any]]:
        """What a member is made of: columns, and what makes it of their texts, of the same texts once."""
        if kind is Text:
            parts = (name, *(name + end for end in _ENDS))

            def words(*texts: str | None) -> Text | None:
                told = {part: text for part, text in zip(parts, texts, strict=True) if text is not None}
                read = Text.read(told, name)
                return None if may_be_none and not read.zh + read.en else read

            return parts, cache(words)
        if kind is Unit:
            return (name, "indicator"), lambda unit, of: self.units[unit] if unit else self.default_units[of]
        if kind is UnitKind:
            return (name,), self.kinds.__getitem__
        convert = _CONVERT.get(kind, kind)
        # None: in a language the portal is not in
        return (name,), cache(lambda text: None if may_be_none and not text else convert(text or ""))


def read_package(
    raw: RawPackage, releases: Sequence[model.Release], frozen: Mapping[tuple[str, str], Mapping[str, Any]]
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
        **_words(d, "title", "description"),
        version=d["version"] + (UNRELEASED if changed else ""),
        modified=d["modified"],
        update_frequency=d["update_frequency"],
        changes=tuple(model.Change(c["date"], c["version"], **_words(c, "what", "why")) for c in d["changes"]),
        tables={table.name: _read_table(table) for table in raw.tables},
        descriptor=d,
    )


def _words(entry: Mapping[str, Any], *names: str) -> dict[str, Text]:
    return {name: Text.read(entry, name) for name in names}


def _read_table(raw: RawTable) -> model.Table:
    schema = raw.resource["schema"]
    columns = tuple(_read_field(field) for field in schema["fields"])
    typed = [(field.name, _TYPED.get(field.type, str)) for field in columns]
    keys = (*schema.get("foreignKeys", ()), *schema.get("externalForeignKeys", ()))
    return model.Table(
        name=raw.name,
        path=raw.resource["path"],
        data=raw.data or b"",
        **_words(raw.resource, "title", "description"),
        fields=columns,
        primary_key=names_of(schema.get("primaryKey", [])),
        foreign_keys=tuple(_read_key(key["fields"], key["reference"]) for key in keys),
        rows=tuple(
            model.Row(line, {name: value(row[name]) if row[name] else None for name, value in typed})
            for line, row in raw.records()
        ),
    )


def _read_key(columns: str | Sequence[str], to: Mapping[str, Any]) -> model.ForeignKey:
    return model.ForeignKey(names_of(columns), to.get("resource", ""), names_of(to["fields"]), to.get("package", ""))


def _read_field(field: Mapping[str, Any]) -> model.Field:
    constraints = field.get("constraints", {})
    return model.Field(
        name=field["name"],
        type=field.get("type", "string"),
        **_words(field, "title", "description"),
        required=bool(constraints.get("required")),
        categories=tuple(model.Category(str(c["value"]), Text.read(c, "label"), c) for c in categories_of(field)),
        pattern=constraints.get("pattern"),
    )
