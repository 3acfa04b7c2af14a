"""`ipportal workbook`: figures go out to Excel or WPS and come back; `new`: an indicator, measure, event, story or case
from a few questions; `stub`: the pages that are missing.
"""

import argparse
import datetime
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ipportal.analysis.freshness import due
from ipportal.base.errors import DataError, OutputError, Problem, Where
from ipportal.base.filenames import read_plain
from ipportal.base.journal import change
from ipportal.base.text import Lang, Text
from ipportal.base.writing import write_file
from ipportal.commands import CATALOGUE, say, told
from ipportal.data.packages import RawPackage
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal, load
from ipportal.office import editing, telling
from ipportal.office.editing import Question, applies, questions, table_edits, understood, usual, with_answers
from ipportal.office.excel_reader import mark_workbook
from ipportal.office.excel_writer import write_return, write_workbook
from ipportal.office.importing import LATER, Import, edits_of, import_books, opened
from ipportal.office.layout import BETWEEN, exported, lay_out_workbook
from ipportal.office.returns import OBSERVATIONS, before, lay_out_return
from ipportal.pages.stubs import missing_stubs
from ipportal.rules import check, described
from ipportal.rules.warnings import read_answers

#: How the files end that an import writes beside the workbook
_RESULT, _MARKED = Text("导入结果", "import result"), Text("问题标注", "marked")
KINDS: Final = editing.KINDS
#: Longest list of choices that is shown without being asked for
_SHORT_LIST: Final = 16

Ask = Callable[[str], str]


def run(args: argparse.Namespace) -> int:
    """Export or import; what the other of them alone can do is refused."""
    for option, verb in {"output": False, "dry_run": True, "allow_removal": True, "mine": True, "later": True}.items():
        if getattr(args, option) and (args.verb == "import") is not verb:
            word, where = f"--{option.replace('_', '-')}", Where(f"workbook {args.verb}")
            raise OutputError([CATALOGUE.problem("workbook-option", where, word, verb=args.verb)])
    raw = described(args.root, read_settings(args.root))
    return {"import": _import, "return": _return}.get(args.verb, _export)(args, raw)


def _export(args: argparse.Namespace, raw: tuple[RawPackage, ...]) -> int:
    wanted = [each for each in raw if not args.what or each.name in args.what]
    if len(wanted) < len(args.what) or (args.output and len(wanted) > 1):
        known = ", ".join(each.name for each in raw)
        where = Where("datapackages")
        raise OutputError([CATALOGUE.problem("workbook-package", where, " ".join(args.what), known=known)])
    for package in wanted:
        layout = lay_out_workbook(raw, package, "template" if args.verb == "template" else "export")
        main = layout.languages[0]
        suffix = Text("-空表", "-empty")[main] if args.verb == "template" else ""
        data = write_workbook(exported(layout, datetime.datetime.now()), _modified(package))
        path = _written(args, f"{package.name}-{layout.title[main]}{suffix}.xlsx", data)
        print(Text(f"已写出 {path}", f"written: {path}")[args.lang])
    return 0


def _modified(package: RawPackage) -> datetime.datetime:
    # the date inside a workbook whose package does not say when it was changed
    return datetime.datetime.fromisoformat(str((package.descriptor or {}).get("modified", "2000-01-01")))


def _written(args: argparse.Namespace, name: str, data: bytes) -> Path:
    """The path it was written to: where nothing is asked for one that is free, as no edited workbook is overwritten."""
    number, path = 2, args.output or Path(name)
    while path.exists():
        if args.output:
            raise OutputError([CATALOGUE.problem("workbook-file-exists", Where(str(path)), path.name)])
        number, path = number + 1, Path(f"{Path(name).stem}-{number}{Path(name).suffix}")
    write_file(path, data)
    return path


