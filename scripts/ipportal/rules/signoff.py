"""Sign-off sheets: which state of the tables somebody entered, checked and approved, and whether it is the present one.

They lie in `reviews/`, which no public file is made of, as `signoff-<number>-<mark>.json` beside the page that was
printed. A table's file is signed off when a sheet names the sum it has now, and when each sheet of it but the first
sets out from a state that another one led to: no change slips in between two sheets.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from ipportal.base.errors import Problem, Where
from ipportal.base.filenames import is_plain
from ipportal.data.description import Fault, read_description
from ipportal.rules.rule import CATALOGUE, Context, Finding, rules
from ipportal.rules.warnings import FOLDER

#: What is done with a sheet, in this order
STEPS: Final = ("entered", "checked", "approved")
#: What the mark of a sheet stands for: all but the steps, which come one after the other
_MARKED: Final = ("files", "changes", "answers")


class Sheet(NamedTuple):
    """A sheet by its path from the root; `told` is None where its content is at fault."""

    file: str
    told: Mapping[str, Any] | None
    faults: tuple[Fault, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The steps that nobody has taken yet."""
        return tuple(step for step in STEPS if self.told and step not in self.told["steps"])


def sum_of(data: bytes | None) -> str:
    """The SHA-256 sum of a file in hexadecimal digits; empty where there is none."""
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def mark_of(told: Mapping[str, Any]) -> str:
    """Twelve digits that stand for everything a sheet says but its steps; they stand on paper too."""
    content = {part: told[part] for part in _MARKED}
    return sum_of(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())[:12]


def read_sheets(root: Path) -> tuple[Sheet, ...]:
    """Every sheet below `root`, in the order they were made."""
    found = []
    for path in sorted((root / FOLDER).glob("signoff-*.json")):
        told, faults = read_description(path.read_bytes() if is_plain(path, root) else b"", "signoff")
        found.append(Sheet(path.relative_to(root).as_posix(), told, faults))
    return tuple(found)


def ends(sheets: Iterable[Sheet]) -> dict[str, list[tuple[Sheet, str, str]]]:
    """File of a table → each sheet that names it, with its sum before and after, in the order they were made."""
    found: dict[str, list[tuple[Sheet, str, str]]] = defaultdict(list)
    for sheet in sheets:
        for file in sheet.told["files"] if sheet.told else ():
            found[file["path"]].append((sheet, file["before"], file["after"]))
    return found


def _sheets(context: Context) -> tuple[Sheet, ...]:
    return read_sheets(context.root) if context.settings.signed else ()


def _signoff_broken(context: Context) -> Iterator[Finding]:
    """A sheet cannot be read, or says something else than when it was made."""
    for sheet in context.once(_sheets):
        for fault in sheet.faults:
            yield Finding(Where(sheet.file, fault.line, fault.place or None), fault.found or fault.kind)
        if sheet.told and sheet.told["mark"] != (mark := mark_of(sheet.told)):
            yield Finding(Where(sheet.file, column="mark"), mark, "altered", mark=sheet.told["mark"])


def _signoff_step(context: Context) -> Iterator[Finding]:
    """A step is missing, in the wrong order, or the one who entered approved it too."""
    for sheet in context.once(_sheets):
        yield from (Finding(Where(sheet.file, column=step), "", step) for step in sheet.missing)
        yield from _faults(sheet)


def _faults(sheet: Sheet) -> Iterator[Finding]:
    """What is wrong with the steps that were taken."""
    taken = {step: sheet.told["steps"][step] for step in STEPS if sheet.told and step in sheet.told["steps"]}
    days = [each["on"] for each in taken.values()]
    if days != sorted(days):
        yield Finding(Where(sheet.file, column="steps"), " > ".join(days), "order")
    entered, approved = ((taken.get(step) or {}).get("by", "").strip().casefold() for step in (STEPS[0], STEPS[-1]))
    if entered and entered == approved:
        yield Finding(Where(sheet.file, column=STEPS[-1]), taken[STEPS[-1]]["by"], "same")


def refused(sheet: Sheet) -> list[Problem]:
    """What is wrong with the steps that were taken, in words."""
    return [CATALOGUE.problem("signoff-step", one.where, one.found, one.variant) for one in _faults(sheet)]


def _signoff_missing(context: Context) -> Iterator[Finding]:
    """A table is not what any sheet led to, or was changed between two sheets."""
    sheets = context.once(_sheets)
    named = ends(sheets)
    if context.settings.signed and not sheets:
        yield Finding(Where(FOLDER), "", "none")
    for table in (table for package in context.packages for table in package.tables if sheets):
        found, now = named.get(table.file, []), sum_of(table.data)
        after = {end for _, _, end in found}
        if not found:
            yield Finding(Where(table.file), now[:12])
        elif now != found[-1][2]:
            sheet, _, last = found[-1]
            yield Finding(Where(table.file), now[:12], "changed", sheet=sheet.file, sum=last[:12])
        for sheet, before, _ in found[1:]:
            if before not in after:
                yield Finding(Where(sheet.file, column=table.file), before[:12], "gap")


RULES: Final = (*rules(_signoff_broken), *rules(_signoff_step, _signoff_missing, spoils="nothing"))
