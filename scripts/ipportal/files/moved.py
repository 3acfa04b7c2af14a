"""What stands at addresses that were given up: a small page that leads on, or a file of the same kind."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from markupsafe import Markup

from ipportal.base.addresses import Addresses
from ipportal.base.errors import OutputError
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, Lang
from ipportal.base.voices import for_voices
from ipportal.data.manuscripts import read_manuscripts
from ipportal.data.model import Portal
from ipportal.data.moved import split_place
from ipportal.data.settings import Settings
from ipportal.files import CATALOGUE
from ipportal.files.assets import Assets
from ipportal.files.headers import PAGE_POLICY
from ipportal.files.identity import address, page, page_file

#: Takes along the place on a page that was asked for, which a redirect loses
SCRIPT: Final = "moved.js"


def moved_paths(settings: Settings) -> dict[str, tuple[Lang, str]]:
    """The site path of every page that leads on, with its language and its old Markdown path."""
    old = {split_place(move.old)[0] for move in settings.moved if move.pages}
    return {page_file(settings, path, lang): (lang, path) for path in sorted(old) for lang in settings.languages}


def moved_pages(portal: Portal, root: Path) -> dict[str, bytes]:
    """The pages that lead on: {site path: bytes}."""
    settings, template = portal.settings, template_environment().get_template("moved.html")
    pages = read_manuscripts(root, settings.languages)
    titles = {(each.lang, each.path): each.title for each in pages if "{{" not in each.title}
    to: dict[str, dict[str, str]] = defaultdict(dict)
    for move in settings.moved:
        if move.pages:
            path, place = split_place(move.old)
            to[path][place] = move.new
    assets = Assets(root)
    files: dict[str, bytes] = {}
    for place, (lang, old) in moved_paths(settings).items():
        here = Addresses(lang, old, not settings.plain_files, settings.languages[0])
        leads = {at: here.page(*split_place(new)) for at, new in to[old].items()}
        first = leads.setdefault("", next(iter(leads.values())))
        new = split_place(to[old].get("") or next(iter(to[old].values())))[0]
        html = template.render(
            policy=Markup(PAGE_POLICY),
            lang=BCP47[lang],
            chinese=lang == "zh",
            to=first,
            places={at: link for at, link in leads.items() if at},
            leads=json.dumps(leads, ensure_ascii=False),
            title=titles.get((lang, new), ""),
            canonical=address(settings, page(settings, new, lang), place),
            script=here.file(assets.path(SCRIPT)),
            sheet=here.file(assets.path("site.css")),
        )
        files[place] = for_voices(html).encode()
    return files


def moved_files(portal: Portal, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What stands at the old addresses of files: the content of those `files` that answer there now.

    Raises:
        OutputError: with every row that leads to no file.
    """
    found: dict[str, bytes] = {}
    problems = []
    for move in portal.settings.moved:
        pairs = list(move.files(files)) if not move.pages else []
        found |= {old: files[new] for old, new in pairs}
        if not pairs and not move.pages:
            problems.append(CATALOGUE.problem("address-moved", move.where, move.new))
    if problems:
        raise OutputError(problems)
    return found
