"""Trend to target: the baseline, what is known since, and the goal; years nobody published stay open. Without language
or size first, then in pixels, and in words and a table; `trend_drawing` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby, pairwise
from typing import Final

from ipportal.analysis.comparable import comparable, covers_year, published_on, revisions
from ipportal.analysis.progress import Verdict, area_verdicts
from ipportal.base import Frozen
from ipportal.base.periods import Period
from ipportal.base.quantities import number
from ipportal.base.text import LANGS, Lang, Text
from ipportal.charts import parts
from ipportal.charts.parts import Sign, alt
from ipportal.charts.record import ChartCell, ChartTable
from ipportal.charts.theme import Box, Scale, pick_years, scale_of, text_width
from ipportal.data.model import Area, Indicator, Observation, Portal, Qualifier, Status, TargetKind, once
from ipportal.data.plans import Plan
from ipportal.words.sentences import version_name, written
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE, format_target, known, observed, percent, period_words

KIND: Final = "trend"

#: Kind of point → its mark, in the order of importance
MARKS: Final[dict[str, Sign]] = {
    "full": Sign("circle", False, "main", Text("全年数值", "full year")),
    "total": Sign("circle", False, "main", Text("累计", "total so far")),
    "provisional": Sign("triangle-up", True, "main", Text("初步数", "provisional")),
    "part": Sign("circle", True, "main", Text("不足全年", "part of a year")),
    "other": Sign("square", True, "other", Text("其他口径，不可比", "other definition, not comparable")),
}
_PACE: Final = Sign("M-1.4,0H-0.9M-0.25,0H0.25M0.9,0H1.4", False, "soft", Text("平均进度", "even pace"))
#: Kinds of points that lines join and targets are set against
COMPARED: Final = ("full", "total", "provisional")
#: What open years lack: a value, or where sums are drawn, a year without a gap before it
LACKING: Final = {
    False: Text("没有可比的全年数值", "no full-year value to compare"),
    True: Text("年份不全，算不出累计", "a year is missing, so no total"),
}


class Point(Frozen):
    """One value on the drawing, in the indicator's unit; `when` and `shown` tell its period and value.

    The row of a total runs over the years added up.
    """

    kind: str
    year: int
    value: Decimal
    row: Observation
    when: Text
    shown: Text


class Story(Frozen):
    """One indicator of an area: its points, the verdicts on its targets, and the years drawn.

    `plans` are those of its targets, the oldest first. `steps` say of a default target by its id when each version was
    published, as a year and its part gone, and what it asked for; `scales` are those its values are drawn in.
    """

    indicator: Indicator
    area: Area
    points: tuple[Point, ...]
    judged: tuple[Verdict, ...]
    plans: tuple[Plan, ...]
    first: int
    last: int
    steps: dict[str, list[tuple[float, Decimal]]]
    scales: dict[Lang, Scale]

    @property
    def comparable(self) -> list[Point]:
        """Full-year points of a plan's definition, by definition and year."""
        found = [p for p in self.points if p.kind in COMPARED]
        return sorted(found, key=lambda p: ([plan.basis for plan in self.plans].index(p.row.basis), p.year))

    @property
    def summed(self) -> bool:
        """True where sums over a plan's years are drawn."""
        return _summed(self.judged)

    @property
    def open_years(self) -> list[int]:
        """Years that are over without a full-year value of a plan's definition; sums begin after the baseline."""
        known, over = {p.year for p in self.comparable}, self.judged[0].as_of.year
        return [year for year in range(self.first + self.summed, min(self.last + 1, over)) if year not in known]

    @property
    def goals(self) -> list[tuple[Verdict, Decimal]]:
        """Verdicts with their goals, the default first."""
        return [(v, v.goal) for v in self.judged if v.goal is not None]

    @property
    def ends(self) -> list[tuple[Verdict, Decimal]]:
        """The default target each plan's path ends at, by plan: the one of its latest year that is no yearly target."""
        found = [(v, goal) for v, goal in self.goals if v.target.default and v.target.kind != TargetKind.ANNUAL]
        found.sort(key=lambda end: end[0].target.year)
        return [list(ends)[-1] for _, ends in groupby(found, key=lambda end: end[0].plan)]

    @property
    def paths(self) -> list[tuple[tuple[int, Decimal], tuple[int, Decimal]]]:
        """The steps of each plan's path; none for a running total, whose starting year nobody has given."""
        return [
            step
            for verdict, _ in self.ends
            if verdict.target.kind != TargetKind.CUMULATIVE or verdict.indicator.is_flow or verdict.latest
            for step in pairwise(verdict.path)
        ]

    @property
    def signs(self) -> list[Sign]:
        """Marks and lines that need a key; full-year points alone explain themselves."""
        kinds = [kind for kind in MARKS if any(p.kind == kind for p in self.points)]
        signs = [MARKS[kind] for kind in kinds] if kinds not in (["full"], ["total"]) else []
        return [*signs, _PACE] if self.paths else signs

    def raw(self, value: Decimal) -> Text:
        """A value as it is drawn."""
        return Text.each(lambda lang: str(self.scales[lang].value(value)))


