"""The live preview as people use it: a real process on a copy of the real portal, files edited under it."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from ipportal.files.assets import Assets
from support.copies import ROOT, copy_portal

pytestmark = pytest.mark.site

#: Far more than it takes on a quiet machine, where a page's text is there within five seconds; tests share two cores
PATIENCE = 300
RELOAD = re.compile(rb'<script src="/__preview/reload\.js"></script>(?=</body>)')
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
SAID = "新写的一句话，只在预览里。"


class Running:
    """`ipportal serve` at work."""

    def __init__(self, root, log):
        self.log = log
        command = [sys.executable, "-m", "ipportal", "serve", "--root", str(root), "--port", "0", "--lang", "zh"]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
        with log.open("wb") as sink:
            self.process = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, env=environment)
        self.address = self.wait(lambda: re.search(r"http://127\.0\.0\.1:\d+/", self.said()))[0]

    def said(self):
        return self.log.read_text(encoding="utf-8")

    def get(self, path=""):
        """Status and body, without the script that loads the page again."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:
                return answer.status, RELOAD.sub(b"", answer.read())
        except urllib.error.HTTPError as error:
            return error.code, RELOAD.sub(b"", error.read())

    def wait(self, seen):
        """What `seen` gives as soon as it gives something."""
        end = time.monotonic() + PATIENCE
        while not (found := seen()):
            assert self.process.poll() is None, f"ended by itself:\n{self.said()}"
            assert time.monotonic() < end, f"not within {PATIENCE} s:\n{self.said()}"
            time.sleep(0.1)
        return found

    def wait_for(self, path, words):
        """Until the address shows the words."""
        self.wait(lambda: words.encode() in self.get(path)[1])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return copy_portal(tmp_path_factory.mktemp("preview") / "portal")


@pytest.fixture(scope="module")
def running(root):
    running = Running(root, root.parent / "log")
    yield running
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=PATIENCE) == 130
    assert "Traceback" not in running.said()


def test_pages_and_files_are_those_of_the_finished_site(running, built_site, tree):
    pages = [page for lang in ("zh", "en") for page in tree.kinds(lang) if not page.is_error_page]
    assert len(pages) >= 16
    other = [page.path for page in pages if running.get(page.address) != (200, (built_site / page.path).read_bytes())]
    assert other == []
    for path in (Assets(ROOT).path("site.css"), Assets(ROOT).path("find.js"), "data/manifest.json", "en/feed.xml"):
        assert running.get(path) == (200, (built_site / path).read_bytes()), path
    for tree_of_lang in ("", "en/"):
        wanted = (built_site / tree_of_lang / "404.html").read_bytes()
        assert running.get(f"{tree_of_lang}no/such/page/") == (404, wanted)


def test_what_is_saved_is_shown_and_what_is_wrong_is_told(running, root):
    page, address = root / "docs/zh/about/privacy.md", "about/privacy/"
    page.write_text(f"{page.read_text(encoding='utf-8')}\n{SAID}\n", encoding="utf-8")
    running.wait_for(address, SAID)

    table = root / "datapackages/indicators/data/observations.csv"
    good = table.read_text(encoding="utf-8")
    row = next(line for line in good.splitlines() if line.startswith("invention-grants,zone,2021,plan,1443,"))
    number = good.splitlines().index(row) + 1
    table.write_text(good.replace(row, row.replace("1443", "14O3")), encoding="utf-8")
    running.wait(lambda: "14O3" in running.said())
    assert "datapackages/indicators/data/observations.csv" in running.said()
    assert re.search(rf"^  第 {number} 行[^\n]*14O3[^\n]*\n    → ", running.said(), re.MULTILINE)
    assert "1,443" in running.get("indicators/invention-grants/")[1].decode()
    assert SAID in running.get(address)[1].decode()

    paths = ("indicators/invention-grants/", "en/indicators/invention-grants/")
    shown = [running.get(path)[1].count(b"1,443") for path in paths]
    table.write_text(good.replace("zone,2021,plan,1443,", "zone,2021,plan,1451,"))
    for path, times in zip(paths, shown, strict=True):
        running.wait_for(path, "1,451")
        # words that somebody wrote about the figure stay as they are
        assert running.get(path)[1].count(b"1,443") < times / 2

    page.write_text(page.read_text(encoding="utf-8").replace(SAID, '{{ figure("no-such", "2021") }}'))
    running.wait(lambda: "no-such" in running.said())
    assert SAID in running.get(address)[1].decode()
    page.write_text(page.read_text(encoding="utf-8").replace('{{ figure("no-such", "2021") }}', "改好了。"))
    running.wait_for(address, "改好了。")

    sheet = root / "overrides/assets/css/frame.css"
    before = running.get("__preview/version")[1]
    sheet.parent.mkdir(parents=True)
    sheet.write_text(".ip-new { color: red; }\n", encoding="utf-8")
    running.wait(lambda: ".ip-new" in running.get(SHEET.search(running.get()[1].decode())[1])[1].decode())
    running.wait(lambda: running.get("__preview/version")[1] != before)
