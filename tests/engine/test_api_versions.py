"""The interface only grows within its first number, and every addition raises the second one and is told.

`api-members.json` beside this file holds the members of the version it names. After an addition: raise the version and
tell of it in `files/catalogue/api.toml`, then run `PYTHONPATH=scripts:tests python tests/engine/test_api_versions.py`.
"""

import json
from pathlib import Path

from ipportal.base.text import LANGS
from ipportal.files.api import API_VERSION, API_VERSIONS, KINDS, schema_of
from ipportal.pages import MACROS
from ipportal.pages.view import View
from support.portals import tiny_portal

KEPT = Path(__file__).with_name("api-members.json")


def members(schema, definitions, place="", seen=()):
    """Every member with what it may be, by its path: {"data.verdicts[].pace": "null, number"}."""
    found = {}
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {} if name in seen else members(definitions[name], definitions, place, (*seen, name))
    for each in schema.get("anyOf", ()):
        found |= members(each, definitions, place, seen)
    for name, each in schema.get("properties", {}).items():
        at = f"{place}.{name}".lstrip(".")
        found |= {at: kind(each, definitions)} | members(each, definitions, at, seen)
    if "items" in schema:
        found |= members(schema["items"], definitions, f"{place}[]", seen)
    return found


def kind(schema, definitions):
    if "$ref" in schema:
        return kind(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return ", ".join(sorted(kind(each, definitions) for each in schema["anyOf"]))
    return schema.get("type", "code" if "enum" in schema else "constant")


def present():
    schemas = {name: schema_of(name) for name in KINDS}
    return {name: members(schema, schema["$defs"]) for name, schema in schemas.items()}


def test_nothing_is_dropped_or_changed_and_additions_raise_the_version():
    kept, now = json.loads(KEPT.read_bytes()), present()
    for name, known in kept["members"].items():
        assert {at: now[name].get(at) for at in known} == known, name
    added = {name: set(found) - set(kept["members"].get(name, ())) for name, found in now.items()}
    assert not any(added.values()) or kept["version"] != API_VERSION, added
    assert kept["version"].partition(".")[0] == API_VERSION.partition(".")[0]


def test_versions_stand_in_their_order_and_each_tells_what_changed():
    numbers = [tuple(map(int, each["version"].split("."))) for each in API_VERSIONS]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == len(numbers)
    assert all(change["zh"] and change["en"] for each in API_VERSIONS for change in each["changes"])


def test_the_page_shows_the_changes():
    for lang in LANGS:
        shown = str(MACROS["api_changes"](View(tiny_portal(), lang, "datasets/machines.md")))
        assert all(each["version"] in shown for each in API_VERSIONS)
        assert "<code>plans.json</code>" in shown


if __name__ == "__main__":
    document = {"version": API_VERSION, "members": present()}
    KEPT.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
