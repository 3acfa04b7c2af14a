"""What readers will see change between two states of the portal: figures, verdicts, sentences, pages; in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ipportal.analysis.progress import Verdict, verdicts
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.charts import Chart, all_charts
from ipportal.data.model import Observation, Portal, Row, Status, Table, Target
from ipportal.data.packages import differences
from ipportal.pages.filling import fill
from ipportal.pages.view import View
from ipportal.words.row_names import FIGURES, figure_name, figure_value, goal_name, observation_name, target_name
from ipportal.words.sentences import verdict_sentence
from ipportal.words.wording import format_target, observed

_GOALS: Final = ("observations", "targets")
#: Rows of a chart's table that are told before the rest is left to the page
_ROWS_TOLD: Final = 4
_STOPS: Final[Mapping[Lang, str]] = {"zh": "；", "en": "; "}


NEW: Final = Text("新增", "new")
CHANGED: Final = Text("改动", "changed")
WITHDRAWN: Final = Text("撤下", "withdrawn")
NONE: Final = Text("读者看到的内容没有变化。", "Readers will see no change.")
#: The parts of a difference in the order they are told
PARTS: Final = (
    ("verdicts", Text("结论", "Verdicts")),
    ("figures", Text("数字", "Figures")),
    ("sentences", Text("进展说明", "Sentences on progress")),
    ("charts", Text("图", "Charts")),
    ("others", Text("其他内容", "Other content")),
)
PAGES: Final = Text("页面", "Pages")
_SIGNS: Final = {NEW: "+", WITHDRAWN: "-", CHANGED: "~"}


def _kind(old: object, new: object) -> Text:
    return NEW if old is None else WITHDRAWN if new is None else CHANGED


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One difference in words. `old` is None for something new, `new` is None for something gone."""

    name: Text
    old: Text | None
    new: Text | None

    @property
    def kind(self) -> Text:
        """New, gone or changed."""
        return _kind(self.old, self.new)


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page whose text differs. `lines` counts the lines of the page's source that come out differently."""

    path: str
    title: Text
    lines: Mapping[Lang, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything readers will see change, kind by kind."""

    figures: tuple[ItemChange, ...]
    verdicts: tuple[ItemChange, ...]
    sentences: tuple[ItemChange, ...]
    charts: tuple[ItemChange, ...]
    others: tuple[ItemChange, ...]
    pages: tuple[PageChange, ...]

    @property
    def empty(self) -> bool:
        """True when readers see no difference at all."""
        return not (self.figures or self.verdicts or self.sentences or self.charts or self.others or self.pages)


Rendered = Mapping[Lang, Mapping[str, str]]


def compare(old: Portal, new: Portal, old_pages: Rendered, new_pages: Rendered) -> Difference:
    """Compare two portals and their rendered pages."""
    return Difference(
        figures=(*_observations(old, new), *_targets(old, new), *_counts(old, new)),
        verdicts=tuple(_verdicts(old, new)),
        sentences=tuple(_sentences(old, new)),
        charts=tuple(_charts(old, new)),
        others=tuple(_others(old, new)),
        pages=tuple(_pages(old_pages, new_pages)),
    )


def _changes(
    old: Mapping[Any, Any], new: Mapping[Any, Any], name: Callable[[Any], Text], describe: Callable[[Any], Text]
) -> Iterator[ItemChange]:
    """New, changed and gone entries by key, in words; entries whose words are equal are left out."""
    words = ({key: describe(entry) for key, entry in entries.items()} for entries in (old, new))
    for key, before, after in differences(*words):
        yield ItemChange(name(new.get(key, old.get(key))), before, after)


def _observations(old: Portal, new: Portal) -> Iterator[ItemChange]:
    def by_key(portal: Portal) -> dict[tuple[str, ...], tuple[Portal, Observation]]:
        return {
            (row.indicator, row.area, row.period.text, row.basis, row.source): (portal, row)
            for row in portal.observations
        }

    def describe(entry: tuple[Portal, Observation]) -> Text:
        portal, row = entry
        value, source = observed(row), portal.sources[row.source].name
        word = portal.packages["indicators"].tables["observations"].field("status").label(row.status)
        shown = Text("", "") if row.status == Status.FINAL else Text(f"，{word.zh}", f", {word.en}")
        note = Text(f"；{row.note.zh}", f"; {row.note.en}") if row.note else Text("", "")
        return Text(f"{value.zh}（{source.zh}{shown.zh}{note.zh}）", f"{value.en} ({source.en}{shown.en}{note.en})")

    return _changes(by_key(old), by_key(new), lambda entry: observation_name(*entry), describe)


def _targets(old: Portal, new: Portal) -> Iterator[ItemChange]:
    def by_id(portal: Portal) -> dict[str, tuple[Portal, Target]]:
        return {target.id: (portal, target) for target in portal.targets}

    def describe(entry: tuple[Portal, Target]) -> Text:
        return format_target(entry[1])

    return _changes(by_id(old), by_id(new), lambda entry: target_name(*entry), describe)


def _counts(old: Portal, new: Portal) -> Iterator[ItemChange]:
    for package, table in FIGURES:
        before, after = (_entries(portal, package, table) for portal in (old, new))
        yield from _changes(before, after, lambda e: figure_name(*e), lambda e: figure_value(e[0], e[2], e[3]))


TableRow = tuple[Portal, str, Table, Row]


def _entries(portal: Portal, package: str, table: str) -> dict[tuple[str, ...], TableRow]:
    found = portal.packages.get(package)
    if found is None or table not in found.tables:
        return {}
    where = found.tables[table]
    return {tuple(str(row[c]) for c in where.primary_key): (portal, package, where, row) for row in where.rows}


def _verdicts(old: Portal, new: Portal) -> Iterator[ItemChange]:
    def describe(verdict: Verdict) -> Text:
        mark = verdict.state
        return Text(f"{mark.symbol} {mark.label.zh}", f"{mark.symbol} {mark.label.en}")

    return _changes(_judged(old), _judged(new), lambda verdict: goal_name(new, verdict.target), describe)


def _sentences(old: Portal, new: Portal) -> Iterator[ItemChange]:
    def by_id(portal: Portal) -> dict[str, tuple[Portal, Verdict]]:
        return {key: (portal, verdict) for key, verdict in _judged(portal).items()}

    def name(entry: tuple[Portal, Verdict]) -> Text:
        return goal_name(entry[0], entry[1].target)

    return _changes(by_id(old), by_id(new), name, lambda entry: verdict_sentence(*entry))


def _judged(portal: Portal) -> dict[str, Verdict]:
    return {verdict.target.id: verdict for indicator in portal.indicators for verdict in verdicts(portal, indicator)}


def _charts(old: Portal, new: Portal) -> Iterator[ItemChange]:
    """Charts whose words or numbers differ, told by their titles, which state the finding, or by their numbers."""
    before, after = ({chart.name: chart for chart in all_charts(portal)} for portal in (old, new))
    contents = ({name: _content(chart) for name, chart in charts.items()} for charts in (before, after))
    for name, _, _ in differences(*contents):
        was, now = before.get(name), after.get(name)
        subtitle = (after if now else before)[name].subtitle
        called = Text(f"{subtitle.zh}（{name}）", f"{subtitle.en} ({name})")
        yield ItemChange(called, _describe_chart(was, now), _describe_chart(now, was))


def _content(chart: Chart) -> tuple[object, ...]:
    return (chart.title, chart.subtitle, chart.sentence, chart.table.rows)


def _describe_chart(chart: Chart | None, other: Chart | None) -> Text | None:
    """The title of a chart; where that is the same, the rows of its table that are not."""
    if chart is None or other is None or chart.title != other.title:
        return chart.title if chart else None
    rows = [row for row in chart.table.rows if row not in other.table.rows][:_ROWS_TOLD]
    if not rows:
        return Text("", "")
    return Text(*(_STOPS[lang].join(" ".join(cell.shown[lang] for cell in row) for row in rows) for lang in LANGS))


def _others(old: Portal, new: Portal) -> Iterator[ItemChange]:
    """Tables without figures: how many rows changed in each."""
    for name, package in new.packages.items():
        for table in package.tables.values():
            if table.name in _GOALS or (name, table.name) in FIGURES or name not in old.packages:
                continue
            rows = [_rows(old.packages[name].tables.get(table.name)), _rows(table)]
            kinds = Counter(_kind(*both) for _, *both in differences(*rows))
            words = [
                Text(f"{kind.zh} {kinds[kind]} 行", f"{kinds[kind]} {kind.en}")
                for kind in (NEW, CHANGED, WITHDRAWN)
                if kinds[kind]
            ]
            if words:
                title = Text(f"“{table.title.zh}”表", f"Table “{table.title.en}”")
                yield ItemChange(title, None, Text.joined(words))


def _rows(table: Table | None) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {tuple(str(row[c]) for c in table.primary_key): row.values for row in table.rows} if table else {}


def _pages(old: Rendered, new: Rendered) -> Iterator[PageChange]:
    for path in sorted({path for pages in (*old.values(), *new.values()) for path in pages}):
        texts = {lang: (old[lang].get(path, ""), new[lang].get(path, "")) for lang in LANGS}
        lines = {lang: _lines_changed(*both) for lang, both in texts.items()}
        if any(lines.values()):
            titles = [_title(now or was) or path for was, now in texts.values()]
            yield PageChange(path, Text(*titles), lines)


def _lines_changed(was: str, now: str) -> int:
    before, after = was.splitlines(), now.splitlines()
    kept = set(before)
    gone = set(after)
    return max(sum(line not in kept for line in after), sum(line not in gone for line in before))


def _title(text: str) -> str:
    return next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), "")


def render_pages(portal: Portal, docs: Path) -> dict[Lang, dict[str, str]]:
    """Every page as Markdown with its macros filled in: {language: {path: text}}.

    What cannot be rendered is left out of the page; `ipportal check` and `build` report such mistakes.
    """
    view = View(portal, "zh", "", rehearsal=True)
    pages: dict[Lang, dict[str, str]] = {lang: {} for lang in LANGS}
    for lang in LANGS:
        folder = docs / lang
        for path in sorted(folder.rglob("*.md")):
            source = path.relative_to(folder).as_posix()
            text = path.read_text(encoding="utf-8")
            pages[lang][source] = fill(text, replace(view, lang=lang, page=source)).text
    return pages


def heading(base: Text, lang: Lang) -> str:
    """What is compared with what."""
    return Text(f"与{base.zh}相比", f"Compared with {base.en}")[lang]


def as_text(found: Difference, base: Text, lang: Lang) -> str:
    """The difference part by part, one entry a line."""
    lines = [heading(base, lang)]
    for name, title in PARTS:
        changes: Sequence[ItemChange] = getattr(found, name)
        if changes:
            lines += ["", f"{title[lang]} ({len(changes)})"]
            lines += [line for change in changes for line in _lines(change, lang)]
    if found.pages:
        lines += ["", f"{PAGES[lang]} ({len(found.pages)})"]
        lines += [f"  {page.path}{_where(page.lines[lang], lang)} {page.title[lang]}" for page in found.pages]
    if found.empty:
        lines.append(NONE[lang])
    return "\n".join(lines)


def _lines(change: ItemChange, lang: Lang) -> list[str]:
    colon = "：" if lang == "zh" else ": "
    head = f"  {_SIGNS[change.kind]} {change.name[lang]}"
    old, new = (side[lang] if side else None for side in (change.old, change.new))
    if old is None or new is None:
        return [f"{head}{colon}{old or new or ''}"]
    if len(old) + len(new) < 60:
        return [f"{head}{colon}{old} → {new}"]
    return [head, f"      - {old}", f"      + {new}"]


def _where(lines: int, lang: Lang) -> str:
    return Text(f"（{lines} 处）", f" ({lines})")[lang] if lines else ""


def as_html(found: Difference, base: Text) -> str:
    """The difference as a page of its own: Chinese first, then English."""
    return (
        template_environment()
        .get_template("diff.html")
        .render(
            parts=[(title, getattr(found, name)) for name, title in PARTS if getattr(found, name)],
            pages=found.pages,
            pages_title=PAGES,
            headings={lang: heading(base, lang) for lang in LANGS},
            none=NONE if found.empty else None,
            tags=BCP47,
            langs=LANGS,
        )
    )
