"""How fresh the data and the columns of the site are, as of the portal's day, and which figures may come next."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.freshness import KINDS, STATES, expectations, freshness, silent
from ipportal.base.periods import date_label
from ipportal.base.text import join_list
from ipportal.pages.view import Block, View
from ipportal.words.freshtext import counts, figure_of, habit, months, urgent_first
from ipportal.words.wording import years_in_words

#: Figures named in the one sentence of the home page
_NEXT: Final = 3


def freshness_report(view: View) -> Markup:
    """`{{ freshness_report() }}`: last change, deadline and state of every data set, column and statement."""
    report = freshness(view.portal, view.manuscripts, view.portal.settings.as_of)
    groups = [(kind, title, urgent_first(report.of(kind))) for kind, title in KINDS.items() if report.of(kind)]
    return view.render(
        "freshness.html", report=report, groups=groups, states=STATES, counts=counts(report), day=date_label
    )


def expected_figures(view: View) -> Markup:
    """`{{ expected_figures() }}`: figures others may publish next, when, and what that rests on."""
    found = [e for e in expectations(view.portal, view.portal.settings.as_of) if e.probable]
    return view.render("expected.html", expected=found, figure_of=figure_of, months=months, habit=habit)


def zone_outlook(view: View, group: str = "core") -> Markup:
    """`{{ zone_outlook() }}`: for which of the zone's indicators a next figure can be expected, and for which not."""
    known = expectations(view.portal, view.portal.settings.as_of)
    own = [e for e in known if e.area.id == view.portal.zone.id and e.indicator.group == group]
    return view.render(
        "outlook.html",
        probable=[e for e in own if e.probable],
        ceased=[e for e in own if not e.probable],
        silent=silent(view.portal, group, known),
        months=months,
        habit=habit,
        years=years_in_words,
    )


def next_figures(view: View) -> Markup:
    """`{{ next_figures() }}`: one quiet sentence on the figures that may be published next."""
    found = [e for e in expectations(view.portal, view.portal.settings.as_of) if e.probable][:_NEXT]
    named = [view.t(f"{figure_of(e).zh}（{months(e).zh}）", f"{figure_of(e).en} ({months(e).en})") for e in found]
    return view.render("next-figures.html", named=join_list(named, view.lang))


MACROS: Final[dict[str, Block]] = {
    "freshness_report": freshness_report,
    "expected_figures": expected_figures,
    "zone_outlook": zone_outlook,
    "next_figures": next_figures,
}
