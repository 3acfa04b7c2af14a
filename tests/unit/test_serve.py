import http.client
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from ipportal.serve import Answer, Preview

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


@pytest.fixture
def server(preview):
    server = preview.server("127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def address(server):
    return f"http://127.0.0.1:{server}"


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def ask(port, method, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_pages_carry_the_reload_script_and_files_do_not(address):
    assert "/__preview" in get(address + "/")
    assert "/__preview" in get(address + "/?q=1")
    assert get(address + "/a.css") == "b{}"
    assert get(address + "/__preview") == "0"


def test_status_length_and_place_are_those_of_the_answer(server):
    answer, body = ask(server, "GET", "/%E9%A1%B5/")
    assert answer.status == 404 and b"none" in body
    answer, body = ask(server, "HEAD", "/a.css")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "3", b"")
    assert answer.headers["Cache-Control"] == "no-store"
    answer, body = ask(server, "GET", "/plan")
    assert (answer.status, answer.headers["Location"]) == (301, "/plan/")


def test_a_burst_of_changes_is_one_update_and_open_pages_load_again(preview, address):
    observer = preview.watch()
    worker = threading.Thread(target=preview.work, daemon=True)
    worker.start()
    try:
        (preview.root / "docs" / "index.md").write_text("# x")
        (preview.root / "docs" / "more.md").write_text("# y")
        (preview.root / "docs" / "~$index.md").write_text("of the editor")
        deadline = time.monotonic() + 10
        while get(address + "/__preview") == "0" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert get(address + "/__preview") == "1"
        assert preview.seen == [{preview.root / "docs" / "index.md", preview.root / "docs" / "more.md"}]
    finally:
        preview.stopped.set()
        observer.stop()
        worker.join(timeout=5)


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
