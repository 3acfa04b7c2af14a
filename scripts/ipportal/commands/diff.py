"""`ipportal diff`: what readers will see change, before anything is published."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from ipportal.base.text import Text
from ipportal.base.writing import write_file
from ipportal.loading import load
from ipportal.office.diff import as_html, as_text, compare, earlier_state, render_pages

EXAMPLES: Final = (
    "ipportal diff",
    "ipportal diff --html 改动.html",
    "ipportal diff --base ../上个月的门户",
    "ipportal diff --base HEAD~3",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to compare with, and where to write."""
    parser.add_argument(
        "--base", metavar="REV|FOLDER", help="与它比较，默认是上次提交 / compare with it (default: last commit)"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="写成双语网页 / write a page in both languages")


def run(args: argparse.Namespace) -> int:
    """Compare and tell; differences are no error."""
    portal = load(args.root)
    with earlier_state(args.root, args.base) as earlier:
        found = compare(
            earlier.portal, portal, render_pages(earlier.portal, earlier.root), render_pages(portal, args.root)
        )
    if args.html:
        write_file(args.html, as_html(found, earlier.name))
        print(Text(f"写进了 {args.html}", f"written to {args.html}")[args.lang], file=sys.stderr)
    print(as_text(found, earlier.name, args.lang))
    return 0