def _return(args: argparse.Namespace, raw: tuple[RawPackage, ...]) -> int:
    """Write the yearly return for a year, without one for the last that is over."""
    portal = load(args.root)
    settings = portal.settings
    asked = args.what or [str(settings.as_of.year - 1)]
    package = next((each for each in raw if each.table(OBSERVATIONS)), None)
    year = int(asked[0]) if len(asked) == 1 and re.fullmatch("[12][0-9]{3}", asked[0]) else 0
    wanted = due(portal, year) if year else ()
    if package is None or not wanted:
        raise OutputError([CATALOGUE.problem("workbook-return", Where("workbook return"), " ".join(asked))])
    layout = exported(lay_out_return(raw, package, year, wanted), datetime.datetime.now())
    main = settings.languages[0]
    beside = [before(each, year, main, read_answers(args.root)) for each in wanted]
    lines = telling.above(layout, settings.name)
    data = write_return(layout, lines, beside, str(settings.as_of), _modified(package))
    say(args, "return", file=_written(args, f"{layout.sheets[0].name}.xlsx", data), count=len(wanted))
    return 0


def _asked(lang: Lang) -> str:
    """The file somebody drags into the window; terminals put quotes or backslashes around spaces."""
    return input(told("drag", lang)).strip().strip("\"'").replace("\\ ", " ") if sys.stdin.isatty() else ""


def _import(args: argparse.Namespace, raw: tuple[RawPackage, ...]) -> int:
    read = [(path, _data(path)) for path in map(Path, args.what or [_asked(args.lang)])]
    settings = read_settings(args.root)

    def attempt(allow_removal: bool) -> Import:
        books = [(path.name, opened(data, path.name)) for path, data in read]
        mine = [("*",) if args.mine else ()] * len(books)
        return import_books(args.root, raw, settings, books, allow_removal=allow_removal, mine=mine)

    done = attempt(args.allow_removal)
    if done.problems and {problem.code for problem in done.problems} == {"workbook-removed"} and _agreed(done, args):
        done = attempt(True)
    done = replace(done, warnings=()) if args.later else done
    path = read[0][0]
    report = path.with_name(f"{path.stem}-{_RESULT[args.lang]}.html")
    names = Text("、", ", ")[args.lang].join(file for file, _ in done.parts)
    write_file(report, telling.as_html(done, raw, names, args.lang))
    if done.problems or done.warnings:
        return _refuse(args, done, read, report)
    print(telling.as_text(done, raw, args.lang))
    if args.dry_run:
        print(Text("只检查，没有写入。", "Checked only; nothing was written.")[args.lang])
        return 0
    edits = edits_of(args.root, raw, done, settings, datetime.date.today())
    for file in change(args.root, "workbook import", edits, done.exported):
        print(Text(f"已写入 {file}", f"written: {file}")[args.lang])
    print(Text("看看网站会变什么：ipportal diff", "see what will change on the site: ipportal diff")[args.lang])
    return 0


def _agreed(done: Import, args: argparse.Namespace) -> bool:
    """Ask at a terminal whether rows are to be withdrawn; without one the answer is no."""
    if not sys.stdin.isatty():
        return False
    print(telling.problems_text(done.problems, args.lang), file=sys.stderr)
    count = sum(edit.new is None for edit in done.edits)
    return input(told("withdraw", args.lang, count=count)).strip() in ("删除", "delete")


def _data(path: Path) -> bytes:
    try:
        return read_plain(path)
    except OSError as error:
        found = error.strerror or "" if path.name else ""
        raise OutputError([CATALOGUE.problem("workbook-file", Where(path.name or "FILE"), found)]) from None


def _refuse(args: argparse.Namespace, done: Import, read: Sequence[tuple[Path, bytes]], report: Path) -> int:
    print(telling.problems_text(done.problems, args.lang, done.warnings), file=sys.stderr)
    told = [report]
    for (path, data), (_, part) in zip(read, done.parts, strict=True):
        asked = part.warnings if done.warnings else ()
        # what only files of Excel hold: others get no marked copy
        if part.opened and b"xl/workbook.xml" in data and (part.problems or asked or len(read) == 1):
            marked = path.with_name(f"{path.stem}-{_MARKED[args.lang]}.xlsx")
            write_file(marked, mark_workbook(data, part.problems, args.lang, asked))
            told.insert(0, marked)
    for file in told:
        print(f"→ {file}", file=sys.stderr)
    return 1


