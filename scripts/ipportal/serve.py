"""The live preview's server: answers requests, notices changed sources, and makes open pages load again."""

from __future__ import annotations

import functools
import http.server
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

#: What the preview watches, below the portal's root
WATCHED: Final = ("docs", "overrides", "datapackages", "portal.toml", "mkdocs.yml", "mkdocs.en.yml")
_QUIET_SECONDS: Final = 0.3
_POLL_PATH: Final = "/__preview"
_RELOAD: Final = (
    "<script>(()=>{let seen;setInterval(async()=>{try{"
    f"const now=await(await fetch('{_POLL_PATH}')).text();"
    "if(seen&&seen!==now)location.reload();seen=now}catch{}},700)})()</script>"
).encode()


@dataclass(frozen=True)
class Answer:
    """What a browser gets. `location` is where to ask instead, for a status that sends it elsewhere."""

    status: int
    kind: str
    body: bytes
    location: str = ""


class Preview:
    """Answers requests by `find` and calls `update`, which must not raise, with the files that changed."""

    def __init__(self, root: Path, find: Callable[[str], Answer], update: Callable[[frozenset[Path]], object]) -> None:
        self.root = root.resolve()
        self.find = find
        self.update = update
        self.version = 0
        self.changes: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self.stopped = threading.Event()

    def server(self, host: str, port: int) -> http.server.ThreadingHTTPServer:
        """The web server; the caller runs `serve_forever`."""
        return http.server.ThreadingHTTPServer((host, port), functools.partial(_Handler, self))

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

    def renew(self) -> None:
        """Make the pages that are open in browsers load again."""
        self.version += 1

    def work(self) -> None:
        """Update after each burst of changes until `stopped` is set."""
        while not self.stopped.is_set():
            changed = self._burst()
            if changed:
                self.update(changed)

    def _burst(self) -> frozenset[Path]:
        """The files that changed one soon after another; nothing when nothing changed for a moment."""
        changed: set[Path] = set()
        while True:
            try:
                changed.add(self.changes.get(timeout=_QUIET_SECONDS))
            except queue.Empty:
                return frozenset(changed)

    def concerns(self, path: Path) -> bool:
        """True for a file whose change must show; what editors and Excel put beside it for themselves does not."""
        try:
            first = path.relative_to(self.root).parts[0]
        except (ValueError, IndexError):
            return False
        return first in WATCHED and not path.name.startswith((".", "~$")) and not path.name.endswith(("~", ".tmp"))


class _Changes(FileSystemEventHandler):
    def __init__(self, preview: Preview) -> None:
        self.preview = preview

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory or event.event_type in {"opened", "closed_no_write"}:
            return
        for name in (str(event.src_path), str(getattr(event, "dest_path", "") or "")):
            if name and self.preview.concerns(Path(name)):
                self.preview.changes.put(Path(name))


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, preview: Preview, *args: Any, **kwargs: Any) -> None:
        self.preview = preview
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path == _POLL_PATH:
            self._send(Answer(200, "text/plain", str(self.preview.version).encode()))
        else:
            self._send(self.preview.find(path.removeprefix("/")))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, answer: Answer) -> None:
        body = answer.body
        if answer.kind.startswith("text/html"):
            body = body.replace(b"</body>", _RELOAD + b"</body>")
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the terminal is for what must be mended."""
