"""Words in both languages, and characters that must not stay invisible."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from babel import Locale, UnknownLocaleError
from babel.lists import format_list

from ipportal.base import Frozen
from ipportal.base.characters import hidden, meant

Lang = Literal["zh", "en"]
#: The languages the program has texts of; a portal is in one of them or in both
LANGS: Final[tuple[Lang, Lang]] = ("zh", "en")

#: BCP 47 tags, as written in `lang` attributes and metadata
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


class Text(Frozen):
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

    @classmethod
    def read(cls, entry: Mapping[str, Any], name: str) -> Text:
        """What stands under `name_zh` and `name_en`, or under `name` for the one that has no entry of its own.

        A language the portal is not in reads like the other one; it is shown nowhere.
        """
        there = [f"{name}_{lang}" for lang in LANGS if f"{name}_{lang}" in entry]
        usual = entry[name] if name in entry else entry[there[0]]
        return cls.each(lambda lang: str(entry.get(f"{name}_{lang}", usual)))

    def only(self, langs: Iterable[Lang]) -> Text:
        """Without the wording of any other language."""
        return Text.read({f"_{lang}": self[lang] for lang in langs}, "")

    def among(self, langs: Iterable[Lang], between: str) -> str:
        """The wordings of some languages side by side, each wording once."""
        return between.join(dict.fromkeys(self[lang] for lang in langs))

    def __add__(self, other: Text) -> Text:
        """Put another statement right behind this one."""
        return Text(self.zh + other.zh, self.en + other.en)

    def __getitem__(self, lang: Lang) -> str:
        """Return the wording of one language."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill `{name}` places in both languages; a `Text` value is filled in language by language."""

        def filled(lang: Lang) -> str:
            return self[lang].format(**{k: v[lang] if isinstance(v, Text) else v for k, v in values.items()})

        return Text.each(filled)


def visible(text: str, limit: int = 60) -> str:
    """Show spaces at the ends, invisible characters and look-alikes of `text`, cut to about `limit` characters."""
    ends = re.sub("^ +| +$", lambda spaces: "␣" * len(spaces[0]), text)
    parts = [_shown(char) for char in ends]
    if len(parts) > limit:
        parts = [*parts[: limit - 1], "…"]
    return "".join(parts)


def written(value: object) -> str:
    """A value of TOML or YAML as text; `…` for what Python refuses to write out: numbers of thousands of digits."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return "…"


def _shown(char: str) -> str:
    if char in _VISIBLE:
        return _VISIBLE[char]
    if hidden(char):
        return f"⟨U+{ord(char):04X}⟩"
    return f"{char}⟨U+{ord(char):04X}⟩" if meant(char) else char


def in_languages(value: Any, langs: Collection[Lang]) -> Any:
    """JSON data without what they say in other languages: members `en` beside `zh`, `…_en`, values with `@language`."""
    absent = [lang for lang in LANGS if lang not in langs]
    if not absent:
        return value
    if isinstance(value, dict):
        return {key: in_languages(item, langs) for key, item in value.items() if not _is_of(key, value, absent)}
    if not isinstance(value, (list, tuple)):
        return value
    kept = [each for each in value if not (isinstance(each, str) and _is_of(each, value, absent))]
    tags = [BCP47[lang] for lang in absent]
    return [in_languages(x, langs) for x in kept if not (isinstance(x, dict) and x.get("@language") in tags)]


def _is_of(name: str, among: Collection[object], langs: Iterable[Lang]) -> bool:
    """True for a name in one of the languages: its code, where all codes are there, or a name that ends in it."""
    return any(name.endswith(f"_{lang}") or (name == lang and all(each in among for each in LANGS)) for lang in langs)


def join_list(items: Sequence[str], lang: Lang) -> str:
    """Join words as a list is written in running text: 甲、乙和丙 / A, B and C."""
    return format_list(items, locale="zh_Hans_CN" if lang == "zh" else "en_GB")


def language_name(code: str, lang: Lang) -> str:
    """What a language is called, by its code; the code itself where nobody knows it."""
    try:
        tag = Locale.parse(code, sep="-" if "-" in code else "_")
        return tag.get_language_name(BCP47[lang].replace("-", "_")) or code
    except (ValueError, UnknownLocaleError):
        return code


def join_texts(items: Iterable[Text]) -> Text:
    """Join statements as a list is written in running text."""
    told = list(items)
    return Text.each(lambda lang: join_list([item[lang] for item in told], lang))


_DIGITS: Final = "一二三四五六七八九"
#: A number below a hundred as Chinese writes it, for a pattern
CHINESE_NUMBER: Final = f"[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}]"


def chinese_number(text: str) -> int:
    """一 → 1, 十 → 10, 十二 → 12 (section numbers never go beyond 99).

    Raises:
        ValueError: the text is no Chinese number.
    """
    tens, ten, ones = text.rpartition("十")
    whole = (_DIGITS.index(tens or "一") + 1) * 10 if ten else 0
    return whole + (_DIGITS.index(ones) + 1 if ones or not ten else 0)
