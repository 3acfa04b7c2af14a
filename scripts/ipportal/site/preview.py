"""What the preview shows: pages made when asked for, from the sources as they were last found fit.

The site generator is kept open on each language: every page on demand, the same as in the finished site.
"""

import contextlib
import logging
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any, Final

from mkdocs.commands.build import _build_page, _populate_page, get_context
from mkdocs.config import load_config
from mkdocs.structure.files import File, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from ipportal.base.errors import PortalError, Problem, SiteError, Where
from ipportal.base.text import LANGS, Lang
from ipportal.base.voices import for_voices
from ipportal.data.configuration import NAME, OVERRIDES, config_file
from ipportal.data.manuscripts import read_words
from ipportal.data.memory import emptied, remember
from ipportal.data.model import Portal
from ipportal.files.assets import FOLDER, Assets
from ipportal.files.gather import gather_files, write_files
from ipportal.files.headers import content_type
from ipportal.loading import load
from ipportal.pages.filling import rehearse
from ipportal.pages.prepared import site_view
from ipportal.pages.view import View
from ipportal.rules.report import as_html
from ipportal.site import CATALOGUE
from ipportal.site.generator import error_lines
from ipportal.site.search import FOLDER as SEARCH
from ipportal.site.search import index
from ipportal.site.serve import Answer

#: The page shown for any unknown address, made by the theme
NOT_FOUND: Final = "404.html"


class LivePages:
    """The pages of one language as the sources stood when this was made. Not to be used by two threads at once.

    `view` is what is known of the portal, where it has been read already.

    Raises:
        SiteError: the configuration, the theme or a page's front matter can not be read.
    """

    def __init__(self, root: Path, lang: Lang, view: View | None = None) -> None:
        self.lang = lang
        self._html: dict[str, bytes] = {}
        self._written = tempfile.TemporaryDirectory(prefix="ipportal-")
        own = config_file(root, lang)
        with self._heard(own):
            config = load_config(config_file=str(root / own), site_dir=self._written.name)
            config.plugins.on_startup(command="serve", dirty=False)
            joint: Any = config.plugins[NAME]
            joint.view = view
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
        #: The address of every page, from the root of its language
        self.addresses = tuple(self._pages)
        shown = (file for file in self._files if file.inclusion.value > InclusionLevel.DRAFT.value)
        others = (file for file in shown if not file.is_documentation_page() and _stays_inside(file))
        self._static = {file.dest_uri: file for file in others}
        for file in documents:
            with self._heard(f"docs/{lang}/{file.src_uri}"):
                self._entitle(_page(file))

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
            self._html[address] = for_voices(self._theme.get_template(NOT_FOUND).render(context)).encode()
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
        page.markdown = next((line for line in (page.markdown or "").splitlines() if line.startswith("# ")), "")
        page.markdown = self._config.plugins.on_page_markdown(
            page.markdown, page=page, config=self._config, files=self._files
        )
        page.render(self._config, self._files)

    def _made(self, page: Page) -> bytes:
        documents = self._files.documentation_pages()
        _populate_page(page, self._config, self._files)
        _build_page(page, self._config, documents, self._nav, self._theme)
        return for_voices(Path(page.file.abs_dest_path).read_text(encoding="utf-8")).encode()

    @contextlib.contextmanager
    def _heard(self, place: str) -> Iterator[None]:
        """Turn whatever the generator dies of into a problem at `place`."""
        said = BufferingHandler(sys.maxsize)  # keeps the warnings and errors of the generator
        said.setLevel(logging.WARNING)
        logger = logging.getLogger("mkdocs")
        logger.addHandler(said)
        try:
            yield
        except SystemExit:  # MkDocs ends so over a configuration; the reason is in the log
            found = error_lines("\n".join(record.getMessage().strip() for record in said.buffer))
            raise SiteError([CATALOGUE.problem("site-generator", Where(place), found, "live")]) from None
        except Exception as error:
            # templates, front matter and extensions can fail in any way, and the preview must outlive all of them
            found = f"{type(error).__name__}: {error}"
            raise SiteError([CATALOGUE.problem("site-generator", Where(place), found, "live")]) from error
        finally:
            logger.removeHandler(said)


def _stays_inside(file: File) -> bool:
    """False for a link that leads out of the folder the file is served from."""
    if not (file.src_dir and file.abs_src_path):
        return True
    return Path(file.abs_src_path).resolve().is_relative_to(Path(file.src_dir).resolve())


def _page(file: File) -> Page:
    assert file.page is not None, "every document of the navigation has a page"
    return file.page


#: Where the pages are written when search is used, below the portal's root; may be deleted at any time
CACHE: Final = ".cache/preview"

_HTML: Final = "text/html; charset=utf-8"

Tell = Callable[[Sequence[Problem]], None]