@once
def story_of(portal: Portal, subject: str) -> Story | None:
    """The story of an indicator of the zone, or of another area by `area/indicator`.

    None without a target or without any dated value, and for other areas' targets that never moved.
    """
    if subject not in portal.indicators and subject not in moved(portal):
        return None
    area, _, indicator = subject.rpartition("/")
    record, where = portal.indicators[indicator], portal.areas[area or portal.zone.id]
    judged = tuple(v for v in area_verdicts(portal, indicator, where.id) if v.basis.id == v.plan.basis)
    plans = tuple(plan for plan in portal.settings.plans if plan in [v.plan for v in judged])
    points = _totals(judged) if _summed(judged) else points_of(portal, record, where.id, plans)
    if not judged or not points:
        return None
    years = [plans[0].baseline_year, *(p.year for p in points), *(v.target.year for v in judged)]
    values = [*(p.value for p in points), *(v.goal for v in judged if v.goal is not None)]
    scales = {lang: scale_of(portal, record.unit, lang, values) for lang in LANGS}
    return Story(record, where, points, judged, plans, min(years), max(years), _steps(portal, judged), scales)


@once
def moved(portal: Portal) -> list[str]:
    """Subjects of trends that show how another area's target moved, as `area/indicator`."""
    own = portal.zone.id
    found = {f"{t.area}/{t.indicator}" for t in portal.targets if t.area != own and t.default and revisions(portal, t)}
    return sorted(found)


def _steps(portal: Portal, judged: tuple[Verdict, ...]) -> dict[str, list[tuple[float, Decimal]]]:
    """Where targets that moved stood from when on; a year's slot on the drawing runs half a year about its middle."""
    goals = {v.target.id: v.goal for v in judged}
    found: dict[str, list[tuple[float, Decimal]]] = {}
    for verdict in (v for v in judged if v.target.default):
        for target in verdict.revisions:
            since, goal = published_on(portal, target), goals.get(target.id)
            if since is not None and goal is not None:
                step = since.year - 0.5 + (since.timetuple().tm_yday - 1) / 366, goal
                found.setdefault(verdict.target.id, []).append(step)
    return found


def _asked(plans: Sequence[Plan], row: Observation) -> bool:
    """True when a row's definition is that of a plan its year belongs to, its baseline year with it.

    Years before the first plan belong to it, those after the last to that one.
    """
    year = row.period.year or 0
    return any(
        plan.basis == row.basis
        and (plan == plans[0] or year >= plan.baseline_year)
        and (plan == plans[-1] or year <= plan.last_year)
        for plan in plans
    )


def points_of(portal: Portal, indicator: Indicator, area: str, plans: Sequence[Plan]) -> tuple[Point, ...]:
    """Every dated value of an indicator in an area, one for each period and definition, in order of time.

    Those by another definition than that of `plans` in their years are told apart.
    """
    bases = {plan.basis for plan in plans}
    full = {known.observation for basis in bases for known in comparable(portal, indicator.id, area, basis)}
    found: dict[tuple[str, str], Point] = {}
    for row in portal.observed(indicator.id, area):
        if row.status == Status.SUPERSEDED or row.period.year is None or row.period.kind in ("years", "months"):
            continue
        of_plan, whole = _asked(plans, row), covers_year(row)
        if of_plan and whole and row not in full:
            continue
        kind = "other" if not of_plan else "part" if not whole else "full"
        if kind == "full" and row.status == Status.PROVISIONAL:
            kind = "provisional"
        value, when = row.unit.convert(row.value, indicator.unit), period_words(portal, row)
        found.setdefault((row.period.text, row.basis), Point(kind, row.period.year, value, row, when, observed(row)))
    return tuple(sorted(found.values(), key=lambda p: (p.row.period.sort_key, p.row.basis)))


