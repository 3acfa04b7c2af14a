"""docs/search-words.csv: words people type, and the words the pages use for the same thing. Kept by people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ipportal.base.errors import DataError, Problem, Where
from ipportal.base.text import LANGS, Lang, Text

FILE: Final = "docs/search-words.csv"
COLUMNS: Final = ("lang", "typed", "written")

#: (word typed, word written) for each language of the pages
Words = Mapping[Lang, Sequence[tuple[str, str]]]


def read_words(root: Path) -> Words:
    """The words of every language; none where the portal has no such file.

    Raises:
        DataError: a line says nothing, the same twice, or nothing about a language of the portal.
    """
    rows = list(_rows(root))
    problems = list(_faults(rows))
    if problems:
        raise DataError(problems)
    return {lang: [(typed, written) for _, (code, typed, written) in rows[1:] if code == lang] for lang in LANGS}


def word_problems(root: Path) -> list[Problem]:
    """What `read_words` would raise."""
    return list(_faults(list(_rows(root))))


def _rows(root: Path) -> Iterator[tuple[int, list[str]]]:
    path = root / FILE
    if not path.is_file():
        return
    # Excel marks its UTF-8 files with a byte order mark; anything that is no UTF-8 shows as a broken first line
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def _faults(rows: Sequence[tuple[int, list[str]]]) -> Iterator[Problem]:
    if not rows:
        return
    if tuple(rows[0][1]) != COLUMNS:
        hint = Text("第一行写 lang,typed,written，文件存成 UTF-8", "write lang,typed,written first; save as UTF-8")
        yield _problem("header", rows[0][0], None, Text("表头 lang,typed,written", "the header row"), rows[0][1], hint)
        return
    seen: dict[tuple[str, str], int] = {}
    for line, cells in rows[1:]:
        if len(cells) != len(COLUMNS) or not all(cells):
            expected = Text("语言、输入的词、页面用的词三格", "three cells: language, word typed, word written")
            hint = Text("补上缺的一格，或删去这一行", "fill the empty cell, or delete the line")
            yield _problem("cells", line, None, expected, cells, hint)
            continue
        lang, typed, written = cells
        if lang not in LANGS:
            hint = Text("中文页写 zh，英文页写 en", "zh for the Chinese pages, en for the English ones")
            yield _problem("lang", line, "lang", Text("zh 或 en", "zh or en"), [lang], hint)
        if typed.lower() == written.lower():
            hint = Text("一样的词不用写", "words that are the same need no line")
            yield _problem("same", line, "written", Text("另一个词", "another word"), [written], hint)
        pair = (lang, f"{typed} → {written}".lower())
        if pair in seen:
            hint = Text(f"与第 {seen[pair]} 行重复，删去一行", f"line {seen[pair]} says the same: delete one")
            yield _problem("twice", line, "typed", Text("没有写过的一对词", "a pair not given before"), [typed], hint)
        seen.setdefault(pair, line)


def _problem(kind: str, line: int, column: str | None, expected: Text, found: Sequence[str], hint: Text) -> Problem:
    return Problem(f"search-words-{kind}", Where(FILE, line, column), expected, ",".join(found), hint)
