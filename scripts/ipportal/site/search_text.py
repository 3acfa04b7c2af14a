"""Pages as the search index reads them: Chinese set apart character by character, so that any word in it is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipportal.base.text import BCP47

#: Mandarin under a tag of its own: Pagefind then takes the text as it comes, without its dictionary of Chinese words,
#: which cuts sentences differently from the dictionaries in browsers
LANG: Final = "cmn-Hans"
_CHINESE: Final = f'<html lang="{BCP47["zh"]}"'
_BODY: Final = "data-pagefind-body"

_HAN: Final = "㐀-鿿豈-﫿"
#: One Chinese character with the marks after it, or a run of anything else
_UNIT: Final = re.compile(rf"[{_HAN}][^\w\s]*|[^\s{_HAN}]+|\s+")
_ONE: Final = re.compile(rf"[{_HAN}]")
#: Tags, and elements whose text is no text; everything between them is read
_MARKUP: Final = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)


def as_indexed(page: str) -> str | None:
    """A finished page for the index, None when it is not meant to be found.

    Words of neighbouring parts, which only the style keeps apart, get a space. In a Chinese page any two characters of
    the main part have a space between them, and its language is `LANG`.
    """
    if _BODY not in page:
        return None
    head, main, body = page.partition("<main")
    chinese = _CHINESE in head
    return head.replace(_CHINESE, f'<html lang="{LANG}"', 1) + "".join(_pieces(main + body, chinese))


def _pieces(html: str, chinese: bool) -> Iterator[str]:
    last, tags, start = "", 0, 0
    for tag in (*_MARKUP.finditer(html), None):
        text = html[start : tag.start() if tag else len(html)]
        if text:
            # one tag may stand inside a word (<b>I</b>P), two do not: one part ended and another began
            if text[0].isalnum() and last.isalnum() and (tags > 1 or (chinese and _ONE.search(last + text[0]))):
                yield " "
            yield apart(text) if chinese else text
            last, tags = text[-1], 0
        if tag:
            yield tag[0]
            start = tag.end()
            tags += 1


def apart(text: str) -> str:
    """A space between any two Chinese characters, and between Chinese and other writing."""
    if not _ONE.search(text):
        return text
    return re.sub(r"\s{2,}", " ", " ".join(_UNIT.findall(text)))
