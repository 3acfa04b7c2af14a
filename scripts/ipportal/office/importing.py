"""Read edited workbooks back, all of them or none: everything wrong at once, or the packages as they would be."""

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path, PurePath
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.errors import Named, Naming, Problem, Where, as_written, sort_problems
from ipportal.base.journal import Edits, changes
from ipportal.base.text import Text, visible
from ipportal.data.packages import RawPackage, RawTable
from ipportal.data.settings import Settings
from ipportal.loading import build_portal
from ipportal.office import CATALOGUE
from ipportal.office.asking import answers_edits, complete, out_of_scale, questions
from ipportal.office.editing import (
    RowEdit,
    as_of_edits,
    compare_packages,
    ordered,
    row_key,
    table_edits,
    with_rows,
    with_tables,
)
from ipportal.office.excel_reader import ReadBook, UnreadableError, read_table, read_workbook
from ipportal.office.excel_safety import FILE_LIMIT, unsafe
from ipportal.office.layout import LAYOUT_VERSION, Column, Layout, Sheet, schema_mark
from ipportal.office.merging import Clash, join, propagated, torn
from ipportal.office.reading import Note, SheetRow, at, base_rows, place, read_tables
from ipportal.office.returns import AS_OF, SOURCES, as_of, laid_out, missing, returned, stamped
from ipportal.pages.stubs import missing_stubs
from ipportal.rules import check, check_warnings
from ipportal.rules.warnings import Answer, Warned, read_answers, warned

Check = Callable[[Sequence[RawPackage]], Sequence[Problem]]

#: Problems that do not stop an import: the page of a new indicator is written right after it
LATER: Final = frozenset({"page-missing"})

_FORM, _CODE = "value-form", "code-unknown"
#: When others changed a table, where that is not known
_SINCE: Final = Text("导出以后", "since the export")
_NEVER: Final[Mapping[str, Text]] = {}


class Import(Frozen):
    """What an import found.

    Attributes:
        package: name of the package; empty when the file is none of ours.
        problems: everything a person must mend; nothing may be written unless it is empty.
        notes: cells that were tidied.
        edits: rows that differ from the data on the disk.
        shared: (id of a source that was corrected, the other packages where it was corrected too).
        packages: all packages as they would be; the ones on the disk while there are problems.
        opened: False when the file was not opened for safety.
        pages: True when a new indicator needs its pages.
        exported: when the workbook was exported, as its stamp says.
        warnings: what may be right and looks wrong, and has no answer yet.
        answers: those that stand in the workbook.
        as_of: the day the data are to be as of, where a return says a later one than portal.toml.
        parts: file by file the imports that it is made of.
    """

    package: str
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...] = ()
    edits: tuple[RowEdit, ...] = ()
    shared: tuple[tuple[str, tuple[str, ...]], ...] = ()
    packages: tuple[RawPackage, ...] = ()
    opened: bool = True
    pages: bool = False
    exported: str = ""
    warnings: tuple[Problem, ...] = ()
    answers: tuple[tuple[Warned, Answer], ...] = ()
    as_of: date | None = None
    parts: "tuple[tuple[str, Import], ...]" = ()


def opened(data: bytes, file: str) -> ReadBook | Import:
    """What a file holds, or why it is not opened."""
    path = PurePath(file)
    is_table = path.suffix.lower() == ".csv" and len(data) <= FILE_LIMIT
    if not is_table and (problems := tuple(unsafe(data, Where(file)))):
        return Import("", problems, opened=False)
    try:
        return read_table(data, path.stem) if is_table else read_workbook(data)
    except UnreadableError as error:
        return Import("", (CATALOGUE.problem("workbook-broken", Where(file), str(error), "unreadable"),), opened=False)


