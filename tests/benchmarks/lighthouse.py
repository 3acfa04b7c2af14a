"""Lighthouse scores of key pages of the finished site, as a phone on a slow network meets them.

usage: PYTHONPATH=scripts:tests python tests/benchmarks/lighthouse.py [site]

Needs npm, which fetches Lighthouse into the user's cache, the system's Chromium, and nginx, which serves the site by
the sample. The aim is 100 in every category, the middle one of three runs; on a busy machine performance loses a point
or two, which `make test-slow` allows for.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from setup_browser import find_chromium, find_nginx
from support.webservers import nginx, running

ROOT = Path(__file__).resolve().parents[2]
VERSION = "12"
AIM = 100
RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: One of each kind
PAGES = (
    *("", "en/", "plan/", "progress/", "indicators/", "indicators/invention-grants/", "stories/", "datasets/"),
    *("datasets/indicators/", "help/", "help/invention-used/", "cases/stories/qiaomi-on-rice-bags/", "handbook/"),
)
LIMIT_SECONDS = 300


def scores(npm: str, address: str, chromium: str) -> dict[str, int]:
    """The scores of one page, 0 to 100."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [npm, "exec", "--yes", f"lighthouse@{VERSION}", "--", address, "--quiet", "--output=json"]
        command += [f"--output-path={report}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
        environment = os.environ | {"CHROME_PATH": chromium}
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS
        )
        if done.returncode or not report.is_file():
            sys.exit(f"lighthouse {address} ended with {done.returncode}\n{done.stderr[-2000:]}")
        found = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * (found[name]["score"] or 0)) for name in CATEGORIES}


def lacking(site: Path) -> list[str]:
    """What is not there and needed."""
    tools = {"npm": shutil.which("npm"), "Chromium": find_chromium(), "nginx": find_nginx()}
    there = tools | {f"{site}/index.html (make site)": (site / "index.html").is_file()}
    return [name for name, found in there.items() if not found]


def measured(site: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """The middle scores of each page of a finished site, one page after the other."""
    npm, chromium = str(shutil.which("npm")), str(find_chromium())
    with tempfile.TemporaryDirectory() as folder, running(nginx, Path(folder), site.resolve()) as server:
        for page in PAGES:
            found = [scores(npm, server.plain + page, chromium) for _ in range(RUNS)]
            yield page, {name: int(median(each[name] for each in found)) for name in CATEGORIES}


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a score is below the aim."""
    site = Path(arguments[0]) if arguments else ROOT / "site"
    if missing := lacking(site):
        print(f"没有测量，缺少：{'、'.join(missing)}")
        print(f"Nothing measured. Missing: {', '.join(missing)}")
        return 2
    low = 0
    print(f"{'page':40}" + "".join(f"{name:>16}" for name in CATEGORIES))
    for page, found in measured(site):
        low += sum(score < AIM for score in found.values())
        print(f"{page or '/':40}" + "".join(f"{found[name]:16}" for name in CATEGORIES), flush=True)
    print(f"目标：每项至少 {AIM} 分 / aim: at least {AIM} in every category")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
