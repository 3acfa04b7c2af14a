"""Run a site generator, one process per language, side by side; then what is made from the finished tree: the map of
the site, `_headers`, and compressed copies beside the files.

The map names every page with its twins in other languages (sitemaps.org, `hreflang`); it holds whole addresses only,
so a site without an address in portal.toml has none. Compressed copies are for web servers that send them as they are
(`gzip_static` of nginx, `precompressed` of Caddy). gzip only: Brotli would save a tenth of the whole site more and cost
a further library.

Run as `python -m ipportal.site.generator ROOT LANG FOLDER` it builds one language's pages with Zensical, which is known
here only. Zensical 0.0.73 runs no plug-ins and gives the theme no list of pages, so it gets a project whose
configuration is complete and whose macros are already filled in; what the theme takes from MkDocs at build time, the
list of pages and the facts of the portal, stands in its configuration too.
"""

import gzip
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from types import FunctionType
from typing import Any, Final, Literal, get_args
from urllib.parse import quote

import segno
import yaml

from ipportal.base import Frozen
from ipportal.base.addresses import page_url
from ipportal.base.errors import PortalError, Problem, SiteError, Where, catalogue_file, disk_error_in, disk_problem
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, Lang
from ipportal.base.voices import for_voices
from ipportal.base.writing import write_staged
from ipportal.data import configuration
from ipportal.data.manuscripts import Manuscript, own_files
from ipportal.data.memory import Pieces, look, shows_others
from ipportal.data.model import Portal
from ipportal.data.settings import Settings
from ipportal.files.drawings import EMBED
from ipportal.files.headers import compressible, headers_file
from ipportal.files.identity import moved_paths
from ipportal.loading import load
from ipportal.pages.filling import Adjust
from ipportal.pages.prepared import filled_pages, frame_facts, site_view
from ipportal.pages.view import View
from ipportal.site import CATALOGUE

Engine = Literal["mkdocs", "properdocs", "zensical"]
_GIVEN: Final = catalogue_file("ipportal.site", "generator")
#: The generators that build the site; the first is in daily use
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
#: A portal's own template in the report of a fault, with its line
_TEMPLATE: Final = re.compile(rf'File "[^"]*?[\\/]({configuration.OVERRIDES}[\\/][^"]+)", line (\d+)')


class KeptPages:
    """The finished pages of a language from earlier builds, each under the hash of all that the generator reads for it.

    That is what its macros gave, and the frame: the theme, what it is told of the portal, and path, front matter and
    title of every page. `known` is what the generator is told, `settings` how this run differs from others.
    """

    def __init__(
        self, root: Path, lang: Lang, known: Mapping[str, Any], pages: Sequence[Manuscript], *settings: object
    ) -> None:
        self._store = Pieces(root, f"pages.{lang}")
        own = {page.path: page for page in pages if page.lang == lang}
        told = [(path, page.head, page.title, known["pages"][path][1]) for path, page in own.items()]
        there = [*own_files(lang), *own_files(lang, root)]
        frame = self._store.key(lang, settings, look(root), known["portal"], there, told)
        self.keys = {path: self._store.key(frame, path, of) for path, of in known["pages"].items()}
        #: By page: what the titles of all were, its own, its anchors, its HTML
        self.found: dict[str, list[Any]] = {}
        if not shows_others(root):
            found = {path: self._store.recall(key) for path, key in self.keys.items()}
            self.found = {path: json.loads(data) for path, data in found.items() if data}

    @property
    def told(self) -> dict[str, tuple[str, list[str]]]:
        """Title and anchors of the pages that need not be made."""
        return {path: (title, ids) for path, (_, title, ids, _) in self.found.items()}

    def join(self, folder: Path, made: Mapping[str, Sequence[Any]]) -> None:
        """Put the kept pages among those that were made, and keep these; `made` is what the generator tells.

        Raises:
            SiteError: the pages have other titles than when one was kept, which its own text does not show.
        """
        titles = self._store.key({path: title for path, (_, title, _) in made.items()})
        for path, (place, title, ids) in made.items():
            if path not in self.found:
                text = (folder / place).read_text(encoding="utf-8")
                self._store.keep(self.keys[path], json.dumps([titles, title, ids, text]).encode())
            elif self.found[path][0] != titles:
                raise SiteError([CATALOGUE.problem("site-generator", Where(path), title)])
            else:
                write_staged(folder / place, self.found[path][3])
        self._store.close()


