"""What the search asks before it asks Pagefind: a small list for each language, made from the finished index.

It leads from what people type to what the pages say, and knows every title and heading, so that the right section comes
first. Chinese is known in both scripts and by its sound.
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from opencc import OpenCC
from pypinyin import lazy_pinyin

from ipportal.base.text import Lang

#: Every file of an index starts with this
HEAD: Final = b"pagefind_dcd"
#: The file that holds the part of a page which is found only when asked for
ASKED: Final = "asked.html"
_HAN: Final = re.compile(r"[㐀-鿿豈-﫿]+")
_HEADINGS: Final = ("h2", "h3")
_BLANKS: Final = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_CATALOGUE: Final = Path(__file__).parent / "catalogue" / "search.toml"


def word_list(fragments: Iterable[Path], lang: Lang, words: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The list. `fragments`: what Pagefind keeps of each page; `words`: (typed, written).

    `words` holds [written, typed, …], `kinds` the kinds of page, `pages` [file, weight, place in `kinds`, number of
    words, title, heading, …]; what is only found when asked for weighs 0 and has no headings. Chinese has `folds` and
    `sounds`, which lead from other writings to its own.
    """
    data = {file: _fragment(file) for file in fragments}
    files = sorted(data, key=lambda file: str(data[file]["url"]))
    kinds = sorted({kind for each in data.values() for kind in each["filters"].get("kind", [""])})
    pages = [_page(file, data[file], kinds) for file in files]
    listed: dict[str, Any] = {
        "words": [[written, *typed] for written, typed in _by_written(words).items()],
        "kinds": kinds,
        "pages": pages,
        **tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))[lang],
    }
    if lang == "zh":
        texts = [*(text for pair in words for text in pair), *(text for page in pages for text in page[4:])]
        listed |= {"folds": _folds(texts), "sounds": _sounds(texts)}
    return listed


def _fragment(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()).removeprefix(HEAD))
    return data


def _page(file: Path, data: dict[str, Any], kinds: Sequence[str]) -> list[Any]:
    weight = float(data["filters"].get("weight", ["1"])[0])
    heads = [_plain(anchor["text"]) for anchor in data["anchors"] if anchor["element"] in _HEADINGS and weight]
    kind = kinds.index(data["filters"].get("kind", [""])[0])
    return [file.stem, weight, kind, data["word_count"], _plain(data["meta"]["title"]), *filter(None, heads)]


def _plain(text: str) -> str:
    """Text of the index as it stands on the page: the index has spaces between Chinese characters."""
    return _BLANKS.sub("", text).strip()


def _by_written(words: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for typed, written in words:
        found.setdefault(written, []).append(typed)
    return found


def _folds(texts: Sequence[str]) -> list[str]:
    """Traditional characters and what they are in the simplified script: two texts of the same length."""
    used = set("".join(texts))
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    converter = OpenCC("t2s")
    pairs = [(one, new) for one in every if (new := converter.convert(one)) != one and new in used and len(new) == 1]
    return ["".join(one for one, _ in pairs), "".join(new for _, new in pairs)]


def _sounds(texts: Iterable[str]) -> str:
    """Each syllable (without tone, ü as v) followed by the characters that have it in these texts."""
    sounds: dict[str, set[str]] = {}
    for run in {run for text in texts for run in _HAN.findall(text)}:
        for character, sound in zip(run, lazy_pinyin(run), strict=True):
            sounds.setdefault(sound, set()).add(character)
    return " ".join(sound + "".join(sorted(characters)) for sound, characters in sorted(sounds.items()))
