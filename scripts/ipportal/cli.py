"""The `ipportal` command: parse, call, print, exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from ipportal.commands import (
    build,
    bundle,
    check,
    diff,
    new,
    publish,
    release,
    review,
    serve,
    status,
    stub,
    verify,
    workbook,
)
from ipportal.errors import PortalError, disk_problem
from ipportal.report import as_text
from ipportal.text import Lang, Text

#: Every verb, in the order the help shows
COMMANDS: Final[tuple[ModuleType, ...]] = (
    check,
    build,
    serve,
    verify,
    stub,
    release,
    workbook,
    diff,
    new,
    review,
    bundle,
    status,
    publish,
)

_ABOUT: Final = Text(
    "检查数据、生成网站、预览和核对。先试：ipportal check",
    "Check the data, build the site, preview and verify it. Try first: ipportal check",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 1: problems a person must mend; 2: wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except PortalError as error:
        print(as_text(error.problems, args.lang, colour=sys.stderr.isatty()), file=sys.stderr)
        return 1
    except OSError as error:
        print(as_text([disk_problem(error)], args.lang, colour=sys.stderr.isatty()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The parser with every verb; descriptions in the language of the terminal."""
    lang = terminal_lang(os.environ)
    top = argparse.ArgumentParser(prog="ipportal", description=_ABOUT[lang])
    verbs = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        examples = "\n".join(f"  {line}" for line in module.EXAMPLES)
        verb = verbs.add_parser(
            module.NAME,
            help=module.HELP[lang],
            description=module.HELP[lang],
            epilog=("例子：\n" if lang == "zh" else "examples:\n") + examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_argument("--root", type=Path, default=Path.cwd(), help=_ROOT[lang])
        verb.add_argument("--lang", choices=("zh", "en"), default=lang, help=_LANG[lang])
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    return top


_ROOT: Final = Text("门户所在文件夹，默认是当前文件夹", "the portal's folder, by default the current one")
_LANG: Final = Text("提示信息的语言", "language of the messages")


def terminal_lang(environment: os._Environ[str] | dict[str, str]) -> Lang:
    """English where the terminal is set to English, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"
