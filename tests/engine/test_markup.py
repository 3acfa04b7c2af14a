"""The allow-list, and the one grammar of tags it is read by."""

import html.parser
import inspect
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ipportal.base.markup import AUTHOR, FINISHED, drawing_faults, faults, redirect
from ipportal.base.templates import FILTERS
from ipportal.pages import MACROS
from ipportal.rules.markup import ENTRIES, WORD_MACROS, converter

SVG = "http://www.w3.org/2000/svg"
CLEAN = (
    "<p>a &lt; b</p>",
    '<a href="../x/#y" title="a > b" hreflang=en>z</a>',
    "<a href='mailto:a@example.org'>z</a>",
    "<details open><summary>a</summary>b</details>",
    '<input type="radio" name="t" id="t1" checked><label for="t1">b</label>',
    '<td align="right" colspan=2>1</td><br/><hr />',
    "<!-- a comment -->",
    '<div class="admonition note"><p class="admonition-title">a</p></div>',
    '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>',
    "<!doctype html>",
)
HOSTILE = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//example.org/a.js></SCRIPT>",
    "<scr\0ipt>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    '<img src="x" OnError="alert(1)">',
    '<p style="background:url(x)">',
    '<a href="javascript:alert(1)">',
    '<a href="JAVASCRIPT:alert(1)">',
    '<a href="java&#10;script:alert(1)">',
    '<a href="java&Tab;script:alert(1)">',
    '<a href="&#106;avascript:alert(1)">',
    '<a href=" javascript:alert(1)">',
    '<a href="\x01javascript:alert(1)">',
    '<a href="data:text/html,x">',
    '<a href="vbscript:x">',
    '<a href="//example.org">',
    '<a href="https://user:secret@example.org/">',
    '<img src="data:image/svg+xml,x">',
    '<iframe srcdoc="x"></iframe>',
    "<object data=x></object>",
    "<embed src=x>",
    '<base href="x">',
    '<meta http-equiv="refresh" content="0; url=x">',
    '<link rel="stylesheet" href="x">',
    '<form action="x">',
    '<button formaction="javascript:alert(1)">',
    '<input type="image" src=x onerror=alert(1)>',
    "<style>@import 'x'</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<textarea></textarea>",
    "<xmp></xmp>",
    "<plaintext>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!---><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>-->",
    "<!-- x",
    "<![CDATA[<script>]]>",
    "<?xml version='1.0'?>",
    '<p title="a<b">',
    '<p title="a>',
    "<p title='a",
    "<p title=`a`>",
    "<p/title=a/onclick=b>",
    '<p title="a"onclick="b">',
    "<p data-vega='x'>",
    "<custom-element>",
    "<p\x0bonclick=alert(1)>",
    "<p onclick>",
    "</p onclick=1",
    "<div popover>",
    "<dialog open>",
    '<img src="https://example.org/a.png" alt="a">',
    "<input>",
    "<input type=text>",
    "<input type=PASSWORD>",
    '<input type="&#112;assword">',
    "<input type=password type=checkbox>",
    '<p title="a" title="b">',
)


