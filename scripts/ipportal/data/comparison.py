"""What changed in a package since its last release, row by row, and which version number that asks for.

Versions follow the Data Package recipe for semantic versioning: major when programs that read the data may break
(tables, columns, keys or codes removed, renamed or retyped, rows removed), minor when something was added, patch when
cells were corrected or descriptions reworded.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ipportal.base.text import Text
from ipportal.data.ledger import wording
from ipportal.data.model import Package, RowChange, Table

LEVELS: Final = ("major", "minor", "patch")
#: Whole numbers that only order rows: changing them changes no figure
_NO_FIGURE: Final = frozenset({"order"})

Rows = dict[tuple[str, ...], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Structure:
    """A change of tables, columns, keys or codes, and the level it asks for."""

    level: str
    what: Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences between a frozen release and the package now."""

    structure: tuple[Structure, ...]
    rows: tuple[RowChange, ...]
    figures: frozenset[tuple[str, str]]
    reworded: bool

    @property
    def level(self) -> str | None:
        """The highest level any difference asks for; None when nothing differs."""
        found = {each.level for each in self.structure}
        found |= {{"added": "minor", "removed": "major", "changed": "patch"}[row.kind] for row in self.rows}
        if self.reworded:
            found.add("patch")
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
        figures = [row for row in self.rows if row.kind == "changed" and self.needs_reason(row)]
        texts = [row for row in self.rows if row.kind == "changed" and not self.needs_reason(row)]
        counted = (
            ([r for r in self.rows if r.kind == "added"], "新增 {n} 行", ("{n} row added", "{n} rows added")),
            ([r for r in self.rows if r.kind == "removed"], "撤下 {n} 行", ("{n} row withdrawn", "{n} rows withdrawn")),
            (figures, "改动 {n} 个数", ("{n} figure changed", "{n} figures changed")),
            (texts, "修改 {n} 处文字", ("{n} text edited", "{n} texts edited")),
        )
        for found, zh, en in counted:
            if found:
                parts.append(Text(zh.format(n=len(found)), en[len(found) > 1].format(n=len(found))))
        if self.reworded and not parts:
            parts.append(Text("修改说明", "descriptions edited"))
        return Text("；".join(p.zh for p in parts) + "。", _sentence("; ".join(p.en for p in parts)))


def compare(package: Package, frozen: Mapping[str, bytes]) -> Comparison:
    """Compare a package with the files of its last release: {file name: bytes}."""
    before = json.loads(frozen["datapackage.json"])
    tables = {entry["name"]: entry for entry in before["resources"]}
    structure: list[Structure] = []
    rows: list[RowChange] = []
    for name in tables:
        if name not in package.tables:
            structure.append(Structure("major", Text(f"取消 {name} 表", f"table {name} removed")))
    for name, table in package.tables.items():
        if name not in tables:
            structure.append(Structure("minor", Text(f"新增 {name} 表", f"table {name} added")))
            continue
        schema = tables[name]["schema"]
        structure += _schema_changes(table, schema)
        if _key(schema) == table.primary_key:
            rows += _row_changes(table, frozen[f"{name}.csv"])
    figures = frozenset(
        (table.name, field.name)
        for table in package.tables.values()
        for field in table.fields
        if field.type in ("number", "integer") and field.name not in _NO_FIGURE
    )
    return Comparison(tuple(structure), tuple(rows), figures, wording(before) != wording(package.descriptor))


def next_version(version: str, level: str) -> str:
    """Raise a semantic version: 1.2.3 → 2.0.0, 1.3.0 or 1.2.4."""
    major, minor, patch = (int(part) for part in version.split("."))
    if level == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level == "minor" else f"{major}.{minor}.{patch + 1}"


def _schema_changes(table: Table, before: Mapping[str, Any]) -> Iterator[Structure]:
    old = {field["name"]: field for field in before["fields"]}
    new = {field.name: field for field in table.fields}
    for name in (name for name in old if name not in new):
        yield Structure("major", Text(f"{table.name} 表取消 {name} 列", f"column {name} removed from {table.name}"))
    for name in (name for name in new if name not in old):
        yield Structure("major", Text(f"{table.name} 表新增 {name} 列", f"column {name} added to {table.name}"))
    if old.keys() == new.keys() and list(old) != list(new):
        yield Structure("major", Text(f"{table.name} 表调整列的次序", f"columns of {table.name} reordered"))
    if _key(before) != table.primary_key:
        yield Structure("major", Text(f"{table.name} 表改用别的主键", f"primary key of {table.name} changed"))
    for name in (name for name in new if name in old):
        if old[name].get("type", "string") != new[name].type:
            yield Structure("major", Text(f"{table.name}.{name} 改变类型", f"type of {table.name}.{name} changed"))
        codes = {str(c["value"]) for c in old[name].get("categories", ())}
        now = {c.value for c in new[name].categories}
        if codes - now:
            yield Structure("major", Text(f"{table.name}.{name} 取消代码", f"codes of {table.name}.{name} removed"))
        if now - codes:
            yield Structure("minor", Text(f"{table.name}.{name} 新增代码", f"codes of {table.name}.{name} added"))


def _row_changes(table: Table, frozen: bytes) -> Iterator[RowChange]:
    old, new = _rows(table, frozen), _rows(table, table.data)
    for key in [*new, *(key for key in old if key not in new)]:
        named = dict(zip(table.primary_key, key, strict=True))
        if key not in old:
            yield RowChange("added", table.name, named)
        elif key not in new:
            yield RowChange("removed", table.name, named)
        else:
            for column in (c for c in new[key] if c in old[key] and old[key][c] != new[key][c]):
                yield RowChange("changed", table.name, named, column, old[key][column], new[key][column])


def _rows(table: Table, data: bytes) -> Rows:
    reader = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return {tuple(row[column] for column in table.primary_key): row for row in reader}


def _key(schema: Mapping[str, Any]) -> tuple[str, ...]:
    key = schema.get("primaryKey", ())
    return (key,) if isinstance(key, str) else tuple(key)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
