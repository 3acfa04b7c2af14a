"""`ipportal build`: from data and pages to the finished site; `verify`, `bundle` and `publish`: check it again, pack it
and put it where readers see it; `register`: check the tables that people do not edit, count them, write their files.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from ipportal import __version__
from ipportal.analysis.freshness import pending_changes
from ipportal.base.errors import DataError, OutputError, SiteError, Where
from ipportal.base.journal import note_built, note_published
from ipportal.base.progress import Report, silent
from ipportal.base.text import Lang, Text
from ipportal.base.writing import make_readable, restore, staging_folder, swap_in
from ipportal.build import build
from ipportal.commands import CATALOGUE, apart, is_official, say
from ipportal.data.memory import forget
from ipportal.data.packages import read_packages
from ipportal.data.registers import Edition
from ipportal.data.settings import judge_settings, read_settings
from ipportal.deploy import publish, rollback
from ipportal.deploy.folder import write_archive
from ipportal.deploy.target import Folder, ObjectStore, parse_target
from ipportal.files.registers import place, published
from ipportal.loading import load
from ipportal.registers import editions
from ipportal.registers.counting import count
from ipportal.rules import described
from ipportal.site import generator
from ipportal.site.pagefacts import compare_sites
from ipportal.site.verify import summary, verify

ENGINES: Final = generator.ENGINES

_Item = TypeVar("_Item")


@contextmanager
def shown(lang: Lang) -> Iterator[Report]:
    """A bar for each step with about how long it will take, on a terminal; lines in CI; nothing anywhere else."""
    if os.environ.get("CI"):

        def line(step: Text, items: Iterable[_Item] = (), total: int | None = None) -> Iterable[_Item]:
            print(f"… {step[lang]}", file=sys.stderr, flush=True)
            return items

        yield line
    elif not sys.stderr.isatty():
        yield silent
    else:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:

            def bar(step: Text, items: Iterable[_Item] = (), total: int | None = None) -> Iterable[_Item]:
                for task in progress.task_ids:
                    progress.remove_task(task)
                task = progress.add_task(step[lang], total=total)
                return progress.track(items, task_id=task) if total else items

            yield bar


def run(args: argparse.Namespace) -> int:
    """Build, and say how far it is."""
    output = apart(args.root, args.output or args.root / "site", swapped=True)
    official = is_official(args)
    options = {"compress": args.precompress, "plain_files": args.plain_files, "engine": args.engine}
    if args.fresh:
        forget(args.root)
    with shown(args.lang) as report:
        portal = build(args.root.absolute(), output, report, official=official, **options)
    note_built(args.root)
    if official and not portal.settings.signed:
        say(args, "unsigned")
    counts = summary(output)
    say(args, "built", pages=counts["pages"], files=counts["files"], output=output)
    for name, comparison in pending_changes(portal, args.root).items():
        say(args, "pending", name=name, what=comparison.summary)
    return 0


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
    say(args, "verified", pages=summary(site)["pages"])
    if args.against is None:
        return 0
    changes = compare_sites(site, args.against.absolute())
    for change in changes:
        print(change)
    say(args, "differ" if changes else "same", count=len(changes))
    return 1 if changes else 0


def run_bundle(args: argparse.Namespace) -> int:
    """Verify the site and pack it; prints what was written."""
    output = apart(args.root, args.output or args.root / "dist")
    for path in write_archive(_verified(args), output, __version__):
        print(path)
    return 0


def run_publish(args: argparse.Namespace) -> int:
    """Verify the site and publish it, or go back; every fault is raised as a problem."""
    target = parse_target(args.target, Path.cwd())
    options = {"endpoint": args.endpoint, "virtual_host": args.virtual_host, "compress": args.compress}
    if isinstance(target, ObjectStore):
        target = replace(target, **options)
    elif any(options.values()):
        raise OutputError([CATALOGUE.problem("publish-target", Where("ipportal publish"), args.target)])
    if args.rollback:
        say(args, "rolled-back", release=rollback(target))
        return 0
    if isinstance(target, Folder):
        apart(args.root, target.path)
    outcome = publish(target, _verified(args), keep=args.keep, dry_run=args.dry_run)
    changes = outcome.changes
    say(args, "changed", added=len(changes.added), changed=len(changes.changed), removed=len(changes.removed))
    if outcome.deployment:
        note_published(args.root)
        say(args, "published" if changes else "up-to-date", release=outcome.deployment)
    return 0


def run_register(args: argparse.Namespace) -> int:
    """Do one of the three; every fault is raised as a problem."""
    settings = read_settings(args.root)
    described(args.root, settings)
    found, aggregates, problems = editions(args.root, read_packages(args.root, settings.languages), settings)
    if problems:
        raise DataError(problems)
    if args.verb == "check":
        for name, each in _wanted(args.name, {each.register.name: each for each in found}).items():
            say(args, "register-checked", name=name, version=each.register.version, rows=f"{each.rows:,}")
            say(args, "register-left", columns=each.left) if each.left else None
        return 0
    portal = load(args.root.absolute())
    wanted = _wanted(args.name, portal.registers)
    if args.verb == "count":
        for edition in wanted.values():
            own = [each for each in aggregates if each.register == edition.register.name]
            for aggregate, years in count(edition, own, settings):
                for year, value in years.items():
                    of, by = aggregate.indicator, aggregate.expression
                    say(args, "register-counted", indicator=of, year=year, value=f"{value:,}", expression=by)
        return 0
    output = apart(args.root, args.output or args.root / "registers-published", swapped=True)
    made = [each for each in published(portal) if each.edition.register.name in wanted]
    restore(output)
    with staging_folder(output) as staging:
        place(made, staging / "files")
        make_readable(staging / "files")
        swap_in(staging / "files", output)
    say(args, "register-written", count=sum(len(each.files) for each in made), place=output)
    return 0


def _wanted(name: str | None, known: Mapping[str, Edition]) -> Mapping[str, Edition]:
    """The register of that name, or all.

    Raises:
        DataError: there is none.
    """
    if (name and name not in known) or not known:
        raise DataError([CATALOGUE.problem("register-name", Where("ipportal register"), name or "", known=[*known])])
    return {name: known[name]} if name else known
