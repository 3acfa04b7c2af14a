"""What a first visit to a page costs over the wire, compressed as web servers do."""

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from support.tree import Page, Tree

# Kilobytes for the kinds of page that have a promise, and for all others.
BUDGETS = {r"index\.html": 120, r"indicators/[^/]+/index\.html": 80, r".*": 120}
# What only a click asks for is not counted.
FETCHED = "//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src | //img/@src"
IN_STYLES = re.compile(r"(?:url\(|@import )[\"']?(?!data:)([^\"')\s]+)")


def budget(page: Page) -> int:
    """Kilobytes the page may cost."""
    return next(kilobytes for kind, kilobytes in BUDGETS.items() if re.fullmatch(kind, page.neutral))


@cache
def kilobytes(file: Path) -> float:
    """Size of a file on its way to the reader."""
    content = file.read_bytes()
    return min(len(content), len(gzip.compress(content, 6))) / 1000


def fetched(tree: Tree, page: Page) -> set[Path]:
    """The page and every file a browser asks for to show it, with what its style sheets name."""
    here = tree.root / page.path
    files = {here}
    waiting = [here.parent / unquote(urlsplit(link).path) for link in page.document.xpath(FETCHED)]
    while waiting:
        file = waiting.pop().resolve()
        if file in files:
            continue
        files.add(file)
        if file.suffix == ".css":
            waiting += [file.parent / link for link in IN_STYLES.findall(file.read_text(encoding="utf-8"))]
    return files


def weight(tree: Tree, page: Page) -> float:
    """Kilobytes of the page with all it fetches."""
    return sum(kilobytes(file) for file in fetched(tree, page))
