"""What the preview shows while sources change, with stand-ins for the site generator and the downloads."""

import socket
import threading

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from ipportal.base.errors import DataError, Problem, SiteError, Where
from ipportal.base.text import Text
from ipportal.site import preview
from ipportal.site.preview import PreviewSite
from ipportal.site.serve import Preview
from support.portals import tiny_portal


def problem(found):
    return Problem("x", Where("docs/zh/a.md", 3), Text("甲", "A"), found, Text("乙", "B"))


class Pages:
    """Stand-in for LivePages: shows the Markdown as it is, and fails on a page that says “wrong”."""

    made = 0

    def __init__(self, root, lang, view):
        Pages.made += 1
        self.folder = root / "docs" / lang
        self.sources = {"a/index.html": "a.md", "index.html": "index.md"}
        self.addresses = tuple(self.sources)

    def address(self, source):
        return {source: address for address, source in self.sources.items()}.get(source)

    def source(self, address):
        return self.sources.get(address)

    def page(self, address):
        if address == "404.html":
            return b"<body>none</body>"
        if address not in self.sources:
            return None
        text = (self.folder / self.sources[address]).read_bytes()
        if b"wrong" in text:
            raise SiteError([problem("generator")])
        return b"<body>%s</body>" % text

    def static(self, address):
        file = self.folder.parents[1] / "overrides" / address
        return file if file.is_file() else None


@pytest.fixture
def root(tmp_path, monkeypatch):
    for lang in ("zh", "en"):
        folder = tmp_path / "docs" / lang
        folder.mkdir(parents=True)
        for name in ("index.md", "a.md"):
            (folder / name).write_text(f"{lang} {name}")
    (tmp_path / "overrides/assets/css").mkdir(parents=True)
    (tmp_path / "overrides/assets/css/a.css").write_text("b{}")
    monkeypatch.setattr(preview, "load", lambda root: tiny_portal())
    monkeypatch.setattr(preview, "remember", lambda root: None)
    monkeypatch.setattr(preview, "LivePages", Pages)
    monkeypatch.setattr(preview, "rehearse", lambda portal, root, only: [problem(" ".join(only))])
    monkeypatch.setattr(preview, "gather_files", lambda portal, root: {"data/t.csv": b"1", "feed.xml": b"<feed/>"})
    return tmp_path


@pytest.fixture
def told():
    return []


@pytest.fixture
def site(root, told):
    made = PreviewSite(root, told.append)
    made.update()
    return made


def body(site, address):
    return site.find(address).body.decode()


@pytest.mark.parametrize(
    ("address", "status", "kind", "content"),
    [
        ("", 200, "text/html; charset=utf-8", "zh index.md"),
        ("en/", 200, "text/html; charset=utf-8", "en index.md"),
        ("a/", 200, "text/html; charset=utf-8", "zh a.md"),
        ("en/a/index.html", 200, "text/html; charset=utf-8", "en a.md"),
        ("assets/css/a.css", 200, "text/css; charset=utf-8", "b{}"),
        ("data/t.csv", 200, "text/csv; charset=utf-8", "1"),
        ("nowhere/", 404, "text/html; charset=utf-8", "none"),
        ("data/none.csv", 404, "text/html; charset=utf-8", "none"),
    ],
)
def test_every_address_of_the_site(site, address, status, kind, content):
    answer = site.find(address)
    assert (answer.status, answer.kind) == (status, kind)
    assert content in answer.body.decode()


def test_an_address_without_its_slash_is_sent_on(site):
    assert (site.find("en/a").status, site.find("en/a").location) == (301, "/en/a/")


def test_downloads_are_made_once_for_each_state(site, monkeypatch):
    calls = []
    monkeypatch.setattr(preview, "gather_files", lambda portal, root: calls.append(1) or {"data/t.csv": b"2"})
    assert [body(site, "data/t.csv") for _ in range(2)] == ["2", "2"]
    site.update()
    assert body(site, "data/t.csv") == "2"
    assert len(calls) == 2


