"""Charts on pages: the drawing with its words, table, downloads and ways to use it elsewhere."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from ipportal.analysis.progress import Verdict, zone_verdicts
from ipportal.base.text import Text
from ipportal.charts import GROUPS, Chart, find, places
from ipportal.charts.counts import compositions as known_compositions
from ipportal.charts.theme import NARROW, SLIM, WIDE
from ipportal.data.model import Indicator, Portal
from ipportal.data.plans import Plan
from ipportal.files.drawings import FORMATS, chart_path, chart_words, decoration_svg, embed_height, embed_path, page_svg
from ipportal.pages.view import TEMPLATES, View, lend, macro

#: Which class shows a drawing of which width
SHAPES: Final = {WIDE: "wide", NARROW: "narrow", SLIM: "slim"}


@macro
def chart(view: View, kind: str, subject: str = "", say: bool = True) -> Markup:
    """`{{ chart("trend", "grants") }}`: a chart with its sentence, table, downloads and embed code.

    `say=False` leaves the sentence to the page where it is told already.
    """
    found = find(view.portal, kind, subject)
    if found is None and kind in ("overview", "change", "availability") and subject in GROUPS:
        return view.nothing()
    if found is None or WIDE not in found.widths:
        wanted = Text("能画出的图：类型和对象", "a chart there is: kind and subject")
        view.refuse(f"{kind} {subject}".strip(), wanted)
    return Markup("") if view.rehearsal else _figure(view, found, say=say)


def compositions(view: View, indicator: Indicator) -> list[Markup]:
    """What an indicator is made of: a chart with its table for each dimension it is broken down by."""
    subjects = [key for key, pairs in known_compositions(view.portal).items() if pairs[0][0].indicator == indicator.id]
    return [chart(view, "composition", subject) for subject in subjects]


@macro
def indicator_chart(view: View, indicator: Indicator, say: bool = False) -> Markup:
    """`{{ indicator_chart("grants") }}`: the trend of an indicator; a plain word where nothing known can be
    drawn, and nothing where nothing is known, which the values below say."""
    found = find(view.portal, "trend", indicator.id)
    if found is None:
        if not view.portal.observed(indicator.id, view.portal.zone.id):
            return Markup("")
        words = Text("没有可以画成图的公开数值。", "No published value can be drawn yet.")
        return view.render("empty.html", words=words)
    return Markup("") if view.rehearsal else _figure(view, found, say=say)


@macro
def comparison(view: View, indicator: Indicator) -> Markup:
    """`{{ comparison("grants") }}`: zone, city, province, nation and peers in the newest year they share, and a choice
    of places and definitions to see year by year; nothing where nothing can be drawn."""
    charts = [find(view.portal, places.KIND, subject) for subject in places.subjects(view.portal, indicator.id)]
    drawn = {
        c.name: _figure(view, c, say=c.kind != places.KIND)
        for c in (find(view.portal, "ladder", indicator.id), *charts)
        if c
    }
    return view.render("comparison.html", indicator=indicator, drawn=drawn) if drawn else Markup("")


def spark(view: View, indicator: str) -> Markup:
    """The small drawing of a card; nothing where there is no comparable value."""
    found = find(view.portal, "spark", indicator)
    if found is None or view.rehearsal:
        return Markup("")
    (raw,) = view.drawings.raw(found, view.lang).values()
    return Markup(decoration_svg(raw))


def verdict_groups(portal: Portal, indicator: str) -> list[tuple[Plan, list[Verdict], list[Verdict]]]:
    """The zone's verdicts on an indicator by plan, the one spoken of first: those told in full, and the years between.

    In full are the one to show first, the one on the plan's last target, and all on targets that are no default.
    """
    found: dict[str, list[Verdict]] = {}
    for verdict in zone_verdicts(portal, indicator):
        found.setdefault(verdict.plan.id, []).append(verdict)
    groups = []
    for judged in found.values():
        last = max((v for v in judged if v.target.default), key=lambda v: v.target.year, default=judged[0])
        told = [v for v in judged if v in (judged[0], last) or not v.target.default]
        between = sorted((v for v in judged if v not in told), key=lambda v: v.target.year)
        groups.append((judged[0].plan, told, between))
    return groups


lend(places.choices, places.unpublished, chart_path, embed_path)
TEMPLATES.globals["CHART_FORMATS"] = FORMATS


def _figure(view: View, found: Chart, *, say: bool) -> Markup:
    words = chart_words(view.portal, found, view.lang)
    raw = view.drawings.raw(found, view.lang)
    drawings = [(SHAPES[width], Markup(page_svg(svg))) for width, svg in raw.items()]
    height = embed_height(words, raw)
    return view.render("figure.html", chart=found, words=words, drawings=drawings, say=say, height=height)
