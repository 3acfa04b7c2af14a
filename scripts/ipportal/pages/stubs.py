"""Write the page stubs that data needs and that do not exist yet. People own them afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jinja2 import Environment

from ipportal.analysis.cases import stories
from ipportal.analysis.plan import address, measures_below, page_of
from ipportal.base.addresses import page_path
from ipportal.base.journal import Edits
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang
from ipportal.data.model import IndicatorGroup, MeasureKind, Portal

#: Where a group's pages stand in the list of siblings
_ORDER: Final = {"core": 100, "commitment": 200}


def stubs(portal: Portal) -> dict[str, str]:
    """Every stub the data asks for: path below the portal's root → Markdown."""
    environment = stub_environment()
    return {
        f"docs/{lang}/{path}": environment.get_template(f"stubs/{template}.{lang}.md").render(context, portal=portal)
        for lang in portal.settings.languages
        for path, template, context in _wanted(portal, lang)
    }


def stub_environment() -> Environment:
    """The environment of templates that make what people own afterwards, in which macros of pages stay as they are."""
    return template_environment().overlay(
        trim_blocks=False,
        lstrip_blocks=False,
        variable_start_string="[[",
        variable_end_string="]]",
        keep_trailing_newline=True,
        finalize=_quoted,
    )


def _quoted(value: object) -> object:
    """A text for its place between double quotes, in front matter or in a macro: JSON's form holds in both."""
    return json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value


def _wanted(portal: Portal, lang: Lang) -> Iterator[tuple[str, str, dict[str, object]]]:
    for group in (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT):
        for indicator in portal.group(group):
            told = _told(indicator.id, _ORDER[group] + indicator.order, name=indicator.name[lang])
            yield page_path("indicators", indicator.id), "indicator", told
    for chapter in portal.children(None):
        for section in portal.children(chapter.id):
            measures, children = measures_below(portal, section.id), portal.children(section.id)
            if measures and measures[0].kind in (MeasureKind.TASK, MeasureKind.PROJECT):
                number, title = address(section.number)[lang], section.title[lang]
                told = _told(section.id, section.order, number=number, title=title, children=[c.id for c in children])
                yield page_of(portal, section.id), "section", told
    for place, story in enumerate(stories(portal), 1):
        yield page_path("case_stories", story.id), "story", _told(story.id, 100 + place, name=story.title[lang])
    for place, package in enumerate(portal.packages.values(), 1):
        told = _told(package.name, place, name=package.title[lang])
        yield page_path("dataset", package.name), "dataset", told
    for place, (name, edition) in enumerate(portal.registers.items(), 1):
        told = _told(name, 500 + place, name=edition.register.title[lang])
        yield page_path("register", name), "register", told


def _told(id: str, order: int, **more: object) -> dict[str, object]:
    return {"id": id, "order": str(order), **more}


def missing_stubs(portal: Portal, root: Path) -> Edits:
    """The stubs that are missing below `root`; an existing page is never touched."""
    return {path: (None, text.encode()) for path, text in stubs(portal).items() if not (root / path).exists()}