def test_search_is_made_when_first_used_and_kept(site, root, monkeypatch):
    indexed = []

    def index(folder, words):
        indexed.append(sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html")))
        (folder / "pagefind").mkdir()
        (folder / "pagefind" / "pagefind.js").write_text("js")

    monkeypatch.setattr(preview, "index", index)
    assert body(site, "pagefind/pagefind.js") == "js"
    assert site.find("pagefind/none.js").status == 404
    assert indexed == [["a/index.html", "en/a/index.html", "en/index.html", "index.html"]]


def test_data_that_are_not_fit_leave_what_was_shown(site, root, monkeypatch):
    def refuse(root):
        raise DataError([problem("12O0")])

    (root / "docs/zh/a.md").write_text("zh newer")
    monkeypatch.setattr(preview, "load", refuse)
    with pytest.raises(DataError):
        site.update({root / "datapackages/a/data/t.csv"})
    assert site.find("").status == 200


def test_before_anything_was_fit_the_problems_are_the_page(root, monkeypatch):
    def refuse(root):
        raise DataError([problem("12O0")])

    monkeypatch.setattr(preview, "load", refuse)
    site = PreviewSite(root, print)
    with pytest.raises(DataError):
        site.update()
    answer = site.find("en/")
    assert (answer.status, answer.kind) == (500, "text/html; charset=utf-8")
    assert "12O0" in answer.body.decode() and 'lang="en"' in answer.body.decode()


def test_a_changed_page_that_cannot_be_made_is_told_at_once_and_the_old_one_stays(site, root):
    assert "zh a.md" in body(site, "a/")
    (root / "docs/zh/a.md").write_text("wrong")
    with pytest.raises(SiteError) as caught:
        site.update({root / "docs/zh/a.md"})
    assert caught.value.problems[0].found == "zh a.md"
    (root / "docs/zh/a.md").write_text("mended")
    site.update({root / "docs/zh/a.md"})
    assert "mended" in body(site, "a/")


def test_a_page_that_fails_when_opened_shows_its_last_good_state_and_tells(site, root, told):
    assert "zh a.md" in body(site, "a/")
    (root / "docs/zh/a.md").write_text("wrong")
    (root / "docs/en/a.md").write_text("wrong")
    assert "zh a.md" in body(site, "a/")
    assert [p.found for p in told[0]] == ["zh a.md"]
    assert site.find("en/a/").status == 500


def test_only_what_a_change_touches_is_made_again(site, root):
    before = Pages.made
    site.update({root / "overrides/assets/css/a.css"})
    assert Pages.made == before
    site.update({root / "overrides/assets/css/gone.css"})
    assert Pages.made == before + 2
    before += 2
    site.update({root / "docs/zh/a.md"})
    assert Pages.made == before + 1
    site.update({root / "docs/zh/a.md", root / "docs/en/a.md"})
    assert Pages.made == before + 3
    site.update({root / "portal.toml"})
    assert Pages.made == before + 5


def test_a_review_tells_the_mistakes_of_pages_nobody_looked_at(site, told, monkeypatch):
    monkeypatch.setattr(preview, "rehearse", lambda portal, root: [])
    site.review()
    assert told == []
    monkeypatch.setattr(preview, "rehearse", lambda portal, root: [problem("far away")])
    site.review()
    assert [p.found for p in told[0]] == ["far away"]


@pytest.fixture
def line(site, root, monkeypatch):
    """A socket's way to the preview, as anybody on this machine has it; a secret lies outside, and links lead to it."""
    secret = root.parent / "secret"
    secret.write_text(SECRET)

    def index(folder, words):
        (folder / "pagefind").mkdir()
        (folder / "pagefind" / "pagefind.js").write_text("js")
        (folder / "pagefind" / "link.js").symlink_to(secret)
        (folder / "pagefind" / "up").symlink_to(root.parent)

    monkeypatch.setattr(preview, "index", index)
    server = Preview(root, site.find, lambda changed: None).server("127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def ask(target):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=120) as line:
            line.sendall(
                f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("utf-8", "replace")
            )
            return b"".join(iter(lambda: line.recv(65536), b""))

    yield ask
    server.shutdown()
    server.server_close()


SECRET = "not for the public"


def test_search_is_served_from_its_folder_only(line, root):
    assert line("/pagefind/pagefind.js").endswith(b"js")
    places = [f"/pagefind/{up}{name}" for name in ("secret", "portal.toml") for up in ways_up()]
    for target in [*places, "/pagefind/link.js", "/pagefind/up/secret", f"/pagefind/{root.parent}/secret"]:
        answer = line(target)
        assert SECRET.encode() not in answer, target
        assert answer.split(b" ")[1] in {b"400", b"404"}, target


def ways_up():
    """How people write “the folder above”, many times over."""
    for step in (
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%252f",
        "%252e%252e%252f",
        "..\\",
        "..%5c",
        "..%255c",
        "....//",
    ):
        yield from (step * times for times in (1, 3, 12))
    yield from ("%c0%ae%c0%ae/" * 6, "..%c0%af" * 6, "%00/../" * 6, "/" * 3, "C:\\", "c%3a%5c", "./" * 700, "..;/" * 6)


@given(
    strategies.lists(
        strategies.sampled_from(["pagefind", "..", ".", "/", "%2f", "%2e", "%5c", "%00", "link.js", "secret", "%"])
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_brings_out_what_lies_outside(line, parts):
    assert SECRET.encode() not in line("/" + "".join(parts))
