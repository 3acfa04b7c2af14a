"""A difference between two states of the portal as text for the terminal, and as a page in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.office.diff import Difference, ItemChange

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
_SIGNS: Final = {"new": "+", "withdrawn": "-", "changed": "~"}


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
    head = f"  {_SIGNS[change.kind.en]} {change.name[lang]}"
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
