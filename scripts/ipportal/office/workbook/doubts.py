"""Changes that may be slips: a value ten thousand times off, rows that vanished, figures that exist already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text
from ipportal.data.packages import RawPackage, RawTable
from ipportal.office.editing import Cells, Key, RowEdit, row_key

#: A change between these factors is likely to be 万件 taken for 件, or the other way round
_TEN_THOUSAND: Final = (Decimal(3000), Decimal(30000))
#: What makes two figures comparable
_SERIES: Final = ("indicator", "area", "basis")


def vanished(edits: Iterable[RowEdit], places: Mapping[str, Where]) -> list[Problem]:
    """One problem for every published row that the workbook no longer holds. `places` are the sheets by table."""
    return [
        Problem(
            "workbook-removed",
            places[edit.table],
            Text("原来就有的行", "a row that was there before"),
            ", ".join(edit.key),
            Text(
                "恢复这一行（从上次导出的表格里复制）；改了编号或时间的，改回来；确实要撤下，导入时加 --allow-removal",
                "restore the row from the exported workbook; change a changed id or period back; to withdraw it "
                "on purpose import with --allow-removal",
            ),
        )
        for edit in edits
        if edit.new is None
    ]


def existing(table: RawTable, rows: Iterable[tuple[Where, Cells]]) -> list[Problem]:
    """Rows of a template whose key is taken already."""
    known = {row_key(table, cells) for _, cells in table.records()}
    return [
        Problem(
            "workbook-exists",
            where,
            Text("还没有的行", "a row that does not exist yet"),
            ", ".join(row_key(table, cells)),
            Text(
                "空表只收新增的行。要改已有的行，用 ipportal workbook export 导出后再改",
                "a template takes new rows only; to change an existing row edit an exported workbook",
            ),
        )
        for where, cells in rows
        if row_key(table, cells) in known
    ]


def scale_slips(package: RawPackage, edited: set[Key]) -> Iterator[tuple[Key, Text, str]]:
    """New or changed observations about ten thousand times another one of the same series, without a note.

    Yields the row's key, what was expected, and the value found.
    """
    table = package.table("observations")
    factors, units = _units(package), _usual_units(package)
    if table is None:
        return
    series: dict[Key, list[tuple[Key, Cells, Decimal]]] = defaultdict(list)
    for _, cells in table.records():
        value = _number(cells.get("value", ""))
        usual = factors.get(units.get(cells.get("indicator", ""), ""))
        own = factors.get(cells["unit"]) if cells.get("unit") else usual
        if value and own and usual and own[0] == usual[0] and cells.get("period") != "undated":
            name = tuple(cells.get(column, "") for column in _SERIES)
            series[name].append((row_key(table, cells), cells, value * own[1]))
    for rows in series.values():
        yield from _slips(rows, edited)


def _slips(rows: Sequence[tuple[Key, Cells, Decimal]], edited: set[Key]) -> Iterator[tuple[Key, Text, str]]:
    settled = [(cells, value) for key, cells, value in rows if key not in edited]
    for key, cells, value in rows:
        if key not in edited or cells.get("note_zh"):
            continue
        for other, known in settled:
            low, high = _TEN_THOUSAND
            if low <= value / known <= high or low <= known / value <= high:
                expected = Text(
                    f"与 {other['period']} 的 {other['value']} 同一数量级的数（现在相差约一万倍）",
                    f"a value of the order of {other['value']} in {other['period']} (this is about 10,000 times off)",
                )
                yield key, expected, cells.get("value", "")
                break


SCALE_HINT: Final = Text(
    "像是万件与件、万元与元弄混了：数值按“单位”栏的单位写；来源用的单位不同，就在“单位”栏选来源的单位；确实如此就在两栏“说明”写明原因",
    "10,000s and ones seem mixed up: write the value in the unit shown; if the source uses another unit pick it in the "
    "unit column; if it is really so give the reason in both note columns",
)


def _units(package: RawPackage) -> dict[str, tuple[str, Decimal]]:
    """Unit → its base unit and how many of those it is."""
    table = package.table("units")
    rows = [cells for _, cells in table.records()] if table else []
    scales = [(cells, _number(cells.get("scale", ""))) for cells in rows]
    return {cells.get("id", ""): (cells.get("base", ""), scale) for cells, scale in scales if scale}


def _usual_units(package: RawPackage) -> dict[str, str]:
    table = package.table("indicators")
    return {cells.get("id", ""): cells.get("unit", "") for _, cells in table.records()} if table else {}


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None
