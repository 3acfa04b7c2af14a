"""What a first visit costs over the wire, compressed as web servers do. What only a click asks for is not counted."""

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from support.tree import Page, Tree

pytestmark = pytest.mark.site

# Kilobytes for the kinds of page that have a promise, and for all others.
BUDGETS = {r"index\.html": 120, r"indicators/[^/]+/index\.html": 80, r".*": 120}
FETCHED = "//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src | //img[not(@loading='lazy')]/@src"
IN_STYLES = re.compile(r"(?:url\(|@import )[\"']?(?!data:)([^\"')\s]+)")


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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_keeps_to_its_budget(tree: Tree, language: str) -> None:
    faults, weighed = [], 0
    for page in tree.of(language):
        if page.is_error_page:
            continue
        budget = next(kilobytes for kind, kilobytes in BUDGETS.items() if re.fullmatch(kind, page.neutral))
        sizes = {file: kilobytes(file) for file in fetched(tree, page)}
        weighed += len(sizes) > 3
        if sum(sizes.values()) > budget:
            most = sorted(sizes, key=lambda file: -sizes[file])[:3]
            heaviest = ", ".join(f"{file.name} {sizes[file]:.0f}" for file in most)
            faults.append(f"{page.path}: {sum(sizes.values()):.0f} kB of {budget}: {heaviest}")
    assert weighed > 10
    assert not faults, "\n".join(faults[:30])


def test_a_heavy_page_is_weighed_with_all_it_fetches(tmp_path: Path) -> None:
    page = '<html><link rel="stylesheet" href="a.css"><script src="b.js"></script><img src="c.png" loading="lazy">'
    (tmp_path / "index.html").write_text(page)
    (tmp_path / "a.css").write_text("@import 'd.css'; p { background: url(e.svg) } a { background: url(data:,) }")
    for name in ("b.js", "c.png", "d.css", "e.svg"):
        (tmp_path / name).write_bytes(b"")
    tree = Tree(tmp_path)
    found = {file.name for file in fetched(tree, tree.pages[0])}
    assert found == {"index.html", "a.css", "b.js", "d.css", "e.svg"}
