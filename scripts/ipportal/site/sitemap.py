"""The map of the site for search engines: every page with its twin in the other language (sitemaps.org, `hreflang`).

A map holds whole addresses only, so a site without an address in portal.toml has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from ipportal.base.addresses import TREE
from ipportal.base.text import BCP47, LANGS
from ipportal.base.writing import write_staged

FILE: Final = "sitemap.xml"
_INDEX: Final = "index.html"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def write_sitemap(site: Path, url: str) -> None:
    """Replace the generator's own maps below `site`, one per language and without pairs, by one for both."""
    for tree in TREE.values():
        for name in (FILE, f"{FILE}.gz"):
            (site / tree / name).unlink(missing_ok=True)
    if url:
        write_staged(site / FILE, sitemap(page_paths(site), url))


def page_paths(site: Path) -> list[str]:
    """The pages there are in both languages, as paths below a language's tree: `""`, `datasets/plan/`.

    Among plain files a page goes by the name of its file: `index.html`, `datasets/plan.html`.
    """
    english = site / TREE["en"]
    pages = {page.relative_to(english).as_posix() for page in english.rglob("*.html") if page.name != "404.html"}
    both = sorted(page for page in pages if (site / page).is_file())
    if any(PurePosixPath(page).name != _INDEX for page in pages):
        return both
    return sorted(page.removesuffix(_INDEX) for page in both)


def sitemap(paths: Sequence[str], url: str) -> bytes:
    """The map of `paths` in both languages; `url` is the site's address without a slash at the end."""
    entries = []
    for path in paths:
        places = {lang: quote(f"{url}/{TREE[lang]}{path}", safe=":/?#[]@!$&'()*+,;=%") for lang in LANGS}
        twins = [(BCP47[lang], places[lang]) for lang in LANGS] + [("x-default", places["zh"])]
        links = "".join(
            f'    <xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(place)}/>\n' for lang, place in twins
        )
        entries += [f"  <url>\n    <loc>{quoteattr(places[lang])[1:-1]}</loc>\n{links}  </url>\n" for lang in LANGS]
    return f"{_HEAD}{''.join(entries)}</urlset>\n".encode()
