"""The finished site as files: its pages, their language and where their links lead."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from lxml import html

# Schemes that leave the site or carry their content with them; the rest must be a file of the tree.
OUTSIDE_SCHEMES = {"http", "https", "mailto", "tel", "data", "webcal"}


@dataclass(frozen=True)
class Page:
    """One HTML file of the tree. ``path`` is relative to the site root, with forward slashes."""

    root: Path
    path: str

    @property
    def language(self) -> str:
        """The language the address promises: ``en`` under ``en/`` and for an ``.en`` frame, else ``zh``."""
        return "en" if self.path.startswith("en/") or self.path.endswith(".en.html") else "zh"

    @property
    def neutral(self) -> str:
        """The path without its language, equal for a page and its translation."""
        return self.path.removeprefix("en/").replace(".en.html", ".html").replace(".zh.html", ".html")

    @property
    def address(self) -> str:
        """The path as a reader sees it: without ``index.html``."""
        return self.path.removesuffix("index.html")

    @property
    def is_error_page(self) -> bool:
        """Whether the server sends this page for unknown addresses of any depth."""
        return PurePosixPath(self.path).name == "404.html"

    @property
    def is_frame(self) -> bool:
        """Whether the page is made to be shown inside other sites: a single chart without the furniture of a page."""
        return self.path.startswith("embed/")

    @property
    def is_old_address(self) -> bool:
        """Whether the page stands at an address that was given up: it leads on, or is a frame that names another."""
        named = f'"{PurePosixPath(self.path).name.split(".")[0]}.' in self.source
        return "data-moved=" in self.source or (self.is_frame and not named)

    @cached_property
    def source(self) -> str:
        """The bytes of the file as text."""
        return (self.root / self.path).read_text(encoding="utf-8")

    @cached_property
    def document(self) -> html.HtmlElement:
        """The parsed page."""
        return html.document_fromstring(self.source.encode(), parser=html.HTMLParser(encoding="utf-8"))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every fragment that can be linked to."""
        return frozenset([*self.document.xpath("//@id"), *self.document.xpath("//a/@name")])


class Tree:
    """All pages of a finished site."""

    def __init__(self, root: Path) -> None:
        self.root = root
        names = sorted(file.relative_to(root).as_posix() for file in root.rglob("*.html"))
        self.pages = [Page(root, name) for name in names]
        self._by_path = {page.path: page for page in self.pages}

    def of(self, language: str) -> list[Page]:
        """The pages of one language."""
        return [page for page in self.pages if page.language == language]

    def page(self, path: str) -> Page | None:
        """The page at this path, if it is one."""
        return self._by_path.get(path)

    def kinds(self, language: str) -> list[Page]:
        """Pages of every kind: each section's head page, and of each level below it the largest and the most drawn.

        Chosen from what is there, so that a new section is looked at without changing a test.
        """
        chosen: dict[tuple[str, int], Page] = {}
        for page in self.of(language):
            parts = PurePosixPath(page.neutral).parts
            kind = page.neutral if len(parts) <= 2 and not page.is_frame else f"{parts[0]}/{len(parts)}"
            for number, measure in enumerate((_length, _drawings)):
                best = chosen.get((kind, number))
                if best is None or measure(page) > measure(best):
                    chosen[kind, number] = page
        return sorted(set(chosen.values()), key=lambda page: page.path)

    def problem_with_link(self, page: Page, link: str) -> str | None:
        """Why this link of the page does not work from any folder of any server, or None when it does."""
        parts = urlsplit(link.strip())
        if parts.scheme in OUTSIDE_SCHEMES:
            return None
        if parts.scheme or parts.netloc:
            return f"{link}: scheme or host"
        if parts.path.startswith("/") and not page.is_error_page:
            return f"{link}: not relative, breaks under a sub-path"
        return self._problem_with_target(page, link, unquote(parts.path), unquote(parts.fragment))

    def _problem_with_target(self, page: Page, link: str, path: str, fragment: str) -> str | None:
        # An error page is sent for addresses of any depth, so its links start at the root of the site.
        base = "" if path.startswith("/") else PurePosixPath(page.path).parent.as_posix()
        joined = normpath(f"{base}/{path}".lstrip("/")) if path else page.path
        if joined.startswith(".."):
            return f"{link}: leaves the site"
        target = self.root / joined
        if target.is_dir():
            joined, target = normpath(f"{joined}/index.html"), target / "index.html"
        if not target.is_file():
            return f"{link}: no such file ({joined})"
        linked = self.page(joined)
        if fragment and linked is not None and fragment not in linked.anchors:
            return f"{link}: no such anchor in {joined}"
        return None


def _length(page: Page) -> int:
    return len(page.source)


def _drawings(page: Page) -> int:
    return page.source.count("<svg")
