"""A check costs what its rows cost, not their square, and judges what stands in a column many times only once."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from ipportal.rules import cells, check
from support.grown import grown

PACKAGE = str(Path(cells.__file__).parents[1])


def calls(root: Path) -> Counter[str]:
    """How often each function of the program ran while a portal was read, checked and loaded."""
    found: Counter[str] = Counter()

    def count(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            found[frame.f_code.co_name] += 1

    settings = read_settings(root)
    sys.setprofile(count)
    try:
        raw = read_packages(root, settings.languages)
        problems = check(raw, settings)
        build_portal(raw, settings)
    finally:
        sys.setprofile(None)
    assert problems == []
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    root = grown(tmp_path_factory.mktemp("grown") / "portal", 4, 4)
    check(read_packages(root), read_settings(root))  # what is kept between checks is there
    return calls(root)


@pytest.mark.parametrize("more", ["indicators", "years"])
def test_twice_the_rows_cost_twice_the_steps(small, tmp_path, more):
    few = small.total()
    twice, four = (
        calls(grown(tmp_path / str(times), *((4 * times, 4) if more == "indicators" else (4, 4 * times)))).total()
        for times in (2, 4)
    )
    assert 0 < few < twice
    assert four - twice <= 2.1 * (twice - few)


def test_what_stands_there_again_is_not_judged_again(small, tmp_path):
    rows = 4 * 4 * 12
    again = calls(grown(tmp_path / "portal", 8, 4))
    for judge in ("_cell_filler", "_cell_formula", "_personal_data", "_pair"):
        assert small[judge] > 0 and again[judge] - small[judge] < rows, judge
