"""Words in both languages, characters that must not stay invisible, and places in a source.

Packages write locators in Chinese, as in the source: `表2；二（三）`. For English readers tables, the body of a
text and section numbers are put into English; names of parts stay as they are, so that they can be found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from babel.lists import format_list

from ipportal.base.characters import hidden, meant

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, Lang]] = ("zh", "en")

#: BCP 47 tags of the two editions, as written in `lang` attributes and metadata
BCP47: Final[dict[Lang, str]] = {"zh": "zh-Hans", "en": "en"}

_VISIBLE: Final[dict[str, str]] = {
    "\ufeff": "⟨BOM⟩",
    "\u00a0": "⟨NBSP⟩",
    "\u200b": "⟨ZWSP⟩",
    "\u200e": "⟨LRM⟩",
    "\u200f": "⟨RLM⟩",
    "\u3000": "⟨全角空格⟩",
    "\t": "⇥",
    "\r": "␍",
    "\n": "␊",
}


_DIGITS: Final = "一二三四五六七八九"
_WORDS: Final = {"正文": "main text", "报道正文": "report text", "通知正文": "notice text", "发展基础": ""}
_TABLE: Final = re.compile(r"表(\d+(?:-\d+)?)(?: (.+))?")
_SECTION: Final = re.compile(
    r"([一二三四五])(?:（([一二三四五六七八九十]+)）)?(\d*)([一二三四五六七八九]?)((?:-\d+)?)(发展基础)?"
)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Text:
    """The same statement in Chinese and in English."""

    zh: str
    en: str

    @classmethod
    def same(cls, value: object) -> Text:
        """What both languages write alike: a number, a code."""
        return cls(str(value), str(value))

    @classmethod
    def each(cls, make: Callable[[Lang], str]) -> Text:
        """Call `make` once for each language."""
        return cls(make("zh"), make("en"))

    @classmethod
    def joined(cls, parts: Iterable[Text], zh: str = "，", en: str = ", ") -> Text:
        """Put parts one after the other, with a mark of each language between them."""
        told = list(parts)
        return cls(zh.join(part.zh for part in told), en.join(part.en for part in told))

    def __add__(self, other: Text) -> Text:
        """Put another statement right behind this one."""
        return Text(self.zh + other.zh, self.en + other.en)

    def __getitem__(self, lang: Lang) -> str:
        """Return the wording of one language."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill `{name}` places in both languages; a `Text` value is filled in language by language."""
        return Text.each(lambda lang: self[lang].format(**{k: _one(v, lang) for k, v in values.items()}))


def _one(value: object, lang: Lang) -> object:
    return value[lang] if isinstance(value, Text) else value


def visible(text: str, limit: int = 60) -> str:
    """Show spaces at the ends, invisible characters and look-alikes of `text`, cut to about `limit` characters."""
    ends = re.sub("^ +| +$", lambda spaces: "␣" * len(spaces[0]), text)
    parts = [_shown(char) for char in ends]
    if len(parts) > limit:
        parts = [*parts[: limit - 1], "…"]
    return "".join(parts)


def _shown(char: str) -> str:
    if char in _VISIBLE:
        return _VISIBLE[char]
    if hidden(char):
        return f"⟨U+{ord(char):04X}⟩"
    return f"{char}⟨U+{ord(char):04X}⟩" if meant(char) else char


def join_list(items: Sequence[str], lang: Lang) -> str:
    """Join words as a list is written in running text: 甲、乙和丙 / A, B and C."""
    return format_list(items, locale="zh_Hans_CN" if lang == "zh" else "en_GB")


def join_texts(items: Iterable[Text]) -> Text:
    """Join statements as a list is written in running text."""
    told = list(items)
    return Text.each(lambda lang: join_list([item[lang] for item in told], lang))


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
