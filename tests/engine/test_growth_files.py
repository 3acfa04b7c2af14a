"""Files, pages, the search index and the last check cost what their rows and pages cost, not their square."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.files.analysis import published_packages
from ipportal.files.api import api_files
from ipportal.files.package_files import package_tables
from ipportal.files.package_workbook import package_workbook
from ipportal.loading import build_portal
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.rules import cells
from ipportal.site import search
from ipportal.site.verify import verify
from support.grown import grown

PACKAGE = str(Path(cells.__file__).parents[1])
SIZES = (2, 4, 8)


def calls(work: Callable[[], object]) -> int:
    """How many functions ran that the program wrote or called in a piece of work."""
    found: Counter[str] = Counter()

    def count(frame, event, _):
        if event.endswith("call") and frame.f_code.co_filename.startswith(PACKAGE):
            found[event] += 1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found.total()


def written(root: Path) -> dict[str, Callable[[], object]]:
    """What is made of a portal, step by step."""
    settings = read_settings(root)
    portal = build_portal(read_packages(root, settings.languages), settings)
    package, view = portal.packages["indicators"], View(portal, "zh", "indicators/context.md")
    return {
        "analysis": lambda: published_packages(portal)["analysis"],
        "tables": lambda: package_tables(portal, package),
        "workbook": lambda: package_workbook(portal, package),
        "interface": lambda: api_files(portal, {name: {} for name in portal.packages}),
        "context": lambda: MACROS["context_figures"](view),
        "sources": lambda: MACROS["sources_list"](view),
    }


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grown")
    steps = [written(grown(folder / str(size), size, 2)) for size in (1, *SIZES)]
    # in the first, what is kept between portals comes to be there
    return [{name: calls(step) for name, step in each.items()} for each in steps][1:]


@pytest.mark.parametrize("step", ["analysis", "tables", "workbook", "interface", "context", "sources"])
def test_twice_the_indicators_cost_twice_the_steps(counted, step):
    few, twice, four = (each[step] for each in counted)
    assert 0 < few < twice
    assert four - twice <= 2.1 * (twice - few)


@pytest.mark.parametrize("step", ["index", "verify"])
def test_twice_the_pages_cost_twice_the_steps(tmp_path, step):
    def site(size: int) -> Callable[[], object]:
        folder = tmp_path / str(size)
        for number in range(size):
            (folder / f"p{number}").mkdir(parents=True)
            page = (
                f'<html lang="zh-Hans"><head><title>{number}</title></head><body><main data-pagefind-body>'
                f'<h1>页</h1><p id="here">字 <a href="../p{number // 2}/#here">前</a></p></main></body></html>'
            )
            (folder / f"p{number}/index.html").write_text(page, encoding="utf-8")
        return lambda: search.index(folder, {"zh": ()}) if step == "index" else verify(folder)

    _, few, twice, four = (calls(site(size)) for size in (4, 8, 16, 32))
    assert 0 < few < twice
    assert four - twice <= 2.1 * (twice - few)
