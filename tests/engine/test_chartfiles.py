"""Rendered charts: what stands in a page, what stands alone, what is kept between builds."""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from chart_worlds import full_world
from lxml import etree

from ipportal.base.text import LANGS
from ipportal.charts import all_charts, find
from ipportal.charts.theme import COLOURS, NARROW, SLIM, WIDE
from ipportal.files import chartfiles
from ipportal.files.assets import Assets
from ipportal.files.chartfiles import Renderer
from ipportal.files.drawings import (
    chart_files,
    chart_path,
    chart_words,
    page_svg,
    standalone_svg,
    warm,
)  # fmt: skip
from ipportal.files.package_workbook import chart_workbooks

ROOT = Path(__file__).resolve().parents[2]
WORLD = full_world()

CHINESE = re.compile(r"[\u3400-\u9fff]")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def files(drawn_root):
    return chart_files(WORLD, drawn_root) | chart_workbooks(WORLD)


@pytest.fixture(scope="module")
def pages(drawn_root):
    """Every drawing as it stands in a page: (name, language, width) → SVG."""
    drawings = Renderer(drawn_root)
    found = {}
    for chart in all_charts(WORLD):
        for lang in LANGS:
            for width, raw in drawings.raw(chart, lang).items():
                found[chart.name, lang, width] = page_svg(raw)
    return found


def test_page_drawings_carry_no_style_and_no_foreign_addresses(pages):
    for key, svg in pages.items():
        assert not re.search(r"\bstyle=|<style|<script|\bon\w+=|href=|url\(", svg), key
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_page_drawings_speak_their_language_only(pages):
    """The renderer's English (“rule mark container”, “X-axis titled …”) is gone, roles included."""
    for (name, lang, _), svg in pages.items():
        root = etree.fromstring(svg)
        for element in root.iter():
            assert "aria-roledescription" not in element.attrib
            if said := element.get("aria-label"):
                assert bool(CHINESE.search(said)) == (lang == "zh"), (name, said)
        if lang == "en":
            assert not CHINESE.search("".join(root.itertext()))


def test_of_a_page_drawing_only_the_marks_are_told(pages):
    """Its figure has the title and the sentence; scales and words repeat what the marks say."""
    for key, svg in pages.items():
        root = etree.fromstring(svg)
        told = root.xpath("//*[@aria-label]")
        assert told or key[0].startswith("spark-")
        assert {mark.get("role") for mark in told} <= {"img"}
        assert not root.xpath("//*[@aria-hidden]//*[@aria-label]")
        if told:
            assert set(root.attrib) == {"viewBox", "class", "role"}
            assert not root.xpath("//*[local-name() = 'text' and not(ancestor::*[@aria-hidden = 'true'])]")
            assert not root.xpath("//*[@id] | //*[local-name() = 'title' or local-name() = 'desc']")


def test_marks_are_told_in_order_of_time_and_the_target_last(pages):
    told = re.findall('aria-label="([^"]+)"', pages["trend-grants", "zh", WIDE])
    assert told == [
        "2018 年：423 件",
        "2020 年：572 件",
        "2021 年 1—7 月：699 件（不足全年）",
        "2021 年：1,443 件",
        "2021 年：超过 1,900 件（官网口径）",
        "2022 年上半年：1,212 件（不足全年）",
        "2022 年第三季度：300 件（不足全年）",
        "2023 年：1,600 件（初步数）",
        "2025 年目标：1,700 件",
        "2025 年目标：超过 1,500 件",
    ]
    years = re.findall(r'aria-label="[^"]+, (\d{4}): [^"]+"', pages["availability-core", "en", WIDE])
    assert len(years) > 4 and years[:4] == sorted(years[:4])


def test_every_colour_has_its_class(pages):
    """Presentation attributes name the light palette; classes let the style sheet say otherwise."""
    for svg in pages.values():
        for element in etree.fromstring(svg).iter():
            for letter, name in (("f", "fill"), ("s", "stroke")):
                value = element.get(name, "none")
                if value not in ("none", "transparent"):
                    role = next(role for role, colour in COLOURS.items() if colour == value)
                    assert f"{letter}-{role}" in element.get("class").split()


def test_style_sheet_colours_every_class():
    css = (ROOT / "scripts/ipportal/theme/assets/css/charts.css").read_text(encoding="utf-8")
    for role in COLOURS:
        assert f".ip-chart .f-{role} {{ fill: var(--chart-" in css
        assert f".ip-chart .s-{role} {{ stroke: var(--chart-" in css


