"""Registers as they are described: tables too large for people to edit, read from the exports an office receives.

A resource of a package with `"kind": "register"` names a profile, the files, and the day of the export, its version.

Profiles of the program are in `profiles/registers/`; one of a portal's own lies in `profiles/<name>.json` of the
package and may begin from one of those by `like`. `aggregates.toml` beside the description says what is counted.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple

from ipportal.base import Frozen
from ipportal.base.filenames import is_plain
from ipportal.base.text import Lang, Text
from ipportal.data.description import Fault, read_description
from ipportal.data.packages import RawPackage

#: What is counted in the registers of a package, beside its description
AGGREGATES: Final = "aggregates.toml"
_PROFILES: Final = "profiles"


class Code(Frozen):
    """A value of a code list, its words, and how exports spell it."""

    value: str
    title: Text
    spellings: tuple[str, ...]


class Column(Frozen):
    """A column of a register. `names` are those that exports give it; `source` is where its meaning is defined.

    `type` is string, date, integer or parties (several in a cell). What a `person` column holds is never read on.
    """

    name: str
    title: Text
    description: Text
    source: str
    names: tuple[str, ...]
    type: str = "string"
    required: bool = False
    person: bool = False
    pattern: str = ""
    #: Digits a number is filled up to with noughts: 9 → 09
    pad: int = 0
    #: `table.column` whose values it may hold
    link: str = ""
    codes: tuple[Code, ...] = ()


class Register(Frozen):
    """A register of a package. `partition`, `kind` and `group` name the columns it is parted and sorted by, or nothing.

    Of the column `partition` the year counts, of `group` the first `group_length` characters, or those before a hyphen.
    `file` describes it.
    """

    package: str
    name: str
    file: str
    title: Text
    description: Text
    version: date
    sources: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: str
    kind: str
    group: str
    group_length: int
    #: Pairs of columns of dates, the first never later than the second
    order: tuple[tuple[str, str], ...]

    @property
    def place(self) -> str:
        """Where its files lie, from the root of the site."""
        return f"data/{self.package}/registers/{self.name}"

    @property
    def published(self) -> tuple[Column, ...]:
        """The columns that leave the office."""
        return tuple(column for column in self.columns if not column.person)

    def column(self, name: str) -> Column | None:
        """A column by its name."""
        return next((column for column in self.columns if column.name == name), None)


class Edition(Frozen):
    """The rows of a register as they are published. `folder` holds a Parquet file for each of `partitions`."""

    register: Register
    folder: Path
    sha256: str
    #: Names of columns in the exports that stayed behind
    left: tuple[str, ...]
    #: Name of each partition and its rows, in order
    partitions: Mapping[str, int]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.partitions.values())

    def parquet(self, partition: str) -> Path:
        """The file of a partition."""
        return self.folder / f"{partition}.parquet"


class Aggregate(NamedTuple):
    """What is counted: rows by the year of a date, where columns hold one of the values (`A*`: begin so).

    With `cumulative` every earlier year counts too. `differs` explains, by period, why a published figure is another.
    """

    file: str
    number: int
    register: str
    indicator: str
    area: str
    basis: str
    source: str
    date: str
    series: str = "total"
    cumulative: bool = False
    where: Mapping[str, Sequence[str]] = {}
    differs: Mapping[str, Mapping[str, str]] = {}

    @property
    def expression(self) -> str:
        """The count in one line, the same in every language."""
        tests = " and ".join(f"{name} in ({', '.join(values)})" for name, values in self.where.items())
        upto = "≤" if self.cumulative else "="
        return f"count({self.register}; year({self.date}) {upto} period{f'; {tests}' if tests else ''})"


#: A fault of a profile or of what is counted, with the file that holds it
Misfit = tuple[str, Fault]


def read_registers(
    root: Path, packages: Iterable[RawPackage]
) -> tuple[tuple[Register, ...], tuple[Aggregate, ...], list[Misfit]]:
    """The registers of all packages, what is counted in them, and every fault of what describes them."""
    registers: list[Register] = []
    aggregates: list[Aggregate] = []
    misfits: list[Misfit] = []
    for package in packages:
        for entry in package.registers:
            profile, found = _profile(package.folder, root, str(entry["profile"]))
            misfits += found
            if profile is not None and not found:
                register = _register(package, entry, profile)
                misfits += ((package.file, fault) for fault in _strange(register))
                registers.append(register)
        path = package.folder / AGGREGATES
        file = path.relative_to(root).as_posix()
        counted, found = _counts(path, file) if package.registers else (None, [])
        misfits += found
        entries = (counted or {}).get("aggregate", ())
        aggregates += (Aggregate(file, number, **entry) for number, entry in enumerate(entries, 1))
    return tuple(registers), tuple(aggregates), misfits


def _counts(path: Path, file: str) -> tuple[Mapping[str, Any] | None, list[Misfit]]:
    """What is counted; nothing without such a file."""
    if not is_plain(path, path.parent):
        return None, []
    try:
        told = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return None, [(file, Fault("syntax", found=str(error)))]
    content, faults = read_description(json.dumps(told, ensure_ascii=False, default=str).encode(), "aggregates")
    return content, [(file, fault) for fault in faults]


def _profile(folder: Path, root: Path, name: str) -> tuple[Mapping[str, Any] | None, list[Misfit]]:
    """A profile of the portal's own, else of the program, completed by what it is `like`."""
    own = folder / _PROFILES / f"{name}.json"
    file = own.relative_to(root).as_posix()
    if not is_plain(own, folder):
        known = _known(name)
        return known, [] if known else [(file, Fault("missing"))]
    told, faults = read_description(own.read_bytes(), "register")
    if told is not None and "like" in told:
        first = _known(told["like"]) or {"columns": {}}
        faults = faults if first["columns"] else (*faults, Fault("missing", f"like › {told['like']}"))
        told = {**first, **told, "columns": {**first["columns"], **told["columns"]}}
    return told, [(file, fault) for fault in faults]