def import_book(
    book: ReadBook | Import,
    file: str,
    raw: Sequence[RawPackage],
    judge: Check,
    *,
    allow_removal: bool = False,
    mine: Collection[str] = (),
    written: Mapping[str, Text] = _NEVER,
    ask: Check = lambda after: (),
    answered: Collection[Warned] = (),
    stored: Sequence[RawPackage] = (),
) -> Import:
    """Judge what was read of a file against the packages on the disk.

    Args:
        book: what `opened` gave.
        file: its name.
        raw: the packages on the disk.
        judge: applies every rule to what would be.
        allow_removal: rows that are gone from the workbook are meant to be withdrawn.
        mine: cells such as `观测值!E14` that stand although somebody else changed them since; `*` is all of them.
        written: file of a table → when it was last changed, in words.
        ask: every warning there is about packages.
        answered: warnings that somebody has answered before.
        stored: the packages on the disk, where `raw` is what other files of the same import leave.
    """
    if isinstance(book, Import):
        return book
    book = stamped(book, raw)
    stamp = book.stamp
    package = next((each for each in raw if each.name == stamp.get("package")), None)
    if package is None:
        found = stamp.get("package", "、".join(book.sheets))
        return Import("", (CATALOGUE.problem("workbook-foreign", Where(file), found),))
    if stamp.get("layout") != LAYOUT_VERSION or stamp.get("schema") != schema_mark(package):
        found = f"{package.name} {stamp.get('version', '')}"
        return Import(package.name, (CATALOGUE.problem("workbook-version", Where(file), found),))
    layout = laid_out(raw, package, book)
    rows, notes, form = read_tables(book, layout, file)
    none = missing(package, layout, rows)
    rows = returned(package, layout, rows) if layout.mode == "return" else rows
    if apart := list(_torn(book, layout, rows, file)):
        spoiled = {problem.where.file for problem in apart}
        apart += [each for each in form if each.where.file not in spoiled]
        return Import(package.name, tuple(sort_problems(apart)))
    made: dict[str, tuple[RawTable, dict[int, int]]] = {}
    clashes: list[Problem] = []
    for table in (each for each in package.tables if each.name in rows):
        sheet = layout.sheet(table.name)
        joined, clashing = join(table, rows[table.name], base_rows(book, sheet), apart=layout.mode == "template")
        made[table.name] = _table(table, joined)
        when = written.get(table.file, _SINCE)
        told = (_clash(clash, sheet, file, when, stamp.get("exported", "")) for clash in clashing)
        clashes += [problem for problem in told if not {"*", problem.where.cell}.intersection(mine)]
    candidate = with_tables(raw, package.name, {name: table for name, (table, _) in made.items()})
    candidate, shared = _shared(raw, candidate, package.name)
    after = next(each for each in candidate if each.name == package.name)
    edits = compare_packages(package, after)
    where = _Addresses(package, layout, {name: lines for name, (_, lines) in made.items()}, file)
    day, meant = as_of(book)
    if day and not meant:
        form.append(CATALOGUE.problem("workbook-as-of", at(file, layout.sheets[0].name, "B8", AS_OF[0], "B"), day))
    problems = [*form, *clashes, *(where.problem(problem) for problem in out_of_scale(after, edits))]
    if layout.mode == "template":
        problems += _existing(package, layout, rows, file)
    if not allow_removal:
        gone = [(layout.sheet(edit.table).name, edit) for edit in edits if edit.new is None]
        problems += [CATALOGUE.problem("workbook-removed", at(file, name), ", ".join(edit.key)) for name, edit in gone]
    found_by_rules = judge(candidate)
    problems += [where.problem(problem) for problem in found_by_rules if problem.code not in LATER]
    kept = tuple(raw) if problems else candidate
    pages = any(problem.code in LATER for problem in found_by_rules)
    own = {table.file for table in package.tables}
    was = next(each for each in stored or raw if each.name == package.name)
    asked = [each for each in ask(candidate) if each.where.file in own]
    asked += questions(after, compare_packages(was, after))
    given = complete(book.answers, package)
    known = {*answered, *given}
    left = (where.problem(each) for each in asked if warned(each) not in known)
    faulty = {problem.where for problem in problems}
    return Import(
        package.name,
        tuple(sort_problems(_first_causes(problems))),
        notes,
        edits,
        tuple(shared.items()),
        kept,
        pages=pages,
        exported=stamp.get("exported", ""),
        warnings=tuple(each for each in left if each.where not in faulty),
        answers=(*((of, given[of]) for of in map(warned, asked) if of in given), *none.items()),
    )


def _first_causes(problems: Sequence[Problem]) -> list[Problem]:
    """One problem a cell where several have one cause: what the sheet says goes before what a rule makes of it."""
    own = {problem.where for problem in problems if problem.code.startswith("workbook-") and problem.where.row}
    told = [problem for problem in problems if problem.code.startswith("workbook-") or problem.where not in own]
    better = {problem.where for problem in told if problem.code in ("key-dangling", "link-unknown", "code-unknown")}
    return [problem for problem in told if problem.code != "value-form" or problem.where not in better]


def _torn(book: ReadBook, layout: Layout, rows: Mapping[str, Sequence[SheetRow]], file: str) -> Iterator[Problem]:
    """Sheets of which some columns were sorted and the others were not: nothing else can be said of them."""
    for sheet in (each for each in layout.sheets if each.table in rows):
        if span := torn([column.name for column in sheet.stored], rows[sheet.table], base_rows(book, sheet)):
            letters = "–".join(dict.fromkeys(map(sheet.letter, span)))
            yield CATALOGUE.problem("workbook-torn", at(file, sheet.name), letters)


