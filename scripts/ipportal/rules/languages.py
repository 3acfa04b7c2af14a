"""Text in pairs: Chinese and English, both there, each in its own language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipportal.base.text import Text, visible
from ipportal.rules.rule import Context, Finding, Record, rules_of

_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_LATIN_WORD: Final = re.compile("[A-Za-z]{2,}")
#: Names and original wording may be given in Chinese inside brackets or quotation marks
_QUOTED: Final = re.compile(r"\([^()]*\)|（[^（）]*）|“[^“”]*”|《[^《》]*》|「[^「」]*」|‘[^‘’]*’")
_CHINESE_MARKS: Final = re.compile("[，。；：？！、“”《》（）]")
#: A Chinese text of more Latin words than this without one Chinese character was put in the wrong column
_WORDS: Final = 4
#: How much of a text is repeated in a hint
_SHORT: Final = 30


def _texts(context: Context) -> Iterator[tuple[str, Finding]]:
    for _, table in context.tables():
        header = table.header or ()
        names = [column[:-3] for column in header if column.endswith("_zh") and f"{column[:-3]}_en" in header]
        for row in context.rows(table):
            for name in names:
                yield from _pair(row, f"{name}_zh", f"{name}_en")
            # in the list of search words: what is typed is what is written
            if row["typed"].lower() == row["written"].lower() != "":
                yield "text-same", row.fault("written", "itself")


def _pair(row: Record, chinese: str, english: str) -> Iterator[tuple[str, Finding]]:
    """A text is there in one language only, the same in both, in the wrong one, or has the marks of the other."""
    zh, en = row[chinese], row[english]
    unquoted = _QUOTED.sub("", en)
    if bool(zh) != bool(en):
        language = Text("英文", "English") if zh else Text("中文", "Chinese")
        yield "text-pair", row.fault(english if zh else chinese, language=language, other=visible(zh or en, _SHORT))
    if zh and zh == en and (_CHINESE.search(zh) or _LATIN_WORD.search(zh)):
        yield "text-same", row.fault(english if _CHINESE.search(zh) else chinese)
    if zh != en and _CHINESE.search(unquoted):
        yield "text-language", row.fault(english)
    if zh != en and not _CHINESE.search(zh) and len(_LATIN_WORD.findall(zh)) > _WORDS:
        yield "text-language", row.fault(chinese, "zh")
    rest = re.sub("[“”]", "", unquoted)
    if not _CHINESE.search(rest) and (mark := _CHINESE_MARKS.search(rest)):
        yield "text-marks", row.fault(english, mark=mark.group())


RULES: Final = rules_of(_texts, ("text-pair", "text-same", "text-language", "text-marks"), "cell")