class Run(Frozen):
    """A generator at work on one language, with the configuration file of the portal it reads.

    `prepared` is what it was told, `kept` what it need not make.
    """

    config: str
    folder: Path
    process: subprocess.Popen[str]
    prepared: Path | None = None
    kept: KeptPages | None = None


def require(engine: Engine) -> None:
    """Make sure that a generator is installed.

    Raises:
        SiteError: it is not, or it would not find the theme of this program.
    """
    if find_spec(engine) is None:
        command = "python -m pip install --require-hashes -r requirements-test.lock"
    elif not entry_points(group="mkdocs.themes", name=configuration.NAME):
        command = "python3 scripts/set_up.py"
    else:
        return
    where, theme = Where(f"--engine {engine}"), configuration.NAME
    raise SiteError([CATALOGUE.problem("engine-missing", where, engine=engine, theme=theme, command=command)])


def command(engine: Engine, root: Path, lang: Lang, folder: Path) -> list[str]:
    """What builds one language's pages from `root` into `folder`."""
    if engine == "zensical":
        return [sys.executable, "-m", "ipportal.site.generator", str(root), lang, str(folder)]
    options = ["--config-file", str(root / configuration.config_file(root, lang)), "--site-dir", str(folder)]
    return [sys.executable, "-m", engine, "build", "--strict", *options]


