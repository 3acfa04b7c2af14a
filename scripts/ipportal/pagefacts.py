"""What a finished page contains, read once for every check of the finished site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import html

#: Attributes that make a browser fetch something by itself
_FETCHED: Final = (
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("audio", "src"),
    ("video", "src"),
    ("object", "data"),
    ("embed", "src"),
)
_FETCHED_RELS: Final = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "modulepreload",
    "manifest",
    "dns-prefetch",
    "preconnect",
}


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
    root = html.fromstring(path.read_bytes())
    for element in root.xpath("//script|//style|//template"):
        element.text = None
    ids = [*root.xpath("//@id"), *root.xpath("//a/@name")]
    title = root.findtext(".//title") or ""
    return PageFacts(
        path=path.relative_to(site).as_posix(),
        lang=root.get("lang", ""),
        title=" ".join(title.split()),
        headings=len(root.xpath("//h1")),
        ids=frozenset(ids),
        links=tuple(root.xpath("//a/@href"))
        + tuple(root.xpath("//link[@rel='alternate' or @rel='next' or @rel='prev']/@href")),
        fetched=_fetched(root),
        pictures_without_text=_without_text(root),
        text="\n".join(root.xpath("//body//text()[not(ancestor::code) and not(ancestor::pre)]")),
        is_redirect=bool(root.xpath("//meta[@http-equiv='refresh']")),
    )


def _fetched(root: html.HtmlElement) -> tuple[str, ...]:
    found = [value for tag, name in _FETCHED for value in root.xpath(f"//{tag}/@{name}")]
    for link in root.iter("link"):
        if _FETCHED_RELS & set((link.get("rel") or "").split()):
            found.append(link.get("href", ""))
    return tuple(found)


def _without_text(root: html.HtmlElement) -> tuple[str, ...]:
    images = [image.get("src", "") for image in root.iter("img") if image.get("alt") is None]
    drawings = [
        svg.get("id") or svg.get("class") or "svg"
        for svg in root.xpath("//svg[not(ancestor-or-self::*[@aria-hidden='true'])]")
        if not (svg.get("aria-label") or svg.get("aria-labelledby") or svg.findtext("title"))
        and not _named_by_control(svg)
    ]
    return tuple(images + drawings)


def _named_by_control(svg: html.HtmlElement) -> bool:
    """A drawing inside a link, button or label that carries a name of its own needs none."""
    holder = next((a for a in svg.iterancestors() if a.tag in {"a", "button", "label"}), None)
    return holder is not None and bool(
        holder.get("aria-label") or holder.get("title") or "".join(holder.itertext()).strip()
    )
