"""The drawing of a trend: places are measured in pixels first, then handed to Altair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import altair as alt

from ipportal.analysis.progress import Verdict
from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.key import key, key_height
from ipportal.charts.record import Spec
from ipportal.charts.space import LINE, Box, Label, beside, nice_ticks, pick_years, place, runs, text_width, wrap
from ipportal.charts.story import MARKS, NOT_PUBLISHED, Point, Story
from ipportal.charts.theme import SIZES, WIDE, Width, axis_number, label_expression
from ipportal.charts.units import Scale
from ipportal.data.model import Portal, Qualifier, TargetKind
from ipportal.words import format_target, observed, tidy, version_name

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PREFIX: Final = {
    Qualifier.ABOUT: Text("约 ", "about "),
    Qualifier.MORE_THAN: Text("超 ", "over "),
    Qualifier.NEARLY: Text("近 ", "nearly "),
    Qualifier.AT_LEAST: Text("≥ ", "≥ "),
    Qualifier.AT_MOST: Text("≤ ", "≤ "),
}


@dataclass(frozen=True)
class _Plot:
    """A story laid out in one language and width: where things are, in pixels."""

    story: Story
    scale: Scale
    lang: Lang
    area: parts.PlotArea
    ticks: list[float]

    def x(self, year: float) -> float:
        """Pixel of a year; every year owns a slot of equal width."""
        return (year - self.story.first + 0.5) / (self.story.last - self.story.first + 1) * self.area.inner_width

    def y(self, value: Decimal) -> float:
        """Pixel of a value."""
        low, high = self.ticks[0], self.ticks[-1]
        return (high - float(value * self.scale.factor)) / (high - low) * self.area.inner_height

    @property
    def inside(self) -> Box:
        """Where labels of points may stand: below the key, above the years."""
        head = key_height(self.story.signs, self.lang, self.area.width)
        return Box(0, head - self.area.top, self.area.inner_width, self.area.inner_height - 2)

    @property
    def years_shown(self) -> list[int]:
        """Years written below the axis, as many as fit; the target year and known years first."""
        story = self.story
        slot = self.area.inner_width / (story.last - story.first + 1)
        known = sorted(
            (p.year for p in story.comparable), key=lambda year: (year != story.judged[0].baseline_year, -year)
        )
        every = list(range(story.first, story.last + 1))
        room = (text_width("2020", self.area.size) + 6) / slot
        return pick_years(every, [story.last, *known, story.first], max(1, room))

    def strokes(self) -> list[Box]:
        """Small boxes along every line, which labels avoid where they can."""
        boxes: list[Box] = []
        for x_a, y_a, x_b, y_b in (*self.joins(), *self.straight(), *self.rule()):
            steps = max(2, int(abs(x_b - x_a) // 8))
            for i in range(steps + 1):
                x, y = x_a + (x_b - x_a) * i / steps, y_a + (y_b - y_a) * i / steps
                boxes.append(Box(x - 2, y - 2, x + 2, y + 2))
        return boxes

    def joins(self) -> list[tuple[float, float, float, float]]:
        """Lines between neighbouring known years; a gap stays a gap."""
        return [
            (self.x(a.year), self.y(a.value), self.x(b.year), self.y(b.value))
            for a, b in pairwise(self.story.comparable)
            if b.year == a.year + 1
        ]

    def straight(self) -> list[tuple[float, float, float, float]]:
        """The plan's path of the default target; none for a running total, whose starting year nobody has given."""
        end = self.story.plan_goal
        if end is None or (
            end[0].target.kind == TargetKind.CUMULATIVE and not end[0].indicator.is_flow and not end[0].latest
        ):
            return []
        return [
            (self.x(a), self.y(value_a), self.x(b), self.y(value_b))
            for (a, value_a), (b, value_b) in pairwise(end[0].path)
        ]

    def rule(self) -> list[tuple[float, float, float, float]]:
        """The dashed rule of the default target; where later documents moved it, a step at the date of each."""
        end = self.story.plan_goal
        if end is None:
            return []
        steps = [(self.x(since), self.y(goal)) for since, goal in self.story.steps] or [(0.0, self.y(end[1]))]
        places = [(0.0, steps[0][1]), *steps[1:]]
        lines: list[tuple[float, float, float, float]] = []
        for (x, y), (x_next, y_next) in pairwise([*places, (self.x(end[0].target.year), places[-1][1])]):
            lines.append((x, y, x_next, y))
            if y_next != y:
                lines.append((x_next, y, x_next, y_next))
        return lines


