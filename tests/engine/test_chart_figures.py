"""Figures of pages, and pages to embed."""

import re
from pathlib import Path

import pytest
from chart_worlds import full_world
from lxml import etree

from ipportal.base.errors import SiteError
from ipportal.base.text import LANGS
from ipportal.charts import all_charts, find
from ipportal.charts.theme import WIDE
from ipportal.files.assets import Assets
from ipportal.files.chartfiles import Renderer
from ipportal.files.drawings import (
    decoration_svg,
    embed_files,
)  # fmt: skip
from ipportal.pages import MACROS, indicators
from ipportal.pages.view import View

ROOT = Path(__file__).resolve().parents[2]
WORLD = full_world()

CHINESE = re.compile(r"[\u3400-\u9fff]")
SVG = "{http://www.w3.org/2000/svg}"


def view(lang, root=None):
    return View(WORLD, lang, "indicators/x.md", drawings=Renderer(root))


@pytest.fixture(scope="module")
def figure(drawn_root):
    return str(indicators.chart(view("zh", drawn_root), "trend", "grants"))


def test_figure_has_all_its_parts(figure):
    page = etree.HTML(figure)
    assert page.xpath("//figure/@id") == ["chart-trend-grants"]
    chart = find(WORLD, "trend", "grants")
    assert page.xpath("//figcaption/text()") == [chart.title.zh]
    assert page.xpath("//p[@class='ip-figure-say']/text()") == [chart.sentence.zh]
    assert len(page.xpath("//div[@class='ip-wide']/svg")) == len(page.xpath("//div[@class='ip-narrow']/svg")) == 1
    assert page.xpath("//caption/text()") == [chart.table.caption.zh]
    assert page.xpath("count(//thead/tr/th[@scope='col'])") == len(chart.table.columns)
    assert page.xpath("count(//tbody/tr/th[@scope='row'])") == len(chart.table.rows)
    assert page.xpath("//ul[@class='ip-downloads']//a/text()") == ["XLSX", "PNG", "SVG", "CSV", "Vega-Lite"]
    assert page.xpath("//ul[@class='ip-downloads']//a/@href")[0] == "../../data/charts/trend-grants.zh.xlsx"
    button = page.xpath("//button")[0]
    assert "hidden" in button.attrib and button.get("type") == "button"
    assert button.get("data-vega") == f"../../{Assets().path('vega.js')}"
    assert "<iframe" in page.xpath("//details[@class='ip-figure-embed']//code/text()")[0]


def test_figure_is_one_block_that_markdown_leaves_alone(figure):
    assert figure.startswith("<figure") and figure.endswith("</figure>")
    assert "\n\n" not in figure
    assert "style=" not in figure


def test_sentence_can_be_left_to_the_page(drawn_root):
    assert "ip-figure-say" not in indicators.chart(view("zh", drawn_root), "trend", "grants", say=False)


@pytest.mark.parametrize("lang", LANGS)
def test_every_chart_makes_a_figure(lang, drawn_root):
    for kind, subject in (("ladder", "grants"), ("overview", "core"), ("availability", "core"), ("incentives", "")):
        html = indicators.chart(view(lang, drawn_root), kind, subject)
        assert bool(CHINESE.search(re.sub(r"<[^>]*>", "", html))) == (lang == "zh") or lang == "en"
        assert html.count("<svg") == 3


@pytest.mark.parametrize("arguments", [("trend", "nothing"), ("pie", "core"), ("trend", "empty"), ("spark", "grants")])
def test_wrong_chart_fails_the_build_and_names_the_page(arguments):
    with pytest.raises(SiteError) as caught:
        indicators.chart(view("zh"), *arguments)
    (problem,) = caught.value.problems
    assert problem.where.file == "docs/zh/indicators/x.md"
    assert arguments[1] in problem.found


def test_an_indicator_without_values_has_no_chart(drawn_root):
    assert MACROS["indicator_chart"](view("zh", drawn_root), "empty") == ""
    assert MACROS["comparison"](view("zh", drawn_root), "marks") == ""
    with pytest.raises(SiteError):
        MACROS["indicator_chart"](view("zh", drawn_root), "nothing")


def test_rehearsal_finds_mistakes_without_drawing():
    rehearsing = View(WORLD, "zh", "x.md", rehearsal=True)
    assert indicators.chart(rehearsing, "trend", "grants") == ""
    with pytest.raises(SiteError):
        indicators.chart(rehearsing, "trend", "nothing")


def test_small_drawing_is_hidden_from_screen_readers(drawn_root):
    svg = str(indicators.spark(view("zh", drawn_root), "grants"))
    assert 'aria-hidden="true"' in svg and "aria-label=" not in svg and "<title" not in svg
    assert indicators.spark(view("zh", drawn_root), "empty") == ""
    (raw,) = Renderer(drawn_root).raw(find(WORLD, "spark", "grants"), "zh").values()
    assert decoration_svg(raw) == svg


def test_embed_pages_are_whole_pages_whose_one_script_tells_their_height(drawn_root):
    pages = embed_files(WORLD, drawn_root)
    assert set(pages) == {
        f"embed/{chart.name}.{lang}.html" for chart in all_charts(WORLD) if WIDE in chart.widths for lang in LANGS
    }
    titles = set()
    for path, data in pages.items():
        page = etree.HTML(data.decode())
        assert page.get("lang") == ("zh-Hans" if path.endswith(".zh.html") else "en")
        assert (
            page.xpath("//script/@src") == [f"../{Assets(drawn_root).path('framed.js')}"]
            and "style=" not in data.decode()
        )
        assert len(page.xpath("//h1")) == 1
        assert page.xpath("//a[@hreflang]/@href")[0] in {p.removeprefix("embed/") for p in pages}
        titles.add(page.xpath("//title/text()")[0])
    assert len(titles) == len(pages)
