"""`ipportal review`, `signoff` and `status`: record who read a page, that a translation is current and who signed the
data; tell what is overdue.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from datetime import date
from pathlib import Path

from ipportal.analysis.freshness import freshness
from ipportal.base import plainwords
from ipportal.base.errors import DataError, Problem, Where
from ipportal.base.journal import change
from ipportal.base.text import Lang, Text
from ipportal.base.writing import write_file
from ipportal.commands import CATALOGUE, apart, say, told
from ipportal.data.manuscripts import DOCS, Manuscript, read_manuscripts
from ipportal.data.settings import judge_settings, read_settings
from ipportal.files.feeds import reminders
from ipportal.loading import load
from ipportal.office import signing
from ipportal.office.editing import lagging, reviewed, translated, unread
from ipportal.rules import described
from ipportal.rules.signoff import STEPS, read_sheets
from ipportal.words.freshtext import as_json, as_markdown, as_text

#: Longest name of a person or an office, and how many years a review may lie back
_LONGEST, _YEARS = 60, 10


def run(args: argparse.Namespace) -> int:
    """Record, or list what is missing; nothing is written when a path is wrong."""
    lang: Lang = args.lang
    settings = judge_settings(args.root)[0]
    pages = read_manuscripts(args.root, settings.languages)
    listing = args.by is None and args.on is None and not args.translated
    chosen = list(pages) if listing and not args.paths else _chosen(args.root, pages, args.paths)
    if args.generated:
        chosen = [page for page in chosen if page.generated]
    if listing:
        _list(pages, {page.file for page in chosen}, settings.languages, lang)
        if not (sys.stdin.isatty() and _asked(args)):
            return 0
        chosen = _chosen(args.root, pages, args.paths)
    if args.translated:
        edits = translated(pages, chosen)
    elif problems := list(_unsigned(args.by or "", args.on, settings.as_of)):
        raise DataError(problems)
    else:
        edits = reviewed(chosen, args.by, args.on)
    written = change(args.root, "review", edits)
    for file in written:
        print(file)
    say(args, "recorded", n=len(written))
    return 0


def _asked(args: argparse.Namespace) -> bool:
    """Whether somebody at the terminal tells who read which pages and when; Enter alone ends it."""
    given = {"by": "", "on": "", "paths": ""}
    for name in given if not args.paths else ("by", "on"):
        # terminals put quotes or backslashes around spaces of a file that is dragged into them
        given[name] = input(told(f"review-{name}", args.lang)).strip().strip("\"'").replace("\\ ", " ")
        if not given[name]:
            return False
    args.by, args.paths = given["by"], args.paths or [Path(given["paths"])]
    with suppress(ValueError):  # what is no day is told with the rest
        args.on = date.fromisoformat(given["on"])
    return True


def _unsigned(name: str, day: date | None, as_of: date) -> Iterator[Problem]:
    """What is wrong with who reviewed, and when."""
    if not name.strip() or len(name) > _LONGEST:
        yield CATALOGUE.problem("review-name", Where("--by"), name, longest=_LONGEST)
    else:
        for advice in plainwords.refused(name):
            yield Problem("review-name", Where("--by"), advice.expected, name, advice.hint)
    if day is None or not as_of.year - _YEARS <= day.year or day > as_of:
        yield CATALOGUE.problem("review-day", Where("--on"), str(day or ""), last=as_of)


def _list(pages: Sequence[Manuscript], files: Set[str], languages: Sequence[Lang], lang: Lang) -> None:
    waiting = {Text("没有审核，或审核之后改过", "not reviewed, or changed since"): unread(pages)}
    if languages[1:]:
        first, then = languages
        names = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
        title = Text("{then}落后于{first}", "{then} behind the {first}").format(then=names[then], first=names[first])
        waiting[title] = lagging(pages)
    for title, every in waiting.items():
        found = [page for page in every if page.file in files]
        print(f"{title[lang]}: {len(found)}" if lang == "en" else f"{title[lang]}：{len(found)} 页")
        for folder, count in sorted(Counter(str(Path(page.file).parent) for page in found).items()):
            print(f"  {count:4}  {folder}")


def _chosen(root: Path, pages: Sequence[Manuscript], paths: Sequence[Path]) -> list[Manuscript]:
    """The pages at or below the given paths, each once.

    Raises:
        DataError: a path names no page, or none is given.
    """
    wanted = [_inside(root, path) for path in paths]
    covered = {path: [page for page in pages if f"{page.file}/".startswith(f"{path}/")] for path in wanted}
    found = [page for page in pages if any(page in some for some in covered.values())]
    faulty = [(page.file, page.head_fault) for page in found if page.head_fault]
    problems = [CATALOGUE.problem("review-page", Where(file, line), told) for file, (line, told) in faulty]
    empty = [path for path in covered or {"": []} if not path or not covered[path]]
    problems += [CATALOGUE.problem("review-path", Where(path or DOCS), path) for path in empty]
    if problems:
        raise DataError(problems)
    return found


def _inside(root: Path, path: Path) -> str:
    """The path as seen from the portal's root; as it was given where it lies outside."""
    place = path if path.is_absolute() or not path.exists() else Path.cwd() / path
    return place.relative_to(root.absolute()).as_posix() if place.is_relative_to(root.absolute()) else path.as_posix()


def run_signoff(args: argparse.Namespace) -> int:
    """Record a step of a sign-off sheet, or tell what is not signed off and which step is next."""
    settings, lang = read_settings(args.root), args.lang
    raw = described(args.root, settings)
    step = next((step for step in STEPS if getattr(args, step) is not None), None)
    if step is None:
        sheets = read_sheets(args.root)
        for _, table, _ in signing.pending(raw, sheets):
            print(Text(f"没有审签：{table.file}", f"not signed off: {table.file}")[lang])
        for file, due in ((each.file, each.missing[0]) for each in sheets if each.missing):
            print(Text(f"{file}：等着 --{due}", f"{file}: waits for --{due}")[lang])
        return 0
    if args.on is None:
        raise DataError([CATALOGUE.problem("signoff-day", Where("--on"))])
    edits = signing.signed(args.root, raw, settings, step, getattr(args, step), args.on)
    print("\n".join(change(args.root, "signoff", edits)))
    return 0


def run_status(args: argparse.Namespace) -> int:
    """Report; the exit code is 1 when `--fail-on` is met."""
    portal = load(args.root)
    pages = read_manuscripts(args.root, portal.settings.languages)
    report = freshness(portal, pages, args.today or portal.settings.as_of)
    forms = {"json": as_json, "markdown": as_markdown}
    if args.format == "ics":
        text = reminders(portal, report, args.lang).decode()
    else:
        text = forms[args.format](report) if args.format in forms else as_text(report, args.lang)
    if args.output:
        write_file(apart(args.root, args.output), text.rstrip("\n") + "\n")
    else:
        print(text)
    late = report.count("overdue") or report.failures
    return 1 if args.fail_on and (late or (args.fail_on == "due" and report.count("due"))) else 0
