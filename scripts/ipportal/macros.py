"""The joint to the site generator: its pages are filled by us, and its theme escapes what it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.exceptions import PluginError

from ipportal.base.text import Lang
from ipportal.data.manuscripts import outdated
from ipportal.loading import load
from ipportal.pages import site_facts
from ipportal.pages.filling import fill, site_view


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build; `env` is the plugin itself.

    The root of the portal is the folder of the configuration file; the language is the theme's. The plugin would give
    pages its whole configuration, and templates of their own power: nothing is registered with it, and its one way
    from a page to a template is taken over.
    """
    root = Path(env.conf["config_file_path"]).parent
    lang: Lang = "en" if str(env.conf["theme"]["language"]).startswith("en") else "zh"
    directory_urls = bool(env.conf["use_directory_urls"])
    portal = load(root)
    portal = replace(portal, settings=replace(portal.settings, plain_files=not directory_urls))
    site = site_view(portal, root, lang, directory_urls=directory_urls)
    env.conf["extra"]["portal"] = site_facts(portal, lang) | {"outdated": outdated(site.manuscripts)}

    def render(markdown: str, force_rendering: bool = False) -> str:
        file = env.page.file
        above = file.content_string[: max(file.content_string.find(markdown), 0)].count("\n")
        filled = fill(markdown, replace(site, page=file.src_uri), above=above)
        if filled.problems:
            raise PluginError("\n".join(problem.line(lang) for problem in filled.problems))
        return filled.text

    env.render = render
    env.conf["plugins"].events["env"].append(escape_all)


def escape_all(env: Environment, **_: Any) -> Environment:
    """The theme's templates escape every value; what is HTML says so itself."""
    env.autoescape = True
    return env
