"""Two finished sites compared: every kind of difference is seen, and how a page is written does not matter."""

import pytest

from ipportal.cli import main
from ipportal.commands import build as verify_command
from ipportal.site.pagefacts import compare_sites

PAGE = """<!doctype html><html lang="en"><head><title>Patents</title><meta name="description" content="d">
<meta name="generator" content="A"><link rel="stylesheet" href="../a.css"></head><body><h1 id="top">Patents</h1>
<p>Two <b>words</b>.</p><a href="../b/#x">b</a><svg aria-label="c"><path d="M0"/></svg>
<table><tr><td>2020</td><td>7</td></tr></table></body></html>"""


@pytest.fixture
def sites(tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name / "p").mkdir(parents=True)
        (tmp_path / name / "p/index.html").write_text(PAGE, encoding="utf-8")
        (tmp_path / name / "a.css").write_text("p {}")
        made.append(tmp_path / name)
    return made


def edit(site, old, new):
    page = site / "p/index.html"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('lang="en"', 'lang="fr"', "language"),
        ("<title>Patents", "<title>Marks", "title"),
        ("<h1 id", "<h2 id", None),
        ("Two", "Three", "text"),
        ("../b/#x", "../b/#y", "links"),
        ("../a.css", "../c.css", "resources"),
        ('d="M0"', 'd="M1"', "charts"),
        ("<td>7</td>", "<td>8</td>", "tables"),
        ("<td>7</td>", '<td data-unit="m">7</td>', "data"),
        ('id="top"', 'id="up"', "anchors"),
        ('content="d"', 'content="e"', "metadata"),
    ],
)
def test_each_kind_of_difference_is_named(sites, old, new, part):
    edit(sites[1], old, new)
    if part is None:
        edit(sites[1], "</h1>", "</h2>")
        part = "headings"
    assert part in {change.part for change in compare_sites(*sites)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Two", "<p>\n  Two"),
        ("../b/#x", "../../p/../b/index.html#x"),
        ('content="A"', 'content="B"'),
        ("<b>words</b>", "<i>words</i>"),
    ],
)
def test_how_a_page_is_written_makes_no_difference(sites, old, new):
    edit(sites[1], old, new)
    if "../../p" in new:
        edit(sites[0], "../b/#x", "/b/#x")
        edit(sites[1], "../../p/../b/index.html#x", "../p/../b/index.html#x")
    assert compare_sites(*sites) == []


def test_missing_pages_and_changed_files_are_told(sites):
    (sites[0] / "only.html").write_text(PAGE)
    (sites[1] / "a.css").write_text("q {}")
    (sites[1] / "new.txt").write_text("")
    found = {(change.path, change.part, bool(change.first), bool(change.second)) for change in compare_sites(*sites)}
    assert found == {
        ("only.html", "page", True, False),
        ("a.css", "bytes", True, True),
        ("new.txt", "file", False, True),
    }


def test_one_folder_can_be_compared(sites):
    (sites[1] / "a.css").write_text("q {}")
    assert compare_sites(*sites, inside="p") == []


def test_the_command_lists_differences(sites, monkeypatch, capsys, root):
    monkeypatch.setattr(verify_command, "verify", lambda site, url, root: [])
    command = ["verify", "--root", str(root), "--site", str(sites[0]), "--against", str(sites[1]), "--lang", "zh"]
    assert main(command) == 0
    assert "没有差别" in capsys.readouterr().out
    edit(sites[1], "<td>7</td>", f"<td>{'8' * 400}</td>")
    assert main(command) == 1
    out = capsys.readouterr().out
    assert "p/index.html · tables · “2020|7” → “2020|88" in out and "共有 2 处差别" in out
    assert max(map(len, out.splitlines())) < 400
