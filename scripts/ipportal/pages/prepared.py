"""What a site is made of before a generator starts: every page with its macros filled in, and what the theme shows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ipportal.analysis.freshness import pending_changes
from ipportal.base.addresses import PAGES, page_path, split
from ipportal.base.errors import SiteError
from ipportal.base.text import BCP47, Lang
from ipportal.data.configuration import SLOT
from ipportal.data.manuscripts import Manuscript, outdated, site_manuscripts
from ipportal.data.model import Portal
from ipportal.data.settings import SiteSection
from ipportal.files.assets import Assets
from ipportal.files.chartfiles import Renderer, card_pages
from ipportal.files.descriptions import Versions
from ipportal.files.feeds import calendar_title, known_news
from ipportal.files.headers import PAGE_POLICY, signposts
from ipportal.files.package_files import PackageFiles
from ipportal.files.plainfiles import from_template
from ipportal.pages.filling import Adjust, fill
from ipportal.pages.view import View

#: How HTML begins that Markdown leaves as it is
_BLOCKS: Final = ("<div", "<section", "<table", "<figure", "<ul", "<ol", "<dl", "<details", "<nav", "<p")


def site_view(portal: Portal, root: Path, lang: Lang, *, directory_urls: bool) -> View:
    """What macros know while the site of the portal at `root` is made; `page` is to be replaced for each page."""
    pending = pending_changes(portal, root)
    return View(
        portal,
        lang,
        "",
        directory_urls,
        package_files=PackageFiles(portal, root),
        versions=Versions(portal, root),
        drawings=Renderer(root),
        assets=Assets(root),
        pending=pending,
        news=known_news(portal, root, pending),
        manuscripts=site_manuscripts(root, portal.settings.languages),
    )


def filled_pages(site: View, adjust: Callable[[View], Adjust] = lambda view: str) -> dict[str, str]:
    """The text of every page of the language of `site`, below its front matter, with the macros filled in.

    `adjust` makes what changes the answers of the macros of one page.

    Raises:
        SiteError: a page asks for something that does not exist, or that no page may ask for.
    """
    views = {page: site.on(page.path) for page in site.manuscripts if page.lang == site.lang}
    filled = {
        page.path: fill(page.body, view, above=page.lines_above, adjust=adjust(view)) for page, view in views.items()
    }
    if problems := [problem for one in filled.values() for problem in one.problems]:
        raise SiteError(problems)
    return {path: one.text for path, one in filled.items()}


def prepared(site: View) -> dict[str, Any]:
    """What the generator of the language of `site` reads in place of the data.

    `portal` is what the theme shows of them; `pages` are text, title and set-aside blocks by the path of the page.
    Markdown, which reads HTML slowly, sees a slot in the place of each block that stands in lines of its own.

    Raises:
        SiteError: as for `filled_pages`.
    """
    aside: dict[str, list[str]] = defaultdict(list)
    texts = filled_pages(site, lambda view: partial(_set_aside, aside[view.page]))
    titles = {page.path: page.title for page in site.manuscripts if page.lang == site.lang and "{{" in page.title}
    return {
        "portal": frame_facts(site),
        "pages": {
            path: [_in_lines(text, aside[path]), fill(titles.get(path, ""), site.on(path)).text, aside[path]]
            for path, text in texts.items()
        },
    }


def _set_aside(blocks: list[str], shown: str) -> str:
    if not shown.startswith(_BLOCKS):
        return shown
    blocks.append(shown)
    return f"<!--0:{len(blocks) - 1}-->"


def _in_lines(text: str, blocks: list[str]) -> str:
    """The text with those blocks back in their places that stand inside a line."""
    lines = text.split("\n")
    whole = [line if SLOT.fullmatch(line) else SLOT.sub(lambda slot: blocks[int(slot[1])], line) for line in lines]
    return "\n".join(whole)


def frame_facts(site: View) -> dict[str, Any]:
    """What the theme reads as `config.extra.portal`."""
    lang, own = site.lang, {page.path: page for page in site.manuscripts if page.lang == site.lang}
    sections = [section for section in site.portal.settings.sections if section.page in own]
    kinds = inherited(own.values(), "search_kind")
    rank = {folder: place for place, folder in enumerate(folder for one in sections for folder in one.covers)}
    order = sorted(kinds, key=lambda path: (rank.get(path.split("/")[0], len(rank)), path.count("/"), path))
    return site_facts(site.portal, lang) | {
        "assets": {name: site.assets.path(name) for name in ("site.css", "site.js", "find.js")},
        "signposts": signs(site, own),
        "cards": card_pages(site.portal, lang, own.values()),
        "outdated": list(outdated(site.manuscripts)),
        "pages": {kind: path for kind, path in PAGES.items() if path in own},
        "parents": parents(own.values(), sections),
        "sections": [asdict(one) | {"label": one.label[lang]} for one in sections],
        "search_kind": kinds,
        "search_kinds": list(dict.fromkeys(kinds[path] for path in order)),
        "search_weight": inherited(own.values(), "search_weight"),
    }


def signs(site: View, pages: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The typed links of packages, and of the frozen versions that have a page, by what such a page is about."""
    portal = site.portal
    found = {package.name: signposts(portal.settings, package) for package in site.packages}
    for release in (each for each in portal.releases if page_path("version", each.id) in pages):
        found[release.id] = signposts(portal.settings, site.versions[release.id].package, release)
    return {about: [asdict(post) for post in posts] for about, posts in found.items()}


def inherited(pages: Iterable[Manuscript], entry: str) -> dict[str, Any]:
    """An entry of the front matter by the path of each page: its own, or that of the nearest index.md above it.

    The home page's is for itself only.
    """
    said = {page.path: page.head[entry] for page in pages if entry in page.head}
    found = {}
    for page in pages:
        above = (f"{folder}/index.md" for folder in PurePosixPath(page.path).parents if folder.name)
        if at := next((path for path in (page.path, *above) if path in said), None):
            found[page.path] = said[at]
    return found


def parents(pages: Collection[Manuscript], sections: Iterable[SiteSection]) -> dict[str, str]:
    """The page above each: its front matter says it, or it is the nearest index.md above it; {path: path}.

    Above a folder's own page is the section that covers the folder. The home page is not in it.
    """
    doors = {f"{folder}/index.md": section.page for section in sections for folder in section.covers}
    found = {}
    there = {page.path for page in pages}
    for page in pages:
        *folders, name = page.path.split("/")
        above = folders[:-1] if name == "index.md" else folders
        while above and "/".join([*above, "index.md"]) not in there:
            above = above[:-1]
        if said := page.head.get("parent"):
            found[page.path] = str(said).strip()
        elif name != "index.md" or above:
            found[page.path] = "/".join([*above, "index.md"])
        elif folders:
            door = doors.get(page.path, "index.md")
            found[page.path] = door if door != page.path else "index.md"
    return found


def site_facts(portal: Portal, lang: Lang) -> dict[str, Any]:
    """What the theme's templates read as `config.extra.portal`, in the language of the tree."""
    settings, changed = portal.settings, max((package.modified for package in portal.packages.values()), default="")
    facts: dict[str, Any] = {"settings": settings, "lang": lang, "tags": BCP47, "policy": PAGE_POLICY}
    facts |= {"host": split(settings.url).authority, "identity": asdict(settings.identity)}
    facts |= {"other": next((settings.tree(each) or "." for each in settings.languages if each != lang), None)}
    facts |= {"calendar": calendar_title(portal), "changed": date.fromisoformat(changed) if changed else None}
    return dict(from_template("site", **facts))
