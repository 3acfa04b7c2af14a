"""Try every macro of every page without the site generator, and report all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ipportal.base.errors import Problem
from ipportal.base.text import Lang
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.data.model import Portal
from ipportal.pages.filling import fill
from ipportal.pages.view import View


def rehearse(portal: Portal, root: Path) -> list[Problem]:
    """Every macro mistake on the pages below `root`/docs, with its file and line."""
    return _problems(portal, read_manuscripts(root))


def rehearse_page(portal: Portal, root: Path, lang: Lang, source: str) -> list[Problem]:
    """Every macro mistake on the page at `source` below `root`/docs/<lang>."""
    return _problems(portal, [page for page in read_manuscripts(root) if (page.lang, page.path) == (lang, source)])


def _problems(portal: Portal, pages: Iterable[Manuscript]) -> list[Problem]:
    view = View(portal, "zh", "", rehearsal=True)
    return [
        problem
        for page in pages
        for problem in fill(page.body, replace(view, lang=page.lang, page=page.path), above=page.lines_above).problems
    ]
