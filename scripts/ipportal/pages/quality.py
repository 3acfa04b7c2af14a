"""What is checked, written from the rules themselves."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.pages.view import Block, View
from ipportal.rules.rule import CATALOGUE


def quality_rules(view: View) -> Markup:
    """`{{ quality_rules() }}`: every rule by subject, with an example of the fault and its remedy."""
    return view.render("quality-rules.html", groups=CATALOGUE.groups)


MACROS: Final[dict[str, Block]] = {"quality_rules": quality_rules}
