"""`ipportal verify`: check a finished site again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ipportal.errors import SiteError
from ipportal.settings import read_settings
from ipportal.text import Text
from ipportal.verify import summary, verify

NAME: Final = "verify"
HELP: Final = Text(
    "核对已生成的网站：链接、两种语言、图片说明、下载文件的校验和",
    "check a finished site: links, both languages, picture texts, checksums of the downloads",
)
EXAMPLES: Final = ("ipportal verify", "ipportal verify --site /var/www/ip")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--site", type=Path, help="site/")


def run(args: argparse.Namespace) -> int:
    """Verify; problems are raised with everything found."""
    site = (args.site or args.root / "site").absolute()
    problems = verify(site, read_settings(args.root).url)
    if problems:
        raise SiteError(problems)
    pages = summary(site)["pages"]
    print(Text(f"核对了 {pages} 个页面，没有问题", f"checked {pages} pages, no problems")[args.lang])
    return 0
