"""Check what stands at the fixed addresses of a finished site: robots.txt, the sitemap it names, security.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text
from ipportal.files.signposting import ROBOTS, SECURITY

_FIELD: Final = re.compile(r"^([A-Za-z-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_BUILD: Final = Text("重新运行 ipportal build", "run ipportal build again")


def check_wellknown(site: Path, site_url: str) -> Iterator[Problem]:
    """robots.txt names a sitemap that is there; security.txt is complete and for this address.

    That both are there at all is the business of the manifest, which lists them.
    """
    for name, check in ((ROBOTS, _robots), (SECURITY, _security)):
        file = site / name
        if file.is_file():
            yield from check(site, file.read_text(encoding="utf-8"), site_url)


def _robots(site: Path, text: str, site_url: str) -> Iterator[Problem]:
    for name, value in _FIELD.findall(text):
        path = value.removeprefix(f"{site_url}/")
        if name.lower() == "sitemap" and (path == value or not (site / path).is_file()):
            expected = Text("本站已有的站点地图", "a sitemap this site has")
            yield Problem("site-robots", Where(ROBOTS, column=name), expected, value, _BUILD)


def _security(site: Path, text: str, site_url: str) -> Iterator[Problem]:
    """RFC 9116: one Contact or more, exactly one Expires, and Canonical names the address it is served from."""
    fields = _FIELD.findall(text)
    expires = [value for name, value in fields if name.lower() == "expires"]
    if not any(name.lower() == "contact" and value for name, value in fields):
        yield _wrong("Contact", Text("联系地址", "an address to write to"), "")
    if len(expires) != 1 or not _moment(expires[0]):
        yield _wrong("Expires", Text("一个失效时间", "one moment it expires"), ", ".join(expires))
    for name, value in fields:
        if name.lower() == "canonical" and value != f"{site_url}/{SECURITY}":
            yield _wrong(name, Text(f"{site_url}/{SECURITY}", f"{site_url}/{SECURITY}"), value)


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _wrong(field: str, expected: Text, found: str) -> Problem:
    hint = Text(
        "检查 portal.toml 的 [security]，再运行 ipportal build", "check [security] in portal.toml and build again"
    )
    return Problem("site-security-txt", Where(SECURITY, column=field), expected, found, hint)
