"""Does datapackage.json say everything that is read from it, and do all such files speak of this portal?"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ipportal.base import plainwords
from ipportal.base.addresses import judge
from ipportal.base.errors import DataError, Where
from ipportal.base.text import LANGS, Lang
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.ledger import FOLDER, frozen_descriptors, read_ledger
from ipportal.data.packages import DESCRIPTOR, RawPackage, names_of
from ipportal.rules.rule import Context, Finding, rules
from ipportal.rules.schema import descriptor_faults, pattern_fault

_WORDED: Final = ("title", "description")
_PACKAGE: Final = ("version", "created", "modified", "licenses", "theme")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMS: Final = {
    "version": re.compile(r"\d+\.\d+\.\d+"),
    "modified": _DATE,
    "update_frequency": re.compile("realtime|daily|weekly|monthly|quarterly|half-yearly|yearly|irregular|never"),
    "openness": re.compile("unconditional"),
}
#: What the entries of the catalogue consist of
_PARTS: Final = {"theme": ("code",), "industry": ("code",), "spatial": ()}
_LICENCE: Final = ("name", "path", "title")
#: Entries of the descriptor whose addresses go into pages
_LINKED: Final = ("homepage", "licenses", "sources", "contributors")
#: Entries for programs only
_NOT_SHOWN: Final = ("pattern",)


def _descriptors(context: Context) -> Iterator[tuple[RawPackage, Mapping[str, Any]]]:
    return ((package, package.descriptor) for package in context.packages if package.descriptor is not None)


def _columns(descriptor: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return ((resource, field) for resource in descriptor["resources"] for field in resource["schema"]["fields"])


def _descriptor_entry(context: Context) -> Iterator[Finding]:
    """An entry of a description is missing or empty, or in a language the portal is not in."""
    langs = context.settings.languages
    absent = [lang for lang in LANGS if lang not in langs]
    for package, descriptor in _descriptors(context):
        for place, text in _strings(descriptor) if absent else ():
            name = text if place[-1] == "name" and "fields" in place else place[-1]
            if name.endswith(tuple(f"_{lang}" for lang in absent)) or (name in absent and place[0] in _PARTS):
                yield Finding(Where(package.file, column=" › ".join(place)), name, "surplus")
    changed = ("date", "version", *(f"{name}_{lang}" for name in ("what", "why") for lang in langs))
    worded = _worded(_WORDED, langs)
    for package, descriptor in _descriptors(context):
        wanted = (*_worded((*_WORDED, "keywords"), langs), *_PACKAGE, *_FORMS, "changes")
        yield from _missing(package, descriptor, "", wanted)
        for number, change in enumerate(descriptor.get("changes", ()), 1):
            yield from _missing(package, change, f"changes › {number} › ", changed)
        for resource in descriptor["resources"]:
            at = f"{resource['name']} › "
            yield from _missing(package, resource, at, worded)
            yield from _missing(package, resource["schema"], at, ("primaryKey",))
            for field in resource["schema"]["fields"]:
                yield from _missing(package, field, f"{at}{field['name']} › ", ("type", *worded))


def _worded(names: Sequence[str], langs: Sequence[Lang]) -> tuple[str, ...]:
    """Entries with words: a name alone is in the main language, in others it ends in their code."""
    return tuple(f"{name}_{lang}" if number else name for name in names for number, lang in enumerate(langs))


def _missing(package: RawPackage, entry: Mapping[str, Any], at: str, wanted: Sequence[str]) -> Iterator[Finding]:
    for key in dict.fromkeys(wanted):
        if not entry.get(key):
            yield Finding(Where(package.file, column=at + key), entry=key)


def _descriptor_form(context: Context) -> Iterator[Finding]:
    """An entry of a description is not written in its agreed form."""
    folders = {package.name for package in context.packages}
    for package, descriptor in _descriptors(context):
        for key, form in _FORMS.items():
            value = descriptor.get(key)
            if value and not form.fullmatch(value):
                yield Finding(Where(package.file, column=key), value, key, key=key)
        name = descriptor.get("name", "")
        # a folder that took its package's name away is told by the rule on the missing folder
        if name != package.name and (name in folders or name != "indicators"):
            yield Finding(Where(package.file, column="name"), name, "name", folder=package.name)


def _descriptor_catalogue(context: Context) -> Iterator[Finding]:
    """An entry of the open-data catalogue is incomplete or contradicts itself."""
    for package, descriptor in _descriptors(context):
        for key, parts in _PARTS.items():
            entry = descriptor.get(key)
            wanted = (*parts, *context.settings.languages)
            if entry and not all(entry.get(part) for part in wanted):
                yield _entry(package, key, entry, parts=wanted)
        for licence in descriptor.get("licenses", [])[:1]:
            if not all(licence.get(part) for part in _LICENCE):
                yield _entry(package, "licenses", licence, parts=_LICENCE)
        if span := descriptor.get("temporal"):
            ends = [span.get(end, "") for end in ("start", "end")]
            if not all(map(_DATE.fullmatch, ends)) or ends != sorted(ends):
                yield _entry(package, "temporal", span, "temporal")
        created, modified = descriptor.get("created", "")[:10], descriptor.get("modified", "")
        if _DATE.fullmatch(modified) and created > modified:
            yield _entry(package, "created", created, "created", modified=modified)


def _entry(package: RawPackage, key: str, found: Any, variant: str = "", **facts: Any) -> Finding:
    shown = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return Finding(Where(package.file, column=key), shown, variant, key=key, **facts)


def _descriptor_codes(context: Context) -> Iterator[Finding]:
    """A code list lacks the wording of a code, words one that does not exist, gives one limits upside down, or does not
    say how values of a kind of unit are written."""
    labels = _worded(("label",), context.settings.languages)
    for package, descriptor in _descriptors(context):
        for resource, field in _columns(descriptor):
            codes, listed = field.get("constraints", {}).get("enum", []), field.get("categories", ())
            worded = [code["value"] for code in listed if all(code.get(label) for label in labels)]
            where = Where(package.file, column=f"{resource['name']} › {field['name']}")
            for code in [c for c in codes if c not in worded] + [c for c in worded if c not in codes]:
                yield Finding(where, code)
            for code in listed:
                low, high = code.get("minimum"), code.get("maximum")
                if low is not None and high is not None and low > high:
                    yield Finding(where, f"{code['value']}: {low} > {high}", "limits")
                if (resource["name"], field["name"]) == ("units", "kind") and "style" not in code:
                    yield Finding(where, code["value"], "style")


def _descriptor_standard(context: Context) -> Iterator[Finding]:
    """A description contradicts itself, or holds something no data tool accepts."""
    for package, descriptor in _descriptors(context):
        gaps, unfit = list(_gaps(descriptor["resources"])), False
        for resource, field in _columns(descriptor):
            # a form that cannot be matched in bounded time, or is none
            if fault := pattern_fault(field):
                place, unfit = f"resources › {resource['name']} › {field['name']} › pattern", True
                yield Finding(Where(package.file, column=place), fault, "pattern")
        for place, found in gaps or ([] if unfit else [("", fault) for fault in descriptor_faults(package)]):
            yield Finding(Where(package.file, column=place or None), found)


def _gaps(resources: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What is named twice, or named and not there: (place, what stands there)."""
    columns = {resource["name"]: [field["name"] for field in resource["schema"]["fields"]] for resource in resources}
    for key in ("name", "path"):
        yield from (("resources", name) for name in _twice([resource[key].casefold() for resource in resources]))
    for resource in resources:
        name, schema = resource["name"], resource["schema"]
        at, own = f"resources › {name}", columns[name]
        yield from ((f"{at} › schema › fields", column) for column in _twice(own))
        yield from ((f"{at} › primaryKey", key) for key in names_of(schema.get("primaryKey", ())) if key not in own)
        for key in schema.get("externalForeignKeys", ()):
            if astray := [one for one in names_of(key["fields"]) if one not in own]:
                yield f"{at} › externalForeignKeys", ", ".join(astray)
        for key in schema.get("foreignKeys", ()):
            target = key["reference"].get("resource") or name
            if target not in columns:
                yield f"{at} › foreignKeys", target
                continue
            fields, wanted = names_of(key["fields"]), names_of(key["reference"]["fields"])
            astray = [one for one in fields if one not in own] + [one for one in wanted if one not in columns[target]]
            if astray or len(fields) != len(wanted):
                yield f"{at} › foreignKeys", ", ".join(astray or fields)


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _descriptor_words(context: Context) -> Iterator[Finding]:
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


