"""The freshness report as text for a terminal, Markdown for a reminder, and JSON."""

import json
from dataclasses import asdict
from datetime import date
from typing import Final

from ipportal.analysis.freshness import KINDS, NOTICE, STATES, Expectation, Item, Report
from ipportal.base.periods import month_name
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.model import Observation, Source
from ipportal.words.sentences import written_in
from ipportal.words.wording import NOTHING

#: Earlier sightings told of a figure
_SEEN: Final = 3


def as_text(report: Report, lang: Lang) -> str:
    """One line per item, the most urgent first within each kind."""
    return _written(lang, "freshness.txt", report=report)


def as_markdown(report: Report) -> str:
    """What is overdue or due soon, in both languages, to be pasted into an issue."""
    waiting = [item for item in urgent_first(report.items) if item.state in ("overdue", "due")]
    told = {"report": report, "waiting": waiting, "soon": report.probable(NOTICE)}
    return "\n\n".join(_written(lang, "freshness.md", **told) for lang in LANGS) + "\n"


def _written(lang: Lang, template: str, **told: object) -> str:
    helpers = {one.__name__: one for one in (counts, figure_of, habit, months, urgent_first)}
    return written_in(lang, template, None, KINDS=KINDS, STATES=STATES, **helpers, **told).rstrip()


def as_json(report: Report) -> str:
    """Everything, both languages, as one JSON object."""
    document = {
        "today": report.today,
        "counts": {state: report.count(state) for state in STATES},
        "failures": [asdict(failure) for failure in report.failures],
        "items": [asdict(item) | {"days_left": item.days_left(report.today)} for item in report.items],
        "expected": [_expected(e) for e in report.expected],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=date.isoformat)


def _expected(e: Expectation) -> dict[str, object]:
    seen = [
        {"period": row.period.text, "published": source.date.text if source.date else None, "source": source.id}
        for row, source in zip(e.seen, e.sources, strict=True)
    ]
    told = {name: getattr(e, name) for name in ("year", "first", "until", "probable", "missing")}
    return {"indicator": e.indicator.id, "area": e.area.id, **told, "last": e.last.period.text, "seen": seen}


def urgent_first(items: tuple[Item, ...]) -> list[Item]:
    """Overdue, then due soon, then the rest; the earliest day first."""
    order = list(STATES)
    return sorted(items, key=lambda item: (order.index(item.state), item.due.isoformat() if item.due else "", item.id))


def counts(report: Report) -> Text:
    """How many items are in each state."""
    form = Text("{label} {n} 项", "{label}: {n}")
    return Text.joined(form.format(label=label, n=report.count(state)) for state, label in STATES.items())


def figure_of(e: Expectation) -> Text:
    """Which figure: indicator, area, year."""
    form = Text("{name}（{area}）{year} 年的数", "{name} ({area}) for {year}")
    return form.format(name=e.indicator.name, area=e.area.short, year=e.year)


def months(e: Expectation) -> Text:
    """The months in which it may come: 2027 年 1—4 月 / January–April 2027."""
    days = [e.first] if e.first.month == e.until.month else [e.first, e.until]
    numbers, names = "—".join(str(day.month) for day in days), "–".join(month_name(day) for day in days)
    return Text(f"{e.first.year} 年 {numbers} 月", f"{names} {e.first.year}")


def habit(e: Expectation) -> Text:
    """What the months rest on: where and when the last few figures were seen in time; one alone is said to be so."""
    sightings = [_sighting(row, source) for row, source in zip(e.seen, e.sources, strict=True)][-_SEEN:]
    once = Text("（只见过这一次）", " (seen only once)") if len(e.seen) == 1 else NOTHING
    return Text.joined(sightings, "；", "; ") + once


def _sighting(row: Observation, source: Source) -> Text:
    """The year of a figure and its source, with the day where the source's name lacks it."""
    words, day = Text("{year} 年的数见于{source}", "{year}: {source}"), source.date
    if day and day.text not in source.name.zh:
        words += Text("，", ", ") + Text.each(day.label)
    return words.format(year=row.period.year, source=source.name)
