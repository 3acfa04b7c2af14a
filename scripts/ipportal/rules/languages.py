"""Text in pairs: Chinese and English, both there, each in its own language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipportal.base.text import Text, visible
from ipportal.rules.rule import Context, Finding, Record, Rule

_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_LATIN_WORD: Final = re.compile("[A-Za-z]{2,}")
#: Names and original wording may be given in Chinese inside brackets or quotation marks
_QUOTED: Final = re.compile(r"\([^()]*\)|（[^（）]*）|“[^“”]*”|《[^《》]*》|「[^「」]*」|‘[^‘’]*’")
_CHINESE_MARKS: Final = re.compile("[，。；：？！、“”《》（）]")
#: A Chinese text of more Latin words than this without one Chinese character was put in the wrong column
_WORDS: Final = 4
#: How much of a text is repeated in a hint
_SHORT: Final = 30


class _Pair(NamedTuple):
    row: Record
    name: str
    zh: str
    en: str


def _pairs(context: Context) -> Iterator[_Pair]:
    for _, table in context.tables():
        header = table.header or ()
        names = [column[:-3] for column in header if column.endswith("_zh") and f"{column[:-3]}_en" in header]
        for row in context.rows(table):
            for name in names:
                yield _Pair(row, name, row[f"{name}_zh"], row[f"{name}_en"])


def _incomplete(context: Context) -> Iterator[Finding]:
    """A text is there in one language only."""
    for row, name, zh, en in context.once(_pairs):
        if bool(zh) != bool(en):
            language = Text("英文", "English") if zh else Text("中文", "Chinese")
            yield row.fault(f"{name}_en" if zh else f"{name}_zh", language=language, other=visible(zh or en, _SHORT))


def _same(context: Context) -> Iterator[Finding]:
    """Chinese and English are word for word the same: one was pasted into both columns."""
    for row, name, zh, en in context.once(_pairs):
        if zh and zh == en and (_CHINESE.search(zh) or _LATIN_WORD.search(zh)):
            yield row.fault(f"{name}_en" if _CHINESE.search(zh) else f"{name}_zh")

    for _, table in context.tables():
        # in the list of search words: what is typed is what is written
        yield from (
            row.fault("written", "itself")
            for row in context.rows(table)
            if row["typed"].lower() == row["written"].lower() != ""
        )


def _wrong_language(context: Context) -> Iterator[Finding]:
    """An English text holds Chinese outside brackets and quotation marks, or a Chinese text is all English."""
    for row, name, zh, en in context.once(_pairs):
        if zh == en:
            continue
        if _CHINESE.search(_QUOTED.sub("", en)):
            yield row.fault(f"{name}_en")
        if not _CHINESE.search(zh) and len(_LATIN_WORD.findall(zh)) > _WORDS:
            yield row.fault(f"{name}_zh", "zh")


def _marks(context: Context) -> Iterator[Finding]:
    """An English text uses Chinese punctuation outside quoted Chinese."""
    for row, name, _, en in context.once(_pairs):
        rest = re.sub("[“”]", "", _QUOTED.sub("", en))
        if not _CHINESE.search(rest) and (mark := _CHINESE_MARKS.search(rest)):
            yield row.fault(f"{name}_en", mark=mark.group())


RULES: Final = (
    Rule("text-pair", _incomplete),
    Rule("text-same", _same),
    Rule("text-language", _wrong_language),
    Rule("text-marks", _marks),
)
