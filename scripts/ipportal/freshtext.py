"""The freshness report as text for a terminal, Markdown for a reminder, and JSON."""

from __future__ import annotations

import json

from ipportal.freshness import KINDS, STATES, Item, Report
from ipportal.text import LANGS, Lang, Text

_TITLE = Text("更新情况，{day}", "Freshness as of {day}")


def as_text(report: Report, lang: Lang) -> str:
    """One line per item, the most urgent first within each kind."""
    lines = [_TITLE.format(day=report.today)[lang], counts(report)[lang]]
    lines += [f"! {failure[lang]}" for failure in report.failures]
    for kind, title in KINDS.items():
        if items := report.of(kind):
            lines += ["", title[lang], *(f"  {line(item, report)[lang]}" for item in urgent_first(items))]
    return "\n".join(lines)


def as_markdown(report: Report) -> str:
    """What is overdue or due soon, in both languages, to be pasted into an issue."""
    parts = []
    for lang in LANGS:
        waiting = [item for item in urgent_first(report.items) if item.state in ("overdue", "due")]
        lines = [f"## {_TITLE.format(day=report.today)[lang]}", "", counts(report)[lang], ""]
        lines += [f"- **{failure[lang]}**" for failure in report.failures]
        lines += [f"- {KINDS[item.kind][lang]} · {line(item, report)[lang]}" for item in waiting]
        parts.append("\n".join(lines).rstrip())
    return "\n\n".join(parts) + "\n"


def as_json(report: Report) -> str:
    """Everything, both languages, as one JSON object."""
    document = {
        "today": report.today.isoformat(),
        "counts": {state: report.count(state) for state in STATES},
        "failures": [{"zh": failure.zh, "en": failure.en} for failure in report.failures],
        "items": [
            {
                "kind": item.kind,
                "id": item.id,
                "title": {"zh": item.title.zh, "en": item.title.en},
                "changed": item.changed.isoformat() if item.changed else None,
                "due": item.due.isoformat() if item.due else None,
                "days_left": item.days_left(report.today),
                "state": item.state,
            }
            for item in report.items
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def urgent_first(items: tuple[Item, ...]) -> list[Item]:
    """Overdue, then due soon, then the rest; the earliest day first."""
    order = list(STATES)
    return sorted(items, key=lambda item: (order.index(item.state), item.due.isoformat() if item.due else "", item.id))


def counts(report: Report) -> Text:
    """How many items are in each state."""
    return Text(
        "，".join(f"{label.zh} {report.count(state)} 项" for state, label in STATES.items()),
        ", ".join(f"{label.en}: {report.count(state)}" for state, label in STATES.items()),
    )


def line(item: Item, report: Report) -> Text:
    """State, title, last change and what is left, in words."""
    left = item.days_left(report.today)
    zh, en = [f"[{STATES[item.state].zh}] {item.title.zh}"], [f"[{STATES[item.state].en}] {item.title.en}"]
    if item.changed:
        zh.append(f"上次 {item.changed}")
        en.append(f"last change {item.changed}")
    if left is not None:
        zh.append(f"到 {item.due}，" + (f"已过 {-left} 天" if left < 0 else f"还有 {left} 天"))
        en.append(f"until {item.due}, " + (f"{-left} days ago" if left < 0 else f"{left} days left"))
    return Text(" · ".join(zh), " · ".join(en))
