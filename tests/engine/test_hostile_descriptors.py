"""Descriptors no editor writes: every one is a finding in words, within seconds, and never a traceback."""

import copy
import json
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipportal.data.description import described
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check
from ipportal.rules.schema import fitting

TINY = "tests/tiny"
PACKAGE = "indicators"
SETTINGS = read_settings(Path(TINY))


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A portal of one package without pages, whose descriptor each case replaces."""
    root = tmp_path_factory.mktemp("portal")
    (root / "docs").mkdir()
    shutil.copy(Path(TINY, "portal.toml"), root)
    shutil.copytree(Path(TINY, "datapackages", PACKAGE), root / "datapackages" / PACKAGE)
    shutil.copy(root / "datapackages" / PACKAGE / "data/areas.csv", root / "datapackages" / PACKAGE / "data/places.csv")
    return root


def sound():
    """A description whose first table is the package's own, so that it says everything itself."""
    written = json.loads(Path(TINY, "datapackages", PACKAGE, "datapackage.json").read_bytes())
    areas = next(table for table in described(written)[0]["resources"] if table["name"] == "areas")
    return written | {"resources": [areas | {"name": "places", "path": "data/places.csv"}, *written["resources"]]}


def found(root, text):
    """What the rules say of a package whose descriptor is this text or these bytes."""
    place = root / "datapackages" / PACKAGE / "datapackage.json"
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems = check(read_packages(root), SETTINGS)
    for problem in problems:
        for lang in ("zh", "en"):
            assert "Traceback" not in problem.line(lang)
            assert len(problem.line(lang)) < 1500, "a message for people"
    return problems


def with_resource(**changes):
    descriptor = sound()
    descriptor["resources"][0] |= changes
    return json.dumps(descriptor)


def with_field(**changes):
    descriptor = sound()
    descriptor["resources"][0]["schema"]["fields"][0] |= changes
    return json.dumps(descriptor)


PATHS = [
    "/etc/passwd",
    "",
    " ",
    ".",
    "..",
    "data",
    "data/",
    "../indicators/data/units.csv",
    "../../portal.toml",
    "data/../data/units.csv",
    "data/units\0.csv",
    "data\\units.csv",
    "C:\\units.csv",
    "C:units.csv",
    "~/units.csv",
    "file:///etc/passwd",
    "https://city.example/units.csv",
    "//server/share/units.csv",
    "data/" + "a" * 5000 + ".csv",
    "data/units.csv\n",
    "data/\ud800.csv",
    "data/nul.csv",
    "/dev/zero",
    "/dev/stdin",
    "data//units.csv",
    "./data/units.csv",
    ["data/units.csv"],
    ["data/units.csv", "data/areas.csv"],
    [],
    7,
    None,
    {},
    True,
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ascii(path)[:40])
def test_a_path_is_a_plain_file_of_the_package(portal, path):
    problems = found(portal, with_resource(path=path))
    assert problems
    assert all(problem.where.file.startswith("datapackages/indicators") for problem in problems)
    assert not any("root:" in problem.found for problem in problems), "it was read"


