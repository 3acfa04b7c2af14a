"""Read JSON that others may have edited: any bytes become a document of the agreed shape, or what is wrong with them.

Nothing of one is looked at before it has the shape of its file in profiles (descriptor, frozen, ledger): whoever reads
one need not ask again whether an entry is a text, a list or an object.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from ipportal.base.filenames import unholdable

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
