"""A visit to a page in Chromium, watched: what was said on the console, fetched from elsewhere, or missing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Request, Response, ViewportSize

from setup_browser import find_chromium

#: Milliseconds after which a page is taken to hang, on a machine with much other work
PATIENCE = 120_000
WIDTHS = {"desktop": 1280, "phone": 390, "narrow": 320}
# Root may not use the sandbox; the other switches keep the browser itself from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Anything but this machine is refused, so that a page cannot lean on the network of the day.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# The criteria a colour scheme can break; the rest of a page is the same in light and dark.
COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

# The elements that stick out, the innermost only: they are what has to be mended.
STICKING_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const clipped = e => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible') return true;
    return false;
  };
  const out = [...document.body.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > root.clientWidth + 1 && !clipped(e);
  });
  const leaf = out.filter(e => ![...e.children].some(c => out.includes(c)));
  const names = leaf.slice(0, 5).map(e => e.outerHTML.slice(0, 100));
  return [`${root.scrollWidth} px of content in ${root.clientWidth} px: ` + names.join(' | ')];
}"""


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium. Raises AssertionError where there is none: no browser is not "passed"."""
    path = find_chromium()
    assert path is not None, "no Chromium, so nothing was tested: run scripts/setup_browser.py"
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


@cache
def axe_source() -> str:
    """The accessibility engine that comes with the locked test requirements."""
    spec = find_spec("axe_playwright_python")
    assert spec is not None and spec.origin, "requirements-test.lock is not installed"
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    """An open page and everything that went wrong on it so far."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def go(self, address: str = "") -> None:
        """Open an address of the site and wait until everything it names is there."""
        self.page.goto(self.base + address, wait_until="load")

    def accessibility(self, criteria: dict[str, str | list[str]] = WCAG, *, colours: bool = True) -> list[str]:
        """Violations of WCAG 2.2 A and AA as axe sees them, all or those in ``criteria``; nothing is exempt.

        Without ``colours``, which take most of the time, only those are left out.
        """
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(axe_source())
        found = self.page.evaluate(
            "([criteria, rules]) => axe.run(document, {runOnly: criteria, rules, resultTypes: ['violations']})",
            [criteria, {} if colours else {rule: {"enabled": False} for rule in COLOUR["values"]}],
        )
        return [
            f"{rule['id']} ({rule['impact']}, {len(rule['nodes'])} times): {node['html'][:160]}"
            f" — {' '.join(check['message'] for check in node['any'][:1] + node['all'][:1] + node['none'][:1])[:160]}"
            for rule in found["violations"]
            for node in rule["nodes"][:3]
        ]

    def sideways(self) -> list[str]:
        """What makes the page wider than the screen."""
        return self.page.evaluate(STICKING_OUT)

    def resize(self, width: int) -> None:
        """Change the width of the window and let the layout settle."""
        self.page.set_viewport_size(ViewportSize(width=width, height=900))
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and not request.url.startswith(self._host()):
            self.faults.append(f"asked another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"status {response.status}: {response.url.removeprefix(self._host())}")

    def _on_failure(self, request: Request) -> None:
        # What the browser itself gives up because the visitor went on to the next page is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request failed: {request.url[:200]} ({request.failure})")

    def _host(self) -> str:
        address = urlsplit(self.base)
        return f"{address.scheme}://{address.netloc}"

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Note console errors, script errors, foreign requests and failed ones."""
        watchers: dict[str, Callable[[Any], object]] = {
            "console": lambda said: said.type == "error" and self.faults.append(f"console: {said.text[:300]}"),
            "pageerror": lambda error: self.faults.append(f"script error: {str(error)[:300]}"),
            "requestfailed": self._on_failure,
            "request": self._on_request,
            "response": self._on_response,
        }
        for event, watcher in watchers.items():
            self.page.on(event, watcher)
        yield
        for event, watcher in watchers.items():
            self.page.remove_listener(event, watcher)


#: The page of visitors who are not alone, with scripts and without: a new one takes as long as several visits
_kept: dict[tuple[Browser, bool], Page] = {}


@contextmanager
def visit(
    browser: Browser,
    base: str,
    address: str = "",
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    script: bool = True,
    alone: bool = False,
) -> Iterator[Visit]:
    """A fresh visitor (no storage, nothing kept) on the page at ``base + address``.

    One who gets rights, other answers or more watchers than usual must be alone: those would stay for the next.
    """
    page = None if alone else _kept.pop((browser, script), None)
    if page is None:
        context = browser.new_context(java_script_enabled=script, service_workers="block")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
    try:
        page.set_viewport_size(ViewportSize(width=width, height=900))
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion="reduce")
        visitor = Visit(page, base)
        with visitor.watch():
            visitor.go(address)
            yield visitor
        if alone or (browser, script) in _kept:
            page.context.close()
        else:
            _forget(page)
            _kept[browser, script] = page
    except BaseException:
        page.context.close()
        raise


def _forget(page: Page) -> None:
    """Leave nothing of a visitor to the next one."""
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.mouse.move(0, 0)
    page.goto("about:blank")
    page.context.clear_cookies()
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    session.detach()
