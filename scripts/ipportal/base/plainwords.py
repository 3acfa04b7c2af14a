"""What makes words from outside unfit to be shown: one judgement for data, descriptions, pages and portal.toml."""

import re
from collections.abc import Iterator
from typing import Final

from ipportal.base.characters import mended, odd, template_in
from ipportal.base.errors import Advice
from ipportal.base.text import Text

#: Spaces (Unicode category Zs) of neither a Latin nor a Chinese keyboard
_WIDE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")


def refused(text: str) -> Iterator[Advice]:
    """Everything that speaks against a text of one line."""
    for judge in (hidden_in, lookalike_in, braces_in):
        if found := judge(text):
            yield found


def hidden_in(text: str) -> Advice | None:
    """Characters nobody can see, and spaces that only look like one."""
    unseen = {one.place: str(one) for one in odd(text) if not one.meant}
    if not unseen and not _WIDE.search(text):
        return None
    kept = _WIDE.sub(" ", "".join(char for place, char in enumerate(text) if place not in unseen))
    how = Text("整段删掉，用键盘重打，不要从网页粘贴", "delete it and type it, do not paste")
    return Advice(Text("没有隐藏字符的内容", "text without hidden characters"), write(kept, how))


def lookalike_in(text: str) -> Advice | None:
    """Characters that only look like the ones that are meant."""
    named = list(dict.fromkeys(str(one) for one in odd(text) if one.meant))
    if not named:
        return None
    how = Text(
        f"{'、'.join(named)}。多半是从 PDF 或网页粘贴来的，看着一样，却搜索不到；重打",
        f"{', '.join(named)}. Pasted from a PDF or web page, it looks the same and is never found; type it again",
    )
    return Advice(Text("通用的汉字和字母", "ordinary Chinese characters and letters"), write(mended(text), how))


def braces_in(text: str) -> Advice | None:
    """Braces that would make the text a template."""
    if not (found := template_in(text)):
        return None
    hint = Text(
        "这里不写宏：删去大括号，直接写要显示的文字",
        "no macros here: delete the braces and write the words that are to be shown",
    )
    return Advice(Text(f"没有 {found} 的内容", f"text without {found}"), hint)


def write(value: str, how: Text) -> Text:
    """A hint with the value as it should be written."""
    return Text(f"{how.zh}：{value}", f"{how.en}: {value}")
