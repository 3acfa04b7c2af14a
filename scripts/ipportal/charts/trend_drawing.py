"""The drawings of a trend: the full one, whose places are measured in pixels before they are handed to Altair, and a
very small one for cards, without words, because the card says the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from ipportal.analysis.progress import Verdict
from ipportal.base.periods import month_name
from ipportal.base.quantities import Unit
from ipportal.base.text import Lang, Text
from ipportal.charts import parts
from ipportal.charts.parts import Layer, PlotArea, Sign, alt
from ipportal.charts.record import Chart, drawing
from ipportal.charts.theme import (
    LINE,
    SIZES,
    SPARK,
    WIDE,
    Box,
    Label,
    Scale,
    Width,
    axis_number,
    beside,
    label_expression,
    nice_ticks,
    place,
    text_width,
    wrap,
)
from ipportal.charts.trend import COMPARED, KIND, LACKING, MARKS, Plot, Point, Story, story_of, trend_table, trend_title
from ipportal.data.model import Portal, Qualifier, TargetKind
from ipportal.words.sentences import verdict_sentence, version_name
from ipportal.words.wording import NOTHING, bounds, bracketed, format_target, runs, tidy

_PREFIX: Final = {
    Qualifier.ABOUT: Text("约 ", "about "),
    Qualifier.MORE_THAN: Text("超 ", "over "),
    Qualifier.NEARLY: Text("近 ", "nearly "),
    Qualifier.AT_LEAST: Text("≥ ", "≥ "),
    Qualifier.AT_MOST: Text("≤ ", "≤ "),
}
_GOAL: Final = Sign("diamond", True, "target", clear=True)


def trend(portal: Portal, subject: str) -> Chart | None:
    """Baseline, known values and target of one indicator of the zone, or of another area by `area/indicator`.

    None without a target or without any dated value.
    """
    story = story_of(portal, subject)
    if story is None:
        return None
    unit = Text.each(lambda lang: story.scales[lang].name)
    form = Text("{name}，{zone}，单位：{unit}", "{name}, {zone}; unit: {unit}")
    subtitle = form.format(name=story.indicator.name, zone=story.area.short, unit=unit)
    sentence = verdict_sentence(portal, story.judged[0])
    words = {"title": trend_title(portal, story), "subtitle": subtitle, "sentence": sentence}
    sources = [*(p.row.source for p in story.points), *(v.target.source for v in story.judged)]
    name, table = f"{KIND}-{subject.replace('/', '-')}", trend_table(portal, story)
    return Chart.of(portal, name, KIND, words, sources, table, lambda *of: _draw(*_lay_out(portal, story, *of)))


def spark(portal: Portal, indicator: str) -> Chart | None:
    """The small drawing of a comparable value and the goal that is shown first; None where either is missing.

    Words and table are those of the trend.
    """
    story, full = story_of(portal, indicator), trend(portal, indicator)
    if story is None or full is None or not story.comparable or story.judged[0].goal is None:
        return None
    draw = drawing(full.title, full.sentence, lambda lang, _width: _draw_spark(portal, story, lang))
    return replace(full, name=f"spark-{indicator}", kind="spark", draw=draw, widths=(SPARK,))


def _draw(plot: Plot, ticks: list[float]) -> tuple[PlotArea, list[Layer]]:
    story, area = plot.story, plot.area
    x = plot.year_channel(alt.Axis(values=plot.years_shown, format="d", title=None))
    numbers = label_expression(plot.lang, myriads=plot.scale.myriads)
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=list(plot.values), nice=False),
        axis=alt.Axis(values=ticks, grid=True, title=None, labelExpr=numbers),
    )
    goal_labels, changes = _goal_labels(plot), plot.changes()
    plans = _plan_labels(plot, goal_labels)
    values, notes = _labels(plot, [*goal_labels, *plans])
    open_ground = [
        Box(round(plot.x(a - 0.5), 1), 0, round(plot.x(b + 0.5), 1), area.inner_height)
        for a, b in runs(story.open_years)
    ]
    zero = [(0.0, plot.y(Decimal(0)), area.inner_width, plot.y(Decimal(0)))] if plot.values[0] < 0 else []
    return area, [
        *parts.ground(open_ground),
        *parts.lines([*zero, *changes], "soft"),
        *parts.lines(plot.straight(), "soft", width=2, dash=(2, 4)),
        *parts.lines(plot.rules, "target", width=2, dash=(6, 5)),
        *parts.lines(plot.joins(), "main", width=2),
        *_points(plot, x, y),
        *_goals(plot, x, y),
        *parts.words(values, area.size),
        *parts.words([*notes, *plans], area.size, "soft"),
        *parts.words(goal_labels, area.size, "target"),
        *parts.key(story.signs, plot.lang, area),
    ]


def _draw_spark(portal: Portal, story: Story, lang: Lang) -> tuple[PlotArea, list[Layer]]:
    """Known years from the baseline on, the path and the goal; goals of later years are left out, as beside it."""
    verdict, scale = story.judged[0], story.scales[lang]
    t0, end, goal = verdict.baseline_year, verdict.target.year, verdict.goal
    assert goal is not None
    story = replace(
        story,
        plans=(verdict.plan,),
        judged=tuple(v for v in story.judged if v.plan == verdict.plan and v.target.year <= end),
        points=tuple(p for p in story.points if p.row.basis == verdict.basis.id and (not story.summed or p.year > t0)),
    )
    known = [p for p in story.comparable if p.year >= t0]
    start = [Decimal(0)] if story.summed else []
    values = [float(value * scale.factor) for value in (*(p.value for p in known), *start, goal)]
    room = (max(values) - min(values)) * 0.15 or 1
    area = PlotArea(SPARK, 60, 8, 10, 8, 8)
    last = max(end, *(p.year for p in known))
    plot = Plot(portal, story, lang, area, (t0, last), (min(values) - room, max(values) + room))
    x = plot.year_channel(None)
    y = alt.Y("value:Q", scale=alt.Scale(domain=list(plot.values), nice=False, zero=False), axis=None)
    rows = [{"year": p.year, "value": scale.value(p.value), "say": ""} for p in known]
    aim = [{"year": end, "value": scale.value(goal), "say": ""}]
    foot = area.inner_height + 5
    return area, [
        *parts.lines([(0, foot, area.inner_width, foot)], "grid"),
        *parts.lines(plot.straight(), "soft", dash=(1, 4)),
        *parts.lines(plot.joins(), "main", width=2),
        *parts.points(rows, x, y, MARKS["full"], {}, 60),
        *parts.points(aim, x, y, _GOAL, {}, 100),
    ]


def _lay_out(portal: Portal, story: Story, lang: Lang, width: Width) -> tuple[Plot, list[float]]:
    size, scale, wide = SIZES[width], story.scales[lang], width == WIDE
    values = [float(value * scale.factor) for value in (*(p.value for p in story.points), *(g for _, g in story.goals))]
    ticks = nice_ticks(max(values) * 1.02, 5 if wide else 4, min(values))
    left = max(text_width(axis_number(tick, lang, myriads=scale.myriads), size) for tick in ticks) + 12
    names = [line for _, words in _goal_words(story, lang) for line in words]
    right = max((text_width(line, size) for line in names), default=0) + 20 if wide else 12
    top = 16 + parts.key_height(story.signs, lang, width)
    area = PlotArea(width, 340 if wide else 350, round(left), round(right), round(top), 34)
    return Plot(portal, story, lang, area, (story.first - 0.5, story.last + 0.5), (ticks[0], ticks[-1])), ticks


def _goals(plot: Plot, x: Any, y: Any) -> list[Layer]:
    rows = []
    for verdict, goal in sorted(plot.story.goals, key=lambda found: found[0].target.year):
        year, shown = verdict.target.year, format_target(verdict.target)
        say = Text("{year} 年目标：{shown}", "Target for {year}: {shown}").format(year=year, shown=shown)
        period, note = Text(f"{year} 年", str(year)), Text("目标", "target")
        source = plot.portal.sources[verdict.target.source].name
        rows.append(_row(plot, year, goal, period=period, shown=shown, note=note, source=source, say=say))
    return parts.points(rows, x, y, _GOAL, _titles(plot.lang), 150)


def _points(plot: Plot, x: Any, y: Any) -> list[Layer]:
    """In order of time."""
    rows = []
    for point in plot.story.points:
        note = plot.portal.bases[point.row.basis].name if point.kind == "other" else MARKS[point.kind].words
        source = plot.portal.sources[point.row.source].name
        told = {"period": point.when, "shown": point.shown, "note": note, "source": source}
        say = Text.joined((point.when, point.shown), "：", ": ")
        say = say if point.kind in ("full", "total") else say + bracketed(note)
        rows.append((MARKS[point.kind], _row(plot, point.year, point.value, **told, say=say)))
    return parts.in_order(rows, lambda sign, run: parts.points(run, x, y, sign, _titles(plot.lang), 90))


def _row(plot: Plot, year: int, value: Decimal, **words: Text) -> dict[str, Any]:
    """What a mark is drawn from, and its words."""
    told = {name: text[plot.lang] for name, text in words.items()}
    return {"year": year, "value": plot.scale.value(value), **told}


def _titles(lang: Lang) -> dict[str, str]:
    words = {
        "period": Text("时期", "Period"),
        "shown": Text("数值", "Value"),
        "note": Text("性质", "Kind"),
        "source": Text("出处", "Source"),
    }
    return {field: text[lang] for field, text in words.items()}


def _goal_words(story: Story, lang: Lang) -> list[tuple[Verdict, list[str]]]:
    scale = story.scales[lang]
    found = []
    ends = [verdict for verdict, _ in story.ends]
    for verdict, goal in story.goals:
        target = verdict.target
        if target.kind == TargetKind.ANNUAL and ends:
            continue  # yearly targets stand along the path; the table names them
        known = target.minimum is not None or target.maximum is not None
        say = partial(_written, scale, target.unit, story.indicator.unit)
        form = Text("超过 {}", "over {}") if target.kind == TargetKind.EXCEED else Text("{}", "{}")
        head = Text(f"{target.year} 目标", f"{target.year} target") if target.default else version_name(verdict)
        figure = bounds(target, lang, say) if known else scale.words(goal)
        found.append((verdict, [head[lang], form[lang].format(figure)]))
    return found


def _written(scale: Scale, unit: Unit, drawn: Unit, value: Decimal) -> str:
    return scale.words(unit.convert(value, drawn))


def _goal_labels(plot: Plot) -> list[Label]:
    """Names of the targets: beside the diamonds where there is room at the side, else the highest above its diamond."""
    size, area = plot.area.size, plot.area
    taken, labels = plot.markers(7), list[Label]()
    words = sorted(_goal_words(plot.story, plot.lang), key=lambda found: -(found[0].goal or 0))
    for rank, (verdict, lines) in enumerate(words):
        assert verdict.goal is not None
        y, below = plot.y(verdict.goal), 1 if rank else -1
        if verdict.plan != plot.story.plans[-1]:
            x, line = plot.x(verdict.target.year), tidy(Text.same(" ".join(lines)))[plot.lang]
            around = [label for away in (11, 18, 25) for label in beside([line], x, y, size, away)]
            options = sorted(around, key=lambda label: any(label.box(size).overlaps(one) for one in plot.strokes()))
        elif area.width == WIDE:
            steps = (0, *(below * step for step in (0.7, 1.4, 2.1, 2.8)), -0.7 * below, -1.4 * below)
            options = [Label(tuple(lines), area.inner_width + 10, y + step * size, "left") for step in steps]
        else:
            edge, tall = area.inner_width + area.right - 4, LINE * size / 2 + 11
            one = tidy(Text.same(" ".join(lines)))[plot.lang]
            options = [Label((one,), edge, y + step * below * tall, "right") for step in (1, 1.6, 2.2, 3, -1, -1.6)]
        spot = place(options, size, [*taken, *(label.box(size) for label in labels)], area.frame)
        labels += [spot] if spot else []
    return labels


def _plan_labels(plot: Plot, taken: Sequence[Label]) -> list[Label]:
    """What begins where a plan changes, beside the line there, as high as it can stand."""
    size, labels = plot.area.size, list[Label]()
    for (x, *_), plan in zip(plot.changes(), plot.story.plans[1:], strict=True):
        years, short = Text("{first}—{last} 年规划", "plan {first}–{last}"), Text("新规划", "next plan")
        options = [
            Label((words[plot.lang].format(first=plan.first_year, last=plan.last_year),), x + 8, size * step, "left")
            for words in (years, short)
            for step in (0.8, 2, 3.2, 4.4)
        ]
        boxes = [*plot.markers(7), *(label.box(size) for label in (*taken, *labels))]
        spot = place(options, size, [*boxes, *plot.strokes()], plot.inside) or place(options, size, boxes, plot.inside)
        labels += [spot] if spot else []
    return labels


def _labels(plot: Plot, goal_labels: Sequence[Label]) -> tuple[list[Label], list[Label]]:
    """Values beside their points and the words on open ground; full-year values choose first."""
    size, story = plot.area.size, plot.story
    taken = [*plot.markers(9), *(label.box(size) for label in goal_labels)]
    strokes, values, notes = plot.strokes(), list[Label](), list[Label]()
    told: set[tuple[str, int, Decimal]] = set()
    for point in sorted(story.points, key=lambda p: (list(MARKS).index(p.kind), p.year)):
        if (point.row.period.text, point.year, point.value) in told:
            continue  # one value by the definitions of two plans
        told.add((point.row.period.text, point.year, point.value))
        options = [
            label
            for words in _point_words(plot, point)
            for label in beside(words, plot.x(point.year), plot.y(point.value), size, 8)
            if not plot.beyond(label.box(size), plot.y(point.value))
        ]
        spot = place(options, size, [*taken, *strokes], plot.inside) or place(options, size, taken, plot.inside)
        if spot:
            taken.append(spot.box(size))
            (values if point.kind in COMPARED else notes).append(spot)
    return values, [*notes, *_open_words(plot, [*taken, *strokes])]


def _point_words(plot: Plot, point: Point) -> list[list[str]]:
    """What to write beside a point, the fullest version first."""
    figure = _PREFIX.get(point.row.qualifier, NOTHING)[plot.lang] + plot.scale.words(point.value)
    if point.kind in COMPARED:
        return [[figure]] if point.year in plot.years_shown else [[figure, f"({point.year})"], [figure]]
    if point.kind == "other":
        return [[figure, *wrap(plot.portal.bases[point.row.basis].name[plot.lang], plot.area.size, 130)], [figure]]
    part = _part_name(point, flow=plot.story.indicator.is_flow)[plot.lang]
    return [[f"{part} {figure}"], [part, figure], [figure]]


def _part_name(point: Point, *, flow: bool) -> Text:
    """Which part of the year, without the year: 上半年, Q3, 1—7 月, end of Jul."""
    period = point.row.period
    last = period.last or date(point.year, 12, 31)
    month, name = last.month, month_name(last, short=True)
    if period.kind == "half":
        return Text("上半年", "Jan–Jun") if month == 6 else Text("下半年", "Jul–Dec")
    if period.kind == "quarter":
        return Text(f"{'一二三四'[month // 3 - 1]}季度", f"Q{month // 3}")
    if flow and month > 1:
        return Text(f"1—{month} 月", f"Jan–{name}")
    return Text(f"{month} 月", name) if flow else Text(f"{month} 月底", f"end of {name}")


def _open_words(plot: Plot, taken: Sequence[Box]) -> list[Label]:
    """“没有可比的全年数值” on the widest open ground, as low as it can stand."""
    open_runs = runs(plot.story.open_years)
    if not open_runs:
        return []
    a, b = max(open_runs, key=lambda run: (run[1] - run[0], run[0]))
    left, right, size = plot.x(a - 0.5), plot.x(b + 0.5), plot.area.size
    lines = tuple(wrap(LACKING[plot.story.summed][plot.lang], size, right - left - 8))
    low = plot.area.inner_height - 6 - len(lines) * LINE * size / 2
    options = [Label(lines, (left + right) / 2, low - step * 12, "center") for step in range(14)]
    spot = place(options, size, taken, Box(left, plot.inside.top, right, plot.inside.bottom))
    return [spot] if spot else []
