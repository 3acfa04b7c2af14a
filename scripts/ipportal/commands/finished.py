"""`ipportal verify`, `bundle` and `publish`: check the finished site again, pack it, put it where readers see it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from ipportal import __version__
from ipportal.base.errors import DataError, OutputError, Problem, SiteError, Where
from ipportal.base.journal import note_published
from ipportal.base.text import Lang, Text
from ipportal.commands import Verb, apart, whole
from ipportal.data.settings import judge_settings
from ipportal.deploy import publish, rollback
from ipportal.deploy.archive import write_archive
from ipportal.deploy.target import FileChanges, Folder, ObjectStore, Target, parse_target
from ipportal.site.pagefacts import compare_sites
from ipportal.site.verify import summary, verify


def _site_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="site/")


def _verified(args: argparse.Namespace, root: Path | None = None) -> Path:
    """The finished site, once nothing is wrong with it.

    Raises:
        SiteError: something is.
    """
    site: Path = (args.site or args.root / "site").absolute()
    settings, wrong = judge_settings(args.root)
    # a finished site may be published from where its pages are not
    if faults := [one for one in wrong if one.code != "settings-file"]:
        raise DataError(faults)
    if problems := verify(site, settings.url, root):
        raise SiteError(problems)
    return site


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    _site_option(parser)
    against = "逐页比较的另一份网站 / another finished site to compare with, page by page"
    parser.add_argument("--against", type=Path, metavar="SITE", help=against)


def _verify(args: argparse.Namespace) -> int:
    """Verify; problems are raised with everything found. Exit code 1 too when two sites differ."""
    site = _verified(args, args.root)
    pages = summary(site)["pages"]
    print(Text(f"核对了 {pages} 个页面，没有问题", f"checked {pages} pages, no problems")[args.lang])
    if args.against is None:
        return 0
    changes = compare_sites(site, args.against.absolute())
    for change in changes:
        print(change)
    same = Text("两份网站没有差别", "the two sites do not differ")
    differ = Text(f"共有 {len(changes)} 处差别", f"{len(changes)} differences")
    print((differ if changes else same)[args.lang])
    return 1 if changes else 0


def _bundle_arguments(parser: argparse.ArgumentParser) -> None:
    _site_option(parser)
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="dist/")


def _bundle(args: argparse.Namespace) -> int:
    """Verify the site and pack it; prints what was written."""
    output = apart(args.root, args.output or args.root / "dist")
    for path in write_archive(_verified(args), output, __version__):
        print(path)
    return 0


def _publish_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", metavar="TARGET", help="/var/www/ip, git:ADDRESS#BRANCH, rsync:USER@HOST:/PATH, s3://BUCKET/PREFIX"
    )
    _site_option(parser)
    parser.add_argument(
        "--keep",
        type=whole(range(1, 1000)),
        default=3,
        metavar="N",
        help="保留几个旧版本，默认 3 / earlier deployments to keep, 3",
    )
    parser.add_argument("--rollback", action="store_true", help="退回上一版 / go back to the deployment before")
    store = parser.add_argument_group("s3://")
    store.add_argument(
        "--endpoint", default="", metavar="URL", help="对象存储的地址 / address of the object store (AWS_ENDPOINT_URL)"
    )
    store.add_argument(
        "--virtual-host",
        action="store_true",
        help="桶名写在主机名里（阿里云、腾讯云、华为云） / the bucket is part of the host name",
    )
    store.add_argument(
        "--compress",
        action="store_true",
        help="网页、样式和脚本压缩存放，下载文件不变 / store pages, styles and scripts compressed, not downloads",
    )
    parser.add_argument("--dry-run", action="store_true", help="只看改动 / only show what would change")


def _publish(args: argparse.Namespace) -> int:
    """Verify the site and publish it, or go back; every fault is raised as a problem."""
    lang: Lang = args.lang
    target = _target(args)
    if args.rollback:
        print(Text("已退回 {r}", "rolled back to {r}").format(r=rollback(target))[lang])
        return 0
    if isinstance(target, Folder):
        apart(args.root, target.path)
    outcome = publish(target, _verified(args), keep=args.keep, dry_run=args.dry_run)
    print(_counts(outcome.changes)[lang])
    if outcome.deployment:
        note_published(args.root)
        done = Text("已发布 {r}", "published {r}") if outcome.changes else Text("已是最新 {r}", "up to date: {r}")
        print(done.format(r=outcome.deployment)[lang])
    return 0


def _target(args: argparse.Namespace) -> Target:
    target = parse_target(args.target, Path.cwd())
    options = {"endpoint": args.endpoint, "virtual_host": args.virtual_host, "compress": args.compress}
    if isinstance(target, ObjectStore):
        return replace(target, **options)
    if any(options.values()):
        expected = Text("s3:// 开头的目标", "a target that begins with s3://")
        hint = Text(
            "--endpoint、--virtual-host、--compress 只用于对象存储",
            "--endpoint, --virtual-host and --compress are for object storage only",
        )
        raise OutputError([Problem("publish-target", Where("ipportal publish"), expected, args.target, hint)])
    return target


def _counts(changes: FileChanges) -> Text:
    words = Text("新增 {a} 个文件，更改 {c} 个，删除 {r} 个", "files added: {a}, changed: {c}, removed: {r}")
    return words.format(a=len(changes.added), c=len(changes.changed), r=len(changes.removed))


VERIFY: Final = Verb(
    ("ipportal verify", "ipportal verify --site /var/www/ip", "ipportal verify --against other/site"),
    _verify_arguments,
    _verify,
)
BUNDLE: Final = Verb(("ipportal bundle", "ipportal bundle --site public --output dist"), _bundle_arguments, _bundle)
PUBLISH: Final = Verb(
    (
        "ipportal publish /var/www/ip",
        "ipportal publish git:https://git.example.gov.cn/ip/portal.git#gh-pages",
        "ipportal publish rsync:web@www.example.gov.cn:/srv/ip --dry-run",
        "ipportal publish rsync://www.example.gov.cn/web/ip --keep 5",
        "ipportal publish s3://portal --endpoint https://oss.example.cn --virtual-host",
        "ipportal publish /var/www/ip --rollback",
    ),
    _publish_arguments,
    _publish,
)
