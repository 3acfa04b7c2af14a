"""The order of work: load > (pages of each language, files) side by side > index > verify > swap."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ipportal.base.errors import Problem, SiteError
from ipportal.base.progress import Report
from ipportal.base.text import Lang, Text
from ipportal.base.writing import make_readable, restore, staging_folder, swap_in, write_staged
from ipportal.data.manuscripts import Words, read_words
from ipportal.data.memory import PIECES, Pieces, emptied, remember
from ipportal.data.model import Portal
from ipportal.data.settings import Settings
from ipportal.files.analysis import published_packages
from ipportal.files.drawings import warm
from ipportal.files.gather import gather_files, write_files
from ipportal.files.identity import left_out
from ipportal.files.package_files import PackageFiles
from ipportal.files.registers import place, published
from ipportal.loading import load
from ipportal.pages.filling import rehearse
from ipportal.pages.help import Answer, answers
from ipportal.pages.prepared import prepared, site_view
from ipportal.pages.view import View
from ipportal.site import generator
from ipportal.site.generator import precompress, write_headers, write_sitemap
from ipportal.site.paging import split_pages
from ipportal.site.search import index
from ipportal.site.verify import verify


def build(
    root: Path,
    output: Path,
    report: Report,
    *,
    official: bool = False,
    compress: bool = False,
    plain_files: bool = False,
    engine: generator.Engine = generator.ENGINES[0],
) -> Portal:
    """Build the whole site from the portal at `root`, put it in the place of `output`, and return that portal.

    Until the last step everything happens in a folder beside `output`; whatever goes wrong, the
    previous site stays as it was. `report` hears of each step. An `official` release also needs real names and
    numbers, reviewed pages and current translations. With `compress` there are compressed copies for web servers.
    With `plain_files` pages are files of their own name, for places without folder indexes.
    A site with pieces of earlier builds that has faults is made once more without them, and told by those it has then.

    Raises:
        PortalError: the data, the pages or the finished tree are not fit to publish.
        OSError: the disk refuses.
    """
    generator.require(engine)
    restore(output)
    make = partial(_build, root, output, report, official, compress, plain_files, engine)
    try:
        return make()
    except _KeptError:
        emptied(root / PIECES)
        return make()


class _KeptError(SiteError):
    """Faults of a site that has pieces of earlier builds."""


def _judged(problems: Sequence[Problem], runs: Sequence[generator.Run]) -> None:
    kept = any(run.kept and run.kept.found for run in runs)
    if problems:
        raise (_KeptError if kept else SiteError)(problems)


def _build(
    root: Path,
    output: Path,
    report: Report,
    official: bool,
    compress: bool,
    plain_files: bool,
    engine: generator.Engine,
) -> Portal:
    with staging_folder(output) as staging:
        report(Text("检查数据", "checking the data"))
        portal = load(root, official=official)
        words, langs = read_words(root, portal.settings.languages), portal.settings.languages
        if plain_files:
            portal = replace(portal, settings=replace(portal.settings, plain_files=True))
        plain = portal.settings.plain_files
        remember(root)
        warm(portal, root, report)
        packages = PackageFiles(portal, root)
        for name in report(Text("写出数据包", "writing the packages"), packages, len(packages)):
            packages[name]  # pages and files alike only look up what is made here
        lacking = Text("{path} 缺 {table}：{why}", "{path} lacks {table}: {why}")
        for each in left_out(published_packages(portal).values()):
            report(lacking.format(path=each.path, table=each.table, why=each.why))
        if portal.registers:
            report(Text("整理登记数据", "writing the files of registers"))
            published(portal)
        view = site_view(portal, root, langs[0], directory_urls=not plain)
        folders = {lang: staging / lang for lang in langs}
        report(Text("生成页面和下载文件", "writing pages and downloads"))
        runs: list[generator.Run] = []
        try:
            for lang in langs:
                runs.append(_start(root, replace(view, lang=lang), folders[lang], engine))
            write_files(gather_files(portal, root, report), staging / "files")
            place(published(portal), staging / "files")
            _judged([problem for run in runs for problem in generator.finish(run)], runs)
        except SiteError as error:
            if found := rehearse(portal, root):
                raise SiteError(found) from None
            raise type(error)(error.problems) from None
        finally:
            generator.stop(runs)
        report(Text("合并并核对成品", "joining and checking the finished site"))
        site = join(list(folders.values()), staging / "files")
        complete(site, portal.settings, words, {lang: [*answers(replace(view, lang=lang))] for lang in langs})
        if compress:
            precompress(site)
        _judged(verify(site, portal.settings.url, root, report, Pieces(root, "checks")), runs)
        make_readable(site)
        swap_in(site, output)
    return portal


def _start(root: Path, view: View, folder: Path, engine: generator.Engine) -> generator.Run:
    """Start the pages of the language of `view`: those of them that no earlier build has finished."""
    lang, settings, told = view.lang, view.portal.settings, folder.with_suffix(".json")
    plain, at, known = settings.plain_files, settings.place(lang), prepared(view)
    kept = generator.KeptPages(root, lang, known, view.manuscripts, engine, at, plain)
    write_staged(told, json.dumps(known | {"kept": kept.told}))
    return generator.start(root, lang, folder, at, engine, plain_files=plain, prepared=told, kept=kept)


def complete(site: Path, settings: Settings, words: Words, lines: Mapping[Lang, Sequence[Answer]]) -> None:
    """Add what is made from the finished pages: parts of heavy ones, site map, search index, headers."""
    split_pages(site, settings)
    write_sitemap(site, settings)
    index(site, words, lines, keep_index_url=settings.plain_files)
    write_headers(site)


def join(folders: Sequence[Path], files: Path) -> Path:
    """Move the trees of other languages and the files into that of the main one, which becomes the site."""
    site, *others = folders
    for other in others:
        other.rename(site / other.name)
    for path in sorted(files.rglob("*")):
        if path.is_file():
            place = site / path.relative_to(files)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
    return site
