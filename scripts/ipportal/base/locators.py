"""Where in a source a figure stands, in words of either language.

Packages write locators in Chinese, as in the source: `表2；二（三）`. For English readers tables, the body of a
text and section numbers are put into English; names of parts stay as they are, so that they can be found.
"""

from __future__ import annotations

import re
from typing import Final

from ipportal.base.text import Lang

_DIGITS: Final = "一二三四五六七八九"
_WORDS: Final = {"正文": "main text", "报道正文": "report text", "通知正文": "notice text", "发展基础": ""}
_TABLE: Final = re.compile(r"表(\d+(?:-\d+)?)(?: (.+))?")
_SECTION: Final = re.compile(
    r"([一二三四五])(?:（([一二三四五六七八九十]+)）)?(\d*)([一二三四五六七八九]?)((?:-\d+)?)(发展基础)?"
)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def locator_label(locator: str, lang: Lang) -> str:
    """The locator for readers of a language; parts without a fixed English form stay Chinese."""
    if lang == "zh":
        return locator
    return "; ".join(", ".join(_english(part) for part in group.split("、")) for group in locator.split("；"))


def is_chinese(text: str) -> bool:
    """True when a text holds Chinese characters, so that a page can mark its language."""
    return bool(_CHINESE.search(text))


def chinese_number(text: str) -> int:
    """一 → 1, 十 → 10, 十二 → 12 (section numbers never go beyond 99).

    Raises:
        ValueError: the text is no Chinese number.
    """
    tens, found, ones = text.rpartition("十")
    if not found:
        return _DIGITS.index(text) + 1
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 + (_DIGITS.index(ones) + 1 if ones else 0)


def _english(part: str) -> str:
    if part in _WORDS:
        return _WORDS[part] or part
    if match := _TABLE.fullmatch(part):
        return f"Table {match.group(1)}" + (f", {match.group(2)}" if match.group(2) else "")
    if match := _SECTION.fullmatch(part):
        chapter, section, item, point, split, _ = match.groups()
        text = f"section {chinese_number(chapter)}"
        text += f"({chinese_number(section)})" if section else ""
        text += item or ""
        text += f", point {chinese_number(point)}" if point else ""
        return text + split
    return part
