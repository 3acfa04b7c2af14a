"""What markup a page may hold: elements, attributes and addresses, one list for authors and the finished site.

Tags are read by one strict grammar, in which no browser and no program can read a page differently. Whatever looks
like a tag and is none of this grammar is refused, not interpreted.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from ipportal.base import Frozen
from ipportal.base.addresses import judge, split
from ipportal.base.errors import Advice, catalogue_file

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


#: The lists and the words of `catalogue/markup.toml`
_SAID: Final = catalogue_file("ipportal.base", "markup")
_ADVICE: Final = {name: Advice(**said) for name, said in _SAID["advice"].items()}


class Allowed(Frozen):
    """Elements with the attributes each may have, and the attributes that every element may have."""

    elements: Mapping[str, frozenset[str]]
    everywhere: frozenset[str]
    #: What begins like this is allowed too, such as `aria-`
    beginnings: tuple[str, ...]
    #: The types an `input` may have: nothing that asks readers for words or sends them
    inputs: frozenset[str] = frozenset()
    #: The attributes from which a page fetches, and which hence lead to the site itself
    own: frozenset[str] = frozenset()


def _allowed(name: str, *besides: Allowed) -> Allowed:
    """A list of the catalogue, with what others allow."""
    said = _SAID[name]
    elements = {one: attributes for each in besides for one, attributes in each.elements.items()}
    elements |= dict.fromkeys(said["plain"].split(), frozenset())
    for one, attributes in said["elements"].items():
        own = frozenset(f"{attributes} {said.get('shapes', '')}".split())
        elements[one] = elements.get(one, frozenset()) | own
    everywhere, inputs, beginnings = (
        frozenset(said[key].split()).union(*(getattr(each, key) for each in besides))
        for key in ("everywhere", "inputs", "beginnings")
    )
    return Allowed(elements, everywhere, tuple(sorted(beginnings)), inputs, frozenset(said["own"].split()))


#: What the author of a page may write, as Markdown or as HTML
AUTHOR: Final = _allowed("author")
#: What a drawing in a file of its own may hold; a browser reads it as XML, where a name space makes anything of a name
_DRAWING: Final = _allowed("drawing")
#: What the finished site holds besides: the frame of its pages, and drawings. Pictures and scripts of the site's own
#: full address are told from those of other sites with the links
FINISHED: Final = _allowed("finished", AUTHOR, _DRAWING)
_DRAWN: Final = frozenset(_SAID["drawing"]["shapes"].split())
_NAMESPACE: Final = "http://www.w3.org/2000/svg"

#: Attributes whose value leads somewhere
_ADDRESSES: Final = FINISHED.own | {"href", "src", "cite"}


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


#: How many different lists of attributes are remembered: the pages of a site repeat each other
_REPEATED: Final = 1 << 15


@lru_cache(maxsize=1)  # a page is read for its faults, and then for what its tags say
def tags(text: str) -> tuple[Tag | Fault, ...]:
    """Every start tag of a page in order, and every place that no tag of the grammar accounts for."""
    return tuple(_tags(text))


def _tags(text: str) -> Iterator[Tag | Fault]:
    if found := _CONTROL.search(text):
        yield Fault(_ADVICE["unseen"], f"U+{ord(found.group()):04X}", (found.group(),))
    place = 0
    while found := _TOKEN.search(text, place):
        place = found.end()
        shown = found.group()
        if shown == "<" and not text.startswith("!doctype html>", place):
            rest = text[found.start() : found.start() + 40]
            yield Fault(_ADVICE["syntax"], rest.split("\n", maxsplit=1)[0], (rest[:8], "<"))
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
            yield Fault(_ADVICE["element"], tag.shown[:_SHOWN], (f"<{tag.name}",))
        else:
            before: set[str] = set()
            for name, value in tag.attributes:
                yield from _attribute(tag, name, value, allowed)
                if name in before:  # browsers take the first, other readers the last
                    yield Fault(_ADVICE["property"], f"{name} ({tag.shown[:_SHOWN]})", (tag.shown, name))
                before.add(name)
            yield from _special(tag, policy, allowed)


def drawing_faults(text: str) -> Iterator[Fault]:
    """Everything in an SVG file that is not allowed."""
    for fault in faults(text.partition("?>")[2] if text.startswith("<?xml ") else text, _DRAWING):
        yield fault._replace(advice=_ADVICE["shapes"])


def _attribute(tag: Tag, name: str, value: str | None, allowed: Allowed) -> Iterator[Fault]:
    known = allowed.elements[tag.name] | allowed.everywhere
    if name not in known and not name.startswith(allowed.beginnings):
        yield Fault(_ADVICE["property"], f"{name} ({tag.shown[:_SHOWN]})", (name,))
    elif name in _ADDRESSES and value is not None:
        meant = html.unescape(value)
        # that a link may not start at the root of the server is judged with where links lead
        address = meant[1:] if meant[:1] == "/" != meant[1:2] else meant
        traces = (value, meant, f"{split(meant).scheme}:", name)
        if refused := judge(address, "link"):
            yield Fault(refused, meant[:_SHOWN], traces)
        elif name in allowed.own and (split(meant).scheme or split(meant).authority):
            yield Fault(_ADVICE["inside"], meant[:_SHOWN], traces)
    elif value and "url(" in value.lower() and name in _DRAWN:
        yield Fault(_ADVICE["property"], f"{name}={value[:_SHOWN]}", (name,))


def _special(tag: Tag, policy: str, allowed: Allowed) -> Iterator[Fault]:
    """Elements that are allowed in one form only."""
    given = dict(tag.attributes)
    if tag.name == "script" and not _is_data(given, tag.inside) and ("src" not in given or tag.inside.strip()):
        yield Fault(_ADVICE["script"], (tag.shown + tag.inside)[:_SHOWN], ("<script",))
    elif tag.name == "title" and "<" in tag.inside:
        yield Fault(_ADVICE["syntax"], tag.inside[:_SHOWN], (tag.inside,))
    elif tag.name == "form" and given.get("method", "dialog") != "dialog":
        yield Fault(_ADVICE["element"], tag.shown[:_SHOWN], ("<form",))
    elif tag.name == "input" and given.get("type") not in allowed.inputs:
        yield Fault(_ADVICE["element"], tag.shown[:_SHOWN], ("<input",))
    elif tag.name == "svg" and given.get("xmlns", _NAMESPACE) != _NAMESPACE:
        yield Fault(_ADVICE["property"], tag.shown[:_SHOWN], ("xmlns",))
    elif tag.name == "meta" and "http-equiv" in given and not _is_own(given, policy):
        yield Fault(_ADVICE["meta"], tag.shown[:_SHOWN], ("<meta",))


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
