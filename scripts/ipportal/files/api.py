"""The static JSON interface below `data/api/v1/`: one envelope, one file for each question; then the JSON Schemas
(2020-12) of its documents, and the OpenAPI 3.1 description built from them.

Numbers are written as they stand in the CSV; computed ones are rounded to `DECIMALS` places. Texts are
`{zh, en}`, as far as the portal has these languages.
"""

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from ipportal.analysis.comparable import Known
from ipportal.analysis.progress import Thresholds, Verdict, verdicts
from ipportal.analysis.states import DELIVERABLES, STATES, State, judge_deliverable
from ipportal.base.addresses import page_path
from ipportal.base.errors import catalogue_file
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Unit, UnitKind, plain
from ipportal.base.text import LANGS, Lang, Text, in_languages
from ipportal.data import model
from ipportal.data.model import Indicator, IndicatorGroup, Measure, Observation, Portal, Target
from ipportal.data.plans import Plan
from ipportal.files.citation import apa, bibtex, gb7714, indicator_citation, ris
from ipportal.files.headers import file_format, is_citation, media_type
from ipportal.files.identity import address, licences, page, publisher, sha256
from ipportal.files.plainfiles import from_template, json_bytes
from ipportal.words.row_names import indicator_page
from ipportal.words.sentences import verdict_sentence, verdict_steps

FOLDER: Final = "data/api/v1"
#: Decimal places of computed numbers
DECIMALS: Final = 12
_COMPUTED: Final = ("expected", "done", "pace", "cagr_ratio", "needed_absolute", "needed_percent")


