"""What a first visit costs over the wire stays within its budget."""

import hashlib
import os
from pathlib import Path

import pytest

from support.tree import Tree
from support.weight import budget, fetched, kilobytes

pytestmark = pytest.mark.site


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_keeps_to_its_budget(tree: Tree, language: str) -> None:
    faults, weighed = [], 0
    for page in tree.of(language):
        if page.is_error_page:
            continue
        sizes = {file: kilobytes(file) for file in fetched(tree, page)}
        weighed += len(sizes) > 3
        if sum(sizes.values()) > budget(page):
            most = sorted(sizes, key=lambda file: -sizes[file])[:3]
            heaviest = ", ".join(f"{file.name} {sizes[file]:.0f}" for file in most)
            faults.append(f"{page.path}: {sum(sizes.values()):.0f} kB of {budget(page)}: {heaviest}")
    assert weighed > 10
    assert not faults, "\n".join(faults[:30])


def test_every_page_loads_one_sheet_and_one_script_by_names_that_tell_their_content(tree: Tree) -> None:
    kept, faults = set(), []
    for page in tree.pages:
        sheets, scripts = (page.document.xpath(each) for each in ("//link[@rel='stylesheet']/@href", "//script/@src"))
        if len(sheets) != 1 or len(scripts) != 1:
            faults.append(f"{page.path}: {sheets} {scripts}")
        for link in {*sheets, *scripts, *page.document.xpath("//@data-find | //@data-live | //@data-vega")}:
            # the page for unknown addresses names its files from the root of the server
            place = tree.root / link.removeprefix("/./") if page.is_error_page else tree.root / page.path / ".." / link
            file = Path(os.path.normpath(place))
            if hashlib.sha256(file.read_bytes()).hexdigest()[:12] != file.suffixes[0].lstrip("."):
                faults.append(f"{page.path}: {link}")
            kept.add(file)
    assert not faults, "\n".join(faults[:30])
    # and these are all that browsers may keep for good, beside released data and parts of the search index
    lines = (tree.root / "_headers").read_text(encoding="utf-8").split("\n/")
    rules = [rule.split("\n")[0].rstrip("*") for rule in lines if "immutable" in rule]
    own = [rule for rule in rules if not rule.startswith(("data/", "pagefind/"))]
    assert sorted(path for rule in own for path in (tree.root / rule).rglob("*")) == sorted(kept)
    assert not [path for path in tree.root.rglob("*.css") if path not in kept]


@pytest.mark.any_portal
def test_a_heavy_page_is_weighed_with_all_it_fetches(tmp_path: Path) -> None:
    page = '<html><link rel="stylesheet" href="a.css"><script src="b.js"></script><img src="c.png" loading="lazy">'
    (tmp_path / "index.html").write_text(page)
    (tmp_path / "a.css").write_text("@import 'd.css'; p { background: url(e.svg) } a { background: url(data:,) }")
    for name in ("b.js", "c.png", "d.css", "e.svg"):
        (tmp_path / name).write_bytes(b"")
    tree = Tree(tmp_path)
    found = {file.name for file in fetched(tree, tree.pages[0])}
    assert found == {"index.html", "a.css", "b.js", "c.png", "d.css", "e.svg"}
