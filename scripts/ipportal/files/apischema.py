"""JSON Schemas (2020-12) of the documents of the interface, and the OpenAPI 3.1 description built from them."""

from __future__ import annotations

from typing import Any, Final

from ipportal.analysis.states import STATES
from ipportal.data.model import Confidence, Direction, EvidenceGrade, EvidenceState, Portal, Status, TargetKind

API_VERSION: Final = "1.0"
KINDS: Final = ("index", "indicators", "indicator", "measures", "cases", "events", "catalog")
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

STRING: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
INTEGER: Final[Schema] = {"type": "integer"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
DATE: Final[Schema] = {"type": "string", "format": "date"}
PARTIAL_DATE: Final[Schema] = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
IDENTIFIER: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
STATE: Final[Schema] = {"enum": [state.id for state in STATES]}
PROGRESS: Final[Schema] = {"enum": list(EvidenceState)}
GRADE: Final[Schema] = {"enum": list(EvidenceGrade)}
TRUST: Final[Schema] = {"enum": list(Confidence)}


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


TEXT: Final = closed(zh=STRING, en=STRING)

_SOURCED: Final = {"source": IDENTIFIER, "locator": STRING, "confidence": TRUST}

#: Definitions that several documents share
DEFINITIONS: Final[dict[str, Schema]] = {
    "text": TEXT,
    "unit": closed(id=IDENTIFIER, name=ref("text"), one_en=STRING, kind=STRING, base=IDENTIFIER, scale=NUMBER),
    "area": closed(id=IDENTIFIER, name=ref("text"), short=ref("text"), level=STRING, order=INTEGER),
    "basis": closed(id=IDENTIFIER, name=ref("text"), note=ref("text")),
    "source": closed(
        id=IDENTIFIER,
        name=ref("text"),
        title=STRING,
        publisher=ref("text"),
        date=optional(PARTIAL_DATE),
        url=optional({"type": "string", "format": "uri"}),
        link={"enum": ["official", "repost", "none"]},
        kind=STRING,
        language=STRING,
    ),
    "observation": closed(
        indicator=IDENTIFIER,
        area=IDENTIFIER,
        period=STRING,
        basis=IDENTIFIER,
        value=NUMBER,
        unit=IDENTIFIER,
        qualifier=STRING,
        status={"enum": list(Status)},
        **_SOURCED,
        note=optional(ref("text")),
    ),
    "target": closed(
        id=IDENTIFIER,
        indicator=IDENTIFIER,
        area=IDENTIFIER,
        year=INTEGER,
        basis=IDENTIFIER,
        minimum=optional(NUMBER),
        maximum=optional(NUMBER),
        unit=IDENTIFIER,
        kind={"enum": list(TargetKind)},
        default=BOOLEAN,
        source=IDENTIFIER,
        locator=STRING,
        note=optional(ref("text")),
    ),
    "known": closed(
        year=INTEGER,
        value=NUMBER,
        provisional=BOOLEAN,
        observation=ref("observation"),
        agreeing=many(IDENTIFIER),
        parts=many(ref("observation")),
    ),
    "verdict": closed(
        state=STATE,
        label=ref("text"),
        sentence=ref("text"),
        target=ref("target"),
        baseline=optional(ref("known")),
        latest=optional(ref("known")),
        final=optional(ref("known")),
        start=optional(NUMBER),
        goal=optional(NUMBER),
        sign={"enum": [1, -1]},
        expected=optional(NUMBER),
        done=optional(NUMBER),
        pace=optional(NUMBER),
        pace_band=optional(STATE),
        cagr_ratio=optional(NUMBER),
        cagr_band=optional(STATE),
        needed_absolute=optional(NUMBER),
        needed_percent=optional(NUMBER),
        gap=optional(NUMBER),
        beyond_since=optional(ref("known")),
        revisions=many(closed(target=IDENTIFIER, source=IDENTIFIER, date=optional(PARTIAL_DATE))),
        path=many(closed(year=INTEGER, value=NUMBER)),
        arithmetic=many(ref("text")),
        baseline_year=INTEGER,
        as_of=DATE,
        thresholds=closed(on_pace=NUMBER, behind=NUMBER),
        formula_version=STRING,
    ),
    "discrepancy": closed(
        id=IDENTIFIER,
        indicator=optional(IDENTIFIER),
        subject=ref("text"),
        what=ref("text"),
        value_a=STRING,
        value_b=STRING,
        where_a=ref("text"),
        where_b=ref("text"),
        effect=ref("text"),
        handling=ref("text"),
        source_a=optional(IDENTIFIER),
        source_b=optional(IDENTIFIER),
    ),
    "system": closed(
        id=IDENTIFIER,
        measure=IDENTIFIER,
        order=INTEGER,
        name=ref("text"),
        promise=ref("text"),
        locator=STRING,
        state=PROGRESS,
        grade=optional(GRADE),
        since=optional(PARTIAL_DATE),
        evidence=optional(ref("text")),
        source=optional(IDENTIFIER),
        evidence_locator=optional(STRING),
        confidence=optional(TRUST),
        portal=optional(ref("text")),
    ),
    "update": closed(
        id=IDENTIFIER,
        measure=IDENTIFIER,
        date=PARTIAL_DATE,
        state=PROGRESS,
        grade=GRADE,
        what=ref("text"),
        **_SOURCED,
    ),
    "file": closed(
        url={"type": "string", "format": "uri-reference"},
        format=STRING,
        media_type=STRING,
        bytes=INTEGER,
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    ),
}

_LINK: Final[Schema] = {"type": "string", "format": "uri-reference"}
_PAGES: Final = closed(zh=_LINK, en=_LINK)

#: What `data` of each kind of document holds
DATA: Final[dict[str, Schema]] = {
    "index": closed(documents=many(closed(path=STRING, kind={"enum": list(KINDS)})), openapi=STRING),
    "indicators": many(
        closed(
            id=IDENTIFIER,
            group=STRING,
            topic=STRING,
            name=ref("text"),
            short=ref("text"),
            unit=ref("unit"),
            state=optional(STATE),
            observations=INTEGER,
            path=STRING,
        )
    ),
    "indicator": closed(
        id=IDENTIFIER,
        group=STRING,
        topic=STRING,
        order=INTEGER,
        name=ref("text"),
        short=ref("text"),
        unit=IDENTIFIER,
        precision=INTEGER,
        direction={"enum": list(Direction)},
        measure_type=STRING,
        attribute=STRING,
        definition=ref("text"),
        definition_origin=STRING,
        note=optional(ref("text")),
        units=many(ref("unit")),
        areas=many(ref("area")),
        bases=many(ref("basis")),
        observations=many(ref("observation")),
        targets=many(ref("target")),
        verdicts=many(ref("verdict")),
        discrepancies=many(ref("discrepancy")),
        measures=many(closed(id=IDENTIFIER, number=STRING, title=ref("text"))),
        sources=many(ref("source")),
        citation=closed(gb7714=STRING, apa=STRING, bibtex=STRING, ris=STRING),
        links=closed(page=_PAGES, csv=_LINK, package=_LINK),
    ),
    "measures": many(
        closed(
            id=IDENTIFIER,
            section=IDENTIFIER,
            order=INTEGER,
            number=STRING,
            title=ref("text"),
            summary=ref("text"),
            kind=STRING,
            quantified=BOOLEAN,
            indicators=many(IDENTIFIER),
            institutions=many(closed(id=IDENTIFIER, name=ref("text"), role=optional(ref("text")))),
            systems=many(ref("system")),
            updates=many(ref("update")),
        )
    ),
    "cases": closed(
        statistics=many(
            closed(
                id=IDENTIFIER,
                period=STRING,
                area=IDENTIFIER,
                forum=STRING,
                ip_type=STRING,
                measure=STRING,
                value=optional(NUMBER),
                unit=IDENTIFIER,
                qualifier=STRING,
                suppressed=BOOLEAN,
                **_SOURCED,
                note=optional(ref("text")),
            )
        ),
        stories=many(
            closed(
                id=IDENTIFIER,
                year=optional(INTEGER),
                forum=STRING,
                ip_type=STRING,
                place=ref("text"),
                title=ref("text"),
                facts=ref("text"),
                outcome=ref("text"),
                lesson=ref("text"),
                measure=optional(IDENTIFIER),
                **_SOURCED,
            )
        ),
        units=many(ref("unit")),
    ),
    "events": many(
        closed(
            id=IDENTIFIER,
            date=PARTIAL_DATE,
            title=ref("text"),
            summary=ref("text"),
            category=STRING,
            area=IDENTIFIER,
            **_SOURCED,
        )
    ),
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


def schema_of(kind: str) -> Schema:
    """The JSON Schema of one kind of document, complete in itself."""
    return {"$schema": DIALECT, "title": kind, **_envelope(kind), "$defs": DEFINITIONS}


def _envelope(kind: str) -> Schema:
    contact = {
        "type": "object",
        "properties": {"zh": STRING, "en": STRING, "url": {"type": "string", "format": "uri"}},
        "required": ["zh", "en"],
        "additionalProperties": False,
    }
    return closed(
        **{"$schema": _LINK},
        api_version={"const": API_VERSION},
        kind={"const": kind},
        self=_LINK,
        index=_LINK,
        as_of=DATE,
        publisher=ref("text"),
        contact=contact,
        packages={"type": "object", "additionalProperties": STRING},
        licenses=many(closed(name=STRING, path={"type": "string", "format": "uri"}, title=STRING)),
        data=DATA[kind],
    )


def openapi(portal: Portal) -> Schema:
    """The OpenAPI 3.1 description; addresses are relative to the place of `openapi.json`."""
    settings = portal.settings
    paths = {"/index.json": _get("index", "List of the documents · 文件清单")}
    for kind, summary in _SUMMARIES.items():
        paths[f"/{kind}.json"] = _get(kind, summary)
    one = _get("indicator", "One indicator with values, targets, verdicts and sources · 单个指标的全部内容")
    one["get"]["responses"]["404"] = {"description": "No such indicator · 没有这个指标"}
    one["parameters"] = [
        {
            "name": "id",
            "in": "path",
            "required": True,
            "description": "An id of indicators.json · indicators.json 里的编号",
            "schema": {"enum": list(portal.indicators)} if portal.indicators else IDENTIFIER,
        }
    ]
    paths["/indicators/{id}.json"] = one
    schemas = {name: _moved(schema) for name, schema in DEFINITIONS.items()}
    schemas |= {f"{kind}-document": _moved(_envelope(kind)) for kind in KINDS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.name.en} · {settings.name.zh}",
            "version": API_VERSION,
            "description": f"{settings.tagline.en}\n\n{settings.tagline.zh}",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": f"{settings.url}/data/api/v1" if settings.url else "."}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


_SUMMARIES: Final = {
    "indicators": "All indicators in brief · 全部指标概览",
    "measures": "Measures of the plan with systems and updates · 规划措施、平台和进展",
    "cases": "Case statistics and stories · 案件统计和案例",
    "events": "Events · 事件",
    "catalog": "Packages and their files · 数据包和文件",
}


def _get(kind: str, summary: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{kind}-document"}}}
    answer = {"description": summary, "content": content}
    return {"get": {"operationId": f"get-{kind}", "summary": summary, "responses": {"200": answer}}}


def _moved(schema: Any) -> Any:
    """The same schema with its references pointing into `components`."""
    if isinstance(schema, dict):
        return {
            key: item.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(item)
            for key, item in schema.items()
        }
    return [_moved(item) for item in schema] if isinstance(schema, list) else schema
