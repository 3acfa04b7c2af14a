"""Build one language's pages with Zensical: the only module that knows it.

Run as `python -m ipportal.site.zensicalrun ROOT LANG CONFIG FOLDER`. Zensical 0.0.73 calls `define_env` again for every
page and gives the theme no list of pages, so it gets a project whose macros are already filled in.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ipportal.base.errors import PortalError
from ipportal.base.text import Lang
from ipportal.loading import load
from ipportal.site.standalone import CONFIG, SITE, write_project

#: What Zensical writes and this site does not use: its theme's own script, styles and pictures, its search index
_UNUSED: Final = ("assets/javascripts", "assets/stylesheets", "assets/images", "search.json")
#: Fenced code as plain text, as the other generators write it: no colours, no line anchors
_PLAIN_CODE: Final = {"pymdownx.highlight": {"use_pygments": False}}


def adapt(settings: dict[str, Any]) -> dict[str, Any]:
    """The configuration with what Zensical needs said."""
    return settings | {"markdown_extensions": [*settings["markdown_extensions"], _PLAIN_CODE]}


def main(arguments: Sequence[str]) -> int:
    """Write the project beside `FOLDER`, build it, and put the result at `FOLDER`; Zensical's exit code."""
    root, folder = Path(arguments[0]), Path(arguments[3])
    lang: Lang = "en" if arguments[1] == "en" else "zh"
    project = folder.with_name(f"{folder.name}-project")
    try:
        write_project(load(root), root, lang, root / arguments[2], project, adapt)
    except PortalError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", str(project / CONFIG)]
    code = subprocess.run(command, cwd=project, check=False).returncode
    if code == 0:
        site = project / SITE
        for name in _UNUSED:
            shutil.rmtree(site / name) if (site / name).is_dir() else (site / name).unlink()
        site.rename(folder)
        shutil.rmtree(project)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
