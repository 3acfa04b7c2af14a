"""How the site generator is set: the same for every portal, but for the few lines of its own mkdocs.yml."""

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml
from markdown.extensions.toc import slugify_unicode, unique
from packaging.version import VERSION_PATTERN, Version

from ipportal.base.errors import catalogue_file
from ipportal.base.text import LANGS, Lang

#: A portal's own configuration files: of its main language, and of others
CONFIGS: Final = ("mkdocs.yml", *(f"mkdocs.{lang}.yml" for lang in LANGS))
#: What such a file may say: a name, which the generator demands and nobody sees, a place, and the joint
OWN: Final = ("site_name", "site_dir", "theme", "plugins")
#: The theme and the plug-in, by the name under which they are installed
NAME: Final = "ipportal"
#: What a portal changes of the theme, below its root
OVERRIDES: Final = "overrides"
#: Where a portal keeps the program it was made with, as a wheel
ENGINE: Final = "engine"
#: The variables that tell a generator the address of its tree, the form of addresses, and where the filled pages are
SITE_URL: Final = "IPPORTAL_SITE_URL"
DIRECTORY_URLS: Final = "IPPORTAL_DIRECTORY_URLS"
PREPARED: Final = "IPPORTAL_PREPARED"
#: How the file beside that one ends in which the generator tells what it made of the pages
MADE: Final = ".made"
#: Stands in such a page for HTML that needs no Markdown, until the rest of the page is HTML too
SLOT: Final = re.compile(r"<!--0:(\d+)-->")

#: What systems, office and sync programs leave behind, the parts of Material that our frame does not load, and the
#: sources of what pages load
_EXCLUDED: Final = "\n" + (resources.files("ipportal") / "templates/excluded.txt").read_text(encoding="utf-8")
_VERSION: Final = re.compile(VERSION_PATTERN, re.VERBOSE | re.IGNORECASE)
_SET: Final = catalogue_file("ipportal.data", "generator")


def extensions(lang: Lang) -> dict[str, dict[str, Any]]:
    """The Markdown extensions of pages, with what each is told."""
    told: Mapping[str, dict[str, Any]] = _SET["extensions"]
    own = {"footnotes": {"BACKLINK_TITLE": _SET["back"][lang]}, "toc": {"slugify": slugify_unicode}}
    return {name: each | own.get(name, {}) for name, each in told.items()}


def heading_id(words: str, taken: set[str]) -> str:
    """The id the generator gives a heading on a page where some are taken; it is taken from then on."""
    return str(unique(slugify_unicode(words, "-"), taken))


def configuration(root: Path, lang: Lang, environment: Mapping[str, str]) -> dict[str, Any]:
    """What every portal's generator is told, by MkDocs's names; `environment` says how this run differs."""
    return {
        # absolute addresses appear only when a deployment sets its address; every other link is relative
        "site_url": environment.get(SITE_URL, ""),
        "docs_dir": f"docs/{lang}",
        "use_directory_urls": environment.get(DIRECTORY_URLS) != "false",
        "exclude_docs": _EXCLUDED,
        "markdown_extensions": [{name: told} for name, told in extensions(lang).items()],
        "validation": {"links": _SET["links"]},
    }


def config_file(root: Path, lang: Lang) -> str:
    """The name of a language's own configuration file: the usual one where it has none of its own."""
    own = f"mkdocs.{lang}.yml"
    return own if (root / own).is_file() else CONFIGS[0]


def read_config(root: Path, lang: Lang) -> dict[str, Any]:
    """What the portal's own file says, read without running anything.

    Raises:
        OSError: the file can not be read.
        ValueError, yaml.YAMLError: it is no such configuration.
    """
    own = yaml.safe_load((root / config_file(root, lang)).read_text(encoding="utf-8"))
    if not isinstance(own, dict):
        raise ValueError(config_file(root, lang))
    return own


def kept_version(root: Path) -> Version | None:
    """The version of the program that a portal keeps, the newest of several; None where it keeps none."""
    found = (path.name.split("-")[1] for path in (root / ENGINE).glob(f"{NAME}-*-py3-none-any.whl"))
    return max((Version(each) for each in found if _VERSION.fullmatch(each)), default=None)
