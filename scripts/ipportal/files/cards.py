"""The picture a page shows when its link is shared: 1200 by 630 pixels, one for each main page and story."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ipportal.analysis.cases import stories
from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.charts.theme import COLOURS, FONT, wrap
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.data.model import Portal
from ipportal.files.chartfiles import PNG_SCALE, Renderer
from ipportal.words.news import KINDS

#: Pixels of the finished picture, as OpenGraph readers expect it
WIDTH: Final = 1200
HEIGHT: Final = 630

_STORY: Final = Text("案例故事", "Case story")
_EDGE: Final = 36
_ROOM: Final = WIDTH // PNG_SCALE - 2 * _EDGE
#: Type size of a title, and how many lines it may take at that size; the largest that fits is taken, else the last
_TITLE_SIZES: Final = ((40, 2), (34, 3), (28, 4))
_LEADING: Final = 1.3
#: Below this line the words stand, above it the mark and the portal's name
_HEAD: Final = 64
_DRAWING: Final = template_environment().get_template("card.svg")


class Card(Frozen):
    """What a picture says. `source` is the Markdown path of its page."""

    source: str
    kicker: str
    title: str
    line: str


def card_path(source: str, lang: Lang) -> str:
    """The address of a page's picture: `cases/stories/index.md` → `data/cards/cases-stories.zh.png`."""
    name = source.removesuffix(".md").removesuffix("/index").replace("/", "-")
    return f"data/cards/{name}.{lang}.png"


def cards(portal: Portal, lang: Lang, pages: Iterable[Manuscript]) -> Iterator[Card]:
    """The pictures of a language: home page, pages whose front matter says what their `card` says, stories."""
    settings = portal.settings
    yield Card(page_path("home"), "", settings.name[lang], settings.tagline[lang])
    for page in pages:
        line = page.head.get("card") or (page.is_data_story and page.head.get("description"))
        if page.lang == lang and line:
            yield Card(page.path, KINDS["story"][lang] if page.is_data_story else "", page.title, str(line))
    for story in stories(portal):
        year = f"{story.year} · " if story.year else ""
        yield Card(page_path("case_stories", story.id), _STORY[lang], story.title[lang], f"{year}{story.place[lang]}")


def card_pages(portal: Portal, lang: Lang, pages: Iterable[Manuscript]) -> dict[str, str]:
    """Which page has a picture: Markdown path → site path of the picture."""
    return {card.source: card_path(card.source, lang) for card in cards(portal, lang, pages)}


def card_files(portal: Portal, root: Path) -> dict[str, bytes]:
    """All pictures as PNG: {site path: bytes}. Below `root` are the pages, and drawings remembered between builds."""
    pages = read_manuscripts(root, portal.settings.languages)
    wanted = [(card, lang) for lang in portal.settings.languages for card in cards(portal, lang, pages)]
    renderer = Renderer(root)
    pictures = renderer.pngs([drawing(card, portal.settings.name[lang]) for card, lang in wanted])
    return {card_path(card.source, lang): png for (card, lang), png in zip(wanted, pictures, strict=True)}


def drawing(card: Card, site: str) -> str:
    """The picture as SVG, in half size: the renderer doubles it."""
    wide, high = WIDTH // PNG_SCALE, HEIGHT // PNG_SCALE
    sizes = [size for size, most in _TITLE_SIZES if len(wrap(card.title, size, _ROOM)) <= most]
    size = sizes[0] if sizes else _TITLE_SIZES[-1][0]
    title = _even(card.title, size)
    kicker = 30 if card.kicker else 0
    rows = int((high - _HEAD - kicker - len(title) * size * _LEADING - 22) // 24)
    under = _even(card.line, 17)
    if len(under) > rows:
        under = [*under[: rows - 1], f"{under[rows - 1][:-1]}…"]
    tall = kicker + len(title) * size * _LEADING + len(under) * 24
    top = _HEAD + (high - _HEAD - tall) / 2.4
    words: list[tuple[float, float, int, str, str, int]] = []
    if card.title != site:
        words.append((_EDGE + 34, 52, 15, "ink", site, 600))
    if card.kicker:
        words.append((_EDGE, top + 15, 15, "main", card.kicker, 600))
    first = top + kicker + size
    words += [(_EDGE, first + row * size * _LEADING, size, "ink", line, 700) for row, line in enumerate(title)]
    below = first + (len(title) - 1) * size * _LEADING + 38
    words += [(_EDGE, below + row * 24, 17, "soft", line, 400) for row, line in enumerate(under)]
    return _DRAWING.render(wide=wide, high=high, edge=_EDGE, colours=COLOURS, font=FONT, words=words)


def _even(words: str, size: float) -> list[str]:
    """Words in as few lines as they need, all of about the same length."""
    lines, room = wrap(words, size, _ROOM), float(_ROOM)
    while room > size and len(tighter := wrap(words, size, room - size / 2)) == len(lines):
        lines, room = tighter, room - size / 2
    return lines
