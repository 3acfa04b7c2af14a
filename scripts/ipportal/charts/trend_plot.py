"""Where everything on the drawing of a trend is, in pixels."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from ipportal.base import Frozen
from ipportal.base.text import Lang
from ipportal.charts import parts
from ipportal.charts.parts import alt
from ipportal.charts.theme import Box, Scale, pick_years, text_width
from ipportal.charts.trend import Story
from ipportal.data.model import Portal


class Plot(Frozen):
    """A story laid out in one language and width: where things are, in pixels.

    `years` and `values` are the ends of the two scales.
    """

    portal: Portal
    story: Story
    lang: Lang
    area: parts.PlotArea
    years: tuple[float, float]
    values: tuple[float, float]

    @property
    def scale(self) -> Scale:
        """The unit it counts in."""
        return self.story.scales[self.lang]

    def x(self, year: float) -> float:
        """Pixel of a year."""
        first, last = self.years
        return (year - first) / (last - first) * self.area.inner_width

    def y(self, value: Decimal) -> float:
        """Pixel of a value."""
        low, high = self.values
        return (high - float(value * self.scale.factor)) / (high - low) * self.area.inner_height

    def year_channel(self, axis: alt.Axis | None) -> alt.X:
        """What data marks read their year by."""
        return alt.X("year:Q", scale=alt.Scale(domain=list(self.years), nice=False, zero=False), axis=axis)

    @property
    def inside(self) -> Box:
        """Where labels of points may stand: below the key, above the years."""
        head = parts.key_height(self.story.signs, self.lang, self.area.width)
        return Box(0, head - self.area.top, self.area.inner_width, self.area.inner_height - 2)

    @property
    def years_shown(self) -> list[int]:
        """Years written below the axis, as many as fit; the target year and known years first."""
        story = self.story
        slot = self.area.inner_width / (story.last - story.first + 1)
        t0 = story.judged[0].baseline_year
        known = sorted((p.year for p in story.comparable), key=lambda year: (year != t0, -year))
        room = (text_width("2020", self.area.size) + 6) / slot
        return pick_years(range(story.first, story.last + 1), [story.last, *known, story.first], max(1, room))

    def markers(self, half: float) -> list[Box]:
        """Where marks stand: points, and goals with `half` a side."""
        points = ((self.x(p.year), self.y(p.value), 6) for p in self.story.points)
        goals = ((self.x(v.target.year), self.y(goal), half) for v, goal in self.story.goals)
        return [Box(x - size, y - size, x + size, y + size) for x, y, size in (*points, *goals)]

    def strokes(self) -> list[Box]:
        """Small boxes along every line, which labels avoid where they can."""
        boxes: list[Box] = []
        for x_a, y_a, x_b, y_b in (*self.joins(), *self.straight(), *self.rules, *self.changes()):
            steps = max(2, int(max(abs(x_b - x_a), abs(y_b - y_a)) // 8))
            for i in range(steps + 1):
                x, y = x_a + (x_b - x_a) * i / steps, y_a + (y_b - y_a) * i / steps
                boxes.append(Box(x - 2, y - 2, x + 2, y + 2))
        return boxes

    def joins(self) -> list[tuple[float, float, float, float]]:
        """Lines between neighbouring known years on the scale; a gap stays a gap."""
        return [
            (self.x(a.year), self.y(a.value), self.x(b.year), self.y(b.value))
            for a, b in pairwise(self.story.comparable)
            if b.year == a.year + 1
            and a.year >= self.years[0]
            and a.row.basis == b.row.basis
            and (not self.story.summed or a.row.period.first == b.row.period.first)
        ]

    def straight(self) -> list[tuple[float, float, float, float]]:
        """Each plan's path of its default target."""
        return [(self.x(a), self.y(low), self.x(b), self.y(high)) for (a, low), (b, high) in self.story.paths]

    @cached_property
    def rules(self) -> list[tuple[float, float, float, float]]:
        """The dashed rules of the plans' default targets; where later documents moved one, a step at their dates."""
        lines: list[tuple[float, float, float, float]] = []
        for verdict, goal in self.story.ends:
            begin = 0.0 if verdict.plan == self.story.plans[0] else self.x(verdict.plan.first_year - 0.5)
            told = self.story.steps.get(verdict.target.id, [])
            steps = [(self.x(since), self.y(value)) for since, value in told] or [(begin, self.y(goal))]
            places = [(begin, steps[0][1]), *steps[1:]]
            for (x, y), (x_next, y_next) in pairwise([*places, (self.x(verdict.target.year), places[-1][1])]):
                lines.append((x, y, x_next, y))
                if y_next != y:
                    lines.append((x_next, y, x_next, y_next))
        return lines

    def beyond(self, box: Box, y: float) -> bool:
        """Whether a box stands beyond a target's rule, seen from the pixel of a value."""
        middle, level = (box.top + box.bottom) / 2, ((x, at, x_next) for x, at, x_next, end in self.rules if at == end)
        return any(x < box.right and box.left < x_next and (middle - at) * (y - at) < 0 for x, at, x_next in level)

    def changes(self) -> list[tuple[float, float, float, float]]:
        """The upright lines where later plans begin."""
        begins = [self.x(plan.first_year - 0.5) for plan in self.story.plans[1:]]
        return [(x, 0, x, self.area.inner_height) for x in begins]
