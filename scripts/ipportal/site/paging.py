"""Pages whose lists would make them too heavy, finished as several.

The longest list of such a page goes on on further pages. These lie beside the page, whose address leads to the first of
them; plain links lead from one to the other, and links to what stands on a later one lead there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from ipportal.base.templates import template_environment
from ipportal.base.text import Lang
from ipportal.base.writing import write_staged
from ipportal.data.settings import Settings
from ipportal.site.generator import PART
from ipportal.site.verify import resolve

#: Bytes of the heaviest page, and of them what the links between its parts may take
LIMIT: Final = 300_000
_LINKS: Final = 8_000
_INDEX: Final = "index.html"

#: Lists that may go on on further pages
_LIST: Final = re.compile(r'<\w+ class="ip-(?:context|news|progress|sources|values)"')
_TOKEN: Final = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<(/?)([a-z]\w*)[^>]*?(/?)>", re.DOTALL)
#: Elements before which a page may end, unless they come first or under a heading
_CUT: Final = frozenset(["details", "h2", "h3", "li", "section", "tr"])
_FIRST: Final = frozenset(["", "h2", "h3", "h4"])
#: What is said again where the element around it goes on
_AGAIN: Final = frozenset(["caption", "colgroup", "summary", "thead"])
_TITLE: Final = re.compile(r"(<h1\b.*?)(</h1>)", re.DOTALL)
_HEAD_TITLE: Final = re.compile(r"(<title>.*?)( - |</title>)", re.DOTALL)
_ADDRESS: Final = re.compile(r'(<link rel="(?:canonical|alternate" hreflang="[^"]*)" href="[^"]*/)[^"/]*')
_NAMED: Final = re.compile(r"<(h2|h3|summary|caption)\b[^>]*>(.*?)</\1>", re.DOTALL)
_LINK: Final = re.compile(r'(<a\b[^>]*?\shref=")([^"#:]*)#([^"]+)')


class _Cut(NamedTuple):
    """A place where a page may end: what is closed there, and opened again on the next."""

    at: int
    close: str
    reopen: str


@dataclass
class _Open:
    """An element at hand: where it begins, what is said again with it, and the name of its last child."""

    name: str
    at: int
    start: str
    again: str = ""
    last: str = ""


@dataclass(frozen=True)
class _Page:
    """A page with the places where its list may be cut; the first and the last are its beginning and end."""

    lang: Lang
    path: str
    text: str
    cuts: tuple[_Cut, ...]

    @property
    def weights(self) -> list[int]:
        """Bytes between one place and the next."""
        return [len(self.text[a.at : b.at].encode()) for a, b in pairwise(self.cuts)]


def split_pages(site: Path, settings: Settings) -> None:
    """Split every page of the finished tree that is heavier than `LIMIT`, in all languages at the same rows."""
    moved: dict[str, Mapping[str, str]] = {}
    heavy = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html")) if path.stat().st_size > LIMIT]
    trees = [tree for lang in settings.languages if (tree := settings.tree(lang))]
    for name in dict.fromkeys(reduce(str.removeprefix, trees, path) for path in heavy):
        pages = []
        for lang in settings.languages:
            path = settings.tree(lang) + name
            text = (site / path).read_text(encoding="utf-8") if (site / path).is_file() else ""
            pages.append(_Page(lang, path, text, _longest(text)))
        if len({len(page.cuts) for page in pages}) == 1 and pages[0].cuts and (chosen := _chosen(pages)):
            moved |= {page.path: _write(site, page, chosen) for page in pages}
    for file in sorted(site.rglob("*.html")) if moved else ():
        text = file.read_text(encoding="utf-8")
        led = _LINK.sub(partial(_led, file.relative_to(site).as_posix(), moved), text)
        if led != text:
            write_staged(file, led)


def part_file(path: str, number: int) -> str:
    """The path of a part: `a/index.html` → `a/page-2.html`, `a.html` → `a-page-2.html`; the first is the page."""
    folder, name = posixpath.split(path)
    stem = name.removesuffix(_INDEX).removesuffix(".html")
    return path if number == 1 else posixpath.join(folder, f"{stem}-page-{number}.html".removeprefix("-"))


def _longest(text: str) -> tuple[_Cut, ...]:
    """The places where the longest list of a page may be cut; none where there is no list."""
    lists = (tuple(_cuts(text, found.start())) for found in _LIST.finditer(text))
    return max(lists, key=lambda cuts: cuts[-1].at - cuts[0].at, default=())


def _cuts(text: str, start: int) -> Iterator[_Cut]:
    """The beginning of a list, each place where it may be cut, and its end."""
    stack: list[_Open] = []
    for token in _TOKEN.finditer(text, start):
        _, closing, name, alone = token.groups()
        if not name or alone or name in ("br", "col", "hr", "img", "input", "source", "wbr"):
            continue
        if closing:
            last = stack.pop()
            if not stack:
                yield _Cut(token.end(), "", "")
                return
            if name in _AGAIN:
                stack[-1].again += text[last.at : token.end()]
            continue
        if not stack:
            yield _Cut(token.start(), "", "")
        else:
            if name in _CUT and stack[-1].last not in _FIRST and stack[-1].name not in ("thead", "ol"):
                close = "".join(f"</{each.name}>" for each in reversed(stack))
                yield _Cut(token.start(), close, "".join(each.start + each.again for each in stack))
            stack[-1].last = "" if name in _AGAIN else name
        stack.append(_Open(name, token.start(), token[0]))


def _chosen(pages: Sequence[_Page]) -> list[int]:
    """At which of the places the pages are cut, the first and the last of them included; none where it is no use."""
    weights = [page.weights for page in pages]
    rooms = [LIMIT - _LINKS - len(page.text.encode()) + sum(w) for page, w in zip(pages, weights, strict=True)]
    chosen, filled = [0], [0] * len(pages)
    for at, pieces in enumerate(zip(*weights, strict=True)):
        filled = [one + piece for one, piece in zip(filled, pieces, strict=True)]
        if at > chosen[-1] and any(one > room for one, room in zip(filled, rooms, strict=True)):
            chosen.append(at)
            filled = list(pieces)
    return [*chosen, len(weights[0])] if len(chosen) > 1 and min(rooms) > 0 else []


def _write(site: Path, page: _Page, chosen: Sequence[int]) -> dict[str, str]:
    """Write the parts of a page; gives the file of each id that stands on a later one."""
    text, cuts = page.text, [page.cuts[at] for at in chosen]
    chunks = [f"{a.reopen}{text[a.at : b.at]}{b.close}" for a, b in pairwise(cuts)]
    files = [part_file(page.path, number) for number in range(1, len(chunks) + 1)]
    links = [
        (posixpath.basename(file).replace(_INDEX, "./"), _name(chunk))
        for file, chunk in zip(files, chunks, strict=True)
    ]
    main, title = re.search(r"<main\b[^>]*>", text), _TITLE.search(text)
    assert main and title, page.path
    template, places = template_environment().get_template("parts.html"), dict[str, str]()
    for number, (file, chunk) in enumerate(zip(files, chunks, strict=True), start=1):
        shown = template.render(lang=page.lang, links=links, number=number).strip() + chunk
        if number == 1:
            write_staged(site / file, text[: cuts[0].at] + shown + text[cuts[-1].at :])
            continue
        places |= dict.fromkeys(re.findall(r'\sid="([^"]+)"', text[cuts[number - 1].at : cuts[number].at]), file)
        which = f"（{number}/{len(files)}）" if page.lang == "zh" else f" ({number}/{len(files)})"
        head = _HEAD_TITLE.sub(rf"\g<1>{which}\g<2>", text[: main.end()], count=1)
        head = _ADDRESS.sub(rf"\g<1>{posixpath.basename(file)}", head)
        write_staged(site / file, head + title[1] + which + title[2] + shown + text[text.rindex("</main>") :])
    return places


def _name(chunk: str) -> str:
    """What a part begins with."""
    found = _NAMED.search(chunk)
    return unescape(re.sub(r"<[^>]*>", "", found[2])) if found else ""


def _led(here: str, moved: Mapping[str, Mapping[str, str]], link: re.Match[str]) -> str:
    """A link to where its anchor is now."""
    before, path, anchor = link.groups()
    folder, name = posixpath.split(here)
    # how the name of a part ends among plain files
    whole = posixpath.join(folder, _INDEX if PART.fullmatch(name) else re.sub(r"-page-\d+\.html$", ".html", name))
    target = resolve(here, unquote(path)) if path else whole if whole in moved else here
    file = moved[target].get(unquote(anchor), target) if target in moved else here
    if target not in moved or file == (target if path else here):
        return link[0]
    return f"{before}{posixpath.relpath(file, folder).replace(_INDEX, './')}#{anchor}"
