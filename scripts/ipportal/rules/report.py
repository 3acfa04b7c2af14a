"""Problems as text for a terminal, JSON, CI annotations, and a page for the office."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from ipportal.base.errors import Problem, sort_problems
from ipportal.base.templates import in_language
from ipportal.base.text import Lang, Text
from ipportal.rules.rule import CATALOGUE

NONE: Final = Text("没有发现问题", "No problems found")

#: What a workflow command writes otherwise in a message, and in a property
_ESCAPED: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_ESCAPED_MORE: Final = _ESCAPED | str.maketrans({":": "%3A", ",": "%2C"})

#: Problems a terminal lists before the rest is only counted
TERMINAL: Final = 500


def as_text(problems: Iterable[Problem], lang: Lang, *, colour: bool = False, most: int | None = TERMINAL) -> str:
    """List the first problems by file with place, message and remedy; the last line counts all."""
    ordered = sort_problems(problems)
    rest = len(ordered) - most if most is not None else 0
    return _rendered("problems.txt", ordered[:most], lang, summary(ordered, lang), rest=rest, colour=colour)


def as_json(problems: Iterable[Problem]) -> str:
    """Both languages as one JSON object with `count` and `problems`."""
    entries = [problem.as_dict() for problem in sort_problems(problems)]
    return json.dumps({"count": len(entries), "problems": entries}, ensure_ascii=False, indent=2)


def as_github(problems: Iterable[Problem], lang: Lang) -> str:
    """One workflow command per problem, shown beside the line in a pull request.

    Form: GitHub Actions, “Workflow commands”, setting an error message; Gitea and Forgejo read the same.
    """
    return "\n".join(_annotation(problem, lang) for problem in sort_problems(problems))


def as_gitlab(problems: Iterable[Problem], lang: Lang) -> str:
    """A list GitLab shows in a merge request, each entry at its line.

    Form: GitLab, “Code Quality report format” (a subset of the Code Climate specification).
    """
    entries = [
        {
            "description": _sentences(problem, lang),
            "check_name": problem.code,
            "fingerprint": hashlib.sha256(f"{problem.code} {problem.where} {problem.found}".encode()).hexdigest(),
            "severity": "major",
            "location": {"path": problem.where.file, "lines": {"begin": problem.where.row or 1}},
        }
        for problem in sort_problems(problems)
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2)


def as_html(problems: Iterable[Problem], lang: Lang) -> str:
    """A page of its own, without any other file, to read, print or pass on."""
    ordered = sort_problems(problems)
    # problems of other parts (portal.toml, the built site) have no rule with a name
    return _rendered("report.html", ordered, lang, summary(ordered, lang), rules=CATALOGUE.entries)


def _rendered(template: str, ordered: Sequence[Problem], lang: Lang, summary: str, **told: object) -> str:
    """What a template says of problems in groups by file, each problem with its place."""
    by_file = groupby(ordered, key=lambda problem: problem.where.file)
    groups = [(file, [(problem, _place(problem, lang)) for problem in found]) for file, found in by_file]
    return in_language(template, lang, groups=groups, summary=summary, **told)


def summary(problems: Sequence[Problem], lang: Lang) -> str:
    """How many problems there are in how many files."""
    count, files = len(problems), len({problem.where.file for problem in problems})
    if not count:
        return NONE[lang]
    if lang == "zh":
        return f"{files} 个文件里共有 {count} 处问题。改好后再运行一次。"
    return (
        f"{count} {'problem' if count == 1 else 'problems'} in {files} {'file' if files == 1 else 'files'}. "
        "Mend and run it again."
    )


def _place(problem: Problem, lang: Lang) -> str:
    """`第 14 行，value 列` / `row 14, column value`; empty for a whole file."""
    where = problem.where
    if where.cell:
        return where.cell
    row = [Text(f"第 {where.row} 行", f"row {where.row}")] if where.row is not None else []
    column = [Text(f"{where.column} 列", f"column {where.column}")] if where.column else []
    return Text.joined([*row, *column])[lang]


def _annotation(problem: Problem, lang: Lang) -> str:
    properties = [f"file={problem.where.file.translate(_ESCAPED_MORE)}"]
    if problem.where.row is not None:
        properties.append(f"line={problem.where.row}")
    properties.append(f"title={problem.code.translate(_ESCAPED_MORE)}")
    return f"::error {','.join(properties)}::{_sentences(problem, lang).translate(_ESCAPED)}"


def _sentences(problem: Problem, lang: Lang) -> str:
    """The column, what is wrong there and how to mend it, on one line."""
    colon, stop = ("：", "。") if lang == "zh" else (": ", ". ")
    column = f"{problem.where.column}{colon}" if problem.where.column else ""
    return f"{column}{problem.message(lang)}{stop}{problem.hint[lang]}"
