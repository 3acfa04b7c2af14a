import contextlib
import http.client
import socket
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from ipportal.site.serve import LOOPBACK, Answer, Preview, is_for_us

#: Seconds after which the server is taken to hang, on a machine with much other work
PATIENCE = 300
PAGE = Answer(200, "text/html; charset=utf-8", b"<html><body>old</body></html>")
ANSWERS = {
    "": PAGE,
    "a.css": Answer(200, "text/css", b"b{}"),
    "\u9875/": Answer(404, "text/html", b"<body>none</body>"),
    "plan": Answer(301, "text/html", b"", "/plan/"),
    "plan/": PAGE,
}


@pytest.fixture
def preview(tmp_path):
    root = tmp_path / "portal"
    (root / "docs").mkdir(parents=True)
    (root / "overrides").mkdir()
    seen = []

    def update(changed):
        seen.append(changed)
        made.renew()

    made = Preview(root, ANSWERS.__getitem__, update)
    made.seen = seen
    return made


@contextlib.contextmanager
def running(preview):
    server = preview.server("127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(preview):
    with running(preview) as port:
        yield port


@pytest.fixture
def address(server):
    return f"http://127.0.0.1:{server}"


def get(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.read().decode()


def ask(port, method, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_pages_carry_the_reload_script_and_files_do_not(address):
    tag = '<script src="/__preview/reload.js"></script></body>'
    assert tag in get(address + "/")
    assert tag in get(address + "/?q=1")
    assert get(address + "/a.css") == "b{}"
    assert "/__preview/version" in get(address + "/__preview/reload.js")
    assert get(address + "/__preview/version") == "0"


def test_status_length_and_place_are_those_of_the_answer(server):
    answer, body = ask(server, "GET", "/%E9%A1%B5/")
    assert answer.status == 404 and b"none" in body
    answer, body = ask(server, "HEAD", "/a.css")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "3", b"")
    assert answer.headers["Cache-Control"] == "no-store"
    answer, body = ask(server, "GET", "/plan")
    assert (answer.status, answer.headers["Location"]) == (301, "/plan/")


def test_what_is_saved_is_noticed_and_what_an_editor_puts_beside_it_is_not(preview):
    docs = preview.root / "docs"
    observer = preview.watch()
    try:
        for name in ("~$index.md", "index.md", "more.md"):
            (docs / name).write_text("# x")
        noticed = set()
        while docs / "more.md" not in noticed:
            noticed.add(preview.changes.get(timeout=PATIENCE))
        assert noticed == {docs / "index.md", docs / "more.md"}
    finally:
        observer.stop()


def test_a_burst_of_changes_is_one_update_and_open_pages_load_again(preview, address):
    burst = {preview.root / "docs" / "index.md", preview.root / "docs" / "more.md"}
    for path in burst:
        preview.changes.put(path)
    worker = threading.Thread(target=preview.work, daemon=True)
    worker.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while get(address + "/__preview/version") == "0" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert get(address + "/__preview/version") == "1"
        assert preview.seen == [burst]
    finally:
        preview.stopped.set()
        worker.join(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        ("docs/zh/index.md", True),
        ("portal.toml", True),
        ("datapackages/a/data/t.csv", True),
        ("datapackages/a/data/~$t.csv", False),
        ("docs/zh/.index.md.swp", False),
        ("docs/zh/index.md~", False),
        ("site/index.html", False),
        ("README.md", False),
    ],
)
def test_only_sources_count_as_changes(preview, path, concerned):
    assert preview.concerns(preview.root / path) is concerned
    assert not preview.concerns(Path("/elsewhere/docs/x.md"))
    assert not preview.concerns(preview.root)


def raw(port, request):
    """Status line and headers of the answer to bytes sent as they are, and the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(request)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), body


def wanting(path="/", *, method="GET", host="localhost", more=""):
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode()


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "[0:0:0:0:0:0:0:1]"]
)
def test_it_answers_to_its_own_names(server, host):
    assert raw(server, wanting(host=host))[0][0] == "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.",
        "localhost@evil.example",
        "",
        "a b",
        "0.0.0.0",
        "[::2]",
        "10.0.0.1",
    ],
)
def test_a_page_elsewhere_that_was_led_here_gets_nothing(server, host):
    (status, *_), body = raw(server, wanting(host=host))
    assert status.startswith("HTTP/1.1 421 ")
    assert b"old" not in body


@pytest.mark.parametrize(
    "hosts", ["", "Host: localhost\r\nHost: localhost\r\n", "Host: localhost\r\nHost: evil.example\r\n"]
)
def test_a_request_names_one_host(server, hosts):
    head, _ = raw(server, f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
    assert head[0].startswith("HTTP/1.1 421 ")


def test_a_chosen_address_is_a_name_too(preview):
    server = preview.server("127.0.0.1", 0)
    server.server_close()
    names = {"portal.example"} | LOOPBACK
    assert is_for_us(["portal.example:80"], names) and not is_for_us(["other.example:80"], names)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"])
def test_nothing_can_be_changed_so_only_reading_is_answered(server, method):
    (status, *headers), body = raw(server, wanting(method=method, more="Content-Length: 3\r\n") + b"a=1")
    assert status.startswith("HTTP/1.1 405 ")
    assert "Allow: GET, HEAD" in headers
    assert b"old" not in body


@pytest.mark.parametrize("path", ["/", "/a.css", "/plan", "/../x", "/__preview/version"])
def test_every_answer_protects_what_is_not_published_yet(server, path):
    (_, *headers), _ = raw(server, wanting(path))
    told = dict(line.split(": ", 1) for line in headers)
    assert told["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in told["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in told["Content-Security-Policy"]
    assert told["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Python" not in told["Server"]
    assert "Access-Control-Allow-Origin" not in told


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET http://evil.example/ HTTP/1.1",
        b"GET http://localhost/a.css HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET a.css HTTP/1.1",
        b"GET /\xe9\xa1\xb5/ HTTP/1.1",
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1",
        b"GET / x HTTP/1.1",
    ],
)
def test_a_line_of_another_form_is_refused(server, request_line):
    head, body = raw(server, request_line + b"\r\nHost: localhost\r\n\r\n")
    assert int(head[0].split(" ")[1]) in {400, 414, 505}
    assert b"b{}" not in body and b"old" not in body


@pytest.mark.parametrize("start", [b"GET / HTTP/9.9", b"GET /", b"\x16\x03\x01\x00", b"", b"\x00" * 100])
def test_what_is_no_request_gets_no_page(server, start):
    head, body = raw(server, start + b"\r\n\r\n")
    assert b"old" not in body and "old" not in "".join(head)


def test_two_slashes_lead_to_no_other_host(server):
    (status, *headers), _ = raw(server, wanting("//plan"))
    assert status.startswith("HTTP/1.1 301 ")
    assert "Location: /plan/" in headers


def test_a_page_that_fails_in_any_way_is_told_and_the_next_is_answered(preview, capsys):
    def find(address):
        raise RuntimeError(f"<b>{address}")

    preview.find = find
    with running(preview) as port:
        for _ in range(2):
            answer, body = ask(port, "GET", "/x")
            assert (answer.status, answer.headers["Content-Type"]) == (500, "text/plain; charset=utf-8")
            assert body == b"RuntimeError: <b>x"
    assert capsys.readouterr().err == ""


def test_a_place_in_chinese_is_sent_on_in_ascii(preview):
    preview.find = lambda address: Answer(301, "text/html", b"", f"/{address}/")
    with running(preview) as port:
        answer, _ = ask(port, "GET", "/%E9%A1%B5")
    assert answer.headers["Location"] == "/%E9%A1%B5/"
