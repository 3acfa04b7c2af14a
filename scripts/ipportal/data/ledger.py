"""The ledger of releases (`releases/ledger.json`), the frozen files it defends, and what changed since the last one.

Every entry names the SHA-256 of the entry before it, so no entry can be changed, moved or dropped unnoticed, and the
SHA-256 of every frozen file below `releases/<package>/<version>/`.

Versions follow the Data Package recipe for semantic versioning: major when programs that read the data may break
(tables, columns, keys or codes removed, renamed or retyped, rows removed), minor when something was added, patch when
cells were corrected or descriptions reworded.
"""

import csv
import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.errors import Catalogue, DataError, Problem, Where, catalogue_file
from ipportal.base.filenames import files_below, is_litter, is_plain
from ipportal.base.text import Text
from ipportal.data.description import Fault, read_description
from ipportal.data.model import Field, FrozenFile, Package, Release, RowChange, Table
from ipportal.data.packages import DESCRIPTOR, RawPackage, categories_of, differences, former_names, names_of, restated
from ipportal.data.packages import RELEASES as _RELEASES

FOLDER: Final = _RELEASES
LEDGER: Final = f"{FOLDER}/ledger.json"
#: Beside the site, outside version control: frozen files above the size that portal.toml names
BESIDE: Final = "releases-large"
#: Mark of data that have been edited since the release whose version they still carry
UNRELEASED: Final = "+unreleased"
#: What publication adds to a descriptor, and what every release changes
_NOT_WORDING: Final = frozenset(
    {"version", "modified", "changes", "contributors", "publisher", "contact", "sources", "homepage", "id"}
)
_FILE_FACTS: Final = frozenset({"path", "bytes", "hash", "rows"})
_FAULTS: Final = Catalogue("ipportal.data", ("ledger",))


def read_ledger(root: Path) -> tuple[Release, ...]:
    """The releases of the portal below `root`, oldest first; none without a ledger.

    Raises:
        DataError: the ledger cannot be read.
    """
    path = root / LEDGER
    if not os.path.lexists(path):
        return ()
    ledger, faults = read_description(path.read_bytes() if is_plain(path, root) else b"", "ledger")
    if ledger is None:
        raise DataError([_broken(LEDGER, fault) for fault in faults])
    return tuple(_release(entry) for entry in ledger["releases"])


def _broken(file: str, fault: Fault) -> Problem:
    where = Where(file, fault.line, fault.place or None)
    return _FAULTS.problem("release-ledger-broken", where, fault.found or fault.kind)


def entry_of(release: Release) -> dict[str, Any]:
    """A release as its entry of the ledger; what is None is left out."""
    return asdict(release, dict_factory=lambda members: {name: item for name, item in members if item is not None})


