"""How long all charts take in both languages: the first time, and when everything has been kept.

usage: python tests/benchmarks/bench_charts.py

Prints seconds for a person to judge. The floor: the first time stays under 15 s on two quiet cores. Where the machine
is busy, half the processor time, that of all processes together, is what two cores of its own would take at best.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def measured(name: str, work: Callable[[], object]) -> None:
    """Print the wall-clock time of one call, and the processor time of this process and those it started."""
    before, start = sum(os.times()[:4]), time.perf_counter()
    work()
    print(f"{name:24} {time.perf_counter() - start:6.1f} s {sum(os.times()[:4]) - before:6.1f} s")


def main() -> None:
    # not at the top: the processes that draw load this file too, as they load the command in a build
    from ipportal.charts import all_charts
    from ipportal.files.assets import Assets
    from ipportal.files.drawings import chart_files, warm
    from ipportal.loading import load

    portal = load(ROOT)
    drawings = sum(2 * len(chart.widths) for chart in all_charts(portal))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(f"{drawings} drawings, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        print(f"{'':24} {'wall':>8} {'cpu':>8}")
        measured("all charts, first time", lambda: warm(portal, root))
        measured("all charts, kept", lambda: warm(portal, root))
        measured("all files, charts kept", lambda: chart_files(portal, root))
        measured("styles and scripts", lambda: Assets(root).files)


if __name__ == "__main__":
    main()
