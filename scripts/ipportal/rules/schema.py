"""What the descriptions promise: of each column its type, form, codes and limits, of tables their keys and links. And
of sources, that they are linked only where that is right, are the same everywhere, and none is without use.

The joint to frictionless, which reads every cell by its Table Schema and judges the descriptions. Links lead within a
package by its foreign keys, into another by its external ones: formed as Data Package's recipe has them, but apart,
because frictionless refuses a table whose foreign keys name a table that is not in the package.
"""

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from importlib import import_module
from typing import Any, Final, NamedTuple, cast

from ipportal.base.errors import TOLD, Named
from ipportal.base.filenames import unholdable
from ipportal.base.text import Text
from ipportal.data.model import Confidence
from ipportal.data.model.codes import codes_of
from ipportal.data.packages import RawPackage, RawTable, categories_of, names_of
from ipportal.rules.rule import Context, Finding, Record, content_of, fields_of, key_of, rules, rules_of, schema_of

#: Without it frictionless reads a schema as version 1 and refuses newer constraints
_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
#: The forms with words of their own in the catalogue
_PATTERNS: Final = {r"^[a-z0-9]+(-[a-z0-9]+)*$": "id", r"^\d{4}(-\d{2}(-\d{2})?)?$": "date", r"^\d{4}$": "year"}
#: Patterns that can go wrong in one way only at each character: those above, of periods, of addresses, and none
_HARMLESS: Final = frozenset(_PATTERNS) | {
    "",
    "^https?://.+$",
    r"^[a-z0-9-]+(/[a-z0-9-]+)*\.md$",
    "^[0-9][0-9-]*$",
    r"^\d+(-\d+)?(\(\d+\))?(—\d+)?(, \d+(-\d+)?(\(\d+\))?(—\d+)?)*$",
    r"^(undated|\d{4}|\d{4}-H[12]|\d{4}-Q[1-4]|\d{4}-(0[1-9]|1[0-2])|\d{4}/\d{4}|"
    r"\d{4}-(0[1-9]|1[0-2])/\d{4}-(0[1-9]|1[0-2]))$",
}
_LIMITS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength")

#: Takes the text of a cell; gives its value and what is wrong with it, by name of the broken promise
Reader = Callable[[str], tuple[Any, Mapping[str, str] | None]]
#: Takes the text of a cell; gives the promises it breaks
CellJudge = Callable[[str], Sequence[str]]


def _readers(table: RawTable) -> tuple[Reader, ...]:
    limits = [{k: v for k, v in field.get("constraints", {}).items() if k != "pattern"} for field in fields_of(table)]
    fields = [{**field, "constraints": kept} for field, kept in zip(fields_of(table), limits, strict=True)]
    wanted = {"$schema": _PROFILE, "fields": fields, "missingValues": schema_of(table).get("missingValues", [""])}
    return _readers_of(json.dumps(wanted))


# The library is imported on first use: that takes two seconds, and page writers need no second check.
# Both take most of a check and depend on nothing but these words; a preview, or a run of the tests, checks again and
# again what has mostly stayed the same. Words are the key, so what somebody changes in a descriptor afterwards counts.
@lru_cache(maxsize=256)
def _readers_of(schema: str) -> tuple[Reader, ...]:
    made = import_module("frictionless").Schema.from_descriptor(json.loads(schema))
    return tuple(field.create_cell_reader() for field in made.fields)


@lru_cache(maxsize=64)
def _descriptor_faults_of(descriptor: str) -> tuple[str, ...]:
    frictionless: Any = import_module("frictionless")
    try:
        frictionless.Package.from_descriptor(json.loads(descriptor))
    except frictionless.FrictionlessException as error:
        return tuple(reason.note for reason in error.reasons or [error.error])
    return ()


def descriptor_faults(package: RawPackage) -> tuple[str, ...]:
    """What frictionless cannot accept in a package's description, in its words."""
    return _descriptor_faults_of(json.dumps(package.descriptor or {}))


def pattern_fault(field: Mapping[str, Any]) -> str:
    """The pattern of a column when it cannot be used; empty when it can, or there is none."""
    pattern = str(field.get("constraints", {}).get("pattern", ""))
    try:
        if pattern not in _HARMLESS:
            _matching(pattern, [""])  # of no texts, the library would not look at the pattern
    except ValueError:
        return pattern
    return ""


def fitting(pattern: str, texts: Collection[str]) -> set[str]:
    """The texts that fit a pattern from beginning to end."""
    if pattern in _HARMLESS:
        return set(filter(re.compile(pattern, re.ASCII).fullmatch, texts))
    return _matching(rf"\A(?:{pattern})\z", texts)


def _matching(pattern: str, texts: Collection[str]) -> set[str]:
    """The texts that hold something of this pattern.

    RE2 takes a time that grows with the text alone, whatever the pattern; it knows no look-around and no references
    back, and its digits are those of ASCII.

    Raises:
        ValueError: this is no pattern of RE2, or one too large for it.
    """
    arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    found = compute.match_substring_regex(arrow.array(texts, arrow.string()), pattern=pattern)
    return {text for text, fits in zip(texts, found.to_pylist(), strict=True) if fits}


