"""What pages load: one style sheet and one script each, named by their content, so that browsers may keep them for
good. Joined from the theme's sources and from what the portal has of its own below overrides/; servers compress them.
"""

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Final

from ipportal.charts.theme import COLOURS
from ipportal.data.configuration import OVERRIDES
from ipportal.data.manuscripts import PROGRAM
from ipportal.files.chartfiles import Renderer, locales
from ipportal.files.identity import sha256

#: Where they lie: as deep as their sources, whose addresses of pictures stay true
FOLDER: Final = "assets/hashed/"
#: A hash in a name
MARK: Final = re.compile(r"\.[0-9a-f]{12}(?=\.(?:css|js)$)")
_SHEETS: Final = ("tokens", "frame", "prose", "components", "figures", "blocks", "plan", "cases", "help", "charts")
_PRINTED: Final = "print"
#: The first is at work before the page is painted, the others once it has been read, each on its own
_FIRST: Final = "elder"
_LATER: Final = "document.addEventListener('DOMContentLoaded', () => {{\n{}}});\n"
_SCRIPTS: Final = ("search", "leave", "handy", "filter", "table", "chart", "help", "read")
#: For the pages of registers
EXPLORER: Final = "explorer"
#: Loaded only by those who need them
_ALONE: Final = ("find", "chart-live", EXPLORER, "moved", "framed")
#: Takes along the place on a page that was asked for, which a redirect loses
MOVED: Final = "moved.js"
#: Named by other sites, so for good: fits the frames of drawings there
FIT: Final = "embed/fit.js"
_VEGA: Final = "vega.js"
#: What the sources tell those who read them, in lines of its own: no reader of pages is to load it
_REMARK: Final = re.compile(r"^ *(?://.*|/\*(?:(?!\*/)[\s\S])*\*/ *)\n", re.MULTILINE)
#: A picture beside a style sheet
_BESIDE: Final = re.compile(r"""(url\(\s*["']?)(?![a-z]+:|[/#"'\s]|\.\./)""")


class Assets:
    """The style sheets and scripts of the portal at `root`; of the program alone without one."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root

    @property
    def files(self) -> dict[str, bytes]:
        """All of them: {site path: bytes}."""
        return self._joined | self._vega

    def path(self, name: str) -> str:
        """The site path of one of them, such as `site.css`."""
        known = self._vega if name == _VEGA else self._joined
        return next(path for path in known if MARK.sub("", path) == FOLDER + name)

    @cached_property
    def _joined(self) -> dict[str, bytes]:
        own = (self._own / "css").glob("*.css") if self._own else ()
        further = sorted({sheet.stem for sheet in own} - {*_SHEETS, _PRINTED})
        texts = {
            "site.css": "".join(
                [*map(self._css, _SHEETS), f"@media print {{\n{self._css(_PRINTED)}}}\n", *map(self._css, further)]
            ),
            "embed.css": "".join(map(self._css, ("tokens", "prose", "components", "figures", "charts", *further))),
            "site.js": self._js(_FIRST) + "".join(_LATER.format(self._js(name)) for name in _SCRIPTS),
            **{f"{name}.js": self._js(name) for name in _ALONE},
        }
        return dict(_named(name, text.encode()) for name, text in texts.items()) | {FIT: self._js("fit").encode()}

    @property
    def _own(self) -> Path | None:
        return self.root / OVERRIDES / "assets" if self.root else None

    def _source(self, path: str) -> str:
        own = self._own / path if self._own else None
        file = own if own and own.is_file() else PROGRAM / "theme/assets" / path
        return file.read_bytes().decode("utf-8-sig", "replace").rstrip() + "\n"

    def _css(self, name: str) -> str:
        return _REMARK.sub("", _BESIDE.sub(r"\1../css/", self._source(f"css/{name}.css")))

    def _js(self, name: str) -> str:
        return _REMARK.sub("", self._source(f"js/{name}.js"))

    @cached_property
    def _vega(self) -> dict[str, bytes]:
        """What interactive charts need, loaded when a reader asks for one."""
        constants = json.dumps({"colours": COLOURS, "locales": locales()}, ensure_ascii=False, sort_keys=True)
        snippet = f"window.ipVega = Object.assign({{ embed: vegaEmbed }}, {constants});"
        return dict([_named(_VEGA, Renderer(self.root).vega_script(snippet))])


def _named(name: str, data: bytes) -> tuple[str, bytes]:
    stem, _, ending = name.rpartition(".")
    return f"{FOLDER}{stem}.{sha256(data)[:12]}.{ending}", data
