"""`ipportal diff`, `release` and `undo`: look at what was changed, freeze it as a version, or take it back."""

import argparse
import sys
from typing import Final

from ipportal.base.errors import OutputError, Where
from ipportal.base.journal import Change, changes, take_back
from ipportal.base.text import Lang, Text
from ipportal.base.writing import write_file
from ipportal.commands import CATALOGUE, apart
from ipportal.data.model import Portal
from ipportal.loading import load
from ipportal.office.asking import reasons_given
from ipportal.office.diff import as_html, as_text, compare, earlier_state, render_pages
from ipportal.office.release import Draft, draft_release, missing_reasons, perform, read_sheet, write_sheet


def run_diff(args: argparse.Namespace) -> int:
    """Compare and tell; differences are no error."""
    portal = load(args.root)
    pages = render_pages(portal, args.root)
    with earlier_state(args.root, args.base) as earlier:
        found = compare(earlier.portal, portal, render_pages(earlier.portal, earlier.root), pages)
    if args.html:
        write_file(apart(args.root, args.html), as_html(found, earlier.name, portal.settings.languages))
        print(Text(f"写进了 {args.html}", f"written to {args.html}")[args.lang], file=sys.stderr)
    print(as_text(found, earlier.name, args.lang))
    return 0


#: Changes listed one by one on the terminal before the rest is only counted
_ROWS_SHOWN: Final = 40


def run_release(args: argparse.Namespace) -> int:
    """Draft every release, then freeze all of them or none."""
    portal = load(args.root)
    names = list(portal.packages) if args.all else args.packages
    _refuse_unknown(portal, names)
    drafts = [draft for name in names if (draft := _drafted(portal, args, name))]
    if args.dry_run or not drafts:
        return 0
    given = {
        name: {**reasons_given(args.root, name), **read_sheet(args.root, name, portal.settings)}
        for name in (draft.package.name for draft in drafts)
    }
    waiting = [draft for draft in drafts if missing_reasons(draft, given[draft.package.name])]
    for draft in waiting:
        known, langs = given[draft.package.name], portal.settings.languages
        path = write_sheet(args.root, draft, known, langs).relative_to(args.root)
        count = len(missing_reasons(draft, given[draft.package.name]))
        ask = Text(
            "还缺 {n} 条原因。请用 Excel 填写 {path} 的 reason 各列，存为 CSV，再运行一次。",
            "{n} reasons are missing. Fill in the reasons of {path}, save it as CSV and run again.",
        )
        print(ask.format(n=count, path=path)[args.lang])
    if waiting:
        return 1
    for done in perform(portal, args.root, [(draft, given[draft.package.name]) for draft in drafts]):
        print(Text(f"已发布 {done.package} {done.version}", f"released {done.package} {done.version}")[args.lang])
    return 0


def _drafted(portal: Portal, args: argparse.Namespace, name: str) -> Draft | None:
    draft = draft_release(portal, args.root, name)
    lang: Lang = args.lang
    if draft is None:
        print(Text(f"{name}：与上一版相同", f"{name}: same as the last release")[lang])
        return None
    print(f"{name} {draft.version} · {draft.what[lang]}")
    changes = draft.comparison.rows if draft.comparison else ()
    for change in changes[:_ROWS_SHOWN]:
        sign = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
        detail = f" · {change.column}: {change.old} → {change.new}" if change.kind == "changed" else ""
        print(f"  {sign} {change.table} · {change.place}{detail}")
    if len(changes) > _ROWS_SHOWN:
        print(Text("  另有 {n} 处", "  and {n} more").format(n=len(changes) - _ROWS_SHOWN)[lang])
    return draft


def _refuse_unknown(portal: Portal, names: list[str]) -> None:
    known = ", ".join(portal.packages)
    wrong = [name for name in names if name not in portal.packages] or ([""] if not names else [])
    if wrong:
        where = Where("datapackages")
        raise OutputError([CATALOGUE.problem("release-package", where, name, known=known) for name in wrong])


_SURE: Final = ("撤销", "undo")
#: Files named one by one before the rest is only counted
_FILES_SHOWN: Final = 12


def run_undo(args: argparse.Namespace) -> int:
    """Show the last change and take it back; at a terminal only after a word that means it."""
    lang: Lang = args.lang
    found = changes(args.root)
    if args.list:
        none = Text("没有可以撤销的改动", "there is nothing to undo")[lang]
        print("\n".join(line for each in reversed(found) for line in _lines(each, lang)) or none)
        return 0
    if found and sys.stdin.isatty():
        print("\n".join(_lines(found[-1], lang)))
        ask = Text(
            "确实要撤销吗？输入“撤销”并回车；不撤销直接回车：",
            "Take this back? Type “undo” and Enter; Enter alone keeps it: ",
        )
        if input(ask[lang]).strip() not in _SURE:
            return 1
    done = take_back(args.root)
    print("\n".join(_lines(done, lang)))
    print(Text("已撤销，这些文件和改动之前一样。", "Taken back: these files are as they were before.")[lang])
    return 0


def _lines(change: Change, lang: Lang) -> list[str]:
    lines = [f"{change.number} · ipportal {change.verb}", *(f"  {file}" for file in change.files[:_FILES_SHOWN])]
    if (rest := len(change.files) - _FILES_SHOWN) > 0:
        lines.append(Text(f"  另有 {rest} 个文件", f"  and {rest} more files")[lang])
    return lines
