"""The one source of header values, the file hosts read, and compressed copies."""

import gzip
from pathlib import Path

import pytest

from ipportal.files.headers import (
    cache_control,
    compressible,
    content_type,
    headers_file,
    security_headers,
)
from ipportal.site.generator import check_copies, precompress, write_headers
from ipportal.site.verify import check_manifest
from support.smallsite import contents, write_site


def rules(text: str) -> dict[str, dict[str, str]]:
    """{address pattern: headers} of a `_headers` file."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            found[list(found)[-1]][name] = value
        else:
            found[line] = {}
    return found


def sent(found: dict[str, dict[str, str]], address: str) -> dict[str, str]:
    """What a host sends by its published rule: every pattern that fits, equal names joined by a comma."""
    joined: dict[str, str] = {}
    for pattern, headers in found.items():
        if address == pattern or (pattern.endswith("*") and address.startswith(pattern[:-1])):
            for name, value in headers.items():
                joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def directives(header: str) -> set[str]:
    """The directives of all policies of a header; browsers enforce every one."""
    return {part.strip() for one in header.split(",") for part in one.split(";")}


PATHS = [
    "index.html", "404.html", "feed.xml", "plan/index.html", "en/index.html", "en/plan/index.html", "embed/a.zh.html",
    "assets/a.css", "assets/hashed/site.0123456789ab.css", "data/manifest.json", "data/plan/measures.csv",
    "data/plan/1.0.0/measures.csv", "data/plan/1.10.2/measures.csv", "pagefind/pagefind.js",
    "pagefind/fragment/x.pf_fragment",
]  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, ""])
def test_the_file_for_hosts_says_what_the_source_says(path: str) -> None:
    found = rules(headers_file(PATHS).decode())
    got = sent(found, f"/{path}")
    wanted = security_headers(path)
    everybody = {"frame-ancestors *"}  # the same as no rule at all
    assert (
        directives(got.pop("Content-Security-Policy")) == directives(wanted.pop("Content-Security-Policy")) - everybody
    )
    assert got.pop("Strict-Transport-Security") == "max-age=31536000"
    if path.startswith("data/"):
        wanted["Access-Control-Allow-Origin"] = "*"
    # rules of this form cannot tell the files of a release from its page
    if "immutable" in cache_control(path) and not path.startswith("data/"):
        wanted["Cache-Control"] = cache_control(path)
    assert got == wanted
    # the limits of Cloudflare Pages
    text = headers_file(PATHS).decode()
    assert len(found) <= 100 and max(map(len, text.splitlines())) <= 2000


@pytest.mark.parametrize(
    ("name", "forever"),
    [
        *((name, True) for name in ("a.csv", "a.json", "a.parquet", "plan-1.0.0.zip", "datapackage.json", "plan.xlsx")),
        *((name, False) for name in ("", "index.html", "citation.bib", "citation.csl.json", "croissant.json")),
        *((name, False) for name in ("datacite.json", "linkset.json", "csv-metadata.json", "a.csv-metadata.json")),
    ],
)
def test_of_a_release_only_what_was_frozen_is_kept_for_good(name: str, forever: bool) -> None:
    assert ("immutable" in cache_control(f"data/plan/1.0.0/{name}")) is forever


def test_a_page_added_at_the_top_is_protected_too() -> None:
    found = rules(headers_file(["index.html", "news/index.html", "embed/a.html"]).decode())
    assert "frame-ancestors 'self'" in sent(found, "/news/")["Content-Security-Policy"]
    assert "/embed/*" not in found


def test_kinds_of_files() -> None:
    assert content_type("en/index.html") == "text/html; charset=utf-8"
    assert content_type("sitemap.xml") == "application/xml" and content_type("en/feed.xml") == "application/atom+xml"
    assert content_type("pagefind/index/x.pf_index") == "application/octet-stream"
    assert compressible("a.csv") and compressible("a.svg") and compressible("data/a.jsonld")
    assert not any(compressible(name) for name in ("a.png", "a.zip", "a.parquet", "a.xlsx", "x.pf_index", "a.gz"))


def test_the_policy_admits_no_inline_code_and_no_other_host() -> None:
    words = security_headers("")["Content-Security-Policy"].split()
    assert "'unsafe-inline'" not in words and "'unsafe-eval'" not in words
    assert not any(word.startswith(("http", "//", "*")) for word in words)


def test_compressed_copies_are_repeatable_verified_and_left_out_where_they_do_not_pay(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "one", long="words " * 500, short="words")
    (site / "assets" / "a.png").write_bytes(b"\x89PNG" + b"0" * 2000)
    (site / "data" / "table.csv").write_bytes(b"year,words\n" * 100)
    precompress(site)
    first = contents(site)
    assert {name for name in first if name.endswith(".gz")} == {"assets/long.txt.gz", "data/table.csv.gz"}
    assert gzip.decompress(first["assets/long.txt.gz"]) == first["assets/long.txt"]
    assert first["assets/long.txt.gz"][4:8] == b"\0\0\0\0"  # no time of day inside
    precompress(site)
    assert contents(site) == first and list(check_copies(site)) == []
    # a copy of a listed download is not a stray file
    assert "site-unlisted-file" not in [problem.code for problem in check_manifest(site)]
    (site / "assets" / "long.txt").write_text("changed by hand")
    (site / "assets" / "broken.txt.gz").write_bytes(first["assets/long.txt.gz"][:40])
    (site / "assets" / "broken.txt").write_text("x")
    (site / "assets" / "alone.txt.gz").write_bytes(first["assets/long.txt.gz"])
    found = sorted(problem.where.file for problem in check_copies(site))
    assert found == ["assets/alone.txt.gz", "assets/broken.txt.gz", "assets/long.txt.gz"]


def test_the_tree_carries_the_file_for_hosts(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "one")
    write_headers(site)
    first = (site / "_headers").read_bytes()
    write_headers(site)
    assert (site / "_headers").read_bytes() == first
    assert {"/*", "/", "/index.html", "/en/*", "/assets/*", "/data/*", "/_under/*"} <= set(rules(first.decode()))
