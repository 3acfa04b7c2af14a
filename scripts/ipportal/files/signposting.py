"""FAIR Signposting: typed links that lead a machine from a dataset page to its parts, licence and descriptions.

The same links stand in the head of each dataset page (level 1) and in `data/linkset.json` (level 2, RFC 9264).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ipportal.base.text import LANGS
from ipportal.data.model import Package, Portal
from ipportal.data.settings import Settings
from ipportal.files import plainjson
from ipportal.files.identity import address, dataset_page, licence
from ipportal.files.media import media_type

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
    contexts = []
    for package in portal.packages.values():
        posts = [post for post in signposts(portal.settings, package) if post.rel != "linkset"]
        for lang in LANGS:
            anchor = address(portal.settings, dataset_page(portal.settings, package, lang), LINKSET)
            contexts.append({"anchor": anchor, **_targets(portal, posts)})
        home = address(portal.settings, dataset_page(portal.settings, package), LINKSET)
        contexts += [
            {
                "anchor": address(portal.settings, post.target, LINKSET),
                "collection": [{"href": home, "type": "text/html"}],
            }
            for post in posts
            if post.rel == "item"
        ]
    return {LINKSET: plainjson.dumps({"linkset": contexts})}


def _targets(portal: Portal, posts: Iterable[Signpost]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for post in posts:
        href = post.target if post.external else address(portal.settings, post.target, LINKSET)
        entry = {"href": href} | ({"type": post.type} if post.type else {})
        found.setdefault(post.rel, []).append(entry)
    return found
