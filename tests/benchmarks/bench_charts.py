"""How long all charts take in both languages: the first time, and when everything has been kept.

usage: python tests/benchmarks/bench_charts.py

Prints seconds for a person to judge. The floor: the first time stays under 15 s on two quiet cores.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ipportal.artefacts.drawings import chart_files, script_files, warm
from ipportal.charts import all_charts
from ipportal.loading import load

ROOT = Path(__file__).resolve().parents[2]


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    portal = load(ROOT)
    drawings = sum(2 * len(chart.widths) for chart in all_charts(portal))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(f"{drawings} drawings, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        print(f"all charts, first time   {seconds(lambda: warm(portal, root)):6.1f} s")
        print(f"all charts, kept         {seconds(lambda: warm(portal, root)):6.1f} s")
        print(f"all files, charts kept   {seconds(lambda: chart_files(portal, root)):6.1f} s")
        print(f"script bundle            {seconds(lambda: script_files(root)):6.1f} s")


if __name__ == "__main__":
    main()
