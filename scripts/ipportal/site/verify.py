"""Check the finished tree: links, languages, texts, markup, downloads. Reads only, judges everything at once."""

import hashlib
import json
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from ipportal.base import Frozen
from ipportal.base.addresses import page_url, split, tree
from ipportal.base.errors import Problem, Where
from ipportal.base.filenames import survey
from ipportal.base.markup import FINISHED, Fault, Tag, drawing_faults, faults, redirect, tags
from ipportal.base.progress import Report, silent
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.data.memory import Pieces
from ipportal.files.assets import FOLDER, MARK, MOVED
from ipportal.files.headers import ASSETS, MEDIA_TYPES, PAGE_POLICY, ROBOTS, SECURITY
from ipportal.rules.markup import KINDS
from ipportal.site import CATALOGUE
from ipportal.site.generator import PART, check_copies
from ipportal.site.pagefacts import PageFacts, from_json, read_page

MANIFEST: Final = "data/manifest.json"
_EMBED: Final = "embed/"
_NOT_FOUND: Final = "404.html"
_INDEX_PAGE: Final = "index.html"
_LEFTOVER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|Macro (?:Syntax|Rendering) Error|^page_kind: \w+", re.MULTILINE)
_ENDINGS: Final = (*MEDIA_TYPES, *ASSETS, ".pagefind", "_headers", ".nojekyll")
_INDEX: Final = re.compile(r"pagefind/.*\.pf_(?:fragment|index|filter|meta)")
_WELL_KNOWN: Final = ".well-known/"
#: Drawings of the portal itself, which style themselves
_DRAWINGS: Final = ("assets/", *(f"{lang}/assets/" for lang in LANGS))
#: A line of robots.txt or security.txt
_FIELD: Final = re.compile(r"^([A-Za-z-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def _broken(code: str, path: str, found: object = "", column: str | None = None, **details: object) -> Problem:
    return CATALOGUE.problem(code, Where(path, column=column), str(found), **details)


def verify(
    site: Path, site_url: str = "", root: Path | None = None, report: Report = silent, kept: Pieces | None = None
) -> list[Problem]:
    """Every broken promise of a finished site; an empty list means it may be published.

    `site_url` is the site's own public address; links to it count as its own. Below `root`, where it is given, lies the
    Markdown the pages came from. What was read of pages whose markup had no fault is `kept`.
    """
    kept = kept or Pieces(None, "")
    # nothing but files and folders: opening others could wait for ever, or read what lies elsewhere
    if special := [path for path, kind in survey(site, litter=True) if kind in ("link", "special")]:
        return [_broken("site-special-file", path.relative_to(site).as_posix(), path.name) for path in special]
    pages, keys, sound = {}, {}, set()
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        keys[name] = kept.key(name, hashlib.sha256(path.read_bytes()).hexdigest())
        known = kept.recall(keys[name])
        pages[name] = from_json(known) if known else read_page(site, path)
        sound |= {name} if known else set()
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    own = split(site_url).authority
    langs, flat = languages_of(pages), plain_files(pages)
    sources = Sources(root, langs[0])
    problems: list[Problem] = []
    for facts in report(Text("核对页面", "checking the pages"), pages.values(), len(pages)):
        problems += check_page(facts, langs, own)
        problems += check_links(facts, pages, files)
        if facts.path not in sound:
            faulty = list(check_markup(site, facts.path, files, sources))
            problems += faulty
            if not faulty and not facts.is_redirect:  # where that leads is a question of other files
                kept.keep(keys[facts.path], json.dumps(asdict(facts), default=sorted).encode())
        problems += check_plain(facts) if flat else ()
    whole = (check_kinds(site, files), check_languages(pages, langs), check_titles(pages, langs))
    rest = (check_manifest(site), check_copies(site), check_wellknown(site, site_url))
    kept.close()
    return [*problems, *(problem for check in (*whole, *rest) for problem in check)]


def languages_of(pages: Mapping[str, PageFacts]) -> tuple[Lang, ...]:
    """The languages of a site: that of its home page, and those that have a home page in a folder of their own."""
    there = {lang for lang in LANGS if f"{lang}/{_INDEX_PAGE}" in pages}
    said = pages[_INDEX_PAGE].lang if _INDEX_PAGE in pages else ""
    roots = [lang for lang in LANGS if lang not in there] or [LANGS[0]]
    main = next((lang for lang in roots if BCP47[lang] == said), roots[0])
    return (main, *sorted(there - {main}))


def language_of(path: str, langs: Sequence[Lang]) -> Lang:
    """The language a page must be in, from its place in a site of these languages."""
    return next((lang for lang in langs if path.startswith(f"{lang}/") or path.endswith(f".{lang}.html")), langs[0])


def check_page(page: PageFacts, langs: Sequence[Lang], own_host: str) -> Iterator[Problem]:
    """Language, one main heading, pictures with words, no leftover template code, nothing fetched from another host."""
    expected = BCP47[language_of(page.path, langs)]
    if page.lang != expected:
        yield _broken("site-lang", page.path, page.lang, lang=expected)
    if not page.title:
        yield _broken("site-title-missing", page.path)
    if page.headings != 1 and not page.path.startswith(_EMBED):
        yield _broken("site-heading", page.path, page.headings)
    for picture in page.pictures_without_text:
        yield _broken("site-alt", page.path, picture)
    for match in _LEFTOVER.findall(page.text):
        yield _broken("site-leftover", page.path, match)
    for url in page.fetched:
        if split(url).authority not in ("", own_host):
            yield _broken("site-foreign-host", page.path, url)


def check_links(page: PageFacts, pages: Mapping[str, PageFacts], files: set[str]) -> Iterator[Problem]:
    """Every internal link is relative and leads to a file, every anchor to an id."""
    for link in (*page.links, *page.fetched):
        parts = split(link)
        if parts.scheme or parts.authority:
            continue
        target = resolve(page.path, unquote(parts.path))
        if parts.path.startswith("/"):
            # the page shown for any unknown address cannot know its own depth
            if posixpath.basename(page.path) != _NOT_FOUND:
                yield _broken("site-absolute-link", page.path, link)
        elif target not in files:
            yield _broken("site-broken-link", page.path, link)
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
            yield _broken("site-broken-anchor", page.path, link)


def resolve(page: str, path: str) -> str:
    """The file a relative link of a page leads to; a folder stands for its index.html."""
    if not path:
        return page
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return posixpath.normpath(posixpath.join(target, "index.html")) if _is_folder(path) or target == "." else target


def _is_folder(path: str) -> bool:
    return path.endswith("/") or posixpath.basename(path) in {".", ".."}


def plain_files(pages: Iterable[str]) -> bool:
    """True when the pages are files of their own names instead of folders with an index."""
    names = {posixpath.basename(path) for path in pages if not path.startswith(_EMBED)}
    return any(not PART.fullmatch(name) for name in names - {"index.html", _NOT_FOUND})


def check_plain(page: PageFacts) -> Iterator[Problem]:
    """Among plain files no link leads to a folder: not every server, and no file system, answers with its index."""
    for link in page.links if posixpath.basename(page.path) != _NOT_FOUND else ():
        parts = split(link)
        if not parts.scheme and not parts.authority and _is_folder(parts.path):
            yield _broken("site-folder-link", page.path, link)


def check_languages(pages: Mapping[str, PageFacts], langs: Sequence[Lang]) -> Iterator[Problem]:
    """All languages have the same pages."""
    trees: dict[Lang, set[str]] = {lang: set() for lang in langs}
    for path in pages:
        if not path.startswith(_EMBED):
            lang = language_of(path, langs)
            trees[lang].add(path.removeprefix(tree(lang, langs[0])))
    for lang in langs:
        for path in sorted(set().union(*trees.values()) - trees[lang]):
            yield _broken("site-missing-language", tree(lang, langs[0]) + path, lang=lang)


def check_titles(pages: Mapping[str, PageFacts], langs: Sequence[Lang]) -> Iterator[Problem]:
    """No two pages of a language share a title."""
    by_title: dict[tuple[Lang, str], list[str]] = defaultdict(list)
    for page in pages.values():
        if not page.is_redirect and not page.path.startswith(_EMBED):
            by_title[language_of(page.path, langs), page.title].append(page.path)
    for (_, title), paths in sorted(by_title.items()):
        for path in paths[1:]:
            yield _broken("site-title-repeated", path, title, other=paths[0])


def check_manifest(site: Path) -> Iterator[Problem]:
    """Every download is there with the size and checksum the manifest names, and nothing else lies beside."""
    try:
        listed = json.loads((site / MANIFEST).read_bytes())["files"]
        entries = {str(entry["path"]): str(entry["sha256"]) for entry in listed}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        yield _broken("site-manifest-missing", MANIFEST)
        return
    for name, expected in entries.items():
        digest = hashlib.sha256((site / name).read_bytes()).hexdigest() if (site / name).is_file() else ""
        if not digest:
            yield _broken("site-download-missing", name)
        elif digest != expected:
            yield _broken("site-download-changed", name, f"{digest[:12]}…", digest=expected[:12])
    there = {file.relative_to(site).as_posix() for file in (site / "data").rglob("*") if file.is_file()}
    for name in sorted(there - {*entries, MANIFEST}):
        original = name.removesuffix(".gz")
        # besides the sums there are pages of frozen versions
        if not original.endswith("SHA256SUMS") and ".html" not in name and original not in {*entries, MANIFEST}:
            yield _broken("site-unlisted-file", name, name)


class Sources(Frozen):
    """The Markdown that pages came from; `root` is the portal's, None where it is not at hand."""

    root: Path | None
    main: Lang

    @cached_property
    def pages(self) -> Mapping[str, Manuscript]:
        """Manuscripts by the site path of the page each becomes, in either form of the site."""
        return {
            posixpath.join(url, "index.html") if url.endswith("/") or not url else url: page
            for page in (read_manuscripts(self.root, LANGS) if self.root else ())
            for folders in (True, False)
            for url in [tree(page.lang, self.main) + page_url(page.path, directory_urls=folders)]
        }

    def problem(self, path: str, fault: Fault) -> Problem:
        """A fault of the page at `path`, with the line of its Markdown where that can be told."""
        page = self.pages.get(path)
        row = page.line_of(fault.traces) if page else None
        where = Where(page.file, row) if page and row else Where(path)
        found = f"{fault.found}（{path}）" if where.row else fault.found
        return Problem("site-markup", where, fault.advice.expected, found, fault.advice.hint)


def check_markup(site: Path, path: str, files: set[str], sources: Sources) -> Iterator[Problem]:
    """Elements, attributes and addresses of the allow-list only; the policy first; redirects inside the site."""
    text = (site / path).read_bytes().decode("utf-8", errors="replace")
    yield from (sources.problem(path, fault) for fault in faults(text, FINISHED, PAGE_POLICY))
    found = [tag for tag in tags(text) if isinstance(tag, Tag)]
    place = next((number for number, tag in enumerate(found, 1) if tag.name == "head"), len(found))
    if dict(found[place].attributes if found[place:] else ()).get("http-equiv") != "Content-Security-Policy":
        yield _broken("site-policy", path)
    scripts = [dict(tag.attributes).get("src") or "" for tag in found if tag.name == "script"]
    for tag in found:
        given = dict(tag.attributes)
        if tag.name == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), redirect(given.get("content") or "")))
            known = {target, posixpath.normpath(posixpath.join(target, "index.html"))} & files
            if not known or any(MARK.sub("", resolve(path, src)) != FOLDER + MOVED for src in scripts):
                yield _broken("site-redirect", path, tag.shown)


