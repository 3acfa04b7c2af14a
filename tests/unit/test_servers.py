"""The server samples, in the real servers on the loopback: every header as the one source has it."""

import contextlib
import gzip
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import pytest

import setup_browser
from ipportal.artefacts.headers import (
    HSTS,
    cache_control,
    compressible,
    content_type,
    readable_elsewhere,
    security_headers,
)
from ipportal.artefacts.media import MEDIA_TYPES
from ipportal.hosting import precompress
from support.smallsite import write_site

SAMPLES = Path(__file__).resolve().parents[2] / "scripts" / "servers"
OTHERS = (".css", ".mjs", ".woff2", ".ico", ".wasm", ".pf_fragment")
#: One of each kind of file and place, and every published format
PATHS = (
    "index.html",
    "en/index.html",
    "embed/a.html",
    "assets/site.css",
    "sitemap.xml",
    "pagefind/fragment/a.pf_fragment",
    "pagefind/pagefind.js",
    "data/plan/1.0.0/a.csv",
    "_under/中文 名.txt",
    *(f"data/x{ending}" for ending in (*(ending for ending, _ in MEDIA_TYPES), *OTHERS)),
)


@dataclass(frozen=True)
class Running:
    """A server that shows the site under both schemes."""

    plain: str
    secure: str
    site: Path


def ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def adapted(name: str, *pairs: tuple[str, str]) -> str:
    """A sample with the lines that every owner changes."""
    sample = (SAMPLES / name).read_text(encoding="utf-8")
    for own, here in pairs:
        assert sample.count(own) == 1, own
        sample = sample.replace(own, here)
    return sample


def nginx(folder: Path, site: Path, plain: int, secure: int) -> list[str]:
    program = setup_browser.find_nginx()
    assert program, "nginx is needed: apt-get install nginx-light"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    subprocess.run([*words, "-keyout", f"{folder}/key", "-out", f"{folder}/cert"], check=True, capture_output=True)
    tls = f"listen 127.0.0.1:{secure} ssl; ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;"
    sample = adapted(
        "nginx.conf",
        ("listen 80;", f"listen 127.0.0.1:{plain}; {tls}"),
        ("listen [::]:80;", ""),
        ("root /var/www/ip;", f"root {site};"),
    )
    (folder / "portal.conf").write_text(sample, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{user} daemon off; master_process on; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{ access_log off; {places} include {folder}/portal.conf; }}\n"
    )
    return [program, "-e", f"{folder}/error.log", "-c", str(config)]


def caddy(folder: Path, site: Path, plain: int, secure: int) -> list[str]:
    program = shutil.which("caddy")
    assert program, "Caddy is needed: apt-get install caddy"
    options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    # the owner's address brings a certificate from outside; here Caddy signs one itself
    block = adapted("Caddyfile", ("root * /var/www/ip", f"root * {site}")).partition("ip.example.gov.cn {")[2]
    both = f"http://127.0.0.1:{plain} {{{block}\nhttps://localhost:{secure} {{\n\ttls internal{block}"
    (folder / "Caddyfile").write_text(options + both, encoding="utf-8")
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("server")
    site = write_site(folder / "site", "one", big="word " * 1000)
    for name in ("404.html", "en/404.html", ".releases/old.html", ".well-known/security.txt", *PATHS):
        place = site / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.write_text(f"<p>{name}</p>\n" + "words " * 200, encoding="utf-8")
    precompress(site)
    (site / "late.html").write_text("not compressed beforehand " * 50)
    plain, secure = ports(2)
    command = request.param(folder, site, plain, secure)
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    with (folder / "said").open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | homes, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for port in (plain, secure):
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert process.poll() is None, "".join(path.read_text() for path in folder.glob("*") if path.is_file())
                time.sleep(0.05)
        yield Running(f"http://127.0.0.1:{plain}/", f"https://localhost:{secure}/", site)
    finally:
        process.terminate()
        process.wait()


TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname = False
TRUSTING.verify_mode = ssl.CERT_NONE


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60, context=TRUSTING) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_every_kind_of_file_comes_with_the_headers_of_the_one_source(server: Running) -> None:
    for path in PATHS:
        status, headers, body = get(server.plain + quote(path))
        assert status == 200 and body == (server.site / path).read_bytes(), path
        wanted = {**security_headers(path), "Content-Type": content_type(path), "Cache-Control": cache_control(path)}
        if readable_elsewhere(path):
            wanted["Access-Control-Allow-Origin"] = "*"
        optional = {*wanted, "Access-Control-Allow-Origin", HSTS[0], "Content-Encoding"}
        # each header once, and none of the others
        assert sorted((n, v) for n, v in headers.items() if n in optional) == sorted(wanted.items()), path


def test_a_folder_shows_its_page_with_the_same_headers(server: Running) -> None:
    for path in ("", "en/"):
        _, headers, body = get(server.plain + path)
        assert body == (server.site / path / "index.html").read_bytes()
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        for name, value in security_headers(path).items():
            assert headers.get_all(name) == [value]
    assert "/" not in (headers["Server"] or "")  # no version for attackers to look up


def test_over_https_browsers_are_told_to_stay_there(server: Running) -> None:
    _, headers, _ = get(server.secure)
    assert headers.get_all(HSTS[0]) == [HSTS[1]]
    assert headers.get_all("Content-Security-Policy") == [security_headers("")["Content-Security-Policy"]]


def test_compressed_copies_are_sent_as_they_are_and_other_text_is_compressed_on_the_way(server: Running) -> None:
    asking = {"Accept-Encoding": "gzip"}
    for path in ("en/index.html", "assets/big.txt", "data/x.csv", "data/x.csl.json", "late.html", "data/x.png"):
        data = (server.site / path).read_bytes()
        _, headers, body = get(server.plain + path, **asking)
        assert headers["Content-Type"] == content_type(path)
        if len(data) < 512 or not compressible(path):
            assert headers["Content-Encoding"] is None and body == data
            continue
        assert headers["Content-Encoding"] == "gzip" and gzip.decompress(body) == data, path
        assert "Accept-Encoding" in headers["Vary"]
        copy = server.site / f"{path}.gz"
        assert body == copy.read_bytes() if copy.is_file() else path == "late.html"


def test_unknown_and_hidden_addresses_get_the_page_of_their_language(server: Running) -> None:
    chinese, english = ((server.site / name).read_bytes() for name in ("404.html", "en/404.html"))
    for path, page in (("nowhere", chinese), ("en/nowhere", english), ("data/none.csv", chinese)):
        status, headers, body = get(server.plain + path)
        assert (status, body) == (404, page)
        assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Cache-Control"] is None
        assert headers.get_all("Content-Security-Policy") == [security_headers(path)["Content-Security-Policy"]]
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert get(server.plain + ".releases/old.html")[::2] == (404, chinese)
    assert get(server.plain + ".well-known/security.txt")[0] == 200
