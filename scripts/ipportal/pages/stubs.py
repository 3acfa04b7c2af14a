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
        for one in portal.group(group):
            yield page_path("indicators", one.id), "indicator", _told(one.id, _ORDER[group] + one.order, one.name[lang])
    for chapter in portal.children(None):
        for section in portal.children(chapter.id):
            measures, children = measures_below(portal, section.id), [each.id for each in portal.children(section.id)]
            if measures and measures[0].kind in (MeasureKind.TASK, MeasureKind.PROJECT):
                told = _told(section.id, section.order, section.title[lang]) | {"children": children}
                yield page_of(portal, section.id), "section", told | {"number": address(section.number)[lang]}
    for place, story in enumerate(stories(portal), 101):
        yield page_path("case_stories", story.id), "story", _told(story.id, place, story.title[lang])
    for place, package in enumerate(portal.packages.values(), 1):
        yield page_path("dataset", package.name), "dataset", _told(package.name, place, package.title[lang])
    for place, (name, edition) in enumerate(portal.registers.items(), 501):
        yield page_path("register", name), "register", _told(name, place, edition.register.title[lang])


def _told(id: str, order: int, name: str) -> dict[str, object]:
    return {"id": id, "order": order, "name": name}


def missing_stubs(portal: Portal, root: Path) -> Edits:
    """The stubs that are missing below `root`; an existing page is never touched."""
    return {path: (None, text.encode()) for path, text in stubs(portal).items() if not (root / path).exists()}
