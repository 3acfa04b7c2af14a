"""The static JSON interface below `data/api/v1/`: one envelope, one file for each question.

Numbers are written as they stand in the CSV; computed ones are rounded to `DECIMALS` places. Texts are
`{zh, en}`, as far as the portal has these languages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ipportal.analysis.comparable import Known
from ipportal.analysis.progress import Verdict, verdicts
from ipportal.analysis.states import State, judge_deliverable
from ipportal.base.addresses import page_path
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Unit, UnitKind, plain
from ipportal.base.text import in_languages
from ipportal.data.model import Indicator, IndicatorGroup, Measure, Observation, Portal, Target
from ipportal.data.plans import Plan
from ipportal.files.apischema import API_VERSION, API_VERSIONS, INTERNAL, MEMBERS, kinds, openapi, schema_of
from ipportal.files.citation import apa, bibtex, gb7714, indicator_citation, ris
from ipportal.files.headers import file_format, is_citation, media_type
from ipportal.files.identity import address, licences, page, publisher, sha256
from ipportal.files.plainfiles import json_bytes
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
    documents: dict[str, tuple[str, Any]] = {
        "indicators.json": ("indicators", [_indicator_head(portal, each) for each in _ordered(portal)]),
        "plans.json": ("plans", [record(each) for each in portal.settings.plans]),
        "measures.json": ("measures", [_measure(portal, each) for each in measures]),
        "cases.json": ("cases", _cases(portal)),
        "events.json": ("events", [record(each) for each in portal.events]),
        "catalog.json": ("catalog", _catalogue(portal, files)),
    }
    present = kinds(portal)
    documents = {name: (kind, told) for name, (kind, told) in documents.items() if kind in present}
    for indicator in _ordered(portal):
        documents[f"indicators/{indicator.id}.json"] = ("indicator", _indicator(portal, indicator))
    listed = [{"path": name, "kind": kind} for name, (kind, _) in documents.items() if kind != "indicator"]
    listed.append({"path": "indicators/{id}.json", "kind": "indicator"})
    documents = {
        "index.json": ("index", {"documents": listed, "openapi": "openapi.json", "changes": API_VERSIONS}),
        **documents,
    }
    found = {f"{FOLDER}/{name}": _document(portal, name, kind, data) for name, (kind, data) in documents.items()}
    for kind in present:
        found[f"{FOLDER}/schemas/{kind}.schema.json"] = json_bytes(schema_of(kind, portal.settings.languages))
    found[f"{FOLDER}/openapi.json"] = json_bytes(openapi(portal))
    return found


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


def _ordered(portal: Portal) -> list[Indicator]:
    return [each for group in IndicatorGroup for each in portal.group(group)]


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
    return record(
        verdict,
        MEMBERS[Verdict],
        **{name: _rounded(getattr(verdict, name)) for name in _COMPUTED},
        label=value(verdict.state.label),
        sentence=value(verdict_sentence(portal, verdict)),
        revisions=[_revision(portal, target) for target in verdict.revisions],
        path=[{"year": year, "value": found} for year, found in verdict.path],
        arithmetic=[value(step) for step in verdict_steps(portal, verdict)],
    )


def _revision(portal: Portal, target: Target) -> dict[str, Any]:
    """One version of a target that moved; its own verdict stands among the indicator's."""
    since = portal.sources[target.source].date
    return {"target": target.id, "source": target.source, "date": since.text if since else None}


def _rounded(number: Decimal | None) -> Decimal | None:
    return None if number is None else plain(round(number, DECIMALS))


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


def _cases(portal: Portal) -> dict[str, Any]:
    used = {each.unit.id: each.unit for each in portal.case_statistics}
    return {
        "statistics": [record(each) for each in portal.case_statistics],
        "stories": [record(each) for each in portal.case_stories.values()],
        "units": [record(used[key]) for key in sorted(used)],
    }


def _catalogue(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> list[dict[str, Any]]:
    here = f"{FOLDER}/catalog.json"
    return [
        {
            "id": package.name,
            "title": value(package.title),
            "description": value(package.description),
            "version": package.version,
            "modified": package.modified,
            "update_frequency": package.update_frequency,
            "page": _pages(portal, page_path("dataset", package.name), here),
            "files": list(_files(portal, files[package.name], here)),
        }
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
