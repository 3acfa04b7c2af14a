"""What stands in the text of a page: characters that are what they seem, and links that lead somewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import unquote

from ipportal.base import plainwords
from ipportal.base.addresses import judge, split
from ipportal.base.characters import odd
from ipportal.base.errors import Refused, Where
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.manuscripts import DOCS, Manuscript, read_manuscripts
from ipportal.rules.context import Context
from ipportal.rules.pages import without_code
from ipportal.rules.rule import Example, Finding, Rule

#: How many characters before and behind are shown with one that is wrong
_AROUND: Final = 12
_CONTROL: Final = re.compile("[\0-\x1f\x7f]")
#: `[words](target "title")`, and `[name]: target` on a line of its own; footnotes and abbreviations are no links
_LINKS: Final = (
    re.compile(r"""\]\(\s*<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?(?:\s+["'(][^\n]*?)?\s*\)"""),
    re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?([^\s<>]+)>?(?=\s|$)", re.MULTILINE),
)
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_ATTRIBUTES: Final = re.compile(r"\{:?[^{}]*\}\s*$")
_ID: Final = re.compile(r"""\{:?[^{}\n]*#([^\s{}]+)[^{}\n]*\}|\b(?:id|name)=["']?([^\s"'>]+)""")
_LINK_WORDS: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`]")
_MACRO: Final = re.compile(r"\{\{|\{%")


class _Tree(NamedTuple):
    """The files of one language by path, and its pages."""

    files: frozenset[str]
    pages: Mapping[str, Manuscript]


def _pages(context: Context) -> Iterator[Manuscript]:
    yield from read_manuscripts(context.root)


def _characters(context: Context) -> Iterator[Finding]:
    """The text of a page holds a character nobody sees, or one that only looks like another."""
    for page in context.once(_pages):
        for number, line in enumerate(page.body.split("\n"), page.lines_above + 1):
            for one in odd(_CONTROL.sub("", line)):
                part = _CONTROL.sub("", line)[max(0, one.place - _AROUND) : one.place + _AROUND]
                refused = plainwords.lookalike_in(part) if one.meant else plainwords.hidden_in(part)
                if refused:
                    yield Finding(Where(page.file, number), refused.expected, part, refused.hint)


def _dead_links(context: Context) -> Iterator[Finding]:
    """A link of a page leads to no page, no file or no heading."""
    trees = {lang: _tree(context, lang) for lang in LANGS}
    for page in context.once(_pages):
        text = without_code(page.body)
        for pattern in _LINKS:
            for found in pattern.finditer(text):
                if refused := _dead(found[1], page, trees[page.lang]):
                    row = page.lines_above + text.count("\n", 0, found.start(1)) + 1
                    yield Finding(Where(page.file, row), refused.expected, found[1], refused.hint)


def _tree(context: Context, lang: Lang) -> _Tree:
    folder = context.root / DOCS / lang
    files = frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return _Tree(files, {page.path: page for page in context.once(_pages) if page.lang == lang})


def _dead(link: str, page: Manuscript, tree: _Tree) -> Refused | None:
    parts = split(html.unescape(link))
    if parts.scheme or parts.authority or _MACRO.search(link):
        return None  # other sites, and addresses as such, are judged with the markup of the page
    if refused := judge(link, "link"):
        return refused
    path = unquote(parts.path)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
    if target not in tree.files:
        return Refused(
            Text("存在的页面或文件", "a page or file that exists"),
            Text(
                "写从本页到那个 .md 文件的路径，大小写也要一样",
                "write the path from this page to the .md file, in the same capitals",
            ),
        )
    if not parts.fragment or target not in tree.pages or unquote(parts.fragment) in _anchors(tree.pages[target]):
        return None
    if _MACRO.search(without_code(tree.pages[target].body)):
        return None  # macros make ids too; those are known when the site is built
    return Refused(
        Text("目标页里有的小标题或编号", "a heading or id the target page has"),
        Text("改正 # 后面的名字", "correct the name after the #"),
    )


def _anchors(page: Manuscript) -> set[str]:
    """The ids of a page as it is written: those given by hand, and those of its headings."""
    text = without_code(page.body)
    found = {one for pair in _ID.findall(text) for one in pair if one}
    for heading in _HEADING.findall(text):
        if _ID.search(heading):
            continue  # its id is given by hand
        words = _LINK_WORDS.sub(r"\1", _ATTRIBUTES.sub("", heading))
        slug, number = _slug(html.unescape(words)), 0
        while (name := f"{slug}_{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return found


def _slug(words: str) -> str:
    """The id the site generator gives a heading."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", words).strip().lower())


RULES: Final = (
    Rule(
        "page-characters",
        Text("页面里看不见或看着像的字", "A hidden character or a look-alike on a page"),
        Text(
            "从 PDF 和网页粘贴的文字常带进看不见的字符和康熙部首，读者检索不到。",
            "Text pasted from PDF or web pages brings hidden characters and Kangxi radicals along; search misses them.",
        ),
        Example("⽔⟨U+2F54⟩质", "水质"),
        _characters,
        "nothing",
    ),
    Rule(
        "page-link",
        Text("页面里的死链接", "A link that leads nowhere"),
        Text(
            "页面之间的链接写 .md 文件的相对路径；那个文件和 # 后面的小标题都要存在。",
            "Links between pages name the .md file by its relative path; the file and the heading after # are there.",
        ),
        Example("[案件](../case/index.md)", "[案件](../cases/index.md)"),
        _dead_links,
        "nothing",
    ),
)
