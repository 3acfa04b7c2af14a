"""JSON Schemas (2020-12) of the documents of the interface, and the OpenAPI 3.1 description built from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from ipportal.analysis.comparable import Known
from ipportal.analysis.progress import Thresholds, Verdict
from ipportal.analysis.states import DELIVERABLES, STATES, State
from ipportal.base.errors import catalogue_file
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Unit, UnitKind
from ipportal.base.text import LANGS, Lang, Text, in_languages
from ipportal.data import model
from ipportal.data.plans import Plan
from ipportal.files.identity import licences
from ipportal.files.plainfiles import from_template

#: Versions of the interface with what changed in each, the newest first
API_VERSIONS: Final = catalogue_file("ipportal.files", "api")["versions"]
API_VERSION: Final[str] = API_VERSIONS[0]["version"]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

#: Columns that only help the program
INTERNAL: Final = frozenset({"line"})
#: Texts that name a row, here or in another table
_KEYS: Final = frozenset(
    {"id", "indicator", "area", "series", "basis", "measure", "section", "source", "source_a", "source_b", "base"}
)
#: Code lists that may grow within this version of the interface
_GROWING: Final = {model.IndicatorGroup, model.MeasureKind, model.MeasureType, model.Qualifier}
#: Records that are not of the model, and what has no members of its own
_RECORDS: Final[Mapping[str, type]] = {
    kind.__name__: kind for kind in (object, Known, Plan, Text, Thresholds, Unit, Verdict)
}
#: The schemas of members by their type
_NAMES: Final[Mapping[type, str]] = {
    **{str: "string", int: "integer", bool: "boolean", Decimal: "number", date: "date", Period: "string"},
    **{PartialDate: "partial-date", Unit: "id", Plan: "id", UnitKind: "string", State: "state", Text: "text"},
    **{Known: "known", model.Observation: "observation", model.Target: "target"},
}
_TOLD: Final = from_template(
    "api",
    states=[state.id for state in STATES],
    deliverables=[state.id for state in DELIVERABLES],
    version=API_VERSION,
)
#: Kinds of documents, and what each holds
KINDS: Final = {name: Text(**told["what"]) for name, told in _TOLD["kinds"].items()}
_SCHEMAS: Final[Mapping[str, Schema]] = {**_TOLD["schemas"], "kind": {"enum": list(KINDS)}}


def _schema(told: Any) -> Schema:
    """What the notation of `described/api.yaml` stands for."""
    if isinstance(told, list):
        return {"type": "array", "items": _schema(told[0])}
    if isinstance(told, str):
        name = told.removesuffix("?")
        return _or_null(_SCHEMAS.get(name, {"$ref": f"#/$defs/{name}"}), told != name)
    of = told.get("of", "object")
    kind: type = _RECORDS.get(of) or getattr(model, of)
    own = model.members(kind)
    known = own | model.properties(kind)
    said = {name: _schema(each) for name, each in told.items() if name not in ("of", "only")}
    wanted = told.get("only") or dict.fromkeys((*(name for name in own if name not in INTERNAL), *said))
    members = {name: said[name] if name in said else _member(name, *known[name]) for name in wanted}
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _member(name: str, kind: type, may_be_none: bool) -> Schema:
    """What `api.record` makes of a member of a record."""
    if issubclass(kind, StrEnum):
        return _or_null(_schema("string") if kind in _GROWING else {"enum": list(kind)}, may_be_none)
    return _or_null(_schema("id" if kind is str and name in _KEYS else _NAMES[kind]), may_be_none)


def _or_null(schema: Schema, may_be_none: bool) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]} if may_be_none else schema


#: Definitions that several documents share
DEFINITIONS: Final = {name: _schema(told) for name, told in _TOLD["definitions"].items()}
#: What `data` of each kind of document holds
DATA: Final = {name: _schema(told["holds"]) for name, told in _TOLD["kinds"].items()}
#: Members in their order, where they are not just those of the record
MEMBERS: Final[Mapping[type, Sequence[str]]] = {
    model.Indicator: DATA["indicators"]["items"]["required"],
    model.Measure: DATA["indicator"]["properties"]["measures"]["items"]["required"],
    Known: DEFINITIONS["known"]["required"],
    Verdict: DEFINITIONS["verdict"]["required"],
}


def schema_of(kind: str, langs: Collection[Lang] = LANGS) -> Schema:
    """The JSON Schema of one kind of document of a portal in these languages, complete in itself."""
    whole: Schema = in_languages({**_envelope(kind), "$defs": DEFINITIONS}, langs)
    return {"$schema": DIALECT, "title": kind, **whole}


def _envelope(kind: str) -> Schema:
    envelope = _schema(_TOLD["envelope"])
    envelope["properties"] |= {"kind": {"const": kind}, "data": DATA[kind]}
    return envelope


def kinds(portal: model.Portal) -> list[str]:
    """The kinds of documents a portal has: those of tables it lacks are left out."""
    of = {"measures": "measures", "cases": "case_statistics", "events": "events"}
    return [kind for kind in KINDS if kind not in of or not portal.lacks(of[kind])]


def openapi(portal: model.Portal) -> Schema:
    """The OpenAPI 3.1 description; addresses are relative to the place of `openapi.json`."""
    langs = sorted(portal.settings.languages)  # in English first
    present = sorted(kinds(portal), key="indicator".__eq__)
    document = from_template(
        "openapi",
        settings=portal.settings,
        langs=langs,
        between=" · ",
        version=API_VERSION,
        licence=licences(portal)[0],
        kinds={kind: KINDS[kind] for kind in present},
        id={"enum": list(portal.indicators)} if portal.indicators else _SCHEMAS["id"],
        text=Text,
    )
    schemas = DEFINITIONS | {f"{kind}-document": _envelope(kind) for kind in kinds(portal)}
    moved = {name: _moved(schema) for name, schema in schemas.items()}
    return {**document, "components": {"schemas": in_languages(moved, langs)}}


def _moved(schema: Any) -> Any:
    """The same schema with its references pointing into `components`."""
    if isinstance(schema, dict):
        return {
            key: item.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(item)
            for key, item in schema.items()
        }
    return [_moved(item) for item in schema] if isinstance(schema, list) else schema
