"""What markup a page may hold: elements, attributes and addresses, one list for authors and the finished site.

Tags are read by one strict grammar, in which no browser and no program can read a page differently. Whatever looks
like a tag and is none of this grammar is refused, not interpreted.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ipportal.base.addresses import judge, split
from ipportal.base.errors import Advice
from ipportal.base.text import Text

_SHOWN: Final = 80
_SPACE: Final = r"[ \t\r\n]"
_TOKEN: Final = re.compile(
    r"<!--(?!-?>)(?:(?!--!?>).)*-->"
    rf"|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)"
    rf"(?P<attributes>(?:{_SPACE}+[A-Za-z_:][\w:.-]*(?:=(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'=<>`]+))?)*){_SPACE}*/?>"
    r"|<",
    re.DOTALL | re.ASCII,
)
_ATTRIBUTE: Final = re.compile(r"([A-Za-z_:][\w:.-]*)(?:=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?", re.ASCII)
_CONTROL: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A redirect waits for nothing and stays inside the site
_REDIRECT: Final = re.compile(r"0; ?url=([^\s;]+)")


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


@dataclass(frozen=True)
class Allowed:
    """Elements with the attributes each may have, and the attributes that every element may have."""

    elements: Mapping[str, frozenset[str]]
    everywhere: frozenset[str]
    #: What begins like this is allowed too, such as `aria-`
    beginnings: tuple[str, ...]
    #: The types an `input` may have: nothing that asks readers for words or sends them
    inputs: frozenset[str] = frozenset()
    #: The attributes from which a page fetches, and which hence lead to the site itself
    own: frozenset[str] = frozenset()


#: What the author of a page may write, as Markdown or as HTML
AUTHOR: Final = Allowed(
    elements={
        **dict.fromkeys(
            _set(
                "abbr b br caption cite code dd dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i kbd "
                "mark p pre rp rt ruby s samp section small span strong sub summary sup table tbody tfoot thead tr "
                "u ul var wbr"
            ),
            _set(""),
        ),
        "a": _set("href hreflang rel name"),
        "blockquote": _set("cite"),
        "col": _set("span"),
        "colgroup": _set("span"),
        "del": _set("cite datetime"),
        "details": _set("open"),
        "img": _set("src alt width height loading"),
        "input": _set("type name checked disabled"),
        "ins": _set("cite datetime"),
        "label": _set("for"),
        "li": _set("value"),
        "ol": _set("start type reversed"),
        "q": _set("cite"),
        "td": _set("align colspan rowspan headers"),
        "th": _set("align colspan rowspan headers scope"),
        "time": _set("datetime"),
    },
    everywhere=_set("id class lang dir title role hidden tabindex"),
    beginnings=("aria-",),
    inputs=frozenset({"checkbox", "radio"}),
    own=_set("src"),
)

_DRAWN: Final = _set(
    "fill stroke stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin transform opacity "
    "font-size font-weight font-family text-anchor"
)
_DRAWINGS: Final = {
    "svg": _DRAWN | _set("viewbox preserveaspectratio xmlns focusable width height xml:lang"),
    "g": _DRAWN,
    "circle": _DRAWN | _set("cx cy r"),
    "desc": _set(""),
    "ellipse": _DRAWN | _set("cx cy rx ry"),
    "line": _DRAWN | _set("x1 y1 x2 y2"),
    "path": _DRAWN | _set("d"),
    "polygon": _DRAWN | _set("points"),
    "polyline": _DRAWN | _set("points"),
    "rect": _DRAWN | _set("x y rx ry width height"),
    "text": _DRAWN | _set("x y dx dy"),
    "title": _set(""),
    "tspan": _DRAWN | _set("x y dx dy"),
}
#: What the finished site holds besides: the frame of its pages, and drawings
FINISHED: Final = Allowed(
    elements={
        **AUTHOR.elements,
        **dict.fromkeys(_set("article aside body fieldset footer head header html legend main nav output"), _set("")),
        "a": AUTHOR.elements["a"] | _set("download target type"),
        "button": _set("type value popovertarget popovertargetaction"),
        "dialog": _set(""),
        "form": _set("method"),
        "input": AUTHOR.elements["input"] | _set("value autocomplete spellcheck"),
        "link": _set("rel href type title media hreflang sizes"),
        "meta": _set("charset name property content http-equiv"),
        "option": _set("value"),
        "script": _set("src type defer"),
        "select": _set("name"),
        **_DRAWINGS,
    },
    everywhere=AUTHOR.everywhere | _set("popover"),
    beginnings=("aria-", "data-"),
    inputs=AUTHOR.inputs | {"search"},
    # pictures and scripts of the site's own full address are told from those of other sites with the links
    own=_set("data-find data-index data-live data-spec data-spec-narrow data-vega"),
)
#: What a drawing in a file of its own may hold; a browser reads it as XML, where a name space makes anything of a name
_DRAWING: Final = Allowed(_DRAWINGS, AUTHOR.everywhere, FINISHED.beginnings)
_NAMESPACE: Final = "http://www.w3.org/2000/svg"

#: Attributes whose value leads somewhere
_ADDRESSES: Final = _set("href src cite data-find data-index data-live data-spec data-spec-narrow data-vega")


class Fault(NamedTuple):
    """Something no page may hold. `traces` is what to look for in the text the page was made from, the best first."""

    advice: Advice
    found: str
    traces: tuple[str, ...]


class Tag(NamedTuple):
    """A tag: names in small letters, values as written; None for no value."""

    name: str
    attributes: tuple[tuple[str, str | None], ...]
    shown: str
    #: What stands inside, of the elements whose text is no markup
    inside: str


_ELEMENT: Final = Advice(
    Text("手册“页面里的宏”列出的标签", "an element the handbook's page on macros lists"),
    Text("删去这个标签，用 Markdown 写", "delete the tag and write Markdown"),
)
_PROPERTY: Final = Advice(
    Text("手册“页面里的宏”列出的属性", "an attribute the handbook's page on macros lists"),
    Text("删去这个属性", "delete the attribute"),
)
_SYNTAX: Final = Advice(
    Text("写完整的标签，或写成 &lt; 的小于号", "a complete tag, or a less-than sign written as &lt;"),
    Text("把 < 写成 &lt;，或放进 `…`", "write &lt; for <, or put it between `…`"),
)
_SHAPES: Final = Advice(
    Text("只有图形和文字的 SVG", "an SVG of nothing but shapes and words"),
    Text("在绘图软件里另存为“普通 SVG”，或换成 PNG", "save it as plain SVG in the drawing program, or use PNG"),
)
_UNSEEN: Final = Advice(
    Text("没有控制字符的文字", "text without control characters"), Text("删去这个字符", "delete the character")
)
_SCRIPT: Final = Advice(
    Text("本站 assets/js 里的脚本，或 JSON-LD 数据", "a script of this site's assets/js, or JSON-LD data"),
    Text("删去这段脚本", "delete the script"),
)
_INSIDE: Final = Advice(
    Text("本站内的相对地址", "a relative address inside this site"),
    Text("把文件放进本站，写相对地址", "put the file into this site and write its relative address"),
)
_META: Final = Advice(Text("本站自己的 meta", "a meta element of this site"), Text("删去这个标签", "delete the tag"))


#: How many different lists of attributes are remembered: the pages of a site repeat each other
_REPEATED: Final = 1 << 15


@lru_cache(maxsize=1)  # a page is read for its faults, and then for what its tags say
def tags(text: str) -> tuple[Tag | Fault, ...]:
    """Every start tag of a page in order, and every place that no tag of the grammar accounts for."""
    return tuple(_tags(text))


def _tags(text: str) -> Iterator[Tag | Fault]:
    if found := _CONTROL.search(text):
        yield Fault(_UNSEEN, f"U+{ord(found.group()):04X}", (found.group(),))
    place = 0
    while found := _TOKEN.search(text, place):
        place = found.end()
        shown = found.group()
        if shown == "<" and not text.startswith("!doctype html>", place):
            rest = text[found.start() : found.start() + 40]
            yield Fault(_SYNTAX, rest.split("\n", maxsplit=1)[0], (rest[:8], "<"))
        if not found["name"] or found["end"]:
            continue
        name, inside = found["name"].lower(), ""
        if name in ("script", "title"):
            end = re.compile(rf"</{name}[ \t\r\n/>]", re.IGNORECASE).search(text, place)
            inside = text[place : end.start() if end else len(text)]
            place += len(inside)
        yield Tag(name, _pairs(found["attributes"]), shown, inside)


@lru_cache(maxsize=_REPEATED)
def _pairs(attributes: str) -> tuple[tuple[str, str | None], ...]:
    pairs = _ATTRIBUTE.finditer(attributes)
    return tuple((m[1].lower(), next((v for v in m.groups()[1:] if v is not None), None)) for m in pairs)


def faults(text: str, allowed: Allowed, policy: str = "") -> Iterator[Fault]:
    """Everything in a page that is not allowed. `policy` is the content policy that the site's pages carry."""
    for tag in tags(text):
        if isinstance(tag, Fault):
            yield tag
        elif tag.name not in allowed.elements:
            yield Fault(_ELEMENT, tag.shown[:_SHOWN], (f"<{tag.name}",))
        else:
            before: set[str] = set()
            for name, value in tag.attributes:
                yield from _attribute(tag, name, value, allowed)
                if name in before:  # browsers take the first, other readers the last
                    yield Fault(_PROPERTY, f"{name} ({tag.shown[:_SHOWN]})", (tag.shown, name))
                before.add(name)
            yield from _special(tag, policy, allowed)


