import hashlib
import json

import pytest

from ipportal.files.headers import PAGE_POLICY
from ipportal.site.verify import resolve, summary, verify

POLICY = f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">'
PAGE = """<!doctype html><html lang="{lang}"><head>{policy}<title>{title}</title>{head}</head>
<body><h1>{title}</h1>{body}</body></html>"""


@pytest.fixture
def site(tmp_path):
    """A whole small site: two pages in each language and one download."""
    put(
        tmp_path,
        "index.html",
        title="首页",
        body='<a href="a/">甲</a><a href="data/t.csv">表</a><a href="en/">English</a>',
    )
    put(tmp_path, "a/index.html", title="甲", body='<h2 id="x">节</h2><a href="../">首页</a><a href="#x">节</a>')
    put(tmp_path, "en/index.html", lang="en", title="Home", body='<a href="a/#x">A</a>')
    put(tmp_path, "en/a/index.html", lang="en", title="A", body='<h2 id="x">Part</h2>')
    data = b"id\n1\n"
    (tmp_path / "data").mkdir()
    (tmp_path / "data/t.csv").write_bytes(data)
    entry = {"path": "data/t.csv", "sha256": hashlib.sha256(data).hexdigest()}
    (tmp_path / "data/manifest.json").write_text(json.dumps({"files": [entry]}))
    return tmp_path


def put(site, path, lang="zh-Hans", title="题", body="", head="", policy=POLICY):
    file = site / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PAGE.format(lang=lang, title=title, body=body, head=head, policy=policy), encoding="utf-8")


def codes(site):
    return sorted({problem.code for problem in verify(site)})


def test_a_whole_site_has_no_problems(site):
    assert verify(site) == []
    assert summary(site) == {"pages": 4, "files": 2}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<a href="nowhere/">x</a>', "site-broken-link"),
        ('<a href="../#missing">x</a>', "site-broken-anchor"),
        ('<a href="/a/">x</a>', "site-absolute-link"),
        ('<img src="../data/t.csv">', "site-alt"),
        ("<svg><path/></svg>", "site-alt"),
        ("<h1>again</h1>", "site-heading"),
        ("<p>{{ figure('x') }}</p>", "site-leftover"),
        ("<p>page_kind: article</p>", "site-leftover"),
        ('<script src="https://example.org/a.js"></script>', "site-foreign-host"),
        ('<img alt="x" src="https://example.org/a.png">', "site-foreign-host"),
        ("<iframe></iframe>", "site-markup"),
        ('<p style="color:red">', "site-markup"),
        ('<svg onload="alert(1)" aria-hidden="true"></svg>', "site-markup"),
        ('<a href="javascript:alert(1)">x</a>', "site-markup"),
        ("<script>alert(1)</script>", "site-markup"),
        ('<base href="https://example.org/">', "site-markup"),
    ],
)
def test_each_broken_promise_is_found(site, body, code):
    put(site, "a/index.html", title="甲", body='<h2 id="x">节</h2>' + body)
    assert codes(site) == [code]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://example.org/page">another site</a>',
        '<a href="mailto:a@example.org">mail</a>',
        '<button aria-label="搜索"><svg><path/></svg></button>',
        '<a href="../"><svg><path/></svg> 首页</a>',
        '<svg aria-hidden="true"><path/></svg>',
        '<svg role="img" aria-label="图"><path/></svg>',
        '<img alt="" src="../data/t.csv">',
        "<pre>{{ name }}</pre>",
        '<script type="application/ld+json">{{"x": "{{ y }}"}}</script>'.replace('{{"', '{"').replace('"}}', '"}'),
    ],
)
def test_what_is_allowed(site, body):
    put(site, "a/index.html", title="甲", body='<h2 id="x">节</h2>' + body)
    assert verify(site) == []


def test_a_stylesheet_from_elsewhere_is_found(site):
    put(
        site,
        "a/index.html",
        title="甲",
        body='<h2 id="x">节</h2>',
        head='<link rel="stylesheet" href="https://example.org/a.css">',
    )
    assert codes(site) == ["site-foreign-host"]


def test_the_sites_own_address_is_no_foreign_host(site):
    put(site, "a/index.html", title="甲", body='<h2 id="x">节</h2><img alt="" src="https://ip.example/x.png">')
    assert verify(site, "https://ip.example") == []


def test_a_page_in_one_language_only(site):
    put(site, "b/index.html", title="乙")
    problem = next(p for p in verify(site) if p.code == "site-missing-language")
    assert problem.where.file == "en/b/index.html"
    put(site, "en/b/index.html", lang="en", title="B")
    assert verify(site) == []


def test_a_wrong_language_and_a_missing_title(site):
    put(site, "en/a/index.html", lang="zh-Hans", title="", body='<h2 id="x">Part</h2>')
    assert codes(site) == ["site-lang", "site-title-missing"]


def test_titles_are_unique_within_a_language(site):
    put(site, "a/index.html", title="首页", body='<h2 id="x">节</h2>')
    assert codes(site) == ["site-title-repeated"]


def test_downloads_are_held_to_the_manifest(site):
    (site / "data/t.csv").write_bytes(b"id\n2\n")
    assert codes(site) == ["site-download-changed"]
    (site / "data/t.csv").unlink()
    assert codes(site) == ["site-broken-link", "site-download-missing"]


def test_files_the_manifest_does_not_know(site):
    (site / "data/extra.csv").write_bytes(b"")
    assert codes(site) == ["site-unlisted-file"]
    (site / "data/extra.csv").unlink()
    (site / "data/manifest.json").unlink()
    assert codes(site) == ["site-manifest-missing"]


