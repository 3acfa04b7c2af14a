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
from typing import Any, Final

from packaging.version import Version

from ipportal import __version__
from ipportal.base.errors import PortalError, Where, disk_problem
from ipportal.base.journal import settle
from ipportal.base.text import Lang, Text, visible
from ipportal.commands import CATALOGUE, VERBS, add_options, chosen, told, words
from ipportal.data.configuration import ENGINE, kept_version
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.manuscripts import DOCS
from ipportal.data.packages import FOLDER as PACKAGES
from ipportal.rules.report import as_text

#: Options that stand before a verb, each with what may follow it
_VALUES: Final = {"--root": "FOLDER", "--lang": "en"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Exit code 0: done; 1: problems a person must mend; 2: wrong usage; 70: a fault of this program; 130: interrupted;
    141: whoever read the output stopped reading.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = sys.argv[1:] if argv is None else argv
    lang, doing = terminal_lang(os.environ), words("about")
    try:
        args = parse(given, lang)
        doing = args.doing
        lang = args.lang
        if not args.anywhere:
            _enter(args.root)
        return int(args.run(args))
    except BrokenPipeError:
        # as in `ipportal check | head`; the interpreter flushes once more at its end, and would complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (PortalError, OSError) as error:
        problems = error.problems if isinstance(error, PortalError) else [disk_problem(error)]
        print(as_text(problems, lang, colour=sys.stderr.isatty()), file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        return 130
    except ModuleNotFoundError:
        raise  # something is not installed: the caller says how to install it
    except Exception as error:
        print(_unforeseen(error, given, doing)[lang], file=sys.stderr)
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


def _unforeseen(error: Exception, given: Sequence[str], doing: Text) -> Text:
    """Write what happened into a file of its own, and say what to do with it."""
    details = [f"ipportal {' '.join(given)}", f"Python {sys.version}", platform.platform()]
    details += ["", *traceback.format_exception(error)]
    with tempfile.NamedTemporaryFile(prefix="ipportal-", suffix=".txt", delete=False) as file:
        file.write("\n".join(details).encode(errors="backslashreplace"))
    fault = visible(f"{type(error).__name__}: {error}", limit=200)
    return words("unforeseen").format(doing=doing, fault=fault, file=file.name)


def parse(given: Sequence[str], lang: Lang) -> argparse.Namespace:
    """The words as arguments, options and files in any order.

    Only the chosen verb is imported: the others bring libraries along that take seconds to load.
    """
    before = ("", *given)
    at = next((n for n, word in enumerate(given) if word in VERBS and before[n] not in _VALUES), None)
    if at is None:
        top = argparse.ArgumentParser(prog="ipportal", description=told("about", lang))
        verbs = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
        for name, verb in VERBS.items():
            verbs.add_parser(name, help=verb.about[lang])
        for option, value in pairwise(given):
            if value in VERBS:
                top.error(told("forgotten", lang, option=option, value=f"{option} {_VALUES[option]} {value}"))
        return top.parse_args(given)
    name = given[at]
    module, verb = chosen(name), VERBS[name]
    shown: dict[str, Any] = {"prog": f"ipportal {name}", "formatter_class": argparse.RawDescriptionHelpFormatter}
    shown["epilog"] = told("examples", lang) + "\n".join(f"  {line}" for line in verb.examples)
    parser = argparse.ArgumentParser(description=verb.about[lang], **shown)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help=told("root", lang))
    parser.add_argument("--lang", choices=("zh", "en"), default=lang, help=told("lang", lang))
    add_options(parser, name, module)
    run = getattr(module, f"run_{name}", None) or module.run
    parser.set_defaults(run=run, doing=verb.about, anywhere=verb.anywhere)
    return parser.parse_intermixed_args([*given[:at], *given[at + 1 :]])


def terminal_lang(environment: os._Environ[str] | dict[str, str]) -> Lang:
    """English where the terminal is set to English, else Chinese."""
    told = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "en" if told.lower().startswith("en") else "zh"
