"""The server samples, in the real servers on the loopback: every header as the one source has it."""

import asyncio
import gzip
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from urllib.parse import quote

import pytest

from benchmarks.load import load, sample
from ipportal.files.headers import (
    HSTS,
    MEDIA_TYPES,
    cache_control,
    compressible,
    content_type,
    security_headers,
)
from ipportal.site.generator import precompress
from support.smallsite import write_site
from support.webservers import Running, caddy, nginx, running

OTHERS = (".css", ".mjs", ".woff2", ".ico", ".wasm", ".pf_fragment")
#: One of each kind of file and place, and every published format
PATHS = (
    "index.html",
    "en/index.html",
    "embed/a.html",
    "assets/site.css",
    "assets/hashed/site.0123456789ab.css",
    "sitemap.xml",
    "pagefind/fragment/a.pf_fragment",
    "pagefind/pagefind.js",
    "data/plan/1.0.0/a.csv",
    "_under/中文 名.txt",
    *(f"data/x{ending}" for ending in (*MEDIA_TYPES, *OTHERS)),
)


@pytest.fixture(
    scope="module",
    params=[(nginx, ""), (nginx, "/ip"), (caddy, ""), (caddy, "/ip")],
    ids=["nginx", "nginx-below-a-path", "caddy", "caddy-below-a-path"],
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("server")
    kind, path = request.param
    site = write_site(folder / (path.strip("/") or "site"), "one", big="word " * 1000)
    for name in ("404.html", "en/404.html", ".releases/old.html", ".well-known/security.txt", *PATHS):
        place = site / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            # Caddy changes no page: below a path it needs those of a site that knows its address
            home = f"{path}/" if kind is caddy and path else "/./"
            place.write_text(f'<a href="{home}">{name}</a>\n' + "words " * 200, encoding="utf-8")
    precompress(site)
    (site / "late.html").write_text("not compressed beforehand " * 50)
    with running(kind, folder, site, path) as server:
        yield server


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
        if path.startswith("data/"):
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
    def links(page: bytes) -> bytes:
        # at the root of a server "/./" and "/" are the same
        return page if server.path else page.replace(b'"/./', b'"/')

    root = f'"{server.path}/'.encode()
    chinese, english = (
        (server.site / name).read_bytes().replace(b'"/./', root) for name in ("404.html", "en/404.html")
    )
    for path, page in (("nowhere", chinese), ("en/nowhere", english), ("data/none.csv", chinese)):
        status, headers, body = get(server.plain + path)
        assert (status, links(body)) == (404, page)
        assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Cache-Control"] is None
        assert headers.get_all("Content-Security-Policy") == [security_headers(path)["Content-Security-Policy"]]
        assert headers["X-Content-Type-Options"] == "nosniff"
    status, _, body = get(server.plain + ".releases/old.html")
    assert (status, links(body)) == (404, chinese)
    assert get(server.plain + ".well-known/security.txt")[0] == 200


def test_nothing_fails_under_load(server: Running) -> None:
    work = load(
        server.plain,
        {server.path + path: sent for path, sent in sample(server.site).items()},
        enough=lambda found: found.requests > 500,
        connections=40,
        patience=120,
    )
    assert asyncio.run(work).failures == []
