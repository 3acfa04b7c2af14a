"""Addresses: the only place that makes links of this site, and the one judgement of any address from outside.

Links are relative, so the tree works under any folder. What is judged may come from data, portal.toml, descriptions,
pages or finished HTML; nothing raises: every string has parts, and a fault or none.
"""

from __future__ import annotations

import html
import ipaddress
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote

from ipportal.base.characters import hidden
from ipportal.base.errors import Advice
from ipportal.base.text import Lang, Text


def tree(lang: Lang, main: Lang) -> str:
    """Folder of a language's pages in the finished site: the main language stands at its root."""
    return "" if lang == main else f"{lang}/"


#: Where pages of each kind lie below docs/<language>; `{}` is the id of the row they are about. A kind named after a
#: table shows its rows
PAGES: Final = {
    "home": "index.md",
    "indicators": "indicators/{}.md",
    "context": "indicators/context.md",
    "judging": "methods/progress.md",
    "ask": "progress/ask.md",
    "elsewhere": "progress/elsewhere.md",
    "task": "plan/tasks/{}.md",
    "project": "plan/projects/{}.md",
    "safeguard": "plan/safeguards.md",
    "updates": "plan/evidence.md",
    "systems": "plan/systems.md",
    "institutions": "plan/institutions.md",
    "contradictions": "plan/contradictions.md",
    "case_statistics": "cases/statistics.md",
    "case_stories": "cases/stories/{}.md",
    "data_stories": "stories/index.md",
    "help": "help/index.md",
    "services": "promotion/services.md",
    "glossary": "promotion/glossary.md",
    "events": "promotion/events.md",
    "observances": "promotion/observances.md",
    "incentives": "promotion/incentives.md",
    "awards": "promotion/honours.md",
    "enterprises": "promotion/honours.md",
    "datasets": "datasets/index.md",
    "dataset": "datasets/{}.md",
    "machines": "datasets/machines.md",
    "sources": "about/sources.md",
    "discrepancies": "methods/known-issues.md",
    "quality": "methods/quality.md",
    "freshness": "about/freshness.md",
    "news": "about/news.md",
    "subscribe": "about/subscribe.md",
    "contact": "about/contact.md",
    "licence": "about/licence.md",
    "accessibility": "about/accessibility.md",
    "privacy": "about/privacy.md",
    "sitemap": "about/sitemap.md",
    "handbook": "handbook/index.md",
}


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
    folder = stem.removesuffix("index") if stem == "index" or stem.endswith("/index") else f"{stem}/"
    return folder


@dataclass(frozen=True, slots=True)
class Addresses:
    """Links from one page. `source` is its Markdown path below docs/<lang>."""

    lang: Lang
    source: str
    directory_urls: bool = True
    main: Lang = "zh"

    def page(self, source: str, anchor: str = "", lang: Lang | None = None) -> str:
        """Link to a page by its Markdown path, by default in the same language."""
        url = tree(lang or self.lang, self.main) + page_url(source, directory_urls=self.directory_urls)
        return self._relative(url) + (f"#{anchor}" if anchor else "")

    def file(self, path: str) -> str:
        """Link to a file both languages share, by its path in the finished site."""
        return self._relative(path)

    def _relative(self, url: str) -> str:
        place = tree(self.lang, self.main) + page_url(self.source, directory_urls=self.directory_urls)
        here = posixpath.dirname(place)
        link = posixpath.relpath(url or ".", here or ".")
        return f"{link}/" if url.endswith("/") or not url else link


#: `web`: a page of another site. `site`: where this site stands. `contact`: where to reach somebody.
#: `link`: what a page may link to, its own site included.
Kind = Literal["web", "site", "contact", "link"]

_WEB: Final = ("http", "https")
_SCHEMES: Final = {"web": _WEB, "site": _WEB, "contact": (*_WEB, "mailto", "tel"), "link": (*_WEB, "mailto", "tel")}
_EXPECTED: Final[dict[Kind, Text]] = {
    "web": Text(
        "以 http:// 或 https:// 开头、没有空格的网址",
        "an address that begins with http:// or https:// and holds no spaces",
    ),
    "site": Text(
        "只有协议、域名和路径的地址，如 https://ip.example.gov.cn",
        "an address of scheme, host and path only, such as https://ip.example.gov.cn",
    ),
    "contact": Text("以 https://、mailto: 或 tel: 开头的地址", "an address beginning with https://, mailto: or tel:"),
    "link": Text(
        "http、https、mailto、tel 地址，或本站内的相对路径",
        "an http, https, mailto or tel address, or a path inside this site",
    ),
}

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
_AS_MAILBOX: Final = Text("写成 mailto:名字@域名", "write mailto:name@host")
_AS_TELEPHONE: Final = Text("写成 tel:+86-27-12345678 的样子", "write it like tel:+86-27-12345678")
_COPY: Final = Text("从浏览器地址栏重新复制", "copy it again from the browser's address bar")


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
    return Advice(_EXPECTED[kind], hint) if hint else None


