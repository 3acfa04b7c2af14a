"""`ipportal register`: check the tables that people do not edit, count them, write the files readers get of them."""

import argparse
from collections.abc import Mapping

from ipportal.base.errors import DataError, Where, catalogue_file
from ipportal.base.text import Lang
from ipportal.base.writing import make_readable, restore, staging_folder, swap_in
from ipportal.commands import CATALOGUE, apart
from ipportal.data.packages import read_packages
from ipportal.data.registers import Edition
from ipportal.data.settings import read_settings
from ipportal.files.registers import place, published
from ipportal.loading import load
from ipportal.registers import editions, limits
from ipportal.registers.counting import count
from ipportal.rules import described


def run(args: argparse.Namespace) -> int:
    """Do one of the three; every fault is raised as a problem."""
    settings = read_settings(args.root)
    described(args.root, settings)
    found, aggregates, problems = editions(args.root, read_packages(args.root, settings.languages), settings)
    if problems:
        raise DataError(problems)
    if args.verb == "check":
        for each in _wanted(args.name, {each.register.name: each for each in found}).values():
            _say("checked", args.lang, name=each.register.name, version=each.register.version, rows=f"{each.rows:,}")
            _say("left", args.lang, columns=each.left) if each.left else None
        return 0
    portal = load(args.root.absolute())
    wanted = _wanted(args.name, portal.registers)
    if args.verb == "count":
        for edition in wanted.values():
            of = [each for each in aggregates if each.register == edition.register.name]
            for aggregate, years in count(edition, of, limits(settings)):
                for year, value in years.items():
                    facts = {"indicator": aggregate.indicator, "year": year, "value": f"{value:,}"}
                    _say("counted", args.lang, **facts, expression=aggregate.expression)
        return 0
    output = apart(args.root, args.output or args.root / "registers-published", swapped=True)
    made = [each for each in published(portal) if each.edition.register.name in wanted]
    restore(output)
    with staging_folder(output) as staging:
        place(made, staging / "files")
        make_readable(staging / "files")
        swap_in(staging / "files", output)
    _say("written", args.lang, count=sum(len(each.files) for each in made), place=output)
    return 0


def _wanted(name: str | None, known: Mapping[str, Edition]) -> Mapping[str, Edition]:
    """The register of that name, or all.

    Raises:
        DataError: there is none.
    """
    if (name and name not in known) or not known:
        raise DataError([CATALOGUE.problem("register-name", Where("ipportal register"), name or "", known=[*known])])
    return {name: known[name]} if name else known


def _say(word: str, lang: Lang, **facts: object) -> None:
    print(catalogue_file("ipportal.commands", "register")[word].format(**facts)[lang])
