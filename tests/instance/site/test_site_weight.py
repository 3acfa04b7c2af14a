"""What a first visit costs over the wire stays within its budget."""

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


def test_a_heavy_page_is_weighed_with_all_it_fetches(tmp_path: Path) -> None:
    page = '<html><link rel="stylesheet" href="a.css"><script src="b.js"></script><img src="c.png" loading="lazy">'
    (tmp_path / "index.html").write_text(page)
    (tmp_path / "a.css").write_text("@import 'd.css'; p { background: url(e.svg) } a { background: url(data:,) }")
    for name in ("b.js", "c.png", "d.css", "e.svg"):
        (tmp_path / name).write_bytes(b"")
    tree = Tree(tmp_path)
    found = {file.name for file in fetched(tree, tree.pages[0])}
    assert found == {"index.html", "a.css", "b.js", "c.png", "d.css", "e.svg"}
