"""`ipportal verify`, `bundle` and `publish`: check the finished site again, pack it, put it where readers see it."""

import argparse
from dataclasses import replace
from pathlib import Path

from ipportal import __version__
from ipportal.base.errors import DataError, OutputError, SiteError, Where
from ipportal.base.journal import note_published
from ipportal.base.text import Lang, Text
from ipportal.commands import CATALOGUE, apart
from ipportal.data.settings import judge_settings
from ipportal.deploy import publish, rollback
from ipportal.deploy.folder import write_archive
from ipportal.deploy.target import FileChanges, Folder, ObjectStore, Target, parse_target
from ipportal.site.pagefacts import compare_sites
from ipportal.site.verify import summary, verify


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


def run_verify(args: argparse.Namespace) -> int:
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


def run_bundle(args: argparse.Namespace) -> int:
    """Verify the site and pack it; prints what was written."""
    output = apart(args.root, args.output or args.root / "dist")
    for path in write_archive(_verified(args), output, __version__):
        print(path)
    return 0


def run_publish(args: argparse.Namespace) -> int:
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
        raise OutputError([CATALOGUE.problem("publish-target", Where("ipportal publish"), args.target)])
    return target


def _counts(changes: FileChanges) -> Text:
    words = Text("新增 {a} 个文件，更改 {c} 个，删除 {r} 个", "files added: {a}, changed: {c}, removed: {r}")
    return words.format(a=len(changes.added), c=len(changes.changed), r=len(changes.removed))
