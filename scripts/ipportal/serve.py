"""The live preview: rebuild when a source changes, keep serving whatever happens."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

#: What the preview watches, below the portal's root
WATCHED: Final = ("docs", "overrides", "datapackages", "portal.toml", "mkdocs.yml", "mkdocs.en.yml")
_QUIET_SECONDS: Final = 0.4
_POLL_PATH: Final = "/__preview"
_RELOAD: Final = (
    "<script>(()=>{let seen;setInterval(async()=>{try{"
    f"const now=await(await fetch('{_POLL_PATH}')).text();"
    "if(seen&&seen!==now)location.reload();seen=now}catch{}},700)})()</script>"
).encode()


class Preview:
    """Serves a folder and rebuilds it on change. `rebuild` must not raise; it reports by itself."""

    def __init__(self, root: Path, site: Path, rebuild: Callable[[], None]) -> None:
        self.root = root
        self.site = site
        self.rebuild = rebuild
        self.version = 0
        self.changed = threading.Event()
        self.stopped = threading.Event()

    def server(self, host: str, port: int) -> http.server.ThreadingHTTPServer:
        """The web server; the caller runs `serve_forever`."""
        handler = functools.partial(_Handler, self, directory=str(self.site))
        return http.server.ThreadingHTTPServer((host, port), handler)

    def watch(self) -> Any:
        """Start watching the sources; returns the observer, to be stopped by the caller."""
        observer = Observer()
        handler = _Changes(self)
        for name in WATCHED:
            path = self.root / name
            if path.is_dir():
                observer.schedule(handler, str(path), recursive=True)
        observer.schedule(handler, str(self.root), recursive=False)
        observer.start()
        return observer

    def work(self) -> None:
        """Rebuild after each burst of changes until `stopped` is set."""
        while not self.stopped.is_set():
            if not self.changed.wait(timeout=_QUIET_SECONDS):
                continue
            self.changed.clear()
            if self.changed.wait(timeout=_QUIET_SECONDS):
                continue
            self.rebuild()
            self.version += 1

    def concerns(self, path: str) -> bool:
        """True for a path whose change must show."""
        try:
            first = Path(path).resolve().relative_to(self.root.resolve()).parts[0]
        except (ValueError, IndexError):
            return False
        return first in WATCHED


class _Changes(FileSystemEventHandler):
    def __init__(self, preview: Preview) -> None:
        self.preview = preview

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"opened", "closed_no_write"}:
            return
        paths = (str(event.src_path), str(getattr(event, "dest_path", "") or ""))
        if any(path and self.preview.concerns(path) for path in paths):
            self.preview.changed.set()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, preview: Preview, *args: Any, **kwargs: Any) -> None:
        self.preview = preview
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self.path == _POLL_PATH:
            self._send(str(self.preview.version).encode(), "text/plain")
            return
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() and self.path.split("?")[0].endswith("/") else path
        if page.suffix == ".html" and page.is_file():
            self._send(page.read_bytes().replace(b"</body>", _RELOAD + b"</body>"), "text/html; charset=utf-8")
            return
        super().do_GET()

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the terminal is for build messages."""
