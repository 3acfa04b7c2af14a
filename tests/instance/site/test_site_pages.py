"""Every page of the finished site, read as a file."""

import re

import pytest

from support.checks import CSS_ADDRESS, PAGE_CHECKS, Check, links, other_language, repeated_titles
from support.tree import Tree

pytestmark = pytest.mark.site

SECTIONS = ("about", "datasets", "indicators", "methods", "progress")


def report(faults: list[str], limit: int = 40) -> str:
    """The first faults, and how many there are."""
    return f"{len(faults)} faults\n" + "\n".join(faults[:limit])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_promised_sections_are_there(tree: Tree, language: str) -> None:
    paths = {page.neutral for page in tree.of(language)}
    expected = {"index.html", "404.html", *(f"{section}/index.html" for section in SECTIONS)}
    assert expected <= paths, sorted(expected - paths)
    assert sum(1 for path in paths if re.fullmatch(r"indicators/[^/]+/index\.html", path)) >= 8


def test_both_languages_have_the_same_pages(tree: Tree) -> None:
    chinese, english = ({page.neutral for page in tree.of(language)} for language in ("zh", "en"))
    assert chinese == english, sorted(chinese ^ english)


@pytest.mark.parametrize("check", PAGE_CHECKS.values(), ids=PAGE_CHECKS.keys())
def test_every_page(tree: Tree, check: Check) -> None:
    faults = [f"{page.path}: {fault}" for page in tree.pages for fault in check(page)]
    assert not faults, report(faults)


@pytest.mark.any_portal
def test_titles_are_unique(tree: Tree) -> None:
    faults = repeated_titles(tree)
    assert not faults, report(faults)


@pytest.mark.any_portal
def test_links_lead_somewhere_from_any_folder(tree: Tree) -> None:
    faults = [f"{page.path}: {fault}" for page in tree.pages for fault in links(tree, page)]
    assert not faults, report(faults)


def test_each_page_links_its_counterpart(tree: Tree) -> None:
    faults = [f"{page.path}: {fault}" for page in tree.pages for fault in other_language(tree, page)]
    assert not faults, report(faults)


@pytest.mark.any_portal
def test_stylesheets_fetch_nothing_from_elsewhere(tree: Tree) -> None:
    sheets = sorted(tree.root.rglob("*.css"))
    faults = [
        f"{sheet.relative_to(tree.root)}: {address}"
        for sheet in sheets
        for address in CSS_ADDRESS.findall(sheet.read_text(encoding="utf-8"))
    ]
    assert sheets and not faults, report(faults)
