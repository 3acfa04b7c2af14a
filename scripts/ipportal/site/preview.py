"""What the preview shows: pages made when asked for, from the sources as they were last found fit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from ipportal.base.errors import PortalError, Problem, SiteError
from ipportal.base.text import LANGS, Lang
from ipportal.data.configuration import OVERRIDES
from ipportal.data.manuscripts import read_words
from ipportal.data.memory import emptied, remember
from ipportal.data.model import Portal
from ipportal.files.assets import FOLDER, Assets
from ipportal.files.gather import gather_files, write_files
from ipportal.files.headers import content_type
from ipportal.loading import load
from ipportal.pages.filling import rehearse
from ipportal.rules.report import as_html
from ipportal.site.livepages import NOT_FOUND, LivePages
from ipportal.site.search import FOLDER as SEARCH
from ipportal.site.search import index
from ipportal.site.serve import Answer

#: Where the pages are written when search is used, below the portal's root; may be deleted at any time
CACHE: Final = ".cache/preview"

_HTML: Final = "text/html; charset=utf-8"

Tell = Callable[[Sequence[Problem]], None]


class _State:
    """One state of the sources, found fit: its pages, and its files once somebody asks for one."""

    def __init__(self, root: Path, portal: Portal, pages: Mapping[Lang, LivePages]) -> None:
        self.root = root
        self.portal = portal
        self.pages = pages
        self._assets = Assets(root)
        self._files: dict[str, bytes] | None = None

    def tree(self, lang: Lang) -> str:
        """Folder of a language's pages."""
        return self.portal.settings.tree(lang)

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
        if address.startswith(FOLDER):
            return self._assets.files.get(address)
        if self._files is None:
            self._files = gather_files(self.portal, self.root)
        return self._files.get(address)


class PreviewSite:
    """The site as it would be built, without building it. Problems found while serving go to `tell`."""

    def __init__(self, root: Path, tell: Tell) -> None:
        self.root = root
        self.tell = tell
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
                fresh = _State(self.root, portal, {lang: self._pages(lang, changed) for lang in langs})
                for path in changed:
                    self._try(fresh, path)
                self._state, self._problems = fresh, ()
        except PortalError as error:
            self._problems = error.problems
            raise

    def _pages(self, lang: Lang, changed: Collection[Path]) -> LivePages:
        """The pages of a language: those there were when only pages of the other language have changed."""
        there = self._state.pages if self._state else ()
        others = [self.root / "docs" / other for other in there if other != lang]
        if self._state and changed and all(any(path.is_relative_to(o) for o in others) for path in changed):
            return self._state.pages[lang]
        return LivePages(self.root, lang)

    def _try(self, state: _State, path: Path) -> None:
        for lang, pages in state.pages.items():
            folder = self.root / "docs" / lang
            if path.is_relative_to(folder) and (address := pages.address(path.relative_to(folder).as_posix())):
                self._good[state.tree(lang) + address] = state.page(lang, address) or b""

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
