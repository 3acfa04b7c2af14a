"""`ipportal init`, `import`, `upgrade` and `selftest`: a portal of one's own, from its first day on."""

import argparse
import re
import shutil
import sys
import tempfile
from datetime import date, datetime
from functools import partial
from pathlib import Path

from ipportal.base.errors import DataError, OutputError, Problem, Where
from ipportal.base.filenames import files_below, is_litter
from ipportal.base.journal import change
from ipportal.base.progress import silent
from ipportal.base.text import Lang, Text
from ipportal.base.writing import write_staged
from ipportal.build import build
from ipportal.commands import CATALOGUE, VERBS, chosen, say, told
from ipportal.data.packages import differences, read_packages
from ipportal.data.settings import judge_settings, read_settings
from ipportal.loading import build_portal
from ipportal.office import starting
from ipportal.office.editing import place_of, zone_of
from ipportal.office.excel_writer import write_workbook
from ipportal.office.importing import LATER, import_book, opened
from ipportal.office.layout import lay_out_workbook
from ipportal.office.opensdg import read_repository
from ipportal.office.opensdgrows import Brought, lines_told, merged
from ipportal.pages.stubs import missing_stubs
from ipportal.rules import check, described


def run_init(args: argparse.Namespace) -> int:
    """Ask, make the portal in a folder of its name, and say how to go on. Nothing is written unless all of it is."""
    answers = _answers(args)
    place: Path = args.root / answers["id"]
    if args.replace and not starting.is_clone(args.root):
        raise DataError([CATALOGUE.problem("init-replace", Where(str(args.root)), "--replace")])
    if place.exists() and (not place.is_dir() or any(not is_litter(each.name) for each in place.iterdir())):
        raise DataError([CATALOGUE.problem("init-folder", Where(str(place)), place.name)])
    files = starting.new_portal(answers, in_clone=args.replace)
    args.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=args.root) as folder:
        fresh = Path(folder) / place.name
        for path, data in files.items():
            write_staged(fresh / path, data)
        settings, wrong = judge_settings(fresh)
        if problems := [*wrong, *check(read_packages(fresh, settings.languages), settings)]:
            raise DataError(problems)
        if args.replace:
            gone = len(change(args.root, "init", starting.replaced(files))) - len(files)
            say(args, "replaced", count=len(files), gone=gone)
            return 0
        if place.exists():
            shutil.rmtree(place)
        fresh.rename(place)
    say(args, "done", count=len(files), place=place, name=place.name)
    return 0


def _answers(args: argparse.Namespace) -> dict[str, str]:
    """The answers given as options; what is not given is asked for, or is what usually stands there.

    Raises:
        DataError: answers that were given are wrong, all of them at once.
    """
    answers: dict[str, str] = {}
    problems: list[Problem] = []
    for option, about in VERBS["init"].options.items():
        if "action" in about:
            continue  # says where, and is no question
        question = option.removeprefix("--")
        given = getattr(args, question.replace("-", "_"))
        # how the names of questions end that are asked once for each language
        ending = re.fullmatch(r".*-(zh|en)", question)
        if ending and "languages" in answers and ending[1] not in answers["languages"]:
            problems += [_wrong(option, given, "language")] if given else []
            continue
        usual = "" if problems else starting.usual(question, answers, date.today)
        if given is None and sys.stdin.isatty():
            given = _asked(question, about["help"], usual, args.lang)
        answer = usual if given is None else given
        if variant := starting.fault(question, answer):
            problems.append(_wrong(option, answer, variant))
        answers[question] = answer
    if problems:
        raise DataError(problems)
    return answers


def _wrong(option: str, answer: str, variant: str) -> Problem:
    return CATALOGUE.problem("init-answer", Where(option), answer, variant, packages=", ".join(starting.PACKAGES))


def _asked(question: str, words: str, usual: str, lang: Lang) -> str:
    """What a person at the terminal answers; asked again until it will do."""
    title = Text(*words.split(" / ", 1))[lang]
    while True:
        line = input(f"{title} [{usual}] > ".replace(" []", "")).strip() or usual
        if not (variant := starting.fault(question, line)):
            return line
        print(_wrong(question, line, variant).message(lang))


def run_import(args: argparse.Namespace) -> int:
    """Bring the data of an Open SDG repository over, all or nothing, and tell what came and what did not."""
    settings = read_settings(args.root)
    raw = described(args.root, settings)
    repository = read_repository(args.folder, args.translations)
    if repository.problems:
        raise DataError(repository.problems)
    package, _ = place_of(raw, "indicator")
    found = Brought(repository, settings, zone_of(raw))
    after, edits = merged(package, found)
    packages = [after if each.name == package.name else each for each in raw]
    if problems := [problem for problem in check(packages, settings) if problem.code not in LATER]:
        raise DataError(problems)
    for line in lines_told(package, after, found):
        print(line[args.lang])
    edits = {**edits, **missing_stubs(build_portal(packages, settings), args.root)}
    for file in () if args.dry_run else change(args.root, "import open-sdg", edits):
        say(args, "written", file=file)
    return 0


def run_upgrade(args: argparse.Namespace) -> int:
    """Say what will be written, renew it, and check the portal."""
    settings, wrong = judge_settings(args.root)
    if broken := [problem for problem in wrong if problem.code in ("settings-missing", "settings-broken")]:
        raise DataError(broken)
    edits = {path: both for path, both in starting.renewed(args.root, settings.languages).items() if both[0] != both[1]}
    for path, (before, after) in sorted(edits.items()):
        say(args, "gone" if after is None else "new" if before is None else "renewed", path=path)
    if args.dry_run or not edits:
        say(args, "nothing")
        return 0
    if sys.stdin.isatty() and input(told("question", args.lang)).strip().lower() != "y":
        return 1
    change(args.root, "upgrade", edits)
    return _checked(args)


def _checked(args: argparse.Namespace) -> int:
    more = {"format": "text", "output": None, "official": False, "release": False}
    return int(chosen("check").run(argparse.Namespace(root=args.root, lang=args.lang, **more)))


def run_selftest(args: argparse.Namespace) -> int:
    """Try what holds for any portal: it checks, its workbooks come back as they went, two builds are the same."""
    if _checked(args):
        return 1
    settings = read_settings(args.root)
    raw = described(args.root, settings)
    for package in raw:
        layout = lay_out_workbook(raw, package, "export")
        sheet = write_workbook(layout, datetime.fromisoformat(str((package.descriptor or {})["modified"])))
        back = import_book(opened(sheet, package.name), package.name, raw, partial(check, settings=settings))
        if back.problems or back.edits:
            raise DataError(back.problems or [CATALOGUE.problem("selftest-workbook", Where(package.file))])
        say(args, "workbook", name=package.name)
    with tempfile.TemporaryDirectory() as folder:
        sites = [Path(folder) / name for name in ("once", "again")]
        for site in sites:
            build(args.root.absolute(), site, silent)
        once, again = ({path.relative_to(site): path.read_bytes() for path in files_below(site)} for site in sites)
    if other := [path for path, _, _ in differences(once, again)]:
        raise OutputError([CATALOGUE.problem("selftest-build", Where(str(path))) for path in other])
    say(args, "twice", count=len(once))
    return 0
