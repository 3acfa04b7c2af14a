"""A very small trend for a card: known years, the path and the goal, without words; the card says the numbers."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Final

import altair as alt

from ipportal.base.text import Lang
from ipportal.charts import parts
from ipportal.charts.record import Chart, Spec
from ipportal.charts.story import Story, story_of
from ipportal.charts.theme import SPARK
from ipportal.charts.trend import trend
from ipportal.data.model import Portal

_HEIGHT: Final = 60


def accepts(portal: Portal, indicator: str) -> bool:
    """A spark needs a comparable value of the zone and a goal of the default target."""
    story = story_of(portal, indicator)
    return story is not None and bool(story.comparable) and story.plan_goal is not None


def spark(portal: Portal, indicator: str) -> Chart:
    """The small drawing of one indicator; words and table are those of its trend.

    Raises:
        ValueError: the indicator has no comparable value or no goal.
    """
    story = story_of(portal, indicator)
    if story is None or not accepts(portal, indicator):
        raise ValueError(f"nothing to draw: {indicator}")
    full = trend(portal, indicator)
    return Chart(
        name=f"spark-{indicator}",
        kind="spark",
        title=full.title,
        subtitle=full.subtitle,
        sentence=full.sentence,
        source=full.source,
        table=full.table,
        draw=lambda lang, _width: _draw(portal, story, lang, full.title[lang], full.sentence[lang]),
        widths=(SPARK,),
    )


def _draw(portal: Portal, story: Story, lang: Lang, title: str, sentence: str) -> Spec:
    plan = portal.settings.plan
    assert story.plan_goal is not None
    verdict, goal = story.plan_goal
    scale = story.scale(portal, lang)
    known = [p for p in story.comparable if p.year >= plan.baseline_year]
    values = [p.value for p in known] + [goal]
    low, high = float(min(values) * scale.factor), float(max(values) * scale.factor)
    room = (high - low) * 0.15 or 1
    area = parts.PlotArea(SPARK, _HEIGHT, 8, 10, 8, 8)

    def place(year: int, value: Decimal) -> tuple[float, float]:
        x = (year - plan.baseline_year) / (verdict.target.year - plan.baseline_year) * area.inner_width
        share = (float(value * scale.factor) - low + room) / (high - low + 2 * room)
        return x, (1 - share) * area.inner_height

    x = alt.X(
        "year:Q",
        scale=alt.Scale(domain=[plan.baseline_year, verdict.target.year], nice=False, zero=False),
        axis=None,
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[low - room, high + room], nice=False, zero=False), axis=None)
    rows = [{"year": p.year, "value": scale.value(p.value), "say": ""} for p in known]
    joins = [(*place(a.year, a.value), *place(b.year, b.value)) for a, b in pairwise(known) if b.year == a.year + 1]
    path = [(*place(*a), *place(*b)) for a, b in pairwise(verdict.path)]
    foot = area.inner_height + 5
    layers = [
        *parts.lines([(0, foot, area.inner_width, foot)], "grid"),
        *parts.lines(path, "soft", dash=(1, 4)),
        *parts.lines(joins, "main", width=2),
        *parts.points(rows, x, y, shape="circle", role="main", hollow=False, titles={}, size=60),
        *parts.points(
            [{"year": verdict.target.year, "value": scale.value(goal), "say": ""}],
            x,
            y,
            shape="diamond",
            role="target",
            hollow=True,
            titles={},
            size=100,
        ),
    ]
    return parts.sheet(layers, area, lang, title, sentence)
