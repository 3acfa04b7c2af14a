"""`ipportal bundle`: the finished site as one archive."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ipportal import __version__
from ipportal.base.errors import SiteError
from ipportal.data.settings import read_settings
from ipportal.deploy.archive import write_archive
from ipportal.site.verify import verify

EXAMPLES: Final = ("ipportal bundle", "ipportal bundle --site public --output dist")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which site, and where the archive goes."""
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="site/")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="dist/")


def run(args: argparse.Namespace) -> int:
    """Verify the site and pack it; prints what was written."""
    site = (args.site or args.root / "site").absolute()
    if problems := verify(site, read_settings(args.root).url):
        raise SiteError(problems)
    for path in write_archive(site, args.root, (args.output or args.root / "dist").absolute(), __version__):
        print(path)
    return 0
