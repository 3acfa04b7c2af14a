"""Every chart as parts of pages and as files: SVG, PNG, XLSX, Vega-Lite and CSV, and the page to embed.

The only module that knows lxml's SVG. In a page the SVG carries classes next to its presentation attributes, no style
attributes and no English words of the renderer; theme/assets/css/charts.css then colours it through custom
properties. A downloaded SVG keeps literal colours and holds title, unit, source, date and licence.
"""

import json
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree
from markupsafe import Markup

from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.periods import date_label
from ipportal.base.progress import Report, silent
from ipportal.base.templates import template_environment, writing_environment
from ipportal.base.text import BCP47, Lang, Text, language_name
from ipportal.base.voices import for_voices
from ipportal.charts import Chart, all_charts
from ipportal.charts.theme import COLOURS, FONT_STACK, LINE, NARROW, SIZES, WIDE, wrap
from ipportal.data.model import Portal
from ipportal.files.assets import Assets
from ipportal.files.chartfiles import Renderer, with_text
from ipportal.files.headers import PAGE_POLICY
from ipportal.files.identity import licences, page

#: Name of a download → ending of its file
FORMATS: Final = {"XLSX": "xlsx", "PNG": "png", "SVG": "svg", "CSV": "csv", "Vega-Lite": "vl.json"}
#: Keyword inside a PNG → which words it has
_PNG_TEXT: Final = {
    "Title": "title",
    "Description": "sentence",
    "Source": "source",
    "Creation Time": "date",
    "Copyright": "licence",
}


class Words(Frozen):
    """The words of a drawing in one language."""

    lang: Lang
    title: str
    subtitle: str
    sentence: str
    source: str
    date: str
    licence: str


_LICENCE: Final = Text("许可：{licence} · 制图：{name}", "Licence: {licence} · Chart: {name}")


def chart_words(portal: Portal, chart: Chart, lang: Lang) -> Words:
    """The words that go with a drawing."""
    day = date_label(portal.settings.as_of, lang)
    licence = ", ".join(each["name"].replace("-", " ") for each in licences(portal))
    date = Text(f"数据截至 {day}", f"Data as of {day}")[lang]
    licence = _LICENCE.format(name=portal.settings.name, licence=licence)[lang]
    title, subtitle, sentence, source = (t[lang] for t in (chart.title, chart.subtitle, chart.sentence, chart.source))
    return Words(lang, title, subtitle, sentence, source, date, licence)


def told_charts(portal: Portal) -> list[tuple[Chart, Words]]:
    """Every chart with words, in every language; drawings without words stay in the pages."""
    charts = [chart for chart in all_charts(portal) if WIDE in chart.widths]
    return [(chart, chart_words(portal, chart, lang)) for chart in charts for lang in portal.settings.languages]


def chart_path(name: str, lang: Lang, ending: str) -> str:
    """The address of a chart's file in the site."""
    return f"data/charts/{name}.{lang}.{ending}"


def chart_files(portal: Portal, root: Path | None = None, report: Report = silent) -> dict[str, bytes]:
    """All files of all charts with words: {site path: bytes}."""
    renderer, told = Renderer(root), told_charts(portal)
    alone = [standalone_svg(renderer.raw(chart, said.lang)[WIDE], said) for chart, said in told]
    files: dict[str, bytes] = {}
    for (chart, said), svg, png in zip(told, alone, renderer.pngs(alone, report), strict=True):
        made = {
            "svg": svg.encode(),
            "png": with_text(png, {name: getattr(said, part) for name, part in _PNG_TEXT.items()}),
            "csv": chart.table.csv(said.lang),
            "vl.json": _vega_lite(chart.draw(said.lang, WIDE), said),
            "narrow.vl.json": _vega_lite(chart.draw(said.lang, NARROW), said),
        }
        files |= {chart_path(chart.name, said.lang, ending): data for ending, data in made.items()}
    return files


def warm(portal: Portal, root: Path, report: Report = silent) -> None:
    """Render what has not been rendered before, so that the pages and the files only look it up."""
    charts = [(chart, lang) for chart in all_charts(portal) for lang in portal.settings.languages]
    renderer = Renderer(root)
    for chart, lang in report(Text("绘制图表", "drawing the charts"), charts, len(charts)):
        renderer.raw(chart, lang)


