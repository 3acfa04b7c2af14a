"""The files programs look for at fixed addresses: `.well-known/security.txt` (RFC 9116) and `robots.txt` (RFC 9309)."""

from __future__ import annotations

from typing import Final

from ipportal.base.addresses import split
from ipportal.data.settings import Settings

SECURITY: Final = ".well-known/security.txt"
ROBOTS: Final = "robots.txt"
#: Kinds of address a security contact may have (RFC 9116, 2.5.3)
_KINDS: Final = {"https", "mailto", "tel"}


def security_contact(settings: Settings) -> str | None:
    """Where to report a weakness of the site, as an address; None while no real one is given.

    `[security] contact` goes before the publisher's question page.
    """
    for address in (settings.security_contact, settings.contact_url):
        if split(address).scheme in _KINDS:
            return address
    return None


def wellknown_files(settings: Settings) -> dict[str, bytes]:
    """robots.txt always; security.txt once there is a contact and the day it expires: {site path: bytes}."""
    files = {ROBOTS: _robots(settings)}
    contact = security_contact(settings)
    if contact and settings.security_expires:
        lines = [
            f"Contact: {contact}",
            f"Expires: {settings.security_expires.isoformat()}T00:00:00Z",
            "Preferred-Languages: zh, en",
        ]
        if settings.url:
            lines.append(f"Canonical: {settings.url}/{SECURITY}")
        files[SECURITY] = "".join(f"{line}\n" for line in lines).encode()
    return files


def _robots(settings: Settings) -> bytes:
    """Everything may be read by everybody; the sitemap is named where its full address is known."""
    lines = ["User-agent: *", "Disallow:"]
    if settings.url:
        lines += ["", f"Sitemap: {settings.url}/sitemap.xml"]
    return "".join(f"{line}\n" for line in lines).encode()
