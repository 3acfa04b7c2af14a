"""Fixtures of the site tests."""

from pathlib import Path

import pytest

from support.tree import Tree


@pytest.fixture(scope="session")
def tree(built_site: Path) -> Tree:
    """The pages of the finished site."""
    return Tree(built_site)
