"""Write the page stubs that data needs and that do not exist yet. People own them afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ipportal.analysis.cases import stories
from ipportal.analysis.plan import address, measures_below, page_of
from ipportal.base.journal import Edits
from ipportal.base.templates import template_environment
from ipportal.base.text import LANGS, Lang
from ipportal.data.model import IndicatorGroup, MeasureKind, Portal, Section

#: Where a group's pages stand in the list of siblings
_ORDER: Final = {"core": 100, "commitment": 200}


def stubs(portal: Portal) -> dict[str, str]:
    """Every stub the data asks for: path below the portal's root → Markdown."""
    environment = template_environment().overlay(
        autoescape=False,
        trim_blocks=False,
        lstrip_blocks=False,
        variable_start_string="[[",
        variable_end_string="]]",
        keep_trailing_newline=True,
        finalize=_quoted,
    )
    return {
        f"docs/{lang}/{path}": environment.get_template(f"stubs/{template}.{lang}.md").render(context)
        for lang in LANGS
        for path, template, context in _wanted(portal, lang)
    }


def _quoted(value: object) -> object:
    """A text for its place between double quotes, in front matter or in a macro: JSON's form holds in both."""
    return json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value


def _wanted(portal: Portal, lang: Lang) -> Iterator[tuple[str, str, dict[str, object]]]:
    for group in (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT):
        for indicator in portal.group(group):
            order = str(_ORDER[group] + indicator.order)
            context: dict[str, object] = {"id": indicator.id, "name": indicator.name[lang], "order": order}
            yield f"indicators/{indicator.id}.md", "indicator", context
    for chapter in portal.children(None):
        for section in portal.children(chapter.id):
            measures = measures_below(portal, section.id)
            if measures and measures[0].kind in (MeasureKind.TASK, MeasureKind.PROJECT):
                yield page_of(portal, section.id), "section", _section(portal, section, lang)
    for place, story in enumerate(stories(portal), 1):
        told: dict[str, object] = {"id": story.id, "name": story.title[lang], "order": str(100 + place)}
        yield f"cases/stories/{story.id}.md", "story", told


def _section(portal: Portal, section: Section, lang: Lang) -> dict[str, object]:
    return {
        "id": section.id,
        "number": address(section.number)[lang],
        "title": section.title[lang],
        "order": str(section.order),
        "children": [child.id for child in portal.children(section.id)],
    }


def missing_stubs(portal: Portal, root: Path) -> Edits:
    """The stubs that are missing below `root`; an existing page is never touched."""
    return {path: (None, text.encode()) for path, text in stubs(portal).items() if not (root / path).exists()}
