"""What is checked, written from the rules themselves."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.pages.view import Block, View
from ipportal.rules import GROUPS


def quality_rules(view: View) -> Markup:
    """`{{ quality_rules() }}`: every rule by subject, with an example of the fault and its remedy."""
    return view.render("quality-rules.html", groups=GROUPS)


MACROS: Final[dict[str, Block]] = {"quality_rules": quality_rules}
