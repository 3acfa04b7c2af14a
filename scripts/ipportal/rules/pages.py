"""The pages: one for every promise, in both languages, no figure typed by hand, links that lead somewhere."""

import html
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import product
from typing import Final
from urllib.parse import unquote

from ipportal.base import plainwords
from ipportal.base.addresses import judge, page_path, split
from ipportal.base.characters import odd
from ipportal.base.errors import Where
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data import manuscripts
from ipportal.data.configuration import heading_id
from ipportal.data.manuscripts import DOCS, MACRO, Manuscript, blanked, without_code
from ipportal.data.model import MeasureKind
from ipportal.data.settings import split_place
from ipportal.rules.files import encoding_of
from ipportal.rules.rule import Context, Finding, fields_of, rules, rules_of, steps_back
from ipportal.rules.targets import PROMISES

#: Parts of a page whose digits are not prose, besides code: front matter, macros, tags and link targets
_NOT_PROSE: Final = (
    re.compile(r"\A---\n.*?\n---\n", re.DOTALL),
    MACRO,
    re.compile(r"<(script|style)\b.*?</\1>|<[A-Za-z/][^>]*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"(?<=\])\([^)\n]*\)|(?<=\])\{[^}\n]*\}|https?://[^\s)>]+"),
)
#: Several times what the longest page has; the time of the Markdown library grows with their squares
_MOST_CHARACTERS, _MOST_BRACKETS = 40_000, 2_000
_ALLOWED: Final = re.compile(r"<!--\s*figure-ok:\s*\S.*?-->")
_NUMBER: Final = r"(?<![0-9A-Za-z_.第])\d[\d,，]*(?:\.\d+)?"
_TYPED: Final[dict[Lang, re.Pattern[str]]] = {
    "zh": re.compile(
        _NUMBER
        + r"\s*[余多]?\s*(?:[万亿]\s*[余多]?\s*)?(?:个百分点|件|家|项|名|个(?!月)|元|人次|人|场|次|宗|起|户|%|％|倍)"
    )
}
_ENGLISH: Final = (
    r"(?:CNY|RMB|¥)\s*\d[\d,]*(?:\.\d+)?(?:\s*(?:million|billion))?|"
    + _NUMBER
    + r"\s*(?:%|(?:percent|per cent|million|billion|thousand|yuan|grants?|applications?|enterprises?|firms?|companies"
    r"|agencies|cases?|projects?|bases|people|persons|training sessions?|loans?{units})\b)"
)
_RAW_LINK: Final = re.compile(r"""<a\b[^<>]*?\bhref=["']([^"'{#:]+)["'#]""")
_RAW_PICTURE: Final = re.compile(r"""<img\b[^<>]*?\bsrc=["']?([^"'{#:\s>]+)(?=["'\s>])[^<>]*>""", re.IGNORECASE)
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
_LINK_WORDS: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`]|</?\w[^<>]*>")
_OPENED: Final = re.compile(r"\{\{|\{%")
#: The entry of the front matter that answers an entry: explanations and what they explain point to each other
_ANSWER: Final = {"interprets": "interpreted_by", "interpreted_by": "interprets"}


def _unreadable(context: Context) -> Iterator[tuple[str, Finding]]:
    """A page is not UTF-8 text, or so long, or so full of brackets, that the site generator would never end."""
    for page in context.pages:
        text, where = page.text, Where(page.file)
        name = encoding_of((context.root / page.file).read_bytes())
        if name or "\ufffd" in text:
            yield "page-encoding", Finding(where, name or next(line for line in text.split("\n") if "\ufffd" in line))
        if len(text) > _MOST_CHARACTERS or text.count("[") > _MOST_BRACKETS:
            found = f"{len(text)}, [ × {text.count('[')}"
            yield "page-size", Finding(where, found, characters=_MOST_CHARACTERS, brackets=_MOST_BRACKETS)


def _page_missing(context: Context) -> Iterator[Finding]:
    """A core indicator or commitment has no page in one of the languages."""
    if not (context.root / DOCS).is_dir():
        return  # data without a site: there is nothing to be complete
    for row in context.records("indicators"):
        for lang in context.settings.languages:
            file = f"{DOCS}/{lang}/{page_path('indicators', row['id'])}"
            if row["group"] in PROMISES and not (context.root / file).is_file():
                yield Finding(Where(file), name=Text.read(row.cells, "name"))


def _page_single(context: Context) -> Iterator[Finding]:
    """A page exists in one language only."""
    indicators = context.records("indicators")
    # pages of promised indicators have their own rule
    promised = {page_path("indicators", row["id"]) for row in indicators if row["group"] in PROMISES}
    for page in context.pages:
        for lang in context.settings.languages:
            other = f"{DOCS}/{lang}/{page.path}"
            if page.path not in promised and not (context.root / other).is_file():
                yield Finding(Where(other), page=page.file)
    for lang in LANGS:
        if lang not in context.settings.languages and (context.root / DOCS / lang).exists():
            yield Finding(Where(f"{DOCS}/{lang}"), lang, "surplus")


def prose(text: str) -> str:
    """The page with everything that is not prose blanked out, line by line in place."""
    return reduce(lambda rest, part: blanked(part, rest), _NOT_PROSE, without_code(text))


def _figure_typed(context: Context) -> Iterator[Finding]:
    """A figure with a unit, one of the table of units among them, was typed into the text of a page."""
    units = {row[column] for row in context.records("units") for column in ("name_en", "one_en")}
    named = "".join(f"|{re.escape(unit)}" for unit in sorted(units, reverse=True) if unit[:1].isalpha())
    typed = _TYPED | {"en": re.compile(_ENGLISH.replace("{units}", named), re.IGNORECASE)}
    for page in context.pages:
        original = page.text.split("\n")
        for number, line in enumerate(prose(page.text).split("\n"), 1):
            if not _ALLOWED.search(original[number - 1]):
                for match in typed[page.lang].finditer(line):
                    yield Finding(Where(page.file, number), match.group().strip())


def _page_raw_link(context: Context) -> Iterator[Finding]:
    """A link or a picture inside an HTML tag names an address, which the site generator does not look up."""
    for page in context.pages:
        for number, line in enumerate(without_code(page.text).split("\n"), 1):
            where = Where(page.file, number)
            yield from (Finding(where, address) for address in _RAW_LINK.findall(line))
            yield from (Finding(where, address, "picture") for address in _RAW_PICTURE.findall(line))


def _page_characters(context: Context) -> Iterator[Finding]:
    """The text of a page holds a character nobody sees, or one that only looks like another."""
    for page in context.pages:
        for number, line in enumerate(page.body.split("\n"), page.lines_above + 1):
            shown = _CONTROL.sub("", line)
            for one in odd(shown):
                part = shown[max(0, one.place - _AROUND) : one.place + _AROUND]
                if advice := plainwords.lookalike_in(part) if one.meant else plainwords.hidden_in(part):
                    yield Finding(Where(page.file, number), part, advice=advice)


#: The files of one language by path, each with its page where it is one
_Tree = Mapping[str, Manuscript | None]


def _page_link(context: Context) -> Iterator[Finding]:
    """A link of a page leads to no page, no file or no heading."""
    trees: dict[Lang, _Tree] = {}
    for lang in context.settings.languages:
        own = {page.path: page for page in context.pages if page.lang == lang}
        pages = {page.path: page for page in manuscripts.program_pages(lang, own, context.root)} | own
        files = (*manuscripts.own_files(lang), *manuscripts.own_files(lang, context.root))
        trees[lang] = {path: pages.get(path) for path in files}
    for page in context.pages:
        text = without_code(page.body)
        for pattern in _LINKS:
            for found in pattern.finditer(text):
                where = Where(page.file, page.lines_above + text.count("\n", 0, found.start(1)) + 1)
                yield from _dead(found[1], where, page, trees[page.lang])


def _dead(link: str, where: Where, page: Manuscript, tree: _Tree) -> Iterator[Finding]:
    parts = split(html.unescape(link))
    if parts.scheme or parts.authority or _OPENED.search(link):
        return  # other sites, and addresses as such, are judged with the markup of the page
    if advice := judge(link, "link"):
        yield Finding(where, link, advice=advice)
        return
    path = unquote(parts.path)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
    there = tree.get(target) if parts.fragment else None
    if target not in tree:
        yield Finding(where, link)
    # macros may make the id, which is known when the site is built
    elif there and unquote(parts.fragment) not in anchors(there) and not _OPENED.search(without_code(there.body)):
        yield Finding(where, link, "heading")


def anchors(page: Manuscript) -> set[str]:
    """The ids of a page as it is written: those given by hand, and those of its headings."""
    text = without_code(page.body)
    found = {one for pair in _ID.findall(text) for one in pair if one}
    for heading in _HEADING.findall(text):
        if (given := _ATTRIBUTES.search(heading)) and _ID.search(given[0]):
            continue  # its id is given by hand
        words = _LINK_WORDS.sub(r"\1", _ATTRIBUTES.sub("", heading))
        heading_id(html.unescape(words), found)
    return found


def _interpretation_one_way(context: Context) -> Iterator[Finding]:
    """A page says it explains another (or is explained by it), and the other does not say so or does not exist."""
    links: set[tuple[Lang, str, str, str]] = set()
    for page, entry in product(context.pages, _ANSWER):
        value = page.head.get(entry) or []
        targets = value if isinstance(value, list) else str(value).split(",")
        links |= {(page.lang, page.path, entry, str(target).strip()) for target in targets}
    for lang, path, entry, target in links:
        file, answer = f"{DOCS}/{lang}/{target}", _ANSWER[entry]
        if not (context.root / file).is_file():
            yield Finding(Where(f"{DOCS}/{lang}/{path}", column=entry), target, "nowhere")
        elif (lang, target, answer, path) not in links:
            yield Finding(Where(file, column=answer), page=path, entry=answer)


def _story_undated(context: Context) -> Iterator[Finding]:
    """A data story has no day, is of a day to come, lacks its one-line summary, or differs from its translation."""
    days = {page.path: page.published for page in reversed(context.pages) if page.is_data_story}
    for page in (page for page in context.pages if page.is_data_story or page.path in days):
        last = context.settings.as_of
        if page.published is None or page.published > last or page.published != days[page.path]:
            yield Finding(Where(page.file, column="published"), str(page.head.get("published") or ""), last=last)
        if not page.is_data_story:
            yield Finding(Where(page.file, column="page_kind"), str(page.head.get("page_kind") or ""), "kind")
        if not page.head.get("description"):
            yield Finding(Where(page.file, column="description"), "", "summary")
        if MACRO.search(page.title):
            yield Finding(Where(page.file), page.title, "plain")
        for day, what in page.corrections:
            if day is None or day > last or not what:
                yield Finding(Where(page.file, column="corrections"), f"{day or ''} {what}".strip(), "correction")


def _address_moved(context: Context) -> Iterator[Finding]:
    """An old address cannot be read, is still in use, or leads nowhere or to another old one."""
    moves = context.settings.moved
    there = {page.path for page in context.every_page}
    given_up = {split_place(move.old)[0] if move.pages else move.old for move in moves}
    for move in moves:
        if fault := move.fault():
            yield Finding(move.where, move.old, "old") if fault == "old" else Finding(move.where, move.new, "new")
        elif move.new in given_up or (move.pages and split_place(move.new)[0] in given_up):
            yield Finding(move.where, move.new, "again")
        elif move.pages and split_place(move.old)[0] in there:
            yield Finding(move.where, move.old, "exists")
        elif move.pages and split_place(move.new)[0] not in there:
            yield Finding(move.where, move.new)


def _page_named(context: Context) -> Iterator[Finding]:
    """A row or a code names a page that is not there."""
    if (there := manuscripts.page_paths(context.root, context.settings.languages[0])) is None:
        return  # data without a site
    coded: list[tuple[str, Finding]] = []
    for package, table in context.tables():
        yield from (row.fault("page") for row in context.rows(table) if row["page"] and row["page"] not in there)
        for field, code in ((f, code) for f in fields_of(table) for code in f.get("categories", ()) if "page" in code):
            where = Where(package.file, column=f"{table.name} › {field['name']} › {code['value']} › page")
            coded.append((code["page"], Finding(where, code["page"])))
    # a portal may leave out all that such pages are about
    if any(page in there for page, _ in coded):
        yield from (finding for page, finding in coded if page not in there)
    yield from _misplaced(context)


def _misplaced(context: Context) -> Iterator[Finding]:
    """The page of a section lies with those of another kind of measures than it has."""
    shelves = {kind: page_path(kind).split("/")[1] for kind in MeasureKind}
    sections = context.by_id("sections")
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in context.records("measures"):
        if own := sections.get(row["section"]):
            for section in (own["id"], *steps_back(sections, own, "parent")):
                kinds[section].add(row["kind"])
    for page in context.pages:
        *_, shelf, name = ("", *page.path.removesuffix(".md").split("/"))
        fitting = {shelves[MeasureKind(kind)] for kind in kinds.get(name, ())}
        if fitting and shelf in shelves.values() and shelf not in fitting:
            yield Finding(Where(page.file), shelf, "kind", fitting=sorted(fitting), kinds=sorted(kinds[name]))


ENCODING_RULES: Final = rules_of(_unreadable, ("page-encoding", "page-size"), "table")

RULES: Final = (
    *rules(_page_missing, _page_single, _figure_typed, _page_raw_link, _page_named, _interpretation_one_way),
    *rules(_page_characters, _page_link, _story_undated, _address_moved, spoils="nothing"),
)
