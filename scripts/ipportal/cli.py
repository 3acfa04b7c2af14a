"""The `ipportal` command: parse, call, print, exit code."""

import argparse
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from packaging.version import Version

from ipportal import __version__
from ipportal.base.errors import PortalError, Where, disk_problem
from ipportal.base.journal import settle
from ipportal.base.text import Lang, Text, visible
from ipportal.commands import CATALOGUE, VERBS, add_options, chosen
from ipportal.data.configuration import ENGINE, kept_version
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.manuscripts import DOCS
from ipportal.data.packages import FOLDER as PACKAGES
from ipportal.rules.report import as_text

_UNFORESEEN: Final = Text(
    "程序自己出了错，停下了（不是数据的问题）。\n"
    "当时在做：{doing}\n出的错：{fault}\n"
    "已有的数据和网站都没有改动。\n"
    "详细情况写在 {file}。请把这个文件发给维护这个程序的人；里面有用过的命令和文件名，发之前可以先看一遍。",
    "The program itself failed and stopped; your data are not to blame.\n"
    "It was to: {doing}\nWhat failed: {fault}\n"
    "Data and site are as they were.\n"
    "Details are in {file}. Send this file to whoever looks after the program; it names the command and files used, "
    "so have a look at it first.",
)
_ABOUT: Final = Text(
    "检查数据、生成网站、预览和核对。先试：ipportal check",
    "Check the data, build the site, preview and verify it. Try first: ipportal check",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Exit code 0: done; 1: problems a person must mend; 2: wrong usage; 70: a fault of this program; 130: interrupted;
    141: whoever read the output stopped reading.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = sys.argv[1:] if argv is None else argv
    lang, doing = terminal_lang(os.environ), _ABOUT
    try:
        args = parse(words, lang)
        doing = args.doing
        lang = args.lang
        if not args.anywhere:
            _enter(args.root)
        return int(args.run(args))
    except PortalError as error:
        print(as_text(error.problems, lang, colour=sys.stderr.isatty()), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # as in `ipportal check | head`; the interpreter flushes once more at its end, and would complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(as_text([disk_problem(error)], lang, colour=sys.stderr.isatty()), file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        return 130
    except ModuleNotFoundError:
        raise  # something is not installed: the caller says how to install it
    except Exception as error:
        print(_unforeseen(error, words, doing)[lang], file=sys.stderr)
        return 70


def _enter(root: Path) -> None:
    """Make sure that there is a portal this program can work with, and that its last change is whole.

    Raises:
        PortalError: there is none, or it was made with a newer program.
    """
    if not any((root / name).exists() for name in (SETTINGS, PACKAGES, DOCS)):
        raise PortalError([CATALOGUE.problem("root", Where(str(root)))])
    if (kept := kept_version(root)) and kept > Version(__version__):
        raise PortalError([CATALOGUE.problem("engine-older", Where(ENGINE), __version__, kept=str(kept))])
    settle(root)


def _unforeseen(error: Exception, words: Sequence[str], doing: Text) -> Text:
    """Write what happened into a file of its own, and say what to do with it."""
    details = [f"ipportal {' '.join(words)}", f"Python {sys.version}", platform.platform()]
    details += ["", *traceback.format_exception(error)]
    with tempfile.NamedTemporaryFile(
        "w", prefix="ipportal-", suffix=".txt", encoding="utf-8", errors="backslashreplace", delete=False
    ) as file:
        file.write("\n".join(details))
    return _UNFORESEEN.format(doing=doing, fault=visible(f"{type(error).__name__}: {error}", limit=200), file=file.name)


def parse(words: Sequence[str], lang: Lang) -> argparse.Namespace:
    """The words as arguments, options and files in any order.

    Only the chosen verb is imported: the others bring libraries along that take seconds to load.
    """
    before = ("", *words)
    at = next((n for n, word in enumerate(words) if word in VERBS and before[n] not in _VALUES), None)
    if at is None:
        top = argparse.ArgumentParser(prog="ipportal", description=_ABOUT[lang])
        verbs = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
        for name, verb in VERBS.items():
            verbs.add_parser(name, help=verb.about[lang])
        for option, value in pairwise(words):
            if value in VERBS:
                top.error(_FORGOTTEN.format(option=option, value=f"{option} {_VALUES[option]} {value}")[lang])
        return top.parse_args(words)
    name = words[at]
    module, told = chosen(name), VERBS[name]
    examples = "\n".join(f"  {line}" for line in told.examples)
    parser = argparse.ArgumentParser(
        prog=f"ipportal {name}",
        description=told.about[lang],
        epilog=("例子：\n" if lang == "zh" else "examples:\n") + examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--root", type=Path, default=Path.cwd(), help=_ROOT[lang])
    parser.add_argument("--lang", choices=("zh", "en"), default=lang, help=_LANG[lang])
    add_options(parser, name, module)
    run = getattr(module, f"run_{name}", None) or module.run
    parser.set_defaults(run=run, doing=told.about, anywhere=told.anywhere)
    return parser.parse_intermixed_args([*words[:at], *words[at + 1 :]])


_VALUES: Final = {"--root": "FOLDER", "--lang": "en"}
_FORGOTTEN: Final = Text("{option} 后面缺内容，应写 {value}", "{option} lacks its value: write {value}")
_ROOT: Final = Text("门户所在文件夹，默认是当前文件夹", "the portal's folder, by default the current one")
_LANG: Final = Text("提示信息的语言", "language of the messages")


def terminal_lang(environment: os._Environ[str] | dict[str, str]) -> Lang:
    """English where the terminal is set to English, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"
