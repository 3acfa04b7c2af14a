"""The live preview's server: judges and answers requests, notices changed sources, and makes open pages load again."""

import functools
import hmac
import http.server
import ipaddress
import queue
import re
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from ipportal.base.characters import hidden
from ipportal.base.templates import template_environment
from ipportal.data.configuration import CONFIGS
from ipportal.files.headers import security_headers

#: Names by which a machine reaches itself
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
#: The longest path that is looked up; the site's own are far shorter
LONGEST: Final = 2_000

_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?", re.IGNORECASE)


def address_in(target: str) -> str | None:
    """The address inside the site that a request's target names, decoded once; None for one that leads nowhere.

    The target is a path from the root, perhaps with a query. Nothing that a file system could read as another place
    passes: `.` and `..`, backslashes, drive letters, control characters, names that end with a dot or a space, bytes
    that are no UTF-8, what is still escaped after decoding.
    """
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    if not path.startswith("/") or len(path) > LONGEST or not path.isascii() or re.search(r"%(?![0-9A-Fa-f]{2})", path):
        return None
    try:
        decoded = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return None
    # separators and drive letters of other systems, and escapes that were escaped once more
    if re.search(r"[\\:%]", decoded) or any(map(hidden, decoded)):
        return None
    *folders, name = decoded.removeprefix("/").split("/")
    if any(not folder or folder.endswith((".", " ")) for folder in folders) or name.endswith((".", " ")):
        return None
    return decoded.removeprefix("/")


def is_for_us(hosts: list[str], names: Collection[str]) -> bool:
    """True when the one Host header names this server. Other names are of pages elsewhere that were led here."""
    found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return found is not None and _plain(found[1] or found[2]) in map(_plain, names)