def draw_trend(portal: Portal, story: Story, lang: Lang, width: Width, title: str, sentence: str) -> Spec:
    """The specification of a trend."""
    plot = _lay_out(story, story.scale(portal, lang), lang, width)
    x = alt.X(
        "year:Q",
        scale=alt.Scale(domain=[story.first - 0.5, story.last + 0.5], nice=False, zero=False),
        axis=alt.Axis(values=plot.years_shown, format="d", title=None),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[plot.ticks[0], plot.ticks[-1]], nice=False),
        axis=alt.Axis(
            values=plot.ticks, grid=True, title=None, labelExpr=label_expression(lang, myriads=plot.scale.myriads)
        ),
    )
    goal_labels = _goal_labels(plot)
    values, notes = _labels(portal, plot, goal_labels)
    layers = [
        *parts.ground(_open_ground(plot)),
        *parts.lines(plot.straight(), "soft", width=1, dash=(1, 4)),
        *parts.lines(plot.rule(), "target", width=1, dash=(6, 5)),
        *parts.lines(plot.joins(), "main", width=2),
        *_goals(portal, plot, x, y),
        *_points(portal, plot, x, y),
        *parts.words(values, plot.area.size),
        *parts.words(notes, plot.area.size, "soft"),
        *parts.words(goal_labels, plot.area.size, "target"),
        *key(story.signs, lang, plot.area),
    ]
    return parts.sheet(layers, plot.area, lang, title, sentence)


def _lay_out(story: Story, scale: Scale, lang: Lang, width: Width) -> _Plot:
    size = SIZES[width]
    values = [float(p.value * scale.factor) for p in story.points] + [float(g * scale.factor) for _, g in story.goals]
    ticks = nice_ticks(max(values) * 1.02, 5 if width == WIDE else 4, min(values))
    left = max(text_width(axis_number(tick, lang, myriads=scale.myriads), size) for tick in ticks) + 12
    names = [line for _, words in _goal_words(story, scale, lang) for line in words]
    right = max((text_width(line, size) for line in names), default=0) + 20 if width == WIDE else 12
    top = 16 + key_height(story.signs, lang, width)
    area = parts.PlotArea(width, 340 if width == WIDE else 350, round(left), round(right), round(top), 34)
    return _Plot(story, scale, lang, area, ticks)


def _open_ground(plot: _Plot) -> list[Box]:
    return [
        Box(round(plot.x(a - 0.5), 1), 0, round(plot.x(b + 0.5), 1), plot.area.inner_height)
        for a, b in runs(plot.story.open_years)
    ]


def _titles(lang: Lang) -> dict[str, str]:
    words = {
        "period": Text("时期", "Period"),
        "shown": Text("数值", "Value"),
        "note": Text("性质", "Kind"),
        "source": Text("出处", "Source"),
    }
    return {field: text[lang] for field, text in words.items()}


def _goals(portal: Portal, plot: _Plot, x: Any, y: Any) -> list[parts.Layer]:
    lang = plot.lang
    rows = []
    for verdict, goal in plot.story.goals:
        shown, year = format_target(verdict.target)[lang], verdict.target.year
        rows.append(
            {
                "year": year,
                "value": plot.scale.value(goal),
                "period": Text(f"{year} 年", str(year))[lang],
                "shown": shown,
                "note": Text("目标", "target")[lang],
                "source": portal.sources[verdict.target.source].name[lang],
                "say": Text(f"{year} 年目标：{shown}", f"Target for {year}: {shown}")[lang],
            }
        )
    return parts.points(rows, x, y, shape="diamond", role="target", hollow=True, titles=_titles(lang), size=150)


def _points(portal: Portal, plot: _Plot, x: Any, y: Any) -> list[parts.Layer]:
    layers: list[parts.Layer] = []
    for kind, sign in MARKS.items():
        rows = [_point_row(portal, plot, point) for point in plot.story.points if point.kind == kind]
        layers += parts.points(
            rows, x, y, shape=sign.shape, role=sign.role, hollow=sign.hollow, titles=_titles(plot.lang)
        )
    return layers


def _point_row(portal: Portal, plot: _Plot, point: Point) -> dict[str, Any]:
    lang = plot.lang
    period, shown = plot.story.period(point.row)[lang], observed(point.row)[lang]
    note = portal.bases[point.row.basis].name if point.kind == "other" else MARKS[point.kind].words
    bracket = "" if point.kind == "full" else Text(f"（{note.zh}）", f" ({note.en})")[lang]
    return {
        "year": point.year,
        "value": plot.scale.value(point.value),
        "period": period,
        "shown": shown,
        "note": note[lang],
        "source": portal.sources[point.row.source].name[lang],
        "say": Text(f"{period}：{shown}{bracket}", f"{period}: {shown}{bracket}")[lang],
    }


def _goal_words(story: Story, scale: Scale, lang: Lang) -> list[tuple[Verdict, list[str]]]:
    found = []
    for verdict, goal in story.goals:
        target, figure = verdict.target, scale.words(goal)
        if target.minimum is not None and target.maximum is not None and target.maximum != target.minimum:
            ends = [target.unit.convert(bound, story.indicator.unit) for bound in (target.minimum, target.maximum)]
            figure = Text("—", "–")[lang].join(scale.words(end) for end in ends)
        if target.kind == TargetKind.EXCEED:
            figure = Text("超过 {}", "over {}")[lang].format(figure)
        head = Text(f"{target.year} 目标", f"{target.year} target") if target.default else version_name(verdict)
        found.append((verdict, [head[lang], figure]))
    return found


