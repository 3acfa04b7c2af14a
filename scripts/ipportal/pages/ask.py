"""Letters that ask an office for what has not been published."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.comparable import unknown_years
from ipportal.base.text import Text
from ipportal.pages.view import Block, View
from ipportal.words.letters import Blank, blank_letter, figure_gloss, figure_letter
from ipportal.words.wording import years_in_words

_BLANKS: Final[dict[Blank, Text]] = {
    "commitment": Text("一项带数字的承诺", "A commitment with a number"),
    "measure": Text("一条措施", "A measure"),
}


def request_letters(view: View, to: str, group: str = "core") -> Markup:
    """`{{ request_letters("…局") }}`: a letter for each indicator of the group that lacks years.

    `to` is the office it goes to, in Chinese, as letters are.
    """
    portal = view.portal
    letters = [
        (f"ask-{one.id}", one.name, years_in_words(years), figure_gloss(portal, one), figure_letter(portal, one, to))
        for one in portal.group(group)
        if (years := unknown_years(portal, one.id))
    ]
    return view.render("request-letters.html", letters=letters)


def request_templates(view: View, to: str) -> Markup:
    """`{{ request_templates("…局") }}`: letters with blanks, for a commitment and for a measure."""
    nothing = Text("", "")
    letters = [
        (f"ask-{kind}", name, nothing, nothing, blank_letter(view.portal, kind, to)) for kind, name in _BLANKS.items()
    ]
    return view.render("request-letters.html", letters=letters)


MACROS: Final[dict[str, Block]] = {"request_letters": request_letters, "request_templates": request_templates}