def check_kinds(site: Path, files: set[str]) -> Iterator[Problem]:
    """Every file is of a kind the site publishes, and drawings hold nothing that runs."""
    for path in sorted(files):
        name = path.removesuffix(".gz")
        hidden = "/." in f"/{name.removeprefix(_WELL_KNOWN)}" and name != ".nojekyll"
        known = name.endswith(_ENDINGS) or KINDS.fullmatch(posixpath.splitext(name)[1]) or _INDEX.fullmatch(name)
        if hidden or not known:
            yield _broken("site-file-kind", path, posixpath.basename(path))
        elif path.endswith(".svg") and not path.startswith(_DRAWINGS):
            for fault in drawing_faults((site / path).read_bytes().decode("utf-8", errors="replace")):
                yield Problem("site-markup", Where(path), fault.advice.expected, fault.found, fault.advice.hint)


def check_wellknown(site: Path, site_url: str) -> Iterator[Problem]:
    """robots.txt names a sitemap that is there; security.txt is complete and for this address.

    That both are there at all is the business of the manifest, which lists them.
    """
    for name, check in ((ROBOTS, _robots), (SECURITY, _security)):
        file = site / name
        if file.is_file():
            yield from check(site, _FIELD.findall(file.read_text(encoding="utf-8")), site_url)