def cell_judges(context: Context, table: RawTable) -> list[CellJudge]:
    """A judge for each column, who knows every cell of the table, whatever column it stands in."""
    key = cell_judges, table.file
    if key not in context.read:
        context.read[key] = _cell_judges(table)
    return cast(list[CellJudge], context.read[key])


def _cell_judges(table: RawTable) -> list[CellJudge]:
    cells = set().union(*(row.cells for row in table.rows or ()))
    patterns = [field.get("constraints", {}).get("pattern", "") for field in fields_of(table)]
    fits = {pattern: fitting(pattern, cells) for pattern in {*patterns} if pattern}

    def judge(reader: Reader, pattern: str, text: str) -> tuple[str, ...]:
        value, broken = reader(text)
        misfit = value is not None and pattern and text not in fits[pattern]
        return (*(broken or ()), *(["pattern"] if misfit else []))

    return [cache(partial(judge, *pair)) for pair in zip(_readers(table), patterns, strict=True)]


def _faults(context: Context) -> Iterator[tuple[str, Finding]]:
    """Read every sound row of every table the way frictionless does; each fault with the rule that tells it."""
    for _, table in context.tables():
        for field, judge in zip(fields_of(table), cell_judges(context, table), strict=True):
            yield from context.judged(table, (field["name"],), partial(_broken, field, judge))


def _broken(field: Mapping[str, Any], judge: CellJudge, row: Record) -> Iterator[tuple[str, Finding]]:
    yield from (_told(promise, row, field) for promise in judge(row[field["name"]]))


def _told(promise: str, row: Record, field: Mapping[str, Any]) -> tuple[str, Finding]:
    name, kind, constraints = field["name"], field.get("type", ""), field.get("constraints", {})
    if promise == "type":
        return "value-type", row.fault(name, kind if kind in ("number", "integer", "boolean", "date") else "")
    if promise not in constraints:  # of an item of a list, not of the cell
        return "schema-other", row.fault(name)
    if promise == "required":
        return "required-empty", row.fault(name, "code" if _codes(field) else "", codes=_codes(field))
    if promise == "pattern":
        words = {"title": "", "description": ""} | dict(field)
        title, description = Text.read(words, "title"), Text.read(words, "description")
        form = _PATTERNS.get(constraints[promise], "")
        return "value-form", row.fault(name, form, title=title, description=description)
    if promise == "enum":
        near = nearest(row[name], [str(code) for code in constraints[promise]])
        return "code-unknown", row.fault(name, "near" if near else "", near=near, codes=_codes(field))
    if promise in _LIMITS:
        return "value-limit", row.fault(name, promise, limit=constraints[promise])
    return "schema-other", row.fault(name)


def _codes(field: Mapping[str, Any]) -> list[str | Text]:
    """The codes a column takes, each with its words; none where it takes other texts."""
    labels = {str(c.get("value")): Text.read(c, "label") for c in categories_of(field)}
    codes = map(str, field.get("constraints", {}).get("enum", labels))
    return [Text(f"{c}（{labels[c].zh}）", f"{c} ({labels[c].en})") if c in labels else c for c in codes]


def _code_new(context: Context) -> Iterator[Finding]:
    """A row has a code that was added to the descriptor only: a sentence would leave it out, or a build break off."""
    for package, table in context.tables():
        for column in (field["name"] for field in fields_of(table)):
            known = codes_of(table.name, column) or ()
            for row in context.rows(table) if {*context.contents(table, (column,))} - {"", *known} and known else ():
                if row[column] not in ("", *known):
                    yield row.fault(column, known=known, package=package.name)


class Link(NamedTuple):
    """Columns that hold keys of a table, of the same package where `package` is empty."""

    columns: tuple[str, ...]
    package: str
    table: str
    wanted: tuple[str, ...]


def links_of(table: RawTable) -> list[Link]:
    """Where columns of a table lead: within its package first, then into others."""
    schema = schema_of(table)
    keys = (*schema.get("foreignKeys", ()), *schema.get("externalForeignKeys", ()))
    return [
        Link(names_of(key["fields"]), to.get("package", ""), to.get("resource") or table.name, names_of(to["fields"]))
        for key in keys
        for to in [key["reference"]]
    ]


def nearest(text: str, options: Sequence[str]) -> str:
    """The option `text` was probably meant to be; empty when none is near."""
    return next(iter(difflib.get_close_matches(text, options, n=1, cutoff=0.7)), "")


def _id_name(context: Context) -> Iterator[Finding]:
    """A row has an id that no page or file can be named by: a device of Windows, or the page of a whole section."""
    for _, table in context.tables():
        taken = ("index", "context") if table.name == "indicators" else ("index",)
        for row in context.rows(table) if key_of(table) == ("id",) else ():
            if row["id"] in taken or unholdable(row["id"]):
                yield row.fault("id")


