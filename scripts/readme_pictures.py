"""Take the pictures of the README from a finished site: six key pages as readers see them.

    PYTHONPATH=scripts:tests python scripts/readme_pictures.py [site]

Writes docs/pictures/. Needs the test requirements and a Chromium (scripts/setup_browser.py).
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from support.server import serving
from support.visit import launch, visit

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docs" / "pictures"
#: A picture larger than this makes the README slow; bytes
LIMIT: Final = 150_000
QUALITY: Final = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """One page on one screen; sizes in CSS pixels."""

    name: str
    page: str
    width: int = 1280
    height: int = 800
    scheme: str = "light"


PICTURES: Final = (
    Picture("home-zh", "index.html"),
    Picture("home-en", "en/index.html"),
    Picture("indicator-zh", "indicators/invention-grants"),
    Picture("progress-zh", "progress/index.html"),
    Picture("indicator-dark", "indicators/invention-grants", scheme="dark"),
    Picture("home-phone", "index.html", width=390, height=800),
)


def address(site: Path, page: str) -> str:
    """The file of a page in either form of the site: `page/index.html` or `page.html`."""
    forms = (page, f"{page}/index.html", f"{page}.html")
    return next(form for form in forms if (site / form).is_file())


def take(browser: Browser, base: str, site: Path, picture: Picture) -> bytes:
    """The picture as WebP."""
    with visit(
        browser, base, address(site, picture.page), width=picture.width, scheme=picture.scheme, alone=True
    ) as visitor:
        visitor.page.set_viewport_size({"width": picture.width, "height": picture.height})
        visitor.page.wait_for_load_state("networkidle")
        session = visitor.page.context.new_cdp_session(visitor.page)
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        return base64.b64decode(shot["data"])


def main(arguments: Sequence[str] = ()) -> int:
    """Write every picture and list it with its size; 1 when one is too large."""
    site = Path(arguments[0]) if arguments else ROOT / "site"
    if not (site / "index.html").is_file():
        print(f"{site}: 没有生成好的网站，先运行 make site / no finished site there; run make site first")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    large = 0
    with sync_playwright() as playwright, serving(site) as base:
        browser = launch(playwright)
        for picture in PICTURES:
            data = take(browser, base, site, picture)
            path = FOLDER / f"{picture.name}.webp"
            path.write_bytes(data)
            large += len(data) > LIMIT
            print(f"{path.relative_to(ROOT)}  {len(data) / 1000:.0f} kB")
        browser.close()
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
