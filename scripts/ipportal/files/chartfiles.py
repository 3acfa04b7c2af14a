"""The adapter to vl-convert: specifications to SVG, SVG to PNG, and the Vega script for interactive charts.

Results depend on the specification, the pinned library versions and the pinned font only, never on fonts or
locales of the machine, so they are kept between builds under the hash of exactly these.

Then the picture a page shows when its link is shared: 1200 by 630 pixels, one for each main page and story.
"""

import hashlib
import json
import re
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import noto_cjk_sans_otc
import vl_convert

from ipportal.analysis.cases import stories
from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.errors import OutputError, Where
from ipportal.base.progress import Report, silent
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.charts.record import Chart
from ipportal.charts.theme import COLOURS, FONT, FONT_STACK, Width, wrap
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.data.memory import Kept
from ipportal.data.model import Portal
from ipportal.files import CATALOGUE
from ipportal.words.news import KINDS

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/charts"

VEGA_LITE: Final = "6.4"
LOCALE: Final = "zh-CN"
#: Pixels of a PNG per pixel of the drawing
PNG_SCALE: Final = 2

_VERSIONS: Final = "/".join(
    [VEGA_LITE, LOCALE, str(PNG_SCALE), *map(version, ("vl-convert-python", "noto-cjk-sans-otc", "fonttools"))]
)
_FONTS: Final = Path(noto_cjk_sans_otc.__file__).parent
#: A font the renderer brings along, only ever used for measuring tokens
_LIGHT_FONT: Final = "Liberation Sans"
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


class Renderer:
    """Renders, and remembers below the portal's root (None: nowhere) what it has rendered."""

    def __init__(self, root: Path | None = None) -> None:
        self._kept = Kept(root / CACHE if root else None)

    def raw(self, chart: Chart, lang: Lang) -> dict[Width, str]:
        """The drawing of a chart at each of its widths, as the renderer gives it."""
        return dict(zip(chart.widths, self.svgs([chart.draw(lang, width) for width in chart.widths]), strict=True))

    def svgs(self, specs: Sequence[Mapping[str, Any]]) -> list[str]:
        """The SVG of every specification, in their order."""
        texts = [json.dumps(spec, ensure_ascii=False, sort_keys=True) for spec in specs]
        return [data.decode() for data in self._all("svg", texts, partial(map, _to_svg))]

    def pngs(self, svgs: Sequence[str], report: Report = silent) -> list[bytes]:
        """The PNG of every SVG at double size, in their order.

        Raises:
            OutputError: the Chinese font is not there; the words would come out as empty boxes.
        """
        return list(report(Text("绘制图片", "drawing the pictures"), self._all("png", svgs, _to_pngs), len(svgs)))

    def vega_script(self, snippet: str) -> bytes:
        """One script with Vega, Vega-Lite and Vega-Embed, ending with `snippet`."""
        bundle = partial(vl_convert.javascript_bundle, vl_version=VEGA_LITE)
        return next(self._all("js", [snippet], lambda missing: (bundle(text).encode() for text in missing)))

    def _all(
        self, kind: str, inputs: Sequence[str], render: Callable[[Sequence[str]], Iterable[bytes]]
    ) -> Iterator[bytes]:
        """What each input gives, in their order; kept when it is done, so that a build that was stopped goes on."""
        sums = (hashlib.sha256(f"{_VERSIONS}\0{kind}\0{text}".encode()).hexdigest() for text in inputs)
        places = [f"{kind}/{key[:2]}/{key}" for key in sums]
        found = {place: self._kept.recall(place) for place in places}
        missing = {place: text for place, text in zip(places, inputs, strict=True) if found[place] is None}
        made = iter(render(list(missing.values())) if missing else ())
        for place in places:
            data = found[place]
            if data is None:
                data = found[place] = next(made)
                self._kept.keep(place, data)
            yield data


def locales() -> dict[str, Any]:
    """Number and time words of Chinese charts, for the interactive version."""
    return {"format": vl_convert.get_format_locale(LOCALE), "time": vl_convert.get_time_format_locale(LOCALE)}