def test_the_404_page_may_link_from_the_root(site):
    put(site, "404.html", title="没有这一页", body='<a href="/a/">甲</a>')
    put(site, "en/404.html", lang="en", title="No such page")
    assert verify(site) == []


@pytest.mark.parametrize(
    ("page", "link", "target"),
    [
        ("a/index.html", "../", "index.html"),
        ("a/index.html", "..", "index.html"),
        ("index.html", "a/", "a/index.html"),
        ("index.html", "", "index.html"),
        ("index.html", "./", "index.html"),
        ("a/b/index.html", "../../data/t.csv", "data/t.csv"),
        ("a.html", "b.html", "b.html"),
    ],
)
def test_relative_links_lead_to_files(page, link, target):
    assert resolve(page, link) == target


@pytest.fixture
def plain(tmp_path):
    """The same small site with a file for each page."""
    put(tmp_path, "index.html", title="首页", body='<a href="a.html#x">甲</a><a href="en/index.html">English</a>')
    put(tmp_path, "a.html", title="甲", body='<h2 id="x">节</h2><a href="index.html">首页</a><a href="#x">节</a>')
    put(tmp_path, "en/index.html", lang="en", title="Home", body='<a href="a.html">A</a>')
    put(tmp_path, "en/a.html", lang="en", title="A", body='<a href="../a.html">中文</a>')
    (tmp_path / "data").mkdir()
    (tmp_path / "data/manifest.json").write_text('{"files": []}')
    return tmp_path


def test_a_site_of_plain_files_has_no_problems(plain):
    assert verify(plain) == []


@pytest.mark.parametrize("link", ["./", "en/", "..", "a/../"])
def test_a_link_to_a_folder_is_found_among_plain_files(plain, link):
    put(plain, "a.html", title="甲", body=f'<h2 id="x">节</h2><a href="{link}">x</a>')
    assert "site-folder-link" in codes(plain)


def test_links_to_folders_are_the_rule_otherwise(site):
    assert "site-folder-link" not in codes(site)


@pytest.mark.parametrize(
    "policy",
    ["", '<meta charset="utf-8">' + POLICY, POLICY.replace("'self'", "*"), POLICY.replace("http-equiv", "name")],
    ids=["none", "second", "another", "no policy"],
)
def test_every_page_begins_with_the_policy(site, policy):
    put(site, "a/index.html", title="甲", body='<h2 id="x">节</h2>', policy=policy)
    assert set(codes(site)) <= {"site-policy", "site-markup"} and codes(site)


@pytest.mark.parametrize(
    ("content", "extra", "expected"),
    [
        ("0; url=../", "", []),
        ("0;url=../index.html", "", []),
        ("0; url=../", '<script src="../x.js"></script>', ["site-broken-link", "site-redirect"]),
        ("5; url=../", "", ["site-markup"]),
        ("0; url=https://example.org/", "", ["site-markup"]),
        ("0; url=//example.org/", "", ["site-markup"]),
        ("0; url=/a/", "", ["site-markup"]),
        ("0; url=../../", "", ["site-redirect"]),
        ("0; url=../nowhere/", "", ["site-redirect"]),
        ("0; url=javascript:alert(1)", "", ["site-markup"]),
        ("0; url=java&#10;script:alert(1)", "", ["site-markup"]),
    ],
)
def test_a_redirect_leads_at_once_to_a_page_of_the_site(site, content, extra, expected):
    refresh = f'<meta http-equiv="refresh" content="{content}">'
    put(site, "a/index.html", title="甲", body='<h2 id="x">节</h2>' + extra, head=refresh)
    assert codes(site) == expected


def test_the_script_that_takes_the_place_along_may_stand_on_a_page_that_leads_on(site):
    (site / "assets/hashed").mkdir(parents=True)
    (site / "assets/hashed/moved.0123456789ab.js").write_text("")
    script = '<script src="../assets/hashed/moved.0123456789ab.js"></script>'
    head = f'{script}<meta http-equiv="refresh" content="0; url=../">'
    put(site, "a/index.html", title="甲", body='<h2 id="x">节</h2>', head=head)
    assert codes(site) == []


@pytest.mark.parametrize(
    "name", [".env", ".git/config", "a/.htpasswd", "run.php", "a.exe", "page.htm", "a.md5", "x/.well-known/a.txt"]
)
def test_files_of_other_kinds_are_found(site, name):
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text("x")
    assert codes(site) == ["site-file-kind"]


def test_drawings_hold_nothing_that_runs(site):
    svg = '<svg xmlns="http://www.w3.org/2000/svg">'
    (site / "a/b.svg").write_text(f'<?xml version="1.0"?>{svg}<path d="M0 0"/></svg>')
    assert verify(site) == []
    (site / "a/b.svg").write_text(f"{svg}<script>alert(1)</script></svg>")
    assert codes(site) == ["site-markup"]


def test_a_fault_is_told_with_the_line_of_the_markdown_it_came_from(site, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    (root / "docs/en").mkdir(parents=True)
    (root / "docs/en/a.md").write_text('---\norder: 1\n---\n# A\n\n`onclick`\n\n<p onclick="x">y</p>\n')
    put(site, "en/a/index.html", lang="en", title="A", body='<h2 id="x">Part</h2><p onclick="x">y</p>')
    (problem,) = verify(site, "", root)
    assert (problem.where.file, problem.where.row) == ("docs/en/a.md", 8)
    assert "en/a/index.html" in problem.found
    (problem,) = verify(site)
    assert (problem.where.file, problem.where.row) == ("en/a/index.html", None)
