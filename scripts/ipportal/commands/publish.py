"""`ipportal publish`: put the finished site where readers see it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ipportal.deploy import publish, rollback
from ipportal.deploy.plan import Changes
from ipportal.deploy.target import Target, parse_target
from ipportal.errors import SiteError
from ipportal.settings import read_settings
from ipportal.text import Lang, Text
from ipportal.verify import verify

NAME: Final = "publish"
HELP: Final = Text(
    "把生成好的网站发布到文件夹、Git 分支或 rsync 服务器；可以一步退回上一版",
    "publish the finished site to a folder, a Git branch or an rsync server; one step back when needed",
)
EXAMPLES: Final = (
    "ipportal publish /var/www/ip",
    "ipportal publish git:https://git.example.gov.cn/ip/portal.git#gh-pages",
    "ipportal publish rsync:web@www.example.gov.cn:/srv/ip --dry-run",
    "ipportal publish rsync://www.example.gov.cn/web/ip --keep 5",
    "ipportal publish /var/www/ip --rollback",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, what, and how many earlier releases stay."""
    parser.add_argument("target", metavar="TARGET", help="/var/www/ip, git:ADDRESS#BRANCH, rsync:USER@HOST:/PATH")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="site/")
    parser.add_argument(
        "--keep", type=_count, default=3, metavar="N", help="保留几个旧版本，默认 3 / earlier releases to keep, 3"
    )
    parser.add_argument("--rollback", action="store_true", help="退回上一版 / go back to the release before")
    parser.add_argument("--dry-run", action="store_true", help="只看改动 / only show what would change")


def run(args: argparse.Namespace) -> int:
    """Verify the site and publish it, or go back; every fault is raised as a problem."""
    lang: Lang = args.lang
    target: Target = parse_target(args.target, Path.cwd())
    if args.rollback:
        print(Text("已退回 {r}", "rolled back to {r}").format(r=rollback(target))[lang])
        return 0
    site = (args.site or args.root / "site").absolute()
    if problems := verify(site, read_settings(args.root).url):
        raise SiteError(problems)
    outcome = publish(target, site, keep=args.keep, dry_run=args.dry_run)
    print(_counts(outcome.changes)[lang])
    if outcome.release:
        done = Text("已发布 {r}", "published {r}") if outcome.changes else Text("已是最新 {r}", "up to date: {r}")
        print(done.format(r=outcome.release)[lang])
    return 0


def _counts(changes: Changes) -> Text:
    words = Text(
        "新增 {a} 个文件，更改 {c} 个，删除 {r} 个",
        "files added: {a}, changed: {c}, removed: {r}",
    )
    return words.format(a=len(changes.added), c=len(changes.changed), r=len(changes.removed))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"1, 2, 3 … : {text}")
    return int(text)
