"""What a web server says with each file, and the formats of the files: the one source that every host's form follows.
Then what leads programs on: typed links of the dataset pages, `.well-known/security.txt` and `robots.txt`.

The values follow the standards: CSP Level 3, RFC 6797 (HSTS), RFC 9110 and 9111 (media types, caching), Fetch (CORS).
The links (FAIR Signposting) stand in the head of each dataset page (level 1) and in `data/linkset.json` (level 2,
RFC 9264); the two files have fixed addresses (RFC 9116, RFC 9309).
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from ipportal.base import Frozen
from ipportal.base.addresses import split
from ipportal.base.errors import catalogue_file
from ipportal.base.templates import template_environment
from ipportal.base.text import Text
from ipportal.data.model import Package, Release
from ipportal.data.settings import Settings
from ipportal.files.identity import address, fits, home, licence, page, workbook_name
from ipportal.files.plainfiles import json_bytes

_MEDIA: Final = catalogue_file("ipportal.files", "media")
#: The policy as a page can carry it itself, for hosts that send no headers and files opened by double-click
PAGE_POLICY: Final[str] = _MEDIA["page"]["policy"]
#: Browsers heed it over HTTPS only
HSTS: Final = ("Strict-Transport-Security", "max-age=31536000")

#: The address of a file made to stand inside other sites
_EMBED: Final = "embed/"
_DATA: Final = "data/"
#: Released versions, style sheets and scripts, and files of the search index: their names carry version or hash. The
#: page of a version, and what tells of it to programs and to those who cite, is made anew with every build
_FOREVER: Final = re.compile(
    r"data/[a-z-]+/[0-9]+\.[0-9]+\.[0-9]+/(?!(?:croissant|datacite|linkset|citation\.csl|.*csv-metadata)\.json)"
    r"[^/]+\.(?:csv|json|parquet|xlsx|zip)$|((?:assets/hashed|pagefind/(?:fragment|index|filter))/)"
)
_IMMUTABLE: Final = "public, max-age=31536000, immutable"

#: Media types by file name ending, the longest first
MEDIA_TYPES: Final[Mapping[str, str]] = _MEDIA["formats"]
#: What the site holds beside the published formats
ASSETS: Final[Mapping[str, str]] = _MEDIA["assets"]


def security_headers(path: str) -> dict[str, str]:
    """The headers that protect readers, for the file at a site path; embeddable pages may stand inside any site."""
    frames = "*" if path.startswith(_EMBED) else "'self'"
    return {"Content-Security-Policy": f"{PAGE_POLICY}; frame-ancestors {frames}", **_MEDIA["always"]}


def cache_control(path: str) -> str:
    """For good where the content of an address never changes; asked for again after five minutes elsewhere."""
    return _IMMUTABLE if _FOREVER.match(path) else "public, max-age=300"


def content_type(path: str) -> str:
    """The Content-Type of a file, with its character set where it is text; unknown kinds are plain bytes."""
    kind = _kind(path)
    return f"{kind}; charset=utf-8" if kind.startswith(tuple(_MEDIA["texts"]["begin"])) else kind


def compressible(path: str) -> bool:
    """True for files that become much smaller when compressed."""
    return bool(re.match(_MEDIA["texts"]["compressible"], _kind(path)))


def _kind(path: str) -> str:
    # every .xml artefact is an Atom feed; the site generator adds a sitemap
    if path.endswith("sitemap.xml"):
        return "application/xml"
    return {**MEDIA_TYPES, **ASSETS}.get(_ending(path, (*ASSETS, *MEDIA_TYPES)), "application/octet-stream")


def headers_file(paths: Iterable[str]) -> bytes:
    """`_headers` for hosts that read it (Netlify, Cloudflare Pages and others of that form), from all site paths.

    Such hosts join the values of all rules that match with a comma. Joined policies all hold, so the rule for
    everything leaves out frame-ancestors, and every part of the site but the embeddable one adds it.
    """
    known = sorted(set(paths))
    tops = {f"/{path.split('/', 1)[0]}{'/*' if '/' in path else ''}" for path in known} - {f"/{_EMBED}*"}
    # no rule of this form tells the files of a release from its page, so they are asked for again like all others
    kept = {f"/{found[1]}*" for path in known if (found := _FOREVER.match(path)) and found[1]}
    rules = {"/*": {"Content-Security-Policy": PAGE_POLICY, **_MEDIA["always"], HSTS[0]: HSTS[1]}}
    rules |= {rule: {"Content-Security-Policy": "frame-ancestors 'self'"} for rule in ("/", *sorted(tops))}
    rules.setdefault(f"/{_DATA}*", {})["Access-Control-Allow-Origin"] = "*"
    for rule in sorted(kept):
        rules[rule] = {"Cache-Control": _IMMUTABLE}
    lines = ([rule, *(f"  {name}: {words}" for name, words in headers.items())] for rule, headers in rules.items())
    return "".join(f"{line}\n" for each in lines for line in each).encode()


#: Files that tell of data
_ABOUT: Final = tuple(
    f"{name}.json" for name in ("csv-metadata", "datapackage", "croissant", "datacite", "linkset", "sdmx")
)


class Format(NamedTuple):
    """A format of a package's files: its short name, what it is for, its code in the European table, its standard."""

    name: str
    purpose: Text
    file_type: str
    standard: str = ""


