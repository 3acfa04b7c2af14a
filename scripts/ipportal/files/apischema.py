"""JSON Schemas (2020-12) of the documents of the interface, and the OpenAPI 3.1 description built from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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

STRING: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
INTEGER: Final[Schema] = {"type": "integer"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
DATE: Final[Schema] = {"type": "string", "format": "date"}
PARTIAL_DATE: Final[Schema] = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
IDENTIFIER: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
URI: Final[Schema] = {"type": "string", "format": "uri"}
LINK: Final[Schema] = {"type": "string", "format": "uri-reference"}

#: Columns that only help the program
INTERNAL: Final = frozenset({"line"})
#: Members in their order, where they are not just those of the record
MEMBERS: Final[dict[type, tuple[str, ...]]] = {
    model.Indicator: ("id", "group", "topic", "name", "short", "unit", "plan", "state", "observations", "path"),
    model.Measure: ("id", "number", "title"),
    Known: ("year", "value", "provisional", "observation", "agreeing", "parts"),
    Verdict: (
        *("plan", "state", "label", "sentence", "published_late", "corrected", "state_before", "target", "baseline"),
        *("latest", "final", "start", "goal", "sign", "expected", "done", "pace", "pace_band"),
        *("cagr_ratio", "cagr_band", "needed_absolute", "needed_percent", "gap"),
        *("beyond_since", "revisions", "path", "arithmetic"),
        *("baseline_year", "as_of", "thresholds", "formula_version"),
    ),
}
#: Texts that name a row, here or in another table
_KEYS: Final = frozenset(
    {"id", "indicator", "area", "series", "basis", "measure", "section", "source", "source_a", "source_b", "base"}
)
#: Code lists that may grow within this version of the interface
_GROWING: Final = {model.IndicatorGroup, model.MeasureKind, model.MeasureType, model.Qualifier}


def ref(name: str) -> Schema:
    """A reference to a shared definition."""
    return {"$ref": f"#/$defs/{name}"}


def optional(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": schema}


def closed(**properties: Schema) -> Schema:
    """An object with exactly these members, all of them present."""
    names = list(properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


_SCHEMAS: Final[dict[type, Schema]] = {
    str: STRING,
    int: INTEGER,
    bool: BOOLEAN,
    Decimal: NUMBER,
    date: DATE,
    Text: ref("text"),
    Period: STRING,
    PartialDate: PARTIAL_DATE,
    Unit: IDENTIFIER,
    Plan: IDENTIFIER,
    UnitKind: STRING,
    State: {"enum": [state.id for state in STATES]},
    Known: ref("known"),
    model.Observation: ref("observation"),
    model.Target: ref("target"),
    Thresholds: closed(on_pace=NUMBER, behind=NUMBER),
}


def record(kind: type, names: Iterable[str] = (), **said: Schema) -> Schema:
    """What `api.record` makes of a record class; `names` are the members wanted, `said` those told by hand."""
    wanted = names or dict.fromkeys((*(name for name in model.members(kind) if name not in INTERNAL), *said))
    known = model.members(kind) | model.properties(kind)
    return closed(**{name: said[name] if name in said else _member(name, *known[name]) for name in wanted})


def _member(name: str, kind: type, may_be_none: bool) -> Schema:
    if issubclass(kind, StrEnum):
        schema = STRING if kind in _GROWING else {"enum": list(kind)}
    else:
        schema = IDENTIFIER if kind is str and name in _KEYS else _SCHEMAS[kind]
    return optional(schema) if may_be_none else schema


#: What became of a promise by the year it is due in; null where none is set
DELIVERABLE: Final[Schema] = optional({"enum": [state.id for state in DELIVERABLES]})
#: Definitions that several documents share
DEFINITIONS: Final[dict[str, Schema]] = {
    "text": record(Text),
    "unit": record(Unit),
    "area": record(model.Area),
    "basis": record(model.Basis),
    "source": record(model.Source, url=optional(URI), link={"enum": ["official", "repost", "none"]}),
    "observation": record(model.Observation),
    "target": record(model.Target),
    "known": record(Known, MEMBERS[Known], agreeing=many(IDENTIFIER), parts=many(ref("observation"))),
    "verdict": record(
        Verdict,
        MEMBERS[Verdict],
        label=ref("text"),
        sentence=ref("text"),
        sign={"enum": [1, -1]},
        revisions=many(closed(target=IDENTIFIER, source=IDENTIFIER, date=optional(PARTIAL_DATE))),
        path=many(closed(year=INTEGER, value=NUMBER)),
        arithmetic=many(ref("text")),
    ),
    "discrepancy": record(model.Discrepancy),
    "system": record(model.System, deliverable=DELIVERABLE),
    "update": record(model.Update),
    "file": closed(
        url=LINK,
        format=STRING,
        media_type=STRING,
        bytes=INTEGER,
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    ),
}

_PAGES: Final = closed(zh=LINK, en=LINK)
#: Kinds of documents, and what each holds
KINDS: Final = {
    "index": Text("文件清单", "List of the documents"),
    "indicators": Text("全部指标概览", "All indicators in brief"),
    "indicator": Text("单个指标的全部内容", "One indicator with values, targets, verdicts and sources"),
    "plans": Text("规划：年份、基期、口径和状态", "Plans with years, baseline, definition and state"),
    "measures": Text("规划措施、平台和进展", "Measures of the plan with systems and updates"),
    "cases": Text("案件统计和案例", "Case statistics and stories"),
    "events": Text("事件", "Events"),
    "catalog": Text("数据包和文件", "Packages and their files"),
}

#: What `data` of each kind of document holds
DATA: Final[dict[str, Schema]] = {
    "index": closed(
        documents=many(closed(path=STRING, kind={"enum": list(KINDS)})),
        openapi=STRING,
        changes=many(closed(version=STRING, changes=many(ref("text")))),
    ),
    "indicators": many(
        record(
            model.Indicator,
            MEMBERS[model.Indicator],
            unit=ref("unit"),
            plan=optional(IDENTIFIER),
            state=optional(_SCHEMAS[State]),
            observations=INTEGER,
            path=STRING,
        )
    ),
    "indicator": record(
        model.Indicator,
        units=many(ref("unit")),
        areas=many(ref("area")),
        bases=many(ref("basis")),
        observations=many(ref("observation")),
        series=many(record(model.Series, observations=many(ref("observation")))),
        targets=many(ref("target")),
        verdicts=many(ref("verdict")),
        discrepancies=many(ref("discrepancy")),
        measures=many(record(model.Measure, MEMBERS[model.Measure])),
        sources=many(ref("source")),
        citation=closed(gb7714=STRING, apa=STRING, bibtex=STRING, ris=STRING),
        links=closed(page=_PAGES, csv=LINK, package=LINK),
    ),
    "plans": many(record(Plan)),
    "measures": many(
        record(
            model.Measure,
            indicators=many(IDENTIFIER),
            institutions=many(closed(id=IDENTIFIER, name=ref("text"), role=optional(ref("text")))),
            deliverable=DELIVERABLE,
            systems=many(ref("system")),
            updates=many(ref("update")),
        )
    ),
    "cases": closed(
        statistics=many(record(model.CaseStatistic, statistic=STRING)),
        stories=many(record(model.CaseStory)),
        units=many(ref("unit")),
    ),
    "events": many(record(model.Event)),
    "catalog": many(
        closed(
            id=IDENTIFIER,
            title=ref("text"),
            description=ref("text"),
            version=STRING,
            modified=DATE,
            update_frequency=STRING,
            page=_PAGES,
            files=many(ref("file")),
        )
    ),
}


def schema_of(kind: str, langs: Collection[Lang] = LANGS) -> Schema:
    """The JSON Schema of one kind of document of a portal in these languages, complete in itself."""
    whole: Schema = in_languages({**_envelope(kind), "$defs": DEFINITIONS}, langs)
    return {"$schema": DIALECT, "title": kind, **whole}


def _envelope(kind: str) -> Schema:
    contact = closed(zh=STRING, en=STRING, url=URI) | {"required": ["zh", "en"]}
    return closed(
        **{"$schema": LINK},
        api_version={"const": API_VERSION},
        kind={"const": kind},
        self=LINK,
        index=LINK,
        as_of=DATE,
        publisher=ref("text"),
        contact=contact,
        packages={"type": "object", "additionalProperties": STRING},
        licenses=many(closed(name=STRING, path=URI, title=STRING)),
        data=DATA[kind],
    )


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
        id={"enum": list(portal.indicators)} if portal.indicators else IDENTIFIER,
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