def ledger_file(releases: Sequence[Release]) -> bytes:
    """The whole ledger as it stands on disk and is published."""
    document = {"releases": [entry_of(release) for release in releases]}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def link(release: Release | None) -> str:
    """What the next entry must name as `previous`: the hash of this entry; empty before the first."""
    if release is None:
        return ""
    canonical = json.dumps(entry_of(release), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def frozen_path(root: Path, release: Release, file: FrozenFile) -> str:
    """Where a frozen file lies, relative to the portal's `root`: in the folder of releases, or beside the site."""
    places = [f"{folder}/{release.package}/{release.version}/{file.path}" for folder in (FOLDER, BESIDE)]
    return next((place for place in places if is_plain(root / place, root)), places[0])


def read_frozen(root: Path, release: Release, file: FrozenFile) -> bytes | Problem:
    """A frozen file below `root`, or what is wrong with it."""
    path = frozen_path(root, release, file)
    if not is_plain(root / path, root):
        return _FAULTS.problem("release-file-missing", Where(path), beside=BESIDE)
    data = (root / path).read_bytes()
    if (found := hashlib.sha256(data).hexdigest()) == file.sha256:
        return data
    return _FAULTS.problem("release-file-changed", Where(path), found, sha256=file.sha256)


def frozen_files(root: Path, release: Release) -> dict[str, bytes]:
    """The files of a release as they lie below `root`, whether or not as they were: {file name: bytes}."""
    return {file.path: (root / frozen_path(root, release, file)).read_bytes() for file in release.files}


def defend(
    root: Path, releases: Sequence[Release], raw: Sequence[RawPackage], told: Sequence[Problem] = ()
) -> list[Problem]:
    """Every way in which what was released is no longer what it was.

    `told` is what is known already: a package with a release of another portal has no history to compare.
    """
    pairs = ((release, before) for before, release in pairwise((None, *releases)) if release)
    broken = [release for release, before in pairs if release.previous != link(before)]
    chain = ((release.previous, Where(LEDGER, column=f"{release.package} {release.version}")) for release in broken)
    problems = [_FAULTS.problem("release-ledger-changed", where, previous) for previous, where in chain]
    frozen = [(release, file) for release in releases for file in release.files]
    problems += [found for each in frozen if isinstance(found := read_frozen(root, *each), Problem)]
    homes = ((root / home).glob("*/*") for home in (FOLDER, BESIDE))
    releases_of = [folder for found in homes for folder in found if not is_litter(folder.name)]
    present = {path.relative_to(root).as_posix() for folder in releases_of for path in files_below(folder)}
    unknown = sorted(present - {frozen_path(root, *each) for each in frozen})
    problems += [_FAULTS.problem("release-file-unknown", Where(path), path) for path in unknown]
    for release in releases:
        folder, (descriptor, faults) = f"{FOLDER}/{release.package}/{release.version}", _frozen(root, release)
        problems += [_broken(f"{folder}/{DESCRIPTOR}", fault) for fault in faults]
        tables = {f"{table['name']}.csv" for table in (descriptor or {}).get("resources", ())}
        missing = [Where(f"{folder}/{name}") for name in sorted(tables - {file.path for file in release.files})]
        problems += [_FAULTS.problem("release-file-missing", where, "", "listed") for where in missing]
    releases_told = (p.where.file.split("/") for p in told if p.code == "identity-foreign")
    foreign = {place[1] for place in releases_told if place[0] == FOLDER}
    for package in (package for package in raw if package.name not in foreign):
        problems += _broken_history(package, [r for r in releases if r.package == package.name])
    return problems


def frozen_descriptors(root: Path, releases: Sequence[Release]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The descriptor of every release below `root` that is as it was: {(package, version): descriptor}."""
    found = (((release.package, release.version), _frozen(root, release)[0]) for release in releases)
    return {key: descriptor for key, descriptor in found if descriptor is not None}


def _frozen(root: Path, release: Release) -> tuple[Mapping[str, Any] | None, Sequence[Fault]]:
    """The descriptor of a release, or what is wrong with it; nothing of a file that is not the one released."""
    data = read_frozen(root, release, next(file for file in release.files if file.path == DESCRIPTOR))
    return (None, ()) if isinstance(data, Problem) else read_description(data, "frozen")


def differs(package: RawPackage, release: Release | None, frozen: Mapping[str, Any] | None = None) -> bool:
    """True when the tables of a package, or what it says of them, are not those of the release.

    `frozen` is the descriptor of the release; without one only the tables count. False without a release.
    """
    if release is None:
        return False
    if frozen is not None and wording(frozen) != wording(package.descriptor or {}):
        return True
    sums = {file.path: file.sha256 for file in release.files if file.path.endswith(".csv")}
    return sums != {f"{t.name}.csv": hashlib.sha256(t.data or b"").hexdigest() for t in package.tables}


def wording(descriptor: Mapping[str, Any]) -> str:
    """The descriptor without what changes by itself, as one comparable text."""
    head = {key: value for key, value in descriptor.items() if key not in (*_NOT_WORDING, "resources")}
    tables = [
        {k: v for k, v in entry.items() if k not in _FILE_FACTS}
        | {"schema": {k: v for k, v in entry["schema"].items() if k != "fieldsMatch"}}
        for entry in descriptor["resources"]
    ]
    return json.dumps([head, tables], ensure_ascii=False, sort_keys=True)


def unreleased(root: Path, releases: Sequence[Release], raw: Sequence[RawPackage]) -> list[Problem]:
    """Packages edited since their last release: an official site shows released data only."""
    frozen = frozen_descriptors(root, releases)
    newest = {release.package: release for release in releases}
    known = ((package, newest[package.name].version) for package in raw if package.name in newest)
    return [
        _FAULTS.problem("release-pending", Where(package.file, column="version"), version=version, name=package.name)
        for package, version in known
        if package.descriptor and differs(package, newest[package.name], frozen.get((package.name, version)))
    ]


def _broken_history(package: RawPackage, releases: Sequence[Release]) -> Iterator[Problem]:
    """Once released, the package's own changelog and the ledger name the same versions.

    The changelog may be one version ahead: that is the next release being prepared.
    """
    if not releases or package.descriptor is None:
        return
    listed = [str(change.get("version")) for change in package.descriptor.get("changes", ())]
    released = [release.version for release in releases]
    for version in (v for v in listed[1:] if v not in released):
        where = Where(LEDGER, column=package.name)
        yield _FAULTS.problem("release-entry-missing", where, ", ".join(released), version=version)
    for version in (v for v in released if v not in listed):
        where = Where(package.file, column="changes")
        yield _FAULTS.problem("release-not-in-changes", where, ", ".join(listed), version=version)


def _release(entry: Mapping[str, Any]) -> Release:
    texts = {name: Text(**entry[name]) for name in ("what", "why")}
    files = tuple(FrozenFile(**file) for file in entry["files"])
    reasons = [{"reason": Text(**change["reason"])} if "reason" in change else {} for change in entry["changes"]]
    changes = tuple(RowChange(**each | why) for each, why in zip(entry["changes"], reasons, strict=True))
    return Release(**{**entry, **texts, "files": files, "changes": changes})


LEVELS: Final = ("major", "minor", "patch")
#: Whole numbers that only order rows: changing them changes no figure
_NO_FIGURE: Final = frozenset({"order"})

#: How rows of a kind are counted: in Chinese, one in English, several in English
_TOLD: Final = catalogue_file("ipportal.data", "counts")


class Structure(Frozen):
    """A change of tables, columns, keys or codes, and the level it asks for."""

    level: str
    what: Text


class Comparison(Frozen):
    """All differences between a frozen release and the package now."""

    structure: tuple[Structure, ...]
    rows: tuple[RowChange, ...]
    figures: frozenset[tuple[str, str]]
    reworded: bool

    @property
    def level(self) -> str | None:
        """The highest level any difference asks for; None when nothing differs."""
        found = {each.level for each in self.structure} | ({"patch"} if self.reworded else set())
        found |= {{"added": "minor", "removed": "major", "changed": "patch"}[row.kind] for row in self.rows}
        return next((level for level in LEVELS if level in found), None)

    def needs_reason(self, change: RowChange) -> bool:
        """True for a figure that was changed, and for a row with figures that was withdrawn."""
        if change.kind == "changed":
            return (change.table, change.column or "") in self.figures
        return change.kind == "removed" and any(table == change.table for table, _ in self.figures)

    @property
    def summary(self) -> Text:
        """What changed, in one sentence."""
        parts = [each.what for each in self.structure]
        found = Counter("figure" if r.kind == "changed" and self.needs_reason(r) else r.kind for r in self.rows)
        for kind in (kind for kind in _TOLD if found[kind]):
            zh, one, many = _TOLD[kind].values()
            parts.append(Text(zh, one if found[kind] == 1 else many).format(n=found[kind]))
        if self.reworded and not parts:
            parts.append(Text("修改说明", "descriptions edited"))
        english = "; ".join(part.en for part in parts)
        return Text("；".join(part.zh for part in parts) + "。", f"{english[:1].upper()}{english[1:]}.")


def compare(package: Package, frozen: Mapping[str, bytes]) -> Comparison:
    """Compare a package with the files of its last release: {file name: bytes}."""
    before = json.loads(frozen["datapackage.json"])
    tables = {entry["name"]: entry for entry in before["resources"]}
    gone = (name for name in tables if name not in package.tables)
    structure = [Structure("major", Text(f"取消 {name} 表", f"table {name} removed")) for name in gone]
    rows: list[RowChange] = []
    for name, table in package.tables.items():
        if name not in tables:
            structure.append(Structure("minor", Text(f"新增 {name} 表", f"table {name} added")))
            continue
        schema = tables[name]["schema"]
        entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == name)
        structure += _schema_changes(table, schema, former_names(entry, [field["name"] for field in schema["fields"]]))
        rows += _row_changes(table, restated(entry, _read(frozen[f"{name}.csv"])))
    columns = ((name, field) for name, table in package.tables.items() for field in table.fields)
    numbers = ((name, field.name) for name, field in columns if field.type in ("number", "integer"))
    figures = frozenset(each for each in numbers if each[1] not in _NO_FIGURE)
    return Comparison(tuple(structure), tuple(rows), figures, wording(before) != wording(package.descriptor))


def next_version(version: str, level: str) -> str:
    """Raise a semantic version: 1.2.3 → 2.0.0, 1.3.0 or 1.2.4."""
    major, minor, patch = map(int, version.split("."))
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0"}.get(level, f"{major}.{minor}.{patch + 1}")


def _schema_changes(table: Table, before: Mapping[str, Any], former: Mapping[str, str]) -> Iterator[Structure]:
    """What differs in columns, keys and codes; `former` are the earlier names of the columns."""
    old = {field["name"]: field for field in before["fields"]}
    new = {field.name: field for field in table.fields}
    for name in (name for name in old if name not in former.values()):
        yield Structure("major", Text(f"{table.name} 表取消 {name} 列", f"column {name} removed from {table.name}"))
    for name in (name for name in new if name not in former):
        yield Structure("major", Text(f"{table.name} 表新增 {name} 列", f"column {name} added to {table.name}"))
    for name, was in former.items():
        if name != was:
            zh, en = f"{table.name} 表的 {was} 列改名为 {name}", f"column {was} of {table.name} renamed to {name}"
            yield Structure("major", Text(zh, en))
    if old.keys() == new.keys() and list(old) != list(new):
        yield Structure("major", Text(f"{table.name} 表调整列的次序", f"columns of {table.name} reordered"))
    if names_of(before.get("primaryKey", ())) != table.primary_key:
        yield Structure("major", Text(f"{table.name} 表改用别的主键", f"primary key of {table.name} changed"))
    for name, was in former.items():
        yield from _column_changes(table.name, new[name], old[was])


def _column_changes(table: str, field: Field, before: Mapping[str, Any]) -> Iterator[Structure]:
    codes, now = {str(c["value"]) for c in categories_of(before)}, {c.value for c in field.categories}
    place = f"{table}.{field.name}"
    if before.get("type", "string") != field.type:
        yield Structure("major", Text(f"{place} 改变类型", f"type of {place} changed"))
    if codes - now:
        yield Structure("major", Text(f"{place} 取消代码", f"codes of {place} removed"))
    if now - codes:
        yield Structure("minor", Text(f"{place} 新增代码", f"codes of {place} added"))


def _row_changes(table: Table, earlier: Sequence[Mapping[str, str]]) -> Iterator[RowChange]:
    if any(column not in row for row in earlier for column in table.primary_key):
        return
    for key, before, after in differences(_by_key(table, earlier), _by_key(table, _read(table.data))):
        named = dict(zip(table.primary_key, key, strict=True))
        if before is None or after is None:
            yield RowChange("added" if before is None else "removed", table.name, named)
        else:
            for column, was, now in differences(before, after):
                if was is not None and now is not None:
                    yield RowChange("changed", table.name, named, column, was, now)


def _by_key(table: Table, rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, ...], Mapping[str, str]]:
    return {tuple(row[column] for column in table.primary_key): row for row in rows}


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
