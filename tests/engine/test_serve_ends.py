"""The preview ends soon after it is told to, whatever it is doing, and leaves no process behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: What a machine with much other work takes for a few lines and three seconds of grace; the work itself takes 600
PATIENCE = 300

#: `ipportal serve` that says so when it is busy with something that would take ten minutes
PROGRAM = """
import subprocess, sys, threading, time
from pathlib import Path
from types import SimpleNamespace
from ipportal import cli
from ipportal.base import processes
from ipportal.data.settings import judge_settings
from ipportal.site import preview

def say(word):
    print(word, flush=True)

def load(root):
    if sys.argv[1] == "hold":
        threading.Thread(target=time.sleep, args=[600], daemon=False).start()
    say("busy")
    time.sleep(600)

def index(portal, root):
    say("busy")
    processes.run([sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '600'])"], {})

class Pages:
    addresses = ()
    def __init__(self, *_): pass
    def page(self, address): return None
    def source(self, address): return None
    def static(self, address): return None

if __name__ == "__main__":
    preview.LivePages = Pages
    loaded = SimpleNamespace(settings=judge_settings(Path(sys.argv[2]))[0])
    preview.load = load if sys.argv[1] in ("load", "hold") else (lambda root: loaded)
    preview.remember = lambda root: None
    preview.site_view = lambda *of, **how: None
    preview.gather_files = index
    sys.exit(cli.main(["serve", "--root", sys.argv[2], "--port", "0", "--lang", "en"]))
"""


def below(pid):
    """The processes that a process has started, and those they have started."""
    found = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in found.splitlines())}
    seen = {pid}
    while new := {child for child, parent in parents.items() if parent in seen} - seen:
        seen |= new
    return seen - {pid}


def alive(pid):
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(found.strip()) and not found.startswith("Z")


def wait(seen):
    end = time.monotonic() + PATIENCE
    while not (found := seen()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("busy", "number", "children", "code"),
    [
        ("load", signal.SIGINT, 0, 130),
        ("hold", signal.SIGTERM, 0, 143),
        ("index", signal.SIGINT, 2, 130),
    ],
)
def test_it_ends_while_it_is_busy(tmp_path, busy, number, children, code):
    (tmp_path / "docs").mkdir()
    (tmp_path / "portal.toml").touch()
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    log = tmp_path / "log"
    with log.open("wb") as sink:
        command = [sys.executable, str(program), busy, str(tmp_path)]
        process = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, env=environment)
    try:
        if busy == "index":
            address = wait(lambda: re.search(r"http://\S+/", log.read_text()))[0]
            threading.Thread(target=ask, args=(f"{address}data/x.csv",), daemon=True).start()
        wait(lambda: "busy" in log.read_text() or process.poll() is not None)
        assert "busy" in log.read_text(), log.read_text()
        wait(lambda: len(below(process.pid)) >= children)
        started = below(process.pid)
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE) == code, log.read_text()
        wait(lambda: not any(map(alive, started)))
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()


def ask(address):
    with contextlib.suppress(OSError):
        urllib.request.urlopen(address, timeout=PATIENCE).close()