def _vega_lite(spec: Mapping[str, Any], words: Words) -> bytes:
    """The specification with its title and what must be said where it is used."""
    said = {name: getattr(words, name) for name in ("title", "subtitle", "source", "date", "licence")}
    drawn = {key: value for key, value in spec.items() if key not in ("$schema", "config")}
    full = {"$schema": spec["$schema"], "usermeta": said, **drawn, "config": {**spec["config"], "font": FONT_STACK}}
    return (json.dumps(full, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


EMBED: Final = "embed/"


def embed_path(name: str, lang: Lang) -> str:
    """The address of a chart's embed page in the site."""
    return f"{EMBED}{name}.{lang}.html"


def embed_files(portal: Portal, root: Path | None = None) -> dict[str, bytes]:
    """The embed page of every chart with words, in every language: {site path: bytes}."""
    drawings, template = Renderer(root), template_environment().get_template("embed.html")
    assets, settings, files = Assets(root), portal.settings, dict[str, bytes]()
    facts = {"policy": Markup(PAGE_POLICY), "tags": BCP47, "settings": settings, "called": language_name}
    facts |= {"sheet": assets.path("embed.css"), "script": assets.path("framed.js")}
    for chart, words in told_charts(portal):
        raw, home = drawings.raw(chart, words.lang), page(settings, page_path("home"), words.lang)
        drawn = [(shape, Markup(page_svg(raw[width]))) for shape, width in (("wide", WIDE), ("narrow", NARROW))]
        html = template.render(facts, name=chart.name, words=words, home=home, drawings=drawn)
        files[embed_path(chart.name, words.lang)] = for_voices(html).encode()
    return files


def embed_height(words: Words, raw: Mapping[int, str]) -> int:
    """Pixels the page to embed needs, however wide the frame is; sizes as charts.css has them."""
    foot = f"{words.source} · {words.date} · {words.licence}"
    needed = []
    # pixels of room for words in the narrowest frame that shows a drawing
    for width, room in {NARROW: 320 - 32, WIDE: 632 - 32}.items():
        texts = ((words.title, 19, 27.6), (words.subtitle, 15, 24.0), (foot, 14, 22.4))
        lines = sum(len(wrap(text, size, room)) * line for text, size, line in texts)
        found = re.search(r'viewBox="0 0 \S+ ([\d.]+)"', raw[width])
        needed.append(lines + float(found[1] if found else 0))
    # pixels for the edges, the gaps and the line that names the site
    return round(max(needed)) + 96


_SVG: Final = "http://www.w3.org/2000/svg"
_ROLES: Final = {value: role for role, value in COLOURS.items()} | {"white": "paper"}
_MARGIN: Final = 28
_TITLE: Final = 21.0
_FILE: Final = writing_environment(escape).get_template("chart.svg")

#: What the renderer writes for its own needs or in English
_DROPPED: Final = (
    *("role", "aria-roledescription", "aria-hidden", "aria-label", "class", "font-family", "pointer-events"),
    "stroke-miterlimit",
)
#: Attributes that say what is so without them
_USUAL: Final = {"opacity": "1", "transform": "translate(0,0)", "stroke-width": "0", "font-weight": "normal"}


def page_svg(raw: str) -> str:
    """The drawing for a page, where its figure names it.

    Marks are told in their order by their values; scales, lines and words, which say the same, are silent.
    """
    root = _for_page(raw, say=True)
    root.set("class", "ip-chart")
    root.set("role", "group")
    for parent in {mark.getparent() for mark in root.iter() if mark.get("aria-label")}:
        for said, run in groupby(list(parent), lambda part: bool(part.get("aria-label"))):
            parts = list(run)
            if not said:
                silent = etree.Element(f"{{{_SVG}}}g", {"aria-hidden": "true"})
                parts[0].addprevious(silent)
                silent.extend(parts)
    return _text(root)


def decoration_svg(raw: str) -> str:
    """The drawing for a place where the words beside it say the same: hidden from screen readers."""
    root = _for_page(raw)
    root.set("class", "ip-chart ip-spark")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return _text(root)


def _for_page(raw: str, *, say: bool = False) -> etree._Element:
    """Without ground, size and fonts of its own; colours as classes."""
    root = _clean(raw, say=say)
    for ground in root.findall(f"{{{_SVG}}}rect")[:1]:
        root.remove(ground)
    for element in root.iter():
        _add_classes(element)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    return root


def standalone_svg(raw: str, words: Words) -> str:
    """The drawing as a file: title and unit above, source, date and licence below, literal colours."""
    drawing = _clean(raw)
    width, height = (float(drawing.get(name, "0")) for name in ("width", "height"))
    said, size = f"{words.date} · {words.licence}", SIZES[WIDE]
    head = _lines(_MARGIN, width, (words.title, _TITLE, "ink"), (words.subtitle, size, "soft"))
    top = _MARGIN + sum(tall * LINE for _, tall, _, _ in head) + 14
    foot = _lines(top + height + 16, width, (words.source, size, "soft"), (said, size, "soft"))
    below = sum(tall * LINE for _, tall, _, _ in foot) + _MARGIN - 6
    facts = {"words": words, "tag": BCP47[words.lang], "font": FONT_STACK, "colours": COLOURS, "number": _number}
    facts |= {"width": width + 2 * _MARGIN, "height": top + height + 16 + below, "edge": _MARGIN, "top": top}
    return _FILE.render(facts, head=head, foot=foot, drawing=Markup("".join(map(_text, drawing))))


def _clean(raw: str, *, say: bool = False) -> etree._Element:
    """Parse, and take away all that neither draws nor means anything; with `say` marks keep their words."""
    root = etree.fromstring(raw.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter()):
        parent, classes = element.getparent(), (element.get("class") or "").split()
        if element.get("display") == "none" or not {"background", "foreground"}.isdisjoint(classes):  # draws nothing
            if parent is not None:
                parent.remove(element)
            continue
        said = element.get("aria-label") if element.get("role") == "graphics-symbol" else None
        for name in list(element.attrib):
            if name in _DROPPED or name.startswith("{http://www.w3.org/1999/xlink}"):
                del element.attrib[name]
        if say and said and parent is not None:
            element.set("role", "img")
            element.set("aria-label", said)
        _tidy(element)
    for group in reversed(list(root.iter(f"{{{_SVG}}}g"))):
        _unwrap(group)
    etree.cleanup_namespaces(root)
    return root


def _tidy(element: etree._Element) -> None:
    """Numbers no finer than a hundredth of a pixel, no attribute that states the default."""
    for name, value in list(element.attrib.items()):
        if name in ("transform", "d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox"):
            element.set(name, re.sub(r"-?\d+\.\d{3,}", lambda match: _number(float(match.group())), value))
        elif name == "font-size":
            element.set(name, value.removesuffix("px"))
        if element.get(name) == _USUAL.get(name):
            del element.attrib[name]


def _unwrap(group: etree._Element) -> None:
    """Replace a group that changes nothing by its children; remove an empty one."""
    parent = group.getparent()
    if parent is None or (group.attrib and len(group)):
        return
    place = parent.index(group)
    for child in reversed(group):
        parent.insert(place, child)
    parent.remove(group)


def _add_classes(element: etree._Element) -> None:
    roles = {name: _ROLES.get(element.get(name, "").lower()) for name in ("fill", "stroke")}
    if any(roles.values()):
        element.set("class", " ".join(f"{name[0]}-{role}" for name, role in roles.items() if role))


def _lines(top: float, width: float, *texts: tuple[str, float, str]) -> list[tuple[str, float, str, float]]:
    """Texts with their sizes and colours as lines below `top`, each with the height of its base line."""
    lines = []
    for text, size, role in texts:
        for line in wrap(text, size, width):
            top += size * LINE
            lines.append((line, size, role, top - size * 0.28))
    return lines


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(root: etree._Element) -> str:
    """As part of a document whose elements are SVG's."""
    return str(etree.tostring(root, encoding="unicode", with_tail=False)).replace(f' xmlns="{_SVG}"', "", 1)
