"""Every check of data and pages, and how problems are told. A rule yields findings and prints nothing; `catalogue`
holds their words, `report` tells them to terminal, web and CI.

May import base and data. Begin with `check` below, then `rule`.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ipportal.base.errors import DataError, Problem, sort_problems
from ipportal.data.manuscripts import word_table
from ipportal.data.packages import RawPackage, RawTable, read_packages
from ipportal.data.settings import Settings
from ipportal.rules import (
    cells,
    descriptors,
    files,
    help,
    markup,
    pages,
    readiness,
    rows,
    schema,
    signoff,
    targets,
    values,
    warnings,
)
from ipportal.rules.rule import Context, Rule
from ipportal.rules.warnings import read_answers

#: Rules in stages: a place an earlier stage found at fault is left alone by the later ones
STAGES: Final[tuple[tuple[Rule, ...], ...]] = (
    (*files.RULES, *descriptors.RULES, *pages.ENCODING_RULES),
    rows.COLUMN_RULES,
    rows.RULES,
    cells.RULES,
    cells.FORM_RULES,
    (*schema.RULES, *values.WHOLE_RULES),
    schema.LINK_RULES,
    (
        *rows.ORDER_RULES,
        *cells.PAIR_RULES,
        *cells.MEANING_RULES,
        *schema.SOURCE_RULES,
        *values.RULES,
        *targets.RULES,
        *help.RULES,
        *pages.RULES,
        *markup.RULES,
    ),
    values.COMPARING_RULES,
)

RULES: Final[tuple[Rule, ...]] = tuple(rule for stage in STAGES for rule in stage)

#: What an official release needs besides
OFFICIAL_RULES: Final[tuple[Rule, ...]] = (*readiness.RULES, *signoff.RULES)


def check(raw: Sequence[RawPackage], settings: Settings) -> list[Problem]:
    """Apply every rule to all packages and return all problems, sorted by place."""
    # Without a package nobody can say where the portal lies, and its pages would be looked for in the current folder.
    if not raw:
        return _staged(STAGES[:1], Context(raw, settings, _root(raw)))
    words = word_table(_root(raw), settings.languages)
    problems = check_alone(words, settings, _root(raw)) if words else []
    return sort_problems([*_staged(STAGES, Context(raw, settings, _root(raw))), *problems])


def check_alone(table: RawTable, settings: Settings, root: Path) -> list[Problem]:
    """Apply what is said of any table to one below `root` that belongs to no package, sorted by place."""
    package = RawPackage("", (root / table.file).parent, table.file, {"resources": [table.resource]}, (), (table,))
    text = tuple(rule for rule in files.RULES if rule.code in ("file-encoding", "file-empty", "quote-unbalanced"))
    stages = (text, rows.COLUMN_RULES, rows.RULES, cells.RULES, schema.RULES, cells.PAIR_RULES)
    return _staged(stages, Context([package], settings, root))


def _staged(stages: Sequence[Sequence[Rule]], context: Context) -> list[Problem]:
    problems: list[Problem] = []
    for stage in stages:
        found = [(rule, problem) for rule in stage for problem in rule.problems(context)]
        problems += [problem for _, problem in found]
        spoiled = context.spoiled.union(*(rule.spoiled(p.where) for rule, p in found))
        context = replace(context, spoiled=spoiled) if spoiled != context.spoiled else context
    return sort_problems(problems)


def described(root: Path, settings: Settings) -> tuple[RawPackage, ...]:
    """The packages below `root`, whose descriptions can be relied on; of their tables nothing is known.

    Raises:
        DataError: with everything that is wrong with the descriptions.
    """
    raw = read_packages(root, settings.languages)
    context = Context(raw, settings, root)
    if problems := _staged([[rule for rule in STAGES[0] if rule.code.startswith("descriptor-")]], context):
        raise DataError(problems)
    return raw


def check_official(raw: Sequence[RawPackage], settings: Settings) -> list[Problem]:
    """What still stands between sound data and an official release, sorted by place."""
    answered = read_answers(_root(raw))
    asked = [problem for problem in check_warnings(raw, settings) if warnings.warned(problem) not in answered]
    return sort_problems([*_staged([OFFICIAL_RULES], Context(raw, settings, _root(raw))), *asked])


def check_warnings(raw: Sequence[RawPackage], settings: Settings) -> list[Problem]:
    """Figures that look wrong, sorted by place, whether somebody has answered or not; none where data are unsound."""
    try:
        return _staged([warnings.RULES], Context(raw, settings, _root(raw)))
    except (LookupError, ValueError, ArithmeticError):  # other rules tell what is wrong with the cells
        return []


def _root(raw: Sequence[RawPackage]) -> Path:
    return raw[0].folder.parent.parent if raw else Path()
