"""The sample for nginx, tried on the real server on the loopback."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

import setup_browser
from ipportal.artefacts.media import MEDIA_TYPES
from support.server import POLICY
from support.smallsite import write_site

SAMPLE = Path(__file__).resolve().parents[2] / "scripts" / "servers" / "nginx.conf"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    nginx = setup_browser.find_nginx()
    assert nginx, "nginx is needed: apt-get install nginx-light"
    folder = tmp_path_factory.mktemp("nginx")
    site = write_site(folder / "site", "one", big="word " * 1000)
    for name in ("404.html", "en/404.html", ".releases/old.html", "embed/a.html", "data/plan/1.0.0/a.csv"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(f"<p>{name}</p>")
    for ending, _ in MEDIA_TYPES:
        (site / "data" / f"x{ending}").write_text("x")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sample = SAMPLE.read_text(encoding="utf-8")
    for own, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("listen [::]:80;", ""),
        ("root /var/www/ip;", f"root {site};"),
    ):
        assert sample.count(own) == 1
        sample = sample.replace(own, here)
    (folder / "portal.conf").write_text(sample, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{user} daemon off; master_process on; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{ access_log off; {places} include {folder}/portal.conf; }}\n"
    )
    server = subprocess.Popen(
        [nginx, "-e", f"{folder}/error.log", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert server.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.mark.parametrize("page", ["", "en/", "data/table.csv", "assets/site.css", "nowhere"])
def test_every_answer_carries_the_security_headers(address: str, page: str) -> None:
    _, headers, _ = get(address + page)
    # the same policy the browser tests run under
    assert headers.get_all("Content-Security-Policy") == [POLICY.format(hashes="")]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] and headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"] is None  # plain HTTP
    assert headers["Server"] == "nginx"


def test_only_embeddable_pages_may_stand_in_other_sites(address: str) -> None:
    assert get(address + "embed/a.html")[1]["Content-Security-Policy"].endswith("frame-ancestors *")


def test_data_may_be_read_from_other_sites(address: str) -> None:
    assert get(address + "data/table.csv")[1]["Access-Control-Allow-Origin"] == "*"
    assert get(address)[1]["Access-Control-Allow-Origin"] is None


def test_released_files_are_kept_for_good_and_others_asked_for_again(address: str) -> None:
    assert get(address + "data/plan/1.0.0/a.csv")[1]["Cache-Control"].endswith("immutable")
    for path in ("", "data/table.csv", "assets/site.css"):
        assert get(address + path)[1]["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(("ending", "kind"), MEDIA_TYPES)
def test_every_format_has_its_media_type(address: str, ending: str, kind: str) -> None:
    status, headers, _ = get(f"{address}data/x{ending}")
    assert (status, headers.get_content_type()) == (200, kind)


def test_text_is_utf8_and_travels_compressed(address: str) -> None:
    assert get(address)[1]["Content-Type"] == "text/html; charset=utf-8"
    _, headers, body = get(address + "assets/big.txt", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip" and len(body) < 500


def test_unknown_and_hidden_addresses_get_the_page_of_their_language(address: str) -> None:
    assert get(address + "nowhere")[::2] == (404, b"<p>404.html</p>")
    assert get(address + "en/nowhere")[::2] == (404, b"<p>en/404.html</p>")
    assert get(address + ".releases/old.html")[::2] == (404, b"<p>404.html</p>")