def _clash(clash: Clash, sheet: Sheet, file: str, written: Text, exported: str) -> Problem:
    """Both sides beside each other, with what stood there when the workbook was exported."""
    where = place(sheet, clash.row, clash.column or sheet.columns[0].name, file)
    if not clash.row:
        where = at(file, sheet.name)
    facts = {"when": written, "exported": exported}
    if not clash.column:
        variant, found = ("withdrawn", clash.mine) if clash.theirs is None else ("cleared", clash.theirs)
        return CATALOGUE.problem("workbook-clash", where, found or "", variant, **facts)
    sides = {"was": visible(clash.was), "theirs": visible(clash.theirs or "")}
    return CATALOGUE.problem("workbook-clash", where, clash.mine or "", "" if clash.was else "new", **sides, **facts)


def _shared(
    raw: Sequence[RawPackage], candidate: Sequence[RawPackage], name: str
) -> tuple[tuple[RawPackage, ...], dict[str, tuple[str, ...]]]:
    """The packages with a source that was corrected in one corrected in all, and where each was."""
    before, after = (next(e for e in packages if e.name == name).rows(SOURCES) for packages in (raw, candidate))
    found: dict[str, tuple[str, ...]] = {}
    done = tuple(candidate)
    for package in candidate:
        table = package.table(SOURCES)
        if package.name == name or table is None:
            continue
        rows, touched = propagated(before, after, table)
        if touched:
            done = with_tables(done, package.name, {SOURCES: with_rows(table, rows)})
        for source in touched:
            found[source] = (*found.get(source, ()), package.name)
    return done, found


def _table(table: RawTable, rows: Sequence[SheetRow]) -> tuple[RawTable, dict[int, int]]:
    """The table with these rows, and the sheet row of each of its lines."""
    row_of = {id(cells): row for row, cells in rows}
    in_order = ordered(table, [cells for _, cells in rows])
    made = with_rows(table, in_order)
    lines = zip(made.rows or (), in_order, strict=False)
    return made, {line.line: row for line, cells in lines if (row := row_of[id(cells)])}


def _existing(
    package: RawPackage, layout: Layout, rows: Mapping[str, Sequence[SheetRow]], file: str
) -> Iterator[Problem]:
    """Rows of a template whose key is taken already."""
    for table in (each for each in package.tables if each.name in rows):
        known = {row_key(table, cells) for _, cells in table.records()}
        sheet = layout.sheet(table.name)
        for row, cells in rows[table.name]:
            if (key := row_key(table, cells)) in known:
                where = place(sheet, row, sheet.columns[0].name, file)
                yield CATALOGUE.problem("workbook-exists", where, ", ".join(key))


class _Addresses(Frozen):
    """Tells problems of CSV files as problems of the workbook: cells instead of lines, titles instead of names."""

    package: RawPackage
    layout: Layout
    rows: Mapping[str, Mapping[int, int]]
    file: str

    def problem(self, problem: Problem) -> Problem:
        """The same problem at its cell, when it lies in a table of the workbook."""
        table = next((t for t in self.package.tables if t.file == problem.where.file and t.name in self.rows), None)
        if table is None:
            return problem
        sheet = self.layout.sheet(table.name)
        rows = self.rows[table.name]
        row = rows.get(problem.where.row or 0)
        column = (problem.where.column or sheet.columns[0].name).split(", ")[0]
        # in a CSV an empty key tells of merged cells; in a workbook those are found in the sheet itself
        if problem.code == "cell-merged":
            problem = CATALOGUE.problem("required-empty", problem.where)
        picked = next((each for each in sheet.stored if each.name == column and each.kind == "choice"), None)
        if problem.code in (_FORM, _CODE) and picked:
            problem = self._not_listed(problem, picked)
        told = problem.named(self._naming(sheet, rows))
        # Chinese quotation marks stand without the spaces that set names apart
        told = replace(told, expected=_tight(told.expected), hint=_tight(told.hint))
        if problem.where.row is None and problem.where.column is None:
            return replace(told, where=at(self.file, sheet.name))
        if row is None or column not in [each.name for each in sheet.columns]:
            return told
        return replace(told, where=place(sheet, row, column, self.file))

    def _not_listed(self, problem: Problem, column: Column) -> Problem:
        """What to say of what cannot be in the list: the entry most like it, as the list shows that."""
        picks = self.layout.lists[column.choices]
        called = {text: value for value, name in picks.names.items()
                  for text in (name, (picks.shorts or {}).get(value, ""), value) if text}  # fmt: skip
        near = difflib.get_close_matches(problem.found, called, n=1, cutoff=0.6)
        if not near and problem.code == _CODE:
            return problem
        variant, entry = ("near", picks.label(called[near[0]])) if near else ("", "")
        return CATALOGUE.problem("workbook-choice", problem.where, problem.found, variant, entry=entry)

    def _naming(self, sheet: Sheet, rows: Mapping[int, int]) -> Naming:
        """Titles for the names of columns and sheets, rows of the sheet for lines of the file."""
        titles = {column.name: column.title for column in sheet.stored}
        for name in [name.removesuffix("_zh") for name in titles if name.endswith("_zh")]:  # both columns of a pair
            both = titles[f"{name}_zh"]
            titles[name] = Text(both.zh.removesuffix("（中文）"), both.en.removesuffix(" (Chinese)"))
        words = {("column", name): Text("“{name}”", "“{name}”").format(name=title) for name, title in titles.items()}
        sheets = {each.table: each.name for each in self.layout.sheets}
        for table in (each for each in self.package.tables if each.name in sheets):
            shown = sheets[table.name]
            words["table", table.name] = Text.same(f"“{shown}”")
            words["file", table.file] = Text(f"“{shown}”表", f"the sheet “{shown}”")

        def word(named: Named) -> Text:
            if named.kind == "row":
                return Text.same(rows.get(int(named.name), named.name))
            return words.get((named.kind, str(named.name))) or as_written(named)

        return word


