"""Fixtures of the browser tests: one Chromium for each process, the finished site on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from support.server import serving
from support.tree import Tree
from support.visit import PATIENCE, launch

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def tree(built_site: Path) -> Tree:
    """The pages of the finished site."""
    return Tree(built_site)


@pytest.fixture(scope="session")
def site(built_site: Path) -> Iterator[str]:
    """Address of the finished site at the root of a server."""
    with serving(built_site) as address:
        yield address


@pytest.fixture(scope="session")
def site_in_folder(built_site: Path) -> Iterator[str]:
    """Address of the finished site under a sub-path."""
    with serving(built_site, "/a/b/") as address:
        yield address


@pytest.fixture(scope="session")
def strict_site(built_site: Path) -> Iterator[str]:
    """Address of the finished site under a strict content policy."""
    with serving(built_site, strict=True) as address:
        yield address


@pytest.fixture(scope="session")
def strict_site_in_folder(built_site: Path) -> Iterator[str]:
    """Address of the finished site under a sub-path and a strict content policy."""
    with serving(built_site, "/a/b/", strict=True) as address:
        yield address
