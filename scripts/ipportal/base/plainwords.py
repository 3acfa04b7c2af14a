"""What makes words from outside unfit to be shown: one judgement for data, descriptions, pages and portal.toml."""

import re
from collections.abc import Iterator
from typing import Final

from ipportal.base.characters import mended, odd, template_in
from ipportal.base.errors import Advice, catalogue_file
from ipportal.base.text import Text

#: Spaces (Unicode category Zs) of neither a Latin nor a Chinese keyboard
_WIDE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_ADVICE: Final = {name: Advice(**said) for name, said in catalogue_file("ipportal.base", "plainwords").items()}


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
    return _ADVICE["hidden"].format(kept=kept)


def lookalike_in(text: str) -> Advice | None:
    """Characters that only look like the ones that are meant."""
    named = list(dict.fromkeys(str(one) for one in odd(text) if one.meant))
    if not named:
        return None
    return _ADVICE["lookalike"].format(named=Text("、".join(named), ", ".join(named)), meant=mended(text))


def braces_in(text: str) -> Advice | None:
    """Braces that would make the text a template."""
    braces = template_in(text)
    return _ADVICE["braces"].format(braces=braces) if braces else None
