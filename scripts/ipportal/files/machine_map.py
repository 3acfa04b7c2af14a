"""Where programs begin: `data/map.json` for those that compute, `llms.txt` (after llmstxt.org) for those that read."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from ipportal.base.addresses import page_path
from ipportal.base.errors import catalogue_file
from ipportal.base.templates import template_environment
from ipportal.base.text import Text, in_languages
from ipportal.data.model import Portal
from ipportal.files.analysis import published_packages
from ipportal.files.headers import media_type
from ipportal.files.identity import address, page
from ipportal.files.plainfiles import json_bytes

MAP: Final = "data/map.json"
LLMS: Final = "llms.txt"


def map_files(portal: Portal, there: Container[str]) -> dict[str, bytes]:
    """Both files; `there` are the site's files so far, and those of the catalogue that it lacks are not told of."""
    settings, told = portal.settings, catalogue_file("ipportal.files", "map")
    files = {path: Text(**words) for path, words in told["files"].items() if path in there}
    pages = {
        page_path(kind): Text(**words) for kind, words in told["pages"].items() if portal.has_page(page_path(kind))
    }
    entries = [
        {"href": address(settings, path, MAP), "type": media_type(path), "what": {"zh": what.zh, "en": what.en}}
        for path, what in files.items()
    ]
    words = template_environment().overlay(keep_trailing_newline=True).get_template(LLMS)
    text = words.render(
        portal=portal,
        settings=settings,
        langs=settings.languages,
        files=files,
        pages=pages,
        packages=published_packages(portal).values(),
        at=lambda path: address(settings, path, LLMS),
        page=page,
        text=Text,
    )
    start = {"as_of": settings.as_of.isoformat(), "entries": in_languages(entries, settings.languages)}
    return {MAP: json_bytes(start), LLMS: text.encode()}