#: By file name ending
FORMATS: Final = {ending: Format(**told) for ending, told in catalogue_file("ipportal.files", "formats").items()}


def media_type(path: str) -> str:
    """The media type a file is to be served with.

    Raises:
        KeyError: no type is known for the ending.
    """
    return MEDIA_TYPES[_ending(path, MEDIA_TYPES)]


def file_format(path: str) -> Format:
    """The format of a file.

    Raises:
        KeyError: the ending is none of a package's formats.
    """
    return FORMATS[_ending(path, FORMATS)]


def _ending(path: str, known: Iterable[str]) -> str:
    return next((ending for ending in known if path.endswith(ending)), path)


def is_citation(path: str) -> bool:
    """True for the files that say how to cite a package."""
    return path.rsplit("/", 1)[-1].startswith("citation.")


def is_distribution(path: str) -> bool:
    """True for the files of a package that hold its data; what only tells of them is none."""
    return not is_citation(path) and not path.endswith(_ABOUT)


# --- what leads programs on -----------------------------------------------------------------------

LINKSET: Final = "linkset.json"
DATASET_TYPE: Final = "https://schema.org/Dataset"


class Signpost(Frozen):
    """One typed link; `target` is a site path, or an absolute address when `external`."""

    rel: str
    target: str
    type: str | None = None
    external: bool = False


def signposts(settings: Settings, package: Package, release: Release | None = None) -> tuple[Signpost, ...]:
    """The links of a package's page, or of the page of a `release` of it."""
    folder, place = home(package, release)
    endings = ("csv", "json", "parquet")
    described = [f"{folder}/{name}" for name in ("datapackage.json", "croissant.json", "csv-metadata.json")]
    if release:
        items = [f"{folder}/{file.path}" for file in release.files if file.path != "datapackage.json"]
        linkset, catalogue = f"{folder}/{LINKSET}", f"{folder}/datacite.json"
    else:
        tables = package.tables.items()
        items = [f"{folder}/{workbook_name(package, table)}" for _, table in tables if fits(table, "xlsx")]
        items += [f"{folder}/{name}.{end}" for name, table in tables for end in endings if fits(table, end)]
        items += [f"{folder}/{package.name}.xlsx", f"{folder}.zip"]
        linkset, catalogue = f"data/{LINKSET}", "data/catalog.ttl"
    cited = [f"{folder}/citation.{ending}" for ending in ("bib", "ris", "csl.json")]
    doi = settings.dois.get(release.id if release else package.name)
    return (
        Signpost("cite-as", f"https://doi.org/{doi}" if doi else page(settings, place), external=bool(doi)),
        Signpost("type", DATASET_TYPE, external=True),
        Signpost("type", "https://schema.org/AboutPage", external=True),
        Signpost("license", licence(package)["path"], external=True),
        *(Signpost("describedby", path, media_type(path)) for path in (*described, catalogue, *cited)),
        *(Signpost("item", path, media_type(path)) for path in items),
        Signpost("linkset", linkset, media_type(linkset)),
    )


def linkset_file(settings: Settings, packages: Iterable[Package], release: Release | None = None) -> bytes:
    """`data/linkset.json` for the pages of all packages, or that of one package's `release` for its pages."""
    contexts: list[dict[str, Any]] = []
    path = f"data/{release.id}/{LINKSET}" if release else f"data/{LINKSET}"
    for package in packages:
        _, place = home(package, release)
        posts = [post for post in signposts(settings, package, release) if post.rel != "linkset"]
        for lang in settings.languages:
            anchor = address(settings, page(settings, place, lang), path)
            contexts.append({"anchor": anchor, **_targets(settings, posts, path)})
        whole = [{"href": address(settings, page(settings, place), path), "type": "text/html"}]
        items = [address(settings, post.target, path) for post in posts if post.rel == "item"]
        contexts += [{"anchor": item, "collection": whole} for item in items]
    return json_bytes({"linkset": contexts})


def _targets(settings: Settings, posts: Iterable[Signpost], path: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for post in posts:
        href = post.target if post.external else address(settings, post.target, path)
        found.setdefault(post.rel, []).append({"href": href} | ({"type": post.type} if post.type else {}))
    return found


SECURITY: Final = ".well-known/security.txt"
ROBOTS: Final = "robots.txt"


def security_contact(settings: Settings) -> str | None:
    """Where to report a weakness of the site, as an address; None while no real one is given.

    `[security] contact` goes before the publisher's question page.
    """
    given = (settings.security_contact, settings.contact_url)
    # kinds of address a security contact may have (RFC 9116, 2.5.3)
    return next((contact for contact in given if split(contact).scheme in {"https", "mailto", "tel"}), None)


def wellknown_files(settings: Settings) -> dict[str, bytes]:
    """robots.txt always; security.txt once there is a contact and the day it expires: {site path: bytes}.

    Everything may be read by everybody; sitemap and security.txt are named where their full address is known.
    """
    contact, templates = security_contact(settings), template_environment().overlay(keep_trailing_newline=True)
    names = (ROBOTS, SECURITY) if contact and settings.security_expires else (ROBOTS,)
    found = {name: templates.get_template(PurePosixPath(name).name) for name in names}
    return {name: words.render(settings=settings, contact=contact).encode() for name, words in found.items()}
