"""The joint to the site generator: registers the blocks as macros of mkdocs-macros."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.exceptions import PluginError

from ipportal.artefacts.bundle import PublishedFiles
from ipportal.artefacts.drawings import Drawings
from ipportal.blocks import MACROS, site_facts
from ipportal.blocks.templates import template_environment
from ipportal.blocks.view import View
from ipportal.errors import PortalError
from ipportal.loading import load
from ipportal.manuscripts import outdated, read_manuscripts
from ipportal.pending import pending_changes
from ipportal.text import Lang


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build.

    The root of the portal is the folder of the configuration file; the language is the theme's.
    """
    root = Path(env.conf["config_file_path"]).parent
    lang: Lang = "en" if str(env.conf["theme"]["language"]).startswith("en") else "zh"
    directory_urls = bool(env.conf["use_directory_urls"])
    portal = load(root)
    portal = replace(portal, settings=replace(portal.settings, plain_files=not directory_urls))
    templates = template_environment()
    published, drawings, pending = PublishedFiles(portal), Drawings(root), pending_changes(portal, root)
    manuscripts = read_manuscripts(root)
    env.conf["extra"]["portal"] = site_facts(portal, lang) | {"outdated": outdated(manuscripts)}

    def bound(block: Callable[..., Markup | str]) -> Callable[..., str]:
        def macro(*args: Any, **kwargs: Any) -> str:
            page = env.page.file.src_uri
            view = View(
                portal,
                lang,
                page,
                templates,
                directory_urls,
                published=published,
                drawings=drawings,
                pending=pending,
                manuscripts=manuscripts,
            )
            try:
                return str(block(view, *args, **kwargs))
            except PortalError as error:
                raise PluginError("\n".join(problem.line(lang) for problem in error.problems)) from None

        macro.__name__, macro.__doc__ = block.__name__, block.__doc__
        return macro

    for name, block in MACROS.items():
        env.macro(bound(block), name)
