"""A real S3 server on the loopback, and a proxy before it that sees every request and can break any of them."""

import contextlib
import http.client
import os
import socket
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.ports import free_port, wait_for

#: What the proxy does with a request: pass it on, cut the line before the server sees it, or before it can answer
PASS, CUT, CUT_AFTER = "pass", "cut", "cut after"


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The address of a server process of its own; it checks no keys until told to."""
    port = free_port()
    code = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    with (folder / "s3.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(server, port, folder / "s3.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@dataclass
class Line:
    """A proxy before the server; `judge` may break a request, `seen` is told of each one that was answered."""

    upstream: str
    judge: Callable[[str, str], str] = lambda method, path: PASS
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    address: str = ""

    def settle(self) -> None:
        """Wait until the request under way, of a client that may be gone, has been answered and told."""
        with _Relay.turn:
            pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    line: Line

    def handle_error(self, *arguments: object) -> None:
        """A client that was killed is what the tests are about."""


class _Relay(BaseHTTPRequestHandler):
    """Passes requests on as they came, signature included."""

    protocol_version = "HTTP/1.1"
    # one at a time: the order in which the server saw them is known
    turn = threading.Lock()
    server: _Server

    def setup(self) -> None:
        """What a client that was killed had sent is judged as it was when it connected, however late its turn comes."""
        super().setup()
        self.judge = self.server.line.judge

    def relay(self) -> None:
        line = self.server.line
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.turn:
            verdict = self.judge(self.command, self.path)
            if verdict != CUT:
                status, headers, answer = self.ask(body)
                line.seen.append((self.command, self.path, status))
        if verdict == PASS:
            self.answer(status, headers, answer)
        else:
            # with nothing lingering the system answers with a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    def ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        host = urllib.parse.urlsplit(self.server.line.upstream).netloc
        with contextlib.closing(http.client.HTTPConnection(host, timeout=60)) as connection:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("connection", "expect"):
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.relay()

    def do_PUT(self) -> None:
        self.relay()

    def do_DELETE(self) -> None:
        self.relay()

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *arguments: object) -> None:
        """The requests are kept in `seen`."""


@contextlib.contextmanager
def line_to(upstream: str) -> Iterator[Line]:
    """Stand between a client and the server."""
    with _Server(("127.0.0.1", 0), _Relay) as server:
        server.line = Line(upstream, address=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.line
        finally:
            server.shutdown()
            thread.join()


def fetch(url: str) -> tuple[int, Message, bytes]:
    """What a reader gets: status, headers, bytes."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def environment(**values: str) -> dict[str, str]:
    """An environment with the test's key, without the keys and settings of this machine."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_MAX_ATTEMPTS": "1",
        **values,
    }


def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process the same environment for the length of a test."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
