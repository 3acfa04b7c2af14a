"""The site generator kept open on one language: every page on demand, the same as in the finished site."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mkdocs.commands.build import _build_page, _populate_page, get_context
from mkdocs.config import load_config
from mkdocs.structure.files import File, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from ipportal.base.errors import SiteError, Where
from ipportal.base.text import Lang
from ipportal.base.voices import for_voices
from ipportal.data.configuration import config_file
from ipportal.site import CATALOGUE
from ipportal.site.generator import error_lines

#: The page shown for any unknown address, made by the theme
NOT_FOUND: Final = "404.html"


class LivePages:
    """The pages of one language as the sources stood when this was made. Not to be used by two threads at once.

    Raises:
        SiteError: the configuration, the theme or a page's front matter can not be read.
    """

    def __init__(self, root: Path, lang: Lang) -> None:
        self.lang = lang
        self._html: dict[str, bytes] = {}
        self._written = tempfile.TemporaryDirectory(prefix="ipportal-")
        own = config_file(root, lang)
        with self._heard(own):
            config = load_config(config_file=str(root / own), site_dir=self._written.name)
            config.plugins.on_startup(command="serve", dirty=False)
            self._config = config.plugins.on_config(config)
            self._config.plugins.on_pre_build(config=self._config)
            theme = self._config.theme.get_env()
            files = get_files(self._config)
            files.add_files_from_theme(theme, self._config)
            self._files = self._config.plugins.on_files(files, config=self._config)
            set_exclusions(self._files, self._config)
            nav = get_navigation(self._files, self._config)
            self._nav = self._config.plugins.on_nav(nav, config=self._config, files=self._files)
            self._theme = self._config.plugins.on_env(theme, config=self._config, files=self._files)
        documents = [file for file in self._files.documentation_pages() if _stays_inside(file)]
        self._pages = {file.dest_uri: file for file in documents}
        self._static = {
            file.dest_uri: file
            for file in self._files
            if file.inclusion.value > InclusionLevel.DRAFT.value
            and not file.is_documentation_page()
            and _stays_inside(file)
        }
        for file in documents:
            with self._heard(f"docs/{lang}/{file.src_uri}"):
                self._entitle(_page(file))

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address of every page, from the root of its language."""
        return tuple(self._pages)

    def address(self, source: str) -> str | None:
        """The address of the page whose Markdown lies at `source` below docs/<lang>."""
        return next((address for address, file in self._pages.items() if file.src_uri == source), None)

    def source(self, address: str) -> str | None:
        """The Markdown below docs/<lang> of the page at `address`."""
        file = self._pages.get(address)
        return file.src_uri if file else None

    def page(self, address: str) -> bytes | None:
        """The HTML of the page at `address`; None when there is no such page.

        Raises:
            SiteError: the page can not be made.
        """
        if address == NOT_FOUND and address not in self._html:
            context = get_context(self._nav, self._files, self._config, base_url="/")
            self._html[address] = _marked(self._theme.get_template(NOT_FOUND).render(context))
        if address not in self._html and address in self._pages:
            file = self._pages[address]
            with self._heard(f"docs/{self.lang}/{file.src_uri}"):
                self._html[address] = self._made(_page(file))
        return self._html.get(address)

    def static(self, address: str) -> Path | None:
        """Where the style sheet, script or picture at `address` lies on this disk."""
        file = self._static.get(address)
        return Path(file.abs_src_path) if file and file.abs_src_path else None

    def _entitle(self, page: Page) -> None:
        """Read front matter and title, which other pages show too, without making the page."""
        page.read_source(self._config)
        body = page.markdown or ""
        page.markdown = next((line for line in body.splitlines() if line.startswith("# ")), "")
        page.markdown = self._config.plugins.on_page_markdown(
            page.markdown, page=page, config=self._config, files=self._files
        )
        page.render(self._config, self._files)

    def _made(self, page: Page) -> bytes:
        documents = self._files.documentation_pages()
        _populate_page(page, self._config, self._files)
        _build_page(page, self._config, documents, self._nav, self._theme)
        return _marked(Path(page.file.abs_dest_path).read_text(encoding="utf-8"))

    @contextlib.contextmanager
    def _heard(self, place: str) -> Iterator[None]:
        """Turn whatever the generator dies of into a problem at `place`."""
        said = _Said()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(said)
        try:
            yield
        except SystemExit:  # MkDocs ends so over a configuration; the reason is in the log
            found = error_lines("\n".join(said.lines))
            raise SiteError([CATALOGUE.problem("site-generator", Where(place), found, "live")]) from None
        except Exception as error:
            # templates, front matter and extensions can fail in any way, and the preview must outlive all of them
            found = f"{type(error).__name__}: {error}"
            raise SiteError([CATALOGUE.problem("site-generator", Where(place), found, "live")]) from error
        finally:
            logger.removeHandler(said)


class _Said(logging.Handler):
    """Keeps the warnings and errors of the generator."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip())


def _marked(html: str) -> bytes:
    return for_voices(html).encode()


def _stays_inside(file: File) -> bool:
    """False for a link that leads out of the folder the file is served from."""
    if not (file.src_dir and file.abs_src_path):
        return True
    return Path(file.abs_src_path).resolve().is_relative_to(Path(file.src_dir).resolve())


def _page(file: File) -> Page:
    assert file.page is not None, "every document of the navigation has a page"
    return file.page
