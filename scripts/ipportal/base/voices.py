"""What voices must know of a page's words: their language, by the script, and which signs only part them."""

import re
from typing import Final

from ipportal.base.text import BCP47

_TAG: Final = re.compile(
    r"(<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)", re.DOTALL
)
_NAME: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LANG: Final = re.compile(r'\slang="?([a-zA-Z]+)')
_HAN: Final = "㐀-鿿豈-﫿"
#: Chinese with the figures, letters and marks between its characters
_CHINESE: Final = re.compile(
    rf"[（《「【]?(?:\d[\d.,]*)?[{_HAN}](?:[{_HAN}\w、，。；：！？（）《》「」【】“”—…·.,%/+-]*[{_HAN}\w。！？）》」】])?"
)
#: A line in Latin writing; it is a sentence with four words or more, one of them in small letters throughout
_LATIN: Final = re.compile(r"[A-Za-z][\x20-\x7e\n–’]*[A-Za-z.!?)]")
_WORD: Final = re.compile(r"(?<![^\s(])[A-Za-z][A-Za-z'’-]+(?=[,.;:!?)]*(?:\s|$))")
_LEAST: Final = 4
#: Code is no English, whatever its words
_CODE: Final = ("code", "pre", "kbd", "samp")
#: Elements that hold nothing but text: the mark stands in their own tag
_PLAIN: Final = ("option", "title", "desc", "text", "tspan")


#: Parts things for the eye, where voices would name it
_DOT: Final = re.compile(r"(?<=\s)·(?=\s)")
_SILENT: Final = '<span aria-hidden="true">·</span>'


def for_voices(page: str) -> str:
    """The page with Chinese inside English, and English sentences inside Chinese, marked as such, and its dots silent.

    Names and abbreviations in Latin letters inside Chinese stay unmarked: Chinese says them as its own.
    """
    parts = _TAG.split(page)
    # the languages around: each with the element that sets it, and how many of that name are open inside
    around: list[tuple[str, str, int]] = []
    code = 0
    for place, part in enumerate(parts):
        if place % 2 and (tag := _NAME.match(part)):
            step, name = -1 if tag[1] else 1, tag[2].lower()
            code += step if name in _CODE else 0
            if step > 0 and (found := _LANG.search(part)):
                around.append((found[1], name, 1))
            elif around and name == around[-1][1]:
                lang, _, depth = around.pop()
                around += [(lang, name, depth + step)] if depth + step else []
        elif place % 2 == 0 and around and part.strip():
            if around[-1][0] == "en":
                _mark(parts, place, BCP47["zh"], _CHINESE)
            elif not code:
                _mark(parts, place, BCP47["en"], _LATIN)
    return "".join(parts)


def _mark(parts: list[str], place: int, lang: str, pattern: re.Pattern[str]) -> None:
    def marked(found: re.Match[str]) -> str:
        words = _WORD.findall(found.group())
        sentence = len(words) >= _LEAST and any(word.islower() for word in words)
        return f'<span lang="{lang}">{found.group()}</span>' if sentence or pattern is _CHINESE else found.group()

    text, tag = pattern.sub(marked, parts[place]), _NAME.match(parts[place - 1])
    if tag and not tag[1] and tag[2] in _PLAIN:
        if text != parts[place]:
            parts[place - 1] = f'{tag.group()} lang="{lang}"{parts[place - 1].removeprefix(tag.group())}'
    else:
        parts[place] = _DOT.sub(_SILENT, text)
