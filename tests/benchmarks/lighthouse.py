"""Lighthouse scores of key pages of the finished site, as a phone on a slow network meets them.

usage: PYTHONPATH=scripts:tests python tests/benchmarks/lighthouse.py [site]

Needs npm, which fetches Lighthouse into the user's cache, and the system's Chromium. Not part of the tests: scores of
performance depend on how busy the machine is. The aim is 95 in every category.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from setup_browser import find_chromium

ROOT = Path(__file__).resolve().parents[2]
VERSION = "12"
AIM = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = ("", "en/", "indicators/invention-grants/", "datasets/indicators/", "cases/stories/qiaomi-on-rice-bags/")
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml")
LIMIT_SECONDS = 300


class Compressing(SimpleHTTPRequestHandler):
    """Serves a folder as web servers do: text is compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        place = Path(self.translate_path(self.path))
        file = place / "index.html" if place.is_dir() else place
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        self.send_response(200)
        if file.suffix in COMPRESSED:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the folder on loopback; gives the address of its home page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(folder))) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


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


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a score is below the aim."""
    site = Path(arguments[0]) if arguments else ROOT / "site"
    npm, chromium = shutil.which("npm"), find_chromium()
    missing = [name for name, there in (("npm", npm), ("Chromium", chromium)) if not there]
    missing += [] if (site / "index.html").is_file() else [f"{site}/index.html (make site)"]
    if missing or npm is None or chromium is None:
        print(f"没有测量，缺少：{'、'.join(missing)}")
        print(f"Nothing measured. Missing: {', '.join(missing)}")
        return 2
    low = 0
    print(f"{'page':40}" + "".join(f"{name:>16}" for name in CATEGORIES))
    with serving(site) as base:
        for page in PAGES:
            found = scores(npm, base + page, str(chromium))
            low += sum(score < AIM for score in found.values())
            print(f"{page or '/':40}" + "".join(f"{found[name]:16}" for name in CATEGORIES), flush=True)
    print(f"目标：每项至少 {AIM} 分 / aim: at least {AIM} in every category")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
