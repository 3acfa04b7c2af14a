"""`ipportal check`: every rule on every package and page, all problems at once."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ipportal.base.errors import DataError, Problem, sort_problems
from ipportal.base.text import Lang
from ipportal.base.writing import write_file
from ipportal.commands import apart, is_official, say, told
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.ledger import defend, read_ledger, unreleased
from ipportal.data.manuscripts import page_paths, read_manuscripts
from ipportal.data.packages import RawPackage, read_packages
from ipportal.data.settings import Settings, judge_settings
from ipportal.loading import build_portal
from ipportal.pages.filling import refusals, rehearse
from ipportal.registers.counting import with_registers
from ipportal.rules import check, check_official, check_warnings
from ipportal.rules.report import NONE, TERMINAL, as_github, as_gitlab, as_html, as_json, as_text
from ipportal.rules.warnings import read_answers, warned

_FORMS: Final[Mapping[str, Callable[[Sequence[Problem], Lang], str]]] = {
    "json": lambda problems, lang: as_json(problems),
    "github": as_github,
    "gitlab": as_gitlab,
    "html": as_html,
}
FORMATS: Final = ("text", *_FORMS)


def run(args: argparse.Namespace) -> int:
    """Check; exit code 0 when nothing was found, 1 when something must be mended."""
    judged = judge_settings(args.root)
    packages = read_packages(args.root, judged[0].languages)
    problems = _problems(args.root, packages, *judged, official=is_official(args))
    colour = args.output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if args.format in _FORMS:
        text = _FORMS[args.format](problems, args.lang)
    elif problems:
        text = as_text(problems, args.lang, colour=colour, most=None if args.output else TERMINAL)
    else:
        tables = [table for package in packages for table in package.tables]
        rows = sum(len(table.rows or ()) for table in tables)
        text = NONE[args.lang] + told("scope", args.lang, packages=len(packages), tables=len(tables), rows=rows)
        known, asked = read_answers(args.root), check_warnings(packages, judged[0])
        if waiting := [each for each in asked if warned(each) not in known]:  # they are no fault
            text = "\n".join([text, told("warnings", args.lang), *(f"  {each.line(args.lang)}" for each in waiting)])
    if args.output is None:
        if text:
            print(text)
    else:
        write_file(apart(args.root, args.output), text + "\n")
        say(args, "result", to=sys.stderr, file=args.output)
    return 1 if problems else 0


def _problems(
    root: Path, packages: Sequence[RawPackage], settings: Settings, wrong: Sequence[Problem], *, official: bool
) -> list[Problem]:
    # what rules say of portal.toml speaks of stand-ins where it is wrong
    found = [one for one in check(packages, settings) if not wrong or one.where.file != SETTINGS]
    problems = [*wrong, *found]
    try:
        releases = read_ledger(root)
    except DataError as error:
        return sort_problems([*problems, *error.problems])
    problems += defend(root, releases, packages, found)
    lacking = unreleased(root, releases, packages) if official else []
    if official and not wrong:
        lacking = [*check_official(packages, settings), *lacking]
    if problems:  # without sound data no macro can be called
        return [*lacking, *problems, *refusals(read_manuscripts(root, settings.languages))]
    portal = replace(build_portal(packages, settings, releases), pages=page_paths(root, settings.languages[0]))
    portal, faults = with_registers(portal, root, packages)
    return [*lacking, *faults, *rehearse(portal, root)]
