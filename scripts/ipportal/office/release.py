"""Make a release: compare with the last one, demand reasons, freeze the files, write ledger and changelog."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ipportal.analysis.freshness import since
from ipportal.base import Frozen
from ipportal.base.errors import DataError, OutputError, Where
from ipportal.base.filenames import is_plain
from ipportal.base.journal import change
from ipportal.base.quantities import is_spelled, plain, spelled
from ipportal.base.text import Lang, Text
from ipportal.base.writing import write_file
from ipportal.data.ledger import BESIDE, FOLDER, LEDGER, Comparison, ledger_file, link, next_version
from ipportal.data.model import Change, FrozenFile, Package, Portal, Release, RowChange
from ipportal.data.packages import DESCRIPTOR, table_from, utf8
from ipportal.data.packages import FOLDER as PACKAGES
from ipportal.data.settings import Settings
from ipportal.files.identity import sha256
from ipportal.files.package_files import package_files
from ipportal.office import CATALOGUE
from ipportal.rules import check_alone

#: Formats that are frozen; descriptions made for harvesters are not, they always tell of the newest version
FROZEN: Final = (".csv", ".json", ".parquet", ".xlsx", ".zip")
_FRESH: Final = ("csv-metadata.json", "croissant.json", "citation.csl.json")
_SHEET: Final = ("table", "row", "column", "old", "new")
_REASON: Final = "reason"
#: Longest reason that fits where reasons are shown
_LONGEST: Final = {"constraints": {"maxLength": 500}}
_BOM: Final = b"\xef\xbb\xbf"
#: The row of the sheet that asks why there is a new version at all
_WHOLE: Final = ("*", "整个数据包 whole package", "", "", "")

#: Why a row changed, by its cells in the sheet that asks
Reasons = Mapping[tuple[str, ...], Text]


class Draft(Frozen):
    """A release being prepared. `comparison` is None for the first one."""

    package: Package
    version: str
    what: Text
    comparison: Comparison | None

    @property
    def due(self) -> tuple[RowChange, ...]:
        """Changes that need a reason."""
        return tuple(filter(self.comparison.needs_reason, self.comparison.rows)) if self.comparison else ()


def draft_release(portal: Portal, root: Path, name: str) -> Draft | None:
    """Work out the next release of a package; None when nothing changed since the last.

    Raises:
        OutputError: the version in the descriptor is lower than the changes ask for.
    """
    package = portal.packages[name]
    last = next(iter(portal.releases_of(name)), None)
    prepared = package.changes[0]
    if last is None:
        return Draft(package, package.descriptor["version"], prepared.what, None)
    comparison = since(package, last, root)
    if comparison.level is None:
        return None
    proposed = next_version(last.version, comparison.level)
    written = str(package.descriptor["version"])
    if written == last.version:
        return Draft(package, proposed, comparison.summary, comparison)
    if _order(written) < _order(proposed) or prepared.version != written:
        where = Where(f"{PACKAGES}/{name}/{DESCRIPTOR}", column="version")
        raise OutputError([CATALOGUE.problem("release-version-low", where, written, proposed=proposed)])
    return Draft(package, written, prepared.what, comparison)


def sheet_path(root: Path, package: str) -> Path:
    """Where the sheet for reasons lies while a release is prepared."""
    return root / FOLDER / f"{package}-reasons.csv"


def write_sheet(root: Path, draft: Draft, given: Reasons, langs: Sequence[Lang]) -> Path:
    """Write the sheet that asks for reasons, with those already given; opens in Excel."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow([*_SHEET, *(f"{_REASON}_{lang}" for lang in langs)])
    for key in _asked(draft):
        reason = given.get(_known(key), Text("", ""))
        writer.writerow([*key, *(reason[lang] for lang in langs)])
    path = sheet_path(root, draft.package.name)
    write_file(path, _BOM + sink.getvalue().encode())
    return path


def read_sheet(root: Path, package: str, settings: Settings) -> dict[tuple[str, ...], Text]:
    """The reasons given so far.

    Raises:
        DataError: the sheet cannot be read as it is, or holds what no cell of the data may hold.
    """
    path = sheet_path(root, package)
    if not is_plain(path, root):
        return {}
    data = utf8(path.read_bytes().removeprefix(_BOM))
    fields: list[dict[str, Any]] = [{"name": name} for name in _SHEET]
    fields += [{"name": f"{_REASON}_{lang}"} | _LONGEST for lang in settings.languages]
    resource = {"name": package, "schema": {"fields": fields}}
    table = table_from(package, path.relative_to(root).as_posix(), resource, data)
    if problems := check_alone(table, settings, root):
        raise DataError(problems)
    reasons = ((row, Text.read(row, _REASON)) for _, row in table.records())
    return {_known(row[name] for name in _SHEET): reason for row, reason in reasons if reason.zh}


