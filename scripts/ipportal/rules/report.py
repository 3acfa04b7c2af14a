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
_BOLD, _RED, _DIM, _PLAIN = "\033[1m", "\033[31m", "\033[2m", "\033[0m"


#: Problems a terminal lists before the rest is only counted
TERMINAL: Final = 500
_REST: Final = Text(
    "另有 {count} 处问题没有列出。要看全部：ipportal check --format html --output 问题.html",
    "{count} more problems are not listed. To see all: ipportal check --format html --output problems.html",
)


def as_text(problems: Iterable[Problem], lang: Lang, *, colour: bool = False, most: int | None = TERMINAL) -> str:
    """List the first problems by file with place, message and remedy; the last line counts all."""
    ordered = sort_problems(problems)
    lines: list[str] = []
    for file, found in _by_file(ordered[:most]):
        lines.append(_paint(file, _BOLD, colour))
        for problem in found:
            place = _place(problem, lang)
            lines.append(f"  {_paint(place, _RED, colour)}{_colon(lang) if place else ''}{problem.message(lang)}")
            lines.append(f"    → {problem.hint[lang]} {_paint(f'[{problem.code}]', _DIM, colour)}")
        lines.append("")
    if most is not None and len(ordered) > most:
        lines += [_REST.format(count=len(ordered) - most)[lang], ""]
    return "\n".join([*lines, summary(ordered, lang)])


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
    groups = _by_file(sort_problems(problems))
    told = [(file, [(p, _place(p, lang), _title(p)) for p in found]) for file, found in groups]
    count = summary([p for _, found in groups for p in found], lang)
    return in_language("report.html", lang, groups=told, summary=count)


def _title(problem: Problem) -> Text | None:
    """The name of the rule; problems of other parts (portal.toml, the built site) carry only their code."""
    entry = CATALOGUE.entries.get(problem.code)
    return entry.title if entry else None


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


def _by_file(ordered: Iterable[Problem]) -> list[tuple[str, list[Problem]]]:
    return [(file, list(found)) for file, found in groupby(ordered, key=lambda problem: problem.where.file)]


def _place(problem: Problem, lang: Lang) -> str:
    """`第 14 行，value 列` / `row 14, column value`; empty for a whole file."""
    where = problem.where
    if where.cell:
        return where.cell
    parts = []
    if where.row is not None:
        parts.append(f"第 {where.row} 行" if lang == "zh" else f"row {where.row}")
    if where.column:
        parts.append(f"{where.column} 列" if lang == "zh" else f"column {where.column}")
    return ("，" if lang == "zh" else ", ").join(parts)


def _colon(lang: Lang) -> str:
    return "：" if lang == "zh" else ": "


def _paint(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour and text else text


def _annotation(problem: Problem, lang: Lang) -> str:
    properties = [f"file={problem.where.file.translate(_ESCAPED_MORE)}"]
    if problem.where.row is not None:
        properties.append(f"line={problem.where.row}")
    properties.append(f"title={problem.code.translate(_ESCAPED_MORE)}")
    return f"::error {','.join(properties)}::{_sentences(problem, lang).translate(_ESCAPED)}"


def _sentences(problem: Problem, lang: Lang) -> str:
    """The column, what is wrong there and how to mend it, on one line."""
    column = f"{problem.where.column}{_colon(lang)}" if problem.where.column else ""
    return f"{column}{problem.message(lang)}{'。' if lang == 'zh' else '. '}{problem.hint[lang]}"