def _to_svg(spec: str) -> bytes:
    """Render with tokens in the place of words, then put the words back.

    All words have their places already; letting the renderer measure them in a Chinese font of 19 MB takes four
    times as long as everything else together and changes nothing.
    """
    drawing = json.loads(spec)
    said: dict[str, str] = {}
    for layer in drawing["layer"]:
        if layer["mark"]["type"] == "text":
            for row in layer["data"]["values"]:
                row["text"] = said.setdefault(row["text"], f"~{len(said)}~")
    font, drawing["config"]["font"] = drawing["config"]["font"], _LIGHT_FONT
    svg: str = vl_convert.vegalite_to_svg(
        drawing, vl_version=VEGA_LITE, format_locale=LOCALE, time_format_locale=LOCALE, allowed_base_urls=[]
    )
    words = {token: escape(text) for text, token in said.items()}
    svg = re.sub(r">(~\d+~)<", lambda match: f">{words[match.group(1)]}<", svg)
    return svg.replace(f'font-family="{_LIGHT_FONT}"', f'font-family="{font}"').encode()


def _to_pngs(svgs: Sequence[str]) -> Iterator[bytes]:
    """Render drawings in a font of just their characters, under a name of its own; other pictures in the whole font.

    The renderer opens and maps the font anew for every glyph; with all 19 MB that takes longer than everything else.
    """
    files = sorted(_FONTS.glob("*.ttc"))
    if not files:
        raise OutputError([CATALOGUE.problem("font-missing", Where("noto-cjk-sans-otc"))])
    characters = "".join(svg for svg in svgs if FONT_STACK in svg)
    with tempfile.TemporaryDirectory(prefix="font") as folder:
        name = Path(folder).name
        if characters:
            _save_small_font(files[0], characters, name, Path(folder) / "font.otf")
        for fonts in (str(_FONTS), folder):
            vl_convert.register_font_directory(fonts)
        renamed = (svg.replace(FONT_STACK, name) for svg in svgs)
        yield from (_denser(vl_convert.svg_to_png(svg, scale=PNG_SCALE)) for svg in renamed)


def _save_small_font(file: Path, characters: str, name: str, place: Path) -> None:
    from fontTools import subset, ttLib  # takes longer to load than most builds have to draw

    # the place of the simplified Chinese face in the collection
    with ttLib.TTFont(file, fontNumber=2, lazy=True) as font:
        subsetter = subset.Subsetter()
        subsetter.populate(text=characters)
        subsetter.subset(font)
        for entry in font["name"].names:
            entry.string = name
        font.save(place)


def _denser(png: bytes) -> bytes:
    """The same pixels in one chunk, packed to about a third: the renderer packs for speed."""
    chunks = _chunks(png)
    pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    *others, end = (chunk for chunk in chunks if chunk[0] != b"IDAT")
    return _png([*others, (b"IDAT", zlib.compress(pixels, 6)), end])


def with_text(png: bytes, entries: Mapping[str, str]) -> bytes:
    """Add text to a PNG as iTXt chunks (PNG specification, third edition, 11.3.3.4), right after its header."""
    header, *others = _chunks(png)
    said = ((b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()) for key, text in entries.items())
    return _png([header, *said, *others])


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and body of each chunk; in the file: 8 bytes of signature, then length · kind · body · checksum, …"""
    found, place = [], len(_SIGNATURE)
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        found.append((kind, png[place + 8 : place + 8 + length]))
        place += length + 12
    return found


def _png(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return _SIGNATURE + b"".join(packed)


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
    pictures = Renderer(root).pngs([drawing(card, portal.settings.name[lang]) for card, lang in wanted])
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
    words = [(_EDGE + 34.0, 52.0, 15, "ink", site, 600)] if card.title != site else []
    words += [(_EDGE, top + 15, 15, "main", card.kicker, 600)] if card.kicker else []
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
