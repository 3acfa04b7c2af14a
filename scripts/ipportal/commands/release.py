"""`ipportal release`: freeze a version of a package."""

from __future__ import annotations

import argparse
from typing import Final

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.text import Lang, Text
from ipportal.data.model import Portal
from ipportal.loading import load
from ipportal.office.release import Draft, draft_release, missing_reasons, perform, read_sheet, write_sheet

EXAMPLES: Final = ("ipportal release indicators --dry-run", "ipportal release indicators", "ipportal release --all")
#: Changes listed one by one on the terminal before the rest is only counted
SHOWN: Final = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which packages, and whether only to look."""
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="indicators, plan, …")
    parser.add_argument("--all", action="store_true", help="全部数据包 / every package")
    parser.add_argument("--dry-run", action="store_true", help="只看，不发布 / only show what would be released")


def run(args: argparse.Namespace) -> int:
    """Draft every release, then freeze all of them or none."""
    portal = load(args.root)
    names = list(portal.packages) if args.all else args.packages
    _refuse_unknown(portal, names)
    drafts = [draft for name in names if (draft := _draft(portal, args, name))]
    if args.dry_run or not drafts:
        return 0
    given = {draft.package.name: read_sheet(args.root, draft.package.name) for draft in drafts}
    waiting = [draft for draft in drafts if missing_reasons(draft, given[draft.package.name])]
    for draft in waiting:
        path = write_sheet(args.root, draft, given[draft.package.name]).relative_to(args.root)
        count = len(missing_reasons(draft, given[draft.package.name]))
        ask = Text(
            "还缺 {n} 条原因。请用 Excel 填写 {path} 的 reason_zh、reason_en 两列，存为 CSV，再运行一次。",
            "{n} reasons are missing. Fill in reason_zh and reason_en of {path}, save it as CSV and run again.",
        )
        print(ask.format(n=count, path=path)[args.lang])
    if waiting:
        return 1
    for done in perform(portal, args.root, [(draft, given[draft.package.name]) for draft in drafts]):
        print(Text(f"已发布 {done.package} {done.version}", f"released {done.package} {done.version}")[args.lang])
    return 0


def _draft(portal: Portal, args: argparse.Namespace, name: str) -> Draft | None:
    draft = draft_release(portal, args.root, name)
    lang: Lang = args.lang
    if draft is None:
        print(Text(f"{name}：与上一版相同", f"{name}: same as the last release")[lang])
        return None
    print(f"{name} {draft.version} · {draft.what[lang]}")
    changes = draft.comparison.rows if draft.comparison else ()
    for change in changes[:SHOWN]:
        sign = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
        detail = f" · {change.column}: {change.old} → {change.new}" if change.kind == "changed" else ""
        print(f"  {sign} {change.table} · {change.place}{detail}")
    if len(changes) > SHOWN:
        print(Text("  另有 {n} 处", "  and {n} more").format(n=len(changes) - SHOWN)[lang])
    return draft


def _refuse_unknown(portal: Portal, names: list[str]) -> None:
    known = ", ".join(portal.packages)
    wrong = [name for name in names if name not in portal.packages] or ([""] if not names else [])
    if wrong:
        expected = Text(f"数据包名称（{known}）", f"the name of a package ({known})")
        hint = Text("写上名称，或用 --all", "name a package, or use --all")
        raise OutputError([Problem("release-package", Where("datapackages"), expected, name, hint) for name in wrong])