def _goal_labels(plot: _Plot) -> list[Label]:
    """Names of the targets: beside the diamonds where there is room at the side, else the highest above its diamond."""
    size, area = plot.area.size, plot.area
    taken = [_marker(plot.x(p.year), plot.y(p.value)) for p in plot.story.points]
    taken += [_marker(plot.x(v.target.year), plot.y(goal), 7) for v, goal in plot.story.goals]
    labels: list[Label] = []
    words = sorted(_goal_words(plot.story, plot.scale, plot.lang), key=lambda found: -(found[0].goal or 0))
    for rank, (verdict, lines) in enumerate(words):
        assert verdict.goal is not None
        y, below = plot.y(verdict.goal), 1 if rank else -1
        if area.width == WIDE:
            steps = (0, *(below * step for step in (0.7, 1.4, 2.1, 2.8)), -0.7 * below, -1.4 * below)
            options = [Label(tuple(lines), area.inner_width + 10, y + step * size, "left") for step in steps]
        else:
            edge, tall = area.inner_width + area.right - 4, LINE * size / 2 + 11
            one = tidy(Text(" ".join(lines), " ".join(lines)))[plot.lang]
            options = [Label((one,), edge, y + step * below * tall, "right") for step in (1, 1.6, 2.2, 3, -1, -1.6)]
        spot = place(options, size, [*taken, *(label.box(size) for label in labels)], area.frame)
        labels += [spot] if spot else []
    return labels


def _labels(portal: Portal, plot: _Plot, goal_labels: Sequence[Label]) -> tuple[list[Label], list[Label]]:
    """Values beside their points and the words on open ground; full-year values choose first."""
    size, story = plot.area.size, plot.story
    taken = [_marker(plot.x(p.year), plot.y(p.value)) for p in story.points]
    taken += [_marker(plot.x(v.target.year), plot.y(goal), 9) for v, goal in story.goals]
    taken += [label.box(size) for label in goal_labels]
    strokes, values, notes = plot.strokes(), list[Label](), list[Label]()
    for point in sorted(story.points, key=lambda p: (list(MARKS).index(p.kind), p.year)):
        options = [
            label
            for words in _point_words(portal, plot, point)
            for label in beside(words, plot.x(point.year), plot.y(point.value), size, 8)
        ]
        spot = place(options, size, [*taken, *strokes], plot.inside) or place(options, size, taken, plot.inside)
        if spot:
            taken.append(spot.box(size))
            (values if point.kind in ("full", "provisional") else notes).append(spot)
    return values, [*notes, *_open_words(plot, [*taken, *strokes])]


def _marker(x: float, y: float, half: float = 6) -> Box:
    return Box(x - half, y - half, x + half, y + half)


def _point_words(portal: Portal, plot: _Plot, point: Point) -> list[list[str]]:
    """What to write beside a point, the fullest version first."""
    figure = _PREFIX.get(point.row.qualifier, Text("", ""))[plot.lang] + plot.scale.words(point.value)
    if point.kind in ("full", "provisional"):
        return [[figure]] if point.year in plot.years_shown else [[figure, f"({point.year})"], [figure]]
    if point.kind == "other":
        return [[figure, *wrap(portal.bases[point.row.basis].name[plot.lang], plot.area.size, 130)], [figure]]
    part = _part_name(point, flow=plot.story.indicator.is_flow)[plot.lang]
    return [[f"{part} {figure}"], [part, figure], [figure]]


def _part_name(point: Point, *, flow: bool) -> Text:
    """Which part of the year, without the year: 上半年, Q3, 1—7 月, end of Jul."""
    period = point.row.period
    month = period.last.month if period.last else 12
    if period.kind == "half":
        return Text("上半年", "Jan–Jun") if month == 6 else Text("下半年", "Jul–Dec")
    if period.kind == "quarter":
        return Text(f"{'一二三四'[(month - 1) // 3]}季度", f"Q{(month + 2) // 3}")
    if flow and month > 1:
        return Text(f"1—{month} 月", f"Jan–{_MONTHS[month - 1]}")
    return Text(f"{month} 月", _MONTHS[month - 1]) if flow else Text(f"{month} 月底", f"end of {_MONTHS[month - 1]}")


def _open_words(plot: _Plot, taken: Sequence[Box]) -> list[Label]:
    """“没有可比的全年数值” on the widest open ground, as low as it can stand."""
    open_runs = runs(plot.story.open_years)
    if not open_runs:
        return []
    a, b = max(open_runs, key=lambda run: (run[1] - run[0], run[0]))
    left, right = plot.x(a - 0.5), plot.x(b + 0.5)
    size = plot.area.size
    lines = tuple(wrap(NOT_PUBLISHED[plot.lang], size, right - left - 8))
    low = plot.area.inner_height - 6 - len(lines) * LINE * size / 2
    options = [Label(lines, (left + right) / 2, low - step * 12, "center") for step in range(14)]
    room = Box(left, plot.inside.top, right, plot.inside.bottom)
    spot = place(options, size, taken, room)
    return [spot] if spot else []
