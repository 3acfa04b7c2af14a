"""`ipportal build`: from data and pages to the finished site."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from ipportal.analysis.freshness import pending_changes
from ipportal.base.journal import note_built
from ipportal.base.text import Text
from ipportal.build import build
from ipportal.commands import add_official, apart, is_official
from ipportal.site.generator import ENGINES
from ipportal.site.verify import summary

EXAMPLES: Final = (
    "ipportal build",
    "ipportal build --output /var/www/ip",
    "ipportal build --official",
    "ipportal build --precompress",
    "ipportal build --plain-files",
    "ipportal build --engine properdocs",
)

_OFFICIAL: Final = (
    "正式发布：有占位内容、没审核的页面或落后的英文就不生成 / "
    "official release: refuse placeholders, unreviewed pages and outdated translations"
)
_PLAIN: Final = (
    "每页一个文件（plan/goals.html），不依赖服务器的目录首页，双击也能打开 / "
    "one file per page (plan/goals.html): needs no folder index, opens by double-click"
)
_PRECOMPRESS: Final = (
    "网页和数据旁边各放一份压缩副本，供网页服务器直接发送 / "
    "put a compressed copy beside pages and data, for the web server to send"
)
_ENGINE: Final = "用哪个网站生成器 / which site generator builds the pages"

_PENDING: Final = Text(
    "{name} 在上次发布之后有改动：{what}要固定成新版本，运行 ipportal release {name}",
    "{name} was edited since its last release: {what} To freeze a new version run: ipportal release {name}",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--output", type=Path, help="site/")
    add_official(parser, _OFFICIAL)
    parser.add_argument("--precompress", action="store_true", help=_PRECOMPRESS)
    parser.add_argument("--plain-files", action="store_true", help=_PLAIN)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help=_ENGINE)


def run(args: argparse.Namespace) -> int:
    """Build; progress goes to the terminal, CI sees the closing line only."""
    output = apart(args.root, args.output or args.root / "site", swapped=True)
    quiet = bool(os.environ.get("CI")) or not sys.stderr.isatty()

    def report(step: Text) -> None:
        if not quiet:
            print(f"… {step[args.lang]}", file=sys.stderr, flush=True)

    portal = build(
        args.root.absolute(),
        output,
        report,
        official=is_official(args),
        compress=args.precompress,
        plain_files=args.plain_files,
        engine=args.engine,
    )
    note_built(args.root)
    counts = summary(output)
    done = Text(
        f"完成：{counts['pages']} 个页面、{counts['files']} 个文件，在 {output}",
        f"done: {counts['pages']} pages and {counts['files']} files in {output}",
    )
    print(done[args.lang])
    for name, comparison in pending_changes(portal, args.root).items():
        print(_PENDING.format(name=name, what=comparison.summary)[args.lang])
    return 0
