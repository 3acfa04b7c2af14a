"""Check the finished tree: links, languages, texts, downloads. Reads only, judges everything at once."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from ipportal.base.addresses import split
from ipportal.base.errors import Problem, Where
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.site.hosting import check_copies
from ipportal.site.pagefacts import PageFacts, read_page
from ipportal.site.sitemarkup import Sources, check_kinds, check_markup
from ipportal.site.wellknown import check_wellknown

MANIFEST: Final = "data/manifest.json"
_EMBED: Final = "embed/"
_LEFTOVER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|Macro (?:Syntax|Rendering) Error|^page_kind: \w+", re.MULTILINE)
_OWN_SCHEMES: Final = {"", "mailto", "tel", "data"}


def verify(site: Path, site_url: str = "", root: Path | None = None) -> list[Problem]:
    """Every broken promise of a finished site; an empty list means it may be published.

    `site_url` is the site's own public address; links to it count as its own. Below `root`, where it is given, lies the
    Markdown the pages came from.
    """
    pages = {facts.path: facts for facts in (read_page(site, path) for path in sorted(site.rglob("*.html")))}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    own = split(site_url).authority
    sources = Sources(root)
    problems: list[Problem] = []
    for facts in pages.values():
        problems += check_page(facts)
        problems += check_fetched(facts, own)
        problems += check_links(facts, pages, files)
        problems += check_markup(site, facts.path, files, sources)
    problems += check_kinds(site, files)
    problems += check_languages(pages)
    problems += check_titles(pages)
    problems += check_manifest(site)
    problems += check_copies(site)
    problems += check_wellknown(site, site_url)
    if plain_files(pages):
        problems += [problem for facts in pages.values() for problem in check_plain(facts)]
    return problems


def language_of(path: str) -> Lang:
    """The language a page must be in, from its place in the tree."""
    return "en" if path.startswith("en/") or path.endswith(".en.html") else "zh"


def check_page(page: PageFacts) -> Iterator[Problem]:
    """Language, one main heading, pictures with words, no leftover template code."""
    where = Where(page.path)
    expected = BCP47[language_of(page.path)]
    if page.lang != expected:
        yield Problem(
            "site-lang",
            where,
            Text(f"lang=“{expected}”", f"lang “{expected}”"),
            page.lang,
            Text("检查主题语言设置", "check the theme's language setting"),
        )
    if not page.title:
        yield Problem(
            "site-title-missing",
            where,
            Text("页面标题", "a page title"),
            "",
            Text("给这一页写上一级标题", "give the page a first-level heading"),
        )
    if page.headings != 1 and not page.path.startswith(_EMBED):
        yield Problem(
            "site-heading",
            where,
            Text("一个一级标题", "one first-level heading"),
            str(page.headings),
            Text("每页只写一个“# 标题”", "write exactly one “# heading” on the page"),
        )
    for picture in page.pictures_without_text:
        yield Problem(
            "site-alt",
            where,
            Text("带文字说明的图片", "a picture with a text alternative"),
            picture,
            Text("给图片写上替代文字", "give the picture an alternative text"),
        )
    for match in _LEFTOVER.findall(page.text):
        yield Problem(
            "site-leftover",
            where,
            Text("已经填好的内容", "filled-in content"),
            match,
            Text("检查页面里的宏写法", "check how the macro is written on the page"),
        )


def check_fetched(page: PageFacts, own_host: str) -> Iterator[Problem]:
    """Nothing is fetched from another host."""
    for url in page.fetched:
        host = split(url).authority
        if host and host != own_host:
            yield Problem(
                "site-foreign-host",
                Where(page.path),
                Text("本站自己的文件", "a file of this site"),
                url,
                Text("把文件放进 overrides/assets 再引用", "put the file into overrides/assets and refer to it there"),
            )


def check_links(page: PageFacts, pages: Mapping[str, PageFacts], files: set[str]) -> Iterator[Problem]:
    """Every internal link is relative and leads to a file, every anchor to an id."""
    for link in (*page.links, *page.fetched):
        parts = split(link)
        if parts.scheme not in _OWN_SCHEMES or parts.authority:
            continue
        if parts.scheme:
            continue
        if parts.path.startswith("/"):
            # the page shown for any unknown address cannot know its own depth
            if posixpath.basename(page.path) != "404.html":
                yield Problem(
                    "site-absolute-link",
                    Where(page.path),
                    Text("相对链接", "a relative link"),
                    link,
                    Text("去掉开头的斜杠，从本页写起", "write the link from this page, without the leading slash"),
                )
            continue
        target = resolve(page.path, unquote(parts.path))
        if target not in files:
            yield Problem(
                "site-broken-link",
                Where(page.path),
                Text("存在的页面或文件", "a page or file that exists"),
                link,
                Text("改正链接，或补上缺少的页面", "correct the link, or add the missing page"),
            )
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
            yield Problem(
                "site-broken-anchor",
                Where(page.path),
                Text("目标页里有的小标题或编号", "a heading or id the target page has"),
                link,
                Text("改正 # 后面的名字", "correct the name after the #"),
            )


def resolve(page: str, path: str) -> str:
    """The file a relative link of a page leads to; a folder stands for its index.html."""
    if not path:
        return page
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    if path.endswith("/") or target == "." or posixpath.basename(path) in {".", ".."}:
        return posixpath.normpath(posixpath.join(target, "index.html"))
    return target


def plain_files(pages: Iterable[str]) -> bool:
    """True when the pages are files of their own names instead of folders with an index."""
    names = {posixpath.basename(path) for path in pages if not path.startswith(_EMBED)}
    return bool(names - {"index.html", "404.html"})


def check_plain(page: PageFacts) -> Iterator[Problem]:
    """Among plain files no link leads to a folder: not every server, and no file system, answers with its index."""
    for link in page.links:
        parts = split(link)
        is_folder = parts.path.endswith("/") or posixpath.basename(parts.path) in {".", ".."}
        if not parts.scheme and not parts.authority and is_folder and posixpath.basename(page.path) != "404.html":
            yield Problem(
                "site-folder-link",
                Where(page.path),
                Text("指向文件的链接", "a link to a file"),
                link,
                Text('用 {{ link("…") }} 写页面链接', 'write links to pages with {{ link("…") }}'),
            )


def check_languages(pages: Mapping[str, PageFacts]) -> Iterator[Problem]:
    """Both languages have the same pages."""
    trees: dict[Lang, set[str]] = {lang: set() for lang in LANGS}
    for path in pages:
        if not path.startswith(_EMBED):
            lang = language_of(path)
            trees[lang].add(path.removeprefix("en/"))
    others: dict[Lang, Lang] = {"en": "zh", "zh": "en"}
    for lang, other in others.items():
        for path in sorted(trees[other] - trees[lang]):
            place = f"en/{path}" if lang == "en" else path
            yield Problem(
                "site-missing-language",
                Where(place),
                Text("两种语言都有的页面", "a page in both languages"),
                "",
                Text(f"在 docs/{lang} 下补上同名页面", f"add the page of the same name under docs/{lang}"),
            )


def check_titles(pages: Mapping[str, PageFacts]) -> Iterator[Problem]:
    """No two pages of a language share a title."""
    by_title: dict[tuple[Lang, str], list[str]] = defaultdict(list)
    for page in pages.values():
        if not page.is_redirect and not page.path.startswith(_EMBED):
            by_title[language_of(page.path), page.title].append(page.path)
    for (_, title), paths in sorted(by_title.items()):
        for path in paths[1:]:
            yield Problem(
                "site-title-repeated",
                Where(path),
                Text("与其他页不同的标题", "a title no other page has"),
                title,
                Text(f"与 {paths[0]} 标题相同，改其中一个", f"same title as {paths[0]}: change one of them"),
            )


def check_manifest(site: Path) -> Iterator[Problem]:
    """Every download is there with the size and checksum the manifest names, and nothing else lies beside."""
    path = site / MANIFEST
    if not path.is_file():
        yield Problem(
            "site-manifest-missing",
            Where(MANIFEST),
            Text("下载清单", "the manifest of downloads"),
            "",
            Text("重新运行 ipportal build", "run ipportal build again"),
        )
        return
    entries = {entry["path"]: entry for entry in json.loads(path.read_text(encoding="utf-8"))["files"]}
    for name, entry in entries.items():
        yield from _check_file(site / name, name, entry["sha256"])
    known = {*entries, MANIFEST}
    for name in sorted(_listed_folders(site) - known):
        if not name.removesuffix(".gz").endswith("SHA256SUMS") and name.removesuffix(".gz") not in known:
            yield Problem(
                "site-unlisted-file",
                Where(name),
                Text("清单里有的文件", "a file the manifest lists"),
                name,
                Text("重新运行 ipportal build", "run ipportal build again"),
            )


def _listed_folders(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in (site / "data").rglob("*") if path.is_file()}


def _check_file(file: Path, name: str, expected: str) -> Iterable[Problem]:
    hint = Text("重新运行 ipportal build", "run ipportal build again")
    if not file.is_file():
        return [
            Problem(
                "site-download-missing",
                Where(name),
                Text("清单里的下载文件", "a download the manifest lists"),
                "",
                hint,
            )
        ]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != expected:
        return [
            Problem(
                "site-download-changed",
                Where(name),
                Text(f"校验和 {expected[:12]}…", f"checksum {expected[:12]}…"),
                digest[:12] + "…",
                hint,
            )
        ]
    return []


def summary(site: Path) -> Counter[str]:
    """How many pages and files a tree has, for the closing line of a build."""
    counts: Counter[str] = Counter()
    for path in site.rglob("*"):
        if path.is_file():
            counts["pages" if path.suffix == ".html" else "files"] += 1
    return counts