def href(address: str | None) -> str:
    """The address as it may stand in a page; empty when it may not."""
    return "" if address is None or _fault(address, "link") else address


@lru_cache(maxsize=1 << 15)  # the pages of a site lead to the same places again and again
def _fault(address: str, kind: Kind) -> Text | None:
    parts = split(address)
    if fault := _characters(address, parts):
        return fault
    if html.unescape(address) != address and split(html.unescape(address)).scheme != parts.scheme:
        return Text("把 &…; 写成它代表的字符", "write the character that &…; stands for")
    if not parts.scheme:
        return _relative(address, parts) if kind == "link" else _scheme(kind)
    if parts.scheme not in _SCHEMES[kind]:
        return _scheme(kind, parts.scheme)
    if parts.scheme == "mailto":
        mailbox = _MAILBOX.fullmatch(parts.path)
        return None if mailbox and not parts.authority and _host(mailbox[1]) is None else _AS_MAILBOX
    if parts.scheme == "tel":
        return None if _TELEPHONE.fullmatch(address[len("tel:") :]) else _AS_TELEPHONE
    return _authority(address, parts, kind)


def _scheme(kind: Kind, scheme: str = "") -> Text:
    ways = "、".join(_SCHEMES[kind]), ", ".join(_SCHEMES[kind])
    if scheme:
        return Text(f"不能用 {scheme}:；只用 {ways[0]}", f"{scheme}: may not be used; use one of {ways[1]}")
    return Text(f"在前面补上 https://，或{_COPY.zh}", f"put https:// in front, or {_COPY.en}")


def _characters(address: str, parts: Parts) -> Text | None:
    for char in address:
        code = f"U+{ord(char):04X}"
        if char.isspace() or hidden(char):
            return Text(
                f"删去空格和看不见的字符（{code}）；{_COPY.zh}",
                f"delete spaces and hidden characters ({code}), or {_COPY.en}",
            )
        if _NEVER.match(char):
            return Text(f"删去“{char}”；{_COPY.zh}", f"delete “{char}”, or {_COPY.en}")
        if not char.isascii() and (parts.scheme or parts.authority):
            return Text(
                f"“{char}”（{code}）不能直接写在网址里：全角符号改成半角，中文用地址栏里 % 或 xn-- 的写法；{_COPY.zh}",
                f"“{char}” ({code}) cannot stand in an address: use signs of normal width, and the form with % or xn-- "
                f"of the address bar; {_COPY.en}",
            )
    if found := _PERCENT.search(address):
        return Text(f"“{found.group()}”不是文字的编码；{_COPY.zh}", f"“{found.group()}” encodes no text; {_COPY.en}")
    return None


def _relative(address: str, parts: Parts) -> Text | None:
    if address.startswith("/"):
        return Text("去掉开头的斜杠，从本页写起", "write the link from this page, without the leading slash")
    if ":" in parts.path.split("/")[0]:
        return Text("路径里不用冒号，或在前面加 ./", "use no colon in a path, or put ./ in front")
    return None


def _authority(address: str, parts: Parts, kind: Kind) -> Text | None:
    host, colon, port = parts.authority.partition(":")
    if "@" in parts.authority:
        return Text("删去 @ 和它前面的用户名、密码", "delete the @ with the user name and password before it")
    if fault := _host(host, dotted=kind != "site"):
        return fault
    if colon and not (port.isdecimal() and len(port) <= _PORT_DIGITS and int(port) in _PORTS):
        return Text(
            "端口是 1 到 65535 的数字；不需要就连冒号一起删去",
            "a port is a number from 1 to 65535; delete it with its colon where none is needed",
        )
    if kind == "site" and ("?" in address or "#" in address):
        return Text("删去 ? 和 # 以及它们后面的内容", "delete ? and # with what follows")
    steps = unquote(parts.path).removesuffix("/").split("/")[1:]
    if kind == "site" and any(step in ("", ".", "..") for step in steps):
        return Text("路径里不要有 //、/./ 和 /../", "leave //, /./ and /../ out of the path")
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
        return Text(f"域名写错了；{_COPY.zh}", f"the host name is wrong; {_COPY.en}")
    return None
