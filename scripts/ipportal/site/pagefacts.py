"""What a finished page holds: read once for every check, and compared with the same page of another site."""

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from lxml import etree, html

#: Elements, and the attribute with what a browser fetches for each by itself
_FETCHED: Final = {tag: "src" for tag in ("script", "img", "iframe", "source", "audio", "video", "embed")} | {
    "object": "data"
}
_FETCHED_RELS: Final = set(
    ["stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "dns-prefetch", "preconnect"]
)

#: Stands for the address of the site while links are worked out
_ROOT: Final = "https://site.invalid"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One HTML page. `path` is relative to the site; links are as written in the page."""

    path: str
    lang: str
    title: str
    headings: int
    ids: frozenset[str]
    links: tuple[str, ...]
    fetched: tuple[str, ...]
    pictures_without_text: tuple[str, ...]
    text: str
    is_redirect: bool


def read_page(site: Path, path: Path) -> PageFacts:
    """Read one HTML file of the site."""
    root = _read(path)
    return PageFacts(
        path=path.relative_to(site).as_posix(),
        lang=root.get("lang", ""),
        title=_words(root.findtext(".//title") or ""),
        headings=len(root.xpath("//h1")),
        ids=frozenset([*root.xpath("//@id"), *root.xpath("//a/@name")]),
        links=tuple(root.xpath("//a/@href | //link[@rel='alternate' or @rel='next' or @rel='prev']/@href")),
        fetched=_fetched(root),
        pictures_without_text=_without_text(root),
        text="\n".join(root.xpath("//body//text()[not(ancestor::code) and not(ancestor::pre)]")),
        is_redirect=bool(root.xpath("//meta[@http-equiv='refresh']")),
    )


def from_json(data: bytes) -> PageFacts:
    """The facts of a page as they were kept."""
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(data).items()}
    return PageFacts(**told | {"ids": frozenset(told["ids"])})


def read_parts(site: Path, path: Path) -> Mapping[str, tuple[str, ...]]:
    """What a reader or a program finds on one page, kind by kind, free of how the page is written.

    Links and resources are given as the address they lead to, from the root of the site.
    """
    root, here = _read(path), path.relative_to(site).as_posix()
    named = root.xpath("//meta[@content and (@name or @property) and not(@name='generator')]")
    related = root.xpath("//link[@rel and @href]")
    return {
        "language": (root.get("lang", ""),),
        "title": (_words(root.findtext(".//title") or ""),),
        "headings": tuple(f"{h.tag} {_words(h.text_content())}" for h in root.xpath("//h1|//h2|//h3|//h4|//h5|//h6")),
        "text": tuple(found for text in root.xpath("//body//text()[normalize-space()]") if (found := _words(text))),
        "links": tuple(_address(here, href) for href in root.xpath("//a/@href")),
        "resources": tuple(_address(here, url) for url in _fetched(root)),
        "charts": tuple(etree.tostring(svg, method="c14n", with_tail=False).decode() for svg in root.iter("svg")),
        "tables": tuple("|".join(_words(c.text_content()) for c in row) for row in root.xpath("//table//tr")),
        "anchors": tuple(sorted(root.xpath("//@id"))),
        "data": tuple(f"{name}={value}" for e in root.iter() for name, value in e.items() if name[:5] == "data-"),
        "metadata": tuple(sorted(f"{m.get('name') or m.get('property')}: {m.get('content')}" for m in named)),
        "relations": tuple(sorted(f"{n.get('rel')}: {_address(here, n.get('href'))}" for n in related)),
    }


def _read(path: Path) -> html.HtmlElement:
    """A page without what is no text for a reader."""
    root = html.fromstring(path.read_bytes())
    for element in root.xpath("//script|//style|//template"):
        element.text = None
    return root


def _words(text: str) -> str:
    return " ".join(text.split())


def _address(page: str, link: str) -> str:
    """Where a link of a page leads: a path from the root of the site, or the address of another site."""
    return urljoin(f"{_ROOT}/{page}", link).removeprefix(_ROOT).replace("/index.html", "/")


def _fetched(root: html.HtmlElement) -> tuple[str, ...]:
    found = [value for tag, name in _FETCHED.items() for value in root.xpath(f"//{tag}/@{name}")]
    for link in root.iter("link"):
        if _FETCHED_RELS & set((link.get("rel") or "").split()):
            found.append(link.get("href", ""))
    return tuple(found)


#: Drawings that are heard and have no name; inside a link, button or label that carries one of its own they need none
_UNNAMED: Final = etree.XPath(
    "//svg[not(ancestor-or-self::*[@aria-hidden='true'] or @aria-labelledby or descendant-or-self::*/@aria-label"
    " or title != '' or ancestor::*[self::a or self::button or self::label][1]"
    "[@aria-label != '' or @title != '' or normalize-space() != ''])]"
)


def _without_text(root: html.HtmlElement) -> tuple[str, ...]:
    images = (image.get("src", "") for image in root.iter("img") if image.get("alt") is None)
    return (*images, *(svg.get("id") or svg.get("class") or "svg" for svg in _UNNAMED(root)))


#: Characters of each side a report shows
_SHOWN: Final = 160


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One difference. `part` is `page` or `file` when all of it is missing on one side, else a kind of page part."""

    path: str
    part: str
    first: str
    second: str

    def __str__(self) -> str:
        """`path · part · first → second`, shortened."""
        return f"{self.path} · {self.part} · {_short(self.first)} → {_short(self.second)}"


def compare_sites(first: Path, second: Path, inside: str = "") -> list[SiteChange]:
    """Every difference between two sites, in the order of their addresses; only below `inside`, a folder, if given.

    Pages are compared by what they hold, all other files byte by byte.
    """
    files = [_files(first, inside), _files(second, inside)]
    changes: list[SiteChange] = []
    for path in sorted(files[0] | files[1]):
        kind = "page" if path.endswith(".html") else "file"
        if path not in files[0] or path not in files[1]:
            changes.append(SiteChange(path, kind, *("present" if path in side else "" for side in files)))
        elif kind == "page":
            changes += _page_changes(path, first, second)
        else:
            digests = [hashlib.sha256((site / path).read_bytes()).hexdigest() for site in (first, second)]
            if digests[0] != digests[1]:
                changes.append(SiteChange(path, "bytes", *digests))
    return changes


def _files(site: Path, inside: str) -> set[str]:
    return {path.relative_to(site).as_posix() for path in (site / inside).rglob("*") if path.is_file()}


def _page_changes(path: str, first: Path, second: Path) -> Iterator[SiteChange]:
    if (first / path).read_bytes() == (second / path).read_bytes():
        return
    here, there = read_parts(first, first / path), read_parts(second, second / path)
    for part, values in here.items():
        if values != there[part]:
            matcher = difflib.SequenceMatcher(None, values, there[part], autojunk=False)
            # where they first differ
            _, i, j, k, m = next(code for code in matcher.get_opcodes() if code[0] != "equal")
            yield SiteChange(path, part, " ".join(values[i:j]), " ".join(there[part][k:m]))


def _short(text: str) -> str:
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"