def api_files(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """Every document of the interface, its JSON Schemas and its OpenAPI description.

    `files` are the published files of each package.
    """
    measures = sorted(portal.measures.values(), key=lambda measure: measure.order)
    indicators = [each for group in IndicatorGroup for each in portal.group(group)]
    counted = {each.unit.id: each.unit for each in portal.case_statistics}
    documents: dict[str, Any] = {
        "indicators": [_indicator_head(portal, each) for each in indicators],
        "plans": [record(each) for each in portal.settings.plans],
        "measures": [_measure(portal, each) for each in measures],
        "cases": {
            "statistics": [record(each) for each in portal.case_statistics],
            "stories": [record(each) for each in portal.case_stories.values()],
            "units": [record(counted[key]) for key in sorted(counted)],
        },
        "events": [record(each) for each in portal.events],
        "catalog": _catalogue(portal, files),
    }
    present = kinds(portal)
    named = [(f"{kind}.json", kind, told) for kind, told in documents.items() if kind in present]
    listed = [{"path": name, "kind": kind} for name, kind, _ in named]
    listed.append({"path": "indicators/{id}.json", "kind": "indicator"})
    named += [(f"indicators/{each.id}.json", "indicator", _indicator(portal, each)) for each in indicators]
    named += [("index.json", "index", {"documents": listed, "openapi": "openapi.json", "changes": API_VERSIONS})]
    found = {f"{FOLDER}/{name}": _document(portal, name, kind, data) for name, kind, data in named}
    for kind in present:
        found[f"{FOLDER}/schemas/{kind}.schema.json"] = json_bytes(schema_of(kind, portal.settings.languages))
    return found | {f"{FOLDER}/openapi.json": json_bytes(openapi(portal))}


def _document(portal: Portal, name: str, kind: str, data: Any) -> bytes:
    settings = portal.settings
    here = f"{FOLDER}/{name}"
    return json_bytes(
        {
            "$schema": address(settings, f"{FOLDER}/schemas/{kind}.schema.json", here),
            "api_version": API_VERSION,
            "kind": kind,
            "self": address(settings, here, here),
            "index": address(settings, f"{FOLDER}/index.json", here),
            "as_of": settings.as_of.isoformat(),
            **publisher(settings),
            "packages": {package.name: package.version for package in portal.packages.values()},
            "licenses": licences(portal),
            "data": in_languages(data, settings.languages),
        }
    )


def record(entry: Any, names: Iterable[str] = (), **more: Any) -> dict[str, Any]:
    """A frozen record as JSON data: its members, or those named; `more` replaces some or stands at the end."""
    own = (field.name for field in dataclasses.fields(entry) if field.name not in INTERNAL)
    wanted = names or dict.fromkeys((*own, *more))
    return {name: more[name] if name in more else value(getattr(entry, name)) for name in wanted}


def value(found: Any) -> Any:
    """One value of a record as JSON data: texts in both languages, units and states by id, dates as written."""
    if isinstance(found, (Period, PartialDate)):
        return found.text
    if isinstance(found, (Unit, UnitKind, State, Plan)):
        return found.id
    if isinstance(found, Known):
        agreeing, parts = [row.source for row in found.agreeing], [record(row) for row in found.parts]
        return record(found, MEMBERS[Known], agreeing=agreeing, parts=parts)
    if dataclasses.is_dataclass(found):
        return record(found)
    return found.isoformat() if isinstance(found, date) else found


def _indicator_head(portal: Portal, indicator: Indicator) -> dict[str, Any]:
    judged = verdicts(portal, indicator.id)
    return record(
        indicator,
        MEMBERS[Indicator],
        unit=record(indicator.unit),
        plan=judged[0].plan.id if judged else None,
        state=judged[0].state.id if judged else None,
        observations=len(portal.observed(indicator.id)),
        path=f"indicators/{indicator.id}.json",
    )


def _indicator(portal: Portal, indicator: Indicator) -> dict[str, Any]:
    rows, parts, targets = portal.observed(indicator.id), portal.parts_of(indicator.id), portal.targeted(indicator.id)
    told: tuple[Observation | Target, ...] = (*rows, *parts, *targets)
    units = {each.unit.id: each.unit for each in told} | {indicator.unit.id: indicator.unit}
    cited = indicator_citation(portal, indicator)
    here = f"{FOLDER}/indicators/{indicator.id}.json"
    shown = portal.first_page(indicator_page(indicator), page_path("dataset", "indicators"))
    return record(
        indicator,
        units=[record(units[key]) for key in sorted(units)],
        areas=[record(portal.areas[key]) for key in sorted({each.area for each in told})],
        bases=[record(portal.bases[key]) for key in sorted({each.basis for each in told})],
        observations=[record(row) for row in rows],
        series=[
            record(each, observations=[record(row) for row in parts if row.series == each.id])
            for each in portal.series.values()
            if any(row.series == each.id for row in parts)
        ],
        targets=[record(target) for target in targets],
        verdicts=[verdict_record(portal, verdict) for verdict in verdicts(portal, indicator.id)],
        discrepancies=[record(each) for each in portal.issues_of(indicator.id)],
        measures=[record(each, MEMBERS[Measure]) for each in portal.measures_of(indicator.id)],
        sources=[record(portal.sources[key]) for key in sorted({each.source for each in told})],
        citation={"gb7714": gb7714(cited), "apa": apa(cited), "bibtex": bibtex(cited), "ris": ris(cited)},
        links={
            "page": _pages(portal, shown, here),
            "csv": address(portal.settings, "data/indicators/observations.csv", here),
            "package": address(portal.settings, "data/indicators/datapackage.json", here),
        },
    )


def verdict_record(portal: Portal, verdict: Verdict) -> dict[str, Any]:
    """A verdict with every number that went into it, so that anybody can compute it again."""
    computed = {name: getattr(verdict, name) for name in _COMPUTED}
    return record(
        verdict,
        MEMBERS[Verdict],
        **{name: None if found is None else plain(round(found, DECIMALS)) for name, found in computed.items()},
        label=value(verdict.state.label),
        sentence=value(verdict_sentence(portal, verdict)),
        # of a target that moved; the verdict on each version stands among the indicator's
        revisions=[
            {"target": target.id, "source": target.source, "date": value(portal.sources[target.source].date)}
            for target in verdict.revisions
        ],
        path=[{"year": year, "value": found} for year, found in verdict.path],
        arithmetic=[value(step) for step in verdict_steps(portal, verdict)],
    )


def _measure(portal: Portal, measure: Measure) -> dict[str, Any]:
    """A measure with all that hangs on it; of a body its name, and its part in the measure."""
    parts = [(role, portal.institutions[role.institution]) for role in portal.roles_of(measure.id)]
    return record(
        measure,
        indicators=[each.id for each in portal.indicators_of(measure.id)],
        institutions=[{"id": body.id, "name": value(body.name), "role": value(role.role)} for role, body in parts],
        deliverable=value(judge_deliverable(portal, measure)),
        systems=[
            record(each, deliverable=value(judge_deliverable(portal, each))) for each in portal.systems_of(measure.id)
        ],
        updates=[record(each) for each in portal.updates_of(measure.id)],
    )


def _catalogue(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> list[dict[str, Any]]:
    here = f"{FOLDER}/catalog.json"
    return [
        record(
            package,
            DATA["catalog"]["items"]["required"],
            id=package.name,
            page=_pages(portal, page_path("dataset", package.name), here),
            files=list(_files(portal, files[package.name], here)),
        )
        for package in portal.packages.values()
    ]


def _pages(portal: Portal, path: str, here: str) -> dict[str, str]:
    """The address of a page in each language, as seen from a document."""
    settings = portal.settings
    return {lang: address(settings, page(settings, path, lang), here) for lang in settings.languages}


def _files(portal: Portal, files: Mapping[str, bytes], here: str) -> Iterable[dict[str, Any]]:
    for path, data in files.items():
        if not is_citation(path):
            yield {
                "url": address(portal.settings, path, here),
                "format": file_format(path).name,
                "media_type": media_type(path),
                "bytes": len(data),
                "sha256": sha256(data),
            }


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
    facts = {"settings": portal.settings, "langs": langs, "version": API_VERSION, "licence": licences(portal)[0]}
    facts |= {"kinds": {kind: KINDS[kind] for kind in sorted(kinds(portal), key="indicator".__eq__)}, "text": Text}
    facts |= {"id": {"enum": list(portal.indicators)} if portal.indicators else _SCHEMAS["id"]}
    document = from_template("openapi", **facts)
    schemas = DEFINITIONS | {f"{kind}-document": _envelope(kind) for kind in kinds(portal)}
    moved = json.loads(json.dumps(schemas).replace('"#/$defs/', '"#/components/schemas/'))
    return {**document, "components": {"schemas": in_languages(moved, langs)}}