def run_new(args: argparse.Namespace) -> int:
    """Ask, check, write all or nothing."""
    settings = read_settings(args.root)
    raw = described(args.root, settings)
    asked = questions(raw, settings, args.kind, optional=True)
    given = _given(args.set, asked)
    ask: Ask | None = input if sys.stdin.isatty() else None
    wanted = {q.name for q in questions(raw, settings, args.kind, optional=args.all)} | set(given)
    answers = collect([q for q in asked if q.name in wanted], given, ask, args.lang)
    after = with_answers(raw, args.kind, answers)
    if problems := [problem for problem in check(after, settings) if problem.code not in LATER]:
        raise DataError(problems)
    tables = [edit for both in zip(raw, after, strict=True) for edit in table_edits(*both).items()]
    edits = {**dict(tables), **missing_stubs(build_portal(after, settings), args.root)}
    for file in change(args.root, f"new {args.kind}", edits):
        say(args, "written", file=file)
    return 0


def _given(pairs: Sequence[str], asked: Sequence[Question]) -> dict[str, str]:
    """`column=value` pairs as answers; a bare column means the first question of that name."""
    answers: dict[str, str] = {}
    columns = {question.name: question.name.partition(".")[2] for question in asked}
    for pair in pairs:
        given, sign, value = pair.partition("=")
        name = next((n for n, column in columns.items() if given in (n, column) and n not in answers), "")
        if not sign or not name:
            known = ", ".join(dict.fromkeys(columns.values()))
            raise DataError([CATALOGUE.problem("new-answer", Where("--set"), pair, known=known)])
        answers[name] = value
    return answers


def collect(asked: Sequence[Question], given: dict[str, str], ask: Ask | None, lang: Lang) -> dict[str, str]:
    """The answers to all questions that apply. Without a person to ask, the usual answers stand.

    Raises:
        DataError: an answer given beforehand is wrong, or one is missing and nobody can be asked.
    """
    answers: dict[str, str] = {}
    problems: list[Problem] = []
    for question in asked:
        if not applies(question, answers):
            continue
        if question.name in given or ask is None:
            text, fault = understood(question, given.get(question.name, usual(question, answers)))
            if fault or (question.column.required and not text):
                problems.append(_wrong(question, given.get(question.name, ""), fault))
            answers[question.name] = text
        else:
            answers[question.name] = _answered(question, answers, ask, lang)
    if problems:
        raise DataError(problems)
    return answers


def _wrong(question: Question, found: str, fault: Text | None) -> Problem:
    column = question.column
    about = Text(column.description.zh.rstrip("。"), column.description.en.rstrip("."))
    expected = Text("“{title}”：{about}", "“{title}”: {about}").format(title=column.title, about=about)
    flag = f"--set {question.name.partition('.')[2]}="
    return Problem("new-answer", Where(flag), expected, found, fault or Text("写上这一项", "give this answer"))


def _answered(question: Question, answers: dict[str, str], ask: Ask, lang: Lang) -> str:
    column, default = question.column, usual(question, answers)
    print(f"\n{column.title[lang]}  {column.description[lang]}")
    if question.choices:
        _show(question.choices if len(question.choices) <= _SHORT_LIST else {}, lang)
    while True:
        line = ask(f"[{default}] > " if default else "> ").strip()
        if line in ("?", "？"):
            _show(question.choices, lang)
            continue
        text, fault = understood(question, line or default)
        if fault is None and (text or not column.required):
            return text
        print(fault[lang] if fault else told("must", lang))


def _show(choices: Mapping[str, str], lang: Lang) -> None:
    if not choices:
        print(told("list", lang))
    for number, (value, name) in enumerate(choices.items(), start=1):
        print(f"  {number}. {name}{BETWEEN}{value}")


def run_stub(args: argparse.Namespace) -> int:
    """Write the skeletons of missing pages and list them."""
    written = change(args.root, "stub", missing_stubs(load(args.root, ignore=LATER), args.root))
    for path in written:
        print(path)
    if not written:
        say(args, "no-stub")
    return 0
