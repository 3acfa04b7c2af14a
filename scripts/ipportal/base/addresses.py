"""The only place that makes links: every address is relative, so the tree works under any folder."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from ipportal.base.text import Lang

#: Folder of each language's tree in the finished site
TREE: dict[Lang, str] = {"zh": "", "en": "en/"}


def page_url(source: str, *, directory_urls: bool = True) -> str:
    """The address of a page inside its language's tree, from its Markdown path.

    `indicators/pct-applications.md` → `indicators/pct-applications/`, or `….html` without directory URLs.
    """
    stem = source.removesuffix(".md")
    if not directory_urls:
        return f"{stem}.html"
    folder = stem.removesuffix("index") if stem == "index" or stem.endswith("/index") else f"{stem}/"
    return folder


@dataclass(frozen=True, slots=True)
class Addresses:
    """Links from one page. `source` is its Markdown path below docs/<lang>."""

    lang: Lang
    source: str
    directory_urls: bool = True

    def page(self, source: str, anchor: str = "", lang: Lang | None = None) -> str:
        """Link to a page by its Markdown path, by default in the same language."""
        url = TREE[lang or self.lang] + page_url(source, directory_urls=self.directory_urls)
        return self._relative(url) + (f"#{anchor}" if anchor else "")

    def file(self, path: str) -> str:
        """Link to a file both languages share, by its path in the finished site."""
        return self._relative(path)

    def _relative(self, url: str) -> str:
        here = posixpath.dirname(TREE[self.lang] + page_url(self.source, directory_urls=self.directory_urls))
        link = posixpath.relpath(url or ".", here or ".")
        return f"{link}/" if url.endswith("/") or not url else link
