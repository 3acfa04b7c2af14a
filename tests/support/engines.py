"""Other engines than the current Chromium, driven through what they bring themselves: each shows one page.

Firefox speaks WebDriver BiDi over a socket, WebKitGTK has its own WebDriver, an old Chromium is Playwright's.
"""

import base64
import contextlib
import itertools
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

import websocket
from playwright.sync_api import Page, ViewportSize, sync_playwright

import setup_browser
from support.ports import free_port, wait_for
from support.visit import FLAGS, PATIENCE

_QUIET = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.prefs.recommended": True,
    "services.settings.server": "data:,",
}
#: Centimetres around a printed page
_MARGIN = 1.6


class Engine(Protocol):
    """A browser with one page. `errors` are the script errors since the last `go`."""

    errors: list[str]

    def go(self, address: str) -> None:
        """Open an address and wait until it is loaded."""

    def resize(self, width: int) -> None:
        """Make the page this wide, 844 pixels high."""

    def evaluate(self, code: str) -> Any:
        """The value of a JavaScript expression, as JSON can carry it; a promise is waited for."""

    def pdf(self) -> bytes:
        """The page as it is printed."""


class Firefox:
    """The system's Firefox without a window."""

    def __init__(self, connection: websocket.WebSocket) -> None:
        self.errors: list[str] = []
        self._connection, self._numbers = connection, itertools.count(1)
        self._say("session.new", capabilities={})
        self._say("session.subscribe", events=["log.entryAdded"])
        self._context = self._say("browsingContext.getTree")["contexts"][0]["context"]

    def _say(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._connection.recv())
            if said.get("id") == number:
                assert said["type"] == "success", f"{method}: {said}"
                return said["result"]
            entry = said.get("params", {})
            if said.get("method") == "log.entryAdded" and entry["type"] == "javascript" and entry["level"] == "error":
                self.errors.append(entry["text"])

    def go(self, address: str) -> None:
        self.errors.clear()
        self._say("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def resize(self, width: int) -> None:
        self._say("browsingContext.setViewport", context=self._context, viewport={"width": width, "height": 844})

    def evaluate(self, code: str) -> Any:
        words = f"(async () => JSON.stringify(await ({code}) ?? null))()"
        said = self._say("script.evaluate", expression=words, target={"context": self._context}, awaitPromise=True)
        assert said["type"] == "success", said
        return json.loads(said["result"]["value"])

    def pdf(self) -> bytes:
        margin = dict.fromkeys(("top", "right", "bottom", "left"), _MARGIN)
        return base64.b64decode(self._say("browsingContext.print", context=self._context, margin=margin)["data"])


@contextlib.contextmanager
def firefox(folder: Path, *, session: dict[str, str] | None = None, **set_by_reader: str | int) -> Iterator[Firefox]:
    """Start Firefox with a profile of its own in the folder, and what the reader has set; `__` stands for a dot.

    It has a window in a `session` with a screen, the environment of which is given; without one it has none.
    """
    program = setup_browser.find_firefox()
    assert program, "no Firefox, so nothing was tested: run scripts/setup_browser.py"
    settings = _QUIET | {name.replace("__", "."): value for name, value in set_by_reader.items()}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items())
    (folder / "user.js").write_text("\n".join(lines))
    port = free_port()
    words = [program, "--no-remote", "--profile", str(folder), f"--remote-debugging-port={port}"]
    words += [] if session else ["--headless"]
    with (folder / "said").open("wb") as log:
        process = subprocess.Popen([*words, "about:blank"], stdout=log, stderr=subprocess.STDOUT, env=session)
    try:
        wait_for(process, port, folder / "said")
        connection = websocket.create_connection(
            f"ws://127.0.0.1:{port}/session", timeout=PATIENCE / 1000, suppress_origin=True
        )
        yield Firefox(connection)
    finally:
        process.terminate()
        process.wait()


class WebKit:
    """WebKitGTK in a virtual screen. Its windows are never narrower than 447 pixels: a phone is a frame in one."""

    def __init__(self, port: int) -> None:
        self.errors: list[str] = []
        self._base, self._width, self._address = f"http://127.0.0.1:{port}/session", 1280, ""
        options = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": {"args": ["--automation"]}}
        self._base += "/" + self._say("", capabilities={"alwaysMatch": options})["sessionId"]
        self._say("/window/rect", width=1400, height=1000)

    def _say(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(self._base + path, json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE / 1000) as answer:
            return json.load(answer)["value"]

    def go(self, address: str) -> None:
        self._address = address
        self._say("/url", url=urljoin(address, "/favicon.ico"))
        # errors are heard from the moment the frame has left its empty page, before deferred scripts run
        code = """
            const [width, address, done] = arguments, frame = document.createElement("iframe");
            const listen = () => {
                const page = frame.contentWindow;
                if (page.faults || page.location.href !== address) return;
                page.faults = [];
                page.addEventListener("error", event => page.faults.push(event.message));
            };
            const timer = setInterval(listen);
            frame.style.cssText = `border: 0; height: 844px; width: ${width}px`;
            frame.onload = () => { listen(); clearInterval(timer); done(null); };
            frame.src = address;
            document.body.replaceChildren(frame);"""
        self._say("/execute/async", script=code, args=[self._width, address])
        self.errors = self.evaluate("faults")

    def resize(self, width: int) -> None:
        self._width = width
        code = "const frame = document.querySelector('iframe'); if (frame) frame.style.width = `${arguments[0]}px`;"
        self._say("/execute/sync", script=code, args=[width])

    def evaluate(self, code: str) -> Any:
        self._say("/frame", id=0)
        words = f"const done = arguments[0]; Promise.resolve({code}).then(value => done(JSON.stringify(value ?? null)))"
        value = self._say("/execute/async", script=words, args=[])
        self._say("/frame", id=None)
        return json.loads(value)

    def pdf(self) -> bytes:
        script = Path(__file__).with_name("webkit_print.py")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "page.pdf"
            words = ["xvfb-run", "-a", setup_browser.SYSTEM_PYTHON, script, self._address, file]
            subprocess.run(words, check=True, capture_output=True, timeout=PATIENCE / 1000)
            return file.read_bytes()


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """Start the driver of WebKitGTK, which starts the browser."""
    port = free_port()
    with (folder / "said").open("wb") as log:
        words = ["xvfb-run", "-a", "-s", "-screen 0 1600x1200x24", "WebKitWebDriver", f"--port={port}"]
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        wait_for(process, port, folder / "said")
        yield WebKit(port)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


class OldChromium:
    """A Chromium of 2022."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self._page = page
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, address: str) -> None:
        self.errors.clear()
        self._page.goto(address, wait_until="load")

    def resize(self, width: int) -> None:
        self._page.set_viewport_size(ViewportSize(width=width, height=844))

    def evaluate(self, code: str) -> Any:
        return self._page.evaluate(code)

    def pdf(self) -> bytes:
        return self._page.pdf(prefer_css_page_size=True)


@contextlib.contextmanager
def old_chromium(_: Path) -> Iterator[OldChromium]:
    """Start the old Chromium."""
    program = setup_browser.OLD_CHROMIUM
    assert program.is_file(), "no old Chromium, so nothing was tested: run scripts/setup_browser.py --slow"
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--single-process", "--no-zygote"]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_page(service_workers="block")
        page.set_default_timeout(PATIENCE)
        yield OldChromium(page)
        browser.close()


def settled(engine: Engine, code: str, wanted: Any) -> Any:
    """The value of an expression as soon as it is the wanted one, or after two seconds as it is."""
    deadline = time.monotonic() + 2
    while (value := engine.evaluate(code)) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return value
