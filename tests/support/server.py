"""A loopback server for a finished tree: under any sub-path, and with a strict content policy when asked."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from ipportal.files.headers import cache_control, security_headers

INLINE_SCRIPT = re.compile(r"<script(?P<attributes>(?:\s[^>]*)?)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
SCRIPT_TYPES = {"", "module", "text/javascript"}


def content_policy(source: str) -> str:
    """The strictest policy this page can work under: its own files, and exactly its inline scripts."""
    hashes = ""
    for script in INLINE_SCRIPT.finditer(source):
        attributes = script["attributes"]
        kind = re.search(r"\btype=[\"']?([^\"'\s>]*)", attributes)
        if re.search(r"\bsrc=", attributes) or (kind[1] if kind else "") not in SCRIPT_TYPES:
            continue
        digest = base64.b64encode(hashlib.sha256(script["code"].encode()).digest()).decode()
        hashes += f" 'sha256-{digest}'"
    # the same policy the servers of readers send
    return security_headers("")["Content-Security-Policy"].replace("'wasm-unsafe-eval'", f"'wasm-unsafe-eval'{hashes}")


class _Handler(SimpleHTTPRequestHandler):
    """Serves ``directory`` under the prefix ``under``; unknown addresses get the tree's own error page.

    As from the servers of readers, connections stay open and files may be kept.
    """

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments, under: str, strict: bool, **options) -> None:
        self.under, self.strict = under, strict
        super().__init__(*arguments, **options)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.under):
            return str(Path(self.directory) / "outside-the-sub-path")
        return super().translate_path("/" + path[len(self.under) :])

    def send_error(self, code, message=None, explain=None) -> None:
        language = "en/" if self.path.startswith(f"{self.under}en/") else ""
        page = Path(self.directory) / f"{language}404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        if self.strict:
            file = Path(self.translate_path(self.path))
            page = file / "index.html" if file.is_dir() else file
            source = page.read_text(encoding="utf-8") if page.suffix == ".html" and page.is_file() else ""
            self.send_header("Content-Security-Policy", content_policy(source))
        self.send_header("Cache-Control", cache_control(self.path.removeprefix(self.under)))
        super().end_headers()

    def log_message(self, *arguments) -> None:
        """Say nothing: the tests report what matters."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments) -> None:
        """A browser that goes on to the next page, or that is closed, hangs up."""


@contextmanager
def serving(folder: Path, under: str = "/", *, strict: bool = False) -> Iterator[str]:
    """Serve the folder; gives the address of its home page, ending in a slash."""
    handler = partial(_Handler, directory=str(folder), under=under, strict=strict)
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{under}"
        finally:
            server.shutdown()
            thread.join()