def test_no_word_is_smaller_than_twelve_pixels_where_it_is_shown(pages):
    for (name, _, width), svg in pages.items():
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
        shown = {WIDE: 600 / WIDE, NARROW: 300 / NARROW, SLIM: 280 / SLIM}.get(width)
        assert all(size * shown >= 12 for size in sizes) if shown else sizes == [], name


def test_marks_tell_their_values(pages):
    svg = pages["trend-grants", "zh", WIDE]
    assert 'aria-label="2021 年：1,443 件"' in svg
    assert 'aria-label="2022 年上半年：1,212 件（不足全年）"' in svg
    assert 'aria-label="2025 年目标：1,700 件"' in svg
    assert 'aria-label="2021: 1,443 patents"' in pages["trend-grants", "en", WIDE]


def test_words_come_back_in_full_after_rendering(pages):
    """The renderer sees tokens in their place; none may be left, and marks of markup stay text."""
    for key, svg in pages.items():
        assert not re.search(r"~\d+~", svg), key
    spec = find(WORLD, "trend", "grants").draw("zh", WIDE)
    words = [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    texts = [row["text"] for rows in words for row in rows]
    shown = "".join(etree.fromstring(pages["trend-grants", "zh", WIDE]).itertext())
    assert all(text in shown for text in texts)


def test_hostile_words_become_text():
    chart = find(WORLD, "trend", "grants")
    spec = chart.draw("zh", WIDE)
    layer = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "text")
    layer["data"]["values"][0]["text"] = "<b>&amp; ~0~"
    (raw,) = Renderer().svgs([spec])
    assert "&lt;b&gt;&amp;amp; ~0~" in raw
    assert "<b>" in "".join(etree.fromstring(page_svg(raw)).itertext())


def test_rendering_twice_gives_the_same_bytes(drawn_root):
    chart = find(WORLD, "overview", "core")
    one, two = (Renderer().svgs([chart.draw("zh", WIDE)]) for _ in range(2))
    assert one == two
    words = chart_words(WORLD, chart, "zh")
    alone = standalone_svg(one[0], words)
    assert Renderer().pngs([alone]) == Renderer().pngs([alone])


def test_what_is_kept_equals_what_is_rendered(drawn_root, files):
    chart = find(WORLD, "ladder", "grants")
    raw = Renderer().svgs([chart.draw("en", WIDE)])[0]
    alone = standalone_svg(raw, chart_words(WORLD, chart, "en"))
    assert files[chart_path(chart.name, "en", "svg")].decode() == alone


def test_nothing_is_rendered_a_second_time(drawn_root, files, monkeypatch):
    def refuse(*_):
        raise AssertionError("rendered although kept")

    for name in ("_to_svg", "_to_pngs"):
        monkeypatch.setattr(chartfiles, name, refuse)
    warm(WORLD, drawn_root)
    chart_files(WORLD, drawn_root)


def test_what_was_drawn_before_a_build_was_stopped_is_not_drawn_again(tmp_path, monkeypatch):
    specs = [find(WORLD, "spark", "grants").draw(lang, 240) for lang in LANGS]
    (wanted,) = Renderer().svgs(specs[1:])
    draw, drawn = chartfiles._to_svg, []

    def stopped(text):
        if drawn and drawn[-1] != "stopped":
            drawn.append("stopped")
            raise KeyboardInterrupt
        drawn.append(text)
        return draw(text)

    monkeypatch.setattr(chartfiles, "_to_svg", stopped)
    with pytest.raises(KeyboardInterrupt):
        Renderer(tmp_path).svgs(specs)
    assert Renderer(tmp_path).svgs(specs)[1] == wanted
    assert drawn[1] == "stopped" and len(drawn) == len({*drawn}) == 3


def test_a_change_of_specification_is_rendered_anew(drawn_root):
    chart = find(WORLD, "trend", "grants")
    spec = chart.draw("zh", WIDE)
    renderer = Renderer(drawn_root)
    before = renderer.svgs([spec])
    spec["layer"][0]["mark"] = {**spec["layer"][0]["mark"], "color": COLOURS["soft"]}
    assert renderer.svgs([spec]) != before


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    chart = find(WORLD, "spark", "grants")
    (svg,) = Renderer(blocked).svgs([chart.draw("zh", 240)])
    assert svg.startswith("<svg")


