"""Pages that other sites may show in a frame: one chart, no scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from markupsafe import Markup

from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, LANGS, Lang
from ipportal.charts import all_charts
from ipportal.charts.theme import NARROW, WIDE
from ipportal.data.model import Portal
from ipportal.files.drawings import Drawings, chart_words
from ipportal.files.headers import PAGE_POLICY
from ipportal.files.identity import page
from ipportal.files.svg import page_svg

_NAMES: Final = {"zh": "中文", "en": "English"}


def embed_path(name: str, lang: Lang) -> str:
    """The address of a chart's embed page in the site."""
    return f"embed/{name}.{lang}.html"


def embed_files(portal: Portal, root: Path | None = None) -> dict[str, bytes]:
    """The embed page of every chart with words, in both languages: {site path: bytes}."""
    drawings, template = Drawings(root), template_environment().get_template("embed.html")
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
