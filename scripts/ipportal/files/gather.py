"""Gather every public file, list it with its size and SHA-256, and write it. The only place that writes them.

Then where programs begin: `data/map.json` for those that compute, `llms.txt` (after llmstxt.org) for those that read.
And what stands at addresses that were given up: a small page that leads on, or a file of the same kind.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any, Final

from markupsafe import Markup

from ipportal.base.addresses import Addresses, page_path
from ipportal.base.errors import OutputError, Problem, Where, catalogue_file
from ipportal.base.progress import Report, silent
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, Text, in_languages
from ipportal.base.voices import for_voices
from ipportal.base.writing import write_staged
from ipportal.data.ledger import ledger_file, read_frozen
from ipportal.data.manuscripts import read_manuscripts
from ipportal.data.model import Portal
from ipportal.data.settings import split_place
from ipportal.files import CATALOGUE
from ipportal.files.analysis import published_packages, shown_packages
from ipportal.files.api import api_files
from ipportal.files.assets import EXPLORER, MOVED, Assets
from ipportal.files.catalogue import catalogue_files
from ipportal.files.chartfiles import card_files
from ipportal.files.citation import indicator_citations
from ipportal.files.descriptions import Versions
from ipportal.files.drawings import chart_files, embed_files
from ipportal.files.feeds import feed_files, known_news
from ipportal.files.headers import LINKSET, PAGE_POLICY, linkset_file, media_type, wellknown_files
from ipportal.files.identity import LeftOut, address, left_out, moved_paths, page, sha256
from ipportal.files.package_files import PackageFiles
from ipportal.files.package_workbook import chart_workbooks
from ipportal.files.plainfiles import json_bytes
from ipportal.files.registers import manifest_entries, published

MANIFEST: Final = "data/manifest.json"
SUMS: Final = "data/SHA256SUMS"


def gather_files(portal: Portal, root: Path, report: Report = silent) -> dict[str, bytes]:
    """Every public file of the portal below `root`: {site path: bytes}, sorted, manifest and sums included.

    Raises:
        OutputError: two artefacts claim the same address.
    """
    files: dict[str, bytes] = {}
    frozen = release_files(portal, root)  # first: what was tampered with stops everything before the long work
    packages, versions = PackageFiles(portal, root), Versions(portal, root)
    for part in (
        frozen,
        *packages.values(),
        *(versions[release.id].described for release in portal.releases),
        indicator_citations(portal),
        feed_files(portal, known_news(portal, root)),
        catalogue_files(portal, packages),
        {f"data/{LINKSET}": linkset_file(portal.settings, shown_packages(portal))},
        api_files(portal, packages),
        chart_files(portal, root, report),
        chart_workbooks(portal, root),
        card_files(portal, root),
        {path: data for path, data in Assets(root).files.items() if portal.registers or f"/{EXPLORER}." not in path},
        embed_files(portal, root),
        wellknown_files(portal.settings),
        moved_pages(portal, root),
    ):
        _add(files, part)
    _add(files, moved_files(portal, files))
    _add(files, map_files(portal, {*files, MANIFEST}))
    registers = list(manifest_entries(published(portal)))
    files[MANIFEST] = manifest(files, left_out(published_packages(portal).values()), registers)
    files[SUMS] = data_sums(files, registers)
    return dict(sorted(files.items()))


def _add(files: dict[str, bytes], part: Mapping[str, bytes]) -> None:
    for path, data in part.items():
        if path in files:
            raise OutputError([CATALOGUE.problem("publish-twice", Where(path), path)])
        files[path] = data


def release_files(portal: Portal, root: Path) -> dict[str, bytes]:
    """Every frozen release below `data/<package>/<version>/`, and the ledger that proves them.

    Raises:
        OutputError: a frozen file is not what was released.
    """
    files: dict[str, bytes] = {"data/releases.json": ledger_file(portal.releases)}
    for release in portal.releases:
        for file in release.files:
            found = read_frozen(root, release, file)
            if isinstance(found, Problem):
                raise OutputError([found])
            files[f"data/{release.id}/{file.path}"] = found
    return files


def manifest(
    files: Mapping[str, bytes], missing: Iterable[LeftOut] = (), more: Iterable[Mapping[str, Any]] = ()
) -> bytes:
    """`data/manifest.json`: path from the site's root, bytes, SHA-256 and media type of every file.

    Under `left_out` stands what a format cannot hold, and why. `more` are entries of files made elsewhere.
    """
    entries = [
        {"path": path, "bytes": len(data), "sha256": sha256(data), "media_type": media_type(path)}
        for path, data in sorted(files.items())
    ]
    told = [{"path": each.path, "table": each.table, "why": {"zh": each.why.zh, "en": each.why.en}} for each in missing]
    return json_bytes({"files": sorted([*entries, *more], key=itemgetter("path")), "left_out": told})


def data_sums(files: Mapping[str, bytes], more: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """`data/SHA256SUMS` for `sha256sum -c` run inside data/; names files below data/ only."""
    folder = f"{PurePosixPath(SUMS).parent}/"
    told = {path: sha256(data) for path, data in files.items()} | {each["path"]: each["sha256"] for each in more}
    lines = (
        f"{digest}  {path.removeprefix(folder)}\n" for path, digest in sorted(told.items()) if path.startswith(folder)
    )
    return "".join(lines).encode()


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write every file below `folder`, making the folders it needs.

    Raises:
        OutputError: a path leaves the folder, or the disk refuses.
    """
    for path, data in files.items():
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts:
            raise OutputError([CATALOGUE.problem("publish-outside", Where(path), path)])
        try:
            write_staged(folder / path, data)
        except OSError as error:
            raise OutputError([CATALOGUE.problem("publish-unwritable", Where(path), str(error))]) from error


