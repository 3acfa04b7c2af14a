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
from ipportal.base.text import Lang
from ipportal.base.writing import write_staged
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import Portal
from ipportal.data.settings import PYTHON_NAME, PythonName, read_config
from ipportal.pages.filling import Adjust, filled_pages, frame_facts, site_view
from ipportal.pages.view import View

Adapt = Callable[[dict[str, Any]], dict[str, Any]]

CONFIG: Final = "mkdocs.yml"
DOCS: Final = "docs"
SITE: Final = "site"

_RELATIVE: Final = re.compile(r'href="(?![#/]|[a-z][a-z0-9+.-]*:)([^"]*)"')
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
    site = site_view(portal, root, lang, directory_urls=directory_urls)
    texts = filled_pages(site, from_file)
    pages = [
        replace(page, text=f"{page.text.removesuffix(page.body)}{texts[page.path]}\n")
        for page in site.manuscripts
        if page.lang == lang
    ]
    docs = place / DOCS
    for page in pages:
        write_staged(docs / page.path, page.text)
    folder = root / "docs" / lang
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".md":
            write_staged(docs / path.relative_to(folder), path.read_bytes())
    settings |= {"docs_dir": DOCS, "site_dir": SITE, "plugins": [], "site_url": settings["site_url"] or None}
    settings["theme"] = settings["theme"] | {"custom_dir": str(root / settings["theme"]["custom_dir"])}
    known = {
        "portal": frame_facts(site),
        "pages": [page_facts(page, directory_urls=directory_urls) for page in pages],
    }
    settings["extra"] = settings["extra"] | known
    said = yaml.dump(adapt(settings), Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    write_staged(place / CONFIG, said)


def page_facts(page: Manuscript, *, directory_urls: bool) -> dict[str, Any]:
    """What the theme asks of a page that is not the current one, by the names MkDocs gives."""
    title = html.unescape(_TAG.sub("", page.title)).strip() or page.path
    url = page_url(page.path, directory_urls=directory_urls) or "./"
    facts = {"title": title, "meta": dict(page.head)}
    return {"src_uri": page.path, "parts": page.path.split("/"), "url": url, "page": facts}


def from_file(view: View) -> Adjust:
    """Makes the links a macro gives as a page's author writes them: relative to the Markdown file."""
    below = "" if view.page.endswith("index.md") or not view.directory_urls else posixpath.basename(view.page[:-3])

    def moved(match: re.Match[str]) -> str:
        path, mark, anchor = match[1].partition("#")
        to = posixpath.normpath(posixpath.join(below, path)) + ("/" if path.endswith(("/", "..", ".")) else "")
        return f'href="{to}{mark}{anchor}"'

    return lambda shown: _RELATIVE.sub(moved, shown) if below else shown
