"""`ipportal diff`, `release` and `undo`: look at what was changed, freeze it as a version, or take it back."""

import argparse
import sys
from functools import partial
from typing import Final

from ipportal.base.errors import OutputError, Where
from ipportal.base.journal import Change, changes
from ipportal.base.text import Lang
from ipportal.base.writing import write_file
from ipportal.commands import CATALOGUE, apart, say, told
from ipportal.data.model import Portal
from ipportal.data.packages import read_packages
from ipportal.data.settings import judge_settings
from ipportal.loading import load
from ipportal.office.asking import reasons_given
from ipportal.office.diff import as_html, as_text, compare, earlier_state, render_pages
from ipportal.office.merging import found_change, undone
from ipportal.office.release import Draft, Reasons, draft_release, missing_reasons, perform, read_sheet, write_sheet
from ipportal.rules import check

#: Changes listed one by one on the terminal before the rest is only counted
_ROWS_SHOWN: Final = 40
#: Files named one by one before the rest is only counted
_FILES_SHOWN: Final = 12


def run_diff(args: argparse.Namespace) -> int:
    """Compare and tell; differences are no error."""
    portal = load(args.root)
    pages = render_pages(portal, args.root)
    with earlier_state(args.root, args.base) as earlier:
        found = compare(earlier.portal, portal, render_pages(earlier.portal, earlier.root), pages)
    if args.html:
        write_file(apart(args.root, args.html), as_html(found, earlier.name, portal.settings.languages))
        say(args, "written-to", to=sys.stderr, file=args.html)
    print(as_text(found, earlier.name, args.lang))
    return 0


def run_release(args: argparse.Namespace) -> int:
    """Draft every release, then freeze all of them or none."""
    portal = load(args.root)
    names = list(portal.packages) if args.all else args.packages
    there, where = ", ".join(portal.packages), Where("datapackages")
    if wrong := [name for name in names or [""] if name not in portal.packages]:
        raise OutputError([CATALOGUE.problem("release-package", where, name, known=there) for name in wrong])
    drafts = [draft for name in names if (draft := _drafted(portal, args, name))]
    if args.dry_run or not drafts:
        return 0
    given, settings, waiting = list[tuple[Draft, Reasons]](), portal.settings, False
    for draft in drafts:
        name = draft.package.name
        known = {**reasons_given(args.root, name), **read_sheet(args.root, name, settings)}
        given.append((draft, known))
        if missing := missing_reasons(draft, known):
            path = write_sheet(args.root, draft, known, settings.languages).relative_to(args.root)
            say(args, "reasons", n=len(missing), path=path)
            waiting = True
    if waiting:
        return 1
    for done in perform(portal, args.root, given):
        say(args, "released", name=done.package, version=done.version)
    return 0


def _drafted(portal: Portal, args: argparse.Namespace, name: str) -> Draft | None:
    draft = draft_release(portal, args.root, name)
    if draft is None:
        say(args, "unchanged", name=name)
        return None
    print(f"{name} {draft.version} · {draft.what[args.lang]}")
    changes = draft.comparison.rows if draft.comparison else ()
    for change in changes[:_ROWS_SHOWN]:
        sign = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
        detail = f" · {change.column}: {change.old} → {change.new}" if change.kind == "changed" else ""
        print(f"  {sign} {change.table} · {change.place}{detail}")
    if len(changes) > _ROWS_SHOWN:
        say(args, "more-rows", n=len(changes) - _ROWS_SHOWN)
    return draft


def run_undo(args: argparse.Namespace) -> int:
    """Show the last change and take it back; at a terminal only after a word that means it."""
    lang: Lang = args.lang
    found = changes(args.root)
    if args.list:
        print("\n".join(line for each in reversed(found) for line in _lines(each, lang)) or told("no-undo", lang))
        return 0
    if found and sys.stdin.isatty():
        wanted = found_change(found, args.number) if args.number else found[-1]
        print("\n".join(_lines(wanted, lang)))
        if input(told("undo", lang)).strip() not in ("撤销", "undo"):
            return 1
    settings, _ = judge_settings(args.root)
    raw = read_packages(args.root, settings.languages)
    done = undone(args.root, args.number, raw, partial(check, settings=settings))
    print("\n".join(_lines(done, lang)))
    say(args, "undone")
    return 0


def _lines(change: Change, lang: Lang) -> list[str]:
    parts = (change.number, f"ipportal {change.verb}", change.when.isoformat(" ", "minutes"), change.by)
    lines = [" · ".join(str(part) for part in parts if part), *(f"  {file}" for file in change.files[:_FILES_SHOWN])]
    if (rest := len(change.files) - _FILES_SHOWN) > 0:
        lines.append(told("more-files", lang, n=rest))
    return lines
