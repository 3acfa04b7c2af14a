"""`ipportal new` and `stub`: a new indicator, measure, event, story or case from a few questions; missing pages."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ipportal.base.errors import DataError, Problem, Where
from ipportal.base.journal import change
from ipportal.base.text import Lang, Text
from ipportal.commands import CATALOGUE
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal, load
from ipportal.office import editing
from ipportal.office.editing import Question, applies, place_of, questions, table_edits, understood, usual, with_answers
from ipportal.office.layout import BETWEEN
from ipportal.pages.stubs import missing_stubs
from ipportal.rules import check, described

KINDS: Final = editing.KINDS
#: Longest list of choices that is shown without being asked for
_SHORT_LIST: Final = 16
_PAGE_MISSING: Final = "page-missing"

Ask = Callable[[str], str]


def run(args: argparse.Namespace) -> int:
    """Ask, check, write all or nothing."""
    settings = read_settings(args.root)
    raw = described(args.root, settings)
    asked = questions(raw, settings, args.kind, optional=True)
    given = _given(args.set, asked)
    ask: Ask | None = input if sys.stdin.isatty() else None
    wanted = {q.name for q in questions(raw, settings, args.kind, optional=args.all)} | set(given)
    answers = collect([q for q in asked if q.name in wanted], given, ask, args.lang)
    after = with_answers(raw, args.kind, answers)
    problems = [problem for problem in check(after, settings) if problem.code != _PAGE_MISSING]
    if problems:
        raise DataError(problems)
    package = place_of(raw, args.kind)[0].name
    edits = {
        **table_edits(*(next(each for each in packages if each.name == package) for packages in (raw, after))),
        **missing_stubs(build_portal(after, settings), args.root),
    }
    for file in change(args.root, f"new {args.kind}", edits):
        print(Text(f"已写入 {file}", f"written: {file}")[args.lang])
    return 0


def _given(pairs: Sequence[str], asked: Sequence[Question]) -> dict[str, str]:
    """`column=value` pairs as answers; a bare column means the first question of that name."""
    answers = {}
    for pair in pairs:
        column, sign, value = pair.partition("=")
        name = next(
            (q.name for q in asked if column in (q.name, q.name.partition(".")[2]) and q.name not in answers), ""
        )
        if not sign or not name:
            known = ", ".join(dict.fromkeys(q.name.partition(".")[2] for q in asked))
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
            answers[question.name] = _asked(question, answers, ask, lang)
    if problems:
        raise DataError(problems)
    return answers


def _wrong(question: Question, found: str, fault: Text | None) -> Problem:
    column = question.column
    about = Text(column.description.zh.rstrip("。"), column.description.en.rstrip("."))
    expected = Text(f"“{column.title.zh}”：{about.zh}", f"“{column.title.en}”: {about.en}")
    flag = f"--set {question.name.partition('.')[2]}="
    return Problem("new-answer", Where(flag), expected, found, fault or Text("写上这一项", "give this answer"))


def _asked(question: Question, answers: dict[str, str], ask: Ask, lang: Lang) -> str:
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
        print((fault or Text("这一项必须填写", "this must be answered"))[lang])


def _show(choices: Mapping[str, str], lang: Lang) -> None:
    if not choices:
        print(Text("（输入 ? 列出全部）", "(type ? for the list)")[lang])
    for number, (value, name) in enumerate(choices.items(), start=1):
        print(f"  {number}. {name}{BETWEEN}{value}")


def run_stub(args: argparse.Namespace) -> int:
    """Write the skeletons of missing pages and list them."""
    written = change(args.root, "stub", missing_stubs(load(args.root, ignore=frozenset({_PAGE_MISSING})), args.root))
    for path in written:
        print(path)
    if not written:
        print(Text("没有缺少的页面", "no page is missing")[args.lang])
    return 0
