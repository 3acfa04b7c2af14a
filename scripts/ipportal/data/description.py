"""Read JSON that others may have edited: any bytes become a document of the agreed shape, or what is wrong with them.

Nothing of one is looked at before it has the shape of its file in shapes (descriptor, frozen, ledger): whoever reads
one need not ask again whether an entry is a text, a list or an object.

A description that names its `structure` says of each of its tables only what is its own: where the file lies, and below
`columns` the codes, words and examples of a column that other portals do not have. `described` completes it by the
profile of the table, so that everything after it, and every published file, sees a complete Data Package.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from ipportal.base.errors import catalogue_file
from ipportal.base.filenames import unholdable
from ipportal.base.text import LANGS, Lang, Text

#: Objects and lists in each other; a description has seven
_DEPTH: Final = 20
#: Digits that every reader of JSON keeps
_DIGITS: Final = 15
_SHOWN: Final = 60
#: How many places are told: after that somebody has put another file in place of the description
_TOLD: Final = 50

_FORMATS: Final = FormatChecker(formats=())
_FORMATS.checks("file-name")(lambda name: not unholdable(str(name)))
_FORMATS.checks("day", ValueError)(lambda day: len(str(day)) == 10 and date.fromisoformat(str(day)))
_FORMATS.checks("pattern", re.error)(lambda pattern: re.compile(str(pattern)))
_FORMATS.checks("file-path")(lambda path: not any(map(unholdable, str(path).split("/"))))


class Fault(NamedTuple):
    """What is wrong at a place of a description, such as `resources › 2 › path`.

    `kind` is a variant of the words for descriptor-shape; with `syntax` there is no JSON object at all, and `line` says
    where it breaks off (None where no line is to blame).
    """

    kind: str
    place: str = ""
    found: str = ""
    line: int | None = None
    #: What an entry may say, where only certain texts will do
    allowed: tuple[str, ...] = ()


@lru_cache(maxsize=512)  # releases stay as they are, and are read several times; nobody changes what is given
def read_description(data: bytes, shape: str = "descriptor") -> tuple[Mapping[str, Any] | None, tuple[Fault, ...]]:
    """A description (or what else has a file in profiles) of the right shape, or None and every place that has not."""
    try:
        content, noted = _read(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None, (Fault("syntax", found=data.decode("utf-8", errors="replace").strip()[:40]),)
    except json.JSONDecodeError as error:
        return None, (Fault("syntax", found=error.msg, line=error.lineno),)
    except RecursionError:
        return None, (Fault("deep"),)
    if not isinstance(content, dict):
        return None, (Fault("syntax", found=_plain(json.dumps(content))),)
    faults = [*noted, *_unfit(content)]
    # the library walks as deep as the description goes
    if not any(fault.kind == "deep" for fault in faults):
        faults += [fault for error in _shape(shape).iter_errors(content) for fault in _told(error)]
    return (None, tuple(dict.fromkeys(faults))[:_TOLD]) if faults else (content, ())


def _read(text: str) -> tuple[Any, Sequence[Fault]]:
    """JSON, and what the standard reader would pass over or break off at."""
    faults: list[Fault] = []

    def members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        times = Counter(key for key, _ in pairs)
        faults.extend(Fault("twice", found=_plain(key)) for key, count in times.items() if count > 1)
        return dict(pairs)

    def number(text: str) -> float:
        whole = text.lstrip("-").isdigit()
        if len(text.lstrip("-")) <= _DIGITS if whole else math.isfinite(float(text)):
            return int(text) if whole else float(text)
        faults.append(Fault("size", found=_plain(text)))
        return 0

    content = json.loads(text, object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
    return content, faults


def _unfit(content: Any) -> Iterator[Fault]:
    """Nesting no description has, and characters no file can hold."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), content)]
    while waiting:
        place, value = waiting.pop()
        if len(place) > _DEPTH:
            yield Fault("deep", _place(place[:3]))
            return
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((*place, key), part) for key, part in inner]
        for text in [value] if isinstance(value, str) else [key for key, _ in inner if isinstance(key, str)]:
            if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
                yield Fault("characters", _place(place), _plain(text))


@cache
def _shape(name: str) -> Draft202012Validator:
    schema = resources.files("ipportal.data").joinpath(f"shapes/{name}.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(schema), format_checker=_FORMATS)


def _told(error: ValidationError) -> Iterator[Fault]:
    rule, value, place = error.schema, error.instance, tuple(error.absolute_path)
    if error.validator == "required" and isinstance(rule, Mapping):
        yield from (Fault("missing", _place((*place, key))) for key in error.validator_value if key not in value)
    else:
        kind = rule.get("title", "object") if isinstance(rule, Mapping) else "object"
        allowed = {"const": [error.validator_value], "enum": error.validator_value}.get(str(error.validator), ())
        yield Fault(kind, _place(place), _shown(value), allowed=tuple(_shown(one) for one in allowed))


def _shown(value: Any) -> str:
    return _plain(value if isinstance(value, str) else json.dumps(value))


def _place(path: Sequence[str | int]) -> str:
    return " › ".join(str(step + 1) if isinstance(step, int) else _plain(step) for step in path)


def _plain(text: str) -> str:
    """The beginning of a text in characters that any file can hold."""
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return short.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")


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