#: Files beside portal.toml that name the portal to whoever uses its data
_NAMING: Final = ("CITATION.cff", "LICENSE-DATA")
#: The authors in a citation file, as far as they are bodies and not people
_AUTHORS: Final = re.compile(r"^authors:[^\n]*\n(?:[ \t-][^\n]*\n?)+", re.MULTILINE)
_BODY: Final = re.compile(r"\bname:[ \t]*(.*)")


def _identity_foreign(context: Context) -> Iterator[Finding]:
    """A file names another portal, area or publisher than portal.toml, or a release is of a package nobody has here."""
    settings = context.settings
    publishers = (settings.organiser.zh, settings.organiser.en, *settings.former_organisers)
    own_names = {*publishers, settings.name.zh, settings.name.en}
    for name in _NAMING if context.packages else ():
        path = context.root / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else settings.name.zh
        if not any(settings.name[lang] in text for lang in settings.languages):
            yield Finding(Where(name), "", name=settings.name)
        bodies = _BODY.findall(found[0]) if (found := _AUTHORS.search(text)) else []
        if bodies and not any(own in body for own in own_names for body in bodies):
            yield Finding(Where(name, column="authors"), " / ".join(bodies), "author")
    for raw in context.packages:
        yield from _area(context, raw.file, raw.descriptor or {})
    try:
        releases = read_ledger(context.root) if context.packages else ()
    except DataError:
        return  # told with the ledger
    present = {package.name for package in context.packages}
    for (package, version), frozen in frozen_descriptors(context.root, releases).items():
        file = f"{FOLDER}/{package}/{version}/{DESCRIPTOR}"
        if package not in present:
            yield Finding(Where(file), package, "package")
        told = {str(name) for name in frozen.get("publisher", {}).values() if name}
        if told and not told & set(publishers):
            yield Finding(Where(file, column="publisher"), " / ".join(sorted(told)), "publisher")
        yield from _area(context, file, frozen)


def _area(context: Context, file: str, descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    code, own = descriptor.get("spatial", {}).get("code"), context.settings.area_code
    if own and code and code != own:
        yield Finding(Where(file, column="spatial › code"), code, "area", code=own)


def _doi_unknown(context: Context) -> Iterator[Finding]:
    """A DOI is of no package, or of a version that none has."""
    told = {package.name: (package.descriptor or {}).get("changes", ()) for package in context.packages}
    known = {*told, *(f"{name}/{change.get('version')}" for name, changes in told.items() for change in changes)}
    for place in (place for place in context.settings.dois if place not in known):
        yield Finding(Where(SETTINGS, column=f"[doi] {place}"), place)


RULES: Final = (
    *rules(_identity_foreign, _doi_unknown, _descriptor_words, _descriptor_entry, spoils="nothing"),
    *rules(_descriptor_form, _descriptor_catalogue, _descriptor_codes),
    *rules(_descriptor_standard, spoils="table"),
)
