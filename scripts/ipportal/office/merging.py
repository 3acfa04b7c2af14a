"""Join what a person changed in a workbook with what others changed since it was exported, cell by cell.

Three states of a table: as exported, as the workbook has it, as the file holds it now.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Final, NamedTuple

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.journal import FOLDER, Change, change, changes, refuse_published, sides, take_back
from ipportal.data.packages import RawPackage, RawTable, table_from
from ipportal.office import CATALOGUE
from ipportal.office.editing import Cells, Key, ordered, row_key, with_rows, with_tables
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
    key: Key
    column: str
    was: str
    mine: str | None
    theirs: str | None


def join(
    table: RawTable, mine: Sequence[SheetRow], base: Mapping[Key, Cells], theirs: Mapping[Key, Cells]
) -> tuple[list[SheetRow], list[Clash]]:
    """The rows of both sides, in no order, and where they clash; there the workbook's side stands.

    Rows that only the file has get the sheet row 0.
    """
    rows: list[SheetRow] = []
    clashes: list[Clash] = []
    for row, written in mine:
        key = row_key(table, written)
        was, now = base.get(key), theirs.get(key)
        cells = _as_before(written, was or now)
        if now is not None:
            clashes += _cells(row, key, was or {}, cells, now, both_new=was is None)
            before = was or {}
            cells = {name: now.get(name, "") if text == before.get(name) else text for name, text in cells.items()}
        elif was is not None:
            if cells == was:
                continue
            clashes.append(Clash(row, key, "", "", ", ".join(key), None))
        rows.append(SheetRow(row, cells))
    kept = {row_key(table, cells) for _, cells in mine}
    for key, cells in theirs.items():
        if key in kept or cells == base.get(key):
            continue
        if key in base:
            clashes.append(Clash(0, key, "", "", None, ", ".join(key)))
        rows.append(SheetRow(0, dict(cells)))
    return rows, clashes


def _cells(row: int, key: Key, was: Cells, mine: Cells, theirs: Cells, *, both_new: bool) -> Iterator[Clash]:
    for name, text in mine.items():
        other, before = theirs.get(name, ""), was.get(name, "")
        if text != other and (both_new or before not in (text, other)):
            yield Clash(row, key, name, before, text, other)


def _as_before(cells: Cells, before: Cells | None) -> Cells:
    """Numbers keep the digits they had: a spreadsheet turns 132.0 into 132."""
    if before is None:
        return dict(cells)
    return {name: before[name] if same_number(text, before.get(name, "")) else text for name, text in cells.items()}


def torn(columns: Sequence[str], mine: Sequence[SheetRow], base: Sequence[Cells]) -> tuple[str, str] | None:
    """The first and last of the columns that were sorted without the rest of the table; None where none were.

    The cells of such columns are all still there, and so are those of the others, but not beside each other.
    """
    now, then = (Counter(tuple(without_zeros(cells[name]) for name in columns) for cells in rows) for rows in (
        [cells for _, cells in mine], base,
    ))  # fmt: skip
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
    rows = [cells for _, cells in table.records()]
    touched = tuple(cells["id"] for cells in rows if cells.get("id") in new)
    joined = [cells | {name: new[cells["id"]].get(name, text) for name, text in cells.items()} if cells["id"] in new
              else cells for cells in rows]  # fmt: skip
    return joined, touched


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
    tables = {table.file: (package, table) for package in raw for table in package.tables}
    edits: dict[str, tuple[bytes | None, bytes | None]] = {}
    problems, after = [], tuple(raw)
    for path, (was, then) in sides(root, done).items():
        now = (root / path).read_bytes() if (root / path).is_file() else None
        package, table = tables.get(path, (None, None))
        if now == then:
            edits[path] = now, was
        elif path == ANSWERS:
            continue
        elif package and table and was is not None and then is not None:
            rows, clashes = _reverted(table, was, then)
            edits[path] = now, with_rows(table, ordered(table, rows)).data
            problems += [path] * bool(clashes)
        else:
            problems.append(path)
        if package and table and path in edits and edits[path][1] is not None:
            one = table_from(table.name, path, table.resource, edits[path][1] or b"")
            after = with_tables(after, package.name, {table.name: one})
    if problems:
        raise OutputError([_stands(path, made, done) for path in problems])
    if faults := check(after):
        raise OutputError(
            [CATALOGUE.problem("undo-stands", each.where, each.found, "needed", when="") for each in faults]
        )
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


def _reverted(table: RawTable, was: bytes, then: bytes) -> tuple[list[Cells], list[Clash]]:
    """The rows a table has now with what one change made of them taken back."""
    before, after = (table_from(table.name, table.file, table.resource, data).records() for data in (was, then))
    base, theirs = ({row_key(table, cells): cells for _, cells in rows} for rows in (after, table.records()))
    rows, clashes = join(table, [SheetRow(line, cells) for line, cells in before], base, theirs)
    return [cells for _, cells in rows], clashes


def _stands(path: str, made: Sequence[Change], done: Change) -> Problem:
    later = next(
        (each.when.isoformat(" ", "minutes") for each in made if each.number > done.number and path in each.files), "?"
    )
    return CATALOGUE.problem("undo-stands", Where(path), "", when=later)