def _robots(site: Path, fields: list[tuple[str, str]], site_url: str) -> Iterator[Problem]:
    for name, value in fields:
        path = value.removeprefix(f"{site_url}/")
        if name.lower() == "sitemap" and (path == value or not (site / path).is_file()):
            yield _broken("site-robots", ROBOTS, value, name)


def _security(site: Path, fields: list[tuple[str, str]], site_url: str) -> Iterator[Problem]:
    """RFC 9116: one Contact or more, exactly one Expires, and Canonical names the address it is served from."""

    def wrong(column: str, expected: Text | str, found: str) -> Problem:
        return _broken("site-security-txt", SECURITY, found, column, expected=expected)

    expires = [value for name, value in fields if name.lower() == "expires"]
    if not any(name.lower() == "contact" and value for name, value in fields):
        yield wrong("Contact", Text("联系地址", "an address to write to"), "")
    if len(expires) != 1 or not _moment(expires[0]):
        yield wrong("Expires", Text("一个失效时间", "one moment it expires"), ", ".join(expires))
    for name, value in fields:
        if name.lower() == "canonical" and value != f"{site_url}/{SECURITY}":
            yield wrong(name, f"{site_url}/{SECURITY}", value)


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def summary(site: Path) -> Counter[str]:
    """How many pages and files a tree has, for the closing line of a build."""
    return Counter("pages" if path.suffix == ".html" else "files" for path in site.rglob("*") if path.is_file())
