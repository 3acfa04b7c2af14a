"""Ask about what may be right and looks wrong, and take the answers that stand in the workbook."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from ipportal.base.errors import Problem, Where
from ipportal.base.journal import Edits
from ipportal.base.quantities import is_spelled, spelled
from ipportal.base.text import LANGS, Text
from ipportal.data.packages import RawPackage
from ipportal.office import CATALOGUE
from ipportal.office.editing import Cells, Key, RowEdit, row_key
from ipportal.office.release import Reasons
from ipportal.rules.rule import fields_of
from ipportal.rules.warnings import FILE, Answer, Warned, answers_file, read_answers

#: So many rows changed or withdrawn at once are asked about
MANY: Final = 20
#: What makes two figures comparable
_SERIES: Final = ("indicator", "area", "series", "basis")
_CHANGED: Final = "warning-figure-changed"


def questions(after: RawPackage, edits: Sequence[RowEdit]) -> Iterator[Problem]:
    """What is asked about the edits themselves: figures changed in place, or very many rows of a table."""
    for table in after.tables:
        changed = [edit for edit in edits if edit.table == table.name and edit.old is not None]
        if len(changed) > MANY:
            facts = {"key": "", "cell": "", "other": "", "value": MANY}
            yield CATALOGUE.problem("warning-many-changed", Where(table.file), str(len(changed)), **facts)
            continue
        lines = {row_key(table, cells): line for line, cells in table.records()}
        figures = [field["name"] for field in fields_of(table) if field.get("type") == "number"]
        for edit in (each for each in changed if each.new):
            old, new = edit.old or {}, edit.new or {}
            for name in (each for each in figures if old.get(each) and old[each] != new.get(each)):
                facts = {"key": ", ".join(edit.key), "cell": name, "other": old[name], "value": old[name]}
                yield CATALOGUE.problem(_CHANGED, Where(table.file, lines[edit.key], name), new.get(name, ""), **facts)


def complete(given: Mapping[Warned, Answer], package: RawPackage) -> dict[Warned, Answer]:
    """The answers with a reason in every language of the portal and with somebody who gave it."""
    langs = package.languages
    return {of: one for of, one in given.items() if one.by and all(one.reason[lang].strip() for lang in langs)}


def answers_edits(root: Path, given: Mapping[Warned, Answer], day: date) -> Edits:
    """The file of answers with these, given on a day."""
    if not given:
        return {}
    dated = {of: answer._replace(date=day.isoformat()) for of, answer in given.items()}
    before = (root / FILE).read_bytes() if (root / FILE).is_file() else None
    return {FILE: (before, answers_file({**read_answers(root), **dated}))}


def reasons_given(root: Path, package: str) -> Reasons:
    """What a release need not ask again: the reasons that were given when figures were changed."""
    found: dict[tuple[str, ...], Text] = {}
    for of, answer in read_answers(root).items():
        folder, _, table = of.file.removesuffix(".csv").rpartition("/data/")
        if of.code == _CHANGED and folder.endswith(f"/{package}"):
            zh, en = answer.reason.zh, answer.reason.en
            found[table, of.row, of.column, of.other, of.found] = Text(zh or en, en or zh)
    return found


def out_of_scale(after: RawPackage, edits: Sequence[RowEdit]) -> Iterator[Problem]:
    """New or changed observations about ten thousand times another one of the same series, without a note."""
    edited = {edit.key for edit in edits if edit.table == "observations" and edit.new and _new_value(edit)}
    table = after.table("observations")
    if table is None or not edited:
        return
    # unit → its base unit and how many of those it is
    scales = [(cells, _number(cells.get("scale", ""))) for cells in after.rows("units")]
    factors = {cells.get("id", ""): (cells.get("base", ""), scale) for cells, scale in scales if scale}
    units = {cells.get("id", ""): cells.get("unit", "") for cells in after.rows("indicators")}
    series: dict[Key, list[tuple[int, Cells, Decimal]]] = defaultdict(list)
    for line, record in table.records():
        value = _number(record.get("value", ""))
        usual = factors.get(units.get(record.get("indicator", ""), ""))
        own = factors.get(record["unit"]) if record.get("unit") else usual
        if value and own and usual and own[0] == usual[0] and record.get("period") != "undated":
            series[tuple(record.get(column, "") for column in _SERIES)].append((line, record, value * own[1]))
    # a change between these factors is likely to be 万件 taken for 件, or the other way round
    low, high = Decimal(3000), Decimal(30000)
    for rows in series.values():
        settled = [(cells, value) for _, cells, value in rows if row_key(table, cells) not in edited]
        for line, cells, value in rows:
            if row_key(table, cells) not in edited or any(cells.get(f"note_{lang}") for lang in LANGS):
                continue
            slips = (c for c, known in settled if low <= value / known <= high or low <= known / value <= high)
            if other := next(slips, None):
                facts = {"period": other["period"], "value": other["value"]}
                yield CATALOGUE.problem("workbook-scale", Where(table.file, line, "value"), cells["value"], **facts)


def _new_value(edit: RowEdit) -> bool:
    return edit.old is None or edit.new is None or any(edit.old.get(c) != edit.new.get(c) for c in ("value", "unit"))


def _number(text: str) -> Decimal | None:
    return spelled(text) if is_spelled(text) and spelled(text) > 0 else None
