"""Workbooks of the small portal for tests, made once and small enough to be quick."""

import datetime
from functools import cache

from bad_workbooks import TINY

from ipportal.data.packages import RawPackage, read_packages
from ipportal.data.settings import read_settings
from ipportal.office.excel_writer import write_workbook
from ipportal.office.importing import Import, import_book, opened
from ipportal.office.layout import Mode, lay_out_workbook
from ipportal.rules import check

SPARE = 8
DAY = datetime.datetime(2026, 11, 22)


@cache
def tiny() -> tuple[RawPackage, ...]:
    """The indicators package of tests/tiny alone: enough for its rules, and checked in a third of a second."""
    return tuple(package for package in read_packages(TINY) if package.name == "indicators")


def exported(raw: tuple[RawPackage, ...], mode: Mode = "export", name: str = "indicators") -> bytes:
    package = next(each for each in raw if each.name == name)
    return write_workbook(lay_out_workbook(raw, package, mode, SPARE), DAY)


@cache
def sound(mode: Mode = "export") -> bytes:
    return exported(tiny(), mode)


_checked: dict[tuple[bytes | None, ...], list] = {}


def rules(packages):
    """Every rule; a state that was checked before is not checked again."""
    state = tuple(table.data for package in packages for table in package.tables)
    if state not in _checked:
        _checked[state] = check(packages, read_settings(TINY))
    return _checked[state]


def import_workbook(data: bytes, file: str, *given, **options) -> Import:
    """Read a workbook's bytes against packages."""
    return import_book(opened(data, file), file, *given, **options)


def imported(data: bytes, **options: bool) -> Import:
    return import_workbook(data, "新数.xlsx", tiny(), rules, **options)


def table_of(done: Import, name: str = "observations") -> bytes:
    return done.packages[0].table(name).data