def _key_duplicate(context: Context) -> Iterator[Finding]:
    """Two rows carry the same key."""
    for _, table in context.tables():
        for key in _keys(table):
            first: dict[Any, int] = {}
            content = content_of(table, key)
            for row in context.rows(table):
                line = first.setdefault(content(row.texts), row.line)
                if line != row.line and any(cells := [row[column] for column in key]):
                    yield Finding(row.where(", ".join(key)), ", ".join(cells), row=Named("row", line))


def _keys(table: RawTable) -> list[tuple[str, ...]]:
    """The primary key, and every column that is unique by itself."""
    unique = [(entry["name"],) for entry in fields_of(table) if entry.get("constraints", {}).get("unique")]
    return list(dict.fromkeys([*([key_of(table)] if key_of(table) else []), *unique]))


def _links(context: Context) -> Iterator[tuple[str, Finding]]:
    """A cell names a row of another table, in its package or another, that does not exist."""
    for package, table in context.tables():
        for link in links_of(table):
            target = context.table(link.table, link.package or package.name)
            if target and context.trusted(target, link.wanted):
                code = "link-unknown" if link.package else "key-dangling"
                yield from ((code, finding) for finding in _astray(context, table, link, target))


def _astray(context: Context, table: RawTable, link: Link, target: RawTable) -> Iterator[Finding]:
    """The cells that lead to no row of `target`."""
    known = {tuple(row[column] for column in link.wanted) for row in context.rows(target)}

    def lost(row: Record) -> Iterator[tuple[Record, tuple[str, ...]]]:
        cells = tuple(row[column] for column in link.columns)
        if any(cells) and cells not in known:
            yield row, cells

    title, named = Text.read({"title": ""} | dict(target.resource), "title"), Named("file", target.file)
    names, where = sorted(", ".join(key) for key in known), ", ".join(link.columns)
    for number, (row, cells) in enumerate(context.judged(table, link.columns, lost)):
        # to look for one that is meant takes long among many; no more are told anyway
        found = ", ".join(cells)
        near = nearest(found, names) if number < TOLD else ""
        yield Finding(row.where(where), found, "near" if near else "", near=near, title=title, table=named)


RULES: Final = (
    *rules_of(
        _faults, ("required-empty", "value-type", "value-form", "code-unknown", "value-limit", "schema-other"), "cell"
    ),
    *rules(_id_name, _key_duplicate),
)

#: What asks for sound cells: codes the program knows, and rows that are there
LINK_RULES: Final = (*rules(_code_new), *rules_of(_links, ("key-dangling", "link-unknown"), "cell"))


_SOURCE_COLUMN: Final = re.compile(r"source(_[ab])?")
#: How a page names a source: `{{ source("plan-draft") }}`
_NAMED: Final = re.compile(r"""\{\{\s*source\(\s*["']([^"']+)["']""")


def _described(context: Context) -> Iterator[tuple[str, Finding]]:
    """A source that must not be linked has an address, one that is linked has none, or two packages differ on one."""
    first: dict[str, Record] = {}
    for row in (row for package in context.packages for row in context.records("sources", package.name)):
        if row["link"] == "none" and row["url"]:
            yield "source-link", row.fault("url")
        if row["link"] != "none" and not row["url"]:
            yield "source-link", row.fault("url", "missing", link=row["link"])
        other = first.setdefault(row["id"], row)
        for column, text in row.cells.items():
            if other.file != row.file and text != other[column]:
                yield "source-conflict", row.fault(column, table=other.file, row=other.line, text=other[column])


def _source_unused(context: Context) -> Iterator[Finding]:
    """A source no row of its package refers to, and no page either."""
    named = {source for page in context.every_page for source in _NAMED.findall(page.text)}
    for package in context.packages:
        used, readable = set(named), True
        for table in package.tables:
            columns = [column for column in table.header or () if _SOURCE_COLUMN.fullmatch(column)]
            readable = readable and context.trusted(table, columns)
            used.update(*(context.contents(table, (column,)) for column in columns))
        for row in context.records("sources", package.name) if readable else ():
            if row["id"] not in used:
                yield row.fault("id")


def _source_trust(context: Context) -> Iterator[Finding]:
    """A row is called “from the plan” though its source is another, or the other way round."""
    for package in context.packages:
        kinds = {row["id"]: row["kind"] for row in context.records("sources", package.name)}
        for row in (row for table in package.tables for row in context.records(table.name, package.name)):
            kind, plan = kinds.get(row["source"]), Confidence.PLAN
            if kind and row["confidence"] and (kind == plan) != (row["confidence"] == plan):
                yield row.fault("confidence", "plan" if kind == plan else "", source=row["source"], kind=kind)


SOURCE_RULES: Final = (
    *rules_of(_described, ("source-link", "source-conflict"), "cell"),
    *rules(_source_unused, _source_trust),
)
