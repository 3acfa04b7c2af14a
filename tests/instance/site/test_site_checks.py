"""Each check on a page finds the fault it is for, and is silent on a sound page."""

import re
from pathlib import Path

import pytest

from support.checks import PAGE_CHECKS, links, other_language, repeated_titles
from support.tree import Tree

pytestmark = pytest.mark.any_portal
SOUND = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>页面 {n}</title><meta name="description" content="说明">
<link rel="stylesheet" href="{up}style.css"><link rel="canonical" href="https://example.org/x/"></head>
<body><a href="#main">跳到正文</a><a hreflang="en" href="{other}">English</a>
<main id="main"><h1>标题</h1><h2>甲</h2><h3>乙</h3><h2>丙</h2>
<p>正文，<a href="https://example.org/">外部链接</a>。<code>{{{{ figure("x") }}}}</code></p>
<img src="{up}a.png" alt=""><figure><svg role="img" aria-label="图"><path d="M0 0"/></svg></figure>
<table class="data"><caption>表</caption>
<thead><tr><th scope="col">年</th></tr></thead><tbody><tr><th scope="row">1</th></tr></tbody></table>
<table><thead><tr><th>年</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
</main></body></html>
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A site of two pages in two languages with nothing wrong."""
    pages = {
        "index.html": ("", "en/"),
        "a/index.html": ("../", "../en/a/"),
        "en/index.html": ("../", "../index.html"),
        "en/a/index.html": ("../../", "../../a/#main"),
    }
    for number, (name, (up, other)) in enumerate(pages.items()):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = SOUND.format(n=number, up=up, other=other)
        if name.startswith("en/"):
            text = re.sub("[\u3400-\u9fff]+", lambda han: f"word {ord(han[0][-1])}", text.replace("zh-CN", "en"))
        file.write_text(text, encoding="utf-8")
    (tmp_path / "style.css").write_text("")
    (tmp_path / "a.png").write_bytes(b"")
    return tmp_path


def faults(folder: Path, name: str) -> list[str]:
    """What the named check says about all pages of the folder."""
    tree = Tree(folder)
    if name in PAGE_CHECKS:
        return [fault for page in tree.pages for fault in PAGE_CHECKS[name](page)]
    if name == "repeated_titles":
        return repeated_titles(tree)
    check = {"links": links, "other_language": other_language}[name]
    return [fault for page in tree.pages for fault in check(tree, page)]


ALL_CHECKS = [*PAGE_CHECKS, "links", "other_language", "repeated_titles"]

# check, what stands in the sound page, what is put in its place, words of the finding
BROKEN = [
    ("language", 'lang="zh-CN"', 'lang="en"', "expected zh"),
    ("title_and_description", "<title>页面 1</title>", "<title> </title>", "titles"),
    ("title_and_description", 'content="说明"', 'content=""', "descriptions"),
    ("headings", "<h1>标题</h1>", "", "0 h1"),
    ("headings", "<h2>丙</h2>", "<h1>丙</h1>", "2 h1"),
    ("headings", "<h2>甲</h2>", "", "h1 is followed by h3"),
    ("headings", "<h2>丙</h2>", "<h2> </h2>", "empty h2"),
    ("leftovers", "正文", "{{ figure }}", "template left over"),
    ("leftovers", "正文", "{% raw %}", "template left over"),
    ("leftovers", "正文", "见[别处](a.md)", "Markdown left over"),
    ("leftovers", "<td>1</td>", "<td>nan</td>", "value left over"),
    ("leftovers", 'aria-label="图"', 'aria-label="None"', "value left over"),
    ("foreign_resources", 'src="../a.png"', 'src="https://cdn.example.org/a.png"', "cdn.example.org"),
    ("foreign_resources", 'src="../a.png"', 'src="//cdn.example.org/a.png"', "cdn.example.org"),
    ("foreign_resources", 'href="../style.css"', 'href="https://fonts.example.org/f.css"', "fonts.example.org"),
    ("foreign_resources", 'rel="canonical"', 'rel="preload icon"', "https://example.org/x/"),
    ("foreign_resources", "<h1>", "<style>p{background:url(https://x.example.org/y)}</style><h1>", "x.example.org"),
    ("foreign_resources", "<h1>", '<img alt="" srcset="../a.png 1x, https://x.example.org/y 2x"><h1>', "x.example.org"),
    ("unique_ids", "<figure>", '<figure id="main">', "'main' appears 2 times"),
    ("text_alternatives", ' alt=""', "", "img without alt"),
    ("text_alternatives", ' aria-label="图"', "", "svg without a name"),
    ("text_alternatives", ' aria-label="图"', ' aria-labelledby="nowhere"', "svg without a name"),
    ("tables", "<caption>表</caption>", "", "no caption"),
    ("tables", ' scope="col"', "", "without scope"),
    ("tables", "<thead><tr><th>年</th></tr></thead>", "", "no header cells"),
    ("tables", "<tr><th>年</th></tr>", '<tr><th colspan="1">年</th></tr>', "no caption"),
    ("inline_handlers", "<h1>", '<h1 onclick="x()">', "onclick"),
    ("inline_handlers", "https://example.org/", "javascript:x()", "javascript:x()"),
    ("language_marks", "<p>正文", "<p>a list of all cases", "said to be Chinese: a list"),
    ("language_marks", "<h3>", '<h3 lang="en">', "Chinese said to be English: 乙"),
    ("language_marks", "<p>", '<p><i lang="zh">GB/T</i>', "said to be Chinese: GB/T"),
    ("link_names", ">跳到正文<", "><", "without a name"),
    ("link_names", ">外部链接<", ' aria-label="别的">外部链接<', "seen as 外部链接, heard as 别的"),
    ("link_names", ">外部链接<", "><svg><text>外<title>别</title></text></svg><", "seen as 外, heard as 别"),
    ("link_names", ">外部链接<", ">跳到正文<", "跳到正文 leads to"),
    ("landmarks", "<h3>", "<nav></nav>" * 20 + "<h3>", "21 landmarks"),
    ("landmarks", "<h3>", '<div role="main"></div>' * 20 + "<h3>", "21 landmarks"),
    ("landmarks", "<main ", "<div ", "not one main part"),
    ("row_headers", '<tr><th scope="row">1</th></tr>', "<tr><td>1</td></tr>", "row without a header: 1"),
    ("states", "<h3>", '<p class="ip-state"><i aria-hidden="true">◐</i></p><h3>', "state without a word"),
    ("heard", 'aria-label="图"', 'aria-label="5 → 6"', "a sign is spoken: 5 → 6"),
    ("heard", "<h3>", "<dl><dt>日期</dt><dd><time>2020</time></dd></dl><h3>", "not spoken: 2020"),
    ("links", "#main", "#nowhere", "no such anchor"),
    ("links", 'src="../a.png"', 'src="../b.png"', "no such file"),
    ("links", 'src="../a.png"', 'src="/a.png"', "not relative"),
    ("links", 'href="#main"', 'href="../../../secret.html"', "leaves the site"),
    ("links", 'href="#main"', 'href="file:///etc/passwd"', "scheme or host"),
    ("other_language", ' hreflang="en"', "", "no link with hreflang"),
    ("other_language", 'href="../en/a/"', 'href="../en/"', "no link with hreflang"),
    ("repeated_titles", "页面 1", "页面 0", "页面 0"),
]


@pytest.mark.parametrize("name", ALL_CHECKS)
def test_a_sound_site_passes(sound: Path, name: str) -> None:
    assert faults(sound, name) == []


@pytest.mark.parametrize(("name", "good", "bad", "finding"), BROKEN)
def test_a_fault_is_found(sound: Path, name: str, good: str, bad: str, finding: str) -> None:
    page = sound / "a" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert good in text
    page.write_text(text.replace(good, bad, 1), encoding="utf-8")
    assert any(finding in fault for fault in faults(sound, name)), faults(sound, name)


def test_every_check_has_a_broken_example() -> None:
    assert {case[0] for case in BROKEN} == set(ALL_CHECKS)


def test_a_missing_translation_is_found(sound: Path) -> None:
    (sound / "en" / "a" / "index.html").unlink()
    assert any("no counterpart en/a/index.html" in fault for fault in faults(sound, "other_language"))


def test_the_error_page_links_from_the_root_of_the_site(sound: Path) -> None:
    page = sound / "404.html"
    page.write_text('<html lang="zh"><body><a href="/a/">x</a><a href="/b/">y</a></body></html>', encoding="utf-8")
    tree = Tree(sound)
    assert links(tree, tree.page("404.html")) == ["/b/: no such file (b)"]


def test_pages_of_every_kind_are_chosen(sound: Path) -> None:
    for name, text in (("a/one", "x" * 10), ("a/two", "x" * 200), ("a/three", "<svg></svg>"), ("b", "x")):
        (sound / name).mkdir(parents=True)
        (sound / name / "index.html").write_text(f"<html lang=zh>{text}</html>")
    chosen = {page.path for page in Tree(sound).kinds("zh")}
    assert chosen == {"a/two/index.html", "a/three/index.html", "a/index.html", "b/index.html", "index.html"}
