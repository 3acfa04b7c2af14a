"""The `ipportal` command: parse, call, print, exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from ipportal.base.errors import PortalError, disk_problem
from ipportal.base.text import Lang, Text
from ipportal.commands import VERBS
from ipportal.rules.report import as_text

_ABOUT: Final = Text(
    "检查数据、生成网站、预览和核对。先试：ipportal check",
    "Check the data, build the site, preview and verify it. Try first: ipportal check",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 1: problems a person must mend; 2: wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = sys.argv[1:] if argv is None else argv
    args = parser(words).parse_args(words)
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


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for these words: every verb with its line of help, the chosen one with its options.

    Only the chosen verb is imported: the others bring libraries along that take seconds to load.
    """
    lang = terminal_lang(os.environ)
    top = argparse.ArgumentParser(prog="ipportal", description=_ABOUT[lang])
    verbs = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, about in VERBS.items():
        verb = verbs.add_parser(
            name, help=about[lang], description=about[lang], formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name in words[:1]:
            module = import_module(f"ipportal.commands.{name}")
            examples = "\n".join(f"  {line}" for line in module.EXAMPLES)
            verb.epilog = ("例子：\n" if lang == "zh" else "examples:\n") + examples
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