def test_a_drawing_does_not_depend_on_what_is_drawn_beside_it(drawn_root):
    """The font of a run holds the characters of all its drawings; a drawing alone looks the same."""
    kinds = (("ladder", "grants"), ("overview", "core"))
    charts = [(find(WORLD, *kind), lang) for kind in kinds for lang in LANGS]
    alone = [standalone_svg(Renderer(drawn_root).raw(c, lang)[WIDE], chart_words(WORLD, c, lang)) for c, lang in charts]
    together = Renderer().pngs(alone)
    assert together == [png for svg in alone for png in Renderer().pngs([svg])]
    assert len(set(together)) == len(alone)


def test_the_small_font_draws_what_the_whole_font_draws(drawn_root, monkeypatch):
    chart = find(WORLD, "ladder", "grants")
    alone = standalone_svg(Renderer(drawn_root).raw(chart, "zh")[WIDE], chart_words(WORLD, chart, "zh"))
    (small,) = Renderer().pngs([alone])
    monkeypatch.setattr(chartfiles, "FONT_STACK", "no drawing names this")
    (whole,) = Renderer().pngs([alone])
    assert small == whole


# --- files to download ----------------------------------------------------------------------------


def test_every_chart_with_words_has_every_format_in_both_languages(files):
    names = [chart.name for chart in all_charts(WORLD) if WIDE in chart.widths]
    endings = ("svg", "png", "xlsx", "csv", "vl.json", "narrow.vl.json")
    assert sorted(files) == sorted(chart_path(n, lang, e) for n in names for lang in LANGS for e in endings)


def test_files_hold_title_source_date_and_licence(files):
    for chart in all_charts(WORLD):
        for lang in LANGS if WIDE in chart.widths else ():
            words = chart_words(WORLD, chart, lang)
            svg = etree.fromstring(files[chart_path(chart.name, lang, "svg")])
            said = "".join(text.text for text in svg.iter(f"{SVG}text"))
            for part in (words.title, words.subtitle, words.source, words.date, words.licence):
                assert squeeze(part) in squeeze(said), (chart.name, lang, part)
            texts = png_texts(files[chart_path(chart.name, lang, "png")])
            assert texts["Title"] == words.title
            assert texts["Source"] == words.source
            assert texts["Copyright"] == words.licence
            json = files[chart_path(chart.name, lang, "vl.json")].decode()
            assert words.title in json and words.licence in json
            assert files[chart_path(chart.name, lang, "csv")] == chart.table.csv(lang)


def squeeze(text):
    return text.replace(" ", "")


def png_chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    stream = io.BytesIO(data[8:])
    while head := stream.read(8):
        length, kind = struct.unpack(">I4s", head)
        body, check = stream.read(length), stream.read(4)
        assert zlib.crc32(kind + body) == int.from_bytes(check, "big"), kind
        yield kind, body


def png_texts(data):
    found = {}
    for kind, body in png_chunks(data):
        if kind == b"iTXt":
            keyword, rest = body.split(b"\0", 1)
            found[keyword.decode()] = rest.split(b"\0", 4)[-1].decode()
    return found


def test_png_has_double_size_and_reads_back(files):
    data = files[chart_path("trend-grants", "zh", "png")]
    svg = etree.fromstring(files[chart_path("trend-grants", "zh", "svg")])
    kinds = [kind for kind, _ in png_chunks(data)]
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    header = next(body for kind, body in png_chunks(data) if kind == b"IHDR")
    width, height = struct.unpack(">II", header[:8])
    assert width == 2 * float(svg.get("width"))
    assert abs(height - 2 * float(svg.get("height"))) <= 2
    pixels = zlib.decompress(b"".join(body for kind, body in png_chunks(data) if kind == b"IDAT"))
    assert len(pixels) == height * (1 + width * 4)


def test_chinese_words_are_drawn_with_glyphs(files):
    """Two drawings that differ in Chinese words only differ in pixels: the font has been found."""
    chart = find(WORLD, "trend", "grants")
    words = chart_words(WORLD, chart, "zh")
    (raw,) = Renderer().svgs([chart.draw("zh", WIDE)])
    alone = standalone_svg(raw, words)
    one, two = Renderer().pngs([alone, alone.replace("年度", "月度").replace("发明", "外观")])
    assert one != two


def test_standalone_files_keep_literal_colours(files):
    for path, data in files.items():
        if path.endswith(".svg"):
            text = data.decode()
            assert "var(" not in text and "class=" not in text and "aria-label=" not in text
            assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
            etree.fromstring(data)


def test_vega_script_brings_interpreter_words_and_colours(tmp_path):
    assets = Assets(tmp_path)
    script = assets.files[assets.path("vega.js")].decode()
    assert "window.ipVega=" in script.replace(" ", "")
    assert "年%-m月%-d日" in script
    assert COLOURS["main"] in script