def _summed(judged: Sequence[Verdict]) -> bool:
    """True where every default target asks for a total of yearly values: one year says little beside it."""
    kinds = {v.target.kind for v in judged if v.target.default}
    return kinds == {TargetKind.CUMULATIVE} and judged[0].indicator.is_flow


def _totals(judged: Sequence[Verdict]) -> tuple[Point, ...]:
    """The sums over each plan's years, as long as every year is known."""
    found: dict[tuple[int, int], Point] = {}
    for verdict in (v for v in judged if v.target.default):
        first = verdict.plan.first_year
        for total in verdict.later:
            exact = Qualifier.EXACT if total.parts else total.observation.qualifier
            years = f"{first}/{total.year}" if first < total.year else str(first)
            row = replace(total.observation, period=Period.parse(years), qualifier=exact)
            when = Text(f"截至 {total.year} 年累计", f"total to {total.year}")
            kind = "provisional" if total.provisional else "total"
            shown = known(total, verdict.indicator.unit)
            found[first, total.year] = Point(kind, total.year, total.value, row, when, shown)
    return tuple(found[key] for key in sorted(found))


# --- in pixels ----------------------------------------------------------------------------------


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


# --- in words -------------------------------------------------------------------------------------


def trend_title(portal: Portal, story: Story) -> Text:
    """The finding: how far the newest value is from the baseline and from the goal, and from a second one."""
    verdict, others = story.judged[0], [v for v in story.judged[1:] if v.target.year == story.judged[0].target.year]
    return written("trend-title.txt", Text("，", ", "), portal=portal, verdict=verdict, others=others)


def trend_table(portal: Portal, story: Story) -> ChartTable:
    """All values, open years and goals of a story, by year."""
    partly, nothing = {point.year for point in story.points}, Text.same("—")
    values: list[tuple[int, ChartCell, ChartCell, Text, Text, Text]] = []
    for point in story.points:
        row, kind = point.row, MARKS[point.kind].words
        when, value = ChartCell(point.when, Text.same(row.period.text)), ChartCell(point.shown, story.raw(point.value))
        basis, source = portal.bases[row.basis].name, portal.sources[row.source].name
        values.append((point.year, when, value, kind, basis, source))
    for year in story.open_years:
        value = ChartCell.unknown(NO_COMPARABLE if story.summed or year in partly else NO_VALUE)
        values.append((year, _year_cell(year), value, LACKING[story.summed], nothing, nothing))
    for v, goal in story.goals:
        value, source = ChartCell(format_target(v.target), story.raw(goal)), portal.sources[v.target.source].name
        kind = version_name(v) if v.revisions or not v.target.default else Text("目标", "target")
        values.append((v.target.year, _year_cell(v.target.year), value, kind, v.basis.name, source))
    return ChartTable.of(
        Text("{name}：图中的数值", "{name}: the values shown").format(name=story.indicator.name),
        sorted(values, key=lambda row: row[0]),
        {
            "period": (Text("时期", "Period"), lambda row: row[1]),
            "value": (Text("数值", "Value"), lambda row: row[2]),
            "kind": (Text("性质", "Kind"), lambda row: row[3]),
            "definition": (Text("口径", "Definition"), lambda row: row[4]),
            "source": (Text("出处", "Source"), lambda row: row[5]),
        },
        _pace_foot(story.judged[0]),
    )


def _pace_foot(verdict: Verdict) -> list[Text]:
    """How far the way is gone by the newest comparable year, and how far an even pace would be."""
    if verdict.latest is None or verdict.done is None or not verdict.expected or verdict.pace is None:
        return []
    words = (
        Text("到 {year} 年的步调", "Pace by {year}"),
        Text("完成增量的 {done}", "{done} of the change made"),
        Text("按平均进度 {even}，是其 {times} 倍", "even pace {even}; {times} times that"),
        *(Text.same("—"),) * 2,
    )
    told = {"year": verdict.latest.year, "done": percent(verdict.done), "even": percent(verdict.expected)}
    return [text.format(**told, times=number(verdict.pace, 1)) for text in words]


def _year_cell(year: int) -> ChartCell:
    return ChartCell(Text(f"{year} 年", str(year)), Text.same(year))
