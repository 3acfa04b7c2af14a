"""The lines above a page's text: known entries with plain values, nothing that refers, loads or grows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from ipportal.base import plainwords
from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.data.manuscripts import Manuscript
from ipportal.rules.context import Context
from ipportal.rules.markup import pages_of
from ipportal.rules.rule import Example, Finding, Rule


class _Kind(NamedTuple):
    wanted: Text
    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9-]+", value))


def _is_day(value: Any) -> bool:
    return isinstance(value, date | datetime) or (isinstance(value, str) and bool(_DAY.fullmatch(value)))


def _are_texts(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ][\d:+]+)?")
_TEXT: Final = _Kind(Text("一行文字", "one line of text"), _is_text)
_TEXTS: Final = _Kind(Text("文字，或方括号里的几项", "text, or several entries in brackets"), _are_texts)
_WORD: Final = _Kind(Text("由字母、数字和 - 组成的词", "a word of letters, digits and -"), _is_word)
_DATE: Final = _Kind(Text("日期，如 2026-11-22", "a date such as 2026-11-22"), _is_day)
_NUMBER: Final = _Kind(Text("整数", "a whole number"), lambda value: type(value) is int)
_CHOICE: Final = _Kind(Text("true 或 false", "true or false"), lambda value: isinstance(value, bool))

#: Every entry that pages may have
ENTRIES: Final[Mapping[str, _Kind]] = {
    **dict.fromkeys(("title", "description", "source", "column_type", "search_kind", "parent", "reviewed_by"), _TEXT),
    **dict.fromkeys(("keywords", "interprets", "interpreted_by", "fed_by"), _TEXTS),
    **dict.fromkeys(("page_kind", "layout", "package", "renewal", "source_hash", "reviewed_text"), _WORD),
    **dict.fromkeys(("published", "updated", "reviewed_on", "valid_until"), _DATE),
    **dict.fromkeys(("reading_time", "unlisted", "sitemap"), _CHOICE),
    "order": _NUMBER,
}


def _front_matter(context: Context) -> Iterator[Finding]:
    """The front matter of a page cannot be read, or has an entry or a value that no page may have."""
    for page in context.once(pages_of):
        if page.head_fault:
            row, found = page.head_fault
            yield Finding(Where(page.file, row), _PLAIN, found, _QUOTES)
        for name, value in page.head.items():
            for expected, found, hint in _judged(str(name), value):
                yield Finding(Where(page.file, _line(page, str(name)), str(name)), expected, found, hint)


_PLAIN: Final = Text(
    "开头两行 --- 之间的“名称: 值”，不用 &、*、! 这些标记",
    "“name: value” between two lines --- at the top, without the marks &, * and !",
)
_QUOTES: Final = Text(
    "前后各留一行 ---；值里有符号的，整个放进英文双引号",
    "one line --- before and one after; a value with such marks goes between double quotes",
)


def _judged(name: str, value: Any) -> Iterator[tuple[Text, str, Text]]:
    kind = ENTRIES.get(name)
    if kind is None:
        yield (
            Text("手册“页面里的宏”列出的名称", "a name the handbook's page on macros lists"),
            name,
            Text("改正名称，或删去这一行", "correct the name, or delete the line"),
        )
    elif not kind.fits(value):
        yield kind.wanted, _shown(value), Text("改正这一行的值", "correct the value on this line")
    else:
        for text in value if isinstance(value, list) else [value]:
            for refused in plainwords.refused(text) if isinstance(text, str) else ():
                yield refused.expected, text, refused.hint


def _shown(value: Any) -> str:
    try:
        return str(value)
    except (ValueError, RecursionError):  # numbers of thousands of digits
        return "…"


def _line(page: Manuscript, name: str) -> int | None:
    lines = page.text.split("\n")[: page.lines_above]
    return next((number for number, line in enumerate(lines, 1) if line.strip("'\" ").startswith(name)), None)


RULES: Final = (
    Rule(
        "page-front-matter",
        Text("页面开头的设置不能用", "Front matter that cannot be used"),
        Text(
            "页面开头两行 --- 之间是简单的“名称: 值”。名称只用手册列出的；值里没有引用、标记、大括号和隐藏字符。",
            "Front matter is plain “name: value” between two lines ---. Names are those the handbook lists; values "
            "hold no references, tags, braces or hidden characters.",
        ),
        Example("description: !ENV SECRET", 'description: "…"'),
        _front_matter,
    ),
)
