"""The joint to frictionless: reads every cell by its Table Schema and reduces the errors to plain records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from ipportal.base.errors import Where
from ipportal.data.packages import RawPackage, RawTable
from ipportal.rules.context import Context, fields_of

_CONSTRAINT: Final = re.compile(r'constraint "(\w+)" is "(.*)"', re.DOTALL)
_QUOTED: Final = re.compile(r'"([^"]+)"')
#: Without it frictionless reads a schema as version 1 and refuses newer constraints
_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPE: Final = "type"

#: Takes the text of a cell; gives its value and what is wrong with it, by name of the broken promise
Reader = Callable[[str], tuple[Any, Mapping[str, str] | None]]


def _frictionless() -> Any:
    """The library, imported on first use: that takes two seconds, and page writers need no second check."""
    return import_module("frictionless")


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """A broken promise of a column at one cell.

    `kind` is `type`, the name of a constraint, or `other`; `limit` is the constraint's value.
    """

    kind: str
    where: Where
    field: Mapping[str, Any]
    found: str
    limit: str


def faults(context: Context) -> Iterator[SchemaFault]:
    """Read every sound row of every table the way frictionless does."""
    for _, table in context.tables():
        fields = fields_of(table)
        readers = _readers(table)
        for row in context.rows(table):
            for field, reader in zip(fields, readers, strict=True):
                text = row[field["name"]]
                for name, note in (reader(text)[1] or {}).items():
                    kind, limit = _kind(name, note)
                    yield SchemaFault(kind, row.where(field["name"]), field, text, limit)


def _readers(table: RawTable) -> tuple[Reader, ...]:
    source = table.resource["schema"]
    wanted = {"$schema": _PROFILE, "fields": source["fields"], "missingValues": source.get("missingValues", [""])}
    return _readers_of(json.dumps(wanted))


# Both take most of a check and depend on nothing but these words; a preview, or a run of the tests, checks again and
# again what has mostly stayed the same. Words are the key, so what somebody changes in a descriptor afterwards counts.
@lru_cache(maxsize=256)
def _readers_of(schema: str) -> tuple[Reader, ...]:
    made = _frictionless().Schema.from_descriptor(json.loads(schema))
    return tuple(field.create_cell_reader() for field in made.fields)


@lru_cache(maxsize=64)
def _descriptor_faults_of(descriptor: str) -> tuple[str, ...]:
    frictionless = _frictionless()
    try:
        frictionless.Package.from_descriptor(json.loads(descriptor))
    except frictionless.FrictionlessException as error:
        notes = [reason.note for reason in error.reasons or [error.error]]
        return tuple(quoted[0] if (quoted := _QUOTED.findall(note)) else note for note in notes)
    return ()


def _kind(name: str, note: str) -> tuple[str, str]:
    match = _CONSTRAINT.fullmatch(note)
    if match:
        return match[1], match[2]
    return (_TYPE if name == _TYPE and note.startswith("type is") else "other"), ""


def descriptor_faults(package: RawPackage) -> tuple[str, ...]:
    """What frictionless cannot accept in a package's description: the offending words it quotes."""
    return _descriptor_faults_of(json.dumps(package.descriptor or {}))
