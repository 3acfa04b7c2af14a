"""Text in pairs: Chinese and English, both there, each in its own language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipportal.base.text import Text
from ipportal.rules.context import Context, Record
from ipportal.rules.rule import Example, Finding, Rule

_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_LATIN_WORD: Final = re.compile("[A-Za-z]{2,}")
#: Names and original wording may be given in Chinese inside brackets or quotation marks
_QUOTED: Final = re.compile(r"\([^()]*\)|（[^（）]*）|“[^“”]*”|《[^《》]*》|「[^「」]*」|‘[^‘’]*’")
_CHINESE_MARKS: Final = re.compile("[，。；：？！、“”《》（）]")
#: A Chinese text of more Latin words than this without one Chinese character was put in the wrong column
_WORDS: Final = 4


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
            lacking = f"{name}_en" if zh else f"{name}_zh"
            yield Finding(
                row.where(lacking),
                Text("中英文都有", "the text in both languages"),
                "",
                Text(
                    f"补上{'英文' if zh else '中文'}，意思与“{_short(zh or en)}”相同",
                    f"add the {'English' if zh else 'Chinese'} of “{_short(zh or en)}”",
                ),
            )


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


def _same(context: Context) -> Iterator[Finding]:
    """Chinese and English are word for word the same: one was pasted into both columns."""
    for row, name, zh, en in context.once(_pairs):
        if zh and zh == en and (_CHINESE.search(zh) or _LATIN_WORD.search(zh)):
            yield Finding(
                row.where(f"{name}_en" if _CHINESE.search(zh) else f"{name}_zh"),
                Text("中英文各用自己的语言", "each language in its own words"),
                zh,
                Text("把其中一列译出来", "translate one of the two columns"),
            )


def _wrong_language(context: Context) -> Iterator[Finding]:
    """An English text holds Chinese outside brackets and quotation marks, or a Chinese text is all English."""
    for row, name, zh, en in context.once(_pairs):
        if zh == en:
            continue
        if _CHINESE.search(_QUOTED.sub("", en)):
            yield Finding(
                row.where(f"{name}_en"),
                Text("英文（中文原名只放在括号或引号里）", "English (Chinese names only in brackets or quotes)"),
                en,
                Text("译成英文；看看是不是两列写反了", "translate it; see whether the two columns were swapped"),
            )
        if not _CHINESE.search(zh) and len(_LATIN_WORD.findall(zh)) > _WORDS:
            yield Finding(
                row.where(f"{name}_zh"),
                Text("中文", "Chinese"),
                zh,
                Text("译成中文；看看是不是两列写反了", "translate it; see whether the two columns were swapped"),
            )


def _marks(context: Context) -> Iterator[Finding]:
    """An English text uses Chinese punctuation outside quoted Chinese."""
    for row, name, _, en in context.once(_pairs):
        rest = re.sub("[“”]", "", _QUOTED.sub("", en))
        if not _CHINESE.search(rest) and (mark := _CHINESE_MARKS.search(rest)):
            yield Finding(
                row.where(f"{name}_en"),
                Text("英文标点", "English punctuation"),
                en,
                Text(f"把“{mark.group()}”换成英文标点，后面空一格", f"replace “{mark.group()}” by the English sign"),
            )


RULES: Final = (
    Rule(
        "text-pair",
        Text("只有一种语言", "One language only"),
        Text("中英文成对出现：要么都有，要么都空。", "Chinese and English come in pairs: both or neither."),
        Example("note_zh=一季度。 note_en=", "note_en=First quarter."),
        _incomplete,
    ),
    Rule(
        "text-same",
        Text("中英文一字不差", "The same text twice"),
        Text("同一句话贴进了两列，等于没有翻译。", "One text pasted into both columns is no translation."),
        Example("name_en=专利代理", "name_en=Patent agencies"),
        _same,
    ),
    Rule(
        "text-language",
        Text("语言放错了列", "A language in the wrong column"),
        Text(
            "英文列里的中文只能是括号或引号里的原名。",
            "Chinese in an English column may only be a name in brackets or quotes.",
        ),
        Example("Patent agencies 专利代理机构", "Patent agencies (专利代理机构)"),
        _wrong_language,
    ),
    Rule(
        "text-marks",
        Text("英文里用了中文标点", "Chinese punctuation in English"),
        Text("英文用英文标点，后面空一格。", "English text uses English punctuation with a space behind it."),
        Example("First quarter。", "First quarter."),
        _marks,
    ),
)