@pytest.mark.parametrize("text", CLEAN)
def test_what_authors_may_write(text):
    assert list(faults(text, AUTHOR)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_nobody_may_write(text):
    found = list(faults(text, AUTHOR))
    assert found
    for fault in found:
        assert all(text.zh and text.en for text in fault.advice) and fault.found


FRAME = (
    '<script src="assets/js/a.js" defer></script>',
    '<script type="application/ld+json">{"a": "\\u003c/script>"}</script>',
    "<title>a &lt;b&gt;</title>",
    '<form method="dialog"><input type="search"><button value="x"></button></form>',
    '<svg viewBox="0 0 1 1" aria-hidden="true"><g fill="#fff"><path d="M0 0"/><title>a</title></g></svg>',
    '<meta http-equiv="Content-Security-Policy" content="x">',
    '<button data-vega="../a.js" data-spec="../b.json">',
)
FRAME_FAULTS = (
    "<script>alert(1)</script>",
    '<script src="a.js">alert(1)</script>',
    '<script type="application/ld+json">alert(1)</script>',
    '<script type="application/ld+json">"<!--<script>"</script>',
    '<script type="module">alert(1)</script>',
    "<script>",
    "<title><!-- </title><script src=x></script> --></title>",
    '<form method="post">',
    '<form method="get">',
    '<meta http-equiv="Content-Security-Policy" content="default-src *">',
    '<meta http-equiv="set-cookie" content="a=b">',
    '<meta http-equiv="refresh" content="5; url=x">',
    '<meta http-equiv="Refresh" content="0; url=https://example.org/">',
    '<button data-vega="https://example.org/a.js">',
    '<button data-spec="//example.org/a.json">',
    "<svg><script>alert(1)</script></svg>",
    "<svg><style>*{}</style></svg>",
    '<svg><a xlink:href="x"></a></svg>',
    '<svg><path fill="url(https://example.org/#x)"/></svg>',
    "<svg><foreignObject></foreignObject></svg>",
    "<svg><animate/></svg>",
    '<svg><use href="x#y"/></svg>',
    "<iframe></iframe>",
    "<form method=post method=dialog>",
    '<meta http-equiv="refresh" content="9; url=https://example.org/" content="0; url=a">',
    '<svg xmlns="http://www.w3.org/1999/xhtml"><path d="M0 0"/></svg>',
)


@pytest.mark.parametrize("text", FRAME)
def test_what_the_frame_of_a_page_may_hold(text):
    assert list(faults(text, FINISHED, "x")) == []


@pytest.mark.parametrize("text", FRAME_FAULTS)
def test_what_no_finished_page_may_hold(text):
    assert list(faults(text, FINISHED, "x"))


def test_drawings_are_read_behind_their_declaration():
    assert list(drawing_faults(f'<?xml version="1.0"?>\n<svg xmlns="{SVG}"><path d="M0 0"/></svg>')) == []


@pytest.mark.parametrize(
    "text",
    [
        f'<svg xmlns="{SVG}" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/1999/xhtml"><path d="M0 0"/></svg>',
        f'<svg xmlns="{SVG}"><script src="a.js"></script></svg>',
        f'<svg xmlns="{SVG}"><meta http-equiv="refresh" content="0; url=a"/></svg>',
        f'<svg xmlns="{SVG}"><link rel="stylesheet" href="https://example.org/a.css"/></svg>',
        f'<svg xmlns="{SVG}"><image href="https://example.org/a.png"/></svg>',
        f'<?xml-stylesheet href="a.css"?><svg xmlns="{SVG}"/>',
    ],
)
def test_a_drawing_is_nothing_but_a_drawing(text):
    assert list(drawing_faults(text))


@pytest.mark.parametrize(
    ("content", "target"),
    [("0; url=../a/", "../a/"), ("0;url=a.html", "a.html"), ("1; url=a", ""), ("0; url=//a", ""), ("0", ""), ("", "")],
)
def test_redirects(content, target):
    assert redirect(content) == target


class Reader(html.parser.HTMLParser):
    """What another reader of HTML, made to be lenient, finds in a text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, [name for name, _ in attrs]))


MARKS = st.sampled_from([*CLEAN, *HOSTILE, "<", ">", '"', "'", "=", " ", "on", "script", "<!--", "-->", "a", "/", "\n"])


@given(st.lists(MARKS | st.text(alphabet="<>\"'=/ aonclick!-&;#\n\t", max_size=6), max_size=12).map("".join))
@example("<p title='\"' onclick='1'>")
def test_no_other_reader_finds_more_than_the_list_allows(text):
    if list(faults(text, AUTHOR)):
        return
    for tag, names in Reader(text).found:
        assert tag in AUTHOR.elements
        for name in names:
            assert name in AUTHOR.elements[tag] | AUTHOR.everywhere or name.startswith(AUTHOR.beginnings)


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_data_fit_into_a_page_as_json(value):
    from ipportal.pages.datasets import script

    text = str(script(value))
    assert [fault for fault in faults(text, FINISHED) if not fault.found.startswith("U+")] == []
    assert json.loads(text.partition(">")[2].removesuffix("</script>")) == value


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_handbook_lists_what_is_allowed(root, lang):
    page = (root / f"scripts/ipportal/docs/{lang}/handbook/macros.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9]+)`", page)) | {f"h{level}" for level in range(1, 7)}
    assert set(AUTHOR.elements) <= named
    assert set(ENTRIES) <= named
    assert set(FILTERS) <= named


def test_pages_are_judged_as_the_generator_makes_them():
    text = "## 一 二\n\n| a |\n|:-:|\n| b |\n\n注[^1]\n\n[^1]: 甲\n"
    html = converter().convert(text)
    assert '<h2 id="一-二">' in html and 'align="center"' in html and "回到正文第 1 处" in html


def test_the_macros_that_may_stand_in_a_tag_are_those_that_give_no_markup():
    giving_words = {name for name, block in MACROS.items() if inspect.signature(block).return_annotation == "str"}
    assert giving_words == WORD_MACROS
