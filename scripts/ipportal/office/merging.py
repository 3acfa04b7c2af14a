"""Join what a person changed in a workbook with what others changed since it was exported, cell by cell.

Three states of a table: as exported, as the workbook has it, as the file holds it now.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations_with_replacement, starmap
from pathlib import Path
from typing import Final, NamedTuple

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.journal import FOLDER, Change, change, changes, refuse_published, sides, take_back
from ipportal.data.packages import RawPackage, RawTable
from ipportal.office import CATALOGUE
from ipportal.office.editing import Cells, keyed, ordered, row_key, with_files, with_rows
from ipportal.office.reading import SheetRow, same_number, without_zeros
from ipportal.rules.warnings import FILE as ANSWERS

Check = Callable[[Sequence[RawPackage]], Sequence[Problem]]

#: Fewer rows than these are an edit; more whose cells only changed places are a table sorted in part
_TORN: Final = 3
_SHARE: Final = 0.8


class Clash(NamedTuple):
    """What two people changed differently: a cell, or a whole row (`column` is empty).

    `row` is that of the sheet, 0 where it has no such row any more; of a whole row, `mine` and `theirs` are None on the
    side that withdrew it.
    """

    row: int
    column: str
    was: str
    mine: str | None
    theirs: str | None


def join(
    table: RawTable, mine: Iterable[SheetRow], exported: Iterable[Cells], *, apart: bool = False
) -> tuple[list[SheetRow], list[Clash]]:
    """The rows of both sides, in no order, and where they clash; there the workbook's side stands.

    Rows that only the table has get the sheet row 0. Of new rows alone, `apart` from those there are, none clashes.
    """
    present = [cells for _, cells in table.records()]
    if apart:
        return [*(SheetRow(0, cells) for cells in present), *mine], []
    base, theirs = keyed(table, exported), keyed(table, present)
    rows: list[SheetRow] = []
    clashes: list[Clash] = []
    kept = set()
    for row, written in mine:
        key = row_key(table, written)
        kept.add(key)
        was, now = base.get(key), theirs.get(key)
        # numbers keep the digits they had: a spreadsheet turns 132.0 into 132
        digits, before = was or now or {}, was or {}
        cells: Cells = {n: digits[n] if same_number(text, digits.get(n, "")) else text for n, text in written.items()}
        if now is not None:
            sides = [Clash(row, name, before.get(name, ""), text, now.get(name, "")) for name, text in cells.items()]
            clashes += [c for c in sides if c.mine != c.theirs and (was is None or c.was not in (c.mine, c.theirs))]
            cells = {name: now.get(name, "") if text == before.get(name) else text for name, text in cells.items()}
        elif was is not None:
            if cells == was:
                continue
            clashes.append(Clash(row, "", "", ", ".join(key), None))
        rows.append(SheetRow(row, cells))
    for key, cells in theirs.items():
        if key in kept or cells == base.get(key):
            continue
        if key in base:
            clashes.append(Clash(0, "", "", None, ", ".join(key)))
        rows.append(SheetRow(0, dict(cells)))
    return rows, clashes


def torn(columns: Sequence[str], mine: Sequence[SheetRow], base: Sequence[Cells]) -> tuple[str, str] | None:
    """The first and last of the columns that were sorted without the rest of the table; None where none were.

    The cells of such columns are all still there, and so are those of the others, but not beside each other.
    """
    states = ([cells for _, cells in mine], base)
    now, then = (Counter(tuple(without_zeros(row[name]) for name in columns) for row in rows) for rows in states)
    changed, lost = now - then, then - now
    least = max(_TORN, _SHARE * min(changed.total(), lost.total()))
    if min(changed.total(), lost.total()) < _TORN:
        return None
    spans = combinations_with_replacement(range(len(columns)), 2)
    for first, last in sorted(spans, key=lambda span: span[1] - span[0]):
        if last - first + 1 < len(columns) and all(
            (_part(changed, first, last, inside) & _part(lost, first, last, inside)).total() >= least
            for inside in (True, False)
        ):
            return columns[first], columns[last]
    return None


def _part(rows: Counter[tuple[str, ...]], first: int, last: int, inside: bool) -> Counter[tuple[str, ...]]:
    part: Counter[tuple[str, ...]] = Counter()
    for row, count in rows.items():
        part[row[first : last + 1] if inside else row[:first] + row[last + 1 :]] += count
    return part


def propagated(
    before: Sequence[Cells], after: Sequence[Cells], table: RawTable
) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """The rows of another package's `sources` with what was corrected in one, and the ids it knows them by."""
    known = {cells.get("id", ""): cells for cells in before}
    new = {cells["id"]: cells for cells in after if known.get(cells.get("id", ""), cells) != cells}
    joined, touched = [], []
    for _, cells in table.records():
        corrected = new.get(cells.get("id", ""), {})
        joined.append({name: corrected.get(name, text) for name, text in cells.items()})
        touched += [cells["id"]] if corrected else []
    return joined, tuple(touched)


def undone(root: Path, number: int | None, raw: Sequence[RawPackage], check: Check, by: str = "") -> Change:
    """Take a change back: the last one as a whole, or (by its number) an earlier one row by row, as another change.

    Later changes of other rows stay, and so do the answers to warnings.

    Raises:
        OutputError: it is public, or a later change or other data stand on it; nothing was changed.
    """
    made = changes(root)
    if number is None or (made and number == made[-1].number):
        return take_back(root)
    done = found_change(made, number)
    refuse_published(root, done)
    tables = {table.file: table for package in raw for table in package.tables}
    edits: dict[str, tuple[bytes | None, bytes | None]] = {}
    problems = []
    for path, (was, then) in sides(root, done).items():
        now, table = (root / path).read_bytes() if (root / path).is_file() else None, tables.get(path)
        if now == then:
            edits[path] = now, was
        elif table and was is not None and then is not None:
            before, after = (table.holding(data).records() for data in (was, then))
            rows, clashes = join(table, starmap(SheetRow, before), (cells for _, cells in after))
            edits[path] = now, with_rows(table, ordered(table, (cells for _, cells in rows))).data
            problems += [path] * bool(clashes)
        elif path != ANSWERS:
            problems.append(path)
    if problems:
        later = {path: each.when for each in made[::-1] if each.number > number for path in each.files}
        when = {path: later[path].isoformat(" ", "minutes") if path in later else "?" for path in problems}
        raise OutputError([CATALOGUE.problem("undo-stands", Where(path), when=when[path]) for path in problems])
    if faults := check(with_files(raw, {path: data for path, (_, data) in edits.items() if data is not None})):
        needed = [CATALOGUE.problem("undo-stands", each.where, each.found, "needed", when="") for each in faults]
        raise OutputError(needed)
    change(root, "undo", edits, by=by)
    return done


def found_change(made: Sequence[Change], number: int) -> Change:
    """A change by its number.

    Raises:
        OutputError: it cannot be told any more, or never was made.
    """
    if done := next((each for each in made if each.number == number), None):
        return done
    raise OutputError([CATALOGUE.problem("undo-unknown", Where(FOLDER), str(number))])
