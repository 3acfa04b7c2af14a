"""Codes a descriptor lists, but the program has no words or arithmetic for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipportal.base.text import Text
from ipportal.data.model.codes import codes_of
from ipportal.rules.context import Context, fields_of
from ipportal.rules.rule import Example, Finding, Rule


def _unknown(context: Context) -> Iterator[Finding]:
    """A row has a code that was added to the descriptor only: a sentence would leave it out, or a build break off."""
    for package, table in context.tables():
        columns = {field["name"]: codes_of(table.name, field["name"]) for field in fields_of(table)}
        for column, known in columns.items():
            for row in context.rows(table) if known else ():
                if known and row[column] and row[column] not in known:
                    yield Finding(
                        row.where(column),
                        Text(
                            f"程序认识的代码之一：{'、'.join(known)}",
                            f"one of the codes the program knows: {', '.join(known)}",
                        ),
                        row[column],
                        Text(
                            f"改用其中合适的代码；{package.name} 的说明文件里加的新代码，"
                            "要请维护程序的人先写好它的用语和算法",
                            f"use one of these that fits; a new code in the description of {package.name} first needs "
                            "its words and arithmetic: ask whoever looks after the program",
                        ),
                    )


RULES: Final = (
    Rule(
        "code-new",
        Text("程序还不认识的代码", "A code the program does not know yet"),
        Text(
            "有些代码决定句子怎么写、数怎么算，例如案件统计什么、由谁办理、计量单位属于哪一类。"
            "只把新代码加进数据字典，程序说不出也算不了它。",
            "Some codes decide how sentences read and how numbers are worked out: what is counted about cases, who "
            "handled them, the kind of a unit. A code that is only added to the dictionary can be neither told nor "
            "worked out.",
        ),
        Example("mass", "count"),
        _unknown,
    ),
)
