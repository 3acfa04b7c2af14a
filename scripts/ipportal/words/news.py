"""What readers newly know: figures, verdicts, proof of measures, cases and events, in words, from the rows themselves.

A row is news when it came after the first release of its package. A second source for a value already known is not,
nor is a better source in the place of another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from ipportal.analysis.plan import plan_page, system_state
from ipportal.analysis.progress import Verdict
from ipportal.analysis.states import state
from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.text import LANGS, Text
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import TOTAL, IndicatorGroup, Observation, Portal, RowChange, Table
from ipportal.words import row_names
from ipportal.words.sentences import short_sentence
from ipportal.words.wording import NOTHING, amount, bracketed, format_target, period_words, sentence_case, sourced, tidy

Kind = Literal["verdict", "target", "figure", "correction", "story", "evidence", "case", "event", "release"]

KINDS: Final[dict[Kind, Text]] = {
    "verdict": Text("判断", "verdict"),
    "target": Text("目标", "target"),
    "figure": Text("新数", "new figure"),
    "correction": Text("更正", "correction"),
    "story": Text("数据故事", "data story"),
    "evidence": Text("规划进展", "progress of the plan"),
    "case": Text("案例", "case"),
    "event": Text("大事", "event"),
    "release": Text("数据发布", "data release"),
}
#: Values of one indicator told in one piece of news; the rest are on its page
_VALUES: Final = 3
#: Order among the news of one day: the zone's goals first, other places last
_VERDICT, _CORE, _COMMITMENT, _EVIDENCE, _FIGURE, _RESULT, _SYSTEM, _CASE, _EVENT, _ELSEWHERE = range(10)
_GROUPS: Final = {IndicatorGroup.CORE: _CORE, IndicatorGroup.COMMITMENT: _COMMITMENT, IndicatorGroup.CONTEXT: _FIGURE}
_ZONE: Final = ("zone", "center")
_CHAIN: Final = (*_ZONE, "city", "province", "nation")
_OTHERS: Final = Text("其他地方", "other places")


class Step(Frozen):
    """What a release of a package, or the work since the last one, changed.

    `before` and `after` are the verdicts by target; empty for packages without targets.
    """

    package: str
    day: date
    rows: tuple[RowChange, ...]
    before: Mapping[str, Verdict] = field(default_factory=dict)
    after: Mapping[str, Verdict] = field(default_factory=dict)


class News(Frozen):
    """One thing readers know since `day`.

    `place` orders the news of one day, then `happened`, the day of the matter itself, newest first. `page` is a
    Markdown path.
    """

    id: str
    kind: Kind
    day: date
    place: int
    title: Text
    said: Text
    page: str
    anchor: str = ""
    happened: date = date.min


def news(portal: Portal, steps: Sequence[Step], pages: Sequence[Manuscript] = ()) -> tuple[News, ...]:
    """All news, the newest day first; on one day verdicts and the zone's goals first.

    `pages` are the data stories.
    """
    found: list[News] = []
    rows = {_key(row): row for row in portal.observations}
    for step in sorted(steps, key=lambda step: step.day, reverse=True):
        judged = _changed(step)
        found += _verdicts(portal, step.day, judged)
        new = {_change_key(change) for change in step.rows if (change.table, change.kind) == ("observations", "added")}
        gone = [_change_key(c) for c in step.rows if (c.table, c.kind) == ("observations", "removed")]
        added = [row for key, row in rows.items() if key in new]
        rows = {key: row for key, row in rows.items() if key not in new}
        known = {key[:5] for key in (*rows, *gone)}
        told = {(now.indicator.id, now.area.id, now.basis.id) for was, now in judged if was or now.final}
        fresh = [r for r in added if _key(r)[:5] not in known and (r.indicator, r.area, r.basis) not in told]
        fresh = [row for row in fresh if row.series == TOTAL or not _filed_before(portal, row, gone)]
        found += _figures(portal, step.day, fresh)
        found += _corrections(portal, step, rows)
        found += _rows(portal, step)
    found += _stories(portal, pages)
    return tuple(sorted(found, key=lambda n: (-n.day.toordinal(), n.place, n.kind, -n.happened.toordinal(), n.id)))


def _stories(portal: Portal, pages: Sequence[Manuscript]) -> Iterator[News]:
    """The data stories told up to `as_of`, and what was corrected in them."""
    for path in sorted({page.path for page in pages}):
        story = {page.lang: page for page in pages if page.path == path}
        zh, en = (story.get(lang) or next(iter(story.values())) for lang in LANGS)
        title, name = Text(zh.title, en.title), path.removesuffix(".md").rpartition("/")[2]
        about = Text(str(zh.head.get("description")), str(en.head.get("description")))
        told: list[tuple[Kind, date | None, Text]] = [("story", zh.published, about)]
        for (day, said), (_, gloss) in zip(zh.corrections, en.corrections, strict=False):
            told.append(("correction", day, Text(said, gloss)))
        for kind, day, words in told:
            if day and day <= portal.settings.as_of:
                id = name if kind == "story" else f"{name}-{day}"
                yield News(id, kind, day, _CASE, title, words, path, happened=day)


def _filed_before(portal: Portal, row: Observation, gone: Iterable[tuple[str, ...]]) -> bool:
    """True for a part whose value stood under an indicator of its own that is no more."""
    here = (row.area, row.period.text, row.basis, row.source)
    return any(indicator not in portal.indicators and here == (area, *rest) for indicator, area, _, *rest in gone)


def _key(row: Observation) -> tuple[str, ...]:
    return (row.indicator, row.area, row.series, row.period.text, row.basis, row.source)


def _change_key(change: RowChange) -> tuple[str, ...]:
    """The key of the row as observations have it now; before there were breakdowns, every row was of the whole."""
    names = ("indicator", "area", "series", "period", "basis", "source")
    return tuple(change.key.get(name, TOTAL if name == "series" else "") for name in names)


def _changed(step: Step) -> list[tuple[Verdict | None, Verdict]]:
    """Verdicts that are others than before, a level newly passed before the end included, and those of new targets."""
    pairs = [(step.before.get(key), after) for key, after in step.after.items()]
    return [(was, now) for was, now in pairs if was is None or _standing(was) != _standing(now)]


def _standing(verdict: Verdict) -> tuple[str, bool]:
    return verdict.state.id, verdict.beyond_since is not None


def _verdicts(portal: Portal, day: date, judged: Sequence[tuple[Verdict | None, Verdict]]) -> Iterator[News]:
    """What became of targets; of a new target without a result, what it asks for."""
    for was, now in judged:
        target = now.target
        if was or now.final:
            kind: Kind = "verdict"
            said = short_sentence(portal, now)
            if now.newest:
                said = sourced(portal, said, now.newest.observation.source)
            if not now.beyond_since:
                before = bracketed(Text("原为“{was}”", "was “{was}”").format(was=was.state.label)) if was else NOTHING
                said = Text.joined((now.state.label + before, said), "：", ": ")
        else:
            kind, said = "target", sourced(portal, format_target(target), target.source)
        here = now.area.level in _ZONE
        id = f"{target.id}-{now.state.id}{'-beyond' if now.beyond_since else ''}"
        rank = _VERDICT if here else _RESULT if kind == "verdict" else _ELSEWHERE
        name = row_names.target_name(portal, target) if kind == "target" else row_names.goal_name(portal, target)
        yield News(id, kind, day, rank, name, sentence_case(said), row_names.indicator_page(now.indicator))


def _figures(portal: Portal, day: date, rows: Iterable[Observation]) -> Iterator[News]:
    """One piece of news for each indicator, definition and place; places outside the zone's chain together."""
    groups: dict[tuple[str, str, str, str], list[Observation]] = {}
    by_place = sorted(rows, key=lambda row: (portal.areas[row.area].order, row.area))
    for row in sorted(by_place, key=lambda row: row.period.sort_key, reverse=True):
        place = row.area if portal.areas[row.area].level in _CHAIN else ""
        groups.setdefault((row.indicator, row.series, place, row.basis), []).append(row)
    for (_, series, place, basis), found in groups.items():
        newest, level = found[0], portal.areas[found[0].area].level
        indicator, page = portal.indicators[newest.indicator], row_names.row_place(portal, newest)
        alone = len({row.area for row in found}) == 1
        values = [_value(portal, row, with_area=not alone) for row in found[:_VALUES]]
        rest = len(found) - len(values)
        values += [Text(f"另有 {rest} 个数", f"{rest} more")] if rest else []
        said = Text.joined(values, "；", "; ")
        where = portal.areas[newest.area].short if alone else _OTHERS
        if other := portal.other_basis(newest):
            where = Text.joined((where, other.name), "，", "; ")
        title = row_names.part_name(portal, newest) + bracketed(where)
        rank = _GROUPS[indicator.group] if level in _ZONE else _ELSEWHERE
        part = "" if series == TOTAL else f"-{series}"
        id = f"{indicator.id}{part}-{place or 'others'}-{newest.period.text}-{basis}"
        yield News(id, "figure", day, rank, title, said, *page)


