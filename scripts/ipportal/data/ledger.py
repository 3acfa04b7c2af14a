"""The ledger of releases: `releases/ledger.json`, and the frozen files it defends.

Every entry names the SHA-256 of the entry before it, so no entry can be changed, moved or dropped unnoticed, and the
SHA-256 of every frozen file below `releases/<package>/<version>/`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from ipportal.base.errors import DataError, Problem, Where
from ipportal.base.text import Text
from ipportal.data.model import FrozenFile, Release, RowChange
from ipportal.data.packages import DESCRIPTOR, RawPackage

FOLDER: Final = "releases"
LEDGER: Final = f"{FOLDER}/ledger.json"
#: Mark of data that have been edited since the release whose version they still carry
UNRELEASED: Final = "+unreleased"
#: What publication adds to a descriptor, and what every release changes
_NOT_WORDING: Final = frozenset(
    {"version", "modified", "changes", "contributors", "publisher", "contact", "sources", "homepage", "id"}
)
_FILE_FACTS: Final = frozenset({"path", "bytes", "hash", "rows"})
_RESTORE: Final = Text(
    "从版本库恢复这个文件；已发布的版本不能改，要更正请发布新版本",
    "restore this file from version control; a release is never changed, publish a new version instead",
)


def read_ledger(root: Path) -> tuple[Release, ...]:
    """The releases of the portal below `root`, oldest first; none without a ledger.

    Raises:
        DataError: the ledger cannot be read.
    """
    path = root / LEDGER
    if not path.exists():
        return ()
    try:
        return tuple(_release(entry) for entry in json.loads(path.read_bytes())["releases"])
    except (ValueError, KeyError, TypeError) as error:
        expected = Text("可以读取的版本台账", "a ledger that can be read")
        raise DataError([Problem("release-ledger-broken", Where(LEDGER), expected, str(error), _RESTORE)]) from None


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


def frozen_path(release: Release, file: FrozenFile) -> str:
    """Where a frozen file lies, relative to the portal's root."""
    return f"{FOLDER}/{release.package}/{release.version}/{file.path}"


def defend(root: Path, releases: Sequence[Release], raw: Sequence[RawPackage]) -> list[Problem]:
    """Every way in which what was released is no longer what it was."""
    problems = list(_broken_chain(releases))
    known = set()
    for release in releases:
        for file in release.files:
            path = frozen_path(release, file)
            known.add(path)
            problems += _broken_file(root / path, path, file)
    present = {path.relative_to(root).as_posix() for path in (root / FOLDER).glob("*/*/**/*") if path.is_file()}
    problems += [
        Problem(
            "release-file-unknown",
            Where(path),
            Text("台账里记有的文件", "a file the ledger lists"),
            path,
            Text("把它移出 releases 文件夹", "move it out of the releases folder"),
        )
        for path in sorted(present - known)
    ]
    for package in raw:
        problems += _broken_history(package, [r for r in releases if r.package == package.name])
    return problems


def frozen_descriptors(root: Path, releases: Sequence[Release]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The descriptor of every release below `root`: {(package, version): descriptor}."""
    found = {}
    for release in releases:
        path = root / FOLDER / release.package / release.version / DESCRIPTOR
        if path.is_file():
            found[release.package, release.version] = json.loads(path.read_bytes())
    return found


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
    return [
        Problem(
            "release-pending",
            Where(package.file, column="version"),
            Text(f"与已发布的 {release.version} 版相同的数据", f"the data released as version {release.version}"),
            "",
            Text(f"运行 ipportal release {package.name}，发布新版本", f"run ipportal release {package.name}"),
        )
        for package in raw
        if (release := newest.get(package.name))
        and differs(package, release, frozen.get((package.name, release.version)))
    ]


def _broken_chain(releases: Sequence[Release]) -> Iterator[Problem]:
    before: Release | None = None
    for release in releases:
        if release.previous != link(before):
            yield Problem(
                "release-ledger-changed",
                Where(LEDGER, column=f"{release.package} {release.version}"),
                Text("与前一条记录吻合的校验值", "the hash of the entry before"),
                release.previous,
                _RESTORE,
            )
        before = release


def _broken_file(place: Path, path: str, file: FrozenFile) -> Iterator[Problem]:
    if not place.is_file():
        expected = Text("已发布的文件", "the released file")
        yield Problem("release-file-missing", Where(path), expected, "", _RESTORE)
        return
    found = hashlib.sha256(place.read_bytes()).hexdigest()
    if found != file.sha256:
        expected = Text(f"SHA-256 {file.sha256}", f"SHA-256 {file.sha256}")
        yield Problem("release-file-changed", Where(path), expected, found, _RESTORE)


def _broken_history(package: RawPackage, releases: Sequence[Release]) -> Iterator[Problem]:
    """Once released, the package's own changelog and the ledger name the same versions.

    The changelog may be one version ahead: that is the next release being prepared.
    """
    if not releases or package.descriptor is None:
        return
    listed = [str(change.get("version")) for change in package.descriptor.get("changes", ())]
    released = [release.version for release in releases]
    for version in [v for v in listed[1:] if v not in released]:
        yield Problem(
            "release-entry-missing",
            Where(LEDGER, column=package.name),
            Text(f"版本 {version} 的记录", f"an entry for version {version}"),
            ", ".join(released),
            _RESTORE,
        )
    for version in [v for v in released if v not in listed]:
        yield Problem(
            "release-not-in-changes",
            Where(package.file, column="changes"),
            Text(f"版本 {version} 的变更说明", f"the changelog entry of version {version}"),
            ", ".join(listed),
            Text("恢复 changes 里的这一条", "restore this entry of changes"),
        )


def _release(entry: Mapping[str, Any]) -> Release:
    texts = {name: Text(**entry[name]) for name in ("what", "why")}
    files = tuple(FrozenFile(**file) for file in entry["files"])
    return Release(**{**entry, **texts, "files": files, "changes": tuple(_change(each) for each in entry["changes"])})


def _change(entry: Mapping[str, Any]) -> RowChange:
    return RowChange(**{**entry, "reason": Text(**entry["reason"]) if "reason" in entry else None})