def start(
    root: Path,
    lang: Lang,
    folder: Path,
    url: str,
    engine: Engine = ENGINES[0],
    *,
    plain_files: bool = False,
    prepared: Path | None = None,
    kept: KeptPages | None = None,
) -> Run:
    """Start writing one language's pages into `folder`. `url` is the address of its tree, empty
    when the site has none.

    With `plain_files` each page is a file of its own name instead of a folder with an index. `prepared` holds the pages
    filled in beforehand.
    """
    environment = os.environ | _GIVEN["environment"]
    environment |= {configuration.DIRECTORY_URLS: "false" if plain_files else "true", configuration.SITE_URL: url}
    if prepared:
        environment[configuration.PREPARED] = str(prepared)
    words = command(engine, root, lang, folder)
    process = subprocess.Popen(
        words, cwd=root, env=environment, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return Run(configuration.config_file(root, lang), folder, process, prepared, kept)


def finish(run: Run) -> list[Problem]:
    """Wait for a generator, and finish its pages: languages marked, the printed address also as a QR code.

    Its complaints become one problem.
    """
    output, _ = run.process.communicate()
    if run.process.returncode == 0:
        for page in run.folder.rglob("*.html"):
            # the address of a page, for paper only
            text = re.sub(r'<p class="ip-printed">([^<]+)</p>', _with_code, page.read_text(encoding="utf-8"))
            write_staged(page, for_voices(text))
        made = Path(f"{run.prepared}{configuration.MADE}")
        if run.kept and made.is_file():  # Zensical tells nothing
            run.kept.join(run.folder, json.loads(made.read_bytes()))
        return []
    if error := disk_error_in(output):
        return [disk_problem(error)]
    where = Where(run.config)
    if template := _TEMPLATE.findall(output):
        file, row = template[-1]
        where = Where(file.replace("\\", "/"), int(row))
    return [CATALOGUE.problem("site-generator", where, error_lines(output))]


def _with_code(printed: re.Match[str]) -> str:
    code = segno.make(unescape(printed[1]), error="m", micro=False)
    drawn = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return f'<div class="ip-printed" aria-hidden="true">{drawn}</div>{printed[0]}'


def stop(runs: list[Run]) -> None:
    """End generators that are still at work."""
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()


def error_lines(output: str) -> str:
    """The lines of a generator's output a person can act on."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("ERROR", "WARNING", "Error"))]
    least = -1 if any(line.startswith("Traceback") for line in lines) else -3
    return " / ".join(dict.fromkeys(telling or lines[least:]))


_HEADERS: Final = "_headers"
_ENDING: Final = ".gz"


def write_headers(site: Path) -> None:
    """Write `_headers` for hosts that read it."""
    paths = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    write_staged(site / _HEADERS, headers_file(path for path in paths if path != _HEADERS))


def precompress(site: Path) -> None:
    """Write `<name>.gz` beside every file that becomes smaller; the same site gives the same bytes."""
    for path in sorted(site.rglob("*")):
        if not path.is_file() or not compressible(path.relative_to(site).as_posix()):
            continue
        data = path.read_bytes()
        packed = gzip.compress(data, 9, mtime=0)
        # below this size, in bytes, the header of an answer weighs more than what is saved
        if len(data) >= 512 and len(packed) < len(data):
            write_staged(path.with_name(path.name + _ENDING), packed)


def check_copies(site: Path) -> Iterator[Problem]:
    """Every compressed copy unpacks to the file beside it."""
    for path in sorted(site.rglob(f"*{_ENDING}")):
        original = path.with_suffix("")
        if path.name.endswith(".csv.gz") and not original.exists():
            continue  # a download of its own, which the manifest answers for
        try:
            same = original.is_file() and gzip.decompress(path.read_bytes()) == original.read_bytes()
        except (OSError, EOFError, zlib.error):
            same = False
        if not same:
            yield CATALOGUE.problem("site-copy-stale", Where(path.relative_to(site).as_posix()))


FILE: Final = "sitemap.xml"
_INDEX: Final = "index.html"
#: A further part of a page that was split, among folder indexes
PART: Final = re.compile(r"page-\d+\.html")
#: Most addresses in one map: sitemaps.org allows 50,000 and 50 MB, and each address here names its twins
_MOST: Final = 20_000
#: What stands in an address as it is
_SAFE: Final = ":/?#[]@!$&'()*+,;=%"


def write_sitemap(site: Path, settings: Settings) -> None:
    """Replace the generator's own maps below `site`, one per language and without pairs, by one for both."""
    for lang in settings.languages:
        for name in (FILE, f"{FILE}.gz"):
            (site / settings.tree(lang) / name).unlink(missing_ok=True)
    if not settings.url:
        return
    paths, size = page_paths(site, settings), _MOST // len(settings.languages)
    maps = [sitemap(paths[at : at + size], settings) for at in range(0, len(paths) or 1, size)]
    if len(maps) > 1:
        names = [f"sitemap-{number}.xml" for number in range(1, len(maps) + 1)]
        for name, data in zip(names, maps, strict=True):
            write_staged(site / name, data)
        index = template_environment().get_template("sitemap-index.xml")
        maps = [index.render(addresses=[quote(f"{settings.url}/{name}", safe=_SAFE) for name in names]).encode()]
    write_staged(site / FILE, maps[0])


def page_paths(site: Path, settings: Settings) -> list[str]:
    """The pages there are in every language, as paths below a language's tree: `""`, `datasets/plan/`.

    Among plain files a page goes by the name of its file: `index.html`, `datasets/plan.html`.
    """
    smallest = site / settings.tree(settings.languages[-1])
    pages = {page.relative_to(smallest).as_posix() for page in smallest.rglob("*.html") if page.name != "404.html"}
    pages -= {*moved_paths(settings), *(page for page in pages if page.startswith(EMBED))}
    both = sorted(
        page for page in pages if all((site / settings.tree(lang) / page).is_file() for lang in settings.languages)
    )
    if any(PurePosixPath(page).name != _INDEX and not PART.fullmatch(PurePosixPath(page).name) for page in pages):
        return both
    return sorted(page.removesuffix(_INDEX) for page in both)


def sitemap(paths: Sequence[str], settings: Settings) -> bytes:
    """The map of `paths` in every language of a site that has an address."""
    places = {BCP47[lang]: f"{settings.url}/{settings.tree(lang)}" for lang in settings.languages}
    pages = [{tag: quote(place + path, safe=_SAFE) for tag, place in places.items()} for path in paths]
    return template_environment().get_template("sitemap.xml").render(pages=pages).encode()


CONFIG: Final = "mkdocs.yml"
DOCS: Final = "docs"
SITE: Final = "site"

_FUNCTION: Final = "tag:yaml.org,2002:python/name:"


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    FunctionType, lambda this, it: this.represent_scalar(f"{_FUNCTION}{it.__module__}.{it.__name__}", "")
)