def _known(name: str) -> dict[str, Any] | None:
    file = resources.files("ipportal").joinpath(f"profiles/registers/{name}.json")
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _register(package: RawPackage, entry: Mapping[str, Any], told: Mapping[str, Any]) -> Register:
    languages = package.languages
    title, description = (_text(entry, told, name, languages) for name in ("title", "description"))
    return Register(
        package=package.name,
        name=entry["name"],
        file=package.file,
        title=title,
        description=description,
        version=date.fromisoformat(entry["version"]),
        sources=tuple(entry["source"]),
        columns=tuple(_column(name, column) for name, column in told["columns"].items()),
        key=tuple(told.get("key", ())),
        partition=told.get("partition", ""),
        kind=told.get("kind", ""),
        group=told.get("class", ""),
        group_length=told.get("class_length", 40),
        order=tuple((first, second) for first, second in told.get("order", ())),
    )


def _text(entry: Mapping[str, Any], told: Mapping[str, Any], name: str, languages: Sequence[Lang]) -> Text:
    """What the description says, the first language under the name alone, else what the profile says."""
    usual = told.get(name, {"zh": entry["name"], "en": entry["name"]})
    said = {lang: entry.get(name if lang == languages[0] else f"{name}_{lang}", usual[lang]) for lang in ("zh", "en")}
    return Text(**said)


def _column(name: str, told: Mapping[str, Any]) -> Column:
    title, description = Text(**told["title"]), Text(**told["description"])
    codes = (Code(one["value"], Text(**one["title"]), tuple(one.get("from", ()))) for one in told.get("codes", ()))
    plain = {key: value for key, value in told.items() if key not in ("title", "description", "from", "codes")}
    return Column(name, title, description, names=tuple(told["from"]), codes=tuple(codes), **plain)


def _strange(register: Register) -> Iterator[Fault]:
    """Columns that a profile names and does not describe, or that are persons, or no dates where dates are wanted."""
    dates = (register.partition, *(name for pair in register.order for name in pair))
    for name in filter(None, (*register.key, register.kind, register.group, *dates)):
        if name not in [each.name for each in register.published if name not in dates or each.type == "date"]:
            yield Fault("column", f"{register.name} › {name}", name)