def _tight(text: Text) -> Text:
    return Text(text.zh.replace(" “", "“").replace("” ", "”").replace("”表 ", "”表"), text.en)


def _written(root: Path) -> dict[str, Text]:
    """File → when it was last changed and, of a workbook, when that one had been exported; in words."""
    found = {}
    for each in changes(root):
        when = each.when.isoformat(" ", "minutes")
        words = Text(f"{when} ", f"on {when}")
        if each.exported:
            words = Text(f"{when} 用 {each.exported} 导出的表", f"on {when} from a workbook exported {each.exported}")
        found.update(dict.fromkeys(each.files, words))
    return found


def edits_of(root: Path, raw: Sequence[RawPackage], done: Import, settings: Settings, day: date) -> Edits:
    """The files an import without problems writes: tables, the answers given on a day, pages of new indicators."""
    tables = [table_edits(*pair) for pair in zip(raw, done.packages, strict=True)]
    pages = missing_stubs(build_portal(done.packages, settings), root) if done.pages else {}
    moved = as_of_edits(root, done.as_of) if done.as_of else {}
    parts = (*tables, answers_edits(root, dict(done.answers), day), pages, moved)
    return {file: edit for part in parts for file, edit in part.items()}


def import_books(
    root: Path,
    raw: Sequence[RawPackage],
    settings: Settings,
    books: Sequence[tuple[str, ReadBook | Import]],
    *,
    allow_removal: bool,
    mine: Sequence[Collection[str]],
    step: Callable[[Text], object] = lambda doing: None,
) -> Import:
    """Judge several files, each against the data as those before it would leave them; all of them count or none.

    `mine` holds for each file the cells that stand whatever others wrote; `step` is told what is being done.
    """
    books = [(file, stamped(book, raw) if isinstance(book, ReadBook) else book) for file, book in books]
    days = [day for file, book in books if isinstance(book, ReadBook) and (day := as_of(book)[1])]
    moved = replace(settings, as_of=max([settings.as_of, *days]))
    now, parts = tuple(raw), list[tuple[str, Import]]()
    when, known = _written(root), {*read_answers(root)}
    judge, ask = partial(check, settings=moved), partial(check_warnings, settings=moved)
    for (file, book), own in zip(books, mine, strict=True):
        step(Text(f"检查 {file}".strip(), f"Checking {file}".strip()))
        options: dict[str, Any] = {"allow_removal": allow_removal, "mine": own, "written": when, "answered": known}
        done = import_book(book, file, now, judge, ask=ask, stored=raw, **options)
        parts.append((file, done))
        known |= {*map(warned, done.warnings), *(of for of, _ in done.answers)}
        for before, after in zip(now, done.packages or now, strict=True):
            changed = [name for name, (old, new) in table_edits(before, after).items() if old != new]
            when |= dict.fromkeys(changed, Text(f"一起导入的 {file} 里", f"in {file}"))
        now = done.packages or now
    each = [part for _, part in parts]
    lists = ("problems", "notes", "edits", "shared", "warnings", "answers")
    found: dict[str, Any] = {name: tuple(one for part in each for one in getattr(part, name)) for name in lists}
    found |= {"packages": tuple(raw) if found["problems"] else now, "parts": tuple(parts)}
    found |= {"as_of": moved.as_of if moved != settings else None, "exported": max(part.exported for part in each)}
    return replace(each[-1], **found, pages=any(part.pages for part in each))
