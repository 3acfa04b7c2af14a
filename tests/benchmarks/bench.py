"""How long check and build take, and how much memory, beside the two plain site-generator runs.

usage: python tests/benchmarks/bench.py [--runs N]

Prints medians and ratios for a person to judge; asserts nothing, because time on a shared machine proves nothing.
Processor time does not depend on what else the machine is doing, so the ratio is given for both.
Two floors are named in the output: what the build does beside the site generator takes no longer than the two plain
runs one after the other, and all its processes together stay under 1 GB.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 0.05
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Run:
    """One finished run: wall-clock and processor seconds, and the peak memory in bytes, of all its processes."""

    seconds: float
    processor: float
    peak: int


def children(process: int) -> list[int]:
    """This process and all below it, on a system with /proc."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [below for child in task.read_text().split() for below in children(int(child))]
        except OSError:  # ended between the listing and the look
            continue
    return found


def resident(process: int) -> int:
    """Bytes of memory that are this process's own: shared pages count by their share. 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def run(command: Sequence[str]) -> Run:
    """Run a command in the repository, measured. Ends the benchmark with the command's words when it fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "CI": "true", "NO_MKDOCS_2_WARNING": "1"}
    with tempfile.TemporaryFile() as said:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(resident(each) for each in children(process.pid)))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{said.read().decode()[-3000:]}")
    return Run(seconds, processor, peak)


def main() -> None:
    """Measure in turns, so that a slow minute of the machine touches every line alike."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="how often each is run (default 3)")
    runs: int = parser.parse_args().runs
    python = [sys.executable, "-m"]
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "check": [*python, "ipportal", "check"],
            "build": [*python, "ipportal", "build", "--output", f"{folder}/site"],
            "plain zh": [*python, "mkdocs", "build", "-q", "-f", "mkdocs.yml", "-d", f"{folder}/zh"],
            "plain en": [*python, "mkdocs", "build", "-q", "-f", "mkdocs.en.yml", "-d", f"{folder}/en"],
        }
        results: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                results[name].append(run(command))
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'':10} {'median s':>9} {'least s':>9} {'most s':>9} {'cpu s':>9} {'peak MB':>9}   of {runs} runs")
    for name, found in results.items():
        times = [result.seconds for result in found]
        peak = max(result.peak for result in found) / MEGABYTE
        cpu = statistics.median(result.processor for result in found)
        print(f"{name:10} {statistics.median(times):9.2f} {min(times):9.2f} {max(times):9.2f} {cpu:9.2f} {peak:9.0f}")
    for words, measure in (("wall-clock", "seconds"), ("processor", "processor")):
        median = {
            name: statistics.median(getattr(result, measure) for result in found) for name, found in results.items()
        }
        plain = median["plain zh"] + median["plain en"]
        print(f"machinery / two plain runs, {words} time: {(median['build'] - plain) / plain:.2f} (floor: at most 1)")
    if not Path("/proc/self/smaps_rollup").exists():
        print("peak memory was not measured: this system has no /proc/PID/smaps_rollup")
    else:
        print("peak memory: all processes of the command together (floor: under 1000 MB)")


if __name__ == "__main__":
    main()
