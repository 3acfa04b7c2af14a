"""What people answered to warnings: who looked at a figure that seems wrong, when, and why it is right all the same.

The answers lie in `reviews/`, which no public file is made of.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ipportal.base.filenames import is_plain
from ipportal.base.text import Text
from ipportal.data.packages import csv_bytes

FOLDER: Final = "reviews"
FILE: Final = f"{FOLDER}/answers.csv"


class Warned(NamedTuple):
    """What a warning is about: the code, a cell of a table's file by its row's key, what it holds, and what else."""

    code: str
    file: str
    row: str
    column: str
    found: str
    other: str


class Answer(NamedTuple):
    """Why it is right; `by` is a role or initials, `date` the day as YYYY-MM-DD."""

    reason: Text
    by: str
    date: str


COLUMNS: Final = (*Warned._fields, "answer_zh", "answer_en", "by", "date")


def read_answers(root: Path) -> dict[Warned, Answer]:
    """The answers given so far; lines that say nothing are left out."""
    path = root / FILE
    if not is_plain(path, root):
        return {}
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    found = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        cells = {column: row.get(column) or "" for column in COLUMNS}
        answer = Answer(Text.read(cells, "answer"), cells["by"].strip(), cells["date"])
        if answer.reason.zh.strip() and answer.by:
            found[Warned(*(cells[column] for column in Warned._fields))] = answer
    return found


def answers_file(answers: Mapping[Warned, Answer]) -> bytes:
    """The file of answers, in the order of what they are about."""
    rows = (
        {**of._asdict(), "answer_zh": given.reason.zh, "answer_en": given.reason.en, "by": given.by, "date": given.date}
        for of, given in sorted(answers.items())
    )
    return csv_bytes(COLUMNS, rows)
