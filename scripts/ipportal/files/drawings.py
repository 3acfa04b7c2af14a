"""Every chart as files: SVG, PNG, Vega-Lite and CSV in both languages, the page to embed, and the Vega script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from ipportal.base.periods import date_label
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.charts import Chart, all_charts
from ipportal.charts.theme import COLOURS, FONT_STACK, NARROW, WIDE
from ipportal.data.model import Portal
from ipportal.files.chartfiles import Renderer, locales, with_text
from ipportal.files.headers import PAGE_POLICY
from ipportal.files.identity import page
from ipportal.files.svg import Words, page_svg, standalone_svg

VEGA_SCRIPT: Final = "assets/vega.js"
#: Name of a download → ending of its file
FORMATS: Final = {"SVG": "svg", "PNG": "png", "CSV": "csv", "Vega-Lite": "vl.json"}

_LICENCE: Final = Text("许可：CC BY 4.0", "Licence: CC BY 4.0")
_BY: Final = Text("制图：{}", "Chart: {}")


def chart_words(portal: Portal, chart: Chart, lang: Lang) -> Words:
    """The words that go with a drawing."""
    day = date_label(portal.settings.as_of, lang)
    return Words(
        lang=lang,
        title=chart.title[lang],
        subtitle=chart.subtitle[lang],
        sentence=chart.sentence[lang],
        source=chart.source[lang],
        date=Text(f"数据截至 {day}", f"Data as of {day}")[lang],
        licence=f"{_LICENCE[lang]} · {_BY[lang].format(portal.settings.name[lang])}",
    )


def chart_path(name: str, lang: Lang, ending: str) -> str:
    """The address of a chart's file in the site."""
    return f"data/charts/{name}.{lang}.{ending}"


def chart_files(portal: Portal, root: Path | None = None) -> dict[str, bytes]:
    """All files of all charts with words: {site path: bytes}. Drawings without words stay in the pages."""
    charts = [(chart, lang) for chart in all_charts(portal) if WIDE in chart.widths for lang in LANGS]
    renderer = Renderer(root)
    specs = {(chart.name, lang, width): chart.draw(lang, width) for chart, lang in charts for width in (WIDE, NARROW)}
    svgs = dict(zip(specs, renderer.svgs(list(specs.values())), strict=True))
    words = [chart_words(portal, chart, lang) for chart, lang in charts]
    alone = [standalone_svg(svgs[chart.name, lang, WIDE], w) for (chart, lang), w in zip(charts, words, strict=True)]
    pngs = renderer.pngs(alone)
    files: dict[str, bytes] = {}
    for (chart, lang), said, svg, png in zip(charts, words, alone, pngs, strict=True):
        files[chart_path(chart.name, lang, "svg")] = svg.encode()
        files[chart_path(chart.name, lang, "png")] = with_text(png, _png_text(said))
        files[chart_path(chart.name, lang, "csv")] = chart.table.csv(lang)
        for width, ending in ((WIDE, "vl.json"), (NARROW, "narrow.vl.json")):
            files[chart_path(chart.name, lang, ending)] = _vega_lite(specs[chart.name, lang, width], said)
    return files


def script_files(root: Path | None = None) -> dict[str, bytes]:
    """The one script interactive charts need; loaded only when a reader asks for it."""
    known = {"colours": COLOURS, "locales": locales()}
    constants = json.dumps(known, ensure_ascii=False, sort_keys=True)
    snippet = f"window.ipVega = Object.assign({{ embed: vegaEmbed }}, {constants});"
    return {VEGA_SCRIPT: Renderer(root).vega_script(snippet)}


def warm(portal: Portal, root: Path) -> None:
    """Render what has not been rendered before, so that the pages and the files only look it up."""
    charts = [(chart, lang) for chart in all_charts(portal) for lang in LANGS]
    Renderer(root).svgs([chart.draw(lang, width) for chart, lang in charts for width in chart.widths])


def _vega_lite(spec: Mapping[str, Any], words: Words) -> bytes:
    """The specification with its title and what must be said where it is used."""
    said = {name: getattr(words, name) for name in ("title", "subtitle", "source", "date", "licence")}
    drawn = {key: value for key, value in spec.items() if key not in ("$schema", "config")}
    config = {**spec["config"], "font": FONT_STACK}
    full = {"$schema": spec["$schema"], "usermeta": said, **drawn, "config": config}
    return (json.dumps(full, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _png_text(words: Words) -> Mapping[str, str]:
    return {
        "Title": words.title,
        "Description": words.sentence,
        "Source": words.source,
        "Creation Time": words.date,
        "Copyright": words.licence,
    }


_NAMES: Final = {"zh": "中文", "en": "English"}


def embed_path(name: str, lang: Lang) -> str:
    """The address of a chart's embed page in the site."""
    return f"embed/{name}.{lang}.html"


def embed_files(portal: Portal, root: Path | None = None) -> dict[str, bytes]:
    """The embed page of every chart with words, in both languages: {site path: bytes}."""
    drawings, template = Renderer(root), template_environment().get_template("embed.html")
    files: dict[str, bytes] = {}
    for chart in all_charts(portal):
        for lang in LANGS if WIDE in chart.widths else ():
            other: Lang = "en" if lang == "zh" else "zh"
            words, raw = chart_words(portal, chart, lang), drawings.raw(chart, lang)
            html = template.render(
                policy=Markup(PAGE_POLICY),
                bcp47=BCP47[lang],
                words=words,
                site=portal.settings.name[lang],
                home=f"../{page(portal.settings, 'index', lang)}",
                colon="：" if lang == "zh" else ": ",
                other=embed_path(chart.name, other).removeprefix("embed/"),
                other_bcp47=BCP47[other],
                other_name=_NAMES[other],
                drawings=[
                    ("wide", Markup(page_svg(raw[WIDE], f"{chart.name}-{WIDE}", words))),
                    ("narrow", Markup(page_svg(raw[NARROW], f"{chart.name}-{NARROW}", words))),
                ],
            )
            files[embed_path(chart.name, lang)] = html.encode()
    return files
