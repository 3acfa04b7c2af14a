"""What an official release needs beyond sound data: real names and numbers, reviewed pages, current translations.

These rules run for `ipportal build --official` and `check --official` only: a demonstration may lack all of it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from ipportal.base.addresses import split
from ipportal.base.errors import Where
from ipportal.base.text import Lang
from ipportal.data.entries import FILE
from ipportal.data.manuscripts import REVIEWED_BY, REVIEWED_ON, REVIEWED_TEXT, SOURCE_HASH, translations
from ipportal.rules.pages import prose
from ipportal.rules.rule import Context, Finding, rules

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
#: Entries of [identity], with their form as published numbers show it
_NUMBERS: Final = {
    "site_id": re.compile(r"(?:bm\d{8}|\d{10})", re.IGNORECASE),
    "icp": re.compile(rf"[{_PROVINCES}]ICP备\d{{6,10}}号(?:-\d+)?", re.IGNORECASE),
    "public_security": re.compile(rf"[{_PROVINCES}]公网安备\s?\d{{14}}号"),
}
#: Advice that stand in for something real, in names and in contact details
_STAND_IN: Final = re.compile(
    r"示例|虚构|样例|占位|待定|待填|待补|填写|未指定|[Xx]{3,}|×{3,}|〇{3,}"
    r"|placeholder|made[- ]up|\bsample\b|to be (?:given|filled|announced|named)|no organiser|no contact"
    r"|\bTB[AD]\b|^demonstration\b[;:,]",
    re.IGNORECASE,
)
#: What pages say while the site is a demonstration
_DEMO_PROSE: Final[Mapping[Lang, re.Pattern[str]]] = {
    "zh": re.compile(r"示例部署|上线时由|正式上线时"),
    "en": re.compile(r"\bis a demonstration\b|\bdemonstration deployment\b|\bAt launch the organiser\b", re.IGNORECASE),
}
#: Names nobody has, and IPv4 addresses; others are refused as addresses
_STAND_IN_HOST: Final = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost)(?:\.|$)|^[\d.]+$")
_REACHABLE: Final = re.compile(r"\S+@\S+\.\S+|\d(?:[\s-]?\d){4,}")
_YEAR: Final = timedelta(days=366)


def _entry(entry: str, found: str, variant: str = "") -> Finding:
    """An entry of portal.toml is at fault."""
    return Finding(Where(FILE, column=entry), found, variant)


def _release_identity(context: Context) -> Iterator[Finding]:
    """A number of an official site is missing, malformed or a stand-in."""
    for key, form in _NUMBERS.items():
        value = getattr(context.settings.identity, key) or ""
        if not form.fullmatch(value.strip()) or len(set(re.sub(r"\D", "", value))) < 3:
            yield _entry(f"[identity] {key}", value, key)


def _release_address(context: Context) -> Iterator[Finding]:
    """The public address is missing, not secure, or a stand-in."""
    parts = split(context.settings.url)
    if parts.scheme != "https" or not parts.host or _STAND_IN_HOST.search(parts.host):
        yield _entry("[site] url", context.settings.url)


def _release_placeholder(context: Context) -> Iterator[Finding]:
    """portal.toml names or describes the publisher by a stand-in."""
    settings = context.settings
    for section, name in (("site", "name"), ("publisher", "organiser"), ("publisher", "contact")):
        for lang in settings.languages:
            said = getattr(settings, name)[lang]
            if not said.strip() or _STAND_IN.search(said):
                yield _entry(f"[{section}] {name}_{lang}", said)


def _release_demo_prose(context: Context) -> Iterator[Finding]:
    """A page still says that the site is a demonstration."""
    for page in context.pages:
        for number, line in enumerate(prose(page.text).split("\n"), 1):
            if found := _DEMO_PROSE[page.lang].search(line):
                yield Finding(Where(page.file, number), found.group())


def _release_contact(context: Context) -> Iterator[Finding]:
    """No way to reach the publisher is given."""
    url, langs = context.settings.contact_url, context.settings.languages
    told = [context.settings.contact[lang] for lang in langs]
    if any(map(_STAND_IN.search, told)):
        return  # told already
    if url and split(url).scheme != "https":
        yield _entry("[publisher] contact_url", url)
    elif not url and not all(map(_REACHABLE.search, told)):
        yield _entry(f"[publisher] contact_{langs[0]}", told[0])


def _release_security_txt(context: Context) -> Iterator[Finding]:
    """security.txt cannot be written, or would be out of date."""
    settings = context.settings
    expires, contact = settings.security_expires, settings.security_contact
    if contact and split(contact).scheme not in ("https", "mailto", "tel"):
        yield _entry("[security] contact", contact, "contact")
    if not (contact or settings.contact_url):
        return  # no security.txt is asked for
    if expires is None or not settings.as_of < expires <= settings.as_of + _YEAR:
        yield _entry("[security] expires", expires.isoformat() if expires else "")


def _page_unreviewed(context: Context) -> Iterator[Finding]:
    """Nobody is named who read the page before publication."""
    for page in context.pages:
        if not page.reviewed:
            yield Finding(Where(page.file, column=REVIEWED_ON if page.head.get(REVIEWED_BY) else REVIEWED_BY))
        elif (day := page.day(REVIEWED_ON)) is None or day > context.settings.as_of:
            yield Finding(Where(page.file, column=REVIEWED_ON), str(page.head[REVIEWED_ON]), "date")


def _page_changed(context: Context) -> Iterator[Finding]:
    """The page was changed after its review."""
    for page in context.pages:
        named = str(page.head.get(REVIEWED_TEXT) or "")
        if page.reviewed and named != page.fingerprint:
            yield Finding(Where(page.file, column=REVIEWED_TEXT), named, fingerprint=page.fingerprint)


def _translation_stale(context: Context) -> Iterator[Finding]:
    """A page translates an earlier wording of the main language, or does not say which."""
    for page, original in translations(context.pages):
        named = str(page.head.get(SOURCE_HASH) or "")
        if named != original.fingerprint:
            where = Where(page.file, column=SOURCE_HASH)
            yield Finding(where, named, original=original.file, fingerprint=original.fingerprint)


RULES: Final = rules(
    *(_release_identity, _release_address, _release_placeholder, _release_demo_prose, _release_contact),
    *(_release_security_txt, _page_unreviewed, _page_changed, _translation_stale),
)
