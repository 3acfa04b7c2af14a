"""The verbs of the `ipportal` command, each imported when it is chosen, so that help comes at once.

`catalogue/verbs.toml` says what each does and how it is called. What gives its exit code is `run(args)` in a module of
its own name, or `run_<verb>(args)` in the module of verbs that share their work. May import every other room but `cli`.
Begin with `check`.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final, NamedTuple, TextIO

from ipportal.base.errors import Catalogue, OutputError, Where, catalogue_file
from ipportal.base.filenames import followed
from ipportal.base.text import Lang, Text
from ipportal.data.entries import YEARS
from ipportal.data.memory import SOURCES


class Verb(NamedTuple):
    """What a verb does, how it is called, and its options as argparse takes them (see `catalogue/verbs.toml`)."""

    about: Text
    examples: Sequence[str]
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    #: True for one that needs no portal to begin with
    anywhere: bool = False
    #: The module it shares with other verbs, where it does
    home: str = ""


CATALOGUE: Final = Catalogue("ipportal.commands", ("faults",))
#: What people write, below the root
_SOURCES: Final = ("reviews", *SOURCES)
#: The verbs in the order the help shows
VERBS: Final = {name: Verb(**told) for name, told in catalogue_file("ipportal.commands", "verbs").items()}


def words(word: str) -> Text:
    """What `catalogue/words.toml` says under a word."""
    said: Text = catalogue_file("ipportal.commands", "words")[word]
    return said


def told(word: str, lang: Lang, **facts: object) -> str:
    """The same in one language, with facts in its places."""
    return words(word).format(**facts)[lang]


def say(args: argparse.Namespace, word: str, /, *, to: TextIO | None = None, **facts: object) -> None:
    """Print it in the language of the terminal, at once."""
    print(told(word, args.lang, **facts), file=to, flush=True)


def chosen(name: str) -> ModuleType:
    """The module that does a verb, imported now."""
    return import_module(f"ipportal.commands.{VERBS[name].home or name}")


def add_options(parser: argparse.ArgumentParser, name: str, module: ModuleType) -> None:
    """Add the options of a verb, whose module holds choices that stand by their name."""
    groups: dict[str, Any] = {"": parser}
    for word, told in VERBS[name].options.items():
        given = dict(told)
        group = given.pop("group", "")
        if group not in groups:
            either = group == "either"
            groups[group] = parser.add_mutually_exclusive_group() if either else parser.add_argument_group(group)
        if given.pop("hidden", False):
            given["help"] = argparse.SUPPRESS
        if "range" in given:
            given["type"] = whole(range(*given.pop("range")))
        elif "type" in given:
            given["type"] = {"path": Path, "day": day}[given["type"]]
        if isinstance(given.get("choices"), str):
            given["choices"] = tuple(getattr(module, given["choices"]))
        groups[group].add_argument(word, **given)


def apart(root: Path, output: Path, *, swapped: bool = False) -> Path:
    """Where output goes, links followed: nowhere that holds anything of the project, or is held by what people write.

    What is to be `swapped` as a whole is nothing yet, an empty folder or an earlier site, and no disk mounted there:
    whatever else somebody keeps in a folder would be gone.

    Raises:
        OutputError: it cannot go there.
    """
    place, home = followed(output), followed(root)
    if (swapped and home.is_relative_to(place)) or any(place.is_relative_to(home / name) for name in _SOURCES):
        variant = ""
    elif swapped and place.is_dir() and any(place.iterdir()) and not (place / "index.html").is_file():
        variant = "held"
    elif swapped and (os.path.ismount(place) or (place.exists() and not place.is_dir())):
        variant = "mounted" if os.path.ismount(place) else "whole"
    else:
        return place
    raise OutputError([CATALOGUE.problem("output-place", Where(str(output)), str(place), variant)])


def whole(allowed: range) -> Callable[[str], int]:
    """What reads an option that is a whole number of a range."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) not in allowed:
            raise argparse.ArgumentTypeError(f"{allowed[0]} … {allowed[-1]}: {text[:20]}")
        return int(text)

    return read


def day(text: str) -> date:
    """What reads an option that is a day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise argparse.ArgumentTypeError(f"2026-11-20: {text}")
    return found


def is_official(args: argparse.Namespace) -> bool:
    """Whether an official release is wanted; the old word is answered with the new one."""
    if args.release:
        say(args, "renamed", to=sys.stderr)
    return bool(args.official or args.release)