def _value(portal: Portal, row: Observation, *, with_area: bool) -> Text:
    said = Text.joined((period_words(portal, row), row_names.observation_value(portal, row)), " ", ": ")
    return Text.joined((portal.areas[row.area].short, said)) if with_area else said


def _corrections(portal: Portal, step: Step, rows: Mapping[tuple[str, ...], Observation]) -> Iterator[News]:
    """Published values that were changed in place."""
    for change in step.rows:
        row = rows.get(_change_key(change))
        if row is None or (change.table, change.kind, change.column) != ("observations", "changed", "value"):
            continue
        was, now = amount(Decimal(change.old or 0), row.unit), row_names.observation_value(portal, row)
        told = [Text("由 {was} 改为 {now}", "{was} corrected to {now}").format(was=was, now=now)]
        said = tidy(Text.joined([*told, change.reason] if change.reason else told, "：", ": "))
        page = row_names.row_place(portal, row)
        id = "-".join((*(part for part in _key(row) if part != TOTAL), step.day.isoformat()))
        yield News(id, "correction", step.day, _VERDICT, row_names.observation_name(portal, row), said, *page)


def _rows(portal: Portal, step: Step) -> Iterator[News]:
    """Rows of the other tables that are news: proof, systems, cases, events, counted things."""
    tables = portal.packages[step.package].tables
    for change in (change for change in step.rows if change.table in tables):
        if change.kind == "added" and change.table in row_names.FIGURES:
            yield from _counted(portal, step, tables[change.table], change)
        elif change.kind == "added":
            yield from _reports(portal, step.day, change.table, change.key.get("id", ""))
        elif (change.table, change.column) == ("systems", "state"):
            yield from _system(portal, step.day, change)


