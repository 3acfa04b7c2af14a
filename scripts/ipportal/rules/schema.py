"""What the description of each column promises: types, required cells, forms, codes and limits.

The joint to frictionless, which reads every cell by its Table Schema and judges the descriptions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from ipportal.base.text import Text
from ipportal.data.model.codes import codes_of
from ipportal.data.packages import RawPackage, RawTable
from ipportal.rules.keys import nearest
from ipportal.rules.rule import Context, Finding, Record, Rule, fields_of, rules_of

#: Without it frictionless reads a schema as version 1 and refuses newer constraints
_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
#: Data Package standard 2.0, Table Schema, “Field Types”
TYPES: Final = frozenset(
    {"string", "number", "integer", "boolean", "object", "list", "datetime", "date", "time", "year", "yearmonth"}
    | {"duration", "geopoint", "geojson", "array", "any"}
)
#: The forms with words of their own in the catalogue
_PATTERNS: Final = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "id",
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "date",
    r"^\d{4}$": "year",
}
_LIMITS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength")

#: Takes the text of a cell; gives its value and what is wrong with it, by name of the broken promise
Reader = Callable[[str], tuple[Any, Mapping[str, str] | None]]


def _frictionless() -> Any:
    """The library, imported on first use: that takes two seconds, and page writers need no second check."""
    return import_module("frictionless")


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
        return tuple(reason.note for reason in error.reasons or [error.error])
    return ()


def descriptor_faults(package: RawPackage) -> tuple[str, ...]:
    """What frictionless cannot accept in a package's description, in its words."""
    return _descriptor_faults_of(json.dumps(package.descriptor or {}))


def _faults(context: Context) -> Iterator[tuple[str, Finding]]:
    """Read every sound row of every table the way frictionless does; each fault with the rule that tells it."""
    for _, table in context.tables():
        fields = list(zip(fields_of(table), _readers(table), strict=True))
        for row in context.rows(table):
            for field, reader in fields:
                yield from (_told(promise, row, field) for promise in reader(row[field["name"]])[1] or ())


def _told(promise: str, row: Record, field: Mapping[str, Any]) -> tuple[str, Finding]:
    name, kind, constraints = field["name"], field.get("type", ""), field.get("constraints", {})
    if promise == "type":
        return "value-type", row.fault(name, kind if kind in ("number", "integer", "date") else "")
    if promise not in constraints:  # of an item of a list, not of the cell
        return "schema-other", row.fault(name)
    if promise == "required":
        return "required-empty", row.fault(name)
    if promise == "pattern":
        title = Text(field.get("title", ""), field.get("title_en", ""))
        description = Text(field.get("description", ""), field.get("description_en", ""))
        form = _PATTERNS.get(constraints[promise], "")
        return "value-form", row.fault(name, form, title=title, description=description)
    if promise == "enum":
        codes = [str(code) for code in constraints[promise]]
        labels = {str(c.get("value")): Text(c["label"], c["label_en"]) for c in field.get("categories", [])}
        near, named = nearest(row[name], codes), [_labelled(code, labels.get(code)) for code in codes]
        return "code-unknown", row.fault(name, "near" if near else "", near=near, codes=named)
    if promise in _LIMITS:
        return "value-limit", row.fault(name, promise, limit=constraints[promise])
    return "schema-other", row.fault(name)


def _labelled(code: str, label: Text | None) -> str | Text:
    return Text(f"{code}（{label.zh}）", f"{code} ({label.en})") if label else code


def _unknown(context: Context) -> Iterator[Finding]:
    """A row has a code that was added to the descriptor only: a sentence would leave it out, or a build break off."""
    for package, table in context.tables():
        columns = {field["name"]: codes_of(table.name, field["name"]) for field in fields_of(table)}
        for column, known in columns.items():
            for row in context.rows(table) if known else ():
                if known and row[column] and row[column] not in known:
                    yield row.fault(column, known=known, package=package.name)


RULES: Final = rules_of(
    _faults, ("required-empty", "value-type", "value-form", "code-unknown", "value-limit", "schema-other"), "cell"
)

CODE_RULES: Final = (Rule("code-new", _unknown),)
