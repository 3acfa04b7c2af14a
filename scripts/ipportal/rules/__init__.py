"""Every check of data and pages, and how problems are told. A rule yields problems and prints nothing; `report` words
them for terminal, web and CI.

May import base and data. Begin with `check` below, then `rule` and `context`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ipportal.base.errors import Problem, sort_problems
from ipportal.base.text import Text
from ipportal.data.packages import RawPackage
from ipportal.data.settings import Settings
from ipportal.rules import (
    bodies,
    cells,
    codes,
    descriptors,
    evidence,
    files,
    frontmatter,
    goals,
    header_row,
    interpretations,
    keys,
    links,
    markup,
    numbers,
    order,
    pages,
    privacy,
    promises,
    readiness,
    rows,
    schema,
    sources,
    text_pairs,
    times,
    values,
)
from ipportal.rules.context import Context
from ipportal.rules.rule import Rule

#: Rules in stages: a place an earlier stage found at fault is left alone by the later ones
STAGES: Final[tuple[tuple[Rule, ...], ...]] = (
    (*files.RULES, *descriptors.RULES, *pages.ENCODING_RULES),
    header_row.RULES,
    (*rows.RULES, *order.REPEATED_RULES),
    (*cells.RULES, *numbers.RULES),
    (*times.FORM_RULES, *sources.ADDRESS_RULES),
    (*schema.RULES, *keys.UNIQUE_RULES),
    (*codes.RULES, *keys.RULES, *links.RULES),
    (
        *order.RULES,
        *text_pairs.RULES,
        *times.RULES,
        *sources.RULES,
        *values.RULES,
        *goals.RULES,
        *promises.RULES,
        *evidence.RULES,
        *privacy.RULES,
        *pages.RULES,
        *bodies.RULES,
        *frontmatter.RULES,
        *markup.RULES,
        *interpretations.RULES,
    ),
    values.COMPARING_RULES,
)

RULES: Final[tuple[Rule, ...]] = tuple(rule for stage in STAGES for rule in stage)

#: What an official release needs besides
OFFICIAL_RULES: Final[tuple[Rule, ...]] = readiness.RULES

#: The same rules by subject, for readers
GROUPS: Final[tuple[tuple[Text, tuple[Rule, ...]], ...]] = (
    (Text("文件与说明", "Files and descriptions"), (*files.RULES, *descriptors.RULES)),
    (Text("列与行", "Columns and rows"), (*header_row.RULES, *rows.RULES, *order.REPEATED_RULES, *order.RULES)),
    (Text("单元格", "Cells"), (*cells.RULES, *numbers.RULES, *times.FORM_RULES, *times.RULES)),
    (
        Text("内容与编号", "Contents and ids"),
        (*schema.RULES, *codes.RULES, *keys.UNIQUE_RULES, *keys.RULES, *links.RULES),
    ),
    (Text("中文与英文", "Chinese and English"), text_pairs.RULES),
    (Text("来源", "Sources"), (*sources.ADDRESS_RULES, *sources.RULES)),
    (
        Text("数值、目标与口径", "Values, targets and definitions"),
        (*values.RULES, *values.COMPARING_RULES, *goals.RULES),
    ),
    (Text("措施、证据与日期", "Measures, evidence and yearly days"), (*promises.RULES, *evidence.RULES)),
    (Text("不泄露当事人", "Nobody is exposed"), privacy.RULES),
    (
        Text("页面", "Pages"),
        (
            *pages.ENCODING_RULES,
            *pages.RULES,
            *frontmatter.RULES,
            *bodies.RULES,
            *markup.RULES,
            *interpretations.RULES,
        ),
    ),
    (
        Text("正式发布之前（只在 --official 时检查）", "Before an official release (checked with --official only)"),
        OFFICIAL_RULES,
    ),
)


def check(raw: Sequence[RawPackage], settings: Settings) -> list[Problem]:
    """Apply every rule to all packages and return all problems, sorted by place."""
    context = Context(raw, settings, _root(raw))
    problems: list[Problem] = []
    # Without a package nobody can say where the portal lies, and its pages would be looked for in the current folder.
    for stage in STAGES if raw else STAGES[:1]:
        found = [(rule, problem) for rule in stage for problem in rule.problems(context)]
        problems += [problem for _, problem in found]
        context = replace(context, spoiled=context.spoiled.union(*(rule.spoiled(p.where) for rule, p in found)))
    return sort_problems(problems)


def check_official(raw: Sequence[RawPackage], settings: Settings) -> list[Problem]:
    """What still stands between sound data and an official release, sorted by place."""
    context = Context(raw, settings, _root(raw))
    return sort_problems(problem for rule in OFFICIAL_RULES for problem in rule.problems(context))


def _root(raw: Sequence[RawPackage]) -> Path:
    return raw[0].folder.parent.parent if raw else Path()