class _State:
    """One state of the sources, found fit: its pages, and its files once somebody asks for one."""

    def __init__(self, root: Path, portal: Portal, pages: Mapping[Lang, LivePages]) -> None:
        self.root, self.portal, self.pages = root, portal, pages
        self.tree, self._assets = portal.settings.tree, Assets(root)

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return gather_files(self.portal, self.root)

    def page(self, lang: Lang, address: str) -> bytes | None:
        """The page at an address of a language.

        Raises:
            SiteError: the page can not be made; mistakes of its macros come with their line.
        """
        pages = self.pages[lang]
        try:
            return pages.page(address)
        except SiteError as error:
            source = pages.source(address)
            found = rehearse(self.portal, self.root, (lang, source)) if source else []
            raise SiteError(found or error.problems) from error

    def serves(self, path: Path) -> bool:
        """True for a file of the portal's own look that takes part already; a new one has to be found."""
        own = self.root / OVERRIDES
        address = path.relative_to(own).as_posix() if path.is_relative_to(own) else ""
        return path.is_file() and any(pages.static(address) == path for pages in self.pages.values())

    def file(self, address: str) -> bytes | None:
        """A file that pages load, or one for download. The first of these makes them all."""
        return (self._assets.files if address.startswith(FOLDER) else self._files).get(address)


class PreviewSite:
    """The site as it would be built, without building it. Problems found while serving go to `tell`."""

    def __init__(self, root: Path, tell: Tell) -> None:
        self.root, self.tell = root, tell
        self._lock = threading.RLock()
        self._state: _State | None = None
        self._good: dict[str, bytes] = {}
        self._problems: Sequence[Problem] = ()
        self._index: Path | None = None

    def update(self, changed: Collection[Path] = ()) -> None:
        """Take the sources as they are now; changed pages are made at once, so that their mistakes are told.

        Raises:
            PortalError: the sources are not fit; what was shown before stays.
        """
        if self._state and changed and all(map(self._state.serves, changed)):
            return  # style sheets, scripts and pictures are read from their place each time
        try:
            portal = load(self.root)
            remember(self.root)
            langs = portal.settings.languages
            with self._lock:
                view = site_view(portal, self.root, langs[0], directory_urls=True)
                fresh = _State(self.root, portal, {lang: self._pages(lang, changed, view) for lang in langs})
                for path, (lang, pages) in product(changed, fresh.pages.items()):
                    folder = self.root / "docs" / lang
                    source = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
                    if address := pages.address(source):
                        self._good[fresh.tree(lang) + address] = fresh.page(lang, address) or b""
                self._state, self._problems = fresh, ()
        except PortalError as error:
            self._problems = error.problems
            raise

    def _pages(self, lang: Lang, changed: Collection[Path], view: View) -> LivePages:
        """The pages of a language: those there were when only pages of the other language have changed."""
        others = [self.root / "docs" / other for other in (self._state.pages if self._state else ()) if other != lang]
        if self._state and changed and all(any(path.is_relative_to(o) for o in others) for path in changed):
            return self._state.pages[lang]
        return LivePages(self.root, lang, view)

    def review(self) -> None:
        """Try the macros of every page and tell all mistakes, those of pages nobody has looked at included."""
        state = self._state
        if state and (problems := rehearse(state.portal, self.root)):
            self.tell(problems)

    def find(self, address: str) -> Answer:
        """The answer to a request; `address` is relative to the site's root, without `?…` and `#…`."""
        langs = self._state.portal.settings.languages if self._state else LANGS
        lang = next((lang for lang in langs[1:] if address.startswith(f"{lang}/")), langs[0])
        with self._lock:
            if self._state is None:
                return self._failed(self._problems, lang)
            try:
                return self._found(self._state, lang, address)
            except PortalError as error:
                self.tell(error.problems)
                page = _file_of(address)
                if page in self._good:
                    return Answer(200, _HTML, self._good[page])
                return self._failed(error.problems, lang)

    def _found(self, state: _State, lang: Lang, address: str) -> Answer:
        place = _file_of(address)
        inner = place.removeprefix(state.tree(lang))
        if (html := state.page(lang, inner)) is not None:
            self._good[place] = html
            return Answer(404 if inner == NOT_FOUND else 200, _HTML, html)
        if inner and state.pages[lang].source(f"{inner}/index.html"):
            return Answer(301, _HTML, b"", f"/{address}/")
        if (body := self._other(state, lang, place)) is not None:
            return Answer(200, content_type(place), body)
        return Answer(404, _HTML, state.page(lang, NOT_FOUND) or b"")

    def _other(self, state: _State, lang: Lang, place: str) -> bytes | None:
        static = state.pages[lang].static(place.removeprefix(state.tree(lang)))
        if static:
            return static.read_bytes()
        if place.startswith(f"{SEARCH}/"):
            folder = self._searched(state)
            found = (folder / place).resolve()
            return found.read_bytes() if found.is_file() and found.is_relative_to(folder.resolve()) else None
        return state.file(place)

    def _searched(self, state: _State) -> Path:
        """The folder with the search index: made when search is first used, and kept, for it takes all pages."""
        if self._index is None:
            folder = emptied(self.root / CACHE)
            for lang, pages in state.pages.items():
                made = {state.tree(lang) + address: state.page(lang, address) or b"" for address in pages.addresses}
                write_files(made, folder)
            index(folder, read_words(self.root, state.portal.settings.languages))
            self._index = folder
        return self._index

    def _failed(self, problems: Sequence[Problem], lang: Lang) -> Answer:
        return Answer(500, _HTML, as_html(problems, lang).encode())


def _file_of(address: str) -> str:
    return f"{address}index.html" if not address or address.endswith("/") else address
