"""How fresh the data and the columns of the site are, as of the portal's day."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.blocks.view import Block, View
from ipportal.freshness import KINDS, STATES, freshness
from ipportal.freshtext import counts, urgent_first
from ipportal.periods import date_label


def freshness_report(view: View) -> Markup:
    """`{{ freshness_report() }}`: last change, deadline and state of every data set, column and statement."""
    report = freshness(view.portal, view.manuscripts, view.portal.settings.as_of)
    groups = [(kind, title, urgent_first(report.of(kind))) for kind, title in KINDS.items() if report.of(kind)]
    return view.render(
        "freshness.html", report=report, groups=groups, states=STATES, counts=counts(report), day=date_label
    )


MACROS: Final[dict[str, Block]] = {"freshness_report": freshness_report}
