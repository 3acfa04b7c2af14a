"""Addresses: the only place that makes links of this site, and the one judgement of any address from outside.

Links are relative, so the tree works under any folder. What is judged may come from data, portal.toml, descriptions,
pages or finished HTML; nothing raises: every string has parts, and a fault or none.
"""

import html
import ipaddress
import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote

from ipportal.base import Frozen
from ipportal.base.characters import hidden
from ipportal.base.errors import Advice, catalogue_file
from ipportal.base.text import Lang, Text


def tree(lang: Lang, main: Lang) -> str:
    """Folder of a language's pages in the finished site: the main language stands at its root."""
    return "" if lang == main else f"{lang}/"


_SAID: Final = catalogue_file("ipportal.base", "addresses")
#: Kind of page → where such pages lie below docs/<language>; `{}` is the id of the row they are about
PAGES: Final[Mapping[str, str]] = _SAID["pages"]


def page_path(kind: str, id: str = "") -> str:
    """The Markdown path of a page of a kind in `PAGES`; whether there is such a page is for the portal to say."""
    return PAGES[kind].format(id)


def page_url(source: str, *, directory_urls: bool = True) -> str:
    """The address of a page inside its language's tree, from its Markdown path.

    `indicators/grants.md` → `indicators/grants/`, or `….html` without directory URLs.
    """
    stem = source.removesuffix(".md")
    if not directory_urls:
        return f"{stem}.html"
    return stem.removesuffix("index") if stem == "index" or stem.endswith("/index") else f"{stem}/"


class Addresses(Frozen):
    """Links from one page. `source` is its Markdown path below docs/<lang>."""

    lang: Lang
    source: str
    directory_urls: bool = True
    main: Lang = "zh"

    def page(self, source: str, anchor: str = "", lang: Lang | None = None) -> str:
        """Link to a page by its Markdown path, by default in the same language."""
        url = tree(lang or self.lang, self.main) + page_url(source, directory_urls=self.directory_urls)
        return self.file(url) + (f"#{anchor}" if anchor else "")

    def file(self, path: str) -> str:
        """Link to a file both languages share, or a page, by its path in the finished site."""
        place = tree(self.lang, self.main) + page_url(self.source, directory_urls=self.directory_urls)
        link = posixpath.relpath(path or ".", posixpath.dirname(place) or ".")
        return f"{link}/" if path.endswith("/") or not path else link


#: `web`: a page of another site. `site`: where this site stands. `contact`: where to reach somebody.
#: `link`: what a page may link to, its own site included.
Kind = Literal["web", "site", "contact", "link"]

_WEB: Final = ("http", "https")
_SCHEMES: Final = {"web": _WEB, "site": _WEB, "contact": (*_WEB, "mailto", "tel"), "link": (*_WEB, "mailto", "tel")}
#: RFC 3986, appendix B; it fits every string
_PARTS: Final = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
_NEVER: Final = re.compile(r"""["<>\\^`{|}\[\]]""")
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%7[Ff]")
_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_HOST_LENGTH: Final = 253
_PORTS: Final = range(1, 65536)
_PORT_DIGITS: Final = 5
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._+-]+@([^@]+)")
_TELEPHONE: Final = re.compile(r"\+?\d(?:[\d().-]*\d){2,}(?:;ext=\d+)?")


class Parts(NamedTuple):
    """The parts of an address as written; the scheme in small letters, missing parts empty."""

    scheme: str
    authority: str
    path: str
    query: str
    fragment: str

    @property
    def host(self) -> str:
        """The host without user, password and port, in small letters."""
        return re.sub(r":\d*$", "", self.authority.rsplit("@", 1)[-1]).lower()


def split(address: str) -> Parts:
    """The parts of any string as an address."""
    found = _PARTS.fullmatch(address)
    assert found, "the pattern fits every string"
    scheme, *others = (part or "" for part in found.groups())
    return Parts(scheme.lower(), *others)


def judge(address: str, kind: Kind) -> Advice | None:
    """What speaks against an address; None when it may be used."""
    hint = _fault(address, kind)
    return Advice(_SAID["expected"][kind], hint) if hint else None


def href(address: str | None) -> str:
    """The address as it may stand in a page; empty when it may not."""
    return "" if address is None or _fault(address, "link") else address


def _hint(name: str, **facts: object) -> Text:
    said: Mapping[str, Text] = _SAID["hint"]
    return said[name].format(copy=said["copy"], **facts)


@lru_cache(maxsize=1 << 15)  # the pages of a site lead to the same places again and again
def _fault(address: str, kind: Kind) -> Text | None:
    parts = split(address)
    if fault := _characters(address, parts):
        return fault
    if html.unescape(address) != address and split(html.unescape(address)).scheme != parts.scheme:
        return _hint("entity")
    if not parts.scheme:
        return _relative(address, parts) if kind == "link" else _scheme(kind)
    if parts.scheme not in _SCHEMES[kind]:
        return _scheme(kind, parts.scheme)
    if parts.scheme == "mailto":
        mailbox = _MAILBOX.fullmatch(parts.path)
        return None if mailbox and not parts.authority and _host(mailbox[1]) is None else _hint("mailbox")
    if parts.scheme == "tel":
        return None if _TELEPHONE.fullmatch(address[len("tel:") :]) else _hint("telephone")
    return _authority(address, parts, kind)


def _scheme(kind: Kind, scheme: str = "") -> Text:
    ways = Text("、".join(_SCHEMES[kind]), ", ".join(_SCHEMES[kind]))
    return _hint("scheme", scheme=scheme, ways=ways) if scheme else _hint("no-scheme")


def _characters(address: str, parts: Parts) -> Text | None:
    for char in address:
        code = f"U+{ord(char):04X}"
        if char.isspace() or hidden(char):
            return _hint("hidden", code=code)
        if _NEVER.match(char):
            return _hint("never", char=char)
        if not char.isascii() and (parts.scheme or parts.authority):
            return _hint("wide", char=char, code=code)
    found = _PERCENT.search(address)
    return _hint("percent", found=found.group()) if found else None


def _relative(address: str, parts: Parts) -> Text | None:
    if address.startswith("/"):
        return _hint("slash")
    if ":" in parts.path.split("/")[0]:
        return _hint("colon")
    return None


def _authority(address: str, parts: Parts, kind: Kind) -> Text | None:
    host, colon, port = parts.authority.partition(":")
    if "@" in parts.authority:
        return _hint("user")
    if fault := _host(host, dotted=kind != "site"):
        return fault
    if colon and not (port.isdecimal() and len(port) <= _PORT_DIGITS and int(port) in _PORTS):
        return _hint("port")
    if kind == "site" and ("?" in address or "#" in address):
        return _hint("query")
    steps = unquote(parts.path).removesuffix("/").split("/")[1:]
    if kind == "site" and any(step in ("", ".", "..") for step in steps):
        return _hint("steps")
    return None


def _host(host: str, *, dotted: bool = True) -> Text | None:
    """What speaks against a host name or an IPv4 address."""
    labels = host.split(".")
    sound = all(_LABEL.fullmatch(label) for label in labels) and len(host) <= _HOST_LENGTH
    if sound and labels[-1].isdigit():
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            sound = False
    if not sound or (dotted and len(labels) == 1):
        return _hint("host")
    return None