def drawing_faults(text: str) -> Iterator[Fault]:
    """Everything in an SVG file that is not allowed."""
    for fault in faults(text.partition("?>")[2] if text.startswith("<?xml ") else text, _DRAWING):
        yield fault._replace(advice=_SHAPES)


def _attribute(tag: Tag, name: str, value: str | None, allowed: Allowed) -> Iterator[Fault]:
    known = allowed.elements[tag.name] | allowed.everywhere
    if name not in known and not name.startswith(allowed.beginnings):
        yield Fault(_PROPERTY, f"{name} ({tag.shown[:_SHOWN]})", (name,))
    elif name in _ADDRESSES and value is not None:
        meant = html.unescape(value)
        # that a link may not start at the root of the server is judged with where links lead
        address = meant[1:] if meant[:1] == "/" != meant[1:2] else meant
        traces = (value, meant, f"{split(meant).scheme}:", name)
        if refused := judge(address, "link"):
            yield Fault(refused, meant[:_SHOWN], traces)
        elif name in allowed.own and (split(meant).scheme or split(meant).authority):
            yield Fault(_INSIDE, meant[:_SHOWN], traces)
    elif value and "url(" in value.lower() and name in _DRAWN:
        yield Fault(_PROPERTY, f"{name}={value[:_SHOWN]}", (name,))


