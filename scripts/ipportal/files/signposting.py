"""What leads programs on: typed links of the dataset pages, `.well-known/security.txt` and `robots.txt`.

The links (FAIR Signposting) stand in the head of each dataset page (level 1) and in `data/linkset.json` (level 2,
RFC 9264); the two files have fixed addresses (RFC 9116, RFC 9309).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ipportal.base.addresses import split
from ipportal.base.text import LANGS
from ipportal.data.model import Package, Portal
from ipportal.data.settings import Settings
from ipportal.files.headers import media_type
from ipportal.files.identity import address, dataset_page, licence
from ipportal.files.plainfiles import json_bytes

LINKSET: Final = "data/linkset.json"
DATASET_TYPE: Final = "https://schema.org/Dataset"


@dataclass(frozen=True, slots=True)
class Signpost:
    """One typed link; `target` is a site path, or an absolute address when `external`."""

    rel: str
    target: str
    type: str | None = None
    external: bool = False


def signposts(settings: Settings, package: Package) -> tuple[Signpost, ...]:
    """The links of a package's page."""
    folder = f"data/{package.name}"
    endings = ("csv", "json", "parquet")
    items = [f"{folder}/{table}.{ending}" for table in package.tables for ending in endings]
    items += [f"{folder}/{package.name}.xlsx", f"{folder}.zip"]
    described = [f"{folder}/{name}" for name in ("datapackage.json", "croissant.json", "csv-metadata.json")]
    cited = [f"{folder}/citation.{ending}" for ending in ("bib", "ris", "csl.json")]
    return (
        Signpost("cite-as", dataset_page(settings, package)),
        Signpost("type", DATASET_TYPE, external=True),
        Signpost("type", "https://schema.org/AboutPage", external=True),
        Signpost("license", licence(package)["path"], external=True),
        *(Signpost("describedby", path, media_type(path)) for path in (*described, "data/catalog.ttl", *cited)),
        *(Signpost("item", path, media_type(path)) for path in items),
        Signpost("linkset", LINKSET, media_type(LINKSET)),
    )


def linkset_file(portal: Portal) -> dict[str, bytes]:
    """`data/linkset.json` for all dataset pages."""
    contexts: list[dict[str, Any]] = []
    for package in portal.packages.values():
        posts = [post for post in signposts(portal.settings, package) if post.rel != "linkset"]
        for lang in LANGS:
            anchor = address(portal.settings, dataset_page(portal.settings, package, lang), LINKSET)
            contexts.append({"anchor": anchor, **_targets(portal, posts)})
        home = address(portal.settings, dataset_page(portal.settings, package), LINKSET)
        whole = [{"href": home, "type": "text/html"}]
        items = [address(portal.settings, post.target, LINKSET) for post in posts if post.rel == "item"]
        contexts += [{"anchor": item, "collection": whole} for item in items]
    return {LINKSET: json_bytes({"linkset": contexts})}


def _targets(portal: Portal, posts: Iterable[Signpost]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for post in posts:
        href = post.target if post.external else address(portal.settings, post.target, LINKSET)
        entry = {"href": href} | ({"type": post.type} if post.type else {})
        found.setdefault(post.rel, []).append(entry)
    return found


SECURITY: Final = ".well-known/security.txt"
ROBOTS: Final = "robots.txt"
#: Kinds of address a security contact may have (RFC 9116, 2.5.3)
_KINDS: Final = {"https", "mailto", "tel"}


def security_contact(settings: Settings) -> str | None:
    """Where to report a weakness of the site, as an address; None while no real one is given.

    `[security] contact` goes before the publisher's question page.
    """
    given = (settings.security_contact, settings.contact_url)
    return next((contact for contact in given if split(contact).scheme in _KINDS), None)


def wellknown_files(settings: Settings) -> dict[str, bytes]:
    """robots.txt always; security.txt once there is a contact and the day it expires: {site path: bytes}.

    Everything may be read by everybody; sitemap and security.txt are named where their full address is known.
    """
    robots = ["User-agent: *", "Disallow:"]
    security = [
        f"Contact: {security_contact(settings)}",
        f"Expires: {settings.security_expires}T00:00:00Z",
        "Preferred-Languages: zh, en",
    ]
    if settings.url:
        robots += ["", f"Sitemap: {settings.url}/sitemap.xml"]
        security.append(f"Canonical: {settings.url}/{SECURITY}")
    known = security_contact(settings) and settings.security_expires
    files = {ROBOTS: robots, **({SECURITY: security} if known else {})}
    return {path: "".join(f"{line}\n" for line in lines).encode() for path, lines in files.items()}
