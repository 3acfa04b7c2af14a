import threading
import time
import urllib.request

import pytest

from ipportal.serve import Preview


@pytest.fixture
def preview(tmp_path):
    root = tmp_path / "portal"
    (root / "docs").mkdir(parents=True)
    (root / "overrides").mkdir()
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<html><body>old</body></html>")
    (site / "a.css").write_text("b{}")
    rebuilt = threading.Event()

    def rebuild():
        (site / "index.html").write_text("<html><body>new</body></html>")
        rebuilt.set()

    made = Preview(root, site, rebuild)
    made.rebuilt = rebuilt
    return made


@pytest.fixture
def address(preview):
    server = preview.server("127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_pages_carry_the_reload_script_and_files_do_not(address):
    assert "/__preview" in get(address + "/")
    assert "/__preview" in get(address + "/index.html")
    assert get(address + "/a.css") == "b{}"
    assert get(address + "/__preview") == "0"


def test_a_saved_change_is_rebuilt_and_shown(preview, address):
    observer = preview.watch()
    worker = threading.Thread(target=preview.work, daemon=True)
    worker.start()
    try:
        (preview.root / "docs" / "index.md").write_text("# x")
        assert preview.rebuilt.wait(timeout=10)
        deadline = time.monotonic() + 5
        while get(address + "/__preview") == "0" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert get(address + "/__preview") == "1"
        assert "new" in get(address + "/")
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
        ("site/index.html", False),
        ("README.md", False),
    ],
)
def test_only_sources_count_as_changes(preview, path, concerned):
    assert preview.concerns(str(preview.root / path)) is concerned
    assert not preview.concerns("/elsewhere/docs/x.md")
