"""What is made from the finished tree: the map of the site, `_headers`, and compressed copies beside the files.

The map names every page with its twins in other languages (sitemaps.org, `hreflang`); it holds whole addresses only,
so a site without an address in portal.toml has none. Compressed copies are for web servers that send them as they are
(`gzip_static` of nginx, `precompressed` of Caddy). gzip only: Brotli would save a tenth of the whole site more and cost
a further library.
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

from ipportal.base.errors import Problem, Where
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47
from ipportal.base.writing import write_staged
from ipportal.data.settings import Settings
from ipportal.files.drawings import EMBED
from ipportal.files.headers import compressible, headers_file
from ipportal.files.identity import moved_paths
from ipportal.site import CATALOGUE

_HEADERS: Final = "_headers"
_ENDING: Final = ".gz"
#: Below this size, in bytes, the header of an answer weighs more than what is saved
_SMALL: Final = 512


def write_headers(site: Path) -> None:
    """Write `_headers` for hosts that read it."""
    paths = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    write_staged(site / _HEADERS, headers_file(path for path in paths if path != _HEADERS))


def precompress(site: Path) -> None:
    """Write `<name>.gz` beside every file that becomes smaller; the same site gives the same bytes."""
    for path in sorted(site.rglob("*")):
        if not path.is_file() or not compressible(path.relative_to(site).as_posix()):
            continue
        data = path.read_bytes()
        packed = gzip.compress(data, 9, mtime=0)
        if len(data) >= _SMALL and len(packed) < len(data):
            write_staged(path.with_name(path.name + _ENDING), packed)


def check_copies(site: Path) -> Iterator[Problem]:
    """Every compressed copy unpacks to the file beside it."""
    for path in sorted(site.rglob(f"*{_ENDING}")):
        original = path.with_suffix("")
        try:
            same = original.is_file() and gzip.decompress(path.read_bytes()) == original.read_bytes()
        except (OSError, EOFError, zlib.error):
            same = False
        if not same:
            yield CATALOGUE.problem("site-copy-stale", Where(path.relative_to(site).as_posix()))


FILE: Final = "sitemap.xml"
_INDEX: Final = "index.html"


def write_sitemap(site: Path, settings: Settings) -> None:
    """Replace the generator's own maps below `site`, one per language and without pairs, by one for both."""
    for lang in settings.languages:
        for name in (FILE, f"{FILE}.gz"):
            (site / settings.tree(lang) / name).unlink(missing_ok=True)
    if settings.url:
        write_staged(site / FILE, sitemap(page_paths(site, settings), settings))


def page_paths(site: Path, settings: Settings) -> list[str]:
    """The pages there are in every language, as paths below a language's tree: `""`, `datasets/plan/`.

    Among plain files a page goes by the name of its file: `index.html`, `datasets/plan.html`.
    """
    smallest = site / settings.tree(settings.languages[-1])
    pages = {page.relative_to(smallest).as_posix() for page in smallest.rglob("*.html") if page.name != "404.html"}
    pages -= {*moved_paths(settings), *(page for page in pages if page.startswith(EMBED))}
    both = sorted(
        page for page in pages if all((site / settings.tree(lang) / page).is_file() for lang in settings.languages)
    )
    if any(PurePosixPath(page).name != _INDEX for page in pages):
        return both
    return sorted(page.removesuffix(_INDEX) for page in both)


def sitemap(paths: Sequence[str], settings: Settings) -> bytes:
    """The map of `paths` in every language of a site that has an address."""
    places = {BCP47[lang]: f"{settings.url}/{settings.tree(lang)}" for lang in settings.languages}
    pages = [{tag: quote(place + path, safe=":/?#[]@!$&'()*+,;=%") for tag, place in places.items()} for path in paths]
    return template_environment().get_template("sitemap.xml").render(pages=pages).encode()
