"""Laws as they are cited: name with version, and articles, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ipportal.base.periods import date_label
from ipportal.base.text import Lang, Text
from ipportal.data.model import Law
from ipportal.words.wording import bracketed

#: `24(1)` is an item of an article, `219-1` an article put in behind another
_ARTICLE: Final = re.compile(r"(\d+)(?:-(\d+)|\((\d+)\))?")
_INSERTED: Final = "一二三四五六七八九"


def law_name(law: Law) -> Text:
    """The short name with its version; for a text that never changed, with the day it started."""
    if law.version:
        return law.title
    if law.in_force is None:
        return law.short + bracketed(Text.same(law.number)) if law.number else law.short
    day = law.in_force
    started = Text(f"{date_label(day, 'zh')}起施行", f"in force since {date_label(day, 'en')}")
    return law.short + bracketed(started)


def articles_label(articles: Iterable[str], lang: Lang) -> str:
    """`第62—63、116条`, `Articles 62–63, 116`; nothing for no articles."""
    each = [part for article in articles for part in article.split(", ")]
    if lang == "en":
        listed = ", ".join(each).replace("—", "–")
        return f"Article{'s' if len(each) > 1 or '–' in listed else ''} {listed}" if each else ""
    plain = [one for one in each if "(" not in one and "-" not in one]
    told = [f"第{'、'.join(plain)}条"] if plain else []
    for number, inserted, item in (_ARTICLE.fullmatch(one).groups() for one in each if one not in plain):  # type: ignore[union-attr]
        told.append(f"第{number}条之{_INSERTED[int(inserted) - 1]}" if inserted else f"第{number}条第{item}项")
    return "、".join(told)
