"""The lines of Python on the indicator pages print the numbers of the verdict."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from chart_worlds import full_world
from lxml import etree
from small_portal import PIECE, WAN_PIECE, indicator, observation, portal, target, told

from ipportal.analysis.progress import judge, verdicts
from ipportal.base.text import LANGS
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.words.sentences import recompute_snippet
from support.portals import SECOND, real_portal, second_portal

ROOT = Path(__file__).resolve().parents[2]
REAL = real_portal()


def downloads(world, folder):
    """The published CSVs of a portal, as pandas users get them."""
    tables = {
        "observations": (
            ["indicator", "area", "series", "period", "basis", "value", "unit", "status", "source", "confidence"],
            [
                [
                    *(o.indicator, o.area, o.series, o.period.text, o.basis, o.value, unit_cell(world, o)),
                    *(o.status, o.source, o.confidence),
                ]
                for o in world.observations
            ],
        ),
        "targets": (
            ["id", "indicator", "area", "year", "basis", "minimum", "maximum", "unit"],
            [
                [t.id, t.indicator, t.area, t.year, t.basis, t.minimum, t.maximum, unit_cell(world, t)]
                for t in world.targets
            ],
        ),
        "indicators": (["id", "unit"], [[i.id, i.unit.id] for i in world.indicators.values()]),
        "units": (["id", "base", "scale"], [[u.id, u.base, u.scale] for u in world.units.values()]),
    }
    for name, (head, rows) in tables.items():
        lines = [",".join(head), *(",".join("" if cell is None else str(cell) for cell in row) for row in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{folder}/"


def unit_cell(world, row):
    own = world.indicators[row.indicator].unit.id
    return "" if row.unit.id == own else row.unit.id


def run(snippet, capsys):
    exec(compile(snippet, "snippet", "exec"), {})
    return capsys.readouterr().out


def expected(verdict):
    if verdict.target.kind == "annual":
        final = verdict.final
        return f"v {float(final.value):g}  V {float(verdict.goal):g}\n" if final else "no value for the year\n"
    if verdict.latest is None or verdict.start is None:
        return "no baseline\n" if verdict.baseline is None else "no later value\n"
    out = io.StringIO()
    if verdict.done is None:
        print(f"v0 {float(verdict.start):g}  v {float(verdict.latest.value):g}  V {float(verdict.goal):g}", file=out)
    else:
        print(f"done {verdict.done:.4f}  expected {verdict.expected:.4f}  pace {verdict.pace:.3f}", file=out)
    if verdict.cagr_ratio is not None:
        print(f"growth ratio {verdict.cagr_ratio:.2f}", file=out)
    return out.getvalue()


WORLDS = {
    "on the way": told([(2020, 572), (2021, 1443)], minimum=1700),
    "two sources, the trusted one counts": told([], rows=[
        observation(2020, 572),
        observation(2021, 1400, source="zone-site-20220315", confidence="secondary"),
        observation(2021, 1443),
        observation("2022-H1", 1212),
        observation(2022, 9999, status="superseded"),
        observation(2022, 9999, basis="web"),
    ]),
    "December is a year": told([(2020, 100), ("2021-12", 140)]),
    "a cut": told([(2020, 60), (2021, 50)], minimum=None, maximum=24, direction="down"),
    "only the baseline": told([(2020, 100)]),
    "nothing": told([]),
    "no baseline": told([(2022, 100)]),
    "a sum with a gap": told([(2021, 20), (2022, 30), (2024, 50)], kind="cumulative"),
    "running totals without a starting year": told(
        [(2020, 50), (2021, 60)], kind="cumulative", measure_type="cumulative"
    ),
    "a work plan's year": told([(2020, 5), (2025, 14)], minimum=15, kind="annual"),
    "a work plan's year without a value": told([(2020, 5), (2024, 14)], minimum=15, kind="annual"),
    "hold": told([(2020, 5), (2022, 4)], kind="hold", minimum=None, direction="hold"),
    "zero base": told([(2020, 0), (2022, 40)]),
    "own path": told([(2020, 100), (2023, 150)], others=[target(120, id="grants-2022", year=2022)]),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("lang", LANGS)
def test_snippet_prints_the_same_numbers(name, lang, tmp_path, capsys):
    world, verdict = WORLDS[name]
    base = downloads(world, tmp_path)
    assert run(recompute_snippet(world, verdict, lang, base), capsys) == expected(verdict)


def test_snippet_converts_units(tmp_path, capsys):
    rows = [observation(2020, 10000), observation(2021, "1.4", unit=WAN_PIECE)]
    goal = target(3, unit=WAN_PIECE)
    world = portal(rows, [goal], indicators=[indicator(unit=PIECE)])
    verdict = judge(world, goal)
    base = downloads(world, tmp_path)
    assert run(recompute_snippet(world, verdict, "zh", base), capsys) == expected(verdict)
    assert expected(verdict).startswith("done 0.2000  expected 0.2000  pace 1.000")


@pytest.mark.this_portal
@pytest.mark.parametrize(
    ("world", "root", "lang"), [(REAL, ROOT, "zh"), (REAL, ROOT, "en"), (second_portal(), SECOND, "zh")]
)
def test_snippets_of_a_portal_run_on_its_own_downloads(world, root, lang, capsys):
    base = f"{root}/datapackages/indicators/data/"
    count = 0
    for indicator_id in world.indicators:
        for verdict in verdicts(world, indicator_id):
            assert run(recompute_snippet(world, verdict, lang, base), capsys) == expected(verdict), verdict.target.id
            count += 1
    assert count >= 20


@pytest.mark.this_portal
def test_snippet_runs_by_itself_in_a_fresh_python():
    """No name leaks in from the tests: the very lines of the page, as a reader would run them."""
    verdict = verdicts(REAL, "invention-grants")[0]
    lines = recompute_snippet(REAL, verdict, "zh", "datapackages/indicators/data/")
    ran = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "done 1.6427  expected 0.4000  pace 4.107\ngrowth ratio 4.35\n"


@pytest.mark.parametrize("lang", LANGS)
def test_snippets_are_short_and_commented_in_their_language(lang):
    for indicator_id in REAL.indicators:
        for verdict in verdicts(REAL, indicator_id):
            lines = recompute_snippet(REAL, verdict, lang).splitlines()
            assert len(lines) <= 32
            assert max(map(len, lines)) <= 120
            comments = " ".join(line.split("#", 1)[1] for line in lines if "#" in line)
            assert bool(re.search(r"[\u3400-\u9fff]", comments)) == (lang == "zh")
            imports = [line for line in lines if line.startswith(("import", "from"))]
            assert imports == ["import pandas as pd"]


def test_lines_of_python_are_shown_as_they_are():
    html = etree.HTML(str(MACROS["recompute"](View(full_world(), "en", "indicators/x.md"), "grants")))
    codes = html.xpath("//pre/code/text()")
    assert len(codes) == 2
    assert codes[0].startswith("import pandas as pd\n")
    assert html.xpath("//pre/@tabindex") == ["0", "0"]
