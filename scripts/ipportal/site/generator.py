"""Run a site generator: one process per language, side by side."""

import os
import re
import subprocess
import sys
from html import unescape
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, get_args

import segno

from ipportal.base import Frozen
from ipportal.base.errors import Problem, SiteError, Where, disk_error_in, disk_problem
from ipportal.base.text import Lang
from ipportal.base.voices import for_voices
from ipportal.base.writing import write_staged
from ipportal.data.configuration import DIRECTORY_URLS, NAME, OVERRIDES, PREPARED, SITE_URL, config_file
from ipportal.site import CATALOGUE

Engine = Literal["mkdocs", "properdocs", "zensical"]
#: The generators that build the site; the first is in daily use
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
#: The address of a page, for paper only
_PRINTED: Final = re.compile(r'<p class="ip-printed">([^<]+)</p>')
#: A portal's own template in the report of a fault, with its line
_TEMPLATE: Final = re.compile(rf'File "[^"]*?[\\/]({OVERRIDES}[\\/][^"]+)", line (\d+)')


class Run(Frozen):
    """A generator at work on one language, with the configuration file of the portal it reads."""

    config: str
    folder: Path
    process: subprocess.Popen[str]


def require(engine: Engine) -> None:
    """Make sure that a generator is installed.

    Raises:
        SiteError: it is not, or it would not find the theme of this program.
    """
    if find_spec(engine) is None:
        command = "python -m pip install --require-hashes -r requirements-test.lock"
    elif not entry_points(group="mkdocs.themes", name=NAME):
        command = "python3 scripts/set_up.py"
    else:
        return
    where = Where(f"--engine {engine}")
    raise SiteError([CATALOGUE.problem("engine-missing", where, engine=engine, theme=NAME, command=command)])


def command(engine: Engine, root: Path, lang: Lang, folder: Path) -> list[str]:
    """What builds one language's pages from `root` into `folder`."""
    if engine == "zensical":
        return [sys.executable, "-m", "ipportal.site.zensicalrun", str(root), lang, str(folder)]
    options = ["--config-file", str(root / config_file(root, lang)), "--site-dir", str(folder)]
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
) -> Run:
    """Start writing one language's pages into `folder`. `url` is the address of its tree, empty
    when the site has none.

    With `plain_files` each page is a file of its own name instead of a folder with an index. `prepared` holds the pages
    filled in beforehand.
    """
    environment = os.environ | {
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "SOURCE_DATE_EPOCH": "0",
        "TZ": "UTC",
        DIRECTORY_URLS: "false" if plain_files else "true",
        SITE_URL: url,
    }
    if prepared:
        environment[PREPARED] = str(prepared)
    process = subprocess.Popen(
        command(engine, root, lang, folder),
        cwd=root,
        env=environment,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return Run(config_file(root, lang), folder, process)


def finish(run: Run) -> list[Problem]:
    """Wait for a generator, and finish its pages: languages marked, the printed address also as a QR code.

    Its complaints become one problem.
    """
    output, _ = run.process.communicate()
    if run.process.returncode == 0:
        for page in run.folder.rglob("*.html"):
            text = _PRINTED.sub(_with_code, page.read_text(encoding="utf-8"))
            write_staged(page, for_voices(text))
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
