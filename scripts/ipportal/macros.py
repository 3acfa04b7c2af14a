"""The joint to the site generator: mkdocs-macros, told what pages and theme are made of.

That plug-in goes through the pages and their titles and hands each text to `render`. Its own environment would give
pages the whole configuration and a power of their own, so ours fills them, and no module of the portal is run.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, DictLoader, Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError, PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs_macros.plugin import MacrosPlugin

from ipportal.base.text import Lang
from ipportal.base.writing import write_staged
from ipportal.data.configuration import MADE, NAME, OVERRIDES, PREPARED, SLOT, configuration
from ipportal.data.manuscripts import own_files, program_pages

if TYPE_CHECKING:
    from ipportal.pages.view import View

#: The anchors of a finished piece of a page
_ID: Final = re.compile(r'\sid="([^"]+)"')
#: The template of a page that an earlier build has finished: it gives nothing, and the generator writes nothing
_KEPT: Final = "kept"


class Joint(MacrosPlugin):
    """What MkDocs, and whatever takes its plug-ins, calls while it builds one language.

    The root of the portal is the folder of the configuration file; the language is the theme's. A build has filled the
    pages beforehand and says where they are.
    """

    #: Fills the macros into the text, or the title, of a page
    fill: Callable[[str, Page], str]
    #: By page, the HTML that needed no Markdown
    blocks: Mapping[str, list[str]]
    #: What is known of the portal where somebody has read it already
    view: View | None = None
    #: By page, title and anchors of those that an earlier build has finished
    kept: Mapping[str, tuple[str, list[str]]]

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Complete the configuration, and find out what pages and theme are to show."""
        root = Path(config.config_file_path).parent
        lang: Lang = "en" if config.theme["language"] == "en" else "zh"
        self.lang, self.root, self.kept = lang, root, {}
        self.pages: dict[str, tuple[str, str, list[str]]] = {}
        _complete(config, configuration(root, lang, os.environ))
        if (root / OVERRIDES).is_dir():
            config.theme.dirs.insert(0, str(root / OVERRIDES))
        if PREPARED in os.environ:
            known = json.loads(Path(os.environ[PREPARED]).read_text(encoding="utf-8"))
            self.kept = known.get("kept", {})
            texts = {
                path: ("" if path in self.kept else text, title) for path, (text, title, _) in known["pages"].items()
            }
            self.fill = lambda text, page: str(texts[page.file.src_uri][text == page.title])
            self.blocks = {path: blocks for path, (*_, blocks) in known["pages"].items()}
            config.extra["portal"] = known["portal"]
        else:
            self.fill, config.extra["portal"] = _live(root, lang, config.use_directory_urls, self.view)
            self.blocks = {}
        MacrosPlugin.on_config(self, config)
        return config

    def _load_modules(self) -> None:
        # would run a main.py that lies beside the portal's configuration
        self._pre_macro_functions, self._post_macro_functions, self._post_build_functions = [], [], []

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the program's own pages and their pictures, except where the portal has a file of that path."""
        there = {file.src_uri for file in files.documentation_pages()}
        texts = {page.path: page.text for page in program_pages(self.lang, there, self.root)}
        added = [File.generated(config, path, content=text) for path, text in texts.items()]
        for path, file in own_files(self.lang).items():
            if file.suffix != ".md" and path not in files.src_uris:
                added.append(File.generated(config, path, abs_src_path=str(file)))
        return Files(sorted((*files, *added), key=lambda file: _place(file.src_uri)))

    def on_env(self, env: Environment, **_: Any) -> Environment:
        """The theme's templates escape every value; what is HTML says so itself."""
        env.autoescape = True
        env.loader = ChoiceLoader([DictLoader({_KEPT: ""}), *([env.loader] if env.loader else [])])
        return env

    def render(self, markdown: str, force_rendering: bool = False) -> str:
        """The text, or the title, of the page at hand with its macros filled in."""
        return self.fill(markdown, self.page)

    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        """Put back what needed no Markdown."""
        path = page.file.src_uri
        blocks = self.blocks.get(path, [])
        page.present_anchor_ids = {*(page.present_anchor_ids or ()), *_ID.findall("".join(blocks))}
        if path in self.kept:
            page.title, ids = self.kept[path]
            page.present_anchor_ids, page.meta["template"] = set(ids), _KEPT
        self.pages[path] = (page.file.dest_uri, str(page.title), sorted(page.present_anchor_ids))
        return SLOT.sub(lambda slot: blocks[int(slot[1])], html) if blocks else html

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Tell a build where each page stands, its title and its anchors."""
        super().on_post_build(config)
        if PREPARED in os.environ:
            write_staged(Path(f"{os.environ[PREPARED]}{MADE}"), json.dumps(self.pages))


def _place(path: str) -> list[tuple[bool, str]]:
    """Sorts files as the generator does: those of a folder before those of the folders in it, its index first."""
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, "" if name == "index.md" else name)]


def _complete(config: MkDocsConfig, told: Mapping[str, Any]) -> None:
    """Settle what the portal's own file leaves to the program, judged by the generator's own rules."""
    whole = MkDocsConfig(config_file_path=config.config_file_path)
    whole.load_dict({"site_name": NAME, "theme": NAME, "plugins": [], **told})
    failed, _ = whole.validate()
    if failed:
        raise ConfigurationError("; ".join(f"{name}: {error}" for name, error in failed))
    for name in (*told, "mdx_configs"):
        config[name] = whole[name]


def _live(
    root: Path, lang: Lang, directory_urls: bool, view: View | None
) -> tuple[Callable[[str, Page], str], dict[str, Any]]:
    # imported here: the processes of a build need nothing of the data, and are spared the libraries
    from ipportal.loading import load
    from ipportal.pages import filling, prepared

    if view is None:
        portal = load(root)
        portal = replace(portal, settings=replace(portal.settings, plain_files=not directory_urls))
        view = prepared.site_view(portal, root, lang, directory_urls=directory_urls)
    site = replace(view, lang=lang)

    def fill(markdown: str, page: Page) -> str:
        file = page.file
        above = file.content_string[: max(file.content_string.find(markdown), 0)].count("\n")
        filled = filling.fill(markdown, replace(site, page=file.src_uri), above=above)
        if filled.problems:
            raise PluginError("\n".join(problem.line(lang) for problem in filled.problems))
        return filled.text

    return fill, prepared.frame_facts(site)
