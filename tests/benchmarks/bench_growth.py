"""What a check costs at the size of a national portal, beside DuckDB and frictionless on the same file, in one run.

usage: python tests/benchmarks/bench_growth.py [--rows N] [--runs N] [--build]

Prints processor seconds (medians), rows a second, ratios and memory for a person to judge; asserts nothing. The rows
are made up: the small portal of the tests with 260 indicators more, each with as many months of figures as are needed.
The aims: at least 50,000 rows a second, within three times of DuckDB reading and testing the same columns, and at most
a thousand bytes of memory a row. With `--build` the site of these rows is built once, with nothing kept from before.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import frictionless

from ipportal.base.progress import silent
from ipportal.build import build
from ipportal.cli import main as ipportal
from ipportal.data.configuration import CONFIGS
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from ipportal.rules import check
from support.grown import DATA, MONTHS, grown
from support.portals import ROOT

INDICATORS = 260
KEY = ("indicator", "area", "period", "basis", "source", "series")


def checked(root: Path) -> int:
    """Read and check the portal; the number of its problems."""
    return len(check(read_packages(root), read_settings(root)))


def loaded(root: Path) -> int:
    """Read, check and load the portal."""
    raw, settings = read_packages(root), read_settings(root)
    return len(check(raw, settings)) + 0 * len(build_portal(raw, settings).observations)


def with_duckdb(root: Path) -> int:
    """Read the observations and test what the description says of their columns: filled, form, codes, key, links."""
    resources = read_packages(root)
    package = next(each for each in resources if each.name == "indicators")
    table = package.table("observations")
    con = duckdb.connect()
    con.execute("SET threads TO 1")
    con.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{root / DATA}/observations.csv', all_varchar=true)")
    tests = []
    for field in table.resource["schema"]["fields"]:
        name, limits = field["name"], field.get("constraints", {})
        if limits.get("required"):
            tests.append(f'count(*) FILTER ("{name}" IS NULL)')
        if "pattern" in limits:
            tests.append(f"count(*) FILTER (NOT regexp_full_match(\"{name}\", '{limits['pattern']}'))")
        if "enum" in limits:
            codes = ", ".join(f"'{code}'" for code in limits["enum"])
            tests.append(f'count(*) FILTER ("{name}" NOT IN ({codes}))')
        if field.get("type") == "number":
            tests.append(f'count(*) FILTER ("{name}" IS NOT NULL AND try_cast("{name}" AS DECIMAL(38, 10)) IS NULL)')
        tests.append(f"count(*) FILTER (regexp_matches(\"{name}\", '[\\x00-\\x1f\\x{{FF10}}-\\x{{FF19}}]|^\\s|\\s$'))")
    found = sum(con.execute(f"SELECT {', '.join(tests)} FROM t").fetchone())
    key = ", ".join(KEY)
    found += con.execute(f"SELECT count(*) FROM (SELECT 1 FROM t GROUP BY {key} HAVING count(*) > 1)").fetchone()[0]
    for column, other in (("indicator", "indicators"), ("area", "areas"), ("source", "sources"), ("series", "series")):
        known = f"SELECT id FROM read_csv('{root / DATA}/{other}.csv', all_varchar=true)"
        found += con.execute(f"SELECT count(*) FROM t WHERE {column} NOT IN ({known})").fetchone()[0]
    return found


def with_frictionless(root: Path) -> int:
    """The same table by its description."""
    package = next(each for each in read_packages(root) if each.name == "indicators")
    described = dict(package.table("observations").resource)
    schema = {key: value for key, value in described["schema"].items() if key not in ("foreignKeys",)}
    text = json.dumps({"name": "t", "path": "observations.csv", "schema": schema})
    resource_ = frictionless.Resource(json.loads(text), basepath=str(root / DATA))
    return resource_.validate().stats["errors"]


def built(root: Path) -> int:
    """Build the site in both languages; the page of an indicator is what `ipportal stub` writes."""
    for name in CONFIGS:
        shutil.copy(ROOT / name, root)
    for page in root.glob("docs/*/indicators/grants.md"):
        page.unlink()
    ipportal(["stub", "--root", str(root)])
    build(root, root / "site", silent)
    return 0


WAYS = {
    "read, check": checked,
    "and load": loaded,
    "duckdb": with_duckdb,
    "frictionless": with_frictionless,
    "build": built,
}


def measured(way: str, root: Path) -> tuple[float, int]:
    """Processor seconds and additional peak memory in bytes of one way in a process of its own."""
    words = [sys.executable, __file__, "--way", way, "--root", str(root)]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    seconds, peak = json.loads(told.splitlines()[-1])
    return seconds, peak


def main() -> None:
    """Measure in turns, so that a slow minute of the machine touches every line alike."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=171_600, metavar="N", help="about how many rows (171,600)")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="how often each is run (default 3)")
    parser.add_argument("--build", action="store_true", help="also build the site, once")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.way:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        if found := WAYS[words.way](words.root):
            sys.exit(f"{words.way}: {found} problems in valid rows")
        seconds = time.process_time() - start + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(json.dumps([seconds, peak * 1024]))
        return
    with tempfile.TemporaryDirectory() as folder:
        root = grown(Path(folder) / "portal", INDICATORS, words.rows // INDICATORS // MONTHS)
        rows = (root / DATA / "observations.csv").read_bytes().count(b"\n") - 1
        results = {way: [] for way in WAYS if way != "build"}
        for _ in range(words.runs):
            for way, found in results.items():
                found.append(measured(way, root))
        if words.build:
            results["build"] = [measured("build", root)]
    print(f"{rows:,} rows, medians of {words.runs} runs")
    print(f"{'':14} {'cpu s':>8} {'rows/s':>9} {'of duckdb':>10} {'kB a row':>9}")
    usual = statistics.median(seconds for seconds, _ in results["duckdb"])
    for way, found in results.items():
        seconds, peak = statistics.median(each for each, _ in found), max(each for _, each in found)
        print(f"{way:14} {seconds:8.2f} {rows / seconds:9,.0f} {seconds / usual:9.1f}x {peak / rows / 1000:9.2f}")


if __name__ == "__main__":
    main()
