"""The software bill of materials: what the program that made the site is made of, as CycloneDX 1.6 JSON (ECMA-424).

Made from the lock file and the licence list alone, so the same commit gives the same bytes: no clock, no random id.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ipportal.data.lockfile import Locked
from ipportal.files import plainjson

#: Name of the bill inside the archive
SBOM: Final = "sbom.cdx.json"
#: Licence of every locked package, kept beside the lock
LICENCES: Final = "licences.csv"
_OWN: Final = "ipportal"
#: Namespace of the serial numbers: a bill of the same content keeps its number
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_OID, "ipportal-sbom")


def read_licences(text: str) -> dict[str, str]:
    """Licence (SPDX expression) by package name, from `licences.csv`."""
    return {row["name"]: row["licence"] for row in csv.DictReader(io.StringIO(text))}


def sbom(locked: Sequence[Locked], licences: Mapping[str, str], version: str) -> bytes:
    """The bill of materials of this version of the program."""
    components = [_component(package, licences.get(package.name)) for package in locked]
    bill: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": _OWN,
                "name": _OWN,
                "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": components,
        "dependencies": _dependencies(locked),
    }
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, plainjson.dumps(bill).decode())}"
    return plainjson.dumps(bill)


def _ref(package: Locked) -> str:
    """Package URL (purl), which is also the name other entries refer to."""
    return f"pkg:pypi/{package.name}@{package.version}"


def _component(package: Locked, licence: str | None) -> dict[str, Any]:
    # several files of one version are published, one per platform: which of them was installed is not known here
    notes = [{"name": "ipportal:sha256", "value": digest} for digest in package.hashes]
    if package.marker:
        notes.append({"name": "ipportal:marker", "value": package.marker})
    return {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package.name,
        "version": package.version,
        "purl": _ref(package),
        **({"licenses": [{"expression": licence}]} if licence else {}),
        "properties": notes,
    }


def _dependencies(locked: Sequence[Locked]) -> list[dict[str, Any]]:
    by_need: dict[str, set[str]] = {}
    for package in locked:
        for name in package.via:
            by_need.setdefault(name, set()).add(_ref(package))
    graph = [{"ref": _OWN, "dependsOn": sorted(by_need.get(_OWN, ()))}]
    return graph + [{"ref": _ref(package), "dependsOn": sorted(by_need.get(package.name, ()))} for package in locked]