def write_project(portal: Portal, root: Path, lang: Lang, place: Path) -> None:
    """Write the project of one language into `place`."""
    settings = configuration.configuration(root, lang, os.environ) | configuration.read_config(root, lang)
    directory_urls = bool(settings["use_directory_urls"])
    site = site_view(portal, root, lang, directory_urls=directory_urls)
    texts = filled_pages(site, from_file)
    pages = [
        replace(page, text=f"{page.text.removesuffix(page.body)}{texts[page.path]}\n")
        for page in site.manuscripts
        if page.lang == lang
    ]
    docs = place / DOCS
    for page in pages:
        write_staged(docs / page.path, page.text)
    for path, file in (own_files(lang) | own_files(lang, root)).items():
        if file.suffix != ".md":
            write_staged(docs / path, file.read_bytes())
    settings |= {"docs_dir": DOCS, "site_dir": SITE, "plugins": [], "site_url": settings["site_url"] or None}
    if (root / configuration.OVERRIDES).is_dir():
        settings["theme"] = settings["theme"] | {"custom_dir": str(root / configuration.OVERRIDES)}
    known = {"portal": frame_facts(site), "pages": [page_facts(page, directory_urls=directory_urls) for page in pages]}
    settings["extra"] = known
    settings["markdown_extensions"] = [*settings["markdown_extensions"], _PLAIN_CODE]
    write_staged(place / CONFIG, yaml.dump(settings, Dumper=_Dumper, allow_unicode=True, sort_keys=False))


def page_facts(page: Manuscript, *, directory_urls: bool) -> dict[str, Any]:
    """What the theme asks of a page that is not the current one, by the names MkDocs gives."""
    title = html.unescape(re.sub(r"<[^>]*>", "", page.title)).strip() or page.path
    url = page_url(page.path, directory_urls=directory_urls) or "./"
    facts = {"title": title, "meta": dict(page.head)}
    return {"src_uri": page.path, "parts": page.path.split("/"), "url": url, "page": facts}


def from_file(view: View) -> Adjust:
    """Makes the links a macro gives as a page's author writes them: relative to the Markdown file."""
    below = "" if view.page.endswith("index.md") or not view.directory_urls else posixpath.basename(view.page[:-3])

    def moved(match: re.Match[str]) -> str:
        path, mark, anchor = match[1].partition("#")
        to = posixpath.normpath(posixpath.join(below, path)) + ("/" if path.endswith(("/", "..", ".")) else "")
        return f'href="{to}{mark}{anchor}"'

    return lambda shown: re.sub(r'href="(?![#/]|[a-z][a-z0-9+.-]*:)([^"]*)"', moved, shown) if below else shown


#: Fenced code as plain text, as the other generators write it: no colours, no line anchors
_PLAIN_CODE: Final = {"pymdownx.highlight": {"use_pygments": False}}


def main(arguments: Sequence[str]) -> int:
    """Write the project beside `FOLDER`, build it, and put the result at `FOLDER`; Zensical's exit code."""
    root, folder = Path(arguments[0]), Path(arguments[2])
    lang: Lang = "en" if arguments[1] == "en" else "zh"
    project = folder.with_name(f"{folder.name}-project")
    try:
        write_project(load(root), root, lang, project)
    except PortalError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", str(project / CONFIG)]
    code = subprocess.run(command, cwd=project, check=False).returncode
    if code == 0:
        site = project / SITE
        for found in [found for name in _GIVEN["unused"]["places"] for found in site.glob(name)]:
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        site.rename(folder)
        shutil.rmtree(project)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