def _special(tag: Tag, policy: str, allowed: Allowed) -> Iterator[Fault]:
    """Elements that are allowed in one form only."""
    given = dict(tag.attributes)
    if tag.name == "script" and not _is_data(given, tag.inside) and ("src" not in given or tag.inside.strip()):
        yield Fault(_SCRIPT, (tag.shown + tag.inside)[:_SHOWN], ("<script",))
    elif tag.name == "title" and "<" in tag.inside:
        yield Fault(_SYNTAX, tag.inside[:_SHOWN], (tag.inside,))
    elif tag.name == "form" and given.get("method", "dialog") != "dialog":
        yield Fault(_ELEMENT, tag.shown[:_SHOWN], ("<form",))
    elif tag.name == "input" and given.get("type") not in allowed.inputs:
        yield Fault(_ELEMENT, tag.shown[:_SHOWN], ("<input",))
    elif tag.name == "svg" and given.get("xmlns", _NAMESPACE) != _NAMESPACE:
        yield Fault(_PROPERTY, tag.shown[:_SHOWN], ("xmlns",))
    elif tag.name == "meta" and "http-equiv" in given and not _is_own(given, policy):
        yield Fault(_META, tag.shown[:_SHOWN], ("<meta",))


def _is_data(given: Mapping[str, str | None], inside: str) -> bool:
    """JSON-LD, which browsers do not run."""
    if given.get("type") != "application/ld+json" or "src" in given or "<" in inside:
        return False
    try:
        json.loads(inside)
    except (ValueError, RecursionError):
        return False
    return True


def _is_own(given: Mapping[str, str | None], policy: str) -> bool:
    kind, content = (given.get("http-equiv") or "").lower(), given.get("content") or ""
    return (kind == "content-security-policy" and html.unescape(content) == policy) or (
        kind == "refresh" and bool(redirect(content))
    )


def redirect(content: str) -> str:
    """Where the content of a meta refresh leads: a relative address, at once; empty when it is no such redirect."""
    found = _REDIRECT.fullmatch(content)
    target = found[1] if found else ""
    parts = split(target)
    return "" if parts.scheme or parts.authority or judge(target, "link") else target
