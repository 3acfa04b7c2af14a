"""Build one language's pages with Zensical: the only module that knows it.

Run as `python -m ipportal.site.zensicalrun ROOT LANG FOLDER`. Zensical 0.0.73 runs no plug-ins and gives the theme no
list of pages, so it gets a project whose configuration is complete and whose macros are already filled in; what the
theme takes from MkDocs at build time, the list of pages and the facts of the portal, stands in its configuration too.
"""

import html
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import yaml

from ipportal.base.addresses import page_url
from ipportal.base.errors import PortalError
from ipportal.base.text import Lang
from ipportal.base.writing import write_staged
from ipportal.data.configuration import OVERRIDES, configuration, read_config
from ipportal.data.manuscripts import Manuscript, own_files
from ipportal.data.model import Portal
from ipportal.loading import load
from ipportal.pages.filling import Adjust
from ipportal.pages.prepared import filled_pages, frame_facts, site_view
from ipportal.pages.view import View

CONFIG: Final = "mkdocs.yml"
DOCS: Final = "docs"
SITE: Final = "site"

_FUNCTION: Final = "tag:yaml.org,2002:python/name:"
_RELATIVE: Final = re.compile(r'href="(?![#/]|[a-z][a-z0-9+.-]*:)([^"]*)"')
_TAG: Final = re.compile(r"<[^>]*>")


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    FunctionType, lambda this, it: this.represent_scalar(f"{_FUNCTION}{it.__module__}.{it.__name__}", "")
)


def write_project(portal: Portal, root: Path, lang: Lang, place: Path) -> None:
    """Write the project of one language into `place`."""
    settings = configuration(root, lang, os.environ) | read_config(root, lang)
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
    for path, file in (own_files(lang) | own_files(lang, root)).items():
        if file.suffix != ".md":
            write_staged(docs / path, file.read_bytes())
    settings |= {"docs_dir": DOCS, "site_dir": SITE, "plugins": [], "site_url": settings["site_url"] or None}
    if (root / OVERRIDES).is_dir():
        settings["theme"] = settings["theme"] | {"custom_dir": str(root / OVERRIDES)}
    known = {"portal": frame_facts(site), "pages": [page_facts(page, directory_urls=directory_urls) for page in pages]}
    settings["extra"] = known
    settings["markdown_extensions"] = [*settings["markdown_extensions"], _PLAIN_CODE]
    said = yaml.dump(settings, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
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


#: What Zensical writes and this site does not use: its theme's own script, styles and pictures, its search index, and
#: what makes our theme a package
_UNUSED: Final = (
    *("assets/javascripts", "assets/stylesheets", "assets/images", "search.json"),
    *("assets/css/*.css", "assets/js/*.js"),
    *("__init__.py", "__pycache__", "mkdocs_theme.yml"),
)
#: Fenced code as plain text, as the other generators write it: no colours, no line anchors
_PLAIN_CODE: Final = {"pymdownx.highlight": {"use_pygments": False}}


def main(arguments: Sequence[str]) -> int:
    """Write the project beside `FOLDER`, build it, and put the result at `FOLDER`; Zensical's exit code."""
    root, folder = Path(arguments[0]), Path(arguments[2])
    lang: Lang = "en" if arguments[1] == "en" else "zh"
    project = folder.with_name(f"{folder.name}-project")
    try:
        write_project(load(root), root, lang, project)
    except PortalError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", str(project / CONFIG)]
    code = subprocess.run(command, cwd=project, check=False).returncode
    if code == 0:
        site = project / SITE
        for found in [found for name in _UNUSED for found in site.glob(name)]:
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        site.rename(folder)
        shutil.rmtree(project)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
