"""The finished pages against the HTML standard, by the W3C's own checker."""

from pathlib import Path

import pytest

from support.tree import Tree
from support.validator import validate

pytestmark = pytest.mark.any_portal
VALID = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><h1>t</h1></body></html>'


def test_a_fault_is_found(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text(VALID)
    (tmp_path / "bad.html").write_text(VALID.replace("<h1>t</h1>", "<p><div>t</div></p><img src=x.png><p style=1>"))
    found = "\n".join(validate(tmp_path))
    assert "bad.html" in found and "good.html" not in found
    assert "alt" in found


@pytest.mark.site
def test_all_pages_are_valid_html(tree: Tree) -> None:
    faults = validate(tree.root)
    assert not faults, "\n".join(faults[:40])