def _plain(host: str) -> str:
    """The host in one spelling."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.lower()


#: What the preview watches, below the portal's root
WATCHED: Final = ("docs", "overrides", "datapackages", "portal.toml", *CONFIGS)
_QUIET_SECONDS: Final = 0.3
#: Where the office's own page lives, for this machine alone; and the most that a request to it may hold
OFFICE: Final = "__office/"
_LARGEST: Final = 30_000_000
_VERSION_PATH: Final = "__preview/version"
_SCRIPT_PATH: Final = "__preview/reload.js"
_RELOAD: Final = template_environment().get_template("office/reload.js").render(version=_VERSION_PATH).encode()
#: A file of its own: the site's policy allows no script inside a page
_TAG: Final = f'<script src="/{_SCRIPT_PATH}"></script>'.encode()
#: As on a real host; besides, no page elsewhere may read or frame what is not published yet
_PROTECTION: Final = {
    **security_headers(""),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Answer:
    """What a browser gets. `location` is where to ask instead, for a status that sends it elsewhere."""

    status: int
    kind: str
    body: bytes
    location: str = ""


#: What answers below `OFFICE`, name by name: a file, or (with a body) a request that carries the token
Office = Callable[[str, bytes | None], tuple[str, bytes] | None]


class Preview(FileSystemEventHandler):
    """Answers requests by `find` and calls `update`, which must not raise, with the files that changed.

    `office` answers on this machine; what changes something must carry the `token`.
    """

    def __init__(
        self,
        root: Path,
        find: Callable[[str], Answer],
        update: Callable[[frozenset[Path]], object],
        office: Office | None = None,
        token: str = "",
    ) -> None:
        self.root = root.resolve()
        self.office, self.token = office, token
        self.find = find
        self.update = update
        self.version = 0
        self.changes: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self.stopped = threading.Event()

    def server(self, host: str, port: int) -> http.server.ThreadingHTTPServer:
        """The web server; the caller runs `serve_forever`. It answers to loopback names and to `host` only."""
        return _Server((host, port), functools.partial(_Handler, self, LOOPBACK | {host}))

    def watch(self) -> Any:
        """Start watching the sources; returns the observer, to be stopped by the caller."""
        observer = Observer()
        for path in (self.root / name for name in WATCHED if (self.root / name).is_dir()):
            observer.schedule(self, str(path), recursive=True)
        observer.schedule(self, str(self.root), recursive=False)
        observer.start()
        return observer

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note the files of a change."""
        if event.is_directory or event.event_type in {"opened", "closed_no_write"}:
            return
        for name in (str(event.src_path), str(getattr(event, "dest_path", "") or "")):
            if name and self.concerns(Path(name)):
                self.changes.put(Path(name))

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
        with suppress(queue.Empty):
            while True:
                changed.add(self.changes.get(timeout=_QUIET_SECONDS))
        return frozenset(changed)

    def concerns(self, path: Path) -> bool:
        """True for a file whose change must show; what editors and Excel put beside it for themselves does not."""
        first = next(iter(path.relative_to(self.root).parts), "") if path.is_relative_to(self.root) else ""
        return first in WATCHED and not path.name.startswith((".", "~$")) and not path.name.endswith(("~", ".tmp"))


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: a browser that went away, or a preview that is ending."""


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers GET and HEAD with what `Preview.find` gives, which changes nothing; POST only for the office's page."""

    protocol_version = "HTTP/1.1"
    # a connection on which nothing comes for so long is closed
    timeout = 60

    def __init__(self, preview: Preview, names: frozenset[str], *args: Any, **kwargs: Any) -> None:
        self.preview = preview
        self.names = names
        super().__init__(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        # http.server looks for a method `do_…` for each word a request may begin with
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def _is_for_us(self) -> bool:
        own = str(self.connection.getsockname()[0]).split("%")[0]
        return is_for_us(self.headers.get_all("Host", []), self.names | {own})

    def do_POST(self) -> None:
        office, verb = self.preview.office, self.path.removeprefix(f"/{OFFICE}")
        if not self._is_for_us():
            return self._end(421, "这个名称不是预览的 / not a name of this preview")
        if office is None or not self._is_here() or verb == self.path:
            return self._refuse_method()
        given, size = self.headers.get("X-Office-Token", ""), self.headers.get("Content-Length", "")
        same = self.headers.get("Origin") == f"http://{self.headers.get('Host')}"
        if not same or not hmac.compare_digest(given.encode(), self.preview.token.encode()):
            return self._end(403, "请重新打开这一页 / open this page again")
        if not re.fullmatch("[0-9]{1,9}", size) or int(size) > _LARGEST:
            return self._end(413, "文件太大 / the file is too large")
        told = office(verb, self.rfile.read(int(size)))
        return self._send(Answer(200, *told)) if told else self._end(400, "看不懂这个请求 / not a request of this page")

    def _is_here(self) -> bool:
        return ipaddress.ip_address(str(self.client_address[0]).split("%")[0]).is_loopback

    def do_GET(self) -> None:
        if not self._is_for_us():
            return self._end(421, "这个名称不是预览的 / not a name of this preview")
        address = address_in(self.path)
        office = self.preview.office
        if address and address.startswith(OFFICE) and office and self._is_here():
            found = office(address.removeprefix(OFFICE), None)
            return self._send(Answer(200, *found) if found else Answer(404, "text/plain", b"404"))
        if address is None:
            return self._end(400, "网址不对 / not an address of this site")
        own = {_VERSION_PATH: ("text/plain", str(self.preview.version).encode())}
        own |= {_SCRIPT_PATH: ("text/javascript", _RELOAD)}
        return self._send(Answer(200, *own[address]) if address in own else self._found(address))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _found(self, address: str) -> Answer:
        try:
            answer = self.preview.find(address)
        except Exception as error:
            # whatever a page dies of, the preview goes on; the words are for the person at this machine
            return Answer(500, "text/plain; charset=utf-8", f"{type(error).__name__}: {error}".encode())
        is_page = answer.kind.startswith("text/html")
        return replace(answer, body=answer.body.replace(b"</body>", _TAG + b"</body>")) if is_page else answer

    def _refuse_method(self) -> None:
        self._end(405, "预览只回答 GET 和 HEAD / the preview answers GET and HEAD only", Allow="GET, HEAD")

    def _end(self, status: int, words: str, **headers: str) -> None:
        """Refuse, and hear nothing more from this connection: what follows may be the body of what was refused."""
        self.close_connection = True
        self._send(Answer(status, "text/plain; charset=utf-8", words.encode()), Connection="close", **headers)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server refuses by itself: lines and headers that are none, or too long."""
        self._end(code, self.responses.get(code, ("refused", ""))[0])

    def _send(self, answer: Answer, **headers: str) -> None:
        self.send_response(answer.status)
        told = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), "Cache-Control": "no-store"}
        told |= {"Location": quote(answer.location)} if answer.location else {}
        for name, value in {**told, **_PROTECTION, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def version_string(self) -> str:
        """Nobody needs to know more."""
        return "ipportal"

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the terminal is for what must be mended."""
