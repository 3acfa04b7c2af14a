"""`ipportal verify`: check a finished site again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ipportal.base.errors import SiteError
from ipportal.base.text import Lang, Text
from ipportal.data.settings import read_settings
from ipportal.site.pagefacts import compare_sites
from ipportal.site.verify import summary, verify

EXAMPLES: Final = ("ipportal verify", "ipportal verify --site /var/www/ip", "ipportal verify --against other/site")

_AGAINST: Final = "逐页比较的另一份网站 / another finished site to compare with, page by page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--site", type=Path, help="site/")
    parser.add_argument("--against", type=Path, metavar="SITE", help=_AGAINST)


def run(args: argparse.Namespace) -> int:
    """Verify; problems are raised with everything found. Exit code 1 too when two sites differ."""
    site = (args.site or args.root / "site").absolute()
    problems = verify(site, read_settings(args.root).url, args.root)
    if problems:
        raise SiteError(problems)
    pages = summary(site)["pages"]
    print(Text(f"核对了 {pages} 个页面，没有问题", f"checked {pages} pages, no problems")[args.lang])
    return compare(site, args.against.absolute(), args.lang) if args.against else 0


def compare(site: Path, other: Path, lang: Lang) -> int:
    """List what differs; 0 when nothing does."""
    changes = compare_sites(site, other)
    for change in changes:
        print(change)
    same = Text("两份网站没有差别", "the two sites do not differ")
    differ = Text(f"共有 {len(changes)} 处差别", f"{len(changes)} differences")
    print((differ if changes else same)[lang])
    return 1 if changes else 0
