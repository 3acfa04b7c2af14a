"""`ipportal stub`: write missing page stubs."""

from __future__ import annotations

import argparse
from typing import Final

from ipportal.base.text import Text
from ipportal.loading import load
from ipportal.pages.stubs import write_stubs

EXAMPLES: Final = ("ipportal stub",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb has no options of its own."""


def run(args: argparse.Namespace) -> int:
    """Write the stubs and list them."""
    written = write_stubs(load(args.root, ignore=frozenset({"page-missing"})), args.root)
    for path in written:
        print(path)
    if not written:
        print(Text("没有缺少的页面", "no page is missing")[args.lang])
    return 0
