"""What all unit tests share."""

import json

import pytest

from ipportal.rules import descriptors, tableschema


@pytest.fixture(scope="session", autouse=True)
def each_descriptor_judged_once():
    """Frictionless takes most of a check, and hundreds of tests check copies of the same few descriptors.

    Both functions depend on the descriptor alone, so what they gave for one is given again for an equal one.
    """
    judge, reader = tableschema.descriptor_faults, tableschema._readers
    judged, readers = {}, {}

    def judge_once(package):
        key = json.dumps(package.descriptor)
        if key not in judged:
            judged[key] = judge(package)
        return list(judged[key])

    def readers_once(table):
        key = json.dumps(table.resource["schema"])
        if key not in readers:
            readers[key] = reader(table)
        return readers[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(descriptors, "descriptor_faults", judge_once)
        patch.setattr(tableschema, "_readers", readers_once)
        yield
