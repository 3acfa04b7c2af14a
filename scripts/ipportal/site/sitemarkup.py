"""Check that a finished site holds no markup, no policy and no kind of file but its own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from ipportal.base.addresses import TREE, page_url
from ipportal.base.errors import Problem, Where
from ipportal.base.markup import FINISHED, Fault, Tag, drawing_faults, faults, redirect, tags
from ipportal.base.text import Text
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.files.headers import ASSETS, MEDIA_TYPES, PAGE_POLICY
from ipportal.rules.markup import KINDS

_ENDINGS: Final = (*MEDIA_TYPES, *ASSETS, ".pagefind", "_headers", ".nojekyll")
_INDEX: Final = re.compile(r"pagefind/.*\.pf_(?:fragment|index|filter|meta)")
_WELL_KNOWN: Final = ".well-known/"
#: Drawings of the portal itself, which style themselves
_ASSETS: Final = ("assets/", "en/assets/")

_POLICY: Final = Text("网页开头的 Content-Security-Policy", "the Content-Security-Policy at the top of the page")
_BUILD: Final = Text("重新运行 ipportal build", "run ipportal build again")
_REDIRECT: Final = Text(
    "立即转到本站内一页、自己没有脚本的网页", "a page without scripts that leads to a page of this site"
)
_KNOWN: Final = Text("网页、数据、图片和文档", "pages, data, pictures and documents")
_TAKE_AWAY: Final = Text("把这个文件从网站里拿走", "take the file out of the site")


class Sources:
    """The Markdown that pages came from; `root` is the portal's, None where it is not at hand."""

    def __init__(self, root: Path | None) -> None:
        self.root = root

    @cached_property
    def pages(self) -> Mapping[str, Manuscript]:
        """Manuscripts by the site path of the page each becomes, in either form of the site."""
        return {
            posixpath.join(url, "index.html") if url.endswith("/") or not url else url: page
            for page in (read_manuscripts(self.root) if self.root else ())
            for folders in (True, False)
            for url in [TREE[page.lang] + page_url(page.path, directory_urls=folders)]
        }

    def problem(self, path: str, fault: Fault) -> Problem:
        """A fault of the page at `path`, with the line of its Markdown where that can be told."""
        page = self.pages.get(path)
        row = page.line_of(fault.traces) if page else None
        where = Where(page.file, row) if page and row else Where(path)
        found = f"{fault.found}（{path}）" if where.row else fault.found
        return Problem("site-markup", where, fault.expected, found, fault.hint)


def check_markup(site: Path, path: str, files: set[str], sources: Sources) -> Iterator[Problem]:
    """Elements, attributes and addresses of the allow-list only; the policy first; redirects inside the site."""
    text = (site / path).read_bytes().decode("utf-8", errors="replace")
    yield from (sources.problem(path, fault) for fault in faults(text, FINISHED, PAGE_POLICY))
    found = [tag for tag in tags(text) if isinstance(tag, Tag)]
    place = next((number for number, tag in enumerate(found, 1) if tag.name == "head"), len(found))
    if dict(found[place].attributes if found[place:] else ()).get("http-equiv") != "Content-Security-Policy":
        yield Problem("site-policy", Where(path), _POLICY, "", _BUILD)
    for tag in found:
        given = dict(tag.attributes)
        if tag.name == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), redirect(given.get("content") or "")))
            known = {target, posixpath.normpath(posixpath.join(target, "index.html"))} & files
            if not known or any(other.name == "script" for other in found):
                yield Problem("site-redirect", Where(path), _REDIRECT, tag.shown, _BUILD)


def check_kinds(site: Path, files: set[str]) -> Iterator[Problem]:
    """Every file is of a kind the site publishes, and drawings hold nothing that runs."""
    for path in sorted(files):
        name = path.removesuffix(".gz")
        hidden = "/." in f"/{name.removeprefix(_WELL_KNOWN)}" and name != ".nojekyll"
        known = name.endswith(_ENDINGS) or KINDS.fullmatch(posixpath.splitext(name)[1]) or _INDEX.fullmatch(name)
        if hidden or not known:
            yield Problem("site-file-kind", Where(path), _KNOWN, posixpath.basename(path), _TAKE_AWAY)
        elif path.endswith(".svg") and not path.startswith(_ASSETS):
            text = (site / path).read_bytes().decode("utf-8", errors="replace")
            for fault in drawing_faults(text):
                yield Problem("site-markup", Where(path), fault.expected, fault.found, fault.hint)