NAMES = ["", "../x", "a/b", "a\\b", "a\0b", "\ud800", "Ａ", "a b", ".", "..", "con", 7, None, [], "a" * 4000]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_a_name_is_one_word(portal, name):
    assert found(portal, with_resource(name=name))
    assert found(portal, json.dumps(sound() | {"name": name}))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00",
        b"{}",
        b"[]",
        b"null",
        b'"text"',
        b"1" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"resources": [' * 3000 + b"]}" * 3000,
        b'{"name": 1e999}',
        b'{"name": NaN, "resources": []}',
        b'{"name": "\\ud800", "resources": [{"name": "\\udfff", "path": "data/units.csv"}]}',
        b'{"resources": [null, 1, "a", [], {}, {"path": "data/units.csv"}]}',
        b'{"resources": {"path": "data/units.csv"}}',
        b'{"resources": "data/units.csv"}',
        b'{"resources": null}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_any_json_is_a_finding(portal, text):
    assert found(portal, text)


@pytest.mark.parametrize(
    "schema",
    [None, 7, "", "schema.json", "/etc/passwd", "https://city.example/s.json", "http://127.0.0.1:9/s.json", [], {}]
    + [{"fields": fields} for fields in (None, 7, {}, "", [None], [7], [{}], [{"name": 7}], [{"name": None}])]
    + [{"fields": [{"name": "id"}], "primaryKey": key} for key in (None, 7, {}, "nowhere", [7], [[]], ["id", "id"])]
    + [{"fields": [{"name": "id"}], "foreignKeys": key} for key in (7, {}, [7], [{}], [{"fields": 7, "reference": 7}])]
    + [{"fields": [{"name": "id"}], "missingValues": values} for values in (7, {}, [7], [{}])],
    ids=lambda schema: ascii(schema)[:60],
)
def test_a_schema_is_written_out_and_whole(portal, schema):
    assert found(portal, with_resource(schema=schema))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "nonsense"},
        {"type": 7},
        {"type": None},
        {"type": ["string"]},
        {"type": "date", "format": 7},
        {"constraints": 7},
        {"constraints": []},
        {"constraints": {"pattern": "("}},
        {"constraints": {"pattern": "(a+)+$"}},
        {"constraints": {"pattern": "(.*.*.*.*.*.*.*)*x"}},
        {"constraints": {"pattern": 7}},
        {"constraints": {"enum": 7}},
        {"constraints": {"enum": []}},
        {"constraints": {"enum": [[]]}},
        {"constraints": {"minimum": "many"}},
        {"constraints": {"minLength": -1}},
        {"constraints": {"minLength": "1"}},
        {"constraints": {"required": "yes"}},
        {"constraints": {"unknown": True}},
        {"title": 7},
        {"title": None},
        {"description": {}},
        {"name": ""},
        {"name": "\0"},
        {"name": "id\n"},
        {"name": 10**4000},
    ],
    ids=lambda changes: ascii(changes)[:60],
)
def test_a_column_is_described_in_the_terms_of_the_standard(portal, changes):
    assert found(portal, with_field(**changes))


@pytest.mark.parametrize("pattern", ["(", "a)|(b", "(?=x)y", r"(a)\1", "(a{999}){999}", "*", "[z-a]", "a" * 301])
def test_a_pattern_that_cannot_be_matched_is_told_where_it_stands(portal, pattern):
    (problem,) = found(portal, with_field(constraints={"pattern": pattern}))
    assert (problem.where.column or "").endswith(" › pattern")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*x", "(.*.*.*.*.*.*.*)*x", "(a?){60}a{60}"])
def test_no_pattern_runs_for_ever(pattern):
    begun = time.process_time()
    assert fitting(pattern, ["a" * 50_000 + "!"]) == set()
    assert time.process_time() - begun < 2


def test_a_pattern_is_matched_from_end_to_end_with_digits_of_ascii():
    assert fitting("a|b", ["a", "b", "ab", "a\n", ""]) == {"a", "b"}
    assert fitting(r"^\d{4}$", ["2021", "２０２１", "2021\n", "20211"]) == {"2021"}


def test_every_wrong_place_is_told_at_once(portal):
    descriptor = sound() | {"keywords": 7, "changes": {}, "title": None}
    descriptor["resources"][1] |= {"path": "../x.csv", "bytes": "many"}
    told = [problem.where.column for problem in found(portal, json.dumps(descriptor))]
    assert told == ["changes", "keywords", "resources › 2 › bytes", "resources › 2 › path", "title"]


@pytest.mark.parametrize("key", ["version", "licenses", "sources", "contributors", "changes", "title", "keywords"])
@pytest.mark.parametrize("value", [7, None, "", [], {}, [7], [None], [{}], {"zh": 7}, "\0", 1e300], ids=ascii)
def test_what_a_package_says_of_itself_may_be_anything(portal, key, value):
    found(portal, json.dumps(sound() | {key: value}))


def test_a_key_written_twice_is_told(portal):
    text = json.dumps(sound())
    assert found(portal, text[:-1] + ', "name": "other"}')


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), anything)
def test_any_value_at_any_place(portal, seed, value):
    replace_somewhere(portal, seed, value)


def replace_somewhere(portal, seed, value):
    chance = random.Random(seed)
    descriptor = copy.deepcopy(sound())
    node, depth = descriptor, chance.randint(0, 6)
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        inner = node[key]
        if depth == 0 or not isinstance(inner, (dict, list)) or not inner:
            node[key] = value
            break
        node, depth = inner, depth - 1
    found(portal, json.dumps(descriptor))