def _counted(portal: Portal, step: Step, table: Table, change: RowChange) -> Iterator[News]:
    if row := row_names.changed_row(portal, step.package, change):
        name, value = (row_names.figure_name(portal, table, row), row_names.figure_value(portal, table, row))
        here = portal.areas[str(row["area"])].level in _ZONE
        id = "-".join((table.name, *change.key.values()))
        rank = _FIGURE if here else _ELSEWHERE
        yield News(id, "figure", step.day, rank, name, value, page_path(table.name))


def _reports(portal: Portal, day: date, table: str, id: str) -> Iterator[News]:
    """A row that tells what happened, by its id; none for tables that tell nothing."""
    if table == "updates":
        update = portal.updates_by_id.get(id)
        if update and update.counts:
            title, source = portal.measures[update.measure].title, portal.sources[update.source].name
            said = Text("{what}来源：{source}。", "{what} Source: {source}.").format(what=update.what, source=source)
            page = plan_page(portal, "updates", of=update.measure)
            yield News(id, "evidence", day, _EVIDENCE, title, said, page, f"update-{id}", update.date.last)
    elif table == "events":
        if event := portal.events_by_id.get(id):
            told = (event.title, event.summary, page_path("events"), f"event-{id}", event.date.last)
            yield News(id, "event", day, _EVENT, *told)
    elif table == "case_stories" and id in portal.case_stories:
        story = portal.case_stories[id]
        yield News(id, "case", day, _CASE, story.title, story.outcome, page_path("case_stories", id))


def _system(portal: Portal, day: date, change: RowChange) -> Iterator[News]:
    """A promised system whose published state is another."""
    if system := portal.systems_by_id.get(change.key.get("id", "")):
        now = system_state(system) if change.new == system.state else state(str(change.new))
        said, was = Text("由“{was}”改为“{now}”", "now “{now}”, was “{was}”"), state(str(change.old)).label
        told = sentence_case(said.format(was=was, now=now.label)), plan_page(portal, "systems", of=system.measure)
        yield News(f"{system.id}-{change.new}", "verdict", day, _SYSTEM, system.name, *told)
