"""The codes the program depends on are those of the descriptors, column by column."""

from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from ipportal.data import model
from ipportal.data.model.codes import CODES, codes_of
from support.descriptions import complete

ROOT = Path(__file__).resolve().parents[2]
PORTALS = (ROOT / "datapackages", ROOT / "tests" / "tiny" / "datapackages")


@pytest.mark.parametrize("folder", PORTALS, ids=("this instance", "the small portal"))
def test_the_program_and_the_descriptors_list_the_same_codes(folder):
    unmet = set(CODES)
    for path in folder.glob("*/datapackage.json"):
        for resource in complete(path)["resources"]:
            for field in resource["schema"]["fields"]:
                known = codes_of(resource["name"], field["name"])
                if known:
                    listed = field["constraints"]["enum"]
                    assert sorted(known) == sorted(listed), (path.parent.name, resource["name"], field["name"])
                    unmet -= {field["name"], f"{resource['name']}.{field['name']}"}
    assert not unmet, "columns no descriptor has"


def test_every_closed_list_of_the_model_is_checked_before_rows_become_records():
    kinds = [each for each in vars(model).values() if is_dataclass(each)]
    hints = [hint for kind in kinds for field in fields(kind) for hint in [get_type_hints(kind)[field.name]]]
    lists = {each for hint in hints for each in (hint, *get_args(hint)) if each in _closed()}
    assert lists, "the model has closed lists"
    assert {tuple(each) for each in lists} <= set(CODES.values())


def test_there_are_words_for_every_code_of_the_cases(portal):
    for column, word in (("forum", "actor"), ("statistic", "deed")):
        codes = portal.field("case_statistics", column).categories
        assert codes and all(code.more.get(word) and code.more.get(f"{word}_en") for code in codes)
    marks = [mark for code in portal.field("case_statistics", "ip_type").categories for mark in code.more]
    assert (marks.count("total"), marks.count("several")) == (1, 1)


def _closed():
    return [each for each in vars(model).values() if isinstance(each, type) and issubclass(each, StrEnum)]
