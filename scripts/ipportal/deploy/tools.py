"""Run git and rsync, and read the site: what the targets share."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.text import Text

#: `user:secret@` in an address must not reach a log
_SECRET: Final = re.compile(r"(?<=://)[^/@\s]+@")
#: Pages without which no tree is the whole site
_HOMES: Final = ("index.html", "en/index.html")


def hashes(folder: Path) -> dict[str, str]:
    """{path: SHA-256} of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def inventory(site: Path) -> dict[str, str]:
    """The hashes of a site that may be published: both home pages are there, and nothing but plain files.

    Raises:
        OutputError: a home page is missing, or something is neither file nor folder.
    """
    problems = [
        trouble("publish-incomplete", name, Text("完整的网站", "a complete site"), "", _BUILD)
        for name in _HOMES
        if not (site / name).is_file()
    ]
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            problems.append(trouble("publish-special-file", name, Text("普通文件", "a plain file"), "link", _BUILD))
    if problems:
        raise OutputError(problems)
    return hashes(site)


def run(
    command: Sequence[str], *, environment: Mapping[str, str], stdin: str = "", accept: Sequence[int] = (0,)
) -> subprocess.CompletedProcess[str]:
    """Run a tool to its end and return what it printed.

    Raises:
        OutputError: the tool is not installed, or ends with a code not in `accept`.
    """
    tool = command[0]
    if shutil.which(tool, path=environment.get("PATH")) is None:
        raise OutputError(
            [
                trouble(
                    "publish-tool-missing",
                    tool,
                    Text(f"已安装的 {tool}", f"{tool} installed"),
                    "",
                    Text(f"先安装，例如 apt-get install {tool}", f"install it, for example: apt-get install {tool}"),
                )
            ]
        )
    done = subprocess.run(
        list(command), env=dict(environment), input=stdin, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode not in accept:
        said = " / ".join(line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip())
        raise OutputError(
            [
                trouble(
                    "publish-failed",
                    tool,
                    Text(f"{tool} 顺利完成", f"{tool} to succeed"),
                    mask(said)[-400:] or str(done.returncode),
                    Text(
                        "网站没有损坏。检查地址、权限和磁盘空间，再运行一次",
                        "the site is not harmed; check address, rights and disk space, then run again",
                    ),
                )
            ]
        )
    return done


def mask(text: str) -> str:
    """Hide the user and password of addresses."""
    return _SECRET.sub("***@", text)


def trouble(code: str, place: str, expected: Text, found: str, hint: Text) -> Problem:
    """A problem at a target or in the tree to be published."""
    return Problem(code, Where(mask(place)), expected, found, hint)


def nothing_before(place: str) -> OutputError:
    """The error of a rollback where no earlier deployment is kept."""
    expected = Text("保留着的上一个版本", "an earlier deployment that was kept")
    hint = Text("用 --site 发布一份旧网站", "publish an older site with --site")
    return OutputError([trouble("publish-no-previous", place, expected, "", hint)])


_BUILD: Final = Text("先运行 ipportal build", "run ipportal build first")
