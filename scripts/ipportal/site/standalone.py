"""One language's pages with every macro filled in, and a plain configuration: a project without any plug-in.

A generator that cannot run the macros, or runs them once more for every page, builds from this. What the theme takes
from MkDocs at build time, the list of pages and the facts of the portal, stands in the configuration instead.
"""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from ipportal.base.addresses import page_url
from ipportal.base.errors import Problem, SiteError
from ipportal.base.text import Lang
from ipportal.base.writing import write_staged
from ipportal.data.manuscripts import Manuscript, outdated, read_manuscripts
from ipportal.data.model import Portal
from ipportal.data.settings import PYTHON_NAME, PythonName, read_config
from ipportal.pages import site_facts
from ipportal.pages.filling import Adjust, fill, site_view
from ipportal.pages.view import View

Adapt = Callable[[dict[str, Any]], dict[str, Any]]

CONFIG: Final = "mkdocs.yml"
DOCS: Final = "docs"
SITE: Final = "site"

_RELATIVE: Final = re.compile(r'href="(?![#/]|[a-z][a-z0-9+.-]*:)([^"]*)"')
_HEADING: Final = re.compile(r"^# +(.+?)(?: *\{[^{}]*\})? *#*$", re.MULTILINE)
_TAG: Final = re.compile(r"<[^>]*>")


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(PythonName, lambda this, name: this.represent_scalar(f"{PYTHON_NAME}{name}", ""))


def write_project(portal: Portal, root: Path, lang: Lang, config: Path, place: Path, adapt: Adapt) -> None:
    """Write the project of one language into `place`.

    `config` is the MkDocs configuration of the language; `adapt` gives it as the generator wants it.
    """
    settings = read_config(config, os.environ)
    directory_urls = bool(settings["use_directory_urls"])
    pages = filled_pages(portal, root, lang, directory_urls=directory_urls)
    docs = place / DOCS
    for source, text in pages.items():
        write_staged(docs / source, text)
    folder = root / "docs" / lang
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".md":
            write_staged(docs / path.relative_to(folder), path.read_bytes())
    settings |= {"docs_dir": DOCS, "site_dir": SITE, "plugins": [], "site_url": settings["site_url"] or None}
    settings["theme"] = settings["theme"] | {"custom_dir": str(root / settings["theme"]["custom_dir"])}
    known = {
        "portal": site_facts(portal, lang) | {"outdated": list(outdated(read_manuscripts(root)))},
        "pages": [page_facts(Manuscript(lang, *page), directory_urls=directory_urls) for page in pages.items()],
    }
    settings["extra"] = settings["extra"] | known
    said = yaml.dump(adapt(settings), Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    write_staged(place / CONFIG, said)


def filled_pages(portal: Portal, root: Path, lang: Lang, *, directory_urls: bool) -> dict[str, str]:
    """Every page of one language with its macros filled in: {path below docs/<lang>: Markdown}.

    Raises:
        SiteError: a page asks for something that does not exist, or that no page may ask for.
    """
    site = site_view(portal, root, lang, directory_urls=directory_urls)
    pages: dict[str, str] = {}
    problems: list[Problem] = []
    for page in site.manuscripts:
        if page.lang == lang:
            view = replace(site, page=page.path)
            filled = fill(page.body, view, above=page.lines_above, adjust=_from_file(view))
            pages[page.path] = page.text.removesuffix(page.body) + filled.text + "\n"
            problems += filled.problems
    if problems:
        raise SiteError(problems)
    return pages


def page_facts(page: Manuscript, *, directory_urls: bool) -> dict[str, Any]:
    """What the theme asks of a page that is not the current one, by the names MkDocs gives."""
    heading = _HEADING.search(page.body)
    title = page.head.get("title") or (html.unescape(_TAG.sub("", heading[1])).strip() if heading else page.path)
    url = page_url(page.path, directory_urls=directory_urls) or "./"
    facts = {"title": title, "meta": dict(page.head)}
    return {"src_uri": page.path, "parts": page.path.split("/"), "url": url, "page": facts}


def _from_file(view: View) -> Adjust:
    """Makes the links a macro gives as a page's author writes them: relative to the Markdown file."""
    below = "" if view.page.endswith("index.md") or not view.directory_urls else posixpath.basename(view.page[:-3])

    def from_file(match: re.Match[str]) -> str:
        path, mark, anchor = match[1].partition("#")
        to = posixpath.normpath(posixpath.join(below, path)) + ("/" if path.endswith(("/", "..", ".")) else "")
        return f'href="{to}{mark}{anchor}"'

    return lambda shown: _RELATIVE.sub(from_file, shown) if below else shown
