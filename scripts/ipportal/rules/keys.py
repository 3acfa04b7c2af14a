"""Keys of rows, and links between the tables of a package."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ipportal.base.text import Text
from ipportal.data.packages import RawTable
from ipportal.rules.context import Context, fields_of, key_of, names_of
from ipportal.rules.rule import Example, Finding, Rule


def nearest(text: str, options: Sequence[str], otherwise: Text) -> Text:
    """A hint that names the option `text` was probably meant to be."""
    near = difflib.get_close_matches(text, options, n=1, cutoff=0.7)
    if near:
        return Text(f"是不是“{near[0]}”？改正拼写", f"is it “{near[0]}”? correct the spelling")
    return otherwise


def _duplicate(context: Context) -> Iterator[Finding]:
    """Two rows carry the same key."""
    for _, table in context.tables():
        for key in _keys(table):
            first: dict[tuple[str, ...], int] = {}
            for row in context.rows(table):
                cells = tuple(row[column] for column in key)
                line = first.setdefault(cells, row.line)
                if line != row.line and any(cells):
                    yield Finding(
                        row.where(", ".join(key)),
                        Text("不与其他行重复的编号", "a key no other row has"),
                        ", ".join(cells),
                        Text(
                            f"与第 {line} 行重复：同一件事只留一行；不是同一件事就改正编号",
                            f"the same as row {line}: keep one row if they mean the same, else correct the key",
                        ),
                    )


def _keys(table: RawTable) -> list[tuple[str, ...]]:
    """The primary key, and every column that is unique by itself."""
    unique = [(entry["name"],) for entry in fields_of(table) if entry.get("constraints", {}).get("unique")]
    return list(dict.fromkeys([*([key_of(table)] if key_of(table) else []), *unique]))


def _dangling(context: Context) -> Iterator[Finding]:
    """A cell names a row of another table of the package that does not exist."""
    for package, table in context.tables():
        for link in _links_of(table):
            reference = link["reference"]
            target = package.table(reference.get("resource") or table.name)
            columns, wanted = names_of(link["fields"]), names_of(reference["fields"])
            if target is None or not context.trusted(target, wanted):
                continue
            known = {tuple(row[column] for column in wanted) for row in context.rows(target)}
            for row in context.rows(table):
                cells = tuple(row[column] for column in columns)
                if any(cells) and cells not in known:
                    yield Finding(
                        row.where(", ".join(columns)),
                        expected_id(target),
                        ", ".join(cells),
                        hint_id(", ".join(cells), sorted(", ".join(key) for key in known), target),
                    )


def _links_of(table: RawTable) -> list[Mapping[str, Any]]:
    schema = table.resource.get("schema")
    return list(schema.get("foreignKeys", [])) if isinstance(schema, dict) else []


def expected_id(target: RawTable) -> Text:
    """What a cell that leads to `target` should hold."""
    title = Text(str(target.resource.get("title")), str(target.resource.get("title_en")))
    return Text(f"“{title.zh}”表里已有的编号", f"an id that exists in the table “{title.en}”")


def hint_id(text: str, ids: Sequence[str], target: RawTable) -> Text:
    """How to mend a cell that leads nowhere."""
    add = Text(
        f"改正编号，或先在 {target.file} 里加上这一行", f"correct the id, or first add such a row to {target.file}"
    )
    return nearest(text, ids, add)


UNIQUE_RULES: Final = (
    Rule(
        "key-duplicate",
        Text("两行编号相同", "Two rows with the same key"),
        Text("每一行的主键只能出现一次。", "The key of a row may appear only once in a table."),
        Example("pct-applications / pct-applications", "pct-applications"),
        _duplicate,
    ),
)

RULES: Final = (
    Rule(
        "key-dangling",
        Text("引用的编号不存在", "A reference to a row that does not exist"),
        Text(
            "来源、指标、地区等编号要先在各自的表里登记。",
            "Sources, indicators, areas and so on must exist in their own table.",
        ),
        Example("plan-draf", "plan-draft"),
        _dangling,
    ),
)
