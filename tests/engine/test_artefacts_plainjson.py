import json
from decimal import Decimal

import pytest

from ipportal.files.plainfiles import json_bytes, json_records


def test_numbers_read_as_in_the_csv():
    assert json_bytes({"a": Decimal("2.10"), "b": Decimal("13000"), "c": 7}) == (
        b'{\n  "a": 2.10,\n  "b": 13000,\n  "c": 7\n}\n'
    )


def test_nested_values_equal_what_the_standard_library_reads():
    value = {"x": [1, {"y": None, "z": []}, '引号"\n'], "empty": {}, "yes": True}
    assert json.loads(json_bytes(value)) == value


def test_records_put_one_row_on_a_line():
    text = json_records({"name": "t"}, [{"v": Decimal("1.0")}, {"v": None}]).decode()
    assert '\n    {"v": 1.0},\n    {"v": null}\n' in text
    assert json.loads(text) == {"name": "t", "data": [{"v": 1.0}, {"v": None}]}


def test_records_without_rows():
    assert json.loads(json_records({"name": "t"}, [])) == {"name": "t", "data": []}


def test_inexact_numbers_are_refused():
    with pytest.raises(TypeError):
        json_bytes({"a": 0.1})
