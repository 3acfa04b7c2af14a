"""Does datapackage.json say everything the site, the dictionary and the catalogue read from it?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ipportal.base import plainwords
from ipportal.base.addresses import judge
from ipportal.base.errors import Where
from ipportal.data.packages import RawPackage
from ipportal.rules.rule import Context, Finding, Rule
from ipportal.rules.schema import TYPES, descriptor_faults

_PAIRS: Final = ("title", "title_en", "description", "description_en")
_PACKAGE: Final = (*_PAIRS, "version", "created", "modified", "licenses", "keywords", "keywords_en", "theme")
_CHANGE: Final = ("date", "version", "what_zh", "what_en", "why_zh", "why_en")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMS: Final = {
    "version": re.compile(r"\d+\.\d+\.\d+"),
    "modified": _DATE,
    "update_frequency": re.compile("realtime|daily|weekly|monthly|quarterly|half-yearly|yearly|irregular|never"),
    "openness": re.compile("unconditional"),
}
#: What the entries of the catalogue consist of
_PARTS: Final = {"theme": ("code", "zh", "en"), "industry": ("code", "zh", "en"), "spatial": ("zh", "en")}
_LICENCE: Final = ("name", "path", "title")
#: Entries of the descriptor whose addresses go into pages
_LINKED: Final = ("homepage", "licenses", "sources", "contributors")
#: Entries for programs only
_NOT_SHOWN: Final = ("pattern",)


def _descriptors(context: Context) -> Iterator[tuple[RawPackage, Mapping[str, Any]]]:
    return ((package, package.descriptor) for package in context.packages if package.descriptor is not None)


def _complete(context: Context) -> Iterator[Finding]:
    """An entry of a description is missing or empty."""
    for package, descriptor in _descriptors(context):
        yield from _missing(package, descriptor, "", (*_PACKAGE, *_FORMS, "changes"))
        for number, change in enumerate(_dicts(descriptor, "changes"), 1):
            yield from _missing(package, change, f"changes › {number} › ", _CHANGE)
        for resource in _dicts(descriptor, "resources"):
            at = f"{resource.get('name', '?')} › "
            schema = resource.get("schema") or {}
            yield from _missing(package, resource, at, _PAIRS)
            yield from _missing(package, schema, at, ("primaryKey",))
            for field in _dicts(schema, "fields"):
                yield from _missing(package, field, f"{at}{field.get('name', '?')} › ", ("type", *_PAIRS))


def _missing(package: RawPackage, entry: Mapping[str, Any], at: str, wanted: Sequence[str]) -> Iterator[Finding]:
    for key in dict.fromkeys(wanted):
        if not entry.get(key):
            yield Finding(Where(package.file, column=at + key), entry=key)


def _dicts(entry: Any, key: str) -> list[Mapping[str, Any]]:
    value = entry.get(key) if isinstance(entry, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _form(context: Context) -> Iterator[Finding]:
    """An entry of a description is not written in its agreed form."""
    folders = {package.name for package in context.packages}
    for package, descriptor in _descriptors(context):
        for key, form in _FORMS.items():
            value = descriptor.get(key)
            if value and not form.fullmatch(str(value)):
                yield Finding(Where(package.file, column=key), str(value), key, key=key)
        name = descriptor.get("name")
        # a folder that took its package's name away is told by the rule on the missing folder
        if name != package.name and (name in folders or name != "indicators"):
            yield Finding(Where(package.file, column="name"), str(name or ""), "name", folder=package.name)


def _catalogue(context: Context) -> Iterator[Finding]:
    """An entry of the open-data catalogue is incomplete or contradicts itself."""
    for package, descriptor in _descriptors(context):
        for key, parts in _PARTS.items():
            entry = descriptor.get(key)
            if entry and not (isinstance(entry, dict) and all(entry.get(part) for part in parts)):
                yield _entry(package, key, entry, parts=parts)
        for licence in _dicts(descriptor, "licenses")[:1]:
            if not all(licence.get(part) for part in _LICENCE):
                yield _entry(package, "licenses", licence, parts=_LICENCE)
        if (span := descriptor.get("temporal")) and not _is_span(span):
            yield _entry(package, "temporal", span, "temporal")
        created, modified = str(descriptor.get("created", ""))[:10], str(descriptor.get("modified", ""))
        if _DATE.fullmatch(modified) and created > modified:
            yield _entry(package, "created", created, "created", modified=modified)


def _is_span(span: Any) -> bool:
    ends = [str(span.get(end, "")) for end in ("start", "end")] if isinstance(span, dict) else [""]
    return all(_DATE.fullmatch(end) for end in ends) and ends == sorted(ends)


def _entry(package: RawPackage, key: str, found: Any, variant: str = "", **facts: Any) -> Finding:
    shown = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return Finding(Where(package.file, column=key), shown, variant, key=key, **facts)


def _code_lists(context: Context) -> Iterator[Finding]:
    """A code list lacks the wording of a code, or words a code that does not exist."""
    for package, descriptor in _descriptors(context):
        for resource in _dicts(descriptor, "resources"):
            for field in _dicts(resource.get("schema") or {}, "fields"):
                codes = [str(code) for code in (field.get("constraints") or {}).get("enum", [])]
                worded = [
                    str(c.get("value")) for c in _dicts(field, "categories") if c.get("label") and c.get("label_en")
                ]
                where = Where(package.file, column=f"{resource.get('name')} › {field.get('name')}")
                for code in [c for c in codes if c not in worded] + [c for c in worded if c not in codes]:
                    yield Finding(where, code)


def _unreadable(context: Context) -> Iterator[Finding]:
    """A description holds something no data tool accepts, such as an unknown column type."""
    for package, descriptor in _descriptors(context):
        gaps = list(_gaps(descriptor))
        for place, found in gaps or [("", fault) for fault in descriptor_faults(package)]:
            yield Finding(Where(package.file, column=place or None), found)


def _gaps(descriptor: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Structure without which no table can be read: (place, what stands there)."""
    resources = _dicts(descriptor, "resources")
    if not resources:
        yield "resources", str(descriptor.get("resources", ""))
    for number, resource in enumerate(resources, 1):
        at = f"resources › {resource.get('name', number)}"
        fields = _dicts(resource.get("schema") or {}, "fields")
        if not isinstance(resource.get("name"), str) or not isinstance(resource.get("path"), str):
            yield at, str(resource.get("path", ""))
        for key in _dicts(resource.get("schema"), "foreignKeys"):
            target = (key.get("reference") or {}).get("resource", "")
            if target and target not in {other.get("name") for other in resources}:
                yield f"{at} › foreignKeys", str(target)
        if not fields or not all(isinstance(field.get("name"), str) for field in fields):
            yield f"{at} › schema › fields", str((resource.get("schema") or {}).get("fields", ""))
        yield from (("", str(field["type"])) for field in fields if field.get("type", "any") not in TYPES)


def _words(context: Context) -> Iterator[Finding]:
    """A word of a description is unfit to be shown, or an address unfit to be linked to."""
    for package, descriptor in _descriptors(context):
        for place, text in _strings(descriptor):
            at = Where(package.file, column=" › ".join(place))
            if place[-1] not in _NOT_SHOWN:
                yield from (Finding(at, text, advice=advice) for advice in plainwords.refused(text))
            if place[0] in _LINKED and place[-1] in ("path", "homepage") and (advice := judge(text, "web")):
                yield Finding(at, text, advice=advice)


def _strings(descriptor: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a description with the names that lead to it; entries of lists are counted from 1."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), descriptor)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and place:
            yield place, value
        elif isinstance(value, dict):
            waiting += [((*place, str(name)), part) for name, part in value.items()]
        elif isinstance(value, list):
            waiting += [((*place, str(number)), part) for number, part in enumerate(value, 1)]


RULES: Final = (
    Rule("descriptor-words", _words, "nothing"),
    Rule("descriptor-entry", _complete, "nothing"),
    Rule("descriptor-form", _form),
    Rule("descriptor-catalogue", _catalogue),
    Rule("descriptor-codes", _code_lists),
    Rule("descriptor-standard", _unreadable, "table"),
)
