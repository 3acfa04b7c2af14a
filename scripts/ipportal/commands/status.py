"""`ipportal status`: what is overdue, or soon will be."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Final

from ipportal.analysis.freshness import freshness
from ipportal.base.writing import write_file
from ipportal.data.manuscripts import read_manuscripts
from ipportal.loading import load
from ipportal.words.freshtext import as_json, as_markdown, as_text

EXAMPLES: Final = (
    "ipportal status",
    "ipportal status --today 2026-12-31 --fail-on overdue",
    "ipportal status --format markdown --output reminder.md",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As of which day, in which form, and when to fail."""
    parser.add_argument(
        "--today", type=_day, metavar="DATE", help="按哪一天算，默认是 as_of / as of which day; default: as_of"
    )
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="text")
    parser.add_argument("--output", type=Path, metavar="FILE", help="写进文件 / write to this file")
    parser.add_argument(
        "--fail-on",
        choices=("overdue", "due"),
        help="有过期（或临近）的就返回 1 / exit code 1 if anything is overdue (or due soon)",
    )


def run(args: argparse.Namespace) -> int:
    """Report; the exit code is 1 when `--fail-on` is met."""
    portal = load(args.root)
    report = freshness(portal, read_manuscripts(args.root), args.today or portal.settings.as_of)
    forms = {"json": as_json, "markdown": as_markdown}
    text = forms[args.format](report) if args.format in forms else as_text(report, args.lang)
    if args.output:
        write_file(args.output, text.rstrip("\n") + "\n")
    else:
        print(text)
    late = report.count("overdue") or report.failures
    return 1 if args.fail_on and (late or (args.fail_on == "due" and report.count("due"))) else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"2026-11-20: {text}") from None
