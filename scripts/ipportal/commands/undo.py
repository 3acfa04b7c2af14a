"""`ipportal undo`: take the last import, new row, page stub, review or release back, as long as it is not public."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from ipportal.base.journal import Change, changes, take_back
from ipportal.base.text import Lang, Text

EXAMPLES: Final = ("ipportal undo --list", "ipportal undo")

_SURE: Final = ("撤销", "undo")
#: Files named one by one before the rest is only counted
_SHOWN: Final = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether only to look."""
    parser.add_argument("--list", action="store_true", help="只列出可以撤销的改动 / only list what can be undone")


def run(args: argparse.Namespace) -> int:
    """Show the last change and take it back; at a terminal only after a word that means it."""
    lang: Lang = args.lang
    if args.list:
        for each in reversed(changes(args.root)):
            print("\n".join(_lines(each, lang)))
        return 0
    found = changes(args.root)
    if found and sys.stdin.isatty():
        print("\n".join(_lines(found[-1], lang)))
        ask = Text(
            "确实要撤销吗？输入“撤销”并回车；不撤销直接回车：",
            "Take this back? Type “undo” and Enter; Enter alone keeps it: ",
        )
        if input(ask[lang]).strip() not in _SURE:
            return 1
    done = take_back(args.root)
    print("\n".join(_lines(done, lang)))
    print(Text("已撤销，这些文件和改动之前一样。", "Taken back: these files are as they were before.")[lang])
    return 0


def _lines(change: Change, lang: Lang) -> list[str]:
    lines = [f"{change.number} · ipportal {change.verb}", *(f"  {file}" for file in change.files[:_SHOWN])]
    if (rest := len(change.files) - _SHOWN) > 0:
        lines.append(Text(f"  另有 {rest} 个文件", f"  and {rest} more files")[lang])
    return lines
