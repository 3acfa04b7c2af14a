"""Find the words of the glossary in a text, so that pages can explain them where they first occur."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ipportal.base import Frozen
from ipportal.base.text import Lang
from ipportal.data.model import Term

#: First code of each initial in the part of GB/T 2312 that is ordered by pinyin (level 1, rows 16 to 55)
_INITIALS: Final = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"), (0xB8C1, "G"),
    (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"), (0xC4C3, "N"), (0xC5B6, "O"),
    (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"), (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"),
    (0xD1B9, "Y"), (0xD4D1, "Z"),
)  # fmt: skip
_LEVEL_1_END: Final = 0xD7F9
_DIGITS: Final = "0–9"
#: Words whose first character GB/T 2312 files under another of its readings (调 as diào)
_OTHER_READINGS: Final = {"调解": "T"}


class Piece(Frozen):
    """A stretch of text; `term` is set when it is a glossary word met for the first time."""

    text: str
    term: Term | None = None


def mark(text: str, glossary: Mapping[str, Term], lang: Lang, met: Iterable[str] = ()) -> tuple[Piece, ...]:
    """Cut a text at the first occurrence of each glossary word; the longest word wins.

    `met` names terms already explained on the page. English words match whole, in any case, also in the plural.
    """
    words = {_key(term.term[lang], lang): term for term in glossary.values()}
    if not words:
        return (Piece(text),)
    choice = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(choice if lang == "zh" else rf"\b({choice})(?:e?s)?\b", re.IGNORECASE)
    seen, pieces, end = set(met), [], 0
    for match in pattern.finditer(text):
        term = words[_key(match.group(0 if lang == "zh" else 1), lang)]
        if term.id in seen:
            continue
        seen.add(term.id)
        pieces += [Piece(text[end : match.start()]), Piece(match.group(), term)]
        end = match.end()
    return tuple(piece for piece in (*pieces, Piece(text[end:])) if piece.text)


def initial(term: Term, lang: Lang) -> str:
    """The letter a term stands under in an A–Z list; Chinese by the pinyin of its first character.

    Chinese characters are placed by their code in GB/T 2312, whose first level is ordered by pinyin. A character
    outside it is returned itself.
    """
    word = term.term[lang].lstrip("“《（ ")
    first = word[:1]
    if first.isascii():
        return _DIGITS if first.isdigit() else first.upper()
    if word in _OTHER_READINGS:
        return _OTHER_READINGS[word]
    code = int.from_bytes(first.encode("gb18030")[:2], "big")
    found = [letter for start, letter in _INITIALS if start <= code <= _LEVEL_1_END]
    return found[-1] if found else first


def alphabetical(glossary: Mapping[str, Term], lang: Lang) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    """Terms under their initials, both in alphabetical order (Chinese by pinyin), digits first."""
    groups: dict[str, list[Term]] = {}
    for term in sorted(glossary.values(), key=lambda term: _sort_key(term, lang)):
        groups.setdefault(initial(term, lang), []).append(term)
    return tuple((letter, tuple(groups[letter])) for letter in sorted(groups))


def first_sentence(text: str, lang: Lang) -> str:
    """The first sentence of a text, for a list."""
    if lang == "zh":
        head, mark_, _ = text.partition("。")
        return head + mark_
    return re.split(r"(?<=[.!?]”|[.!?]\w|.[.!?])\s(?=[A-Z“])", text, maxsplit=1)[0]


def _key(word: str, lang: Lang) -> str:
    return word if lang == "zh" else word.lower()


def _sort_key(term: Term, lang: Lang) -> tuple[bytes, str]:
    word = term.term[lang].lstrip("“《（ ")
    return (word.encode("gb18030") if lang == "zh" else word.lower().encode(), term.id)
