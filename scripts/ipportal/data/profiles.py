"""The structure of the tables as the program knows it, and what a portal's own description adds to it.

A description that names its `structure` says of each of its tables only what is its own: where the file lies, and below
`columns` the codes, words and examples of a column that other portals do not have. `described` joins both, so that
everything after it, and every published file, sees a complete Data Package.
"""

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, cast

from ipportal.base.errors import catalogue_file
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.description import Fault

#: The structure this program works with; descriptions name it
STRUCTURE: Final = "ipportal-2"
_TEXTS: Final = ("title", "description")
#: How the title of a column ends that is there once for each language
_ENDS: Final = {"_zh": "（中文）", "_en": " (English)"}
#: What the description of such a column says of languages
_ASIDES: Final = {
    "zh": re.compile("，中英文同有同无|；英文里[^，]*|英文名除.*|，?中文"),
    "en": re.compile("[,;] both languages or neither|[,.]? [Ii]n English|English (?=singular)"),
}
#: What the descriptions of all tables have alike
_ALIKE: Final = catalogue_file("ipportal.data", "table")


def table_profile(table: str) -> dict[str, Any] | None:
    """Title, description, fields and keys of a table; None for tables the program does not know.

    A column that is `like` one of another table is described as that is.
    """
    text = _profile(table)
    if not text:
        return None
    known = cast(dict[str, Any], json.loads(text))
    known["schema"]["fields"] = [_like(field) for field in known["schema"]["fields"]]
    return known


def _like(field: dict[str, Any]) -> dict[str, Any]:
    table, _, column = field.get("like", "").partition(".")
    others = (table_profile(table) or {})["schema"]["fields"] if table else ()
    found = next(({**other, "name": field["name"]} for other in others if other["name"] == column), field)
    return {key: said for key, said in found.items() if not table or key not in ("formerly", "before", "example")}


@cache
def _profile(table: str) -> str:
    file = resources.files("ipportal").joinpath(f"profiles/{table}.json")
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def described(
    description: Mapping[str, Any], languages: Sequence[Lang] = LANGS
) -> tuple[Mapping[str, Any] | None, tuple[Fault, ...]]:
    """The complete description in a portal's languages, the main one first, and every place that does not fit.

    One that names no structure, yet says everything itself, is given back as it is: earlier releases do so. Of others
    that do not fit nothing is given.
    """
    resources = description["resources"]
    faults = tuple(_faults(description))
    if faults:
        whole = "structure" not in description and all("schema" in entry for entry in resources)
        return (description if whole else None), faults
    complete = {key: value for key, value in description.items() if key != "structure"}
    tables = {"", *(entry["name"] for entry in resources)}
    return complete | {"resources": [_completed(entry, tables, languages) for entry in resources]}, ()


def _faults(description: Mapping[str, Any]) -> Iterator[Fault]:
    if description.get("structure") != STRUCTURE:
        yield Fault("structure", "structure", str(description.get("structure", "")))
        return
    for number, entry in enumerate(description["resources"], 1):
        place, known = f"resources › {number}", table_profile(entry["name"])
        if known is None:
            yield from (Fault("schema", f"{place} › schema", entry["name"]) for _ in range("schema" not in entry))
            yield from (Fault("unused", f"{place} › columns") for _ in range("columns" in entry))
            continue
        if "schema" in entry:
            yield Fault("profiled", f"{place} › schema", entry["name"])
        columns = {field["name"] for field in known["schema"]["fields"]}
        for name in entry.get("columns", {}).keys() - columns:
            yield Fault("strange", f"{place} › columns › {name}", name)


def _completed(entry: Mapping[str, Any], tables: Container[str], languages: Sequence[Lang]) -> dict[str, Any]:
    known = table_profile(entry["name"])
    if known is None:
        return dict(entry)
    own, known = entry.get("columns", {}), _worded(known, languages)
    absent = tuple(f"_{lang}" for lang in LANGS if lang not in languages)
    there = (field for field in known["schema"]["fields"] if not field["name"].endswith(absent))
    schema = known["schema"] | {"fields": [_joined(_worded(field, languages), own, languages) for field in there]}
    if keys := [key for key in schema.get("foreignKeys", ()) if key["reference"]["resource"] in tables]:
        schema["foreignKeys"] = keys
    return {
        "name": entry["name"],
        **_ALIKE["resource"],
        "path": entry["path"],
        **{key: text for key, text in (known | dict(entry)).items() if key.startswith(_TEXTS)},
        "schema": _ALIKE["schema"] | schema,
    }


def _worded(entry: Mapping[str, Any], languages: Sequence[Lang]) -> dict[str, Any]:
    """An entry of a profile with its words in a portal's languages: those of the main one under the name alone."""
    told = {f"{name}_en": name for name in (*_TEXTS, "label") if name in entry}
    kept = {key: value for key, value in entry.items() if key not in {*told, *told.values()}}
    both = {name: Text(entry[name], entry[name_en]) for name_en, name in told.items()}
    alone = len(languages) == 1
    for name, text in both.items():
        for number, lang in enumerate(languages):
            words = text[lang].removesuffix(_ENDS[f"_{lang}"]) if alone and name == "title" else text[lang]
            if alone and name == "description" and str(entry.get("name")).endswith(f"_{lang}"):
                words = _ASIDES[lang].sub("", words)
            kept[f"{name}_{lang}" if number else name] = words
    return kept


def _joined(
    field: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]], languages: Sequence[Lang]
) -> dict[str, Any]:
    """A column with the words and the example a portal gives it, and with its codes after those of the profile."""
    added = own.get(field["name"], {})
    joined = {**field, **added}
    both = (*(_worded(code, languages) for code in field.get("categories", ())), *added.get("categories", ()))
    if codes := {category["value"]: category for category in both}:
        joined["categories"] = list(codes.values())
        joined["constraints"] = joined.get("constraints", {}) | {"enum": list(codes)}
    return joined