MAP: Final = "data/map.json"
LLMS: Final = "llms.txt"


def map_files(portal: Portal, there: Container[str]) -> dict[str, bytes]:
    """Both files; `there` are the site's files so far, and those of the catalogue that it lacks are not told of."""
    settings, told = portal.settings, catalogue_file("ipportal.files", "map")
    files = {path: words for path, words in told["files"].items() if path in there}
    pages = {page_path(kind): words for kind, words in told["pages"].items() if portal.has_page(page_path(kind))}
    entries = [
        {"href": address(settings, path, MAP), "type": media_type(path), "what": {"zh": what.zh, "en": what.en}}
        for path, what in files.items()
    ]
    words = template_environment().overlay(keep_trailing_newline=True).get_template(LLMS)
    facts = {"portal": portal, "settings": settings, "langs": settings.languages, "files": files, "pages": pages}
    facts |= {"packages": published_packages(portal).values(), "page": page, "text": Text}
    text = words.render(facts, at=lambda path: address(settings, path, LLMS))
    start = {"as_of": settings.as_of.isoformat(), "entries": in_languages(entries, settings.languages)}
    return {MAP: json_bytes(start), LLMS: text.encode()}


def moved_pages(portal: Portal, root: Path) -> dict[str, bytes]:
    """The pages that lead on: {site path: bytes}."""
    settings, template = portal.settings, template_environment().get_template("moved.html")
    pages = read_manuscripts(root, settings.languages)
    titles = {(each.lang, each.path): each.title for each in pages if "{{" not in each.title}
    to: dict[str, dict[str, str]] = defaultdict(dict)
    for move in settings.moved:
        if move.pages:
            path, place = split_place(move.old)
            to[path][place] = move.new
    assets = Assets(root)
    files: dict[str, bytes] = {}
    for place, (lang, old) in moved_paths(settings).items():
        here = Addresses(lang, old, not settings.plain_files, settings.languages[0])
        leads = {at: here.page(*split_place(new)) for at, new in to[old].items()}
        leads.setdefault("", next(iter(leads.values())))
        new = split_place(to[old].get("") or next(iter(to[old].values())))[0]
        facts = {"policy": Markup(PAGE_POLICY), "tags": BCP47, "lang": lang, "leads": leads}
        facts |= {"moved": json.dumps(leads, ensure_ascii=False), "title": titles.get((lang, new), "")}
        facts |= {"script": here.file(assets.path(MOVED)), "sheet": here.file(assets.path("site.css"))}
        facts |= {"canonical": address(settings, page(settings, new, lang), place)}
        files[place] = for_voices(template.render(facts)).encode()
    return files


def moved_files(portal: Portal, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What stands at the old addresses of files: the content of those `files` that answer there now.

    Raises:
        OutputError: with every row that leads to no file.
    """
    found: dict[str, bytes] = {}
    problems = []
    for move in portal.settings.moved:
        pairs = list(move.files(files)) if not move.pages else []
        found |= {old: files[new] for old, new in pairs}
        if not pairs and not move.pages:
            problems.append(CATALOGUE.problem("address-moved", move.where, move.new))
    if problems:
        raise OutputError(problems)
    return found
