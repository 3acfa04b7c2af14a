"""The adapter to vl-convert: specifications to SVG, SVG to PNG, and the Vega script for interactive charts.

Results depend on the specification, the pinned library versions and the pinned font only, never on fonts or
locales of the machine, so they are kept between builds under the hash of exactly these.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import re
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import noto_cjk_sans_otc
import vl_convert

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.text import Text
from ipportal.data.memory import Kept

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/charts"

VEGA_LITE: Final = "6.4"
LOCALE: Final = "zh-CN"
#: Pixels of a PNG per pixel of the drawing
PNG_SCALE: Final = 2

_VERSIONS: Final = "/".join(
    [version("vl-convert-python"), VEGA_LITE, LOCALE, str(PNG_SCALE), version("noto-cjk-sans-otc")]
)
#: A font the renderer brings along, only ever used for measuring tokens
_LIGHT_FONT: Final = "Liberation Sans"
_TOKEN: Final = re.compile(r">(~\d+~)<")

#: Below this many drawings another process costs more time than it saves
_WORTH_A_POOL: Final = 8


class Renderer:
    """Renders, and remembers what it has rendered in `cache` (None: nowhere)."""

    def __init__(self, cache: Path | None = None) -> None:
        self._kept = Kept(cache)

    def svgs(self, specs: Sequence[Mapping[str, Any]]) -> list[str]:
        """The SVG of every specification, in their order."""
        texts = [json.dumps(spec, ensure_ascii=False, sort_keys=True) for spec in specs]
        return [data.decode() for data in self._all("svg", texts, _to_svg)]

    def pngs(self, svgs: Sequence[str]) -> list[bytes]:
        """The PNG of every SVG at double size, in their order.

        Raises:
            OutputError: the Chinese font is not there; the words would come out as empty boxes.
        """
        return self._all("png", svgs, _to_png)

    def vega_script(self, snippet: str) -> bytes:
        """One script with Vega, Vega-Lite and Vega-Embed, ending with `snippet`."""
        return self._all("js", [snippet], _to_vega_script)[0]

    def _all(self, kind: str, inputs: Sequence[str], render: Callable[[str], bytes]) -> list[bytes]:
        keys = [hashlib.sha256(f"{_VERSIONS}\0{kind}\0{text}".encode()).hexdigest() for text in inputs]
        recalled = {key: self._kept.recall(_place(kind, key)) for key in keys}
        found = {key: data for key, data in recalled.items() if data is not None}
        missing = {key: text for key, text in zip(keys, inputs, strict=True) if key not in found}
        if missing and kind == "png":
            _require_font()
        for key, data in zip(missing, _render(list(missing.values()), render), strict=True):
            self._kept.keep(_place(kind, key), data)
            found[key] = data
        return [found[key] for key in keys]


def _place(kind: str, key: str) -> str:
    return f"{kind}/{key[:2]}/{key}"


def locales() -> dict[str, Any]:
    """Number and time words of Chinese charts, for the interactive version."""
    return {"format": vl_convert.get_format_locale(LOCALE), "time": vl_convert.get_time_format_locale(LOCALE)}


def _render(inputs: Sequence[str], render: Callable[[str], bytes]) -> list[bytes]:
    workers = min(2, os.cpu_count() or 1)
    if len(inputs) < _WORTH_A_POOL or workers < 2:
        return [render(text) for text in inputs]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
        return list(pool.map(render, inputs, chunksize=4))


def _end_with_parent() -> None:
    """Make this process end when the one that started it is killed: a pool would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _font_folder() -> Path:
    return Path(noto_cjk_sans_otc.__file__).parent


def _require_font() -> None:
    if not list(_font_folder().glob("*.[ot]t[cf]")):
        expected = Text("中文字体 Noto Sans CJK", "the Chinese font Noto Sans CJK")
        hint = Text("重新安装依赖，再运行一次", "install the requirements again and run once more")
        raise OutputError([Problem("font-missing", Where("noto-cjk-sans-otc"), expected, "", hint)])


def _with_font() -> None:
    vl_convert.register_font_directory(str(_font_folder()))


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
    svg = _TOKEN.sub(lambda match: f">{words[match.group(1)]}<", svg)
    return svg.replace(f'font-family="{_LIGHT_FONT}"', f'font-family="{font}"').encode()


def _to_png(svg: str) -> bytes:
    _with_font()
    return _denser(vl_convert.svg_to_png(svg, scale=PNG_SCALE))


def _denser(png: bytes) -> bytes:
    """The same pixels, packed to about a third: the renderer packs for speed."""
    place, head, pixels, tail = 8, png[:8], b"", b""
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        chunk = png[place : place + 12 + length]
        if chunk[4:8] == b"IDAT":
            pixels += chunk[8:-4]
        elif pixels:
            tail += chunk
        else:
            head += chunk
        place += len(chunk)
    body = b"IDAT" + zlib.compress(zlib.decompress(pixels), 6)
    return head + (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big") + tail


def _to_vega_script(snippet: str) -> bytes:
    script: str = vl_convert.javascript_bundle(snippet, vl_version=VEGA_LITE)
    return script.encode()
