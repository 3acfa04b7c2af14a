"""The joint to the site generator: its pages are filled by us, and its theme escapes what it shows."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from mkdocs.exceptions import PluginError

from ipportal.base.text import Lang
from ipportal.data.configuration import PREPARED, SLOT

#: The anchors of a finished piece of a page
_ID: Final = re.compile(r'\sid="([^"]+)"')


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build; `env` is the plugin itself.

    The root of the portal is the folder of the configuration file; the language is the theme's. The plugin would give
    pages its whole configuration, and templates of their own power: nothing is registered with it, and its one way
    from a page to a template is taken over. A build has filled the pages beforehand and says where they are.
    """
    (_prepared if PREPARED in os.environ else _live)(env)
    env.conf["plugins"].events["env"].append(escape_all)


def _prepared(env: Any) -> None:
    known = json.loads(Path(os.environ[PREPARED]).read_text(encoding="utf-8"))

    def render(markdown: str, force_rendering: bool = False) -> str:
        text, title, _ = known["pages"][env.page.file.src_uri]
        return str(title if markdown == env.page.title else text)

    def complete(html: str, *, page: Any, **_: Any) -> str:
        blocks: list[str] = known["pages"][page.file.src_uri][2]
        page.present_anchor_ids = {*(page.present_anchor_ids or ()), *_ID.findall("".join(blocks))}
        return SLOT.sub(lambda slot: blocks[int(slot[1])], html)

    env.conf["plugins"].events["page_content"].append(complete)
    env.conf["extra"]["portal"] = known["portal"]
    env.render = render


def _live(env: Any) -> None:
    # imported here: the processes of a build need nothing of the data, and are spared the libraries
    from ipportal.loading import load
    from ipportal.pages import filling, prepared

    root = Path(env.conf["config_file_path"]).parent
    lang: Lang = "en" if str(env.conf["theme"]["language"]).startswith("en") else "zh"
    directory_urls = bool(env.conf["use_directory_urls"])
    portal = load(root)
    portal = replace(portal, settings=replace(portal.settings, plain_files=not directory_urls))
    site = prepared.site_view(portal, root, lang, directory_urls=directory_urls)

    def render(markdown: str, force_rendering: bool = False) -> str:
        file = env.page.file
        above = file.content_string[: max(file.content_string.find(markdown), 0)].count("\n")
        filled = filling.fill(markdown, replace(site, page=file.src_uri), above=above)
        if filled.problems:
            raise PluginError("\n".join(problem.line(lang) for problem in filled.problems))
        return filled.text

    env.conf["extra"]["portal"] = prepared.frame_facts(site)
    env.render = render


def escape_all(env: Environment, **_: Any) -> Environment:
    """The theme's templates escape every value; what is HTML says so itself."""
    env.autoescape = True
    return env