def _known(cells: Iterable[str]) -> tuple[str, ...]:
    """The cells of a question however a spreadsheet writes its numbers."""
    return tuple(str(plain(spelled(cell))) if is_spelled(cell) else cell for cell in cells)


def missing_reasons(draft: Draft, given: Reasons) -> list[tuple[str, ...]]:
    """What the sheet still has to answer."""
    return [key for key in _asked(draft) if _known(key) not in given]


def perform(portal: Portal, root: Path, drafts: Sequence[tuple[Draft, Reasons]]) -> list[Release]:
    """Freeze the drafted releases: files, ledger and descriptors in one step.

    Raises:
        OutputError: a folder of that version exists already, or a file cannot be written; nothing was changed.
    """
    done = list(portal.releases)
    edits: dict[str, tuple[bytes | None, bytes | None]] = {}
    for draft, reasons in drafts:
        package = _raised(portal, draft, reasons)
        folders = [f"{home}/{package.name}/{package.version}" for home in (FOLDER, BESIDE)]
        if there := [folder for folder in folders if (root / folder).exists()]:
            raise OutputError([CATALOGUE.problem("release-exists", Where(folder), folder) for folder in there])
        most = portal.settings.frozen_beside_mb * 1_000_000 or float("inf")
        newest, previous = package.changes[0], link(done[-1] if done else None)
        told = (package.name, package.version, package.modified, newest.what, newest.why, previous)
        release = Release(*told, files=(), changes=_with_reasons(draft, reasons))
        # the files already name the page of their version
        after = replace(portal, packages={**portal.packages, package.name: package}, releases=(*done, release))
        files = frozen_files(after, package)
        edits |= {f"{folders[len(data) > most]}/{name}": (None, data) for name, data in files.items()}
        frozen = tuple(FrozenFile(name, len(data), sha256(data)) for name, data in files.items())
        done.append(replace(release, files=frozen))
        place, sheet = f"{PACKAGES}/{package.name}/{DESCRIPTOR}", sheet_path(root, package.name)
        before = (root / place).read_bytes()
        written = json.loads(before) | {key: package.descriptor[key] for key in ("version", "modified", "changes")}
        edits[place] = (before, (json.dumps(written, ensure_ascii=False, indent=2) + "\n").encode())
        if sheet.is_file():
            edits[sheet.relative_to(root).as_posix()] = (sheet.read_bytes(), None)
    edits[LEDGER] = (ledger_file(portal.releases) if portal.releases else None, ledger_file(done))
    change(root, "release", edits)
    return done[len(portal.releases) :]


def frozen_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """The files a release freezes: {file name: bytes}."""
    files = {path.rsplit("/", 1)[-1]: data for path, data in package_files(portal, package).items()}
    files[f"{package.name}-{package.version}.zip"] = files.pop(f"{package.name}.zip")
    return {name: files[name] for name in sorted(files) if name.endswith(FROZEN) and not name.endswith(_FRESH)}


def _question(row: RowChange) -> tuple[str, ...]:
    """The cells of the sheet that name a change."""
    return (row.table, row.place, row.column or "", row.old or "", row.new or "")


def _asked(draft: Draft) -> list[tuple[str, ...]]:
    """The questions of the sheet; a release whose changelog is already written needs no general reason."""
    prepared = draft.comparison is None or draft.package.changes[0].version == draft.version
    return [*(() if prepared else (_WHOLE,)), *map(_question, draft.due)]


def _with_reasons(draft: Draft, reasons: Reasons) -> tuple[RowChange, ...]:
    if draft.comparison is None:
        return ()
    needs, rows = draft.comparison.needs_reason, draft.comparison.rows
    return tuple(replace(row, reason=reasons[_known(_question(row))]) if needs(row) else row for row in rows)


def _raised(portal: Portal, draft: Draft, reasons: Reasons) -> Package:
    """The package with the new version, date and changelog entry."""
    package = draft.package
    day = portal.settings.as_of.isoformat()
    if draft.comparison is None or package.changes[0].version == draft.version:
        return replace(package, version=draft.version)
    langs = portal.settings.languages
    entry = Change(day, draft.version, draft.what.only(langs), reasons[_known(_WHOLE)])
    written = {"date": day, "version": draft.version, **{f"what_{lang}": entry.what[lang] for lang in langs}}
    written |= {f"why_{lang}": entry.why[lang] for lang in langs}
    told = {"version": draft.version, "modified": day, "changes": [written, *package.descriptor["changes"]]}
    changes, descriptor = (entry, *package.changes), dict(package.descriptor) | told
    return replace(package, version=draft.version, modified=day, changes=changes, descriptor=descriptor)


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
